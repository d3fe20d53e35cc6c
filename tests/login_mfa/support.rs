//! A person with a console, and one with an MFA device.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;

use awsenv_testkit::{Pty, Run, Sandbox};
use fake_aws::{Role, User, World};
use serde_json::Value;

pub(crate) const ADMIN: &str = "arn:aws:iam::123456789012:user/Admin";
pub(crate) const OTHER: &str = "arn:aws:sts::123456789012:assumed-role/Admin/alice";
/// The names in formats.md §3.
pub(crate) const ADMIN_CACHE: &str = ".aws/login/cache/10cabd19777b6651ac57333b55c7c10a1242b1c2337f40e674926d7324698347.json";
pub(crate) const OTHER_CACHE: &str = ".aws/login/cache/68afef069a49e0c940bc8515a36649850d686bdd2e3c07927360d151553fc4d3.json";
/// ana's device in the demo.
pub(crate) const MFA: &str = "arn:aws:iam::111111111111:mfa/ana";

/// A machine whose browser is signed in to the console as an administrator.
pub(crate) fn console() -> Sandbox {
    let world = World::default().with_console_identity(ADMIN).with_user(User::new("Admin", "123456789012"));
    let mut sandbox = Sandbox::with_world(env!("CARGO_BIN_EXE_awsenv"), world);
    let browser = "#!/bin/sh\necho \"$1\" >> \"$HOME/opened\"\ncurl -sSL -m 20 \"$1\" > \"$HOME/page\"\n";
    let path = sandbox.script("browser", browser);
    sandbox.set("BROWSER", path);
    sandbox
}

/// The same, with the profile `con` for the administrator, who is not signed in.
pub(crate) fn console_profile() -> Sandbox {
    let sandbox = console();
    sandbox.config(&format!("[profile con]\nlogin_session = {ADMIN}\nregion = eu-west-1\n"));
    sandbox
}

/// The same, signed in.
pub(crate) fn signed_in() -> Sandbox {
    let sandbox = console_profile();
    let file = sandbox.server().login_cache_file(ADMIN);
    sandbox.write(&format!(".aws/login/cache/{}", file.name), file.text);
    sandbox
}

/// The machine of the demo, where `prod` asks for ana's code.
pub(crate) fn demo() -> Sandbox {
    Sandbox::demo(env!("CARGO_BIN_EXE_awsenv"))
}

/// A user `ana` with these devices, whose profile `base` names none, and a role that wants MFA.
pub(crate) fn without_serial(devices: &[&str]) -> Sandbox {
    let mut ana = User::new("ana", "111111111111");
    for device in devices {
        let mut named = User::new(device, "111111111111").with_mfa();
        ana.mfa_devices.append(&mut named.mfa_devices);
    }
    let role = Role::new("arn:aws:iam::222222222222:role/ops").trusting(&["arn:aws:iam::111111111111:root"]).requiring_mfa();
    let credentials =
        format!("[base]\naws_access_key_id = {}\naws_secret_access_key = {}\n", ana.access_key_id, ana.secret_access_key);
    let sandbox = Sandbox::with_world(env!("CARGO_BIN_EXE_awsenv"), World::default().with_user(ana).with_role(role));
    sandbox.config("[profile base]\nregion = eu-west-1\n[profile ops]\nrole_arn = arn:aws:iam::222222222222:role/ops\nsource_profile = base\nregion = eu-west-1\n");
    sandbox.credentials(&credentials);
    sandbox
}

/// Runs awsenv on a terminal to its end; its exit code and what was shown.
#[track_caller]
pub(crate) fn at_terminal(sandbox: &Sandbox, arguments: &[&str]) -> (u32, String) {
    end(&mut sandbox.awsenv_on_terminal(arguments))
}

pub(crate) fn end(terminal: &mut Pty) -> (u32, String) {
    let code = terminal.exit_code();
    (code, terminal.screen())
}

/// The error of a run without a terminal; the run shows no secret.
#[track_caller]
pub(crate) fn fails(sandbox: &Sandbox, arguments: &[&str], code: &str, exit: i32) -> Value {
    let run = sandbox.run(&[&["--message-format", "json"], arguments].concat()).exits(exit);
    error_of(sandbox, &run, code)
}

#[track_caller]
pub(crate) fn error_of(sandbox: &Sandbox, run: &Run, code: &str) -> Value {
    let last = run.stderr.lines().last().unwrap_or_else(|| panic!("{} said nothing", run.command));
    let report: Value = serde_json::from_str(last).unwrap_or_else(|error| panic!("{}: {error}: {last}", run.command));
    assert_eq!(report["code"], code, "{}", run.stderr);
    sandbox.assert_no_secret(&run.command, &run.stderr);
    report
}

/// A JSON file of the home.
#[track_caller]
pub(crate) fn json(sandbox: &Sandbox, name: &str) -> Value {
    let text = sandbox.read(name);
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}: {text}"))
}

/// How often a browser was opened.
pub(crate) fn opened(sandbox: &Sandbox) -> usize {
    sandbox.read("opened").lines().count()
}

/// Lets the cached credentials of the administrator end in so many seconds.
pub(crate) fn expire(sandbox: &Sandbox, seconds: i64) {
    let mut file = json(sandbox, ADMIN_CACHE);
    let at = format!("@{}", sandbox.server().now() + seconds);
    let time = std::process::Command::new("date").args(["-u", "-d", &at, "+%Y-%m-%dT%H:%M:%SZ"]).output().unwrap();
    file["accessToken"]["expiresAt"] = String::from_utf8(time.stdout).unwrap().trim().into();
    sandbox.write(ADMIN_CACHE, file.to_string());
}

/// Opens a page as a person does who says yes on another machine, follows it, and returns what it shows.
pub(crate) fn visit(url: &str) -> String {
    let mut url = url.to_owned();
    loop {
        let (host, path) = url.trim_start_matches("http://").split_once('/').expect("a path");
        let mut stream = TcpStream::connect(host).expect("the server");
        write!(stream, "GET /{path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let location =
            answer.lines().find_map(|line| line.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("location")));
        match location {
            Some((_, next)) => next.trim().clone_into(&mut url),
            None => return answer,
        }
    }
}

/// The URL on the screen.
#[track_caller]
pub(crate) fn url_on(screen: &str) -> String {
    let line = screen.lines().rev().find(|line| line.trim().starts_with("http"));
    line.unwrap_or_else(|| panic!("there is no URL:\n{screen}")).trim().to_owned()
}

/// What the last page of a sign-in elsewhere says to paste.
#[track_caller]
pub(crate) fn authorization_code(page: &str) -> String {
    let (_, rest) = page.split_once("authorization-code\">").unwrap_or_else(|| panic!("{page}"));
    rest.split('<').next().unwrap_or_default().to_owned()
}

/// Lets a script fetch a fresh code of a device from the fake.
pub(crate) fn code_url(sandbox: &Sandbox, serial: &str) -> String {
    format!("{}/_fake/mfa?serial={serial}", sandbox.server().endpoint())
}

/// Removes every cached session, so that the next command needs a code again.
pub(crate) fn forget_sessions(sandbox: &Sandbox) {
    for folder in [sandbox.root().join("state/mfa-sessions"), sandbox.path(".aws/cli/cache")] {
        let _ = std::fs::remove_dir_all(folder);
    }
}
