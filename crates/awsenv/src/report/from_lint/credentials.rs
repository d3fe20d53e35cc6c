//! Access keys.

use awsenv_lint::Lint;

use super::{Code, Words, listed, say, these};

pub(super) fn words(lint: &Lint) -> Option<Words> {
    Some(match lint {
        Lint::PlainTextKeys { profiles } => {
            let message =
                format!("{} long-term keys in plain text, which every program of yours can read", these(profiles, "has", "have"));
            say(Code::PlainTextKeys, message)
                .help("best is none: `awsenv configure sso-session` and `awsenv login`, or `awsenv login NAME` with the console's sign-in")
                .help("or keep them in a keychain behind `credential_process`, and let them only assume roles, with MFA")
        }
        Lint::SharedKeys { profiles } => say(Code::SharedKeys, format!("profiles {} have the same access key", listed(profiles)))
            .help("keep it in one of them, and let the others name that one as `source_profile`"),
        Lint::KeysInConfig { profiles } => {
            say(Code::KeysInConfig, format!("{} access keys in the config file", these(profiles, "has", "have")))
                .help("the credentials file is for them: the config file is shown and shared more lightly")
        }
        Lint::TokenMissing { profile } => say(
            Code::SessionTokenMissing,
            format!("the access key of profile `{profile}` is a temporary one, and its session token is missing"),
        )
        .here("ASIA… is never valid alone")
        .help("add its `aws_session_token`, or take new credentials"),
        Lint::TokenUnwanted { profile } => say(
            Code::SessionTokenUnwanted,
            format!("profile `{profile}` has a session token beside a long-term key, and AWS refuses the two together"),
        )
        .here("left over from other credentials")
        .help("remove the session token"),
        Lint::KeysSwapped { profile } => {
            say(Code::KeysSwapped, format!("the secret access key of profile `{profile}` is an access key id"))
                .help("the id begins with AKIA or ASIA, the secret has forty letters of both kinds: they may have changed places")
        }
        Lint::OddKeyId { profile } => {
            say(Code::InvalidValue, format!("the access key id of profile `{profile}` does not look like one"))
                .help("it has twenty capital letters and digits, and begins with AKIA or ASIA")
        }
        _ => return None,
    })
}
