//! Shells with options that break careless scripts, other people's `PROMPT_COMMAND`, Ctrl-C, a shell that replaces itself.

use awsenv_testkit::Sandbox;

use crate::support::{BASH, FISH, Session, Shell, ZSH, machine, prompting};

/// In and out, the status of a pipeline, and nothing on the screen that a shell would complain with.
#[track_caller]
fn works(sandbox: &Sandbox, shell: Shell, rc: &str) -> Session {
    let mut session = Session::with_rc(sandbox, shell, rc);
    session.line("");
    assert_eq!(session.after("cd dev", "AWS_PROFILE"), "dev", "{shell:?} {rc}");
    session.line("awsenv use ops -q");
    assert_eq!(session.profile(), "ops", "{shell:?} {rc}");
    session.line("awsenv auto -q");
    assert_eq!(session.profile(), "dev", "{shell:?} {rc}");
    assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?} {rc}");
    let screen = session.pty.screen();
    for bad in ["unbound", "not set", "not found", "syntax", "readonly", "read-only", "no match", "error", "Unknown", "warning"] {
        assert!(!screen.contains(bad), "{bad:?} {shell:?} {rc}\n{screen}");
    }
    session
}

#[test]
fn the_options_of_a_careful_person_are_borne() {
    let modes: [(Shell, &[&str]); 3] = [
        (
            BASH,
            &[
                "set -euo pipefail",
                "shopt -s nocasematch nullglob extglob; IFS=/",
                "set -o noglob -o noclobber -o vi -o physical",
                "shopt -s failglob autocd cdspell checkwinsize; IFS=$'\\n'",
                "set -o posix; set -u",
                "set -ET; trap ':' DEBUG; trap ':' ERR",
            ],
        ),
        (
            ZSH,
            &[
                "setopt no_unset err_exit pipefail",
                "setopt ksh_arrays sh_word_split glob_subst",
                "setopt no_nomatch csh_null_glob extended_glob auto_cd auto_pushd chase_links; bindkey -v",
                "setopt ignore_braces csh_junkie_quotes no_glob",
                "setopt warn_create_global no_clobber ksh_typeset typeset_silent; IFS=/",
                "emulate sh; set -u",
                "emulate ksh",
            ],
        ),
        (FISH, &["fish_vi_key_bindings", "set -g fish_features all", "function cd --wraps cd; builtin cd $argv; end"]),
    ];
    for (shell, modes) in modes.into_iter().filter(|(shell, _)| shell.is_here()) {
        for mode in modes {
            for rc in [format!("{mode}\n{0}\n{0}", shell.init), format!("{}\n{mode}", shell.init)] {
                works(&machine(), shell, &rc);
            }
        }
    }
}

#[test]
fn every_form_of_prompt_command_goes_on_working() {
    if !BASH.is_here() {
        return;
    }
    for form in [
        "PROMPT_COMMAND='mine;'",
        "PROMPT_COMMAND=$'mine\\n'",
        "PROMPT_COMMAND='true; mine ;  '",
        "PROMPT_COMMAND=(true mine)",
        "PROMPT_COMMAND=('' 'mine;')",
        "export PROMPT_COMMAND=mine",
    ] {
        for rc in [format!("{form}\n{0}\n{0}", BASH.init), format!("{}\n{}", BASH.init, form.replace("COMMAND=", "COMMAND+="))] {
            // What is appended to a string must begin with its own separator.
            let rc = rc.replace("+='", "+=';").replace("+=$'", "+=$';").replace("+=mine", "+=';mine'");
            let rc = format!("mine() {{ MINE_STATUS=$? MINE_PIPE=${{PIPESTATUS[*]}}; }}\n{rc}");
            let mut session = works(&machine(), BASH, &rc);
            session.pty.type_text("false | true | (exit 3)\r");
            let shown = session.line("echo \"<$MINE_STATUS>\"");
            assert!(rc.contains("true") || shown.contains("<3>"), "{rc}\n{shown}");
            assert!(shown.contains('<') && !shown.contains("<>"), "{rc}\n{shown}");
        }
    }
}

#[test]
fn a_prompt_command_that_is_readonly_does_not_end_the_rc_file() {
    if !BASH.is_here() {
        return;
    }
    for form in ["readonly PROMPT_COMMAND=mine", "readonly -a PROMPT_COMMAND=(mine true)", "declare -rx PROMPT_COMMAND=mine"] {
        let rc = format!("mine() {{ MINE=yes; }}\n{form}\n{}\nLATER=yes", BASH.init);
        // No hook can be had; the wrapper of `cd` is there.
        let mut session = works(&machine(), BASH, &rc);
        let shown = session.line("echo \"<$MINE $LATER>\"");
        assert!(shown.contains("<yes yes>"), "{rc}\n{shown}");
    }
}

#[test]
fn a_shell_that_replaces_itself_keeps_the_directorys_profile_and_can_leave() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::with_rc(&sandbox, shell, shell.init);
        session.line("cd dev");
        assert_eq!(session.profile(), "dev", "{shell:?}");
        let arguments = match shell.name {
            "bash" => "--noprofile -i",
            "zsh" => "-d -i +Z",
            _ => "--private",
        };
        session.pty.type_text(&format!("exec {} {arguments}\r", shell.name));
        session.pty.expect("ok> ");
        assert_eq!(session.profile(), "dev", "{shell:?}");
        assert_eq!(session.after("cd ../ops", "AWS_PROFILE"), "ops", "{shell:?}");
        assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?}");
        assert_eq!(session.value("__AWSENV_STATE"), "unset", "{shell:?}");
    }
}

#[test]
fn ctrl_c_at_the_prompt_ends_the_line_and_nothing_else() {
    for (shell, mode) in [(BASH, ""), (BASH, "set -e"), (BASH, "trap 'echo my''trap' INT"), (ZSH, ""), (FISH, "")] {
        if !shell.is_here() {
            continue;
        }
        let sandbox = machine();
        let mut session = Session::with_rc(&sandbox, shell, &format!("{}\n{mode}", shell.init));
        session.line("cd dev");
        session.pty.expect("ok> ");
        session.pty.type_text("half a line");
        session.pty.expect("half a line");
        // Each of them loses one that comes in the moment before it reads again, and a zsh without its line editor notices
        // when the line ends.
        let press = if shell.name == "zsh" { "\x03\r" } else { "\x03" };
        let patience = std::time::Duration::from_secs(2);
        let ended = (0..20).any(|_| {
            session.pty.type_text(press);
            session.pty.seen_within("^C", patience).is_some() && session.pty.seen_within("ok> ", patience).is_some()
        });
        assert!(ended, "{shell:?} {mode}\n{}", session.pty.screen());
        assert!(!session.line("").contains("half"), "{shell:?} {mode}");
        assert_eq!(session.profile(), "dev", "{shell:?} {mode}");
        assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?} {mode}");
        if mode.contains("trap") {
            assert!(session.line("trap -p INT").contains("echo my"), "the person's trap stays");
        }
    }
}

#[test]
fn ctrl_c_during_use_leaves_the_shell_as_it_was() {
    for shell in prompting() {
        let sandbox = machine();
        let config = sandbox.read(".aws/config");
        let slow = sandbox.script("slow", "#!/bin/sh\n: >\"$HOME/begun\"\nexec sleep 600\n");
        sandbox.config(&format!("{config}[profile slow]\nregion = eu-west-1\ncredential_process = \"{}\"\n", slow.display()));
        let mut session = Session::with_rc(&sandbox, shell, shell.init);
        session.line("cd dev");
        session.pty.type_text("awsenv use slow --mode keys\r");
        let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
        while !sandbox.path("begun").exists() {
            assert!(std::time::Instant::now() < end, "{shell:?}\n{}", session.pty.screen());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        session.pty.type_text("\x03");
        session.pty.expect("ok> ");
        assert_eq!((session.profile(), session.value("AWS_REGION")), ("dev".into(), "eu-central-1".into()), "{shell:?}");
        assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{shell:?}");
    }
}
