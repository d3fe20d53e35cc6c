//! The sign-in service behind `aws login`: codes and tokens bound to a DPoP key. Its pages are in `browser`.

use crate::dpop;
use crate::encoding::{base64url, sha256};
use crate::failure::Failure;
use crate::http::{HttpRequest, HttpResponse};
use crate::request::Call;
use crate::state::{Credentials, Identity, Kind, State, arn_field, unique_id};
use crate::world::{ConsoleIdentity, LoginSession};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// What AWS gives at most.
const ACCESS_SECONDS: i64 = 900;
const SESSION_SECONDS: i64 = 12 * 3600;

/// Sign-ins that have begun, and proofs that were used.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    codes: HashMap<String, LoginCode>,
    proofs: HashSet<String>,
}

#[derive(Clone, Debug)]
struct LoginCode {
    client_id: String,
    redirect_uri: String,
    challenge: String,
    arn: String,
    expires_at: i64,
    used: bool,
}

/// Makes the code with which the browser goes back.
pub(crate) fn begin(state: &mut State, call: &Call, arn: String) -> String {
    let name = state.ids.plain_token("login-code-");
    let text = |name: &str| call.param(name).unwrap_or_default().to_owned();
    let expires_at = state.now() + state.lifetime.unwrap_or(300);
    let code = LoginCode {
        client_id: text("client_id"),
        redirect_uri: text("redirect_uri"),
        challenge: text("code_challenge"),
        arn,
        expires_at,
        used: false,
    };
    state.signin.codes.insert(name.clone(), code);
    name
}

/// CreateOAuth2Token.
pub(crate) fn create_token(state: &mut State, call: &mut Call, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let proof = request.header("dpop").ok_or_else(|| invalid("DPoP header is missing"))?;
    let urls =
        [format!("http://{}/v1/token", request.header("host").unwrap_or_default()), format!("{}/v1/token", state.endpoint)];
    let proof = dpop::verify(proof, &request.method, &urls, state.now()).map_err(invalid)?;
    if !state.signin.proofs.insert(proof.jti) {
        state.violations.push("DPoP jti used twice".to_owned());
        return Err(invalid("DPoP jti was used before"));
    }
    match call.param("grantType").unwrap_or_default() {
        "authorization_code" => redeem_code(state, call, proof.thumbprint),
        "refresh_token" => refresh(state, call, proof.thumbprint),
        other => Err(invalid(&format!("grantType {other} is not supported"))),
    }
}

fn redeem_code(state: &mut State, call: &Call, thumbprint: String) -> Result<HttpResponse, Failure> {
    let now = state.now();
    let name = call.param("code").unwrap_or_default();
    let code = state
        .signin
        .codes
        .get_mut(name)
        .ok_or_else(|| Failure::new(400, "AUTHCODE_EXPIRED", "The authorization code is not valid"))?;
    if std::mem::replace(&mut code.used, true) {
        state.violations.push("authorization code used twice".to_owned());
        return Err(Failure::new(400, "AUTHCODE_EXPIRED", "The authorization code is not valid"));
    }
    if code.expires_at <= now {
        return Err(Failure::new(400, "AUTHCODE_EXPIRED", "The authorization code has expired"));
    }
    let code = code.clone();
    let verifier = call.param("codeVerifier").unwrap_or_default();
    if !(43..=128).contains(&verifier.len()) || base64url(&sha256(verifier.as_bytes())) != code.challenge {
        return Err(invalid("codeVerifier does not match"));
    }
    if call.param("clientId") != Some(&code.client_id) || call.param("redirectUri") != Some(&code.redirect_uri) {
        return Err(invalid("clientId or redirectUri does not match"));
    }
    let session =
        LoginSession { arn: code.arn, refresh_token: String::new(), key_thumbprint: thumbprint, ends_at: now + SESSION_SECONDS };
    check_allowed(state, &session.arn)?;
    Ok(grant(state, call, session, true))
}

fn refresh(state: &mut State, call: &Call, thumbprint: String) -> Result<HttpResponse, Failure> {
    let now = state.now();
    let presented = call.param("refreshToken").unwrap_or_default();
    let expired = || Failure::new(400, "TOKEN_EXPIRED", "The refresh token has expired");
    if state.spent_refresh_tokens.contains(presented) {
        state.violations.push("refresh token of aws login used twice".to_owned());
    }
    let position = state.world.login_sessions.iter().position(|session| session.refresh_token == presented);
    let position = position.filter(|at| state.world.login_sessions[*at].ends_at > now).ok_or_else(expired)?;
    if state.world.login_sessions[position].key_thumbprint != thumbprint {
        return Err(invalid("the refresh token is bound to another key"));
    }
    // Looked at before the token is spent: a person who may not sign in keeps the session as it was.
    let arn = &state.world.login_sessions[position].arn;
    if identity(state, arn).is_some_and(|identity| identity.credentials_changed) {
        return Err(Failure::new(400, "USER_CREDENTIALS_CHANGED", "The user's credentials have changed"));
    }
    check_allowed(state, arn)?;
    let session = state.world.login_sessions.remove(position);
    state.spent_refresh_tokens.insert(session.refresh_token.clone());
    Ok(grant(state, call, session, false))
}

fn check_allowed(state: &State, arn: &str) -> Result<(), Failure> {
    match identity(state, arn) {
        Some(identity) if !identity.allowed => {
            Err(Failure::new(400, "INSUFFICIENT_PERMISSIONS", "Not authorized to perform: signin:CreateOAuth2Token"))
        }
        _ => Ok(()),
    }
}

fn grant(state: &mut State, call: &Call, session: LoginSession, first: bool) -> HttpResponse {
    let now = state.now();
    let arn = session.arn.clone();
    let (credentials, refresh_token) = hand_out(state, session);
    let mut answer = json!({
        "accessToken": {
            "accessKeyId": credentials.access_key_id,
            "secretAccessKey": credentials.secret_access_key,
            "sessionToken": credentials.session_token,
        },
        "tokenType": "aws_sigv4",
        "expiresIn": credentials.expires_at - now,
        "refreshToken": refresh_token,
    });
    if first {
        answer["idToken"] = json!(id_token(state, call, &arn));
    }
    HttpResponse::json(200, &answer)
}

/// Makes keys and the next refresh token of a session, and remembers it.
fn hand_out(state: &mut State, mut session: LoginSession) -> (Credentials, String) {
    let mfa = identity(state, &session.arn).is_some_and(|identity| identity.mfa);
    let seconds = ACCESS_SECONDS.min(session.ends_at - state.now());
    let credentials = state.issue(signed_in(&session.arn, mfa), seconds);
    session.refresh_token = state.ids.token("login-refresh-");
    let refresh_token = session.refresh_token.clone();
    state.world.login_sessions.push(session);
    (credentials, refresh_token)
}

/// Signs in without a browser, for a test or demo that starts signed in.
pub(crate) fn sign_in(state: &mut State, arn: &str, key_thumbprint: String) -> (Credentials, String) {
    let ends_at = state.now() + SESSION_SECONDS;
    hand_out(state, LoginSession { arn: arn.to_owned(), refresh_token: String::new(), key_thumbprint, ends_at })
}

fn id_token(state: &mut State, call: &Call, arn: &str) -> String {
    let now = state.now();
    let head = json!({ "kid": state.ids.uuid(), "typ": "JWT", "alg": "ES384" });
    let claims = json!({
        "iss": state.endpoint,
        "aud": call.param("clientId"),
        "sub": arn,
        "iat": now,
        "exp": now + ACCESS_SECONDS,
    });
    // Nobody can check the signature: AWS publishes no key that would be ours.
    let signature = [state.ids.bytes(), state.ids.bytes(), state.ids.bytes()].concat();
    format!("{}.{}.{}", base64url(head.to_string().as_bytes()), base64url(claims.to_string().as_bytes()), base64url(&signature))
}

/// Returns the identity that `aws login` gives to this ARN.
fn signed_in(arn: &str, mfa: bool) -> Identity {
    let account = arn_field(arn, 4).to_owned();
    let user_id = match arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/')) {
        Some((role, session)) => format!("{}:{session}", unique_id("AROA", role)),
        None => unique_id("AIDA", arn),
    };
    let principal = match arn.split_once(":assumed-role/").and_then(|(_, rest)| rest.split_once('/')) {
        Some((role, _)) => format!("arn:{}:iam::{account}:role/{role}", arn_field(arn, 1)),
        None => arn.to_owned(),
    };
    Identity { kind: Kind::Login, arn: arn.to_owned(), user_id, account, principal, mfa, chained: false }
}

fn identity<'a>(state: &'a State, arn: &str) -> Option<&'a ConsoleIdentity> {
    state.world.console_identities.iter().find(|identity| identity.arn == arn)
}

fn invalid(why: &str) -> Failure {
    Failure::new(400, "INVALID_REQUEST", why)
}

#[cfg(test)]
mod tests;
