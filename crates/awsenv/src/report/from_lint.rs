//! What a lint has found, in words.

use awsenv_lint::{Finding, Lint, Severity as LintSeverity, Wrong};
use awsenv_profile::cli::DifferenceKind;
use awsenv_profile::{IgnoredSection, Repair, SourceMap};
use awsenv_resolve::ResolveError;

use super::label::without_secrets;
use super::{Code, Label, Report, Severity, advice, one_of};

/// How many other places with the same cause are shown.
const SHOWN: usize = 3;

/// A finding as a report.
pub(crate) fn lint(finding: &Finding, sources: &std::sync::Arc<SourceMap>) -> Report {
    let report = match &finding.lint {
        Lint::Problem { problem, profiles } => {
            let error = ResolveError { problem: problem.clone(), sources: std::sync::Arc::clone(sources) };
            let report = Report::from(error);
            match profiles {
                0 | 1 => report,
                _ => report.help(format!("{profiles} profiles cannot be used because of this")),
            }
        }
        Lint::Advice(what) => advice(what, sources),
        other => words(other, finding, sources),
    };
    let severity = match finding.lint.severity() {
        LintSeverity::Error => Severity::Error,
        LintSeverity::Warning => Severity::Warning,
        LintSeverity::Note => Severity::Note,
    };
    let message = without_secrets(&report.message);
    let help = report.help.iter().map(|help| without_secrets(help)).collect();
    Report { severity, message, help, ..report }
}

/// What `--fix` does, as an order.
pub(crate) fn repair(repair: &Repair, sources: &SourceMap) -> String {
    let slice = |span| without_secrets(sources.slice(span).trim());
    let line = |span| sources.location(span).line;
    match repair {
        Repair::RenameKey { at, to } => format!("rename `{}` to `{to}`", slice(*at)),
        Repair::RenameSection { at, to } => format!("write the header in line {} as [{to}]", line(*at)),
        Repair::SetValue { at, to: _ } => format!("take the quotes in line {} away", line(*at)),
        Repair::LiftComment { at } => format!("move the comment in line {} to a line of its own above", line(*at)),
        Repair::RemoveSetting { at } => format!("remove `{}` in line {}", slice(*at), line(*at)),
        Repair::RemoveSection { at } => format!("remove {} in line {}, which adds nothing", slice(*at), line(*at)),
        Repair::RemoveByteOrderMark => "remove the byte order mark".to_owned(),
    }
}

/// A report without places.
struct Words {
    code: Code,
    message: String,
    /// At the place.
    text: String,
    help: Vec<String>,
}

fn say(code: Code, message: impl Into<String>) -> Words {
    Words { code, message: message.into(), text: String::new(), help: Vec::new() }
}

impl Words {
    fn here(self, text: impl Into<String>) -> Self {
        Self { text: text.into(), ..self }
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help.push(help.into());
        self
    }
}

fn words(lint: &Lint, finding: &Finding, sources: &SourceMap) -> Report {
    let words = of_text(lint).or_else(|| of_names(lint)).or_else(|| of_values(lint)).or_else(|| of_credentials(lint));
    let Words { code, message, text, help } = words.unwrap_or_else(|| say(Code::Internal, "a finding without words"));
    let mut label = Label::new(sources, finding.span, text);
    // The line's own key does not say that it is a secret.
    if let Lint::MisspeltKey { key, meant } = lint
        && ["secret", "token", "process"].iter().any(|word| meant.contains(word))
    {
        label.source_line = format!("{key} = ****");
        label.column = 1;
    }
    let mut report = Report::error(code, message).label(label);
    let earlier = match lint {
        Lint::DuplicateSection { first, .. } | Lint::DuplicateKey { first, .. } => Some((*first, "the first one")),
        Lint::DefaultTwice { other: Some(other) } => Some((*other, "this one the SDKs read")),
        Lint::Overridden { by, .. } => Some((*by, "this one counts")),
        _ => None,
    };
    let also = finding.also.iter().map(|span| (*span, "")).take(SHOWN);
    for (span, text) in earlier.into_iter().chain(also) {
        report = report.label(Label::new(sources, span, text));
    }
    // What `--fix` does about it says it as well.
    for help in help.into_iter().filter(|_| finding.repair.is_none()) {
        report = report.help(help);
    }
    report
}

/// The text itself.
fn of_text(lint: &Lint) -> Option<Words> {
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
        Lint::DuplicateSection { name, .. } => {
            say(Code::DuplicateSection, format!("[{name}] is there twice, and the AWS CLI refuses the whole file for it"))
                .here("again")
                .help("put the settings of both below one header; the SDKs do, and the later value counts")
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

/// Names of sections and keys.
fn of_names(lint: &Lint) -> Option<Words> {
    Some(match lint {
        Lint::SectionIgnored { name, why, meant } => section_ignored(name, *why, meant.as_deref()),
        Lint::CliOnlySection { kind, name } => {
            say(Code::CliOnlySection, format!("only the AWS CLI reads {} `{name}`: for the SDKs it is not there", kind.word()))
                .here("a header that SDKs do not read")
                .help("they take a name of letters, digits and _ - / . % @ : + after `profile`, without quotes")
        }
        Lint::KeyIgnored { key } => {
            say(Code::KeyIgnored, format!("the SDKs do not read `{key}`")).help("a key is of letters, digits and _ - / . % @ : +")
        }
        Lint::MisspeltKey { key, meant } => {
            say(Code::MisspeltKey, format!("no AWS tool knows `{key}`")).help(format!("did you mean `{meant}`?"))
        }
        Lint::MisplacedKey { key, here, belongs, meant } => {
            let report = say(Code::MisplacedKey, format!("`{key}` means nothing in a section of this kind ([{}])", here.word()));
            match meant {
                Some(meant) => report.help(format!("here it is `{meant}`")),
                None => report.help(format!("it belongs into a [{} NAME]", belongs.word())),
            }
        }
        Lint::ReadDifferently { kind } => read_differently(*kind),
        Lint::InlineComment { key } => {
            say(Code::InlineComment, format!("the AWS CLI takes the comment for a part of `{key}`; the SDKs do not"))
                .here("a comment stands behind this")
                .help("give the comment a line of its own")
        }
        Lint::RepeatsSession { key, .. } => {
            say(Code::SdksDiffer, format!("`{key}` belongs into the sso-session alone: SDKs refuse the profile that has it too"))
                .help("remove it from the profile")
        }
        _ => return None,
    })
}

fn section_ignored(name: &str, why: IgnoredSection, meant: Option<&str>) -> Words {
    let report = say(Code::SectionIgnored, format!("nobody reads the section [{name}]")).here(why.to_string());
    match (why, meant) {
        (IgnoredSection::PrefixInCredentials, Some(meant)) => Words {
            message: format!("[{name}] in the credentials file is no profile `{meant}`"),
            ..report.help(format!("write [{meant}]"))
        },
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

/// Values.
fn of_values(lint: &Lint) -> Option<Words> {
    Some(match lint {
        Lint::Quoted { key } => {
            say(Code::QuotedValue, format!("the quotes are a part of `{key}`: these files need none")).help("take them away")
        }
        Lint::InvalidValue { key, value, wrong } => invalid(key, value, wrong),
        Lint::UnknownRegion { key, region, suggestions } => {
            let report = say(Code::UnknownRegion, format!("there is no region `{region}` (`{key}`)"));
            if suggestions.is_empty() { report } else { report.help(format!("did you mean {}?", one_of(suggestions))) }
        }
        Lint::RelativePath { key } => {
            let why = match key.as_str() {
                "credential_process" => "the AWS CLI starts it without a shell, so `~` and `$` stay what they are",
                _ => "it is taken as it stands, from wherever one is; `~` is not the home directory",
            };
            say(Code::RelativePath, format!("`{key}` is no whole path")).here(why).help("write the path from / on")
        }
        Lint::ServicesNotFound { name, suggestions } => {
            let message = format!("there is no [services {name}], for which the AWS CLI refuses every command of the profile");
            let report = say(Code::ServicesNotFound, message);
            match suggestions.is_empty() {
                true => report.help(format!("add [services {name}] to the config file, or remove the line")),
                false => report.help(format!("did you mean {}?", one_of(suggestions))),
            }
        }
        Lint::PartitionDiffers { profile, region, partition, role_partition } => say(
            Code::PartitionDiffers,
            format!("the role of profile `{profile}` is in the partition {role_partition}, its region {region} in {partition}"),
        )
        .here("no STS of that region knows it")
        .help("correct the ARN or the region"),
        Lint::Unused { profile, key, without } => {
            say(Code::SettingUnused, format!("`{key}` of profile `{profile}` means nothing without `{without}`"))
                .help(format!("add `{without}`, or remove the line"))
        }
        Lint::Overridden { profile, key, .. } => say(
            Code::SettingShadowed,
            format!("`{key}` of profile `{profile}` is something else in the credentials file, which wins"),
        )
        .here("this one does not count")
        .help("remove one of the two lines"),
        Lint::Shadowed { profile, key, by } => {
            say(Code::SettingShadowed, format!("`{key}` of profile `{profile}` does not count, because of `{by}`"))
                .help("a profile has one kind of credentials: remove the settings of the other")
        }
        Lint::RegionMissing { profiles } => {
            say(Code::RegionMissing, these(profiles, "has no region, and inherits none", "have no region, and inherit none"))
                .help("awsenv configure set region REGION --profile NAME")
        }
        _ => return None,
    })
}

fn invalid(key: &str, value: &str, wrong: &Wrong) -> Words {
    let value: String = value.chars().take(80).collect();
    let message = format!("`{key}` cannot be `{}`", value.replace('\n', " "));
    let report = say(Code::InvalidValue, message);
    match wrong {
        Wrong::NoneOf(values) => {
            let values: Vec<String> = values.iter().map(|&value| value.to_owned()).collect();
            report.help(format!("it is {}", one_of(&values)))
        }
        Wrong::NotBoolean => report.here("this counts as `false`").help("it is `true` or `false`"),
        Wrong::NotANumber => report.help("it is a whole number"),
        Wrong::OutOfRange(least, i64::MAX) => report.help(format!("it is {least} at least")),
        Wrong::OutOfRange(least, most) => report.help(format!("it is between {least} and {most}")),
        Wrong::NotArn(form) => report.help(format!("it is an ARN: {form}")),
        Wrong::NotAccountId => report.help("an account id is twelve digits, without hyphens"),
        Wrong::NotHttps => report.help("it is an address: https://NAME.awsapps.com/start"),
        Wrong::Blank => report.help("it has no blanks"),
        Wrong::NotABlock => report.help(format!("its settings are indented lines below `{key} =`")),
    }
}

/// Access keys.
fn of_credentials(lint: &Lint) -> Option<Words> {
    Some(match lint {
        Lint::PlainTextKeys { profiles } => {
            let message =
                format!("{} long-term keys in plain text, which every program of yours can read", these(profiles, "has", "have"));
            say(Code::PlainTextKeys, message)
                .help("best is none: `awsenv configure sso-session` and `awsenv login`, or `awsenv login NAME` with the console's sign-in")
                .help("or keep them in a keychain behind `credential_process`, and let them only assume roles, with MFA")
        }
        Lint::SharedKeys { profiles } => say(Code::SharedKeys, format!("profiles {} have the same access key", listed(profiles)))
            .help("keep it in one of them, and let the others name that one as `source_profile`"),
        Lint::KeysInConfig { profiles } => {
            say(Code::KeysInConfig, format!("{} access keys in the config file", these(profiles, "has", "have")))
                .help("the credentials file is for them: the config file is shown and shared more lightly")
        }
        Lint::TokenMissing { profile } => say(
            Code::SessionTokenMissing,
            format!("the access key of profile `{profile}` is a temporary one, and its session token is missing"),
        )
        .here("ASIA… is never valid alone")
        .help("add its `aws_session_token`, or take new credentials"),
        Lint::TokenUnwanted { profile } => say(
            Code::SessionTokenUnwanted,
            format!("profile `{profile}` has a session token beside a long-term key, and AWS refuses the two together"),
        )
        .here("left over from other credentials")
        .help("remove the session token"),
        Lint::KeysSwapped { profile } => {
            say(Code::KeysSwapped, format!("the secret access key of profile `{profile}` is an access key id"))
                .help("the id begins with AKIA or ASIA, the secret has forty letters of both kinds: they may have changed places")
        }
        Lint::OddKeyId { profile } => {
            say(Code::InvalidValue, format!("the access key id of profile `{profile}` does not look like one"))
                .help("it has twenty capital letters and digits, and begins with AKIA or ASIA")
        }
        _ => return None,
    })
}

/// "profile `a` has", or "profiles `a`, `b`, `c` and 4 more have".
fn these(profiles: &[String], has: &str, have: &str) -> String {
    match profiles {
        [one] => format!("profile `{one}` {has}"),
        _ => format!("profiles {} {have}", listed(profiles)),
    }
}

fn listed(profiles: &[String]) -> String {
    let names: Vec<String> = profiles.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    match (profiles.len().saturating_sub(SHOWN), names.split_last()) {
        (0, Some((last, [_, ..]))) => format!("{} and {last}", names[..names.len() - 1].join(", ")),
        (0, _) => names.concat(),
        (more, _) => format!("{} and {more} more", names.join(", ")),
    }
}

fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}
