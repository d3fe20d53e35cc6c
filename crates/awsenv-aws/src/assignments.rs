//! What a person may use in Identity Center: accounts, and the roles in each.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use aws_smithy_types::retry::RetryConfig;
use awsenv_resolve::{Secret, Service};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::call::{Asked, Call};
use crate::pace::Pace;
use crate::{Aws, AwsError, AwsErrorKind};

/// How many accounts are asked about at once.
const AT_ONCE: usize = 8;
/// As many items a page as the portal gives.
const PAGE: i32 = 100;
/// The pause before the second attempt after a failure that may pass; the third comes after twice as long.
const RETRY_PAUSE: Duration = Duration::from_millis(200);

/// An account of the portal, in the service's own words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SsoAccount {
    /// Its id.
    pub id: String,
    /// Its name; empty when the service says none.
    pub name: String,
    /// The address it was registered with; empty when the service says none.
    pub email: String,
}

/// One listing under way. All its requests share a pace: what the service says to one of them holds for all.
struct Listing {
    client: aws_sdk_sso::Client,
    token: Secret,
    pace: Pace,
    attempts: u32,
    /// How long one request is told to slow down before it gives up.
    patience: Duration,
}

impl Aws {
    /// Lists the accounts in which a signed-in person has a role. `progress` is told how many are known, page by page.
    ///
    /// # Errors
    /// When a page cannot be had: there are no half listings.
    pub fn list_sso_accounts(
        &self,
        sso_region: &str,
        access_token: &Secret,
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<SsoAccount>, AwsError> {
        let call = Call::new(Asked::Portal, "ListAccounts", [access_token]);
        let listing = self.listing(&call, sso_region, access_token);
        self.block_on(listing.accounts(&call, progress))
    }

    /// Lists the roles that a signed-in person has in each of these accounts, eight accounts at once and as fast as the
    /// service lets it; throttled requests are repeated, and slow all others down. `progress` is told how many accounts are
    /// done. An account that alone is refused has its error in its place.
    ///
    /// # Errors
    /// What would befall every account: no network, no sign-in, a service that has had enough.
    pub fn list_sso_roles(
        &self,
        sso_region: &str,
        access_token: &Secret,
        account_ids: &[&str],
        progress: &mut dyn FnMut(usize),
    ) -> Result<Vec<Result<Vec<String>, AwsError>>, AwsError> {
        let call = Call::new(Asked::Portal, "ListAccountRoles", [access_token]);
        let listing = Arc::new(self.listing(&call, sso_region, access_token));
        self.block_on(async {
            let mut waiting = account_ids.iter().map(|id| (*id).to_owned()).enumerate();
            let mut under_way = JoinSet::new();
            let mut found: Vec<Option<Result<Vec<String>, AwsError>>> = vec![None; account_ids.len()];
            let mut done = 0;
            loop {
                while under_way.len() < AT_ONCE
                    && let Some((at, id)) = waiting.next()
                {
                    let (listing, call) = (Arc::clone(&listing), Arc::clone(&call));
                    under_way.spawn(async move { (at, listing.roles(&call, &id).await) });
                }
                let Some(next) = under_way.join_next().await else { break };
                let (at, roles) = next.expect("nothing in a task panics or cancels it");
                if let Err(error) = &roles
                    && concerns_all(error.kind)
                {
                    return Err(error.clone());
                }
                found[at] = Some(roles);
                done += 1;
                progress(done);
            }
            Ok(found.into_iter().flatten().collect())
        })
    }

    fn listing(&self, call: &Arc<Call>, sso_region: &str, access_token: &Secret) -> Listing {
        let config = self.sdk_config(call, Service::Sso, sso_region, None);
        // The SDK would repeat each request for itself, and know nothing of the others.
        let config = aws_sdk_sso::config::Builder::from(&config).retry_config(RetryConfig::disabled());
        Listing {
            client: aws_sdk_sso::Client::from_conf(config.build()),
            token: access_token.clone(),
            pace: Pace::new(),
            attempts: self.attempts(),
            patience: self.time_limits().operation,
        }
    }
}

impl Listing {
    async fn accounts(&self, call: &Call, progress: &mut dyn FnMut(usize)) -> Result<Vec<SsoAccount>, AwsError> {
        let mut accounts: Vec<SsoAccount> = Vec::new();
        let mut next = None;
        loop {
            let page = self.repeated(|| async {
                let request = self.client.list_accounts().access_token(self.token.reveal()).max_results(PAGE);
                let answer = request.set_next_token(next.clone()).send().await;
                answer.map_err(|error| AwsError::of_sdk(call, &error))
            });
            let page = page.await?;
            for account in page.account_list() {
                let id = account.account_id().ok_or_else(|| AwsError::missing(call, "accountId"))?;
                let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
                accounts.push(SsoAccount {
                    id: id.to_owned(),
                    name: text(account.account_name()),
                    email: text(account.email_address()),
                });
            }
            progress(accounts.len());
            next = further(call, next.as_deref(), page.next_token())?;
            if next.is_none() {
                return Ok(accounts);
            }
        }
    }

    async fn roles(&self, call: &Call, account_id: &str) -> Result<Vec<String>, AwsError> {
        let mut roles = Vec::new();
        let mut next = None;
        loop {
            let page = self.repeated(|| async {
                let request = self.client.list_account_roles().access_token(self.token.reveal()).account_id(account_id);
                let answer = request.max_results(PAGE).set_next_token(next.clone()).send().await;
                answer.map_err(|error| AwsError::of_sdk(call, &error))
            });
            let page = page.await?;
            for role in page.role_list() {
                let name = role.role_name().ok_or_else(|| AwsError::missing(call, "roleName"))?;
                roles.push(name.to_owned());
            }
            next = further(call, next.as_deref(), page.next_token())?;
            if next.is_none() {
                return Ok(roles);
            }
        }
    }

    /// Makes a request when it is its turn, and again where that may help. To be told to slow down is no failed attempt: a
    /// person with two thousand accounts must be told it.
    async fn repeated<T, F: Future<Output = Result<T, AwsError>>>(&self, request: impl Fn() -> F) -> Result<T, AwsError> {
        let mut failures = 0;
        let mut throttled_since = None;
        loop {
            self.pace.turn().await;
            let begun = Instant::now();
            let error = match request().await {
                Ok(answer) => {
                    self.pace.speed_up();
                    return Ok(answer);
                }
                Err(error) => error,
            };
            match error.kind {
                AwsErrorKind::Throttled => {
                    self.pace.slow_down(begun);
                    let since = throttled_since.get_or_insert(begun);
                    if since.elapsed() > self.patience {
                        return Err(error);
                    }
                }
                AwsErrorKind::Network | AwsErrorKind::Timeout | AwsErrorKind::Service | AwsErrorKind::BadAnswer => {
                    failures += 1;
                    if failures >= self.attempts {
                        return Err(error);
                    }
                    tokio::time::sleep(RETRY_PAUSE * 2_u32.saturating_pow(failures - 1)).await;
                }
                _ => return Err(error),
            }
        }
    }
}

/// The token of the page after this; one that leads back to the same page would never end.
fn further(call: &Call, this: Option<&str>, next: Option<&str>) -> Result<Option<String>, AwsError> {
    let next = next.filter(|next| !next.is_empty());
    if next.is_some() && next == this {
        return Err(AwsError::unreadable(call, "a page leads to itself"));
    }
    Ok(next.map(str::to_owned))
}

fn concerns_all(kind: AwsErrorKind) -> bool {
    match kind {
        AwsErrorKind::SignInExpired
        | AwsErrorKind::Network
        | AwsErrorKind::Timeout
        | AwsErrorKind::Throttled
        | AwsErrorKind::ClockSkew
        | AwsErrorKind::ExpiredCredentials
        | AwsErrorKind::InvalidCredentials => true,
        AwsErrorKind::AccessDenied
        | AwsErrorKind::MfaRejected
        | AwsErrorKind::Validation
        | AwsErrorKind::Service
        | AwsErrorKind::NoMetadata
        | AwsErrorKind::BadAnswer
        | AwsErrorKind::Other => false,
    }
}
