//! `awsenv doctor` about owners, permissions and links.

use std::os::unix::fs::{PermissionsExt, chown, symlink};
use std::path::Path;

use awsenv_testkit::Sandbox;

use crate::doctor::{doctor, findings, healthy, only};

fn set_mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

/// Finds it, mends it, and finds nothing more.
#[track_caller]
fn mended(sandbox: &Sandbox, path: &Path, before: u32, after: u32, code: &str) {
    set_mode(path, before);
    let finding = only(sandbox, code, "warning");
    assert_eq!(finding["labels"][0]["file"], path.to_str().unwrap());
    doctor(sandbox, &["--fix"]).ok();
    assert_eq!(mode(path), after, "{}", path.display());
    assert!(findings(sandbox, 0).is_empty());
}

#[test]
fn what_others_may_do_is_found_and_taken_away() {
    let sandbox = healthy();
    let settings = sandbox.write(".config/awsenv/config.ini", "[use]\nmode = auto\n");
    let entry = sandbox.write(".aws/cli/cache/0000000000000000000000000000000000000000.json", "{}");
    mended(&sandbox, &sandbox.path(".aws/credentials"), 0o604, 0o600, "credentials-readable");
    mended(&sandbox, &sandbox.path(".aws/config"), 0o646, 0o600, "file-exposed");
    mended(&sandbox, &settings, 0o602, 0o600, "file-exposed");
    mended(&sandbox, &sandbox.path(".aws/cli/cache"), 0o757, 0o700, "file-exposed");
    mended(&sandbox, &sandbox.root().join("state"), 0o777, 0o700, "file-exposed");
    mended(&sandbox, &entry, 0o644, 0o600, "file-exposed");
    // Whoever may read what has no secrets is no danger.
    set_mode(&sandbox.path(".aws/config"), 0o644);
    set_mode(&sandbox.path(".aws/cli/cache"), 0o755);
    assert!(findings(&sandbox, 0).is_empty());
    sandbox.config("[profile dev]\naws_access_key_id = AKIA\naws_secret_access_key = secret\n");
    set_mode(&sandbox.path(".aws/config"), 0o644);
    assert!(findings(&sandbox, 0).iter().any(|finding| finding["code"] == "file-exposed"));
}

#[test]
fn many_open_files_of_a_cache_are_one_finding() {
    let sandbox = healthy();
    for number in 0..7 {
        set_mode(&sandbox.write(&format!(".aws/sso/cache/{number}.json"), "{}"), 0o644);
    }
    let finding = only(&sandbox, "file-exposed", "warning");
    assert_eq!(finding["message"], "other users of this machine may read 7 files of cached credentials");
    let run = doctor(&sandbox, &["--fix"]).ok();
    assert!(
        run.stdout.starts_with("fixed: take 7 files in ~/.aws/sso/cache from everybody but you: chmod 600\n"),
        "{}",
        run.stdout
    );
    assert!((0..7).all(|number| mode(&sandbox.path(&format!(".aws/sso/cache/{number}.json"))) == 0o600));
}

/// `AWS_CONFIG_FILE=/dev/null` is how a script has no files, and root could take the device from everybody.
#[test]
fn devices_are_everybodys() {
    let mut sandbox = healthy();
    for variable in ["AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"] {
        sandbox.set(variable, "/dev/null");
    }
    let before = mode(Path::new("/dev/null"));
    let codes: Vec<_> = findings(&sandbox, 0).iter().map(|finding| finding["code"].clone()).collect();
    assert_eq!(codes, ["no-profiles"]);
    doctor(&sandbox, &["--fix"]).ok();
    assert_eq!(mode(Path::new("/dev/null")), before);
}

#[test]
fn links_in_a_cache_are_named_and_not_followed() {
    let sandbox = healthy();
    let victim = sandbox.write("victim", "{}");
    set_mode(&victim, 0o644);
    let cache = sandbox.write(".aws/sso/cache/0.json", "{}");
    let link = cache.with_file_name("x.json");
    symlink(&victim, &link).unwrap();
    let finding = only(&sandbox, "file-exposed", "warning");
    assert_eq!(finding["labels"][0]["file"], link.to_str().unwrap());
    set_mode(&cache, 0o755);
    let run = doctor(&sandbox, &["--fix"]).ok();
    assert_eq!((mode(&victim), mode(&cache)), (0o644, 0o600), "{}", run.stdout);
    assert_eq!(only(&sandbox, "file-exposed", "warning")["labels"][0]["file"], link.to_str().unwrap());
}

#[test]
fn a_linked_file_is_mended_where_it_is_and_a_linked_directory_is_not() {
    let sandbox = healthy();
    let target = sandbox.write("dotfiles/credentials", "");
    set_mode(&target, 0o755);
    std::fs::remove_file(sandbox.path(".aws/credentials")).unwrap();
    symlink(&target, sandbox.path(".aws/credentials")).unwrap();
    let shared = sandbox.path("shared");
    std::fs::create_dir_all(&shared).unwrap();
    set_mode(&shared, 0o777);
    std::fs::create_dir_all(sandbox.path(".aws/cli")).unwrap();
    symlink(&shared, sandbox.path(".aws/cli/cache")).unwrap();
    let run = doctor(&sandbox, &["--fix"]).ok();
    assert!(run.stdout.starts_with("fixed: take ~/dotfiles/credentials from everybody but you: chmod 600\n"), "{}", run.stdout);
    assert_eq!((mode(&target), mode(&shared)), (0o600, 0o777));
    only(&sandbox, "file-exposed", "warning");
}

#[test]
fn a_link_that_leads_nowhere() {
    let sandbox = healthy();
    symlink("../dotfiles/aws-credentials", sandbox.path(".aws/credentials.new")).unwrap();
    std::fs::rename(sandbox.path(".aws/credentials.new"), sandbox.path(".aws/credentials")).unwrap();
    let finding = only(&sandbox, "link-broken", "warning");
    assert!(finding["help"][0].as_str().unwrap().contains("../dotfiles/aws-credentials"), "{finding}");
}

#[test]
fn a_cache_that_cannot_be_written() {
    let sandbox = healthy();
    // A file where the directory should be stops even root.
    sandbox.write(".aws/cli", "");
    let finding = only(&sandbox, "directory-unwritable", "warning");
    assert!(finding["message"].as_str().unwrap().ends_with("~/.aws/cli is no directory"), "{finding}");
}

#[test]
fn caches_with_the_same_cause_are_one_finding_and_a_directory_has_no_lines() {
    let mut sandbox = healthy();
    // Nobody can make a directory there, not even root.
    sandbox.set("HOME", "/proc/1").set("AWSENV_STATE_DIR", "/proc/1/state");
    let files = [("AWS_CONFIG_FILE", ".aws/config"), ("AWS_SHARED_CREDENTIALS_FILE", ".aws/credentials")];
    for (name, path) in files.map(|(name, path)| (name, sandbox.path(path))) {
        sandbox.set(name, path);
    }
    let found = findings(&sandbox, 0);
    let about: Vec<_> = found.iter().filter(|finding| finding["code"] == "directory-unwritable").collect();
    let Some([finding]) = about.first_chunk::<1>().filter(|_| about.len() == 1) else { panic!("{found:#?}") };
    let message = finding["message"].as_str().unwrap();
    assert!(message.contains("role credentials, Identity Center sign-ins, `aws login` sessions"), "{message}");
    let text = sandbox.run(&["doctor", "--offline"]).stdout;
    assert!(text.contains(" ──▶ ") && !text.contains("/proc/1:1:1"), "{text}");
}

#[test]
fn a_file_that_cannot_be_reached_is_one_finding() {
    let mut sandbox = healthy();
    let closed = sandbox.write("closed/config", "[profile dev]\nregion = eu-west-1\n");
    sandbox.set("AWS_CONFIG_FILE", &closed);
    set_mode(closed.parent().unwrap(), 0);
    // Nothing is closed to root.
    let is_root = std::fs::read(&closed).is_ok();
    let found = findings(&sandbox, if is_root { 0 } else { 3 });
    set_mode(closed.parent().unwrap(), 0o700);
    assert!(found.iter().all(|finding| finding["code"] != "variable-file-missing"), "{found:#?}");
}

#[test]
fn a_file_of_somebody_elses() {
    let mut sandbox = healthy();
    let config = sandbox.path(".aws/config");
    // Only root can give a file away; for anybody else root's own files are the foreign ones.
    if chown(&config, Some(12_345), None).is_err() {
        std::fs::remove_file(&config).unwrap();
        symlink("/etc/passwd", &config).unwrap();
        assert!(findings(&sandbox, 3).iter().any(|finding| finding["code"] == "file-foreign"));
        return;
    }
    let finding = only(&sandbox, "file-foreign", "warning");
    assert!(finding["help"][0].as_str().unwrap().ends_with("~/.aws/config"), "{finding}");
    // With sudo one looks at one's own files.
    sandbox.set("SUDO_UID", "12345");
    assert!(findings(&sandbox, 0).is_empty());
}

#[test]
fn a_cache_that_is_read_only() {
    let sandbox = healthy();
    let cache = sandbox.path(".aws/sso/cache");
    std::fs::create_dir_all(&cache).unwrap();
    set_mode(&cache, 0o500);
    // Nothing is read-only to root.
    let is_root = std::fs::write(cache.join("x"), "").is_ok();
    let found = findings(&sandbox, 0);
    let codes: Vec<_> = found.iter().map(|finding| finding["code"].as_str().unwrap()).collect();
    assert_eq!(codes, if is_root { [].as_slice() } else { &["directory-unwritable"] }, "{found:#?}");
    set_mode(&cache, 0o700);
}
