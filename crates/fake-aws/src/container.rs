//! The credentials endpoint of a container.

use crate::failure::Failure;
use crate::http::{HttpRequest, HttpResponse};
use crate::state::{Identity, State};
use crate::time::iso;
use serde_json::json;

const CREDENTIALS_SECONDS: i64 = 3600;

/// Answers `GET /container/creds`.
pub(crate) fn handle(state: &mut State, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    let container = state.world.container.clone().ok_or_else(|| Failure::new(404, "NotFound", "there is no container"))?;
    if request.header("authorization") != Some(&container.token) {
        return Err(Failure::new(401, "Unauthorized", "the Authorization header is missing or wrong"));
    }
    let credentials = state.issue(Identity::role_session(&container.role_arn, "container", false), CREDENTIALS_SECONDS);
    Ok(HttpResponse::json(
        200,
        &json!({
            "AccessKeyId": credentials.access_key_id,
            "SecretAccessKey": credentials.secret_access_key,
            "Token": credentials.session_token,
            "Expiration": iso(credentials.expires_at),
        }),
    ))
}

#[cfg(test)]
mod tests {
    use crate::client::{Keys, demo};

    #[test]
    fn the_authorization_must_be_exact() {
        let (server, mut client) = demo();
        for wrong in ["", "demo-container-toke", "Bearer demo-container-token", "DEMO-CONTAINER-TOKEN"] {
            let answer = client.send("GET", "/container/creds", &[("Authorization", wrong)], "");
            assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("Unauthorized")));
        }
        assert_eq!(client.get("/container/creds").status, 401);
        let body = client.send("GET", "/container/creds", &[("Authorization", "demo-container-token")], "").json();
        let text = |name: &str| body[name].as_str().expect("a text").to_owned();
        let keys = Keys { id: text("AccessKeyId"), secret: text("SecretAccessKey"), token: Some(text("Token")) };
        assert!(client.call(&keys, "GetCallerIdentity", &[]).xml("Arn").contains(":assumed-role/task/"));
        server.world(|world| world.container = None);
        assert_eq!(client.get("/container/creds").status, 404);
    }
}
