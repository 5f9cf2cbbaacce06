//! The rows that are counted, and what everybody knows of them beforehand.

use std::collections::BTreeSet;
use std::num::NonZeroU32;

use super::cells::{Category, ReportingUnit};
use crate::measures::Standing;

/// One way of sorting children or referrals: by ethnicity, by year level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Classification {
    pub name: String,
    /// In how many of its categories a child may count: one, or three with ethnicity (total
    /// response). Everybody counts in at least one; "not stated" is a category.
    pub most_answers: NonZeroU32,
}

/// What everybody knows before anything is published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outlook {
    pub classifications: Vec<Classification>,
    /// How a referral may stand for the numbers. A figure that none of these counts in is not
    /// published: it is nought.
    pub standings: BTreeSet<Vec<Standing>>,
}

impl Outlook {
    /// Of measures of which nothing is pending any more: of each so many numbers, by their limits
    /// in rising order. A student reached within the first limit was reached within the next. One who
    /// left after the first limit had missed it, and may be out of the next. One who left before it may
    /// have been reached afterwards. How somebody stands for one measure says nothing for sure of
    /// another.
    pub fn decided(measures: &[usize], classifications: Vec<Classification>) -> Self {
        let mut standings = BTreeSet::from([Vec::new()]);
        for numbers in measures {
            let mut of_measure = BTreeSet::from([Vec::new()]);
            for _ in 0..*numbers {
                of_measure = of_measure.iter().flat_map(|shorter| with_one_more(shorter)).collect();
            }
            let each = standings.iter().flat_map(|others| {
                let of_measure = &of_measure;
                of_measure.iter().map(|own| [others.as_slice(), own.as_slice()].concat())
            });
            standings = each.collect();
        }
        Self { classifications, standings }
    }
}

/// The ways to stand with a longer limit, for who stands like that with the shorter ones.
fn with_one_more(standings: &[Standing]) -> impl Iterator<Item = Vec<Standing>> + use<> {
    let next: &[Standing] = match standings.last() {
        None | Some(Standing::Missed) => &[Standing::Met, Standing::Missed, Standing::Excluded],
        Some(Standing::Met) => &[Standing::Met],
        Some(Standing::Excluded) => &[Standing::Met, Standing::Excluded],
        Some(Standing::Pending) => &[],
    };
    let standings = standings.to_vec();
    next.iter().map(move |next| standings.iter().copied().chain([*next]).collect())
}

/// So many referrals that count alike in everything that is published. A row that counts nobody
/// still says that its places and categories are in the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// All of them: the school, its catchment, its region, the provider, the nation.
    pub places: BTreeSet<ReportingUnit>,
    /// Of each classification at least one.
    pub categories: BTreeSet<Category>,
    /// For each number, in their order.
    pub standings: Vec<Standing>,
    pub count: u32,
}

/// A row that does not fit the outlook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MisfitRow {
    #[error("a row has a category of {0}, which is not one of the classifications")]
    UnknownClassification(String),
    #[error("a row has {given} categories of {classification}")]
    Answers { classification: String, given: usize },
    #[error("a row stands as nobody can")]
    UnknownStandings,
}
