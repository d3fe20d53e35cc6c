//! `awsenv auto`

use std::path::Path;

use awsenv_host::{directory_files, working_directory};
use awsenv_resolve::{Origin, State};

use super::{print_code_with, refuse_terminal, say, use_::summary};
use crate::activation::{activate, deactivate};
use crate::cli::AutoArgs;
use crate::context::Context;
use crate::directory::{self, Choice};
use crate::guard::Consent;
use crate::report::{Report, clean};
use crate::settings::Settings;

pub(crate) fn run(context: &Context, arguments: &AutoArgs) -> Result<(), Report> {
    refuse_terminal(context, "auto")?;
    context.dialect()?;
    context.ui.allow_sign_in(!arguments.no_login);
    let settings = context.settings()?;
    let directory = working_directory(context.host.variable("PWD").map(Path::new));
    let choice = directory.as_deref().map_or(Choice::Nothing, |directory| directory::look(context, &settings, directory).choice);
    let follow = vec![("__awsenv_off", None)];
    match choice {
        Choice::Blocked { report, .. } => Err(*report),
        Choice::Nothing => {
            print_code_with(context, &deactivate(context), None, follow)?;
            let left = context.state().map(|state| state.profile);
            let why = no_profile(context, &settings, directory.as_deref());
            context.ui.note(&left.map_or_else(|| why.clone(), |left| format!("left {left}; {why}")));
            Ok(())
        }
        Choice::Chosen(chosen) => {
            let profiles = context.profiles()?;
            let consent = Consent::of_option(arguments.yes);
            let mut activation =
                activate(context, &settings, directory::wish(context, &settings, &profiles, chosen.asks(), consent))?;
            chosen.sign(&mut activation.state);
            print_code_with(context, &activation.delta, Some(&activation.state), follow)?;
            say(context, &activation.delta, &summary(context, &settings, &activation));
            Ok(())
        }
    }
}

/// Why a directory leads nowhere: a file that a person has denied may be forgotten by now.
fn no_profile(context: &Context, settings: &Settings, directory: Option<&Path>) -> String {
    let denied = directory
        .and_then(|directory| directory_files(directory).find(|path| context.host.is_denied(path, settings.windows_drives)));
    denied.map_or_else(
        || "this directory has no profile".to_owned(),
        |path| format!("{} is denied (`awsenv allow` takes that back)", clean(&context.host.pretty_path(&path))),
    )
}

impl directory::Chosen {
    /// What is asked for, and where.
    pub(super) fn asks(&self) -> (&directory::DirectoryWish, &Path) {
        (&self.wish, &self.source)
    }

    /// Notes in a shell's state that a directory has chosen it.
    pub(super) fn sign(&self, state: &mut State) {
        state.origin = Origin::Directory;
        state.directory_file = Some(self.source.to_string_lossy().into_owned());
        state.content_hash = Some(self.hash.clone());
    }
}
