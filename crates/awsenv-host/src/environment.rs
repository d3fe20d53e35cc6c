//! The process's environment and the folders that follow from it.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use awsenv_resolve::{CacheKey, CacheKind, EnvSnapshot, Locations, Platform, Timestamp, variable};

/// Where things are on this machine.
#[derive(Clone, Debug, Default)]
pub struct Directories {
    /// The files and caches of AWS's tools.
    pub aws: Locations,
    /// The home directory.
    pub home: Option<PathBuf>,
    /// awsenv's settings file.
    pub settings: Option<PathBuf>,
    /// awsenv's own state: MFA sessions, history, locks.
    pub state: Option<PathBuf>,
}

/// The machine as one command sees it: read once, then passed along.
#[derive(Debug)]
pub struct Host {
    /// The variables that awsenv may look at.
    pub env: EnvSnapshot,
    /// Where things are.
    pub directories: Directories,
    everything: Vec<(OsString, OsString)>,
}

impl Host {
    /// Reads this process's environment.
    pub fn real() -> Self {
        Self::new(std::env::vars_os().collect(), home_of_user)
    }

    /// Takes an environment as given: without `HOME` there is no home.
    pub fn with_environment(everything: Vec<(OsString, OsString)>) -> Self {
        Self::new(everything, || None)
    }

    fn new(everything: Vec<(OsString, OsString)>, home_without_variable: fn() -> Option<String>) -> Self {
        let ours = everything.iter().filter_map(|(name, value)| {
            let name = name.to_str().filter(|name| variable::is_ours(name))?;
            Some((name.to_owned(), value.as_encoded_bytes().to_vec()))
        });
        let env = EnvSnapshot::new(ours);
        // `AWS_CONFIG_FILE=$WORK/config` may name any variable.
        let all = everything.iter().filter_map(|(name, value)| Some((name.to_str()?, value.as_encoded_bytes().to_vec())));
        let mut all = EnvSnapshot::new(all);
        if all.bytes("HOME").is_none() {
            all.put("HOME", home_without_variable().map(String::into_bytes));
        }
        let directories = directories(&all);
        Self { env, directories, everything }
    }

    /// Returns a variable of the whole environment.
    pub fn variable(&self, name: &str) -> Option<&OsStr> {
        self.everything.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_os_str())
    }

    /// Returns the whole environment, for a child process.
    pub fn everything(&self) -> &[(OsString, OsString)] {
        &self.everything
    }

    /// Returns the name of the process that started this one, where the system tells.
    pub fn parent_process_name(&self) -> Option<String> {
        #[cfg(unix)]
        {
            let parent = std::os::unix::process::parent_id();
            if let Ok(name) = std::fs::read_to_string(format!("/proc/{parent}/comm")) {
                return Some(name.trim_end().to_owned());
            }
            let output = std::process::Command::new("ps").args(["-o", "comm=", "-p", &parent.to_string()]).output().ok()?;
            let name = String::from_utf8(output.stdout).ok()?;
            Some(name.trim().to_owned()).filter(|name| !name.is_empty())
        }
        #[cfg(not(unix))]
        {
            None
        }
    }

    /// Returns the present time.
    pub fn now(&self) -> Timestamp {
        let now = SystemTime::now();
        let seconds = match now.duration_since(UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
            Err(before) => -i64::try_from(before.duration().as_secs()).unwrap_or(i64::MAX),
        };
        Timestamp::from_epoch_seconds(seconds)
    }

    /// Returns the file of a cache entry.
    pub fn cache_file(&self, key: &CacheKey) -> Option<PathBuf> {
        self.cache_directory(key.kind).map(|directory| directory.join(key.file_name()))
    }

    /// Returns the directory of a cache.
    pub fn cache_directory(&self, kind: CacheKind) -> Option<PathBuf> {
        let aws = &self.directories.aws;
        match kind {
            CacheKind::Role => aws.role_cache.as_ref().map(PathBuf::from),
            CacheKind::Sso => aws.sso_cache.as_ref().map(PathBuf::from),
            CacheKind::Login => aws.login_cache.as_ref().map(PathBuf::from),
            CacheKind::MfaSession => self.directories.state.as_ref().map(|state| state.join("mfa-sessions")),
        }
    }

    /// Returns a path as a person would write it: with `~` for the home directory.
    pub fn pretty_path(&self, path: &Path) -> String {
        match self.directories.home.as_deref().and_then(|home| path.strip_prefix(home).ok()) {
            Some(rest) if !rest.as_os_str().is_empty() => format!("~{}{}", std::path::MAIN_SEPARATOR, rest.display()),
            _ => path.display().to_string(),
        }
    }
}

/// The home directory of this user as `/etc/passwd` has it: where `HOME` is not set, Python's `expanduser`, and with it the
/// AWS CLI, looks there. Users that only a directory service knows are not in it; asking that takes libc.
#[cfg(unix)]
fn home_of_user() -> Option<String> {
    home_in(&std::fs::read_to_string("/etc/passwd").ok()?, rustix::process::getuid().as_raw())
}

#[cfg(not(unix))]
fn home_of_user() -> Option<String> {
    None
}

/// Finds a user's line, `name:password:uid:gid:comment:home:shell`.
#[cfg(unix)]
fn home_in(passwd: &str, user: u32) -> Option<String> {
    let mut lines = passwd.lines().map(|line| line.split(':').collect::<Vec<_>>());
    let line = lines.find(|fields| fields.get(2).is_some_and(|id| id.parse() == Ok(user)))?;
    line.get(5).filter(|home| home.starts_with('/')).map(|home| (*home).to_owned())
}

fn directories(env: &EnvSnapshot) -> Directories {
    let platform = Platform::HERE;
    let home = awsenv_resolve::home(env, platform).map(PathBuf::from);
    let base = |variable: &str, under_home: &[&str]| {
        // The XDG specification: a relative path is to be ignored.
        let named = env.nonempty(variable).map(PathBuf::from).filter(|path| path.is_absolute());
        named.or_else(|| home.as_ref().map(|home| under_home.iter().fold(home.clone(), |path, part| path.join(part))))
    };
    let own = |path: &str| PathBuf::from(awsenv_resolve::expand(path, env, home.as_deref().and_then(Path::to_str), platform));
    let (settings, state) = match platform {
        Platform::Unix => (base("XDG_CONFIG_HOME", &[".config"]), base("XDG_STATE_HOME", &[".local", "state"])),
        Platform::Windows => (base("APPDATA", &["AppData", "Roaming"]), base("LOCALAPPDATA", &["AppData", "Local"])),
    };
    Directories {
        aws: Locations::find(env, platform),
        settings: env.nonempty("AWSENV_CONFIG").map(own).or_else(|| settings.map(|base| base.join("awsenv").join("config.ini"))),
        state: env.nonempty("AWSENV_STATE_DIR").map(own).or_else(|| state.map(|base| base.join("awsenv"))),
        home,
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_home_of_a_user_is_in_passwd() {
        let passwd = "root:x:0:0:root:/root:/bin/bash\n# ana\nana:x:1000:1000::/home/ana:/bin/zsh\nodd:x:7\nno:x:8:8:::\n";
        for (user, expected) in [(0, Some("/root")), (1000, Some("/home/ana")), (7, None), (8, None), (9, None)] {
            assert_eq!(home_in(passwd, user).as_deref(), expected, "{user}");
        }
    }

    #[test]
    fn without_a_home_the_users_own_is_taken_and_an_empty_one_is_none() {
        let config = |everything| Host::new(everything, || Some("/home/ana".to_owned())).directories.aws.config;
        assert_eq!(config(Vec::new()).as_deref(), Some("/home/ana/.aws/config"));
        assert_eq!(config(vec![("HOME".into(), "".into())]), None);
        assert_eq!(config(vec![("HOME".into(), "/h".into())]).as_deref(), Some("/h/.aws/config"));
    }
}
