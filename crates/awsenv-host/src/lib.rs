//! The machine, for awsenv: the process's environment, the user's files, the caches on disk that it shares with the
//! AWS CLI, locks between processes, child processes, the clock.
//!
//! It deliberately does not know the network or the terminal, and decides nothing: which files, which cache entries and
//! which variables matter is said by `awsenv-resolve`.

mod access;
mod account_ids;
mod atomic;
mod browser;
mod cache;
mod cache_content;
mod code_program;
mod complaint;
mod config_file;
mod directory_file;
mod environment;
mod error;
mod files;
mod history;
mod job;
mod json;
mod lock;
mod process;
mod programs;
mod refresh_attempt;
mod renewal;
mod restrict;
#[cfg(all(test, unix))]
mod scratch;
mod sign_in_lock;
mod spent_codes;
mod sso_cache;
mod sso_registration;
mod stamp;
mod trust;
mod words;

pub use access::{Access, WindowsDrives, access_of_others, foreign_owner, is_shared, may_write, without_permissions};
pub use atomic::write_atomic;
pub use browser::{NoBrowser, Opening};
pub(crate) use cache::is_mine;
pub use cache::{CacheWarning, RoleEntry};
pub use cache_content::{CacheContent, CacheFile};
pub use code_program::{CodeProgram, Manner};
pub use config_file::{Edited, is_open};
pub use directory_file::{
    DIRECTORY_FILE, DirectoryFile, DirectoryFileProblem, directory_file_place, directory_files, read_directory_file,
    working_directory,
};
pub use environment::{Directories, Host};
pub use error::{HostError, ProcessProblem};
pub use files::{Encoding, read_source, read_sources, read_text};
pub use history::History;
pub use job::is_job_of;
pub use lock::Lock;
pub use process::{PROFILE_CHAIN_VARIABLE, ProcessRequest};
pub use refresh_attempt::RefreshAttempt;
pub use renewal::FailedRenewal;
pub use restrict::restrict;
pub use sign_in_lock::{GivenUp, SignInLock, SignInMark};
pub use sso_cache::{LoginToken, NewLoginToken, NewSsoToken, SsoRefresh, SsoToken};
pub use sso_registration::SsoRegistration;
pub use trust::Trust;
