//! What a person sees while signing in. All of it is on stderr.

use std::time::{Duration, Instant};

use dialoguer::console::Term;
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use crate::context::Context;
use crate::report::clean;

/// A line that counts down while somebody is waited for, and is gone afterwards.
pub(super) struct Progress<'a> {
    context: &'a Context,
    text: String,
    end: Instant,
    shown: Option<u64>,
    /// Whether a line can be written over.
    rewrites: bool,
}

impl<'a> Progress<'a> {
    pub(super) fn start(context: &'a Context, text: String, limit: Duration) -> Self {
        let rewrites = context.ui.is_terminal() && terminal(context).is_some();
        if !rewrites {
            context.ui.line(&format!("  {text}; ctrl-c ends"));
        }
        Self { context, text, end: Instant::now() + limit, shown: None, rewrites }
    }

    /// Counts on; costs nothing between two seconds.
    pub(super) fn tick(&mut self) {
        let left = self.end.saturating_duration_since(Instant::now()).as_secs();
        if self.rewrites && self.shown != Some(left) {
            self.shown = Some(left);
            let line = format!("  {} · {}:{:02} left · ctrl-c ends", self.text, left / 60, left % 60);
            // A line that is broken in two cannot be written over.
            let width = usize::from(Term::stderr().size().1);
            let line: String = line.chars().take(width.saturating_sub(1)).collect();
            self.context.ui.write(&format!("\r\x1b[K{}", self.context.ui.style.dim(&line)));
        }
    }
}

impl Progress<'_> {
    /// Says something in the place of the line, which the next tick shows again below.
    pub(super) fn say(&mut self, text: &str) {
        let clearing = if self.rewrites { "\r\x1b[K" } else { "" };
        self.context.ui.line(&format!("{clearing}{text}"));
        self.shown = None;
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.rewrites {
            self.context.ui.write("\r\x1b[K");
        }
    }
}

/// Shows a page to open elsewhere, and the code to compare.
pub(super) fn device(context: &Context, label: &str, url: &str, user_code: &str) {
    let (ui, style) = (&context.ui, context.ui.style);
    let copied = copy(context, url);
    ui.line(&format!("\nTo sign in to {}, open this page on any device:\n\n  {}\n", style.bold(&clean(label)), clean(url)));
    if let Some(code) = qr_code(context, url) {
        ui.line(&code);
    }
    ui.line(&format!(
        "It must show this code: {}{}\n",
        style.bold(&clean(user_code)),
        if copied { "   (the page's address is in your clipboard, where the terminal allows it)" } else { "" }
    ));
}

/// The page as a QR code, where the terminal is large enough to show all of it.
fn qr_code(context: &Context, url: &str) -> Option<String> {
    terminal(context)?;
    let (rows, columns) = Term::stderr().size_checked()?;
    let code = QrCode::with_error_correction_level(url, EcLevel::L).ok()?;
    // Two modules a row, and the quiet zone of four on each side.
    let width = code.width() + 8;
    if width > usize::from(columns) || width.div_ceil(2) + 8 > usize::from(rows) {
        return None;
    }
    // Light modules are drawn, since terminals are dark; with colours it is right on any.
    let picture = code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build();
    let style = context.ui.style;
    let lines: Vec<String> = picture.lines().map(|line| style.paint("97;40", line)).collect();
    Some(lines.join("\n") + "\n")
}

/// Puts a text into the clipboard of the person's own machine, through the terminal (OSC 52). Whether it took it cannot be
/// known, so only terminals that do are told.
fn copy(context: &Context, text: &str) -> bool {
    let is_set = |name: &str| context.host.variable(name).is_some_and(|value| !value.is_empty());
    // GNOME's terminals, Apple's and the bare console do not.
    let deaf = is_set("VTE_VERSION") || context.host.variable("TERM_PROGRAM").is_some_and(|program| program == "Apple_Terminal");
    let Some(name) = terminal(context).filter(|name| !deaf && name != "linux") else { return false };
    let sequence = format!("\x1b]52;c;{}\x07", base64(text.as_bytes()));
    let sequence = match () {
        () if is_set("TMUX") => format!("\x1bPtmux;{}\x1b\\", sequence.replace('\x1b', "\x1b\x1b")),
        () if name.starts_with("screen") => format!("\x1bP{sequence}\x1b\\"),
        () => sequence,
    };
    context.ui.write(&sequence);
    true
}

/// The terminal's name, where it understands escape sequences.
fn terminal(context: &Context) -> Option<String> {
    if !context.ui.is_terminal() {
        return None;
    }
    let name = context.host.variable("TERM").map(|name| name.to_string_lossy().into_owned());
    name.or_else(|| cfg!(windows).then(|| "windows".to_owned())).filter(|name| !name.is_empty() && name != "dumb")
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let packed = chunk.iter().chain([&0, &0]).take(3).fold(0_usize, |packed, byte| packed << 8 | usize::from(*byte));
        for place in 0..4 {
            let letter = LETTERS[packed >> (18 - 6 * place) & 63];
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_rfc_4648s() {
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("https://h/?a", "aHR0cHM6Ly9oLz9h")]
        {
            assert_eq!(base64(text.as_bytes()), expected);
        }
    }
}
