//! Time: ten megabytes of anything are read and edited in a time that grows with them, not with their square.

use std::sync::mpsc;
use std::time::Duration;

use awsenv_profile::{Change, Document, FileKind, Place, ProfileSet, SectionKind, SourceFile, cli};

const BYTES: usize = 10 << 20;
/// Nanoseconds of processor time for a byte and all the readings of it (some thirty), in a build with optimisation and in one
/// without. A step that is quadratic takes hundreds of thousands.
const BUDGET: u64 = if cfg!(debug_assertions) { 40_000 } else { 8_000 };

/// Lines that hostile files are full of.
const HOSTILE: [(&str, &str); 14] = [
    ("", "["),
    ("", "[profile a]\n"),
    ("", "[profile 'a']\nk = v\n"),
    ("[profile a]\n", "k = v\n"),
    ("[profile a]\nk = v\n", "  more\n"),
    ("[profile a]\nk = v\n  more\n", "# c\n\n"),
    ("[profile a]\ns3 =\n", "  k = v\n"),
    ("[profile a]\ns3 =\n", " junk\n"),
    ("[profile a]\n", " junk\n"),
    ("[profile a]\nk = ", " #"),
    ("[profile a]\nk = ", "é\r"),
    ("[profile ", "\"a\" 'b' "),
    ("[DEFAULT]\n", "k = v\n"),
    ("\u{feff}", "\r"),
];

#[cfg(target_os = "linux")]
fn processor_time() -> u64 {
    // The time that this thread was on a processor, in nanoseconds: others that are busy do not count.
    #[expect(clippy::disallowed_methods, reason = "a test looks at the clock")]
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split_whitespace().next().and_then(|time| time.parse().ok()).unwrap_or_default()
}

#[cfg(not(target_os = "linux"))]
fn processor_time() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

/// Reads and edits a text in every way.
fn all(text: &str) -> u64 {
    let start = processor_time();
    let source = |kind| SourceFile::new(kind, "file", text);
    let set = ProfileSet::parse(Some(source(FileKind::Config)), Some(source(FileKind::Credentials)));
    let differences = cli::differences(&set);
    let document = Document::parse(source(FileKind::Config));
    assert_eq!(document.text(), text);
    for (key, sub) in [("k", None), ("s3", Some("k")), ("new", None)] {
        let place = Place { section: SectionKind::Profile, name: "a", key, sub };
        for value in [Some("w"), None] {
            if let Ok(changed) = document.changed(&[Change { place, value }]) {
                assert!(changed.len() <= text.len() + 64);
            }
        }
    }
    drop((set, differences, document));
    processor_time() - start
}

#[test]
fn ten_megabytes_take_ten_megabytes_time() {
    // Among the other tests a part tells the same.
    let is_long = crate::variable("AWSENV_FUZZ_SECONDS").or(crate::variable("AWSENV_FUZZ_CASES")).is_some();
    let bytes = if is_long { BYTES } else { BYTES / 32 };
    for (start, line) in HOSTILE {
        let text = start.to_owned() + &line.repeat(bytes / line.len());
        let (sender, receiver) = mpsc::channel();
        std::thread::spawn(move || sender.send(all(&text)));
        // What is quadratic would not come back today.
        let time = receiver.recv_timeout(Duration::from_secs(600)).unwrap_or_else(|_| panic!("{start:?} {line:?} does not end"));
        assert!(time / (bytes as u64) < BUDGET, "{start:?} {line:?}: {} ns a byte", time / bytes as u64);
    }
}
