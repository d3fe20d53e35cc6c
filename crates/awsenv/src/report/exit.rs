//! Exit codes: what a script should do next (cli.md).

use super::Code;

impl Code {
    /// 1 report it, 2 wrong usage, 3 edit a file, 4 a person is needed, 5 AWS said no, 6 try again; 126, 127 and 130 as
    /// shells use them.
    pub(crate) const fn exit_code(self) -> u8 {
        self.own_exit()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_contract_of_cli_md() {
        for (name, exit) in [
            ("internal", 1),
            ("io", 1),
            ("usage", 2),
            ("unknown-shell", 2),
            ("unknown-profile", 3),
            ("source-profile-cycle", 3),
            ("sso-session-not-found", 3),
            ("config-syntax", 3),
            ("partial-credentials", 3),
            ("mfa-code-required", 4),
            ("sso-sign-in-required", 4),
            ("login-required", 4),
            ("confirmation-required", 4),
            ("wrong-account", 5),
            ("access-denied", 5),
            ("sign-in-failed", 5),
            ("sign-in-timeout", 6),
            ("mfa-code-rejected", 5),
            ("network", 6),
            ("throttled", 6),
            ("clock-skew", 6),
            ("command-not-executable", 126),
            ("command-not-found", 127),
            ("cancelled", 130),
        ] {
            assert_eq!(Code::parse(name).map(Code::exit_code), Some(exit), "{name}");
        }
    }
}
