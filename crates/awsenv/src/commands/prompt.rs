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

/// The colour of the profile, where one is wanted.
fn paint_color(context: &Context, arguments: &PromptArgs, color: ColorChoice, status: &Status) -> Option<Color> {
    let is_wanted = match color {
        ColorChoice::Always => true,
        // stdout of a prompt is never the terminal.
        ColorChoice::Auto => arguments.format.contains("{color}") && !is_colorless(context),
        ColorChoice::Never => false,
    };
    color_of(context, status.profile.as_deref().filter(|_| is_wanted)?)
}

/// Whether the person wants no colours anywhere.
pub(super) fn is_colorless(context: &Context) -> bool {
    context.host.variable("NO_COLOR").is_some_and(|value| !value.is_empty())
}

/// The colour that guards give a profile: the settings file is read for nothing else, and one that is wrong is no matter for
/// a prompt.
pub(super) fn color_of(context: &Context, profile: &str) -> Option<Color> {
    context.settings().ok()?.guards.of(profile).color()
}
