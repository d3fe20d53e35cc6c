//! Requests, with `-vv`: as lines, or as objects.

use awsenv_aws::Trace;
use serde_json::json;

use crate::report::{clean, note};
use crate::ui::write_stderr;

pub(crate) fn text(trace: &Trace) {
    write_stderr(&format!("awsenv: {}\n", clean(&trace.to_string()).replace('\n', " ")));
}

/// With `request`: what the line says, one by one.
pub(crate) fn json(trace: &Trace) {
    let mut object = note("request", &trace.to_string());
    if let Trace::Request(request) = trace {
        object["request"] = json!({
            "operation": request.operation,
            "method": request.method,
            "endpoint": request.endpoint,
            "path": request.path,
            "proxy": request.proxy,
            "attempt": request.attempt,
            "status": request.outcome.as_ref().ok(),
            "error": request.outcome.as_ref().err(),
            "milliseconds": request.milliseconds,
        });
    }
    write_stderr(&format!("{object}\n"));
}
