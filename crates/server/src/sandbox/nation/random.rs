//! Numbers that look drawn and are the same in every sandbox.

/// SplitMix64: small, and good enough to make lists look less like lists.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// From 0 up to, and without, `end`; 0 when there is nothing to choose from.
    pub(super) fn below(&mut self, end: u32) -> u32 {
        let drawn = self.next().checked_rem(u64::from(end)).unwrap_or(0);
        u32::try_from(drawn).unwrap_or(0)
    }

    /// Between the two, both included.
    pub(super) fn between(&mut self, first: u32, last: u32) -> u32 {
        first.saturating_add(self.below(last.saturating_sub(first).saturating_add(1)))
    }

    /// So often in a hundred.
    pub(super) fn percent(&mut self, share: u32) -> bool {
        self.below(100) < share
    }

    pub(super) fn one_of<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let end = u32::try_from(list.len()).unwrap_or(u32::MAX);
        let at = usize::try_from(self.below(end)).unwrap_or(0);
        list.get(at).copied().unwrap_or_default()
    }
}
