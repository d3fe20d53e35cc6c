//! HTTP/1.1 as hyper and urllib3 speak it: one request in, one answer out, as often as the connection lasts.

use std::io::{self, BufRead, Read, Write};

/// Bodies larger than this are refused; nothing AWS's sign-in services take comes near it.
const LARGEST_BODY: usize = 4 * 1024 * 1024;

/// A request as it came over the wire, its body complete.
#[derive(Clone, Debug)]
pub(crate) struct HttpRequest {
    pub(crate) method: String,
    /// The path, still percent-encoded.
    pub(crate) path: String,
    /// What follows `?`, still percent-encoded.
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) keep_alive: bool,
}

impl HttpRequest {
    /// Returns the first header of this name, whatever its case.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// An answer; `Content-Length`, `Date` and `Connection` are added when it is written.
#[derive(Clone, Debug)]
pub(crate) struct HttpResponse {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl HttpResponse {
    /// Makes an answer of this media type.
    pub(crate) fn new(status: u16, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status, headers: vec![("Content-Type".to_owned(), content_type.to_owned())], body: body.into() }
    }

    /// Makes a JSON answer.
    pub(crate) fn json(status: u16, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    /// Makes a plain-text answer, as the metadata service gives them.
    pub(crate) fn text(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain", body.into())
    }

    /// Makes a page for a browser.
    pub(crate) fn html(status: u16, title: &str, body: &str) -> Self {
        let page = format!(
            "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title></head>\n<body><h1>{title}</h1>\n{body}\n</body></html>\n"
        );
        Self::new(status, "text/html; charset=utf-8", page)
    }

    /// Sends the browser elsewhere.
    pub(crate) fn redirect(location: String) -> Self {
        Self::html(302, "Found", "").with_header("Location", location)
    }

    /// Adds a header.
    #[must_use]
    pub(crate) fn with_header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }
}

/// Reads the next request; `None` when the client has closed the connection between two requests.
///
/// `writer` is needed because a client that sends `Expect: 100-continue` waits for a word before it sends the body.
pub(crate) fn read_request(reader: &mut impl BufRead, writer: &mut impl Write) -> io::Result<Option<HttpRequest>> {
    let mut start = read_line(reader)?;
    // RFC 9112 §2.2: a server should ignore an empty line before the request line.
    if start.as_deref() == Some("") {
        start = read_line(reader)?;
    }
    let Some(start) = start else { return Ok(None) };
    let mut words = start.split(' ');
    let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
        return Err(invalid("the request line has not three words"));
    };
    if !version.starts_with("HTTP/1.") {
        return Err(invalid("not HTTP/1"));
    }
    let mut headers = Vec::new();
    loop {
        let line = read_line(reader)?.ok_or_else(|| invalid("the connection ended inside the headers"))?;
        if line.is_empty() {
            break;
        }
        let (name, value) = line.split_once(':').ok_or_else(|| invalid("a header without a colon"))?;
        headers.push((name.trim().to_owned(), value.trim().to_owned()));
    }
    // A client that takes us for its proxy sends the whole URL; only the part after the host matters.
    let target = match target.split_once("://") {
        Some((_, rest)) => rest.find('/').map_or("/", |slash| &rest[slash..]),
        None => target,
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut request = HttpRequest {
        method: method.to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        headers,
        body: Vec::new(),
        keep_alive: false,
    };
    let connection = request.header("connection").unwrap_or_default().to_ascii_lowercase();
    request.keep_alive = if version == "HTTP/1.0" { connection.contains("keep-alive") } else { !connection.contains("close") };
    if request.header("expect").is_some_and(|value| value.eq_ignore_ascii_case("100-continue")) {
        writer.write_all(b"HTTP/1.1 100 Continue\r\n\r\n")?;
        writer.flush()?;
    }
    request.body = read_body(reader, &request)?;
    Ok(Some(request))
}

fn read_body(reader: &mut impl BufRead, request: &HttpRequest) -> io::Result<Vec<u8>> {
    let mut body = Vec::new();
    if request.header("transfer-encoding").is_some_and(|value| value.to_ascii_lowercase().ends_with("chunked")) {
        loop {
            let line = read_line(reader)?.ok_or_else(|| invalid("the connection ended inside a chunk"))?;
            let digits = line.split(';').next().unwrap_or_default().trim();
            let size = usize::from_str_radix(digits, 16).map_err(|_| invalid("a chunk size is not hexadecimal"))?;
            if size == 0 {
                break;
            }
            read_exactly(reader, size, &mut body)?;
            if read_line(reader)?.as_deref() != Some("") {
                return Err(invalid("a chunk does not end in a line end"));
            }
        }
        while read_line(reader)?.is_some_and(|trailer| !trailer.is_empty()) {}
    } else if let Some(length) = request.header("content-length") {
        let length = length.parse().map_err(|_| invalid("Content-Length is not a number"))?;
        read_exactly(reader, length, &mut body)?;
    }
    Ok(body)
}

fn read_exactly(reader: &mut impl BufRead, length: usize, body: &mut Vec<u8>) -> io::Result<()> {
    let start = body.len();
    let end = start.saturating_add(length);
    if end > LARGEST_BODY {
        return Err(invalid("the body is too large"));
    }
    body.resize(end, 0);
    reader.read_exact(&mut body[start..])
}

/// Reads one line without its line end; `None` at the end of the stream.
fn read_line(reader: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    reader.by_ref().take(64 * 1024).read_until(b'\n', &mut line)?;
    if line.is_empty() {
        return Ok(None);
    }
    if line.pop() != Some(b'\n') {
        return Err(invalid("a line is too long or cut off"));
    }
    if line.last() == Some(&b'\r') {
        line.pop();
    }
    String::from_utf8(line).map(Some).map_err(|_| invalid("a header is not UTF-8"))
}

fn invalid(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what)
}

/// How the answer is put on the wire.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Framing {
    /// The answer is to `HEAD`: everything but the body.
    pub(crate) head: bool,
    /// The connection stays open afterwards.
    pub(crate) keep_alive: bool,
    /// Half of the body is held back, and the connection must be closed: a fault to script.
    pub(crate) truncate: bool,
}

/// Writes the answer in one piece, so that a client never sees half of the head.
pub(crate) fn write_response(writer: &mut impl Write, response: &HttpResponse, framing: Framing, date: &str) -> io::Result<()> {
    let mut out = format!("HTTP/1.1 {} {}\r\n", response.status, reason(response.status));
    for (name, value) in &response.headers {
        out.push_str(&format!("{name}: {value}\r\n"));
    }
    let connection = if framing.keep_alive { "keep-alive" } else { "close" };
    out.push_str(&format!(
        "Date: {date}\r\nServer: fake-aws\r\nContent-Length: {}\r\nConnection: {connection}\r\n\r\n",
        response.body.len()
    ));
    let mut out = out.into_bytes();
    let body = if framing.truncate { &response.body[..response.body.len() / 2] } else { &response.body };
    if !framing.head {
        out.extend_from_slice(body);
    }
    writer.write_all(&out)?;
    writer.flush()
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        302 => "Found",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        429 => "Too Many Requests",
        500 => "Internal Server Error",
        503 => "Service Unavailable",
        _ => "Answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn read(wire: &str) -> (Option<HttpRequest>, String) {
        let mut said = Vec::new();
        let request = read_request(&mut Cursor::new(wire.as_bytes()), &mut said).expect("the request is well-formed");
        (request, String::from_utf8(said).expect("ASCII"))
    }

    #[test]
    fn bodies_come_by_length_or_in_chunks() {
        for (wire, body) in [
            ("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcdef", "abc"),
            ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n", "abcde"),
            ("GET / HTTP/1.1\r\n\r\n", ""),
            ("\r\nGET / HTTP/1.1\nHost: a\n\n", ""),
        ] {
            let (request, said) = read(wire);
            assert_eq!((request.expect("a request").body.as_slice(), said.as_str()), (body.as_bytes(), ""), "{wire:?}");
        }
    }

    #[test]
    fn a_client_that_waits_for_100_continue_gets_it() {
        let (request, said) = read("PUT /x?a=b HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nz");
        let request = request.expect("a request");
        assert_eq!((request.path.as_str(), request.query.as_str(), request.body.as_slice()), ("/x", "a=b", &b"z"[..]));
        assert_eq!(said, "HTTP/1.1 100 Continue\r\n\r\n");
    }

    #[test]
    fn connections_are_kept_as_the_version_says() {
        for (wire, keep_alive) in [
            ("GET / HTTP/1.1\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
        ] {
            assert_eq!(read(wire).0.expect("a request").keep_alive, keep_alive, "{wire:?}");
        }
        assert!(read("").0.is_none());
    }

    #[test]
    fn a_request_to_a_proxy_loses_its_host() {
        let request = read("GET http://sts.amazonaws.com/a?b HTTP/1.1\r\n\r\n").0.expect("a request");
        assert_eq!((request.path.as_str(), request.query.as_str()), ("/a", "b"));
    }

    #[test]
    fn broken_requests_are_errors() {
        for wire in [
            "GET /\r\n\r\n",
            "GET / HTTP/2\r\n\r\n",
            "GET / HTTP/1.1\r\nx\r\n\r\n",
            "GET / HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        ] {
            assert!(read_request(&mut Cursor::new(wire.as_bytes()), &mut Vec::new()).is_err(), "{wire:?}");
        }
    }

    #[test]
    fn head_has_the_length_but_not_the_body() {
        let mut wire = Vec::new();
        let framing = Framing { head: true, keep_alive: true, truncate: false };
        write_response(&mut wire, &HttpResponse::text(200, "four"), framing, "now").expect("a Vec takes everything");
        let wire = String::from_utf8(wire).expect("ASCII");
        assert!(wire.contains("Content-Length: 4\r\n") && wire.ends_with("\r\n\r\n"), "{wire}");
    }
}
