//! The Identity Center portal.

use std::sync::Arc;

use awsenv_resolve::{Credentials, Secret, Service, Timestamp};

use crate::call::{Asked, Call};
use crate::client::temporary;
use crate::sts::present;
use crate::{Aws, AwsError};

impl Aws {
    /// Gets the credentials of a role in an account, with a signed-in person's access token.
    pub fn get_role_credentials(
        &self,
        sso_region: &str,
        access_token: &Secret,
        account_id: &str,
        role_name: &str,
    ) -> Result<Credentials, AwsError> {
        let call = Call::new(Asked::Portal, "GetRoleCredentials", [access_token]);
        let request = self
            .portal(&call, sso_region)
            .get_role_credentials()
            .access_token(access_token.reveal())
            .account_id(account_id)
            .role_name(role_name);
        let answer = self.block_on(request.send()).map_err(|error| AwsError::of_sdk(&call, &error))?;
        let given = answer.role_credentials().ok_or_else(|| AwsError::missing(&call, "roleCredentials"))?;
        // Milliseconds, unlike everywhere else.
        let milliseconds = Some(given.expiration()).filter(|milliseconds| *milliseconds > 0);
        let milliseconds = milliseconds.ok_or_else(|| AwsError::missing(&call, "expiration"))?;
        Ok(temporary(
            &present(&call, "accessKeyId", given.access_key_id())?,
            &present(&call, "secretAccessKey", given.secret_access_key())?,
            &present(&call, "sessionToken", given.session_token())?,
            Timestamp::from_epoch_seconds(milliseconds / 1_000),
            Some(account_id.to_owned()),
        ))
    }

    /// Ends a person's session on the server.
    pub fn logout(&self, sso_region: &str, access_token: &Secret) -> Result<(), AwsError> {
        let call = Call::new(Asked::Portal, "Logout", [access_token]);
        let request = self.portal(&call, sso_region).logout().access_token(access_token.reveal());
        self.block_on(request.send()).map(|_| ()).map_err(|error| AwsError::of_sdk(&call, &error))
    }

    fn portal(&self, call: &Arc<Call>, sso_region: &str) -> aws_sdk_sso::Client {
        aws_sdk_sso::Client::new(&self.sdk_config(call, Service::Sso, sso_region, None))
    }
}
