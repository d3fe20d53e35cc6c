//! Whether a shell has started this as a job, or to read what it prints.

/// Returns whether what this process prints goes elsewhere than to the shell with this process id, or to a subshell of it:
/// into the pipe of a job (`… | cat`, `( … ) | tee`), or to the terminal from a job of its own (`… &`, `( … )`).
///
/// A shell reads a command substitution itself, so it, and no stranger, has the other end of the pipe; both are in one
/// process group, while under job control a job has one of its own (POSIX, XCU 2.11). ksh may use a file without a name
/// instead. Where a system does not show who has a pipe, it counts as a substitution: the statement that fails in
/// `eval "$(awsenv use x)" && …` must arrive.
#[cfg(unix)]
#[must_use]
pub fn is_job_of(shell: u32) -> bool {
    use rustix::fs::{FileType, fstat};
    let Ok(stdout) = fstat(std::io::stdout()) else { return true };
    match FileType::from_raw_mode(stdout.st_mode) {
        FileType::Fifo => !is_read_by_a_shell(&format!("pipe:[{}]", stdout.st_ino), shell).unwrap_or(true),
        FileType::RegularFile if stdout.st_nlink == 0 => false,
        _ => has_group_of_its_own(shell),
    }
}

/// Of a shell that is gone everything left is a job.
#[cfg(unix)]
fn has_group_of_its_own(shell: u32) -> bool {
    use rustix::process::{Pid, getpgid, getpgrp};
    let shell = i32::try_from(shell).ok().and_then(Pid::from_raw);
    shell.is_some_and(|shell| getpgid(Some(shell)).map_or(true, |group| group != getpgrp()))
}

/// Whether one of the shells above this process, up to `shell`, has the pipe's other end; `None` where that is not shown.
#[cfg(unix)]
fn is_read_by_a_shell(pipe: &str, shell: u32) -> Option<bool> {
    let (mut process, group) = parent_and_group("self")?;
    loop {
        let (parent, its_group) = parent_and_group(&process.to_string())?;
        if its_group == group && reads(process, pipe)? {
            return Some(true);
        }
        if process == shell || parent <= 1 {
            return Some(false);
        }
        process = parent;
    }
}

/// The fourth and fifth field of proc(5)'s `stat`; the second is a name in parentheses, in which anything may stand.
#[cfg(unix)]
fn parent_and_group(process: &str) -> Option<(u32, u32)> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace().skip(1).map(str::parse);
    Some((fields.next()?.ok()?, fields.next()?.ok()?))
}

#[cfg(unix)]
fn reads(process: u32, pipe: &str) -> Option<bool> {
    let is_for_reading = |name: &str| {
        let info = std::fs::read_to_string(format!("/proc/{process}/fdinfo/{name}")).unwrap_or_default();
        // In octal; the last two bits are the access mode, and 0 is O_RDONLY.
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        flags.is_some_and(|flags| flags.trim().ends_with(['0', '4']))
    };
    let descriptors = std::fs::read_dir(format!("/proc/{process}/fd")).ok()?;
    Some(descriptors.flatten().any(|entry| {
        let is_it = std::fs::read_link(entry.path()).is_ok_and(|target| target.as_os_str() == pipe);
        is_it && entry.file_name().to_str().is_some_and(is_for_reading)
    }))
}

/// Windows has no process groups.
#[cfg(not(unix))]
#[must_use]
pub fn is_job_of(_shell: u32) -> bool {
    false
}
