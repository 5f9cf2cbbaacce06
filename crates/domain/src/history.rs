//! What changed of a record, field by field.

use crate::access::Caller;

crate::closed_list! {
    /// The records whose changes are kept.
    RecordKind {
        Case = "case",
        Referral = "referral",
        Student = "student",
        WhanauContact = "whanau_contact",
        Task = "task",
        Barrier = "barrier",
        Plan = "plan",
        Document = "document",
        Bulletin = "bulletin",
    }
    /// Who a caller is to the books: a person, a machine, or whoever runs the service.
    CallerKind {
        User = "user",
        Client = "client",
        System = "system",
    }
}

impl CallerKind {
    /// Nobody's call is the operator's doing.
    pub fn of(caller: Option<Caller>) -> Self {
        match caller {
            Some(Caller::User(_)) => Self::User,
            Some(Caller::Client(_)) => Self::Client,
            None => Self::System,
        }
    }
}

/// A field that changed, by the name that the API gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference<V> {
    pub field: &'static str,
    pub from: V,
    pub to: V,
}

/// The fields in which two states of one record differ. Both name the same fields in the same
/// order, as two rows of one table do.
pub fn differences<V: PartialEq>(
    before: impl IntoIterator<Item = (&'static str, V)>,
    after: impl IntoIterator<Item = (&'static str, V)>,
) -> Vec<Difference<V>> {
    let pairs = before.into_iter().zip(after);
    pairs
        .filter(|((_, from), (_, to))| from != to)
        .map(|((field, from), (_, to))| Difference { field, from, to })
        .collect()
}

#[cfg(test)]
mod tests;
