//! Security Token Service.

use std::sync::Arc;

use aws_sdk_sts::types;
use awsenv_resolve::{Credentials, Secret, Service, Timestamp, account_of};

use crate::call::{Asked, Call, secrets_of};
use crate::client::temporary;
use crate::retry::{NoRetryAfterLostAnswer, Repeat};
use crate::{Aws, AwsError};

/// Who somebody is, by GetCallerIdentity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallerIdentity {
    /// The account.
    pub account_id: String,
    /// The user, role session or root.
    pub arn: String,
    /// The unique id behind the name.
    pub user_id: String,
}

/// What AssumeRole is given.
#[derive(Clone, Copy, Debug)]
pub struct AssumeRoleInput<'a> {
    /// `RoleArn`.
    pub role_arn: &'a str,
    /// `RoleSessionName`.
    pub role_session_name: &'a str,
    /// `ExternalId`.
    pub external_id: Option<&'a str>,
    /// `SerialNumber` and `TokenCode`.
    pub mfa: Option<(&'a str, &'a Secret)>,
    /// `DurationSeconds`.
    pub duration_seconds: Option<i64>,
}

/// What AssumeRole and AssumeRoleWithWebIdentity answer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AssumedRole {
    /// The role's credentials; the account is the one in [`AssumedRole::arn`].
    pub credentials: Credentials,
    /// `AssumedRoleId`: the role's unique id and the session name.
    pub assumed_role_id: String,
    /// The role session's ARN.
    pub arn: String,
}

impl Aws {
    /// Asks who the credentials belong to.
    pub fn get_caller_identity(&self, credentials: &Credentials) -> Result<CallerIdentity, AwsError> {
        let call = Call::new(Asked::Sts, "GetCallerIdentity", secrets_of(credentials));
        let request = self.sts(&call, Some(credentials), Repeat::Always).get_caller_identity();
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(&call, &error))?;
        Ok(CallerIdentity {
            account_id: present(&call, "Account", answer.account())?,
            arn: present(&call, "Arn", answer.arn())?,
            user_id: present(&call, "UserId", answer.user_id())?,
        })
    }

    /// Assumes a role.
    pub fn assume_role(&self, source: &Credentials, input: &AssumeRoleInput<'_>) -> Result<AssumedRole, AwsError> {
        let code = input.mfa.map(|(_, code)| code);
        let call = Call::new(Asked::Sts, "AssumeRole", secrets_of(source).chain(code));
        let repeat = if code.is_some() { Repeat::IfNotCarriedOut } else { Repeat::Always };
        let request = self
            .sts(&call, Some(source), repeat)
            .assume_role()
            .role_arn(input.role_arn)
            .role_session_name(input.role_session_name)
            .set_external_id(input.external_id.map(str::to_owned))
            .set_serial_number(input.mfa.map(|(serial, _)| serial.to_owned()))
            .set_token_code(code.map(|code| code.reveal().to_owned()))
            // Out of range is AWS's to say, in its own words.
            .set_duration_seconds(input.duration_seconds.map(|seconds| i32::try_from(seconds).unwrap_or(i32::MAX)));
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(&call, &error))?;
        assumed_role(&call, answer.credentials(), answer.assumed_role_user())
    }

    /// Assumes a role with an OIDC token; the request is not signed.
    pub fn assume_role_with_web_identity(
        &self,
        role_arn: &str,
        token: &Secret,
        role_session_name: &str,
    ) -> Result<AssumedRole, AwsError> {
        let call = Call::new(Asked::Sts, "AssumeRoleWithWebIdentity", [token]);
        let request = self
            .sts(&call, None, Repeat::Always)
            .assume_role_with_web_identity()
            .role_arn(role_arn)
            .role_session_name(role_session_name)
            .web_identity_token(token.reveal());
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(&call, &error))?;
        assumed_role(&call, answer.credentials(), answer.assumed_role_user())
    }

    /// Gets a session of the source's own rights, with MFA in it.
    pub fn get_session_token(
        &self,
        source: &Credentials,
        mfa_serial: &str,
        code: &Secret,
        duration_seconds: u32,
    ) -> Result<Credentials, AwsError> {
        let call = Call::new(Asked::Sts, "GetSessionToken", secrets_of(source).chain([code]));
        let request = self
            .sts(&call, Some(source), Repeat::IfNotCarriedOut)
            .get_session_token()
            .serial_number(mfa_serial)
            .token_code(code.reveal())
            .duration_seconds(i32::try_from(duration_seconds).unwrap_or(i32::MAX));
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(&call, &error))?;
        credentials(&call, answer.credentials(), source.account_id.clone())
    }

    fn sts(&self, call: &Arc<Call>, credentials: Option<&Credentials>, repeat: Repeat) -> aws_sdk_sts::Client {
        let config = self.sdk_config(call, Service::Sts, &self.options.sts_region, credentials);
        let mut config = aws_sdk_sts::config::Builder::from(&config);
        if repeat == Repeat::IfNotCarriedOut {
            config = config.retry_classifier(NoRetryAfterLostAnswer);
        }
        aws_sdk_sts::Client::from_conf(config.build())
    }
}

fn assumed_role(
    call: &Call,
    given: Option<&types::Credentials>,
    user: Option<&types::AssumedRoleUser>,
) -> Result<AssumedRole, AwsError> {
    let user = user.ok_or_else(|| AwsError::missing(call, "AssumedRoleUser"))?;
    let arn = present(call, "Arn", Some(user.arn()))?;
    let credentials = credentials(call, given, account_of(&arn))?;
    Ok(AssumedRole { credentials, assumed_role_id: user.assumed_role_id().to_owned(), arn })
}

fn credentials(call: &Call, given: Option<&types::Credentials>, account_id: Option<String>) -> Result<Credentials, AwsError> {
    let given = given.ok_or_else(|| AwsError::missing(call, "Credentials"))?;
    for (field, text) in [
        ("AccessKeyId", given.access_key_id()),
        ("SecretAccessKey", given.secret_access_key()),
        ("SessionToken", given.session_token()),
    ] {
        present(call, field, Some(text))?;
    }
    let expiration = Timestamp::from_epoch_seconds(given.expiration().secs());
    Ok(temporary(given.access_key_id(), given.secret_access_key(), given.session_token(), expiration, account_id))
}

/// The SDK turns what is absent into nothing, or into an empty text.
pub(crate) fn present(call: &Call, field: &str, value: Option<&str>) -> Result<String, AwsError> {
    let value = value.filter(|value| !value.is_empty());
    value.map(str::to_owned).ok_or_else(|| AwsError::missing(call, field))
}
