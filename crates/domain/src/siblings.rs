//! Students of one family, as somebody of a provider declared: a pair has no direction, and is read
//! through every record that was joined to either of the two.

use crate::ids::StudentId;

/// The most siblings that a student has (ours); more are a mistake.
pub const MOST: usize = 30;

/// Why two students were not declared siblings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SiblingRefusal {
    #[error("both ids mean the same student")]
    SameStudent,
    #[error("the two are declared siblings already")]
    AlreadySiblings,
    #[error("the student has as many siblings as there may be")]
    TooMany,
}

/// Two students; the smaller id stands first, so that they are one pair whoever is named first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    pub first: StudentId,
    pub second: StudentId,
}

impl Pair {
    pub fn of(one: StudentId, other: StudentId) -> Result<Self, SiblingRefusal> {
        match one.cmp(&other) {
            std::cmp::Ordering::Less => Ok(Self { first: one, second: other }),
            std::cmp::Ordering::Greater => Ok(Self { first: other, second: one }),
            std::cmp::Ordering::Equal => Err(SiblingRefusal::SameStudent),
        }
    }

    /// Whom the pair makes a sibling of the student who has these records; nobody when both
    /// records of the pair, or none, are that student's.
    pub fn sibling_of(self, records: &[StudentId]) -> Option<StudentId> {
        match (records.contains(&self.first), records.contains(&self.second)) {
            (true, false) => Some(self.second),
            (false, true) => Some(self.first),
            (true, true) | (false, false) => None,
        }
    }
}

/// Whether the students of these records may be declared siblings, when they and the first one's
/// pairs are these.
pub fn may_declare(
    one: &[StudentId],
    other: &[StudentId],
    pairs: (&[Pair], &[Pair]),
) -> Result<(), SiblingRefusal> {
    if one.iter().any(|record| other.contains(record)) {
        return Err(SiblingRefusal::SameStudent);
    }
    let siblings = pairs.0.iter().filter_map(|pair| pair.sibling_of(one));
    if siblings.clone().any(|sibling| other.contains(&sibling)) {
        return Err(SiblingRefusal::AlreadySiblings);
    }
    if siblings.count() >= MOST || pairs.1.len() >= MOST {
        return Err(SiblingRefusal::TooMany);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
