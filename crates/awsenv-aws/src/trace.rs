//! What `-vv` tells of the network: one note for each request, without headers, bodies or secrets.

use std::fmt;

/// Something worth a line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Trace {
    /// A request that has ended, well or not.
    Request(RequestTrace),
    /// Why there will be another.
    Note(String),
}

/// A request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct RequestTrace {
    /// The API's operation.
    pub operation: &'static str,
    /// `GET`, `POST`.
    pub method: String,
    /// `https://host:port`.
    pub endpoint: String,
    /// The path, without the query; `/…` where it is itself a secret.
    pub path: String,
    /// The proxy that it went through, without its password.
    pub proxy: Option<String>,
    /// The how manieth request of this call it was, from 1.
    pub attempt: u32,
    /// The HTTP status, or why there is none.
    pub outcome: Result<u16, String>,
    /// How long it took, in milliseconds.
    pub milliseconds: u64,
}

impl fmt::Display for Trace {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let request = match self {
            Self::Note(text) => return formatter.write_str(text),
            Self::Request(request) => request,
        };
        let RequestTrace { operation, method, endpoint, path, proxy, attempt, outcome, milliseconds } = request;
        write!(formatter, "{operation}: {method} {endpoint}{path}")?;
        if let Some(proxy) = proxy {
            write!(formatter, " through the proxy {proxy}")?;
        }
        match outcome {
            Ok(status) => write!(formatter, ": {status}")?,
            Err(why) => write!(formatter, ": {why}")?,
        }
        match attempt {
            1 => write!(formatter, " ({milliseconds} ms)"),
            _ => write!(formatter, " ({milliseconds} ms, attempt {attempt})"),
        }
    }
}
