//! Signing in with console credentials, and what is in the files afterwards.

use std::os::unix::fs::PermissionsExt;

use fake_aws::ConsoleIdentity;

use crate::support::{
    ADMIN, ADMIN_CACHE, OTHER, OTHER_CACHE, at_terminal, authorization_code, console, console_profile, end, fails, json, opened,
    signed_in, url_on, visit,
};

#[test]
fn a_new_profile_is_signed_in_as_aws_login_does_it() {
    let sandbox = console();
    sandbox.config("# mine\n[default]\nregion = eu-central-1");
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "con"]);
    terminal.expect("AWS region [us-east-1]: ");
    terminal.type_text("eu-wset-1\r");
    terminal.expect("eu-west-1, perhaps");
    terminal.expect("AWS region [us-east-1]: ");
    terminal.type_text("\r");
    let (code, screen) = end(&mut terminal);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains(&format!("signed in as {ADMIN} · profile con")) && screen.contains("awsenv use con"), "{screen}");
    let expected =
        format!("# mine\n[default]\nregion = eu-central-1\n[profile con]\nlogin_session = {ADMIN}\nregion = us-east-1\n");
    assert_eq!(sandbox.read(".aws/config"), expected);
    sandbox.assert_no_secret("awsenv login", &screen);
    sandbox.assert_no_secret_on_disk();

    let server = sandbox.server();
    assert_eq!((server.violations(), opened(&sandbox)), (vec![], 1));
    let requests = server.requests();
    let page = sandbox.read("opened");
    assert!(page.contains("code_challenge_method=SHA-256&scope=openid&redirect_uri=http%3A%2F%2F127.0.0.1%3A"), "{page}");
    let token = requests.iter().find(|request| request.action == "CreateOAuth2Token").unwrap();
    assert_eq!(token.param("clientId"), Some("arn:aws:signin:::devtools/same-device"));
    assert_eq!(token.param("grantType"), Some("authorization_code"));

    // The body, as formats.md §3 has it.
    let file = json(&sandbox, ADMIN_CACHE);
    let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&file), ["accessToken", "tokenType", "clientId", "refreshToken", "idToken", "dpopKey"]);
    assert_eq!(keys(&file["accessToken"]), ["accessKeyId", "secretAccessKey", "sessionToken", "accountId", "expiresAt"]);
    assert_eq!(file["accessToken"]["accountId"], "123456789012");
    assert_eq!(file["tokenType"], "aws_sigv4");
    assert_eq!(file["clientId"], "arn:aws:signin:::devtools/same-device");
    let end = file["accessToken"]["expiresAt"].as_str().unwrap();
    assert!(end.len() == 20 && end.ends_with('Z'), "{end}");
    let key: Vec<&str> = file["dpopKey"].as_str().unwrap().split('\n').collect();
    assert_eq!(
        (key[0], key[key.len() - 2], key[key.len() - 1]),
        ("-----BEGIN EC PRIVATE KEY-----", "-----END EC PRIVATE KEY-----", "")
    );
    assert!(key[1..key.len() - 3].iter().all(|line| line.len() == 64), "{key:?}");
    assert_eq!(sandbox.files().mode(&format!("home/{ADMIN_CACHE}")), Some(0o600));
    assert!(sandbox.read(ADMIN_CACHE).starts_with(r#"{"accessToken": {"accessKeyId": "ASIA"#));

    let whoami = sandbox.run(&["whoami", "con", "--format", "json"]).ok();
    assert!(whoami.stdout.contains(ADMIN), "{}", whoami.stdout);
}

#[test]
fn only_the_one_line_is_written_and_the_mode_stays() {
    let sandbox = console();
    sandbox.config("[profile con] ; console\r\nregion = eu-west-1\r\ns3 =\r\n  max_queue_size = 1\r\n\r\n# the others\r\n[profile x]\r\nregion = y\r\n");
    std::fs::set_permissions(sandbox.path(".aws/config"), PermissionsExt::from_mode(0o644)).unwrap();
    let (code, screen) = at_terminal(&sandbox, &["login", "con"]);
    assert_eq!(code, 0, "{screen}");
    assert!(!screen.contains("AWS region"), "{screen}");
    let expected = format!(
        "[profile con] ; console\r\nregion = eu-west-1\r\ns3 =\r\n  max_queue_size = 1\r\nlogin_session = {ADMIN}\r\n\r\n# the others\r\n[profile x]\r\nregion = y\r\n"
    );
    assert_eq!(sandbox.read(".aws/config"), expected);
    assert_eq!(sandbox.files().mode("home/.aws/config"), Some(0o644));
}

#[test]
fn another_identity_is_asked_about() {
    for (answer, code, arn) in [("n", 4, OTHER), ("", 4, OTHER), ("y", 0, ADMIN)] {
        let sandbox = console();
        sandbox.config(&format!("[profile con]\nlogin_session = {OTHER}\nregion = eu-west-1\n"));
        let mut terminal = sandbox.awsenv_on_terminal(&["login", "con"]);
        terminal.expect(&format!("Do you want to change it to {ADMIN}? [y/N] "));
        terminal.type_text(&format!("{answer}\r"));
        let (exit, screen) = end(&mut terminal);
        assert_eq!(exit, code, "{screen}");
        assert_eq!(sandbox.read(".aws/config"), format!("[profile con]\nlogin_session = {arn}\nregion = eu-west-1\n"));
        assert_eq!(sandbox.path(ADMIN_CACHE).exists(), answer == "y");
        assert!(!sandbox.path(OTHER_CACHE).exists());
    }
}

#[test]
fn with_remote_a_code_is_pasted_and_must_be_this_sign_ins() {
    let sandbox = console_profile();
    let mut first = sandbox.awsenv_on_terminal(&["login", "con", "--remote"]);
    first.expect("authorization code displayed in your browser: ");
    let stale = authorization_code(&visit(&url_on(
        first.screen().trim_end_matches("Enter the authorization code displayed in your browser: "),
    )));
    first.type_text("\x03");
    assert_eq!(first.exit_code(), 130, "{}", first.screen());

    let mut terminal = sandbox.awsenv_on_terminal(&["login", "con", "--remote"]);
    terminal.expect("authorization code displayed in your browser: ");
    let url = url_on(&terminal.screen());
    assert!(url.contains("client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fcross-device"), "{url}");
    let code = authorization_code(&visit(&url));
    terminal.type_text("what?\r");
    terminal.expect("that is not an authorization code");
    terminal.expect("in your browser: ");
    terminal.type_text(&format!("{stale}\r"));
    terminal.expect("that code belongs to another sign-in");
    terminal.expect("in your browser: ");
    terminal.type_text(&format!("{code}\r"));
    let (exit, screen) = end(&mut terminal);
    assert_eq!(exit, 0, "{screen}");
    assert_eq!(json(&sandbox, ADMIN_CACHE)["clientId"], "arn:aws:signin:::devtools/cross-device");
    assert_eq!((opened(&sandbox), sandbox.server().violations()), (0, vec![]));
    sandbox.run(&["whoami", "con"]).ok();
}

#[test]
fn over_ssh_it_is_remote_by_itself() {
    let mut sandbox = console_profile();
    sandbox.set("SSH_CONNECTION", "1 2 3 4");
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "con"]);
    terminal.expect("in your browser: ");
    let code = authorization_code(&visit(&url_on(&terminal.screen())));
    terminal.type_text(&format!("{code}\r"));
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    assert_eq!(opened(&sandbox), 0);
}

#[test]
fn who_is_signed_in_is_not_asked_again_unless_forced() {
    let sandbox = signed_in();
    let before = sandbox.read(ADMIN_CACHE);
    let run = sandbox.run(&["login", "con"]).ok();
    run.says(&format!("still signed in as {ADMIN}"));
    assert_eq!((sandbox.read(ADMIN_CACHE), opened(&sandbox)), (before.clone(), 0));
    let (code, screen) = at_terminal(&sandbox, &["login", "con", "--force"]);
    assert_eq!(code, 0, "{screen}");
    assert_ne!(sandbox.read(ADMIN_CACHE), before);
}

#[test]
fn what_needs_the_session_signs_in_where_it_may() {
    let sandbox = console_profile();
    let (code, screen) = at_terminal(&sandbox, &["exec", "con", "--", "sh", "-c", "echo \"<$AWS_ACCESS_KEY_ID>\""]);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("<ASIA"), "{screen}");
    assert_eq!(opened(&sandbox), 1);
    let (code, _) = at_terminal(&sandbox, &["exec", "con", "--", "true"]);
    assert_eq!((code, opened(&sandbox)), (0, 1));
}

#[test]
fn nobody_there_means_exit_4_and_no_browser() {
    let sandbox = console_profile();
    for arguments in [
        &["use", "con", "--shell", "bash"][..],
        &["exec", "con", "--", "true"],
        &["credential-process", "--profile", "con"],
        &["login", "con"],
        &["login", "new"],
    ] {
        fails(&sandbox, arguments, "login-required", 4);
    }
    let (code, screen) = at_terminal(&sandbox, &["exec", "--no-login", "con", "--", "true"]);
    assert_eq!(code, 4, "{screen}");
    let (code, screen) = at_terminal(&sandbox, &["--no-input", "login", "con"]);
    assert_eq!(code, 4, "{screen}");
    assert_eq!((opened(&sandbox), sandbox.server().requests().len()), (0, 0));
}

#[test]
fn the_wrong_person_in_the_browser_is_told_so() {
    let sandbox = console_profile();
    let other = ConsoleIdentity { arn: OTHER.into(), mfa: false, allowed: true, credentials_changed: false };
    sandbox.server().world(|world| world.console_identities = vec![other]);
    let (code, screen) = at_terminal(&sandbox, &["exec", "con", "--", "true"]);
    assert_eq!(code, 5, "{screen}");
    assert!(
        screen.contains("error[sign-in-failed]") && screen.contains(OTHER) && screen.contains("awsenv login --force con"),
        "{screen}"
    );
    assert!(!sandbox.path(OTHER_CACHE).exists() && sandbox.read(".aws/config").contains(ADMIN));
}

#[test]
fn a_profile_of_another_kind_is_refused() {
    for (line, style) in [
        ("aws_access_key_id = AK\naws_secret_access_key = S", "Access Key"),
        ("role_arn = arn:aws:iam::111111111111:role/x", "Assume Role"),
        ("credential_process = x", "Credential Process"),
        ("web_identity_token_file = x", "Web Identity"),
        ("sso_account_id = 111111111111", "SSO"),
    ] {
        let sandbox = console();
        let config = format!("[profile con]\nlogin_session = {ADMIN}\n{line}\n");
        sandbox.config(&config);
        let report = fails(&sandbox, &["login", "con"], "other-credentials", 3);
        assert!(
            report["message"].as_str().unwrap().contains(&format!("already configured with {style} credentials")),
            "{report}"
        );
        assert_eq!(report["labels"][0]["line"], 3, "{report}");
        assert_eq!(sandbox.read(".aws/config"), config);
    }
}

#[test]
fn a_slip_of_the_keyboard_makes_no_profile() {
    let sandbox = signed_in();
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "cpn"]);
    terminal.expect("There is no profile cpn, but con.");
    terminal.type_text("\r");
    let (code, screen) = end(&mut terminal);
    assert_eq!(code, 4, "{screen}");
    assert!(screen.contains("help: awsenv login con"), "{screen}");
    assert!(!sandbox.read(".aws/config").contains("cpn"));
}

#[test]
fn logging_out_removes_that_session_and_nothing_else() {
    let sandbox = signed_in();
    let other = sandbox.server().login_cache_file(OTHER);
    sandbox.write(OTHER_CACHE, other.text);
    let config = sandbox.read(".aws/config");
    sandbox.run(&["logout", "con"]).ok().says("signed out of con");
    assert!(!sandbox.path(ADMIN_CACHE).exists() && sandbox.path(OTHER_CACHE).exists());
    assert_eq!((sandbox.read(".aws/config"), sandbox.server().requests().len()), (config, 0));
    sandbox.run(&["logout", "con"]).ok().says("was not signed in to con");
}
