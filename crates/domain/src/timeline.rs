//! A case's timeline: everything that happened on it, each entry appended once and never changed.
//! What was wrong is corrected by a later entry that says which one it corrects.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::barriers::{BarrierStatus, BarrierStep, Severity};
use crate::cases::{Checklist, ClosurePathway};
use crate::contacts::{ContactChannel, ContactOutcome, ContactParty};
use crate::documents::MediaType;
use crate::ids::{DocumentId, ProviderId, ReferralId, UserId};
use crate::plans::{PlanStep, ReviewOutcome};
use crate::tasks::TaskStep;
use crate::text::{Code, Line, LongText, SchoolNumber};
use crate::transfers::TransferStatus;

mod entry;
mod recording;

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

/// What happened. One shape for each kind of entry, told apart by `type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Details {
    /// A referral was accepted: it opened the case, or joined the one that was open.
    #[schema(title = "ReferralDetails")]
    #[serde(rename_all = "camelCase")]
    Referral {
        referral_id: ReferralId,
        /// Whether the case began with it.
        opened_case: bool,
    },
    /// An attempt to reach somebody; its notes are with the contact.
    #[schema(title = "ContactDetails")]
    #[serde(rename_all = "camelCase")]
    Contact { party: ContactParty, channel: ContactChannel, outcome: ContactOutcome },
    /// A contact that was logged and never happened; why is with the contact.
    #[schema(title = "ContactWithdrawalDetails")]
    #[serde(rename_all = "camelCase")]
    ContactWithdrawal { party: ContactParty, channel: ContactChannel, outcome: ContactOutcome },
    /// A meeting with the school, the whānau or several agencies.
    #[schema(title = "MeetingDetails")]
    #[serde(rename_all = "camelCase")]
    Meeting {
        meeting_kind: MeetingKind,
        /// Who was there, as they would be addressed.
        #[schema(max_items = 50)]
        people: Vec<Line>,
        /// The agencies that were there, by the names they go by.
        #[schema(max_items = 20)]
        agencies: Vec<Line>,
        decisions: LongText,
        /// Whom it reached: each stops their clock, as a contact does. Nothing of a meeting from
        /// before that was asked.
        #[serde(default)]
        #[schema(required, max_items = 4)]
        reached: Vec<ContactParty>,
    },
    /// A meeting that was recorded and never took place.
    #[schema(title = "MeetingWithdrawalDetails")]
    #[serde(rename_all = "camelCase")]
    MeetingWithdrawal { reason: LongText },
    /// A note of somebody who works on the case.
    #[schema(title = "NoteDetails")]
    #[serde(rename_all = "camelCase")]
    Note { words: LongText },
    /// A remark of the school's people or to them.
    #[schema(title = "CommentDetails")]
    #[serde(rename_all = "camelCase")]
    Comment { words: LongText },
    /// The student was referred to another agency.
    #[schema(title = "AgencyReferralDetails")]
    #[serde(rename_all = "camelCase")]
    AgencyReferral {
        agency: Line,
        purpose: LongText,
        consent: Consent,
        #[schema(required)]
        outcome: Option<LongText>,
    },
    /// Something of the case was told outside the service.
    #[schema(title = "DisclosureDetails")]
    #[serde(rename_all = "camelCase")]
    Disclosure {
        /// To whom, for example Oranga Tamariki or Police.
        recipient: Line,
        /// The law that allows it.
        legal_basis: Line,
        /// What was told.
        what: LongText,
        student_consulted: bool,
    },
    /// Something to do was set, changed or finished.
    #[schema(title = "TaskDetails")]
    #[serde(rename_all = "camelCase")]
    Task {
        /// What was done with it.
        what: TaskStep,
        title: Line,
        due_on: NaiveDate,
        #[schema(required)]
        assignee_id: Option<UserId>,
        #[schema(required)]
        words: Option<LongText>,
    },
    /// Something that keeps the student from school was found, changed or moved; its words are
    /// with the barrier.
    #[schema(title = "BarrierDetails")]
    #[serde(rename_all = "camelCase")]
    Barrier {
        /// What was done with it.
        what: BarrierStep,
        /// Code of the set `barriers`.
        code: Code,
        severity: Severity,
        status: BarrierStatus,
    },
    /// A plan was agreed or changed.
    #[schema(title = "PlanDetails")]
    #[serde(rename_all = "camelCase")]
    Plan {
        /// What was done with it.
        what: PlanStep,
        /// How many steps it has.
        steps: u16,
        steps_done: u16,
    },
    /// The plan was reviewed.
    #[schema(title = "PlanReviewDetails")]
    #[serde(rename_all = "camelCase")]
    PlanReview {
        outcome: ReviewOutcome,
        words: LongText,
        #[schema(required)]
        next_review_on: Option<NaiveDate>,
    },
    /// A document was added to the case.
    #[schema(title = "DocumentDetails")]
    #[serde(rename_all = "camelCase")]
    Document {
        document_id: DocumentId,
        #[schema(max_length = 205)]
        name: String,
        media_type: MediaType,
    },
    /// The case went to a case manager.
    #[schema(title = "AssignmentDetails")]
    #[serde(rename_all = "camelCase")]
    Assignment {
        case_manager_id: UserId,
        #[schema(required)]
        previous_id: Option<UserId>,
    },
    /// The case was paused.
    #[schema(title = "PauseDetails")]
    #[serde(rename_all = "camelCase")]
    Pause {
        reason_code: Code,
        review_by: NaiveDate,
        /// The provider's own; null for the school.
        #[schema(required)]
        words: Option<LongText>,
    },
    /// A paused case was taken up again.
    #[schema(title = "ResumptionDetails")]
    #[serde(rename_all = "camelCase")]
    Resumption {
        /// The provider's own; null for the school.
        #[schema(required)]
        words: Option<LongText>,
    },
    /// A closure was proposed.
    #[schema(title = "ClosureProposalDetails")]
    #[serde(rename_all = "camelCase")]
    ClosureProposal {
        reason_code: Code,
        outcome: LongText,
        /// What was confirmed; null of a proposal from before it was told here.
        #[serde(default)]
        #[schema(required)]
        checklist: Option<Checklist>,
        /// The alternative education pathway that the student is on, where there is one.
        #[serde(default)]
        #[schema(required)]
        pathway: Option<ClosurePathway>,
    },
    /// A proposed closure was not approved.
    #[schema(title = "ClosureReturnDetails")]
    #[serde(rename_all = "camelCase")]
    ClosureReturn { words: LongText },
    /// A closure was approved: the case is closed.
    #[schema(title = "ClosureDetails")]
    #[serde(rename_all = "camelCase")]
    Closure {
        reason_code: Code,
        /// The provider's own; null for the school.
        #[schema(required)]
        outcome: Option<LongText>,
        #[serde(default)]
        #[schema(required)]
        pathway: Option<ClosurePathway>,
    },
    /// A closed case was opened again.
    #[schema(title = "ReopeningDetails")]
    #[serde(rename_all = "camelCase")]
    Reopening {
        /// The provider's own; null for the school.
        #[schema(required)]
        reason: Option<LongText>,
    },
    /// A transfer was asked for, answered or taken back.
    #[schema(title = "TransferDetails")]
    #[serde(rename_all = "camelCase")]
    Transfer {
        status: TransferStatus,
        from_provider_id: ProviderId,
        to_provider_id: ProviderId,
        #[schema(required)]
        words: Option<LongText>,
    },
    /// Another person of the school follows the case.
    #[schema(title = "PrimaryContactDetails")]
    #[serde(rename_all = "camelCase")]
    PrimaryContact {
        primary_contact_id: UserId,
        #[schema(required)]
        previous_id: Option<UserId>,
    },
    /// The student changed school.
    #[schema(title = "SchoolChangeDetails")]
    #[serde(rename_all = "camelCase")]
    SchoolChange { school_number: SchoolNumber },
}

impl Details {
    /// The same for those who follow the case and do not work on it. A step of the case is told
    /// with its day and its code; what a provider's people write beside it in words of their own is
    /// theirs. What is meant for the school is recorded as an entry of its own, and shared.
    pub fn for_the_school(mut self) -> Self {
        match &mut self {
            Self::Pause { words, .. }
            | Self::Resumption { words }
            | Self::Closure { outcome: words, .. }
            | Self::Reopening { reason: words }
            | Self::Transfer { words, .. }
            | Self::Task { words, .. } => *words = None,
            Self::Referral { .. }
            | Self::Contact { .. }
            | Self::ContactWithdrawal { .. }
            | Self::Meeting { .. }
            | Self::MeetingWithdrawal { .. }
            | Self::Note { .. }
            | Self::Comment { .. }
            | Self::AgencyReferral { .. }
            | Self::Disclosure { .. }
            | Self::Barrier { .. }
            | Self::Plan { .. }
            | Self::PlanReview { .. }
            | Self::Document { .. }
            | Self::Assignment { .. }
            | Self::ClosureProposal { .. }
            | Self::ClosureReturn { .. }
            | Self::PrimaryContact { .. }
            | Self::SchoolChange { .. } => {}
        }
        self
    }

    pub fn kind(&self) -> EntryKind {
        match self {
            Self::Referral { .. } => EntryKind::Referral,
            Self::Contact { .. } | Self::ContactWithdrawal { .. } => EntryKind::Contact,
            Self::Meeting { .. } | Self::MeetingWithdrawal { .. } => EntryKind::Meeting,
            Self::Note { .. } => EntryKind::Note,
            Self::Comment { .. } => EntryKind::Comment,
            Self::AgencyReferral { .. } => EntryKind::AgencyReferral,
            Self::Disclosure { .. } => EntryKind::Disclosure,
            Self::Task { .. } => EntryKind::Task,
            Self::Barrier { .. } => EntryKind::Barrier,
            Self::Plan { .. } => EntryKind::Plan,
            Self::PlanReview { .. } => EntryKind::PlanReview,
            Self::Document { .. } => EntryKind::Document,
            Self::Assignment { .. } => EntryKind::Assignment,
            Self::Pause { .. } => EntryKind::Pause,
            Self::Resumption { .. } => EntryKind::Resumption,
            Self::ClosureProposal { .. } => EntryKind::ClosureProposal,
            Self::ClosureReturn { .. } => EntryKind::ClosureReturn,
            Self::Closure { .. } => EntryKind::Closure,
            Self::Reopening { .. } => EntryKind::Reopening,
            Self::Transfer { .. } => EntryKind::Transfer,
            Self::PrimaryContact { .. } => EntryKind::PrimaryContact,
            Self::SchoolChange { .. } => EntryKind::SchoolChange,
        }
    }
}

#[cfg(test)]
mod tests;
