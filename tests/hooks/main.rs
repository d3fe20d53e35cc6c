//! Directories: trust, and the hooks of real shells with the real binary.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod beside;
mod doctor;
mod jobs;
mod manual;
mod other_shells;
mod places;
mod process_count;
mod prompt_text;
mod renewal;
mod strict;
mod support;
mod switching;
mod trust;
