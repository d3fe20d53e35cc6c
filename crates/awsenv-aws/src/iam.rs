//! IAM, for one question: which MFA devices has this user? Written by hand over `aws-sigv4`, which is in the graph anyway:
//! `aws-sdk-iam` would be the largest SDK of all for one POST.

use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use awsenv_resolve::region::partition_of;
use awsenv_resolve::{ClientSettings, Credentials, Service};

use crate::call::{Asked, Call, secrets_of};
use crate::client::to_sdk;
use crate::error::Refusal;
use crate::{Aws, AwsError, AwsErrorKind};

/// Without a `UserName` it means the user whose keys sign. There are eight devices at most, so there is no second page.
const BODY: &str = "Action=ListMFADevices&Version=2010-05-08";

impl Aws {
    /// Asks which MFA devices the user with these keys has, and returns their serial numbers.
    pub fn list_mfa_devices(&self, credentials: &Credentials) -> Result<Vec<String>, AwsError> {
        let call = Call::new(Asked::Iam, "ListMFADevices", secrets_of(credentials));
        let keys: Identity = to_sdk(credentials).into();
        self.block_on(async {
            let attempts = async {
                let mut attempt = 1;
                loop {
                    let error = match self.attempt_mfa_devices(&call, &keys).await {
                        Ok(serials) => return Ok(serials),
                        Err(error) => error,
                    };
                    let passes = matches!(error.kind, AwsErrorKind::Network | AwsErrorKind::Throttled | AwsErrorKind::Service);
                    if !passes || attempt >= self.attempts() {
                        return Err(error);
                    }
                    tokio::time::sleep(Duration::from_millis(250 << attempt.min(5))).await;
                    attempt += 1;
                }
            };
            tokio::time::timeout(self.limits.operation, attempts).await.unwrap_or_else(|_| Err(AwsError::timed_out(&call)))
        })
    }

    async fn attempt_mfa_devices(&self, call: &Call, keys: &Identity) -> Result<Vec<String>, AwsError> {
        let (url, region) = endpoint(&self.options.client, &self.options.sts_region);
        let request = signed(&url, region, keys).map_err(|why| AwsError::new(call, AwsErrorKind::Validation, why))?;
        let fetched = self.transport().fetch(call, self.limits.connect, self.limits.attempt, request).await;
        let answer = fetched.map_err(|failure| *failure.error)?;
        let (status, headers) = (answer.response.status(), answer.response.headers());
        let body = String::from_utf8_lossy(&answer.body);
        if !status.is_success() {
            let (code, message) = (elements(&body, "Code").pop(), elements(&body, "Message").pop());
            let refusal = Refusal {
                status: status.as_u16(),
                headers,
                body: &answer.body,
                code: code.as_deref(),
                message: message.as_deref(),
            };
            return Err(AwsError::of_refusal(call, &refusal));
        }
        if !body.contains("<ListMFADevicesResult") || !body.contains("</ListMFADevicesResponse>") {
            return Err(AwsError::missing(call, "ListMFADevicesResult"));
        }
        Ok(elements(&body, "SerialNumber"))
    }
}

fn signed(url: &str, region: &str, keys: &Identity) -> Result<HttpRequest, String> {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    let headers = [("host", host), ("content-type", "application/x-www-form-urlencoded; charset=utf-8")];
    let params = v4::SigningParams::builder()
        .identity(keys)
        .region(region)
        .name("iam")
        .time(SystemTime::now())
        .settings(SigningSettings::default())
        .build()
        .map_err(|error| error.to_string())?
        .into();
    let signable = SignableRequest::new("POST", url, headers.into_iter(), SignableBody::Bytes(BODY.as_bytes()));
    let signed = signable.and_then(|signable| sign(signable, &params)).map_err(|error| error.to_string())?;
    let mut request = HttpRequest::new(SdkBody::from(BODY));
    let is_request = request.set_method("POST").is_ok() && request.set_uri(url).is_ok();
    if !is_request {
        return Err(format!("`{url}` is not a URL"));
    }
    let (instructions, _) = signed.into_parts();
    for (name, value) in headers.into_iter().filter(|(name, _)| *name != "host").chain(instructions.headers()) {
        request.headers_mut().insert(name.to_owned(), value.to_owned());
    }
    request.headers_mut().insert("user-agent", concat!("awsenv/", env!("CARGO_PKG_VERSION")));
    Ok(request)
}

/// IAM is one service a partition, signed for one region of it (IAM endpoint rules, AWS General Reference).
fn endpoint(settings: &ClientSettings, region: &str) -> (String, &'static str) {
    let (host, signing_region) = match partition_of(region) {
        "aws-cn" => ("iam.cn-north-1.amazonaws.com.cn", "cn-north-1"),
        "aws-us-gov" => ("iam.us-gov.amazonaws.com", "us-gov-west-1"),
        "aws-eusc" => ("iam.eusc-de-east-1.amazonaws.eu", "eusc-de-east-1"),
        "aws-iso" => ("iam.us-iso-east-1.c2s.ic.gov", "us-iso-east-1"),
        "aws-iso-b" => ("iam.us-isob-east-1.sc2s.sgov.gov", "us-isob-east-1"),
        "aws-iso-e" => ("iam.eu-isoe-west-1.cloud.adc-e.uk", "eu-isoe-west-1"),
        "aws-iso-f" => ("iam.us-isof-south-1.csp.hci.ic.gov", "us-isof-south-1"),
        _ if settings.use_fips => ("iam-fips.amazonaws.com", "us-east-1"),
        _ if settings.use_dualstack => ("iam.global.api.aws", "us-east-1"),
        _ => ("iam.amazonaws.com", "us-east-1"),
    };
    let url =
        settings.endpoint(Service::Iam).map_or_else(|| format!("https://{host}"), |url| url.trim_end_matches('/').to_owned());
    (format!("{url}/"), signing_region)
}

/// The texts of all elements of this name. The query protocol's answers have no attributes there, no CDATA and no
/// comments.
fn elements(xml: &str, name: &str) -> Vec<String> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let parts = xml.split(open.as_str()).skip(1);
    let texts = parts.filter_map(|part| part.split_once(close.as_str()));
    texts.map(|(text, _)| unescaped(text.trim())).collect()
}

fn unescaped(text: &str) -> String {
    [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#39;", "'"), ("&amp;", "&")]
        .iter()
        .fold(text.to_owned(), |text, (entity, character)| text.replace(entity, character))
}

#[cfg(test)]
mod tests {
    use aws_credential_types::Credentials as SdkCredentials;

    use super::*;

    #[test]
    fn every_partition_has_its_host() {
        for (region, fips, expected) in [
            ("eu-west-1", false, ("https://iam.amazonaws.com/", "us-east-1")),
            ("eu-west-1", true, ("https://iam-fips.amazonaws.com/", "us-east-1")),
            ("cn-northwest-1", false, ("https://iam.cn-north-1.amazonaws.com.cn/", "cn-north-1")),
            ("us-gov-east-1", true, ("https://iam.us-gov.amazonaws.com/", "us-gov-west-1")),
        ] {
            let mut settings = ClientSettings::default();
            settings.use_fips = fips;
            let (url, signing_region) = endpoint(&settings, region);
            assert_eq!((url.as_str(), signing_region), expected, "{region}");
        }
    }

    #[test]
    fn elements_are_found_and_unescaped() {
        let xml = "<a><SerialNumber>arn:aws:iam::1:mfa/a&amp;b</SerialNumber></a>\n<SerialNumber>\n GAHT1 </SerialNumber><SerialNumber>cut";
        assert_eq!(elements(xml, "SerialNumber"), ["arn:aws:iam::1:mfa/a&b", "GAHT1"]);
    }

    #[test]
    fn the_signature_covers_host_date_and_content_type() {
        let keys: Identity = SdkCredentials::new("AKIDEXAMPLE", "secret", None, None, "test").into();
        let request = signed("http://127.0.0.1:4711/", "us-east-1", &keys).expect("a URL");
        let header = request.headers().get("authorization").expect("it is signed");
        assert!(header.contains("SignedHeaders=content-type;host;x-amz-date"), "{header}");
        assert!(signed("no url", "us-east-1", &keys).is_err());
    }
}
