use crate::client::{Answer, Client, Keys, demo, keys_of};
use crate::server::FakeAws;

const OPS: (&str, &str) = ("RoleArn", "arn:aws:iam::222222222222:role/ops");
const TOOLS: (&str, &str) = ("RoleArn", "arn:aws:iam::111111111111:role/tools");
const NAME: (&str, &str) = ("RoleSessionName", "me");
const SERIAL: (&str, &str) = ("SerialNumber", "arn:aws:iam::111111111111:mfa/ana");

type Params<'a> = &'a [(&'a str, &'a str)];

fn mfa(server: &FakeAws) -> String {
    server.mfa_code(SERIAL.1).expect("ana has a device")
}

fn refused(answer: &Answer) -> (u16, &str, &str) {
    (answer.status, answer.xml("Code"), answer.xml("Message"))
}

#[test]
fn everybody_learns_who_they_are() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    let session = client.call(&dev, "GetSessionToken", &[]).keys();
    let role = client.call(&dev, "AssumeRole", &[TOOLS, NAME]).keys();
    let federated = client.call(&dev, "GetFederationToken", &[("Name", "guest")]).keys();
    for (keys, arn) in [
        (&dev, "arn:aws:iam::111111111111:user/dev"),
        (&session, "arn:aws:iam::111111111111:user/dev"),
        (&role, "arn:aws:sts::111111111111:assumed-role/tools/me"),
        (&federated, "arn:aws:sts::111111111111:federated-user/guest"),
    ] {
        let answer = client.call(keys, "GetCallerIdentity", &[]);
        assert_eq!((answer.status, answer.xml("Arn"), answer.xml("Account")), (200, arn, "111111111111"));
    }
    assert_eq!(
        server.requests().last().and_then(|request| request.caller.clone()).as_deref(),
        Some("arn:aws:sts::111111111111:federated-user/guest")
    );
}

#[test]
fn parameters_outside_their_limits_are_refused() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    let long_name = "x".repeat(65);
    let rows: [(Params<'_>, &str, &str); 12] = [
        (&[NAME], "ValidationError", "'roleArn' failed to satisfy constraint: Member must not be null"),
        (&[("RoleArn", "arn:aws:iam::1:role"), NAME], "ValidationError", "greater than or equal to 20"),
        (&[("RoleArn", "arn:aws:iam::111111111111:user/dev"), NAME], "ValidationError", "is invalid"),
        (&[TOOLS], "ValidationError", "'roleSessionName'"),
        (&[TOOLS, ("RoleSessionName", "a")], "ValidationError", "greater than or equal to 2"),
        (&[TOOLS, ("RoleSessionName", "a b")], "ValidationError", "pattern: [\\w+=,.@-]*"),
        (&[TOOLS, ("RoleSessionName", &long_name)], "ValidationError", "less than or equal to 64"),
        (&[TOOLS, NAME, ("DurationSeconds", "899")], "ValidationError", "greater than or equal to 900"),
        (&[TOOLS, NAME, ("DurationSeconds", "43201")], "ValidationError", "less than or equal to 43200"),
        (&[TOOLS, NAME, ("DurationSeconds", "14401")], "ValidationError", "exceeds the MaxSessionDuration set for this role"),
        (&[TOOLS, NAME, ("DurationSeconds", "1h")], "MalformedInput", "not an integer"),
        (&[TOOLS, NAME, ("ExternalId", "x")], "ValidationError", "'externalId'"),
    ];
    for (params, code, message) in rows {
        let answer = client.call(&dev, "AssumeRole", params);
        let (status, actual, text) = refused(&answer);
        assert!(status == 400 && actual == code && text.contains(message), "{params:?}: {}", answer.body);
    }
    assert_eq!(client.call(&dev, "AssumeRole", &[TOOLS, NAME, ("DurationSeconds", "14400")]).status, 200);
    assert_eq!(refused(&client.call(&dev, "GetSessionToken", &[("DurationSeconds", "129601")])).1, "ValidationError");
    assert_eq!(refused(&client.call(&dev, "DeleteEverything", &[])).1, "InvalidAction");
}

#[test]
fn a_role_opens_to_those_it_trusts() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    let tools = client.call(&dev, "AssumeRole", &[TOOLS, NAME]).keys();
    let deploy = ("RoleArn", "arn:aws:iam::333333333333:role/deploy");
    let partner = ("RoleArn", "arn:aws:iam::222222222222:role/partner");
    let rows: [(&Keys, Params<'_>, bool); 6] = [
        (&dev, &[deploy, NAME], false),
        (&tools, &[deploy, NAME], true),
        (&dev, &[partner, NAME], false),
        (&dev, &[partner, NAME, ("ExternalId", "wrong")], false),
        (&dev, &[partner, NAME, ("ExternalId", "partner-4711")], true),
        (&dev, &[("RoleArn", "arn:aws:iam::222222222222:role/nobody"), NAME], false),
    ];
    for (keys, params, allowed) in rows {
        let answer = client.call(keys, "AssumeRole", params);
        assert_eq!(answer.status, if allowed { 200 } else { 403 }, "{params:?}: {}", answer.body);
    }
    let answer = client.call(&dev, "AssumeRole", &[deploy, NAME]);
    let message = "User: arn:aws:iam::111111111111:user/dev is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::333333333333:role/deploy";
    assert_eq!(refused(&answer), (403, "AccessDenied", message));
    server.world(|world| world.roles.iter_mut().for_each(|role| role.max_session_duration = 7200));
    let answer = client.call(&tools, "AssumeRole", &[deploy, NAME, ("DurationSeconds", "3601")]);
    assert_eq!(
        refused(&answer).2,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining"
    );
}

#[test]
fn an_mfa_code_is_good_once() {
    let (server, mut client) = demo();
    let ana = keys_of(&server, "ana");
    assert_eq!(refused(&client.call(&ana, "AssumeRole", &[OPS, NAME])).1, "AccessDenied");
    let code = mfa(&server);
    let with = |code: &'static str| [OPS, NAME, SERIAL, ("TokenCode", code)];
    assert_eq!(client.call(&ana, "AssumeRole", &[OPS, NAME, SERIAL, ("TokenCode", &code)]).status, 200);
    let again = client.call(&ana, "AssumeRole", &[OPS, NAME, SERIAL, ("TokenCode", &code)]);
    assert_eq!(refused(&again), (403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. "));
    assert_eq!(server.violations().len(), 1);
    assert!(refused(&client.call(&ana, "AssumeRole", &with("12345"))).2.contains("length equal to 6"));
    assert!(refused(&client.call(&ana, "AssumeRole", &with("abcdef"))).2.contains("[\\d]*"));
    assert!(refused(&client.call(&ana, "AssumeRole", &[OPS, NAME, SERIAL])).2.contains("must provide both"));
    let dev = keys_of(&server, "dev");
    let code = mfa(&server);
    assert!(
        refused(&client.call(&dev, "AssumeRole", &[OPS, NAME, SERIAL, ("TokenCode", &code)]))
            .2
            .contains("associated with this user")
    );
    let codes: Vec<String> = (0..5)
        .map(|_| mfa(&server))
        .filter(|code| client.call(&ana, "GetSessionToken", &[SERIAL, ("TokenCode", code)]).status == 200)
        .collect();
    assert_eq!(codes.len(), 5, "a fresh code can always be had");
}

#[test]
fn a_session_with_mfa_opens_the_roles_that_want_it_and_little_else() {
    let (server, mut client) = demo();
    let ana = keys_of(&server, "ana");
    let plain = client.call(&ana, "GetSessionToken", &[]).keys();
    let proved = client.call(&ana, "GetSessionToken", &[SERIAL, ("TokenCode", &mfa(&server))]).keys();
    assert_eq!(client.call(&plain, "AssumeRole", &[OPS, NAME]).status, 403);
    assert_eq!(client.call(&proved, "AssumeRole", &[OPS, NAME]).status, 200);
    for action in ["GetSessionToken", "GetFederationToken"] {
        let answer = client.call(&proved, action, &[("Name", "guest")]);
        assert_eq!(refused(&answer), (403, "AccessDenied", format!("Cannot call {action} with session credentials").as_str()));
    }
    let federated = client.call(&ana, "GetFederationToken", &[("Name", "guest")]).keys();
    assert_eq!(client.call(&federated, "AssumeRole", &[TOOLS, NAME]).status, 403);
}

#[test]
fn a_web_identity_needs_no_keys() {
    let (server, mut client) = demo();
    let form = ("content-type", "application/x-www-form-urlencoded");
    let ask = |client: &mut Client, role: &str, token: &str| {
        let params = [("Action", "AssumeRoleWithWebIdentity"), ("RoleArn", role), NAME, ("WebIdentityToken", token)];
        client.send("POST", "/", &[form], &crate::encoding::form(&params))
    };
    let ci = "arn:aws:iam::111111111111:role/ci";
    let answer = ask(&mut client, ci, "demo-web-identity-token");
    assert_eq!(
        (answer.status, answer.xml("Provider"), answer.xml("Arn")),
        (200, "ci.example.com", "arn:aws:sts::111111111111:assumed-role/ci/me")
    );
    assert_eq!(refused(&ask(&mut client, ci, "other")).1, "InvalidIdentityToken");
    assert_eq!(refused(&ask(&mut client, TOOLS.1, "demo-web-identity-token")).1, "AccessDenied");
    server.world(|world| world.web_identity_tokens[0].expires_at = 0);
    assert_eq!(refused(&ask(&mut client, ci, "demo-web-identity-token")).1, "ExpiredTokenException");
}

#[test]
fn signatures_are_checked() {
    let (server, mut client) = demo();
    let dev = keys_of(&server, "dev");
    let session = client.call(&dev, "GetSessionToken", &[]).keys();
    let now = server.now();
    let rows = [
        (Keys { id: "AKIAUNKNOWN".into(), ..dev.clone() }, now, "InvalidClientTokenId"),
        (Keys { secret: "wrong".into(), ..dev.clone() }, now, "SignatureDoesNotMatch"),
        (Keys { token: Some("x".into()), ..dev.clone() }, now, "InvalidClientTokenId"),
        (Keys { token: None, ..session.clone() }, now, "InvalidClientTokenId"),
        (Keys { token: Some("x".into()), ..session.clone() }, now, "InvalidClientTokenId"),
        (dev.clone(), now - 901, "SignatureDoesNotMatch"),
        (dev.clone(), now + 910, "SignatureDoesNotMatch"),
        (dev.clone(), now - 800, ""),
    ];
    for (keys, at, code) in rows {
        assert_eq!(client.call_at(&keys, "GetCallerIdentity", &[], at).xml("Code"), code, "{keys:?} at {at}");
    }
    let late = client.call_at(&dev, "GetCallerIdentity", &[], now - 1000);
    assert!(late.xml("Message").starts_with("Signature expired: "), "{}", late.body);
    server.expire_credentials();
    assert_eq!(client.call(&session, "GetCallerIdentity", &[]).xml("Code"), "ExpiredToken");
    let unsigned = client.send(
        "POST",
        "/",
        &[("content-type", "application/x-www-form-urlencoded")],
        "Action=GetCallerIdentity&Version=2011-06-15",
    );
    assert_eq!(refused(&unsigned).1, "MissingAuthenticationToken");
}

#[test]
fn iam_lists_the_devices_of_a_user() {
    let (server, mut client) = demo();
    let ana = keys_of(&server, "ana");
    let (plain, role) =
        (client.call(&ana, "GetSessionToken", &[]).keys(), client.call(&ana, "AssumeRole", &[TOOLS, NAME]).keys());
    assert_eq!(client.call(&ana, "ListMFADevices", &[]).xml("SerialNumber"), SERIAL.1);
    assert_eq!(client.call(&keys_of(&server, "dev"), "ListMFADevices", &[]).xml("SerialNumber"), "");
    assert_eq!(client.call(&role, "ListMFADevices", &[("UserName", "ana")]).xml("SerialNumber"), SERIAL.1);
    assert_eq!(client.call(&role, "ListMFADevices", &[]).xml("Code"), "ValidationError");
    assert_eq!(client.call(&ana, "ListMFADevices", &[("UserName", "bob")]).xml("Code"), "NoSuchEntity");
    assert_eq!(client.call(&plain, "ListMFADevices", &[]).xml("Code"), "InvalidClientTokenId");
}
