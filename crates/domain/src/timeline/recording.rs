//! What people record on a case: notes, comments, meetings, referrals to agencies, disclosures. Each
//! says which step of the case it is, and who sees it.

use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::{Consent, Details, MeetingKind};
use crate::access::Visibility;
use crate::cases::CaseAction;
use crate::contacts::ContactParty;
use crate::ids::EntryId;
use crate::text::{Line, LongText};

/// What somebody records on a case, whichever kind of entry it is.
#[derive(Clone, Debug)]
pub struct Recording {
    pub action: CaseAction,
    pub visibility: Visibility,
    pub occurred_at: DateTime<Utc>,
    pub details: Details,
    /// The entry that this one corrects.
    pub corrects: Option<EntryId>,
}

/// A note to record on a case.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddNote {
    /// The time that the note is about: not in the future, not before the referral.
    pub occurred_at: DateTime<Utc>,
    /// Whether the school sees the note (`shared`) or the provider alone (`private`).
    pub visibility: Visibility,
    /// The note that this one corrects.
    pub corrects: Option<EntryId>,
    /// Text of the note. Personal data.
    pub comment: LongText,
}

/// A comment for the provider and the school.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddComment {
    /// The time that the comment is about: not in the future, not before the referral.
    pub occurred_at: DateTime<Utc>,
    /// The comment that this one corrects.
    pub corrects: Option<EntryId>,
    /// Text of the comment. Personal data.
    pub comment: LongText,
}

/// A referral of the student to another agency.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddAgencyReferral {
    /// When the student was referred to the agency: not in the future, not before the referral to
    /// the service.
    pub occurred_at: DateTime<Utc>,
    /// Whether the school sees the entry (`shared`) or the provider alone (`private`).
    pub visibility: Visibility,
    /// The agency referral that this one corrects.
    pub corrects: Option<EntryId>,
    /// Name of the agency. Personal data.
    pub agency: Line,
    /// Why the student was referred to the agency. Personal data.
    pub purpose: LongText,
    /// Whether the student or the whānau agreed.
    pub consent: Consent,
    /// The result, once it is known; a correction adds it. Personal data.
    pub outcome: Option<LongText>,
}

/// A disclosure of information about the case outside the service. Only the provider sees it.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddDisclosure {
    /// When the information was disclosed: not in the future, not before the referral.
    pub occurred_at: DateTime<Utc>,
    /// The disclosure that this one corrects.
    pub corrects: Option<EntryId>,
    /// The recipient, for example Oranga Tamariki or Police. Personal data.
    pub recipient: Line,
    /// The law that allows the disclosure.
    pub legal_basis: Line,
    /// The information that was disclosed. Personal data.
    pub what: LongText,
    /// Whether the student was asked first.
    pub student_consulted: bool,
}

/// A meeting to record on a case.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddMeeting {
    /// When the meeting took place: not in the future, not before the referral.
    pub occurred_at: DateTime<Utc>,
    /// Whether the school sees the meeting (`shared`) or the provider alone (`private`).
    pub visibility: Visibility,
    /// The meeting that this one corrects.
    pub corrects: Option<EntryId>,
    /// Whether the school, the whānau or several agencies met.
    pub kind: MeetingKind,
    /// The people who were there, as they would be addressed. Personal data.
    #[schema(max_items = 50)]
    pub people: Vec<Line>,
    /// Names of the agencies that were there. Personal data.
    #[schema(max_items = 20)]
    pub agencies: Vec<Line>,
    /// The decisions of the meeting. Personal data.
    pub decisions: LongText,
    /// The parties that the meeting reached: each one's clock stops, as with a contact. Empty when
    /// it reached nobody.
    #[schema(max_items = 4)]
    pub reached: Vec<ContactParty>,
}

impl From<AddNote> for Recording {
    fn from(new: AddNote) -> Self {
        let AddNote { occurred_at, visibility, corrects, comment } = new;
        let details = Details::Note { comment };
        Self { action: CaseAction::AddNote, visibility, occurred_at, details, corrects }
    }
}

impl From<AddComment> for Recording {
    fn from(new: AddComment) -> Self {
        let AddComment { occurred_at, corrects, comment } = new;
        let (visibility, details) = (Visibility::Shared, Details::Comment { comment });
        Self { action: CaseAction::AddComment, visibility, occurred_at, details, corrects }
    }
}

impl From<AddAgencyReferral> for Recording {
    fn from(new: AddAgencyReferral) -> Self {
        let AddAgencyReferral {
            occurred_at,
            visibility,
            corrects,
            agency,
            purpose,
            consent,
            outcome,
        } = new;
        let details = Details::AgencyReferral { agency, purpose, consent, outcome };
        Self { action: CaseAction::AddAgencyReferral, visibility, occurred_at, details, corrects }
    }
}

impl From<AddDisclosure> for Recording {
    fn from(new: AddDisclosure) -> Self {
        let AddDisclosure {
            occurred_at,
            corrects,
            recipient,
            legal_basis,
            what,
            student_consulted,
        } = new;
        let details = Details::Disclosure { recipient, legal_basis, what, student_consulted };
        let visibility = Visibility::Private;
        Self { action: CaseAction::AddDisclosure, visibility, occurred_at, details, corrects }
    }
}

impl From<AddMeeting> for Recording {
    fn from(new: AddMeeting) -> Self {
        let AddMeeting {
            occurred_at,
            visibility,
            corrects,
            kind: meeting_kind,
            people,
            agencies,
            decisions,
            reached,
        } = new;
        let details = Details::Meeting { meeting_kind, people, agencies, decisions, reached };
        Self { action: CaseAction::AddMeeting, visibility, occurred_at, details, corrects }
    }
}

#[cfg(test)]
mod tests;
