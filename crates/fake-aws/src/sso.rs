//! The portal of IAM Identity Center: accounts, roles, role credentials, sign-out.

use crate::encoding::{hex, sha256};
use crate::failure::Failure;
use crate::http::HttpResponse;
use crate::request::Call;
use crate::state::{Identity, State};
use crate::world::{SsoAccount, SsoInstance, SsoToken};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The listings of the last second, by the machine's clock: to be too fast is a matter of real time.
#[derive(Debug, Default)]
pub(crate) struct Listings(VecDeque<Instant>);

impl Listings {
    /// Counts one more, unless that is too many.
    fn take(&mut self, limit: Option<usize>) -> Result<(), Failure> {
        let now = Instant::now();
        while self.0.front().is_some_and(|begun| now.duration_since(*begun) > Duration::from_secs(1)) {
            self.0.pop_front();
        }
        if limit.is_some_and(|limit| self.0.len() >= limit) {
            return Err(Failure::new(429, "TooManyRequestsException", "HTTP 429 Unknown Code"));
        }
        self.0.push_back(now);
        Ok(())
    }
}

/// Answers one action of the portal.
pub(crate) fn handle(state: &mut State, call: &mut Call) -> Result<HttpResponse, Failure> {
    let bearer = call.param("accessToken").unwrap_or_default().to_owned();
    let now = state.now();
    let token = state.world.sso_tokens.iter().find(|token| token.access_token == bearer && token.expires_at > now).cloned();
    let token = token.ok_or_else(|| Failure::new(401, "UnauthorizedException", "Session token not found or invalid"))?;
    let instance = state.world.sso_instance(&token.start_url).ok_or_else(no_access)?;
    match call.action.as_str() {
        "ListAccounts" | "ListAccountRoles" => {
            state.portal.take(instance.listings_per_second)?;
            if call.action == "ListAccounts" { list_accounts(call, instance) } else { list_account_roles(call, instance) }
        }
        "GetRoleCredentials" => {
            let instance = instance.clone();
            get_role_credentials(state, call, &instance)
        }
        _ => Ok(logout(state, &token)),
    }
}

fn list_accounts(call: &Call, instance: &SsoInstance) -> Result<HttpResponse, Failure> {
    let account =
        |account: &SsoAccount| json!({ "accountId": account.id, "accountName": account.name, "emailAddress": account.email });
    page(call, instance, "accountList", instance.accounts.iter().map(account).collect())
}

fn list_account_roles(call: &Call, instance: &SsoInstance) -> Result<HttpResponse, Failure> {
    let account = account(call, instance)?;
    let role = |role: &String| json!({ "roleName": role, "accountId": account.id });
    page(call, instance, "roleList", account.roles.iter().map(role).collect())
}

fn get_role_credentials(state: &mut State, call: &Call, instance: &SsoInstance) -> Result<HttpResponse, Failure> {
    let account = account(call, instance)?;
    let role_name =
        call.filled("role_name").ok_or_else(|| Failure::new(400, "InvalidRequestException", "role_name is required"))?;
    if !account.roles.iter().any(|role| role == role_name) {
        return Err(no_access());
    }
    let unique = hex(&sha256(format!("{}/{role_name}", account.id).as_bytes()));
    let role_arn =
        format!("arn:aws:iam::{}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_{role_name}_{}", account.id, &unique[..16]);
    let credentials = state.issue(Identity::role_session(&role_arn, &instance.email, false), instance.credentials_seconds);
    Ok(HttpResponse::json(
        200,
        &json!({ "roleCredentials": {
            "accessKeyId": credentials.access_key_id,
            "secretAccessKey": credentials.secret_access_key,
            "sessionToken": credentials.session_token,
            "expiration": credentials.expires_at * 1000,
        } }),
    ))
}

/// Ends every token of the sign-in, refresh tokens included; role credentials live on, as AWS's do.
fn logout(state: &mut State, token: &SsoToken) -> HttpResponse {
    state.world.sso_tokens.retain(|other| other.session != token.session);
    HttpResponse::new(200, "application/json", "")
}

fn account<'a>(call: &Call, instance: &'a SsoInstance) -> Result<&'a SsoAccount, Failure> {
    let id = call.filled("account_id").ok_or_else(|| Failure::new(400, "InvalidRequestException", "account_id is required"))?;
    instance.accounts.iter().find(|account| account.id == id).ok_or_else(no_access)
}

fn no_access() -> Failure {
    Failure::new(403, "ForbiddenException", "No access")
}

fn page(call: &Call, instance: &SsoInstance, name: &str, items: Vec<Value>) -> Result<HttpResponse, Failure> {
    let invalid = |what: &str| Failure::new(400, "InvalidRequestException", format!("Invalid {what}"));
    let size = match call.filled("max_result") {
        Some(text) => text.parse().ok().filter(|size| (1..=100).contains(size)).ok_or_else(|| invalid("max_result"))?,
        None => instance.page_size,
    };
    let start = match call.filled("next_token") {
        Some(text) => text.strip_prefix("page-").and_then(|at| at.parse().ok()).ok_or_else(|| invalid("next_token"))?,
        None => 0,
    };
    let total = items.len();
    let items: Vec<Value> = items.into_iter().skip(start).take(size).collect();
    let end = start + items.len();
    let next = if end < total { json!(format!("page-{end}")) } else { Value::Null };
    Ok(HttpResponse::json(200, &json!({ name: items, "nextToken": next })))
}

#[cfg(test)]
mod tests {
    use crate::client::{Answer, Client, Keys, demo};
    use serde_json::json;

    fn ask(client: &mut Client, target: &str, token: &str) -> Answer {
        client.send("GET", target, &[("x-amz-sso_bearer_token", token)], "")
    }

    #[test]
    fn role_credentials_work() {
        let (server, mut client) = demo();
        let answer =
            ask(&mut client, "/federation/credentials?role_name=Administrator&account_id=444444444444", "token-demo").json();
        let credentials = &answer["roleCredentials"];
        let text = |name: &str| credentials[name].as_str().expect("a text").to_owned();
        let left = credentials["expiration"].as_i64().expect("milliseconds") - server.now() * 1000;
        assert!((3_500_000..=3_600_000).contains(&left), "{left}");
        let keys = Keys { id: text("accessKeyId"), secret: text("secretAccessKey"), token: Some(text("sessionToken")) };
        let arn = client.call(&keys, "GetCallerIdentity", &[]).xml("Arn").to_owned();
        assert!(
            arn.starts_with("arn:aws:sts::444444444444:assumed-role/AWSReservedSSO_Administrator_")
                && arn.ends_with("/ana@example.com"),
            "{arn}"
        );
    }

    #[test]
    fn refusals_are_the_portal_s() {
        let (server, mut client) = demo();
        let unauthorized = (401, "UnauthorizedException");
        let forbidden = (403, "ForbiddenException");
        for (target, token, (status, kind)) in [
            ("/assignment/accounts", "token-other", unauthorized),
            ("/assignment/roles?account_id=999999999999", "token-demo", forbidden),
            ("/federation/credentials?role_name=Nobody&account_id=444444444444", "token-demo", forbidden),
            ("/federation/credentials?account_id=444444444444", "token-demo", (400, "InvalidRequestException")),
            ("/assignment/accounts?max_result=0", "token-demo", (400, "InvalidRequestException")),
            ("/assignment/accounts?max_result=101", "token-demo", (400, "InvalidRequestException")),
            ("/assignment/accounts?next_token=x", "token-demo", (400, "InvalidRequestException")),
        ] {
            let answer = ask(&mut client, target, token);
            assert_eq!((answer.status, answer.header("x-amzn-ErrorType")), (status, Some(kind)), "{target}");
            assert_eq!(answer.json()["__type"], json!(format!("com.amazonaws.switchboard.portal#{kind}")));
        }
        server.world(|world| world.sso_tokens[0].expires_at = 0);
        assert_eq!(ask(&mut client, "/assignment/accounts", "token-demo").status, 401);
    }

    #[test]
    fn listings_come_in_pages() {
        let (_server, mut client) = demo();
        let mut seen = Vec::new();
        let mut next = String::new();
        loop {
            let page = ask(&mut client, &format!("/assignment/accounts?max_result=3{next}"), "token-demo").json();
            seen.push(page["accountList"].as_array().map_or(0, Vec::len));
            let Some(token) = page["nextToken"].as_str() else { break };
            next = format!("&next_token={token}");
        }
        assert_eq!(seen, [3, 1]);
        let roles = ask(&mut client, "/assignment/roles?account_id=333333333333", "token-demo").json();
        assert_eq!(roles["roleList"][0], json!({ "roleName": "Developer", "accountId": "333333333333" }));
    }

    #[test]
    fn too_many_listings_in_a_second_are_refused() {
        let (server, mut client) = demo();
        server.world(|world| world.sso[0].listings_per_second = Some(2));
        let mut status = |path: &str| ask(&mut client, path, "token-demo").status;
        let listings = ["/assignment/accounts", "/assignment/roles?account_id=444444444444", "/assignment/accounts"];
        assert_eq!(listings.map(&mut status), [200, 200, 429]);
        let credentials = "/federation/credentials?role_name=Administrator&account_id=444444444444";
        assert_eq!(status(credentials), 200, "they have a limit of their own");
        std::thread::sleep(std::time::Duration::from_millis(1_100));
        assert_eq!(status("/assignment/accounts"), 200);
    }

    #[test]
    fn sign_out_ends_the_session_with_its_refresh_token() {
        let (server, mut client) = demo();
        assert_eq!(client.send("POST", "/logout", &[("x-amz-sso_bearer_token", "token-demo")], "").status, 200);
        assert_eq!(ask(&mut client, "/assignment/accounts", "token-demo").status, 401);
        assert_eq!(client.send("POST", "/logout", &[("x-amz-sso_bearer_token", "token-demo")], "").status, 401);
        assert!(server.world(|world| world.sso_tokens.is_empty()));
    }
}
