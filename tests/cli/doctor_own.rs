//! `awsenv doctor` about awsenv itself: its settings file, and programs that settings name.

use std::os::unix::fs::PermissionsExt;

use crate::doctor::{doctor, findings, healthy, only};
use crate::support::with_config;

const SETTINGS: &str = ".config/awsenv/config.ini";

#[test]
fn all_that_is_wrong_in_the_settings_file_is_found_at_once() {
    let sandbox = healthy();
    sandbox.write(
        SETTINGS,
        "[use]\nmoed = keys\nmode = sideways\n[guard \"\"]\ncolor = red\n[guard \"dev\"]\ncolour = red\n[expiry]\nwarn = 5\n[mfa]\nsession = of\n",
    );
    let found = findings(&sandbox, 3);
    let lines: Vec<_> =
        found.iter().map(|finding| (finding["code"].as_str().unwrap(), finding["labels"][0]["line"].clone())).collect();
    assert_eq!(lines, [2, 3, 4, 7, 11].map(|line| ("settings-invalid", line.into())), "{found:#?}");
}

#[test]
fn a_header_without_its_end_is_one_error_at_its_line() {
    let sandbox = healthy();
    for (text, line, part) in [
        ("[use]\nmode = auto\n[broken\n", 3, "a header has no `]`"),
        ("[use\nmode = auto\n", 1, "a header has no `]`"),
        ("[use]\nmode = auto\njunk\n", 3, "a line has no `=`"),
        ("[use]\nmode = auto\n\n= x\n", 4, "no line of a settings file"),
    ] {
        sandbox.write(SETTINGS, text);
        let finding = only(&sandbox, "settings-invalid", "error");
        assert_eq!(finding["labels"][0]["line"], line, "{finding:#?}");
        assert!(finding["message"].as_str().unwrap().contains(part), "{finding:#?}");
    }
}

#[test]
fn directories_and_guards_that_lead_nowhere() {
    let sandbox = healthy();
    std::fs::create_dir_all(sandbox.path("work")).unwrap();
    sandbox.write(SETTINGS, "[directories]\n~/work = dev\n[guard \"d*\"]\ncolor = red\n");
    assert!(findings(&sandbox, 0).is_empty());
    sandbox.write(SETTINGS, "[directories]\n~/work = dev\n~/wrok = dev\n");
    let finding = only(&sandbox, "directory-missing", "note");
    assert_eq!((&finding["labels"][0]["line"], finding["message"].as_str().unwrap().contains("~/wrok")), (&3.into(), true));
    sandbox.write(SETTINGS, "[directories]\n~/work = dve\n");
    let finding = only(&sandbox, "unknown-profile", "warning");
    assert_eq!((&finding["labels"][0]["line"], &finding["help"][0]), (&2.into(), &"did you mean `dev`?".into()));
    sandbox.write(SETTINGS, "[guard \"*prod*\"]\ncolor = red\n");
    assert_eq!(only(&sandbox, "guard-unused", "note")["labels"][0]["line"], 1);
}

#[test]
fn an_allowed_file_that_is_gone_is_forgotten() {
    let sandbox = healthy();
    for name in ["kept", "gone"] {
        sandbox.write(&format!("{name}/.awsenv"), "profile = dev\n");
        sandbox.run(&["allow", "--yes", name]).ok();
    }
    assert!(findings(&sandbox, 0).is_empty());
    std::fs::remove_file(sandbox.path("gone/.awsenv")).unwrap();
    only(&sandbox, "trust-unused", "note");
    let run = doctor(&sandbox, &["--fix"]).ok();
    assert!(run.stdout.starts_with("fixed: forget ~/gone/.awsenv\n"), "{}", run.stdout);
    assert!(findings(&sandbox, 0).is_empty());
    sandbox.write("gone/.awsenv", "profile = dev\n");
    let auto = |name: &str| sandbox.awsenv(&["auto", "--shell", "json"]).directory(&sandbox.path(name)).run();
    auto("kept").ok();
    auto("gone").exits(4).says("not-allowed");
}

#[test]
fn programs_that_do_not_exist() {
    let sandbox = with_config("[profile dev]\nregion = eu-west-1\ncredential_process = /nowhere/vault secret-argument\n");
    let finding = only(&sandbox, "process-not-found", "error");
    assert_eq!((&finding["labels"][0]["line"], finding.to_string().contains("secret-argument")), (&3.into(), false));
    // Keys in the credentials file come before it.
    sandbox.credentials("[dev]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = secret-of-dev\n");
    let severity = |code: &str| {
        let found = findings(&sandbox, 0);
        found.iter().find(|finding| finding["code"] == code).map(|finding| finding["severity"].clone())
    };
    assert_eq!(severity("process-not-found"), Some("warning".into()));
    sandbox.config("[profile dev]\nmfa_serial = arn:aws:iam::111111111111:mfa/ana\nmfa_process = no-such-program\n");
    assert_eq!(severity("program-not-found"), Some("warning".into()));
    let sandbox = healthy();
    sandbox.write(
        SETTINGS,
        "[mfa]\nprocess = no-such-program\naskpass = /nowhere/pinentry\n[login]\nbrowser = no-browser -P work %s\n",
    );
    let found = findings(&sandbox, 0);
    let lines: Vec<_> = found.iter().map(|finding| (finding["code"].clone(), finding["labels"][0]["line"].clone())).collect();
    assert_eq!(lines, [2, 3, 5].map(|line| ("program-not-found".into(), line.into())), "{found:#?}");
}

#[test]
fn two_programs_of_the_same_name() {
    let mut sandbox = healthy();
    let other = sandbox.write("other/awsenv", "#!/bin/sh\n");
    std::fs::set_permissions(&other, PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", sandbox.get("PATH").unwrap().to_str().unwrap(), other.parent().unwrap().display());
    sandbox.set("PATH", path);
    let finding = only(&sandbox, "several-programs", "note");
    assert_eq!(finding["help"][0], "remove the one that is not wanted: ~/other/awsenv");
}
