//! What `awsenv doctor` finds in the two files: every code once, how it looks, and that `--fix` changes nothing beside it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use awsenv_testkit::{Sandbox, assert_snapshot};
use serde_json::Value;

use crate::support::{json, with_config};

const KEYS: &str = "aws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
const ROLE: &str = "role_arn = arn:aws:iam::111122223333:role/x\n";

/// A code, its severity, the config file, and the place of the finding.
const CASES: &[(&str, &str, &str, &str)] = &[
    ("byte-order-mark", "error", "\u{feff}[profile a]\nregion = eu-west-1\n", "1:1"),
    ("config-syntax", "error", "[profile a]\nnonsense\n", "2:1"),
    ("cli-refuses-file", "error", "[profile a]\nca_bundle = /x\rjunk\n", "2:16"),
    ("duplicate-section", "error", "[profile a]\n[profile a]\n", "2:1"),
    ("duplicate-key", "error", "[profile a]\nregion = eu-west-1\nRegion = eu-west-2\n", "3:1"),
    ("services-not-found", "error", "[profile a]\nservices = ghost\n", "2:12"),
    (
        "session-token-missing",
        "error",
        "[profile a]\naws_access_key_id = ASIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n",
        "2:21",
    ),
    ("keys-swapped", "error", "[profile a]\naws_access_key_id = x\naws_secret_access_key = AKIAIOSFODNN7EXAMPLE\n", "3:25"),
    ("invalid-value", "error", "[profile a]\nretry_mode = best\n", "2:14"),
    ("unknown-region", "error", "[profile a]\nregion = eu-wset-1\n", "2:10"),
    (
        "sso-session-not-found",
        "error",
        "[profile a]\nsso_session = x\nsso_account_id = 111122223333\nsso_role_name = x\n",
        "2:15",
    ),
    ("default-twice", "warning", "[default]\nregion = eu-west-1\n[profile default]\nregion = eu-west-1\n", "1:2"),
    ("section-ignored", "warning", "[a]\nregion = eu-west-1\n", "1:2"),
    ("cli-only-section", "warning", "[profile 'a b']\nregion = eu-west-1\n", "1:10"),
    ("key-ignored", "warning", "[profile a]\nré = x\n", "2:1"),
    ("read-differently", "warning", "[DEFAULT]\nregion = eu-west-1\n", "2:1"),
    ("inline-comment", "warning", "[profile a]\nregion = eu-west-1 # home\n", "2:10"),
    ("misspelt-key", "warning", "[profile a]\nregoin = eu-west-1\n", "2:1"),
    ("misplaced-key", "warning", "[sso-session a]\nregion = eu-west-1\n", "2:1"),
    ("quoted-value", "warning", "[profile a]\nregion = \"eu-west-1\"\n", "2:10"),
    ("relative-path", "warning", "[profile a]\nregion = eu-west-1\ncredential_process = ~/p\n", "3:22"),
    ("setting-unused", "warning", "[profile a]\nexternal_id = x\n", "2:1"),
    ("line-ends-mixed", "note", "[profile a]\r\nregion = eu-west-1\r\noutput = json\n", "3:1"),
    ("region-missing", "note", "[profile a]\ncredential_process = /bin/p\n", "1:10"),
    ("keys-in-config", "note", "[profile a]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n", "2:21"),
    ("plain-text-keys", "note", "[profile a]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = x\n", "2:21"),
];

fn findings(sandbox: &Sandbox) -> Vec<Value> {
    let run = sandbox.run(&["doctor", "--format", "json"]);
    sandbox.assert_no_secret("doctor", &run.stdout);
    assert_eq!(run.stderr, "");
    json(&run)["findings"].as_array().unwrap().clone()
}

#[track_caller]
fn assert_found(sandbox: &Sandbox, code: &str, severity: &str, place: &str) {
    let found = findings(sandbox);
    let is_it = |finding: &&Value| finding["code"] == code;
    let finding = found.iter().find(is_it).unwrap_or_else(|| panic!("{code}: {found:#?}"));
    let label = &finding["labels"][0];
    assert_eq!(
        (finding["severity"].as_str(), format!("{}:{}", label["line"], label["column"])),
        (Some(severity), place.to_owned()),
        "{code}"
    );
    let exit = if severity == "error" { 3 } else { 0 };
    assert_eq!(finding["exit"], exit, "{code}");
    let codes: Vec<&str> = found.iter().filter_map(|finding| finding["severity"].as_str()).collect();
    sandbox.run(&["doctor"]).exits(if codes.contains(&"error") { 3 } else { 0 });
}

#[test]
fn every_finding_has_its_code_and_place() {
    for (code, severity, config, place) in CASES {
        assert_found(&with_config(config), code, severity, place);
    }
}

#[test]
fn findings_about_both_files() {
    let sandbox =
        with_config(&format!("[profile a]\nregion = eu-west-1\n[profile b]\nregion = cn-north-1\n{ROLE}source_profile = a\n"));
    sandbox.credentials(&format!("[a]\n{KEYS}aws_session_token = x\n[c]\n{KEYS}[d]\n{KEYS}"));
    assert_found(&sandbox, "session-token-unwanted", "error", "4:21");
    assert_found(&sandbox, "shared-keys", "note", "6:21");
    assert_found(&sandbox, "partition-differs", "error", "5:12");
    let sandbox = with_config(&format!("[profile a]\nregion = eu-west-1\n{}", "# comment\n".repeat(120_000)));
    sandbox.credentials("[a]\nregion = eu-west-2\n");
    assert_found(&sandbox, "setting-shadowed", "warning", "2:10");
    assert_found(&sandbox, "file-large", "note", "1:1");
}

const WRONG: &str = "\
# mine
[default]
region = \"eu-west-1\"

[prod]
regoin = eu-west-1   # home
output = json

[profile a]
role_arn = arn:aws:iam::111122223333:role/x
source_profile = bsae

[sso-session corp]
sso_start_url = https://acme.awsapps.com/start
region = eu-west-1

[profile dev]
sso_session = corp
sso_account_id = 111122223333
sso_role_name = Admin
region = eu-west-1

[profile dev]
region = eu-west-1
";

#[test]
fn it_reads_like_a_compiler() {
    let sandbox = with_config(WRONG);
    sandbox.credentials(&format!("[base]\n{KEYS}"));
    let run = sandbox.awsenv(&["doctor", "--offline"]).without("AWS_ENDPOINT_URL").run().exits(3);
    sandbox.assert_no_secret("doctor", &run.stdout);
    assert_snapshot(&run.stdout, &Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/cli/doctor/findings.txt"));
}

#[test]
fn fix_changes_its_lines_and_no_other() {
    let sandbox = with_config(&WRONG.replace('\n', "\r\n"));
    let path = sandbox.path(".aws/config");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let run = sandbox.run(&["doctor", "--fix"]).exits(3);
    let done: Vec<&str> = run.stdout.lines().take_while(|line| line.starts_with("fixed: ")).collect();
    assert_eq!(done.len(), 6, "{}", run.stdout);
    assert_eq!(done[0], "fixed: ~/.aws/config: take the quotes in line 3 away");
    let expected = WRONG
        .replace("\"eu-west-1\"", "eu-west-1")
        .replace("[prod]", "[profile prod]")
        .replace("regoin = eu-west-1   # home", "# home\nregion = eu-west-1")
        .replace("start\nregion", "start\nsso_region")
        .replace("\n[profile dev]\nregion = eu-west-1\n", "\n")
        .replace('\n', "\r\n");
    assert_eq!(sandbox.read(".aws/config"), expected);
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    let before = sandbox.files();
    let again = sandbox.run(&["doctor", "--fix"]).exits(3);
    assert!(!again.stdout.contains("fixed: ") && again.stdout.contains("error[source-profile-not-found]"), "{}", again.stdout);
    assert_eq!(sandbox.files().changed_since(&before), [""; 0]);
}

/// What is in both is for a person to decide; what is not goes below the first header, with its comments.
#[test]
fn sections_that_are_there_twice_are_merged_where_that_changes_nothing() {
    let text =
        "# mine\n[profile a]\nregion = eu-west-1\n\n[profile b]\nregion = eu-west-1\n\n[profile a]\n# why\noutput = json\n";
    let sandbox = with_config(text);
    let run = sandbox.run(&["doctor", "--fix"]).ok();
    assert!(
        run.stdout.contains("fixed: ~/.aws/config: move the settings of [profile a] in line 8 below its header in line 2"),
        "{}",
        run.stdout
    );
    assert_eq!(
        sandbox.read(".aws/config"),
        "# mine\n[profile a]\nregion = eu-west-1\n# why\noutput = json\n\n[profile b]\nregion = eu-west-1\n\n"
    );
    let text = "[profile a]\nregion = eu-west-1\n[profile a]\nregion = eu-west-2\n";
    let sandbox = with_config(text);
    let run = sandbox.run(&["doctor", "--fix"]).exits(3);
    assert!(run.stdout.contains("`region` is in both, and only you know which is right"), "{}", run.stdout);
    assert_eq!(sandbox.read(".aws/config"), text);
}

#[test]
fn keys_in_aws_vault_are_no_error_and_its_page_is_named() {
    let device = "mfa_serial = arn:aws:iam::111122223333:mfa/ana\n";
    let config =
        format!("[profile base]\n{device}[profile a]\nregion = eu-west-1\n{ROLE}source_profile = base\ninclude_profile = base\n");
    let run = with_config(&config).run(&["doctor"]).ok();
    assert!(run.stdout.starts_with("note[source-profile-without-credentials]"), "{}", run.stdout);
    assert!(run.stdout.contains("docs/from-aws-vault.md") && !run.stdout.contains("mfa_serial"), "{}", run.stdout);
}

/// A second of work in a debug build; were each chain walked anew, or each name compared with all, it would be minutes.
#[test]
fn ten_thousand_roles_are_looked_at_in_a_moment() {
    let link = |at: usize| format!("[profile p{at}]\nregion = eu-west-1\n{ROLE}source_profile = p{}\n", at + 1);
    let lost = |at: usize| format!("[profile q{at}]\nregion = eu-west-1\n{ROLE}source_profile = x{at}\n");
    let config: String = (0..10_000).map(link).chain((0..4_000).map(lost)).collect();
    let begun = std::time::Instant::now();
    let run = with_config(&config).run(&["doctor"]).exits(3);
    assert!(run.stdout.contains("help: 10000 profiles cannot be used because of this"));
    assert!(run.stdout.lines().last().unwrap().starts_with("4001 errors"), "{}", run.stdout.lines().last().unwrap());
    assert!(begun.elapsed().as_secs() < 30, "{:?}", begun.elapsed());
}

#[test]
fn a_slip_in_a_block_is_mended_and_one_beside_the_right_key_is_not() {
    let sandbox = with_config("[profile a]\nregion = eu-west-1\ns3 =\n  adressing_style = path   # why\n");
    sandbox.run(&["doctor", "--fix"]).ok();
    assert!(sandbox.read(".aws/config").contains("\n  addressing_style = path"), "{}", sandbox.read(".aws/config"));
    let sandbox = with_config("[profile a]\nregion = eu-west-1\nregoin = eu-west-2\n");
    let run = sandbox.run(&["doctor", "--fix"]).ok();
    let help = "`region` is there too: remove this line, or put its value there";
    assert!(run.stdout.contains(help) && run.stdout.contains("the right one"), "{}", run.stdout);
    assert!(sandbox.read(".aws/config").contains("regoin"));
}

#[test]
fn use_says_when_the_aws_cli_will_refuse_the_files() {
    let config = "[profile a]\nregion = eu-west-1\ncredential_process = /bin/false\n[profile b]\n[profile b]\n";
    let sandbox = with_config(config);
    sandbox.credentials(&format!("[c]\n{KEYS}"));
    let run = sandbox.run(&["use", "c", "--shell", "bash"]).ok();
    run.says("warning[duplicate-section]: [profile b] is there twice").says("every `aws` command fails in this shell too");
    sandbox.config("[profile a]\nregion = eu-west-1\n");
    assert!(!sandbox.run(&["use", "c", "--shell", "bash"]).ok().stderr.contains("warning"));
}

/// The SDKs would not find the profile by its name, because they refuse the file.
#[test]
fn keys_are_given_where_sdks_refuse_the_file() {
    let sandbox = with_config("[profile b]\nnonsense\n");
    sandbox.credentials(&format!("[c]\n{KEYS}"));
    let run = sandbox.run(&["use", "c", "--shell", "json"]).ok();
    assert_eq!(json(&run)["set"]["AWS_ACCESS_KEY_ID"], "AKIAIOSFODNN7EXAMPLE");
    run.says("warning[config-syntax]");
}

/// Wherever a secret has got to, it is not shown.
#[test]
fn no_secret_is_shown() {
    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    for config in [
        format!("[profile a]\naws_access_key_id = {SECRET}\naws_secret_access_key = AKIAIOSFODNN7EXAMPLE\n"),
        format!("[profile a]\naws_access_key_id = {SECRET}\n"),
        format!("[profile a]\naws_scret_access_key = {SECRET}\n"),
        format!("[profile a]\naws_access_kye_id = {SECRET}\n"),
        format!("[profile a]\nsecret_key = {SECRET}\n"),
        format!("[profile a]\nclé = {SECRET}\n"),
        format!("[profile a]\nregion = {SECRET}\n"),
        format!("[profile a]\nmfa_serial = {SECRET} x\n"),
        format!("[profile a]\naws_secret_access_key = '{SECRET}'\n"),
        format!("[profile a]\naws_secret_access_key = {SECRET} # c\n"),
        format!("[profile a]\naws_secret_access_key = {SECRET}\naws_secret_access_key = {SECRET}\n"),
        format!("[profile a]\nregion = eu-west-1\n{SECRET}\n"),
        format!("[profile a]\ncredential_process = ~/p --token {SECRET}\n"),
        format!("[profile a]\nregion = eu-west-1\nsource_profile = {SECRET}\nrole_arn = {SECRET}\n"),
    ] {
        let sandbox = with_config(&config);
        for format in ["text", "json"] {
            let run = sandbox.run(&["doctor", "--format", format]);
            assert!(!run.stdout.contains(SECRET), "{}", run.stdout);
            assert!(run.stdout.contains("****") || format == "json" || !run.stdout.contains("│"), "{}", run.stdout);
        }
        let run = sandbox.run(&["doctor", "--fix"]);
        assert!(!run.stdout.contains(SECRET) && !run.stderr.contains(SECRET), "{}", run.stdout);
    }
}

#[test]
fn a_file_of_windows_powershell_is_told_from_a_broken_one() {
    let sandbox = with_config("");
    let utf16: Vec<u8> = "\u{feff}[profile a]\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    sandbox.write(".aws/config", utf16);
    let found = findings(&sandbox);
    assert_eq!(found[0]["code"], "config-unreadable");
    assert!(found[0]["message"].as_str().unwrap().ends_with("is UTF-16, which no AWS tool reads"), "{}", found[0]);
}
