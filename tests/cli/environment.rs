//! The variables that AWS's tools listen to.

use crate::support::{demo, empty, fails, json, one_profile, switch};

#[test]
fn the_two_files_are_where_they_are_said_to_be() {
    let mut sandbox = empty();
    sandbox.write("elsewhere/config", "[profile there]\nregion = eu-west-1\n");
    sandbox.write("elsewhere/keys", "[there]\naws_access_key_id = AKIATHERE\naws_secret_access_key = k\n");
    let keys = sandbox.path("elsewhere/keys");
    sandbox.set("AWS_CONFIG_FILE", "~/elsewhere/config").set("AWS_SHARED_CREDENTIALS_FILE", keys);
    assert_eq!(switch(&sandbox, &["there", "--mode", "keys"]).get("AWS_ACCESS_KEY_ID"), Some("AKIATHERE"));
    let list = json(&sandbox.run(&["list", "--format", "json"]).ok());
    assert_eq!(list["profiles"][0]["file"], sandbox.path("elsewhere/config").to_str().unwrap());
}

#[test]
fn the_profile_of_the_environment() {
    let mut sandbox = one_profile();
    sandbox.credentials("[dev]\naws_access_key_id = AKIADEV\naws_secret_access_key = k\n[other]\naws_access_key_id = AKIAOTHER\naws_secret_access_key = k\n");
    let key =
        |sandbox: &awsenv_testkit::Sandbox| json(&sandbox.run(&["export"]).ok())["AccessKeyId"].as_str().unwrap().to_owned();
    sandbox.set("AWS_DEFAULT_PROFILE", "other");
    assert_eq!(key(&sandbox), "AKIAOTHER");
    sandbox.set("AWS_PROFILE", "dev");
    assert_eq!(key(&sandbox), "AKIADEV");
    sandbox.set("AWS_PROFILE", "nope");
    let report = fails(&sandbox, &["export"], "unknown-profile", 3);
    assert!(report["message"].as_str().unwrap().contains("(from AWS_PROFILE)"), "{report}");
    // Without a name, and with AWS_PROFILE set by hand, `exec` runs in that.
    sandbox.set("AWS_PROFILE", "other");
    assert_eq!(sandbox.run(&["exec", "--", "sh", "-c", "echo $AWS_PROFILE"]).ok().stdout, "other\n");
}

#[test]
fn services_have_endpoints_of_their_own() {
    let mut sandbox = demo();
    let endpoint = sandbox.server().endpoint();
    sandbox.set("AWS_ENDPOINT_URL", "http://127.0.0.1:9").set("AWS_ENDPOINT_URL_STS", &endpoint);
    sandbox.run(&["export", "tools"]).ok();
    fails(&sandbox, &["export", "sandbox"], "network", 6);
    sandbox.set("AWS_ENDPOINT_URL_SSO", &endpoint);
    sandbox.run(&["export", "sandbox"]).ok();
}

#[test]
fn configured_endpoints_can_be_ignored() {
    let mut sandbox = demo();
    let config = sandbox.read(".aws/config").replace("[profile tools]", "[profile tools]\nendpoint_url = http://127.0.0.1:9");
    sandbox.config(&config);
    // A profile's endpoint is weaker than the environment's.
    sandbox.run(&["export", "tools"]).ok();
    std::fs::remove_dir_all(sandbox.path(".aws/cli")).unwrap();
    sandbox.unset("AWS_ENDPOINT_URL");
    let report = fails(&sandbox, &["export", "tools"], "network", 6);
    assert!(report["message"].as_str().unwrap().contains("127.0.0.1:9"), "{report}");
    // Then AWS itself is asked, through a proxy that is not there.
    sandbox.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true").set("HTTPS_PROXY", "http://127.0.0.1:9");
    let report = fails(&sandbox, &["export", "tools"], "network", 6);
    assert!(report["message"].as_str().unwrap().contains("https://sts.eu-central-1.amazonaws.com"), "{report}");
}

#[test]
fn fips_dual_stack_and_partitions_choose_the_host() {
    let mut sandbox = demo();
    sandbox.unset("AWS_ENDPOINT_URL").set("HTTPS_PROXY", "http://127.0.0.1:9");
    for (region, variables, host) in [
        ("us-east-1", &[][..], "sts.us-east-1.amazonaws.com"),
        ("us-east-1", &["AWS_USE_FIPS_ENDPOINT"], "sts-fips.us-east-1.amazonaws.com"),
        ("us-east-1", &["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"], "sts-fips.us-east-1.api.aws"),
        ("eu-west-1", &["AWS_USE_DUALSTACK_ENDPOINT"], "sts.eu-west-1.api.aws"),
        ("cn-north-1", &[], "sts.cn-north-1.amazonaws.com.cn"),
        ("us-gov-west-1", &[], "sts.us-gov-west-1.amazonaws.com"),
    ] {
        for name in ["AWS_USE_FIPS_ENDPOINT", "AWS_USE_DUALSTACK_ENDPOINT"] {
            sandbox.set(name, if variables.contains(&name) { "true" } else { "false" });
        }
        let report = fails(&sandbox, &["export", "tools", "-r", region], "network", 6);
        assert!(report["message"].as_str().unwrap().contains(&format!("https://{host}")), "{region} {variables:?}: {report}");
    }
}

#[test]
fn proxies_and_their_exceptions() {
    let mut sandbox = demo();
    sandbox.set("HTTP_PROXY", "http://ana:proxy-password@127.0.0.1:9").set("NO_PROXY", "example.com");
    let report = fails(&sandbox, &["export", "tools"], "network", 6);
    assert!(report["message"].as_str().unwrap().contains("proxy") && !report.to_string().contains("proxy-password"), "{report}");
    sandbox.set("NO_PROXY", "example.com,127.0.0.1");
    sandbox.run(&["export", "tools"]).ok();
}

#[test]
fn a_ca_bundle_must_be_there() {
    let mut sandbox = demo();
    sandbox.set("AWS_CA_BUNDLE", "/nowhere/ca.pem");
    fails(&sandbox, &["export", "tools"], "invalid-value", 3);
}

#[test]
fn the_cache_of_console_sessions_moves() {
    let mut sandbox = demo();
    std::fs::rename(sandbox.path(".aws/login/cache"), sandbox.path("logins")).unwrap();
    fails(&sandbox, &["export", "console"], "login-required", 4);
    sandbox.set("AWS_LOGIN_CACHE_DIRECTORY", sandbox.path("logins"));
    sandbox.run(&["export", "console"]).ok();
}

#[test]
fn keys_of_the_environment_are_the_source_where_the_profile_says_so() {
    let mut sandbox = demo();
    let keys = json(&sandbox.run(&["export", "dev"]).ok());
    sandbox.config("[profile from-env]\nrole_arn = arn:aws:iam::111111111111:role/tools\ncredential_source = Environment\nregion = eu-west-1\n");
    sandbox.set("AWS_ACCESS_KEY_ID", keys["AccessKeyId"].as_str().unwrap());
    sandbox.set("AWS_SECRET_ACCESS_KEY", keys["SecretAccessKey"].as_str().unwrap());
    // The keys are not for the shell then, so the role's are; and they come back.
    let script = "eval \"$(awsenv use from-env)\" && awsenv whoami --format json | grep -c assumed-role/tools && eval \"$(awsenv unset)\"; \
                  [ \"$AWS_ACCESS_KEY_ID\" = \"$1\" ] && echo back";
    let run = sandbox.program("/bin/bash", &["--norc", "-c", script, "bash", keys["AccessKeyId"].as_str().unwrap()]).run().ok();
    assert_eq!(run.stdout, "1\nback\n");
}
