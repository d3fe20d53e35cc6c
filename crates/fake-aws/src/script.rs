//! Scripted behaviour: what goes wrong, how often, and for which request.

/// One scripted deviation.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// An action (`AssumeRole`), an action of a service (`sts:AssumeRole`), all of a service (`sts:*`), or `*`.
    pub action: String,
    /// Parameters that the request must carry for the rule to apply.
    pub with: Vec<(String, String)>,
    /// How many matching requests pass first.
    pub after: u32,
    /// How often it applies; `None` is always.
    pub times: Option<u32>,
    /// What happens.
    pub effect: Effect,
}

impl Rule {
    /// Makes a rule that always applies.
    pub fn new(action: &str, effect: Effect) -> Self {
        Self { action: action.to_owned(), with: Vec::new(), after: 0, times: None, effect }
    }

    /// Applies only so often.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Lets so many matching requests pass first.
    #[must_use]
    pub fn after(mut self, requests: u32) -> Self {
        self.after = requests;
        self
    }

    /// Applies only to requests with this parameter.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.with.push((name.to_owned(), value.to_owned()));
        self
    }

    fn matches(&self, service: &str, action: &str, params: &[(String, String)]) -> bool {
        let named = match self.action.split_once(':') {
            Some((of, what)) => of == service && (what == "*" || what == action),
            None => self.action == "*" || self.action == action,
        };
        named && self.with.iter().all(|wanted| params.contains(wanted))
    }
}

/// What a rule does to a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Waits for so many milliseconds, then goes on as if there were no rule; adds to any other rule.
    Delay(u64),
    /// Answers this error in the service's own form. For sign-in, `code` may also be its own word (`TOKEN_EXPIRED`).
    Status {
        /// The HTTP status.
        status: u16,
        /// AWS's error code.
        code: String,
        /// The message.
        message: String,
    },
    /// Says that there are too many requests, as the service says it.
    Throttle,
    /// Answers 500.
    ServerError,
    /// Answers 503.
    Unavailable,
    /// Closes the connection without having done anything.
    CloseConnection,
    /// Does the work, then closes the connection without an answer: the client cannot know that its refresh token is spent.
    LoseAnswer,
    /// Never answers and keeps the connection open.
    Hang,
    /// Takes what the request presents (keys, token, code) for expired; metadata and containers hand out expired keys.
    Expire,
    /// Hands out credentials or tokens that live for so many seconds only.
    Lifetime(i64),
    /// Does the work, then answers half of the body as if it were all.
    Malformed,
    /// Does the work, then closes the connection in the middle of the body.
    Truncate,
    /// Says no: access denied; in a browser, back to the client with `error=access_denied`.
    Deny,
    /// Sends the browser back with a `state` that the client never made.
    WrongState,
}

/// What is to happen to one request, of all rules together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) delay_ms: u64,
    pub(crate) effect: Option<Effect>,
}

/// Finds what applies to a request, and counts it off. Every delay applies; of the other rules, the first.
pub(crate) fn judge(rules: &mut [Rule], service: &str, action: &str, params: &[(String, String)]) -> Verdict {
    let mut verdict = Verdict::default();
    for rule in rules.iter_mut().filter(|rule| rule.times != Some(0) && rule.matches(service, action, params)) {
        if rule.after > 0 {
            rule.after -= 1;
            continue;
        }
        match &rule.effect {
            Effect::Delay(milliseconds) => verdict.delay_ms += milliseconds,
            _ if verdict.effect.is_some() => continue,
            effect => verdict.effect = Some(effect.clone()),
        }
        rule.times = rule.times.map(|times| times - 1);
    }
    verdict
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_apply_in_order_and_run_out() {
        let mut rules = vec![
            Rule::new("AssumeRole", Effect::Throttle).times(1),
            Rule::new("sts:*", Effect::Delay(5)),
            Rule::new("*", Effect::ServerError).after(1).times(1),
            Rule::new("AssumeRole", Effect::Deny).with("RoleArn", "x"),
        ];
        let params = vec![("RoleArn".to_owned(), "x".to_owned())];
        let mut next = |service: &str, action: &str, params: &[(String, String)]| {
            let Verdict { delay_ms, effect } = judge(&mut rules, service, action, params);
            (delay_ms, effect)
        };
        assert_eq!(next("sts", "AssumeRole", &params), (5, Some(Effect::Throttle)));
        assert_eq!(next("sts", "AssumeRole", &params), (5, Some(Effect::ServerError)));
        assert_eq!(next("sts", "AssumeRole", &params), (5, Some(Effect::Deny)));
        assert_eq!(next("sts", "AssumeRole", &[]), (5, None));
        assert_eq!(next("imds", "GetToken", &[]), (0, None));
    }
}
