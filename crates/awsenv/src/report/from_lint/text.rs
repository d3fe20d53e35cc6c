//! Lines and sections that somebody refuses.

use awsenv_lint::Lint;

use super::{Code, Words, say};

pub(super) fn words(lint: &Lint) -> Option<Words> {
    Some(match lint {
        Lint::BrokenLine { kind, cli } => {
            let who = if *cli { "the AWS CLI and the SDKs refuse" } else { "the SDKs refuse" };
            say(Code::ConfigSyntax, format!("a line is not understood, and {who} the whole file for it"))
                .here(lower(&kind.to_string()))
                .help("every line is [a header], `name = value`, a # comment, or the indented continuation of a value")
        }
        Lint::CliRefuses { kind } => {
            say(Code::CliRefusesFile, "the AWS CLI refuses the whole file because of this line").here(kind.to_string())
        }
        Lint::ByteOrderMark => {
            say(Code::ByteOrderMark, "the file begins with a byte order mark, for which the AWS CLI and the SDKs refuse it")
                .help("let your editor save it as UTF-8 without BOM")
        }
        Lint::Binary => say(Code::ConfigSyntax, "the file is no text: it has a NUL byte")
            .help("it may be UTF-16, or not the file that you mean: look at AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE"),
        Lint::Large { bytes } => {
            say(Code::FileLarge, format!("the file has {} MiB, which every AWS command reads anew", bytes >> 20))
                .help("take out what is not used any more")
        }
        Lint::MixedLineEnds { crlf, lf } => {
            let (few, kind, other) = if crlf < lf { (crlf, "CRLF", "LF") } else { (lf, "LF", "CRLF") };
            let lines = if *few == 1 { "1 line ends".to_owned() } else { format!("{few} lines end") };
            say(Code::LineEndsMixed, format!("{lines} in {kind}, the others in {other}"))
                .help("every reader takes both; `dos2unix` makes them one")
        }
        Lint::DuplicateSection { name, both, .. } => {
            let why = match both.as_slice() {
                [] => "a line of theirs would be lost or read differently by the AWS CLI".to_owned(),
                [key] => format!("`{key}` is in both, and only you know which is right"),
                [key, ..] => format!("`{key}` and others are in both, and only you know which are right"),
            };
            say(Code::DuplicateSection, format!("[{name}] is there twice, and the AWS CLI refuses the whole file for it"))
                .here("again")
                .help("put the settings of both below one header; the SDKs do, and the later value counts")
                .help(format!("`awsenv doctor --fix` leaves them: {why}"))
        }
        Lint::DuplicateKey { key, .. } => say(
            Code::DuplicateKey,
            format!("`{key}` is there twice in one section, and the AWS CLI refuses the whole file for it"),
        )
        .here("again; the SDKs take this one")
        .help("remove one of the two"),
        Lint::DefaultTwice { .. } => say(
            Code::DefaultTwice,
            "both [default] and [profile default] are there: the SDKs read the latter, the AWS CLI the last one",
        )
        .here("the SDKs pass over this one")
        .help("put the settings of both below [default]"),
        _ => return None,
    })
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
