//! AWS's published parser vectors, the measured two-dialect vectors, and our own, against `awsenv-profile`.
//!
//! The first two are read from `../shared`, outside the repository; where that folder is absent they are skipped, loudly.

#![expect(clippy::unwrap_used, reason = "a test may panic")]
#![expect(clippy::disallowed_methods, reason = "the vectors are files")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use awsenv_profile::cli::{self, CliSection, CliSections, CliValue, CliView};
use awsenv_profile::{FileKind, ProfileSet, Section, SectionName, SourceFile, Span, Visibility};
use serde_json::{Map, Value, json};

/// Where awsenv leaves the SDKs' reading, deliberately: it skips a byte order mark, with a warning.
const READ_IN_SPITE_OF_THE_SDKS: [&str; 1] = ["bom"];

fn shared(path: &str) -> Option<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared").join(path);
    let Ok(text) = std::fs::read_to_string(&path) else {
        // Straight to the file descriptor, because the test harness keeps `eprintln!` to itself.
        std::io::stderr().write_all(format!("SKIPPED: {} is not there\n", path.display()).as_bytes()).unwrap();
        return None;
    };
    Some(serde_json::from_str(&text).unwrap())
}

fn tests(vectors: &Value) -> &[Value] {
    vectors["tests"].as_array().unwrap()
}

fn source(kind: FileKind, text: &Value) -> Option<SourceFile> {
    text.as_str().map(|text| SourceFile::new(kind, name_of(kind), text))
}

fn parse(files: &Value) -> ProfileSet {
    let config = source(FileKind::Config, &files["configFile"]);
    ProfileSet::parse(config, source(FileKind::Credentials, &files["credentialsFile"]))
}

fn name_of(file: FileKind) -> &'static str {
    match file {
        FileKind::Config => "config",
        FileKind::Credentials => "credentials",
    }
}

/// The sections that the SDKs read, as AWS's vectors write them: blocks as raw text.
fn as_the_sdks<'a>(sections: impl Iterator<Item = Section<'a>>) -> Value {
    let everywhere = sections.filter(|section| section.visibility() == Visibility::Everywhere);
    let settings =
        |section: Section<'_>| section.settings().map(|(key, value)| (key.value.to_owned(), json!(value.value))).collect();
    everywhere.map(|section| (section.name().to_owned(), Value::Object(settings(section)))).collect::<Map<_, _>>().into()
}

#[test]
fn awss_own_vectors_pass() {
    let Some(vectors) = shared("conformance/profile-parser-tests.json") else {
        return;
    };
    assert_eq!(tests(&vectors).len(), 65, "the suite has changed");
    for test in tests(&vectors) {
        let (name, output) = (&test["name"], &test["output"]);
        let set = parse(&test["input"]);
        let errors: Vec<String> = set.errors().iter().map(ToString::to_string).collect();
        if let Some(expected) = output["errorContaining"].as_str() {
            assert!(errors.first().is_some_and(|error| error.contains(expected)), "{name}: {errors:?}");
        } else {
            assert_eq!(errors, [""; 0], "{name}");
            let expected = output["config"].as_object().unwrap();
            assert_eq!(as_the_sdks(set.profiles()), expected["profiles"], "{name}");
            let sessions = expected.get("sso_sessions").cloned().unwrap_or(json!({}));
            assert_eq!(as_the_sdks(set.sso_sessions()), sessions, "{name}");
        }
    }
}

#[test]
fn the_sdks_reading_of_the_dialect_vectors_is_ours() {
    let Some(vectors) = shared("vectors/dialect-vectors.json") else {
        return;
    };
    assert_eq!(tests(&vectors).len(), 50, "the suite has changed");
    for test in tests(&vectors) {
        let (name, expected) = (test["name"].as_str().unwrap(), &test["sdk"]);
        let set = parse(test);
        let first_error = set.errors().first().map(|error| {
            let line = set.sources().location(error.span).line;
            format!("error parsing  on line {line}:\n  {error}")
        });
        if READ_IN_SPITE_OF_THE_SDKS.contains(&name) {
            assert!(expected["error"].is_string() && first_error.is_none(), "{name} is no exception");
            assert_eq!(set.warnings().len(), 1, "{name}");
            continue;
        }
        assert_eq!(first_error.as_deref(), expected["error"].as_str(), "{name}");
        if first_error.is_none() {
            assert_eq!(as_the_sdks(set.profiles()), expected["profiles"], "{name}");
            let services = expected.get("services").cloned().unwrap_or(json!({}));
            assert_eq!(services_of(&set), services, "{name}");
        }
    }
}

/// The services sections with their blocks taken apart, as the SDK keeps them.
fn services_of(set: &ProfileSet) -> Value {
    let mut services = Map::new();
    for section in set.services_sections() {
        let mut blocks = Map::new();
        for (key, _) in section.settings() {
            let sub = section.sub_properties(key.value).into_iter();
            let block: Map<_, _> = sub.map(|(key, value)| (key.value.to_owned(), json!(value.value))).collect();
            blocks.insert(key.value.to_owned(), block.into());
        }
        services.insert(section.name().to_owned(), blocks.into());
    }
    services.into()
}

#[test]
fn the_clis_reading_of_the_dialect_vectors_is_that_of_the_cli() {
    let Some(vectors) = shared("vectors/dialect-vectors.json") else {
        return;
    };
    assert_eq!(tests(&vectors).len(), 50, "the suite has changed");
    for test in tests(&vectors) {
        let (name, expected) = (&test["name"], &test["cli"]);
        let config = source(FileKind::Config, &test["configFile"]);
        let credentials = source(FileKind::Credentials, &test["credentialsFile"]);
        match cli::read(config.as_ref(), credentials.as_ref()) {
            Ok(view) => assert_eq!(as_the_cli(&view), *expected, "{name}"),
            Err(error) => {
                let text = expected["error"].as_str();
                let text = text.unwrap_or_else(|| panic!("{name}: the AWS CLI reads it, we say {error}"));
                let text = text.trim_start_matches("ConfigParseError: ").trim_end_matches(": config");
                assert!(error.to_string().starts_with(text), "{name}: {error}");
            }
        }
    }
}

/// Everything that the CLI knows, as botocore's `full_config` has it.
fn as_the_cli(view: &CliView) -> Value {
    let mut all = cli_sections(&view.other);
    all.insert("profiles".to_owned(), cli_sections(&view.profiles).into());
    for (name, sections) in [("sso_sessions", &view.sso_sessions), ("services", &view.services)] {
        if sections.iter().next().is_some() {
            all.insert(name.to_owned(), cli_sections(sections).into());
        }
    }
    all.into()
}

fn cli_sections(sections: &CliSections) -> Map<String, Value> {
    sections.iter().map(|section| (section.name().to_owned(), cli_settings(section))).collect()
}

fn cli_settings(section: &CliSection) -> Value {
    let value = |value: &CliValue| match value {
        CliValue::Text(text) => json!(text),
        CliValue::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.clone(), json!(value)));
            Value::Object(entries.collect())
        }
    };
    let settings = section.settings().map(|setting| (setting.key.clone(), value(&setting.value)));
    Value::Object(settings.collect())
}

#[test]
fn the_two_readings_differ_where_the_dialect_vectors_disagree() {
    let Some(vectors) = shared("vectors/dialect-vectors.json") else {
        return;
    };
    assert_eq!(tests(&vectors).len(), 50, "the suite has changed");
    for test in tests(&vectors) {
        let differences = cli::differences(&parse(test));
        assert_eq!(Some(differences.is_empty()), test["agree"].as_bool(), "{}: {differences:?}", test["name"]);
    }
}

/// Our own vectors hold what AWS's leave out: positions, sections that only the AWS CLI reads, what an error leaves standing,
/// warnings, and the differences between the two readings. Everything that there is to see is compared.
#[test]
fn our_own_vectors_pass() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/conformance/vectors");
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let is_ours = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().starts_with("profile-");
    let (mut count, mut wrong) = (0, String::new());
    for path in entries.filter(is_ours) {
        let text = std::fs::read_to_string(&path).unwrap();
        let vectors: Value = serde_json::from_str(&text).unwrap();
        for test in tests(&vectors) {
            let actual = everything(&parse(test));
            if actual != test["output"] {
                writeln!(wrong, "WRONG {}: it is\n{actual:#}", test["name"]).unwrap();
            }
            count += 1;
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(count >= 25, "only {count} vectors found");
}

fn everything(set: &ProfileSet) -> Value {
    let at = |span| place(set, span);
    let mut all = Map::new();
    let sections = [
        ("profiles", set.profiles().map(|section| describe(set, section)).collect::<Vec<_>>()),
        ("ssoSessions", set.sso_sessions().map(|section| describe(set, section)).collect()),
        ("services", set.services_sections().map(|section| describe(set, section)).collect()),
    ];
    for (name, list) in sections {
        if !list.is_empty() {
            all.insert(name.to_owned(), list.into());
        }
    }
    let of = |section: &Option<SectionName>| match section {
        Some(section) => format!(" (in {} {})", section.kind.word(), section.name),
        None => String::new(),
    };
    let errors = set.errors().iter().map(|error| format!("{} {error}{}", at(error.span), of(&error.section)));
    let warnings = set.warnings().iter().map(|warning| format!("{} {:?}: {warning}", at(warning.span), warning.kind));
    let differences = cli::differences(set);
    let differences = differences.iter().map(|difference| {
        let cli = difference.cli_span.map(|span| format!(" and {}", at(span))).unwrap_or_default();
        format!("{}{cli} {:?}", at(difference.span), difference.kind)
    });
    let lists =
        [("errors", errors.collect::<Vec<_>>()), ("warnings", warnings.collect()), ("differences", differences.collect())];
    for (name, list) in lists {
        if !list.is_empty() {
            all.insert(name.to_owned(), list.into());
        }
    }
    all.into()
}

fn describe(set: &ProfileSet, section: Section<'_>) -> Value {
    let mut settings = Map::new();
    for (key, value) in section.settings() {
        assert_eq!(section.get(key.value), Some(value), "get and settings agree");
        assert_eq!(section.key_span(key.value), Some(key.span));
        let sub: Vec<_> = section
            .sub_properties(key.value)
            .into_iter()
            .map(|(key, value)| json!([key.value, value.value, place(set, value.span)]))
            .collect();
        let mut entry = vec![json!(value.value), json!(place(set, value.span))];
        if !sub.is_empty() {
            entry.push(sub.into());
        }
        settings.insert(key.value.to_owned(), entry.into());
    }
    let files: Vec<_> = section.files().iter().map(|file| name_of(*file)).collect();
    let seen = match section.visibility() {
        Visibility::Everywhere => "everywhere",
        Visibility::CliOnly => "cli-only",
    };
    json!({ "name": section.name(), "at": place(set, section.span()), "seen": seen, "files": files, "settings": settings })
}

/// `file line:column+length`, and the text there must be what the span covers.
fn place(set: &ProfileSet, span: Span) -> String {
    let location = set.sources().location(span);
    let text = set.sources().slice(span);
    let first_line = match text.split_once('\n') {
        Some((line, _)) => line.strip_suffix('\r').unwrap_or(line),
        None => text,
    };
    let from_column = location.line_text.chars().skip(location.column as usize - 1).take(location.length as usize);
    let is_mark = text == "\u{feff}";
    assert!(is_mark || from_column.collect::<String>() == first_line, "{text:?} at {location:?}");
    format!("{} {}:{}+{}", name_of(span.file), location.line, location.column, location.length)
}
