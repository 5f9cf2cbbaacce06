//! A referral as it is sent in, and why it may be refused.

use ascms_domain::code_locations::CodeLocation;
use ascms_domain::eligibility::{Assessment, Facts, ImpossibleClaim};
use ascms_domain::ids::{ReferralId, UserId};
use ascms_domain::matching::PlaceholderIn;
use ascms_domain::referrals::SupportRequest;
use ascms_domain::rules::EligibilityRules;
use ascms_domain::students::SentStudent;

use crate::features::referrals::file::ReferralFile;
use crate::reach::rows::referral::Model;
use crate::store::events::Event;

/// A referral as it arrives.
#[derive(Clone, Debug)]
pub struct NewReferral {
    /// The sending system and its own name for the record.
    pub source: Option<(String, String)>,
    pub school_number: i32,
    pub wants_in_school: bool,
    pub primary_contact_id: Option<UserId>,
    pub student: SentStudent,
    pub request: SupportRequest,
    /// A digest of the content: what "the same push" means.
    pub fingerprint: String,
    /// The same as it was made before lists of codes were compared as sets.
    pub ordered_fingerprint: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub file: ReferralFile,
    /// What of the student sent stands for "not known".
    pub placeholders: Vec<PlaceholderIn>,
    /// The same source reference with the same content was here before.
    pub known: bool,
}

/// Why a referral was not submitted.
#[derive(Debug, thiserror::Error)]
pub enum SubmissionRefusal {
    #[error("no school has this number")]
    UnknownSchool,
    #[error("the school is outside the caller's reach")]
    SchoolOutOfReach,
    #[error("codes that no code set holds")]
    UnknownCodes(Vec<CodeLocation>),
    #[error("the primary contact is nobody of the school")]
    UnknownPrimaryContact,
    #[error("the source reference is taken by another content")]
    ReferenceTaken(ReferralId),
    #[error("a referral of this student and kind waits at this school already")]
    AlreadyReferred(ReferralId),
    #[error("more half-days than the school can have been open")]
    ImpossibleAttendance(Vec<ImpossibleClaim>),
    #[error("the student may not be referred")]
    NotEligible(Box<Ineligible>),
}

/// Why a student may not be referred, and what that was decided on.
#[derive(Clone, Debug)]
pub struct Ineligible {
    pub assessment: Assessment,
    pub facts: Facts,
    pub rules: EligibilityRules,
    /// Which of the terms that were sent the baseline is.
    pub baseline_at: Option<usize>,
}

pub(crate) fn submitted(row: &Model) -> Event {
    Event {
        kind: "referral.submitted",
        subject_id: row.id.0,
        version: row.version,
        provider_id: row.provider_id,
        school_id: Some(row.school_id),
    }
}
