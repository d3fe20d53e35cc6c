//! `[guard "PATTERN"]` in the settings file.

use awsenv_testkit::Sandbox;

use crate::support::{codes, demo, fails, fails_with_changes, json, one_profile, reports, switch, two_profiles, with_config};

fn guarded(sandbox: Sandbox, settings: &str) -> Sandbox {
    sandbox.write(".config/awsenv/config.ini", settings);
    sandbox
}

const CONFIRM: &str = "[guard \"d*v\"]\nconfirm = yes\n";

#[test]
fn nothing_is_handed_out_without_a_yes() {
    let sandbox = guarded(two_profiles(), CONFIRM);
    for arguments in [
        &["use", "dev", "--shell", "bash"][..],
        &["use", "dev", "--mode", "keys", "--shell", "bash"],
        &["exec", "dev", "--", "true"],
        &["export", "dev"],
        &["credential-process", "--profile", "dev"],
        &["credential-process", "--profile", "dev", "--interactive"],
    ] {
        let report = fails(&sandbox, arguments, "confirmation-required", 4);
        assert_eq!((&report["labels"][0]["line"], report["message"].as_str().unwrap().contains("`dev`")), (&1.into(), true));
        sandbox.run(&["use", "ops", "--shell", "bash"]).ok();
    }
    for arguments in [
        &["use", "dev", "--yes", "--shell", "bash"][..],
        &["exec", "dev", "-y", "--", "true"],
        &["export", "dev", "--yes"],
        &["explain", "dev"],
        &["list"],
    ] {
        sandbox.run(arguments).ok();
    }
}

#[test]
fn a_person_is_asked() {
    for (settings, typed, code) in [
        (CONFIRM, "y", 0),
        (CONFIRM, "Yes", 0),
        (CONFIRM, "n", 4),
        (CONFIRM, "", 4),
        (CONFIRM, "dev", 4),
        ("[guard \"*\"]\nconfirm = yes\n[guard \"dev\"]\nconfirm = type\n[guard \"de?\"]\nconfirm = yes\n", "y", 4),
        ("[guard \"*\"]\nconfirm = type\n", "dev", 0),
        ("[guard \"*\"]\nconfirm = type\n", "de", 4),
    ] {
        let sandbox = guarded(one_profile(), settings);
        let script = "eval \"$(awsenv use dev)\"; echo \"code $?: $AWS_PROFILE\"";
        let mut terminal = sandbox.terminal("bash", &["--norc", "-c", script]);
        terminal.expect("is guarded");
        terminal.expect(if settings.contains("type") { "type the profile's name to go on: " } else { "go on? [y/N] " });
        terminal.type_text(&format!("{typed}\r"));
        terminal.expect(&format!("code {code}: {}", if code == 0 { "dev" } else { "" }));
    }
    let sandbox = guarded(one_profile(), CONFIRM);
    let mut terminal = sandbox.awsenv_on_terminal(&["credential-process", "--profile", "dev", "--interactive"]);
    terminal.expect("go on? [y/N] ");
    terminal.type_text("n\r");
    terminal.expect("error[confirmation-declined]: not confirmed; nothing was changed");
    assert_eq!(terminal.exit_code(), 4);
    let mut terminal = sandbox.awsenv_on_terminal(&["credential-process", "--profile", "dev", "--interactive"]);
    terminal.expect("go on? [y/N] ");
    terminal.type_text("y\r");
    terminal.expect("\"SecretAccessKey\"");
    let mut terminal = sandbox.awsenv_on_terminal(&["credential-process", "--profile", "dev"]);
    assert_eq!(terminal.exit_code(), 4);
    // What cannot be typed is not asked for.
    let sandbox = guarded(with_config("[profile größe]\n"), "[guard \"gr*\"]\nconfirm = type\n");
    sandbox.credentials("[größe]\naws_access_key_id = AKIADEV\naws_secret_access_key = secret-of-dev\n");
    let mut terminal = sandbox.terminal("bash", &["--norc", "-c", "eval \"$(awsenv use größe)\"; echo \"code $?\""]);
    terminal.expect("go on? [y/N] ");
    terminal.type_text("y\r");
    terminal.expect("code 0");
}

#[test]
fn what_the_shell_has_already_is_not_asked_for_again() {
    let mut sandbox = guarded(one_profile(), CONFIRM);
    switch(&sandbox, &["dev", "--yes"]).apply(&mut sandbox);
    for arguments in [&["exec", "--", "true"][..], &["export"], &["refresh", "--shell", "bash"]] {
        sandbox.run(arguments).ok();
    }
    fails(&sandbox, &["exec", "dev", "--", "true"], "confirmation-required", 4);
    sandbox.unset("__AWSENV_STATE").unset("AWSENV_PROFILE");
    fails(&sandbox, &["exec", "--", "true"], "confirmation-required", 4);
}

#[test]
fn a_directory_does_not_lead_past_a_guard() {
    let sandbox = guarded(one_profile(), CONFIRM);
    let directory = sandbox.path("work");
    sandbox.write("work/.awsenv", "profile = dev\n");
    let here = directory.to_str().unwrap();
    sandbox.run(&["allow", here, "--yes"]).ok();
    let hook = sandbox.awsenv(&["hook", "--pwd", here, "--shell", "bash"]).directory(&directory).run().ok();
    hook.says("error[confirmation-required]").says("awsenv auto");
    assert!(!hook.stdout.contains("AWS_PROFILE="), "{}", hook.stdout);
    let auto = |arguments: &[&str]| {
        let arguments = [&["auto", "--shell", "json"], arguments].concat();
        sandbox.awsenv(&arguments).directory(&directory).env("PWD", here).run()
    };
    auto(&[]).exits(4);
    assert_eq!(json(&auto(&["--yes"]).ok())["set"]["AWS_PROFILE"], "dev");
}

#[test]
fn a_directory_is_entered_once_the_account_of_its_key_is_known() {
    let sandbox = guarded(demo(), "[guard \"dev\"]\naccount = 111111111111\n");
    sandbox.write("work/.awsenv", "profile = dev\n");
    let directory = sandbox.path("work");
    let here = directory.to_str().unwrap();
    sandbox.run(&["allow", here, "--yes"]).ok();
    let hook = || sandbox.awsenv(&["hook", "--pwd", here, "--shell", "bash"]).directory(&directory).run().ok();
    let first = hook();
    first.says("fetch-needed");
    assert!(!first.stdout.contains("AWS_PROFILE="), "{}", first.stdout);
    assert_eq!(sandbox.server().count("GetCallerIdentity"), 0, "the hook calls nobody");
    sandbox.run(&["use", "dev", "--shell", "bash"]).ok();
    assert!(hook().stdout.contains("AWS_PROFILE="), "{}", hook().stdout);
    sandbox.write(".config/awsenv/config.ini", "[guard \"dev\"]\naccount = 999999999999\n");
    hook().says("error[wrong-account]");
}

#[test]
fn a_wrong_account_that_is_certain_is_refused_before_anybody_is_asked() {
    let sandbox = guarded(demo(), "[guard \"*\"]\nconfirm = type\naccount = 999999999999\n");
    let asks = |profile: &str| {
        let mut terminal = sandbox.awsenv_on_terminal(&["exec", profile, "--", "true"]);
        let code = terminal.exit_code();
        let screen = terminal.screen();
        assert!(code != 0 && screen.contains("error[wrong-account]"), "{profile}: {screen}");
        screen.contains("type the profile's name")
    };
    assert!(!asks("tools"), "a role says its account");
    // AWS tells once of which account a key is.
    sandbox.run(&["exec", "dev", "--yes", "--", "true"]);
    assert!(!asks("dev"));
}

#[test]
fn a_renewal_heeds_guards_too() {
    let mut sandbox = guarded(demo(), "[guard \"tools\"]\nmax_duration = 30m\n");
    switch(&sandbox, &["tools", "--mode", "keys"]).apply(&mut sandbox);
    sandbox.run(&["refresh", "--background"]).ok();
    let requests = sandbox.server().requests();
    let durations: Vec<_> = requests.iter().filter_map(|request| request.param("DurationSeconds")).collect();
    assert_eq!(durations, ["1800", "1800"]);
    sandbox.write(".config/awsenv/config.ini", "[guard \"tools\"]\naccount = 999999999999\n");
    for arguments in [&["refresh", "--shell", "bash"][..], &["refresh", "--background"]] {
        let asked = sandbox.server().requests().len();
        sandbox.run(arguments).exits(5).says("error[wrong-account]");
        assert_eq!(sandbox.server().requests().len(), asked);
    }
}

#[test]
fn another_account_is_refused_before_anything_is_asked_of_aws() {
    let sandbox = guarded(demo(), "[use]\nmode = keys\n[guard \"*\"]\naccount = 999999999999\n");
    for (profile, account) in [("tools", "111111111111"), ("prod", "222222222222"), ("sandbox", "444444444444")] {
        for arguments in [
            &["use", profile, "--shell", "bash"][..],
            &["use", profile, "--mode", "profile", "--yes", "--shell", "bash"],
            &["exec", profile, "--", "true"],
            &["export", profile],
            &["credential-process", "--profile", profile],
        ] {
            let report = fails(&sandbox, arguments, "wrong-account", 5);
            let message = report["message"].as_str().unwrap();
            assert!(message.contains(account) && message.contains("999999999999"), "{message}");
            assert_eq!(report["labels"][0]["line"], 3, "{report}");
        }
    }
    assert!(sandbox.server().requests().is_empty());
}

#[test]
fn aws_is_asked_once_for_the_account_of_a_key() {
    let sandbox = guarded(demo(), "[guard \"dev\"]\naccount = 999999999999\n");
    let report = fails_with_changes(&sandbox, &["use", "dev", "--shell", "bash"], "wrong-account", 5);
    assert!(report["message"].as_str().unwrap().contains("111111111111"), "{report}");
    fails(&sandbox, &["export", "dev"], "wrong-account", 5);
    sandbox.write(".config/awsenv/config.ini", "[guard \"dev\"]\naccount = 111111111111\n");
    assert_eq!(switch(&sandbox, &["dev"]).get("AWS_PROFILE"), Some("dev"));
    assert_eq!(switch(&sandbox, &["dev", "--mode", "keys"]).get("AWS_ACCOUNT_ID"), Some("111111111111"));
    sandbox.run(&["export", "dev"]).ok();
    assert_eq!(sandbox.server().count("GetCallerIdentity"), 1);
}

#[test]
fn the_word_of_a_file_or_a_program_is_no_proof() {
    let sandbox = guarded(demo(), "[guard \"*\"]\naccount = 999999999999\n");
    let config = sandbox.read(".aws/config").replace("[profile dev]", "[profile dev]\naws_account_id = 999999999999");
    let answer = "{\"Version\":1,\"AccessKeyId\":\"AKIANOBODY\",\"SecretAccessKey\":\"s\",\"AccountId\":\"999999999999\"}";
    let liar = sandbox.script("liar", &format!("#!/bin/sh\nprintf '%s' '{answer}'\n"));
    sandbox.config(&format!("{config}\n[profile lies]\ncredential_process = \"{}\"\nregion = eu-central-1\n", liar.display()));
    fails_with_changes(&sandbox, &["export", "dev"], "wrong-account", 5);
    fails_with_changes(&sandbox, &["export", "lies"], "credentials-rejected", 5);
}

#[test]
fn nothing_is_handed_out_when_aws_cannot_say() {
    let sandbox = guarded(one_profile(), "[guard \"dev\"]\naccount = 111111111111\n");
    fails(&sandbox, &["use", "dev", "--shell", "bash"], "network", 6);
}

#[test]
fn a_role_lasts_no_longer_than_its_guard_allows() {
    let sandbox = demo();
    sandbox.run(&["export", "tools"]).ok();
    let sandbox = guarded(sandbox, "[guard \"tools\"]\nmax_duration = 2h\n[guard \"t*\"]\nmax_duration = 30m\n");
    let duration = || {
        let requests = sandbox.server().requests();
        let last = requests.iter().rev().find(|request| request.param("RoleArn").is_some());
        last.and_then(|request| request.param("DurationSeconds").map(str::to_owned))
    };
    assert_eq!(duration(), None);
    let run = sandbox.run(&["--message-format", "json", "use", "tools", "--shell", "json"]).ok();
    assert_eq!(codes(&run), [""; 0]);
    assert_eq!(duration().as_deref(), Some("1800"), "the longer one in the cache is not taken");
    assert!(json(&run)["set"]["AWS_ACCESS_KEY_ID"].is_string(), "other tools would ask for more: {}", run.stdout);
    let run = sandbox.run(&["--message-format", "json", "export", "tools", "--duration", "1h"]).ok();
    assert_eq!(codes(&run), ["duration-capped"]);
    assert_eq!(reports(&run)[0]["labels"][0]["line"], 3);
    sandbox.run(&["export", "tools", "--duration", "15m"]).ok();
    assert_eq!(duration().as_deref(), Some("900"));
}

#[test]
fn its_colour_is_in_the_summary_and_in_the_picker() {
    let mut sandbox = guarded(one_profile(), "[guard \"*\"]\ncolor = blue\n[guard \"dev\"]\ncolor = red\n");
    let summary = sandbox.run(&["use", "dev", "--color", "always", "--shell", "bash"]).ok().stderr;
    assert!(summary.starts_with("\x1b[1;31mdev\x1b[0m"), "{summary:?}");
    assert!(sandbox.run(&["use", "dev", "--shell", "bash"]).ok().stderr.starts_with("dev"));
    let mut terminal =
        sandbox.set("TERM", "xterm").terminal("bash", &["--norc", "-c", "eval \"$(awsenv use)\"; echo $AWS_PROFILE."]);
    terminal.expect("\u{1f534}");
    terminal.type_text("\r");
    terminal.expect("dev.");
}

#[test]
fn what_is_wrong_has_its_line() {
    for (settings, line) in [
        ("[guard \"a\"]\ncolor = red\n[guard \"a\"]\ncolor = pink\n", 4),
        ("[guard \"a\"]\nconfirm = maybe\n", 2),
        ("[guard \"a\"]\n\naccount = 11112222333\n", 3),
        ("[guard \"a\"]\nmax_duration = soon\n", 2),
        ("[guard \"a\"]\nallow = yes\n", 2),
        ("[guard \"\"]\nconfirm = yes\n", 1),
    ] {
        let sandbox = guarded(with_config("[profile x]\n"), settings);
        let report = fails(&sandbox, &["use", "x", "--shell", "bash"], "settings-invalid", 3);
        assert_eq!(report["labels"][0]["line"], line, "{settings}: {report}");
    }
}

#[test]
fn the_question_names_the_account_of_keys_once_it_is_known() {
    let sandbox = guarded(crate::support::demo(), "[guard \"dev\"]\naccount = 111111111111\n");
    sandbox.run(&["export", "dev"]).ok();
    let sandbox = guarded(sandbox, CONFIRM);
    let mut terminal = sandbox.terminal("bash", &["--norc", "-c", "eval \"$(awsenv use dev)\"; echo \"code $?\""]);
    terminal.expect("dev · 111111111111");
    terminal.expect("go on? [y/N] ");
    terminal.type_text("n\r");
    terminal.expect("code 4");
}
