//! A case's timeline: everything that happened on it, each entry appended once and never changed.
//! What was wrong is corrected by a later entry that says which one it corrects.

mod details;
mod entry;
mod recording;

pub use details::Details;
pub use entry::{Corrected, EntryRefusal, NewEntry};
pub use recording::{AddAgencyReferral, AddComment, AddDisclosure, AddMeeting, AddNote, Recording};

pub use crate::access::Visibility;

use crate::access::{Action, Grant};

crate::closed_list! {
    /// What an entry of the timeline tells of.
    EntryKind {
        Referral = "referral",
        Contact = "contact",
        Meeting = "meeting",
        Note = "note",
        Comment = "comment",
        AgencyReferral = "agency_referral",
        Disclosure = "disclosure",
        Task = "task",
        Barrier = "barrier",
        Plan = "plan",
        PlanReview = "plan_review",
        Document = "document",
        Assignment = "assignment",
        Pause = "pause",
        Resumption = "resumption",
        ClosureProposal = "closure_proposal",
        ClosureReturn = "closure_return",
        Closure = "closure",
        Reopening = "reopening",
        Transfer = "transfer",
        PrimaryContact = "primary_contact",
        SchoolChange = "school_change",
    }
    /// What kind of meeting it was.
    MeetingKind {
        School = "school",
        WhanauHui = "whanau_hui",
        MultiAgency = "multi_agency",
    }
    /// Whether the student and whānau agreed to being referred on.
    Consent {
        Given = "given",
        Refused = "refused",
        /// Another law lets or makes the provider refer without it.
        NotNeeded = "not_needed",
    }
}

impl EntryKind {
    /// The scope that reads the record of which an entry tells, where that has one of its own. The others
    /// tell of the case itself, or of what is read with it: barriers, the plan, and of a referral no more
    /// than that it was accepted.
    pub const fn own_scope(self) -> Option<Action> {
        match self {
            Self::Contact => Some(Action::ReadContacts),
            Self::Task => Some(Action::ReadCasework),
            Self::Document => Some(Action::ReadDocuments),
            Self::Transfer => Some(Action::ReadTransfers),
            Self::Referral
            | Self::Meeting
            | Self::Note
            | Self::Comment
            | Self::AgencyReferral
            | Self::Disclosure
            | Self::Barrier
            | Self::Plan
            | Self::PlanReview
            | Self::Assignment
            | Self::Pause
            | Self::Resumption
            | Self::ClosureProposal
            | Self::ClosureReturn
            | Self::Closure
            | Self::Reopening
            | Self::PrimaryContact
            | Self::SchoolChange => None,
        }
    }

    /// The kinds of which this caller's token leaves the entries out.
    pub fn left_out(grant: &Grant) -> impl Iterator<Item = Self> {
        let kinds = Self::ALL.iter().copied();
        kinds.filter(|kind| kind.own_scope().is_some_and(|scope| grant.leaves_out(scope)))
    }
}

#[cfg(test)]
mod tests;
