//! Faults as they are found. No more are made than an answer lists: a body can have millions.

use std::collections::HashSet;

use crate::problem::{Code, Fault, MOST_FAULTS, Refusal};

/// The faults that were found first, and one more to know that there are others.
#[derive(Debug, Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether an answer has no room for another one.
    pub fn is_full(&self) -> bool {
        self.0.len() > MOST_FAULTS
    }

    /// Adds a fault, which is only made where there is room for it.
    pub fn add(&mut self, fault: impl FnOnce() -> Fault) {
        if !self.is_full() {
            self.0.push(fault());
        }
    }

    /// Adds those of another list behind these.
    pub fn append(&mut self, others: Self) {
        let room = (MOST_FAULTS + 1).saturating_sub(self.0.len());
        self.0.extend(others.0.into_iter().take(room));
    }

    pub fn into_vec(self) -> Vec<Fault> {
        self.0
    }

    /// The places of the body that have a fault already.
    pub fn places(&self) -> HashSet<&str> {
        self.0.iter().filter_map(|fault| fault.pointer.as_deref()).collect()
    }

    pub fn refuse(self, code: Code) -> Refusal {
        Refusal::faulty(code, self.0)
    }
}
