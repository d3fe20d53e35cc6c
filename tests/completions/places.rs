//! What is offered where.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use awsenv_shell::ShellDialect;

use crate::session::{COMPINIT, Session, each};

#[test]
fn options_their_values_and_subcommands() {
    each(&["prod", "my profile"], |mut session| {
        session.arrive("awsenv sta\t", &["status"]);
        session.arrive("awsenv --color never us\t prod", &["--color", "never", "use", "prod"]);
        session.arrive("awsenv use --reg\t eu-west-1", &["use", "--region", "eu-west-1"]);
        session.arrive("awsenv use --region=eu-west-1\t", &["use", "--region=eu-west-1"]);
        session.arrive("awsenv use --region=ap-northeast-2\t pro\t", &["use", "--region=ap-northeast-2", "prod"]);
        session.arrive("awsenv use --region=eu-n\t", &["use", "--region=eu-north-1"]);
        session.arrive("awsenv use --region='eu-n\t", &["use", "--region=eu-north-1"]);
        session.arrive("awsenv use -r eu-n\t my\t", &["use", "-r", "eu-north-1", "my profile"]);
        session.arrive("awsenv use --mode k\t", &["use", "--mode", "keys"]);
        session.arrive("awsenv credential-process --profile=my\t", &["credential-process", "--profile=my profile"]);
        session.arrive("awsenv credential-process --profile=\"my p\t", &["credential-process", "--profile=my profile"]);
        session.arrive("awsenv init pow\t", &["init", "powershell"]);
        session.arrive("awsenv explain-error unknown-p\t", &["explain-error", "unknown-profile"]);
        session.arrive("awsenv man configure-imp\t", &["man", "configure-import"]);
    });
}

#[test]
fn words_in_other_quotes_and_places() {
    each(&["acct:Role", "prod"], |mut session| {
        session.arrive("awsenv use acct:'R\t", &["use", "acct:Role"]);
        session.arrive("awsenv use 'acct:R'o\t", &["use", "acct:Role"]);
        // The cursor in the middle of the line.
        session.arrive("awsenv use acct:R -q\x02\x02\x02\t", &["use", "acct:Role", "-q"]);
        session.arrive("true; awsenv use pr\t", &["use", "prod"]);
    });
}

#[test]
fn nothing_that_was_typed_is_run() {
    each(&["prod"], |mut session| {
        session.terminal.keys("awsenv use \"$(touch evaluated)\" -r eu-n\t");
        session.terminal.until("north-1");
        session.terminal.keys("\x15");
        session.terminal.done();
        assert!(!session.home().join("evaluated").exists(), "{:?}", session.shell);
        if session.shell != ShellDialect::Fish {
            session.terminal.keys("awsenv use `touch evaluated` -r eu-n\t");
            session.terminal.until("north-1");
            session.terminal.keys("\x15");
            session.terminal.done();
            assert!(!session.home().join("evaluated").exists(), "{:?}", session.shell);
        }
    });
}

#[test]
fn names_are_no_patterns_and_files_are_no_profiles() {
    each(&["glob*x", "prod"], |mut session| {
        fs::write(session.home().join("globbed-x"), "").unwrap();
        fs::write(session.home().join("plain-file"), "").unwrap();
        session.arrive("awsenv use gl\t", &["use", "glob*x"]);
        session.arrive("awsenv use pl\t", &["use", "pl"]);
        // A redirection is the shell's.
        if session.shell != ShellDialect::Fish {
            session.arrive("awsenv status >pla\t", &["status"]);
            assert!(!session.home().join("pla").exists(), "{:?}", session.shell);
        }
    });
}

#[test]
fn candidates_are_listed() {
    each(&["list one", "list:two", "list'three"], |mut session| {
        // bash lists at the second TAB, zsh at the first one; fish draws a menu, for which this terminal is too simple.
        match session.shell {
            ShellDialect::Bash => session.terminal.keys("awsenv use list\t\t"),
            ShellDialect::Zsh => session.terminal.keys("awsenv use list\t"),
            _ => session.terminal.keys("complete -C 'awsenv use list'\r"),
        }
        let mut shown = String::new();
        for name in ["list one", "list:two", "list'three"] {
            if !shown.contains(name) {
                shown.push_str(&session.terminal.until(name));
            }
        }
        // With what they lead to, where the shell shows that.
        if session.shell != ShellDialect::Bash {
            session.terminal.until("eu-west-1");
        }
        session.terminal.keys("\x03");
    });
}

#[test]
fn behind_exec_the_child_is_completed_as_the_shell_does() {
    each(&["prod"], |mut session| {
        let home = session.home().to_owned();
        fs::write(home.join("some-file"), "").unwrap();
        let shell = session.shell;
        session.terminal.line(match shell {
            ShellDialect::Fish => "function zz-program; end; complete -c zz-program -f -a apply",
            ShellDialect::Zsh => "function zz-program { }; _zz() { compadd apply; }; compdef _zz zz-program",
            _ => "function zz-program { :; }; _zz() { COMPREPLY=(apply); }; complete -F _zz zz-program",
        });
        session.arrive("awsenv exec pro\t -- zz-p\t app\t", &["exec", "prod", "--", "zz-program", "apply"]);
        session.arrive("awsenv exec -- zz-program app\t", &["exec", "--", "zz-program", "apply"]);
        session.arrive("awsenv exec prod -- cat some-f\t", &["exec", "prod", "--", "cat", "some-file"]);
        if shell == ShellDialect::Bash {
            // As the AWS CLI does: a program that reads COMP_LINE and COMP_POINT.
            let (program, line) = (home.join("aws completer"), home.join("line"));
            fs::write(&program, "#!/bin/sh\nprintf '%s' \"$COMP_LINE/$COMP_POINT/$*\" >~/line\necho describe\n").unwrap();
            fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
            session.terminal.line("PATH=~:$PATH; complete -C 'aws completer' aws");
            session.arrive("awsenv exec prod -- aws ec2 des\t", &["exec", "prod", "--", "aws", "ec2", "describe"]);
            assert_eq!(fs::read_to_string(&line).unwrap(), "aws ec2 des/11/aws des ec2");
        }
    });
}

#[test]
fn another_name_is_completed_too() {
    for &shell in crate::session::SHELLS {
        let before = if shell == ShellDialect::Zsh { COMPINIT } else { "" };
        let Some(mut session) = Session::start_with(shell, &["my profile"], before, "aw", "") else { continue };
        session.arrive("aw use my\t", &["use", "my profile"]);
    }
}

#[test]
fn zsh_with_compinit_later_or_never_and_with_odd_options() {
    let after = Session::start_with(ShellDialect::Zsh, &["my profile"], "", "awsenv", COMPINIT);
    if let Some(mut session) = after {
        session.arrive("awsenv use my\t", &["use", "my profile"]);
    }
    if let Some(mut session) = Session::start(ShellDialect::Zsh, &["my profile"]) {
        let shown = session.terminal.line("echo $precmd_functions");
        assert!(!shown.contains("not found") && !shown.contains("register"), "{shown}");
        session.arrive("awsenv status", &["status"]);
    }
    for options in ["ksharrays shwordsplit globsubst", "nounset warncreateglobal", "rcquotes extendedglob nullglob"] {
        let before = format!("{COMPINIT}; setopt {options}");
        let Some(mut session) = Session::start_with(ShellDialect::Zsh, &["my profile", "it's"], &before, "awsenv", "") else {
            return;
        };
        session.arrive("awsenv use my\t", &["use", "my profile"]);
        session.arrive("awsenv use \"i\t", &["use", "it's"]);
    }
}

#[test]
fn bash_with_odd_options() {
    for options in ["set -u", "set -f", "set -o posix", "IFS=:", "COMP_WORDBREAKS=${COMP_WORDBREAKS//:}", "shopt -s failglob"] {
        let Some(mut session) = Session::start_with(ShellDialect::Bash, &["my profile", "acct:Role"], "", "awsenv", options)
        else {
            return;
        };
        session.arrive("awsenv use my\t", &["use", "my profile"]);
        session.arrive("awsenv use acct:R\t", &["use", "acct:Role"]);
    }
}
