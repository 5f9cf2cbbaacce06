//! Who may see how the whānau of an address-protected student are to be reached: people whom a
//! workflow lead named, of the provider that has the student's open case, and nobody else.

use chrono::{DateTime, Utc};

use crate::cases::{Assignee, CaseRefusal};

/// The fields of a whānau contact by which somebody could find the family.
pub const PROTECTED_FIELDS: &[&str] = &["phone", "otherPhone", "email", "address"];

/// Why a person was not named, or the naming not ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NamingRefusal {
    #[error("your provider has no open case of the student")]
    NoOpenCaseHere,
    #[error(transparent)]
    Person(#[from] CaseRefusal),
    #[error("this person is named already")]
    AlreadyNamed,
    #[error("the naming has ended already")]
    AlreadyEnded,
}

/// What a naming is held against, at the moment at which it is to have effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NamingCircumstances {
    /// Whether the provider that named the person has the student's open case.
    pub has_open_case: bool,
    /// The person at that provider, today.
    pub person: Assignee,
    /// When the last record that is joined to the student's was joined to it.
    pub joined_at: Option<DateTime<Utc>>,
}

/// Whether the provider may name this person.
pub fn may_name(at: &NamingCircumstances) -> Result<(), NamingRefusal> {
    if !at.has_open_case {
        return Err(NamingRefusal::NoOpenCaseHere);
    }
    Ok(at.person.fits()?)
}

/// Whether a naming that nobody ended has effect: the provider has the case, the person works
/// there, and no other record's contacts have come to the student since.
pub fn has_effect(named_at: DateTime<Utc>, at: &NamingCircumstances) -> bool {
    may_name(at).is_ok() && at.joined_at.is_none_or(|joined_at| joined_at <= named_at)
}

/// Whether how to reach a student's whānau is kept from a caller.
pub fn is_withheld(protected: bool, named: bool) -> bool {
    protected && !named
}

#[cfg(test)]
mod tests;
