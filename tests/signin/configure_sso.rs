//! `awsenv configure sso`. Of the AWS CLI's there is no recorded run, since it wants a terminal of its own kind
//! (prompt_toolkit): its prompts and files are those of formats.md §4.3. On purpose different are:
//!
//! - Sessions that are there are a menu. An empty name is asked for again: no legacy profile without a session is made.
//! - Accounts and roles are searched, not scrolled. Questions are on stderr, as everywhere.
//! - Nothing is written before everything is known, and then in one write; comments stay; what was `sso_start_url` in the
//!   profile goes, since it would contradict the session.
//! - A profile of the proposed name that is something else is changed only after a yes.

use awsenv_testkit::{Pty, Sandbox};
use fake_aws::SsoInstance;

use crate::sso_sync::{SESSION, company, signed_in};
use crate::support::{CORP_URL, end, opened, sandbox};

fn ask(sandbox: &Sandbox, options: &[&str]) -> Pty {
    sandbox.awsenv_on_terminal(&[&["configure", "sso"], options].concat())
}

#[track_caller]
fn answers(terminal: &mut Pty, answers: &[(&str, &str)]) {
    for (question, answer) in answers {
        terminal.expect(question);
        terminal.type_text(&format!("{answer}\r"));
    }
}

/// As the AWS CLI 2.36.7 writes them (formats.md §4.3): the profile first, then the session.
const WRITTEN: &str = "[profile ReadOnly-222222222222]
sso_session = corp
sso_account_id = 222222222222
sso_role_name = ReadOnly
region = eu-central-1
output = json
[sso-session corp]
sso_start_url = https://corp.awsapps.com/start
sso_region = eu-west-1
sso_registration_scopes = sso:account:access
";

#[test]
fn the_first_set_up_asks_for_everything() {
    let sandbox = sandbox();
    std::fs::remove_file(sandbox.path(".aws/config")).expect("it was there");
    let mut terminal = ask(&sandbox, &[]);
    answers(
        &mut terminal,
        &[
            ("SSO session name [None]: ", "corp"),
            ("SSO start URL [None]: ", CORP_URL),
            ("SSO region [None]: ", "eu-west-1"),
            ("SSO registration scopes [sso:account:access]: ", ""),
        ],
    );
    terminal.expect("There are 3 AWS accounts available to you.");
    terminal.expect("Development");
    // Any part of a name, id or address finds it.
    terminal.type_text("produ\r");
    terminal.expect("Using the account ID 222222222222");
    terminal.expect("The only role available to you is: ReadOnly");
    answers(
        &mut terminal,
        &[
            ("Default client Region [None]: ", "eu-central-1"),
            ("CLI default output format (json if not specified) [None]: ", "json"),
            ("Profile name [ReadOnly-222222222222]: ", ""),
        ],
    );
    let (code, screen) = end(&mut terminal);
    assert_eq!((code, opened(&sandbox)), (0, 1), "{screen}");
    assert!(screen.contains("use it: awsenv use ReadOnly-222222222222"), "{screen}");
    assert_eq!(sandbox.read(".aws/config"), WRITTEN);
    assert_eq!(sandbox.files().mode("home/.aws/config").map(|mode| mode & 0o777), Some(0o600));
    assert!(sandbox.run(&["export", "ReadOnly-222222222222"]).ok().stdout.contains("AccessKeyId"));
}

#[test]
fn a_session_that_is_there_is_chosen_and_its_sign_in_used() {
    let sandbox = signed_in(company());
    sandbox.write("settings.ini", "[sso-sync corp]\ntemplate = {account_name|lower}/{role}\n");
    let mut terminal = ask(&sandbox, &[]);
    terminal.expect("https://corp.awsapps.com/start");
    terminal.type_text("corp\r");
    terminal.expect("There are 2 AWS accounts");
    terminal.type_text("1111\r");
    terminal.expect("There are 2 roles available to you.");
    terminal.type_text("readon\r");
    terminal.expect("Using the role name \"ReadOnly\"");
    answers(
        &mut terminal,
        &[("Default client Region [None]: ", ""), ("[None]: ", ""), ("Profile name [development/ReadOnly]: ", "mine")],
    );
    let (code, screen) = end(&mut terminal);
    assert_eq!(code, 0, "{screen}");
    let profile = "[profile mine]\nsso_session = corp\nsso_account_id = 111111111111\nsso_role_name = ReadOnly\n";
    assert_eq!(sandbox.read(".aws/config"), format!("{SESSION}{profile}"));
}

#[test]
fn a_script_answers_with_options() {
    let sandbox = signed_in(company());
    let all = ["configure", "sso", "--no-input", "--account-id", "222222222222", "--region", "eu-central-1", "--output", "json"];
    let run = sandbox.run(&all).ok();
    run.says("Using the SSO session corp").says("The only role available to you is: ReadOnly").says("use it: awsenv use");
    let (profile, _) = WRITTEN.split_once("[sso-session").expect("it has one");
    assert_eq!((run.stdout.as_str(), sandbox.read(".aws/config")), ("", format!("{SESSION}{profile}")));
    let before = sandbox.files();
    sandbox.run(&all).ok();
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
    // In place, with what is not said left as it is.
    let prod = ["configure", "sso", "--sso-session", "corp", "--account-id", "111111111111", "--role-name", "Developer"];
    sandbox.config(&format!(
        "{SESSION}[profile prod] # mine\nsso_start_url = https://old\nsso_account_id = 1 ; old\nsso_role_name = x\nregion = y\n"
    ));
    sandbox.run(&[&prod[..], &["--profile", "prod"]].concat()).ok();
    let expected =
        "[profile prod] # mine\nsso_account_id = 111111111111 ; old\nsso_role_name = Developer\nregion = y\nsso_session = corp\n";
    assert_eq!(sandbox.read(".aws/config"), format!("{SESSION}{expected}"));
}

#[test]
fn who_cannot_be_asked_is_told_the_option() {
    let sandbox = signed_in(company());
    let before = sandbox.files();
    let fails = |options: &[&str], code: i32, words: &str| {
        sandbox.run(&[&["configure", "sso"], options].concat()).exits(code).says(words);
        assert_eq!(sandbox.files().changed_since(&before), [""; 0], "{options:?}");
    };
    fails(&[], 4, "error[answer-required]: `--account-id` is needed: there are 2 accounts");
    fails(&["--account-id", "111111111111"], 4, "`--role-name` is needed: there are 2 roles");
    fails(&["--sso-session", "new"], 4, "`--sso-start-url` is needed");
    fails(&["--sso-session", "new", "--sso-start-url", CORP_URL], 4, "`--sso-region` is needed");
    fails(&["--sso-start-url", CORP_URL], 4, "`--sso-session` is needed");
    let new = ["--sso-session", "new", "--sso-start-url", CORP_URL, "--sso-region", "eu-west-1"];
    fails(&new, 4, "error[sso-sign-in-required]: a sign-in to new is needed");
    fails(&["--account-id", "999999999999"], 5, "error[not-assigned]: Identity Center lists no account `999999999999` for you");
    fails(&["--account-id", "222222222222", "--role-name", "Admin"], 5, "lists no role `Admin` for you in account 222222222222");
    fails(&["--template", "{x}"], 2, "not {x}");
    sandbox.server().world(|world| world.sso[0].accounts.clear());
    fails(&[], 5, "Identity Center lists no account for you");
    sandbox.config("[profile a]\n");
    sandbox.run(&["configure", "sso"]).exits(4).says("`--sso-session` is needed");
}

#[test]
fn one_signs_in_as_one_likes() {
    for (option, shown) in [("--use-device-code", "It must show this code"), ("--no-browser", "code_challenge=")] {
        let sandbox = sandbox();
        let mut terminal = ask(&sandbox, &[option, "--sso-session", "corp", "--account-id", "222222222222"]);
        let screen = terminal.expect(shown) + &terminal.expect("\n");
        let page = screen.split_whitespace().find(|word| word.starts_with("http://127.0.0.1:")).expect("a page");
        let _ = sandbox.program("/usr/bin/curl", &["-sSL", page]).run().ok();
        terminal.expect("Using the role name \"ReadOnly\"");
        answers(&mut terminal, &[("[None]: ", ""), ("[None]: ", ""), ("Profile name [ReadOnly-222222222222]: ", "")]);
        assert_eq!((end(&mut terminal).0, opened(&sandbox)), (0, 0), "{}", terminal.screen());
        assert!(sandbox.read(".aws/config").ends_with("sso_account_id = 222222222222\nsso_role_name = ReadOnly\n"));
    }
}

#[test]
fn a_profile_of_that_name_is_not_changed_by_accident() {
    let sandbox = signed_in(company());
    sandbox.config(&format!("{SESSION}[profile ReadOnly-222222222222]\nrole_arn = arn:aws:iam::1:role/x\nsource_profile = y\n"));
    let words = ["configure", "sso", "--account-id", "222222222222"];
    sandbox.run(&words).exits(4).says("profile `ReadOnly-222222222222` is there already, and something else").says("--profile");
    let mut terminal = ask(&sandbox, &["--account-id", "222222222222", "--sso-session", "corp"]);
    let empty = ("[None]: ", "");
    let name = "Profile name [ReadOnly-222222222222]: ";
    answers(&mut terminal, &[empty, empty, (name, ""), ("Change it? [y/N] ", ""), (name, "another")]);
    assert_eq!(end(&mut terminal).0, 0, "{}", terminal.screen());
    assert!(sandbox.read(".aws/config").contains("source_profile = y\n[profile another]\nsso_session = corp\n"));
    let run = sandbox.run(&[&words[..], &["--profile", "ReadOnly-222222222222"]].concat()).ok();
    run.says("warning[sdks-differ]: profile `ReadOnly-222222222222` has `role_arn` too");
}

#[test]
fn a_name_that_no_file_can_hold_is_asked_for_again() {
    let sandbox = signed_in(company());
    let options = ["--sso-session", "corp", "--account-id", "222222222222", "--role-name", "ReadOnly", "--region", "eu-west-1"];
    let mut terminal = ask(&sandbox, &[&options[..], &["--output", "json"]].concat());
    answers(&mut terminal, &[("Profile name [", "a#b"), ("error[usage]", "x]y"), ("the brackets are", "prod")]);
    assert_eq!(end(&mut terminal).0, 0);
    assert!(sandbox.read(".aws/config").contains("[profile prod]\n"));
    let given = [&options[..], &["--profile", "a#b"]].concat();
    sandbox.run(&[&["configure", "sso"], &given[..]].concat()).exits(2).says("a profile cannot be called `a#b`");
}

#[test]
fn only_roles_that_can_be_written_are_offered_and_a_refusal_says_whom_to_ask() {
    let sandbox = signed_in(company().with_account("333333333333", "c", &["# hash", "Admin"]));
    let account = ["configure", "sso", "--sso-session", "corp", "--account-id", "333333333333", "--profile", "x"];
    let run = sandbox.run(&account).ok();
    run.says("The only role available to you is: Admin").says("a name that no file can hold: \"# hash\"");
    sandbox.server().script(fake_aws::Rule::new("ListAccountRoles", fake_aws::Effect::Deny));
    let run = sandbox.run(&account).exits(5);
    run.says("an administrator of Identity Center");
    assert!(!run.stderr.contains("trust policy"), "{}", run.stderr);
}

#[test]
fn a_server_can_show_nothing_but_text() {
    let instance = SsoInstance::new(CORP_URL, "eu-west-1", "ana@example.com")
        .with_account("111111111111", "\u{1b}[31mred\n\u{7}", &["Admin"])
        .with_account("222222222222", "\u{202e}name", &["Admin"]);
    let sandbox = signed_in(instance);
    let mut terminal = ask(&sandbox, &["--sso-session", "corp"]);
    terminal.expect("There are 2 AWS accounts");
    terminal.type_text("1111\r");
    terminal.expect("Using the account ID 111111111111");
    assert!(!terminal.raw().contains("\u{1b}[31mred") && !terminal.raw().contains(['\u{7}', '\u{202e}']), "{:?}", terminal.raw());
    terminal.type_text("\x03");
    assert_eq!(terminal.exit_code(), 130);
    assert_eq!(sandbox.read(".aws/config"), SESSION);
}

#[test]
fn two_thousand_accounts_are_found_by_a_few_letters() {
    let mut instance = SsoInstance::new(CORP_URL, "eu-west-1", "ana@example.com");
    for number in 0..2_000 {
        instance = instance.with_account(&format!("{number:012}"), &format!("team {number}"), &["Admin"]);
    }
    let sandbox = signed_in(instance.with_account("999999999999", "needle", &["Admin"]));
    let mut terminal = ask(&sandbox, &["--sso-session", "corp"]);
    terminal.expect("There are 2001 AWS accounts available to you.");
    terminal.type_text("needle\r");
    terminal.expect("Using the account ID 999999999999");
    terminal.expect("The only role available to you is: Admin");
    assert_eq!(sandbox.server().count("ListAccountRoles"), 1);
}
