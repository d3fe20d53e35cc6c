//! Random lives of a shell: use, use, an edit by hand, use, unset. The model knows nothing of logs: it compares the
//! environment with what the last command left, and whatever differs is the user's.

use crate::{EnvDelta, EnvSnapshot, Mode, Origin, PARKED_MARK, STATE_VARIABLE, Secret, State, Timestamp, Wanted};
use crate::{base_environment, current_state, delta, variable};

const LIVES: u64 = 2_000;

const NAMES: &[&str] = &[
    "AWS_PROFILE",
    "AWS_REGION",
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_VAULT",
    "AWS_ENDPOINT_URL_S3",
    "AWSENV_PROFILE",
    "AWSUME_PROFILE",
];

/// Marsaglia's xorshift: a failure names its seed.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) % limit
    }

    /// Few values, so that they meet: set twice to the same, back to the old one, to what awsenv made it.
    fn value(&mut self, name: &str) -> Vec<u8> {
        let choice = self.below(6);
        match choice {
            0 => Vec::new(),
            1.. if variable::is_secret(name) => format!("hidden{choice}").into_bytes(),
            1 => vec![0x80, b',', b':', b'%', b'\'', b'\n', b'='],
            2 => b"-".to_vec(),
            3 => b"@0123456789abcdef".to_vec(),
            _ => format!("value {choice}").into_bytes(),
        }
    }

    fn text(&mut self, name: &str) -> String {
        String::from_utf8_lossy(&self.value(name)).into_owned()
    }

    fn environment(&mut self) -> EnvSnapshot {
        let mut env = EnvSnapshot::default();
        for name in NAMES {
            if self.below(2) == 0 {
                env.put(name, Some(self.value(name)));
            }
        }
        env
    }

    fn wanted(&mut self, env: &EnvSnapshot, state: Option<&State>) -> Wanted {
        let mut wanted = Wanted::default();
        for name in NAMES {
            match self.below(4) {
                0 => wanted.unset(name),
                1 => {}
                _ if variable::is_secret(name) => wanted.set_secret(name, Secret::new(self.text(name))),
                _ => wanted.set(name, self.text(name)),
            }
        }
        if self.below(3) > 0 {
            wanted.clear_contradictions(env, state.map_or(&[], |state| &state.log));
        }
        wanted
    }

    fn state(&mut self) -> State {
        let mut state = State::manual("p,r:ö %", if self.below(2) == 0 { Mode::Keys } else { Mode::Profile });
        if self.below(2) == 0 {
            state.origin = Origin::Directory;
            state.directory_file = Some("/home/ana/a b/.awsenv".into());
            state.content_hash = Some("9f86d081".into());
        }
        state.expires_at = (self.below(2) == 0).then_some(Timestamp::from_epoch_seconds(-5));
        state.refreshable = self.below(2) == 0;
        state.account_id = (self.below(2) == 0).then(|| "111122223333".into());
        state.previous = (self.below(2) == 0).then(String::new);
        state
    }
}

/// A shell, with the model of what it must go back to.
struct Shell {
    env: EnvSnapshot,
    parked: EnvSnapshot,
    /// What `unset` must lead to.
    base: EnvSnapshot,
    /// What the last command left.
    left: EnvSnapshot,
}

impl Shell {
    fn new(env: EnvSnapshot) -> Self {
        Self { base: env.clone(), left: env.clone(), env, parked: EnvSnapshot::default() }
    }

    fn notice_edits(&mut self) {
        for name in NAMES {
            if self.env.bytes(name) != self.left.bytes(name) {
                self.base.put(name, self.env.bytes(name).map(<[u8]>::to_vec));
            }
        }
    }

    fn change(&mut self, delta: &EnvDelta, state: Option<String>) {
        delta.apply(&mut self.env, &mut self.parked);
        self.env.put(STATE_VARIABLE, state.map(String::into_bytes));
        self.left = self.env.clone();
    }

    fn use_profile(&mut self, random: &mut Random) {
        self.notice_edits();
        let before = current_state(&self.env);
        self.check_base(before.as_ref());
        let wanted = random.wanted(&self.env, before.as_ref());
        let delta = delta(&self.env, before.as_ref().map_or(&[], |state| &state.log), &wanted);
        let state = State { log: delta.log.clone(), ..random.state() };
        let encoded = state.encode();
        assert!(!encoded.contains("hidden"), "a secret is in {encoded}");
        assert_eq!(State::decode(&encoded), Some(state), "{encoded}");
        self.change(&delta, Some(encoded));
        for (name, value) in wanted.variables() {
            assert_eq!(self.env.bytes(name), value.bytes(), "{name} is as wanted");
        }
    }

    /// awsenv's own idea of the environment before it. Parked secrets it cannot know.
    fn check_base(&self, state: Option<&State>) {
        let base = base_environment(&self.env, state);
        for name in NAMES {
            let known = base.bytes(name);
            if known != self.base.bytes(name) {
                assert_eq!((known, self.parked.bytes(name)), (None, self.base.bytes(name)), "{name} before awsenv");
                assert!(base.bytes(PARKED_MARK).is_some(), "{name} is parked, and that is said");
            }
        }
    }

    fn unset(&mut self) {
        self.notice_edits();
        let state = current_state(&self.env);
        let delta = delta(&self.env, state.as_ref().map_or(&[], |state| &state.log), &Wanted::default());
        assert_eq!(delta.log, [], "nothing is left to undo");
        self.change(&delta, None);
    }
}

fn values(env: &EnvSnapshot) -> Vec<(&str, Option<&[u8]>)> {
    env.names().map(|name| (name, env.bytes(name))).collect()
}

#[test]
fn unset_puts_back_what_was_there_and_keeps_what_the_user_changed() {
    for seed in 1..=LIVES {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut shell = Shell::new(random.environment());
        for _ in 0..=random.below(6) {
            shell.use_profile(&mut random);
            for name in NAMES {
                if random.below(8) == 0 {
                    let value = (random.below(3) > 0).then(|| random.value(name));
                    shell.env.put(name, value);
                }
            }
        }
        shell.unset();
        assert_eq!(values(&shell.env), values(&shell.base), "seed {seed}");
        assert_eq!(values(&shell.parked), [], "seed {seed}: no secret stays in the shell");
    }
}

#[test]
fn a_shell_that_has_not_parked_the_secret_unsets_it() {
    for seed in 1..=LIVES {
        let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        let mut shell = Shell::new(random.environment());
        shell.use_profile(&mut random);
        // A nested shell inherits what is exported, and no more.
        for name in std::mem::take(&mut shell.parked).names() {
            shell.base.put(name, None);
        }
        // It may switch again before it goes back.
        if random.below(2) == 0 {
            let mut nested = Shell { parked: EnvSnapshot::default(), ..shell };
            nested.use_profile(&mut random);
            shell = nested;
        }
        shell.unset();
        assert_eq!(values(&shell.env), values(&shell.base), "seed {seed}");
    }
}
