//! Links the program at a fixed address where that is safe, so that starting it costs what a small program costs.
//!
//! The SDK brings some 37,000 relocations into a position-independent executable, and the loader goes through all of
//! them before `main`, at every prompt: 0.5 million instructions, 0.6 ms. At a fixed address there are none left to do.
//! The code itself stays position-independent, and heap, stack and libraries stay at random addresses; what is given up
//! is the random address of the program's own image.
//!
//! Linking the C library in as well (`+crt-static`) would save 0.2 million instructions and 0.25 ms more, but has to be
//! asked for outside of the package (`RUSTFLAGS`), which nobody does who types `cargo install`, and such a program
//! finds hosts without the resolver modules of the system that it runs on.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    let is_tested = target("OS") == "linux" && target("ENV") == "gnu" && ["x86_64", "aarch64"].contains(&target("ARCH").as_str());
    // Somebody who asks for a static C library gets a static-PIE from rustc, which this option would undo by halves.
    let is_static = target("FEATURE").split(',').any(|feature| feature == "crt-static");
    if is_tested && !is_static {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
