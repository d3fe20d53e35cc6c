//! The AWS CLI's cache of role credentials.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use awsenv_host::{CacheWarning, RoleEntry};
use awsenv_resolve::{CacheKind, Credentials, Secret, Timestamp};

use crate::support::{Home, NOW, key, mode, names, skipped, warnings};

fn entry() -> RoleEntry {
    RoleEntry {
        credentials: Credentials {
            access_key_id: "ASIAEXAMPLE".into(),
            secret_access_key: Secret::new("secret/é"),
            session_token: Some(Secret::new("token")),
            expiration: Some(NOW),
            account_id: Some("123456789012".into()),
        },
        assumed_role: Some(("AROAEXAMPLE:demo".into(), "arn:aws:sts::123456789012:assumed-role/demo/demo".into())),
        from_sso: false,
    }
}

fn with_expiration(expiration: &str) -> String {
    format!(
        r#"{{"Credentials": {{"AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "{expiration}"}}}}"#
    )
}

#[test]
fn what_is_written_are_the_bytes_that_python_would_write() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Role));
    let read = || fs::read_to_string(host.cache_file(&key).unwrap()).unwrap();
    let ((), warned) = warnings(|warn| host.store_credentials(&key, &entry(), warn));
    assert!(warned.is_empty(), "{warned:?}");
    assert_eq!(
        read(),
        r#"{"Credentials": {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret/\u00e9", "SessionToken": "token", "Expiration": "2026-11-22T02:54:40Z", "AccountId": "123456789012"}, "AssumedRoleUser": {"AssumedRoleId": "AROAEXAMPLE:demo", "Arn": "arn:aws:sts::123456789012:assumed-role/demo/demo"}}"#
    );
    host.store_credentials(&key, &RoleEntry { assumed_role: None, from_sso: true, ..entry() }, &mut |_| ());
    assert_eq!(
        read(),
        r#"{"ProviderType": "sso", "Credentials": {"AccessKeyId": "ASIAEXAMPLE", "SecretAccessKey": "secret/\u00e9", "SessionToken": "token", "Expiration": "2026-11-22T02:54:40Z", "AccountId": "123456789012"}}"#
    );
    assert_eq!(host.load_credentials(&key, &mut |_| ()), Some(entry().credentials));
}

#[test]
fn the_file_and_its_folder_are_the_users_alone() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Role));
    let path = host.cache_file(&key).unwrap();
    assert!(path.ends_with(".aws/cli/cache/5f52c9c583acfd120a607977e4f21fe86b7fa42d.json"), "{path:?}");
    host.store_credentials(&key, &entry(), &mut |_| ());
    assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
    // As older AWS CLIs under a careless umask have left them.
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    host.store_credentials(&key, &entry(), &mut |_| ());
    assert_eq!(mode(&path), 0o600);
    assert_eq!(names(path.parent().unwrap()).len(), 1, "nothing is left beside it");
}

#[test]
fn an_mfa_session_is_kept_in_our_own_directory() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::MfaSession));
    host.store_credentials(&key, &RoleEntry { assumed_role: None, ..entry() }, &mut |_| ());
    assert!(home.path().join(".local/state/awsenv/mfa-sessions").join(key.file_name()).is_file());
    assert!(!home.path().join(".aws").exists());
    assert_eq!(host.load_credentials(&key, &mut |_| ()), Some(entry().credentials));
}

#[test]
fn every_spelling_of_expiration_is_read() {
    let home = Home::new();
    let key = key(CacheKind::Role);
    for expiration in [
        "2026-11-22T02:54:40Z",
        "2026-11-22T02:54:40+00:00",
        "2026-11-22T02:54:40UTC",
        "2026-11-22T02:54:40",
        "2026-11-22 02:54:40+00:00",
        "2026-11-22T02:54:40.443176Z",
        "2026-11-22T04:54:40+02:00",
        "2026-11-22T02:54:40+0000",
    ] {
        home.write_cache(&key, with_expiration(expiration));
        let credentials = home.host().load_credentials(&key, &mut |_| ());
        assert_eq!(credentials.and_then(|credentials| credentials.expiration), Some(NOW), "{expiration}");
    }
}

#[test]
fn what_the_aws_cli_writes_is_read() {
    let home = Home::new();
    let key = key(CacheKind::Role);
    home.write_cache(
        &key,
        r#"{"Credentials": {"AccessKeyId": "ASIA", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2026-11-22T02:54:40+00:00"}, "AssumedRoleUser": {"AssumedRoleId": "AROA:demo", "Arn": "arn:aws:sts::123456789012:assumed-role/demo/demo"}, "PackedPolicySize": 6, "ResponseMetadata": {"RequestId": "r", "HTTPStatusCode": 200, "HTTPHeaders": {}, "RetryAttempts": 0}}"#,
    );
    let credentials = home.host().load_credentials(&key, &mut |_| ()).unwrap();
    assert_eq!(credentials.account_id.as_deref(), Some("123456789012"), "from the ARN");
    assert_eq!((credentials.access_key_id.as_str(), credentials.secret_access_key.reveal()), ("ASIA", "s"));
}

#[test]
fn a_damaged_file_is_a_miss_and_is_written_anew() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Role));
    let whole = with_expiration("2026-11-22T02:54:40Z");
    let without = |name: &str| whole.replace(&format!("\"{name}\""), "\"Other\"");
    let mut damaged: Vec<Vec<u8>> = (0..whole.len()).map(|end| whole.as_bytes()[..end].to_vec()).collect();
    damaged.extend(
        [
            &without("SessionToken"),
            &without("AccessKeyId"),
            &without("SecretAccessKey"),
            &without("Expiration"),
            &without("Credentials"),
            &with_expiration("soon"),
            &with_expiration(""),
            &whole.replace("\"s\"", "\"\""),
            &whole.replace("\"t\"", "null"),
            &whole.replace("\"t\"", "17"),
            &format!("{whole}{whole}"),
            "[]",
            "null",
            "\"Credentials\"",
            r#"{"Credentials": []}"#,
            r#"{"Credentials": "ASIA"}"#,
        ]
        .map(|text| text.as_bytes().to_vec()),
    );
    damaged.push(b"\xff\xfe{}".to_vec());
    damaged.push(vec![0; 4096]);
    damaged.push(b"[".repeat(100_000));
    for content in damaged {
        let path = home.write_cache(&key, &content);
        let (read, warned) = warnings(|warn| host.load_credentials(&key, warn));
        let shown = String::from_utf8_lossy(&content[..content.len().min(80)]).into_owned();
        assert!(read.is_none() && warned.is_empty(), "{shown}: {read:?} {warned:?}");
        assert_eq!(fs::read(&path).unwrap(), content, "reading changes nothing");
    }
    host.store_credentials(&key, &entry(), &mut |_| ());
    assert_eq!(host.load_credentials(&key, &mut |_| ()), Some(entry().credentials));
}

#[test]
fn what_else_is_in_the_directory_is_left_alone() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Role));
    home.write(".aws/cli/cache/session.db", "SQLite format 3\0");
    home.write(".aws/cli/cache/notes.json", "{}");
    fs::create_dir(home.path().join(".aws/cli/cache/folder.json")).unwrap();
    assert!(host.load_credentials(&key, &mut |_| ()).is_none());
    host.store_credentials(&key, &entry(), &mut |_| ());
    assert!(host.remove_cache(&key) && !host.remove_cache(&key), "removed once");
    assert_eq!(names(&home.path().join(".aws/cli/cache")), ["folder.json", "notes.json", "session.db"]);
}

#[test]
fn a_folder_in_the_place_of_the_file_is_a_miss_and_a_warning() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Role));
    let path = host.cache_file(&key).unwrap();
    fs::create_dir_all(&path).unwrap();
    assert!(host.load_credentials(&key, &mut |_| ()).is_none());
    let ((), warned) = warnings(|warn| host.store_credentials(&key, &entry(), warn));
    assert!(matches!(&warned[..], [CacheWarning::NotStored(_)]), "{warned:?}");
    assert_eq!(names(path.parent().unwrap()).len(), 1);
}

#[test]
fn a_file_of_another_user_is_neither_believed_nor_replaced() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Role));
    let path = home.write_cache(&key, with_expiration("2036-01-02T03:04:05Z"));
    let before = fs::read(&path).unwrap();
    if std::os::unix::fs::chown(&path, Some(54_321), None).is_err() {
        return skipped("a file of another user: only root can make one");
    }
    let (read, warned) = warnings(|warn| host.load_credentials(&key, warn));
    assert!(read.is_none() && matches!(&warned[..], [CacheWarning::Foreign(foreign)] if *foreign == path), "{warned:?}");
    let ((), warned) = warnings(|warn| host.store_credentials(&key, &entry(), warn));
    assert!(matches!(&warned[..], [CacheWarning::Foreign(_)]), "{warned:?}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_place_that_cannot_be_written_is_a_warning() {
    let home = Home::new();
    home.write(".aws/cli", "a file where a folder should be");
    let (host, key) = (home.host(), key(CacheKind::Role));
    let ((), warned) = warnings(|warn| host.store_credentials(&key, &entry(), warn));
    assert!(matches!(&warned[..], [CacheWarning::NotStored(_)]), "{warned:?}");
    assert!(host.ensure_writable(&key).is_err());
    assert!(host.load_credentials(&key, &mut |_| ()).is_none());

    let nowhere = awsenv_host::Host::with_environment(Vec::new());
    let ((), warned) = warnings(|warn| nowhere.store_credentials(&key, &entry(), warn));
    assert!(matches!(&warned[..], [CacheWarning::NotStored(_)]), "no home: {warned:?}");
}

#[test]
fn a_read_only_file_system_is_a_warning_and_what_it_holds_is_used() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Role));
    let path = home.write_cache(&key, with_expiration("2026-11-22T02:54:40Z"));
    let aws = home.path().join(".aws");
    let mount = |arguments: &[&str]| {
        let mounted = Command::new("mount").args(arguments).arg(&aws).arg(&aws).stderr(std::process::Stdio::null()).status();
        mounted.is_ok_and(|status| status.success())
    };
    if !mount(&["--bind"]) {
        return skipped("a read-only file system: only root can mount one");
    }
    let is_read_only =
        Command::new("mount").args(["-o", "remount,bind,ro"]).arg(&aws).status().is_ok_and(|status| status.success());
    let (read, _) = warnings(|warn| host.load_credentials(&key, warn));
    let ((), warned) = warnings(|warn| host.store_credentials(&key, &entry(), warn));
    let writable = host.ensure_writable(&key);
    Command::new("umount").arg(&aws).status().unwrap();
    assert!(is_read_only);
    assert!(read.is_some());
    assert!(matches!(&warned[..], [CacheWarning::NotStored(_)]), "{warned:?}");
    assert!(writable.is_err(), "known before a refresh token is spent");
    assert_eq!(fs::read_to_string(path).unwrap(), with_expiration("2026-11-22T02:54:40Z"));
}

#[test]
fn an_attempt_to_write_leaves_nothing_behind() {
    let home = Home::new();
    let (host, key) = (home.host(), key(CacheKind::Sso));
    host.ensure_writable(&key).unwrap();
    assert!(names(host.cache_file(&key).unwrap().parent().unwrap()).is_empty());
    let path = home.write_cache(&key, "{}");
    host.ensure_writable(&key).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "{}");
    assert_eq!(names(path.parent().unwrap()).len(), 1);
}

#[test]
fn no_secret_is_in_what_is_printed_for_debugging() {
    let shown = format!("{:?}", entry());
    assert!(!shown.contains("secret/") && !shown.contains("\"token\""), "{shown}");
    assert_eq!(Timestamp::parse("2026-11-22T02:54:40Z"), Some(NOW));
}
