//! `awsenv unset`: the shell as it was.

use crate::support::{demo, switch, two_profiles};

/// Everything that the shell has, exported or not, without what every command changes.
const DUMP: &str =
    "dump() { { export -p; set | grep -a '^__awsenv_old\\|^AWS'; } | grep -av '_=\\|BASH\\|LINENO\\|PIPESTATUS'; }";

#[test]
fn everything_comes_back_secrets_included() {
    let mut sandbox = two_profiles();
    sandbox.set("AWS_PROFILE", "mine").set("AWS_REGION", "sa-east-1").set("AWS_VAULT", "old one");
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAMINE").set("AWS_SECRET_ACCESS_KEY", "it's \"my\" $secret\n`x`");
    for mode in ["profile", "keys"] {
        for verb in ["unset", "off", "clear"] {
            let script = format!(
                "eval \"$(awsenv init bash)\"; {DUMP}\nbefore=$(dump)\n\
                 awsenv use dev --mode {mode} || exit 9; [ \"$AWSENV_PROFILE\" = dev ] || exit 8\n\
                 case $(env) in *my*secret*) [ {mode} = profile ] && exit 7;; esac\n\
                 awsenv use ops --mode {mode} || exit 6\nawsenv {verb} || exit 5\n\
                 after=$(dump); [ \"$before\" = \"$after\" ] || {{ diff <(echo \"$before\") <(echo \"$after\"); exit 4; }}"
            );
            sandbox.bash(&script).run().ok();
        }
    }
}

#[test]
fn no_child_sees_what_was_put_aside() {
    let mut sandbox = two_profiles();
    sandbox
        .set("AWS_ACCESS_KEY_ID", "AKIAMINE")
        .set("AWS_SECRET_ACCESS_KEY", "my-own-secret")
        .set("AWS_SESSION_TOKEN", "my-own-token");
    let run = sandbox.bash("eval \"$(awsenv use dev)\"; env").run().ok();
    assert!(!run.stdout.contains("my-own"), "{}", run.stdout);
}

#[test]
fn what_the_user_changed_since_stays() {
    let sandbox = two_profiles();
    let run = sandbox
        .bash(
            "eval \"$(awsenv use dev)\"; export AWS_REGION=us-west-2 AWS_DEFAULT_OUTPUT=yaml; eval \"$(awsenv unset)\"; \
             echo \"${AWS_REGION-} ${AWS_DEFAULT_OUTPUT-} ${AWS_DEFAULT_REGION-none} ${AWS_PROFILE-none} ${__AWSENV_STATE-none}\"",
        )
        .run()
        .ok();
    assert_eq!(run.stdout, "us-west-2 yaml none none none\n");
}

#[test]
fn unset_outside_of_any_profile_does_nothing() {
    let mut sandbox = two_profiles();
    sandbox.set("AWS_PROFILE", "mine");
    let run = sandbox.bash("eval \"$(awsenv unset)\" && echo $AWS_PROFILE").run().ok();
    assert_eq!(run.stdout, "mine\n");
    run.says("this shell is in no profile");
}

#[test]
fn a_record_of_another_awsenv_is_dropped_and_nothing_else() {
    let mut sandbox = two_profiles();
    sandbox.set("__AWSENV_STATE", "99,what,is,this").set("AWS_PROFILE", "mine");
    let run = sandbox.bash("eval \"$(awsenv unset)\" && echo \"$AWS_PROFILE ${__AWSENV_STATE-none}\"").run().ok();
    assert_eq!(run.stdout, "mine none\n");
}

#[test]
fn a_nested_shell_says_what_it_cannot_give_back() {
    let mut sandbox = two_profiles();
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAMINE").set("AWS_SECRET_ACCESS_KEY", "my-own-secret");
    let script =
        "eval \"$(awsenv use dev --mode keys)\"; bash --norc -c 'eval \"$(awsenv unset)\"; echo \"[${AWS_SECRET_ACCESS_KEY-}]\"'";
    let run = sandbox.bash(script).run().ok();
    assert_eq!(run.stdout, "[]\n");
    run.says("was put aside in another shell");
}

#[test]
fn the_undo_log_holds_no_secret() {
    let mut sandbox = demo();
    sandbox.set("AWS_ACCESS_KEY_ID", "AKIAMINE").set("AWS_SECRET_ACCESS_KEY", "my-own-secret");
    let switch = switch(&sandbox, &["tools", "--mode", "keys"]);
    let state = switch.get("__AWSENV_STATE").unwrap();
    assert!(!state.contains("my-own-secret"), "{state}");
    sandbox.assert_no_secret("__AWSENV_STATE", state);
}
