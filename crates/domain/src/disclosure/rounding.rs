//! Fixed random rounding: the direction is drawn by a keyed hash of the cell and its count.

use std::fmt;
use std::num::NonZeroU32;

use siphasher::sip::SipHasher24;

use super::cells::Cell;
use super::counts::Counts;

/// How published counts are protected.
#[derive(Clone, Debug)]
pub struct Protection {
    /// Counts under this are hidden. Six in the contract's reports.
    pub threshold: u32,
    /// Published counts are multiples of this. Three; one leaves them as they are.
    pub base: NonZeroU32,
    pub key: RoundingKey,
}

/// The secret that decides which way each count is rounded. With another one the same counts are
/// rounded otherwise, and two editions together narrow them down: so either keep it, or keep what
/// was published, make no second edition, and forget it.
#[derive(Clone, PartialEq, Eq)]
pub struct RoundingKey(pub [u8; 16]);

impl fmt::Debug for RoundingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RoundingKey(secret)")
    }
}

/// A published number, and the counts between which an outsider knows the count to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rounded {
    pub number: i64,
    pub least: i64,
    pub most: i64,
}

/// Each cell's number, `None` where the count is under the threshold.
pub(super) fn published(
    scope: &str,
    counts: &Counts,
    protection: &Protection,
) -> Vec<Option<Rounded>> {
    let rounded = |at| {
        let count = counts.cell(at);
        let cell = (count >= i64::from(protection.threshold)).then(|| counts.describe(at))?;
        Some(round(scope, &cell?, count, protection))
    };
    counts.cells().map(rounded).collect()
}

fn round(scope: &str, cell: &Cell, count: i64, protection: &Protection) -> Rounded {
    let base = i64::from(protection.base.get());
    let residue = count.rem_euclid(base);
    let draw = draw(scope, cell, count, &protection.key) % u64::from(protection.base.get());
    let down = count - residue;
    let number = if draw < residue.unsigned_abs() { down + base } else { down };
    Rounded {
        number,
        least: (number - base + 1).max(i64::from(protection.threshold)),
        most: number + base - 1,
    }
}

/// The whole count is hashed and not its residue only: who learns which way one count of a cell
/// was rounded has learnt nothing about its other counts.
fn draw(scope: &str, cell: &Cell, count: i64, key: &RoundingKey) -> u64 {
    let Cell { place, category, number, figure } = cell;
    let mut words = vec![scope, place.level.as_str(), &place.code, figure.as_str()];
    if let Some(category) = category {
        words.extend([category.classification.as_str(), &category.code]);
    }
    let number = number.to_string();
    words.push(&number);
    let mut bytes = count.to_le_bytes().to_vec();
    for word in words {
        bytes.extend(word.bytes());
        // No text has this byte, so no two cells spell the same bytes.
        bytes.push(0xff);
    }
    SipHasher24::new_with_key(&key.0).hash(&bytes)
}
