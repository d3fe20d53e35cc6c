//! `/_fake/…`: the server's own handles, for tests in other languages and for people.

use crate::encoding::parse_form;
use crate::http::{HttpRequest, HttpResponse};
use crate::request::Request;
use crate::script::{Effect, Rule};
use crate::state::{Identity, State};
use crate::time::iso;
use serde_json::{Map, Value, json};

/// Answers one request to the handles; they are neither logged nor scripted.
pub(crate) fn handle(state: &mut State, path: &str, request: &HttpRequest) -> HttpResponse {
    let query = parse_form(&request.query);
    let param = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let done = || HttpResponse::json(200, &json!({ "ok": true }));
    match (request.method.as_str(), path) {
        ("GET", "requests") => HttpResponse::json(200, &state.log.iter().map(describe).collect()),
        ("GET", "violations") => HttpResponse::json(200, &json!(state.violations)),
        ("POST", "rule") => match rule(&request.body) {
            Ok(rule) => {
                state.rules.push(rule);
                done()
            }
            Err(why) => refused(&why),
        },
        ("DELETE", "rule") => {
            state.rules.clear();
            done()
        }
        ("GET", "clock") => HttpResponse::json(200, &json!({ "offset": state.clock.offset, "now": iso(state.now()) })),
        ("POST", "clock") => match serde_json::from_slice::<Value>(&request.body).ok().and_then(|body| body["offset"].as_i64()) {
            Some(offset) => {
                state.clock.offset = offset;
                done()
            }
            None => refused("the body must be {\"offset\": seconds}"),
        },
        ("GET", "mfa") => match param("serial").and_then(|serial| state.fresh_mfa_code(serial)) {
            Some(code) => HttpResponse::text(200, format!("{code}\n")),
            None => refused("there is no MFA device of this serial"),
        },
        ("GET", "credentials") => match param("role") {
            Some(role) if role.contains(":role/") => process_credentials(state, role, param("session"), param("seconds")),
            _ => refused("role must be the ARN of a role"),
        },
        ("POST", "reset") => {
            state.reset();
            done()
        }
        _ => HttpResponse::json(
            404,
            &json!({ "error": "known: GET requests, violations, clock, mfa?serial=, credentials?role=; POST rule, clock, reset; DELETE rule" }),
        ),
    }
}

fn refused(why: &str) -> HttpResponse {
    HttpResponse::json(400, &json!({ "error": why }))
}

/// What a `credential_process` prints.
fn process_credentials(state: &mut State, role: &str, session: Option<&str>, seconds: Option<&str>) -> HttpResponse {
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(3600);
    let credentials = state.issue(Identity::role_session(role, session.unwrap_or("process"), false), seconds);
    HttpResponse::json(
        200,
        &json!({
            "Version": 1,
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key,
            "SessionToken": credentials.session_token,
            "Expiration": iso(credentials.expires_at),
        }),
    )
}

fn describe(request: &Request) -> Value {
    let object = |pairs: &[(String, String)]| {
        Value::Object(pairs.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>())
    };
    json!({
        "service": request.service,
        "action": request.action,
        "method": request.method,
        "target": request.target,
        "params": object(&request.params),
        "headers": object(&request.headers),
        "caller": request.caller,
        "status": request.status,
        "error": request.error,
        "at": iso(request.at),
    })
}

/// Reads `{"action": "AssumeRole", "times": 1, "after": 0, "with": {"RoleArn": "…"}, "effect": "throttle"}`.
fn rule(body: &[u8]) -> Result<Rule, String> {
    let body: Value = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let action = body["action"].as_str().ok_or("action must be a text")?;
    let number = |name: &str| match &body[name] {
        Value::Null => Ok(None),
        value => value.as_u64().and_then(|number| u32::try_from(number).ok()).map(Some).ok_or(format!("{name} must be a number")),
    };
    let mut rule = Rule::new(action, effect(&body["effect"])?);
    rule.times = number("times")?;
    rule.after = number("after")?.unwrap_or(0);
    for (name, value) in body["with"].as_object().into_iter().flatten() {
        rule = rule.with(name, value.as_str().unwrap_or_default());
    }
    Ok(rule)
}

/// Reads `"throttle"`, `{"delay": 500}`, `{"lifetime": 60}`, `{"status": 500, "code": "…", "message": "…"}`.
fn effect(value: &Value) -> Result<Effect, String> {
    if let Some(milliseconds) = value["delay"].as_u64() {
        return Ok(Effect::Delay(milliseconds));
    }
    if let Some(seconds) = value["lifetime"].as_i64() {
        return Ok(Effect::Lifetime(seconds));
    }
    if let Some(status) = value["status"].as_u64().and_then(|status| u16::try_from(status).ok()) {
        let text = |name: &str| value[name].as_str().unwrap_or_default().to_owned();
        return Ok(Effect::Status { status, code: text("code"), message: text("message") });
    }
    Ok(match value.as_str().unwrap_or_default() {
        "throttle" => Effect::Throttle,
        "server-error" => Effect::ServerError,
        "unavailable" => Effect::Unavailable,
        "close-connection" => Effect::CloseConnection,
        "lose-answer" => Effect::LoseAnswer,
        "hang" => Effect::Hang,
        "expire" => Effect::Expire,
        "malformed" => Effect::Malformed,
        "truncate" => Effect::Truncate,
        "deny" => Effect::Deny,
        "wrong-state" => Effect::WrongState,
        other => return Err(format!("unknown effect `{other}`")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_come_as_json() {
        for (body, expected) in [
            (r#"{"action":"a","effect":"throttle"}"#, Ok(Rule::new("a", Effect::Throttle))),
            (
                r#"{"action":"a","times":2,"after":1,"with":{"k":"v"},"effect":{"delay":5}}"#,
                Ok(Rule::new("a", Effect::Delay(5)).times(2).after(1).with("k", "v")),
            ),
            (
                r#"{"action":"a","effect":{"status":418,"code":"T","message":"m"}}"#,
                Ok(Rule::new("a", Effect::Status { status: 418, code: "T".into(), message: "m".into() })),
            ),
            (r#"{"action":"a","effect":{"lifetime":-5}}"#, Ok(Rule::new("a", Effect::Lifetime(-5)))),
            (r#"{"action":"a","effect":"explode"}"#, Err("unknown effect `explode`".to_owned())),
            (r#"{"effect":"deny"}"#, Err("action must be a text".to_owned())),
            (r#"{"action":"a","times":"x","effect":"deny"}"#, Err("times must be a number".to_owned())),
        ] {
            assert_eq!(rule(body.as_bytes()), expected, "{body}");
        }
    }
}
