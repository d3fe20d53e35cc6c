//! Two dozen processes at once.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use awsenv_host::{History, HostError};
use awsenv_resolve::{CacheKind, Timestamp};

use crate::support::{Home, NOW, child_command, host_of, key, part, start_child};

const PROCESSES: usize = 24;

fn wait_for_all(children: Vec<Child>) {
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
}

fn history_file(home: &Path) -> PathBuf {
    home.join(".local/state/awsenv/history")
}

#[test]
fn child_that_notes_fifty_uses() {
    let Some(directory) = part() else { return };
    let host = host_of(&directory, &[]);
    for number in 0..50 {
        History::record(&host, &format!("profile {}-{number}", std::process::id()), NOW);
    }
}

#[test]
fn no_use_is_lost_when_many_note_theirs_at_once() {
    let home = Home::new();
    wait_for_all((0..PROCESSES).map(|_| start_child("concurrency::child_that_notes_fifty_uses", home.path())).collect());
    let text = fs::read_to_string(history_file(home.path())).unwrap();
    let names: std::collections::BTreeSet<&str> = text.lines().map(|line| line.split_once(' ').unwrap().1).collect();
    assert_eq!((text.lines().count(), names.len()), (50 * PROCESSES, 50 * PROCESSES), "every line is whole");
}

#[test]
fn no_use_is_lost_while_the_file_is_shortened() {
    let home = Home::new();
    // Just short of the size at which it is cut, so that the first of the two dozen does it.
    let mut old = String::new();
    while old.len() < 64 * 1024 {
        old += "1 an-old-profile-with-a-long-name\n";
    }
    home.write(".local/state/awsenv/history", old);
    let children = (0..PROCESSES / 3).map(|_| start_child("concurrency::child_that_notes_fifty_uses", home.path()));
    wait_for_all(children.collect());
    let text = fs::read_to_string(history_file(home.path())).unwrap();
    assert_eq!(text.lines().filter(|line| line.contains(" profile ")).count(), 50 * PROCESSES / 3);
    assert!(text.len() < 64 * 1024);
}

#[test]
fn history_is_a_matter_of_lines() {
    let home = Home::new();
    let host = home.host();
    assert_eq!(History::load(&host).last_other(None), None);
    home.write(".local/state/awsenv/history", b"nonsense\n1 old\n2 \xff\xfe\nx y\n\n3 my prod\n4 dev\n5 ha");
    let history = History::load(&host);
    assert_eq!((history.last_other(None), history.last_other(Some("ha"))), (Some("ha"), Some("dev")));
    History::record(&host, "two\nlines", NOW);
    let weights = History::load(&host);
    let weights = weights.weights(Timestamp::from_epoch_seconds(5));
    assert!(weights["my prod"] > weights["old"] && !weights.contains_key("nonsense"), "{weights:?}");
}

#[test]
fn a_history_that_cannot_be_written_is_no_failure() {
    let home = Home::new();
    home.write(".local/state/awsenv", "a file where a folder should be");
    History::record(&home.host(), "prod", NOW);
    assert_eq!(History::load(&home.host()).last_other(None), None);
}

/// Notes in one file when it has the lock and when it gives it back.
#[test]
fn child_that_takes_the_lock() {
    let Some(directory) = part() else { return };
    let host = host_of(&directory, &[]);
    let note = |word: &str| {
        let mut file = OpenOptions::new().append(true).create(true).open(directory.join("notes")).unwrap();
        file.write_all(format!("{word} {}\n", std::process::id()).as_bytes()).unwrap();
    };
    for _ in 0..3 {
        let _lock = host.lock(&key(CacheKind::Role), Duration::from_secs(60), || ()).unwrap();
        note("in");
        std::thread::sleep(Duration::from_millis(2));
        note("out");
    }
}

#[test]
fn one_process_at_a_time_has_the_lock() {
    let home = Home::new();
    wait_for_all((0..PROCESSES).map(|_| start_child("concurrency::child_that_takes_the_lock", home.path())).collect());
    let notes = fs::read_to_string(home.path().join("notes")).unwrap();
    let notes: Vec<&str> = notes.lines().collect();
    assert_eq!(notes.len(), 2 * 3 * PROCESSES);
    for pair in notes.chunks(2) {
        assert_eq!(pair[0].strip_prefix("in "), pair[1].strip_prefix("out "), "{pair:?}");
    }
}

#[test]
fn child_that_keeps_the_lock() {
    let Some(directory) = part() else { return };
    let _lock = host_of(&directory, &[]).lock(&key(CacheKind::Role), Duration::from_secs(60), || ()).unwrap();
    fs::write(directory.join("locked"), "").unwrap();
    // Until it is killed, or its parent has gone.
    let _ = std::io::stdin().read(&mut [0]);
}

fn start_holder(home: &Home) -> Child {
    let mut command = child_command("concurrency::child_that_keeps_the_lock", home.path());
    let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    while !home.path().join("locked").exists() {
        std::thread::sleep(Duration::from_millis(1));
    }
    child
}

#[test]
fn the_lock_of_a_killed_process_is_free_at_once() {
    let home = Home::new();
    let mut holder = start_holder(&home);
    holder.kill().unwrap();
    holder.wait().unwrap();
    let start = Instant::now();
    home.host().lock(&key(CacheKind::Role), Duration::from_secs(10), || panic!("nobody has it")).unwrap();
    assert!(start.elapsed() < Duration::from_secs(1));
}

#[test]
fn a_lock_that_is_not_free_is_waited_for_and_then_given_up() {
    let home = Home::new();
    let mut holder = start_holder(&home);
    let mut said = 0;
    let error = home.host().lock(&key(CacheKind::Role), Duration::from_millis(900), || said += 1).unwrap_err();
    assert!(matches!(&error, HostError::LockTimeout { waited, .. } if *waited >= Duration::from_millis(900)), "{error}");
    assert_eq!(said, 1, "that somebody else has it is said, once");
    // Another entry's is free.
    home.host().lock(&key(CacheKind::Sso), Duration::ZERO, || ()).unwrap();
    drop(holder.stdin.take());
    let freed = home.host().lock(&key(CacheKind::Role), Duration::from_secs(20), || ());
    assert!(freed.is_ok());
    assert!(holder.wait().unwrap().success());
}

#[test]
fn where_no_lock_can_be_made_there_is_none() {
    let home = Home::new();
    home.write(".local/state/awsenv", "a file where a folder should be");
    let host = home.host();
    let _first = host.lock(&key(CacheKind::Role), Duration::ZERO, || ()).unwrap();
    host.lock(&key(CacheKind::Role), Duration::ZERO, || ()).unwrap();
}
