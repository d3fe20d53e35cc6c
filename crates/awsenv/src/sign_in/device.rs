//! A sign-in on another device: a page, a code to compare, and asking until the person is done.

use std::time::{Duration, Instant};

use awsenv_aws::{AwsError, AwsErrorKind, DeviceAuthorization, DevicePoll, SsoTokenAnswer};
use awsenv_host::SsoRegistration;

use super::sso::{Attempt, Kind};
use super::{failed, refused, show, timed_out};
use crate::report::Report;

/// RFC 8628: from now on so many seconds more.
const SLOW_DOWN: Duration = Duration::from_secs(5);
/// A question that got no answer is asked again, but not for ever.
const LOST_ANSWERS: u32 = 3;
const STEP: Duration = Duration::from_millis(50);

/// Signs in, and returns the client that did.
pub(super) fn sign_in(attempt: &Attempt<'_>) -> Result<(SsoRegistration, SsoTokenAnswer), Report> {
    let scopes = attempt.session.registration_scopes.clone().unwrap_or_default();
    let registration = attempt.registration(&scopes, Kind::Device)?;
    let (registration, device) = match start(attempt, &registration) {
        Ok(device) => (registration, device),
        // The AWS CLI's registration may be one that the service has forgotten.
        Err(error) if error.kind == AwsErrorKind::SignInExpired => {
            let registration = attempt.register(&scopes, Kind::Device).map_err(|error| attempt.refused_registration(error))?;
            let device = start(attempt, &registration).map_err(|error| refused(attempt.session, error))?;
            (registration, device)
        }
        Err(error) => return Err(attempt.refused_registration(error)),
    };
    check_page(&device)?;
    show::device(attempt.context, attempt.session.label(), &device.verification_uri_complete, &device.user_code);
    let answer = poll(attempt, &registration, &device)?;
    Ok((registration, answer))
}

/// What is shown, copied and opened must be a web page and a short word: a person will trust both.
fn check_page(device: &DeviceAuthorization) -> Result<(), Report> {
    let url = &device.verification_uri_complete;
    let host = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://127.0.0.1"))
        .or_else(|| url.strip_prefix("http://localhost"));
    let authority = host.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    let is_page = authority.is_some_and(|authority| !authority.contains('@'))
        && url.len() <= 2_048
        && url.bytes().all(|byte| byte.is_ascii_graphic());
    let is_code = device.user_code.len() <= 40 && device.user_code.bytes().all(|byte| byte.is_ascii_graphic());
    if is_page && is_code {
        return Ok(());
    }
    Err(Report::error(crate::report::Code::SignInFailed, "the page or the code to sign in with is not one that AWS would send")
        .help("look at the start URL and the region of the session, and at AWS_ENDPOINT_URL"))
}

fn start(attempt: &Attempt<'_>, registration: &SsoRegistration) -> Result<DeviceAuthorization, AwsError> {
    attempt.aws.start_device_authorization(
        &attempt.region,
        &registration.client_id,
        &registration.client_secret,
        &attempt.start_url,
    )
}

fn poll(attempt: &Attempt<'_>, registration: &SsoRegistration, device: &DeviceAuthorization) -> Result<SsoTokenAnswer, Report> {
    let session = attempt.session;
    let seconds = |seconds: i64| Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    // By the monotonic clock: this machine's other one may be wrong.
    // A server may not make one wait longer than the code lives.
    let (limit, mut interval) = (seconds(device.expires_in), seconds(device.interval.clamp(1, 30)));
    let end = Instant::now() + limit;
    let mut progress = show::Progress::start(attempt.context, "waiting for you".to_owned(), limit);
    let mut lost = 0;
    loop {
        let next = Instant::now() + interval;
        while Instant::now() < next.min(end) {
            progress.tick();
            std::thread::sleep(STEP);
        }
        if Instant::now() >= end {
            return Err(timed_out(session));
        }
        match attempt.aws.create_token_device(
            &attempt.region,
            &registration.client_id,
            &registration.client_secret,
            &device.device_code,
        ) {
            Ok(DevicePoll::Ready(answer)) => return Ok(answer),
            Ok(DevicePoll::Pending) => lost = 0,
            Ok(DevicePoll::SlowDown) => interval += SLOW_DOWN,
            Err(error) => match error.kind {
                AwsErrorKind::Network | AwsErrorKind::Timeout | AwsErrorKind::Service | AwsErrorKind::Throttled
                    if lost < LOST_ANSWERS =>
                {
                    lost += 1;
                    interval = (interval * 2).min(Duration::from_secs(30));
                }
                AwsErrorKind::AccessDenied => {
                    attempt.turn.came_back_with("access_denied");
                    return Err(failed(session, "the request was denied in the browser"));
                }
                AwsErrorKind::SignInExpired if is_expired(&error) => return Err(timed_out(session)),
                _ => return Err(refused(session, error)),
            },
        }
    }
}

fn is_expired(error: &AwsError) -> bool {
    matches!(error.code.as_deref(), Some("ExpiredTokenException" | "expired_token"))
}
