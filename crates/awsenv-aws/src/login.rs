//! The browser's part of `aws login` (formats.md §3): the page to open, what comes back from another machine's browser,
//! and whom the identity token names. No request is made here.

use std::fmt;

use awsenv_resolve::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use serde_json::Value;

use crate::{Aws, LoginCode, Pkce, new_state};

/// The client of a browser on this machine.
const SAME_DEVICE: &str = "arn:aws:signin:::devtools/same-device";
/// The client of a browser elsewhere.
const CROSS_DEVICE: &str = "arn:aws:signin:::devtools/cross-device";

/// A sign-in that has been begun: what the browser is shown, and what must fit to what it comes back with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoginAttempt {
    /// The page to open.
    pub url: String,
    /// `state`, which must come back as it is.
    pub state: String,
    client_id: &'static str,
    redirect_uri: String,
    verifier: Secret,
}

impl LoginAttempt {
    /// Returns what [`Aws::exchange_login_code`] needs.
    pub fn with_code<'a>(&'a self, code: &'a Secret) -> LoginCode<'a> {
        LoginCode { client_id: self.client_id, code, code_verifier: &self.verifier, redirect_uri: &self.redirect_uri }
    }

    /// Returns the client, which the AWS CLI keeps in its cache file.
    pub fn client_id(&self) -> &'static str {
        self.client_id
    }

    /// Reads what the page of a browser elsewhere tells people to paste: base64 of `state=…&code=…`.
    ///
    /// # Errors
    /// When it is something else, or the answer to another attempt.
    pub fn read_pasted(&self, pasted: &Secret) -> Result<Secret, PastedCodeError> {
        let packed: String = pasted.reveal().chars().filter(|character| !character.is_whitespace()).collect();
        let packed = Secret::new(packed.trim_end_matches('='));
        let bytes = STANDARD_NO_PAD.decode(packed.reveal()).or_else(|_| URL_SAFE_NO_PAD.decode(packed.reveal()));
        let text = bytes.ok().and_then(|bytes| String::from_utf8(bytes).ok()).map(Secret::new);
        let text = text.ok_or(PastedCodeError::NotACode)?;
        let value =
            |name: &str| text.reveal().split('&').find_map(|pair| pair.strip_prefix(name)?.strip_prefix('=').map(decoded));
        let (Some(state), Some(code)) = (value("state"), value("code").filter(|code| !code.is_empty())) else {
            return Err(PastedCodeError::NotACode);
        };
        if state == self.state { Ok(Secret::new(code)) } else { Err(PastedCodeError::OtherAttempt) }
    }
}

/// Why a pasted text is no authorization code of this attempt.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PastedCodeError {
    /// It is not base64 of `state=…&code=…`.
    NotACode,
    /// It answers another attempt: its state is another.
    OtherAttempt,
}

impl fmt::Display for PastedCodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotACode => "that is not an authorization code",
            Self::OtherAttempt => "that code belongs to another sign-in",
        })
    }
}

impl std::error::Error for PastedCodeError {}

impl Aws {
    /// Begins a sign-in with a browser on this machine, which comes back to `redirect_uri`
    /// (`http://127.0.0.1:<port>/oauth/callback`).
    pub fn begin_login(&self, region: &str, redirect_uri: &str) -> LoginAttempt {
        attempt(&self.signin_endpoint(region), SAME_DEVICE, redirect_uri.to_owned())
    }

    /// Begins a sign-in with a browser elsewhere, which ends at a page that shows the code.
    pub fn begin_remote_login(&self, region: &str) -> LoginAttempt {
        let endpoint = self.signin_endpoint(region);
        attempt(&endpoint, CROSS_DEVICE, format!("{endpoint}/v1/sessions/confirmation"))
    }
}

fn attempt(endpoint: &str, client_id: &'static str, redirect_uri: String) -> LoginAttempt {
    let (pkce, state) = (Pkce::new(), new_state());
    // The parameters in the AWS CLI's order; `SHA-256` is this service's spelling of what everybody else calls `S256`.
    let url = format!(
        "{endpoint}/v1/authorize?response_type=code&client_id={}&state={state}&code_challenge_method=SHA-256&scope=openid&redirect_uri={}&code_challenge={}",
        encoded(client_id),
        encoded(&redirect_uri),
        pkce.challenge,
    );
    LoginAttempt { url, state, client_id, redirect_uri, verifier: pkce.verifier }
}

/// Returns whom an identity token names: its `sub`, which is the session's ARN. Its signature is not checked, nor does
/// the AWS CLI check it: the token came over TLS from the service that it would prove.
pub fn subject_of(id_token: &Secret) -> Option<String> {
    let payload = id_token.reveal().split('.').nth(1)?;
    let bytes = URL_SAFE_NO_PAD.decode(payload.trim_end_matches('=')).ok()?;
    let claims: Value = serde_json::from_slice(&bytes).ok()?;
    let subject = claims.get("sub")?.as_str()?;
    // It goes into a file and a question: an ARN is one printable word.
    let is_arn = subject.starts_with("arn:") && subject.len() <= 2_048 && subject.bytes().all(|byte| byte.is_ascii_graphic());
    is_arn.then(|| subject.to_owned())
}

/// A query's value, as Python's `urlencode` writes it.
pub(crate) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    encoded
}

fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let hex = text.get(at + 1..at + 3).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (byte, hex) {
            (b'%', Some(hex)) => {
                decoded.push(hex);
                at += 3;
            }
            _ => {
                decoded.push(*byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    #[test]
    fn the_page_is_the_aws_clis() {
        let attempt =
            attempt("https://eu-west-1.signin.aws.amazon.com", SAME_DEVICE, "http://127.0.0.1:4711/oauth/callback".into());
        let expected = format!(
            "https://eu-west-1.signin.aws.amazon.com/v1/authorize?response_type=code&client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device&state={}&code_challenge_method=SHA-256&scope=openid&redirect_uri=http%3A%2F%2F127.0.0.1%3A4711%2Foauth%2Fcallback&code_challenge=",
            attempt.state
        );
        assert!(attempt.url.starts_with(&expected), "{}", attempt.url);
        assert_eq!(attempt.url.len() - expected.len(), 43);
        assert!(!format!("{attempt:?}").contains(attempt.verifier.reveal()));
    }

    #[test]
    fn only_this_attempts_code_can_be_pasted() {
        let attempt = attempt("https://h", CROSS_DEVICE, "https://h/v1/sessions/confirmation".into());
        let pasted = |text: &str| attempt.read_pasted(&Secret::new(text)).map(|code| code.reveal().to_owned());
        let state = &attempt.state;
        for good in [format!("state={state}&code=c%2Bd"), format!("code=c+d&state={state}")] {
            let packed = STANDARD.encode(&good);
            assert_eq!(pasted(&packed), Ok("c+d".into()), "{good}");
            assert_eq!(pasted(&format!(" {}\n{} ", &packed[..9], &packed[9..])), Ok("c+d".into()), "wrapped by a terminal");
            assert_eq!(pasted(packed.trim_end_matches('=')), Ok("c+d".into()));
        }
        assert_eq!(pasted(&STANDARD.encode("state=other&code=c")), Err(PastedCodeError::OtherAttempt));
        for bad in
            ["", "c", "%%%", &STANDARD.encode("code=c"), &STANDARD.encode(format!("state={state}&code=")), &STANDARD.encode("x")]
        {
            assert_eq!(pasted(bad), Err(PastedCodeError::NotACode), "{bad}");
        }
    }

    #[test]
    fn the_subject_is_in_the_middle() {
        let token = |claims: &str| Secret::new(format!("h.{}.s", URL_SAFE_NO_PAD.encode(claims)));
        assert_eq!(subject_of(&token(r#"{"sub":"arn:aws:iam::1:user/a"}"#)).as_deref(), Some("arn:aws:iam::1:user/a"));
        for bad in [token("{}"), token("[]"), Secret::new("h.p.s"), Secret::new("")] {
            assert_eq!(subject_of(&bad), None);
        }
    }
}
