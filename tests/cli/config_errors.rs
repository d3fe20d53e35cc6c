//! What can be wrong with the configuration: each has its code, points at its line, and stops before any network.

use std::path::{Path, PathBuf};

use awsenv_testkit::{Sandbox, assert_snapshot};

use crate::support::{empty, fails, one_profile, with_config};

/// One broken machine. Its whole message is in `messages/NAME.txt`.
struct Case {
    name: &'static str,
    code: &'static str,
    config: &'static str,
    credentials: &'static str,
    environment: &'static [(&'static str, &'static str)],
}

const fn case(name: &'static str, code: &'static str, config: &'static str) -> Case {
    Case { name, code, config, credentials: "", environment: &[] }
}

impl Case {
    const fn credentials(self, credentials: &'static str) -> Self {
        Self { credentials, ..self }
    }

    const fn environment(self, environment: &'static [(&'static str, &'static str)]) -> Self {
        Self { environment, ..self }
    }

    fn sandbox(&self) -> Sandbox {
        let mut sandbox = with_config(self.config);
        sandbox.credentials(self.credentials);
        for (name, value) in self.environment {
            sandbox.set(name, value);
        }
        sandbox
    }
}

/// All of them are met by `awsenv use prod`.
const CASES: &[Case] = &[
    case("did-you-mean", "unknown-profile", "[profile prd]\nregion = eu-west-1\n[profile production]\nregion = eu-west-1\n"),
    case("section-without-the-word-profile", "unknown-profile", "[prod]\nregion = eu-west-1\n"),
    case("broken-header", "unknown-profile", "[profile prod\nregion = eu-west-1\n"),
    case(
        "region-of-the-profile",
        "unknown-region",
        "[profile prod]\nregion = eu-wset-1\naws_access_key_id = A\naws_secret_access_key = B\n",
    ),
    case("region-of-the-environment", "unknown-region", "[profile prod]\naws_access_key_id = A\naws_secret_access_key = B\n")
        .environment(&[("AWS_REGION", "eu-wset-1")]),
    case("broken-line", "config-syntax", "[profile prod]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile base\n"),
    case("broken-line-with-a-secret", "config-syntax", "[profile prod]\naws_secret_access_key secret-in-a-broken-line\n"),
    case(
        "source-profile-not-found",
        "source-profile-not-found",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = bsae\n[profile base]\nregion = eu-west-1\n",
    ),
    case(
        "source-profile-cycle",
        "source-profile-cycle",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/p\nsource_profile = staging\n\n[profile staging]\nrole_arn = arn:aws:iam::111111111111:role/s\nsource_profile = prod\n",
    ),
    case(
        "source-profile-itself",
        "source-profile-cycle",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/p\nsource_profile = prod\n",
    ),
    case(
        "source-profile-without-credentials",
        "source-profile-without-credentials",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = base\n[profile base]\nregion = eu-west-1\n",
    ),
    case("role-without-source", "role-without-source", "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\n"),
    case(
        "two-sources",
        "two-sources",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = base\ncredential_source = Environment\n[profile base]\nregion = eu-west-1\n",
    ),
    case(
        "unknown-credential-source",
        "unknown-credential-source",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\ncredential_source = ec2instancemetadata\n",
    ),
    case(
        "environment-credentials-missing",
        "environment-credentials-missing",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\ncredential_source = Environment\n",
    ),
    case(
        "container-variables-missing",
        "container-variables-missing",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\ncredential_source = EcsContainer\n",
    ),
    case("half-a-key-pair", "partial-credentials", "").credentials("[prod]\naws_access_key_id = AKIAEXAMPLE\n"),
    case("a-key-pair-in-two-files", "partial-credentials", "[profile prod]\naws_secret_access_key = secret-of-half\n")
        .credentials("[prod]\naws_access_key_id = AKIAEXAMPLE\n"),
    case(
        "half-a-key-pair-in-the-environment",
        "partial-credentials",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\ncredential_source = Environment\n",
    )
    .environment(&[("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")]),
    case(
        "sso-without-a-role",
        "sso-incomplete",
        "[profile prod]\nsso_session = corp\nsso_account_id = 111111111111\n[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
    ),
    case(
        "sso-without-a-region",
        "sso-incomplete",
        "[profile prod]\nsso_start_url = https://x\nsso_account_id = 111111111111\nsso_role_name = R\n",
    ),
    case(
        "sso-session-not-found",
        "sso-session-not-found",
        "[profile prod]\nsso_session = crop\nsso_account_id = 111111111111\nsso_role_name = R\n[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
    ),
    case(
        "sso-value-inconsistent",
        "sso-value-inconsistent",
        "[profile prod]\nsso_session = corp\nsso_region = us-east-1\nsso_account_id = 111111111111\nsso_role_name = R\n[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
    ),
    case("web-identity-without-role", "web-identity-without-role", "[profile prod]\nweb_identity_token_file = /run/token\n"),
    case(
        "role-arn-that-is-none",
        "invalid-value",
        "[profile prod]\nrole_arn = admin\nsource_profile = base\n[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n",
    ),
    case(
        "token-file-that-is-not-there",
        "invalid-token-file",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\nweb_identity_token_file = /nowhere/token\n",
    ),
    case("nothing-in-the-profile", "no-credentials", "[profile prod]\nregion = eu-west-1\n"),
    case("process-not-found", "process-not-found", "[profile prod]\ncredential_process = /nowhere/tool --with words\n"),
    case("process-with-a-tilde", "process-not-found", "[profile prod]\ncredential_process = ~/bin/tool\n"),
    case(
        "process-that-fails",
        "process-failed",
        "[profile prod]\ncredential_process = sh -c \"echo the vault is locked >&2; exit 3\"\n",
    ),
    case("process-that-talks", "process-output-invalid", "[profile prod]\ncredential_process = echo welcome\n"),
    case("process-of-version-2", "process-output-invalid", "[profile prod]\ncredential_process = echo '{\"Version\": 2}'\n"),
    case(
        "process-without-a-key",
        "process-output-invalid",
        "[profile prod]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"A\"}'\n",
    ),
    case(
        "process-with-old-credentials",
        "process-failed",
        "[profile prod]\ncredential_process = echo '{\"Version\": 1, \"AccessKeyId\": \"A\", \"SecretAccessKey\": \"B\", \"SessionToken\": \"C\", \"Expiration\": \"2001-01-01T00:00:00Z\"}'\n",
    ),
    case("process-with-open-quotes", "invalid-value", "[profile prod]\ncredential_process = tool 'half\n"),
    case(
        "sign-in-needed",
        "sso-sign-in-required",
        "[profile prod]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = R\n[sso-session corp]\nsso_start_url = https://x\nsso_region = eu-west-1\n",
    ),
    case(
        "legacy-sign-in-needed",
        "sso-sign-in-required",
        "[profile prod]\nsso_start_url = https://x\nsso_region = eu-west-1\nsso_account_id = 111111111111\nsso_role_name = R\n",
    ),
    case("console-sign-in-needed", "login-required", "[profile prod]\nlogin_session = arn:aws:iam::111111111111:user/ana\n"),
    case(
        "mfa-code-needed",
        "mfa-code-required",
        "[profile prod]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = base\nmfa_serial = arn:aws:iam::111111111111:mfa/ana\n[profile base]\naws_access_key_id = A\naws_secret_access_key = B\n",
    ),
];

fn message_file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/messages").join(format!("{name}.txt"))
}

/// What `awsenv explain-error` says that a code's exit status is.
fn exit_of(code: &str) -> i32 {
    let text = empty().run(&["explain-error", code]).ok().stdout;
    let exit = text.lines().next().and_then(|line| line.split("(exit code ").nth(1)?.strip_suffix(')'));
    exit.and_then(|exit| exit.parse().ok()).unwrap_or_else(|| panic!("{text}"))
}

#[test]
fn every_mistake_has_its_code_and_changes_nothing() {
    for case in CASES {
        let sandbox = case.sandbox();
        let report = fails(&sandbox, &["use", "prod", "--shell", "bash"], case.code, exit_of(case.code));
        let shown = report.to_string();
        assert!(!shown.contains("secret-in-a-broken-line") && !shown.contains("secret-of-half"), "{}: {shown}", case.name);
        fails(&sandbox, &["use", "prod", "--shell", "json"], case.code, exit_of(case.code));
    }
}

#[test]
fn every_mistake_reads_like_a_compilers() {
    for case in CASES {
        let sandbox = case.sandbox();
        let run = sandbox.run(&["use", "prod", "--shell", "bash"]);
        assert_snapshot(&sandbox.scrub(&run.stderr), &message_file(case.name));
    }
}

/// Whoever adds a case with a name that exists would overwrite the other's message.
#[test]
fn every_message_file_has_its_case() {
    let mut names: Vec<&str> = CASES.iter().map(|case| case.name).collect();
    names.sort_unstable();
    let folder = message_file("x");
    let files = std::fs::read_dir(folder.parent().unwrap()).unwrap();
    let mut found: Vec<String> =
        files.map(|file| file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned()).collect();
    found.sort_unstable();
    assert_eq!(found, names);
}

#[test]
fn a_broken_line_elsewhere_stops_nothing() {
    let sandbox = one_profile();
    sandbox.config("[profile broken]\nrole_arn\n\n[profile dev]\nregion = eu-central-1\n[half\n");
    // A shell in which `aws` will fail is told.
    sandbox.run(&["use", "dev", "--shell", "bash"]).ok().says("warning[config-syntax]: a line is not understood");
    for arguments in [&["explain", "dev"][..], &["export", "dev"], &["list"]] {
        let run = sandbox.run(arguments).ok();
        assert!(!run.stderr.contains("config-syntax"), "{}", run.stderr);
    }
    fails(&sandbox, &["use", "broken", "--shell", "bash"], "config-syntax", 3);
}

#[test]
fn files_that_are_none() {
    let sandbox = empty();
    std::fs::create_dir(sandbox.path(".aws/config")).unwrap();
    let report = fails(&sandbox, &["use", "dev", "--shell", "bash"], "config-unreadable", 3);
    assert!(report["message"].as_str().unwrap().ends_with(".aws/config is a directory, not a file"), "{report}");
    let sandbox = one_profile();
    sandbox.write(".aws/config", b"[profile dev]\nregion = \xff\n");
    let report = fails(&sandbox, &["list"], "config-unreadable", 3);
    assert_eq!((report["labels"][0]["line"].as_u64(), report["labels"][0]["column"].as_u64()), (Some(2), Some(10)), "{report}");
    for (bytes, words) in [
        (&b"\xff\xfe[\0d\0e\0v\0]\0"[..], ".aws/config is UTF-16, which no AWS tool reads"),
        (b"\xfe\xff\0[\0d", ".aws/config is UTF-16, which no AWS tool reads"),
        (b"\x7fELF\x02\0\0\0", ".aws/config is no text: it has zero bytes"),
    ] {
        sandbox.write(".aws/config", bytes);
        let report = fails(&sandbox, &["list"], "config-unreadable", 3);
        assert!(report["message"].as_str().unwrap().ends_with(words), "{report}");
    }
    // What has no end, and what nobody writes to, is not waited for.
    std::fs::remove_file(sandbox.path(".aws/config")).unwrap();
    sandbox.program("/usr/bin/mkfifo", &[sandbox.path(".aws/config").to_str().unwrap()]).run().ok();
    let report = fails(&sandbox, &["list"], "config-unreadable", 3);
    assert!(report["message"].as_str().unwrap().contains("it is no file, but a pipe"), "{report}");
    let mut sandbox = one_profile();
    sandbox.set("AWS_CONFIG_FILE", "/dev/zero");
    fails(&sandbox, &["list"], "config-unreadable", 3);
    let large = sandbox.write("large", "");
    std::fs::File::options().write(true).open(&large).unwrap().set_len(1 << 30).unwrap();
    sandbox.set("AWS_CONFIG_FILE", &large);
    let report = fails(&sandbox, &["list"], "config-unreadable", 3);
    assert!(report["message"].as_str().unwrap().ends_with("large has more than 64 MB, which no such file has"), "{report}");
    // No file at all is no mistake, but there is nothing in it.
    assert_eq!(empty().run(&["list"]).ok().stdout, "");
    fails(&empty(), &["use", "dev", "--shell", "bash"], "unknown-profile", 3);
}

#[test]
fn empty_variables() {
    let mut sandbox = one_profile();
    sandbox.set("AWS_REGION", "");
    let run = sandbox.run(&["--message-format", "json", "use", "dev", "--shell", "json"]).ok();
    assert_eq!(crate::support::codes(&run), ["empty-variable"]);
    // An empty AWS_PROFILE is a name for the AWS CLI, and one that does not exist.
    sandbox.set("AWS_REGION", "eu-west-1").set("AWS_PROFILE", "");
    fails(&sandbox, &["export"], "unknown-profile", 3);
    // Empty keys are no keys.
    sandbox.unset("AWS_PROFILE").set("AWS_ACCESS_KEY_ID", "").set("AWS_SECRET_ACCESS_KEY", "");
    fails(&sandbox, &["export"], "no-credentials", 3);
}

#[test]
fn settings_that_cannot_be_read_are_told_and_passed_over() {
    for (variable, value) in
        [("AWS_MAX_ATTEMPTS", "abc"), ("AWS_MAX_ATTEMPTS", "0"), ("AWS_USE_FIPS_ENDPOINT", "yes"), ("AWS_RETRY_MODE", "fast")]
    {
        let mut sandbox = one_profile();
        sandbox.set(variable, value);
        let run = sandbox.run(&["--message-format", "json", "use", "dev", "--shell", "json"]).ok();
        assert_eq!(crate::support::codes(&run), ["invalid-setting"]);
        assert!(run.stderr.contains(&format!("{variable} is `{value}` and is not used")), "{}", run.stderr);
    }
    let mut sandbox = one_profile();
    sandbox.unset("AWS_MAX_ATTEMPTS");
    sandbox.config("[profile dev]\nregion = eu-central-1\nmax_attempts = many\nuse_dualstack_endpoint = TRUE\n");
    let run = sandbox.run(&["use", "dev", "--shell", "bash"]).ok();
    run.says("warning[invalid-setting]: `max_attempts` is `many` and is not used: it takes a whole number from 1")
        .says("config:3:16");
}

#[test]
fn without_home_the_users_own_is_asked_of_the_system() {
    let mut sandbox = one_profile();
    // However deep the home is, this leads to the root and down to the sandbox: but only if `~` is known.
    let config = format!("~{}{}", "/..".repeat(20), sandbox.path(".aws/config").display());
    let state = sandbox.path("state");
    sandbox.unset("HOME").set("AWS_CONFIG_FILE", config).set("AWS_SHARED_CREDENTIALS_FILE", "/dev/null");
    sandbox.set("AWSENV_STATE_DIR", state);
    assert_eq!(sandbox.run(&["list", "--format", "names"]).ok().stdout, "dev\n");
}

#[test]
fn the_settings_file() {
    let mut sandbox = one_profile();
    let settings = sandbox.write("settings.ini", "[use]\nmode = sideways\n");
    sandbox.set("AWSENV_CONFIG", &settings);
    let report = fails(&sandbox, &["use", "dev", "--shell", "bash"], "settings-invalid", 3);
    assert_eq!(report["labels"][0]["line"], 2, "{report}");
    sandbox.write("settings.ini", "[process]\ntimeout = 1\n");
    sandbox.write(".aws/config", "[profile dev]\nregion = eu-central-1\n[profile slow]\ncredential_process = sleep 60\n");
    let report = fails(&sandbox, &["use", "slow", "--shell", "bash"], "process-failed", 3);
    assert!(report["message"].as_str().unwrap().contains("gave no answer in 1 second"), "{report}");
    // What has no end is not read to it.
    sandbox.set("AWSENV_CONFIG", "/dev/zero");
    let report = fails(&sandbox, &["use", "dev", "--shell", "bash"], "settings-invalid", 3);
    assert!(report["message"].as_str().unwrap().contains("it is no file, but a pipe, a device or a socket"), "{report}");
    let large = sandbox.path("large.ini");
    std::fs::File::create(&large).unwrap().set_len((64 << 20) + 1).unwrap();
    sandbox.set("AWSENV_CONFIG", &large);
    let report = fails(&sandbox, &["use", "dev", "--shell", "bash"], "settings-invalid", 3);
    assert!(report["message"].as_str().unwrap().contains("has more than 64 MB"), "{report}");
    sandbox.set("AWSENV_CONFIG", &settings);
    sandbox.write("settings.ini", "[use]\nmode = keys\n");
    assert_eq!(crate::support::switch(&sandbox, &["dev"]).get("AWS_ACCESS_KEY_ID"), Some("AKIADEV"));
}
