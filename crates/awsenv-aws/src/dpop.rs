//! Proofs: that whoever refreshes a sign-in holds its key (DPoP, RFC 9449), and that whoever redeems a code began the
//! sign-in (PKCE, RFC 7636).

use std::fmt;

use awsenv_resolve::Secret;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::Generate as _;
use p256::elliptic_curve::common::getrandom;
use p256::pkcs8::LineEnding;
use sha2::{Digest as _, Sha256};

/// The key in a login cache file is no P-256 key in SEC1 PEM.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DpopKeyError;

impl fmt::Display for DpopKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the session's `dpopKey` is not an EC private key")
    }
}

impl std::error::Error for DpopKeyError {}

/// Makes the key of a new sign-in, in the form in which the AWS CLI keeps it (`-----BEGIN EC PRIVATE KEY-----`).
pub fn new_dpop_key() -> Secret {
    let pem = SecretKey::generate().to_sec1_pem(LineEnding::LF).expect("a key that was just made has a PEM form");
    Secret::new(pem.as_str())
}

/// Returns a random version 4 UUID, as the AWS CLI uses for `state`.
pub fn new_state() -> String {
    let mut bytes: [u8; 16] = random();
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

/// A PKCE verifier and its challenge.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pkce {
    /// Sent with the code.
    pub verifier: Secret,
    /// Sent to the browser: base64url of the verifier's SHA-256.
    pub challenge: String,
}

impl Pkce {
    /// Makes a pair of 64 characters and 43.
    pub fn new() -> Self {
        Self::of(URL_SAFE_NO_PAD.encode(random::<48>()))
    }

    fn of(verifier: String) -> Self {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
        Self { verifier: Secret::new(verifier), challenge }
    }
}

impl Default for Pkce {
    fn default() -> Self {
        Self::new()
    }
}

/// Proves possession of the key for one POST to `url`.
pub(crate) fn proof(key_pem: &Secret, url: &str, now: i64) -> Result<String, DpopKeyError> {
    proof_with_id(key_pem, url, now, &new_state())
}

fn proof_with_id(key_pem: &Secret, url: &str, now: i64, id: &str) -> Result<String, DpopKeyError> {
    let key = SecretKey::from_sec1_pem(key_pem.reveal()).map_err(|_| DpopKeyError)?;
    let key = SigningKey::from(key);
    let point = key.verifying_key().to_sec1_point(false);
    // Uncompressed: a byte that says so, then x and y.
    let (x, y) = point.as_bytes()[1..].split_at(32);
    let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
    let head = serde_json::json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": { "kty": "EC", "x": x, "y": y, "crv": "P-256" } });
    let claims = serde_json::json!({ "htm": "POST", "htu": url, "iat": now, "jti": id });
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(head.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
    let signature: Signature = key.sign(signed.as_bytes());
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes())))
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("an operating system without randomness cannot sign anybody in");
    bytes
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Verifier as _;

    use super::*;

    #[test]
    fn a_proof_can_be_verified() {
        let key = new_dpop_key();
        let proof = proof_with_id(&key, "https://h/v1/token", 7, "id").expect("a good key");
        let parts: Vec<&str> = proof.split('.').collect();
        let text = |part: &str| String::from_utf8(URL_SAFE_NO_PAD.decode(part).expect("base64url")).expect("UTF-8");
        assert_eq!(text(parts[1]), r#"{"htm":"POST","htu":"https://h/v1/token","iat":7,"jti":"id"}"#);
        assert!(text(parts[0]).starts_with(r#"{"typ":"dpop+jwt","alg":"ES256","jwk":{"kty":"EC","x":""#), "{}", text(parts[0]));
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(parts[2]).expect("base64url")).expect("r and s");
        let verifying = *SigningKey::from(SecretKey::from_sec1_pem(key.reveal()).expect("its own")).verifying_key();
        assert!(verifying.verify(format!("{}.{}", parts[0], parts[1]).as_bytes(), &signature).is_ok());
    }

    #[test]
    fn a_key_looks_as_the_aws_cli_keeps_it() {
        let key = new_dpop_key();
        let lines: Vec<&str> = key.reveal().lines().collect();
        assert_eq!((lines[0], lines[1].len()), ("-----BEGIN EC PRIVATE KEY-----", 64));
        assert!(key.reveal().ends_with("-----END EC PRIVATE KEY-----\n"));
        assert_eq!(proof(&Secret::new("no key"), "u", 0), Err(DpopKeyError));
    }

    #[test]
    fn a_challenge_follows_from_its_verifier() {
        // RFC 7636, appendix B.
        let pkce = Pkce::of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned());
        assert_eq!(pkce.challenge, "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        let (one, other) = (Pkce::new(), Pkce::new());
        assert_eq!((one.verifier.reveal().len(), one.challenge.len()), (64, 43));
        assert_ne!(one, other);
    }

    #[test]
    fn states_are_uuids() {
        let state = new_state();
        assert_eq!((state.len(), &state[14..15]), (36, "4"));
        assert!(matches!(&state[19..20], "8" | "9" | "a" | "b"));
    }
}
