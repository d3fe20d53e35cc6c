//! An unchanged prompt starts no process, in a directory with a file too: counted by strace.

use std::time::{Duration, Instant};

use awsenv_testkit::is_here;

use crate::support::{Session, Shell, machine, prompting};

#[test]
fn an_unchanged_prompt_starts_no_process() {
    if !is_here("strace", &["-V"]) {
        return;
    }
    for shell in prompting() {
        let sandbox = machine();
        let trace = ["-f", "-qq", "-o", "trace", "-e", "trace=clone,clone3,fork,vfork,execve", shell.name];
        let arguments: Vec<&str> = trace.into_iter().chain(shell.arguments.iter().copied()).collect();
        let traced = Shell { name: shell.name, arguments: Box::leak(arguments.into_boxed_slice()), init: shell.init };
        let mut session = Session { shell: traced, pty: sandbox.terminal("strace", traced.arguments) };
        if shell.is_fish() {
            session.line("function fish_prompt; printf 'ok> '; end");
        }
        session.line(shell.init);
        session.line("cd dev/sub");
        session.line("/bin/true FIRST");
        for _ in 0..5 {
            session.line("");
        }
        session.line("/bin/true LAST");
        assert_eq!(session.profile(), "dev");
        session.pty.type_text("exit\r");
        let deadline = Instant::now() + Duration::from_secs(20);
        while !sandbox.read("trace").contains("LAST") && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
        let text = sandbox.read("trace");
        let lines = text.lines().skip_while(|line| !line.contains("FIRST")).skip(1);
        let between: Vec<&str> = lines.take_while(|line| !line.contains("LAST")).collect();
        // A thread is no process; and the last line here is the one that becomes /bin/true.
        let started = between.iter().filter(|line| line.contains('(') && !line.contains("CLONE_THREAD")).count();
        assert_eq!(started, 1, "{}:\n{}", shell.name, between.join("\n"));
    }
}
