//! `__AWSENV_STATE`: the undo log of one shell, in one exported variable (shells.md §2.4).
//!
//! ```text
//! 1,m,,,profile=prod,mode=keys,exp=1795316080,AWS_PROFILE=+dev:prod,AWS_SECRET_ACCESS_KEY=@:@9f86d081884c7d65
//! ^ ^ ^^ file and content hash of a directory's choice
//! | m = manual, d = directory         NAME=OLD:NEW, OLD: - was unset, +v was v, @ was a secret, parked in the shell
//! version                                           NEW: - unset by us, v, or @ and the secret's SHA-256, cut to 16 digits
//! ```
//! Every part is percent-encoded down to `A-Za-z0-9/._-`, so the variable is safe in any shell, readable by a person,
//! and never holds a secret. The names in lower case are facts for the prompt; variables are in upper case.

use std::fmt::Write as _;

use sha2::Digest as _;

use crate::{Mode, Timestamp, hex, variable};

/// The variable's name.
pub const STATE_VARIABLE: &str = "__AWSENV_STATE";

/// A name that [`crate::base_environment`] puts into a snapshot (never into a real environment) when credentials
/// that were there before are parked in the shell, where awsenv cannot read them.
pub const PARKED_MARK: &str = "__AWSENV_PARKED";

/// Who chose the profile of a shell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// A person, by `use`.
    Manual,
    /// A directory's `.awsenv`.
    Directory,
}

/// What a variable was before awsenv.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Old {
    /// Not set.
    Unset,
    /// Set to this.
    Value(Vec<u8>),
    /// A secret, kept by the shell in an unexported variable.
    Parked,
}

/// What awsenv made of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum New {
    /// Unset.
    Unset,
    /// Set to this.
    Value(Vec<u8>),
    /// Set to a secret with this hash.
    Secret(String),
}

impl New {
    /// Returns whether the variable still is what awsenv made it.
    pub fn is(&self, current: Option<&[u8]>) -> bool {
        match (self, current) {
            (Self::Unset, None) => true,
            (Self::Value(value), Some(current)) => value == current,
            (Self::Secret(hash), Some(current)) => *hash == secret_hash(current),
            (Self::Unset, Some(_)) | (Self::Value(_) | Self::Secret(_), None) => false,
        }
    }
}

/// The first 16 digits of a secret's SHA-256: enough to tell whether it is still the same, useless for finding it.
pub fn secret_hash(secret: &[u8]) -> String {
    hex(&sha2::Sha256::digest(secret)[..8])
}

/// The SHA-256 of a file's content, or of its path, in hexadecimal.
pub fn content_hash(bytes: &[u8]) -> String {
    hex(&sha2::Sha256::digest(bytes))
}

/// One variable in the log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// Before.
    pub old: Old,
    /// After.
    pub new: New,
}

/// What one shell is in, and how to leave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct State {
    /// Who chose.
    pub origin: Origin,
    /// The directory's file, when it chose.
    pub directory_file: Option<String>,
    /// The hash of that file's content.
    pub content_hash: Option<String>,
    /// The profile.
    pub profile: String,
    /// How it was given to the shell.
    pub mode: Mode,
    /// When what the shell has ends; `None` when it does not, or nobody knows.
    pub expires_at: Option<Timestamp>,
    /// Whether that end is put off without a person.
    pub refreshable: bool,
    /// The account, when certain.
    pub account_id: Option<String>,
    /// The profile before this one, for `use -`.
    pub previous: Option<String>,
    /// `--role-session-name`, for `refresh`: what CloudTrail calls this person must not change by itself.
    pub role_session_name: Option<String>,
    /// `--duration` in seconds, for `refresh`.
    pub duration_seconds: Option<u32>,
    /// The variables.
    pub log: Vec<Entry>,
}

impl State {
    /// Returns a manual state with nothing in its log.
    pub fn manual(profile: impl Into<String>, mode: Mode) -> Self {
        Self {
            origin: Origin::Manual,
            directory_file: None,
            content_hash: None,
            profile: profile.into(),
            mode,
            expires_at: None,
            refreshable: false,
            account_id: None,
            previous: None,
            role_session_name: None,
            duration_seconds: None,
            log: Vec::new(),
        }
    }

    /// Writes it.
    pub fn encode(&self) -> String {
        let mut text = String::from(match self.origin {
            Origin::Manual => "1,m,",
            Origin::Directory => "1,d,",
        });
        percent_encode(&mut text, self.directory_file.as_deref().unwrap_or("").as_bytes());
        text.push(',');
        percent_encode(&mut text, self.content_hash.as_deref().unwrap_or("").as_bytes());
        let mut fact = |name: &str, value: &str| {
            let _ = write!(text, ",{name}=");
            percent_encode(&mut text, value.as_bytes());
        };
        fact("profile", &self.profile);
        fact("mode", self.mode.name());
        if let Some(end) = self.expires_at {
            fact("exp", &end.epoch_seconds().to_string());
        }
        if self.refreshable {
            fact("refresh", "1");
        }
        if let Some(account_id) = &self.account_id {
            fact("account", account_id);
        }
        if let Some(previous) = &self.previous {
            fact("previous", previous);
        }
        if let Some(name) = &self.role_session_name {
            fact("session", name);
        }
        if let Some(seconds) = self.duration_seconds {
            fact("duration", &seconds.to_string());
        }
        for entry in &self.log {
            let _ = write!(text, ",{}=", entry.name);
            match &entry.old {
                Old::Unset => text.push('-'),
                Old::Value(value) => {
                    text.push('+');
                    percent_encode(&mut text, value);
                }
                Old::Parked => text.push('@'),
            }
            text.push(':');
            match &entry.new {
                New::Unset => text.push('-'),
                New::Value(value) if value == b"-" => text.push_str("%2D"),
                New::Value(value) => percent_encode(&mut text, value),
                New::Secret(hash) => {
                    text.push('@');
                    text.push_str(hash);
                }
            }
        }
        text
    }

    /// Reads it; `None` when the version or the syntax is not ours. Facts that are not known are passed over, and so are
    /// variables that awsenv never touches.
    pub fn decode(text: &str) -> Option<Self> {
        let mut fields = text.split(',');
        if fields.next()? != "1" {
            return None;
        }
        let origin = match fields.next()? {
            "m" => Origin::Manual,
            "d" => Origin::Directory,
            _ => return None,
        };
        let nonempty =
            |field: &str| percent_decode(field).map(|bytes| String::from_utf8(bytes).ok().filter(|text| !text.is_empty()));
        let mut state = Self::manual("", Mode::Profile);
        state.origin = origin;
        state.directory_file = nonempty(fields.next()?)?;
        state.content_hash = nonempty(fields.next()?)?;
        for field in fields {
            let (name, value) = field.split_once('=')?;
            if name.starts_with(|c: char| c.is_ascii_lowercase()) {
                let value = String::from_utf8(percent_decode(value)?).ok()?;
                match name {
                    "profile" => state.profile = value,
                    "mode" => state.mode = if value == "keys" { Mode::Keys } else { Mode::Profile },
                    "exp" => state.expires_at = Some(Timestamp::from_epoch_seconds(value.parse().ok()?)),
                    "refresh" => state.refreshable = value == "1",
                    "account" => state.account_id = Some(value),
                    "previous" => state.previous = Some(value),
                    "session" => state.role_session_name = Some(value),
                    "duration" => state.duration_seconds = Some(value.parse().ok()?),
                    _ => {}
                }
                continue;
            }
            let is_name = !name.is_empty()
                && !name.starts_with(|c: char| c.is_ascii_digit())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            let (old, new) = value.split_once(':').filter(|_| is_name)?;
            let old = match old.as_bytes().first()? {
                b'-' if old.len() == 1 => Old::Unset,
                b'@' if old.len() == 1 => Old::Parked,
                b'+' => Old::Value(percent_decode(&old[1..])?),
                _ => return None,
            };
            let new = match new.strip_prefix('@') {
                Some(hash) if hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                    New::Secret(hash.to_owned())
                }
                Some(_) => return None,
                None if new == "-" => New::Unset,
                None => New::Value(percent_decode(new)?),
            };
            if variable::is_managed(name) {
                state.log.push(Entry { name: name.to_owned(), old, new });
            }
        }
        (!state.profile.is_empty()).then_some(state)
    }
}

fn percent_encode(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => text.push(char::from(*byte)),
            _ => {
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
}

fn percent_decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = text.bytes();
    let mut decoded = Vec::with_capacity(text.len());
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => decoded.push(digit(bytes.next()?)? * 16 + digit(bytes.next()?)?),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'.' | b'_' | b'-' => decoded.push(byte),
            _ => return None,
        }
    }
    Some(decoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, old: Old, new: New) -> Entry {
        Entry { name: name.to_owned(), old, new }
    }

    #[test]
    fn what_is_written_is_read_back() {
        let mut state = State::manual("my prof,x:y=%", Mode::Keys);
        state.expires_at = Some(Timestamp::from_epoch_seconds(1_795_316_080));
        state.previous = Some("dév".into());
        state.account_id = Some("123456789012".into());
        state.refreshable = true;
        state.log = vec![
            entry("AWS_PROFILE", Old::Value(b"-".to_vec()), New::Value(b"-".to_vec())),
            entry("AWS_REGION", Old::Unset, New::Value(b"@x".to_vec())),
            entry("AWS_VAULT", Old::Value(vec![0x80, b'\n', b'\'', b',']), New::Unset),
            entry("AWS_SECRET_ACCESS_KEY", Old::Parked, New::Secret(secret_hash(b"s"))),
            entry("AWS_SESSION_TOKEN", Old::Value(Vec::new()), New::Value(Vec::new())),
        ];
        let text = state.encode();
        assert_eq!(State::decode(&text), Some(state), "{text}");
        assert!(text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-,:=+@%".contains(&byte)), "{text}");
    }

    #[test]
    fn a_log_that_came_with_the_environment_names_no_other_variable() {
        let text = "1,m,,,profile=a,PATH=+/tmp:/bin,LD_PRELOAD=+/tmp/x.so:-,AWS_X=-:-,HOME=@:-,AWS_ENDPOINT_URL_S3=-:u,AWSUME_PROFILE=+x:-";
        let names: Vec<_> = State::decode(text).expect("it is ours").log.into_iter().map(|entry| entry.name).collect();
        assert_eq!(names, ["AWS_ENDPOINT_URL_S3", "AWSUME_PROFILE"]);
    }

    #[test]
    fn what_is_not_ours_is_refused() {
        for text in [
            "",
            "2,m,,",
            "1,x,,",
            "1,m",
            "1,m,,,profile=a,AWS_REGION",
            "1,m,,,profile=a,AWS_REGION=-",
            "1,m,,,profile=a,AWS_REGION=q:-",
            "1,m,,,profile=a,AWS_REGION=-:@zz",
            "1,m,,,profile=a,A$(x)=-:-",
            "1,m,,,profile=a,1A=-:-",
            "1,m,,,profile=%4",
            "1,m,,",
            "1,m,,,profile=$(id)",
        ] {
            assert_eq!(State::decode(text), None, "{text}");
        }
    }
}
