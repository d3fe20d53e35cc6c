//! Files and what is found in them: a row a rule. `c` is the config file, `k` the credentials file, and `+` means that it can
//! be mended.

use awsenv_lint::{Finding, Lint, Severity, lint};
use awsenv_profile::{Document, FileKind, ProfileSet, SourceFile};

fn parse(config: &str, credentials: &str) -> ProfileSet {
    let file = |kind, text: &str| (!text.is_empty()).then(|| SourceFile::new(kind, "file", text));
    ProfileSet::parse(file(FileKind::Config, config), file(FileKind::Credentials, credentials))
}

/// `E DuplicateKey c3:1+`
fn shown(profiles: &ProfileSet, finding: &Finding) -> String {
    let place = profiles.sources().location(finding.span);
    let severity = match finding.lint.severity() {
        Severity::Error => 'E',
        Severity::Warning => 'W',
        Severity::Note => 'N',
    };
    let debug = match &finding.lint {
        Lint::Problem { problem, .. } => format!("{problem:?}"),
        Lint::Advice(advice) => format!("{advice:?}"),
        lint => format!("{lint:?}"),
    };
    let name = debug.split([' ', '{', '(']).next().unwrap_or_default();
    let file = if finding.span.file == FileKind::Config { 'c' } else { 'k' };
    let fix = if finding.repair.is_some() { "+" } else { "" };
    format!("{severity} {name} {file}{}:{}{fix}", place.line, place.column)
}

#[track_caller]
fn check(config: &str, credentials: &str, expected: &[&str]) {
    let profiles = parse(config, credentials);
    let found: Vec<String> = lint(&profiles).iter().map(|finding| shown(&profiles, finding)).collect();
    assert_eq!(found, expected, "\n{config}\n--\n{credentials}");
}

/// The same for the config file alone, with a region where it does not matter.
#[track_caller]
fn config(text: &str, expected: &[&str]) {
    check(text, "", expected);
}

const ROLE: &str = "role_arn = arn:aws:iam::111122223333:role/x\nregion = eu-west-1\n";
const BASE: &str = "[profile base]\nregion = eu-west-1\ncredential_process = /bin/p\n";

#[test]
fn a_healthy_pair_of_files_is_silent() {
    let mut text = String::from(
        "# mine\n[default]\nregion = eu-west-1\noutput = json\n\n[sso-session corp]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\nsso_registration_scopes = sso:account:access\n",
    );
    for number in 0..40 {
        text += &format!(
            "\n[profile p{number}]\nsso_session = corp\nsso_account_id = {:012}\nsso_role_name = Admin\nregion = eu-west-1\n",
            1000 + number
        );
        text += &format!(
            "[profile r{number}]\nrole_arn = arn:aws:iam::111122223333:role/x\nsource_profile = p{number}\nregion = eu-west-1\nrole_session_name = me@x\nmy_tool = 1\ns3 =\n  max_concurrent_requests = 20\n"
        );
    }
    config(&text, &[]);
}

#[test]
fn text_that_somebody_refuses() {
    config("[profile a]\nregion = eu-west-1\nnonsense\n", &["E BrokenLine c3:1"]);
    config("[profile a\nregion = eu-west-1\n", &["E BrokenLine c1:1"]);
    config("region = x\n[profile a]\n", &["E BrokenLine c1:1"]);
    config("[profile a] junk\nregion = eu-west-1\n", &["E BrokenLine c1:1"]);
    config("[profile a]\noutput : json\n", &["E BrokenLine c2:1"]);
    config("\u{feff}[profile a]\nregion = eu-west-1\n", &["E ByteOrderMark c1:1+"]);
    config("[profile a]\r\nregion = eu-west-1\r\noutput = json\n", &["N MixedLineEnds c3:1"]);
    config("[profile a]\nca_bundle = a\0b\n", &["E Binary c2:14"]);
    config(&format!("[profile a]\n{}", "# c\n".repeat(300_000)), &["N Large c1:1"]);
    config("[profile a]\ns3 =\n  max_concurrent_requests\n", &["E BrokenLine c3:3"]);
}

#[test]
fn what_is_there_twice() {
    config("[profile a]\nregion = eu-west-1\n[profile a]\nregion = eu-west-1\n", &["E DuplicateSection c3:1+"]);
    config("[profile a]\nregion = eu-west-1\n[profile a]\noutput = json\n", &["E DuplicateSection c3:1+"]);
    config("[profile a]\nregion = eu-west-1\n[profile a]\noutput = json\nRegion = eu-west-2\n", &["E DuplicateSection c3:1"]);
    config("[profile a]\nregion = eu-west-1\n[profile a] # why\noutput = json\n", &["E DuplicateSection c3:1"]);
    config(
        "[profile a]\nregion = eu-west-1\n[profile a]\nca_bundle = /x # y\n",
        &["E DuplicateSection c3:1", "W InlineComment c4:13"],
    );
    // What stands between two of the name may say a key of the third: there the last one counts.
    config(
        "[profile a]\noutput = json\n[profile  a]\nregion = eu-west-1\n[profile a]\nregion = eu-west-2\n",
        &["E DuplicateSection c5:1"],
    );
    config("[profile a]\nregion = eu-west-1\nRegion = eu-west-1\n", &["E DuplicateKey c3:1+"]);
    config("[profile a]\nregion = eu-west-1\nregion = eu-west-2\n", &["E DuplicateKey c3:1"]);
    check("", "[a]\n[a]\n", &["E DuplicateSection k2:1+"]);
    config("[default]\nregion = eu-west-1\n[profile default]\nregion = eu-west-1\n", &["W DefaultTwice c1:2+"]);
    config("[default]\nregion = eu-west-1\n[profile default]\nregion = eu-west-2\n", &["W DefaultTwice c1:2"]);
    // For Python these are two headers; the later one replaces the earlier.
    config("[profile a]\nregion = eu-west-1\n[profile 'a']\nregion = eu-west-2\n", &["W CliOnlySection c3:10"]);
}

#[test]
fn sections_that_are_not_read() {
    config("[prod]\nregion = eu-west-1\n", &["W SectionIgnored c1:2+"]);
    config("[prod]\nregion = eu-west-1\n[profile prod]\nregion = eu-west-1\n", &["W SectionIgnored c1:2"]);
    config("[profile prod]\nregion = eu-west-1\n[prod]\nteam = x\n", &["W SectionIgnored c3:2"]);
    config("[other tool]\nregion = x\n[tool]\nteam = x\n", &["W SectionIgnored c1:2"]);
    config("[preview]\ncloudsearch = true\ncloudfront = true\n[plugins]\ncli_legacy_plugin_path = /x\nregion = x\n", &[]);
    for slip in ["defualt", "defaut", "Defalt", "dfault"] {
        config(&format!("[{slip}]\nregion = eu-west-1\n"), &["W SectionIgnored c1:2+"]);
        config(&format!("[default]\n[{slip}]\nregion = eu-west-1\n"), &["W SectionIgnored c2:2"]);
    }
    config("[defaults]\nregion = eu-west-1\n", &["W SectionIgnored c1:2"]);
    config("[Profile prod]\nregion = eu-west-1\n", &["W SectionIgnored c1:2+"]);
    config("[profiles prod]\nregion = eu-west-1\n", &["W CliOnlySection c1:11"]);
    config("[sso_session corp]\nsso_region = eu-west-1\n", &["W SectionIgnored c1:2+"]);
    config("[profile my prod]\nregion = eu-west-1\n", &["W SectionIgnored c1:10"]);
    config("[profile 'my prod']\nregion = eu-west-1\n", &["W CliOnlySection c1:10"]);
    check("", "[profile prod]\nregion = eu-west-1\n", &["W SectionIgnored k1:2+"]);
    check("", "[prod]\n[profile prod]\nregion = eu-west-1\n", &["W SectionIgnored k2:2"]);
}

#[test]
fn keys_that_nobody_knows() {
    config("[profile a]\nregoin = eu-west-1\n", &["W MisspeltKey c2:1+"]);
    config("[profile a]\nregion = eu-west-1\nregoin = eu-west-2\n", &["W MisspeltKey c3:1"]);
    config("[profile a]\nregoin = eu-west-1\nreigon = eu-west-2\n", &["W MisspeltKey c2:1", "W MisspeltKey c3:1"]);
    // On every line, also where another one counts.
    check(
        "[profile a]\nregoin = eu-west-1\n",
        "[a]\nregoin = eu-west-2\n",
        &["W MisspeltKey c2:1+", "W Overridden c2:10", "W MisspeltKey k2:1+"],
    );
    config(
        "[profile a]\nteam = x\nouput = json\n[profile a]\nouput = text\n",
        &["W MisspeltKey c3:1", "E DuplicateSection c4:1", "W MisspeltKey c5:1"],
    );
    config("[profile a]\ndefault_region = eu-west-1\nteam = blue\n", &["W MisspeltKey c2:1"]);
    config("[profile a]\nrégion = eu-west-1\n", &["W KeyIgnored c2:1"]);
    config(
        "[sso-session corp]\nsso_start_url = https://x.awsapps.com/start\nregion = eu-west-1\n",
        &["E SsoIncomplete c1:14", "W MisplacedKey c3:1+"],
    );
}

#[test]
fn lines_of_blocks() {
    let s3 = |line: &str| format!("[profile a]\nregion = eu-west-1\ns3 =\n  {line}\n");
    for (line, expected) in [
        ("adressing_style = path", "W MisspeltKey c4:3+"),
        ("Addressing_style = path", "W MisspeltKey c4:3+"),
        ("addressing_style = pth", "W InvalidValue c4:22"),
        ("max_concurrent_requests = many", "E InvalidValue c4:29"),
        ("max_concurrent_requests = 0", "E InvalidValue c4:29"),
        ("multipart_threshold = 64 megabytes", "E InvalidValue c4:25"),
        ("max_bandwidth = 50MB", "E InvalidValue c4:19"),
        ("use_accelerate_endpoint = yes", "W InvalidValue c4:29"),
        ("addressing_style = 'path'", "W Quoted c4:22"),
    ] {
        config(&s3(line), &[expected]);
    }
    for line in
        ["multipart_threshold = 64MB", "io_chunksize = 262144", "max_bandwidth = 50 MB/s", "target_bandwidth = 5Gb/s", "team = x"]
    {
        config(&s3(line), &[]);
    }
    config(&s3("addressing_style = path\n  adressing_style = auto"), &["W MisspeltKey c5:3"]);
    config(&s3("adressing_style = path\n  addresing_style = auto"), &["W MisspeltKey c4:3", "W MisspeltKey c5:3"]);
    config(
        "[services local]\ndynamodb =\n  endpoint_url = http://localhost:8000\nsqs =\n  endpoint_url = https://sqs.local\n",
        &[],
    );
    config("[services local]\ndynamodb =\n  endpoint_ulr = http://localhost:8000\n", &["W MisspeltKey c3:3+"]);
    config("[services local]\ndynamodb =\n  endpoint_url = localhost:8000\n", &["E InvalidValue c3:18"]);
    config("[services local]\ndynamodb = http://localhost:8000\n", &["E InvalidValue c2:12"]);
    config("[services local]\nendpoint_url = http://localhost:8000\n", &["W MisplacedKey c2:1"]);
    config("[profile a]\nregion = eu-west-1\nendpoint_url = localhost:4566\n", &["E InvalidValue c3:16"]);
}

#[test]
fn values_that_tools_read_differently() {
    config("[profile a]\nregion = eu-west-1 # home\n", &["W InlineComment c2:10+"]);
    config("[profile a]\nregion = \"eu-west-1\"\n", &["W Quoted c2:10+"]);
    config("[profile a]\nregion = eu-west-1\nsource_profile = b # c\n", &["W Unused c3:1", "W InlineComment c3:18"]);
    // What may belong to the value is for a person to decide.
    for setting in [
        "credential_process = sh -c \"echo hi # b\"",
        "credential_process = /bin/p ; rm x",
        "mfa_process = /bin/p # x",
        "endpoint_url = http://x/ #frag",
        "ca_bundle = /x # y",
        "my_own = \"bob # 1\"",
        "region = \"eu-west-1 # 1\"",
        "sso_role_name = a # b",
    ] {
        let profiles = parse(&format!("[profile a]\n{setting}\n"), "");
        let found = lint(&profiles);
        let comment = found.iter().find(|finding| matches!(finding.lint, Lint::InlineComment { .. }));
        assert!(comment.is_some_and(|finding| finding.repair.is_none()), "{setting}");
    }
    for setting in [
        "output = json ; c",
        "max_attempts = 3 # c",
        "use_fips_endpoint = true # c",
        "role_arn = arn:aws:iam::111122223333:role/x # c",
        "sso_account_id = 111122223333 # c",
        "mfa_serial = arn:aws:iam::111122223333:mfa/x # c",
        "source_profile = a # c",
    ] {
        let profiles = parse(&format!("[profile a]\n{setting}\n"), "");
        let is_it = |finding: &Finding| matches!(finding.lint, Lint::InlineComment { .. }) && finding.repair.is_some();
        assert!(lint(&profiles).iter().any(is_it), "{setting}");
    }
    config("[profile a]\nca_bundle = \u{a0}/x\n", &["W ReadDifferently c2:13"]);
    config("[DEFAULT]\nregion = eu-west-1\nca_bundle = /x\n[profile a]\noutput = json\n", &["W ReadDifferently c2:1"]);
}

#[test]
fn values_that_cannot_be_right() {
    for (setting, expected) in [
        ("region = eu-wset-1", "E UnknownRegion c2:10"),
        ("region = eu-west-9", "N NewRegion c2:10"),
        ("output = jsn", "E InvalidValue c2:10"),
        ("retry_mode = Standard", "E InvalidValue c2:14"),
        ("sts_regional_endpoints = yes", "E InvalidValue c2:26"),
        ("use_fips_endpoint = yes", "W InvalidValue c2:21"),
        ("max_attempts = many", "E InvalidValue c2:16"),
        ("max_attempts = 0", "E InvalidValue c2:16"),
        ("s3 = accelerate", "E InvalidValue c2:6"),
        ("mfa_serial = arn:aws:iam::111122223333:user/ana", "E InvalidValue c2:14"),
        ("services = ghost", "E ServicesNotFound c2:12"),
        ("sso_start_url = acme.awsapps.com/start", "E InvalidValue c2:17"),
        ("sso_start_url = http://acme.awsapps.com/start", "E InvalidValue c2:17"),
        ("web_identity_token_file = ~/token", "W RelativePath c2:27"),
    ] {
        let text = format!("[profile a]\n{setting}\n");
        let profiles = parse(&text, "");
        let found: Vec<String> = lint(&profiles).iter().map(|finding| shown(&profiles, finding)).collect();
        assert!(found.contains(&expected.to_owned()), "{setting}: {found:?}");
    }
    config("[profile a]\nregion = eu-west-1\ncredential_process = ~/bin/p\n", &["W RelativePath c3:22"]);
    config("[profile a]\nregion = eu-west-1\nuse_fips_endpoint = TRUE\nmax_attempts = 5\n", &[]);
}

#[test]
fn roles() {
    let role = |settings: &str| format!("[profile a]\n{ROLE}{settings}\n{BASE}");
    config(&role("source_profile = base"), &[]);
    config(&role("source_profile = bsae"), &["E SourceProfileNotFound c4:18"]);
    config(&role(""), &["E RoleWithoutSource c2:12"]);
    config(&role("source_profile = base\ncredential_source = Environment"), &["E TwoSources c5:21"]);
    config(&role("credential_source = environment"), &["E UnknownCredentialSource c4:21"]);
    config(&role("credential_source = Environment"), &[]);
    config(&role("source_profile = a"), &["E SourceProfileCycle c4:18"]);
    config(&role("source_profile = base\nduration_seconds = 60"), &["E InvalidValue c5:20"]);
    config(&role("source_profile = base\nduration_seconds = 1h"), &["W DurationNotANumber c5:20"]);
    config(
        &format!("{}[profile b]\n{ROLE}source_profile = a\nduration_seconds = 7200\n", role("source_profile = base")),
        &["W DurationCapped c12:20"],
    );
    config(
        &format!("[profile a]\n{ROLE}source_profile = b\n[profile b]\n{ROLE}source_profile = a\n"),
        &["E SourceProfileCycle c4:18"],
    );
    config("[profile a]\nregion = eu-west-1\nexternal_id = x\nsource_profile = b\n", &["W Unused c3:1", "W Unused c4:1"]);
    config(
        &format!("[profile a]\nrole_arn = 1234:role/x\nregion = eu-west-1\nsource_profile = base\n{BASE}"),
        &["E InvalidValue c2:12"],
    );
    config(
        &format!(
            "[profile a]\nrole_arn = arn:aws-cn:iam::111122223333:role/x\nregion = eu-west-1\nsource_profile = base\n{BASE}"
        ),
        &["E PartitionDiffers c2:12"],
    );
    // One cause is one finding.
    let many: String = (0..5).map(|at| format!("[profile p{at}]\n{ROLE}source_profile = a\n")).collect();
    config(&format!("{}{many}", role("source_profile = bsae")), &["E SourceProfileNotFound c4:18"]);
}

#[test]
fn identity_center() {
    let profile = "[profile a]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Admin\nregion = eu-west-1\n";
    let session = "[sso-session corp]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-west-1\n";
    config(&format!("{profile}{session}"), &[]);
    let many = profile.replace("profile a", "profile b");
    config(&format!("{profile}{many}"), &["E SsoSessionNotFound c2:15"]);
    config(&format!("{profile}sso_region = eu-west-1\n{session}"), &["W RepeatsSession c6:1+"]);
    config(&format!("{profile}sso_region = eu-west-2\n{session}"), &["E SsoValueInconsistent c6:14"]);
    // What the session lacks is said once, there.
    config(&format!("{profile}{many}[sso-session corp]\nsso_region = eu-west-1\n"), &["E SsoIncomplete c11:14"]);
    config("[sso-session corp]\nsso_region = eu-west-1\n", &["E SsoIncomplete c1:14"]);
    let half = profile.replace("sso_role_name = Admin\n", "");
    config(&format!("{half}{session}"), &["E SsoIncomplete c1:10"]);
    let wrong = profile.replace("111122223333", "1111-2222-3333");
    config(&format!("{wrong}{session}"), &["E InvalidValue c3:18"]);
    config(&format!("{profile}credential_process = /bin/p\n{session}"), &["W Shadowed c6:1"]);
    let place = profile.replace("region = eu-west-1\n", "");
    config(&format!("{place}{session}"), &["N RegionMissing c1:10"]);
}

#[test]
fn access_keys() {
    let config = "[profile a]\nregion = eu-west-1\n";
    let id = |start: &str| format!("aws_access_key_id = {start}IOSFODNN7EXAMPLE\n");
    let secret = "aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n";
    let (long, temporary, token) = (id("AKIA"), id("ASIA"), "aws_session_token = t\n");
    check(config, &format!("[a]\n{long}{secret}"), &["N PlainTextKeys k2:21"]);
    check(config, &format!("[a]\n{temporary}{secret}{token}"), &[]);
    check(config, &format!("[a]\n{temporary}{secret}"), &["E TokenMissing k2:21"]);
    check(config, &format!("[a]\n{long}{secret}{token}"), &["E TokenUnwanted k4:21"]);
    check(config, &format!("[a]\n{secret}"), &["E PartialCredentials k2:25"]);
    check(config, &format!("[a]\n{long}"), &["E PartialCredentials k2:21"]);
    check(config, "[a]\naws_access_key_id = AKIA1\naws_secret_access_key = x\n", &["W OddKeyId k2:21", "N PlainTextKeys k2:21"]);
    check(
        config,
        "[a]\naws_access_key_id = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\naws_secret_access_key = AKIAIOSFODNN7EXAMPLE\n",
        &["E KeysSwapped k3:25"],
    );
    check(
        "[profile a]\nregion = eu-west-1\n[profile b]\nregion = eu-west-1\n",
        &format!("[a]\n{long}{secret}[b]\n{long}{secret}"),
        &["N PlainTextKeys k2:21", "N SharedKeys k2:21"],
    );
    check(&format!("{config}{long}{secret}"), "", &["N PlainTextKeys c3:21", "N KeysInConfig c3:21"]);
    check(
        &format!("{config}aws_access_key_id = AKIAIOSFODNN7EXAMPL2\n{secret}"),
        &format!("[a]\n{long}{secret}"),
        &["W Overridden c3:21", "N PlainTextKeys k2:21"],
    );
    check(&format!("{config}mfa_serial = arn:aws:iam::111122223333:mfa/ana\n"), "", &[]);
}

/// The keys are in a vault; only who does not use it cannot use the roles.
#[test]
fn files_of_aws_vault() {
    let device = "mfa_serial = arn:aws:iam::111122223333:mfa/ana\n";
    let text = format!(
        "[default]\nregion = eu-west-1\n{device}[profile base]\n{device}[profile a]\n{ROLE}source_profile = base\ninclude_profile = base\n[profile b]\n{ROLE}source_profile = base\n"
    );
    config(&text, &["N SourceProfileWithoutCredentials c9:18"]);
    for (text, expected) in [(text.clone(), true), (text.replace("include_profile = base\n", ""), false)] {
        let found = lint(&parse(&text, ""));
        assert!(matches!(&found[0].lint, Lint::Problem { profiles: 2, is_of_vault, .. } if *is_of_vault == expected), "{text}");
    }
}

/// Mending what can be mended leaves nothing that can be, and every finding that is left was there before.
#[test]
fn what_is_mended_is_gone() {
    for text in [
        "[prod]\nregion = 'eu-west-1' # home\n[profile c]\nregoin = eu-west-1\n[Profile b]\nregion = eu-west-1\n",
        "\u{feff}[profile a]\r\nregion = eu-west-1\r\nregion = eu-west-1\r\n[profile a]\r\n",
        "[default]\nregion = eu-west-1\n[profile default]\nregion = eu-west-1\n# c\n[profile b]\nrole-arn = x # y\n",
        "[profile a]\nregoin = eu-west-1\n[profile b]\ns3 =\n  adressing_style = path\n[profile a]\noutput = json\n[profile a]\nca_bundle = /x\n",
    ] {
        let mut text = text.to_owned();
        for _ in 0..4 {
            let profiles = parse(&text, "");
            let repairs: Vec<_> = lint(&profiles).into_iter().filter_map(|finding| finding.repair).collect();
            let document = Document::parse(SourceFile::new(FileKind::Config, "file", text.as_str()));
            text = document.repaired(&repairs).text;
        }
        let profiles = parse(&text, "");
        assert!(lint(&profiles).iter().all(|finding| finding.repair.is_none()), "{text}");
        assert!(!text.contains("regoin") && !text.contains('\u{feff}'), "{text}");
    }
}

#[test]
fn what_an_emulator_takes_is_no_secret() {
    config(
        "[profile local]\nregion = eu-west-1\nendpoint_url = http://localhost:4566\naws_access_key_id = test\naws_secret_access_key = test\n",
        &[],
    );
}

/// Each profile is looked at by itself, and a cause is still one finding that knows all whom it spoils.
#[test]
fn long_chains_have_one_cause() {
    let link = |at: usize| format!("[profile p{at}]\n{ROLE}source_profile = p{}\n", at + 1);
    let chain: String = (0..5_000).map(link).collect();
    let spoilt = |text: &str| match &lint(&parse(text, ""))[..] {
        [Finding { lint: Lint::Problem { problem, profiles, .. }, .. }] => {
            (format!("{problem:?}").split([' ', '{']).next().unwrap_or_default().to_owned(), *profiles)
        }
        found => panic!("{} findings", found.len()),
    };
    assert_eq!(spoilt(&chain), ("SourceProfileNotFound".to_owned(), 5_000));
    assert!(lint(&parse(&format!("{chain}[profile p5000]\nregion = eu-west-1\ncredential_process = /bin/p\n"), "")).is_empty());
    let circle = format!("{}[profile p60]\n{ROLE}source_profile = p20\n", (0..60).map(link).collect::<String>());
    assert_eq!(spoilt(&circle), ("SourceProfileCycle".to_owned(), 61));
    let bad: String = (0..4_000).map(|at| format!("[profile p{at}]\n{ROLE}source_profile = x{at}\n")).collect();
    assert_eq!(lint(&parse(&bad, "")).len(), 4_000);
}

/// Four thousand repairs are one reading of the result, not four thousand.
#[test]
fn many_repairs_are_made_at_once() {
    let text: String = (0..4_000).map(|at| format!("[profile p{at}]\nregion = eu-west-1 # c\n")).collect();
    let repairs: Vec<_> = lint(&parse(&text, "")).into_iter().filter_map(|finding| finding.repair).collect();
    let repaired = Document::parse(SourceFile::new(FileKind::Config, "file", text.as_str())).repaired(&repairs);
    assert_eq!(repaired.done.len(), 4_000);
    assert_eq!(repaired.text, text.replace("region = eu-west-1 # c", "# c\nregion = eu-west-1"));
}
