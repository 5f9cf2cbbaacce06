//! The cells of the tables: a place, a category, and a figure of a number.

use crate::measures::{Level, Standing};

crate::closed_list! {
    /// A number that is published of a cell. Not how many were excluded: with those who count they
    /// make all referrals, and so would measures that are protected by themselves tell of each other.
    Figure {
        Met = "met",
        Missed = "missed",
        Pending = "pending",
        /// Met and missed.
        Denominator = "denominator",
    }
}

impl Figure {
    /// The figures that a referral of this standing counts in.
    pub const fn of(standing: Standing) -> &'static [Self] {
        match standing {
            Standing::Met => &[Self::Met, Self::Denominator],
            Standing::Missed => &[Self::Missed, Self::Denominator],
            Standing::Pending => &[Self::Pending],
            Standing::Excluded => &[],
        }
    }
}

/// Somewhere that counts are published for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReportingUnit {
    pub level: Level,
    /// Its key among the places of its level; of the same spelling on every call.
    pub code: String,
}

/// A category of a classification.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Category {
    pub classification: String,
    pub code: String,
}

/// The unit of protection.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub place: ReportingUnit,
    /// `None`: whatever the category.
    pub category: Option<Category>,
    /// Which of the numbers, by its place in [`Row::standings`](super::Row::standings).
    pub number: usize,
    pub figure: Figure,
}
