//! What a shell is to have in each mode (cli.md, "Switching").

use awsenv_profile::ProfileSet;

use crate::chain::optional;
use crate::variable::{CONTAINER_VARIABLES, SETTING_VARIABLES};
use crate::{Credentials, EnvSnapshot, Provider, ResolutionPlan, Wanted};

/// Mode `profile`: the profile's name and the region; every tool fetches for itself, from the container too.
pub fn profile_wanted(plan: &ResolutionPlan, profile: &str) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.set("AWS_PROFILE", profile);
    if matches!(plan.base.provider, Provider::EcsContainer) {
        wanted.leave_alone(CONTAINER_VARIABLES);
    }
    region(&mut wanted, plan);
    wanted.set("AWSENV_PROFILE", profile);
    wanted
}

/// Mode `keys`: the credentials, the region, and the profile's other settings as variables; no `AWS_PROFILE`, which
/// the SDK for JavaScript lets win over keys. `base` is the environment without awsenv: what it sets already stays,
/// since a variable beats a profile's setting in every SDK.
pub fn keys_wanted(
    plan: &ResolutionPlan,
    profile: &str,
    credentials: &Credentials,
    profiles: &ProfileSet,
    base: &EnvSnapshot,
) -> Wanted {
    let mut wanted = Wanted::default();
    wanted.set("AWS_ACCESS_KEY_ID", &credentials.access_key_id);
    wanted.set_secret("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.clone());
    match &credentials.session_token {
        Some(token) => wanted.set_secret("AWS_SESSION_TOKEN", token.clone()),
        None => wanted.unset("AWS_SESSION_TOKEN"),
    }
    let expiration = credentials.expiration.map(|end| end.to_string());
    wanted.set_or_unset("AWS_CREDENTIAL_EXPIRATION", expiration.clone());
    wanted.set_or_unset("AWS_SESSION_EXPIRATION", expiration);
    region(&mut wanted, plan);
    wanted.set_or_unset("AWS_ACCOUNT_ID", plan.account_id().or_else(|| credentials.account_id.clone()));
    settings(&mut wanted, profile, profiles, base);
    wanted.set("AWSENV_PROFILE", profile);
    wanted
}

fn region(wanted: &mut Wanted, plan: &ResolutionPlan) {
    let region = plan.region.as_ref().map(|region| region.value.clone());
    wanted.set_or_unset("AWS_REGION", region.clone());
    wanted.set_or_unset("AWS_DEFAULT_REGION", region);
}

fn settings(wanted: &mut Wanted, profile: &str, profiles: &ProfileSet, base: &EnvSnapshot) {
    let Some(section) = profiles.profile(profile) else { return };
    // An empty endpoint is passed over by every SDK; an empty `AWS_PAGER` means something.
    let is_set = |variable: &str| match base.bytes(variable) {
        Some(value) => !(value.is_empty() && variable.starts_with("AWS_ENDPOINT_URL")),
        None => false,
    };
    for (key, variable) in SETTING_VARIABLES {
        if let Some(value) = optional(section, key).filter(|_| !is_set(variable)) {
            wanted.set(variable, value.value);
        }
    }
    // `AWS_ENDPOINT_URL` beats a `services` section, which must not come back as a variable that beats it.
    if is_set("AWS_ENDPOINT_URL") {
        return;
    }
    let services = optional(section, "services").and_then(|name| profiles.services(&name.value));
    for (service, _) in services.into_iter().flat_map(|services| services.settings()) {
        let block = services.map(|services| services.sub_properties(service.value)).unwrap_or_default();
        let endpoint = block.into_iter().find(|(key, _)| key.value.eq_ignore_ascii_case("endpoint_url"));
        let is_identifier = service.value.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
        if let Some((_, url)) = endpoint.filter(|(_, url)| is_identifier && !url.value.is_empty()) {
            let variable = format!("AWS_ENDPOINT_URL_{}", service.value.to_ascii_uppercase().replace('-', "_"));
            if !is_set(&variable) {
                wanted.set(&variable, url.value);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use awsenv_profile::{FileKind, SourceFile};

    use super::*;
    use crate::{Request, Secret, Timestamp, Value};

    const KEYS: &str = "[profile p]\naws_access_key_id = AK\naws_secret_access_key = S\n";

    fn credentials(is_temporary: bool) -> Credentials {
        Credentials {
            access_key_id: "AK".into(),
            secret_access_key: "hidden".into(),
            session_token: is_temporary.then(|| Secret::new("hidden too")),
            expiration: is_temporary.then(|| Timestamp::from_epoch_seconds(1_795_316_080)),
            account_id: None,
        }
    }

    fn show(wanted: &Wanted) -> Vec<String> {
        let show = |(name, value): (&str, &Value)| match value {
            Value::Unset => format!("-{name}"),
            Value::Text(text) => format!("{name}={text}"),
            Value::Secret(secret) => format!("{name}=*{}", secret.reveal().len()),
        };
        wanted.variables().map(show).collect()
    }

    fn parse(config: &str) -> ProfileSet {
        ProfileSet::parse(Some(SourceFile::new(FileKind::Config, "config", config)), None)
    }

    fn planned(config: &str) -> ResolutionPlan {
        crate::plan(&parse(config), &Request::named("p"), &EnvSnapshot::default()).expect("it is well formed")
    }

    /// What `keys` mode wants over the credentials themselves.
    #[track_caller]
    fn check_settings(config: &str, base: &[(&str, &str)], expected: &[&str]) {
        let config = format!("{KEYS}{config}");
        let base = EnvSnapshot::new(base.iter().copied());
        let wanted = show(&keys_wanted(&planned(&config), "p", &credentials(false), &parse(&config), &base));
        let settings = &wanted[8..wanted.len() - 1];
        assert_eq!(
            (settings, wanted[7].as_str(), wanted.last().map_or("", String::as_str)),
            (
                expected.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>().as_slice(),
                "-AWS_ACCOUNT_ID",
                "AWSENV_PROFILE=p",
            )
        );
    }

    #[test]
    fn what_the_environment_gives_is_not_taken_from_under_a_profile() {
        let text = [
            ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://127.0.0.1/"),
            ("AWS_ACCESS_KEY_ID", "AK"),
            ("AWS_SECRET_ACCESS_KEY", "S"),
        ];
        let env = EnvSnapshot::new(text.map(|(name, value)| (name.to_owned(), value.as_bytes().to_vec())));
        for (source, mode) in [("EcsContainer", crate::Mode::Profile), ("Environment", crate::Mode::Keys)] {
            let config = format!("[profile p]\nrole_arn = arn:aws:iam::111111111111:role/x\ncredential_source = {source}\n");
            let plan = crate::plan(&parse(&config), &Request::named("p"), &env).expect("it is well formed");
            assert_eq!(plan.mode(crate::Mode::Auto), mode, "{source}");
            let mut wanted = profile_wanted(&plan, "p");
            wanted.clear_contradictions(&env, &[]);
            let goes = show(&wanted).contains(&"-AWS_CONTAINER_CREDENTIALS_FULL_URI".to_owned());
            assert_eq!(goes, source == "Environment");
        }
    }

    #[test]
    fn mode_profile_sets_the_name_and_the_region() {
        let named = |config: &str| show(&profile_wanted(&planned(&format!("{KEYS}{config}")), "p"));
        assert_eq!(
            named("region = eu-west-1\noutput = json\n"),
            ["AWS_PROFILE=p", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "AWSENV_PROFILE=p"]
        );
        assert_eq!(named(""), ["AWS_PROFILE=p", "-AWS_REGION", "-AWS_DEFAULT_REGION", "AWSENV_PROFILE=p"]);
    }

    #[test]
    fn mode_keys_sets_the_credentials_and_no_name() {
        let config = format!("{KEYS}region = eu-west-1\naws_account_id = 111122223333\n");
        let wanted = |is_temporary| {
            let credentials = credentials(is_temporary);
            show(&keys_wanted(&planned(&config), "p", &credentials, &parse(&config), &EnvSnapshot::default()))
        };
        let tail = ["AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1", "AWS_ACCOUNT_ID=111122223333", "AWSENV_PROFILE=p"];
        let head = [
            "AWS_ACCESS_KEY_ID=AK",
            "AWS_SECRET_ACCESS_KEY=*6",
            "AWS_SESSION_TOKEN=*10",
            "AWS_CREDENTIAL_EXPIRATION=2026-11-22T02:54:40Z",
            "AWS_SESSION_EXPIRATION=2026-11-22T02:54:40Z",
        ];
        assert_eq!(wanted(true), [&head[..], &tail].concat());
        let head = [
            "AWS_ACCESS_KEY_ID=AK",
            "AWS_SECRET_ACCESS_KEY=*6",
            "-AWS_SESSION_TOKEN",
            "-AWS_CREDENTIAL_EXPIRATION",
            "-AWS_SESSION_EXPIRATION",
        ];
        assert_eq!(wanted(false), [&head[..], &tail].concat());
    }

    #[test]
    fn every_setting_with_a_variable_travels() {
        for (key, variable) in SETTING_VARIABLES {
            let value = if *key == "endpoint_url" { "http://all" } else { "7" };
            check_settings(&format!("{key} = {value}\n"), &[], &[&format!("{variable}={value}")]);
            check_settings(&format!("{key} = {value}\n"), &[(variable, "user's")], &[]);
            check_settings(&format!("{key} =\n"), &[], &[]);
        }
        check_settings("cli_history = enabled\nservices = local\n[services local]\n", &[], &[]);
    }

    #[test]
    fn endpoints_of_services_travel_where_no_variable_comes_first() {
        let config = "\
services = local
[services local]
s3 =
  endpoint_url = http://s3
  addressing_style = path
elastic_beanstalk =
  ENDPOINT_URL = http://eb
api-gateway =
  endpoint_url = http://ag
no.name =
  endpoint_url = http://no
empty =
  endpoint_url =
";
        let (s3, eb, ag) = (
            "AWS_ENDPOINT_URL_S3=http://s3",
            "AWS_ENDPOINT_URL_ELASTIC_BEANSTALK=http://eb",
            "AWS_ENDPOINT_URL_API_GATEWAY=http://ag",
        );
        check_settings(config, &[], &[s3, eb, ag]);
        check_settings(config, &[("AWS_ENDPOINT_URL_S3", "http://user")], &[eb, ag]);
        // `AWS_ENDPOINT_URL` beats the section, but would lose to the variables of its services.
        check_settings(config, &[("AWS_ENDPOINT_URL", "http://user")], &[]);
        check_settings(config, &[("AWS_ENDPOINT_URL", "")], &[s3, eb, ag]);
        check_settings(config, &[("AWS_ENDPOINT_URL_S3", "")], &[s3, eb, ag]);
        check_settings("endpoint_url = http://all\n", &[("AWS_ENDPOINT_URL", "")], &["AWS_ENDPOINT_URL=http://all"]);
        check_settings("cli_pager = less\n", &[("AWS_PAGER", "")], &[]);
        check_settings(&format!("endpoint_url = http://all\n{config}"), &[], &["AWS_ENDPOINT_URL=http://all", s3, eb, ag]);
        check_settings("[services local]\ns3 =\n  endpoint_url = http://s3\n", &[], &[]);
    }
}
