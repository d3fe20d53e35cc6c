//! AWS over the network: the calls that a plan names (STS, the Identity Center portal and OIDC, the sign-in service of
//! `aws login`) and the two sources that a machine itself offers (containers, EC2 metadata). Blocking outside, async
//! inside: this is the only crate that names tokio or the SDK, and neither costs anything before the first call.
//!
//! It deliberately does not know which calls to make or in which order (the plan says), what is cached, which profile
//! asked, or how an error looks: it is given values and returns values. Of files it reads one, the authorization token
//! of a container, which has to be read anew for each request. It never calls `aws_config::load_…`, which would decide
//! all this again, by other rules and at twenty million instructions: clients are built from given settings.

mod ambient;
mod assignments;
mod authorize;
mod call;
mod callback;
mod cause;
mod classify;
mod client;
mod clock;
mod dpop;
mod error;
mod http;
mod iam;
mod login;
mod oidc;
mod pace;
mod proxy;
mod retry;
mod signin;
mod sso;
mod start_url;
mod sts;
mod time_check;
mod tls;
mod trace;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use awsenv_resolve::{ClientSettings, EnvSnapshot};
use tokio::runtime::Runtime;

pub use assignments::SsoAccount;
pub use authorize::SsoAttempt;
pub use callback::{Callback, CallbackError};
pub use dpop::{DpopKeyError, Pkce, new_dpop_key, new_state};
pub use error::{AwsError, AwsErrorKind};
pub use login::{LoginAttempt, PastedCodeError, subject_of};
pub use oidc::{ClientRegistration, DeviceAuthorization, DevicePoll, SsoTokenAnswer};
pub use signin::{LoginAnswer, LoginCode};
pub use start_url::{StartUrl, is_portal};
pub use sts::{AssumeRoleInput, AssumedRole, CallerIdentity};
pub use trace::{RequestTrace, Trace};

use crate::http::Transport;

/// How AWS is to be called.
#[derive(Clone, Debug)]
pub struct AwsOptions {
    /// Endpoints, FIPS, dual stack, attempts: as resolved from environment and profile.
    pub client: ClientSettings,
    /// The region whose STS is asked.
    pub sts_region: String,
    /// The authorities to trust instead of the machine's own, as PEM. (That the file can be read is the caller's care.)
    pub ca_bundle_pem: Option<Vec<u8>>,
    /// The environment: proxies, and where containers and instances find their credentials.
    pub env: EnvSnapshot,
    /// Is told of each request (`-vv`), without secrets.
    pub trace: Option<fn(&Trace)>,
}

/// How long a call may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TimeLimits {
    /// Name lookup, connection and TLS.
    pub connect: Duration,
    /// One request with its answer.
    pub attempt: Duration,
    /// The whole operation with all attempts.
    pub operation: Duration,
}

impl Default for TimeLimits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(5), attempt: Duration::from_secs(10), operation: Duration::from_secs(20) }
    }
}

/// AWS, ready to be called. Making one costs nothing; the first call makes the runtime, and with it connections that
/// later calls share.
pub struct Aws {
    options: AwsOptions,
    limits: TimeLimits,
    transport: OnceLock<Arc<Transport>>,
    runtime: OnceLock<Runtime>,
}

impl Aws {
    /// Takes the settings; does nothing yet.
    pub fn new(options: AwsOptions) -> Self {
        Self { options, limits: TimeLimits::default(), transport: OnceLock::new(), runtime: OnceLock::new() }
    }

    /// Changes how long a call may take.
    #[must_use]
    pub fn with_time_limits(mut self, limits: TimeLimits) -> Self {
        self.limits = limits;
        self
    }

    fn block_on<T>(&self, future: impl Future<Output = T>) -> T {
        let runtime = self.runtime.get_or_init(|| {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            runtime.expect("the operating system gives a program the few descriptors that an event loop needs")
        });
        runtime.block_on(future)
    }

    fn transport(&self) -> &Arc<Transport> {
        self.transport.get_or_init(|| Arc::new(Transport::new(&self.options)))
    }
}

impl Drop for Aws {
    /// A name lookup that has hung cannot be cancelled, and a runtime would wait for it.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl std::fmt::Debug for Aws {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Aws").field("options", &self.options).field("limits", &self.limits).finish_non_exhaustive()
    }
}
