//! Texts that are compared as a whole, without what differs from run to run.

use std::path::Path;

use crate::Sandbox;

/// Compares a text with a file, in which `[..]` stands for any part of a line and a line `...` for any lines. With
/// `SNAPSHOTS=overwrite` in the environment the file is written instead.
///
/// # Panics
/// When they differ.
#[track_caller]
pub fn assert_snapshot(actual: &str, expected: &Path) {
    let expected = snapbox::Data::read_from(expected, Some(snapbox::data::DataFormat::Text));
    snapbox::Assert::new().action_env("SNAPSHOTS").eq(snapbox::Data::text(actual), expected);
}

impl Sandbox {
    /// Replaces what differs from run to run: paths, ports, moments, times left, keys.
    pub fn scrub(&self, text: &str) -> String {
        let mut text = text.replace(&*self.home().to_string_lossy(), "[HOME]");
        text = text.replace(&*self.root().to_string_lossy(), "[ROOT]");
        if let Some(server) = self.server_if_any() {
            text = text.replace(&server.endpoint(), "[ENDPOINT]");
        }
        let mut scrubbed = String::new();
        for line in text.split_inclusive('\n') {
            scrubbed.push_str(&words(line));
        }
        scrubbed
    }
}

/// Cuts a line at everything that no moment, duration or key has inside it, and judges each piece.
fn words(line: &str) -> String {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, ':' | '-' | '+' | '/' | '.' | '_');
    let mut out = String::new();
    let mut rest = line;
    while !rest.is_empty() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(end);
        out.push_str(&piece(word));
        let skip = after.chars().next().map_or(0, char::len_utf8);
        out.push_str(&after[..skip]);
        rest = &after[skip..];
    }
    out
}

fn piece(word: &str) -> String {
    if let Some((before, after)) = word.split_once("awsenv-session-") {
        return format!("{before}awsenv-session-[TIME]{}", after.trim_start_matches(|c: char| c.is_ascii_digit()));
    }
    let shape: String = word.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
    if shape.starts_with("0000-00-00T00:00:00") {
        return "[TIME]".to_owned();
    }
    if word.len() == 20 && (word.starts_with("ASIA") || word.starts_with("AKIA")) {
        return format!("[{}]", &word[..4]);
    }
    let groups: Vec<&str> = word.split('-').collect();
    let is_hex = |group: &&str| group.bytes().all(|byte| byte.is_ascii_hexdigit());
    if groups.iter().all(is_hex) && groups.iter().map(|group| group.len()).eq([8, 4, 4, 4, 12]) {
        return "[ID]".to_owned();
    }
    if shape.strip_suffix('d').is_some_and(|days| !days.is_empty() && days.bytes().all(|byte| byte == b'0')) {
        return "[LEFT]".to_owned();
    }
    if matches!(shape.as_str(), "0h" | "00h" | "0h0m" | "0h00m" | "00h0m" | "00h00m" | "0m" | "00m" | "0s" | "00s") {
        return "[LEFT]".to_owned();
    }
    word.to_owned()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn what_differs_is_replaced() {
        for (line, scrubbed) in [
            ("until 2026-11-22T05:59:52Z)", "until [TIME])"),
            ("keys, 3h59m left", "keys, [LEFT] left"),
            ("AROAX:awsenv-session-1795328657", "AROAX:awsenv-session-[TIME]"),
            ("90d left, id 10228071-6b92-4cc0-aadc-33a12259d3fb", "[LEFT] left, id [ID]"),
            ("key ASIAABCDEFGHIJKLMNOP of", "key [ASIA] of"),
            ("~/.aws/config:3:18 › 222222222222", "~/.aws/config:3:18 › 222222222222"),
        ] {
            assert_eq!(words(line), scrubbed);
        }
    }
}
