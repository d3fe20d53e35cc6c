//! `awsenv allow`, `deny`, and what is obeyed.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::Value;

use crate::support::{allow, directory, hook, machine};

/// The code of the last report.
fn code(stderr: &str) -> String {
    let last: Value =
        serde_json::from_str(stderr.lines().last().unwrap_or("null")).unwrap_or_else(|error| panic!("{error}: {stderr}"));
    last["code"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn nothing_is_obeyed_before_it_is_allowed() {
    let sandbox = machine();
    sandbox.write("new/.awsenv", "profile = dev\n");
    let run = hook(&sandbox, "new");
    run.says("not allowed").says("awsenv allow");
    assert!(!run.stdout.contains("AWS_PROFILE"), "{}", run.stdout);
    allow(&sandbox, "new").ok().says("profile = dev").says("dev · static").says("eu-central-1");
    let run = hook(&sandbox, "new");
    assert!(run.stdout.contains("\"AWS_PROFILE\":\"dev\"") && run.stdout.contains("eu-central-1"), "{}", run.stdout);
}

#[test]
fn a_profile_is_called_what_list_calls_it() {
    let sandbox = machine();
    sandbox.write("p/.awsenv", "profile = prod\n");
    allow(&sandbox, "p").ok().says("→ prod · role · arn:aws:iam::222222222222:role/Admin");
}

#[test]
fn nobody_there_is_no_yes() {
    let sandbox = machine();
    sandbox.write("new/.awsenv", "profile = dev\n");
    let run = sandbox.run(&["--message-format", "json", "allow", "new"]).exits(4);
    assert_eq!(code(&run.stderr), "confirmation-required");
    hook(&sandbox, "new").says("not allowed");
}

#[test]
fn a_person_is_asked() {
    let sandbox = machine();
    for (answer, exit, said) in [("n", 4, "not allowed; nothing was changed"), ("y", 0, "is allowed as it is now")] {
        sandbox.write("new/.awsenv", "profile = dev\n");
        let mut terminal = sandbox.awsenv_on_terminal(&["allow", "new"]);
        terminal.expect("allow it? [y/N]");
        terminal.type_text(&format!("{answer}\r"));
        assert_eq!(terminal.exit_code(), exit, "{}", terminal.screen());
        assert!(terminal.screen().contains(said), "{}", terminal.screen());
    }
}

#[test]
fn a_changed_file_is_blocked_and_the_change_is_shown() {
    let sandbox = machine();
    directory(&sandbox, "p", "profile = dev\n# mine\n");
    sandbox.write("p/.awsenv", "profile = ops\n# mine\n");
    let run = hook(&sandbox, "p");
    run.says("has changed since it was allowed");
    assert!(!run.stdout.contains("AWS_PROFILE"), "{}", run.stdout);
    let shown = allow(&sandbox, "p").ok().stderr;
    assert!(
        shown.contains("- profile = dev\n") && shown.contains("+ profile = ops\n") && shown.contains("    # mine\n"),
        "{shown}"
    );
    // The old content is another content now.
    sandbox.write("p/.awsenv", "profile = dev\n# mine\n");
    hook(&sandbox, "p").says("has changed");
}

#[test]
fn a_denied_file_is_passed_over() {
    let sandbox = machine();
    directory(&sandbox, "dev/sub", "profile = ops\n");
    assert!(hook(&sandbox, "dev/sub").stdout.contains("\"ops\""));
    sandbox.run(&["deny", "dev/sub"]).ok();
    let run = hook(&sandbox, "dev/sub");
    assert!(run.stdout.contains("\"AWS_PROFILE\":\"dev\""), "the one above counts: {}", run.stdout);
    assert!(!run.stderr.contains("allow"), "{}", run.stderr);
    allow(&sandbox, "dev/sub").ok().says("denied until now");
    assert!(hook(&sandbox, "dev/sub").stdout.contains("\"ops\""));
}

#[test]
fn what_others_may_write_is_refused() {
    let sandbox = machine();
    for mode in [0o664, 0o646, 0o666] {
        let path = sandbox.write("p/.awsenv", "profile = dev\n");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let run = sandbox.run(&["--message-format", "json", "allow", "--yes", "p"]).exits(3);
        assert_eq!(code(&run.stderr), "directory-file-unsafe", "{mode:o}");
    }
    // Also when it was allowed before.
    std::fs::set_permissions(sandbox.path("dev/.awsenv"), std::fs::Permissions::from_mode(0o666)).unwrap();
    let run = hook(&sandbox, "dev");
    run.says("can be written by others").says("chmod go-w");
    assert!(!run.stdout.contains("AWS_PROFILE"), "{}", run.stdout);
}

#[test]
fn a_file_of_another_user_is_refused() {
    let sandbox = machine();
    let path = sandbox.write("p/.awsenv", "profile = dev\n");
    // Only root can give a file away.
    if std::os::unix::fs::chown(&path, Some(4_242), None).is_err() {
        return;
    }
    sandbox.run(&["allow", "--yes", "p"]).exits(3).says("belongs to another user");
    hook(&sandbox, "p").says("belongs to another user");
}

#[test]
fn whatever_is_in_a_file_is_text() {
    let sandbox = machine();
    let long = format!("profile = {}\n", "x".repeat(70_000));
    for (content, expected) in [
        (&b"profile = dev\nendpoint_url = http://evil\n"[..], ".awsenv:2"),
        (b"profile = $(touch pwned)`touch pwned`\n", "$(touch pwned)`touch pwned`"),
        (b"profile = '; touch pwned; '\n", "'; touch pwned; '"),
        (b"profile = dev\0\n", "control character"),
        (b"profile = \x1b]0;owned\x07\n", "control character"),
        (b"profile = d\xffev\n", "not UTF-8"),
        (b"profile = dev\n[more]\n", "this file has none"),
        (b"region = eu-west-1\n", "names no profile"),
        (b"\x00\x01\x02", "control character"),
        (long.as_bytes(), "too large"),
        (b"profile = nosuch\n", "nosuch"),
        (b"profile = dev\nregion = eu-wset-1\n", "eu-wset-1"),
    ] {
        sandbox.write("p/.awsenv", content);
        let allowed = allow(&sandbox, "p");
        allowed.says(expected);
        assert!(!allowed.stderr.contains('\x1b') && !allowed.stderr.contains('\x07'), "{:?}", allowed.stderr);
        let run = hook(&sandbox, "p");
        assert!(!run.stdout.contains("AWS_PROFILE") && !run.stderr.is_empty(), "{expected}: {} {}", run.stdout, run.stderr);
        assert!(!sandbox.path("p/pwned").exists() && !sandbox.path("pwned").exists(), "{expected}");
    }
    for content in [&b"\xef\xbb\xbfprofile = dev\r\nregion = eu-west-3\r\n"[..], b"region=eu-west-3\nprofile=dev"] {
        sandbox.write("p/.awsenv", content);
        allow(&sandbox, "p").ok();
        assert!(hook(&sandbox, "p").stdout.contains("eu-west-3"), "{content:?}");
    }
}

#[test]
fn a_wrong_file_names_its_line_and_is_not_recorded() {
    let sandbox = machine();
    sandbox.write("p/.awsenv", "profile = dev\nregoin = eu-west-1\n");
    let run = sandbox.run(&["--message-format", "json", "allow", "--yes", "p"]).exits(3);
    assert_eq!(code(&run.stderr), "directory-file-invalid");
    let report: Value = serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap();
    assert_eq!((&report["labels"][0]["line"], report["help"][0].as_str().unwrap()), (&2.into(), "did you mean `region`?"));
    assert_eq!(std::fs::read_dir(sandbox.path("../state/trust")).map_or(2, Iterator::count), 2, "dev and ops");
}

#[test]
fn without_a_file_there_is_nothing_to_allow() {
    let sandbox = machine();
    for verb in ["allow", "deny"] {
        for arguments in [&[verb][..], &[verb, "plain"]] {
            let arguments = [&["--message-format", "json"], arguments].concat();
            let run = sandbox.awsenv(&arguments).directory(&sandbox.path("plain")).run().exits(3);
            assert_eq!(code(&run.stderr), "directory-file-missing");
        }
    }
    sandbox.awsenv(&["allow"]).directory(&sandbox.path("dev/sub")).run().ok().says("~/dev/.awsenv is allowed already");
}

#[test]
fn a_link_is_what_it_leads_to() {
    let sandbox = machine();
    std::os::unix::fs::symlink(sandbox.path("dev"), sandbox.path("link")).unwrap();
    assert!(hook(&sandbox, "link").stdout.contains("\"dev\""));
}

#[test]
fn a_link_in_the_files_place_borrows_no_trust_and_loses_none() {
    let sandbox = machine();
    std::os::unix::fs::symlink(sandbox.path("dev/.awsenv"), sandbox.path("plain/.awsenv")).unwrap();
    let run = hook(&sandbox, "plain");
    run.says("~/plain/.awsenv is not allowed");
    assert!(!run.stdout.contains("AWS_PROFILE"), "{}", run.stdout);
    allow(&sandbox, "plain").ok().says("plain/.awsenv");
    assert!(hook(&sandbox, "plain").stdout.contains("\"dev\""));
    // To deny one says nothing of the other.
    sandbox.run(&["deny", "plain"]).ok().says("~/plain/.awsenv is passed over");
    assert!(!hook(&sandbox, "plain").stdout.contains("AWS_PROFILE"));
    assert!(hook(&sandbox, "dev").stdout.contains("\"dev\""));
}

#[test]
fn the_settings_file_maps_directories_without_any_trust() {
    let mut sandbox = machine();
    let settings = sandbox.write("settings.ini", "[directories]\n~/plain = dev\n~/plain/deep = ops\n~/ops = dev\n");
    sandbox.set("AWSENV_CONFIG", settings);
    std::fs::create_dir_all(sandbox.path("plain/deep/er")).unwrap();
    std::fs::create_dir_all(sandbox.path("plainly")).unwrap();
    for (directory, profile) in [("plain", Some("dev")), ("plain/deep/er", Some("ops")), ("plainly", None), ("ops", Some("ops"))]
    {
        let stdout = hook(&sandbox, directory).stdout;
        let found = ["dev", "ops"].into_iter().find(|profile| stdout.contains(&format!("\"AWS_PROFILE\":\"{profile}\"")));
        assert_eq!(found, profile, "{directory}: {stdout}");
    }
    // A file that is not allowed is still a file.
    sandbox.write("plain/.awsenv", "profile = ops\n");
    let run = hook(&sandbox, "plain");
    assert!(!run.stdout.contains("AWS_PROFILE"), "{}", run.stdout);
}

#[test]
fn what_must_be_fetched_is_a_persons_to_start() {
    let sandbox = machine();
    directory(&sandbox, "p", "profile = prod\n");
    let run = sandbox.awsenv(&["--message-format", "json", "hook", "--shell", "json"]).directory(&sandbox.path("p")).run().ok();
    assert_eq!(code(&run.stderr), "fetch-needed");
    assert!(run.stderr.contains("awsenv use prod") && !run.stdout.contains("AWS_"), "{} {}", run.stdout, run.stderr);
    // Asked for as keys, but good without: no fetch.
    directory(&sandbox, "keys", "profile = dev\nmode = keys\n");
    assert!(hook(&sandbox, "keys").stdout.contains("AKIADEV"));
}

#[test]
fn cached_keys_are_taken_without_a_network() {
    let mut sandbox = awsenv_testkit::Sandbox::demo(env!("CARGO_BIN_EXE_awsenv"));
    let code = sandbox.server().mfa_code("arn:aws:iam::111111111111:mfa/ana").unwrap();
    sandbox.run(&["use", "--shell", "json", "prod", "--mfa-token", &code]).ok();
    directory(&sandbox, "p", "profile = prod\n");
    let before = sandbox.server().count("AssumeRole");
    sandbox.set("HTTPS_PROXY", "http://127.0.0.1:1");
    let run = hook(&sandbox, "p");
    assert!(run.stdout.contains("AWS_SESSION_TOKEN"), "{} {}", run.stdout, run.stderr);
    assert_eq!(sandbox.server().count("AssumeRole"), before);
}

#[test]
fn what_was_shown_is_what_is_allowed() {
    let sandbox = machine();
    sandbox.write("new/.awsenv", "profile = dev\n");
    let mut terminal = sandbox.awsenv_on_terminal(&["allow", "new"]);
    terminal.expect("allow it? [y/N]");
    // Somebody is quicker than the person.
    sandbox.write("new/.awsenv", "profile = ops\n");
    terminal.type_text("y\r");
    assert_eq!(terminal.exit_code(), 0);
    let run = hook(&sandbox, "new");
    run.says("has changed since it was allowed");
    assert!(!run.stdout.contains("AWS_PROFILE"), "{}", run.stdout);
}

#[test]
fn a_pipe_in_the_place_of_a_file_keeps_nobody_waiting() {
    let sandbox = machine();
    let made = sandbox.program("/usr/bin/mkfifo", &["plain/.awsenv"]).run();
    assert_eq!((made.code, hook(&sandbox, "plain").stderr.as_str()), (0, ""));
    std::fs::create_dir_all(sandbox.path("dev/sub/.awsenv")).unwrap();
    assert!(hook(&sandbox, "dev/sub").stdout.contains("\"dev\""), "a folder of that name is none");
}

#[test]
fn a_broken_settings_file_changes_nothing_and_is_named() {
    let mut sandbox = machine();
    let settings = sandbox.write("settings.ini", "[directories]\nwork = dev\n");
    sandbox.set("AWSENV_CONFIG", settings);
    let run = hook(&sandbox, "dev");
    run.says("settings-invalid").says("settings.ini:2");
    assert!(!run.stdout.contains("AWS_PROFILE"), "{}", run.stdout);
}

#[test]
fn auto_names_a_denied_file_instead_of_none() {
    let sandbox = machine();
    directory(&sandbox, "p", "profile = dev\n");
    sandbox.run(&["deny", "p"]).ok();
    let auto = |name: &str| sandbox.awsenv(&["auto", "--shell", "json"]).directory(&sandbox.path(name)).run().ok();
    auto("p").says("~/p/.awsenv is denied").says("awsenv allow");
    auto("plain").says("this directory has no profile");
}

#[test]
fn a_file_that_could_not_be_allowed_is_called_wrong_at_once() {
    let sandbox = machine();
    for (content, expected) in [("", "names no profile"), ("profile = dev\nregoin = x\n", "did you mean `region`?")] {
        sandbox.write("p/.awsenv", content);
        let run = hook(&sandbox, "p");
        run.says(expected);
        assert!(!run.stderr.contains("awsenv allow"), "{}", run.stderr);
        // Also when another content was allowed.
        sandbox.write("dev/.awsenv", content);
        hook(&sandbox, "dev").says(expected);
    }
}
