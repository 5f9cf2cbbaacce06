//! How many connections are open, and how many of them are in use.

/// How many connections a pool has open, and how many of them somebody uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    pub open: usize,
    pub used: usize,
}
