//! The pages that a person's browser would show: a plain GET is the person saying yes.

use crate::encoding::{base64, escape, form};
use crate::http::HttpResponse;
use crate::oidc::{Code, Decision};
use crate::request::Call;
use crate::script::Effect;
use crate::state::State;

/// Identity Center's `/authorize`.
pub(crate) fn authorize(state: &mut State, call: &Call) -> HttpResponse {
    let client_id = call.param("client_id").unwrap_or_default();
    let redirect_uri = call.param("redirect_uri").unwrap_or_default();
    let Some(client) = state.world.oidc_clients.iter().find(|client| client.client_id == client_id) else {
        return refused("unknown client_id");
    };
    if !is_loopback_callback(redirect_uri) || !client.redirect_uris.contains(&without_port(redirect_uri)) {
        return refused("redirect_uri is not registered");
    }
    if !client.grant_types.iter().any(|grant| grant == "authorization_code") {
        return refused("the client is not registered for authorization codes");
    }
    let scopes = call.filled("scopes").or(call.filled("scope")).unwrap_or_default();
    if let Some(unknown) = scopes.split_whitespace().find(|scope| !client.scopes.iter().any(|known| known == scope)) {
        return back(redirect_uri, call, &[("error", "invalid_scope"), ("error_description", unknown)]);
    }
    if let Some(refusal) = check_request(call, "S256") {
        return refusal;
    }
    if call.effect == Some(Effect::Deny) {
        return back(redirect_uri, call, &[("error", "access_denied"), ("error_description", "The person denied the request")]);
    }
    let name = state.ids.plain_token("code-");
    let code = Code {
        client_id: client_id.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        challenge: call.param("code_challenge").unwrap_or_default().to_owned(),
        expires_at: state.now() + state.lifetime.unwrap_or(300),
        used: false,
    };
    state.oidc.codes.insert(name.clone(), code);
    back(redirect_uri, call, &[("code", &name)])
}

/// The page on which a device's code is entered.
pub(crate) fn device(state: &mut State, call: &Call) -> HttpResponse {
    let normal = |code: &str| code.replace('-', "").to_uppercase();
    let Some(user_code) = call.filled("user_code") else {
        let entry = "<form method=\"get\"><label>Code <input name=\"user_code\"></label> <button>Next</button></form>";
        return HttpResponse::html(200, "Authorize a device", entry);
    };
    let now = state.now();
    let device =
        state.oidc.devices.iter_mut().find(|device| normal(&device.user_code) == normal(user_code) && device.expires_at > now);
    let Some(device) = device.filter(|device| device.decision == Decision::Pending) else {
        return refused("this code is not known, or no longer");
    };
    let denied = call.effect == Some(Effect::Deny) || call.param("deny").is_some();
    device.decision = if denied { Decision::Denied } else { Decision::Approved };
    HttpResponse::html(200, if denied { "Request denied" } else { "Request approved" }, "<p>You may close this page.</p>")
}

/// The sign-in service's `/v1/authorize`.
pub(crate) fn login_authorize(state: &mut State, call: &Call) -> HttpResponse {
    let redirect_uri = call.param("redirect_uri").unwrap_or_default();
    let confirmation = format!("{}/v1/sessions/confirmation", state.endpoint);
    let allowed = match call.param("client_id").unwrap_or_default() {
        "arn:aws:signin:::devtools/same-device" => {
            is_loopback_callback(redirect_uri) && without_port(redirect_uri).ends_with("/oauth/callback")
        }
        "arn:aws:signin:::devtools/cross-device" => redirect_uri == confirmation,
        _ => return refused("unknown client_id"),
    };
    if !allowed {
        return refused("redirect_uri is not allowed for this client");
    }
    if call.param("scope") != Some("openid") {
        return refused("scope must be openid");
    }
    if let Some(refusal) = check_request(call, "SHA-256") {
        return refusal;
    }
    let Some(arn) = state.world.console_identities.first().map(|identity| identity.arn.clone()) else {
        return refused("nobody is signed in to the console");
    };
    if call.effect == Some(Effect::Deny) {
        return back(redirect_uri, call, &[("error", "access_denied"), ("error_description", "The person denied the request")]);
    }
    let name = crate::signin::begin(state, call, arn);
    back(redirect_uri, call, &[("code", &name)])
}

/// Where `aws login --remote` ends: the person copies the code from here.
pub(crate) fn confirmation(call: &Call) -> HttpResponse {
    let (Some(state), Some(code)) = (call.filled("state"), call.filled("code")) else {
        return refused("state and code are required");
    };
    let pasted = base64(format!("state={state}&code={code}").as_bytes());
    HttpResponse::html(
        200,
        "Authorization code",
        &format!("<p>Paste this into your terminal:</p>\n<pre id=\"authorization-code\">{}</pre>", escape(&pasted)),
    )
}

/// What both authorization pages demand of the query.
fn check_request(call: &Call, method: &str) -> Option<HttpResponse> {
    if call.param("response_type") != Some("code") {
        return Some(refused("response_type must be code"));
    }
    if call.filled("state").is_none() {
        return Some(refused("state is required"));
    }
    if call.param("code_challenge_method") != Some(method) {
        return Some(refused(&format!("code_challenge_method must be {method}")));
    }
    // 43 characters are what base64url makes of a SHA-256 without padding.
    (call.param("code_challenge").map(str::len) != Some(43)).then(|| refused("code_challenge must have 43 characters"))
}

fn back(redirect_uri: &str, call: &Call, pairs: &[(&str, &str)]) -> HttpResponse {
    let state =
        if call.effect == Some(Effect::WrongState) { "not-the-state-you-sent" } else { call.param("state").unwrap_or_default() };
    let mut pairs = pairs.to_vec();
    pairs.push(("state", state));
    HttpResponse::redirect(format!("{redirect_uri}?{}", form(&pairs)))
}

fn refused(why: &str) -> HttpResponse {
    HttpResponse::html(400, "Request refused", &format!("<p>{}</p>", escape(why)))
        .with_header("x-amzn-ErrorType", "InvalidRequestException")
}

fn is_loopback_callback(uri: &str) -> bool {
    uri.starts_with("http://127.0.0.1:") && !uri.contains(['?', '#'])
}

/// `http://127.0.0.1:4711/x` → `http://127.0.0.1/x`, which is what a client registers.
fn without_port(uri: &str) -> String {
    let Some((scheme, rest)) = uri.split_once("://") else { return uri.to_owned() };
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    format!("{scheme}://{}{path}", host.split(':').next().unwrap_or_default())
}
