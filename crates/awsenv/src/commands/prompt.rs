//! `awsenv prompt`

use awsenv_prompt::{Color, Paint, Status, Wrap, render};

use crate::cli::{ColorChoice, PromptArgs, PromptWrap};
use crate::context::Context;
use crate::report::Report;
use crate::stdout;

pub(crate) fn run(context: &Context, arguments: &PromptArgs, color: ColorChoice) -> Result<(), Report> {
    let status = Status::read(&context.host.env);
    let paint = Paint {
        color: paint_color(context, arguments, color, &status),
        whole: color == ColorChoice::Always,
        wrap: match arguments.wrap {
            None => Wrap::None,
            Some(PromptWrap::Bash) => Wrap::Bash,
            Some(PromptWrap::Zsh) => Wrap::Zsh,
        },
    };
    match render(&arguments.format, &status, context.host.now(), paint) {
        Some(segment) => stdout::write(segment.as_bytes()),
        None => Ok(()),
    }
}

/// The colour that guards give the profile, where one is wanted: the settings file is read for nothing else, and one that is
/// wrong is no matter for a prompt.
fn paint_color(context: &Context, arguments: &PromptArgs, color: ColorChoice, status: &Status) -> Option<Color> {
    let is_wanted = match color {
        ColorChoice::Always => true,
        // stdout of a prompt is never the terminal.
        ColorChoice::Auto => {
            arguments.format.contains("{color}") && context.host.variable("NO_COLOR").is_none_or(|value| value.is_empty())
        }
        ColorChoice::Never => false,
    };
    let profile = status.profile.as_deref().filter(|_| is_wanted)?;
    context.settings().ok()?.guards.of(profile).color()
}
