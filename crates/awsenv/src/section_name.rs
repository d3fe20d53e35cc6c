//! Which names a new section of the two files may have.

use awsenv_profile::{FileKind, ProfileSet, SectionKind, SourceFile, Visibility};

use crate::report::{Code, Report};
use crate::ui::Ui;

/// Makes sure that a name, if it is a new one, does not make other tools refuse the whole file, and warns when the SDKs would
/// not read its section.
pub(crate) fn check(ui: &Ui, profiles: &ProfileSet, kind: SectionKind, name: &str) -> Result<(), Report> {
    let present = match kind {
        SectionKind::SsoSession => profiles.sso_session(name),
        SectionKind::Services => profiles.services(name),
        SectionKind::Profile | SectionKind::Unknown => profiles.profile(name),
    };
    if present.is_some() {
        return Ok(());
    }
    let word = kind.word();
    if let Some(why) = fault(name) {
        let report = Report::error(Code::Usage, format!("a {word} cannot be called `{name}`: {why}"));
        return Err(report.help("letters, digits and _ - . / % @ : + are read by every tool"));
    }
    if is_for_every_tool(kind, name) {
        return Ok(());
    }
    if kind != SectionKind::Profile {
        let report = Report::error(Code::Usage, format!("a {word} cannot be called `{name}`: the SDKs would not read it"));
        return Err(report.help("letters, digits and _ - . / % @ : + are read by every tool"));
    }
    let report = Report::warning(Code::CliOnlySection, format!("only the AWS CLI reads a profile of the name `{name}`"));
    ui.report(&report.help("for the SDKs it is not there: letters, digits and _ - . / % @ : + are read by every tool"));
    Ok(())
}

/// Why a header with this name would not be read back, or would break the file for others: the SDKs take `#` and `;` for the
/// beginning of a comment and the header for one that is not closed.
fn fault(name: &str) -> Option<&'static str> {
    match () {
        () if name.is_empty() => Some("it is empty"),
        () if name.trim() != name => Some("it begins or ends with a blank"),
        () if name.chars().any(char::is_control) => Some("it has control characters"),
        () if name.contains(['#', ';']) => Some("a comment would begin in it, and the SDKs would refuse the whole file"),
        () if name.contains(['[', ']']) => Some("the brackets are the header's"),
        // `configparser` takes what stands below it into every other section of the credentials file.
        () if name == "DEFAULT" => Some("the AWS CLI would take its settings into every profile"),
        () => None,
    }
}

fn is_for_every_tool(kind: SectionKind, name: &str) -> bool {
    let header = format!("[{} {name}]\n", kind.word());
    let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", header)), None);
    let section = match kind {
        SectionKind::SsoSession => profiles.sso_session(name),
        SectionKind::Services => profiles.services(name),
        SectionKind::Profile | SectionKind::Unknown => profiles.profile(name),
    };
    section.is_some_and(|section| section.visibility() == Visibility::Everywhere)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_every_tool_reads_are_told_from_the_others() {
        for name in ["", " lead", "trail ", "a#b", "b ; c", "x]y", "a\nb", "a\tb", "a\u{7f}b", "DEFAULT"] {
            assert!(fault(name).is_some(), "{name:?}");
        }
        for (name, is_read) in [("prod", true), ("a.b/c@d:e+f%g", true), ("my prod", false), ("café", false), ("it's", false)] {
            assert_eq!((fault(name), is_for_every_tool(SectionKind::Profile, name)), (None, is_read), "{name}");
        }
    }
}
