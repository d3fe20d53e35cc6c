//! One call of an operation: the name that its requests and errors go under, and what must not be seen of it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use awsenv_resolve::{Credentials, Secret};

/// Who is asked. The same error code means different things to different services.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Asked {
    Sts,
    Portal,
    Oidc,
    Signin,
    Iam,
    Container,
    Instance,
}

/// What is known about a call while it is under way.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) asked: Asked,
    pub(crate) operation: &'static str,
    secrets: Vec<Secret>,
    route: Mutex<Option<Route>>,
    attempts: AtomicU32,
}

/// The way that the last request took.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Route {
    /// `https://host:port`.
    pub(crate) endpoint: String,
    /// The proxy, without its password.
    pub(crate) proxy: Option<String>,
}

impl Call {
    /// Begins a call; the secrets are those that it sends.
    pub(crate) fn new<'a>(asked: Asked, operation: &'static str, secrets: impl IntoIterator<Item = &'a Secret>) -> Arc<Self> {
        let secrets = secrets.into_iter().cloned().collect();
        Arc::new(Self { asked, operation, secrets, route: Mutex::new(None), attempts: AtomicU32::new(0) })
    }

    pub(crate) fn set_route(&self, route: Route) {
        *self.route.lock().unwrap_or_else(PoisonError::into_inner) = Some(route);
    }

    /// Counts a request of this call, from 1.
    pub(crate) fn next_attempt(&self) -> u32 {
        self.attempts.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(crate) fn route(&self) -> Option<Route> {
        self.route.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Takes out of a text whatever this call sends in confidence: a service may quote it back.
    pub(crate) fn masked(&self, text: &str) -> String {
        let worth_hiding = self.secrets.iter().filter(|secret| secret.reveal().len() >= 4);
        worth_hiding.fold(text.to_owned(), |text, secret| text.replace(secret.reveal(), "****"))
    }
}

/// Returns what is secret in credentials.
pub(crate) fn secrets_of(credentials: &Credentials) -> impl Iterator<Item = &Secret> {
    [Some(&credentials.secret_access_key), credentials.session_token.as_ref()].into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_what_it_sends() {
        let call = Call::new(Asked::Sts, "AssumeRole", [&Secret::new("123456"), &Secret::new("")]);
        assert_eq!(call.masked("Value '123456' at 'tokenCode'"), "Value '****' at 'tokenCode'");
        assert!(!format!("{call:?}").contains("123456"));
    }
}
