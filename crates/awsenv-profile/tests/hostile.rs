//! Files that nobody writes by hand. A step that is quadratic turns each of these from milliseconds into minutes.

use awsenv_profile::{Document, FileKind, ProfileSet, SourceFile, cli};

const MANY: usize = 30_000;

fn parse(config: String) -> ProfileSet {
    ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", config)), None)
}

fn lines(line: impl Fn(usize) -> String) -> String {
    (0..MANY).map(line).collect()
}

/// Reads a file in every way that there is and returns how many differences were found.
fn read_all(set: &ProfileSet) -> usize {
    let config = set.sources().file(FileKind::Config).expect("there is one");
    assert_eq!(Document::parse(config.clone()).text(), config.text());
    cli::differences(set).len()
}

#[test]
fn ten_thousand_profiles_are_all_there() {
    let profile =
        |at| format!("[profile p{at}]\nrole_arn = arn:aws:iam::123456789012:role/r{at}\nsource_profile = base\nregion = x\n");
    let set = parse((0..10_000).map(profile).collect());
    assert_eq!(set.profiles().count(), 10_000);
    let region = set.profile("p9999").and_then(|profile| profile.get("region")).expect("it is there");
    assert_eq!(set.sources().location(region.span).line, 40_000);
    assert_eq!(read_all(&set), 0);
}

#[test]
fn one_section_very_often() {
    let set = parse(lines(|at| format!("[profile a]\nk{at} = {at}\n")));
    let profile = set.profile("a").expect("it is there");
    assert_eq!((set.profiles().count(), profile.settings().count()), (1, MANY));
    assert_eq!(profile.get("k29999").map(|value| value.value), Some("29999"));
    assert_eq!(read_all(&set), MANY - 1, "the AWS CLI refuses every repetition");
}

#[test]
fn one_key_very_often() {
    let set = parse("[default]\n".to_owned() + &lines(|at| format!("region = {at}\n")));
    let profile = set.profile("default").expect("it is there");
    assert_eq!(profile.get("region").map(|value| value.value), Some("29999"));
    assert_eq!(read_all(&set), MANY - 1);
}

#[test]
fn very_many_continuations_and_sub_properties() {
    let set = parse(
        "[default]\na = b\n".to_owned() + &lines(|at| format!("  {at}\n")) + "s3 =\n" + &lines(|at| format!("  k{at} = v\n")),
    );
    let profile = set.profile("default").expect("it is there");
    assert_eq!(profile.get("a").map(|value| value.value.lines().count()), Some(MANY + 1));
    assert_eq!(profile.sub_properties("s3").len(), MANY);
    assert_eq!(read_all(&set), 0);
}

#[test]
fn very_many_errors_in_a_section_with_a_long_name() {
    let name = "n".repeat(1 << 20);
    let set = parse(format!("[profile {name}]\n") + &lines(|_| "junk\n".to_owned()));
    assert_eq!(set.errors().len(), MANY);
    assert!(set.errors().iter().all(|error| error.section.as_ref().is_some_and(|section| section.name.len() == name.len())));
    assert_eq!(read_all(&set), 0);
}

#[test]
fn very_many_sections_for_the_cli_alone_shadowed_by_one() {
    let set = parse("[profile a]\n".to_owned() + &lines(|_| "[profile 'a']\nregion = x\n".to_owned()));
    assert_eq!((set.profiles().count(), set.warnings().len()), (1, MANY));
    assert!(read_all(&set) >= MANY - 1);
}

#[test]
fn a_default_section_for_the_cli_beside_many_sections() {
    let set = parse("[DEFAULT]\n".to_owned() + &lines(|at| format!("d{at} = x\n")) + &lines(|at| format!("[profile p{at}]\n")));
    assert_eq!(set.profiles().count(), MANY);
    assert_eq!(read_all(&set), MANY);
    let view = cli::read(set.sources().file(FileKind::Config), None).expect("the AWS CLI reads it");
    assert!(view.profiles.get("p7").and_then(|profile| profile.get("d29999")).is_some());
}

#[test]
fn long_lines() {
    let long = "x".repeat(1 << 20);
    let comments = " # ; ".repeat(1 << 18);
    let set =
        parse(format!("[default]\n{long} = {long}{comments}\nk{comments}={comments}\n[{comments}]\n{}", "\rjunk".repeat(MANY)));
    assert_eq!(set.profile("default").and_then(|profile| profile.get(&long)).map(|value| value.value.len()), Some(1 << 20));
    assert!(read_all(&set) > 0);
}
