//! Profiles, environment and request in; out comes what must happen to get credentials, what a person must give for
//! it, and what a shell must then change. All of AWS's rules are here: the order of credential providers, role chains,
//! regions, cache names, expiry, the `AWS_*` variables.
//!
//! This crate deliberately does not know how anything is fetched, printed or quoted, which files exist, or what time
//! it is: it is given values and returns values, so that every hard question is a table of tests.

mod arn;
mod auto_mode;
mod cache_key;
mod chain;
mod client;
mod credentials;
mod error;
mod export;
mod limit;
mod location;
mod mfa;
mod need;
mod plan;
mod provider;
pub mod region;
mod request;
mod sdk_choice;
mod sdks;
mod secret;
mod settings;
mod snapshot;
mod sourced;
mod state;
mod suggest;
mod timestamp;
pub mod variable;
mod wanted;

pub use arn::{Arn, account_of, is_account_id};
pub use auto_mode::KeysReason;
pub use cache_key::{CacheKey, CacheKind, RoleArguments, SsoCacheName, hex};
pub use chain::sso_session_named;
pub use client::{ClientSettings, InvalidSetting, Service, client_settings};
pub use credentials::{Credentials, REUSE_SECONDS};
pub use error::{Advice, Problem, ResolveError};
pub use export::{Change, EnvDelta, Value, Wanted, base_environment, current_state, delta};
pub use location::{Locations, Platform, expand, home};
pub use mfa::MfaProcess;
pub use need::{CacheView, Need, TokenState};
pub use plan::{
    AssumeRole, CHAINED_ROLE_SECONDS, ResolutionPlan, SessionToken, Shadowed, plan, plan_alone, profile_of_account_role,
};
pub use provider::{Base, Provider, SsoSession};
pub use request::{Mode, ProfileChoice, Request};
pub use sdk_choice::{Sdk, SdkChoice, SdkSubject};
pub use secret::Secret;
pub use settings::{Setting, settings_in_force};
pub use snapshot::EnvSnapshot;
pub use sourced::{Provenance, Sourced};
pub use state::{Entry, New, Old, Origin, PARKED_MARK, STATE_VARIABLE, State, content_hash, secret_hash};
pub use suggest::{distance, nearest};
pub use timestamp::Timestamp;
pub use wanted::{keys_wanted, profile_wanted};
