//! Finding the MFA device of a user whose profile names none (`--find-mfa`).

use awsenv_resolve::{EnvSnapshot, ResolutionPlan};

use crate::context::Context;
use crate::pipeline::Pipeline;
use crate::report::{Code, Report, clean};
use crate::settings::Settings;
use crate::sign_in::quoted;
use crate::ui::{Columns, pick};

/// Asks IAM for the device of the keys under a plan, and puts an MFA session with it over them. A plan that has a device,
/// or no long-term keys, stays as it is.
pub(crate) fn find_device(
    context: &Context,
    settings: &Settings,
    plan: &mut ResolutionPlan,
    base: &EnvSnapshot,
    seconds: u32,
) -> Result<(), Report> {
    let Some(keys) = plan.keys_without_device().cloned() else { return Ok(()) };
    let profile = plan.base.profile.clone().or_else(|| plan.profile.clone()).unwrap_or_default();
    let mut serials = Pipeline::new(context, settings, plan, base).mfa_devices(&keys)?;
    serials.sort();
    let serial = match serials.as_slice() {
        [] => {
            return Err(Report::error(Code::NoMfaDevice, format!("the user of profile `{profile}` has no MFA device"))
                .help("leave out --find-mfa, or add a device in the console: IAM, your user, Security credentials"));
        }
        [serial] => serial.clone(),
        several => choose(context, &profile, several)?,
    };
    context.ui.note(&format!("using the MFA device {}", clean(&serial)));
    context.ui.note(&format!("to keep it: awsenv configure set mfa_serial {} --profile {}", quoted(&serial), quoted(&profile)));
    plan.add_device(&serial, seconds);
    Ok(())
}

fn choose(context: &Context, profile: &str, serials: &[String]) -> Result<String, Report> {
    if !context.ui.may_ask() {
        let message =
            format!("the user of profile `{profile}` has {} MFA devices, and nobody can be asked which to use", serials.len());
        let lines = serials.iter().map(|serial| format!("mfa_serial = {serial}")).collect::<Vec<_>>().join("\n      ");
        return Err(
            Report::error(Code::MfaCodeRequired, message).help(format!("write one of them into the profile:\n      {lines}"))
        );
    }
    context.guard_interrupt();
    let candidates: Vec<Columns> =
        serials.iter().map(|serial| vec![crate::ui::device_name(serial).to_owned(), serial.clone()]).collect();
    Ok(serials[pick(&context.ui, "MFA device", &candidates)?].clone())
}
