//! A profile for every account and role.

use awsenv_testkit::{Run, Sandbox, is_here};
use fake_aws::{Effect, Rule, SsoInstance, World};
use serde_json::Value;

use crate::support::{CORP_TOKEN, CORP_URL, at_terminal, end, opened, sandbox};

pub(crate) const SESSION: &str = "# mine\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\n\
                                  sso_registration_scopes = sso:account:access\n";

pub(crate) fn company() -> SsoInstance {
    SsoInstance::new(CORP_URL, "eu-west-1", "ana@example.com")
        .with_account("111111111111", "Development", &["Developer", "ReadOnly"])
        .with_account("222222222222", "Production", &["ReadOnly"])
}

/// Somebody who is signed in, with a session in the config file and no profile.
pub(crate) fn signed_in(instance: SsoInstance) -> Sandbox {
    let world = World::default().with_sso(instance).with_sso_token(CORP_URL, "-corp", 3_600);
    let mut sandbox = Sandbox::with_world(env!("CARGO_BIN_EXE_awsenv"), world);
    sandbox.config(SESSION);
    let token = sandbox.server().sso_cache_file("corp", "token-corp").expect("a token");
    sandbox.write(&format!(".aws/sso/cache/{}", token.name), &token.text);
    let settings = sandbox.path("settings.ini");
    sandbox.set("AWSENV_CONFIG", settings);
    sandbox
}

pub(crate) fn sync(sandbox: &Sandbox, options: &[&str]) -> Run {
    sandbox.run(&[&["sso", "sync"], options].concat())
}

#[track_caller]
pub(crate) fn document(sandbox: &Sandbox, options: &[&str]) -> Value {
    let run = sync(sandbox, &[&["--format", "json"], options].concat()).ok();
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {}", run.stdout))
}

/// The names in one list of the document.
#[track_caller]
pub(crate) fn names(document: &Value, list: &str) -> Vec<String> {
    let list = document[list].as_array().unwrap_or_else(|| panic!("{list}: {document}"));
    list.iter().map(|entry| entry["name"].as_str().expect("a name").to_owned()).collect()
}

const PART: &str = "
# >>> awsenv sso sync corp >>>
# Written by `awsenv sso sync`, which keeps what you add to these profiles. Leave both marker lines as they are.

[profile Development/Developer]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Developer
region = eu-central-1

[profile Development/ReadOnly]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = ReadOnly
region = eu-central-1

[profile Production/ReadOnly]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = ReadOnly
region = eu-central-1

# <<< awsenv sso sync corp <<<
";

#[test]
fn every_role_becomes_a_profile_that_works() {
    let sandbox = signed_in(company());
    let run = sync(&sandbox, &["--region", "eu-central-1"]).ok();
    assert_eq!((run.stdout.as_str(), sandbox.read(".aws/config")), ("", format!("{SESSION}{PART}")));
    run.says("corp: 3 roles in 2 accounts; in ~/.aws/config 3 added").says("use one: awsenv use Development/Developer");
    assert!(!run.stderr.contains('\x1b') && !run.stderr.contains('█'), "{}", run.stderr);
    assert!(sandbox.run(&["export", "Production/ReadOnly"]).ok().stdout.contains("AccessKeyId"));
    let run = sandbox.run(&["-q", "sso", "sync"]).ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
}

#[test]
fn the_second_run_needs_no_options_and_changes_nothing() {
    let sandbox = signed_in(company());
    sandbox.write("settings.ini", "; mine\n[use]\nmode = keys ; why\n");
    sync(
        &sandbox,
        &["--region", "eu-central-1", "--exclude-role", "Dev*", "--template", "{session}.{account_name|lower}.{role}"],
    )
    .ok();
    let settings = "; mine\n[use]\nmode = keys ; why\n\n[sso-sync \"corp\"]\ntemplate = {session}.{account_name|lower}.{role}\n\
                    region = eu-central-1\nexclude_roles = Dev*\n";
    assert_eq!(sandbox.read("settings.ini"), settings);
    let before = sandbox.files();
    let modified = || std::fs::metadata(sandbox.path(".aws/config")).and_then(|metadata| metadata.modified()).expect("a time");
    let then = modified();
    sync(&sandbox, &[]).ok().says("nothing to change in ~/.aws/config");
    assert_eq!((sandbox.files().changed_since(&before), modified()), (vec![], then));
    let document = document(&sandbox, &[]);
    assert_eq!(names(&document, "kept"), ["corp.development.ReadOnly", "corp.production.ReadOnly"]);
    assert_eq!((document["written"].as_bool(), document["complete"].as_bool()), (Some(false), Some(true)));
    // A person takes the comment's freedom, and an empty pattern forgets.
    sandbox.write("settings.ini", settings.replace("exclude_roles = Dev*", "exclude_roles = Dev* ; for now"));
    sync(&sandbox, &["--exclude-role", "", "--region", "eu-west-1"]).ok().says("1 added, 2 changed");
    let after = settings.replace("exclude_roles = Dev*\n", "").replace("eu-central-1", "eu-west-1");
    assert_eq!(sandbox.read("settings.ini"), after);
}

#[test]
fn what_would_change_is_shown_as_a_diff() {
    let sandbox = signed_in(company());
    sandbox.config(&format!("[default]\naws_secret_access_key = hunter2hunter2\n{SESSION}"));
    let before = sandbox.files();
    let run = sync(&sandbox, &["--dry-run"]).ok();
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
    assert!(run.stdout.starts_with("--- ~/.aws/config\n+++ ~/.aws/config\n@@ -5,3 +5,23 @@\n"), "{}", run.stdout);
    assert!(
        run.stdout.contains("\n sso_region = eu-west-1\n")
            && run.stdout.contains("\n+[profile Development/Developer]\n+sso_session = corp\n")
    );
    run.says("3 would be added").says("the same without --dry-run does that");
    assert!(
        sync(&sandbox, &["--dry-run", "--color", "always"]).ok().stdout.contains("\x1b[32m+[profile Production/ReadOnly]\x1b[0m")
    );
    assert_eq!(names(&document(&sandbox, &["--dry-run"]), "added").len(), 3);
    // Nothing beside a change gives a secret away.
    sandbox.config(&format!("{SESSION}[profile x]\naws_secret_access_key = hunter2hunter2"));
    let run = sync(&sandbox, &["--dry-run"]).ok();
    assert!(!run.stdout.contains("hunter2") && run.stdout.contains("aws_secret_access_key = ****"), "{}", run.stdout);
    sync(&sandbox, &[]).ok();
    assert_eq!(sync(&sandbox, &["--dry-run"]).ok().stdout, "");
}

#[test]
fn a_person_sees_how_far_it_is_and_a_diff_in_colours() {
    let mut sandbox = signed_in(company());
    sandbox.set("TERM", "xterm");
    let mut terminal = sandbox.awsenv_on_terminal(&["sso", "sync", "--dry-run"]);
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    let raw = terminal.raw();
    assert!(raw.contains("█") && raw.contains("corp: roles in accounts 1/2"), "{raw:?}");
    assert!(raw.contains("\x1b[32m+[profile Production/ReadOnly]\x1b[0m") && raw.contains("\x1b[36m@@ -3,3 "), "{raw:?}");
    assert_eq!(sandbox.read(".aws/config"), SESSION);
}

#[test]
fn two_sessions_stand_beside_each_other() {
    let sandbox = sandbox();
    for session in ["corp", "lab"] {
        let (code, screen) = at_terminal(&sandbox, &["sso", "sync", "--sso-session", session, "--template", "{role}"]);
        assert_eq!(code, 0, "{screen}");
    }
    let config = sandbox.read(".aws/config");
    assert_eq!(config.matches("# >>> awsenv sso sync ").count(), 2);
    let (_, parts) = config.split_once("# >>> awsenv").expect("a part");
    let headers: Vec<&str> = parts.lines().filter(|line| line.starts_with('[')).collect();
    assert_eq!(headers, ["[profile Developer]", "[profile Developer-111111111111]", "[profile ReadOnly]"]);
    sync(&sandbox, &["--sso-session", "corp"]).ok().says("nothing to change");
    sync(&sandbox, &["--sso-session", "lab"]).ok().says("nothing to change");
    let before = sandbox.files();
    sync(&sandbox, &[])
        .ok()
        .says("corp: 3 roles in 3 accounts; nothing to change")
        .says("lab: 3 roles in 3 accounts; nothing to change");
    let both = document(&sandbox, &["--dry-run"]);
    assert_eq!((&both["sessions"][0]["session"], &both["sessions"][1]["session"]), (&"corp".into(), &"lab".into()));
    sync(&sandbox, &["--region", "eu-west-1"]).exits(4).says("one of corp, lab");
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
    // One that fails does not hold up the other, and nothing is printed.
    sandbox.server().world(|world| world.sso[0].accounts[2].roles.push("Auditor".to_owned()));
    sandbox.server().script(Rule::new("ListAccounts", Effect::Deny).after(1).times(1));
    let run = sync(&sandbox, &["--format", "json"]).exits(5);
    assert_eq!(run.stdout, "");
    assert!(sandbox.read(".aws/config").contains("[profile Auditor]\nsso_session = corp\n"));
}

#[test]
fn what_is_gone_is_named_and_then_removed() {
    let sandbox = signed_in(company());
    sync(&sandbox, &[]).ok();
    let before = sandbox.read(".aws/config");
    sandbox.server().world(|world| _ = world.sso[0].accounts.pop());
    sync(&sandbox, &[]).ok().says("gone from Identity Center").says("? Production/ReadOnly").says("--prune");
    assert_eq!(names(&document(&sandbox, &[]), "gone"), ["Production/ReadOnly"]);
    sync(&sandbox, &["--prune"]).exits(4).says("error[confirmation-required]: 1 profile is to be removed").says("--yes");
    assert_eq!(sandbox.read(".aws/config"), before);
    let mut terminal = sandbox.awsenv_on_terminal(&["sso", "sync", "--prune"]);
    terminal.expect("- Production/ReadOnly");
    terminal.expect("remove? [y/N] ");
    terminal.type_text("\r");
    assert_eq!(end(&mut terminal).0, 130);
    assert_eq!(sandbox.read(".aws/config"), before);
    let document = document(&sandbox, &["--prune", "--yes"]);
    assert_eq!((names(&document, "removed"), names(&document, "kept").len()), (vec!["Production/ReadOnly".to_owned()], 2));
    let gone = "[profile Production/ReadOnly]\nsso_session = corp\nsso_account_id = 222222222222\nsso_role_name = ReadOnly\n\n";
    assert_eq!(sandbox.read(".aws/config"), before.replace(gone, ""));
}

#[test]
fn what_another_profile_takes_its_credentials_from_is_not_removed() {
    let sandbox = signed_in(company());
    sync(&sandbox, &[]).ok();
    let role = "[profile deploy]\nrole_arn = arn:aws:iam::222222222222:role/deploy\nsource_profile = Production/ReadOnly\n";
    let before = format!("{role}{}", sandbox.read(".aws/config"));
    sandbox.config(&before);
    sandbox.server().world(|world| _ = world.sso[0].accounts.pop());
    sync(&sandbox, &["--prune", "--yes"]).ok().says("`Production/ReadOnly` is gone, but profile `deploy` takes its credentials");
    let document = document(&sandbox, &["--prune", "--yes"]);
    assert_eq!((names(&document, "gone"), names(&document, "removed")), (vec!["Production/ReadOnly".to_owned()], vec![]));
    assert_eq!(document["gone"][0]["because_of"], "deploy");
    assert_eq!(sandbox.read(".aws/config"), before);
}

#[test]
fn what_cannot_be_a_profile_is_named_and_makes_the_listing_incomplete() {
    let sandbox = signed_in(company());
    assert_eq!(document(&sandbox, &[])["complete"], true);
    let sandbox = signed_in(company().with_account("12 34", "no id", &["Admin"]));
    sync(&sandbox, &[]).ok().says("warning[listing-incomplete]: the account \"no id\" has an id that is none: \"12 34\"");
    assert_eq!(document(&sandbox, &[])["complete"], false);
    let sandbox = signed_in(company().with_account("333333333333", "c", &["# hash"]));
    assert_eq!(document(&sandbox, &[])["complete"], false);
}

#[test]
fn nothing_is_removed_when_not_everything_is_known() {
    let sandbox = signed_in(company());
    sync(&sandbox, &[]).ok();
    let before = sandbox.files();
    sandbox.server().script(Rule::new("ListAccountRoles", Effect::Deny).with("account_id", "111111111111"));
    let run = sync(&sandbox, &["--prune", "--yes"]).exits(5);
    run.says("error[prune-refused]: nothing is removed, and nothing written").says("warning[listing-incomplete]");
    let warned = sandbox.run(&["--message-format", "json", "sso", "sync", "--dry-run"]).ok();
    let warning: Value = serde_json::from_str(warned.stderr.lines().next().unwrap_or_default()).expect("a report");
    assert_eq!((&warning["code"], &warning["severity"]), (&"listing-incomplete".into(), &"warning".into()));
    // Others are synced, and what is not known stays.
    sandbox.server().world(|world| world.sso[0].accounts[1].roles.push("Auditor".to_owned()));
    let found = document(&sandbox, &[]);
    assert_eq!((names(&found, "added"), names(&found, "kept").len()), (vec!["Production/Auditor".to_owned()], 3));
    assert_eq!((found["complete"].as_bool(), found["failed"][0]["code"].as_str()), (Some(false), Some("access-denied")));
    assert_eq!(found["failed"][0]["account_id"], "111111111111");
    assert_eq!(sandbox.files().changed_since(&before), ["home/.aws/config"]);
    sandbox.server().clear_script();
    let before = sandbox.files();
    sync(&sandbox, &["--prune", "--yes", "--exclude-role", "*"]).exits(5).says("no role is left after the patterns");
    sandbox.server().world(|world| world.sso[0].accounts.clear());
    sync(&sandbox, &["--prune", "--yes"]).exits(5).says("Identity Center lists no account");
    sync(&sandbox, &[]).ok().says("warning[listing-incomplete]: Identity Center lists no account");
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
}

#[test]
fn a_failing_service_leaves_the_file_alone() {
    let sandbox = signed_in(company());
    let before = sandbox.files();
    for (effect, code) in [(Effect::ServerError, "service-unavailable"), (Effect::CloseConnection, "network")] {
        sandbox.server().script(Rule::new("ListAccounts", effect));
        sync(&sandbox, &[]).exits(6).says(&format!("error[{code}]"));
        sandbox.server().clear_script();
    }
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
}

#[test]
fn two_thousand_accounts_in_one_run() {
    let mut instance = SsoInstance::new(CORP_URL, "eu-west-1", "ana@example.com");
    for number in 0..2_000 {
        instance = instance.with_account(&format!("{number:012}"), &format!("account {number}"), &["Admin", "ReadOnly"]);
    }
    instance.listings_per_second = Some(400);
    let sandbox = signed_in(instance);
    let document = document(&sandbox, &[]);
    assert_eq!((names(&document, "added").len(), document["accounts"].as_u64()), (4_000, Some(2_000)));
    assert!(sandbox.server().requests().iter().any(|request| request.status == 429), "it was never too fast");
    assert_eq!(sandbox.read(".aws/config").matches("[profile ").count(), 4_000);
    let before = sandbox.files();
    sandbox.server().world(|world| world.sso[0].listings_per_second = None);
    sync(&sandbox, &[]).ok().says("4000 roles in 2000 accounts; nothing to change");
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
}

#[test]
fn who_is_not_signed_in_signs_in_where_somebody_is_there() {
    let sandbox = sandbox();
    sync(&sandbox, &["--sso-session", "corp"]).exits(4).says("error[sso-sign-in-required]: a sign-in to corp is needed");
    let (code, screen) = at_terminal(&sandbox, &["sso", "sync", "--sso-session", "corp"]);
    assert_eq!((code, opened(&sandbox)), (0, 1), "{screen}");
    assert!(
        screen.contains("`dev` is a profile of your own for Developer in 111111111111: no second one is written"),
        "{screen}"
    );
    assert!(sandbox.read(".aws/config").contains("[profile Lab/Developer]\nsso_session = corp\nsso_account_id = 333333333333\n"));
    // One that the service does not know any more is renewed without a word.
    sandbox.server().world(|world| world.sso_tokens[0].access_token = "another".to_owned());
    let before = sandbox.read(CORP_TOKEN);
    sync(&sandbox, &["--sso-session", "corp"]).ok();
    assert_ne!(sandbox.read(CORP_TOKEN), before);
}

#[test]
fn which_session_is_meant() {
    let sandbox = sandbox();
    sync(&sandbox, &[]).exits(4).says("--sso-session NAME, one of corp, lab");
    sync(&sandbox, &["--sso-session", "crop"]).exits(3).says("error[sso-session-not-found]").says("`corp`");
    sandbox.config("[profile a]\n");
    sync(&sandbox, &[]).exits(3).says("error[nothing-to-sign-in]").says("awsenv configure sso");
}

#[test]
fn options_that_cannot_be_are_told_before_anything_is_asked() {
    let sandbox = signed_in(company());
    let before = sandbox.files();
    for (options, words) in [
        (["--template", "{acount_name}"], "not {acount_name}"),
        (["--region", "eu west\n1"], "letters, digits and - only"),
        (["--exclude-role", "a,b"], "several options"),
    ] {
        sync(&sandbox, &options).exits(2).says("error[usage]").says(words);
    }
    sandbox.write("settings.ini", "[sso-sync \"corp\"]\nregoin = x\n");
    sync(&sandbox, &[]).exits(3).says("error[settings-invalid]: sso-sync has no setting `regoin`").says("settings.ini:2:1");
    std::fs::remove_file(sandbox.path("settings.ini")).expect("it was there");
    assert_eq!((sandbox.files().changed_since(&before), sandbox.server().requests().len()), (vec![], 0));
}

#[test]
fn the_aws_cli_reads_it_and_may_write_into_it() {
    if !is_here("aws", &["--version"]) {
        return;
    }
    let sandbox = signed_in(company());
    sync(&sandbox, &["--region", "eu-central-1"]).ok();
    let aws = |arguments: &[&str]| {
        let path = std::env::var("PATH").unwrap_or_default();
        let words: Vec<&str> = ["aws"].into_iter().chain(arguments.iter().copied()).collect();
        sandbox.program("/usr/bin/env", &words).env("PATH", path).env("AWS_ENDPOINT_URL", sandbox.server().endpoint()).run()
    };
    let all = ["Development/Developer", "Development/ReadOnly", "Production/ReadOnly"];
    let roles = all.map(|profile| aws(&["configure", "get", "sso_role_name", "--profile", profile]).ok().stdout);
    assert_eq!(roles, ["Developer\n", "ReadOnly\n", "ReadOnly\n"]);
    // Version 1 does not know this command.
    let listed = aws(&["configure", "list-profiles"]);
    let mut found: Vec<&str> = listed.stdout.lines().collect();
    found.sort_unstable();
    assert!(listed.code != 0 || found == all, "{found:?}");
    let account =
        aws(&["sts", "get-caller-identity", "--profile", "Production/ReadOnly", "--query", "Account", "--output", "text"]);
    assert_eq!(account.ok().stdout.trim(), "222222222222");
    // It inserts behind the last profile's settings, and the next sync is not confused.
    for profile in ["Production/ReadOnly", "Development/Developer"] {
        let _ = aws(&["configure", "set", "cli_pager", "less", "--profile", profile]).ok();
    }
    let before = sandbox.read(".aws/config");
    assert_eq!(before.matches("cli_pager = less").count(), 2);
    sandbox.server().world(|world| world.sso[0].accounts[1].roles.push("Zeta".to_owned()));
    assert_eq!(names(&document(&sandbox, &[]), "added"), ["Production/Zeta"]);
    let pager = |profile: &str| sandbox.run(&["configure", "get", "cli_pager", "--profile", profile]).code;
    assert_eq!(["Production/ReadOnly", "Development/Developer", "Production/Zeta"].map(pager), [0, 0, 1]);
}
