//! `awsenv prompt`.

use awsenv_testkit::Sandbox;

use crate::support::{demo, switch, two_profiles};

fn in_dev(settings: &str) -> Sandbox {
    let mut sandbox = two_profiles();
    sandbox.write(".config/awsenv/config.ini", settings);
    switch(&sandbox, &["dev"]).apply(&mut sandbox);
    sandbox
}

#[test]
fn the_colour_is_the_guards() {
    let mut sandbox = in_dev("[guard \"d*\"]\ncolor = red\n");
    let prompt = |sandbox: &Sandbox, arguments: &[&str]| sandbox.run(&[&["prompt"], arguments].concat()).ok().stdout;
    const TEMPLATE: &str = "{color}{profile}{reset}!";
    for (arguments, expected) in [
        (&["--format", TEMPLATE][..], "\x1b[1;31mdev\x1b[0m!"),
        (&["--format", TEMPLATE, "--color", "never"], "dev!"),
        (&["--format", "{profile}"], "dev"),
        (&["--format", "{profile}", "--color", "always"], "\x1b[1;31mdev\x1b[0m"),
        (&["--format", TEMPLATE, "--wrap", "bash"], "\x01\x1b[1;31m\x02dev\x01\x1b[0m\x02!"),
        (&["--format", TEMPLATE, "--wrap", "zsh"], "%{\x1b[1;31m%}dev%{\x1b[0m%}!"),
        (&["--format", "{icon}"], "\u{2601}"),
    ] {
        assert_eq!(prompt(&sandbox, arguments), expected, "{arguments:?}");
    }
    sandbox.set("NO_COLOR", "1");
    assert_eq!(prompt(&sandbox, &["--format", TEMPLATE]), "dev!");
    sandbox.unset("NO_COLOR");
    // Nobody wants to see this at every prompt: commands say it.
    sandbox.write(".config/awsenv/config.ini", "[guard \"d*\"]\ncolor = pink\n");
    assert_eq!(prompt(&sandbox, &["--format", TEMPLATE]), "dev!");
    sandbox.write(".config/awsenv/config.ini", "[guard \"ops\"]\ncolor = red\n");
    assert_eq!(prompt(&sandbox, &["--format", TEMPLATE]), "dev!");
    switch(&sandbox, &["ops"]).apply(&mut sandbox);
    assert_eq!(prompt(&sandbox, &["--format", TEMPLATE]), "\x1b[1;31mops\x1b[0m!");
}

/// bash counts what stands between the markers as nothing, so the cursor is where the text says.
#[test]
fn a_prompt_of_bash_is_as_wide_as_it_looks() {
    let mut sandbox = in_dev("[guard \"d*\"]\ncolor = red\n");
    sandbox.set("TERM", "xterm");
    sandbox.write(".rc", "PS1='$(awsenv prompt --wrap bash --format \"{color}{profile}{reset}\")> '\n");
    let rc = sandbox.path(".rc");
    let mut terminal = sandbox.terminal("bash", &["--noprofile", "--rcfile", rc.to_str().unwrap(), "-i"]);
    terminal.expect("dev> ");
    assert!(terminal.raw().contains("\x1b[1;31mdev\x1b[0m> "), "{:?}", terminal.raw());
    assert!(!terminal.raw().contains('\x01'), "{:?}", terminal.raw());
    terminal.type_text("exit\r");
}

#[test]
fn expired_and_login_needed_are_different_things() {
    let mut sandbox = demo();
    let code = sandbox.server().mfa_code(crate::support::MFA).unwrap();
    switch(&sandbox, &["prod", "--mfa-token", &code]).apply(&mut sandbox);
    let state = sandbox.get("__AWSENV_STATE").unwrap().to_str().unwrap().to_owned();
    let part = |name: &str| state.split(',').find(|part| part.starts_with(name)).unwrap().to_owned();
    let left = |sandbox: &Sandbox| sandbox.run(&["prompt", "--format", "{left}"]).ok().stdout;
    assert!(["3h59m", "4h0m"].contains(&&*left(&sandbox)), "{state}");
    let past = state.replace(&part("exp="), "exp=1000000000");
    sandbox.set("__AWSENV_STATE", &past);
    assert_eq!(left(&sandbox), "expired", "the MFA session goes on: {past}");
    sandbox.set("__AWSENV_STATE", past.replace(&format!("{},", part("refresh=")), ""));
    assert_eq!(left(&sandbox), "login needed", "{past}");
    let status = sandbox.run(&["status"]).ok().stdout;
    assert!(status.contains("ends     login needed (expired at 2001-09-09T01:46:40Z)\n"), "{status}");
}
