//! A small seeded generator (xorshift64*), so that a failure is the same on every machine.

/// Numbers that look random.
pub(crate) struct Generator(u64);

impl Generator {
    /// Starts a series; the same seed gives the same series.
    pub(crate) fn new(seed: u64) -> Generator {
        // The state may not be 0, and neighbouring seeds should not look alike.
        Generator(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }

    /// Returns a number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit as u64).expect("a number below a usize is one")
    }

    /// Returns one of these.
    pub(crate) fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    /// Returns up to `most` of these in a row.
    pub(crate) fn text(&mut self, choices: &[&str], most: usize) -> String {
        (0..self.below(most + 1)).map(|_| self.pick(choices)).collect()
    }
}
