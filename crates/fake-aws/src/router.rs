//! Which service a request is for: one port serves all of them, told apart by path, headers and body.

use crate::encoding::parse_form;
use crate::failure::Failure;
use crate::http::{HttpRequest, HttpResponse};
use crate::request::{Call, Service};
use crate::state::State;
use crate::{browser, container, federation, iam, imds, oidc, signin, sso, sts};
use serde_json::Value;

/// Names the service and the action, and collects the parameters.
pub(crate) fn route(request: &HttpRequest) -> Call {
    let mut params = parse_form(&request.query);
    let content_type = request.header("content-type").unwrap_or_default();
    let body = String::from_utf8_lossy(&request.body);
    if content_type.starts_with("application/x-www-form-urlencoded") {
        params.extend(parse_form(&body));
    } else if body.trim_start().starts_with('{') {
        params.extend(json_members(&body));
    }
    params.extend(request.header("x-amz-sso_bearer_token").map(|token| ("accessToken".to_owned(), token.to_owned())));
    let value = |name: &str| params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let (service, action) = match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/federation/credentials") => (Service::Sso, "GetRoleCredentials"),
        ("GET", "/assignment/accounts") => (Service::Sso, "ListAccounts"),
        ("GET", "/assignment/roles") => (Service::Sso, "ListAccountRoles"),
        ("POST", "/logout") => (Service::Sso, "Logout"),
        ("POST", "/client/register") => (Service::Oidc, "RegisterClient"),
        ("POST", "/device_authorization") => (Service::Oidc, "StartDeviceAuthorization"),
        ("POST", "/token") => (Service::Oidc, "CreateToken"),
        ("GET" | "HEAD", "/authorize") => (Service::Oidc, "Authorize"),
        ("GET" | "HEAD", "/device") => (Service::Oidc, "VerifyDevice"),
        ("GET" | "HEAD", "/v1/authorize") => (Service::Signin, "Authorize"),
        ("GET" | "HEAD", "/v1/sessions/confirmation") => (Service::Signin, "ConfirmSession"),
        ("POST", "/v1/token") => (Service::Signin, "CreateOAuth2Token"),
        ("GET" | "POST", "/federation") => match value("Action") {
            Some("getSigninToken") => (Service::Federation, "GetSigninToken"),
            Some("login") => (Service::Federation, "Login"),
            _ => (Service::Federation, "Unknown"),
        },
        ("GET", "/container/creds") => (Service::Container, "GetContainerCredentials"),
        (_, path) if path.starts_with("/latest/") => (Service::Imds, imds::action(request)),
        ("GET" | "POST", "/") => match (value("Action"), value("Version")) {
            (Some(action), Some("2010-05-08")) => (Service::Iam, action),
            (Some(action), _) => (Service::Sts, action),
            (None, _) => (Service::Other, "Unknown"),
        },
        _ => (Service::Other, "Unknown"),
    };
    let action = action.to_owned();
    Call { service, action, params, effect: None, caller: None }
}

/// Lets the service answer, with its errors in its own form; the error code comes back beside the answer.
pub(crate) fn answer(state: &mut State, call: &mut Call, request: &HttpRequest) -> (HttpResponse, Option<String>) {
    let scripted = call.effect.as_ref().and_then(|effect| Failure::of_effect(effect, call.service, &call.action));
    let result = match scripted {
        Some(failure) => Err(failure),
        None => dispatch(state, call, request),
    };
    result.map(|response| (response, None)).unwrap_or_else(|failure| {
        let request_id = state.ids.uuid();
        (failure.render(call.service, &request_id), Some(failure.code))
    })
}

fn dispatch(state: &mut State, call: &mut Call, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    match (call.service, call.action.as_str()) {
        (Service::Sts, _) => sts::handle(state, call, request),
        (Service::Iam, _) => iam::handle(state, call, request),
        (Service::Sso, _) => sso::handle(state, call),
        (Service::Oidc, "Authorize") => Ok(browser::authorize(state, call)),
        (Service::Oidc, "VerifyDevice") => Ok(browser::device(state, call)),
        (Service::Oidc, _) => oidc::handle(state, call),
        (Service::Signin, "Authorize") => Ok(browser::login_authorize(state, call)),
        (Service::Signin, "ConfirmSession") => Ok(browser::confirmation(call)),
        (Service::Signin, _) => signin::create_token(state, call, request),
        (Service::Imds, _) => imds::handle(state, call, request),
        (Service::Container, _) => container::handle(state, request),
        (Service::Federation, _) => federation::handle(state, call),
        (Service::Other, _) => {
            Err(Failure::new(404, "UnknownOperationException", format!("nothing is at {} {}", request.method, request.path)))
        }
    }
}

/// The members of a JSON object as text; lists are joined by spaces, as OAuth joins scopes.
fn json_members(body: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let Ok(Value::Object(members)) = serde_json::from_str(body) else { return Vec::new() };
    let members = members.iter().filter(|(_, value)| !value.is_null());
    members
        .map(|(name, value)| match value {
            Value::Array(items) => (name.clone(), items.iter().map(text).collect::<Vec<_>>().join(" ")),
            value => (name.clone(), text(value)),
        })
        .collect()
}
