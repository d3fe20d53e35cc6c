//! Authorization code with PKCE.

use std::io::{Read as _, Write as _};

use crate::support::{CORP_TOKEN, LAB_TOKEN, at_terminal, bash_at_terminal, cached, corp_token, expire, json, opened, sandbox};
use fake_aws::{Effect, Rule};

/// `sha1({"region": "eu-west-1", "scopes": ["sso:account:access"], "session_name": "corp", …})`.
const CORP_REGISTRATION: &str = "787ef34d0a944c01385765faa28b5e67d1c08f33.json";

/// What the browser shows at the end; it may still be writing that down when awsenv has ended.
#[track_caller]
fn assert_page(sandbox: &awsenv_testkit::Sandbox, words: &str) {
    let page = || std::fs::read_to_string(sandbox.path("page")).unwrap_or_default();
    let started = std::time::Instant::now();
    while !page().contains(words) && started.elapsed().as_secs() < 10 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    assert!(page().contains(words), "{}", page());
}

#[test]
fn a_browser_signs_in_and_every_tool_is_signed_in() {
    let sandbox = sandbox();
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("\nsigned in to corp · ") && screen.contains("m left, renews itself"), "{screen}");
    let server = sandbox.server();
    let requests = server.requests();
    let of = |action: &str| requests.iter().find(|request| request.action == action).expect(action);
    let register = of("RegisterClient");
    for (name, value) in [
        ("clientName", "botocore-client-corp"),
        ("clientType", "public"),
        ("grantTypes", "authorization_code refresh_token"),
        ("redirectUris", "http://127.0.0.1/oauth/callback"),
        ("issuerUrl", "https://corp.awsapps.com/start"),
        ("scopes", "sso:account:access"),
    ] {
        assert_eq!(register.param(name), Some(value), "{name}");
    }
    let token = of("CreateToken");
    assert_eq!(token.param("grantType"), Some("authorization_code"));
    assert_eq!(token.param("codeVerifier").map(str::len), Some(64));
    let redirect = token.param("redirectUri").expect("a redirect URI");
    assert!(redirect.starts_with("http://127.0.0.1:") && redirect.ends_with("/oauth/callback"), "{redirect}");
    assert_page(&sandbox, "You may close this page");
    assert_eq!((server.violations(), opened(&sandbox)), (vec![], 1));
    let file = corp_token(&sandbox);
    let keys: Vec<&String> = file.as_object().expect("an object").keys().collect();
    assert_eq!(
        keys,
        ["startUrl", "region", "accessToken", "expiresAt", "clientId", "clientSecret", "registrationExpiresAt", "refreshToken"]
    );
    assert!(
        sandbox
            .read(CORP_TOKEN)
            .starts_with(r#"{"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1", "accessToken": ""#)
    );
    assert_eq!(sandbox.files().mode(&format!("home/{CORP_TOKEN}")), Some(0o600));
    let names = cached(&sandbox);
    let registration = names.iter().find(|name| !CORP_TOKEN.ends_with(name.as_str())).expect("a registration");
    let registration = json(&sandbox, &format!(".aws/sso/cache/{registration}"));
    let keys: Vec<&String> = registration.as_object().expect("an object").keys().collect();
    assert_eq!(keys, ["clientId", "clientSecret", "expiresAt", "scopes", "grantTypes"]);
    assert_eq!(names.len(), 2, "{names:?}");
    sandbox.assert_no_secret("the terminal", &screen);
    sandbox.assert_no_secret_on_disk();
}

#[test]
fn the_registration_stands_where_the_aws_cli_looks_for_it_and_is_used_again() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "--sso-session", "corp"]).0, 0);
    assert!(cached(&sandbox).contains(&CORP_REGISTRATION.to_owned()), "{:?}", cached(&sandbox));
    let before = sandbox.read(CORP_TOKEN);
    assert_eq!(at_terminal(&sandbox, &["login", "--sso-session", "corp", "--force"]).0, 0);
    assert_ne!(sandbox.read(CORP_TOKEN), before, "--force makes a new token");
    assert_eq!((sandbox.server().count("RegisterClient"), opened(&sandbox)), (1, 2));
}

#[test]
fn who_is_signed_in_is_left_alone() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    let before = sandbox.read(CORP_TOKEN);
    // Without a terminal too: nobody is needed.
    let run = sandbox.run(&["login", "ops"]).ok();
    run.says("still signed in to corp").says("--force");
    assert_eq!((run.stdout.as_str(), opened(&sandbox)), ("", 1));
    assert_eq!(sandbox.read(CORP_TOKEN), before);
}

#[test]
fn a_token_that_ends_soon_is_renewed_without_a_person() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
    expire(&sandbox, CORP_TOKEN, 60);
    let before = sandbox.read(CORP_TOKEN);
    let _ = sandbox.run(&["login", "dev"]).ok();
    assert_ne!(sandbox.read(CORP_TOKEN), before);
    assert_eq!((opened(&sandbox), sandbox.server().violations()), (1, vec![]));
}

#[test]
fn every_session_once() {
    let sandbox = sandbox();
    assert_eq!(at_terminal(&sandbox, &["login", "--sso-session", "corp"]).0, 0);
    let (code, screen) = at_terminal(&sandbox, &["login", "--all"]);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("still signed in to corp") && screen.contains("\nsigned in to lab"), "{screen}");
    assert_eq!(opened(&sandbox), 2);
    assert!(!sandbox.read(LAB_TOKEN).is_empty());
    // Of `lab` no scopes are configured: the AWS CLI asks for the one of accounts, and so does this.
    let token = json(&sandbox, LAB_TOKEN);
    assert!(token["refreshToken"].is_string(), "{token}");
}

#[test]
fn a_page_is_shown_instead_of_opened() {
    let sandbox = sandbox();
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev", "--no-browser"]);
    let shown = terminal.expect("code_challenge=");
    let shown = shown + &terminal.expect("\n");
    let url = shown.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).expect("a page").to_owned();
    assert_eq!(opened(&sandbox), 0);
    let _ = sandbox.program("/usr/bin/curl", &["-sSL", &url]).run().ok();
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
    assert!(corp_token(&sandbox)["accessToken"].is_string());
}

#[test]
fn without_a_person_no_browser_opens() {
    let sandbox = sandbox();
    for arguments in
        [&["login", "dev"][..], &["login", "--all"], &["login", "dev", "--use-device-code"], &["login", "dev", "--no-browser"]]
    {
        let run = sandbox.run(arguments).exits(4);
        run.says("error[sso-sign-in-required]: a sign-in to corp is needed").says("help: awsenv login --sso-session corp");
    }
    let (code, screen) = at_terminal(&sandbox, &["login", "dev", "--no-input"]);
    assert_eq!(code, 4, "{screen}");
    assert_eq!((opened(&sandbox), sandbox.server().requests().len(), cached(&sandbox).len()), (0, 0, 0));
}

#[test]
fn a_browser_of_the_settings_file_comes_first() {
    let mut sandbox = sandbox();
    let chosen = sandbox
        .script("chosen one", "#!/bin/sh\n[ \"$1\" = --new ] && echo x >> \"$HOME/chosen\" && curl -sSL \"$2\" > /dev/null\n");
    let settings = sandbox.write("settings.ini", format!("[login]\nbrowser = '{}' --new %s\n", chosen.display()));
    sandbox.set("AWSENV_CONFIG", settings);
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!((code, opened(&sandbox), sandbox.read("chosen").as_str()), (0, 0, "x\n"), "{screen}");
}

#[test]
fn a_browser_that_cannot_be_started_leaves_the_page() {
    let mut sandbox = sandbox();
    sandbox.set("BROWSER", "no-such-browser").set("TERM", "xterm");
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev"]);
    let shown = terminal.expect("no browser could be started");
    assert!(terminal.raw().contains("\r\x1b[Kno browser could be started"), "on a line of its own: {:?}", terminal.raw());
    let url = shown.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).expect("a page").to_owned();
    let _ = sandbox.program("/usr/bin/curl", &["-sSL", &url]).run().ok();
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
}

#[test]
fn ctrl_c_leaves_a_shell_with_a_failing_statement() {
    let mut sandbox = sandbox();
    sandbox.set("BROWSER", "/bin/true");
    let script =
        "trap : INT; eval \"$(awsenv use dev)\" && echo not reached || echo \"failed with $?\"; echo \"in ${AWS_PROFILE-none}\"";
    let mut terminal = sandbox.terminal("/bin/bash", &["--norc", "--noprofile", "-c", script]);
    terminal.expect("waiting for your browser");
    terminal.type_text("\x03");
    terminal.expect("failed with 130");
    terminal.expect("in none");
}

#[test]
fn ctrl_c_ends_it_and_nothing_is_left() {
    let mut sandbox = sandbox();
    sandbox.set("BROWSER", "/bin/true");
    let (code, screen) = {
        let mut terminal = sandbox.terminal(
            "/bin/bash",
            &["--norc", "--noprofile", "-c", "trap : INT; awsenv login dev; echo \"ended with $?\"; stty -a"],
        );
        terminal.expect("waiting for your browser");
        terminal.type_text("\x03");
        terminal.expect("ended with 130");
        (terminal.exit_code(), terminal.screen())
    };
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains(" echo ") && screen.contains(" icanon "), "{screen}");
    assert!(!sandbox.path(CORP_TOKEN).exists());
    // The next one is not held up.
    sandbox.set("BROWSER", sandbox.path("browser"));
    assert_eq!(at_terminal(&sandbox, &["login", "dev"]).0, 0);
}

/// A web server that leads to a portal, and does not know HEAD.
fn leads_to(portal: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let url = format!("http://127.0.0.1:{}/start", listener.local_addr().expect("it is bound").port());
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut head = [0; 4096];
            let read = stream.read(&mut head).unwrap_or_default();
            let is_head = head[..read].starts_with(b"HEAD ");
            let answer =
                if is_head { "405 Method Not Allowed\r\n".to_owned() } else { format!("302 Found\r\nLocation: {portal}\r\n") };
            let _ = write!(stream, "HTTP/1.1 {answer}Content-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    url
}

#[test]
fn a_start_url_of_ones_own_is_followed_to_the_portal() {
    let sandbox = sandbox();
    let vanity = leads_to("https://corp.awsapps.com/start/");
    sandbox.config(&format!("[sso-session corp]\nsso_start_url = {vanity}\nsso_region = eu-west-1\n"));
    let (code, screen) = at_terminal(&sandbox, &["login"]);
    assert_eq!(code, 0, "{screen}");
    let requests = sandbox.server().requests();
    let register = requests.iter().find(|request| request.action == "RegisterClient").expect("a registration");
    assert_eq!(register.param("issuerUrl"), Some("https://corp.awsapps.com/start"));
    assert_eq!(corp_token(&sandbox)["startUrl"], vanity, "the cache keeps what is configured");
}

#[test]
fn a_portal_in_another_region_is_used_and_told() {
    const PORTAL: &str = "https://ssoins-1.portal.eu-north-1.app.aws";
    let sandbox = sandbox();
    let instance =
        fake_aws::SsoInstance::new(PORTAL, "eu-north-1", "ana@example.com").with_account("111111111111", "Dev", &["Developer"]);
    sandbox.server().world(|world| world.sso.push(instance));
    let vanity = leads_to(PORTAL);
    sandbox.config(&format!(
        "[sso-session corp]\nsso_start_url = {vanity}\nsso_region = eu-west-1\n\
         [profile dev]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = Developer\n"
    ));
    let (code, screen) = at_terminal(&sandbox, &["login", "dev", "--message-format", "json"]);
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains(r#""code":"sso-region-differs""#) && screen.contains("write `sso_region = eu-north-1`"), "{screen}");
    assert_eq!(corp_token(&sandbox)["region"], "eu-north-1");
    let _ = sandbox.run(&["export", "dev"]).ok();
}

#[test]
fn a_start_url_that_leads_elsewhere_is_not_followed() {
    let sandbox = sandbox();
    let vanity = leads_to("https://phish.example.com/start");
    sandbox.config(&format!("[sso-session corp]\nsso_start_url = {vanity}\nsso_region = eu-west-1\n"));
    let (code, screen) = at_terminal(&sandbox, &["login"]);
    assert_eq!((code, opened(&sandbox), sandbox.server().requests().len()), (5, 0, 0), "{screen}");
    assert!(screen.contains("leads to `https://phish.example.com/start`, which is not AWS's"), "{screen}");
}

#[test]
fn strangers_at_the_callback_change_nothing() {
    let mut sandbox = sandbox();
    // A browser asks for its icon first, and somebody else for something else.
    let script = "#!/bin/sh\nport=$(echo \"$1\" | sed 's/.*redirect_uri=http%3A%2F%2F127.0.0.1%3A\\([0-9]*\\).*/\\1/')\n\
        curl -s -o /dev/null -w '%{http_code}' \"http://127.0.0.1:$port/favicon.ico\" > \"$HOME/icon\"\ncurl -sL \"$1\" > /dev/null\n";
    let path = sandbox.script("curious", script);
    sandbox.set("BROWSER", path);
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!((code, sandbox.read("icon").as_str()), (0, "404"), "{screen}");
}

#[test]
fn a_refusal_in_the_browser_is_told() {
    let sandbox = sandbox();
    sandbox.server().script(Rule::new("Authorize", Effect::Deny));
    let (code, screen) = at_terminal(&sandbox, &["login", "dev"]);
    assert_eq!(code, 5, "{screen}");
    let words = "the sign-in to corp failed: access_denied: The person denied the request";
    assert!(screen.contains("error[sign-in-failed]") && screen.contains(words), "{screen}");
    assert_page(&sandbox, "Not signed in");
    assert!(!sandbox.path(CORP_TOKEN).exists());
    assert_eq!(sandbox.server().count("CreateToken"), 0);
}

#[test]
fn a_page_of_another_sign_in_ends_nothing() {
    let mut sandbox = sandbox();
    sandbox.server().script(Rule::new("Authorize", Effect::WrongState).times(1));
    sandbox.set("BROWSER", "/bin/true");
    let mut terminal = sandbox.awsenv_on_terminal(&["login", "dev"]);
    let shown = terminal.expect("waiting for your browser");
    let url = shown.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).expect("a page").to_owned();
    let visit = || sandbox.program("/usr/bin/curl", &["-sSL", &url]).run().ok().stdout;
    let page = visit();
    assert!(page.contains("This page belongs to another sign-in"), "{page}");
    assert_eq!(sandbox.server().count("CreateToken"), 0);
    let page = visit();
    assert!(page.contains("You are signed in"), "{page}");
    assert_eq!(terminal.exit_code(), 0, "{}", terminal.screen());
}

#[test]
fn a_profile_leads_to_its_session_through_roles_and_without_an_account() {
    for profile in ["tokens-only", "dev", "via"] {
        let sandbox = sandbox();
        let config = sandbox.read(".aws/config");
        sandbox.config(&format!("{config}[profile via]\nrole_arn = arn:aws:iam::222222222222:role/x\nsource_profile = dev\n"));
        assert_eq!(at_terminal(&sandbox, &["login", profile]).0, 0, "{profile}");
        assert!(sandbox.path(CORP_TOKEN).exists());
    }
    let sandbox = sandbox();
    sandbox
        .run(&["login", "keys"])
        .exits(3)
        .says("error[nothing-to-sign-in]: profile `keys` gets its credentials without a sign-in");
    sandbox.run(&["login", "--sso-session", "copr"]).exits(3).says("error[sso-session-not-found]").says("`corp`");
    sandbox.run(&["login"]).exits(4).says("error[nothing-to-pick]").says("corp, lab");
    let (code, screen) = bash_at_terminal(&sandbox, "AWS_PROFILE=lab awsenv login");
    assert_eq!(code, 0, "{screen}");
    assert!(screen.contains("signed in to lab"), "{screen}");
}
