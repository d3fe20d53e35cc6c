//! `awsenv init`, `completions` and `explain-error`.

use crate::support::{empty, fails, one_profile};

#[test]
fn scripts_are_for_the_shells_that_have_one() {
    let sandbox = empty();
    for shell in ["bash", "zsh", "fish", "powershell", "posix", "elvish", "nushell", "xonsh", "tcsh", "cmd"] {
        let run = sandbox.run(&["init", shell]).ok();
        assert!(run.stdout.contains("awsenv") && run.stderr.is_empty(), "{shell}: {}", run.stderr);
        assert!(!run.stdout.contains("__AWSENV_"), "{shell}: a placeholder is left");
        let run = sandbox.run(&["init", shell, "--cmd", "aws-switch", "--no-prompt", "--no-cd"]);
        // A hyphen is no part of a name in dash.
        if shell != "posix" {
            assert!(run.ok().stdout.contains("aws-switch"), "{shell}");
        }
    }
    for name in ["a b", "x;y", "", "1x"] {
        fails(&sandbox, &["init", "bash", "--cmd", name], "usage", 2);
    }
}

#[test]
fn the_script_calls_awsenv_as_it_was_found_on_path() {
    let sandbox = one_profile();
    let run = sandbox.bash("awsenv init bash").run().ok();
    let link = sandbox.root().join("bin/awsenv");
    assert!(run.stdout.contains(&format!("__awsenv_exe='{}'", link.display())), "{}", run.stdout);
}

#[test]
fn the_function_switches_and_leaves_other_commands_alone() {
    let sandbox = one_profile();
    let script = "set -eu; eval \"$(awsenv init bash)\"; eval \"$(awsenv init bash)\"; awsenv use dev; echo $AWS_PROFILE; \
                  awsenv list --format names; awsenv use --help >/dev/null; awsenv unset; echo ${AWS_PROFILE-none}";
    let run = sandbox.bash(script).run().ok();
    assert_eq!(run.stdout, "dev\ndev\nnone\n");
    let script = "eval \"$(awsenv init bash --cmd aws-switch)\"; aws-switch use dev; echo $AWS_PROFILE";
    assert_eq!(sandbox.bash(script).run().ok().stdout, "dev\n");
}

#[test]
fn completions_name_commands_and_profiles() {
    let sandbox = one_profile();
    for shell in ["bash", "zsh", "fish", "powershell"] {
        let run = sandbox.run(&["completions", shell]).ok();
        assert!(run.stdout.contains("awsenv"), "{shell}");
    }
    fails(&sandbox, &["completions", "json"], "unknown-shell", 2);
}

#[test]
fn explain_error_knows_every_code() {
    let sandbox = empty();
    let listed = sandbox.run(&["explain-error"]).ok().stdout;
    assert!(listed.lines().count() > 40);
    for line in listed.lines() {
        let code = line.split_whitespace().next().unwrap();
        let text = sandbox.run(&["explain-error", code]).ok().stdout;
        assert!(text.starts_with(&format!("{code}: ")) && text.lines().count() > 2, "{text}");
        assert!(text.lines().all(|line| line.chars().count() <= 100), "{text}");
    }
    let run = sandbox.run(&["explain-error", "error[unknown-profile]"]).ok();
    assert!(run.stdout.starts_with("unknown-profile: "));
}
