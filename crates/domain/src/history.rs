//! What changed of a record, field by field.

use crate::access::Caller;

crate::closed_list! {
    /// Kind of a record with a history of changes.
    RecordKind: "Kind of record" / "Te momo pūkete" {
        Case = "case": "Case" / "Take",
        Referral = "referral": "Referral" / "Tono",
        Student = "student": "Student" / "Ākonga",
        WhanauContact = "whanau_contact": "Whānau contact" / "Hoapā o te whānau",
        Task = "task": "Task" / "Mahi",
        Barrier = "barrier": "Barrier" / "Taupā",
        Plan = "plan": "Plan" / "Mahere",
        Document = "document": "Document" / "Tuhinga",
        Bulletin = "bulletin": "Bulletin" / "Pānui",
        Template = "template": "Template" / "Tauira",
        Submission = "submission": "Submission" / "Tukunga",
        PerformanceReview = "performance_review": "Performance review" / "Arotake mahi",
        Contract = "contract": "Contract" / "Kirimana",
    }
    /// Kind of a caller on record: a person, a machine, or the operator of the service.
    CallerKind: "Kind of caller" / "Te momo kaikaranga" {
        User = "user": "Person" / "Tangata",
        Client = "client": "Machine" / "Pūrere",
        System = "system": "The service" / "Te ratonga",
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
