//! The rows that a grant reaches, and who a case belongs to.

use crate::ids::{ClientId, ProviderId, SchoolId, UserId};

/// The rows that a grant reaches: those of any of its spans.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Span {
    /// Everything there is.
    Nation,
    /// Referrals that no provider is responsible for.
    Queue,
    /// What a provider is responsible for.
    Provider(ProviderId),
    /// What of a provider's is assigned to a case manager. A person who works elsewhere now leaves it behind.
    CaseManager(UserId, ProviderId),
    /// What a school sent, and the students enrolled there now.
    School(SchoolId),
    /// What of a school's names a person as its primary contact.
    PrimaryContact(UserId, SchoolId),
    /// The schools that a machine may act for.
    Client(ClientId),
    /// What is addressed to a person, and no record of anybody.
    Person(UserId),
}

/// Who and what a case belongs to: what a reach is held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holders {
    pub provider: ProviderId,
    pub case_manager: Option<UserId>,
    pub primary_contact: Option<UserId>,
    /// The school that referred the student.
    pub referred_by: SchoolId,
    /// Where the student is enrolled now.
    pub enrolled_at: Option<SchoolId>,
}
