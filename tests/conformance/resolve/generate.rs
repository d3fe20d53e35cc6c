//! Random files and environments, small enough that their parts meet.

use std::fmt::Write as _;

/// Marsaglia's xorshift, so that a failure can be repeated from its seed.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % limit
    }

    pub(crate) fn one_in(&mut self, many: usize) -> bool {
        self.below(many) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

/// One question for both.
pub(crate) struct Question {
    pub(crate) config: String,
    pub(crate) credentials: String,
    pub(crate) env: Vec<(&'static str, &'static str)>,
    pub(crate) profile: Option<&'static str>,
}

const PROFILES: [&str; 4] = ["a", "b", "c", "default"];
const ROLE: &str = "arn:aws:iam::111122223333:role/";

/// Every key at most once a section, and no value is empty: there the two are meant to differ.
pub(crate) fn question(random: &mut Random) -> Question {
    let (mut config, mut credentials) = (String::new(), String::new());
    for profile in PROFILES {
        if random.one_in(6) {
            continue;
        }
        let header = if profile == "default" { "default".to_owned() } else { format!("profile {profile}") };
        let _ = writeln!(config, "[{header}]");
        write_profile(random, profile, &mut config);
        write_keys(random, "config", profile, 4, &mut config);
        if random.one_in(2) {
            let _ = writeln!(credentials, "[{profile}]");
            write_keys(random, "credentials", profile, 2, &mut credentials);
        }
    }
    config += "[sso-session s]\n";
    for (key, values) in SESSION {
        if !random.one_in(5) {
            let _ = writeln!(config, "{key} = {}", random.pick(values));
        }
    }
    Question { config, credentials, env: environment(random), profile: random.one_in(2).then(|| random.pick(&["a", "b", "z"])) }
}

const SESSION: [(&str, &[&str]); 3] = [
    ("sso_start_url", &["https://one/start", "https://one/start", "https://two/start"]),
    ("sso_region", &["eu-west-1", "eu-west-1", "us-east-1"]),
    ("sso_registration_scopes", &["sso:account:access"]),
];

fn write_profile(random: &mut Random, profile: &str, text: &mut String) {
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key} = {value}");
    };
    if random.one_in(2) {
        line("role_arn", &format!("{ROLE}{profile}"));
        if !random.one_in(8) {
            line("source_profile", random.pick(&["a", "b", "c", "default", "z"]));
        }
        if random.one_in(8) {
            line("credential_source", random.pick(&["Environment", "Ec2InstanceMetadata", "EcsContainer", "environment"]));
        }
        for (key, values) in ROLE_SETTINGS {
            if random.one_in(4) {
                line(key, random.pick(values));
            }
        }
    }
    for (key, often, value) in [
        ("web_identity_token_file", 8, "/token"),
        ("credential_process", 6, "/bin/x"),
        ("login_session", 8, "arn:aws:iam::111122223333:user/u"),
    ] {
        if random.one_in(often) {
            line(key, value);
        }
    }
    if random.one_in(4) {
        for (key, values) in SSO {
            if !random.one_in(4) {
                line(key, random.pick(values));
            }
        }
    }
}

const ROLE_SETTINGS: [(&str, &[&str]); 4] = [
    ("role_session_name", &["ops", "jane doe", "é\"\\"]),
    ("external_id", &["12345", "a/b"]),
    ("mfa_serial", &["arn:aws:iam::111122223333:mfa/ana", "GAHT1234"]),
    ("duration_seconds", &["900", "+1800", "3_600", "0900", "1h", "900.5", "43200", "-1", "1__0"]),
];

const SSO: [(&str, &[&str]); 5] = [
    ("sso_session", &["s", "s", "s", "nope"]),
    ("sso_account_id", &["111122223333", "0123"]),
    ("sso_role_name", &["Admin"]),
    ("sso_start_url", &["https://one/start"]),
    ("sso_region", &["eu-west-1"]),
];

/// Static keys, sometimes half of them.
fn write_keys(random: &mut Random, file: &str, profile: &str, often: usize, text: &mut String) {
    if !random.one_in(often) {
        return;
    }
    let which = random.below(8);
    if which != 0 {
        let _ = writeln!(text, "aws_access_key_id = AK{profile}{file}");
    }
    if which != 1 {
        let _ = writeln!(text, "aws_secret_access_key = secret");
    }
    for (key, value) in [("aws_session_token", "T"), ("aws_security_token", "OLD")] {
        if random.one_in(5) {
            let _ = writeln!(text, "{key} = {value}");
        }
    }
}

fn environment(random: &mut Random) -> Vec<(&'static str, &'static str)> {
    const VARIABLES: [(&str, usize, &[&str]); 11] = [
        ("AWS_PROFILE", 2, &["a", "b", "c", "z", "default"]),
        ("AWS_DEFAULT_PROFILE", 5, &["a", "b"]),
        ("AWS_ACCESS_KEY_ID", 5, &["AKENV", ""]),
        ("AWS_SECRET_ACCESS_KEY", 4, &["S", "S", ""]),
        ("AWS_SESSION_TOKEN", 6, &["T", ""]),
        ("AWS_SECURITY_TOKEN", 8, &["OLD", ""]),
        ("AWS_WEB_IDENTITY_TOKEN_FILE", 8, &["/env-token"]),
        ("AWS_ROLE_ARN", 8, &["arn:aws:iam::111122223333:role/env"]),
        ("AWS_ROLE_SESSION_NAME", 8, &["env"]),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", 8, &["http://localhost/"]),
        ("AWS_EC2_METADATA_DISABLED", 2, &["true", "TRUE", "false"]),
    ];
    let mut env = Vec::new();
    for (name, often, values) in VARIABLES {
        if random.one_in(often) {
            env.push((name, random.pick(values)));
        }
    }
    env
}
