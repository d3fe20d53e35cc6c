//! Which setting `KEY`, `BLOCK.KEY`, `default.KEY` and `profile.NAME.KEY` mean.

use awsenv_profile::{Place, ProfileSet, Section, SectionKind};
use awsenv_resolve::nearest;

use super::current_profile;
use crate::cli::SectionArgs;
use crate::context::Context;
use crate::report::{Code, Report, one_of};

/// A setting, as the command line names it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Target {
    pub(super) section: SectionKind,
    pub(super) name: String,
    key: String,
    sub: Option<String>,
}

/// What the name is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Purpose {
    Read,
    Write,
}

impl Target {
    pub(super) fn of(
        context: &Context,
        profiles: &ProfileSet,
        profile: Option<&str>,
        section: &SectionArgs,
        typed: &str,
        purpose: Purpose,
    ) -> Result<Self, Report> {
        let (kind, name) = match (&section.sso_session, &section.services) {
            (Some(_), _) | (_, Some(_)) if profile.is_some() => {
                return Err(Report::error(Code::Usage, "a setting stands in one section")
                    .help("give one of --profile, --sso-session and --services"));
            }
            (Some(name), _) => (SectionKind::SsoSession, name.clone()),
            (None, Some(name)) => (SectionKind::Services, name.clone()),
            (None, None) => return of_profile(profiles, profile, &current_profile(context, profile), typed, purpose),
        };
        let (key, sub) = block_and_key(typed)?;
        Ok(Self { section: kind, name, key, sub })
    }

    pub(super) fn place(&self) -> Place<'_> {
        Place { section: self.section, name: &self.name, key: &self.key, sub: self.sub.as_deref() }
    }

    pub(super) fn section<'a>(&self, profiles: &'a ProfileSet) -> Option<Section<'a>> {
        match self.section {
            SectionKind::Profile => profiles.profile(&self.name),
            SectionKind::SsoSession => profiles.sso_session(&self.name),
            SectionKind::Services => profiles.services(&self.name),
            SectionKind::Unknown => None,
        }
    }

    /// The setting's name, in words.
    pub(super) fn shown(&self) -> String {
        let sub = self.sub.as_ref().map(|sub| format!(".{sub}")).unwrap_or_default();
        format!("`{}{sub}` in {} `{}`", self.key, self.section.word(), self.name)
    }

    /// The error of a section that is not there.
    pub(super) fn no_section(&self, profiles: &ProfileSet) -> Report {
        let (code, names): (_, Vec<&str>) = match self.section {
            SectionKind::SsoSession => (Code::SsoSessionNotFound, profiles.sso_sessions().map(|it| it.name()).collect()),
            SectionKind::Services => (Code::SettingNotSet, profiles.services_sections().map(|it| it.name()).collect()),
            SectionKind::Profile | SectionKind::Unknown => {
                (Code::UnknownProfile, profiles.profiles().map(|it| it.name()).collect())
            }
        };
        let report = Report::error(code, format!("there is no {} `{}`", self.section.word(), self.name));
        let near = nearest(&self.name, names);
        if near.is_empty() { report } else { report.help(format!("{}, perhaps?", one_of(&near))) }
    }
}

fn of_profile(
    profiles: &ProfileSet,
    named: Option<&str>,
    current: &str,
    typed: &str,
    purpose: Purpose,
) -> Result<Target, Report> {
    let target = |name: &str, key: &str| {
        let (key, sub) = block_and_key(key)?;
        Ok(Target { section: SectionKind::Profile, name: name.to_owned(), key, sub })
    };
    let same = |name: &str| {
        if named.is_none_or(|named| named == name) {
            return Ok(());
        }
        let message = format!("`{typed}` names profile `{name}`, and --profile another");
        Err(Report::error(Code::Usage, message).help("leave out one of the two"))
    };
    match typed.split_once('.') {
        Some(("default", key)) => {
            same("default")?;
            target("default", key)
        }
        Some(("profile", rest)) => {
            // A profile's name may have dots: the longest that exists, else what is before the first.
            let exists = |name: &&str| rest.strip_prefix(name).is_some_and(|key| key.len() > 1 && key.starts_with('.'));
            let known = profiles.profiles().map(|section| section.name()).filter(exists).max_by_key(|name| name.len());
            let name = known.or(rest.split_once('.').map(|(name, _)| name)).ok_or_else(|| {
                Report::error(Code::Usage, format!("`{typed}` names a profile and no setting")).help("profile.NAME.KEY")
            })?;
            same(name)?;
            target(name, &rest[name.len() + 1..])
        }
        Some(("plugins", _)) => Err(Report::error(Code::Usage, "awsenv does not change the AWS CLI's section [plugins]")
            .help("write it with an editor, or with aws configure set")),
        Some((first, key)) if named.is_none() && profiles.profile(first).is_some() && !has_block(profiles, current, first) => {
            match purpose {
                Purpose::Read => target(first, key),
                // The AWS CLI writes a block `dev =` into the current profile, and reads the profile `dev`.
                Purpose::Write => Err(Report::error(
                    Code::Usage,
                    format!("`{typed}` is `{key}` of profile `{first}`, or of a block `{first}` in profile `{current}`"),
                )
                .help(format!("profile.{typed}, or profile.{current}.{typed}"))),
            }
        }
        Some(_) | None => target(current, typed),
    }
}

fn has_block(profiles: &ProfileSet, profile: &str, key: &str) -> bool {
    profiles.profile(profile).is_some_and(|section| section.get(key).is_some())
}

fn block_and_key(typed: &str) -> Result<(String, Option<String>), Report> {
    let mut parts = typed.split('.');
    let (key, sub) = (parts.next().unwrap_or_default(), parts.next());
    if parts.next().is_some() || key.is_empty() || sub.is_some_and(str::is_empty) {
        return Err(Report::error(Code::Usage, format!("`{typed}` is no setting's name"))
            .help("KEY, BLOCK.KEY, default.KEY or profile.NAME.KEY; blocks have no blocks in them"));
    }
    Ok((key.to_owned(), sub.map(str::to_owned)))
}

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, SourceFile};

    use super::*;

    #[test]
    fn every_name_means_one_setting() {
        let text = "[profile dev]\nregion = x\n[profile a.b]\nregion = x\n[profile me]\ndev =\n  k = v\n";
        let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", text)), None);
        let read = |named, current, typed, purpose| match of_profile(&profiles, named, current, typed, purpose) {
            Ok(Target { name, key, sub, .. }) => format!("{name}/{key}/{}", sub.unwrap_or_default()),
            Err(report) => format!("{:?}", report.code),
        };
        for (named, current, typed, purpose, expected) in [
            (None, "x", "region", Purpose::Write, "x/region/"),
            (None, "x", "s3.k", Purpose::Write, "x/s3/k"),
            (None, "x", "default.region", Purpose::Write, "default/region/"),
            (None, "x", "default.s3.k", Purpose::Write, "default/s3/k"),
            (None, "x", "profile.new.region", Purpose::Write, "new/region/"),
            (None, "x", "profile.new.s3.k", Purpose::Write, "new/s3/k"),
            (None, "x", "profile.a.b.region", Purpose::Write, "a.b/region/"),
            (None, "x", "profile.a.b.s3.k", Purpose::Write, "a.b/s3/k"),
            (None, "x", "profile.new", Purpose::Write, "Usage"),
            (None, "x", "profile.a.b.c.d.e", Purpose::Write, "Usage"),
            (None, "x", "a.b.c", Purpose::Write, "Usage"),
            (None, "x", "plugins.foo", Purpose::Write, "Usage"),
            (None, "x", ".k", Purpose::Write, "Usage"),
            (None, "x", "k.", Purpose::Write, "Usage"),
            (None, "x", "dev.region", Purpose::Write, "Usage"),
            (None, "x", "dev.region", Purpose::Read, "dev/region/"),
            (None, "me", "dev.k", Purpose::Write, "me/dev/k"),
            (Some("x"), "x", "dev.region", Purpose::Write, "x/dev/region"),
            (Some("x"), "x", "default.region", Purpose::Write, "Usage"),
            (Some("dev"), "dev", "profile.dev.region", Purpose::Write, "dev/region/"),
        ] {
            assert_eq!(read(named, current, typed, purpose), expected, "{typed}");
        }
    }
}
