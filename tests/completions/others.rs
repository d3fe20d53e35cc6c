//! elvish and tcsh at a terminal; nushell and xonsh, which can be asked without one.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::harness::{Directory, is_here};
use crate::names::NAMES;
use crate::session::configure;
use crate::terminal::Terminal;

/// Answers at TAB, and else writes down the words that it is given by a person.
const RECORDER: &str = "#!/bin/sh\nif [ -n \"${COMPLETE-}\" ]; then exec ~/real \"$@\"; fi\n\
                        case \" $* \" in *' hook '*) exit ;; esac\n\
                        printf '%s\\0' \"$@\" >~/new && mv ~/new ~/words\n";

struct Other {
    shell: &'static str,
    directory: Directory,
}

impl Other {
    /// Nothing where the shell is not installed. The script is `~/init`.
    fn new(shell: &'static str, profiles: &[&str]) -> Option<Self> {
        if !is_here(program(shell)) {
            return None;
        }
        let directory = Directory::new();
        let home = directory.path();
        configure(home, profiles);
        symlink(env!("CARGO_BIN_EXE_awsenv"), home.join("real")).unwrap();
        symlink("real", home.join("the awsenv")).unwrap();
        let output = Command::new(home.join("the awsenv")).args(["init", shell]).output().unwrap();
        assert!(output.status.success(), "{output:?}");
        directory.write("init", output.stdout);
        fs::remove_file(home.join("the awsenv")).unwrap();
        let recorder = directory.write("the awsenv", RECORDER);
        fs::set_permissions(recorder, fs::Permissions::from_mode(0o755)).unwrap();
        Some(Self { shell, directory })
    }

    /// What the shell prints for a script.
    fn run(&self, arguments: &[&str], script: &str) -> String {
        let file = self.directory.write("script", script);
        let home = self.directory.path();
        let mut command = Command::new(found(program(self.shell)));
        command.args(arguments).arg(file).current_dir(home).env_clear();
        command.env("PATH", "/usr/local/bin:/usr/bin:/bin").env("HOME", home).env("LC_ALL", "C.UTF-8");
        let output = command.output().unwrap();
        assert!(output.status.success(), "{}: {output:?}\n{script}", self.shell);
        String::from_utf8(output.stdout).unwrap()
    }

    /// What nushell would put in for the last word of a line.
    fn nushell(&self, line: &str) -> Vec<String> {
        let script = self.directory.read("init") + line;
        let length = script.len().to_string();
        let answer = self.run(&["--no-config-file", "--ide-complete", &length], &script);
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        answer["completions"].as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    }

    /// What xonsh would put in for the last word of a line, how much of the line it would replace, and what it says of it.
    fn xonsh(&self, line: &str) -> Vec<(String, usize, String)> {
        let line = serde_json::to_string(line).unwrap();
        let script = format!(
            "execx(open('init').read())\nimport json\nfrom xonsh.completer import Completer\n\
             found, length = Completer().complete_line({line})\n\
             print(json.dumps([[str(c), c.prefix_len, c.description] for c in found]))\n"
        );
        serde_json::from_str(&self.run(&["--no-rc"], &script)).unwrap()
    }

    fn terminal(&self) -> Terminal {
        let (arguments, load): (&[&str], _) = match self.shell {
            "tcsh" => (&["-f"], "set edit; set __awsenv_script = ~/init; source ~/init"),
            _ => (&["-norc"], "eval (slurp < ~/init)"),
        };
        let mut terminal = Terminal::start(self.shell, arguments, self.directory.path());
        terminal.line(load);
        terminal
    }

    /// Presses TAB behind the keys and then return, in elvish once more behind its list; returns the words that arrive.
    fn words(&self, terminal: &mut Terminal, keys: &str) -> Vec<String> {
        let words = self.directory.path().join("words");
        let _ = fs::remove_file(&words);
        terminal.keys(&format!("{keys}\t\r"));
        let start = Instant::now();
        while !words.exists() {
            assert!(start.elapsed() < Duration::from_secs(20), "{}: nothing came of {keys:?}", self.shell);
            std::thread::sleep(Duration::from_millis(100));
            if self.shell == "elvish" && start.elapsed() > Duration::from_millis(400) {
                terminal.keys("\r");
            }
        }
        terminal.done();
        self.directory.read("words").split_terminator('\0').map(str::to_owned).collect()
    }
}

fn program(shell: &'static str) -> &'static str {
    if shell == "nushell" { "nu" } else { shell }
}

fn found(program: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|directory| directory.join(program)).find(|file| file.is_file()).unwrap()
}

/// The shortest beginning after which a name is certain.
fn beginning(name: &str) -> &str {
    let is_certain = |beginning: &str| NAMES.iter().filter(|name| name.starts_with(beginning)).count() == 1;
    let end = name.char_indices().skip(1).map(|(end, _)| end).find(|end| is_certain(&name[..*end]));
    &name[..end.unwrap_or(name.len())]
}

/// `-dash` and `--long` are looked for behind a `--`.
fn dashes(name: &str) -> &'static str {
    if name.starts_with('-') { "-- " } else { "" }
}

#[test]
fn at_a_terminal_each_name_arrives_in_elvish() {
    let Some(other) = Other::new("elvish", NAMES) else { return };
    let mut terminal = other.terminal();
    for name in NAMES {
        for quote in ["", "'"] {
            let begun = beginning(name);
            let typed = if quote.is_empty() && begun.chars().any(|c| !c.is_ascii_alphanumeric()) { "'" } else { quote };
            let keys = format!("awsenv explain {}{typed}{}", dashes(name), begun.replace('\'', "''"));
            let words = other.words(&mut terminal, &keys);
            assert_eq!(words.last().map(String::as_str), Some(*name), "{keys:?}");
        }
    }
    assert!(!other.directory.path().join("evaluated").exists());
}

#[test]
fn at_a_terminal_elvish_shows_what_names_lead_to() {
    let Some(other) = Other::new("elvish", &["first", "second"]) else { return };
    let mut terminal = other.terminal();
    terminal.keys("awsenv explain \t");
    terminal.until("COMPLETING");
    terminal.until("second (eu-west-1)");
    terminal.keys("\r\r");
    terminal.done();
    for (keys, expected) in [
        ("awsenv sta", &["status"][..]),
        ("awsenv exec -r eu-n", &["exec", "-r", "eu-north-1"]),
        ("awsenv exec -- tcs", &["exec", "--", "tcsh"]),
    ] {
        if keys.ends_with("tcs") && !is_here("tcsh") {
            continue;
        }
        assert_eq!(other.words(&mut terminal, keys), expected, "{keys}");
    }
}

/// tcsh reads candidates as words, so it is not told of names that are none.
#[test]
fn at_a_terminal_each_name_that_is_one_word_arrives_in_tcsh() {
    let Some(other) = Other::new("tcsh", NAMES) else { return };
    let mut terminal = other.terminal();
    let is_word = |name: &&&str| !name.contains([' ', '*', '?', '[', '{']) && !name.starts_with('~');
    let mut count = 0;
    // What is typed and not quoted is tcsh's own affair.
    for name in NAMES.iter().filter(is_word).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic())) {
        let words = other.words(&mut terminal, &format!("awsenv explain {}", beginning(name)));
        assert_eq!(words.last().map(String::as_str), Some(*name));
        count += 1;
    }
    assert!(count > 10, "only {count}");
    for (keys, expected) in [("awsenv sta", &["status"][..]), ("awsenv exec -r eu-n", &["exec", "-r", "eu-north-1"])] {
        assert_eq!(other.words(&mut terminal, keys), expected, "{keys}");
    }
    // `my profile` is not offered: the word stays as it was typed.
    assert_eq!(other.words(&mut terminal, "awsenv explain my"), ["explain", "my"]);
    assert!(!other.directory.path().join("evaluated").exists());
}

#[test]
fn each_word_that_nushell_puts_in_is_the_name() {
    let Some(other) = Other::new("nushell", NAMES) else { return };
    // Its own JSON leaves quotes as they are.
    let ask =
        "print (__awsenv_complete [awsenv explain ''] | append (__awsenv_complete [awsenv explain -- '-']) | to json --raw)";
    let printed = other.run(&["--no-config-file"], &format!("{}{ask}\n", other.directory.read("init")));
    let offered: Vec<serde_json::Value> = serde_json::from_str(&printed).unwrap();
    let mut script = "def --wrapped record [...words: string] { print ($words | to json --raw) }\n".to_owned();
    for candidate in offered {
        writeln!(script, "record use {}", candidate["value"].as_str().unwrap()).unwrap();
    }
    let printed = other.run(&["--no-config-file"], &script);
    let mut names: Vec<String> =
        printed.lines().map(|line| serde_json::from_str::<Vec<String>>(line).unwrap().pop().unwrap()).collect();
    let mut expected: Vec<&str> = NAMES.to_vec();
    names.sort();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert!(!other.directory.path().join("evaluated").exists());
}

#[test]
fn nushell_is_offered_what_may_stand_there() {
    let Some(other) = Other::new("nushell", &["my profile", "prod"]) else { return };
    for (line, expected) in [
        ("awsenv sta", &["status"][..]),
        ("awsenv use m", &["'my profile'"]),
        ("awsenv use 'my profile' --reg", &["--region"]),
        ("awsenv use --region=eu-n", &["--region=eu-north-1"]),
        ("true; awsenv --color never use PR", &["prod"]),
        ("awsenv use nothing", &[]),
    ] {
        assert_eq!(other.nushell(line), expected, "{line}");
    }
    other.directory.write("some-file", "");
    assert!(other.nushell("awsenv exec -- cat some-f").contains(&"some-file".to_owned()));
    let script = other.directory.read("init")
        + "$env.config.completions.external.completer = {|words| [{value: ($words | to nuon)}] }\n\
           print (__awsenv_complete [awsenv use m] | to json --raw)\nprint (__awsenv_complete [awsenv exec -- ls x] | to json --raw)\n";
    let printed = other.run(&["--no-config-file"], &script);
    let expected = "[{\"value\":\"'my profile'\",\"description\":\"eu-west-1\"}]\n[{\"value\":\"[ls, x]\"}]\n";
    assert_eq!(printed, expected);
}

#[test]
fn each_word_that_xonsh_puts_in_is_the_name() {
    let Some(other) = Other::new("xonsh", NAMES) else { return };
    let mut script = "import json\naliases['record'] = lambda words: print(json.dumps(words))\n".to_owned();
    for (text, _, _) in other.xonsh("awsenv explain ").iter().chain(&other.xonsh("awsenv explain -- -")) {
        writeln!(script, "record use {text}").unwrap();
    }
    let printed = other.run(&["--no-rc"], &script);
    let mut names: Vec<String> =
        printed.lines().map(|line| serde_json::from_str::<Vec<String>>(line).unwrap().pop().unwrap()).collect();
    let mut expected: Vec<&str> = NAMES.to_vec();
    names.sort();
    expected.sort_unstable();
    assert_eq!(names, expected);
    assert!(!other.directory.path().join("evaluated").exists());
}

#[test]
fn xonsh_is_offered_what_may_stand_there() {
    let Some(other) = Other::new("xonsh", &["my profile", "prod"]) else { return };
    other.directory.write("prod-file", "");
    for (line, expected) in [
        ("awsenv use m", &[("r'my profile'", 1, "eu-west-1")][..]),
        ("awsenv use 'my p", &[("r'my profile'", 5, "eu-west-1")]),
        ("awsenv use \"my profile\" -r eu-n", &[("eu-north-1", 4, "")]),
        ("true and awsenv --color never use PR", &[("prod", 2, "eu-west-1")]),
        ("awsenv use --region=eu-n", &[("--region=eu-north-1", 13, "")]),
        // Files are no profiles.
        ("awsenv use prod-f", &[]),
    ] {
        let offered = other.xonsh(line);
        let offered: Vec<_> = offered.iter().map(|(text, length, help)| (text.as_str(), *length, help.as_str())).collect();
        assert_eq!(offered, expected, "{line}");
    }
}
