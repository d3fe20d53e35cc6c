//! Programs that a machine may or may not have.

use std::process::{Command, Stdio};

/// Returns whether a program works here. Where it does not, says so so that nobody can miss it, or fails when it is required.
///
/// # Panics
/// When `AWSENV_REQUIRE_SHELLS` (a list with commas) names the program, and it does not work.
pub fn is_here(program: &str, arguments: &[&str]) -> bool {
    let here = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !here {
        let shown = format!("{program} {}", arguments.join(" "));
        assert!(!is_required(program), "`{shown}` is required and does not work here");
        // Straight to stderr: the test harness would swallow eprintln!.
        _ = std::io::Write::write_all(&mut std::io::stderr(), format!("SKIPPED: {shown} does not work here\n").as_bytes());
    }
    here
}

/// Returns whether this run may not do without a program: `tests/run` names those that CI must have.
pub fn is_required(program: &str) -> bool {
    let required = std::env::var("AWSENV_REQUIRE_SHELLS").unwrap_or_default();
    required.split(',').any(|name| name == program)
}
