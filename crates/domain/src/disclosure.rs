//! Published counts that tell nothing about one child: small counts are hidden, all others are
//! rounded, and further ones are hidden until no hidden count can be solved from the rest.
//!
//! **What is protected.** A [`Cell`]: at one place, in one category or in all of them, one of the
//! figures of one number. Numbers of the same referrals, such as contact within five days and
//! within ten, of the school and of the whānau, are protected together: each shows something of
//! the other. A place may lie within
//! others in any number of ways (school, catchment, region, nation; provider, nation): a row of
//! counts lists every place it counts in, and every cell is a sum of rows. So there are no totals
//! to keep in step with their parts.
//!
//! **Rounding.** Every published count is rounded at random to a multiple of the base, up with the
//! probability residue / base, so that the expected value is the count. "At random" means by a
//! keyed hash of the cell and its count: the same on every call and in every table. A multiple of
//! the base stays what it is. Totals are rounded on their own; parts need not add up to them.
//! Shares are made of rounded counts ([`Published::share_of`]), never of the counts themselves.
//!
//! **Hiding.** Counts under the threshold are hidden, zero too: "nobody missed it" says of every
//! child of a small school that it met it, and a nought told here is what a hidden count there is
//! solved with. A cell hidden for its own sake looks like one hidden for the sake of another.
//!
//! **Why no hidden cell can be solved.** For each hidden cell, [`protect`] looks for other worlds:
//! whole, non-negative counts of referrals that lead to exactly the same published numbers, and in
//! which that cell has other counts. It is content when there are at least [`POSSIBLE_COUNTS`]
//! counts in a row that the cell may have. Where there is no such world, it hides the cells that
//! stand in the way (those of least worth first, then the order of cells) and by that makes one. Least
//! worth are the categories, most the figures of the nation, the regions and the providers. Where a
//! headline's denominator has to be hidden, one of its parts is hidden too: else the row would
//! give it away. Whatever is worked out of the published numbers, by linear programming or otherwise, holds
//! in all those worlds, so it can't tell which of them is ours. Hiding a further cell only adds
//! worlds: what was safe stays safe, and one pass is enough.
//!
//! The other worlds keep every rule that an outsider knows: sums over places and categories, met
//! and missed making the denominator, a published count being at least the threshold, and for
//! categories of which a child may have several (ethnicity, total response) that each counts in at
//! least one and at most so many of them. Nobody stands in them in a way that the [`Outlook`]
//! does not have: what was met within five days was met within ten, and nothing is pending where
//! it is known that nothing is. Tables cross places with one classification at a time,
//! and any counts of each classification that fit the number of children can be those of the same
//! children, so classifications are free to change independently.
//!
//! **Measures that are published by themselves**, outcomes terms after contact, count the same
//! referrals and tell nothing of each other. A referral that counts for one may be excluded from the other,
//! and how many are is not published. So any two worlds, one of each publication, are one world:
//! the referrals of both beside each other, each excluded from the other measure.
//!
//! **What this does not protect against**, and the caller has to:
//!
//! - Tables that share children but were protected by separate calls, of one measure: publish fixed
//!   periods that do not overlap, in fixed editions. The difference between two days of `asOf` is a
//!   small count too. Terms and the year they make would have to be one call's rows.
//! - An operator who subtracts its own exact numbers from published ones.
//! - Somebody who has the key, which narrows every published number down further.
//! - Someone who knows this very procedure and asks of each other world whether it would have
//!   hidden the same cells. The key stands in the way of that, but it is not proven.
//!
//! Threshold and base are settings; how many counts stay possible, that zero is hidden, and the
//! way of rounding are ours. A nation of 2,500 schools takes seconds, so tables are made once.

mod cells;
mod counts;
mod rounding;
mod rows;
mod search;
mod steps;
mod worth;

use std::collections::BTreeMap;

use crate::shares::ten_thousandths;
pub use cells::{Category, Cell, Figure, ReportingUnit};
use counts::Counts;
use rounding::Rounded;
pub use rounding::{Protection, RoundingKey};
pub use rows::{Classification, MisfitRow, Outlook, Row};
pub use search::POSSIBLE_COUNTS;
use search::Search;

/// What an outsider is told of a cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Published {
    Hidden,
    /// Rounded.
    Count(u64),
}

impl Published {
    /// The share that this is of a denominator, in ten-thousandths, rounded half up. At most all
    /// of it: rounded on their own, a part may come out above its whole. `None` when either is
    /// hidden, or of nothing.
    pub fn share_of(self, denominator: Self) -> Option<u64> {
        match (self, denominator) {
            (Self::Count(part), Self::Count(whole)) => {
                ten_thousandths(part, whole).map(|share| share.min(10_000))
            }
            (Self::Hidden, _) | (_, Self::Hidden) => None,
        }
    }
}

/// Every cell of the tables, as published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublishedTables(BTreeMap<Cell, Published>);

impl PublishedTables {
    fn new(counts: &Counts, shown: &[Option<Rounded>]) -> Self {
        let published = |rounded: &Option<Rounded>| match rounded {
            Some(rounded) => Published::Count(rounded.number.unsigned_abs()),
            None => Published::Hidden,
        };
        let cells = counts.cells().zip(shown);
        let described = |(at, rounded)| Some((counts.describe(at)?, published(rounded)));
        Self(cells.filter_map(described).collect())
    }

    /// `None` when the tables have no such cell.
    pub fn get(&self, cell: &Cell) -> Option<Published> {
        self.0.get(cell).copied()
    }

    /// In the order of places, categories and figures.
    pub fn iter(&self) -> impl Iterator<Item = (&Cell, Published)> {
        self.0.iter().map(|(cell, published)| (cell, *published))
    }
}

/// The tables of the rows: each place by each category, and by none, with all figures of all
/// numbers.
///
/// `scope` says what is counted, such as the measure and the period: cells of different scopes are
/// rounded independently. The order of the rows makes no difference.
pub fn protect(
    scope: &str,
    outlook: &Outlook,
    rows: &[Row],
    protection: &Protection,
) -> Result<PublishedTables, MisfitRow> {
    let counts = Counts::new(outlook, rows)?;
    let shown = rounding::published(scope, &counts, protection);
    let shown = Search::new(&counts, shown).protect_all();
    Ok(PublishedTables::new(&counts, &shown))
}

#[cfg(test)]
mod tests;
