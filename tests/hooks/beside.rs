//! Beside what else lives at the prompt, loaded before awsenv and after it, and awsenv read twice.

use awsenv_testkit::{Sandbox, is_here};

use crate::support::{BASH, FISH, Session, Shell, ZSH, machine};

/// Takes the prompt over as starship does: keeps what it finds in `PROMPT_COMMAND`, and makes the prompt of the status and
/// of what is exported.
const STARSHIP_BASH: &str = r#"
ship_precmd() {
  SHIP_STATUS=$? SHIP_PIPE="${PIPESTATUS[*]}"
  if [[ -n ${SHIP_PROMPT_COMMAND-} ]]; then eval "$SHIP_PROMPT_COMMAND"; fi
  PS1="ship[$SHIP_STATUS-$SHIP_PIPE-$(printenv AWS_PROFILE)]"
}
if [[ -z ${PROMPT_COMMAND-} ]]; then
  PROMPT_COMMAND=ship_precmd
elif [[ $PROMPT_COMMAND != *ship_precmd* ]]; then
  SHIP_PROMPT_COMMAND=$PROMPT_COMMAND
  PROMPT_COMMAND=ship_precmd
fi
"#;
const STARSHIP_ZSH: &str = r#"
ship_precmd() { SHIP_STATUS=$? SHIP_PIPE="${pipestatus[*]}" }
autoload -Uz add-zsh-hook
add-zsh-hook precmd ship_precmd
setopt prompt_subst
PROMPT='ship[$SHIP_STATUS-$SHIP_PIPE-$(printenv AWS_PROFILE)]'
"#;
const STARSHIP_FISH: &str = r"
function fish_prompt
    set -l seen $status $pipestatus
    printf 'ship[%s-%s-%s]' $seen[1] (string join ' ' $seen[2..-1]) (printenv AWS_PROFILE; or echo)
end
";

/// Wraps as the shell integration of VS Code does, which comes after the person's files.
const VSCODE_BASH: &str = r#"
vsc_busy=0
vsc_preexec() { if [ "$vsc_busy" = 0 ]; then vsc_busy=1 VSC_RAN=$BASH_COMMAND; fi; }
trap 'vsc_preexec "$_"' DEBUG
vsc_restore() { return "$1"; }
vsc_prompt_original() {
  vsc_status=$?
  local cmd
  vsc_restore "$vsc_status"
  for cmd in "${vsc_original[@]}"; do eval "${cmd:-}"; done
  vsc_busy=0
}
vsc_prompt() { vsc_status=$?; vsc_busy=0; }
vsc_original=${PROMPT_COMMAND:-}
if [[ -n $vsc_original && $vsc_original != vsc_prompt ]]; then PROMPT_COMMAND=vsc_prompt_original; else PROMPT_COMMAND=vsc_prompt; fi
"#;
const VSCODE_ZSH: &str = r"
vsc_precmd() { vsc_status=$? }
vsc_preexec() { VSC_RAN=$1 }
precmd_functions=($precmd_functions vsc_precmd)
preexec_functions=($preexec_functions vsc_preexec)
";
const VSCODE_FISH: &str = r"
function vsc_ran --on-event fish_preexec; set -g VSC_RAN $argv; end
function vsc_precmd --on-event fish_prompt; set -g vsc_status $status; end
functions --copy fish_prompt vsc_fish_prompt
function fish_prompt; vsc_fish_prompt; end
";

/// Puts itself in at the first prompt, as bash-preexec does: by rewriting the first element of `PROMPT_COMMAND`.
const PREEXEC_BASH: &str = r#"
bp_string=$'bp_trap="$(trap -p DEBUG)"\ntrap - DEBUG\n__bp_install'
bp_interactive=
bp_interactive_mode() { bp_interactive=on; }
bp_precmd() { BP_STATUS=$?; }
bp_debug() {
  [[ -n $bp_interactive && -t 1 ]] || return 0
  bp_interactive=
  local command commands
  IFS=$'\n;' read -rd '' -a commands <<<"${PROMPT_COMMAND[*]:-}"
  for command in "${commands[@]:-}"; do [[ $command != "$BASH_COMMAND" ]] || return 0; done
  BP_RAN=$BASH_COMMAND
}
__bp_install() {
  [[ ${PROMPT_COMMAND[*]:-} != *bp_precmd* ]] || return 1
  trap 'bp_debug "$_"' DEBUG
  local existing=${PROMPT_COMMAND:-}
  existing=${existing//$bp_string/:}
  PROMPT_COMMAND=bp_precmd
  PROMPT_COMMAND+=${existing:+$'\n'$existing}
  if ((BASH_VERSINFO[0] > 5 || (BASH_VERSINFO[0] == 5 && BASH_VERSINFO[1] >= 1))); then
    PROMPT_COMMAND+=(bp_interactive_mode)
  else
    PROMPT_COMMAND+=$'\nbp_interactive_mode'
  fi
  bp_precmd
  bp_interactive_mode
}
bp_before=${PROMPT_COMMAND:-} bp_before=${bp_before%;}
PROMPT_COMMAND=${bp_before:+$bp_before$'\n'}$bp_string
"#;

/// Both orders, and awsenv twice, as when an rc file is read again.
fn orders(shell: Shell, other: &str) -> [String; 3] {
    let init = shell.init;
    [format!("{other}\n{init}"), format!("{init}\n{other}"), format!("{init}\n{other}\n{init}")]
}

/// Into a directory and out of it, with nothing said that nobody wants to read.
#[track_caller]
fn goes_in_and_out(session: &mut Session, rc: &str) {
    session.line("");
    assert_eq!(session.after("cd ~/dev", "AWS_PROFILE"), "dev", "{rc}");
    assert_eq!(session.profile(), "dev", "{rc}");
    assert_eq!(session.after("cd ../plain", "AWS_PROFILE"), "unset", "{rc}");
    let screen = session.pty.screen();
    for bad in ["command not found", "syntax error", "unbound", "not set", "Unknown command"] {
        assert!(!screen.contains(bad), "{bad:?}\n{rc}\n{screen}");
    }
}

/// What a pipeline left, in the shell's own words.
fn failing(shell: Shell) -> &'static str {
    if shell.is_fish() { "false | true | sh -c 'exit 3'" } else { "false | true | (exit 3)" }
}

#[test]
fn a_prompt_like_starships_shows_the_status_and_the_profile_of_now() {
    for (shell, other) in [(BASH, STARSHIP_BASH), (ZSH, STARSHIP_ZSH), (FISH, STARSHIP_FISH)] {
        if !shell.is_here() {
            continue;
        }
        for rc in orders(shell, other) {
            let sandbox = machine();
            let mut session = Session::with_rc(&sandbox, shell, &rc);
            session.pty.expect("ship[");
            session.pty.type_text("cd dev\r");
            session.pty.expect("-dev]");
            // The prompt calls the binary, because the file is another one now.
            sandbox.write("dev/.awsenv", "profile = dev\n# touched\n");
            session.pty.type_text(&format!("{}\r", failing(shell)));
            session.pty.expect("ship[3-1 0 3-");
            session.line("awsenv allow --yes");
            goes_in_and_out(&mut session, &rc);
        }
    }
}

#[test]
fn the_shell_integration_of_vscode_wraps_it() {
    for (shell, other) in [(BASH, VSCODE_BASH), (ZSH, VSCODE_ZSH), (FISH, VSCODE_FISH)] {
        if !shell.is_here() {
            continue;
        }
        for rc in orders(shell, other) {
            let sandbox = machine();
            let mut session = Session::with_rc(&sandbox, shell, &rc);
            goes_in_and_out(&mut session, &rc);
            session.pty.type_text(&format!("{}\r", failing(shell)));
            let shown = session.line("echo \"<$vsc_status>\"");
            assert!(shown.contains("<3>"), "{rc}\n{shown}");
            let shown = session.line("echo \"<$VSC_RAN>\"");
            assert!(shown.contains("<echo "), "the command is the person's: {rc}\n{shown}");
        }
    }
}

#[test]
fn bash_preexec_finds_its_place_and_sees_only_what_is_typed() {
    if !BASH.is_here() {
        return;
    }
    for own in ["", "PROMPT_COMMAND='true;'\n", "PROMPT_COMMAND=(true)\n"] {
        for rc in orders(BASH, PREEXEC_BASH) {
            let rc = format!("{own}{rc}");
            let sandbox = machine();
            let mut session = Session::with_rc(&sandbox, BASH, &rc);
            goes_in_and_out(&mut session, &rc);
            for _ in 0..2 {
                session.pty.type_text("(exit 3)\r");
                let shown = session.line("echo \"<$BP_STATUS $BP_RAN>\"");
                assert!(shown.contains("<3 echo "), "{rc}\n{shown}");
            }
        }
    }
}

#[test]
fn direnv_and_awsenv_each_keep_their_own() {
    if !is_here("direnv", &["version"]) {
        return;
    }
    for shell in [BASH, ZSH, FISH].into_iter().filter(Shell::is_here) {
        let direnv = if shell.is_fish() { "direnv hook fish | source" } else { "eval \"$(direnv hook NAME)\"" };
        for rc in orders(shell, &direnv.replace("NAME", shell.name)) {
            let mut sandbox = machine();
            sandbox.set("DIRENV_LOG_FORMAT", "");
            sandbox.write("dev/.envrc", "export MARK=yes\n");
            let path = sandbox.path("dev");
            sandbox.program("/usr/bin/env", &["direnv", "allow"]).directory(&path).run().ok();
            let mut session = Session::with_rc(&sandbox, shell, &rc);
            session.line("");
            session.line("cd dev");
            assert_eq!((session.profile(), session.value("MARK")), ("dev".into(), "yes".into()), "{rc}");
            session.line("cd ../ops");
            assert_eq!((session.profile(), session.value("MARK")), ("ops".into(), "unset".into()), "{rc}");
            session.line("cd ../plain");
            assert_eq!((session.profile(), session.value("__AWSENV_STATE")), ("unset".into(), "unset".into()), "{rc}");
        }
    }
}

#[test]
fn zoxide_jumps_and_the_profile_follows() {
    if !is_here("zoxide", &["--version"]) {
        return;
    }
    for shell in [BASH, ZSH, FISH].into_iter().filter(Shell::is_here) {
        let zoxide = if shell.is_fish() { "zoxide init fish | source" } else { "eval \"$(zoxide init NAME)\"" };
        for rc in orders(shell, &zoxide.replace("NAME", shell.name)) {
            let sandbox = machine();
            let add = |name: &str| sandbox.path(name).display().to_string();
            for directory in [add("dev"), add("plain")] {
                sandbox.program("/usr/bin/env", &["zoxide", "add", &directory]).run().ok();
            }
            let mut session = Session::with_rc(&sandbox, shell, &rc);
            goes_in_and_out(&mut session, &rc);
            // `z` goes round a wrapper of `cd`; the prompt notices.
            session.line("z dev");
            assert_eq!(session.profile(), "dev", "{rc}");
            session.line("z plain");
            assert_eq!(session.profile(), "unset", "{rc}");
        }
    }
}

/// What is shown until the first prompt, and what a prompt with a captured output, such as powerlevel10k's instant one,
/// would have to show afterwards.
fn before_the_first_prompt(sandbox: &Sandbox, shell: Shell, init: &str) -> (String, String) {
    let (begin, end) = match shell.name {
        "bash" => ("exec 8>&1 9>&2 >said 2>&1", "PROMPT_COMMAND+=('exec >&8 2>&9')"),
        "zsh" => ("exec 8>&1 9>&2 >said 2>&1", "instant() { exec >&8 2>&9 }; precmd_functions+=(instant)"),
        // fish writes its prompt where its output goes, so nothing can be captured.
        _ => ("", ""),
    };
    let mut session = Session::with_rc(sandbox, shell, &format!("{begin}\n{init}\n{end}"));
    let shown = session.pty.expect("ok> ");
    (shown, sandbox.read("said"))
}

#[test]
fn nothing_is_written_until_the_first_prompt_is_there() {
    for shell in [BASH, ZSH, FISH].into_iter().filter(Shell::is_here) {
        for content in [None, Some("profile = dev\n"), Some("profile = dev\nbroken\n"), Some("profile = nosuch\n")] {
            for allowed in [true, false] {
                let sandbox = machine();
                let (bare, _) = before_the_first_prompt(&sandbox, shell, "");
                if let Some(content) = content {
                    sandbox.write(".awsenv", content);
                    if allowed {
                        sandbox.run(&["allow", "--yes", "."]);
                    }
                }
                let (shown, said) = before_the_first_prompt(&sandbox, shell, shell.init);
                assert_eq!((shown, said), (bare, String::new()), "{shell:?} {content:?} {allowed}");
            }
        }
    }
}
