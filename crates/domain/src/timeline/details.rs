//! What an entry of the timeline tells: one shape for each kind of entry.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Consent, EntryKind, MeetingKind};
use crate::barriers::{BarrierStatus, BarrierStep, Severity};
use crate::cases::{Checklist, ClosurePathway};
use crate::contacts::{ContactChannel, ContactOutcome, ContactParty};
use crate::documents::MediaType;
use crate::ids::{DocumentId, NeedId, ProviderId, ReferralId, UserId};
use crate::needs::NeedStep;
use crate::plans::{PlanStep, ReviewOutcome};
use crate::tasks::TaskStep;
use crate::text::{Code, Line, LongText, SchoolNumber};
use crate::transfers::TransferStatus;

/// What happened. One shape for each kind of entry, told apart by `type`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Details {
    /// A referral was accepted: it opened the case, or joined the one that was open.
    #[schema(title = "ReferralDetails")]
    #[serde(rename_all = "camelCase")]
    Referral {
        /// The referral that was accepted.
        referral_id: ReferralId,
        /// Whether the referral opened the case.
        opened_case: bool,
    },
    /// An attempt to reach somebody; its notes are with the contact.
    #[schema(title = "ContactDetails")]
    #[serde(rename_all = "camelCase")]
    Contact {
        /// The party that was contacted.
        party: ContactParty,
        /// How the party was contacted.
        channel: ContactChannel,
        /// Whether the party was reached and, if not, why.
        outcome: ContactOutcome,
    },
    /// A contact that was logged and never happened; why is with the contact.
    #[schema(title = "ContactWithdrawalDetails")]
    #[serde(rename_all = "camelCase")]
    ContactWithdrawal {
        /// The party of the contact that was withdrawn.
        party: ContactParty,
        /// The channel of that contact.
        channel: ContactChannel,
        /// The outcome of that contact, as it was logged.
        outcome: ContactOutcome,
    },
    /// A meeting with the school, the whānau or several agencies.
    #[schema(title = "MeetingDetails")]
    #[serde(rename_all = "camelCase")]
    Meeting {
        /// Whether the school, the whānau or several agencies met.
        meeting_kind: MeetingKind,
        /// The people who were there, as they would be addressed. Personal data.
        #[schema(max_items = 50)]
        people: Vec<Line>,
        /// Names of the agencies that were there. Personal data.
        #[schema(max_items = 20)]
        agencies: Vec<Line>,
        /// The decisions of the meeting. Personal data.
        decisions: LongText,
        /// The parties that the meeting reached: each one's clock stops, as with a contact. Empty
        /// for a meeting from before this was asked.
        #[serde(default)]
        #[schema(required, max_items = 4)]
        reached: Vec<ContactParty>,
    },
    /// A meeting that was recorded and never took place.
    #[schema(title = "MeetingWithdrawalDetails")]
    #[serde(rename_all = "camelCase")]
    MeetingWithdrawal {
        /// How the meeting came to be recorded. Personal data.
        reason: LongText,
    },
    /// A note of somebody who works on the case.
    #[schema(title = "NoteDetails")]
    #[serde(rename_all = "camelCase")]
    Note {
        /// Text of the note. Personal data.
        #[serde(alias = "words")]
        comment: LongText,
    },
    /// A remark of the school's people or to them.
    #[schema(title = "CommentDetails")]
    #[serde(rename_all = "camelCase")]
    Comment {
        /// Text of the comment. Personal data.
        #[serde(alias = "words")]
        comment: LongText,
    },
    /// The student was referred to another agency.
    #[schema(title = "AgencyReferralDetails")]
    #[serde(rename_all = "camelCase")]
    AgencyReferral {
        /// Name of the agency. Personal data.
        agency: Line,
        /// Why the student was referred to the agency. Personal data.
        purpose: LongText,
        /// Whether the student or the whānau agreed.
        consent: Consent,
        /// The result; null until it is known. Personal data.
        #[schema(required)]
        outcome: Option<LongText>,
    },
    /// Something of the case was told outside the service.
    #[schema(title = "DisclosureDetails")]
    #[serde(rename_all = "camelCase")]
    Disclosure {
        /// The recipient, for example Oranga Tamariki or Police. Personal data.
        recipient: Line,
        /// The law that allows the disclosure.
        legal_basis: Line,
        /// The information that was disclosed. Personal data.
        what: LongText,
        /// Whether the student was asked first.
        student_consulted: bool,
    },
    /// Something to do was set, changed or finished.
    #[schema(title = "TaskDetails")]
    #[serde(rename_all = "camelCase")]
    Task {
        /// Whether the task was added, changed, done or cancelled.
        what: TaskStep,
        /// The task itself, in a line. Personal data.
        title: Line,
        /// The last day on which the task is done in time.
        due_on: NaiveDate,
        /// The user to whom the task is assigned; null while anybody may do it.
        #[schema(required)]
        assignee_id: Option<UserId>,
        /// Comment of the user who finished the task; null without one. Personal data.
        #[schema(required)]
        #[serde(alias = "words")]
        comment: Option<LongText>,
    },
    /// Something that keeps the student from school was found, changed or moved; its words are
    /// with the barrier.
    #[schema(title = "BarrierDetails")]
    #[serde(rename_all = "camelCase")]
    Barrier {
        /// What the provider did with the barrier.
        what: BarrierStep,
        /// Code of the set `barriers`. Personal data.
        code: Code,
        /// How much the barrier weighs.
        severity: Severity,
        /// The barrier's status after this.
        status: BarrierStatus,
    },
    /// A plan was agreed or changed.
    #[schema(title = "PlanDetails")]
    #[serde(rename_all = "camelCase")]
    Plan {
        /// Whether the plan was made or changed.
        what: PlanStep,
        /// How many steps the plan has.
        steps: u16,
        /// How many of the steps are done.
        steps_done: u16,
    },
    /// The plan was reviewed.
    #[schema(title = "PlanReviewDetails")]
    #[serde(rename_all = "camelCase")]
    PlanReview {
        /// How the plan is going.
        outcome: ReviewOutcome,
        /// Comment of the reviewer. Personal data.
        #[serde(alias = "words")]
        comment: LongText,
        /// The day of the next review; null when none is planned.
        #[schema(required)]
        next_review_on: Option<NaiveDate>,
    },
    /// A document was added to the case.
    #[schema(title = "DocumentDetails")]
    #[serde(rename_all = "camelCase")]
    Document {
        /// The document that was added.
        document_id: DocumentId,
        /// File name of the document. Personal data.
        #[schema(max_length = 205)]
        name: String,
        /// The media type found in the content, whatever the name says.
        media_type: MediaType,
    },
    /// A need was asked for, decided on, paid for or settled; its words are with the need.
    #[schema(title = "NeedDetails")]
    #[serde(rename_all = "camelCase")]
    Need {
        /// What happened to the need.
        what: NeedStep,
        /// The need.
        need_id: NeedId,
        /// Code of the set `need-categories`. Personal data.
        category: Code,
        /// Cents, including GST, that were asked for, promised, spent, or came back.
        #[schema(minimum = 0)]
        amount_cents: i64,
    },
    /// The case went to a case manager.
    #[schema(title = "AssignmentDetails")]
    #[serde(rename_all = "camelCase")]
    Assignment {
        /// The user who manages the case from now on.
        case_manager_id: UserId,
        /// The user who managed the case before; null when nobody did.
        #[schema(required)]
        previous_id: Option<UserId>,
    },
    /// The case was paused.
    #[schema(title = "PauseDetails")]
    #[serde(rename_all = "camelCase")]
    Pause {
        /// Code of the set `case-pause-reasons`. Personal data.
        reason_code: Code,
        /// The day by which the provider looks at the case again.
        review_by: NaiveDate,
        /// The provider's comment; null for the school. Personal data.
        #[schema(required)]
        #[serde(alias = "words")]
        comment: Option<LongText>,
    },
    /// A paused case was taken up again.
    #[schema(title = "ResumptionDetails")]
    #[serde(rename_all = "camelCase")]
    Resumption {
        /// The provider's comment; null for the school. Personal data.
        #[schema(required)]
        #[serde(alias = "words")]
        comment: Option<LongText>,
    },
    /// A closure was proposed.
    #[schema(title = "ClosureProposalDetails")]
    #[serde(rename_all = "camelCase")]
    ClosureProposal {
        /// Code of the set `case-closure-reasons`.
        reason_code: Code,
        /// The result of the case, in the proposer's words. Personal data.
        outcome: LongText,
        /// What the proposer confirmed; null for a proposal from before this was asked.
        #[serde(default)]
        #[schema(required)]
        checklist: Option<Checklist>,
        /// The alternative education pathway that the student is on; null without one.
        #[serde(default)]
        #[schema(required)]
        pathway: Option<ClosurePathway>,
    },
    /// A proposed closure was not approved.
    #[schema(title = "ClosureReturnDetails")]
    #[serde(rename_all = "camelCase")]
    ClosureReturn {
        /// Why the closure was sent back. Personal data.
        #[serde(alias = "words")]
        comment: LongText,
    },
    /// A closure was approved: the case is closed.
    #[schema(title = "ClosureDetails")]
    #[serde(rename_all = "camelCase")]
    Closure {
        /// Code of the set `case-closure-reasons`.
        reason_code: Code,
        /// The result of the case, in the provider's words; null for the school. Personal data.
        #[schema(required)]
        outcome: Option<LongText>,
        /// The alternative education pathway that the student is on; null without one.
        #[serde(default)]
        #[schema(required)]
        pathway: Option<ClosurePathway>,
    },
    /// A closed case was opened again.
    #[schema(title = "ReopeningDetails")]
    #[serde(rename_all = "camelCase")]
    Reopening {
        /// Why the case was opened again; null for the school. Personal data.
        #[schema(required)]
        reason: Option<LongText>,
    },
    /// A transfer was asked for, answered or taken back.
    #[schema(title = "TransferDetails")]
    #[serde(rename_all = "camelCase")]
    Transfer {
        /// The transfer's status after this.
        status: TransferStatus,
        /// The provider that has the case until the transfer is accepted.
        from_provider_id: ProviderId,
        /// The provider that is to have the case.
        to_provider_id: ProviderId,
        /// Comment of the provider that acted; null without one, and for the school. Personal data.
        #[schema(required)]
        #[serde(alias = "words")]
        comment: Option<LongText>,
    },
    /// Another person of the school follows the case.
    #[schema(title = "PrimaryContactDetails")]
    #[serde(rename_all = "camelCase")]
    PrimaryContact {
        /// The user of the school who follows the case from now on.
        primary_contact_id: UserId,
        /// The user who followed the case before; null when nobody did.
        #[schema(required)]
        previous_id: Option<UserId>,
    },
    /// The student changed school.
    #[schema(title = "SchoolChangeDetails")]
    #[serde(rename_all = "camelCase")]
    SchoolChange {
        /// The Ministry's number of the student's new school, without leading zeros.
        school_number: SchoolNumber,
    },
}

impl Details {
    /// The same for those who follow the case and do not work on it. A step of the case is told
    /// with its day and its code; what a provider's people write beside it in words of their own is
    /// theirs. What is meant for the school is recorded as an entry of its own, and shared.
    pub fn for_the_school(mut self) -> Self {
        match &mut self {
            Self::Pause { comment, .. }
            | Self::Resumption { comment }
            | Self::Closure { outcome: comment, .. }
            | Self::Reopening { reason: comment }
            | Self::Transfer { comment, .. }
            | Self::Task { comment, .. } => *comment = None,
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
            | Self::Need { .. }
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
            Self::Need { .. } => EntryKind::Need,
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
