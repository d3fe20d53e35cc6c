//! Where the browser comes back to: one address of the loopback interface, for the time of one sign-in.

use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

use awsenv_resolve::Secret;

/// The path of every callback; it is part of what a client registers.
const PATH: &str = "/oauth/callback";
/// A browser opens connections that it may never use: none of them may hold up the others.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often new connections are looked for.
const STEP: Duration = Duration::from_millis(20);
/// The longest request that is read.
const LONGEST: u64 = 64 * 1024;

/// A listener on 127.0.0.1 that waits for one browser.
#[derive(Debug)]
pub struct Callback {
    listener: TcpListener,
    port: u16,
}

/// Why the browser brought no code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CallbackError {
    /// It came with `error=`: the person, or the service, said no.
    Refused {
        /// `error`.
        error: String,
        /// `error_description`.
        description: String,
    },
    /// It did not come in time.
    TimedOut,
}

impl Callback {
    /// Takes a free port of 127.0.0.1; no other machine can reach it.
    ///
    /// # Errors
    /// When there is none.
    pub fn listen() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let port = listener.local_addr()?.port();
        Ok(Self { listener, port })
    }

    /// Returns the redirect URI of a browser sign-in.
    pub fn redirect_uri(&self) -> String {
        format!("http://127.0.0.1:{}{PATH}", self.port)
    }

    /// Returns the redirect URI that a client registers: without a port, which is another one each time.
    pub fn registered_uri() -> String {
        format!("http://127.0.0.1{PATH}")
    }

    /// Waits for the browser and returns the code that it brings. Whatever else comes is answered and waiting goes on: also
    /// what has another `state`, a page of another sign-in or somebody else's, which must not be able to end this one.
    /// `tick` is called all the while, about fifty times a second.
    ///
    /// # Errors
    /// When it brings something else, or nothing in time.
    pub fn wait(&self, state: &str, limit: Duration, tick: &mut dyn FnMut()) -> Result<Secret, CallbackError> {
        let (sender, answers) = channel();
        let state: Arc<str> = state.into();
        let end = Instant::now() + limit;
        loop {
            while let Ok((stream, _)) = self.listener.accept() {
                let (sender, state) = (sender.clone(), Arc::clone(&state));
                std::thread::spawn(move || serve(stream, &state, &sender));
            }
            match answers.recv_timeout(STEP) {
                Ok(answer) => return answer,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) if Instant::now() >= end => {
                    return Err(CallbackError::TimedOut);
                }
                Err(_) => tick(),
            }
        }
    }
}

/// Answers one connection; only a real callback is passed on, after the browser has its page.
fn serve(stream: TcpStream, state: &str, sender: &Sender<Result<Secret, CallbackError>>) {
    let prepared = stream.set_nonblocking(false).and_then(|()| stream.set_read_timeout(Some(PATIENCE)));
    let _ = prepared.and_then(|()| stream.set_write_timeout(Some(PATIENCE)));
    let Some(target) = read_target(&stream) else { return };
    let answer = understand(&target, state);
    let (status, title, words) = match &answer {
        Came::Nothing => ("404 Not Found", "Nothing here", "This page only takes part in a sign-in."),
        Came::Answer(Ok(_)) => ("200 OK", "You are signed in", "awsenv goes on in your terminal. You may close this page."),
        Came::Otherwise => (
            "400 Bad Request",
            "Not signed in",
            "This page belongs to another sign-in. You may close it; your terminal still waits for its own page.",
        ),
        Came::Answer(Err(_)) => {
            ("400 Bad Request", "Not signed in", "The sign-in was refused; your terminal says why. You may close this page.")
        }
    };
    let _ = write_page(stream, status, title, words);
    if let Came::Answer(answer) = answer {
        let _ = sender.send(answer);
    }
}

/// Reads a request's head and returns its target.
fn read_target(stream: &TcpStream) -> Option<String> {
    let mut reader = BufReader::new(stream.take(LONGEST));
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut line = String::new();
    while reader.read_line(&mut line).is_ok_and(|length| length > 2) {
        line.clear();
    }
    let mut words = first.split_ascii_whitespace();
    let (method, target) = (words.next()?, words.next()?);
    Some(if method == "GET" { target.to_owned() } else { String::new() })
}

/// What a request is.
#[derive(PartialEq, Eq, Debug)]
enum Came {
    /// No callback.
    Nothing,
    /// One of another sign-in.
    Otherwise,
    Answer(Result<Secret, CallbackError>),
}

fn understand(target: &str, state: &str) -> Came {
    let Some((_, query)) = target.split_once('?').filter(|(path, _)| *path == PATH) else { return Came::Nothing };
    let param = |wanted: &str| {
        let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.filter(|(name, _)| *name == wanted).map(|(_, value)| decode(value)).next().filter(|value| !value.is_empty())
    };
    let (code, error, came) = (param("code"), param("error"), param("state"));
    if code.is_none() && error.is_none() {
        return Came::Nothing;
    }
    if came.as_deref() != Some(state) {
        return Came::Otherwise;
    }
    Came::Answer(match (error, code) {
        (None, Some(code)) => Ok(Secret::new(code)),
        (error, _) => {
            let description = param("error_description").unwrap_or_default();
            Err(CallbackError::Refused { error: error.unwrap_or_default(), description })
        }
    })
}

/// Undoes the encoding of a form: `+` and `%41`.
fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, more)) = rest.split_first() {
        let escaped = more.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = escaped.filter(|_| *first == b'%').and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(if *first == b'+' { b' ' } else { *first }));
        rest = if escaped.is_some() { &more[2..] } else { more };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn write_page(mut stream: TcpStream, status: &str, title: &str, words: &str) -> io::Result<()> {
    let page = format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
<meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">\
<style>body{{font:1.1rem system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1rem;text-align:center}}</style>\
<h1>{title}</h1><p>{words}</p></html>\n"
    );
    // The code in the address must not go on to anybody, and the page needs nothing from anywhere.
    let head = "Content-Type: text/html; charset=utf-8\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
Content-Security-Policy: default-src 'none'; style-src 'unsafe-inline'\r\nConnection: close";
    write!(stream, "HTTP/1.1 {status}\r\n{head}\r\nContent-Length: {}\r\n\r\n{page}", page.len())?;
    stream.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(callback: &Callback, target: &str) -> String {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, callback.port)).expect("it listens");
        write!(stream, "GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    #[test]
    fn other_requests_are_answered_and_waiting_goes_on() {
        let callback = Callback::listen().expect("a port is free");
        std::thread::scope(|scope| {
            let waiting = scope.spawn(|| callback.wait("s1", Duration::from_secs(20), &mut || ()));
            // A browser's connection in advance, on which nothing is ever said.
            let silent = TcpStream::connect((Ipv4Addr::LOCALHOST, callback.port)).expect("it listens");
            for stray in ["/favicon.ico", "/", "/oauth/callback", "/oauth/callback?x=1", "/oauth/callbackx?code=1&state=s1"] {
                assert!(get(&callback, stray).starts_with("HTTP/1.1 404 "), "{stray}");
            }
            let other = get(&callback, "/oauth/callback?code=evil&state=s2");
            assert!(other.starts_with("HTTP/1.1 400 ") && other.contains("another sign-in"), "{other}");
            let page = get(&callback, "/oauth/callback?code=a%2Bb+c&state=s1");
            assert!(page.starts_with("HTTP/1.1 200 ") && page.contains("You may close this page"), "{page}");
            assert_eq!(waiting.join().expect("no panic"), Ok(Secret::new("a+b c")));
            drop(silent);
        });
    }

    #[test]
    fn what_is_no_code_ends_it() {
        let refused = |error: &str, description: &str| CallbackError::Refused {
            error: error.to_owned(),
            description: description.to_owned(),
        };
        for (query, expected) in [
            ("error=access_denied&state=s", refused("access_denied", "")),
            ("error=access_denied&error_description=no+%C3%A4&state=s", refused("access_denied", "no ä")),
            ("error=e&code=c&state=s", refused("e", "")),
        ] {
            assert_eq!(understand(&format!("{PATH}?{query}"), "s"), Came::Answer(Err(expected)), "{query}");
        }
        // Any page on this machine can send these: they are nobody's, and waiting goes on.
        for query in ["code=c&state=other", "code=c", "error=access_denied&state=other", "error=access_denied"] {
            assert_eq!(understand(&format!("{PATH}?{query}"), "s"), Came::Otherwise, "{query}");
        }
        let callback = Callback::listen().expect("a port is free");
        assert_eq!(callback.wait("s", Duration::from_millis(50), &mut || ()), Err(CallbackError::TimedOut));
        assert_eq!(callback.redirect_uri(), format!("http://127.0.0.1:{}/oauth/callback", callback.port));
    }

    #[test]
    fn odd_escapes_are_taken_as_they_are() {
        for (text, expected) in [("a%4", "a%4"), ("%zz", "%zz"), ("%41%", "A%"), ("%é", "%é"), ("", "")] {
            assert_eq!(decode(text), expected);
        }
    }
}
