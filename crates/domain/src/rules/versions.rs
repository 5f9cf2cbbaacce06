//! The versions of a rule, and which of them is in force on a day.

use chrono::NaiveDate;

/// One version of a rule's parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Versioned<T> {
    pub version: String,
    pub valid_from: NaiveDate,
    pub parameters: T,
}

/// The version in force on a day: the latest that is valid by then. Days before the first version
/// are judged by the first: there was no other rule.
pub fn in_force<'v, T>(
    versions: impl IntoIterator<Item = &'v Versioned<T>, IntoIter: Clone>,
    day: NaiveDate,
) -> Option<&'v Versioned<T>> {
    let versions = versions.into_iter();
    let valid = versions.clone().filter(|version| version.valid_from <= day);
    let first = || versions.clone().min_by_key(|version| version.valid_from);
    valid.max_by_key(|version| version.valid_from).or_else(first)
}

#[cfg(test)]
mod tests;
