//! What can go wrong at a call, before it has words.

use awsenv_aws::AwsError;

use crate::report::Report;

/// A call's failure before its words: AWS's, or already a report.
pub(crate) enum Failure {
    Aws(AwsError),
    Report(Box<Report>),
}

impl From<Report> for Failure {
    fn from(report: Report) -> Self {
        Self::Report(Box::new(report))
    }
}

impl From<Failure> for Report {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Aws(error) => error.into(),
            Failure::Report(report) => *report,
        }
    }
}
