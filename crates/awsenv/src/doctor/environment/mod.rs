//! The variables that this shell gives to every AWS tool.

mod other_tools;
mod undo_log;
mod values;

use awsenv_resolve::region::{Verdict, judge};
use awsenv_resolve::{EnvSnapshot, Timestamp, account_of, nearest};
use awsenv_shell::ShellDialect;

use crate::report::{Code, Report};

use super::{Examined, Finding};

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let reports = profile(examined)
        .into_iter()
        .chain(region(examined))
        .chain(keys(examined))
        .chain(account(examined))
        .chain(values::check(examined))
        .chain(other_tools::check(examined))
        .chain(undo_log::check(examined));
    reports.map(Finding::from).collect()
}

/// The order in which the AWS CLI looks.
fn chosen<'a>(env: &'a EnvSnapshot, names: [&'static str; 2]) -> Option<(&'static str, &'a str)> {
    names.into_iter().find_map(|name| Some((name, env.nonempty(name)?)))
}

fn profile(examined: &Examined<'_>) -> Vec<Report> {
    let env = &examined.context.host.env;
    let mut reports = Vec::new();
    if let Some((variable, name)) = chosen(env, ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"])
        && examined.unread.is_empty()
        && name != "default"
        && examined.profiles.profile(name).is_none()
    {
        let report = Report::error(Code::UnknownProfile, format!("{variable} names a profile that no file has: `{name}`"));
        let near = nearest(name, examined.profiles.profiles().map(|profile| profile.name()));
        let report = match near.is_empty() {
            true => report,
            false => report.help(format!("did you mean {}?", crate::report::one_of(&near))),
        };
        reports.push(report.help(take_away(examined, &[variable])));
    }
    if let (Some(profile), Some(other)) = (env.nonempty("AWS_PROFILE"), env.nonempty("AWS_DEFAULT_PROFILE"))
        && profile != other
    {
        let message = format!("AWS_PROFILE is `{profile}` and AWS_DEFAULT_PROFILE is `{other}`");
        let help = "the AWS CLI and most SDKs take the first; Python programs (boto3) and the prompt oh-my-posh the second";
        reports.push(contradiction(message).help(help).help(take_away(examined, &["AWS_DEFAULT_PROFILE"])));
    }
    if let Some(profile) = env.nonempty("AWS_PROFILE").filter(|_| env.nonempty("AWS_ACCESS_KEY_ID").is_some()) {
        let message = format!("AWS_PROFILE is `{profile}`, but the keys in AWS_ACCESS_KEY_ID win over it");
        let names = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
        let set: Vec<&str> = names.into_iter().filter(|name| env.bytes(name).is_some()).collect();
        let help = "tools take the keys without looking at the profile, and prompts show the profile";
        reports.push(contradiction(message).help(help).help(take_away(examined, &set)));
    }
    reports
}

fn region(examined: &Examined<'_>) -> Vec<Report> {
    let env = &examined.context.host.env;
    let mut reports = Vec::new();
    for variable in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
        let Some(name) = env.nonempty(variable) else { continue };
        // An emulator has regions of its own, and `aws-global` is one to some SDKs.
        let is_anothers = env.nonempty("AWS_ENDPOINT_URL").is_some() || name.ends_with("-global");
        if is_anothers || (variable == "AWS_DEFAULT_REGION" && env.nonempty("AWS_REGION") == Some(name)) {
            continue;
        }
        match judge(name) {
            Verdict::Known => {}
            Verdict::Plausible => {
                let message = format!("awsenv does not know the region `{name}` from {variable}, which may be new");
                let help = "look it up: https://docs.aws.amazon.com/global-infrastructure/latest/regions/";
                reports.push(Report::note(Code::NewRegion, message).help(help));
            }
            Verdict::Unknown(near) => {
                let report = Report::error(Code::UnknownRegion, format!("{variable} is no region: `{name}`"));
                reports.push(match near.is_empty() {
                    true => report.help(take_away(examined, &[variable])),
                    false => report.help(format!("did you mean {}?", crate::report::one_of(&near))),
                });
            }
        }
    }
    if let (Some(region), Some(other)) = (env.nonempty("AWS_REGION"), env.nonempty("AWS_DEFAULT_REGION"))
        && region != other
    {
        let message = format!("AWS_REGION is `{region}` and AWS_DEFAULT_REGION is `{other}`");
        let help = "the AWS CLI and most SDKs take the first; Python programs (boto3) the second";
        reports.push(contradiction(message).help(help).help(take_away(examined, &["AWS_DEFAULT_REGION"])));
    }
    reports
}

fn keys(examined: &Examined<'_>) -> Vec<Report> {
    let env = &examined.context.host.env;
    let is_set = |name: &str| env.nonempty(name).is_some();
    let (id, secret) = (is_set("AWS_ACCESS_KEY_ID"), is_set("AWS_SECRET_ACCESS_KEY"));
    let (token, old_token) = (is_set("AWS_SESSION_TOKEN"), is_set("AWS_SECURITY_TOKEN"));
    let mut reports = Vec::new();
    match (id, secret) {
        (true, false) => reports.push(
            Report::error(Code::PartialCredentials, "AWS_ACCESS_KEY_ID is set, and AWS_SECRET_ACCESS_KEY is not")
                .help("AWS tools fail on half of a key pair")
                .help(format!("set the other half too, or {}", take_away(examined, &["AWS_ACCESS_KEY_ID"]))),
        ),
        (false, true) => reports.push(
            Report::warning(Code::PartialCredentials, "AWS_SECRET_ACCESS_KEY is set, and AWS_ACCESS_KEY_ID is not")
                .help("it is not used, only left lying there")
                .help(take_away(examined, &["AWS_SECRET_ACCESS_KEY"])),
        ),
        (false, false) if token || old_token => {
            let set: Vec<&str> = ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"].into_iter().filter(|name| is_set(name)).collect();
            let message = format!("{} is set without the keys that belong to it", set.join(" and "));
            reports.push(Report::warning(Code::PartialCredentials, message).help(take_away(examined, &set)));
        }
        (true, true) if old_token && env.nonempty("AWS_SECURITY_TOKEN") != env.nonempty("AWS_SESSION_TOKEN") => {
            let message = match token {
                true => "AWS_SECURITY_TOKEN is another token than AWS_SESSION_TOKEN",
                false => "AWS_SECURITY_TOKEN is set, and AWS_SESSION_TOKEN is not",
            };
            let help = "the AWS CLI takes AWS_SECURITY_TOKEN, its old name, first; most SDKs do not know it";
            reports.push(contradiction(message).help(help).help(take_away(examined, &["AWS_SECURITY_TOKEN"])));
        }
        (_, _) => {}
    }
    reports.extend(expiry(examined).filter(|_| id && secret));
    reports
}

fn expiry(examined: &Examined<'_>) -> Option<Report> {
    let host = &examined.context.host;
    let names = ["AWS_CREDENTIAL_EXPIRATION", "AWS_SESSION_EXPIRATION"];
    let (variable, text) = chosen(&host.env, names)?;
    let Some(end) = Timestamp::parse(text) else {
        let message = format!("{variable} is no instant: `{text}`");
        let help = "write it as 2026-11-22T10:00:00Z: prompts cannot show the time left, and the AWS CLI fails";
        return Some(Report::warning(Code::InvalidValue, message).help(help).help(take_away(examined, &[variable])));
    };
    let help = match examined.context.state() {
        Some(state) if examined.context.is_in(&state) => "`awsenv refresh` renews them".to_owned(),
        _ => {
            let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
            let set: Vec<&str> = keys.into_iter().chain(names).filter(|name| host.env.bytes(name).is_some()).collect();
            format!("renew them where they came from, `awsenv use PROFILE`, or {}", take_away(examined, &set))
        }
    };
    (end <= host.now())
        .then(|| Report::warning(Code::CredentialsExpired, format!("the keys in this shell have ended at {end}")).help(help))
}

fn account(examined: &Examined<'_>) -> Option<Report> {
    let env = &examined.context.host.env;
    let said = env.nonempty("AWS_ACCOUNT_ID")?;
    if !awsenv_resolve::is_account_id(said) {
        let message = format!("AWS_ACCOUNT_ID is no account: `{said}`");
        return Some(Report::warning(Code::InvalidValue, message).help("an account has twelve digits"));
    }
    let name = env.nonempty("AWS_PROFILE")?;
    let profile = examined.profiles.profile(name)?;
    let value = |key| profile.get(key).map(|value| value.value);
    let is = value("role_arn").and_then(account_of).or_else(|| value("sso_account_id").map(str::to_owned))?;
    (is != said).then(|| {
        contradiction(format!("AWS_ACCOUNT_ID is {said}, but the profile `{name}` is of account {is}"))
            .help("endpoints and prompts go by the variable, requests by the profile")
            .help(take_away(examined, &["AWS_ACCOUNT_ID"]))
    })
}

fn contradiction(message: impl Into<String>) -> Report {
    Report::warning(Code::VariablesContradict, message)
}

/// The line that takes variables out of this shell.
pub(super) fn take_away(examined: &Examined<'_>, names: &[&str]) -> String {
    let dialect = examined.shell.dialect().or_else(|| examined.context.dialect().ok());
    let each = |word: &str, between: &str| names.iter().map(|name| format!("{word}{name}")).collect::<Vec<_>>().join(between);
    let line = match dialect {
        Some(ShellDialect::Fish) => format!("set -e {}", names.join(" ")),
        Some(ShellDialect::PowerShell) => format!("Remove-Item {}", each("Env:", ", ")),
        Some(ShellDialect::Tcsh) => each("unsetenv ", "; "),
        Some(ShellDialect::Elvish) => each("unset-env ", "; "),
        Some(ShellDialect::Nushell) => format!("hide-env {}", names.join(" ")),
        Some(ShellDialect::Xonsh) => each("del $", "; "),
        Some(ShellDialect::Cmd) => names.iter().map(|name| format!("set {name}=")).collect::<Vec<_>>().join("& "),
        Some(ShellDialect::Bash | ShellDialect::Zsh | ShellDialect::Posix | ShellDialect::Json) | None => {
            format!("unset {}", names.join(" "))
        }
    };
    format!("take it out of this shell: {line}")
}
