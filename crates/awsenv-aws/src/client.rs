//! The SDK's clients, from given settings only.

use std::sync::Arc;

use aws_config::{AppName, BehaviorVersion, Region, SdkConfig};
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_async::rt::sleep::{SharedAsyncSleep, TokioSleep};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_runtime_api::client::identity::SharedIdentityCache;
use aws_smithy_runtime_api::client::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_smithy_types::retry::RetryConfig;
use aws_smithy_types::timeout::TimeoutConfig;
use awsenv_resolve::region::LEGACY_GLOBAL_STS;
use awsenv_resolve::{ClientSettings, Credentials, Secret, Service, Timestamp};

use crate::call::Call;
use crate::{Aws, TimeLimits};

/// The AWS CLI's number, and the SDKs'.
const DEFAULT_ATTEMPTS: u32 = 3;

impl Aws {
    /// Returns what the clients of all services have in common.
    pub(crate) fn sdk_config(
        &self,
        call: &Arc<Call>,
        service: Service,
        region: &str,
        credentials: Option<&Credentials>,
    ) -> SdkConfig {
        let settings = &self.options.client;
        let limits = self.limits;
        let timeouts = TimeoutConfig::builder()
            .connect_timeout(limits.connect)
            .operation_attempt_timeout(limits.attempt)
            .operation_timeout(limits.operation);
        let (endpoint, region) = endpoint_and_region(settings, service, region);
        let mut config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .app_name(AppName::new("awsenv").expect("these letters are allowed"))
            .region(Region::new(region.to_owned()))
            .http_client(self.transport().client(call))
            .sleep_impl(SharedAsyncSleep::new(TokioSleep::new()))
            .time_source(SharedTimeSource::new(SystemTimeSource::new()))
            .retry_config(RetryConfig::standard().with_max_attempts(self.attempts()))
            .timeout_config(timeouts.build())
            .identity_cache(no_identity_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .use_fips(settings.use_fips)
            .use_dual_stack(settings.use_dualstack);
        config.set_endpoint_url(endpoint.map(str::to_owned));
        config.set_credentials_provider(credentials.map(|credentials| SharedCredentialsProvider::new(to_sdk(credentials))));
        config.build()
    }

    pub(crate) fn time_limits(&self) -> TimeLimits {
        self.limits
    }

    pub(crate) fn attempts(&self) -> u32 {
        self.options.client.max_attempts.unwrap_or(DEFAULT_ATTEMPTS)
    }
}

/// A client lives for one call: there is nothing to keep.
fn no_identity_cache() -> SharedIdentityCache {
    aws_sdk_sts::config::IdentityCache::no_cache()
}

/// Returns the configured endpoint, and the region to sign for. The one thing that the SDK's endpoint rules cannot be
/// told: `sts_regional_endpoints = legacy`.
fn endpoint_and_region<'a>(settings: &'a ClientSettings, service: Service, region: &'a str) -> (Option<&'a str>, &'a str) {
    let endpoint = settings.endpoint(service);
    let plain = endpoint.is_none() && !settings.use_fips && !settings.use_dualstack;
    if service == Service::Sts && plain && settings.legacy_sts && LEGACY_GLOBAL_STS.contains(&region) {
        return (Some("https://sts.amazonaws.com"), "us-east-1");
    }
    (endpoint, region)
}

/// For signing, and without the expiry: whether they are still good is for AWS to say, not for this machine's clock.
pub(crate) fn to_sdk(credentials: &Credentials) -> aws_credential_types::Credentials {
    aws_credential_types::Credentials::new(
        &credentials.access_key_id,
        credentials.secret_access_key.reveal(),
        credentials.session_token.as_ref().map(|token| token.reveal().to_owned()),
        None,
        "awsenv",
    )
}

/// The parts of an answer, as credentials.
pub(crate) fn temporary(
    access_key_id: &str,
    secret_access_key: &str,
    session_token: &str,
    expiration: Timestamp,
    account_id: Option<String>,
) -> Credentials {
    Credentials {
        access_key_id: access_key_id.to_owned(),
        secret_access_key: Secret::new(secret_access_key),
        session_token: Some(Secret::new(session_token)),
        expiration: Some(expiration),
        account_id,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn legacy_sts_is_global_only_for_the_old_regions_and_without_other_wishes() {
        let settings = |change: fn(&mut ClientSettings)| {
            let mut settings = ClientSettings::default();
            settings.legacy_sts = true;
            change(&mut settings);
            settings
        };
        let global = (Some("https://sts.amazonaws.com"), "us-east-1");
        for (settings, service, region, expected) in [
            (settings(|_| ()), Service::Sts, "eu-west-1", global),
            (settings(|_| ()), Service::Sts, "me-south-1", (None, "me-south-1")),
            (settings(|_| ()), Service::Sts, "cn-north-1", (None, "cn-north-1")),
            (settings(|_| ()), Service::Sso, "eu-west-1", (None, "eu-west-1")),
            (settings(|settings| settings.use_fips = true), Service::Sts, "us-east-1", (None, "us-east-1")),
            (settings(|settings| settings.use_dualstack = true), Service::Sts, "us-east-1", (None, "us-east-1")),
            (settings(|settings| settings.legacy_sts = false), Service::Sts, "eu-west-1", (None, "eu-west-1")),
        ] {
            assert_eq!(endpoint_and_region(&settings, service, region), expected, "{settings:?} {region}");
        }
    }
}
