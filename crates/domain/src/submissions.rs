//! Submissions: the answers of a provider to a template of the Ministry, for a contract and a year or a term of it:
//! the service delivery plan, reports and yearly confirmations. Each time that one is submitted, an immutable
//! version of it is kept.

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;
use validator::Validate;

use crate::history::RecordKind;
use crate::ids::{ContractId, RegisterEntryId};
use crate::registers::{Lifecycle, LifecycleStep, Register, RegisterKind, StepRefusal};
use crate::templates::SubmissionKind;
use crate::terms::TermKey;
use crate::text::LongText;

mod actions;
mod answers;
mod content;
mod faults;
mod figures;
mod milestones;
mod period;
mod policies;
mod policy_kinds;
mod versions;

pub use actions::SubmissionAction;
pub use answers::{AnswerCell, AnswerRow, SubmittedAnswer};
pub use content::{ContentRefusal, Submission, SubmissionBasis};
pub use faults::{ContentFault, ContentPlace, MissingPart};
pub use figures::{
    CountedFigure, CountedFigures, FigureCount, FigureCountKind, FigureNumber, FigureStanding,
    NoFigure,
};
pub use milestones::{
    Milestone, MilestoneMeasure, MilestoneNumber, MilestoneStanding, RecordProgress,
};
pub use period::{SubmissionPeriod, counted_of};
pub use policies::PolicyConfirmation;
pub use policy_kinds::PolicyKind;
pub use versions::{FrozenVersion, digest};

crate::closed_list! {
    /// Status of a submission.
    SubmissionStatus: "Status of a submission" / "Te tūnga o te tukunga" {
        /// It is written, or an accepted plan is being varied.
        Draft = "draft": "Draft" / "Hukihuki",
        Submitted = "submitted": "Submitted" / "Kua tukuna",
        /// The Ministry asks for changes.
        Returned = "returned": "Returned" / "Kua whakahokia",
        Accepted = "accepted": "Accepted" / "Kua whakaaetia",
    }
    /// The Ministry's decision on a submitted version.
    SubmissionOutcome: "Decision on a submission" / "Te whakatau mō te tukunga" {
        Accepted = "accepted": "Accepted" / "Kua whakaaetia",
        Returned = "returned": "Returned" / "Kua whakahokia",
    }
    /// A warning about a submission; it hinders nothing.
    SubmissionWarning: "Warning about a submission" / "Te whakatūpato mō te tukunga" {
        /// Some figures of the last version were not final when it was submitted.
        FiguresPending = "figures_pending": "Figures are pending" / "Kāore anō ngā tatauranga kia oti",
    }
}

crate::closed_list! {
    /// A step of a submission's lifecycle.
    SubmissionStep {
        Submit = "submit",
        Return = "return",
        Accept = "accept",
        /// An accepted plan is opened to be changed.
        Vary = "vary",
    }
}

/// A submission that is begun: for a contract and a period, on a published template.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BeginSubmission {
    /// The contract that it is for.
    pub contract_id: ContractId,
    /// The published template, which is one version of its code.
    pub template_id: RegisterEntryId,
    /// The contract year that it is about: a calendar year. A plan is about the year ahead.
    #[schema(minimum = 2020, maximum = 2100)]
    pub contract_year: i32,
    /// The term of that year; a termly and a fund report need it, and nothing else has one.
    pub term: Option<TermKey>,
}

/// The return of a submission.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReturnSubmission {
    /// The changes that the Ministry asks for.
    pub comment: LongText,
}

impl LifecycleStep for SubmissionStep {
    fn event(self) -> &'static str {
        match self {
            Self::Submit => "submission.submitted",
            Self::Return => "submission.returned",
            Self::Accept => "submission.accepted",
            Self::Vary => "submission.varied",
        }
    }
}

impl Lifecycle for SubmissionStatus {
    type Step = SubmissionStep;

    const FIRST: Self = Self::Draft;

    /// The content of the entry is a working copy: versions that were submitted are kept apart.
    fn is_frozen(self) -> bool {
        match self {
            Self::Draft | Self::Submitted | Self::Returned | Self::Accepted => false,
        }
    }

    fn editable(self) -> Result<(), StepRefusal> {
        match self {
            Self::Draft | Self::Returned => Ok(()),
            Self::Submitted | Self::Accepted => Err(StepRefusal::Frozen),
        }
    }

    fn take(self, step: SubmissionStep) -> Result<Self, StepRefusal> {
        use SubmissionStep::{Accept, Return, Submit, Vary};
        match (self, step) {
            (Self::Draft | Self::Returned, Submit) => Ok(Self::Submitted),
            (Self::Submitted, Return) => Ok(Self::Returned),
            (Self::Submitted, Accept) => Ok(Self::Accepted),
            (Self::Accepted, Vary) => Ok(Self::Draft),
            (Self::Draft | Self::Returned | Self::Accepted, Return | Accept)
            | (Self::Submitted | Self::Accepted, Submit)
            | (Self::Draft | Self::Submitted | Self::Returned, Vary) => {
                Err(StepRefusal::NotInThisState)
            }
        }
    }
}

impl SubmissionStep {
    /// Whether submissions of a kind have the step: plans alone are varied.
    ///
    /// # Errors
    ///
    /// They do not have it.
    pub fn require_for(self, kind: SubmissionKind) -> Result<(), StepRefusal> {
        match self {
            Self::Vary if !kind.is_plan() => Err(StepRefusal::NotInThisState),
            Self::Submit | Self::Return | Self::Accept | Self::Vary => Ok(()),
        }
    }
}

impl BeginSubmission {
    /// What the submission is about.
    ///
    /// # Errors
    ///
    /// The term is missing, is not for this kind, or is of another year.
    pub fn period(&self, kind: SubmissionKind) -> Result<SubmissionPeriod, ContentRefusal> {
        match (kind.is_of_term(), self.term) {
            (true, Some(term)) if i32::from(term.year()) == self.contract_year => {
                Ok(SubmissionPeriod::Term(term))
            }
            (true, Some(_)) => Err(ContentRefusal::OutsideYear),
            (true, None) => Err(ContentRefusal::NoTerm),
            (false, None) => Ok(SubmissionPeriod::Year(self.contract_year)),
            (false, Some(_)) => Err(ContentRefusal::TermOfOther),
        }
    }
}

impl Register for Submission {
    const KIND: RegisterKind = RegisterKind::Submission;
    const RECORD: RecordKind = RecordKind::Submission;
    const FORM: i32 = 1;
    const MEMBERS: &'static [&'static str] = &["answers", "milestones", "policies"];

    type Status = SubmissionStatus;
    type Content = Self;

    fn upgrade(content: Value, _from: i32) -> Value {
        content
    }
}

/// Days by which something was submitted late: counted from the first time, whatever was returned since.
pub fn days_late(due_on: NaiveDate, first_submitted_on: NaiveDate) -> u32 {
    let days = (first_submitted_on - due_on).num_days();
    u32::try_from(days.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;
