//! What other switchers have left in this shell. Their variables outrank AWS_PROFILE in some prompts and tools.

use awsenv_resolve::{EnvSnapshot, Timestamp};

use crate::report::{Code, Report};

use super::super::Examined;
use super::take_away;

/// A tool, and how it is known. What each exports and what reads it was measured: peers.md §3.2 and §3.3.
struct Tool {
    name: &'static str,
    /// Exact names, or with `*` at the end all that begin so.
    variables: &'static [&'static str],
    /// The one that names its profile.
    profile: Option<&'static str>,
    /// The one that says when it ends.
    expiry: Option<&'static str>,
    misleads: &'static str,
}

const TOOLS: &[Tool] = &[
    Tool {
        name: "aws-vault",
        variables: &["AWS_VAULT"],
        profile: Some("AWS_VAULT"),
        expiry: Some("AWS_CREDENTIAL_EXPIRATION"),
        misleads: "starship, powerlevel10k, oh-my-posh and spaceship show it instead of AWS_PROFILE, and aws-vault refuses to run",
    },
    Tool {
        name: "awsume",
        variables: &["AWSUME_*"],
        profile: Some("AWSUME_PROFILE"),
        expiry: Some("AWSUME_EXPIRATION"),
        misleads: "starship and powerlevel10k show AWSUME_PROFILE instead of AWS_PROFILE",
    },
    Tool {
        name: "awsu",
        variables: &["AWSU_*"],
        profile: Some("AWSU_PROFILE"),
        expiry: Some("AWSU_EXPIRES"),
        misleads: "starship shows AWSU_PROFILE instead of AWS_PROFILE",
    },
    Tool {
        name: "aws-sso-cli",
        variables: &[
            "AWS_SSO",
            "AWS_SSO_PROFILE",
            "AWS_SSO_ACCOUNT_ID",
            "AWS_SSO_ROLE_NAME",
            "AWS_SSO_ROLE_ARN",
            "AWS_SSO_SESSION_EXPIRATION",
            "AWS_SSO_DEFAULT_REGION",
        ],
        profile: Some("AWS_SSO_PROFILE"),
        expiry: Some("AWS_SSO_SESSION_EXPIRATION"),
        misleads: "powerlevel10k shows AWS_SSO_PROFILE instead of AWS_PROFILE",
    },
    Tool {
        name: "granted",
        variables: &["GRANTED_SSO*", "GRANTED_COMMAND"],
        profile: None,
        expiry: Some("AWS_SESSION_EXPIRATION"),
        misleads: "`assume` and its prompts go by them",
    },
    Tool {
        name: "the aws plugin of oh-my-zsh",
        variables: &["AWS_EB_PROFILE", "AWS_PROFILE_REGION"],
        profile: Some("AWS_EB_PROFILE"),
        expiry: None,
        misleads: "`eb` takes AWS_EB_PROFILE, and the plugin's prompt AWS_PROFILE_REGION",
    },
    Tool {
        name: "saml2aws",
        variables: &["SAML2AWS_PROFILE", "EC2_SECURITY_TOKEN"],
        profile: Some("SAML2AWS_PROFILE"),
        expiry: Some("AWS_CREDENTIAL_EXPIRATION"),
        misleads: "older tools take EC2_SECURITY_TOKEN for the session's token",
    },
];

pub(super) fn check(examined: &Examined<'_>) -> Vec<Report> {
    TOOLS.iter().filter_map(|tool| left_by(tool, examined)).collect()
}

fn left_by(tool: &Tool, examined: &Examined<'_>) -> Option<Report> {
    let env = &examined.context.host.env;
    let is_its = |name: &&str| {
        let mut patterns = tool.variables.iter();
        patterns.any(|pattern| pattern.strip_suffix('*').map_or(name == pattern, |prefix| name.starts_with(prefix)))
    };
    let found: Vec<&str> = env.names().filter(is_its).filter(|name| env.nonempty(name).is_some()).collect();
    if found.is_empty() {
        return None;
    }
    let why = stale(tool, env, examined)?;
    let report = Report::warning(Code::OtherToolLeft, format!("{} has left {} in this shell: {why}", tool.name, list(&found)));
    let help = format!("{}; `awsenv use` puts it aside", take_away(examined, &found));
    Some(report.help(tool.misleads).help(help))
}

/// Why what a tool has set is not how this shell is; `None` in a shell that is the tool's.
fn stale(tool: &Tool, env: &EnvSnapshot, examined: &Examined<'_>) -> Option<String> {
    let context = examined.context;
    if let Some(state) = context.state().filter(|state| context.is_in(state)) {
        return Some(format!("it is in `{}` now", state.profile));
    }
    let expiry = tool.expiry.and_then(|variable| env.nonempty(variable)).and_then(Timestamp::parse);
    if let Some(end) = expiry.filter(|end| *end <= context.host.now()) {
        return Some(format!("its session has ended at {end}"));
    }
    let its_profile = tool.profile.and_then(|variable| env.nonempty(variable));
    match (env.nonempty("AWS_PROFILE"), its_profile) {
        (Some(profile), Some(its)) if profile != its => return Some(format!("it says `{its}`, and AWS_PROFILE `{profile}`")),
        (Some(_), _) => return None,
        (None, _) => {}
    }
    let keys = ["AWS_ACCESS_KEY_ID", "AWS_CONTAINER_CREDENTIALS_FULL_URI"];
    let has_keys = keys.iter().any(|name| env.nonempty(name).is_some());
    (!has_keys).then(|| "the credentials that it stands for are not here".to_owned())
}

fn list(names: &[&str]) -> String {
    match names {
        [only] => (*only).to_owned(),
        [first, second] => format!("{first} and {second}"),
        [first, rest @ ..] => format!("{first} and {} more variables", rest.len()),
        [] => String::new(),
    }
}
