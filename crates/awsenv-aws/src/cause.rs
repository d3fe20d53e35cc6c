//! Why a request got no answer, in plain words: the innermost cause out of five layers of libraries.

use std::error::Error;
use std::io;

use crate::AwsErrorKind;
use crate::call::Route;

/// Says what went wrong on the way.
pub(crate) fn explain(error: &(dyn Error + 'static), route: Option<&Route>) -> (AwsErrorKind, String) {
    let place = place(route);
    let texts: Vec<String> = chain(error).map(ToString::to_string).collect();
    let mentions = |words: &str| texts.iter().any(|text| text.contains(words));
    if let Some(trouble) = texts.iter().find_map(|text| certificate_trouble(text)) {
        let host = route.map_or("the server", |route| &route.endpoint);
        return (AwsErrorKind::Network, format!("the TLS certificate of {host} {trouble}"));
    }
    if mentions("InvalidContentType") {
        return (AwsErrorKind::Network, format!("{place} does not speak TLS"));
    }
    if mentions("proxy authorization required") {
        return (AwsErrorKind::Network, format!("{place} wants a user name and a password"));
    }
    if mentions("tunnel error") && mentions("unsuccessful") {
        return (AwsErrorKind::Network, format!("{place} refused to connect"));
    }
    if mentions("failed to lookup address") || mentions("dns error") {
        let why = texts.last().map(|text| format!(" ({text})")).unwrap_or_default();
        return (AwsErrorKind::Network, format!("the host name of {place} cannot be found{why}"));
    }
    let kinds: Vec<io::ErrorKind> =
        chain(error).filter_map(|error| error.downcast_ref::<io::Error>()).map(io::Error::kind).collect();
    let is = |wanted: &[io::ErrorKind]| kinds.iter().any(|kind| wanted.contains(kind));
    use io::ErrorKind::{
        AddrNotAvailable, BrokenPipe, ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, NetworkDown,
        NetworkUnreachable, TimedOut, UnexpectedEof,
    };
    if is(&[ConnectionRefused]) {
        return (AwsErrorKind::Network, format!("{place} refused the connection"));
    }
    if is(&[NetworkUnreachable, HostUnreachable, NetworkDown, AddrNotAvailable]) {
        return (AwsErrorKind::Network, format!("there is no route to {place}"));
    }
    if is(&[TimedOut]) || mentions("timeout occurred") || mentions("timed out") {
        return (AwsErrorKind::Timeout, format!("{place} did not answer in time"));
    }
    let closed = is(&[ConnectionReset, BrokenPipe, ConnectionAborted, UnexpectedEof]);
    if closed || mentions("connection closed") || mentions("end of file before message") {
        return (AwsErrorKind::Network, format!("{place} closed the connection before its answer was complete"));
    }
    (AwsErrorKind::Network, format!("no answer from {place}: {}", texts.last().map_or("unknown", String::as_str)))
}

/// Names whom a request was on the way to.
pub(crate) fn place(route: Option<&Route>) -> String {
    match route {
        Some(Route { endpoint, proxy: Some(proxy) }) => format!("the proxy {proxy} (on the way to {endpoint})"),
        Some(Route { endpoint, proxy: None }) => endpoint.clone(),
        None => "AWS".to_owned(),
    }
}

/// rustls says `invalid peer certificate: UnknownIssuer`, `… certificate expired: verification time …`.
fn certificate_trouble(text: &str) -> Option<&'static str> {
    let (_, trouble) = text.split_once("invalid peer certificate: ")?;
    Some(match trouble {
        _ if trouble.starts_with("UnknownIssuer") => {
            "is not signed by an authority that this machine trusts (behind an inspecting proxy, `ca_bundle` or AWS_CA_BUNDLE must name its authority)"
        }
        _ if trouble.contains("not valid yet") || trouble.contains("NotValidYet") => {
            "is not valid yet (is this machine's clock right?)"
        }
        _ if trouble.contains("expired") || trouble.contains("Expired") => "has expired (is this machine's clock right?)",
        _ if trouble.contains("not valid for name") || trouble.contains("NotValidForName") => "is for another host name",
        _ => "is not valid",
    })
}

/// An error and its causes. An `io::Error` hides the one that it wraps from `source`.
pub(crate) fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| match error.downcast_ref::<io::Error>() {
        Some(io) => io.get_ref().map(|inner| inner as &(dyn Error + 'static)),
        None => error.source(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(error: io::Error, proxy: Option<&str>) -> (AwsErrorKind, String) {
        let route = Route { endpoint: "https://sts.test:443".into(), proxy: proxy.map(str::to_owned) };
        explain(&io::Error::other(error), Some(&route))
    }

    #[test]
    fn says_what_happened() {
        use AwsErrorKind::{Network, Timeout};
        for (error, kind, words) in [
            (io::Error::from(io::ErrorKind::ConnectionRefused), Network, "https://sts.test:443 refused the connection"),
            (io::Error::from(io::ErrorKind::NetworkUnreachable), Network, "there is no route to https://sts.test:443"),
            (io::Error::from(io::ErrorKind::TimedOut), Timeout, "https://sts.test:443 did not answer in time"),
            (
                io::Error::from(io::ErrorKind::ConnectionReset),
                Network,
                "https://sts.test:443 closed the connection before its answer was complete",
            ),
            (
                io::Error::other("failed to lookup address information: Name or service not known"),
                Network,
                "the host name of https://sts.test:443 cannot be found (failed to lookup address information: Name or service not known)",
            ),
            (
                io::Error::other("invalid peer certificate: UnknownIssuer"),
                Network,
                "the TLS certificate of https://sts.test:443 is not signed by an authority that this machine trusts (behind an inspecting proxy, `ca_bundle` or AWS_CA_BUNDLE must name its authority)",
            ),
            (
                io::Error::other("invalid peer certificate: certificate expired: verification time 5 (UNIX)"),
                Network,
                "the TLS certificate of https://sts.test:443 has expired (is this machine's clock right?)",
            ),
            (
                io::Error::other("invalid peer certificate: certificate not valid for name \"a\""),
                Network,
                "the TLS certificate of https://sts.test:443 is for another host name",
            ),
            (
                io::Error::other("received corrupt message of type InvalidContentType"),
                Network,
                "https://sts.test:443 does not speak TLS",
            ),
            (io::Error::other("odd"), Network, "no answer from https://sts.test:443: odd"),
        ] {
            assert_eq!(explained(error, None), (kind, words.to_owned()));
        }
        let refused = explained(io::ErrorKind::ConnectionRefused.into(), Some("http://proxy:3128")).1;
        assert_eq!(refused, "the proxy http://proxy:3128 (on the way to https://sts.test:443) refused the connection");
    }
}
