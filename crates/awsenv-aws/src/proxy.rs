//! Which proxy a request goes through: the AWS CLI's rules, which are those of Python's `urllib`
//! (`getproxies_environment`, `proxy_bypass_environment`). The SDK's own matcher reads the process's environment and
//! another dialect of `NO_PROXY`, so each route is chosen here.

use awsenv_resolve::EnvSnapshot;

/// The beginning of a URL: `scheme://host:port`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Origin<'a> {
    pub(crate) scheme: &'a str,
    /// Without a port; an IPv6 address keeps its brackets.
    pub(crate) host: &'a str,
    pub(crate) port: Option<&'a str>,
    /// The path, without the query.
    pub(crate) path: &'a str,
}

impl<'a> Origin<'a> {
    /// Takes a URL apart; a user name or password in it is left out.
    pub(crate) fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let authority = authority.rsplit('@').next().unwrap_or(authority);
        let port_at = authority.rfind(':').filter(|colon| !authority[*colon..].contains(']'));
        let (host, port) = match port_at {
            Some(colon) => (&authority[..colon], Some(&authority[colon + 1..])),
            None => (authority, None),
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        (!host.is_empty()).then_some(Self { scheme, host, port, path })
    }

    /// Returns `scheme://host:port`, the port only when it was given.
    pub(crate) fn text(&self) -> String {
        let Self { scheme, host, port, path: _ } = self;
        port.map_or_else(|| format!("{scheme}://{host}"), |port| format!("{scheme}://{host}:{port}"))
    }
}

/// The proxies of an environment.
#[derive(Clone, PartialEq, Eq, Default)]
pub(crate) struct Proxies {
    http: Option<String>,
    https: Option<String>,
    bypass: Option<String>,
}

impl Proxies {
    /// Reads `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`. (`ALL_PROXY` is not looked at by the AWS CLI.)
    pub(crate) fn from_env(env: &EnvSnapshot) -> Self {
        let proxy = |name| variable(env, name).map(with_scheme);
        Self { http: proxy("http_proxy"), https: proxy("https_proxy"), bypass: variable(env, "no_proxy").map(str::to_owned) }
    }

    /// Returns the URL of the proxy for a request, password included.
    pub(crate) fn for_origin(&self, origin: &Origin<'_>) -> Option<&str> {
        let proxy = if origin.scheme.eq_ignore_ascii_case("https") { &self.https } else { &self.http };
        proxy.as_deref().filter(|_| !self.is_bypassed(origin))
    }

    fn is_bypassed(&self, origin: &Origin<'_>) -> bool {
        let Some(bypass) = &self.bypass else { return false };
        if bypass == "*" {
            return true;
        }
        let host = origin.host.to_ascii_lowercase();
        let with_port = origin.port.map_or_else(|| host.clone(), |port| format!("{host}:{port}"));
        let entries = bypass.split(',').map(|entry| entry.trim().trim_start_matches('.').to_ascii_lowercase());
        entries.filter(|entry| !entry.is_empty()).any(|entry| {
            let suffix = format!(".{entry}");
            host == entry || with_port == entry || host.ends_with(&suffix) || with_port.ends_with(&suffix)
        })
    }
}

/// The lower-case spelling wins, and when it is empty it hides the others.
fn variable<'a>(env: &'a EnvSnapshot, lower_case: &str) -> Option<&'a str> {
    if let Some(text) = env.text(lower_case) {
        return Some(text).filter(|text| !text.is_empty());
    }
    env.names().filter(|name| name.eq_ignore_ascii_case(lower_case)).filter_map(|name| env.nonempty(name)).last()
}

/// botocore's `_fix_proxy_url`: `proxy:3128` is a proxy spoken to in plain HTTP.
fn with_scheme(url: &str) -> String {
    match url {
        _ if url.starts_with("http:") || url.starts_with("https:") => url.to_owned(),
        _ if url.starts_with("//") => format!("http:{url}"),
        _ => format!("http://{url}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(variables: &[(&str, &str)], url: &str) -> Option<String> {
        let env = EnvSnapshot::new(variables.iter().map(|(name, value)| (*name, *value)));
        let proxies = Proxies::from_env(&env);
        proxies.for_origin(&Origin::of(url).expect("a URL")).map(str::to_owned)
    }

    #[test]
    fn chooses_by_scheme_and_spelling() {
        let sts = "https://sts.eu-west-1.amazonaws.com/";
        for (variables, url, expected) in [
            (&[][..], sts, None),
            (&[("HTTPS_PROXY", "http://p:1")], sts, Some("http://p:1")),
            (&[("HTTP_PROXY", "http://p:1")], sts, None),
            (&[("HTTP_PROXY", "http://p:1")], "http://localhost:8000", Some("http://p:1")),
            (&[("HTTPS_PROXY", "http://upper:1"), ("https_proxy", "http://lower:1")], sts, Some("http://lower:1")),
            (&[("HTTPS_PROXY", "http://upper:1"), ("https_proxy", "")], sts, None),
            (&[("HTTPS_PROXY", "")], sts, None),
            (&[("Https_Proxy", "http://mixed:1")], sts, Some("http://mixed:1")),
            (&[("HTTPS_PROXY", "p:3128")], sts, Some("http://p:3128")),
            (&[("HTTPS_PROXY", "//p:3128")], sts, Some("http://p:3128")),
            (&[("HTTPS_PROXY", "https://u:pw@p")], sts, Some("https://u:pw@p")),
            (&[("ALL_PROXY", "http://p:1")], sts, None),
        ] {
            assert_eq!(proxy(variables, url).as_deref(), expected, "{variables:?} {url}");
        }
    }

    #[test]
    fn leaves_out_hosts_as_the_aws_cli_does() {
        let sts = "https://sts.eu-west-1.amazonaws.com";
        for (bypass, url, direct) in [
            ("*", sts, true),
            ("amazonaws.com", sts, true),
            (".amazonaws.com", sts, true),
            ("localhost, AMAZONAWS.com ", sts, true),
            ("sts.eu-west-1.amazonaws.com", sts, true),
            ("ts.eu-west-1.amazonaws.com", sts, false),
            ("*.amazonaws.com", sts, false),
            ("localhost,*", sts, false),
            ("", sts, false),
            (",", sts, false),
            ("localhost", "https://localhost:8443/x", true),
            ("localhost:8443", "https://localhost:8443/x", true),
            ("localhost:1", "https://localhost:8443/x", false),
            ("10.0.0.0/8", "https://10.0.0.1/", false),
            ("[::1]", "https://[::1]:8443/", true),
        ] {
            let found = proxy(&[("HTTPS_PROXY", "http://p:1"), ("NO_PROXY", bypass)], url);
            assert_eq!(found.is_none(), direct, "{bypass:?} {url}");
        }
    }

    #[test]
    fn takes_urls_apart() {
        for (url, expected) in [
            ("https://sts.amazonaws.com/", Some("https://sts.amazonaws.com")),
            ("http://127.0.0.1:8000/a?b=c", Some("http://127.0.0.1:8000")),
            ("http://user:pw@host:1?x", Some("http://host:1")),
            ("http://[::1]/a", Some("http://[::1]")),
            ("http://[::1]:80/a", Some("http://[::1]:80")),
            ("nonsense", None),
            ("http:///x", None),
        ] {
            assert_eq!(Origin::of(url).map(|origin| origin.text()).as_deref(), expected, "{url}");
        }
        assert_eq!(Origin::of("http://h/a/b?secret=c").expect("a URL").path, "/a/b");
    }
}
