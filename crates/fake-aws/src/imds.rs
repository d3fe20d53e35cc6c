//! The metadata service of an EC2 instance, version 2.

use crate::failure::Failure;
use crate::http::{HttpRequest, HttpResponse};
use crate::request::Call;
use crate::state::{Credentials, Identity, State, arn_field, unique_id};
use crate::time::iso;
use crate::world::Instance;
use serde_json::json;
use std::collections::HashMap;

const TTL_HEADER: &str = "x-aws-ec2-metadata-token-ttl-seconds";
const TOKEN_HEADER: &str = "x-aws-ec2-metadata-token";
const ROLE_LIST: &str = "/latest/meta-data/iam/security-credentials";
const CREDENTIALS_SECONDS: i64 = 6 * 3600;

/// Session tokens with their end, and the role credentials being served.
#[derive(Debug, Default)]
pub(crate) struct Tokens {
    sessions: HashMap<String, i64>,
    served: Option<(String, Credentials)>,
}

/// Returns the action that a path of the service is logged under.
pub(crate) fn action(request: &HttpRequest) -> &'static str {
    match request.path.trim_end_matches('/') {
        "/latest/api/token" => "GetToken",
        ROLE_LIST => "GetRoleName",
        path if path.starts_with(ROLE_LIST) => "GetInstanceCredentials",
        _ => "GetMetadata",
    }
}

/// Answers one request to the metadata service.
pub(crate) fn handle(state: &mut State, call: &Call, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let not_found = || Failure::new(404, "Not Found", "");
    let instance = state.world.instance.clone().ok_or_else(not_found)?;
    if request.header("x-forwarded-for").is_some() {
        return Err(Failure::new(403, "Forbidden", "requests through a proxy are refused"));
    }
    if call.action == "GetToken" {
        return get_token(state, request);
    }
    if request.method != "GET" && request.method != "HEAD" {
        return Err(Failure::new(405, "Method Not Allowed", ""));
    }
    let now = state.now();
    let known = match request.header(TOKEN_HEADER) {
        Some(token) => state.imds.sessions.get(token).is_some_and(|end| *end > now),
        None => instance.allow_v1,
    };
    if !known {
        return Err(Failure::new(401, "Unauthorized", ""));
    }
    let role = instance.role_arn.clone();
    let role_name = role.as_deref().and_then(|arn| arn.rsplit('/').next()).unwrap_or_default().to_owned();
    let path = request.path.trim_end_matches('/');
    if let Some(asked) = path.strip_prefix(ROLE_LIST) {
        let role = role.ok_or_else(not_found)?;
        return match asked.trim_start_matches('/') {
            "" => Ok(HttpResponse::text(200, role_name)),
            asked if asked == role_name => Ok(credentials(state, &role, &instance.instance_id)),
            _ => Err(not_found()),
        };
    }
    metadata(&instance, path, now).ok_or_else(not_found)
}

fn get_token(state: &mut State, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    if request.method != "PUT" {
        return Err(Failure::new(405, "Method Not Allowed", ""));
    }
    let ttl = request.header(TTL_HEADER).and_then(|ttl| ttl.parse::<i64>().ok()).filter(|ttl| (1..=21_600).contains(ttl));
    let ttl = ttl.ok_or_else(|| Failure::new(400, "Bad Request", format!("{TTL_HEADER} must be 1 to 21600")))?;
    let token = state.ids.token("AQAEA");
    let ends_at = state.now() + state.lifetime.unwrap_or(ttl);
    state.imds.sessions.insert(token.clone(), ends_at);
    Ok(HttpResponse::text(200, token).with_header(TTL_HEADER, ttl.to_string()))
}

/// Serves the same credentials to everybody until they near their end, as the real service does.
fn credentials(state: &mut State, role_arn: &str, instance_id: &str) -> HttpResponse {
    let now = state.now();
    let served = state
        .imds
        .served
        .clone()
        .filter(|(role, credentials)| role == role_arn && credentials.expires_at > now + 3600 && state.lifetime.is_none());
    let credentials = served.map(|(_, credentials)| credentials).unwrap_or_else(|| {
        let credentials = state.issue(Identity::role_session(role_arn, instance_id, false), CREDENTIALS_SECONDS);
        state.imds.served = Some((role_arn.to_owned(), credentials.clone()));
        credentials
    });
    let body = json!({
        "Code": "Success",
        "LastUpdated": iso(now),
        "Type": "AWS-HMAC",
        "AccessKeyId": credentials.access_key_id,
        "SecretAccessKey": credentials.secret_access_key,
        "Token": credentials.session_token,
        "Expiration": iso(credentials.expires_at),
    });
    HttpResponse::text(200, format!("{body:#}"))
}

fn metadata(instance: &Instance, path: &str, now: i64) -> Option<HttpResponse> {
    let zone = format!("{}a", instance.region);
    let account = instance.role_arn.as_deref().map_or("123456789012", |arn| arn_field(arn, 4));
    let text = match path {
        "/latest/meta-data/placement/region" => instance.region.clone(),
        "/latest/meta-data/placement/availability-zone" => zone,
        "/latest/meta-data/instance-id" => instance.instance_id.clone(),
        "/latest/meta-data/iam/info" => {
            let role = instance.role_arn.as_deref()?;
            let profile = role.replace(":role/", ":instance-profile/");
            let id = unique_id("AIPA", &profile);
            format!(
                "{:#}",
                json!({ "Code": "Success", "LastUpdated": iso(now), "InstanceProfileArn": profile, "InstanceProfileId": id })
            )
        }
        "/latest/dynamic/instance-identity/document" => format!(
            "{:#}",
            json!({
                "accountId": account,
                "architecture": "x86_64",
                "availabilityZone": zone,
                "imageId": "ami-0fake1234567890ab",
                "instanceId": instance.instance_id,
                "instanceType": "t3.micro",
                "privateIp": "10.0.0.1",
                "region": instance.region,
                "version": "2017-09-30",
            })
        ),
        _ => return None,
    };
    Some(HttpResponse::text(200, text))
}

#[cfg(test)]
mod tests {
    use crate::client::{Answer, Client, Keys, demo};
    use crate::script::{Effect, Rule};

    fn token(client: &mut Client, ttl: &str) -> Answer {
        client.send("PUT", "/latest/api/token", &[("x-aws-ec2-metadata-token-ttl-seconds", ttl)], "")
    }

    fn get(client: &mut Client, path: &str, token: &str) -> Answer {
        client.send("GET", path, &[("x-aws-ec2-metadata-token", token)], "")
    }

    const ROLES: &str = "/latest/meta-data/iam/security-credentials/";

    #[test]
    fn tokens_have_a_life_between_a_second_and_six_hours() {
        let (server, mut client) = demo();
        for (ttl, status) in [("1", 200), ("21600", 200), ("0", 400), ("21601", 400), ("x", 400)] {
            let answer = token(&mut client, ttl);
            assert_eq!(answer.status, status, "{ttl}");
            assert_eq!(answer.header("x-aws-ec2-metadata-token-ttl-seconds"), (status == 200).then_some(ttl));
        }
        assert_eq!(client.send("PUT", "/latest/api/token", &[], "").status, 400);
        assert_eq!(client.get("/latest/api/token").status, 405);
        let session = token(&mut client, "60").body;
        assert_eq!(get(&mut client, ROLES, &session).status, 200);
        server.advance_clock(61);
        assert_eq!(get(&mut client, ROLES, &session).status, 401);
    }

    #[test]
    fn nothing_is_told_without_a_token_or_through_a_proxy() {
        let (server, mut client) = demo();
        let session = token(&mut client, "60").body;
        assert_eq!(client.get(ROLES).status, 401);
        assert_eq!(get(&mut client, ROLES, "wrong").status, 401);
        let forwarded = [("x-aws-ec2-metadata-token", session.as_str()), ("X-Forwarded-For", "10.0.0.1")];
        assert_eq!(client.send("GET", ROLES, &forwarded, "").status, 403);
        server.world(|world| world.instance.as_mut().expect("an instance").allow_v1 = true);
        assert_eq!(client.get(ROLES).body, "instance");
        assert_eq!(get(&mut client, ROLES, "wrong").status, 401);
        server.world(|world| world.instance = None);
        assert_eq!(token(&mut client, "60").status, 404);
    }

    #[test]
    fn role_credentials_are_shared_until_they_near_their_end() {
        let (server, mut client) = demo();
        let session = token(&mut client, "21600").body;
        let path = format!("{ROLES}instance");
        let first = get(&mut client, &path, &session).json();
        assert_eq!((first["Code"].as_str(), first["Type"].as_str()), (Some("Success"), Some("AWS-HMAC")));
        assert_eq!(get(&mut client, &path, &session).json()["AccessKeyId"], first["AccessKeyId"]);
        let text = |name: &str| first[name].as_str().expect("a text").to_owned();
        let keys = Keys { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token: Some(text("Token")) };
        assert!(client.call(&keys, "GetCallerIdentity", &[]).xml("Arn").ends_with(":assumed-role/instance/i-0fake1234567890ab"));
        server.advance_clock(5 * 3600 + 1);
        assert_ne!(get(&mut client, &path, &session).json()["AccessKeyId"], first["AccessKeyId"]);
        server.script(Rule::new("GetInstanceCredentials", Effect::Expire));
        let expired = get(&mut client, &path, &session).json();
        assert!(expired["Expiration"].as_str().expect("a time") < crate::time::iso(server.now()).as_str());
        assert_eq!(get(&mut client, &format!("{ROLES}other"), &session).status, 404);
    }

    #[test]
    fn the_instance_knows_its_place() {
        let (_server, mut client) = demo();
        let session = token(&mut client, "60").body;
        assert_eq!(get(&mut client, "/latest/meta-data/placement/region", &session).body, "us-east-1");
        assert_eq!(get(&mut client, "/latest/meta-data/placement/availability-zone/", &session).body, "us-east-1a");
        assert_eq!(get(&mut client, "/latest/dynamic/instance-identity/document", &session).json()["accountId"], "111111111111");
        assert!(get(&mut client, "/latest/meta-data/iam/info", &session).body.contains(":instance-profile/instance"));
        assert_eq!(get(&mut client, "/latest/meta-data/nothing", &session).status, 404);
    }
}
