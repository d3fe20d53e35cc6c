"""What a prompt costs at which nothing has changed, with nothing, with awsenv's hook and with direnv's, in real shells.

An empty prompt is that of a shell without a hook and without an rc file, at a terminal of the usual
kind, from a newline to the text of the prompt. Each round asks every session once, in random order. The ratio is the median of
those within one round, so that what disturbs the machine disturbs both; beside it stand the tenth percentile of the times, and
the time that the shell's process had a processor, from the newline until it waits again.

Instructions are those of the shell and of the processes it starts, by callgrind, as the difference between a session with
many prompts and one with few; direnv's own are missing, because callgrind cannot run it.
"""

import os
import pty
import random
import re
import select
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

FEW, MANY = 3, 13
# Of the time of an empty prompt. Its instructions are few, since the kernel does most of the work; those of awsenv have a budget
# (budget.json).
LIMITS = {"bash": 1.9, "zsh": 1.9, "fish": 1.6}
PROMPT = b"ok> "
SHELLS = {
    "bash": (["bash", "--noprofile", "--norc", "-i"], "PS1='ok> '", 'eval "$({} {} bash)"'),
    "zsh": (["zsh", "-f", "-i"], "PS1='ok> '; unsetopt prompt_sp", 'eval "$({} {} zsh)"'),
    "fish": (["fish", "--no-config", "--private"], "function fish_prompt; printf 'ok> '; end", "{} {} fish | source"),
}
VARIANTS = ("nothing", "awsenv", "awsenv, profile and countdown", "direnv")


class Session:
    """A shell at a terminal."""

    def __init__(self, command, env, folder):
        self.unread = b""
        self.process, self.terminal = pty.fork()
        if self.process == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, env)

    def read_until(self, text, patience=120.0):
        """Reads until `text` has come, and then what is there."""
        end = time.monotonic() + patience
        while text not in self.unread:
            ready, _, _ = select.select([self.terminal], [], [], max(0.0, end - time.monotonic()))
            if not ready:
                sys.exit(f"waited in vain for {text!r}; the terminal showed {self.unread!r}")
            self.unread += os.read(self.terminal, 65536)
        self.unread = self.unread.split(text, 1)[1]

    def drain(self, quiet):
        while select.select([self.terminal], [], [], quiet)[0]:
            self.unread += os.read(self.terminal, 65536)
        self.unread = b""

    def line(self, text):
        """Runs a line, and waits until the next prompt is there and quiet."""
        os.write(self.terminal, text.encode() + b"; printf 'do''ne\\n'\r")
        self.read_until(b"done\r")
        self.read_until(PROMPT)
        self.drain(0.05)

    def prompt(self):
        """The nanoseconds from a newline to the prompt, and those of them and after that a processor worked."""
        worked = self.worked()
        start = time.perf_counter_ns()
        os.write(self.terminal, b"\r")
        self.read_until(PROMPT)
        taken = time.perf_counter_ns() - start
        self.drain(0.002)
        return taken, self.worked() - worked

    def worked(self):
        """The nanoseconds of the shell's threads, without those of the processes it starts; none but on Linux."""
        threads = Path(f"/proc/{self.process}/task").glob("*/schedstat")
        return sum(int(thread.read_text().split()[0]) for thread in threads)

    def end(self):
        os.write(self.terminal, b"exit\r")
        while True:
            try:
                if not os.read(self.terminal, 65536):
                    break
            except OSError:
                break
        os.waitpid(self.process, 0)
        os.close(self.terminal)


def begin(shell, variant, env, home, prefix=()):
    command, plain, init = SHELLS[shell]
    session = Session([*prefix, *command], env, home)
    os.write(session.terminal, b"\r")
    session.drain(2.0 if prefix else 0.5)
    session.line(plain)
    if variant.startswith("awsenv"):
        session.line(init.format("awsenv", "init"))
    elif variant.startswith("direnv"):
        session.line(init.format("direnv", "hook"))
    if variant == "awsenv, profile and countdown":
        session.line("cd project")
        # What is measured must be there.
        os.write(session.terminal, b'echo "[$AWSENV_PROMPT]"\r')
        session.read_until(b"[role 1h")
        session.drain(0.2)
    return session


def instructions(shell, variant, env, home):
    """Those of one prompt."""
    counts = []
    for prompts in (FEW, MANY):
        with tempfile.TemporaryDirectory(dir=home) as logs:
            valgrind = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", "--trace-children=yes", "--trace-children-skip=*direnv", f"--log-file={logs}/%p"]
            session = begin(shell, variant, env, home, valgrind)
            for _ in range(prompts):
                session.prompt()
            session.end()
            text = "".join(file.read_text() for file in Path(logs).iterdir())
            counts.append(sum(int(count) for count in re.findall(r"Collected\s*:\s*(\d+)", text)))
    return (counts[1] - counts[0]) // (MANY - FEW)


def prepare(home, binary):
    """A home with an allowed directory of a cached role, and awsenv on PATH."""
    for folder in ("bin", "project"):
        (home / folder).mkdir()
    (home / "bin/awsenv").symlink_to(binary)
    (home / "project/.awsenv").write_text("profile = role\nmode = keys\n")
    env = {
        "HOME": str(home), "PATH": f"{home}/bin:/usr/local/bin:/usr/bin:/bin", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8",
        "AWS_EC2_METADATA_DISABLED": "true", "AWSENV_STATE_DIR": str(home / "state"),
    }
    subprocess.run(["awsenv", "allow", "--yes", str(home / "project")], env=env, check=True, capture_output=True)
    return env


def measure(home, binary, rounds, budget):
    """The lines of the report, and what is over its limit."""
    env = prepare(home, binary)
    lines = ["| a prompt in | with | of nothing | microseconds | processor | instructions |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    over = []
    for name in ("direnv", "valgrind", *SHELLS):
        if shutil.which(name) is None:
            print(f"SKIPPED: {name} not found, so its part of the prompts is not measured", file=sys.stderr)
    for shell in filter(shutil.which, SHELLS):
        variants = [variant for variant in VARIANTS if variant != "direnv" or shutil.which("direnv")]
        counts = {variant: instructions(shell, variant, env, home) if shutil.which("valgrind") else None for variant in variants}
        rounds_of = wall(shell, variants, env, home, rounds)
        for variant in variants:
            count, ratio = counts[variant], paired(rounds_of[variant], rounds_of["nothing"])
            times = " | ".join(f"{tenth(values):.0f}" for values in zip(*rounds_of[variant]))
            lines.append(f"| {shell} | {variant} | {ratio:.2f} | {times} | {'-' if count is None else f'{count:,}'} |")
            if variant.startswith("awsenv"):
                if ratio > LIMITS[shell]:
                    over.append(f"{shell}, {variant}: {ratio:.2f} times an empty prompt, limit {LIMITS[shell]}")
                limit = budget.get(f"a prompt in {shell}")
                if limit is not None and (count or 0) > limit:
                    over.append(f"{shell}, {variant}: {count:,} instructions, budget {limit:,}")
    lines += ["", "Limits, in times of an empty prompt: " + ", ".join(f"{limit} in {shell}" for shell, limit in LIMITS.items()) + "."]
    return lines, over


def wall(shell, variants, env, home, rounds):
    """For each variant what each round took."""
    sessions = {variant: begin(shell, variant, env, home) for variant in variants}
    times = {variant: [] for variant in variants}
    for _ in range(rounds):
        for variant in random.sample(variants, len(variants)):
            times[variant].append(sessions[variant].prompt())
    for session in sessions.values():
        session.end()
    return times


def paired(times, others):
    return statistics.median(time[0] / other[0] for time, other in zip(times, others))


def tenth(values):
    """The tenth percentile, in microseconds."""
    return sorted(values)[len(values) // 10] / 1000
