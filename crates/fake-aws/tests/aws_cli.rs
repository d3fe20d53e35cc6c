//! The real AWS CLI and boto3 against the server: what they accept is what the server must say.

mod support;

use fake_aws::{FakeAws, World, write_home};
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use support::Directory;

/// Returns a command with nothing of this machine in its environment but what is needed to find and start programs.
fn clean(program: &str, home: &Path, server: &FakeAws) -> Command {
    let mut command = Command::new(program);
    command.env_clear().stdin(Stdio::null());
    command.envs(std::env::vars_os().filter(|(name, _)| name == "PATH" || name.to_string_lossy().starts_with("PYENV_")));
    command.env("HOME", home).env("AWS_ENDPOINT_URL", server.endpoint()).env("AWS_MAX_ATTEMPTS", "1");
    command.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", server.endpoint());
    command
}

/// Says whether a program is here; if it is not, says so where nobody can miss it.
fn is_here(program: &str, arguments: &[&str]) -> bool {
    let here = Command::new(program).args(arguments).output().is_ok_and(|output| output.status.success());
    if !here {
        // Straight to stderr: the test harness would swallow eprintln!.
        _ = writeln!(std::io::stderr(), "SKIPPED: `{program} {}` does not work on this machine", arguments.join(" "));
    }
    here
}

fn text(output: &Output) -> String {
    assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn caller(command: &mut Command) -> String {
    text(&command.args(["sts", "get-caller-identity", "--query", "Arn", "--output", "text"]).output().expect("aws starts"))
}

#[test]
fn the_aws_cli_uses_every_profile_of_the_demo() {
    if !is_here("aws", &["--version"]) {
        return;
    }
    let server = FakeAws::start(World::demo()).expect("a loopback port is free");
    let home = Directory::new("cli-profiles");
    write_home(home.path(), &server, Some(Path::new(env!("CARGO_BIN_EXE_fake-aws")))).expect("the home is writable");
    for (profile, arn) in [
        ("dev", "arn:aws:iam::111111111111:user/dev"),
        ("base", "arn:aws:iam::111111111111:user/ana"),
        ("tools", "arn:aws:sts::111111111111:assumed-role/tools/"),
        ("staging", "arn:aws:sts::333333333333:assumed-role/deploy/"),
        ("partner", "arn:aws:sts::222222222222:assumed-role/partner/"),
        ("sandbox", "arn:aws:sts::444444444444:assumed-role/AWSReservedSSO_Administrator_"),
        ("backup", "arn:aws:sts::333333333333:assumed-role/backup/"),
        ("ci", "arn:aws:sts::111111111111:assumed-role/ci/"),
        ("process", "arn:aws:sts::111111111111:assumed-role/batch/process"),
    ] {
        let actual = caller(clean("aws", home.path(), &server).args(["--profile", profile]));
        assert!(actual.starts_with(arn), "{profile}: {actual}");
    }
    let mut list = clean("aws", home.path(), &server);
    list.args(["iam", "list-mfa-devices", "--profile", "base", "--query", "MFADevices[].SerialNumber", "--output", "text"]);
    assert_eq!(text(&list.output().expect("aws starts")), "arn:aws:iam::111111111111:mfa/ana");
    assert_eq!(server.violations(), [""; 0]);
}

#[test]
fn the_aws_cli_takes_an_mfa_code() {
    if !is_here("aws", &["--version"]) {
        return;
    }
    let server = FakeAws::start(World::demo()).expect("a loopback port is free");
    let home = Directory::new("cli-mfa");
    write_home(home.path(), &server, None).expect("the home is writable");
    let serial = "arn:aws:iam::111111111111:mfa/ana";
    let code = server.mfa_code(serial).expect("ana has a device");
    let assume = || {
        let mut command = clean("aws", home.path(), &server);
        command.args([
            "--profile",
            "base",
            "sts",
            "assume-role",
            "--role-arn",
            "arn:aws:iam::222222222222:role/ops",
            "--role-session-name",
            "me",
        ]);
        command.args(["--serial-number", serial, "--token-code", &code, "--query", "AssumedRoleUser.Arn", "--output", "text"]);
        command.output().expect("aws starts")
    };
    assert_eq!(text(&assume()), "arn:aws:sts::222222222222:assumed-role/ops/me");
    let again = assume();
    let said = String::from_utf8_lossy(&again.stderr);
    assert!(
        said.contains("An error occurred (AccessDenied) when calling the AssumeRole operation: MultiFactorAuthentication failed"),
        "{said}"
    );
}

#[test]
fn the_aws_cli_finds_the_instance_and_the_container() {
    if !is_here("aws", &["--version"]) {
        return;
    }
    let server = FakeAws::start(World::demo()).expect("a loopback port is free");
    let home = Directory::new("cli-ambient");
    let arn = caller(clean("aws", home.path(), &server).args(["--region", "us-east-1"]));
    assert_eq!(arn, "arn:aws:sts::111111111111:assumed-role/instance/i-0fake1234567890ab");
    let mut command = clean("aws", home.path(), &server);
    command
        .env("AWS_CONTAINER_CREDENTIALS_FULL_URI", server.container_uri())
        .env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "demo-container-token");
    assert_eq!(caller(command.args(["--region", "us-east-1"])), "arn:aws:sts::111111111111:assumed-role/task/container");
}

#[test]
fn boto3_refreshes_a_token_that_nears_its_end() {
    if !is_here("python3", &["-c", "import boto3"]) {
        return;
    }
    let server = FakeAws::start(World::demo()).expect("a loopback port is free");
    let home = Directory::new("boto3-refresh");
    let end = server.now() + 60;
    server.world(|world| world.sso_tokens[0].expires_at = end);
    write_home(home.path(), &server, None).expect("the home is writable");
    let script = "import boto3; print(boto3.Session(profile_name='sandbox').client('sts').get_caller_identity()['Arn'])";
    let arn = text(&clean("python3", home.path(), &server).args(["-c", script]).output().expect("python3 starts"));
    assert!(arn.starts_with("arn:aws:sts::444444444444:assumed-role/AWSReservedSSO_Administrator_"), "{arn}");
    assert_eq!((server.count("CreateToken"), server.count("sso:GetRoleCredentials"), server.violations()), (1, 1, Vec::new()));
}

#[test]
fn boto3_signs_in_by_device() {
    if !is_here("python3", &["-c", "import boto3"]) {
        return;
    }
    let server = FakeAws::start(World::demo()).expect("a loopback port is free");
    let home = Directory::new("boto3-device");
    let script = "
import boto3, urllib.request
oidc = boto3.client('sso-oidc', region_name='eu-west-1')
client = oidc.register_client(clientName='test', clientType='public', scopes=['sso:account:access'])
who = {'clientId': client['clientId'], 'clientSecret': client['clientSecret']}
device = oidc.start_device_authorization(startUrl='https://demo.awsapps.com/start', **who)
grant = {'grantType': 'urn:ietf:params:oauth:grant-type:device_code', 'deviceCode': device['deviceCode'], **who}
try:
    oidc.create_token(**grant)
except oidc.exceptions.AuthorizationPendingException as error:
    print(error.response['error'])
urllib.request.urlopen(device['verificationUriComplete']).read()
token = oidc.create_token(**grant)['accessToken']
sso = boto3.client('sso', region_name='eu-west-1')
pages = sso.get_paginator('list_accounts').paginate(accessToken=token, PaginationConfig={'PageSize': 3})
print([account['accountName'] for page in pages for account in page['accountList']])
try:
    sso.get_role_credentials(accessToken=token, accountId='444444444444', roleName='Nobody')
except Exception as error:
    print(error.response['Error'])
sso.logout(accessToken=token)
try:
    sso.list_accounts(accessToken=token)
except sso.exceptions.UnauthorizedException as error:
    print(error.response['Error'])
";
    let mut command = clean("python3", home.path(), &server);
    command.env("AWS_ACCESS_KEY_ID", "unused").env("AWS_SECRET_ACCESS_KEY", "unused");
    let said = text(&command.args(["-c", script]).output().expect("python3 starts"));
    let expected = "authorization_pending
['Development', 'Production', 'Staging', 'Sandbox']
{'Message': 'No access', 'Code': 'ForbiddenException'}
{'Message': 'Session token not found or invalid', 'Code': 'UnauthorizedException'}";
    assert_eq!(said, expected);
}
