//! The shells that read no POSIX, from the script of `init` to the exact undo, with the real binary and the real shell.

use awsenv_testkit::is_here;

use crate::support::two_profiles;

/// Program, its arguments before a file, and what loads the file `init` of the working directory.
const SHELLS: &[(&str, &[&str], &str)] = &[
    ("tcsh", &["-f"], "set __awsenv_script = $cwd:q/init; source $__awsenv_script:q"),
    ("elvish", &["-norc"], "var awsenv~ = $nop~; eval (slurp < init) &on-end={|names| set awsenv~ = $names[awsenv~] }"),
    ("xonsh", &["--no-rc"], "execx($(cat init))"),
    ("nu", &["--no-config-file"], "source init"),
];

/// What a child sees of it; the state holds a time.
const SHOW: &str = "#!/bin/sh\nenv | grep '^AWS_' | sort | tr '\\n' ' '; env | grep -c __awsenv || true\n";

#[test]
fn a_switch_and_its_exact_undo() {
    for &(program, arguments, load) in SHELLS {
        if !is_here(program, &["--version"]) {
            continue;
        }
        let mut sandbox = two_profiles();
        let init = sandbox.run(&["init", program]).ok().stdout;
        sandbox.script("show", SHOW);
        sandbox.write("init", init);
        sandbox.write(
            "lines",
            format!(
                "{load}\n{load}\n./show\nawsenv use dev --mode keys -q\n./show\nawsenv use ops -q\n./show\nawsenv unset -q\n./show\n"
            ),
        );
        let path = std::env::var_os("PATH").unwrap();
        let file = std::env::split_paths(&path).map(|directory| directory.join(program)).find(|file| file.is_file()).unwrap();
        sandbox.set("AWS_SECRET_ACCESS_KEY", "old 'secret'").set("AWS_ACCESS_KEY_ID", "AKIAOLD").set("AWS_REGION", "");
        let run = sandbox.program(file, &[arguments, &["lines"]].concat()).run().ok();
        let lines: Vec<&str> = run.stdout.lines().collect();
        let [before, dev, ops, after] = lines[..] else { panic!("{program}: {}\n{}", run.stdout, run.stderr) };
        assert!(before.contains("AWS_SECRET_ACCESS_KEY=old 'secret' "), "{program}: {before}");
        assert!(
            dev.contains("AWS_SECRET_ACCESS_KEY=secret-of-dev ") && dev.contains("AWS_REGION=eu-central-1 "),
            "{program}: {dev}"
        );
        assert!(ops.contains("AWS_PROFILE=ops ") && !ops.contains("SECRET"), "{program}: {ops}");
        assert_eq!(before, after, "{program}");
        // Nothing but the state, which has no secret, is anybody's to see.
        assert_eq!([before, dev, ops, after].map(|line| line.ends_with(" 0")), [true; 4], "{program}: {dev}");
        assert_eq!(run.stderr, "", "{program}");
    }
}
