//! The parts of an ARN that matter here.

/// `arn:partition:service:region:account:resource`, borrowed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`, …
    pub partition: &'a str,
    /// `iam`, `sts`, …
    pub service: &'a str,
    /// The account's number; empty in some ARNs.
    pub account_id: &'a str,
    /// All that follows, e.g. `role/path/name`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// Takes an ARN apart; `None` when it has not all six parts.
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parts = text.splitn(6, ':');
        let (prefix, partition, service, _region, account_id, resource) =
            (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
        (prefix == "arn" && !partition.is_empty() && !resource.is_empty()).then_some(Self {
            partition,
            service,
            account_id,
            resource,
        })
    }

    /// Returns the name at the end of the resource: of `role/path/name`, `name`.
    pub fn name(&self) -> &'a str {
        self.resource.rsplit(['/', ':']).next().unwrap_or(self.resource)
    }
}

/// Returns the account of an ARN, when it is one: twelve digits.
pub fn account_of(arn: &str) -> Option<String> {
    let account = Arn::parse(arn)?.account_id;
    is_account_id(account).then(|| account.to_owned())
}

/// Returns whether a text is an account id: twelve digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_arns_apart() {
        let arn = Arn::parse("arn:aws-cn:iam::123456789012:role/team/demo").expect("it is one");
        assert_eq!(
            (arn.partition, arn.service, arn.account_id, arn.resource, arn.name()),
            ("aws-cn", "iam", "123456789012", "role/team/demo", "demo")
        );
        assert_eq!(account_of("arn:aws:sts::123456789012:assumed-role/Admin/alice").as_deref(), Some("123456789012"));
        assert_eq!((Arn::parse("arn:foo"), account_of("arn:aws:iam::aws:policy/x")), (None, None));
    }
}
