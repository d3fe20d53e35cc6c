//! Values, and which of them count.

use awsenv_lint::{Lint, Wrong};

use super::super::{one_of, without_secrets};
use super::{Code, Words, say, these};

pub(super) fn words(lint: &Lint) -> Option<Words> {
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
    let value: String = without_secrets(value).chars().take(80).collect();
    let message = format!("`{key}` cannot be `{}`", value.replace('\n', " "));
    let report = say(Code::InvalidValue, message);
    let one_of = |values: &[&str]| one_of(&values.iter().map(|&value| value.to_owned()).collect::<Vec<_>>());
    match wrong {
        Wrong::NoneOf(values) => report.help(format!("it is {}", one_of(values))),
        Wrong::PassedOver(values) => report.here("this is passed over").help(format!("it is {}", one_of(values))),
        Wrong::NotBoolean => report.here("this counts as `false`").help("it is `true` or `false`"),
        Wrong::NotANumber => report.help("it is a whole number"),
        Wrong::OutOfRange(least, i64::MAX) => report.help(format!("it is {least} at least")),
        Wrong::OutOfRange(least, most) => report.help(format!("it is between {least} and {most}")),
        Wrong::NotArn(form) => report.help(format!("it is an ARN: {form}")),
        Wrong::NotAccountId => report.help("an account id is twelve digits, without hyphens"),
        Wrong::NotHttps => report.help("it is an address: https://NAME.awsapps.com/start"),
        Wrong::NotUrl => report.help("it is an address with its scheme: https://HOST or http://HOST:PORT"),
        Wrong::NotAnAmount(example) => report.help(format!("it is a whole number, or one with its unit: {example}")),
        Wrong::Blank => report.help("it has no blanks"),
        Wrong::NotABlock => report.help(format!("its settings are indented lines below `{key} =`")),
    }
}
