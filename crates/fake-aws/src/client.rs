//! A tiny HTTP client for this crate's own tests: one connection, kept open, as SDKs keep theirs.

use crate::encoding::form;
use crate::server::FakeAws;
use crate::sigv4::sign_headers;
use crate::state::Credentials;
use crate::time::machine_now;
use crate::world::User;
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpStream};

/// Keys to sign with.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) id: String,
    pub(crate) secret: String,
    pub(crate) token: Option<String>,
}

impl From<&User> for Keys {
    fn from(user: &User) -> Self {
        Self { id: user.access_key_id.clone(), secret: user.secret_access_key.clone(), token: None }
    }
}

impl From<&Credentials> for Keys {
    fn from(credentials: &Credentials) -> Self {
        let Credentials { access_key_id, secret_access_key, session_token, .. } = credentials.clone();
        Self { id: access_key_id, secret: secret_access_key, token: Some(session_token) }
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// Returns the text of the first XML element of this name.
    pub(crate) fn xml(&self, name: &str) -> &str {
        let inner = self.body.split_once(&format!("<{name}>")).and_then(|(_, rest)| rest.split_once(&format!("</{name}>")));
        inner.map_or("", |(text, _)| text)
    }

    /// Returns the keys of an STS answer.
    pub(crate) fn keys(&self) -> Keys {
        let [id, secret, token] = ["AccessKeyId", "SecretAccessKey", "SessionToken"].map(|name| self.xml(name).to_owned());
        assert!(!token.is_empty(), "no credentials in {}", self.body);
        Keys { id, secret, token: Some(token) }
    }

    /// Returns the query of the URL that a browser is sent to.
    pub(crate) fn location(&self) -> (String, Vec<(String, String)>) {
        let (url, query) =
            self.header("location").and_then(|url| url.split_once('?')).unwrap_or_else(|| panic!("no redirect: {}", self.body));
        (url.to_owned(), crate::encoding::parse_form(query))
    }
}

/// One connection to the server.
#[derive(Debug)]
pub(crate) struct Client {
    stream: BufReader<TcpStream>,
    port: u16,
}

impl Client {
    pub(crate) fn new(server: &FakeAws) -> Self {
        let stream = TcpStream::connect((Ipv4Addr::LOCALHOST, server.port())).expect("the server listens");
        Self { stream: BufReader::new(stream), port: server.port() }
    }

    /// Sends a request; an error when the connection ends before the answer does.
    pub(crate) fn try_send(
        &mut self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> std::io::Result<Answer> {
        let mut out = format!("{method} {target} HTTP/1.1\r\nContent-Length: {}\r\n", body.len());
        if !headers.iter().any(|(name, _)| *name == "host") {
            out += &format!("host: 127.0.0.1:{}\r\n", self.port);
        }
        headers.iter().for_each(|(name, value)| out += &format!("{name}: {value}\r\n"));
        self.stream.get_mut().write_all(format!("{out}\r\n{body}").as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status =
            line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(|| std::io::Error::other("no answer"))?;
        let mut answer = Answer { status, headers: Vec::new(), body: String::new() };
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            answer.headers.push((name.to_owned(), value.to_owned()));
        }
        let length = answer.header("content-length").and_then(|length| length.parse().ok()).expect("every answer has a length");
        let mut bytes = vec![0; if method == "HEAD" { 0 } else { length }];
        self.stream.read_exact(&mut bytes)?;
        answer.body = String::from_utf8(bytes).expect("every answer is UTF-8");
        Ok(answer)
    }

    pub(crate) fn send(&mut self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.try_send(method, target, headers, body).expect("the connection stays open")
    }

    pub(crate) fn get(&mut self, target: &str) -> Answer {
        self.send("GET", target, &[], "")
    }

    pub(crate) fn post(&mut self, target: &str, body: &Value) -> Answer {
        self.send("POST", target, &[("content-type", "application/json")], &body.to_string())
    }

    /// Opens a page with this query.
    pub(crate) fn open(&mut self, path: &str, query: &[(&str, &str)]) -> Answer {
        self.get(&format!("{path}?{}", form(query)))
    }

    /// Calls STS or IAM.
    pub(crate) fn call(&mut self, keys: &Keys, action: &str, params: &[(&str, &str)]) -> Answer {
        self.call_at(keys, action, params, machine_now())
    }

    /// Calls STS or IAM by a clock of one's own.
    pub(crate) fn call_at(&mut self, keys: &Keys, action: &str, params: &[(&str, &str)], at: i64) -> Answer {
        let (service, version) = if action == "ListMFADevices" { ("iam", "2010-05-08") } else { ("sts", "2011-06-15") };
        let mut all = vec![("Action", action), ("Version", version)];
        all.extend(params);
        let body = form(&all);
        let host = format!("127.0.0.1:{}", self.port);
        let headers = sign_headers(&body, &host, service, at, (&keys.id, &keys.secret, keys.token.as_deref()));
        let headers: Vec<(&str, &str)> = headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send("POST", "/", &headers, &body)
    }
}

/// Starts a server with the demo world, and returns a connection to it.
pub(crate) fn demo() -> (FakeAws, Client) {
    let server = FakeAws::start(crate::World::demo()).expect("a loopback port is free");
    let client = Client::new(&server);
    (server, client)
}

/// Returns the keys of a user of the world.
pub(crate) fn keys_of(server: &FakeAws, name: &str) -> Keys {
    server.world(|world| world.users.iter().find(|user| user.name == name).map(Keys::from)).expect("the user exists")
}
