//! One sign-in at a time, and what becomes of those who wait for it when its person says no.

use std::path::PathBuf;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use awsenv_resolve::CacheKey;
use serde_json::{Value, json};

use crate::lock::Lock;
use crate::{Host, HostError, write_atomic};

/// How long somebody waits for another's sign-in: a little longer than a browser is waited for.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(660);

/// Why a person did not sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GivenUp {
    /// Ended awsenv, or a question of it.
    Cancelled,
    /// Said no in the browser.
    Refused,
}

/// The right to sign a person in, held until it is dropped or the process dies.
#[derive(Debug)]
pub struct SignInLock {
    _lock: Lock,
    mark: Option<PathBuf>,
    began: SystemTime,
}

/// Where it is noted that a person did not sign in; for a signal handler.
#[derive(Clone, Debug)]
pub struct SignInMark(Option<PathBuf>);

impl Host {
    /// Waits for the right to sign a person in, whose token this entry is; the entry's own lock is only ever held for
    /// moments.
    ///
    /// # Errors
    /// As [`Host::lock`].
    pub fn lock_sign_in(&self, key: &CacheKey, waiting: impl FnOnce()) -> Result<SignInLock, HostError> {
        let began = SystemTime::now();
        let path = self.lock_file(key);
        let mark = path.as_ref().map(|path| path.with_extension("given-up"));
        let lock = match path {
            Some(path) => Lock::take(path.with_extension("sign-in.lock"), SIGN_IN_LIMIT, waiting)?,
            None => Lock::none(),
        };
        let lock = SignInLock { _lock: lock, mark, began };
        lock.forget_old();
        Ok(lock)
    }
}

impl SignInLock {
    /// Returns why the person did not sign in for another process while this one waited for it. Whoever begins afterwards
    /// is none of those who waited.
    #[must_use]
    pub fn given_up_meanwhile(&self) -> Option<GivenUp> {
        let (at, why) = self.noted()?;
        (at >= self.began).then_some(why)
    }

    /// Returns where to note that the person does not sign in.
    #[must_use]
    pub fn mark(&self) -> SignInMark {
        SignInMark(self.mark.clone())
    }

    fn noted(&self) -> Option<(SystemTime, GivenUp)> {
        let document: Value = serde_json::from_str(&std::fs::read_to_string(self.mark.as_ref()?).ok()?).ok()?;
        let why = match document.get("why")?.as_str()? {
            "cancelled" => GivenUp::Cancelled,
            "refused" => GivenUp::Refused,
            _ => return None,
        };
        Some((UNIX_EPOCH + Duration::from_micros(document.get("at")?.as_u64()?), why))
    }

    /// Nobody who waited then waits still.
    fn forget_old(&self) {
        let is_old = self.noted().is_some_and(|(at, _)| at.elapsed().is_ok_and(|since| since > SIGN_IN_LIMIT));
        if is_old && let Some(mark) = &self.mark {
            let _ = std::fs::remove_file(mark);
        }
    }
}

impl SignInMark {
    /// Notes it, before the lock is given back. Where it cannot be noted, those who wait ask for themselves.
    pub fn set(&self, why: GivenUp) {
        let Some(path) = &self.0 else { return };
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let why = match why {
            GivenUp::Cancelled => "cancelled",
            GivenUp::Refused => "refused",
        };
        let document = json!({"at": u64::try_from(since.as_micros()).unwrap_or(0), "pid": std::process::id(), "why": why});
        let _ = write_atomic(path, document.to_string().as_bytes(), false);
    }
}
