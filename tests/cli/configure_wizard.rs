//! `awsenv configure` that asks, and its kin for whole profiles: import, sso-session, role.

use crate::support::{codes, empty, fails, with_config};

const CSV: &str = "\u{feff}User name,Access key ID,Secret access key\r\nana,AKIAANA,\"sec,ret\"\r\n\r\nbob,AKIABOB,secretB\r\n";

#[test]
fn a_person_is_asked_and_no_secret_is_shown() {
    let sandbox = with_config("[default]\nregion = us-east-1 # near\noutput = json\n");
    sandbox.credentials(
        "[default]\naws_access_key_id = ASIAOLDKEY000001\naws_secret_access_key = old-secret-1234\naws_session_token = t\n",
    );
    let mut terminal = sandbox.terminal(env!("CARGO_BIN_EXE_awsenv"), &["configure"]);
    terminal.expect("AWS Access Key ID [****************0001]: ");
    terminal.type_text("AKIANEWKEY000002\r");
    terminal.expect("AWS Secret Access Key [****************1234]: ");
    terminal.type_text("typed-secret\r");
    terminal.expect("Default region name [us-east-1]: ");
    terminal.type_text("eu-west-1\r");
    terminal.expect("Default output format [json]: ");
    terminal.type_text("\r");
    assert_eq!(terminal.exit_code(), 0);
    assert!(!terminal.raw().contains("typed-secret") && !terminal.raw().contains("old-secret"), "{}", terminal.screen());
    assert_eq!(sandbox.read(".aws/config"), "[default]\nregion = eu-west-1 # near\noutput = json\n");
    assert_eq!(
        sandbox.read(".aws/credentials"),
        "[default]\naws_access_key_id = AKIANEWKEY000002\naws_secret_access_key = typed-secret\n"
    );
}

#[test]
fn a_script_gives_options_and_secrets_on_stdin() {
    let sandbox = empty();
    let all = ["--access-key-id", "ASIAX", "--secret-access-key", "-", "--session-token", "-", "--region", "eu-west-1"];
    let words = [&["configure", "--profile", "dev"][..], &all].concat();
    sandbox.awsenv(&words).stdin("the-secret\nthe-token\n").run().ok();
    assert_eq!(
        sandbox.read(".aws/credentials"),
        "[dev]\naws_access_key_id = ASIAX\naws_secret_access_key = the-secret\naws_session_token = the-token\n"
    );
    assert_eq!(sandbox.read(".aws/config"), "[profile dev]\nregion = eu-west-1\n");
}

#[test]
fn who_cannot_be_asked_must_answer() {
    fails(&empty(), &["configure"], "answer-required", 4);
    fails(&empty(), &["configure", "--access-key-id", "AKIA"], "answer-required", 4);
    fails(&empty(), &["configure", "--secret-access-key", "-"], "answer-required", 4);
    fails(&empty(), &["configure", "--region", "r", "list-profiles"], "usage", 2);
    fails(&empty(), &["configure", "sso-session"], "answer-required", 4);
    fails(&empty(), &["configure", "sso-session", "--sso-session", "corp"], "answer-required", 4);
    fails(&empty(), &["configure", "role", "--profile", "prod", "--role-arn", "a"], "answer-required", 4);
}

#[test]
fn a_secret_on_the_command_line_is_refused_and_not_repeated() {
    let report = fails(&empty(), &["configure", "--secret-access-key", "typed-in-argv"], "usage", 2);
    assert!(!report.to_string().contains("typed-in-argv"), "{report}");
    let inline = "User name,Access key ID,Secret access key\nana,A,typed-in-argv";
    let report = fails(&empty(), &["configure", "import", "--csv", inline], "usage", 2);
    assert!(!report.to_string().contains("typed-in-argv"), "{report}");
}

#[test]
fn a_csv_file_is_imported_whole() {
    let sandbox = empty();
    sandbox.credentials("# mine\n[iam-ana]\naws_access_key_id = OLD\n");
    sandbox.write("keys.csv", CSV);
    sandbox.run(&["configure", "import", "--csv", "keys.csv", "--profile-prefix", "iam-"]).ok();
    let written = "# mine\n[iam-ana]\naws_access_key_id = AKIAANA\naws_secret_access_key = sec,ret\n\
                   [iam-bob]\naws_access_key_id = AKIABOB\naws_secret_access_key = secretB\n";
    assert_eq!(sandbox.read(".aws/credentials"), written);
    sandbox
        .awsenv(&["configure", "import", "--csv", "-", "--user-name", "me"])
        .stdin("Access key ID,Secret access key\nA,B\n")
        .run()
        .ok();
    assert_eq!(sandbox.read(".aws/credentials"), format!("{written}[me]\naws_access_key_id = A\naws_secret_access_key = B\n"));
}

#[test]
fn a_csv_file_that_is_none_changes_nothing() {
    let sandbox = empty();
    for text in [
        "",
        "User name,Access key ID\na,b\n",
        "Access key ID,Secret access key\nA,B\n",
        "User name,Access key ID,Secret access key\nana,A,B\nbob,,C\n",
        "User name,Access key ID,Secret access key\nana,A,B\nana,C,D\n",
        "User name,Access key ID,Secret access key\nana,A,\"B\n",
    ] {
        sandbox.write("keys.csv", text);
        fails(&sandbox, &["configure", "import", "--csv", "keys.csv"], "csv-invalid", 3);
    }
    fails(&sandbox, &["configure", "import", "--csv", "nowhere.csv"], "csv-invalid", 3);
    sandbox.write("keys.csv", CSV);
    fails(&sandbox, &["configure", "import", "--csv", "keys.csv", "--user-name", "me"], "usage", 2);
    sandbox.credentials("[bob]\njunk\n");
    fails(&sandbox, &["configure", "import", "--csv", "keys.csv"], "config-syntax", 3);
}

#[test]
fn an_sso_session_and_a_role_are_written_in_one_go() {
    let sandbox = with_config("[profile base]\nregion = x\n");
    let session = ["--sso-session", "corp", "--sso-start-url", "https://corp.awsapps.com/start", "--sso-region", "eu-west-1"];
    sandbox.run(&[&["configure", "sso-session"][..], &session].concat()).ok();
    let role = ["configure", "role", "--profile", "prod", "--role-arn", "arn:aws:iam::222222222222:role/ops"];
    sandbox.run(&[&role[..], &["--source-profile", "base", "--mfa-serial", "m"]].concat()).ok();
    let session = "[profile base]\nregion = x\n[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\n\
                   sso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n";
    let role_arn = "[profile prod]\nrole_arn = arn:aws:iam::222222222222:role/ops\n";
    assert_eq!(sandbox.read(".aws/config"), format!("{session}{role_arn}source_profile = base\nmfa_serial = m\n"));
    sandbox.run(&[&role[..], &["--credential-source", "Environment"]].concat()).ok();
    assert_eq!(sandbox.read(".aws/config"), format!("{session}{role_arn}mfa_serial = m\ncredential_source = Environment\n"));
    fails(&sandbox, &[&role[..], &["--source-profile", "bsae"]].concat(), "source-profile-not-found", 3);
}

#[test]
fn an_sso_session_is_asked_for() {
    let sandbox = empty();
    let mut terminal = sandbox.terminal(env!("CARGO_BIN_EXE_awsenv"), &["configure", "sso-session"]);
    for (question, answer) in [
        ("SSO session name [None]: ", "corp"),
        ("SSO start URL [None]: ", ""),
        ("SSO start URL [None]: ", "https://corp.awsapps.com/start"),
        ("SSO region [None]: ", "eu-west-1"),
        ("SSO registration scopes [sso:account:access]: ", ""),
    ] {
        terminal.expect(question);
        terminal.type_text(&format!("{answer}\r"));
    }
    assert_eq!(terminal.exit_code(), 0);
    assert_eq!(
        sandbox.read(".aws/config"),
        "[sso-session corp]\nsso_start_url = https://corp.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n"
    );
}

#[test]
fn a_name_that_would_break_the_file_is_refused_and_one_for_the_aws_cli_alone_warned_of() {
    let sandbox = with_config("[profile base]\nregion = eu-west-1\n");
    sandbox.credentials("[base]\naws_access_key_id = A\naws_secret_access_key = B\n");
    for name in ["a#b", "b ; c", "x]y", "", " lead", "trail ", "a\u{7}b", "DEFAULT"] {
        fails(&sandbox, &["configure", "set", "region", "eu-west-1", "--profile", name], "usage", 2);
        fails(&sandbox, &["configure", "--profile", name, "--region", "eu-west-1"], "usage", 2);
        fails(&sandbox, &["configure", "role", "--profile", name, "--role-arn", "a", "--source-profile", "base"], "usage", 2);
        let session = ["--sso-start-url", "https://corp.awsapps.com/start", "--sso-region", "eu-west-1"];
        fails(&sandbox, &[&["configure", "sso-session", "--sso-session", name], &session[..]].concat(), "usage", 2);
        let mfa = ["configure", "--profile", "base", "mfa-login", "--serial-number", "s", "--mfa-token", "123456"];
        fails(&sandbox, &[&mfa[..], &["--update-profile", name]].concat(), "usage", 2);
    }
    sandbox.write("keys.csv", "User name,Access key ID,Secret access key\na#b,A,B\n");
    fails(&sandbox, &["configure", "import", "--csv", "keys.csv"], "usage", 2);
    let set = ["--message-format", "json", "configure", "set", "region", "eu-west-1", "--profile", "my prod"];
    assert_eq!(codes(&sandbox.run(&set).ok()), ["cli-only-section"]);
    assert_eq!(codes(&sandbox.run(&set).ok()), [""; 0], "it is said once");
    assert!(sandbox.read(".aws/config").ends_with("[profile 'my prod']\nregion = eu-west-1\n"));
}

#[test]
fn what_doctor_would_call_an_error_is_not_written() {
    let sandbox = with_config("[profile z]\nregion = eu-west-1\n");
    let role =
        ["configure", "role", "--profile", "z", "--role-arn", "arn:aws:iam::222222222222:role/ops", "--source-profile", "z"];
    fails(&sandbox, &role, "source-profile-cycle", 3);
    sandbox.credentials("[z]\naws_access_key_id = A\naws_secret_access_key = B\n");
    sandbox.run(&role).ok();
    let good = ["corp", "https://corp.awsapps.com/start", "eu-west-1"];
    for (at, wrong) in [(0, "my corp"), (1, "ftp://corp.awsapps.com/start"), (1, "corp"), (2, "zz")] {
        let mut values = good;
        values[at] = wrong;
        let [name, url, region] = values;
        let session = ["configure", "sso-session", "--sso-session", name, "--sso-start-url", url, "--sso-region", region];
        fails(&sandbox, &session, "usage", 2);
    }
}

#[test]
fn no_option_is_taken_and_not_used_and_no_row_left_out_in_silence() {
    let sandbox = empty();
    sandbox.write("keys.csv", "User name,Access key ID,Secret access key\nana,A,B\nbob,,C\n");
    fails(&sandbox, &["configure", "import", "--csv", "keys.csv", "--profile", "x"], "usage", 2);
    let session = ["configure", "sso-session", "--sso-session", "x", "--profile", "x"];
    fails(&sandbox, &session, "usage", 2);
    let run = sandbox.run(&["configure", "import", "--csv", "keys.csv", "--skip-invalid"]).ok();
    run.says("line 3 of the CSV has no `Access key ID`").says("imported 1 profile: ana");
    for (command, option) in [
        (&["configure"][..], "--region"),
        (&["configure", "role"], "--role-arn"),
        (&["configure", "sso-session"], "--sso-region"),
    ] {
        let report = fails(&sandbox, command, "answer-required", 4);
        assert!(report["help"].to_string().contains(option), "{report}");
    }
}
