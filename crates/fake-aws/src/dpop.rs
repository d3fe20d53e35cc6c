//! DPoP proofs (RFC 9449), verified for real.

use crate::encoding::{base64url, from_base64url, sha256};
use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde_json::Value;

/// How far `iat` may be from the server's clock.
const SKEW: i64 = 300;

/// What a valid proof says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Proof {
    /// RFC 7638: the name of the key.
    pub(crate) thumbprint: String,
    /// The proof's own id, which may be used once.
    pub(crate) jti: String,
}

/// Checks a proof for this method and one of these URLs.
pub(crate) fn verify(proof: &str, method: &str, urls: &[String], now: i64) -> Result<Proof, &'static str> {
    let parts: Vec<&str> = proof.split('.').collect();
    let [header, payload, signature] = parts[..] else { return Err("DPoP proof is not a compact JWT") };
    let json = |part: &str| -> Option<Value> { serde_json::from_slice(&from_base64url(part)?).ok() };
    let (Some(head), Some(claims)) = (json(header), json(payload)) else { return Err("DPoP proof is not a JWT") };
    if head["typ"] != "dpop+jwt" || head["alg"] != "ES256" {
        return Err("DPoP proof must be dpop+jwt with ES256");
    }
    let jwk = &head["jwk"];
    if jwk["kty"] != "EC" || jwk["crv"] != "P-256" || !jwk["d"].is_null() {
        return Err("DPoP key must be a public P-256 key");
    }
    let (x, y) = (jwk["x"].as_str().unwrap_or_default(), jwk["y"].as_str().unwrap_or_default());
    let key = key(x, y).ok_or("DPoP key is not a point on the curve")?;
    let signature =
        from_base64url(signature).and_then(|bytes| Signature::from_slice(&bytes).ok()).ok_or("DPoP signature is not r and s")?;
    let signed = &proof[..header.len() + 1 + payload.len()];
    key.verify(signed.as_bytes(), &signature).map_err(|_| "DPoP signature is wrong")?;
    if claims["htm"] != method {
        return Err("DPoP htm does not match");
    }
    if !urls.iter().any(|url| claims["htu"] == url.as_str()) {
        return Err("DPoP htu does not match");
    }
    if claims["iat"].as_i64().is_none_or(|at| (at - now).abs() > SKEW) {
        return Err("DPoP iat is not within five minutes");
    }
    let jti = claims["jti"].as_str().filter(|jti| !jti.is_empty()).ok_or("DPoP jti is missing")?.to_owned();
    Ok(Proof { thumbprint: thumbprint(x, y), jti })
}

/// RFC 7638, which fixes the members, their order and the absence of space.
pub(crate) fn thumbprint(x: &str, y: &str) -> String {
    base64url(&sha256(format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#).as_bytes()))
}

fn key(x: &str, y: &str) -> Option<VerifyingKey> {
    let (x, y) = (from_base64url(x)?, from_base64url(y)?);
    if x.len() != 32 || y.len() != 32 {
        return None;
    }
    VerifyingKey::from_sec1_bytes(&[&[4][..], &x, &y].concat()).ok()
}

/// Makes a proof as a client does, for this crate's own tests.
#[cfg(test)]
pub(crate) fn prove(key: &p256::ecdsa::SigningKey, change: impl Fn(&mut Value, &mut Value), claims: Value) -> String {
    use p256::ecdsa::signature::Signer as _;
    let point = key.verifying_key().to_sec1_point(false);
    let (x, y) = (base64url(&point.as_bytes()[1..33]), base64url(&point.as_bytes()[33..]));
    let mut head =
        serde_json::json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": { "kty": "EC", "x": x, "y": y, "crv": "P-256" } });
    let mut claims = claims;
    change(&mut head, &mut claims);
    let signed = format!("{}.{}", base64url(head.to_string().as_bytes()), base64url(claims.to_string().as_bytes()));
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", base64url(&signature.to_bytes()))
}

/// Returns a fixed key for this crate's own tests.
#[cfg(test)]
pub(crate) fn test_key(byte: u8) -> p256::ecdsa::SigningKey {
    p256::ecdsa::SigningKey::from_slice(&[byte; 32]).expect("any small number is a key")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const URL: &str = "http://127.0.0.1:1/v1/token";

    fn check(change: impl Fn(&mut Value, &mut Value)) -> Result<Proof, &'static str> {
        let claims = json!({ "htm": "POST", "htu": URL, "iat": 1000, "jti": "one" });
        verify(&prove(&test_key(7), change, claims), "POST", &[URL.to_owned()], 1100)
    }

    #[test]
    fn a_right_proof_names_its_key() {
        let proof = check(|_, _| ()).expect("nothing is wrong with it");
        assert_eq!((proof.jti.as_str(), proof.thumbprint.len()), ("one", 43));
    }

    #[test]
    fn every_wrong_part_is_found() {
        type Change = fn(&mut Value, &mut Value);
        let rows: [(Change, &str); 9] = [
            (|head, _| head["typ"] = json!("JWT"), "DPoP proof must be dpop+jwt with ES256"),
            (|head, _| head["jwk"]["d"] = json!("x"), "DPoP key must be a public P-256 key"),
            (|head, _| head["jwk"]["x"] = json!("AAAA"), "DPoP key is not a point on the curve"),
            (|head, _| head["jwk"]["y"] = head["jwk"]["x"].clone(), "DPoP key is not a point on the curve"),
            (|_, claims| claims["htm"] = json!("GET"), "DPoP htm does not match"),
            (|_, claims| claims["htu"] = json!("http://elsewhere/v1/token"), "DPoP htu does not match"),
            (|_, claims| claims["iat"] = json!(700), "DPoP iat is not within five minutes"),
            (|_, claims| claims["iat"] = json!("1000"), "DPoP iat is not within five minutes"),
            (|_, claims| claims["jti"] = json!(""), "DPoP jti is missing"),
        ];
        for (change, why) in rows {
            assert_eq!(check(change), Err(why));
        }
        assert_eq!(verify("a.b", "POST", &[], 0), Err("DPoP proof is not a compact JWT"));
        assert_eq!(verify("a.b.c", "POST", &[], 0), Err("DPoP proof is not a JWT"));
    }

    #[test]
    fn a_signature_by_another_key_is_wrong() {
        let claims = json!({ "htm": "POST", "htu": URL, "iat": 1000, "jti": "one" });
        let (mine, other) = (prove(&test_key(7), |_, _| (), claims.clone()), prove(&test_key(8), |_, _| (), claims));
        let mixed = format!("{}.{}", &mine[..mine.rfind('.').expect("a JWT")], &other[other.rfind('.').expect("a JWT") + 1..]);
        assert_eq!(verify(&mixed, "POST", &[URL.to_owned()], 1000), Err("DPoP signature is wrong"));
    }
}
