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
    /// Kind of an entry of the timeline.
    EntryKind: "Kind of timeline entry" / "Te momo urunga o te rārangi wā" {
        Referral = "referral": "Referral" / "Tono",
        Contact = "contact": "Contact" / "Whakapā",
        Meeting = "meeting": "Meeting" / "Hui",
        Note = "note": "Note" / "Tuhipoka",
        Comment = "comment": "Comment" / "Kōrero",
        AgencyReferral = "agency_referral": "Referral to an agency" / "Tono ki tētahi tari",
        Disclosure = "disclosure": "Disclosure" / "Whāki pārongo",
        Task = "task": "Task" / "Mahi",
        Barrier = "barrier": "Barrier" / "Taupā",
        Plan = "plan": "Plan" / "Mahere",
        PlanReview = "plan_review": "Plan review" / "Arotake mahere",
        Document = "document": "Document" / "Tuhinga",
        Need = "need": "Need" / "Hiahia",
        Assignment = "assignment": "Assignment" / "Tautapanga",
        Pause = "pause": "Pause" / "Whakatārewatanga",
        Resumption = "resumption": "Resumption" / "Whakahaerenga anō",
        ClosureProposal = "closure_proposal": "Closure proposed" / "Marohi katinga",
        ClosureReturn = "closure_return": "Closure returned" / "Katinga kua whakahokia",
        Closure = "closure": "Closure" / "Katinga",
        Reopening = "reopening": "Reopening" / "Whakatuwheratanga anō",
        Transfer = "transfer": "Transfer" / "Whakawhitinga",
        PrimaryContact = "primary_contact": "Primary contact" / "Hoapā matua",
        SchoolChange = "school_change": "Change of school" / "Huringa kura",
    }
    /// Kind of a meeting.
    MeetingKind: "Kind of meeting" / "Te momo hui" {
        School = "school": "Meeting with the school" / "Hui ki te kura",
        WhanauHui = "whanau_hui": "Whānau hui" / "Hui ā-whānau",
        MultiAgency = "multi_agency": "Meeting of several agencies" / "Hui a ngā tari maha",
    }
    /// Whether the student and the whānau agreed to a referral to another agency.
    Consent: "Consent" / "Te whakaaetanga" {
        Given = "given": "Given" / "Kua whakaaetia",
        Refused = "refused": "Refused" / "Kāore i whakaaetia",
        /// Another law lets or makes the provider refer without it.
        NotNeeded = "not_needed": "Not needed" / "Kāore e hiahiatia",
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
            Self::Need => Some(Action::ReadNeeds),
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
