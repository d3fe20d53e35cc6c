//! The reading of both files.

#![no_main]

#[path = "../../tests/fuzz/targets/mod.rs"]
#[expect(dead_code, reason = "the other targets")]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::scanner(data));
