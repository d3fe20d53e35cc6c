//! Names of sections and keys.

use awsenv_lint::Lint;
use awsenv_profile::IgnoredSection;
use awsenv_profile::cli::DifferenceKind;

use super::{Code, Words, say};

pub(super) fn words(lint: &Lint) -> Option<Words> {
    Some(match lint {
        Lint::SectionIgnored { name, why, meant, is_taken } => section_ignored(name, *why, meant.as_deref(), *is_taken),
        Lint::CliOnlySection { kind, name } => {
            say(Code::CliOnlySection, format!("only the AWS CLI reads {} `{name}`: for the SDKs it is not there", kind.word()))
                .here("a header that SDKs do not read")
                .help("they take a name of letters, digits and _ - / . % @ : + after `profile`, without quotes")
        }
        Lint::KeyIgnored { key } => {
            say(Code::KeyIgnored, format!("the SDKs do not read `{key}`")).help("a key is of letters, digits and _ - / . % @ : +")
        }
        Lint::MisspeltKey { key, meant, right } => {
            let report = say(Code::MisspeltKey, format!("no AWS tool knows `{key}`"));
            match right {
                Some(_) => report.help(format!("`{meant}` is there too: remove this line, or put its value there")),
                None => report.help(format!("did you mean `{meant}`?")),
            }
        }
        Lint::MisplacedKey { key, here, belongs, meant } => {
            let report = say(Code::MisplacedKey, format!("`{key}` means nothing in a section of this kind ([{}])", here.word()));
            match meant {
                Some(meant) => report.help(format!("here it is `{meant}`")),
                None => report.help(format!("it belongs into a [{} NAME]", belongs.word())),
            }
        }
        Lint::ReadDifferently { kind } => read_differently(*kind),
        Lint::InlineComment { key } => say(
            Code::InlineComment,
            format!("the AWS CLI takes the comment for a part of `{key}`; the SDKs do not"),
        )
        .here("a comment stands behind this")
        .help("if it is a comment, give it a line of its own above")
        .help(
            "if it belongs to the value, write that without ` #` and ` ;`: put a command into a script, `#` in an address is %23",
        ),
        Lint::RepeatsSession { key, .. } => {
            say(Code::SdksDiffer, format!("`{key}` belongs into the sso-session alone: SDKs refuse the profile that has it too"))
                .help("remove it from the profile")
        }
        _ => return None,
    })
}

fn section_ignored(name: &str, why: IgnoredSection, meant: Option<&str>, is_taken: bool) -> Words {
    let report = say(Code::SectionIgnored, format!("nobody reads the section [{name}]")).here(why.to_string());
    match (why, meant) {
        (IgnoredSection::PrefixInCredentials, Some(meant)) => Words {
            message: format!("[{name}] in the credentials file is no profile `{meant}`"),
            ..report.help(format!("write [{meant}]"))
        },
        (_, Some(meant)) if is_taken => {
            report.help(format!("[{meant}] is there too, and is read: put there what is missing, and remove this section"))
        }
        (_, Some(meant)) => report.help(format!("did you mean [{meant}]?")),
        (IgnoredSection::InvalidName, None) => report.help("choose a name without blanks"),
        (_, None) => report,
    }
}

fn read_differently(kind: DifferenceKind) -> Words {
    let report = say(Code::ReadDifferently, kind.to_string());
    match kind {
        DifferenceKind::CliReadsKeyEverywhere => report
            .here("below [DEFAULT] it is a setting of every profile for the AWS CLI, and of none for the SDKs")
            .help("write [default] for the profile of that name, or give every profile its own setting"),
        DifferenceKind::DifferentValue => {
            report.help("look for blanks of another kind, for indented comments and for a value that begins on the next line")
        }
        _ => report.help("write it so that both read the same: `name = value` below a plain header"),
    }
}
