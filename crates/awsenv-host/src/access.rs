//! Who may read and write a file, beside its owner.

use std::path::Path;

/// What others than a file's owner may do with it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Access {
    /// They may read it, or list a directory.
    pub read: bool,
    /// They may change it, or put files into a directory.
    pub write: bool,
}

/// Returns what others may do with a file or directory, or with the one that a link leads to; nothing with a device, which
/// is everybody's, and where permissions are another matter (Windows). A group in which this user is alone, as Debian and
/// Fedora give one to everybody, is nobody else.
#[cfg(unix)]
#[must_use]
pub fn access_of_others(path: &Path) -> Access {
    use std::os::unix::fs::MetadataExt as _;
    let Some(metadata) = of_file_or_directory(path) else { return Access::default() };
    let is_private_group = metadata.gid() == metadata.uid() && metadata.uid() != 0;
    let others = if is_private_group { metadata.mode() & 0o007 } else { metadata.mode() & 0o077 };
    Access { read: others & 0o044 != 0, write: others & 0o022 != 0 }
}

/// Returns what others may do; nothing where permissions are another matter (Windows).
#[cfg(not(unix))]
#[must_use]
pub fn access_of_others(_: &Path) -> Access {
    Access::default()
}

/// `None` for what is not there, and for devices, pipes and sockets.
#[cfg(unix)]
fn of_file_or_directory(path: &Path) -> Option<std::fs::Metadata> {
    std::fs::metadata(path).ok().filter(|metadata| metadata.is_file() || metadata.is_dir())
}

/// Returns whether a directory is made for several users, as `/tmp` is, where each may remove only what is theirs.
#[cfg(unix)]
#[must_use]
pub fn is_shared(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    of_file_or_directory(path).is_some_and(|metadata| metadata.is_dir() && metadata.mode() & 0o1000 != 0)
}

/// Returns whether a directory is made for several users; Windows marks none as such.
#[cfg(not(unix))]
#[must_use]
pub fn is_shared(_: &Path) -> bool {
    false
}

/// Returns the user to whom a file belongs, when that is not the one who runs this.
#[cfg(unix)]
#[must_use]
pub fn foreign_owner(path: &Path) -> Option<u32> {
    use std::os::unix::fs::MetadataExt as _;
    let owner = of_file_or_directory(path)?.uid();
    (owner != rustix::process::geteuid().as_raw()).then_some(owner)
}

/// Returns the user to whom a file belongs, when that is not the one who runs this; Windows has no such numbers.
#[cfg(not(unix))]
#[must_use]
pub fn foreign_owner(_: &Path) -> Option<u32> {
    None
}

/// Returns whether the system would let this process write to a file or into a directory that is there.
#[cfg(unix)]
#[must_use]
pub fn may_write(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::WRITE_OK).is_ok()
}

/// Returns whether the system would let this process write to a file or into a directory that is there.
#[cfg(not(unix))]
#[must_use]
pub fn may_write(path: &Path) -> bool {
    path.metadata().is_ok_and(|metadata| !metadata.permissions().readonly())
}

/// Returns the kind of the file system that a path is on, when it is one that knows no owners and permissions: a Windows
/// drive in WSL (`drvfs`, `9p`), a USB stick.
#[must_use]
pub fn without_permissions(path: &Path) -> Option<String> {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").ok()?;
    without_permissions_in(&mounts, &path.canonicalize().ok()?)
}

fn without_permissions_in(mounts: &str, path: &Path) -> Option<String> {
    let mount = mount_of(mounts, path)?;
    let is_without = matches!(mount.kind, "drvfs" | "9p" | "vfat" | "exfat" | "ntfs" | "ntfs3" | "fuseblk");
    (is_without && !mount.has("metadata")).then(|| mount.kind.to_owned())
}

/// What a person wants of files on a Windows drive in WSL, which look as if everybody could write to them.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum WindowsDrives {
    /// They are refused as any file that others may write.
    #[default]
    Refused,
    /// Windows decides who may write to them, and that is good enough.
    Trusted,
}

/// Returns whether a path is on a Windows drive in WSL that keeps no permissions: `drvfs` (WSL 1), or `9p` with the name that
/// WSL 2 gives it. What a virtual machine shares by `9p` is none.
pub(crate) fn is_on_windows_drive(path: &Path) -> bool {
    let mounts = std::fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
    path.canonicalize().is_ok_and(|path| is_windows_drive_in(&mounts, &path))
}

fn is_windows_drive_in(mounts: &str, path: &Path) -> bool {
    mount_of(mounts, path).is_some_and(|mount| {
        let is_drive = mount.kind == "drvfs" || (mount.kind == "9p" && mount.has("aname=drvfs"));
        is_drive && !mount.has("metadata")
    })
}

/// A file system, and how it is mounted.
struct Mount<'a> {
    kind: &'a str,
    options: &'a str,
}

impl Mount<'_> {
    fn has(&self, option: &str) -> bool {
        self.options.split([',', ';', ' ']).any(|one| one == option)
    }
}

/// The mount that a path is on, in the text of `/proc/self/mountinfo` (proc(5)): the deepest one, and of several at one place
/// the last.
fn mount_of<'a>(mounts: &'a str, path: &Path) -> Option<Mount<'a>> {
    // 36 35 98:0 /root /mount/point rw,noatime master:1 - drvfs C:\134 rw,metadata
    let parsed = mounts.lines().filter_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let point = before.split(' ').nth(4)?.replace("\\040", " ");
        let mut after = after.splitn(3, ' ');
        Some((point, Mount { kind: after.next()?, options: after.nth(1).unwrap_or_default() }))
    });
    parsed.filter(|(point, _)| path.starts_with(point)).max_by_key(|(point, _)| point.len()).map(|(_, mount)| mount)
}

#[cfg(all(test, unix))]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test may panic")]
    use super::*;
    use crate::scratch::Scratch;
    use std::os::unix::fs::PermissionsExt as _;

    #[test]
    fn others_are_told_apart_by_what_they_may() {
        let scratch = Scratch::new();
        let path = scratch.path().join("file");
        std::fs::write(&path, "").unwrap();
        let access = |mode| {
            std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
            let access = access_of_others(&path);
            (access.read, access.write)
        };
        assert_eq!([0o600, 0o604, 0o602, 0o711].map(access), [(false, false), (true, false), (false, true), (false, false)]);
        assert_eq!(access_of_others(Path::new("/nowhere/at/all")), Access::default());
    }

    #[test]
    fn a_device_is_everybodys() {
        let null = Path::new("/dev/null");
        assert_eq!((access_of_others(null), foreign_owner(null)), (Access::default(), None));
    }

    #[test]
    fn windows_drives_have_no_permissions_unless_they_keep_metadata() {
        let mounts = "\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:30 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;uid=1000
31 22 0:31 / /mnt/d rw,noatime - 9p D:\\134 rw,aname=drvfs;path=D:\\;metadata
";
        for (path, expected) in
            [("/home/ana/.aws", None), ("/mnt/c/Users/ana", Some("9p")), ("/mnt/d/x", None), ("/mnt/cx", None)]
        {
            assert_eq!(without_permissions_in(mounts, Path::new(path)).as_deref(), expected, "{path}");
        }
    }

    #[test]
    fn windows_drives_are_told_from_all_other_file_systems() {
        let mounts = "\
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:30 / /mnt/c rw,noatime - 9p C:\\134 rw,dirsync,aname=drvfs;path=C:\\;uid=1000;gid=1000;symlinkroot=/mnt/,mmap,access=client
31 22 0:31 / /mnt/d rw,noatime - 9p D:\\134 rw,dirsync,aname=drvfs;path=D:\\;uid=1000;metadata;umask=22
32 22 0:32 / /mnt/e rw,noatime - drvfs E: rw,noatime
33 22 0:33 / /mnt/shared rw,noatime - 9p hostshare rw,trans=virtio
34 22 0:34 / /mnt/usb rw,noatime - vfat /dev/sdb1 rw,umask=000
35 30 8:1 / /mnt/c/linux rw,noatime - ext4 /dev/sda1 rw
36 22 0:36 / /mnt/f\\040drive rw,noatime - drvfs F: rw
";
        for (path, expected) in [
            ("/mnt/c/Users/ana/.awsenv", true),
            ("/mnt/e/work", true),
            ("/mnt/f drive/work", true),
            // What has permissions is judged by them.
            ("/mnt/d/work", false),
            ("/mnt/c/linux/work", false),
            ("/home/ana/.awsenv", false),
            ("/mnt/cx", false),
            // Nor is anything else where everybody may write.
            ("/mnt/shared/work", false),
            ("/mnt/usb/work", false),
        ] {
            assert_eq!(is_windows_drive_in(mounts, Path::new(path)), expected, "{path}");
        }
        assert!(!is_windows_drive_in("", Path::new("/")), "no such file, no drive");
    }
}
