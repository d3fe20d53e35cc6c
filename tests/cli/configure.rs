//! `awsenv configure`: what is written where, and what is left alone.

use std::os::unix::fs::PermissionsExt;

use awsenv_testkit::Sandbox;

use crate::support::{codes, empty, fails, fails_with_changes, with_config};

const MESSY: &str =
    "\u{feff}# top\r\n[profile  a] ; mine\r\nregion=eu-west-1 # near\r\ns3 =\r\n  x = 1\r\n\r\n# tail\r\n[other thing]\r\nk: v";

fn mode(sandbox: &Sandbox, name: &str) -> u32 {
    std::fs::metadata(sandbox.path(name)).unwrap().permissions().mode() & 0o777
}

#[test]
fn only_the_line_of_the_setting_changes() {
    let sandbox = with_config(MESSY);
    sandbox.run(&["configure", "set", "region", "us-east-1", "--profile", "a"]).ok();
    assert_eq!(sandbox.read(".aws/config"), MESSY.replace("eu-west-1", "us-east-1"));
    sandbox.run(&["configure", "--profile", "a", "set", "s3.y", "2"]).ok();
    assert_eq!(
        sandbox.read(".aws/config"),
        MESSY.replace("eu-west-1", "us-east-1").replace("  x = 1\r\n", "  x = 1\r\n    y = 2\r\n")
    );
    sandbox.run(&["configure", "unset", "profile.a.s3"]).ok();
    sandbox.run(&["configure", "set", "profile.a.region", "eu-west-1"]).ok();
    assert_eq!(sandbox.read(".aws/config"), MESSY.replace("s3 =\r\n  x = 1\r\n", ""));
}

#[test]
fn a_new_file_is_the_users_alone_and_an_old_one_keeps_mode_and_link() {
    let sandbox = empty();
    sandbox.run(&["configure", "set", "region", "eu-west-1"]).ok();
    sandbox.awsenv(&["configure", "set", "aws_secret_access_key", "-"]).stdin("from-stdin\n").run().ok();
    assert_eq!(sandbox.read(".aws/credentials"), "[default]\naws_secret_access_key = from-stdin\n");
    assert_eq!((mode(&sandbox, ".aws/config"), mode(&sandbox, ".aws/credentials")), (0o600, 0o600));
    let (link, real) = (sandbox.path(".aws/config"), sandbox.path("dotfiles-config"));
    std::fs::rename(&link, &real).unwrap();
    std::fs::set_permissions(&real, PermissionsExt::from_mode(0o640)).unwrap();
    std::os::unix::fs::symlink(&real, &link).unwrap();
    sandbox.run(&["configure", "set", "region", "eu-north-1"]).ok();
    assert!(link.symlink_metadata().unwrap().is_symlink());
    assert_eq!(
        (sandbox.read("dotfiles-config").as_str(), mode(&sandbox, "dotfiles-config")),
        ("[default]\nregion = eu-north-1\n", 0o640)
    );
}

#[test]
fn credentials_that_others_can_read_are_warned_of() {
    let sandbox = empty();
    sandbox.credentials("[default]\n");
    std::fs::set_permissions(sandbox.path(".aws/credentials"), PermissionsExt::from_mode(0o644)).unwrap();
    let set = ["--message-format", "json", "configure", "set", "aws_access_key_id", "AKIA"];
    assert_eq!(codes(&sandbox.run(&set).ok()), ["credentials-readable"]);
    assert_eq!(mode(&sandbox, ".aws/credentials"), 0o644);
}

#[test]
fn what_the_credentials_file_has_too_does_not_count() {
    let sandbox = empty();
    sandbox.credentials("[default]\nregion = eu-west-1\n");
    let set = ["--message-format", "json", "configure", "set", "region", "us-east-1"];
    assert_eq!(codes(&sandbox.run(&set).ok()), ["setting-shadowed"]);
    sandbox.run(&["configure", "unset", "region"]).ok();
    assert_eq!((sandbox.read(".aws/config").as_str(), sandbox.read(".aws/credentials").as_str()), ("[default]\n", "[default]\n"));
}

#[test]
fn a_file_that_is_not_understood_around_the_change_is_left_alone() {
    for text in [
        "[profile a]\nregion = x\njunk\n",
        "[profile a]\nregion: x\n",
        "[profile a]\nregion = x\nRegion = y\n",
        "[profile a\nregion = x\n",
    ] {
        let report = fails(&with_config(text), &["configure", "set", "region", "y", "--profile", "a"], "config-syntax", 3);
        assert!(report["labels"][0]["line"].as_u64().is_some(), "{report}");
    }
    let sandbox = with_config("[profile b]\njunk\n[profile a]\n");
    sandbox.run(&["configure", "set", "region", "y", "--profile", "a"]).ok();
    assert_eq!(sandbox.read(".aws/config"), "[profile b]\njunk\n[profile a]\nregion = y\n");
}

#[test]
fn what_no_file_can_say_is_refused() {
    for words in [
        ["region", "a\nb"],
        ["region", "a\rb"],
        ["region", "a # b"],
        ["[x]", "v"],
        ["a.b.c", "v"],
        ["dev.region", "v"],
        ["plugins.foo", "bar"],
    ] {
        fails(&with_config("[profile dev]\n"), &["configure", "set", words[0], words[1]], "usage", 2);
    }
    let both = ["configure", "set", "sso_region", "r", "--sso-session", "s", "--profile", "p"];
    fails(&empty(), &both, "usage", 2);
}

#[test]
fn get_says_what_is_not_there() {
    let sandbox = with_config("[profile a]\ns3 =\n  k = v\n[sso-session corp]\n");
    for (words, code, exit) in [
        (vec!["region"], "setting-not-set", 1),
        (vec!["region", "--profile", "a"], "setting-not-set", 1),
        (vec!["s3.x", "--profile", "a"], "setting-not-set", 1),
        (vec!["s3", "--profile", "a"], "usage", 2),
        (vec!["region", "--profile", "b"], "unknown-profile", 3),
        (vec!["sso_region", "--sso-session", "crop"], "sso-session-not-found", 3),
        (vec!["s3.endpoint_url", "--services", "x"], "setting-not-set", 1),
    ] {
        fails_with_changes(&sandbox, &[vec!["configure", "get"], words].concat(), code, exit);
    }
    for key in ["a.S3.K", "profile.a.s3.k"] {
        assert_eq!(sandbox.run(&["configure", "get", key]).ok().stdout, "v\n");
    }
}

#[test]
fn a_variable_that_names_no_file_is_named() {
    for (variable, key) in [("AWS_CONFIG_FILE", "region"), ("AWS_SHARED_CREDENTIALS_FILE", "aws_access_key_id")] {
        let mut sandbox = empty();
        sandbox.set(variable, "");
        let report = fails(&sandbox, &["configure", "set", key, "x"], "io", 1);
        assert!(report["message"].as_str().is_some_and(|message| message.starts_with(variable)), "{report}");
    }
}

#[test]
fn a_comment_in_a_value_stays() {
    let sandbox = with_config("[default]\nca_bundle = x\n  y\n  # precious comment\n  z\ns3 =\n  a = b\n  # note\n");
    sandbox.run(&["configure", "set", "ca_bundle", "q"]).ok();
    sandbox.run(&["configure", "set", "region", "eu-west-1"]).ok();
    let written = "[default]\nca_bundle = q\n# precious comment\ns3 =\n  a = b\n  # note\nregion = eu-west-1\n";
    assert_eq!(sandbox.read(".aws/config"), written);
}
