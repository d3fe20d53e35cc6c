//! The AWS CLI's cache of role credentials, read and written (formats.md §2), and awsenv's own of MFA sessions in the
//! same shape.

use std::path::{Path, PathBuf};

use awsenv_resolve::{CacheKey, CacheKind, Credentials, Secret, Timestamp};
use serde_json::{Map, Value, json};

use crate::atomic::try_write;
use crate::json::python_dumps;
use crate::{Host, HostError, write_atomic};

/// Something odd about a cache file, that does not stop anything.
#[derive(Debug)]
pub enum CacheWarning {
    /// The file belongs to somebody else, so it is neither believed nor replaced.
    Foreign(PathBuf),
    /// The file cannot be written; the next command will have to fetch again.
    NotStored(HostError),
}

/// What is written for one entry.
#[derive(Clone, Debug)]
pub struct RoleEntry {
    /// The credentials.
    pub credentials: Credentials,
    /// Of an assumed role: `AssumedRoleId` and `Arn`.
    pub assumed_role: Option<(String, String)>,
    /// `"ProviderType": "sso"`, by which `aws sso logout` finds the file.
    pub from_sso: bool,
}

impl Host {
    /// Reads the credentials of a cache entry. A file that is not there, half written or of another shape is a miss.
    pub fn load_credentials(&self, key: &CacheKey, warn: &mut dyn FnMut(CacheWarning)) -> Option<Credentials> {
        let document = self.load_json(key, warn)?;
        let found = document.get("Credentials")?;
        let text = |name: &str| found.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        let arn_account = || {
            let arn = document.get("AssumedRoleUser")?.get("Arn")?.as_str()?;
            awsenv_resolve::account_of(arn)
        };
        Some(Credentials {
            access_key_id: text("AccessKeyId")?.to_owned(),
            secret_access_key: Secret::new(text("SecretAccessKey")?),
            session_token: Some(Secret::new(text("SessionToken")?)),
            expiration: Some(Timestamp::parse(text("Expiration")?)?),
            account_id: text("AccountId").map(str::to_owned).or_else(arn_account),
        })
    }

    /// Writes a cache entry, atomically and with mode 0600. A failure is a warning: the credentials are good all the same.
    pub fn store_credentials(&self, key: &CacheKey, entry: &RoleEntry, warn: &mut dyn FnMut(CacheWarning)) {
        let Credentials { access_key_id, secret_access_key, session_token, expiration, account_id } = &entry.credentials;
        let mut credentials = Map::new();
        credentials.insert("AccessKeyId".into(), json!(access_key_id));
        credentials.insert("SecretAccessKey".into(), json!(secret_access_key.reveal()));
        credentials.insert("SessionToken".into(), json!(session_token.as_ref().map_or("", |token| token.reveal())));
        credentials.insert("Expiration".into(), json!(expiration.map(|end| end.to_string())));
        if let Some(account_id) = account_id {
            credentials.insert("AccountId".into(), json!(account_id));
        }
        let mut document = Map::new();
        if entry.from_sso {
            document.insert("ProviderType".into(), json!("sso"));
        }
        document.insert("Credentials".into(), Value::Object(credentials));
        if let Some((id, arn)) = &entry.assumed_role {
            document.insert("AssumedRoleUser".into(), json!({"AssumedRoleId": id, "Arn": arn}));
        }
        self.store_json(key, &Value::Object(document), warn);
    }

    pub(crate) fn load_json(&self, key: &CacheKey, warn: &mut dyn FnMut(CacheWarning)) -> Option<Value> {
        let path = self.cache_file(key)?;
        let text = Secret::new(std::fs::read_to_string(&path).ok()?);
        if !is_mine(&path) {
            warn(CacheWarning::Foreign(path));
            return None;
        }
        serde_json::from_str(text.reveal()).ok()
    }

    pub(crate) fn store_json(&self, key: &CacheKey, document: &Value, warn: &mut dyn FnMut(CacheWarning)) -> bool {
        let Some(path) = self.cache_file(key) else {
            warn(CacheWarning::NotStored(HostError::NoPlace { what: "the cache" }));
            return false;
        };
        if !is_mine(&path) {
            warn(CacheWarning::Foreign(path));
            return false;
        }
        let text = Secret::new(python_dumps(document));
        match write_atomic(&path, text.reveal().as_bytes(), false) {
            Ok(()) => true,
            Err(error) => {
                warn(CacheWarning::NotStored(error));
                false
            }
        }
    }

    /// Makes sure that an entry can be written, before something is asked for that must not be lost.
    ///
    /// # Errors
    /// When it cannot: the folder is missing and cannot be made, is read-only or full.
    pub fn ensure_writable(&self, key: &CacheKey) -> Result<(), HostError> {
        let path = self.cache_file(key).ok_or(HostError::NoPlace { what: "the cache" })?;
        if !is_mine(&path) {
            let source =
                std::io::Error::new(std::io::ErrorKind::PermissionDenied, "it belongs to another user (after a `sudo aws`?)");
            return Err(HostError::Unwritable { path, source });
        }
        // As large as what will come, so that a full disk is noticed as well.
        try_write(&path, 16 * 1024)
    }

    /// Returns every entry of a cache, known or not; what has not the name of one is left out.
    pub fn cache_keys(&self, kind: CacheKind) -> Vec<CacheKey> {
        let probe = self.cache_file(&CacheKey { kind, name: String::new() });
        let directory = probe.as_deref().and_then(Path::parent).and_then(|directory| std::fs::read_dir(directory).ok());
        let names = directory.into_iter().flatten().flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let hashes = names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
        let is_hash = |name: &String| name.len() >= 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit());
        let mut keys: Vec<CacheKey> = hashes.filter(is_hash).map(|name| CacheKey { kind, name }).collect();
        keys.sort();
        keys
    }

    /// Returns whether an entry holds credentials of Identity Center: `"ProviderType": "sso"`.
    pub fn is_from_sso(&self, key: &CacheKey) -> bool {
        let document = self.load_json(key, &mut |_| ());
        document.is_some_and(|document| document.get("ProviderType").and_then(Value::as_str) == Some("sso"))
    }

    /// Removes a cache entry; `false` when there was none.
    pub fn remove_cache(&self, key: &CacheKey) -> bool {
        self.cache_file(key).is_some_and(|path| std::fs::remove_file(path).is_ok())
    }
}

/// Whether a file belongs to the user who runs this, or to nobody yet. The owner of a file just made in the system's
/// terms is the effective user, for which `/proc/self` stands on Linux; elsewhere the home directory's owner does.
#[cfg(unix)]
pub(crate) fn is_mine(path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let Ok(file) = std::fs::metadata(path) else { return true };
    match std::fs::metadata("/proc/self").or_else(|_| std::fs::metadata(path.parent().unwrap_or(Path::new("/")))) {
        Ok(me) => file.uid() == me.uid(),
        Err(_) => true,
    }
}

#[cfg(not(unix))]
pub(crate) fn is_mine(_path: &Path) -> bool {
    true
}
