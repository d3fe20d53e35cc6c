//! What AWS answers, in words.

use awsenv_aws::{AwsError, AwsErrorKind};

use super::{Code, Report};

impl From<AwsError> for Report {
    fn from(error: AwsError) -> Self {
        let operation = error.operation;
        if error.is_local() {
            let code = if error.message.contains("token") { Code::InvalidTokenFile } else { Code::InvalidValue };
            return Report::error(code, format!("{operation} was not even sent: {}", error.message));
        }
        // AWS ends its sentences with a full stop, sometimes with a blank after it.
        let words = error.message.trim_end_matches([' ', '.']);
        let said = match (&error.code, words.is_empty()) {
            (Some(code), true) => code.clone(),
            (Some(code), false) => format!("{code}: {words}"),
            (None, _) => words.to_owned(),
        };
        let place = error.endpoint.as_deref().map_or_else(String::new, |endpoint| format!(" at {endpoint}"));
        // The words of awsenv-aws where the answer's date tells it: then the keys are not to blame.
        let kind = if error.kind == AwsErrorKind::ExpiredCredentials && error.message.contains("this machine's clock") {
            AwsErrorKind::ClockSkew
        } else {
            error.kind
        };
        let report = match kind {
            AwsErrorKind::AccessDenied => Report::error(Code::AccessDenied, format!("AWS refused {operation}: {said}"))
                .help(match operation {
                    "GetContainerCredentials" => "look at AWS_CONTAINER_AUTHORIZATION_TOKEN, or the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names",
                    "ListAccounts" | "ListAccountRoles" => "an administrator of Identity Center can say what is assigned to you: it is not listed for you",
                    "GetRoleCredentials" => "look at sso_account_id and sso_role_name: this account and role must be assigned to you in Identity Center",
                    _ => "look at the role's trust policy (principal, external id, MFA) and at your own policy (sts:AssumeRole)",
                }),
            AwsErrorKind::MfaRejected => Report::error(Code::MfaCodeRejected, format!("AWS refused the MFA code: {said}"))
                .help("each code works once: wait for the next one; if it never works, look at `mfa_serial` and the device's clock"),
            AwsErrorKind::ExpiredCredentials => {
                Report::error(Code::CredentialsExpired, format!("the credentials have ended: {said}")).help("`awsenv refresh`, or renew what put them there")
            }
            AwsErrorKind::InvalidCredentials => {
                Report::error(Code::CredentialsRejected, format!("AWS does not accept these credentials ({operation}): {said}")).help("`awsenv explain` shows where they come from")
            }
            AwsErrorKind::SignInExpired => Report::error(Code::SsoSignInRequired, format!("the sign-in has ended: {said}")),
            AwsErrorKind::Validation => Report::error(Code::RequestInvalid, format!("AWS refused the values of {operation}: {said}"))
                .help("most often `duration_seconds` or --duration is above the role's own maximum"),
            AwsErrorKind::Throttled => Report::error(Code::Throttled, format!("AWS asks for fewer requests ({operation}): {said}")).help("try again later"),
            AwsErrorKind::ClockSkew => {
                Report::error(Code::ClockSkew, format!("this machine's clock is wrong: {said}")).help("set it: timedatectl set-ntp true (WSL: sudo hwclock -s)")
            }
            AwsErrorKind::Network => Report::error(Code::Network, format!("AWS cannot be reached{place}: {said}"))
                .help("look at the network, HTTPS_PROXY/NO_PROXY, AWS_ENDPOINT_URL, and behind a company proxy at AWS_CA_BUNDLE"),
            AwsErrorKind::Timeout => Report::error(Code::Timeout, format!("no answer in time{place} ({operation})")).help("try again"),
            AwsErrorKind::Service => Report::error(Code::ServiceUnavailable, format!("the service failed{place} ({operation}): {said}")).help("try again"),
            AwsErrorKind::BadAnswer => Report::error(Code::ServiceUnavailable, format!("the answer{place} is not understood ({operation}): {said}"))
                .help("is something else answering there? Look at the proxy and AWS_ENDPOINT_URL"),
            AwsErrorKind::NoMetadata => Report::error(Code::NoCredentials, format!("no credentials from {operation}: {said}")),
            AwsErrorKind::Other => Report::error(Code::AccessDenied, format!("AWS refused {operation}: {said}")),
        };
        match error.request_id {
            Some(id) if !matches!(error.kind, AwsErrorKind::Network | AwsErrorKind::Timeout) => {
                report.help(format!("request id {id}"))
            }
            _ => report,
        }
    }
}
