//! Into a directory and out of it, in every shell.

use std::time::UNIX_EPOCH;

use crate::support::{BASH, Session, directory, machine, prompting, shells};

#[test]
fn a_command_on_the_same_line_runs_in_the_new_directory() {
    for shell in shells() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        assert_eq!(session.profile(), "unset", "{shell:?}");
        assert_eq!(session.after("cd dev", "AWS_PROFILE"), "dev", "{shell:?}");
        assert_eq!(session.after("cd ../ops", "AWS_PROFILE"), "ops", "{shell:?}");
        assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?}");
    }
}

#[test]
fn leaving_restores_exactly_secrets_included() {
    for shell in shells() {
        let sandbox = machine();
        let mut session = Session::bare(&sandbox, shell);
        let mine = [
            ("AWS_PROFILE", "it's mine"),
            ("AWS_REGION", "eu-north-1"),
            ("AWS_ACCESS_KEY_ID", "AKIAMINE"),
            ("AWS_SECRET_ACCESS_KEY", "mine  two"),
            ("AWS_VAULT", ""),
        ];
        for (name, value) in mine {
            session.line(&shell.export(name, &value.replace('\'', "")));
        }
        session.line(shell.init);
        session.line("");
        session.line("cd dev");
        assert_eq!((session.profile(), session.value("AWS_SECRET_ACCESS_KEY")), ("dev".into(), "unset".into()), "{shell:?}");
        session.line("cd sub");
        assert_eq!(session.profile(), "dev", "{shell:?}");
        session.line("cd ../../plain");
        for (name, value) in mine {
            assert_eq!(session.value(name), value.replace('\'', ""), "{shell:?} {name}");
        }
        for name in ["AWS_DEFAULT_REGION", "AWSENV_PROFILE", "__AWSENV_STATE", "__awsenv_old_AWS_SECRET_ACCESS_KEY"] {
            assert_eq!(session.value(name), "unset", "{shell:?} {name}");
        }
    }
}

#[test]
fn what_a_person_changes_in_a_directory_stays_theirs() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("cd dev");
        session.line(&shell.export("AWS_PROFILE", "hand"));
        session.line("cd sub");
        assert_eq!(session.profile(), "hand", "{shell:?}");
        session.line("cd ../../plain");
        assert_eq!((session.profile(), session.value("AWS_REGION")), ("hand".into(), "unset".into()), "{shell:?}");
    }
}

#[test]
fn a_changed_file_is_noticed_at_the_next_prompt() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("cd dev");
        assert_eq!(session.profile(), "dev", "{shell:?}");
        // Changed by somebody else: nothing in the shell tells.
        sandbox.write("dev/.awsenv", "profile = ops\n");
        let shown = session.line("");
        let shown = format!("{shown}{}", session.line(""));
        assert!(shown.contains("has changed since it was allowed"), "{shell:?}: {shown}");
        assert_eq!(session.profile(), "unset", "{shell:?}");
        session.line("awsenv allow --yes");
        assert_eq!(session.profile(), "ops", "{shell:?}");
        std::fs::remove_file(sandbox.path("dev/.awsenv")).unwrap();
        session.line("");
        assert_eq!(session.profile(), "unset", "{shell:?}");
        // A new file where there was none.
        directory(&sandbox, "dev", "profile = dev\n");
        session.line("");
        assert_eq!(session.profile(), "dev", "{shell:?}");
    }
}

/// After prompts like the last one, at which only one thing is another.
#[test]
fn a_nearer_file_and_an_older_one_are_noticed_at_the_next_prompt() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("cd dev/sub");
        session.line("");
        assert_eq!(session.profile(), "dev", "{shell:?}");
        directory(&sandbox, "dev/sub", "profile = ops\n");
        session.line("");
        assert_eq!(session.profile(), "ops", "{shell:?}");
        session.line("");
        // Another content, and older than the one that was there.
        sandbox.write("dev/sub/.awsenv", "profile = dev\n");
        std::fs::File::options().write(true).open(sandbox.path("dev/sub/.awsenv")).unwrap().set_modified(UNIX_EPOCH).unwrap();
        let shown = session.line("") + &session.line("");
        assert!(shown.contains("has changed since it was allowed"), "{shell:?}: {shown}");
        assert_eq!(session.profile(), "unset", "{shell:?}");
    }
}

#[test]
fn a_binary_that_comes_back_is_asked_at_the_next_prompt() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("");
        let set =
            |name: &str, value: &str| if shell.is_fish() { format!("set -g {name} {value}") } else { format!("{name}={value}") };
        session.line(&set("kept", "$__awsenv_exe"));
        session.line(&set("__awsenv_exe", "/nonexistent"));
        session.line("cd dev");
        session.line("");
        assert_eq!(session.profile(), "unset", "{shell:?}");
        session.line(&set("__awsenv_exe", "$kept"));
        session.line("");
        assert_eq!(session.profile(), "dev", "{shell:?}");
    }
}

#[test]
fn what_is_not_allowed_is_said_once() {
    for shell in shells() {
        let sandbox = machine();
        sandbox.write("new/.awsenv", "profile = dev\n");
        let mut session = Session::start(&sandbox, shell);
        let shown = session.line("cd new");
        assert!(shown.contains("not allowed"), "{shell:?}: {shown}");
        for line in ["", "", "cd .", "awsenv status", "cd ../plain"] {
            let shown = session.line(line);
            assert!(!shown.contains("not allowed"), "{shell:?} {line}: {shown}");
        }
        session.line("cd ../new");
        session.line("awsenv allow --yes");
        session.line("");
        assert_eq!(session.profile(), "dev", "{shell:?}");
    }
}

#[test]
fn the_first_prompt_is_silent_and_the_second_says_it() {
    for shell in prompting() {
        for (content, code) in [("profile = dev\n", "not-allowed"), ("profile = dev\nbroken\n", "directory-file-invalid")] {
            let sandbox = machine();
            sandbox.write(".awsenv", content);
            let mut session = Session::bare(&sandbox, shell);
            session.pty.type_text(&format!("{}\r", shell.init));
            let first = session.pty.expect("ok> ");
            let first = format!("{first}{}", session.pty.settle());
            assert!(!first.contains("error["), "{shell:?}: {first}");
            let later = session.line("");
            assert!(later.contains(&format!("error[{code}]")), "{shell:?}: {later}");
        }
    }
}

#[test]
fn the_status_of_a_command_is_kept() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        let (show, pipe) = match shell.name {
            "fish" => ("printf '[%s]' \"$status-$pipestatus\"", "false | true | sh -c 'exit 3'"),
            "zsh" => ("printf '[%s]' \"$?-$pipestatus\"", "false | true | (exit 3)"),
            _ => ("printf '[%s]' \"$?-${PIPESTATUS[*]}\"", "false | true | (exit 3)"),
        };
        // The prompt between the two lines calls the binary, because the file is another one now.
        session.line("cd dev");
        sandbox.write("dev/.awsenv", "profile = dev\n# touched\n");
        session.pty.type_text(&format!("{pipe}\r"));
        let shown = session.line(show);
        assert!(shown.contains("[3-1 0 3]"), "{shell:?}: {shown}");
        assert!(session.line("cd nosuch || echo no''where").contains("nowhere"), "{shell:?}");
    }
}

#[test]
fn without_the_wrapper_bash_notices_at_the_prompt() {
    if !BASH.is_here() {
        return;
    }
    let sandbox = machine();
    let mut session = Session::bare(&sandbox, BASH);
    session.line("cd() { builtin cd \"$@\" && echo my''own; }");
    session.line(BASH.init);
    session.line("");
    assert!(session.line("cd dev").contains("myown"), "somebody else's `cd` stays theirs");
    assert_eq!(session.profile(), "dev");
    let mut session = Session::bare(&sandbox, BASH);
    session.line("eval \"$(awsenv init bash --no-cd)\"");
    assert!(session.line("type cd").contains("builtin"));
    assert_eq!(session.after("cd dev", "AWS_PROFILE"), "unset");
    assert_eq!(session.profile(), "dev");
}

#[test]
fn strict_shells_live_with_it() {
    for (shell, mode) in
        shells().filter(|shell| !shell.is_fish()).flat_map(|shell| ["set -u", "set -eu"].map(|mode| (shell, mode)))
    {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line(mode);
        assert_eq!(session.after("cd dev", "AWS_PROFILE"), "dev", "{shell:?} {mode}");
        assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?} {mode}");
    }
}

#[test]
fn aliases_and_separators_of_a_persons_own_change_nothing() {
    for shell in shells().filter(|shell| !shell.is_fish()) {
        for own in ["alias command='echo no' export='echo no' unset='echo no'", "IFS=-/", "set -C"] {
            let sandbox = machine();
            let mut session = Session::bare(&sandbox, shell);
            session.line(own);
            session.line(shell.init);
            session.line("");
            assert_eq!(session.after("cd dev", "AWS_PROFILE"), "dev", "{shell:?} {own}");
            session.line("awsenv use ops");
            assert_eq!(session.profile(), "ops", "{shell:?} {own}");
            session.line("awsenv unset");
            session.line("");
            assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?} {own}");
        }
    }
}

#[test]
fn a_readonly_profile_changes_nothing_and_is_said() {
    for shell in shells().filter(|shell| !shell.is_fish()) {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("readonly AWS_PROFILE=mine; export AWS_PROFILE");
        let shown = session.line("awsenv use ops || echo fai''led");
        assert!(shown.contains("awsenv: AWS_PROFILE is readonly in this shell; nothing was changed"), "{shell:?}: {shown}");
        assert!(shown.contains("failed"), "{shell:?}: {shown}");
        // Nothing that reads as if it had worked.
        assert!(!shown.contains("us-east-1"), "{shell:?}: {shown}");
        assert_eq!((session.profile(), session.value("AWS_REGION")), ("mine".into(), "unset".into()), "{shell:?}");
    }
}

#[test]
fn what_was_not_exported_comes_back_as_it_was() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line(if shell.is_fish() { "set -g AWS_PROFILE \"it's  mine\"" } else { "AWS_PROFILE=\"it's  mine\"" });
        for (there, expected) in [("awsenv use ops", "ops"), ("awsenv use dev", "dev"), ("awsenv refresh", "dev")] {
            session.line(there);
            assert_eq!(session.profile(), expected, "{shell:?} {there}");
        }
        session.line("awsenv unset");
        let own = session.line("echo \"own=[$AWS_PROFILE]\"");
        assert!(own.contains("own=[it's  mine]"), "{shell:?}: {own}");
        assert_eq!(session.profile(), "unset", "{shell:?}");
        // Once more, and with what a person has exported since.
        session.line("awsenv use ops");
        session.line(&shell.export("AWS_PROFILE", "later"));
        session.line("awsenv unset");
        assert_eq!(session.profile(), "later", "{shell:?}");
        let kept = session.line(if shell.is_fish() {
            "echo kept=[(set -n | string match '__awsenv_was_*' | count)]"
        } else {
            "echo \"kept=[$(set | grep -c '^__awsenv_was_')]\""
        });
        assert!(kept.contains("kept=[0]"), "{shell:?}: {kept}");
    }
}

#[test]
fn a_blocked_directory_speaks_at_each_entering_and_once() {
    let settings = "[guard \"ops\"]\nconfirm = yes\n";
    for shell in shells() {
        let mut sandbox = machine();
        let settings = sandbox.write("settings.ini", settings);
        sandbox.set("AWSENV_CONFIG", settings);
        sandbox.write("new/.awsenv", "profile = dev\n");
        std::fs::create_dir_all(sandbox.path("new/sub")).unwrap();
        let mut session = Session::start(&sandbox, shell);
        for (directory, said) in [("new", "is not allowed"), ("ops", "is guarded")] {
            let enter = format!("cd '{}'", sandbox.path(directory).display());
            for _ in 0..3 {
                let shown = session.line(&enter);
                assert_eq!(shown.matches(said).count(), 1, "{shell:?} {directory}: {shown}");
                for inside in ["", "cd sub", "cd ..", "awsenv status", ""] {
                    let shown = session.line(inside);
                    assert!(!shown.contains(said), "{shell:?} {directory} {inside}: {shown}");
                }
                session.line("cd ../plain");
            }
            // From one to the other, too.
            let shown = session.line("cd ../dev");
            assert!(!shown.contains(said), "{shell:?}: {shown}");
            assert!(session.line(&enter).contains(said), "{shell:?} {directory}");
        }
    }
}

#[test]
fn it_is_said_when_something_else_has_changed_the_variables() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line(&format!("cd '{}'", sandbox.path("ops").display()));
        assert_eq!(session.profile(), "ops", "{shell:?}");
        let shown = session.line(if shell.is_fish() { "set -e AWS_PROFILE" } else { "unset AWS_PROFILE" });
        let shown = shown + &session.line("");
        assert_eq!(shown.matches("warning[variables-changed]").count(), 1, "{shell:?}: {shown}");
        assert!(!session.line("").contains("variables-changed"), "{shell:?}");
        assert_eq!(session.profile(), "unset", "{shell:?}");
        session.line("awsenv auto");
        assert_eq!(session.profile(), "ops", "{shell:?}");
    }
}

#[test]
fn a_directory_gives_back_what_was_not_exported() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line(if shell.is_fish() { "set -g AWS_PROFILE mine" } else { "AWS_PROFILE=mine" });
        for _ in 0..2 {
            session.line(&format!("cd '{}'", sandbox.path("ops").display()));
            assert_eq!(session.profile(), "ops", "{shell:?}");
            session.line("cd ../plain");
            assert_eq!(session.profile(), "unset", "{shell:?}");
            let own = session.line("echo \"own=[$AWS_PROFILE]\"");
            assert!(own.contains("own=[mine]"), "{shell:?}: {own}");
        }
    }
}
