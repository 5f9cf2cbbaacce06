//! A case: what a provider does for a student, from the accepted referral to the closure.

use chrono::{DateTime, NaiveDate, Utc};

use crate::ids::{CaseId, ProviderId, SchoolId, UserId};
use crate::second_person::{Approval, ApprovalPolicy};
use crate::text::Code;

mod actions;
mod closing;
mod pause;

pub use closing::{
    ALTERNATIVE_PATHWAY, Checklist, ChecklistPoint, ClosurePathway, ClosureReviewOutcome,
    ClosureStatus, Explanation, OutsideMaterial, ProposeClosure, REOPENING_DAYS, REVIEW_DAYS,
    is_own_closure,
};
pub use pause::PauseCase;

crate::closed_list! {
    /// Status of a case.
    CaseStatus: "Status of a case" / "Te tūnga o te kēhi" {
        Unassigned = "unassigned": "Unassigned" / "Kāore anō kia tautapaina",
        Active = "active": "Active" / "Kei te mahia",
        Paused = "paused": "Paused" / "Kua whakatārewatia",
        Closed = "closed": "Closed" / "Kua kati",
    }
    /// The progress of a case as far as the sender of its referral may know it.
    OutcomeCategory: "Outcome for the sender" / "Te hua mō te kaituku" {
        BeingSupported = "being_supported": "Being supported" / "Kei te tautokona",
        SupportPaused = "support_paused": "Support paused" / "Kua whakatārewatia te tautoko",
        SupportEnded = "support_ended": "Support ended" / "Kua mutu te tautoko",
    }
    /// An action on a case, as `allowedActions` names it.
    CaseAction: "Action on a case" / "Te mahi i runga i te kēhi" {
        Assign = "assign": "Assign the case" / "Te tautapa i te kēhi",
        Pause = "pause": "Pause the case" / "Te whakatārewa i te kēhi",
        Resume = "resume": "Resume the case" / "Te whakahaere anō i te kēhi",
        ProposeClosure = "propose_closure": "Propose the closure" / "Te marohi i te katinga",
        ApproveClosure = "approve_closure": "Approve the closure" / "Te whakaae ki te katinga",
        ReturnClosure = "return_closure": "Return the closure" / "Te whakahoki i te katinga",
        Reopen = "reopen": "Reopen the case" / "Te whakatuwhera anō i te kēhi",
        LogContact = "log_contact": "Log a contact" / "Te tuhi i te whakapā",
        AddMeeting = "add_meeting": "Add a meeting" / "Te tāpiri i te hui",
        AddNote = "add_note": "Add a note" / "Te tāpiri i te tuhipoka",
        AddComment = "add_comment": "Add a comment" / "Te tāpiri i te kōrero",
        AddAgencyReferral = "add_agency_referral": "Add a referral to an agency" / "Te tāpiri i te tono ki tētahi tari",
        AddDisclosure = "add_disclosure": "Add a disclosure" / "Te tāpiri i te whāki pārongo",
        RequestTransfer = "request_transfer": "Request a transfer" / "Te tono whakawhitinga",
        ReplacePrimaryContact = "replace_primary_contact": "Replace the primary contact" / "Te whakakapi i te hoapā matua",
        AddTask = "add_task": "Add a task" / "Te tāpiri i te mahi",
        AddBarrier = "add_barrier": "Add a barrier" / "Te tāpiri i te taupā",
        ChangePlan = "change_plan": "Change the plan" / "Te huri i te mahere",
        AddDocument = "add_document": "Add a document" / "Te tāpiri i te tuhinga",
    }
}

/// What the rules of a case's life decide on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    pub provider_id: ProviderId,
    pub state: CaseState,
    /// Who proposed the closure that waits for its approval.
    pub closure_proposed_by: Option<UserId>,
}

/// What else counts when somebody wants to act on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circumstances {
    pub caller: UserId,
    /// The day in New Zealand.
    pub today: NaiveDate,
    /// Where the student is enrolled now.
    pub enrolled_at: Option<SchoolId>,
    /// Tasks neither done nor cancelled.
    pub open_tasks: i64,
    /// Barriers of the case, resolved ones too.
    pub barriers: i64,
    /// A barrier stands that the closure that waits does not explain.
    pub unexplained_barrier: bool,
    /// The last day on which a closed case may be reopened.
    pub reopen_until: Option<NaiveDate>,
    /// A transfer to another provider waits for its answer.
    pub transfer_is_requested: bool,
    /// The student has another case that is not closed.
    pub another_case_is_open: bool,
    /// The caller is the only one who works on cases at the provider today: a team of one, which
    /// decides alone and is reviewed afterwards, where no contract says otherwise.
    pub works_alone: bool,
    /// How the contract by which the case is worked on has closures approved; none without a contract.
    pub approval: Option<ApprovalPolicy>,
}

/// What exists only in one state lives in that state's variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseState {
    Unassigned,
    Active {
        case_manager: UserId,
    },
    Paused {
        case_manager: UserId,
        reason: Code,
        from: NaiveDate,
        review_by: NaiveDate,
    },
    /// A case may be closed before anybody was assigned to it.
    Closed {
        case_manager: Option<UserId>,
        reason: Code,
        at: DateTime<Utc>,
    },
}

/// A person as the rule of assignment sees them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Assignee {
    pub id: UserId,
    /// Holds the role of a case manager (or workflow lead) at the case's provider, today.
    pub works_here: bool,
    pub active: bool,
    pub trained: bool,
}

/// Why a step of a case is refused by its rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseRefusal {
    #[error("the case is closed")]
    Closed,
    #[error("nobody manages the case yet")]
    Unassigned,
    #[error("the case already is paused")]
    AlreadyPaused,
    #[error("the case is not paused")]
    NotPaused,
    #[error("a pause is reviewed on a day after today")]
    ReviewNotAhead,
    #[error("a closure already waits for its approval")]
    ClosureAlreadyProposed,
    #[error("no closure waits for approval")]
    NoClosureProposed,
    #[error("nobody approves the closure of their own case, or one that they proposed")]
    OwnClosure,
    #[error("tasks of the case are still open")]
    OpenTasks,
    #[error("a barrier stands that the proposal does not explain")]
    UnexplainedBarrier,
    #[error("the case has as many barriers as there may be")]
    TooManyBarriers,
    #[error("a transfer already waits for its answer")]
    TransferAlreadyRequested,
    #[error("the case is not closed")]
    NotClosed,
    #[error("the case was closed too long ago: a new referral is needed")]
    ReopeningTooLate,
    #[error("the student has another open case")]
    AnotherCaseOpen,
    #[error("this person does not manage cases at the provider")]
    AssigneeNotHere,
    #[error("this person's account is disabled")]
    AssigneeDisabled,
    #[error("this person has not completed the mandatory training")]
    AssigneeUntrained,
    #[error("the case already is assigned to this person")]
    AlreadyAssigned,
}

impl Case {
    pub fn status(&self) -> CaseStatus {
        match self.state {
            CaseState::Unassigned => CaseStatus::Unassigned,
            CaseState::Active { .. } => CaseStatus::Active,
            CaseState::Paused { .. } => CaseStatus::Paused,
            CaseState::Closed { .. } => CaseStatus::Closed,
        }
    }

    pub fn case_manager(&self) -> Option<UserId> {
        match &self.state {
            CaseState::Unassigned => None,
            CaseState::Active { case_manager } | CaseState::Paused { case_manager, .. } => {
                Some(*case_manager)
            }
            CaseState::Closed { case_manager, .. } => *case_manager,
        }
    }

    /// Whether the state of the case lets the caller do this. What is asked here before an answer
    /// lists the allowed actions is asked again by the action itself.
    pub fn allows(&self, action: CaseAction, at: &Circumstances) -> Result<(), CaseRefusal> {
        if action == CaseAction::Reopen {
            return self.allows_reopening(at);
        }
        self.must_be_open()?;
        match action {
            CaseAction::Pause => match self.state {
                CaseState::Unassigned => Err(CaseRefusal::Unassigned),
                CaseState::Paused { .. } => Err(CaseRefusal::AlreadyPaused),
                CaseState::Active { .. } | CaseState::Closed { .. } => Ok(()),
            },
            CaseAction::Resume => match self.state {
                CaseState::Paused { .. } => Ok(()),
                CaseState::Unassigned | CaseState::Active { .. } | CaseState::Closed { .. } => {
                    Err(CaseRefusal::NotPaused)
                }
            },
            CaseAction::ProposeClosure => match self.closure_proposed_by {
                Some(_) => Err(CaseRefusal::ClosureAlreadyProposed),
                None if at.transfer_is_requested => Err(CaseRefusal::TransferAlreadyRequested),
                None if at.open_tasks > 0 => Err(CaseRefusal::OpenTasks),
                None => Ok(()),
            },
            CaseAction::RequestTransfer => match self.closure_proposed_by {
                Some(_) => Err(CaseRefusal::ClosureAlreadyProposed),
                None if at.transfer_is_requested => Err(CaseRefusal::TransferAlreadyRequested),
                None => Ok(()),
            },
            CaseAction::ApproveClosure => self.allows_approval(at),
            CaseAction::ReturnClosure => match self.closure_proposed_by {
                Some(_) => Ok(()),
                None => Err(CaseRefusal::NoClosureProposed),
            },
            CaseAction::AddBarrier if at.barriers >= crate::barriers::MOST_PER_CASE => {
                Err(CaseRefusal::TooManyBarriers)
            }
            CaseAction::Reopen
            | CaseAction::Assign
            | CaseAction::LogContact
            | CaseAction::AddMeeting
            | CaseAction::AddNote
            | CaseAction::AddComment
            | CaseAction::AddAgencyReferral
            | CaseAction::AddDisclosure
            | CaseAction::ReplacePrimaryContact
            | CaseAction::AddTask
            | CaseAction::AddBarrier
            | CaseAction::ChangePlan
            | CaseAction::AddDocument => Ok(()),
        }
    }

    /// What follows when the caller approves the closure that waits.
    pub fn closure_approval(&self, at: &Circumstances) -> Result<Approval, CaseRefusal> {
        let proposed_by = self.closure_proposed_by.ok_or(CaseRefusal::NoClosureProposed)?;
        let own = is_own_closure(at.caller, proposed_by, self.case_manager());
        closing::approval(at.approval, own, at.works_alone).ok_or(CaseRefusal::OwnClosure)
    }

    fn allows_approval(&self, at: &Circumstances) -> Result<(), CaseRefusal> {
        self.closure_approval(at)?;
        if at.open_tasks > 0 {
            return Err(CaseRefusal::OpenTasks);
        }
        if at.unexplained_barrier { Err(CaseRefusal::UnexplainedBarrier) } else { Ok(()) }
    }

    fn allows_reopening(&self, at: &Circumstances) -> Result<(), CaseRefusal> {
        if !self.status().is_closed() {
            return Err(CaseRefusal::NotClosed);
        }
        if at.reopen_until.is_none_or(|until| at.today > until) {
            return Err(CaseRefusal::ReopeningTooLate);
        }
        if at.another_case_is_open {
            return Err(CaseRefusal::AnotherCaseOpen);
        }
        Ok(())
    }

    /// Whether what hangs on the case already may be changed, however much of it there is.
    pub fn must_be_open(&self) -> Result<(), CaseRefusal> {
        if self.status().is_closed() { Err(CaseRefusal::Closed) } else { Ok(()) }
    }

    /// Gives the case to a case manager, one at a time; a paused case stays paused.
    pub fn assign(&mut self, to: &Assignee, at: &Circumstances) -> Result<(), CaseRefusal> {
        self.allows(CaseAction::Assign, at)?;
        to.fits()?;
        if self.case_manager() == Some(to.id) {
            return Err(CaseRefusal::AlreadyAssigned);
        }
        match &mut self.state {
            CaseState::Paused { case_manager, .. } => *case_manager = to.id,
            CaseState::Unassigned | CaseState::Active { .. } | CaseState::Closed { .. } => {
                self.state = CaseState::Active { case_manager: to.id };
            }
        }
        Ok(())
    }

    /// Lets the case rest until somebody looks at it again on a later day.
    pub fn pause(
        &mut self,
        reason: Code,
        review_by: NaiveDate,
        at: &Circumstances,
    ) -> Result<(), CaseRefusal> {
        self.allows(CaseAction::Pause, at)?;
        let case_manager = self.case_manager().ok_or(CaseRefusal::Unassigned)?;
        if review_by <= at.today {
            return Err(CaseRefusal::ReviewNotAhead);
        }
        self.state = CaseState::Paused { case_manager, reason, from: at.today, review_by };
        Ok(())
    }

    pub fn resume(&mut self, at: &Circumstances) -> Result<(), CaseRefusal> {
        self.allows(CaseAction::Resume, at)?;
        let case_manager = self.case_manager().ok_or(CaseRefusal::Unassigned)?;
        self.state = CaseState::Active { case_manager };
        Ok(())
    }

    pub fn propose_closure(&mut self, at: &Circumstances) -> Result<(), CaseRefusal> {
        self.allows(CaseAction::ProposeClosure, at)?;
        self.closure_proposed_by = Some(at.caller);
        Ok(())
    }

    /// Closes the case as it was proposed.
    pub fn approve_closure(
        &mut self,
        reason: Code,
        now: DateTime<Utc>,
        at: &Circumstances,
    ) -> Result<(), CaseRefusal> {
        self.allows(CaseAction::ApproveClosure, at)?;
        self.state = CaseState::Closed { case_manager: self.case_manager(), reason, at: now };
        self.closure_proposed_by = None;
        Ok(())
    }

    pub fn return_closure(&mut self, at: &Circumstances) -> Result<(), CaseRefusal> {
        self.allows(CaseAction::ReturnClosure, at)?;
        self.closure_proposed_by = None;
        Ok(())
    }

    /// Hands the case to another provider, whose lead gives it to somebody.
    pub fn hand_over(&mut self, to: ProviderId) -> Result<(), CaseRefusal> {
        self.must_be_open()?;
        self.provider_id = to;
        self.state = CaseState::Unassigned;
        Ok(())
    }

    /// Opens the same case again, with the case manager it had when they may still work on it.
    pub fn reopen(
        &mut self,
        case_manager: Option<&Assignee>,
        at: &Circumstances,
    ) -> Result<(), CaseRefusal> {
        self.allows(CaseAction::Reopen, at)?;
        let still_fits = case_manager.filter(|person| person.fits().is_ok());
        self.state = match still_fits {
            Some(person) => CaseState::Active { case_manager: person.id },
            None => CaseState::Unassigned,
        };
        Ok(())
    }
}

impl Assignee {
    /// Whether this person may manage cases of the provider, and do what is to be done on them.
    pub fn fits(&self) -> Result<(), CaseRefusal> {
        if !self.works_here {
            return Err(CaseRefusal::AssigneeNotHere);
        }
        if !self.active {
            return Err(CaseRefusal::AssigneeDisabled);
        }
        if !self.trained {
            return Err(CaseRefusal::AssigneeUntrained);
        }
        Ok(())
    }
}

impl CaseStatus {
    /// Whether the case is over: until it is opened again, nobody works on it.
    pub fn is_closed(self) -> bool {
        match self {
            Self::Unassigned | Self::Active | Self::Paused => false,
            Self::Closed => true,
        }
    }

    /// What a sender is told.
    pub fn outcome_category(self) -> OutcomeCategory {
        match self {
            Self::Unassigned | Self::Active => OutcomeCategory::BeingSupported,
            Self::Paused => OutcomeCategory::SupportPaused,
            Self::Closed => OutcomeCategory::SupportEnded,
        }
    }
}

#[cfg(test)]
mod tests;
