//! AWS IAM, as far as finding one's MFA device needs it.

use crate::failure::Failure;
use crate::http::{HttpRequest, HttpResponse};
use crate::query::{answer, element, group};
use crate::request::{Call, Service};
use crate::sigv4::authenticate;
use crate::state::{Kind, State};

/// Answers one IAM action.
pub(crate) fn handle(state: &mut State, call: &mut Call, request: &HttpRequest) -> Result<HttpResponse, Failure> {
    if call.action != "ListMFADevices" {
        return Err(Failure::new(
            400,
            "InvalidAction",
            format!("Could not find operation {} for version 2010-05-08", call.action),
        ));
    }
    let identity = authenticate(state, request, "iam")?;
    call.caller = Some(identity.arn.clone());
    // "You cannot call any IAM API operations unless MFA authentication information is included in the request."
    if identity.kind == Kind::UserSession && !identity.mfa || identity.kind == Kind::Federated {
        return Err(Failure::new(403, "InvalidClientTokenId", "The security token included in the request is invalid"));
    }
    let user = match call.filled("UserName") {
        Some(name) => state.world.users.iter().find(|user| user.account == identity.account && user.name == name),
        None => state.user_of(&identity.principal),
    };
    let Some(user) = user else {
        return Err(match call.filled("UserName") {
            Some(name) => Failure::new(404, "NoSuchEntity", format!("The user with name {name} cannot be found.")),
            None => Failure::new(400, "ValidationError", "Must specify userName when calling with non-User credentials"),
        });
    };
    let member = |serial: &str| {
        let inner =
            element("UserName", &user.name) + &element("SerialNumber", serial) + &element("EnableDate", "2024-01-01T00:00:00Z");
        group("member", &inner)
    };
    let members: String = user.mfa_devices.iter().map(|device| member(&device.serial)).collect();
    let result = group("MFADevices", &members) + &element("IsTruncated", "false");
    let request_id = state.ids.uuid();
    Ok(answer(Service::Iam, &call.action, &result, &request_id))
}
