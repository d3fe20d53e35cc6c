//! The program `fake-aws`, run by hand.

mod support;

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use support::Directory;

/// The running program, killed at the end.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fake-aws"));
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn port_of(line: &str) -> String {
    line.trim_end().rsplit(':').next().expect("an endpoint has a port").to_owned()
}

#[test]
fn it_says_what_to_export_and_writes_a_home() {
    let home = Directory::new("binary");
    let mut running = Running(program().arg("--home").arg(home.path()).spawn().expect("the binary starts"));
    let mut lines = BufReader::new(running.0.stdout.take().expect("it is a pipe"));
    let mut first = String::new();
    lines.read_line(&mut first).expect("it speaks");
    assert!(first.starts_with("export AWS_ENDPOINT_URL=http://127.0.0.1:"), "{first}");
    let credentials = program()
        .args(["--credentials", "arn:aws:iam::111111111111:role/batch", "--port", &port_of(&first)])
        .output()
        .expect("it runs");
    let credentials: serde_json::Value = serde_json::from_slice(&credentials.stdout).expect("it prints JSON");
    assert_eq!(credentials["Version"], 1);
    let config = std::fs::read_to_string(home.path().join(".aws/config")).expect("it is written");
    assert!(config.contains("[profile process]") && !config.contains('{'), "{config}");
    #[cfg(unix)]
    for name in ["config", "credentials", "web-identity-token"] {
        use std::os::unix::fs::PermissionsExt as _;
        let metadata = std::fs::metadata(home.path().join(".aws").join(name)).expect("it is written");
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{name}");
    }
}

#[test]
fn it_leaves_a_person_s_home_alone() {
    let home = Directory::new("binary-foreign");
    let file = home.path().join(".aws").join("config");
    std::fs::create_dir_all(home.path().join(".aws")).expect("the directory is writable");
    std::fs::write(&file, "[default]\nregion = us-east-1\n").expect("the directory is writable");
    let refused = program().arg("--home").arg(home.path()).output().expect("it runs");
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(
        refused.status.code() == Some(1) && refused.stdout.is_empty() && said.contains("was not written by fake-aws"),
        "{said}"
    );
    assert_eq!(std::fs::read_to_string(&file).expect("it is still there"), "[default]\nregion = us-east-1\n");
}

#[test]
fn a_world_can_come_from_a_file() {
    let directory = Directory::new("binary-world");
    let file = directory.path().join("world.json");
    std::fs::write(&file, r#"{"users": [{"name": "x", "account": "1", "mfa": true}]}"#).expect("the directory is writable");
    let mut running = Running(program().arg("--world").arg(&file).spawn().expect("the binary starts"));
    let lines = BufReader::new(running.0.stdout.take().expect("it is a pipe")).lines();
    let device = lines.map_while(Result::ok).find(|line| line.starts_with("# MFA code")).expect("it names the device");
    assert!(device.contains("arn:aws:iam::1:mfa/x"), "{device}");
    std::fs::write(&file, "{\"usres\": []}").expect("the directory is writable");
    let refused = program().arg("--world").arg(&file).output().expect("it runs");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("world has no `usres`"));
}

#[test]
fn wrong_words_are_refused_with_the_usage() {
    for words in [&["--prot", "1"][..], &["--port"], &["--port", "x"]] {
        let refused = program().args(words).output().expect("it runs");
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(2) && said.contains("usage: fake-aws"), "{words:?}: {said}");
    }
    let help = program().arg("--help").output().expect("it runs");
    assert!(help.status.success() && String::from_utf8_lossy(&help.stdout).starts_with("usage: fake-aws"));
}
