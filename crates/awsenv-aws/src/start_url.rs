//! Start URLs of one's own ("vanity" URLs, AWS CLI 2.35.13): `https://sso.example.com` redirects to the portal, and
//! Identity Center must be told the portal's own address.

use std::sync::Arc;

use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;

use crate::call::{Asked, Call};
use crate::proxy::Origin;
use crate::{Aws, AwsError, AwsErrorKind};

/// Hosts and the ends of hosts that are AWS's own.
const AWS_SUFFIXES: &[&str] = &[
    "app.aws",
    "portal.amazonaws.com",
    "portal.amazonaws.com.cn",
    "app.amazonwebservices.com.cn",
    "portal.amazonaws.eu",
    "api.amazonwebservices.eu",
    "awsapps.com",
    "awsapps.cn",
];
const AWS_HOSTS: &[&str] = &["identitycenter.amazonaws.com", "identitycenter.amazonaws.com.cn"];

/// A start URL as Identity Center knows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StartUrl {
    /// The URL.
    pub url: String,
    /// The region that its host names, when it was found by a redirect.
    pub region: Option<String>,
}

/// Returns whether a start URL is the portal's own address.
pub fn is_portal(start_url: &str) -> bool {
    Origin::of(start_url).is_some_and(|origin| is_aws_host(origin.host))
}

impl Aws {
    /// Follows a start URL of one's own to the portal: one redirect at most, and only to AWS. Any other is returned as it is:
    /// Identity Center knows best whether it is one.
    ///
    /// # Errors
    /// When it leads elsewhere, or cannot be asked where it leads.
    pub fn resolve_start_url(&self, start_url: &str) -> Result<StartUrl, AwsError> {
        let as_it_is = || StartUrl { url: start_url.to_owned(), region: None };
        // Plain HTTP never leaves this machine.
        let may_ask = start_url.starts_with("https://") || start_url.starts_with("http://127.0.0.1:");
        if !may_ask || is_portal(start_url) {
            return Ok(as_it_is());
        }
        let call = Call::new(Asked::Portal, "start URL", []);
        let mut answer = self.block_on(self.redirect_of(&call, start_url, "HEAD"))?;
        if matches!(answer, Answered::Status(405 | 501)) {
            answer = self.block_on(self.redirect_of(&call, start_url, "GET"))?;
        }
        let Answered::Redirect(target) = answer else { return Ok(as_it_is()) };
        let elsewhere = || format!("the start URL `{start_url}` leads to `{target}`, which is not AWS's");
        portal_of(&target).ok_or_else(|| AwsError::new(&call, AwsErrorKind::Validation, elsewhere()))
    }

    async fn redirect_of(&self, call: &Arc<Call>, url: &str, method: &str) -> Result<Answered, AwsError> {
        let mut request = HttpRequest::new(SdkBody::empty());
        if request.set_method(method).is_err() || request.set_uri(url).is_err() {
            return Err(AwsError::new(call, AwsErrorKind::Validation, format!("`{url}` is not a URL")));
        }
        request.headers_mut().insert("user-agent", concat!("awsenv/", env!("CARGO_PKG_VERSION")));
        let fetched = self.transport().fetch(call, self.limits.connect, self.limits.attempt, request).await;
        let answer = fetched.map_err(|failure| *failure.error)?;
        let status = answer.response.status().as_u16();
        let location = answer.response.headers().get("location").filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308));
        Ok(location.map_or(Answered::Status(status), |location| Answered::Redirect(joined(url, location))))
    }
}

enum Answered {
    Redirect(String),
    Status(u16),
}

/// A `Location` may be a path only.
fn joined(url: &str, location: &str) -> String {
    match (location.starts_with('/') && !location.starts_with("//"), Origin::of(url)) {
        (true, Some(origin)) => format!("{}{location}", origin.text()),
        _ => location.to_owned(),
    }
}

/// The portal that a redirect leads to: scheme, host and path, without a slash at its end.
fn portal_of(target: &str) -> Option<StartUrl> {
    let origin = Origin::of(target).filter(|origin| origin.scheme.eq_ignore_ascii_case("https") && is_aws_host(origin.host))?;
    let host = origin.host.to_ascii_lowercase();
    let port = origin.port.filter(|port| *port != "443").map(|port| format!(":{port}")).unwrap_or_default();
    let url = format!("https://{host}{port}{}", origin.path.trim_end_matches('/'));
    Some(StartUrl { url, region: region_of(&host).map(str::to_owned) })
}

fn is_aws_host(host: &str) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |suffix: &&str| host.strip_suffix(*suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    AWS_HOSTS.contains(&host.as_str()) || AWS_SUFFIXES.iter().any(is_below)
}

/// `<id>.portal.<region>.app.aws` and `<id>.<region>.portal.amazonaws.com`, in every partition.
fn region_of(host: &str) -> Option<&str> {
    let (id, rest) = host.split_once('.')?;
    let before = ["portal.amazonaws.com", "portal.amazonaws.com.cn", "portal.amazonaws.eu"];
    let after = ["app.aws", "app.amazonwebservices.com.cn", "api.amazonwebservices.eu"];
    let found = before.iter().find_map(|suffix| rest.strip_suffix(suffix)?.strip_suffix('.'));
    let found =
        found.or_else(|| after.iter().find_map(|suffix| rest.strip_suffix(suffix)?.strip_suffix('.')?.strip_prefix("portal.")));
    found.filter(|region| !id.is_empty() && !region.is_empty() && !region.contains('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn portals_are_known_by_their_hosts() {
        for (url, expected) in [
            ("https://acme.awsapps.com/start", true),
            ("https://start.us-gov-home.awsapps.com/directory/acme", true),
            ("https://ssoins-1.portal.eu-west-1.app.aws", true),
            ("https://identitycenter.amazonaws.com/ssoins-1", true),
            ("https://AWSAPPS.com./start", true),
            ("https://sso.example.com", false),
            ("https://awsapps.com.example.com", false),
            ("https://xawsapps.com", false),
            ("https://sso.example.com/?x=.awsapps.com", false),
            ("https://acme.awsapps.com@example.com/", false),
            ("nonsense", false),
        ] {
            assert_eq!(is_portal(url), expected, "{url}");
        }
    }

    #[test]
    fn a_redirect_leads_to_a_portal_or_nowhere() {
        let portal = |url: &str, region: Option<&str>| Some(StartUrl { url: url.to_owned(), region: region.map(str::to_owned) });
        for (target, expected) in [
            ("https://acme.awsapps.com/start/", portal("https://acme.awsapps.com/start", None)),
            ("https://Acme.awsapps.com:443/start?x#y", portal("https://acme.awsapps.com/start", None)),
            (
                "https://ssoins-1.portal.eu-west-1.app.aws/",
                portal("https://ssoins-1.portal.eu-west-1.app.aws", Some("eu-west-1")),
            ),
            (
                "https://ssoins-1.us-gov-west-1.portal.amazonaws.com",
                portal("https://ssoins-1.us-gov-west-1.portal.amazonaws.com", Some("us-gov-west-1")),
            ),
            (
                "https://ssoins-1.cn-north-1.portal.amazonaws.com.cn/start",
                portal("https://ssoins-1.cn-north-1.portal.amazonaws.com.cn/start", Some("cn-north-1")),
            ),
            (
                "https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu",
                portal("https://ssoins-1.eusc-de-east-1.portal.amazonaws.eu", Some("eusc-de-east-1")),
            ),
            ("http://acme.awsapps.com/start", None),
            ("https://phish.example.com/start", None),
            ("", None),
        ] {
            assert_eq!(portal_of(target), expected, "{target}");
        }
        assert_eq!(joined("https://a.example/x/y", "/z"), "https://a.example/z");
        assert_eq!(joined("https://a.example/x", "//b.example/z"), "//b.example/z");
    }
}
