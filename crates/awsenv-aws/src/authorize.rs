//! The browser's part of an Identity Center sign-in (formats.md §1.4): the page to open. No request is made here.

use awsenv_resolve::Secret;

use crate::login::encoded;
use crate::{Aws, AwsError, Pkce, new_state};

/// A sign-in that has been begun: what the browser is shown, and what must fit to what it comes back with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoAttempt {
    /// The page to open.
    pub url: String,
    /// `state`, which must come back as it is.
    pub state: String,
    /// Sent with the code.
    pub verifier: Secret,
}

impl Aws {
    /// Begins a sign-in with a browser on this machine, which comes back to `redirect_uri`.
    ///
    /// # Errors
    /// When the region has no such service.
    pub fn begin_sso(
        &self,
        sso_region: &str,
        client_id: &str,
        redirect_uri: &str,
        scopes: &[String],
    ) -> Result<SsoAttempt, AwsError> {
        Ok(attempt(&self.oidc_endpoint(sso_region)?, client_id, redirect_uri, scopes))
    }
}

/// The parameters in the AWS CLI's order; `scopes`, where everybody else has `scope`.
fn attempt(endpoint: &str, client_id: &str, redirect_uri: &str, scopes: &[String]) -> SsoAttempt {
    let (pkce, state) = (Pkce::new(), new_state());
    let url = format!(
        "{endpoint}/authorize?response_type=code&client_id={}&redirect_uri={}&state={state}&code_challenge_method=S256&scopes={}&code_challenge={}",
        encoded(client_id),
        encoded(redirect_uri),
        encoded(&scopes.join(" ")),
        pkce.challenge,
    );
    SsoAttempt { url, state, verifier: pkce.verifier }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_the_aws_clis() {
        let scopes = ["sso:account:access", "x:y"].map(str::to_owned);
        let attempt = attempt("https://oidc.eu-west-1.amazonaws.com", "id", "http://127.0.0.1:4711/oauth/callback", &scopes);
        let expected = format!(
            "https://oidc.eu-west-1.amazonaws.com/authorize?response_type=code&client_id=id&redirect_uri=http%3A%2F%2F127.0.0.1%3A4711%2Foauth%2Fcallback&state={}&code_challenge_method=S256&scopes=sso%3Aaccount%3Aaccess%20x%3Ay&code_challenge=",
            attempt.state
        );
        assert!(attempt.url.starts_with(&expected), "{}", attempt.url);
        assert_eq!(attempt.url.len() - expected.len(), 43);
        assert!(!format!("{attempt:?}").contains(attempt.verifier.reveal()));
    }
}
