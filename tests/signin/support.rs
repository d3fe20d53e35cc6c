//! A company with two Identity Centers, and a person with a terminal.

use awsenv_testkit::{Pty, Sandbox};
use fake_aws::{SsoInstance, World};
use serde_json::Value;

pub(crate) const CORP_URL: &str = "https://corp.awsapps.com/start";
pub(crate) const LAB_URL: &str = "https://lab.awsapps.com/start";
pub(crate) const LEGACY_URL: &str = "https://old.awsapps.com/start";

/// `sha1("corp")`.
pub(crate) const CORP_TOKEN: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

const CONFIG: &str = "\
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
[sso-session lab]
sso_start_url = https://lab.awsapps.com/start
sso_region = us-east-1
[profile dev]
sso_session = corp
sso_account_id = 111111111111
sso_role_name = Developer
region = eu-central-1
[profile ops]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = ReadOnly
region = eu-central-1
[profile tokens-only]
sso_session = corp
[profile lab]
sso_session = lab
sso_account_id = 333333333333
sso_role_name = Developer
region = us-east-1
[profile old]
sso_start_url = https://old.awsapps.com/start
sso_region = eu-west-1
sso_account_id = 111111111111
sso_role_name = Developer
region = eu-central-1
[profile keys]
aws_access_key_id = AKIAEXAMPLE
aws_secret_access_key = secret-of-keys
";

/// A machine on which nobody is signed in, with a browser that says yes.
pub(crate) fn sandbox() -> Sandbox {
    let instance = |url: &str, region: &str| {
        SsoInstance::new(url, region, "ana@example.com")
            .with_account("111111111111", "Development", &["Developer"])
            .with_account("222222222222", "Production", &["ReadOnly"])
            .with_account("333333333333", "Lab", &["Developer"])
    };
    let world = World::default()
        .with_sso(instance(CORP_URL, "eu-west-1"))
        .with_sso(instance(LAB_URL, "us-east-1"))
        .with_sso(instance(LEGACY_URL, "eu-west-1"));
    let mut sandbox = Sandbox::with_world(env!("CARGO_BIN_EXE_awsenv"), world);
    sandbox.config(CONFIG);
    // It waits a little, as a person does, and tells how often it was opened.
    let browser = "#!/bin/sh\necho \"$1\" >> \"$HOME/opened\"\ncurl -sSL -m 20 \"$1\" > \"$HOME/page\"\n";
    let path = sandbox.script("browser", browser);
    sandbox.set("BROWSER", path);
    sandbox
}

/// Runs awsenv on a terminal to its end; its exit code and what was shown.
#[track_caller]
pub(crate) fn at_terminal(sandbox: &Sandbox, arguments: &[&str]) -> (u32, String) {
    let mut terminal = sandbox.awsenv_on_terminal(arguments);
    end(&mut terminal)
}

/// Runs a line of bash on a terminal, in which `awsenv` can be called for its stdout.
#[track_caller]
pub(crate) fn bash_at_terminal(sandbox: &Sandbox, line: &str) -> (u32, String) {
    let mut terminal = sandbox.terminal("/bin/bash", &["--norc", "--noprofile", "-c", line]);
    end(&mut terminal)
}

pub(crate) fn end(terminal: &mut Pty) -> (u32, String) {
    let code = terminal.exit_code();
    (code, terminal.screen())
}

/// How often a browser was opened.
pub(crate) fn opened(sandbox: &Sandbox) -> usize {
    sandbox.read("opened").lines().count()
}

/// A JSON file of the home.
#[track_caller]
pub(crate) fn json(sandbox: &Sandbox, name: &str) -> Value {
    let text = sandbox.read(name);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
}

/// The token of `corp`.
pub(crate) fn corp_token(sandbox: &Sandbox) -> Value {
    json(sandbox, CORP_TOKEN)
}

/// Changes the token of `corp`: `expiresAt` in so many seconds.
pub(crate) fn expire(sandbox: &Sandbox, name: &str, seconds: i64) {
    let mut token = json(sandbox, name);
    token["expiresAt"] = fake_time(sandbox.server().now() + seconds).into();
    sandbox.write(name, token.to_string());
}

/// RFC 3339 of seconds since the epoch, by `date`.
pub(crate) fn fake_time(seconds: i64) -> String {
    let output = std::process::Command::new("date").args(["-u", "-d", &format!("@{seconds}"), "+%Y-%m-%dT%H:%M:%SZ"]).output();
    String::from_utf8(output.expect("date runs").stdout).expect("UTF-8").trim().to_owned()
}

/// The files in the Identity Center cache.
pub(crate) fn cached(sandbox: &Sandbox) -> Vec<String> {
    let entries = std::fs::read_dir(sandbox.path(".aws/sso/cache")).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// `sha1("lab")`.
pub(crate) const LAB_TOKEN: &str = ".aws/sso/cache/3953f9ddf975ab5097ee468d99555c5b441169bf.json";
/// `sha1` of the legacy start URL.
pub(crate) const LEGACY_TOKEN: &str = ".aws/sso/cache/33d5ca4bf3b1a62edb96b47f7c203034a43ac435.json";
