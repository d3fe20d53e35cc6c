//! What the portal lists for a person, who is signed in for it when that must be.

use std::cell::OnceCell;

use awsenv_aws::{Aws, AwsError, AwsErrorKind, SsoAccount};
use awsenv_host::SsoToken;
use awsenv_profile::ProfileSet;
use awsenv_resolve::{ClientSettings, EnvSnapshot, Secret, SsoSession};

use crate::context::Context;
use crate::report::{Code, Report};
use crate::settings::Settings;
use crate::sign_in::{SsoTokens, Wishes, sso_required};
use crate::ui::Progress;

/// The portal of one session.
pub(crate) struct Portal<'a> {
    context: &'a Context,
    settings: &'a Settings,
    session: &'a SsoSession,
    wishes: Wishes,
    client: ClientSettings,
    env: EnvSnapshot,
    aws: OnceCell<Aws>,
}

impl<'a> Portal<'a> {
    /// Takes a session, and the profile whose endpoints and authorities count; nothing is asked yet.
    pub(crate) fn new(
        context: &'a Context,
        settings: &'a Settings,
        profiles: &ProfileSet,
        session: &'a SsoSession,
        wishes: Wishes,
    ) -> Result<Self, Report> {
        let env = context.base_environment();
        let profile = env.nonempty("AWS_PROFILE").or(env.nonempty("AWS_DEFAULT_PROFILE")).unwrap_or("default").to_owned();
        let client = awsenv_resolve::client_settings(profiles, &profile, &env)?;
        Ok(Self { context, settings, session, wishes, client, env, aws: OnceCell::new() })
    }

    /// Lists the accounts, sorted by name, and apart from them those whose id is none: no file could say it.
    pub(crate) fn accounts(&self) -> Result<(Vec<SsoAccount>, Vec<SsoAccount>), Report> {
        let accounts = self.with_token(|region, token| {
            let mut progress = Progress::start(&self.context.ui, format!("{}: accounts", self.session.label()), None);
            self.context.ui.explain(|| "ListAccounts".to_owned());
            self.aws_made().list_sso_accounts(region, token, &mut |known| progress.tick(known))
        })?;
        let (mut accounts, unusable): (Vec<_>, Vec<_>) =
            accounts.into_iter().partition(|account| awsenv_resolve::is_account_id(&account.id));
        accounts.sort_by(|one, other| (&one.name, &one.id).cmp(&(&other.name, &other.id)));
        accounts.dedup_by(|one, other| one.id == other.id);
        Ok((accounts, unusable))
    }

    /// Lists the roles in each of these accounts.
    pub(crate) fn roles(&self, accounts: &[&SsoAccount]) -> Result<Vec<Result<Vec<String>, AwsError>>, Report> {
        let ids: Vec<&str> = accounts.iter().map(|account| account.id.as_str()).collect();
        self.with_token(|region, token| {
            let words = format!("{}: roles in accounts", self.session.label());
            let mut progress = Progress::start(&self.context.ui, words, Some(ids.len()));
            self.context.ui.explain(|| format!("ListAccountRoles of {} accounts", ids.len()));
            self.aws_made().list_sso_roles(region, token, &ids, &mut |done| progress.tick(done))
        })
    }

    /// Asks with a good token, and once more with another one when the service refuses it.
    fn with_token<T>(&self, ask: impl Fn(&str, &Secret) -> Result<T, AwsError>) -> Result<T, Report> {
        let (context, session) = (self.context, self.session);
        let aws = || self.aws();
        let tokens = SsoTokens { context, settings: self.settings, aws: &aws, profile: None, wishes: self.wishes };
        let ask = |token: &SsoToken| {
            self.aws()?;
            // Behind a start URL of one's own the portal's region is known since the sign-in only.
            let is_elsewhere = !awsenv_aws::is_portal(&session.start_url.value);
            let region = token.region().filter(|_| is_elsewhere).unwrap_or(&session.region.value);
            Ok::<_, Report>(ask(region, &token.access_token))
        };
        let token = tokens.token(session)?;
        let refused = match ask(&token)? {
            Err(error) if error.kind == AwsErrorKind::SignInExpired => error,
            outcome => return Ok(outcome?),
        };
        context.ui.explain(|| "the token is refused although it looks good".to_owned());
        let another = tokens.after_refusal(session, &token).map_err(|report| match report.code {
            // Who cannot sign in is told what AWS said.
            Code::SsoSignInRequired => sso_required(session, None).help(format!("AWS said: {}", refused.message)),
            _ => report,
        })?;
        Ok(ask(&another)??)
    }

    fn aws(&self) -> Result<&Aws, Report> {
        if let Some(aws) = self.aws.get() {
            return Ok(aws);
        }
        let made = self.context.aws(self.client.clone(), self.session.region.value.clone(), self.env.clone())?;
        Ok(self.aws.get_or_init(|| made))
    }

    fn aws_made(&self) -> &Aws {
        self.aws.get().expect("`with_token` has made it before it asks")
    }
}
