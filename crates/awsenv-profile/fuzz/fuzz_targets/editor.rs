//! Edits of one file.

#![no_main]

#[path = "../../tests/fuzz/targets/mod.rs"]
#[expect(dead_code, reason = "the other targets")]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::editor(data));
