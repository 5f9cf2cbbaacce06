//! Whole names as they are compared: what is one name, and what is nearly one.

use super::names::{compared, words};
use super::spelling::spells;

/// A whole name as it is compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ComparedName {
    given: Vec<String>,
    family: Vec<String>,
}

/// How much two names agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NameAgreement {
    Other,
    /// One of them has a name more, or has an initial for one, or both order, join and shorten their words
    /// in different ways.
    Near,
    Same,
}

impl ComparedName {
    /// `None` when nothing is left to compare: all nameless children would be one.
    pub fn of(given: &str, family: &str) -> Option<Self> {
        let (given, family) = (words(given), words(family));
        (!given.is_empty() || !family.is_empty()).then_some(Self { given, family })
    }

    /// How much this name and another agree. It does not matter in which order given and family
    /// names were typed, nor where one ends and the next begins.
    pub fn agreement(&self, other: &Self) -> NameAgreement {
        if self.sorted() == other.sorted() || self.parts() == other.parts() {
            return NameAgreement::Same;
        }
        let one_spells_other =
            spells(self.words(), other.words()) || spells(other.words(), self.words());
        if one_spells_other || self.differs_in_further_names(other) {
            NameAgreement::Near
        } else {
            NameAgreement::Other
        }
    }

    fn words(&self) -> impl Iterator<Item = &str> {
        self.given.iter().chain(&self.family).map(String::as_str)
    }

    fn sorted(&self) -> Vec<&str> {
        let mut all: Vec<&str> = self.words().collect();
        all.sort_unstable();
        all
    }

    /// Given and family names, each in one word, in alphabetical order.
    fn parts(&self) -> [String; 2] {
        let mut parts = [compared(&self.given.concat()), compared(&self.family.concat())];
        parts.sort_unstable();
        parts
    }

    /// The same family name and first name, and of the further names each in the shorter one stands in
    /// the longer one, whole or as an initial.
    fn differs_in_further_names(&self, other: &Self) -> bool {
        let same_family = compared(&self.family.concat()) == compared(&other.family.concat());
        let (Some((first, further)), Some((other_first, other_further))) =
            (self.given.split_first(), other.given.split_first())
        else {
            return false;
        };
        let (fewer, more) = if further.len() <= other_further.len() {
            (further, other_further)
        } else {
            (other_further, further)
        };
        let stands_in = |name: &String| more.iter().any(|one| is_short_for(name, one));
        same_family && first == other_first && fewer.iter().all(stands_in)
    }
}

/// Whether two names are one, or one is the initial of the other.
fn is_short_for(one: &str, other: &str) -> bool {
    let is_initial = |short: &str, long: &str| {
        let mut letters = short.chars();
        match (letters.next(), letters.next()) {
            (Some(letter), None) => letter.is_alphabetic() && long.starts_with(letter),
            _ => false,
        }
    };
    one == other || is_initial(one, other) || is_initial(other, one)
}
