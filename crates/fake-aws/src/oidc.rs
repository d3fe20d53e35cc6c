//! SSO OIDC: clients, device authorization and tokens. The pages that a browser would show are in `browser`.

use crate::encoding::{base64url, sha256};
use crate::failure::Failure;
use crate::http::HttpResponse;
use crate::request::Call;
use crate::state::State;
use crate::world::{OidcClient, SsoToken};
use serde_json::json;
use std::collections::HashMap;

const DEVICE_GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const DEVICE_SECONDS: i64 = 600;

/// Sign-ins that have begun.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) codes: HashMap<String, Code>,
    pub(crate) devices: Vec<Device>,
}

/// An authorization code.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    pub(crate) client_id: String,
    pub(crate) redirect_uri: String,
    pub(crate) challenge: String,
    pub(crate) expires_at: i64,
    pub(crate) used: bool,
}

/// A device that waits for its person.
#[derive(Clone, Debug)]
pub(crate) struct Device {
    pub(crate) device_code: String,
    pub(crate) user_code: String,
    pub(crate) client_id: String,
    pub(crate) start_url: String,
    pub(crate) expires_at: i64,
    pub(crate) asked_at_ms: Option<i64>,
    pub(crate) decision: Decision,
}

/// What the person said to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    Pending,
    Approved,
    Denied,
    Redeemed,
}

/// Answers one action for a program; bodies are camelCase JSON.
pub(crate) fn handle(state: &mut State, call: &mut Call) -> Result<HttpResponse, Failure> {
    match call.action.as_str() {
        "RegisterClient" => register_client(state, call),
        "StartDeviceAuthorization" => start_device_authorization(state, call),
        _ => create_token(state, call),
    }
}

fn register_client(state: &mut State, call: &Call) -> Result<HttpResponse, Failure> {
    call.filled("clientName").ok_or_else(|| invalid_request("clientName is required"))?;
    if call.param("clientType") != Some("public") {
        return Err(Failure::new(400, "InvalidClientMetadataException", "clientType must be public"));
    }
    let words =
        |name: &str| -> Vec<String> { call.param(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect() };
    let (grant_types, redirect_uris, scopes) = (words("grantTypes"), words("redirectUris"), words("scopes"));
    if let Some(unknown) =
        grant_types.iter().find(|grant| ![DEVICE_GRANT, "authorization_code", "refresh_token"].contains(&grant.as_str()))
    {
        return Err(Failure::new(400, "UnsupportedGrantTypeException", format!("unsupported grant type {unknown}")));
    }
    if let Some(unknown) = scopes.iter().find(|scope| !scope.contains(':')) {
        return Err(Failure::new(400, "InvalidScopeException", format!("unknown scope {unknown}")));
    }
    let start_url = call.filled("issuerUrl").map(str::to_owned);
    if grant_types.iter().any(|grant| grant == "authorization_code") {
        let is_loopback = |uri: &String| uri.starts_with("http://127.0.0.1/") || uri.starts_with("http://[::1]/");
        if redirect_uris.is_empty() || !redirect_uris.iter().all(is_loopback) {
            return Err(Failure::new(
                400,
                "InvalidRedirectUriException",
                "redirectUris must be loopback addresses without a port",
            ));
        }
        if start_url.as_deref().and_then(|url| state.world.sso_instance(url)).is_none() {
            return Err(invalid_request("issuerUrl is not the start URL of an instance"));
        }
    }
    let now = state.now();
    let client = OidcClient {
        client_id: state.ids.plain_token("")[..22].to_owned(),
        client_secret: state.ids.token("eyJraWQiOiJrZXktMTU2"),
        expires_at: now + 90 * 86_400,
        grant_types,
        redirect_uris,
        scopes,
        start_url,
    };
    let answer = json!({
        "clientId": client.client_id,
        "clientSecret": client.client_secret,
        "clientIdIssuedAt": now,
        "clientSecretExpiresAt": client.expires_at,
    });
    state.world.oidc_clients.push(client);
    Ok(HttpResponse::json(200, &answer))
}

fn start_device_authorization(state: &mut State, call: &Call) -> Result<HttpResponse, Failure> {
    let client = client(state, call)?;
    if !client.grant_types.is_empty() && !client.grant_types.iter().any(|grant| grant == DEVICE_GRANT) {
        return Err(Failure::new(400, "UnauthorizedClientException", "the client is not registered for the device grant"));
    }
    let start_url = call.filled("startUrl").unwrap_or_default().to_owned();
    let interval =
        state.world.sso_instance(&start_url).ok_or_else(|| invalid_request("Invalid start url provided"))?.device_interval;
    let letters: String =
        state.ids.bytes().iter().take(8).map(|byte| char::from(b"BCDFGHJKLMNPQRSTVWXZ"[usize::from(*byte) % 20])).collect();
    let user_code = format!("{}-{}", &letters[..4], &letters[4..]);
    let device_code = state.ids.plain_token("device-");
    let seconds = state.lifetime.unwrap_or(DEVICE_SECONDS);
    let page = format!("{}/device", state.endpoint);
    let answer = json!({
        "deviceCode": device_code,
        "userCode": user_code,
        "verificationUri": page,
        "verificationUriComplete": format!("{page}?user_code={user_code}"),
        "expiresIn": seconds,
        "interval": interval,
    });
    let expires_at = state.now() + seconds;
    let client_id = client.client_id;
    state.oidc.devices.push(Device {
        device_code,
        user_code,
        client_id,
        start_url,
        expires_at,
        asked_at_ms: None,
        decision: Decision::Pending,
    });
    Ok(HttpResponse::json(200, &answer))
}

fn create_token(state: &mut State, call: &Call) -> Result<HttpResponse, Failure> {
    let client = client(state, call)?;
    match call.param("grantType").unwrap_or_default() {
        "authorization_code" => redeem_code(state, call, &client),
        DEVICE_GRANT => redeem_device(state, call, &client),
        "refresh_token" => refresh(state, call, &client),
        other => Err(Failure::new(400, "UnsupportedGrantTypeException", format!("unsupported grant type {other}"))),
    }
}

fn redeem_code(state: &mut State, call: &Call, client: &OidcClient) -> Result<HttpResponse, Failure> {
    let now = state.now();
    let name = call.param("code").unwrap_or_default();
    let code = state
        .oidc
        .codes
        .get_mut(name)
        .filter(|code| code.client_id == client.client_id)
        .ok_or_else(|| invalid_grant("Invalid authorization code"))?;
    if std::mem::replace(&mut code.used, true) {
        state.violations.push("authorization code used twice".to_owned());
        return Err(invalid_grant("Invalid authorization code"));
    }
    if code.expires_at <= now {
        return Err(invalid_grant("Authorization code expired"));
    }
    if call.param("redirectUri") != Some(&code.redirect_uri) {
        return Err(invalid_grant("Redirect URI does not match"));
    }
    let verifier = call.param("codeVerifier").unwrap_or_default();
    if !(43..=128).contains(&verifier.len()) || base64url(&sha256(verifier.as_bytes())) != code.challenge {
        return Err(invalid_grant("PKCE verification failed"));
    }
    let start_url = client.start_url.clone().unwrap_or_default();
    grant(state, client, &start_url, None)
}

fn redeem_device(state: &mut State, call: &Call, client: &OidcClient) -> Result<HttpResponse, Failure> {
    let (now, now_ms) = (state.now(), state.clock.now_ms());
    let name = call.param("deviceCode").unwrap_or_default();
    let device = state.oidc.devices.iter_mut().find(|device| device.device_code == name && device.client_id == client.client_id);
    let device = device.ok_or_else(|| invalid_grant("Invalid device code"))?;
    let asked_before_ms = device.asked_at_ms.replace(now_ms);
    let start_url = device.start_url.clone();
    if device.expires_at <= now {
        return Err(Failure::new(400, "ExpiredTokenException", "The device code has expired"));
    }
    match device.decision {
        Decision::Approved => device.decision = Decision::Redeemed,
        Decision::Denied => return Err(Failure::new(400, "AccessDeniedException", "The person denied the request")),
        Decision::Redeemed => return Err(invalid_grant("Invalid device code")),
        Decision::Pending => {
            let interval = state.world.sso_instance(&start_url).map_or(1, |instance| instance.device_interval);
            // A quarter of a second of grace: a client that sleeps exactly the interval is not too fast.
            let too_fast = asked_before_ms.is_some_and(|before| now_ms - before < interval * 1000 - 250);
            let code = if too_fast { "SlowDownException" } else { "AuthorizationPendingException" };
            return Err(Failure::new(400, code, if too_fast { "Polling too fast" } else { "The person has not decided yet" }));
        }
    }
    grant(state, client, &start_url, None)
}

fn refresh(state: &mut State, call: &Call, client: &OidcClient) -> Result<HttpResponse, Failure> {
    let now = state.now();
    let presented = call.param("refreshToken").unwrap_or_default();
    if state.spent_refresh_tokens.contains(presented) {
        state.violations.push(format!("refresh token of client {} used twice", client.client_id));
    }
    let token = state
        .world
        .sso_tokens
        .iter_mut()
        .find(|token| token.refresh_token.as_deref() == Some(presented) && token.client_id == client.client_id);
    let token =
        token.filter(|token| token.session_ends_at > now).ok_or_else(|| invalid_grant("Invalid refresh token provided"))?;
    token.refresh_token = None;
    let before = token.clone();
    state.spent_refresh_tokens.insert(presented.to_owned());
    let start_url = before.start_url.clone();
    grant(state, client, &start_url, Some(before))
}

/// Hands out tokens; `before` is the token that is refreshed.
fn grant(state: &mut State, client: &OidcClient, start_url: &str, before: Option<SsoToken>) -> Result<HttpResponse, Failure> {
    let now = state.now();
    let instance = state.world.sso_instance(start_url).ok_or_else(|| invalid_request("Invalid start url provided"))?;
    let (token_seconds, session_seconds) = (instance.token_seconds, instance.session_seconds);
    let (session, session_ends_at) = match before {
        Some(before) => (before.session, before.session_ends_at),
        None => (state.ids.plain_token("session-"), now + session_seconds),
    };
    let expires_in = state.lifetime.unwrap_or(token_seconds).min(session_ends_at - now);
    let may_refresh = client.grant_types.is_empty() || client.grant_types.iter().any(|grant| grant == "refresh_token");
    let refreshable = may_refresh && client.scopes.iter().any(|scope| scope == "sso:account:access");
    let token = SsoToken {
        access_token: state.ids.token("aoaAAAAA"),
        start_url: start_url.to_owned(),
        expires_at: now + expires_in,
        refresh_token: refreshable.then(|| state.ids.token("aorAAAAA")),
        client_id: client.client_id.clone(),
        session,
        session_ends_at,
    };
    let mut answer = json!({ "accessToken": token.access_token, "tokenType": "Bearer", "expiresIn": expires_in });
    if let Some(refresh_token) = &token.refresh_token {
        answer["refreshToken"] = json!(refresh_token);
    }
    state.world.sso_tokens.push(token);
    Ok(HttpResponse::json(200, &answer))
}

fn client(state: &State, call: &Call) -> Result<OidcClient, Failure> {
    let (id, secret) = (call.param("clientId").unwrap_or_default(), call.param("clientSecret").unwrap_or_default());
    let client = state.world.oidc_clients.iter().find(|client| client.client_id == id && client.client_secret == secret);
    let client = client.filter(|client| client.expires_at > state.now());
    client
        .cloned()
        .ok_or_else(|| Failure::new(401, "InvalidClientException", "Client is not registered or its registration has expired"))
}

fn invalid_request(message: &str) -> Failure {
    Failure::new(400, "InvalidRequestException", message)
}

fn invalid_grant(message: &str) -> Failure {
    Failure::new(400, "InvalidGrantException", message)
}

#[cfg(test)]
mod tests;
