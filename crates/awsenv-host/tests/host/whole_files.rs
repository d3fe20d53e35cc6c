//! A file is whole or not there, whatever happens to whoever writes it.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use awsenv_host::write_atomic;

use crate::support::{Home, child_command, names, part, skipped, start_child};

const SIZE: usize = 200_000;

/// A content that tells whether it is whole: one byte, so many times.
fn content(byte: u8) -> Vec<u8> {
    vec![byte; SIZE]
}

fn assert_whole(path: &Path) {
    let read = fs::read(path).unwrap();
    assert!(read.len() == SIZE && read.iter().all(|byte| *byte == read[0]), "{} bytes of {:?}", read.len(), read.first());
}

#[test]
fn child_that_writes_until_it_is_killed() {
    let Some(directory) = part() else { return };
    for byte in (b'a'..=b'z').cycle() {
        write_atomic(&directory.join("role.json"), &content(byte), false).unwrap();
        fs::write(directory.join("began"), "").unwrap();
    }
}

#[test]
fn killed_writers_leave_a_whole_file_and_no_other() {
    let home = Home::new();
    let path = home.path().join("role.json");
    let began = home.path().join("began");
    let mut most_left = 0;
    for round in 0..30_u64 {
        let mut children: Vec<_> =
            (0..2).map(|_| start_child("whole_files::child_that_writes_until_it_is_killed", home.path())).collect();
        while !began.exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_micros(337 * round));
        for child in &mut children {
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert_whole(&path);
        fs::remove_file(&began).unwrap();
        most_left = most_left.max(names(home.path()).len());
    }
    assert!(most_left <= 3, "at most one of each of the last two is left: {most_left}");
    write_atomic(&path, &content(b'!'), false).unwrap();
    assert_eq!(names(home.path()), ["role.json"], "and the next writer removes those");
}

#[test]
fn writers_at_once_do_not_disturb_each_other() {
    let home = Home::new();
    let path = home.path().join("role.json");
    std::thread::scope(|scope| {
        for byte in b'a'..b'a' + 8 {
            let path = &path;
            scope.spawn(move || (0..20).for_each(|_| write_atomic(path, &content(byte), false).unwrap()));
        }
    });
    assert_whole(&path);
    assert_eq!(names(home.path()), ["role.json"]);
}

#[test]
fn child_that_has_no_room() {
    let Some(directory) = part() else { return };
    let error = write_atomic(&directory.join("role.json"), &content(b'n'), false).unwrap_err();
    assert!(error.to_string().contains("cannot be written"), "{error}");
}

/// Only a file system that is really full says so as late as disks do.
#[test]
fn a_full_disk_leaves_the_old_file_and_no_other() {
    let home = Home::new();
    let disk = home.path().join("disk");
    fs::create_dir(&disk).unwrap();
    let mounted =
        Command::new("mount").args(["-t", "tmpfs", "-o", "size=300k", "none"]).arg(&disk).stderr(Stdio::null()).status();
    if !mounted.is_ok_and(|status| status.success()) {
        return skipped("a full disk: only root can mount a small one; a limit on the size of files stands for it");
    }
    let path = disk.join("role.json");
    let first = write_atomic(&path, &content(b'o'), false);
    let second = write_atomic(&path, &content(b'n'), false);
    let (read, left) = (fs::read(&path), names(&disk));
    Command::new("umount").arg(&disk).status().unwrap();
    first.unwrap();
    assert!(second.unwrap_err().to_string().contains("No space left"));
    assert_eq!((read.unwrap(), left), (content(b'o'), vec!["role.json".to_owned()]));
}

#[test]
fn a_limit_on_the_size_of_files_leaves_the_old_file_and_no_other() {
    let home = Home::new();
    let path = home.path().join("role.json");
    write_atomic(&path, &content(b'o'), false).unwrap();
    let child = child_command("whole_files::child_that_has_no_room", home.path());
    // SIGXFSZ would end it: a shell can have it ignored, and then a write fails.
    let script = "trap '' XFSZ; ulimit -f 64 && exec \"$0\" \"$@\"";
    let mut limited = Command::new("bash");
    limited.args(["-c", script]).arg(child.get_program()).args(child.get_args());
    limited.envs(child.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let Ok(output) = limited.output() else { return skipped("bash not found: no limit on the size of files") };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!((fs::read(&path).unwrap(), names(home.path())), (content(b'o'), vec!["role.json".to_owned()]));
}
