//! Every setting that is in force, where it was said, and what it shadows: for people who ask why.

use awsenv_profile::{FileKind, ProfileSet, Section};

use crate::chain::optional;
use crate::variable::SETTING_VARIABLES;
use crate::{EnvSnapshot, ProfileChoice, Provenance, Request, Sourced};

/// A setting, in the AWS CLI's order: what was typed, the variable, the profile.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Setting {
    /// The profile's key; `SERVICE.endpoint_url` for that of one service, a variable's name where no key exists.
    pub name: String,
    /// What counts. A password inside a URL is masked.
    pub value: Sourced<String>,
    /// What was said as well and does not count, the strongest first.
    pub shadows: Vec<Sourced<String>>,
}

/// What the AWS CLI takes where nobody says anything (AWS CLI User Guide, "Configuration and credential file settings").
const DEFAULTS: &[(&str, &str)] = &[
    ("max_attempts", "3"),
    ("output", "json"),
    ("retry_mode", "standard"),
    ("sts_regional_endpoints", "regional"),
    ("use_dualstack_endpoint", "false"),
    ("use_fips_endpoint", "false"),
];

/// More settings with a variable: of the metadata service, which count for awsenv itself and for every tool that asks it.
const METADATA: &[(&str, &str)] = &[
    ("ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
    ("ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
    ("ec2_metadata_v1_disabled", "AWS_EC2_METADATA_V1_DISABLED"),
    ("metadata_service_num_attempts", "AWS_METADATA_SERVICE_NUM_ATTEMPTS"),
    ("metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT"),
];

/// What only a variable says.
const VARIABLES_ALONE: &[&str] = &["AWS_EC2_METADATA_DISABLED", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"];

/// Reads every setting of a request but those of its credentials, which are the plan's: the region first, then by name.
pub fn settings_in_force(profiles: &ProfileSet, request: &Request, env: &EnvSnapshot) -> Vec<Setting> {
    let name = match &request.profile {
        ProfileChoice::Named(name) => name.clone(),
        ProfileChoice::Ambient => {
            let named = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find_map(|variable| env.text(variable));
            named.unwrap_or("default").to_owned()
        }
    };
    let section = profiles.profile(&name);
    let mut settings: Vec<Setting> = SETTING_VARIABLES
        .iter()
        .chain(METADATA)
        .filter(|(key, _)| *key != "endpoint_url")
        .filter_map(|(key, variable)| {
            let mut said = said_in_env(env, variable);
            if *key == "ca_bundle" {
                said.extend(said_in_env(env, "REQUESTS_CA_BUNDLE"));
            }
            let mut said = [said, said_in_files(section, key)].concat();
            if let Some((_, default)) = DEFAULTS.iter().find(|(other, _)| other == key).filter(|_| said.is_empty()) {
                said.push(Sourced::new((*default).to_owned(), Provenance::Default));
            }
            setting(key, said)
        })
        .collect();
    settings.extend(VARIABLES_ALONE.iter().filter_map(|variable| {
        // Of `no_proxy` and `NO_PROXY` the first counts (Python's `urllib`), and one is one setting.
        let mut names: Vec<&str> = env.names().filter(|name| name.eq_ignore_ascii_case(variable)).collect();
        names.sort_by_key(|name| std::cmp::Reverse(*name));
        setting(names.first()?, names.iter().flat_map(|name| said_in_env(env, name)).collect())
    }));
    endpoints(&mut settings, profiles, section, env);
    settings.sort_by_key(|setting| setting.name.to_ascii_lowercase());
    let region = setting("region", region_candidates(section, request, env));
    region.into_iter().chain(settings).collect()
}

/// `--region`, then `AWS_REGION`, `AWS_DEFAULT_REGION`, then the profile's: the AWS CLI's order. The first counts.
pub(crate) fn region_candidates(section: Option<Section<'_>>, request: &Request, env: &EnvSnapshot) -> Vec<Sourced<String>> {
    let flag = request.region.clone().map(|region| Sourced::new(region, Provenance::Flag("--region")));
    let variables = ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().flat_map(|name| said_in_env(env, name));
    flag.into_iter().chain(variables).chain(section.and_then(|section| optional(section, "region"))).collect()
}

/// The endpoints: one of a service before the general one, a variable before the files; or none of them at all.
fn endpoints(settings: &mut Vec<Setting>, profiles: &ProfileSet, section: Option<Section<'_>>, env: &EnvSnapshot) {
    let general = [said_in_env(env, "AWS_ENDPOINT_URL"), said_in_files(section, "endpoint_url")].concat();
    let mut services: Vec<(String, Vec<Sourced<String>>)> = Vec::new();
    for name in env.names() {
        if let Some(service) = name.strip_prefix("AWS_ENDPOINT_URL_") {
            services.push((service.to_ascii_lowercase(), said_in_env(env, name)));
        }
    }
    let has_general_variable = env.nonempty("AWS_ENDPOINT_URL").is_some();
    let named = section.and_then(|section| optional(section, "services"));
    let block = named.and_then(|name| profiles.services(&name.value));
    for (service, _) in block.into_iter().flat_map(|block| block.settings()) {
        let properties = block.map(|block| block.sub_properties(service.value)).unwrap_or_default();
        let url =
            properties.into_iter().find(|(key, value)| key.value.eq_ignore_ascii_case("endpoint_url") && !value.value.is_empty());
        let Some((_, url)) = url else { continue };
        let name = service.value.to_ascii_lowercase().replace('-', "_");
        let url = Sourced::from(url);
        match services.iter_mut().find(|(other, _)| *other == name) {
            Some((_, said)) => said.push(url),
            // The general variable beats the section.
            None if has_general_variable => services.push((name, [said_in_env(env, "AWS_ENDPOINT_URL"), vec![url]].concat())),
            None => services.push((name, vec![url])),
        }
    }
    let all = services.into_iter().filter_map(|(service, said)| setting(&format!("{service}.endpoint_url"), said));
    let all: Vec<Setting> = all.chain(setting("endpoint_url", general)).collect();
    let ignoring = |setting: &&mut Setting| {
        setting.name == "ignore_configured_endpoint_urls" && setting.value.value.eq_ignore_ascii_case("true")
    };
    match settings.iter_mut().find(ignoring) {
        Some(ignored) => ignored.shadows.extend(all.into_iter().flat_map(|it| [vec![it.value], it.shadows].concat())),
        None => settings.extend(all),
    }
}

fn setting(name: &str, said: Vec<Sourced<String>>) -> Option<Setting> {
    let mut said = said.into_iter().map(|said| Sourced { value: without_password(&said.value), ..said });
    Some(Setting { name: name.to_owned(), value: said.next()?, shadows: said.collect() })
}

fn said_in_env(env: &EnvSnapshot, variable: &str) -> Vec<Sourced<String>> {
    let said = env.nonempty(variable).map(|text| Sourced::new(text.to_owned(), Provenance::Env(variable.to_owned().into())));
    said.into_iter().collect()
}

/// What counts of the two files, then what the other file says.
fn said_in_files(section: Option<Section<'_>>, key: &str) -> Vec<Sourced<String>> {
    let Some(section) = section else { return Vec::new() };
    let files = [FileKind::Credentials, FileKind::Config].into_iter();
    let others = files.filter_map(|file| section.get_in(key, file)).filter(|said| !said.value.is_empty()).map(Sourced::from);
    let mut said: Vec<Sourced<String>> = optional(section, key).into_iter().collect();
    for other in others {
        if !said.contains(&other) {
            said.push(other);
        }
    }
    said
}

/// A proxy's URL may have a password in it: `http://ana:hunter2@proxy:3128`.
fn without_password(value: &str) -> String {
    let masked = || {
        let (scheme, rest) = value.split_once("://")?;
        let authority = &rest[..rest.find(['/', '?', '#']).unwrap_or(rest.len())];
        let (_, host) = authority.rsplit_once('@')?;
        Some(format!("{scheme}://****@{host}{}", &rest[authority.len()..]))
    };
    masked().unwrap_or_else(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use awsenv_profile::SourceFile;

    use super::*;

    /// What is not a default, as `name = value <- origin`, shadowed ones behind it.
    fn check(config: &str, credentials: &str, env: &[(&str, &str)], expected: &[&str]) {
        let config = SourceFile::new(FileKind::Config, "config", config);
        let credentials = SourceFile::new(FileKind::Credentials, "credentials", credentials);
        let profiles = ProfileSet::parse(Some(config), Some(credentials));
        let sources = profiles.sources();
        let show = |said: &Sourced<String>| match &said.origin {
            Provenance::File(span) => {
                let location = sources.location(*span);
                format!("{} <- {}:{}", said.value, location.path.display(), location.line)
            }
            Provenance::Env(name) => format!("{} <- {name}", said.value),
            Provenance::Flag(flag) => format!("{} <- {flag}", said.value),
            Provenance::Default => format!("{} by default", said.value),
        };
        let env = EnvSnapshot::new(env.iter().map(|(name, value)| (*name, *value)));
        let settings = settings_in_force(&profiles, &Request::named("p"), &env);
        let shown: Vec<String> = settings
            .iter()
            .filter(|setting| setting.value.origin != Provenance::Default)
            .map(|setting| {
                let said: Vec<String> = std::iter::once(&setting.value).chain(&setting.shadows).map(show).collect();
                format!("{}: {}", setting.name, said.join("; "))
            })
            .collect();
        assert_eq!(shown, expected);
    }

    #[test]
    fn variables_shadow_files_and_one_file_the_other() {
        check(
            "[profile p]\nregion = eu-west-1\noutput = json\nmax_attempts = 7\n",
            "[p]\noutput = table\n",
            &[
                ("AWS_DEFAULT_REGION", "us-east-1"),
                ("AWS_MAX_ATTEMPTS", "2"),
                ("AWS_CA_BUNDLE", ""),
                ("REQUESTS_CA_BUNDLE", "/ca"),
            ],
            &[
                "region: us-east-1 <- AWS_DEFAULT_REGION; eu-west-1 <- config:2",
                "ca_bundle: /ca <- REQUESTS_CA_BUNDLE",
                "max_attempts: 2 <- AWS_MAX_ATTEMPTS; 7 <- config:4",
                "output: table <- credentials:2; json <- config:3",
            ],
        );
    }

    #[test]
    fn an_endpoint_of_a_service_comes_before_the_general_one() {
        let config = "[profile p]\nendpoint_url = http://all\nservices = s\n[services s]\ns3 =\n  endpoint_url = http://s3\nsts =\n  endpoint_url = http://sts\n";
        check(
            config,
            "",
            &[],
            &[
                "endpoint_url: http://all <- config:2",
                "s3.endpoint_url: http://s3 <- config:6",
                "sts.endpoint_url: http://sts <- config:8",
            ],
        );
        check(
            config,
            "",
            &[("AWS_ENDPOINT_URL", "http://env"), ("AWS_ENDPOINT_URL_STS", "http://mine")],
            &[
                "endpoint_url: http://env <- AWS_ENDPOINT_URL; http://all <- config:2",
                "s3.endpoint_url: http://env <- AWS_ENDPOINT_URL; http://s3 <- config:6",
                "sts.endpoint_url: http://mine <- AWS_ENDPOINT_URL_STS; http://sts <- config:8",
            ],
        );
        check(
            &config.replace("services = s", "ignore_configured_endpoint_urls = true"),
            "",
            &[],
            &["ignore_configured_endpoint_urls: true <- config:3; http://all <- config:2"],
        );
    }

    #[test]
    fn no_password_is_shown() {
        check(
            "[profile p]\n",
            "",
            &[("https_proxy", "http://ana:hunter2@proxy:3128/x"), ("NO_PROXY", "local")],
            &["https_proxy: http://****@proxy:3128/x <- https_proxy", "NO_PROXY: local <- NO_PROXY"],
        );
    }

    #[test]
    fn one_variable_in_two_spellings_is_one_setting() {
        check(
            "[profile p]\n",
            "",
            &[("NO_PROXY", "upper"), ("no_proxy", "lower")],
            &["no_proxy: lower <- no_proxy; upper <- NO_PROXY"],
        );
    }

    #[test]
    fn what_nobody_says_has_the_clis_default() {
        let profiles = ProfileSet::parse(None, None);
        let settings = settings_in_force(&profiles, &Request::ambient(), &EnvSnapshot::default());
        let shown: Vec<(&str, &str)> =
            settings.iter().map(|setting| (setting.name.as_str(), setting.value.value.as_str())).collect();
        assert_eq!(shown, DEFAULTS);
        assert!(settings.iter().all(|setting| setting.value.origin == Provenance::Default && setting.shadows.is_empty()));
    }
}
