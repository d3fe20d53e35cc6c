//! What the program answers to the scripts, whatever it finds.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Command, Output};

use crate::harness::Directory;
use crate::session::configure;

fn ask(home: &Path, shell: &str, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_awsenv"));
    command.env_clear().env("HOME", home).env("COMPLETE", shell).current_dir(home);
    if shell == "powershell" {
        command.env("AWSENV_COMPLETE_WORDS", words.join("\u{1f}")).args(["--", "."]);
    } else if shell == "tcsh" {
        command.env("COMMAND_LINE", words.concat()).args(["--", "."]);
    } else {
        command.arg("--").args(words);
    }
    command.output().unwrap()
}

fn silent(home: &Path, shell: &str, words: &[&str]) -> String {
    let output = ask(home, shell, words);
    assert!(output.status.success() && output.stderr.is_empty(), "{shell} {words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn each_shell_is_answered_in_its_own_way() {
    let directory = Directory::new();
    let home = directory.path();
    configure(home, &["acct:é \\'$x"]);
    let breaks = " \t\n\"'@><=;|&(:";
    for (shell, words, expected) in [
        ("bash", &["awsenv use acct:", breaks, "9"][..], "values\né\\ \\\\\\'\\$x\n"),
        ("bash", &["awsenv use 'acct", breaks, "9"], "values\nacct:é \\'\\''$x\n"),
        ("bash", &["awsenv exec -- a 'b c", breaks, "9"], "child\na 'b c\n"),
        ("bash", &["awsenv list > f", breaks, "9"], "files\n"),
        ("zsh", &["awsenv", "use", "acc"], "values\nacct\\:é \\\\'$x:eu-west-1\n"),
        ("zsh", &["awsenv", "use", "ROLE"], "values\nacct\\:é \\\\'$x:eu-west-1\n"),
        ("zsh", &["awsenv", "use", "--region=eu-north"], "values\neu-north-1\n"),
        ("zsh", &["awsenv", "exec", "--", "ls", ""], "child\n3\n"),
        ("fish", &["not awsenv use 'acc"], "values\nacct:é \\'$x\teu-west-1\n"),
        ("fish", &["X=y command awsenv exec -- ls \"a b"], "child\nls \"a b\n"),
        (
            "powershell",
            &["awsenv", "use", "ACC"],
            "{\"child\":null,\"values\":[{\"text\":\"'acct:\\u00e9 \\\\''$x'\",\"name\":\"acct:\\u00e9 \\\\'$x\",\"help\":\"eu-west-1\"}]}\n",
        ),
        ("powershell", &["awsenv", "exec", "--", "ls", ""], "{\"child\":3,\"values\":[]}\n"),
        (
            "nushell",
            &["awsenv", "--color", "'never'", "use", "ACC"],
            "{\"child\":null,\"values\":[{\"text\":\"\\\"acct:\\u00e9 \\\\\\\\'$x\\\"\",\"name\":\"acct:\\u00e9 \\\\'$x\",\"help\":\"eu-west-1\"}]}\n",
        ),
        (
            "elvish",
            &["awsenv", "use", "x"],
            "{\"child\":null,\"values\":[{\"text\":\"acct:\\u00e9 \\\\'$x\",\"name\":\"acct:\\u00e9 \\\\'$x\",\"help\":\"eu-west-1\"}]}\n",
        ),
        ("xonsh", &["awsenv", "exec", "--", "ls", ""], "{\"child\":3,\"values\":[]}\n"),
        ("tcsh", &["awsenv use -r eu-n"], "eu-north-1\n"),
        ("tcsh", &["awsenv use acct"], ""),
        ("tcsh", &["awsenv exec -- ls "], ""),
    ] {
        assert_eq!(silent(home, shell, words), expected, "{shell} {words:?}");
    }
}

#[test]
fn accounts_and_roles_are_offered_where_a_number_is_typed() {
    let directory = Directory::new();
    fs::create_dir(directory.path().join(".aws")).unwrap();
    let config = "[profile prod]\nsso_account_id = 111122223333\nsso_role_name = Admin\n";
    directory.write(".aws/config", config);
    assert_eq!(silent(directory.path(), "fish", &["awsenv use 11"]), "values\n111122223333/Admin\tprod\n");
    assert_eq!(silent(directory.path(), "fish", &["awsenv use "]), "values\nprod\t111122223333 Admin\n");
}

#[test]
fn the_profile_before_is_offered_where_there_is_one() {
    let directory = Directory::new();
    configure(directory.path(), &["prod"]);
    let offered = silent(directory.path(), "fish", &["awsenv use -"]);
    assert!(offered.starts_with("values\n-\tthe profile before\n-"), "{offered}");
    // Not where something else stands.
    for line in ["awsenv use prod -", "awsenv exec -", "awsenv use -r -", "awsenv use -- -"] {
        let answer = silent(directory.path(), "fish", &[line]);
        let expected = line == "awsenv use -- -";
        assert_eq!(answer.lines().any(|line| line.starts_with("-\t")), expected, "{line}: {answer}");
    }
}

#[test]
fn whatever_is_wrong_nothing_is_said() {
    let directory = Directory::new();
    let home = directory.path();
    let config = home.join(".aws/config");
    let lines: &[(&str, &[&str])] =
        &[("bash", &["awsenv use p", "", "9"]), ("zsh", &["awsenv", "use", "p"]), ("fish", &["awsenv use p"])];
    let no_values = |home: &Path| {
        for (shell, words) in lines {
            assert_eq!(silent(home, shell, words), "values\n", "{shell}");
        }
    };
    no_values(home);
    fs::create_dir_all(&config).unwrap();
    no_values(home);
    fs::remove_dir(&config).unwrap();
    fs::write(&config, b"[profile p\xff]\n").unwrap();
    no_values(home);
    fs::write(&config, "[profile p]\n").unwrap();
    fs::set_permissions(&config, fs::Permissions::from_mode(0o000)).unwrap();
    // Root reads it all the same.
    if fs::read(&config).is_err() {
        no_values(home);
    }
    fs::set_permissions(&config, fs::Permissions::from_mode(0o600)).unwrap();
    // A broken line elsewhere is no reason to know nothing, and a name with a control character cannot be typed.
    fs::write(&config, "= broken\n[profile p]\nregion = eu-west-1\n[profile 'p\tq']\n[profile\n").unwrap();
    assert_eq!(silent(home, "fish", &["awsenv use p"]), "values\np\teu-west-1\n");
    // No words, odd words, and a shell that is not ours.
    for (shell, words) in [
        ("bash", &[""; 0][..]),
        ("bash", &[""]),
        ("zsh", &["awsenv"]),
        ("fish", &["awsenv use $("]),
        ("fish", &["awsenv bogus --nope=1 "]),
    ] {
        let output = ask(home, shell, words);
        assert!(output.stderr.is_empty(), "{shell} {words:?}: {output:?}");
    }
    let mut command = Command::new(env!("CARGO_BIN_EXE_awsenv"));
    let output = command.env("COMPLETE", "1").arg("--version").output().unwrap();
    assert!(output.status.success() && output.stdout.starts_with(b"awsenv"), "{output:?}");
}

#[test]
fn ten_thousand_profiles_are_no_reason_to_wait() {
    let directory = Directory::new();
    let names: Vec<String> = (0..10_000).map(|number| format!("profile-{number}")).collect();
    configure(directory.path(), &names.iter().map(String::as_str).collect::<Vec<_>>());
    let answer = silent(directory.path(), "bash", &["awsenv use pro", "", "9"]);
    assert_eq!(answer.lines().count(), 10_001);
    // Not optimized: an order of magnitude above what a release build takes.
    let spent = processor_seconds(directory.path(), &["awsenv use pro", "", "9"]);
    assert!(spent < 1.5, "{spent} s");
}

/// The processor's time for an answer to bash, in seconds: that of the clock is also the time of whatever else runs.
fn processor_seconds(home: &Path, words: &[&str]) -> f64 {
    let script = "TIMEFORMAT='%U %S'; time \"$0\" -- \"$@\" > /dev/null";
    let mut command = Command::new("bash");
    command.args(["--norc", "--noprofile", "-c", script, env!("CARGO_BIN_EXE_awsenv")]).args(words);
    let output = command.env_clear().env("HOME", home).env("COMPLETE", "bash").env("LC_ALL", "C").current_dir(home).output();
    let said = String::from_utf8(output.unwrap().stderr).unwrap();
    let parts: Vec<f64> = said.split_whitespace().map(|part| part.parse().unwrap_or_else(|_| panic!("{said}"))).collect();
    assert!(parts.len() == 2 && parts.iter().sum::<f64>() > 0.0, "{said}");
    parts.iter().sum()
}
