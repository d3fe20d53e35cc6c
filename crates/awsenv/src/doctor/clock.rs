//! This machine's clock beside AWS's: the only thing for which doctor sends a request.

use std::time::Duration;

use awsenv_resolve::region::{Verdict, judge};
use awsenv_resolve::{EnvSnapshot, client_settings};

use crate::context::Context;
use crate::report::{Code, Report};

use super::{Examined, Finding};

/// What a clean bill of health calls it.
pub(crate) const SUBJECT: &str = "the clock";
/// More would be felt, where there is no network.
const LIMIT: Duration = Duration::from_secs(2);
/// AWS refuses a signature that is further off.
const REFUSED_SECONDS: i64 = 300;
/// From here on codes of an MFA device of this machine's are refused, and ends are not what they seem.
const FELT_SECONDS: i64 = 60;

/// Returns by how many seconds this machine's clock is ahead of AWS's; `None` when nobody could be asked.
pub(crate) fn ask(context: &Context) -> Option<i64> {
    let env = &context.host.env;
    let profiles = context.profiles().ok()?;
    let profile = env.nonempty("AWS_PROFILE").unwrap_or("default");
    let client = client_settings(&profiles, profile, env).ok()?;
    let of_profile = || profiles.profile(profile).and_then(|profile| profile.get("region")).map(|region| region.value);
    let answer = context.aws(client, region(env, of_profile()), env.clone()).ok()?.seconds_ahead(LIMIT);
    if let Err(error) = &answer {
        context.ui.explain(|| format!("the clock is not compared with AWS's: {error}"));
    }
    answer.ok()
}

fn region(env: &EnvSnapshot, of_profile: Option<&str>) -> String {
    let named = [env.nonempty("AWS_REGION"), env.nonempty("AWS_DEFAULT_REGION"), of_profile];
    // A name that is none is another check's finding, not that of a clock that cannot be asked.
    let known = named.into_iter().flatten().find(|name| matches!(judge(name), Verdict::Known));
    known.unwrap_or("us-east-1").to_owned()
}

pub(crate) fn check(examined: &Examined<'_>) -> Vec<Finding> {
    let Some(ahead) = examined.seconds_ahead else { return Vec::new() };
    let off = ahead.unsigned_abs();
    let direction = if ahead > 0 { "ahead of" } else { "behind" };
    let size = match off {
        0..=119 => format!("{off} seconds"),
        120..=7_199 => format!("{} minutes", off / 60),
        7_200..=172_799 => format!("{} hours", off / 3_600),
        _ => format!("{} days", off / 86_400),
    };
    let message = format!("this machine's clock is {size} {direction} AWS's");
    let report = match i64::try_from(off).unwrap_or(i64::MAX) {
        seconds if seconds > REFUSED_SECONDS => {
            Report::error(Code::ClockSkew, message).help("AWS refuses every signed request that is more than 5 minutes off")
        }
        seconds if seconds > FELT_SECONDS => {
            Report::warning(Code::ClockSkew, message).help("at more than 5 minutes AWS refuses every signed request")
        }
        _ => return Vec::new(),
    };
    vec![report.help(format!("set it: {}", command())).into()]
}

/// How the system's clock is set.
fn command() -> &'static str {
    let is_wsl = || std::fs::read_to_string("/proc/sys/kernel/osrelease").is_ok_and(|release| release.contains("icrosoft"));
    match std::env::consts::OS {
        "macos" => "sudo sntp -sS time.apple.com",
        "windows" => "w32tm /resync",
        _ if is_wsl() => "sudo hwclock -s",
        _ => "sudo timedatectl set-ntp true",
    }
}
