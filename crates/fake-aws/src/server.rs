//! The running server: connections, rules and the log around the services.

use crate::control;
use crate::encoding::percent_decode;
use crate::http::{Framing, HttpRequest, HttpResponse, read_request, write_response};
use crate::request::{Call, Request};
use crate::router::{answer, route};
use crate::script::{Effect, Rule, judge};
use crate::state::{Credentials, Identity, State};
use crate::time::http_date;
use crate::world::World;
use std::collections::HashMap;
use std::io::{self, BufReader, ErrorKind};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// How often a thread that waits on purpose looks whether the server stops.
const TICK: Duration = Duration::from_millis(20);

/// A server on a port of 127.0.0.1. Dropping it closes every connection and stops it.
#[derive(Debug)]
pub struct FakeAws {
    shared: Arc<Shared>,
    port: u16,
    listener: Option<JoinHandle<()>>,
}

#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    stopping: AtomicBool,
    connections: Mutex<HashMap<u64, TcpStream>>,
}

impl FakeAws {
    /// Starts a server on a free port.
    pub fn start(world: World) -> io::Result<FakeAws> {
        Self::start_on(0, world)
    }

    /// Starts a server on this port; 0 is any free one.
    pub fn start_on(port: u16, world: World) -> io::Result<FakeAws> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port))?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            state: Mutex::new(State::new(world, format!("http://127.0.0.1:{port}"))),
            stopping: AtomicBool::new(false),
            connections: Mutex::new(HashMap::new()),
        });
        let accepting = Arc::clone(&shared);
        let listener = thread::Builder::new().name("fake-aws".to_owned()).spawn(move || accept(&accepting, &listener))?;
        Ok(FakeAws { shared, port, listener: Some(listener) })
    }

    /// Returns `http://127.0.0.1:PORT`, which is the endpoint of every service.
    pub fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Returns the port.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Returns where containers get their credentials, for `AWS_CONTAINER_CREDENTIALS_FULL_URI`.
    pub fn container_uri(&self) -> String {
        format!("{}/container/creds", self.endpoint())
    }

    /// Returns the console's federation endpoint.
    pub fn federation_endpoint(&self) -> String {
        format!("{}/federation", self.endpoint())
    }

    /// Returns everything that was asked, in order.
    pub fn requests(&self) -> Vec<Request> {
        self.shared.lock().log.clone()
    }

    /// Returns how often an action was asked for, named as in rules: `AssumeRole` or `sts:AssumeRole`.
    pub fn count(&self, action: &str) -> usize {
        let matches = |request: &&Request| match action.split_once(':') {
            Some((service, action)) => request.service == service && (action == "*" || request.action == action),
            None => request.action == action,
        };
        self.shared.lock().log.iter().filter(matches).count()
    }

    /// Returns what a correct client never does: a code, refresh token or proof used twice.
    pub fn violations(&self) -> Vec<String> {
        self.shared.lock().violations.clone()
    }

    /// Adds scripted behaviour.
    pub fn script(&self, rule: Rule) {
        self.shared.lock().rules.push(rule);
    }

    /// Ends all scripted behaviour.
    pub fn clear_script(&self) {
        self.shared.lock().rules.clear();
    }

    /// Changes or looks at the world; what was handed out is in it (`sso_tokens`, `oidc_clients`, `login_sessions`).
    pub fn world<T>(&self, change: impl FnOnce(&mut World) -> T) -> T {
        change(&mut self.shared.lock().world)
    }

    /// Moves the server's clock on (or back) by so many seconds.
    pub fn advance_clock(&self, seconds: i64) {
        self.shared.lock().clock.offset += seconds;
    }

    /// Stops the server's clock at this moment; `advance_clock` still moves it.
    pub fn freeze_clock(&self, epoch_seconds: i64) {
        let mut state = self.shared.lock();
        (state.clock.frozen, state.clock.offset) = (Some(epoch_seconds), 0);
    }

    /// Returns the server's time in seconds since the epoch.
    pub fn now(&self) -> i64 {
        self.shared.lock().now()
    }

    /// Returns an MFA code that this device shows now and that was not used; `None` for a device that does not exist.
    pub fn mfa_code(&self, serial: &str) -> Option<String> {
        self.shared.lock().fresh_mfa_code(serial)
    }

    /// Makes working credentials of a role session, as if they had been fetched before.
    pub fn issue(&self, role_arn: &str, session_name: &str, seconds: i64) -> Credentials {
        self.shared.lock().issue(Identity::role_session(role_arn, session_name, false), seconds)
    }

    /// Ends all temporary credentials that were handed out, while clocks stay right.
    pub fn expire_credentials(&self) {
        let mut state = self.shared.lock();
        let now = state.now();
        state.issued.values_mut().for_each(|issued| issued.credentials.expires_at = now);
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, State> {
        self.shared.lock()
    }

    /// Forgets requests, rules, the clock and whatever was handed out.
    pub fn reset(&self) {
        self.shared.lock().reset();
    }
}

impl Drop for FakeAws {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        for stream in self.shared.connections().values() {
            // It may be closed already: then there is nothing to do.
            _ = stream.shutdown(Shutdown::Both);
        }
        // The listener sits in accept(); a connection wakes it.
        _ = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port));
        if let Some(listener) = self.listener.take() {
            _ = listener.join();
        }
    }
}

impl Shared {
    // A handler that panicked in one test's thread must not hide behind a poisoned lock in the next.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn connections(&self) -> MutexGuard<'_, HashMap<u64, TcpStream>> {
        self.connections.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::SeqCst)
    }
}

fn accept(shared: &Arc<Shared>, listener: &TcpListener) {
    for (number, stream) in (0_u64..).zip(listener.incoming()) {
        if shared.is_stopping() {
            return;
        }
        let Ok(stream) = stream else { continue };
        let Ok(handle) = stream.try_clone() else { continue };
        shared.connections().insert(number, handle);
        // The server may have been dropped between the two lines above: then nobody would close this one.
        if shared.is_stopping() {
            return;
        }
        let serving = Arc::clone(shared);
        let spawned = thread::Builder::new().name("fake-aws connection".to_owned()).spawn(move || {
            // A client that goes away is not our error.
            _ = serve(&serving, &stream);
            _ = stream.shutdown(Shutdown::Both);
            serving.connections().remove(&number);
        });
        if spawned.is_err() {
            shared.connections().remove(&number);
        }
    }
}

fn serve(shared: &Shared, stream: &TcpStream) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    let mut writer = stream;
    loop {
        let request = match read_request(&mut reader, &mut writer) {
            Ok(Some(request)) => request,
            Ok(None) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                let framing = Framing { head: false, keep_alive: false, truncate: false };
                return write_response(
                    &mut writer,
                    &HttpResponse::text(400, error.to_string()),
                    framing,
                    &http_date(shared.lock().now()),
                );
            }
            Err(error) => return Err(error),
        };
        let Some((response, truncate)) = respond(shared, stream, &request) else { return Ok(()) };
        let keep_alive = request.keep_alive && !truncate;
        let framing = Framing { head: request.method == "HEAD", keep_alive, truncate };
        let date = http_date(shared.lock().now());
        write_response(&mut writer, &response, framing, &date)?;
        if !keep_alive {
            return Ok(());
        }
    }
}

/// Returns the answer and whether to cut it off; `None` closes the connection.
fn respond(shared: &Shared, stream: &TcpStream, request: &HttpRequest) -> Option<(HttpResponse, bool)> {
    if let Some(path) = request.path.strip_prefix("/_fake/") {
        return Some((control::handle(&mut shared.lock(), &percent_decode(path), request), false));
    }
    let mut call = route(request);
    let (entry, delay_ms) = begin(&mut shared.lock(), &mut call, request);
    pause(shared, delay_ms);
    match call.effect {
        Some(Effect::CloseConnection) => return None,
        Some(Effect::Hang) => {
            hang(shared, stream);
            return None;
        }
        _ => {}
    }
    let mut response = finish(&mut shared.lock(), entry, &mut call, request);
    match call.effect {
        Some(Effect::LoseAnswer) => return None,
        Some(Effect::Malformed) => response.body.truncate(response.body.len() / 2),
        _ => {}
    }
    Some((response, call.effect == Some(Effect::Truncate)))
}

/// Writes the request down before anything happens to it, so that a test sees even one that is never answered.
fn begin(state: &mut State, call: &mut Call, request: &HttpRequest) -> (usize, u64) {
    let verdict = judge(&mut state.rules, call.service.name(), &call.action, &call.params);
    call.effect = verdict.effect;
    let query = if request.query.is_empty() { String::new() } else { format!("?{}", request.query) };
    let at = state.now();
    state.log.push(Request {
        service: call.service.name().to_owned(),
        action: call.action.clone(),
        method: request.method.clone(),
        target: format!("{}{query}", request.path),
        params: call.params.clone(),
        headers: request.headers.clone(),
        caller: None,
        status: 0,
        error: None,
        at,
    });
    (state.log.len() - 1, verdict.delay_ms)
}

fn finish(state: &mut State, entry: usize, call: &mut Call, request: &HttpRequest) -> HttpResponse {
    state.lifetime = match call.effect {
        Some(Effect::Lifetime(seconds)) => Some(seconds),
        Some(Effect::Expire) => Some(-60),
        _ => None,
    };
    let (response, error) = answer(state, call, request);
    state.lifetime = None;
    // A reset in between has emptied the log.
    if let Some(logged) = state.log.get_mut(entry) {
        (logged.status, logged.error, logged.caller) = (response.status, error, call.caller.clone());
    }
    response
}

fn pause(shared: &Shared, milliseconds: u64) {
    let end = Instant::now() + Duration::from_millis(milliseconds);
    while !shared.is_stopping() {
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return;
        }
        thread::sleep(left.min(TICK));
    }
}

/// Holds the connection open until the client or the server gives up.
fn hang(shared: &Shared, stream: &TcpStream) {
    // Without a time limit peek() would not notice that the server stops.
    if stream.set_read_timeout(Some(TICK)).is_err() {
        return;
    }
    while !shared.is_stopping() {
        match stream.peek(&mut [0]) {
            Ok(0) => return,
            Ok(_) => thread::sleep(TICK),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {}
            Err(_) => return,
        }
    }
}

#[cfg(test)]
mod tests;
