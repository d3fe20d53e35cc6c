//! What SDKs would take for the same request where the AWS CLI, and awsenv with it, takes something else (formats.md §5.3
//! and §6: run against aws-config and botocore; that of JavaScript is documented).

use crate::error::Advice;
use crate::plan::ResolutionPlan;
use crate::{EnvSnapshot, ProfileChoice, Provenance, Request, Setting};

/// Who chooses otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sdk {
    /// All that were looked at.
    Every,
    /// All but that for JavaScript, which lets `AWS_PROFILE` come before keys.
    AllButJavaScript,
    /// boto3 and botocore, and what stands on them.
    Python,
    /// aws-config.
    Rust,
}

impl Sdk {
    /// The name in `explain`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Every => "all",
            Self::AllButJavaScript => "all-but-javascript",
            Self::Python => "python",
            Self::Rust => "rust",
        }
    }
}

/// What about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SdkSubject {
    /// The first credentials; what is taken is a kind of [`crate::Provider::kind`], or nothing.
    Credentials,
    /// The profile's name, which cannot be read.
    Name,
    /// A whole file, which is refused for one line.
    File,
    /// Which profile.
    Profile,
    /// Which region.
    Region,
    /// `mfa_serial`.
    MfaSerial,
    /// `duration_seconds`.
    DurationSeconds,
}

impl SdkSubject {
    /// The name in `explain`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Credentials => "credentials",
            Self::Name => "name",
            Self::File => "file",
            Self::Profile => "profile",
            Self::Region => "region",
            Self::MfaSerial => "mfa_serial",
            Self::DurationSeconds => "duration_seconds",
        }
    }
}

/// One choice that is not ours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SdkChoice {
    /// Who.
    pub sdk: Sdk,
    /// What about.
    pub subject: SdkSubject,
    /// What is taken; `None`: nothing.
    pub takes: Option<String>,
    /// The profile that it is about.
    pub profile: Option<String>,
    /// What leads there.
    pub origin: Provenance,
}

impl ResolutionPlan {
    /// Returns what SDKs would choose otherwise, were they given this environment and, where one was named, this profile.
    /// `settings` are the request's, of [`crate::settings_in_force`].
    pub fn sdk_choices(&self, request: &Request, env: &EnvSnapshot, settings: &[Setting]) -> Vec<SdkChoice> {
        let mut choices = Vec::new();
        let mut add = |sdk, subject, takes: Option<String>, profile: Option<&str>, origin: &Provenance| {
            let (profile, origin) = (profile.map(str::to_owned), origin.clone());
            choices.push(SdkChoice { sdk, subject, takes, profile, origin });
        };
        for advice in &self.advice {
            if let Advice::SdksDiffer { profile, sdk, span, .. } = advice {
                let takes = (*sdk != "none").then(|| (*sdk).to_owned());
                add(Sdk::Every, SdkSubject::Credentials, takes, Some(profile), &Provenance::File(*span));
            }
        }
        if let Some(span) = self.refused_at {
            add(Sdk::Every, SdkSubject::File, None, self.profile.as_deref(), &Provenance::File(span));
        } else if !self.visible_to_sdks {
            let origin = self.base.span.map_or(Provenance::Default, Provenance::File);
            add(Sdk::Every, SdkSubject::Name, None, self.profile.as_deref(), &origin);
        }
        let is_named = matches!(request.profile, ProfileChoice::Named(_));
        let variable = |name: &'static str| Provenance::Env(name.into());
        let taken = |kind: &str| Some(kind.to_owned());
        if is_named && env.nonempty("AWS_ACCESS_KEY_ID").is_some() && env.nonempty("AWS_SECRET_ACCESS_KEY").is_some() {
            add(Sdk::AllButJavaScript, SdkSubject::Credentials, taken("environment"), None, &variable("AWS_ACCESS_KEY_ID"));
        }
        match (is_named, env.text("AWS_PROFILE"), env.nonempty("AWS_DEFAULT_PROFILE")) {
            (false, Some(one), Some(other)) if one != other => {
                add(Sdk::Python, SdkSubject::Profile, taken(other), None, &variable("AWS_DEFAULT_PROFILE"));
            }
            (false, None, Some(_)) => {
                add(Sdk::Rust, SdkSubject::Profile, taken("default"), None, &variable("AWS_DEFAULT_PROFILE"));
            }
            (_, _, _) => {}
        }
        if let Some(region) = settings.iter().find(|setting| setting.name == "region")
            && region.value.origin == variable("AWS_REGION")
        {
            let theirs = region.shadows.first().map(|other| other.value.clone());
            if theirs.as_ref() != Some(&region.value.value) {
                add(Sdk::Python, SdkSubject::Region, theirs, None, &region.value.origin);
            }
        }
        for hop in &self.hops {
            if let Some(serial) = &hop.mfa_serial {
                add(Sdk::Rust, SdkSubject::MfaSerial, None, Some(&hop.profile), &serial.origin);
            }
            if let Some(seconds) = hop.duration_seconds.as_ref().filter(|seconds| seconds.origin.span().is_some()) {
                add(Sdk::Rust, SdkSubject::DurationSeconds, None, Some(&hop.profile), &seconds.origin);
            }
        }
        choices
    }
}

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, ProfileSet, SourceFile};

    use super::*;

    #[track_caller]
    fn check(config: &str, request: &Request, env: &[(&str, &str)], expected: &[&str]) {
        let profiles = ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", config)), None);
        let env = EnvSnapshot::new(env.iter().map(|(name, value)| (*name, *value)));
        let plan = crate::plan(&profiles, request, &env).expect("it is well formed");
        let settings = crate::settings_in_force(&profiles, request, &env);
        let choices = plan.sdk_choices(request, &env, &settings);
        let shown: Vec<String> = choices
            .iter()
            .map(|it| format!("{}: {} {}", it.sdk.name(), it.subject.name(), it.takes.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(shown, expected, "{config} {env:?}");
    }

    const KEYS: &str = "aws_access_key_id = AK\naws_secret_access_key = S\n";

    #[test]
    fn most_profiles_are_the_same_for_all() {
        check(&format!("[profile p]\nregion = eu-west-1\n{KEYS}"), &Request::named("p"), &[], &[]);
    }

    #[test]
    fn another_order_takes_other_credentials() {
        let config = format!("[profile p]\n{KEYS}sso_session = s\n[sso-session s]\n");
        check(&config, &Request::named("p"), &[], &["all: credentials -"]);
        let named = format!("[profile \"p q\"]\n{KEYS}");
        check(&named, &Request::named("p q"), &[], &["all: name -"]);
    }

    #[test]
    fn variables_that_the_cli_passes_over() {
        let config = format!("[profile p]\nregion = eu-west-1\n{KEYS}[profile q]\n{KEYS}[default]\n{KEYS}");
        let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "B")];
        check(&config, &Request::named("p"), &keys, &["all-but-javascript: credentials environment"]);
        check(&config, &Request::named("p"), &[("AWS_REGION", "us-east-1")], &["python: region eu-west-1"]);
        check(&config, &Request::named("q"), &[("AWS_REGION", "us-east-1")], &["python: region -"]);
        let both = [("AWS_REGION", "us-east-1"), ("AWS_DEFAULT_REGION", "us-east-1")];
        check(&config, &Request::named("q"), &both, &[]);
        check(&config, &Request::named("p"), &[("AWS_DEFAULT_REGION", "us-east-1")], &[]);
        let two = [("AWS_PROFILE", "p"), ("AWS_DEFAULT_PROFILE", "q")];
        check(&config, &Request::ambient(), &two, &["python: profile q"]);
        check(&config, &Request::ambient(), &two[1..], &["rust: profile default"]);
    }

    #[test]
    fn what_only_some_heed() {
        let role =
            "role_arn = arn:aws:iam::111122223333:role/x\nsource_profile = p\nmfa_serial = device\nduration_seconds = 900\n";
        let config = format!("[profile p]\n{role}{KEYS}");
        check(&config, &Request::named("p"), &[], &["rust: mfa_serial -", "rust: duration_seconds -"]);
    }
}
