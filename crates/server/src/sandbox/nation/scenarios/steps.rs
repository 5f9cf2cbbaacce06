//! What is done, by whom and when.

use std::ops::RangeInclusive;

use ascms_domain::attendance::AttendancePush;
use ascms_domain::barriers::{AddBarrier, BarrierGoal};
use ascms_domain::bulletins::Bulletin;
use ascms_domain::cases::{CaseAction, PauseCase};
use ascms_domain::contacts::{ContactChannel, ContactOutcome, ContactParty, LogContact};
use ascms_domain::contracts::{AddContract, SetContractYear};
use ascms_domain::ids::{
    ContractId, FundId, NeedId, ProviderId, RegisterEntryId, ReviewActionId, UserId,
};
use ascms_domain::needs::{AskForNeed, RecordSpending};
use ascms_domain::performance_reviews::{AddReviewFinding, AgreeReviewAction, ReviewMeeting};
use ascms_domain::plans::{MakePlan, ReviewPlan, UpdatePlan};
use ascms_domain::referrals::{Decision, SupportRequest};
use ascms_domain::submissions::Submission;
use ascms_domain::tasks::AddTask;
use ascms_domain::templates::{SubmissionKind, Template};
use ascms_domain::terms::TermKey;
use ascms_domain::text::{Code, LongText};
use ascms_domain::timeline::{Details, Visibility};
use ascms_persistence::referrals::NewReferral;
use chrono::{DateTime, TimeDelta, Utc};

/// As many students, give or take those who are sent twice.
pub const STORIES: usize = 240;

/// Something that somebody does.
pub struct Step {
    pub at: DateTime<Utc>,
    pub story: usize,
    /// The subject of the account that does it.
    pub by: String,
    pub operation: Operation,
}

pub enum Operation {
    Submit(Box<NewReferral>),
    Decide(Decision),
    Resubmit(Box<SupportRequest>),
    Withdraw(&'static str),
    Assign(UserId),
    LogContact(Box<LogContact>),
    SendAttendance(AttendancePush),
    Work(Box<Work>),
    /// Marks all that the person was told so far as read.
    ReadNotifications,
    AddBulletin {
        bulletin: Box<Bulletin>,
        publish: bool,
    },
    AddContract(Box<AgreedContract>),
    AddTemplate {
        template: Box<Template>,
        id: Option<RegisterEntryId>,
        publish: bool,
    },
    Submission(RegisterEntryId, Box<SubmissionWork>),
    Review(RegisterEntryId, Box<ReviewWork>),
    /// Opens a fund. Another person of the Ministry confirms its budget; without one it waits.
    OpenFund {
        fund: NewFund,
        confirmed_by: Option<&'static str>,
    },
    /// Which no operation does yet: the student turned out to be enrolled.
    Resolve,
}

/// A contract to add, with what it pays in each of some years.
pub struct AgreedContract {
    pub id: Option<ContractId>,
    pub contract: AddContract,
    pub years: RangeInclusive<i32>,
    pub amounts: SetContractYear,
    /// It is put in force.
    pub in_force: bool,
}

/// A fund to open, of a contract by its number.
#[derive(Clone, Copy)]
pub struct NewFund {
    pub id: Option<FundId>,
    pub contract: &'static str,
    pub year: i32,
}

/// Something that is done with a submission.
pub enum SubmissionWork {
    /// Begins it on the template of its kind, for a contract by its number, and writes its content.
    Write {
        contract: &'static str,
        kind: SubmissionKind,
        year: i32,
        content: Submission,
    },
    Attach(Paper),
    Submit,
    Accept,
}

/// Something that is done in a performance review.
pub enum ReviewWork {
    /// Opens the review of a term of a contract, by its number.
    Open {
        contract: &'static str,
        term: TermKey,
    },
    Comment(LongText),
    Meet(ReviewMeeting),
    Find(AddReviewFinding),
    Agree(ReviewActionId, AgreeReviewAction),
    Finish(ReviewActionId),
    Conclude,
    /// Proposes to release the withholding payment.
    Propose,
    /// Confirms the first decision on the withholding payment.
    Confirm,
}

/// Something that is done on a case.
pub enum Work {
    /// Opens the file.
    Look,
    /// At the moment of writing it down, or so long before.
    Record(CaseAction, Visibility, Details, TimeDelta),
    Task(OnTask),
    Barrier(OnBarrier),
    Plan(OnPlan),
    Upload(Paper),
    Transition(Transition),
    Transfer(OnTransfer),
    Need(OnNeed),
}

pub enum OnTask {
    Add(AddTask),
    /// The first that is open.
    FinishFirst(&'static str),
    FinishAll,
}

pub enum OnBarrier {
    Add(AddBarrier),
    /// The first that was recorded.
    MoveFirst(BarrierGoal, &'static str),
}

pub enum OnPlan {
    Make(MakePlan),
    Change(UpdatePlan),
    Review(ReviewPlan),
}

/// A transition of the case's life.
pub enum Transition {
    Pause(PauseCase),
    Resume(&'static str),
    /// Why, and what it came to.
    ProposeClosure(Code, &'static str),
    ApproveClosure,
    ReturnClosure(&'static str),
    Reopen(&'static str),
}

/// Asks for a need, or takes a step of one.
pub enum OnNeed {
    Ask(NeedId, AskForNeed),
    Approve(NeedId),
    Spend(NeedId, RecordSpending),
    Settle(NeedId),
}

pub enum OnTransfer {
    Request(ProviderId, &'static str),
    Accept,
}

/// A document: a small text.
#[derive(Clone, Copy)]
pub struct Paper {
    pub name: &'static str,
    pub content: &'static str,
    pub visibility: Visibility,
}

/// Something that happens on a case, so many business days after the referral.
pub(super) enum Event {
    Contact { party: ContactParty, outcome: ContactOutcome, channel: Option<ContactChannel> },
    Work { by: String, work: Work },
}
