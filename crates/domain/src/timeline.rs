//! A case's timeline: everything that happened on it, each entry appended once and never changed.
//! What was wrong is corrected by a later entry that says which one it corrects.

mod details;
mod entry;
mod recording;

pub use details::Details;
pub use entry::{Corrected, EntryRefusal, NewEntry};
pub use recording::{AddAgencyReferral, AddComment, AddDisclosure, AddMeeting, AddNote, Recording};

pub use crate::access::Visibility;

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

#[cfg(test)]
mod tests;
