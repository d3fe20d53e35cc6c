//! A home directory for the demo world: the files that a person who works there would have.

use crate::demo::{EXTERNAL_ID, LOGIN_ARN, PROCESS_ROLE, SSO_REGION, SSO_SESSION, SSO_START_URL, SSO_TOKEN, WEB_IDENTITY_TOKEN};
use crate::server::FakeAws;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

/// Writes `.aws` into a directory, for a server of [`World::demo`](crate::World::demo): every kind of profile, and a cached
/// sign-in, so that only `prod` and `audit` ask for anything (an MFA code).
///
/// `program` is the `fake-aws` binary, which the profile `process` starts; without it there is no such profile.
pub fn write_home(directory: &Path, server: &FakeAws, program: Option<&Path>) -> io::Result<()> {
    let aws = directory.join(".aws");
    check_ours(&aws)?;
    let (sso_cache, login_cache) = (aws.join("sso").join("cache"), aws.join("login").join("cache"));
    make_directory(&sso_cache)?;
    make_directory(&login_cache)?;
    let token_file = aws.join("web-identity-token");
    write_private(&token_file, WEB_IDENTITY_TOKEN)?;
    let process = program.map_or_else(String::new, |program| {
        let command = format!("\"{}\" --credentials {PROCESS_ROLE} --port {}", program.display(), server.port());
        format!("\n[profile process]\nregion = eu-central-1\ncredential_process = {command}\n")
    });
    let config = CONFIG
        .replace("{session}", SSO_SESSION)
        .replace("{start_url}", SSO_START_URL)
        .replace("{sso_region}", SSO_REGION)
        .replace("{external_id}", EXTERNAL_ID)
        .replace("{login_arn}", LOGIN_ARN)
        .replace("{token_file}", &token_file.display().to_string());
    write_private(&aws.join("config"), &format!("{HEADER}{config}{process}"))?;
    let mut credentials = HEADER.to_owned();
    for (profile, user_name) in [("dev", "dev"), ("base", "ana")] {
        let user = server.world(|world| world.users.iter().find(|user| user.name == user_name).cloned());
        let user = user.ok_or_else(|| io::Error::other("the world has not the users of the demo"))?;
        credentials += &format!(
            "\n[{profile}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            user.access_key_id, user.secret_access_key
        );
    }
    write_private(&aws.join("credentials"), &credentials)?;
    let token = server
        .sso_cache_file(SSO_SESSION, SSO_TOKEN)
        .ok_or_else(|| io::Error::other("the world has not the sign-in of the demo"))?;
    write_private(&sso_cache.join(token.name), &token.text)?;
    let login = server.login_cache_file(LOGIN_ARN);
    write_private(&login_cache.join(login.name), &login.text)
}

const HEADER: &str = "# Written by fake-aws: nothing here is real.\n";

const CONFIG: &str = "
[profile dev]
region = eu-central-1

[profile base]
region = eu-central-1
mfa_serial = arn:aws:iam::111111111111:mfa/ana

[profile prod]
role_arn = arn:aws:iam::222222222222:role/ops
source_profile = base
mfa_serial = arn:aws:iam::111111111111:mfa/ana
duration_seconds = 14400
region = eu-west-1

[profile audit]
role_arn = arn:aws:iam::222222222222:role/audit
source_profile = base
mfa_serial = arn:aws:iam::111111111111:mfa/ana
region = eu-west-1

[profile tools]
role_arn = arn:aws:iam::111111111111:role/tools
source_profile = dev
region = eu-central-1

[profile staging]
role_arn = arn:aws:iam::333333333333:role/deploy
source_profile = tools
region = eu-west-1

[profile partner]
role_arn = arn:aws:iam::222222222222:role/partner
source_profile = dev
external_id = {external_id}
region = us-east-1

[sso-session {session}]
sso_start_url = {start_url}
sso_region = {sso_region}
sso_registration_scopes = sso:account:access

[profile sandbox]
sso_session = {session}
sso_account_id = 444444444444
sso_role_name = Administrator
region = us-west-2

[profile readonly]
sso_session = {session}
sso_account_id = 222222222222
sso_role_name = ReadOnly
region = eu-west-1

[profile backup]
role_arn = arn:aws:iam::333333333333:role/backup
credential_source = Ec2InstanceMetadata
region = us-east-1

[profile ci]
role_arn = arn:aws:iam::111111111111:role/ci
web_identity_token_file = {token_file}
region = eu-central-1

[profile console]
login_session = {login_arn}
region = eu-central-1
";

/// Refuses to touch files that a person may need, and clears caches of a server that is gone.
fn check_ours(aws: &Path) -> io::Result<()> {
    for file in ["config", "credentials"].map(|name| aws.join(name)) {
        match std::fs::read_to_string(&file) {
            Ok(text) if !text.starts_with(HEADER) => {
                return Err(io::Error::other(format!(
                    "{} was not written by fake-aws; choose another directory",
                    file.display()
                )));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(_) | Err(_) => {}
        }
    }
    for cache in ["cli/cache", "sso/cache", "login/cache"] {
        match std::fs::remove_dir_all(aws.join(cache)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Ok(()) | Err(_) => {}
        }
    }
    Ok(())
}

fn make_directory(path: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}
