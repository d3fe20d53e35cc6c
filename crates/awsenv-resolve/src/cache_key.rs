//! The names of the AWS CLI's cache files, so that its caches are ours (formats.md §1.1, §2, §3).

use std::fmt;
use std::fmt::Write as _;

use sha1::Digest as _;

/// Which of the caches a file is in; each has a directory of its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum CacheKind {
    /// `~/.aws/cli/cache`: credentials of roles, from STS or Identity Center.
    Role,
    /// `~/.aws/sso/cache`: Identity Center tokens and client registrations.
    Sso,
    /// `~/.aws/login/cache` (or `AWS_LOGIN_CACHE_DIRECTORY`): `aws login` sessions.
    Login,
    /// awsenv's own state directory: MFA sessions (GetSessionToken), for which the AWS CLI has no cache.
    MfaSession,
}

/// The name of one cache entry.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct CacheKey {
    /// The cache that it is in.
    pub kind: CacheKind,
    /// The hash, in hexadecimal.
    pub name: String,
}

impl CacheKey {
    /// The entry of an AssumeRole call: `sha1` of Python's `json.dumps(kwargs, sort_keys=True)` over what the profile
    /// sets; neither region, source profile nor token code is in it (botocore `AssumeRoleCredentialFetcher`).
    pub fn assume_role(role: &RoleArguments<'_>) -> Self {
        let mut json = PythonJson::new(", ", ": ");
        if let Some(duration) = role.duration_seconds {
            json.number("DurationSeconds", duration);
        }
        json.optional("ExternalId", role.external_id);
        json.string("RoleArn", role.role_arn);
        json.optional("RoleSessionName", role.role_session_name.filter(|name| !name.is_empty()));
        json.optional("SerialNumber", role.mfa_serial);
        Self::sha1(CacheKind::Role, &json.end())
    }

    /// The entry of an AssumeRoleWithWebIdentity call; the token file is not in it.
    pub fn web_identity(role_arn: &str, role_session_name: Option<&str>) -> Self {
        Self::assume_role(&RoleArguments { role_arn, role_session_name, ..RoleArguments::default() })
    }

    /// The entry of Identity Center's GetRoleCredentials (compact JSON). `session` is the `sso_session` name, or for
    /// a legacy profile the start URL.
    pub fn sso_role(account_id: &str, role_name: &str, session: SsoCacheName<'_>) -> Self {
        let mut json = PythonJson::new(",", ":");
        json.string("accountId", account_id);
        json.string("roleName", role_name);
        match session {
            SsoCacheName::Session(name) => json.string("sessionName", name),
            SsoCacheName::StartUrl(url) => json.string("startUrl", url),
        }
        Self::sha1(CacheKind::Role, &json.end())
    }

    /// The Identity Center token: `sha1` of the session's name, or of the start URL exactly as configured.
    pub fn sso_token(session: SsoCacheName<'_>) -> Self {
        let (SsoCacheName::Session(text) | SsoCacheName::StartUrl(text)) = session;
        Self::sha1(CacheKind::Sso, text)
    }

    /// The Identity Center client registration; `scopes` as configured, `None` when the key is not there.
    pub fn sso_registration(region: &str, scopes: Option<&[&str]>, session_name: Option<&str>, start_url: &str) -> Self {
        let mut json = PythonJson::new(", ", ": ");
        json.string("region", region);
        json.list_or_null("scopes", scopes);
        json.string_or_null("session_name", session_name);
        json.string("startUrl", start_url);
        json.string("tool", "botocore");
        Self::sha1(CacheKind::Sso, &json.end())
    }

    /// The `aws login` session: `sha256` of the `login_session` value.
    pub fn login(login_session: &str) -> Self {
        Self { kind: CacheKind::Login, name: hex(&sha2::Sha256::digest(login_session.trim().as_bytes())) }
    }

    /// An MFA session: of a user's long-term key and the device. The key id is in it so that new keys ask anew.
    pub fn mfa_session(access_key_id: &str, serial: &str, duration_seconds: u32) -> Self {
        Self::sha1(CacheKind::MfaSession, &format!("{access_key_id}\n{serial}\n{duration_seconds}"))
    }

    /// The file's name.
    pub fn file_name(&self) -> String {
        format!("{}.json", self.name)
    }

    fn sha1(kind: CacheKind, input: &str) -> Self {
        Self { kind, name: hex(&sha1::Sha1::digest(input.as_bytes())) }
    }
}

impl fmt::Display for CacheKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}/{}", self.kind, self.file_name())
    }
}

/// The arguments of AssumeRole that the AWS CLI puts into a cache entry's name.
#[derive(Clone, Copy, Default, Debug)]
pub struct RoleArguments<'a> {
    /// `RoleArn`.
    pub role_arn: &'a str,
    /// `RoleSessionName`, from `role_session_name`; a generated one is left out.
    pub role_session_name: Option<&'a str>,
    /// `ExternalId`.
    pub external_id: Option<&'a str>,
    /// `SerialNumber`, from `mfa_serial`.
    pub mfa_serial: Option<&'a str>,
    /// `DurationSeconds`, as the profile has it.
    pub duration_seconds: Option<i64>,
}

/// What an Identity Center sign-in is filed under.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SsoCacheName<'a> {
    /// The name of an `[sso-session]`.
    Session(&'a str),
    /// The start URL of a legacy profile, with no normalisation.
    StartUrl(&'a str),
}

/// Returns bytes in lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Python's `json.dumps` of one flat object whose keys are given in order: its separators, and ASCII only.
struct PythonJson {
    text: String,
    item: &'static str,
    colon: &'static str,
}

impl PythonJson {
    fn new(item: &'static str, colon: &'static str) -> Self {
        Self { text: String::from("{"), item, colon }
    }

    fn key(&mut self, key: &str) {
        if self.text.len() > 1 {
            self.text.push_str(self.item);
        }
        python_string(&mut self.text, key);
        self.text.push_str(self.colon);
    }

    fn string(&mut self, key: &str, value: &str) {
        self.key(key);
        python_string(&mut self.text, value);
    }

    fn number(&mut self, key: &str, value: i64) {
        self.key(key);
        let _ = write!(self.text, "{value}");
    }

    fn optional(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(key, value);
        }
    }

    fn string_or_null(&mut self, key: &str, value: Option<&str>) {
        match value {
            Some(value) => self.string(key, value),
            None => {
                self.key(key);
                self.text.push_str("null");
            }
        }
    }

    fn list_or_null(&mut self, key: &str, values: Option<&[&str]>) {
        self.key(key);
        let Some(values) = values else {
            self.text.push_str("null");
            return;
        };
        self.text.push('[');
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                self.text.push_str(self.item);
            }
            python_string(&mut self.text, value);
        }
        self.text.push(']');
    }

    fn end(mut self) -> String {
        self.text.push('}');
        self.text
    }
}

/// A string as Python's `json.dumps` writes it with `ensure_ascii`: UTF-16 escapes for what is not ASCII.
fn python_string(text: &mut String, value: &str) {
    text.push('"');
    for c in value.chars() {
        match c {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '\n' => text.push_str("\\n"),
            '\r' => text.push_str("\\r"),
            '\t' => text.push_str("\\t"),
            '\u{8}' => text.push_str("\\b"),
            '\u{c}' => text.push_str("\\f"),
            ' '..='~' => text.push(c),
            _ => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(text, "\\u{unit:04x}");
                }
            }
        }
    }
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roles_are_filed_where_the_cli_files_them() {
        let role_arn = "arn:aws:iam::123456789012:role/demo";
        let base = RoleArguments { role_arn, ..RoleArguments::default() };
        for (arguments, name) in [
            (base, "5f52c9c583acfd120a607977e4f21fe86b7fa42d"),
            (RoleArguments { role_session_name: Some("alice"), ..base }, "285e1c799d70dfec357767cc78c19246e5f667e0"),
            (RoleArguments { role_session_name: Some(""), ..base }, "5f52c9c583acfd120a607977e4f21fe86b7fa42d"),
            (RoleArguments { external_id: Some("12345"), ..base }, "0351a818dd41bebee0fc76a8f834fc6daa5f4493"),
            (RoleArguments { duration_seconds: Some(3600), ..base }, "36c7f4c87dc42f92b630a9cbc738add1d2d6cbea"),
        ] {
            assert_eq!(CacheKey::assume_role(&arguments).name, name, "{arguments:?}");
        }
    }

    #[test]
    fn strings_are_escaped_as_python_does() {
        let mut text = String::new();
        python_string(&mut text, "é\u{1F600}\"\\\n\u{7f}");
        assert_eq!(text, "\"\\u00e9\\ud83d\\ude00\\\"\\\\\\n\\u007f\"");
    }
}
