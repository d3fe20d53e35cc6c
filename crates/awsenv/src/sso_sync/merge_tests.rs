//! What a sync makes of a file.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use awsenv_profile::{FileKind, SourceFile};

use super::*;

const SESSION: &str = "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n";

/// What is ordered, with what the tests have in common left out.
struct Wish<'a> {
    assignments: &'a [(&'a str, &'a str, &'a str)],
    region: Option<&'a str>,
    before: Option<&'a str>,
    unknown: &'a [&'a str],
    prune: Prune,
    template: &'a str,
}

impl Default for Wish<'_> {
    fn default() -> Self {
        let template = "{account_name}/{role}";
        Self { assignments: &[], region: None, before: None, unknown: &[], prune: Prune::None, template }
    }
}

#[track_caller]
fn sync(text: &str, wish: &Wish<'_>) -> (String, Vec<String>) {
    try_sync(text, wish).unwrap_or_else(|unclear| panic!("{unclear:?}"))
}

fn try_sync(text: &str, wish: &Wish<'_>) -> Result<(String, Vec<String>), Unclear> {
    let document = Document::parse(SourceFile::new(FileKind::Config, "config", text));
    let profiles = ProfileSet::parse(Some(document.source().clone()), None);
    let mut assignments: Vec<Assignment> = wish
        .assignments
        .iter()
        .map(|(account_name, account_id, role)| Assignment {
            account_name: (*account_name).to_owned(),
            account_id: (*account_id).to_owned(),
            role: (*role).to_owned(),
            account_email: String::new(),
        })
        .collect();
    assignments.sort();
    let defaults = |region: Option<&str>| Defaults { region: region.map(str::to_owned), output: None };
    let unknown = wish.unknown.iter().map(|id| (*id).to_owned()).collect();
    let (template, defaults, before) = (Template::parse(wish.template).unwrap(), defaults(wish.region), defaults(wish.before));
    let order = Order {
        session: "corp",
        start_url: "https://corp.awsapps.com/start",
        assignments: &assignments,
        unknown: &unknown,
        template: &template,
        defaults: &defaults,
        before: &before,
        prune: &wish.prune,
    };
    let merged = merge(&document, &profiles, &order)?;
    let fates = merged.outcomes.iter().map(|outcome| {
        let fate = match &outcome.fate {
            Fate::Added(_) => "+",
            Fate::Changed(_) => "~",
            Fate::Removed => "-",
            Fate::Gone => "?",
            Fate::GoneWithAdditions => "!",
            Fate::GoneAndNeeded(_) => "<",
            Fate::Kept => "=",
            Fate::Skipped(_) => "/",
        };
        format!("{fate}{}", outcome.name)
    });
    let text = splice::text(&document, &merged.splices);
    same_meaning(&document, &Document::parse(SourceFile::new(FileKind::Config, "config", text.clone())), &order)?;
    Ok((text, fates.collect()))
}

fn profile(name: &str, id: &str, role: &str, more: &str) -> String {
    format!("[profile {name}]\nsso_session = corp\nsso_account_id = {id}\nsso_role_name = {role}\n{more}\n")
}

fn part(profiles: &[String]) -> String {
    let (begin, end) = part::markers("corp");
    let words =
        "# Written by `awsenv sso sync`, which keeps what you add to these profiles. Leave both marker lines as they are.";
    format!("{begin}\n{words}\n\n{}{end}\n", profiles.concat())
}

#[test]
fn the_first_sync_adds_a_part_and_the_second_nothing() {
    let assignments = [("dev", "1", "Admin"), ("Prod", "2", "Admin"), ("dev", "1", "Read")];
    let wish = Wish { assignments: &assignments, region: Some("eu-west-1"), before: Some("eu-west-1"), ..Wish::default() };
    for own in [SESSION, &format!("{SESSION}\n"), SESSION.trim_end(), "", &SESSION.replace('\n', "\r\n")] {
        let (first, fates) = sync(own, &wish);
        assert!(first.starts_with(own), "{own:?}");
        assert_eq!(fates, ["+Prod/Admin", "+dev/Admin", "+dev/Read"]);
        let region = "region = eu-west-1\n";
        let profiles = [("dev/Admin", "1", "Admin"), ("dev/Read", "1", "Read"), ("Prod/Admin", "2", "Admin")];
        let expected = part(&profiles.map(|(name, id, role)| profile(name, id, role, region)));
        assert!(first.replace("\r\n", "\n").ends_with(&expected), "{first}");
        assert_eq!(first.contains("\r\n"), own.contains('\r'));
        assert_eq!(sync(&first, &wish), (first.clone(), vec!["=Prod/Admin".into(), "=dev/Admin".into(), "=dev/Read".into()]));
    }
}

#[test]
fn what_a_person_added_stays() {
    let mine = "# of mine\n[profile a/Admin] # here\nsso_session=corp\nsso_account_id = 1 ; one\nsso_role_name = Admin\nregion = us-east-1\n\
                s3 =\n  max_concurrent_requests = 20\n\n";
    let text = format!("{SESSION}\n{}[profile own]\nregion = x", part(&[mine.to_owned(), profile("c/Admin", "3", "Admin", "")]));
    let assignments = [("a", "1", "Admin"), ("b", "2", "Admin"), ("c", "3", "Admin")];
    let wish = Wish { assignments: &assignments, region: Some("eu-west-1"), before: None, ..Wish::default() };
    let (after, fates) = sync(&text, &wish);
    assert_eq!(fates, ["=a/Admin", "+b/Admin", "~c/Admin"]);
    let region = "region = eu-west-1\n";
    let expected = part(&[mine.to_owned(), profile("b/Admin", "2", "Admin", region), profile("c/Admin", "3", "Admin", region)]);
    assert_eq!(after, format!("{SESSION}\n{expected}[profile own]\nregion = x"));
    // Not even --prune takes it away, but it is said.
    let (after, fates) = sync(&text, &Wish { assignments: &assignments[1..], prune: Prune::All, ..Wish::default() });
    assert_eq!(fates, ["+b/Admin", "=c/Admin", "!a/Admin"]);
    assert!(after.contains(mine));
}

#[test]
fn a_default_that_changes_changes_what_was_the_default() {
    let text = part(&[
        profile("a/A", "1", "A", "region = old # near\n"),
        profile("b/A", "2", "A", "region = mine\n"),
        profile("c/A", "3", "A", ""),
    ]);
    let assignments = [("a", "1", "A"), ("b", "2", "A"), ("c", "3", "A")];
    let to = |region| Wish { assignments: &assignments, region, before: Some("old"), ..Wish::default() };
    let (after, fates) = sync(&text, &to(Some("new")));
    assert_eq!((after, fates), (text.replace("old #", "new #"), vec!["~a/A".into(), "=b/A".into(), "=c/A".into()]));
    assert_eq!(sync(&text, &to(None)).0, text.replace("region = old # near\n", ""));
}

#[test]
fn what_is_gone_is_named_and_removed_only_when_that_is_wanted_and_known() {
    let text =
        format!("{SESSION}{}", part(&[profile("a/A", "1", "A", ""), profile("b/A", "2", "A", ""), profile("c/A", "3", "A", "")]));
    let left = [("b", "2", "A")];
    let wish = |prune, unknown| Wish { assignments: &left, prune, unknown, ..Wish::default() };
    assert_eq!(sync(&text, &wish(Prune::None, &[])), (text.clone(), vec!["=b/A".into(), "?a/A".into(), "?c/A".into()]));
    let (after, fates) = sync(&text, &wish(Prune::All, &[]));
    assert_eq!(
        (after, fates[1..].join(" ")),
        (format!("{SESSION}{}", part(&[profile("b/A", "2", "A", "")])), "-a/A -c/A".into())
    );
    assert_eq!(sync(&text, &wish(Prune::All, &["1"])).1, ["=b/A", "=a/A", "-c/A"]);
    let only = Prune::Named(HashSet::from(["a/A".to_owned()]));
    assert_eq!(sync(&text, &wish(only, &[])).1, ["=b/A", "-a/A", "?c/A"]);
    // All of it, and something new in their place.
    let (after, _) = sync(&text, &Wish { assignments: &[("n", "9", "A")], prune: Prune::All, ..Wish::default() });
    assert_eq!(after, format!("{SESSION}{}", part(&[profile("n/A", "9", "A", "")])));
}

#[test]
fn profiles_of_ones_own_are_respected() {
    let own = format!(
        "{SESSION}[sso-session same]\nsso_start_url = https://CORP.awsapps.com/start/#\nsso_region = eu-west-1\n\
         {}[profile legacy]\nsso_start_url = https://corp.awsapps.com/start/\nsso_account_id = 2\nsso_role_name = A\n\
         [profile d/A]\nregion = x\n[profile elsewhere]\nsso_session = same\nsso_account_id = 3\nsso_role_name = A\n\
         [profile other]\nsso_session = lab\nsso_account_id = 5\nsso_role_name = A\n",
        profile("mine", "1", "A", "")
    );
    let assignments = [("a", "1", "A"), ("b", "2", "A"), ("c", "3", "A"), ("d", "4", "A"), ("e", "5", "A")];
    let (after, fates) = sync(&own, &Wish { assignments: &assignments, ..Wish::default() });
    assert_eq!(fates, ["/mine", "/legacy", "/elsewhere", "+d/A-4", "+e/A"]);
    assert!(after.starts_with(&own));
}

#[test]
fn another_template_renames_and_keeps_the_rest() {
    let text = part(&[profile("a/A", "1", "A", "s3 =\n  x = y\n"), profile("b/A", "2", "A", "")]);
    let assignments = [("a", "1", "A"), ("b", "2", "A")];
    let wish = Wish { assignments: &assignments, template: "{role}.{account_name}", ..Wish::default() };
    let (after, fates) = sync(&text, &wish);
    assert_eq!((after.clone(), fates.join(" ")), (text.replace("a/A", "A.a").replace("b/A", "A.b"), "~A.a ~A.b".into()));
    assert_eq!(sync(&after, &wish).0, after);
}

#[test]
fn every_byte_outside_of_the_part_stays() {
    let before = "\u{feff}# top\r\n[default]\nregion=x\n\n  [profile  odd]\nkey : v\n[profile 'a b']\n# tail\n";
    let after = "junk before?\n".replace("junk before?", "# after") + "[profile z]\n\tx = 1\n\n\n# end without newline";
    let text = format!("{before}{}{after}", part(&[profile("a/A", "1", "A", "")]));
    let (synced, _) =
        sync(&text, &Wish { assignments: &[("b", "2", "A"), ("c", "3", "A")], prune: Prune::All, ..Wish::default() });
    assert!(synced.starts_with(before) && synced.ends_with(&after), "{synced}");
    assert!(!synced.contains("a/A") && synced.contains("[profile b/A]\r\n"), "{synced}");
}

#[test]
fn an_indented_header_behind_the_part_is_not_swallowed() {
    let text = |header: &str| format!("{}{header}[profile odd]\nx = y\n", part(&[]));
    let assignments = [("a", "1", "A")];
    let wish = || Wish { assignments: &assignments, ..Wish::default() };
    assert!(try_sync(&text(""), &wish()).is_ok());
    assert_eq!(try_sync(&text("\t"), &wish()).map_err(|unclear| unclear.line), Err(4));
}

#[test]
fn any_file_keeps_what_is_not_the_syncs_and_a_second_sync_has_nothing_to_do() {
    let pieces = [
        "\n",
        "# c\n",
        "; c = d\n",
        "[default]\n",
        "[profile x]\nregion = y\n",
        "  more\n",
        "s3 =\n  a = b\n",
        "junk\n",
        "[broken\n",
        "[profile 'a b']\r\n",
        "\t[profile odd]\n",
        "key : v\n",
        "[sso-session corp]\n",
        "[profile d/A]\n",
        "sso_role_name = A\n",
    ];
    let inside = [
        "\n",
        "# c\n",
        "region = r\n",
        "s3 =\n  a = b\n",
        "[profile own]\nx = y\n",
        "[profile a/A]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = A\n",
        "[profile z/A]\nsso_session=corp\nsso_account_id = 9 # nine\nSSO_Role_Name = A\noutput = json",
        "\n",
    ];
    // Knuth's generator: the same files in every run.
    let mut seed = 42_u64;
    let mut draw = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % limit
    };
    let mut synced = 0;
    for round in 0..1_500 {
        let mut text = |from: &[&str], most: usize| (0..draw(most)).map(|_| from[draw(from.len())]).collect::<String>();
        let (before, within, after) = (text(&pieces, 6), format!("[profile first]\n{}", text(&inside, 7)), text(&pieces, 5));
        let within = if within.ends_with('\n') { within } else { within + "\n" };
        let (begin, end) = part::markers("corp");
        let whole = match round % 3 {
            0 => before.clone() + &after,
            _ => format!("{before}{begin}\n{within}{end}\n{after}"),
        };
        let assignments = [("a", "1", "A"), ("b", "2", "A"), ("d", "4", "A")];
        let prune = if round % 2 == 0 { Prune::All } else { Prune::None };
        let wish = Wish { assignments: &assignments, region: Some("r"), before: Some("r"), prune, ..Wish::default() };
        let Ok((first, fates)) = try_sync(&whole, &wish) else { continue };
        synced += 1;
        let kept = if round % 3 == 0 { (whole.as_str(), "") } else { (before.as_str(), after.as_str()) };
        assert!(first.starts_with(kept.0) && first.ends_with(kept.1), "{whole:?} became {first:?}");
        assert!(
            !whole.contains("[profile own]\nx = y\n") || first.contains("[profile own]\nx = y\n"),
            "{whole:?} became {first:?}"
        );
        let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", first.clone())), None);
        for added in fates.iter().filter_map(|fate| fate.strip_prefix('+')) {
            let section = profiles.profile(added).unwrap_or_else(|| panic!("{added} is not read in {first:?}"));
            assert_eq!(section.get("sso_role_name").map(|value| value.value), Some("A"), "{first:?}");
        }
        assert_eq!(sync(&first, &wish).0, first, "{whole:?}");
    }
    assert!(synced > 400, "{synced}");
}
