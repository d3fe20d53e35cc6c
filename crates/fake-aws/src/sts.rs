//! AWS STS: who one is, roles, sessions.

use crate::failure::Failure;
use crate::http::{HttpRequest, HttpResponse};
use crate::query::{answer, element, group};
use crate::request::{Call, Service};
use crate::sigv4::authenticate;
use crate::state::{Credentials, Identity, Kind, State, arn_field, unique_id};
use crate::time::iso;
use crate::world::Role;

/// Answers one STS action.
pub(crate) fn handle(state: &mut State, call: &mut Call, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    if !matches!(
        call.action.as_str(),
        "GetCallerIdentity" | "AssumeRole" | "AssumeRoleWithWebIdentity" | "GetSessionToken" | "GetFederationToken"
    ) {
        return Err(Failure::new(
            400,
            "InvalidAction",
            format!("Could not find operation {} for version 2011-06-15", call.action),
        ));
    }
    let result = if call.action == "AssumeRoleWithWebIdentity" {
        assume_role_with_web_identity(state, call)?
    } else {
        let identity = authenticate(state, request, "sts")?;
        call.caller = Some(identity.arn.clone());
        match call.action.as_str() {
            "AssumeRole" => assume_role(state, call, &identity)?,
            "GetSessionToken" => get_session_token(state, call, &identity)?,
            "GetFederationToken" => get_federation_token(state, call, &identity)?,
            _ => element("Arn", &identity.arn) + &element("UserId", &identity.user_id) + &element("Account", &identity.account),
        }
    };
    let request_id = state.ids.uuid();
    Ok(answer(Service::Sts, &call.action, &result, &request_id))
}

fn assume_role(state: &mut State, call: &Call, identity: &Identity) -> Result<String, Failure> {
    let (role_arn, session_name) = role_and_session(call)?;
    match call.param("ExternalId").map(str::len) {
        Some(..2) => return Err(constraint(call, "ExternalId", "Member must have length greater than or equal to 2")),
        Some(1225..) => return Err(constraint(call, "ExternalId", "Member must have length less than or equal to 1224")),
        Some(2..=1224) | None => {}
    }
    let duration = duration(call, 3600, 43_200)?;
    if !matches!(identity.kind, Kind::LongTerm | Kind::UserSession | Kind::Login | Kind::RoleSession) {
        return Err(not_authorized(identity, "AssumeRole", role_arn));
    }
    let role = state.role(role_arn).cloned().ok_or_else(|| not_authorized(identity, "AssumeRole", role_arn))?;
    if !trusts(&role, identity) || (role.external_id.is_some() && role.external_id.as_deref() != call.param("ExternalId")) {
        return Err(not_authorized(identity, "AssumeRole", role_arn));
    }
    let proved = mfa(state, call, identity)?;
    if role.require_mfa && !proved && !identity.mfa {
        return Err(not_authorized(identity, "AssumeRole", role_arn));
    }
    let chained = identity.kind == Kind::RoleSession;
    if chained && duration > 3600 {
        let message = "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining";
        return Err(Failure::new(400, "ValidationError", message));
    }
    longest(duration, &role)?;
    let (credentials, user) = session(state, &role.arn, session_name, chained, duration);
    let packed =
        call.params.iter().any(|(name, _)| name == "Policy" || name.starts_with("PolicyArns.") || name.starts_with("Tags."));
    let packed = if packed { element("PackedPolicySize", "6") } else { String::new() };
    Ok(credentials + &user + &packed)
}

fn assume_role_with_web_identity(state: &mut State, call: &Call) -> Result<String, Failure> {
    let (role_arn, session_name) = role_and_session(call)?;
    let duration = duration(call, 3600, 43_200)?;
    let token = call.param("WebIdentityToken").unwrap_or_default();
    let known = state.world.web_identity_tokens.iter().find(|known| known.token == token).cloned();
    let known = known.ok_or_else(|| {
        Failure::new(
            400,
            "InvalidIdentityToken",
            "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)",
        )
    })?;
    let now = state.now();
    if known.expires_at <= now {
        let message =
            format!("Token expired: current date/time {now} must be before the expiration date/time {}", known.expires_at);
        return Err(Failure::new(400, "ExpiredTokenException", message));
    }
    let role = state
        .role(role_arn)
        .filter(|role| role.trusted.iter().any(|trusted| *trusted == known.provider || trusted == "*"))
        .cloned();
    let role =
        role.ok_or_else(|| Failure::new(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"))?;
    longest(duration, &role)?;
    let (credentials, user) = session(state, &role.arn, session_name, false, duration);
    let provider = known.provider.split_once(":oidc-provider/").map_or(known.provider.as_str(), |(_, name)| name);
    let subject = element("SubjectFromWebIdentityToken", &known.subject)
        + &element("Provider", provider)
        + &element("Audience", "sts.amazonaws.com");
    Ok(subject + &credentials + &user)
}

fn get_session_token(state: &mut State, call: &Call, identity: &Identity) -> Result<String, Failure> {
    let user = long_term_user(call, identity)?;
    let duration = duration(call, 43_200, 129_600)?;
    let proved = mfa(state, call, identity)?;
    let identity = Identity { kind: Kind::UserSession, mfa: proved, ..user };
    Ok(credentials_element(&state.issue(identity, duration)))
}

fn get_federation_token(state: &mut State, call: &Call, identity: &Identity) -> Result<String, Failure> {
    let user = long_term_user(call, identity)?;
    let duration = duration(call, 43_200, 129_600)?;
    let name = call.filled("Name").ok_or_else(|| missing("name"))?;
    if !(2..=32).contains(&name.len()) || !name.chars().all(is_session_name_character) {
        return Err(constraint(call, "Name", "Member must satisfy regular expression pattern: [\\w+=,.@-]*"));
    }
    let arn = format!("arn:{}:sts::{}:federated-user/{name}", arn_field(&user.arn, 1), user.account);
    let id = format!("{}:{name}", user.account);
    let identity = Identity { kind: Kind::Federated, user_id: id.clone(), arn: arn.clone(), ..user };
    let credentials = state.issue(identity, duration);
    let federated = group("FederatedUser", &(element("FederatedUserId", &id) + &element("Arn", &arn)));
    Ok(credentials_element(&credentials) + &federated + &element("PackedPolicySize", "6"))
}

/// GetSessionToken and GetFederationToken want a user's own keys.
fn long_term_user(call: &Call, identity: &Identity) -> Result<Identity, Failure> {
    match identity.kind {
        Kind::LongTerm => Ok(identity.clone()),
        Kind::UserSession | Kind::Login | Kind::RoleSession | Kind::Federated => {
            Err(Failure::new(403, "AccessDenied", format!("Cannot call {} with session credentials", call.action)))
        }
    }
}

/// Checks and spends the MFA code, if the request has one; the answer is whether it had.
fn mfa(state: &mut State, call: &Call, identity: &Identity) -> Result<bool, Failure> {
    let (serial, code) = match (call.filled("SerialNumber"), call.filled("TokenCode")) {
        (None, None) => return Ok(false),
        (Some(serial), Some(code)) => (serial, code),
        (Some(_), None) | (None, Some(_)) => {
            let message = "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.";
            return Err(Failure::new(403, "AccessDenied", message));
        }
    };
    if code.len() != 6 {
        return Err(constraint(call, "TokenCode", "Member must have length equal to 6"));
    }
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(constraint(call, "TokenCode", "Member must satisfy regular expression pattern: [\\d]*"));
    }
    state.spend_mfa_code(identity, serial, code).map(|()| true)
}

fn trusts(role: &Role, identity: &Identity) -> bool {
    let root = format!("arn:{}:iam::{}:root", arn_field(&identity.arn, 1), identity.account);
    role.trusted
        .iter()
        .any(|trusted| trusted == "*" || [&identity.principal, &identity.arn, &identity.account, &root].contains(&trusted))
}

fn session(state: &mut State, role_arn: &str, session_name: &str, chained: bool, seconds: i64) -> (String, String) {
    let identity = Identity::role_session(role_arn, session_name, chained);
    let id = format!("{}:{session_name}", unique_id("AROA", role_arn));
    let user = group("AssumedRoleUser", &(element("AssumedRoleId", &id) + &element("Arn", &identity.arn)));
    (credentials_element(&state.issue(identity, seconds)), user)
}

fn credentials_element(credentials: &Credentials) -> String {
    let inner = element("AccessKeyId", &credentials.access_key_id)
        + &element("SecretAccessKey", &credentials.secret_access_key)
        + &element("SessionToken", &credentials.session_token)
        + &element("Expiration", &iso(credentials.expires_at));
    group("Credentials", &inner)
}

fn role_and_session(call: &Call) -> Result<(&str, &str), Failure> {
    let role_arn = call.filled("RoleArn").ok_or_else(|| missing("roleArn"))?;
    if role_arn.len() < 20 {
        return Err(constraint(call, "RoleArn", "Member must have length greater than or equal to 20"));
    }
    if !role_arn.starts_with("arn:") || !role_arn.contains(":role/") {
        return Err(Failure::new(400, "ValidationError", format!("{role_arn} is invalid")));
    }
    let session_name = call.filled("RoleSessionName").ok_or_else(|| missing("roleSessionName"))?;
    if session_name.len() < 2 {
        return Err(constraint(call, "RoleSessionName", "Member must have length greater than or equal to 2"));
    }
    if session_name.len() > 64 {
        return Err(constraint(call, "RoleSessionName", "Member must have length less than or equal to 64"));
    }
    if !session_name.chars().all(is_session_name_character) {
        return Err(constraint(call, "RoleSessionName", "Member must satisfy regular expression pattern: [\\w+=,.@-]*"));
    }
    Ok((role_arn, session_name))
}

fn is_session_name_character(character: char) -> bool {
    character.is_ascii_alphanumeric() || "_+=,.@-".contains(character)
}

fn duration(call: &Call, default: i64, maximum: i64) -> Result<i64, Failure> {
    let Some(text) = call.param("DurationSeconds") else { return Ok(default) };
    let seconds: i64 = text.parse().map_err(|_| Failure::new(400, "MalformedInput", "DurationSeconds is not an integer"))?;
    match seconds {
        ..900 => Err(constraint(call, "DurationSeconds", "Member must have value greater than or equal to 900")),
        seconds if seconds > maximum => {
            Err(constraint(call, "DurationSeconds", &format!("Member must have value less than or equal to {maximum}")))
        }
        seconds => Ok(seconds),
    }
}

fn longest(seconds: i64, role: &Role) -> Result<(), Failure> {
    if seconds > role.max_session_duration {
        let message = "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.";
        return Err(Failure::new(400, "ValidationError", message));
    }
    Ok(())
}

fn not_authorized(identity: &Identity, action: &str, resource: &str) -> Failure {
    Failure::new(
        403,
        "AccessDenied",
        format!("User: {} is not authorized to perform: sts:{action} on resource: {resource}", identity.arn),
    )
}

fn missing(member: &str) -> Failure {
    let message =
        format!("1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null");
    Failure::new(400, "ValidationError", message)
}

fn constraint(call: &Call, name: &str, what: &str) -> Failure {
    let member = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
    let value = call.param(name).unwrap_or_default();
    Failure::new(
        400,
        "ValidationError",
        format!("1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {what}"),
    )
}

#[cfg(test)]
mod tests;
