//! The explanation for people.

use awsenv_resolve::{KeysReason, Mode, Provenance, Provider, Sdk, SdkChoice, SdkSubject, Setting};

use super::Explanation;
use super::page::Page;
use super::place::Place;
use super::step::{Detail, Step};
use crate::guard::{Confirm, Guard};
use crate::pipeline::need_words;

pub(super) fn text(explanation: &Explanation<'_>) -> String {
    let mut page = Page::default();
    profile(explanation, &mut page);
    page.title("Credentials");
    for (index, step) in explanation.steps.iter().enumerate() {
        step_rows(explanation, &mut page, index + 1, step);
    }
    needs(explanation, &mut page);
    settings(explanation, &mut page);
    mode(explanation, &mut page);
    guards(explanation, &mut page);
    sdks(explanation, &mut page);
    unused(explanation, &mut page);
    page.finish(explanation.context.ui.stdout_style)
}

fn profile(explanation: &Explanation<'_>, page: &mut Page) {
    page.title("Profile");
    let (who, place) = &explanation.chosen_by;
    let Some(name) = &explanation.plan.profile else {
        return page.row(2, "none: credentials of the environment or of this machine", "");
    };
    page.row(2, name, &explanation.section.as_ref().map(|place| place_text(explanation, place)).unwrap_or_default());
    match *who {
        "argument" => {}
        "shell" => page.row(4, "the one that this shell is in", ""),
        "environment" => page.row(4, "chosen by", &place_text(explanation, place)),
        _ => page.row(4, "nobody names another", ""),
    }
}

fn place_text(explanation: &Explanation<'_>, place: &Place) -> String {
    place.text(&explanation.context.host)
}

fn origin(explanation: &Explanation<'_>, origin: &Provenance) -> String {
    place_text(explanation, &Place::of(&explanation.plan.sources, origin))
}

fn step_rows(explanation: &Explanation<'_>, page: &mut Page, number: usize, step: &Step) {
    let place = step.place.as_ref().map(|place| place_text(explanation, place)).unwrap_or_default();
    // The place of a role is its ARN's, which has a row of its own.
    let has_row = step.details.iter().any(|detail| is_shown(detail) && detail.place == step.place);
    page.row(2, &format!("{number}. {}", step_words(step)), if has_row { "" } else { &place });
    let width = step.details.iter().filter(|detail| is_shown(detail)).map(|detail| detail.name.len()).max().unwrap_or(0);
    for detail in step.details.iter().filter(|detail| is_shown(detail)) {
        let place = detail.place.as_ref().map(|place| place_text(explanation, place)).unwrap_or_default();
        let value = match (detail.name, detail.value.parse()) {
            ("duration_seconds", Ok(seconds)) => format!("{} ({})", detail.value, duration(seconds)),
            (_, _) => detail.value.clone(),
        };
        page.row(5, &format!("{:width$}  {value}", detail.name), &place);
    }
    let host = &explanation.context.host;
    for cached in &step.caches {
        page.row(5, &cached.text(host.now()), "");
        if let Some(words) = cached.session_text() {
            page.row(7, &words, "");
        }
        let file = cached.file.as_ref().map(|file| host.pretty_path(file)).unwrap_or_default();
        page.row(7, &file, "");
    }
}

/// What the step's own words do not say.
fn is_shown(detail: &Detail) -> bool {
    !matches!(detail.name, "access_key_id" | "session" | "login_session")
}

pub(super) fn step_words(step: &Step) -> String {
    let detail = |name: &str| step.detail(name);
    let whose = step.profile.as_deref().map_or_else(String::new, |profile| format!(" of profile {profile}"));
    match step.kind {
        "static" => format!("access key {}{whose}", detail("access_key_id")),
        "environment" => format!("access key {} of the environment", detail("access_key_id")),
        "sso" => format!("Identity Center role, signed in to {}{whose}", detail("session")),
        "web-identity" => format!("role by a web identity token{whose}"),
        "process" => format!("the credential_process{whose}"),
        "login" => format!("console session {}{whose}", detail("login_session")),
        "ecs-container" => "the container's endpoint".to_owned(),
        "ec2-instance-metadata" => "the instance's metadata service".to_owned(),
        "session-token" => "MFA session, for every role of the device".to_owned(),
        _ => format!("role{whose}"),
    }
}

/// Whole hours or minutes in words.
fn duration(seconds: i64) -> String {
    match (seconds % 3_600, seconds % 60) {
        (0, _) => format!("{} h", seconds / 3_600),
        (_, 0) => format!("{} min", seconds / 60),
        (_, _) => format!("{seconds} s"),
    }
}

fn needs(explanation: &Explanation<'_>, page: &mut Page) {
    page.title("Needed from you now");
    if explanation.needs.is_empty() {
        page.row(2, "nothing", "");
    }
    for need in &explanation.needs {
        page.row(2, &need_words(need), "");
    }
}

/// The label of what a setting shadows.
const INSTEAD: &str = "  instead of";

fn settings(explanation: &Explanation<'_>, page: &mut Page) {
    page.title("Settings");
    // Who is not asked matters to nobody.
    let asks_instance = matches!(explanation.plan.base.provider, Provider::Ec2InstanceMetadata);
    let matters = |setting: &&Setting| asks_instance || !setting.name.to_ascii_lowercase().contains("metadata");
    let is_said = |setting: &&Setting| setting.value.origin != Provenance::Default;
    let (said, defaults): (Vec<&Setting>, Vec<&Setting>) = explanation.settings.iter().filter(matters).partition(is_said);
    let shadows = said.iter().any(|setting| !setting.shadows.is_empty()).then_some(INSTEAD);
    let names = said.iter().map(|setting| setting.name.as_str()).chain(["region"]).chain(shadows);
    let width = names.map(|name| name.chars().count()).max().unwrap_or(0);
    if explanation.plan.region.is_none() {
        page.row(2, &format!("{:width$}  unknown: nobody says one", "region"), "");
    }
    for setting in said {
        let row = |label: &str, value: &str| format!("{label:width$}  {value}");
        page.row(2, &row(&setting.name, &setting.value.value), &origin(explanation, &setting.value.origin));
        for shadow in &setting.shadows {
            page.row(2, &row(INSTEAD, &shadow.value), &origin(explanation, &shadow.origin));
        }
    }
    let defaults: Vec<String> = defaults.iter().map(|setting| format!("{} {}", setting.name, setting.value.value)).collect();
    page.sentence(2, "by default: ", &defaults.join(", "));
}

fn mode(explanation: &Explanation<'_>, page: &mut Page) {
    page.title("Mode of `awsenv use`");
    let (asked, place) = &explanation.mode;
    let mode = explanation.plan.mode(*asked);
    let place = place_text(explanation, place);
    match asked {
        Mode::Auto => page.row(2, &format!("{}, chosen by auto", mode.name()), &place),
        _ => page.row(2, mode.name(), &place),
    }
    let reasons = explanation.plan.keys_reasons();
    match (asked, mode) {
        (Mode::Auto, Mode::Keys) => {
            for reason in reasons {
                page.sentence(4, "", reason_words(reason));
            }
        }
        (Mode::Auto, _) => page.sentence(4, "", "every AWS SDK can get and refresh these credentials alone"),
        (_, _) if reasons.is_empty() => {}
        (_, _) => page.sentence(4, "", &format!("auto would give the keys: {}", reason_words(reasons[0]))),
    }
}

pub(super) fn reason_words(reason: KeysReason) -> &'static str {
    match reason {
        KeysReason::NoProfile => "there is no profile to name",
        KeysReason::Invisible => "SDKs cannot read the profile: its name, that of one behind it, or the whole file",
        KeysReason::SdksDiffer => "SDKs would take other credentials from the profile",
        KeysReason::Options => "an option or a guard makes other credentials than the profile by itself",
        KeysReason::Mfa => "an MFA code is needed, for which most SDKs cannot ask",
        KeysReason::DurationCapped => "SDKs would ask for more than the hour that a chained role may last, and be refused",
        KeysReason::LoginSession => "many SDKs do not know the sessions of `aws login` yet",
        KeysReason::EnvironmentKeys => "the role stands on keys of the environment, which `use` takes out of it",
    }
}

fn guards(explanation: &Explanation<'_>, page: &mut Page) {
    let (file, guards) = explanation.rules.sections();
    if guards.is_empty() {
        return;
    }
    page.title("Guards");
    for guard in guards {
        let place = Place::line(file.to_owned(), guard.line);
        page.row(2, &format!("[guard \"{}\"]", guard.pattern), &place_text(explanation, &place));
        page.sentence(4, "", &guard_words(guard));
    }
    if let Some(report) = &explanation.refusal {
        page.sentence(2, "refused: ", &report.message);
    }
}

fn guard_words(guard: &Guard) -> String {
    let confirm = guard.confirm.map(|confirm| match confirm {
        Confirm::Yes => "asks for a yes".to_owned(),
        Confirm::Type => "asks for the profile's name".to_owned(),
    });
    let account = guard.account.as_ref().map(|account| format!("takes account {account} only"));
    let limit = guard.max_duration.map(|seconds| format!("asks for {} at most", duration(i64::from(seconds))));
    let color = guard.color.map(|color| format!("colours the prompt {}", color.name()));
    let all: Vec<String> = [confirm, account, limit, color].into_iter().flatten().collect();
    if all.is_empty() { "says nothing".to_owned() } else { all.join("; ") }
}

fn sdks(explanation: &Explanation<'_>, page: &mut Page) {
    page.title("AWS SDKs");
    if explanation.choices.is_empty() {
        page.row(2, "no difference to the AWS CLI is known", "");
    }
    for choice in &explanation.choices {
        let sdk = match choice.sdk {
            Sdk::Every => "every SDK",
            Sdk::AllButJavaScript => "every SDK but that for JavaScript",
            Sdk::Python => "the SDK for Python (boto3)",
            Sdk::Rust => "the SDK for Rust",
        };
        page.row(2, sdk, &origin(explanation, &choice.origin));
        page.sentence(4, "", &choice_words(choice));
    }
}

fn choice_words(choice: &SdkChoice) -> String {
    let of_profile = choice.profile.as_ref().map_or_else(String::new, |profile| format!(" of profile {profile}"));
    match (choice.subject, choice.takes.as_deref()) {
        (SdkSubject::Credentials, Some("environment")) => {
            "takes the keys of the environment, also beside AWS_PROFILE (`use` takes them out)".to_owned()
        }
        (SdkSubject::Credentials, Some(kind)) => format!("takes the {kind} credentials{of_profile}"),
        (SdkSubject::Credentials, None) => format!("refuses the credentials{of_profile}"),
        (SdkSubject::File, _) => "refuses the whole file because of this line, and with it every profile".to_owned(),
        (SdkSubject::Name, _) => "cannot read the profile's name, or that of one behind it".to_owned(),
        (SdkSubject::Profile, Some(other)) => format!("takes profile {other}"),
        (SdkSubject::Region, Some(region)) => format!("takes the region {region}: it does not look at AWS_REGION"),
        (SdkSubject::Profile, None) => "takes no profile".to_owned(),
        (SdkSubject::Region, None) => "finds no region: it does not look at AWS_REGION".to_owned(),
        (SdkSubject::MfaSerial, _) => format!("assumes the role{of_profile} without the MFA code, and may be refused"),
        (SdkSubject::DurationSeconds, _) => format!("assumes the role{of_profile} for one hour, whatever is written"),
    }
}

/// What is there for credentials and not used; the settings have shown theirs already.
fn unused(explanation: &Explanation<'_>, page: &mut Page) {
    let is_region = |what: &str| matches!(what, "region" | "AWS_REGION" | "AWS_DEFAULT_REGION");
    let unused: Vec<_> = explanation.plan.shadowed.iter().filter(|shadowed| !is_region(&shadowed.what)).collect();
    if unused.is_empty() {
        return;
    }
    page.title("Not used");
    for shadowed in unused {
        let by = if shadowed.by == "PROFILE" { "the named profile" } else { shadowed.by.as_str() };
        page.row(2, &format!("{}, because of {by}", shadowed.what), &origin(explanation, &shadowed.origin));
    }
}
