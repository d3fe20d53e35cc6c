//! Signature Version 4, checked for real, and who has signed.

use crate::encoding::{hex, hmac, parse_form, percent_encode, sha256};
use crate::failure::Failure;
use crate::http::HttpRequest;
use crate::state::{Credentials, Identity, Kind, State};
use crate::time::{basic, parse_basic};
use sha2::Sha256;

/// How far the client's clock may be off.
const SKEW: i64 = 15 * 60;

/// The `Authorization` header in its parts.
#[derive(Debug)]
struct Authorization<'a> {
    access_key_id: &'a str,
    date: &'a str,
    region: &'a str,
    service: &'a str,
    signed_headers: Vec<&'a str>,
    signature: &'a str,
}

/// Returns who has signed this request for this service.
pub(crate) fn authenticate(state: &State, request: &HttpRequest, service: &str) -> Result<Identity, Failure> {
    let header = request
        .header("authorization")
        .ok_or_else(|| Failure::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token"))?;
    let authorization = parse(header)
        .ok_or_else(|| Failure::new(400, "IncompleteSignature", format!("Authorization header is not understood: {header}")))?;
    let amz_date = request.header("x-amz-date").unwrap_or_default();
    check_time(amz_date, state.now())?;
    if authorization.service != service {
        let message = format!("Credential should be scoped to correct service: '{service}'. ");
        return Err(Failure::new(403, "SignatureDoesNotMatch", message));
    }
    let token = request.header("x-amz-security-token");
    let (identity, secret) = key_owner(state, authorization.access_key_id, token)?;
    let expected = sign(request, &authorization, amz_date, &secret);
    if expected != authorization.signature
        || !amz_date.starts_with(authorization.date)
        || !authorization.signed_headers.contains(&"host")
    {
        let message = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.";
        return Err(Failure::new(403, "SignatureDoesNotMatch", message));
    }
    Ok(identity)
}

/// Finds whose key this is, and its secret.
fn key_owner(state: &State, access_key_id: &str, token: Option<&str>) -> Result<(Identity, String), Failure> {
    let invalid = || Failure::new(403, "InvalidClientTokenId", "The security token included in the request is invalid.");
    if let Some(user) = state.world.users.iter().find(|user| user.access_key_id == access_key_id) {
        return match token {
            None => Ok((Identity::user(user, Kind::LongTerm, false), user.secret_access_key.clone())),
            Some(_) => Err(invalid()),
        };
    }
    let issued = state.issued.get(access_key_id).ok_or_else(invalid)?;
    let Credentials { secret_access_key, session_token, expires_at, .. } = &issued.credentials;
    if token != Some(session_token) {
        return Err(invalid());
    }
    if *expires_at <= state.now() {
        return Err(Failure::new(403, "ExpiredToken", "The security token included in the request is expired"));
    }
    Ok((issued.identity.clone(), secret_access_key.clone()))
}

fn check_time(amz_date: &str, now: i64) -> Result<(), Failure> {
    let Some(signed_at) = parse_basic(amz_date) else {
        return Err(Failure::new(400, "IncompleteSignature", "Date must be in ISO-8601 'basic format'."));
    };
    let message = if signed_at < now - SKEW {
        format!("Signature expired: {amz_date} is now earlier than {} ({} - 15 min.)", basic(now - SKEW), basic(now))
    } else if signed_at > now + SKEW {
        format!("Signature not yet current: {amz_date} is still later than {} ({} + 15 min.)", basic(now + SKEW), basic(now))
    } else {
        return Ok(());
    };
    Err(Failure::new(403, "SignatureDoesNotMatch", message))
}

fn parse(header: &str) -> Option<Authorization<'_>> {
    let rest = header.strip_prefix("AWS4-HMAC-SHA256")?.trim_start();
    let part = |name: &str| rest.split(',').find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
    let mut scope = part("Credential")?.split('/');
    let authorization = Authorization {
        access_key_id: scope.next()?,
        date: scope.next()?,
        region: scope.next()?,
        service: scope.next()?,
        signed_headers: part("SignedHeaders")?.split(';').collect(),
        signature: part("Signature")?,
    };
    (scope.next() == Some("aws4_request") && scope.next().is_none()).then_some(authorization)
}

fn sign(request: &HttpRequest, authorization: &Authorization<'_>, amz_date: &str, secret: &str) -> String {
    let Authorization { date, region, service, .. } = authorization;
    let scope = format!("{date}/{region}/{service}/aws4_request");
    let canonical = canonical_request(request, &authorization.signed_headers);
    let to_sign = format!("AWS4-HMAC-SHA256\n{amz_date}\n{scope}\n{}", hex(&sha256(canonical.as_bytes())));
    let mut key = format!("AWS4{secret}").into_bytes();
    for part in [*date, *region, *service, "aws4_request"] {
        key = hmac::<Sha256>(&key, part.as_bytes());
    }
    hex(&hmac::<Sha256>(&key, to_sign.as_bytes()))
}

fn canonical_request(request: &HttpRequest, signed_headers: &[&str]) -> String {
    let mut query: Vec<(String, String)> =
        parse_form(&request.query).iter().map(|(name, value)| (percent_encode(name), percent_encode(value))).collect();
    query.sort();
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let headers: String = signed_headers
        .iter()
        .map(|name| {
            let words: Vec<&str> = request.header(name).unwrap_or_default().split_whitespace().collect();
            format!("{name}:{}\n", words.join(" "))
        })
        .collect();
    let payload = hex(&sha256(&request.body));
    format!("{}\n{}\n{}\n{headers}\n{}\n{payload}", request.method, request.path, query.join("&"), signed_headers.join(";"))
}

/// Signs a request as a client does, for this crate's own tests.
#[cfg(test)]
pub(crate) fn sign_headers(
    body: &str,
    host: &str,
    service: &str,
    at: i64,
    keys: (&str, &str, Option<&str>),
) -> Vec<(String, String)> {
    let (access_key_id, secret, token) = keys;
    let amz_date = basic(at);
    let mut headers = vec![
        ("content-type".to_owned(), "application/x-www-form-urlencoded".to_owned()),
        ("host".to_owned(), host.to_owned()),
        ("x-amz-date".to_owned(), amz_date.clone()),
    ];
    headers.extend(token.map(|token| ("x-amz-security-token".to_owned(), token.to_owned())));
    let signed_headers: Vec<String> = headers.iter().map(|(name, _)| name.clone()).collect();
    let authorization = Authorization {
        access_key_id,
        date: &amz_date[..8],
        region: "us-east-1",
        service,
        signed_headers: signed_headers.iter().map(String::as_str).collect(),
        signature: "",
    };
    let request = HttpRequest {
        method: "POST".to_owned(),
        path: "/".to_owned(),
        query: String::new(),
        headers: headers.clone(),
        body: body.as_bytes().to_vec(),
        keep_alive: true,
    };
    let signature = sign(&request, &authorization, &amz_date, secret);
    let value = format!(
        "AWS4-HMAC-SHA256 Credential={access_key_id}/{}/us-east-1/{service}/aws4_request, SignedHeaders={}, Signature={signature}",
        &amz_date[..8],
        signed_headers.join(";")
    );
    headers.push(("authorization".to_owned(), value));
    headers
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `get-vanilla` and `get-vanilla-query-order-key` of AWS's published SigV4 test suite.
    #[test]
    fn signatures_as_aws_publishes_them() {
        for (query, signature) in [
            ("", "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
            ("Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
        ] {
            let request = HttpRequest {
                method: "GET".into(),
                path: "/".into(),
                query: query.into(),
                headers: vec![("Host".into(), "example.amazonaws.com".into()), ("X-Amz-Date".into(), "20150830T123600Z".into())],
                body: Vec::new(),
                keep_alive: true,
            };
            let header = format!(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature={signature}"
            );
            let authorization = parse(&header).expect("the header is well-formed");
            assert_eq!(sign(&request, &authorization, "20150830T123600Z", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), signature);
        }
    }

    #[test]
    fn half_headers_are_not_understood() {
        for header in [
            "",
            "Bearer x",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d",
            "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request, Signature=x",
        ] {
            assert!(parse(header).is_none(), "{header:?}");
        }
    }
}
