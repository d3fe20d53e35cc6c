//! What time AWS has, for whoever wants to know whether this machine's clock is right.

use std::time::Duration;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use awsenv_resolve::{Service, region::partition_of};

use crate::call::{Asked, Call};
use crate::{Aws, AwsError, clock};

impl Aws {
    /// Returns by how many seconds this machine's clock is ahead of AWS's; negative when it is behind. It is one request
    /// without credentials to the STS endpoint, whose answer's `Date` counts, whatever else it says.
    ///
    /// # Errors
    /// When nobody answers within `limit`, or without a date.
    pub fn seconds_ahead(&self, limit: Duration) -> Result<i64, AwsError> {
        let call = Call::new(Asked::Sts, "the time", []);
        let url = self.sts_url();
        let mut request = HttpRequest::empty();
        if request.set_method("GET").is_err() || request.set_uri(url.as_str()).is_err() {
            return Err(AwsError::unreadable(&call, "the endpoint is not a URL"));
        }
        request.headers_mut().insert("user-agent", concat!("awsenv/", env!("CARGO_PKG_VERSION")));
        let fetched = self.block_on(async { self.transport().fetch(&call, limit, limit, request).await });
        let answer = fetched.map_err(|failure| *failure.error)?;
        let ahead = answer.response.headers().get("date").and_then(|date| clock::seconds_ahead(date, clock::now()));
        ahead.ok_or_else(|| AwsError::missing(&call, "Date"))
    }

    fn sts_url(&self) -> String {
        if let Some(endpoint) = self.options.client.endpoint(Service::Sts) {
            return endpoint.to_owned();
        }
        let region = &self.options.sts_region;
        let suffix = match partition_of(region) {
            "aws-cn" => "amazonaws.com.cn",
            "aws-eusc" => "amazonaws.eu",
            "aws-iso" => "c2s.ic.gov",
            "aws-iso-b" => "sc2s.sgov.gov",
            "aws-iso-e" => "cloud.adc-e.uk",
            "aws-iso-f" => "csp.hci.ic.gov",
            _ => "amazonaws.com",
        };
        format!("https://sts.{region}.{suffix}/")
    }
}
