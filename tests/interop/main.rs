//! The real AWS CLI and boto3 beside awsenv, at the same files and the same fake AWS: they use what awsenv cached and
//! exported, awsenv uses what they cached.
#![expect(clippy::unwrap_used, reason = "tests")]

mod version_2;

use std::path::PathBuf;

use awsenv_testkit::{Invocation, Sandbox, is_here};
use serde_json::Value;

const MFA: &str = "arn:aws:iam::111111111111:mfa/ana";

/// The demo, and the real `aws` and `python3` on its PATH; nothing when they are not on this machine.
fn demo(program: &str) -> Option<Sandbox> {
    let arguments: &[&str] = if program == "aws" { &["--version"] } else { &["-c", "import boto3"] };
    if !is_here(program, arguments) {
        return None;
    }
    let mut sandbox = Sandbox::demo(env!("CARGO_BIN_EXE_awsenv"));
    // Behind our own `bin`, the path of this machine: where `aws` is, is its owner's choice.
    let mut path = vec![sandbox.root().join("bin")];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    sandbox.set("PATH", std::env::join_paths(path).unwrap());
    for (name, value) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PYENV_")) {
        sandbox.set(&name.to_string_lossy(), value);
    }
    let home = std::env::var_os("HOME").map(PathBuf::from).unwrap();
    // pyenv's shims look into the home directory, which is another one here.
    if std::env::var_os("PYENV_ROOT").is_none() && home.join(".pyenv").exists() {
        sandbox.set("PYENV_ROOT", home.join(".pyenv"));
    }
    sandbox.set("AWS_PAGER", "");
    Some(sandbox)
}

fn aws(sandbox: &Sandbox, arguments: &[&str]) -> Invocation {
    sandbox.program("/usr/bin/env", &[&["aws"], arguments].concat())
}

/// The ARN that the AWS CLI has with these options.
#[track_caller]
fn arn(sandbox: &Sandbox, options: &[&str]) -> String {
    let arguments = [options, &["sts", "get-caller-identity", "--query", "Arn", "--output", "text"]].concat();
    aws(sandbox, &arguments).run().ok().stdout.trim().to_owned()
}

#[track_caller]
fn export(sandbox: &Sandbox, profile: &str) -> Value {
    serde_json::from_str(&sandbox.run(&["export", profile]).ok().stdout).unwrap()
}

/// Version 1 keeps no role credentials of Identity Center, and has no `configure export-credentials`.
fn is_version_2(sandbox: &Sandbox) -> bool {
    let version = aws(sandbox, &["--version"]).run().ok();
    let is_2 = format!("{}{}", version.stdout, version.stderr).starts_with("aws-cli/2");
    if !is_2 {
        _ = std::io::Write::write_all(
            &mut std::io::stderr(),
            b"SKIPPED: what only version 2 of the AWS CLI has; this one is version 1\n",
        );
    }
    is_2
}

/// The names in a cache folder, lock files aside.
fn names(sandbox: &Sandbox, folder: &str) -> Vec<String> {
    let prefix = format!("home/.aws/{folder}/");
    sandbox
        .files()
        .names()
        .iter()
        .filter_map(|name| name.strip_prefix(&prefix))
        .filter(|name| name.ends_with(".json"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_aws_cli_finds_a_role_with_mfa_that_awsenv_cached() {
    let Some(sandbox) = demo("aws") else { return };
    let code = sandbox.server().mfa_code(MFA).unwrap();
    sandbox.run(&["export", "prod", "--mfa-token", &code]).ok();
    assert_eq!(sandbox.server().count("AssumeRole"), 1);
    let found = arn(&sandbox, &["--profile", "prod"]);
    assert!(found.starts_with("arn:aws:sts::222222222222:assumed-role/ops/"), "{found}");
    assert_eq!(sandbox.server().count("AssumeRole"), 1, "the AWS CLI had no need to ask");
}

#[test]
fn the_aws_cli_finds_every_other_entry_under_the_same_name() {
    let Some(sandbox) = demo("aws") else { return };
    for (profile, action) in [
        ("tools", "AssumeRole"),
        ("staging", "AssumeRole"),
        ("partner", "AssumeRole"),
        ("ci", "AssumeRoleWithWebIdentity"),
        ("sandbox", "GetRoleCredentials"),
    ] {
        export(&sandbox, profile);
        if profile == "sandbox" && !is_version_2(&sandbox) {
            continue;
        }
        let (asked, before) = (sandbox.server().count(action), names(&sandbox, "cli/cache"));
        arn(&sandbox, &["--profile", profile]);
        assert_eq!(sandbox.server().count(action), asked, "{profile}: it was cached");
        assert_eq!(names(&sandbox, "cli/cache"), before, "{profile}: under the same name");
    }
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn awsenv_finds_what_the_aws_cli_cached() {
    let Some(sandbox) = demo("aws") else { return };
    for (profile, action) in [
        ("tools", "AssumeRole"),
        ("partner", "AssumeRole"),
        ("ci", "AssumeRoleWithWebIdentity"),
        ("sandbox", "GetRoleCredentials"),
    ] {
        if profile == "sandbox" && !is_version_2(&sandbox) {
            continue;
        }
        arn(&sandbox, &["--profile", profile]);
        let (asked, before) = (sandbox.server().count(action), sandbox.files());
        assert!(export(&sandbox, profile)["SessionToken"].is_string());
        assert_eq!(sandbox.server().count(action), asked, "{profile}: it was cached");
        assert_eq!(sandbox.files().changed_since(&before), [""; 0], "{profile}: nothing to write");
    }
}

#[test]
fn a_token_that_one_refreshed_is_the_others() {
    let Some(sandbox) = demo("aws") else { return };
    let end_it = |sandbox: &Sandbox, token: &str| {
        let end = sandbox.server().now() + 60;
        sandbox.server().world(|world| {
            world.sso_tokens.iter_mut().filter(|known| known.access_token == token).for_each(|known| known.expires_at = end)
        });
        let file = sandbox.server().sso_cache_file("corp", token).unwrap();
        sandbox.write(&format!(".aws/sso/cache/{}", file.name), file.text);
    };
    end_it(&sandbox, "token-demo");
    export(&sandbox, "sandbox");
    assert_eq!(sandbox.server().count("CreateToken"), 1);
    arn(&sandbox, &["--profile", "readonly"]);
    assert_eq!(sandbox.server().count("CreateToken"), 1, "the AWS CLI takes awsenv's new token");
    let newest = sandbox.server().world(|world| world.sso_tokens.last().unwrap().access_token.clone());
    end_it(&sandbox, &newest);
    std::fs::remove_dir_all(sandbox.path(".aws/cli/cache")).unwrap();
    arn(&sandbox, &["--profile", "readonly"]);
    assert_eq!(sandbox.server().count("CreateToken"), 2);
    export(&sandbox, "sandbox");
    assert_eq!(sandbox.server().count("CreateToken"), 2, "awsenv takes the AWS CLI's new token");
    assert_eq!(sandbox.server().violations(), [""; 0]);
}

#[test]
fn the_files_are_the_aws_clis_own() {
    let (Some(ours), Some(theirs)) = (demo("aws"), demo("aws")) else { return };
    let profiles: &[&str] = if is_version_2(&ours) { &["tools", "ci", "sandbox"] } else { &["tools", "ci"] };
    for profile in profiles {
        for (sandbox, run) in [(&ours, true), (&theirs, false)] {
            std::fs::remove_dir_all(sandbox.path(".aws/cli")).unwrap_or(());
            if run { drop(export(sandbox, profile)) } else { drop(arn(sandbox, &["--profile", profile])) }
        }
        let (name, other) = (names(&ours, "cli/cache"), names(&theirs, "cli/cache"));
        assert_eq!(name, other, "{profile}");
        let path = format!(".aws/cli/cache/{}", name[0]);
        let files = ours.files();
        assert_eq!(files.mode(&format!("home/{path}")), Some(0o600));
        let (mine, yours) = (ours.read(&path), theirs.read(&path));
        let (mine, yours): (Value, Value) = (serde_json::from_str(&mine).unwrap(), serde_json::from_str(&yours).unwrap());
        for (key, value) in yours["Credentials"].as_object().unwrap() {
            assert!(mine["Credentials"][key].is_string() == value.is_string(), "{profile}: {key} is missing in {mine}");
        }
        assert_eq!(mine["ProviderType"], yours["ProviderType"], "{profile}: by this `aws sso logout` finds it");
    }
}

#[test]
fn both_take_what_awsenv_exports() {
    let Some(sandbox) = demo("aws") else { return };
    let code = sandbox.server().mfa_code(MFA).unwrap();
    let boto = "python3 -c 'import boto3; print(boto3.client(\"sts\").get_caller_identity()[\"Arn\"])'";
    let aws = "aws sts get-caller-identity --query Arn --output text";
    let with_boto = is_here("python3", &["-c", "import boto3"]);
    for (profile, part) in [
        ("prod", ":222222222222:assumed-role/ops/"),
        ("dev", ":user/dev"),
        ("sandbox", "AWSReservedSSO_Administrator_"),
        ("console", ":user/ana"),
    ] {
        for mode in ["keys", "profile"] {
            // An SDK without `aws login`, or without a way to ask for a code, is why there is a mode `keys`.
            if mode == "profile" && matches!(profile, "console" | "prod") {
                continue;
            }
            let boto = if with_boto { boto } else { "true" };
            let script = format!("eval \"$(awsenv use {profile} --mode {mode} --mfa-token {code})\" && {aws} && {boto}");
            let run = sandbox.bash(&script).run().ok();
            let arns: Vec<&str> = run.stdout.lines().collect();
            assert!(
                arns.len() == 1 + usize::from(with_boto) && arns.iter().all(|arn| arn.contains(part)),
                "{profile} {mode}: {}",
                run.stdout
            );
        }
    }
}

#[test]
fn the_aws_cli_finds_the_region() {
    let Some(sandbox) = demo("aws") else { return };
    let run = sandbox
        .bash("eval \"$(awsenv use dev -r ap-south-1)\" && aws configure get region; aws configure list | grep region")
        .run()
        .ok();
    assert!(run.stdout.contains("ap-south-1"), "{}", run.stdout);
}

#[test]
fn a_profile_for_tools_is_used_by_both() {
    let Some(sandbox) = demo("aws") else { return };
    let config = sandbox.read(".aws/config");
    sandbox.config(&format!(
        "{config}\n[profile for-tools]\nregion = eu-west-1\ncredential_process = awsenv credential-process --profile prod\n"
    ));
    let code = sandbox.server().mfa_code(MFA).unwrap();
    // Before a person has given a code, the tools say what awsenv said.
    let run = aws(&sandbox, &["--profile", "for-tools", "sts", "get-caller-identity"]).run();
    assert!(run.code != 0 && run.stderr.contains("mfa-code-required"), "{}", run.stderr);
    sandbox.run(&["export", "prod", "--mfa-token", &code]).ok();
    assert!(arn(&sandbox, &["--profile", "for-tools"]).contains(":assumed-role/ops/"));
    if is_here("python3", &["-c", "import boto3"]) {
        let script = "import boto3; print(boto3.Session(profile_name='for-tools').client('sts').get_caller_identity()['Arn'])";
        let run = sandbox.program("/usr/bin/env", &["python3", "-c", script]).run().ok();
        assert!(run.stdout.contains(":assumed-role/ops/"), "{}", run.stdout);
    }
}

#[test]
fn boto3_finds_a_token_that_awsenv_refreshed() {
    let Some(sandbox) = demo("python3") else { return };
    let end = sandbox.server().now() + 60;
    sandbox.server().world(|world| world.sso_tokens[0].expires_at = end);
    let file = sandbox.server().sso_cache_file("corp", "token-demo").unwrap();
    sandbox.write(&format!(".aws/sso/cache/{}", file.name), file.text);
    export(&sandbox, "sandbox");
    let script = "import boto3; print(boto3.Session(profile_name='readonly').client('sts').get_caller_identity()['Arn'])";
    let run = sandbox.program("/usr/bin/env", &["python3", "-c", script]).run().ok();
    assert!(run.stdout.contains("AWSReservedSSO_ReadOnly_"), "{}", run.stdout);
    assert_eq!((sandbox.server().count("CreateToken"), sandbox.server().violations()), (1, Vec::new()));
}

#[test]
fn what_the_aws_cli_exports_awsenv_takes() {
    let Some(sandbox) = demo("aws") else { return };
    if !is_version_2(&sandbox) {
        return;
    }
    let script = "eval \"$(aws configure export-credentials --profile tools --format env)\" && awsenv whoami --format json";
    let run = sandbox.bash(script).run().ok();
    assert!(run.stdout.contains(":assumed-role/tools/"));
}

/// What `awsenv doctor` says of a file is what the AWS CLI does with it.
#[test]
fn doctor_knows_which_files_the_aws_cli_refuses() {
    let Some(sandbox) = demo("aws") else { return };
    const REFUSALS: [&str; 5] = ["duplicate-section", "duplicate-key", "byte-order-mark", "cli-refuses-file", "config-syntax"];
    for (config, code) in [
        ("[profile a]\nregion = eu-west-1\n", None),
        ("[profile a]\nregion = eu-west-1\n[profile a]\noutput = json\n", Some("duplicate-section")),
        ("[profile a]\nregion = eu-west-1\n[profile b]\n[profile 'a']\n", None),
        ("[profile a]\nregion = eu-west-1\nREGION = eu-west-1\n", Some("duplicate-key")),
        ("\u{feff}[profile a]\nregion = eu-west-1\n", Some("byte-order-mark")),
        ("[profile a]\nca_bundle = /x\rjunk\n", Some("cli-refuses-file")),
        ("[profile a]\nnonsense\n", Some("config-syntax")),
        ("[profile a]\nregion = eu-west-1 # home\n[a]\n[default]\n[profile default]\n[profile 'b c']\n", None),
    ] {
        sandbox.config(config);
        let run = aws(&sandbox, &["configure", "list", "--profile", "a"]).run();
        assert_eq!(run.stderr.contains("Unable to parse config file"), code.is_some(), "{config:?}: {}", run.stderr);
        let found: Value = serde_json::from_str(&sandbox.run(&["doctor", "--format", "json"]).stdout).unwrap();
        let codes = found["findings"].as_array().unwrap().iter().filter_map(|finding| finding["code"].as_str());
        let refused: Vec<&str> = codes.filter(|code| REFUSALS.contains(code)).collect();
        assert_eq!(refused, Vec::from_iter(code), "{config:?}");
    }
    // And what it makes of those that it reads.
    for (config, region) in [
        ("[profile a]\nregion = eu-west-1 # home\n", "eu-west-1 # home"),
        ("[profile a]\nregion = \"eu-west-1\"\n", "\"eu-west-1\""),
        ("[DEFAULT]\nregion = eu-west-1\n[profile a]\n", "eu-west-1"),
        ("[profile a]\nregion = eu-west-1\n[profile 'a']\nregion = eu-west-2\n", "eu-west-2"),
    ] {
        sandbox.config(config);
        let run = aws(&sandbox, &["configure", "get", "region", "--profile", "a"]).run();
        assert_eq!(run.stdout.trim(), region, "{config:?}");
        let found = sandbox.run(&["doctor"]).stdout;
        assert!(found.contains("warning["), "{found}");
    }
}
