//! The caches and files beside a real version 2 of the AWS CLI: Debian's is too old to be told where AWS is but by an option, so
//! what it must ask for by itself it cannot have here; what awsenv left it, it finds.

use std::path::PathBuf;

use awsenv_testkit::{Invocation, Sandbox};

use crate::{MFA, demo, names};

/// Every `aws` on PATH that is version 2. None is said loudly.
fn version_2() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap();
    let mut found: Vec<PathBuf> =
        std::env::split_paths(&path).map(|folder| folder.join("aws")).filter(|file| file.exists()).collect();
    found.retain(|file| {
        let version = std::process::Command::new(file).arg("--version").output();
        version.is_ok_and(|version| version.stdout.starts_with(b"aws-cli/2"))
    });
    found.dedup_by_key(|file| file.canonicalize().unwrap());
    if found.is_empty() {
        _ = std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED: there is no version 2 of the AWS CLI here\n");
    }
    found
}

fn run(sandbox: &Sandbox, aws: &PathBuf, arguments: &[&str]) -> Invocation {
    let endpoint = sandbox.get("AWS_ENDPOINT_URL").unwrap().to_str().unwrap();
    sandbox.program(aws, &[&["--endpoint-url", endpoint], arguments].concat())
}

#[test]
fn version_2_finds_every_role_that_awsenv_cached() {
    for aws in version_2() {
        let sandbox = demo("aws").unwrap();
        let code = sandbox.server().mfa_code(MFA).unwrap();
        for (profile, part) in [
            ("prod", ":222222222222:assumed-role/ops/"),
            ("tools", ":assumed-role/tools/"),
            ("ci", ":assumed-role/"),
            ("sandbox", "AWSReservedSSO_Administrator_"),
        ] {
            sandbox.run(&["export", profile, "--mfa-token", &code]).ok();
            let (requests, before) = (sandbox.server().count("GetCallerIdentity"), names(&sandbox, "cli/cache"));
            let found = run(&sandbox, &aws, &["--profile", profile, "sts", "get-caller-identity", "--query", "Arn"]).run().ok();
            assert!(found.stdout.contains(part), "{profile}: {}", found.stdout);
            assert_eq!(sandbox.server().count("GetCallerIdentity"), requests + 1, "{profile}");
            assert_eq!(names(&sandbox, "cli/cache"), before, "{profile}: under the same name");
        }
        assert_eq!(sandbox.server().violations(), [""; 0]);
    }
}

#[test]
fn version_2_lists_the_profiles_that_awsenv_lists() {
    for aws in version_2() {
        let sandbox = demo("aws").unwrap();
        let sorted = |text: String| {
            let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let theirs = sorted(sandbox.program(&aws, &["configure", "list-profiles"]).run().ok().stdout);
        assert_eq!(theirs, sorted(sandbox.run(&["configure", "list-profiles"]).ok().stdout));
        assert!(theirs.len() > 5, "{theirs:?}");
    }
}

#[test]
fn version_2_exports_what_awsenv_exports() {
    for aws in version_2() {
        let sandbox = demo("aws").unwrap();
        for profile in ["tools", "sandbox"] {
            let ours: serde_json::Value = serde_json::from_str(&sandbox.run(&["export", profile]).ok().stdout).unwrap();
            let theirs = sandbox.program(&aws, &["configure", "export-credentials", "--profile", profile]).run().ok().stdout;
            let theirs: serde_json::Value = serde_json::from_str(&theirs).unwrap();
            for key in ["AccessKeyId", "SecretAccessKey", "SessionToken"] {
                assert!(ours[key].is_string() && ours[key] == theirs[key], "{profile} {key}");
            }
        }
    }
}
