//! What was asked: the log entry, and the same request on its way to a service.

use crate::script::Effect;

/// The services that share the port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Sts,
    Iam,
    Sso,
    Oidc,
    Signin,
    Imds,
    Container,
    Federation,
    Other,
}

impl Service {
    /// Returns the name that rules and the log use.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Service::Sts => "sts",
            Service::Iam => "iam",
            Service::Sso => "sso",
            Service::Oidc => "oidc",
            Service::Signin => "signin",
            Service::Imds => "imds",
            Service::Container => "container",
            Service::Federation => "federation",
            Service::Other => "other",
        }
    }

    /// Returns the namespace of its XML, for the services that answer XML.
    pub(crate) const fn xml_namespace(self) -> &'static str {
        match self {
            Service::Iam => "https://iam.amazonaws.com/doc/2010-05-08/",
            _ => "https://sts.amazonaws.com/doc/2011-06-15/",
        }
    }
}

/// A request on its way to a service.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) service: Service,
    pub(crate) action: String,
    pub(crate) params: Vec<(String, String)>,
    /// What a rule says should happen, for the effects that only the handler understands.
    pub(crate) effect: Option<Effect>,
    /// The ARN that signed, once it is known.
    pub(crate) caller: Option<String>,
}

impl Call {
    /// Returns a parameter.
    pub(crate) fn param(&self, name: &str) -> Option<&str> {
        find(&self.params, name)
    }

    /// Returns a parameter that is there and not empty.
    pub(crate) fn filled(&self, name: &str) -> Option<&str> {
        self.param(name).filter(|value| !value.is_empty())
    }
}

/// One request, as it came and how it was answered. Secrets are not masked: nothing here is real.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// `sts`, `iam`, `sso`, `oidc`, `signin`, `imds`, `container`, `federation` or `other`.
    pub service: String,
    /// AWS's name of the operation, or a name in its style: `AssumeRole`, `CreateToken`, `GetRoleCredentials`, `PutToken`.
    pub action: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path, with the query.
    pub target: String,
    /// The parameters, wherever they came from: query, form or JSON body.
    pub params: Vec<(String, String)>,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The ARN that signed it, where it is signed and the signature was right.
    pub caller: Option<String>,
    /// The status of the answer; 0 while there is none.
    pub status: u16,
    /// AWS's error code in the answer.
    pub error: Option<String>,
    /// When it came, in seconds since the epoch by the server's clock.
    pub at: i64,
}

impl Request {
    /// Returns a parameter.
    pub fn param(&self, name: &str) -> Option<&str> {
        find(&self.params, name)
    }

    /// Returns a header, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

fn find<'a>(params: &'a [(String, String)], name: &str) -> Option<&'a str> {
    params.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}
