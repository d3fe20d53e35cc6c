//! Cache and token files that are not as they should be.

use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;

use awsenv_testkit::Sandbox;

use crate::support::{codes, demo, fails, fails_with_changes, json, switch};

/// The file of a cache that holds what was fetched for `tools`.
fn cached(sandbox: &Sandbox, folder: &str) -> PathBuf {
    let mut files = std::fs::read_dir(sandbox.path(folder)).unwrap();
    files.next().unwrap().unwrap().path()
}

#[test]
fn what_cannot_be_read_is_fetched_again() {
    let sandbox = demo();
    switch(&sandbox, &["tools"]);
    let file = cached(&sandbox, ".aws/cli/cache");
    let whole = std::fs::read_to_string(&file).unwrap();
    for content in [
        &whole[..whole.len() / 2],
        "",
        "null",
        "[]",
        "{\"Credentials\": {}}",
        "{\"Credentials\": {\"AccessKeyId\": 5, \"SecretAccessKey\": \"x\", \"SessionToken\": \"y\", \"Expiration\": \"2099-01-01T00:00:00Z\"}}",
        "{\"Credentials\": {\"AccessKeyId\": \"A\", \"SecretAccessKey\": \"x\", \"SessionToken\": \"y\", \"Expiration\": \"tomorrow\"}}",
    ] {
        std::fs::write(&file, content).unwrap();
        sandbox.server().reset();
        let run = sandbox.run(&["--message-format", "json", "use", "tools", "--shell", "bash"]).ok();
        assert_eq!((sandbox.server().count("AssumeRole"), codes(&run)), (1, Vec::new()), "{content}");
        let mended: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
        assert!(mended["Credentials"]["SessionToken"].is_string(), "{content}");
    }
}

#[test]
fn what_belongs_to_somebody_else_is_neither_believed_nor_replaced() {
    let sandbox = demo();
    switch(&sandbox, &["tools"]);
    let file = cached(&sandbox, ".aws/cli/cache");
    if std::os::unix::fs::chown(&file, Some(65_534), None).is_err() {
        _ = std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED: only root can give a file away\n");
        return;
    }
    let before = std::fs::read_to_string(&file).unwrap();
    sandbox.server().reset();
    let run = sandbox.run(&["--message-format", "json", "export", "tools"]).ok();
    assert_eq!((codes(&run), sandbox.server().count("AssumeRole")), (vec!["cache-foreign".to_owned()], 1));
    assert!(json(&run)["SessionToken"].as_str().is_some_and(|token| !before.contains(token)));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), before);
}

#[test]
fn what_cannot_be_stored_is_used_all_the_same() {
    let sandbox = demo();
    // A file where the folder should be stops even root.
    std::fs::remove_dir_all(sandbox.path(".aws/cli")).unwrap_or(());
    sandbox.write(".aws/cli", "");
    let run = sandbox.run(&["--message-format", "json", "export", "tools"]).ok();
    assert_eq!(codes(&run), ["cache-not-stored"]);
    assert!(json(&run)["SessionToken"].is_string());
}

#[test]
fn what_is_stored_is_for_one_person() {
    let sandbox = demo();
    let code = sandbox.server().mfa_code(crate::support::MFA).unwrap();
    sandbox.run(&["export", "prod", "--mfa-token", &code]).ok();
    for folder in [".aws/cli/cache", "../state/mfa-sessions"] {
        let file = cached(&sandbox, folder);
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600, "{}", file.display());
        assert_eq!(file.parent().unwrap().metadata().unwrap().permissions().mode() & 0o777, 0o700, "{}", file.display());
    }
    sandbox.assert_no_secret_on_disk();
}

#[test]
fn a_sign_in_that_cannot_be_read_is_none() {
    for content in ["", "{", "[]", "{\"accessToken\": \"token-demo\"}", "{\"accessToken\": \"t\", \"expiresAt\": \"soon\"}"] {
        let sandbox = demo();
        std::fs::write(cached(&sandbox, ".aws/sso/cache"), content).unwrap();
        fails(&sandbox, &["use", "sandbox", "--shell", "bash"], "sso-sign-in-required", 4);
        assert!(sandbox.server().requests().is_empty(), "{content}");
    }
    for content in ["", "{", "{\"accessToken\": {}}", "{\"accessToken\": {\"accessKeyId\": \"A\"}, \"refreshToken\": \"r\"}"] {
        let sandbox = demo();
        std::fs::write(cached(&sandbox, ".aws/login/cache"), content).unwrap();
        fails(&sandbox, &["use", "console", "--shell", "bash"], "login-required", 4);
    }
}

#[test]
fn a_refresh_token_is_not_spent_where_the_new_one_cannot_be_kept() {
    let sandbox = demo();
    let end = sandbox.server().now() + 60;
    sandbox.server().world(|world| world.sso_tokens[0].expires_at = end - 120);
    let file = sandbox.server().sso_cache_file("corp", "token-demo").unwrap();
    std::fs::remove_dir_all(sandbox.path(".aws/sso/cache")).unwrap();
    // The token can be read, but its folder is a link to where nothing can be written.
    std::fs::create_dir_all(sandbox.path("readable")).unwrap();
    std::fs::write(sandbox.path("readable").join(&file.name), &file.text).unwrap();
    std::os::unix::fs::symlink(sandbox.path("readable"), sandbox.path(".aws/sso/cache")).unwrap();
    if std::fs::write("/proc/awsenv-test", "").is_err() && nobody_can_write(&sandbox) {
        let report = fails(&sandbox, &["use", "sandbox", "--shell", "bash"], "io", 1);
        assert!(report["message"].as_str().unwrap().contains("cannot be written"), "{report}");
        assert_eq!(sandbox.server().count("CreateToken"), 0);
    }
}

/// Takes the right to write away; root has it all the same.
fn nobody_can_write(sandbox: &Sandbox) -> bool {
    let folder = sandbox.path("readable");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o555)).unwrap();
    let protected = std::fs::write(folder.join("probe"), "").is_err();
    if !protected {
        std::fs::remove_file(folder.join("probe")).unwrap();
        _ = std::io::Write::write_all(&mut std::io::stderr(), b"SKIPPED: root can write anywhere\n");
    }
    protected
}

#[test]
fn token_files() {
    let sandbox = demo();
    // A newline at its end is what every editor writes.
    sandbox.write(".aws/web-identity-token", "demo-web-identity-token\n");
    sandbox.run(&["export", "ci"]).ok();
    std::fs::remove_dir_all(sandbox.path(".aws/cli")).unwrap();
    for content in ["", "\n", "two words", "two\nlines\n"] {
        sandbox.write(".aws/web-identity-token", content);
        fails(&sandbox, &["use", "ci", "--shell", "bash"], "invalid-token-file", 3);
    }
    sandbox.write(".aws/web-identity-token", "somebody-elses-token");
    let report = fails_with_changes(&sandbox, &["use", "ci", "--shell", "bash"], "credentials-rejected", 5);
    assert!(report["message"].as_str().unwrap().contains("AssumeRoleWithWebIdentity"), "{report}");
}

#[test]
fn the_authorization_token_of_a_container_takes_no_newline() {
    let mut sandbox = demo();
    let config = "[profile task]\nrole_arn = arn:aws:iam::111111111111:role/tools\ncredential_source = EcsContainer\n";
    sandbox.config(config);
    sandbox.server().world(|world| world.roles.iter_mut().for_each(|role| role.trusted = vec!["*".to_owned()]));
    let (uri, token) = (sandbox.server().container_uri(), sandbox.write("token", "demo-container-token"));
    sandbox.set("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri).set("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", &token);
    sandbox.run(&["export", "task"]).ok();
    std::fs::remove_dir_all(sandbox.path(".aws/cli")).unwrap();
    sandbox.write("token", "demo-container-token\n");
    fails_with_changes(&sandbox, &["use", "task", "--shell", "bash"], "invalid-token-file", 3);
}
