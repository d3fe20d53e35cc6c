//! Files and servers that nobody would wish for.

use std::os::unix::fs::{PermissionsExt, symlink};

use fake_aws::SsoInstance;

use crate::sso_sync::{SESSION, company, document, names, signed_in, sync};
use crate::support::CORP_URL;

const BEGIN: &str = "# >>> awsenv sso sync corp >>>";
const END: &str = "# <<< awsenv sso sync corp <<<";

#[test]
fn no_account_can_call_itself_into_the_file_or_the_terminal() {
    let hostile = [
        "",
        "\n[default]\ncredential_process = touch owned\n",
        "a]\nregion = x",
        "' \" ` $(touch owned) ; touch owned",
        "\u{1b}]0;title\u{7}\u{1b}[31mred",
        "# >>> awsenv sso sync corp >>>",
        "default",
        "-rf",
        "東京",
        "a\u{202e}b\u{0}c",
        &"x".repeat(300),
    ];
    let mut instance = SsoInstance::new(CORP_URL, "eu-west-1", "ana@example.com");
    for (number, name) in hostile.iter().enumerate() {
        instance = instance.with_account(&format!("{number:012}"), name, &["Admin", "a\nb", "x # y", "[z]"]);
    }
    instance = instance.with_account("12\n[profile x]", "no id", &["Admin"]);
    let sandbox = signed_in(instance);
    let run = sync(&sandbox, &["--template", "{account_name}", "-v"]).ok();
    assert!(!run.stderr.contains(['\x1b', '\x07', '\u{202e}', '\0']), "{:?}", run.stderr);
    run.says("warning[listing-incomplete]: a role in default (000000000006) has a name that no file can hold: \"a\\nb\"");
    let config = sandbox.read(".aws/config");
    let headers: Vec<&str> = config.lines().filter(|line| line.starts_with("[profile")).collect();
    assert_eq!(
        headers,
        [
            "[profile 0-title-31mred]",
            "[profile 000000000000]",
            "[profile 000000000008]",
            "[profile a-b-c]",
            "[profile a-region-x]",
            "[profile awsenv-sso-sync-corp]",
            "[profile default-000000000006]",
            "[profile default-credential_process-touch-owned]",
            "[profile rf]",
            "[profile touch-owned-touch-owned]",
            &format!("[profile {}]", "x".repeat(64)),
        ]
    );
    let count = |text: &str| config.lines().filter(|line| line.starts_with(text)).count();
    assert_eq!((count("sso_role_name = Admin"), count("sso_role_name"), count("[default]"), count("region")), (11, 11, 0, 0));
    let before = sandbox.files();
    sync(&sandbox, &[]).ok();
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
    // The dry run and the JSON document show them harmless, too.
    sandbox.config(SESSION);
    let run = sync(&sandbox, &["--dry-run"]).ok();
    assert!(!run.stdout.contains(['\x1b', '\x07', '\0']), "{:?}", run.stdout);
}

#[test]
fn markers_that_were_changed_stop_it_with_their_line() {
    let sandbox = signed_in(company());
    sync(&sandbox, &[]).ok();
    let good = sandbox.read(".aws/config");
    for (text, line, words) in [
        (good.replace(END, ""), 7, "this part has no end"),
        (good.replace(BEGIN, ""), 25, "this part has no beginning"),
        (good.replace(END, "# <<< awsenv sso sync corp"), 25, "this marker has been changed"),
        (format!("{good}{}", &good[SESSION.len()..]), 27, "second time"),
        (good.replace(BEGIN, &format!("{BEGIN}\nregion = x")), 8, "belongs to the section above the marker"),
        (format!("{good}region = x\n"), 26, "belongs to the last section before the marker"),
        (good.replace("sso_role_name = ReadOnly\n\n#", "sso_role_name = ReadOnly\njunk\n\n#"), 24, "not understood"),
    ] {
        sandbox.config(&text);
        let before = (sandbox.files(), sandbox.server().requests().len());
        let run = sync(&sandbox, &["--prune", "--yes"]).exits(3);
        run.says("error[sync-markers]").says(words).says(&format!("~/.aws/config:{line}:1"));
        assert_eq!((sandbox.files().changed_since(&before.0), sandbox.server().requests().len()), (vec![], before.1));
    }
    // Without both the profiles are a person's own.
    sandbox.config(&good.replace(BEGIN, "").replace(END, ""));
    let found = document(&sandbox, &[]);
    assert_eq!((names(&found, "skipped").len(), names(&found, "added").len(), found["written"].as_bool()), (3, 0, Some(false)));
}

#[test]
fn every_kind_of_file_keeps_what_it_is() {
    for (before, gap) in [
        (SESSION.to_owned(), "\n"),
        (SESSION.trim_end().to_owned(), "\n\n"),
        (format!("{SESSION}\n"), ""),
        (SESSION.replace('\n', "\r\n"), "\r\n"),
        (format!("\u{feff}{SESSION}"), "\n"),
        (format!("{SESSION}[profile own]\njunk line\n  s3 = x\n"), "\n"),
    ] {
        let sandbox = signed_in(company());
        let path = sandbox.write(".aws/config", &before);
        std::fs::set_permissions(&path, PermissionsExt::from_mode(0o640)).expect("the file is ours");
        sync(&sandbox, &[]).ok();
        let after = sandbox.read(".aws/config");
        assert!(after.starts_with(&format!("{before}{gap}{BEGIN}")), "{after}");
        assert_eq!(after.contains("\r\n"), before.contains("\r\n"));
        assert!(!after.contains("\r\n") || after.matches('\n').count() == after.matches("\r\n").count(), "{after:?}");
        assert_eq!(sandbox.files().mode("home/.aws/config").map(|mode| mode & 0o777), Some(0o640));
        let files = sandbox.files();
        sync(&sandbox, &[]).ok();
        assert_eq!(sandbox.files().changed_since(&files), [""; 0]);
    }
}

#[test]
fn a_link_stays_a_link_and_a_read_only_file_is_left_alone() {
    let sandbox = signed_in(company());
    let real = sandbox.write("dotfiles/config", SESSION);
    std::fs::remove_file(sandbox.path(".aws/config")).expect("it was there");
    symlink("../dotfiles/config", sandbox.path(".aws/config")).expect("a link can be made");
    sync(&sandbox, &[]).ok();
    assert!(std::fs::symlink_metadata(sandbox.path(".aws/config")).is_ok_and(|metadata| metadata.is_symlink()));
    assert_eq!(sandbox.read("dotfiles/config").matches("[profile ").count(), 3);
    std::fs::write(&real, SESSION).expect("the file is ours");
    std::fs::set_permissions(&real, PermissionsExt::from_mode(0o444)).expect("the file is ours");
    let before = (sandbox.files(), sandbox.server().requests().len());
    sync(&sandbox, &[]).exits(1).says("error[io]").says("cannot be written").says("read-only");
    assert_eq!((sandbox.files().changed_since(&before.0), sandbox.server().requests().len()), (vec![], before.1));
    assert_eq!(names(&document(&sandbox, &["--dry-run"]), "added").len(), 3);
}

#[test]
fn two_at_once_write_one_part() {
    let sandbox = signed_in(company());
    let children: Vec<_> = (0..4).map(|_| sandbox.awsenv(&["sso", "sync"]).spawn()).collect();
    for child in children {
        let output = child.wait_with_output().expect("a child ends");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    let config = sandbox.read(".aws/config");
    assert_eq!((config.matches(BEGIN).count(), config.matches("[profile ").count()), (1, 3), "{config}");
    assert_eq!(sandbox.read("settings.ini").matches("[sso-sync").count(), 1);
}

#[test]
fn what_is_written_while_the_portal_is_asked_stays() {
    let sandbox = signed_in(company());
    sandbox.server().script(fake_aws::Rule::new("ListAccountRoles", fake_aws::Effect::Delay(1_500)).times(1));
    let child = sandbox.awsenv(&["sso", "sync"]).spawn();
    while sandbox.server().count("ListAccountRoles") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let meanwhile =
        format!("{SESSION}[profile meanwhile]\nsso_session = corp\nsso_account_id = 222222222222\nsso_role_name = ReadOnly\n");
    sandbox.config(&meanwhile);
    assert!(child.wait_with_output().expect("a child ends").status.success());
    let config = sandbox.read(".aws/config");
    assert!(config.starts_with(&meanwhile), "{config}");
    assert_eq!(config.matches("sso_account_id = 222222222222").count(), 1);
}

#[test]
fn ctrl_c_leaves_the_file_alone() {
    let mut sandbox = signed_in(company());
    sandbox.set("TERM", "xterm");
    let before = sandbox.read(".aws/config");
    sandbox.server().script(fake_aws::Rule::new("ListAccountRoles", fake_aws::Effect::Hang));
    let mut terminal = sandbox.awsenv_on_terminal(&["sso", "sync"]);
    terminal.expect("accounts 2");
    while sandbox.server().count("ListAccountRoles") == 0 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    terminal.type_text("\x03");
    assert_eq!(terminal.exit_code(), 130, "{}", terminal.screen());
    assert_eq!((sandbox.read(".aws/config"), sandbox.path("settings.ini").exists()), (before, false));
}

#[test]
fn settings_that_cannot_be_written_are_told_and_the_profiles_are_there() {
    let mut sandbox = signed_in(company());
    let nowhere = sandbox.path(".aws/config/settings.ini");
    sandbox.set("AWSENV_CONFIG", nowhere);
    let run = sync(&sandbox, &[]).ok();
    run.says("warning[io]: ").says("the profiles are written; the next sync needs its options again");
    assert_eq!(sandbox.read(".aws/config").matches("[profile ").count(), 3);
}
