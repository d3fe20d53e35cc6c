//! What is wrong with the configuration, in words.

use awsenv_profile::{SourceMap, Span};
use awsenv_resolve::{Advice, InvalidSetting, Problem, Provenance, ResolveError};

use super::{Code, Label, Report, one_of, without_secrets};

impl From<ResolveError> for Report {
    fn from(error: ResolveError) -> Self {
        let sources = &*error.sources;
        let at = |span: Span, text: &str| Label::new(sources, span, text);
        match *error.problem {
            Problem::UnknownProfile { name, origin, suggestions, broken, unprefixed } => {
                let report = unknown_profile(sources, &name, &origin, &suggestions, &broken);
                match unprefixed {
                    Some(span) => report
                        .label(at(span, "nobody reads this header: the word `profile` is missing"))
                        .help(format!("write it as [profile {name}]; only [default] may stand alone in the config file")),
                    None => report,
                }
            }
            Problem::ConfigSyntax { section, message, span } => {
                Report::error(Code::ConfigSyntax, format!("a line of `{section}` is not understood: {message}"))
                    .label(at(span, ""))
                    .help("every line is [a header], `name = value`, a # comment, or the indented continuation of a value")
            }
            Problem::SourceProfileNotFound { profile, source_profile, suggestions } => {
                let report = Report::error(
                    Code::SourceProfileNotFound,
                    format!("profile `{profile}` takes its credentials from `{}`, which does not exist", source_profile.value),
                );
                did_you_mean(labelled(report, sources, &source_profile.origin, "no profile of this name"), &suggestions)
            }
            Problem::SourceProfileCycle { links } => cycle(sources, &links),
            Problem::SourceProfileWithoutCredentials { profile, source_profile, source_span } => {
                let message =
                    format!("profile `{profile}` takes its credentials from `{}`, which has none", source_profile.value);
                labelled(Report::error(Code::SourceProfileWithoutCredentials, message), sources, &source_profile.origin, "")
                    .label(at(source_span, "neither keys, SSO settings, a process nor a role"))
                    .help(format!("give `{}` credentials, or name another profile", source_profile.value))
            }
            Problem::RoleWithoutSource { profile, role_arn } => {
                Report::error(Code::RoleWithoutSource, format!("profile `{profile}` has a role and nothing to assume it with"))
                    .label(at(role_arn, "needs `source_profile`, `credential_source` or `web_identity_token_file`"))
                    .help(format!("to use keys of the profile itself: source_profile = {profile}"))
            }
            Problem::TwoSources { profile, source_profile, credential_source } => {
                Report::error(Code::TwoSources, format!("profile `{profile}` has both `source_profile` and `credential_source`"))
                    .label(at(source_profile, "credentials from there …"))
                    .label(at(credential_source, "… or from here?"))
                    .help("remove one of the two lines")
            }
            Problem::UnknownCredentialSource { profile, value } => {
                let report = Report::error(
                    Code::UnknownCredentialSource,
                    format!("`{}` is no credential source (profile `{profile}`)", value.value),
                );
                labelled(report, sources, &value.origin, "Environment, Ec2InstanceMetadata or EcsContainer")
            }
            Problem::EnvironmentCredentialsMissing { profile, span, parked } => {
                let report = Report::error(
                    Code::EnvironmentCredentialsMissing,
                    format!("profile `{profile}` takes its credentials from the environment, which has none"),
                )
                .label(at(span, "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"));
                if parked {
                    report.help("awsenv has put the ones of this shell aside: `awsenv unset` first")
                } else {
                    report.help("set both, or let the profile name a `source_profile`")
                }
            }
            Problem::ContainerVariablesMissing { profile, span } => Report::error(
                Code::ContainerVariablesMissing,
                format!("profile `{profile}` takes its credentials from a container, and this is none"),
            )
            .label(at(span, "neither AWS_CONTAINER_CREDENTIALS_RELATIVE_URI nor …_FULL_URI is set")),
            Problem::PartialCredentials { profile, present, missing } => {
                let whose = profile.map_or_else(|| "the environment".to_owned(), |profile| format!("profile `{profile}`"));
                let report =
                    Report::error(Code::PartialCredentials, format!("{whose} has `{}` but no `{missing}`", present.value));
                let report = labelled(report, sources, &present.origin, "one half is here");
                report.help(format!("set `{missing}` in the same place, or remove `{}`", present.value))
            }
            Problem::SsoIncomplete { profile, missing, span } => {
                let missing: Vec<String> = missing.into_iter().map(str::to_owned).collect();
                // A session that is asked for by its own name has this in the place of a profile.
                let whose = match profile.strip_prefix("sso-session ") {
                    Some(session) => format!("sso-session `{session}`"),
                    None => format!("profile `{profile}`"),
                };
                Report::error(
                    Code::SsoIncomplete,
                    format!(
                        "{whose} lacks {} for SSO",
                        missing.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
                    ),
                )
                .label(at(span, ""))
                .help("add what is missing; sso_start_url and sso_region belong into an [sso-session NAME]")
            }
            Problem::SsoSessionNotFound { profile, session, suggestions } => {
                let message = match profile {
                    Some(profile) => {
                        format!("profile `{profile}` signs in through sso-session `{}`, which does not exist", session.value)
                    }
                    None => format!("there is no sso-session `{}`", session.value),
                };
                let report = labelled(
                    Report::error(Code::SsoSessionNotFound, message),
                    sources,
                    &session.origin,
                    "no [sso-session] of this name",
                );
                let report = did_you_mean(report, &suggestions);
                report.help(format!("add to the config file: [sso-session {}] with sso_start_url and sso_region", session.value))
            }
            Problem::SsoValueInconsistent { profile, key, in_profile, in_session } => {
                let message = format!("`{key}` of profile `{profile}` contradicts its sso-session");
                let report = labelled(Report::error(Code::SsoValueInconsistent, message), sources, &in_profile.origin, "this …");
                labelled(report, sources, &in_session.origin, "… is not this").help(format!("remove `{key}` from the profile"))
            }
            Problem::WebIdentityWithoutRole { profile, token_file } => {
                let whose = profile.map_or_else(|| "the environment".to_owned(), |profile| format!("profile `{profile}`"));
                labelled(
                    Report::error(Code::WebIdentityWithoutRole, format!("{whose} has a web identity token and no role")),
                    sources,
                    &token_file,
                    "",
                )
                .help("set `role_arn`, or AWS_ROLE_ARN")
            }
            Problem::InvalidValue { what, value, origin, why } => {
                let shown = if value.is_empty() { String::new() } else { format!(" `{}`", shorten(&value)) };
                labelled(
                    Report::error(Code::InvalidValue, format!("`{what}`{shown}{} cannot be right: {why}", from(&origin))),
                    sources,
                    &origin,
                    "",
                )
            }
            Problem::UnknownRegion { region, suggestions } => {
                let report = Report::error(
                    Code::UnknownRegion,
                    format!("there is no region `{}`{}", shorten(&region.value), from(&region.origin)),
                );
                did_you_mean(labelled(report, sources, &region.origin, ""), &suggestions)
            }
            Problem::MetadataDisabled { profile, span } => Report::error(
                Code::NoCredentials,
                format!("profile `{profile}` takes its credentials from the EC2 instance, which may not be asked"),
            )
            .label(at(span, "AWS_EC2_METADATA_DISABLED is set"))
            .help("unset AWS_EC2_METADATA_DISABLED, or let the profile name a `source_profile`"),
            Problem::NoCredentials { profile, span } => {
                let message = profile.as_ref().map_or_else(
                    || "nothing says where credentials come from".to_owned(),
                    |profile| format!("profile `{profile}` does not say where credentials come from"),
                );
                let mut report = Report::error(Code::NoCredentials, message);
                if let Some(span) = span {
                    report = report.label(at(span, "neither keys, SSO settings, a role, a process nor a login session"));
                }
                match profile {
                    Some(_) => report.help("`awsenv list` shows the kind of every profile"),
                    None => report.help("name a profile, or set AWS_PROFILE"),
                }
            }
        }
    }
}

fn unknown_profile(sources: &SourceMap, name: &str, origin: &Provenance, suggestions: &[String], broken: &[Span]) -> Report {
    let message = match name {
        "" => format!("a profile without a name was asked for{}", from(origin)),
        _ => format!("there is no profile `{}`{}", shorten(name), from(origin)),
    };
    let mut report = did_you_mean(Report::error(Code::UnknownProfile, message), suggestions);
    for span in broken {
        report = report.label(Label::new(sources, *span, "this header is broken, so what it opens is not read"));
    }
    match origin {
        Provenance::Env(name) => {
            report.help(format!("unset {name}, or set it to a profile that exists; `awsenv list` shows them"))
        }
        _ if suggestions.is_empty() => report.help("`awsenv list` shows the profiles that exist"),
        _ => report,
    }
}

fn cycle(sources: &SourceMap, links: &[(String, awsenv_resolve::Sourced<String>)]) -> Report {
    let first = links.first().map_or("", |(name, _)| name.as_str());
    let mut report = Report::error(
        Code::SourceProfileCycle,
        format!("profile `{first}` can never get credentials: its source profiles form a circle"),
    );
    for (index, (profile, source)) in links.iter().enumerate() {
        let words = match (index, links.len()) {
            (_, 1) => format!("`{profile}` takes its credentials from itself, and has no keys"),
            (0, _) => format!("`{profile}` takes its credentials from `{}` …", source.value),
            (_, _) => format!("… and `{profile}` takes them from `{}`", source.value),
        };
        report = labelled(report, sources, &source.origin, &words);
    }
    report.help("give one of them credentials of its own, or a `credential_source`")
}

fn labelled(report: Report, sources: &SourceMap, origin: &Provenance, text: &str) -> Report {
    match Label::of_origin(sources, origin, text) {
        Some(label) => report.label(label),
        None => report,
    }
}

fn did_you_mean(report: Report, suggestions: &[String]) -> Report {
    if suggestions.is_empty() { report } else { report.help(format!("did you mean {}?", one_of(suggestions))) }
}

/// " (from AWS_PROFILE)", where it was not typed.
fn from(origin: &Provenance) -> String {
    match origin {
        Provenance::Env(name) => format!(" (from {name})"),
        Provenance::Flag(_) | Provenance::File(_) | Provenance::Default => String::new(),
    }
}

fn shorten(text: &str) -> String {
    // Half a secret no longer looks like one.
    let text = without_secrets(text);
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

/// A plan's advice as a warning.
pub(crate) fn advice(advice: &Advice, sources: &SourceMap) -> Report {
    match advice {
        Advice::DurationCapped { profile, asked, capped } => {
            let message = format!(
                "profile `{profile}` asks for {} seconds, but a role assumed with a role's credentials lasts {capped} at most",
                asked.value
            );
            labelled(Report::warning(Code::DurationCapped, message), sources, &asked.origin, "an hour is asked for instead")
        }
        Advice::DurationNotANumber { profile, value } => {
            let message = format!("`duration_seconds` of profile `{profile}` is no number and is not used");
            labelled(Report::warning(Code::DurationIgnored, message), sources, &value.origin, "whole seconds, without a unit")
        }
        Advice::EmptyVariable { name } => {
            Report::warning(Code::EmptyVariable, format!("{name} is set but empty, and is passed over"))
                .help(format!("unset {name}"))
        }
        Advice::InvalidSetting(InvalidSetting { key, value, takes }) => {
            let what = match &value.origin {
                Provenance::Env(name) => name.to_string(),
                Provenance::Flag(_) | Provenance::File(_) | Provenance::Default => format!("`{key}`"),
            };
            let message = format!("{what} is `{}` and is not used: it takes {takes}", shorten(&value.value));
            labelled(Report::warning(Code::InvalidSetting, message), sources, &value.origin, takes)
        }
        Advice::NewRegion { region } => {
            let message = format!("awsenv does not know the region `{}`{}, which may be new", region.value, from(&region.origin));
            labelled(Report::warning(Code::NewRegion, message), sources, &region.origin, "")
        }
        Advice::SdksDiffer { profile, chosen, sdk, span } => {
            let others = match *sdk {
                "none" => "SDKs take none".to_owned(),
                sdk if sdk == *chosen => "SDKs read them otherwise".to_owned(),
                sdk => format!("SDKs take those of `{sdk}`"),
            };
            let message = format!("the AWS CLI takes {chosen} credentials from profile `{profile}`; {others}");
            Report::warning(Code::SdksDiffer, message).label(Label::new(sources, *span, "read differently"))
        }
    }
}
