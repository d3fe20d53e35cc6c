//! What one command stands on: the machine, the person, the settings.

use awsenv_aws::{Aws, AwsOptions};
use awsenv_host::{Host, read_sources};
use awsenv_profile::ProfileSet;
use awsenv_resolve::{ClientSettings, EnvSnapshot, ProfileChoice, Request, State, base_environment, current_state};
use awsenv_shell::{ShellDialect, detect};

use crate::cli::{ActivationArgs, GlobalArgs};
use crate::report::{Code, Report};
use crate::settings::Settings;
use crate::ui::Ui;

/// Made once, after the command line.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) host: Host,
    pub(crate) ui: Ui,
    pub(crate) shell: Option<ShellDialect>,
    /// Whether stdout is code for the calling shell.
    pub(crate) prints_code: bool,
}

impl Context {
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        let host = Host::real();
        let ui = Ui::new(global, &host);
        Self { host, ui, shell: global.shell, prints_code: false }
    }

    /// The shell to print code for: as named, else the parent process, else `$SHELL`.
    pub(crate) fn dialect(&self) -> Result<ShellDialect, Report> {
        if let Some(dialect) = self.shell {
            return Ok(dialect);
        }
        let parent = self.host.parent_process_name();
        let login_shell = self.host.variable("SHELL").and_then(|shell| shell.to_str());
        detect(parent.as_deref(), login_shell).ok_or_else(|| {
            Report::error(Code::UnknownShell, "the shell that asks is not known")
                .help("name it: awsenv use PROFILE --shell bash (or zsh, fish, powershell, posix, json)")
        })
    }

    pub(crate) fn settings(&self) -> Result<Settings, Report> {
        Settings::load(&self.host)
    }

    pub(crate) fn profiles(&self) -> Result<ProfileSet, Report> {
        Ok(read_sources(&self.host)?)
    }

    /// From here on ctrl-c ends awsenv cleanly, in a command that prints code with the statement that fails.
    pub(crate) fn guard_interrupt(&self) {
        let dialect = if self.prints_code { self.dialect().ok() } else { None };
        self.ui.guard_interrupt(dialect);
    }

    /// AWS, to be called as these settings say; this costs nothing yet.
    pub(crate) fn aws(&self, client: ClientSettings, sts_region: String, env: EnvSnapshot) -> Result<Aws, Report> {
        self.guard_interrupt();
        let ca_bundle_pem = client.ca_bundle.as_ref().map(|path| read_ca_bundle(&self.host, path)).transpose()?;
        let told = if self.ui.is_json() { crate::trace::json } else { crate::trace::text };
        let trace = self.ui.traces().then_some(told as fn(&awsenv_aws::Trace));
        Ok(Aws::new(AwsOptions { client, sts_region, ca_bundle_pem, env, trace }))
    }

    /// What this shell is in.
    pub(crate) fn state(&self) -> Option<State> {
        current_state(&self.host.env)
    }

    /// The environment as it was before awsenv.
    pub(crate) fn base_environment(&self) -> EnvSnapshot {
        base_environment(&self.host.env, self.state().as_ref())
    }

    /// Whether the shell still is in what awsenv put it into: nobody has set another profile or other keys since.
    pub(crate) fn is_in(&self, state: &State) -> bool {
        let status = awsenv_prompt::Status::read(&self.host.env);
        status.origin != awsenv_prompt::StatusOrigin::Environment && status.profile.as_deref() == Some(&state.profile)
    }

    /// The region that `use` gave this shell, be it from `--region` at the time; `None` when it is not awsenv's any more.
    pub(crate) fn active_region(&self) -> Option<String> {
        let state = self.state()?;
        let entry = state.log.iter().find(|entry| entry.name == "AWS_REGION")?;
        let region = self.host.env.nonempty("AWS_REGION")?;
        entry.new.is(Some(region.as_bytes())).then(|| region.to_owned())
    }

    /// The options that `use` was given for what this shell is in, so that a renewal changes nothing but the end.
    pub(crate) fn active_options(&self, state: &State) -> ActivationArgs {
        ActivationArgs {
            region: self.active_region(),
            role_session_name: state.role_session_name.clone(),
            duration: state.duration_seconds,
            ..ActivationArgs::default()
        }
    }

    /// The request for a profile by name, with the options of `use`.
    pub(crate) fn request(&self, profile: ProfileChoice, arguments: &ActivationArgs, settings: &Settings) -> Request {
        Request {
            profile,
            region: arguments.region.clone(),
            duration_seconds: arguments.duration,
            role_session_name: arguments.role_session_name.clone(),
            mfa_session: settings.mfa_session,
            mfa_session_seconds: settings.mfa_session_seconds,
            find_mfa: arguments.find_mfa,
        }
    }

    /// Turns what was typed into a profile's name: a name, or `ACCOUNT/ROLE`.
    pub(crate) fn profile_name(&self, typed: &str, profiles: &ProfileSet) -> String {
        if profiles.profile(typed).is_some() {
            return typed.to_owned();
        }
        let by_role =
            typed.split_once('/').and_then(|(account, role)| awsenv_resolve::profile_of_account_role(profiles, account, role));
        by_role.map_or_else(|| typed.to_owned(), |section| section.name().to_owned())
    }

    /// The profile that a command without a name means, together with the environment that counts for it: the one that
    /// this shell is in, else what the environment says.
    pub(crate) fn choice(&self, typed: Option<&str>, profiles: &ProfileSet) -> (ProfileChoice, EnvSnapshot) {
        match (typed, self.state()) {
            (Some(typed), _) => (ProfileChoice::Named(self.profile_name(typed, profiles)), self.base_environment()),
            (None, Some(state)) if self.is_in(&state) => (ProfileChoice::Named(state.profile), self.base_environment()),
            (None, _) => (ProfileChoice::Ambient, self.host.env.clone()),
        }
    }
}

fn read_ca_bundle(host: &awsenv_host::Host, path: &awsenv_resolve::Sourced<String>) -> Result<Vec<u8>, Report> {
    let expanded = awsenv_resolve::expand(
        &path.value,
        &host.env,
        host.directories.home.as_deref().and_then(|home| home.to_str()),
        awsenv_resolve::Platform::HERE,
    );
    std::fs::read(&expanded).map_err(|error| {
        Report::error(Code::InvalidValue, format!("the CA bundle {expanded} cannot be read: {error}"))
            .help("look at AWS_CA_BUNDLE and `ca_bundle`")
    })
}
