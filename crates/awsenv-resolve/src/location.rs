//! Where the two files and the caches are, from the environment alone.

use crate::EnvSnapshot;

/// The operating system, as far as paths differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Platform {
    /// Everything that is not Windows.
    Unix,
    /// `USERPROFILE`, `HOMEDRIVE`, and `\` between folders.
    Windows,
}

impl Platform {
    /// The platform that this was built for.
    pub const HERE: Self = if cfg!(windows) { Self::Windows } else { Self::Unix };

    fn separator(self) -> char {
        match self {
            Self::Unix => '/',
            Self::Windows => '\\',
        }
    }
}

/// Where the files of AWS's tools are. `None` means that there is no such file to read (an empty `AWS_CONFIG_FILE`, or
/// no home).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Locations {
    /// `~/.aws/config` or `AWS_CONFIG_FILE`.
    pub config: Option<String>,
    /// `~/.aws/credentials` or `AWS_SHARED_CREDENTIALS_FILE`.
    pub credentials: Option<String>,
    /// `~/.aws/cli/cache`.
    pub role_cache: Option<String>,
    /// `~/.aws/sso/cache`.
    pub sso_cache: Option<String>,
    /// `~/.aws/login/cache` or `AWS_LOGIN_CACHE_DIRECTORY`.
    pub login_cache: Option<String>,
}

impl Locations {
    /// Finds the files (AWS SDKs and Tools Reference Guide, "Location of the shared files"; the AWS CLI expands `~`
    /// and `$VAR` in the variables, formats.md §5.3).
    pub fn find(env: &EnvSnapshot, platform: Platform) -> Self {
        let home = home(env, platform);
        let separator = platform.separator();
        let under_home = |parts: &[&str]| {
            let mut path = home.clone()?;
            for part in parts {
                if !path.ends_with(['/', separator]) {
                    path.push(separator);
                }
                path.push_str(part);
            }
            Some(path)
        };
        let named = |variable: &str, parts: &[&str]| match env.text(variable) {
            Some("") => None,
            Some(path) => Some(expand(path, env, home.as_deref(), platform)),
            None => under_home(parts),
        };
        Self {
            config: named("AWS_CONFIG_FILE", &[".aws", "config"]),
            credentials: named("AWS_SHARED_CREDENTIALS_FILE", &[".aws", "credentials"]),
            role_cache: under_home(&[".aws", "cli", "cache"]),
            sso_cache: under_home(&[".aws", "sso", "cache"]),
            login_cache: named("AWS_LOGIN_CACHE_DIRECTORY", &[".aws", "login", "cache"])
                .or_else(|| under_home(&[".aws", "login", "cache"])),
        }
    }
}

/// Returns the home directory: `HOME`, on Windows then `USERPROFILE`, then `HOMEDRIVE` and `HOMEPATH`.
pub fn home(env: &EnvSnapshot, platform: Platform) -> Option<String> {
    if let Some(home) = env.nonempty("HOME") {
        return Some(home.to_owned());
    }
    match platform {
        Platform::Unix => None,
        Platform::Windows => match (env.nonempty("USERPROFILE"), env.nonempty("HOMEDRIVE"), env.nonempty("HOMEPATH")) {
            (Some(profile), _, _) => Some(profile.to_owned()),
            (None, Some(drive), Some(path)) => Some(format!("{drive}{path}")),
            (None, None, _) | (None, _, None) => None,
        },
    }
}

/// Python's `expanduser(expandvars(path))`: `$NAME`, `${NAME}`, and a `~` at the start; what is not set stays as it is.
pub fn expand(path: &str, env: &EnvSnapshot, home: Option<&str>, platform: Platform) -> String {
    let expanded = expand_variables(path, env);
    match (home, expanded.strip_prefix('~')) {
        (Some(home), Some(rest)) if rest.is_empty() || rest.starts_with(['/', platform.separator()]) => {
            format!("{}{rest}", home.trim_end_matches(['/', platform.separator()]))
        }
        _ => expanded,
    }
}

fn expand_variables(path: &str, env: &EnvSnapshot) -> String {
    let mut text = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('$') {
        text.push_str(&rest[..at]);
        let after = &rest[at + 1..];
        let (name, taken) = match after.strip_prefix('{').and_then(|inner| inner.find('}').map(|end| &inner[..end])) {
            Some(name) => (name, name.len() + 2),
            None => {
                let end = after.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(after.len());
                (&after[..end], end)
            }
        };
        match env.text(name).filter(|_| !name.is_empty()) {
            Some(value) => text.push_str(value),
            None => text.push_str(&rest[at..=at + taken]),
        }
        rest = &after[taken..];
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_expanded_as_python_does() {
        let env = EnvSnapshot::new([("HOME", "/home/ana"), ("D", "/data")]);
        for (path, expected) in [
            ("~/x", "/home/ana/x"),
            ("~", "/home/ana"),
            ("~bob/x", "~bob/x"),
            ("$D/x", "/data/x"),
            ("${D}x", "/datax"),
            ("$NOPE/x", "$NOPE/x"),
            ("a$", "a$"),
            ("${D", "${D"),
            ("x~", "x~"),
        ] {
            assert_eq!(expand(path, &env, Some("/home/ana"), Platform::Unix), expected, "{path}");
        }
    }

    #[test]
    fn an_empty_variable_means_no_file() {
        let env = EnvSnapshot::new([("HOME", "/h"), ("AWS_CONFIG_FILE", "")]);
        let found = Locations::find(&env, Platform::Unix);
        assert_eq!((found.config, found.credentials.as_deref()), (None, Some("/h/.aws/credentials")));
    }
}
