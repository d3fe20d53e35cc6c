//! Console credentials (`awsenv login` for a `login_session`) and MFA codes from wherever they can come.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod console;
mod console_faults;
mod console_refresh;
mod find_mfa;
mod mfa_programs;
mod mfa_spent;
mod support;
