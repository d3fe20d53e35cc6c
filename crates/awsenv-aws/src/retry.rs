//! When a request must not be sent again.

use aws_smithy_runtime_api::client::interceptors::context::InterceptorContext;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};

use crate::cause;

/// Whether a request may be repeated when nobody knows if the first one was carried out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Repeat {
    /// Yes: twice is the same as once.
    Always,
    /// Only when it surely was not carried out. An MFA code and a rotating refresh token are good for one request: the
    /// second would be told that they are wrong, and hide what really happened.
    IfNotCarriedOut,
}

/// Forbids the retry of a request that may have been carried out without its answer reaching us.
#[derive(Debug)]
pub(crate) struct NoRetryAfterLostAnswer;

impl ClassifyRetry for NoRetryAfterLostAnswer {
    fn name(&self) -> &'static str {
        "awsenv: no retry after a lost answer"
    }

    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let answered = context.response().is_some();
        let Some(Err(error)) = context.output_or_error() else { return RetryAction::NoActionIndicated };
        let unconnected = error.as_connector_error().is_some_and(|error| was_not_connected(error));
        if answered || unconnected { RetryAction::NoActionIndicated } else { RetryAction::RetryForbidden }
    }
}

/// hyper-util's error for all that goes wrong before there is a connection; its own method cannot be reached from here.
pub(crate) fn was_not_connected(error: &(dyn std::error::Error + 'static)) -> bool {
    cause::chain(error).any(|error| {
        let text = error.to_string();
        text.contains("client error (Connect)") || text.contains("HTTP connect timeout")
    })
}
