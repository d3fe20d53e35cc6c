//! The console's federation endpoint: credentials become a sign-in token, a sign-in token becomes a console.

use crate::encoding::escape;
use crate::failure::Failure;
use crate::http::HttpResponse;
use crate::request::Call;
use crate::state::{Identity, Kind, State};
use crate::time::iso;
use serde_json::{Value, json};
use std::collections::HashMap;

/// How long a sign-in token may be used.
const TOKEN_SECONDS: i64 = 900;

/// Sign-in tokens that were handed out.
#[derive(Debug, Default)]
pub(crate) struct Tokens(HashMap<String, SigninToken>);

#[derive(Clone, Debug)]
struct SigninToken {
    arn: String,
    usable_until: i64,
    session_until: i64,
}

/// Answers `Action=getSigninToken` and `Action=login`.
pub(crate) fn handle(state: &mut State, call: &mut Call) -> Result<HttpResponse, Failure> {
    match call.action.as_str() {
        "GetSigninToken" => get_signin_token(state, call),
        "Login" => login(state, call),
        _ => Err(Failure::new(400, "InvalidAction", "Action must be getSigninToken or login")),
    }
}

fn get_signin_token(state: &mut State, call: &mut Call) -> Result<HttpResponse, Failure> {
    let session: Value =
        serde_json::from_str(call.param("Session").unwrap_or_default()).map_err(|_| invalid("Session is not JSON"))?;
    let (identity, expires_at) = owner(state, &session)?;
    call.caller = Some(identity.arn.clone());
    let now = state.now();
    let session_until = match call.filled("SessionDuration") {
        Some(text) => now + session_duration(text, &identity)?,
        None => expires_at,
    };
    let name = state.ids.token("signin-");
    let usable_until = now + state.lifetime.unwrap_or(TOKEN_SECONDS);
    state.federation.0.insert(name.clone(), SigninToken { arn: identity.arn, usable_until, session_until });
    Ok(HttpResponse::json(200, &json!({ "SigninToken": name })))
}

/// Finds whose keys these are; only role sessions and GetFederationToken are let in.
fn owner(state: &State, session: &Value) -> Result<(Identity, i64), Failure> {
    let text = |name: &str| session[name].as_str().unwrap_or_default();
    if state.world.users.iter().any(|user| user.access_key_id == text("sessionId")) || text("sessionToken").is_empty() {
        return Err(invalid("long-term keys cannot sign in to the console"));
    }
    let issued = state.issued.get(text("sessionId")).ok_or_else(|| invalid("the keys are not known"))?;
    let credentials = &issued.credentials;
    if credentials.secret_access_key != text("sessionKey") || credentials.session_token != text("sessionToken") {
        return Err(invalid("the keys do not belong together"));
    }
    if credentials.expires_at <= state.now() {
        return Err(invalid("Token Expired"));
    }
    match issued.identity.kind {
        Kind::RoleSession | Kind::Federated => Ok((issued.identity.clone(), credentials.expires_at)),
        Kind::LongTerm | Kind::UserSession | Kind::Login => Err(invalid("these keys cannot sign in to the console")),
    }
}

fn session_duration(text: &str, identity: &Identity) -> Result<i64, Failure> {
    let seconds: i64 = text
        .parse()
        .ok()
        .filter(|seconds| (900..=43_200).contains(seconds))
        .ok_or_else(|| invalid("SessionDuration must be 900 to 43200"))?;
    if identity.kind == Kind::Federated {
        return Err(invalid("SessionDuration is not allowed with GetFederationToken"));
    }
    if identity.chained && seconds > 3600 {
        return Err(invalid("SessionDuration must be at most 3600 for a chained role"));
    }
    Ok(seconds)
}

fn login(state: &State, call: &Call) -> Result<HttpResponse, Failure> {
    let token =
        call.param("SigninToken").and_then(|name| state.federation.0.get(name)).filter(|token| token.usable_until > state.now());
    let token = token.ok_or_else(|| Failure::new(400, "InvalidSigninToken", "The sign-in token is not valid, or no longer"))?;
    let destination = call.filled("Destination").filter(|url| url.starts_with("https://") || url.starts_with(&state.endpoint));
    let destination = destination.ok_or_else(|| Failure::new(400, "InvalidDestination", "Destination must be a console URL"))?;
    let body = format!(
        "<p>You are <b id=\"arn\">{}</b> until <time>{}</time>.</p>\n<p>Destination: <a id=\"destination\" href=\"{destination}\">{destination}</a></p>\n<p>Issuer: {issuer}</p>",
        escape(&token.arn),
        iso(token.session_until),
        destination = escape(destination),
        issuer = escape(call.param("Issuer").unwrap_or_default()),
    );
    Ok(HttpResponse::html(200, "AWS Management Console", &body))
}

fn invalid(why: &str) -> Failure {
    Failure::new(400, "Invalid credentials parameter", format!("The credentials parameter is syntactically incorrect: {why}"))
}

#[cfg(test)]
mod tests {
    use crate::client::{Answer, Client, Keys, demo, keys_of};
    use serde_json::json;

    fn session(keys: &Keys) -> String {
        json!({ "sessionId": keys.id, "sessionKey": keys.secret, "sessionToken": keys.token.clone().unwrap_or_default() })
            .to_string()
    }

    fn get_token(client: &mut Client, keys: &Keys, duration: &str) -> Answer {
        client.open("/federation", &[("Action", "getSigninToken"), ("SessionDuration", duration), ("Session", &session(keys))])
    }

    #[test]
    fn role_sessions_reach_the_console() {
        let (server, mut client) = demo();
        let keys = Keys::from(&server.issue("arn:aws:iam::222222222222:role/ops", "ana", 3600));
        let form = crate::encoding::form(&[("Action", "getSigninToken"), ("Session", &session(&keys))]);
        let answer = client.send("POST", "/federation", &[("content-type", "application/x-www-form-urlencoded")], &form);
        let token = answer.json()["SigninToken"].as_str().expect("a token").to_owned();
        let destination = ("Destination", "https://eu-west-1.console.aws.amazon.com/");
        let login = [("Action", "login"), ("Issuer", "awsenv"), destination, ("SigninToken", token.as_str())];
        let page = client.open("/federation", &login);
        assert!(page.status == 200 && page.body.contains("arn:aws:sts::222222222222:assumed-role/ops/ana"), "{}", page.body);
        assert_eq!(client.open("/federation", &[("Action", "login"), destination, ("SigninToken", "x")]).status, 400);
        server.advance_clock(901);
        assert_eq!(client.open("/federation", &login).status, 400);
    }

    #[test]
    fn only_the_right_keys_and_durations_are_let_in() {
        let (server, mut client) = demo();
        let dev = keys_of(&server, "dev");
        let tools = [("RoleArn", "arn:aws:iam::111111111111:role/tools"), ("RoleSessionName", "me")];
        let role = client.call(&dev, "AssumeRole", &tools).keys();
        let chained = client
            .call(&role, "AssumeRole", &[("RoleArn", "arn:aws:iam::333333333333:role/deploy"), ("RoleSessionName", "me")])
            .keys();
        let federated = client.call(&dev, "GetFederationToken", &[("Name", "guest")]).keys();
        let user_session = client.call(&dev, "GetSessionToken", &[]).keys();
        let rows = [
            (&role, "", 200),
            (&role, "900", 200),
            (&role, "43200", 200),
            (&role, "899", 400),
            (&role, "43201", 400),
            (&chained, "", 200),
            (&chained, "3600", 200),
            (&chained, "3601", 400),
            (&federated, "", 200),
            (&federated, "3600", 400),
            (&user_session, "", 400),
            (&dev, "", 400),
            (&Keys { secret: "wrong".into(), ..role.clone() }, "", 400),
        ];
        for (keys, duration, status) in rows {
            let answer = get_token(&mut client, keys, duration);
            assert_eq!(answer.status, status, "{keys:?} {duration}: {}", answer.body);
        }
        assert_eq!(client.open("/federation", &[("Action", "getSigninToken"), ("Session", "x")]).status, 400);
        assert_eq!(client.get("/federation").status, 400);
        server.expire_credentials();
        assert_eq!(get_token(&mut client, &role, "").status, 400);
    }
}
