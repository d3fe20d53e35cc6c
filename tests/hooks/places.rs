//! Nested shells, other people's environments, subshells, links, deleted directories (shells.md §2.3).

use crate::support::{BASH, Session, ZSH, machine, prompting, shells};

#[test]
fn a_nested_shell_stays_and_can_leave() {
    for shell in prompting() {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("cd dev");
        session.line(&format!("{} {}", shell.name, shell.arguments.join(" ")));
        session.line(if shell.is_fish() { "function fish_prompt; printf 'ok> '; end" } else { "PS1='ok> '" });
        let shown = session.line(shell.init);
        assert!(!shown.contains("awsenv: "), "{shell:?}: {shown}");
        assert_eq!(session.profile(), "dev", "{shell:?}");
        session.line("cd ../plain");
        assert_eq!(session.profile(), "unset", "{shell:?}");
        session.line("exit");
        assert_eq!(session.profile(), "dev", "{shell:?}");
    }
}

/// As in a pane of a tmux whose server was started in a project.
#[test]
fn an_environment_from_elsewhere_is_put_right_at_the_first_prompt() {
    for shell in prompting() {
        let mut sandbox = machine();
        let script = "cd dev; eval \"$(awsenv hook --shell bash)\"; env | grep -E '^(AWS|__AWSENV|AWSENV)[A-Z_]*='";
        let environment = sandbox.bash(script).run().ok().stdout;
        for (name, value) in environment.lines().filter_map(|line| line.split_once('=')) {
            sandbox.set(name, value);
        }
        assert_eq!(sandbox.get("AWS_PROFILE").unwrap(), "dev");
        let mut session = Session::start(&sandbox, shell);
        assert_eq!((session.profile(), session.value("__AWSENV_STATE")), ("unset".into(), "unset".into()), "{shell:?}");
    }
}

#[test]
fn a_subshell_has_the_directorys_profile_and_the_shell_keeps_its_own() {
    for shell in [BASH, ZSH].into_iter().filter(|shell| shell.is_here()) {
        let sandbox = machine();
        let mut session = Session::start(&sandbox, shell);
        session.line("cd ops");
        let shown = session.line("(cd ../dev && sh -c 'echo \"<$AWS_PROFILE>\"')");
        assert!(shown.contains("<dev>"), "{shell:?}: {shown}");
        assert_eq!(session.profile(), "ops", "{shell:?}");
    }
}

#[test]
fn a_substitution_gives_what_it_prints_and_no_more() {
    for shell in shells() {
        let sandbox = machine();
        sandbox.write("new/.awsenv", "profile = dev\n");
        let mut session = Session::start(&sandbox, shell);
        let substitution = if shell.is_fish() { "(cd new; echo in''side)" } else { "$(cd new; echo in''side)" };
        let shown = session.line(&format!("echo \"<\"{substitution}\">\""));
        assert!(shown.contains("<inside>"), "{shell:?}: {shown}");
        // A shell without a word for it cannot tell a substitution.
        if [BASH, ZSH].iter().any(|careful| careful.name == shell.name) {
            assert!(!shown.contains("not allowed"), "{shell:?}: {shown}");
        }
    }
}

#[test]
fn a_directory_behind_a_link_and_one_that_is_gone() {
    for shell in shells() {
        let sandbox = machine();
        std::os::unix::fs::symlink(sandbox.path("dev"), sandbox.path("link")).unwrap();
        let mut session = Session::start(&sandbox, shell);
        assert_eq!(session.after("cd link", "AWS_PROFILE"), "dev", "{shell:?}");
        session.line("cd ../dev/sub");
        std::fs::remove_dir(sandbox.path("dev/sub")).unwrap();
        session.line("");
        assert_eq!(session.profile(), "dev", "{shell:?}: what is above is still there");
        let home = sandbox.home();
        session.line(&format!("cd '{}/plain'", home.display()));
        assert_eq!(session.profile(), "unset", "{shell:?}");
    }
}

#[test]
fn names_that_no_shell_should_have_to_bear() {
    for shell in shells() {
        for name in ["it's a  dir", "$(touch pwned)", "a;b&c", "näh ü", "star*?[x]"] {
            let sandbox = machine();
            crate::support::directory(&sandbox, name, "profile = dev\n");
            let mut session = Session::start(&sandbox, shell);
            let quoted = if shell.name == "fish" { name.replace('\'', "\\'") } else { name.replace('\'', "'\\''") };
            assert_eq!(session.after(&format!("cd -- '{quoted}'"), "AWS_PROFILE"), "dev", "{shell:?} {name}");
            session.line("");
            assert!(!sandbox.path("pwned").exists() && !sandbox.path(&format!("{name}/pwned")).exists(), "{shell:?} {name}");
        }
    }
}
