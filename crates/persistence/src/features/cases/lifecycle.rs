//! A case's life: given to somebody, paused, resumed, closed by two people, opened again.

use ascms_domain::cases::{
    ALTERNATIVE_PATHWAY, Case, CaseAction, CaseRefusal, ChecklistPoint, Circumstances,
    ClosurePathway, ClosureStatus, PauseCase, ProposeClosure,
};
use ascms_domain::enrolments::DAYS_AHEAD;
use ascms_domain::ids::{CaseId, ClosureId, UserId};
use ascms_domain::measures::ClockCause;
use ascms_domain::second_person::Approval;
use ascms_domain::text::{Code, LongText};
use ascms_domain::timeline::{Details, Visibility};
use chrono::Days;

use crate::features::cases::closure::{self, ClosureDecision};
use crate::features::cases::{CaseFile, assignment, lock_student};
use crate::features::measures::{self, ClockScope};
use crate::features::tasks::{self, FormerAssignees};
use crate::features::{barriers, closure_reviews, timeline};
use crate::gate::case::{circumstances, locked, whole};
use crate::gate::case_state::take_state;
use crate::gate::write::Write;
use crate::reach::rows::attendance_case::Model;
use crate::reference::actors;
use crate::rows::case_closure;
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use crate::trace::case_change::{Change, changed};
use crate::trace::{self, newest_entry};

/// Why a step of a case's life was refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaseStepRefusal {
    #[error(transparent)]
    Rule(#[from] CaseRefusal),
    #[error("nobody has this id")]
    UnknownPerson,
    #[error("this person does not work at the student's school")]
    ContactNotAtSchool,
    #[error("the reason is no code of the set `{0}`")]
    UnknownReason(&'static str),
    #[error("the checklist is not confirmed")]
    Unconfirmed(Vec<ChecklistPoint>),
    #[error(transparent)]
    Pathway(#[from] PathwayRefusal),
}

/// Why a closure's pathway was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathwayRefusal {
    #[error("a closure for an alternative pathway names it, and its first day")]
    Missing,
    #[error("the pathway is no code of the set `{0}`")]
    Unknown(&'static str),
    #[error("the first day is more than a year ahead")]
    TooFarAhead,
    #[error("the first day lies before the referral")]
    BeforeReferral,
}

/// What a step works on, locked.
struct Step<'a> {
    write: &'a Write<'a>,
    txn: &'a DatabaseTransaction,
    row: Model,
    case: Case,
    at: Circumstances,
}

impl Write<'_> {
    /// Gives a case to a case manager.
    pub async fn assign_case(
        &self,
        id: CaseId,
        to: UserId,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            let today = step.at.today;
            let assignee = actors::assignee(step.txn, to, step.case.provider_id, today).await?;
            let assignee = assignee.ok_or(CallError::Refused(CaseStepRefusal::UnknownPerson))?;
            let previous_id = step.case.case_manager();
            step.case.assign(&assignee, &step.at).map_err(refused)?;
            assignment::append(step.txn, id, to, step.at.caller, step.write.now()).await?;
            if let Some(former) = previous_id {
                // Of the case as it will be: the former case manager hears of the case, not of each task.
                let case = Model { case_manager_id: None, ..step.row.clone() };
                let former = FormerAssignees::CaseManager(former);
                tasks::hand_over(step.write, &case, former).await?;
            }
            Ok(("case.assigned", Details::Assignment { case_manager_id: to, previous_id }))
        })
        .await
    }

    /// Lets a case rest until a day of review.
    pub async fn pause_case(
        &self,
        id: CaseId,
        pause: PauseCase,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            let PauseCase { reason_code, review_by, comment } = pause;
            step.case.pause(reason_code.clone(), review_by, &step.at).map_err(refused)?;
            known_reason(step.write, "case-pause-reasons", &reason_code).await?;
            Ok(("case.paused", Details::Pause { reason_code, review_by, comment }))
        })
        .await
    }

    /// Takes a paused case up again.
    pub async fn resume_case(
        &self,
        id: CaseId,
        comment: Option<LongText>,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            step.case.resume(&step.at).map_err(refused)?;
            Ok(("case.resumed", Details::Resumption { comment }))
        })
        .await
    }

    /// Proposes to close a case, with the checklist confirmed.
    pub async fn propose_closure(
        &self,
        id: CaseId,
        proposal: ProposeClosure,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            let ProposeClosure { reason_code, outcome, checklist, pathway } = proposal;
            step.case.propose_closure(&step.at).map_err(refused)?;
            known_reason(step.write, "case-closure-reasons", &reason_code).await?;
            check_pathway(step, &reason_code, pathway.as_ref()).await?;
            let unresolved = barriers::unresolved(step.txn, id).await?;
            let unconfirmed = checklist.unconfirmed(&unresolved);
            if !unconfirmed.is_empty() {
                return Err(CallError::Refused(CaseStepRefusal::Unconfirmed(unconfirmed)));
            }
            let proposed = case_closure::Model {
                id: ClosureId::generate(),
                case_id: id,
                status: ClosureStatus::Proposed,
                reason_code: reason_code.0.clone(),
                outcome: outcome.0.clone(),
                checklist: case_closure::Confirmed(checklist.clone()),
                proposed_by: step.at.caller,
                proposed_at: step.write.now(),
                decided_by: None,
                decided_at: None,
                comment: None,
                after_entry: Some(newest_entry::number(step.txn, id).await?),
                pathway: pathway.as_ref().map(|pathway| pathway.kind.0.clone()),
                pathway_from: pathway.as_ref().map(|pathway| pathway.first_day),
            };
            closure::insert(step.txn, proposed).await?;
            let told = Details::ClosureProposal {
                reason_code,
                outcome,
                checklist: Some(checklist),
                pathway,
            };
            Ok(("case.closure_proposed", told))
        })
        .await
    }

    /// Closes a case as it was proposed.
    pub async fn approve_closure(
        &self,
        id: CaseId,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            let waiting = closure::waiting(step.txn, id).await?;
            let reason = waiting.as_ref().map(|row| row.reason_code.as_str());
            let reason = Code::from(reason.unwrap_or_default());
            // Of the case as it waits; the rule below refuses what must not be approved.
            let approval = step.case.closure_approval(&step.at);
            step.case
                .approve_closure(reason.clone(), step.write.now(), &step.at)
                .map_err(refused)?;
            let waiting = waiting.ok_or(refused(CaseRefusal::NoClosureProposed))?;
            let (outcome, pathway) = (LongText(waiting.outcome.clone()), waiting.named_pathway());
            let by = step.at.caller;
            if approval == Ok(Approval::ToBeReviewed) {
                closure_reviews::order(step.write, &step.row, &waiting).await?;
            }
            let approved = ClosureDecision {
                status: ClosureStatus::Approved,
                comment: None,
                by,
                at: step.write.now(),
            };
            closure::decide(step.txn, waiting, approved).await?;
            let outcome = Some(outcome);
            Ok(("case.closed", Details::Closure { reason_code: reason, outcome, pathway }))
        })
        .await
    }

    /// Sends a proposed closure back to the case's people.
    pub async fn return_closure(
        &self,
        id: CaseId,
        comment: LongText,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            step.case.return_closure(&step.at).map_err(refused)?;
            let waiting = closure::waiting(step.txn, id).await?;
            let waiting = waiting.ok_or(refused(CaseRefusal::NoClosureProposed))?;
            let returned = ClosureDecision {
                status: ClosureStatus::Returned,
                comment: Some(comment.0.clone()),
                by: step.at.caller,
                at: step.write.now(),
            };
            closure::decide(step.txn, waiting, returned).await?;
            Ok(("case.closure_returned", Details::ClosureReturn { comment }))
        })
        .await
    }

    /// Names another person of the school to follow a case; there is one at a time.
    pub async fn replace_primary_contact(
        &self,
        id: CaseId,
        to: UserId,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            let allowed = step.case.allows(CaseAction::ReplacePrimaryContact, &step.at);
            allowed.map_err(refused)?;
            let school = step.at.enrolled_at.unwrap_or(step.row.school_id);
            if !actors::works_at_school(step.txn, to, school, step.at.today).await? {
                return Err(CallError::Refused(CaseStepRefusal::ContactNotAtSchool));
            }
            let previous_id = step.row.primary_contact_id.replace(to);
            let told = Details::PrimaryContact { primary_contact_id: to, previous_id };
            Ok(("case.primary_contact_replaced", told))
        })
        .await
    }

    /// Opens a closed case again.
    pub async fn reopen_case(
        &self,
        id: CaseId,
        reason: LongText,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        self.step(id, async |step| {
            let before = match step.case.case_manager() {
                Some(id) => {
                    let (provider, today) = (step.case.provider_id, step.at.today);
                    actors::assignee(step.txn, id, provider, today).await?
                }
                None => None,
            };
            step.case.reopen(before.as_ref(), &step.at).map_err(refused)?;
            if step.case.case_manager().is_none() {
                assignment::end(step.txn, id, step.write.now()).await?;
            }
            // The student may have changed school while the case was closed.
            let school = step.at.enrolled_at.unwrap_or(step.row.school_id);
            if let Some(contact) = step.row.primary_contact_id
                && !actors::works_at_school(step.txn, contact, school, step.at.today).await?
            {
                step.row.primary_contact_id = None;
            }
            Ok(("case.reopened", Details::Reopening { reason: Some(reason) }))
        })
        .await
    }

    /// One step: the case locked, the rule asked, the row, its entry in the timeline, the audit
    /// and the event written together.
    async fn step(
        &self,
        id: CaseId,
        work: impl AsyncFnOnce(
            &mut Step<'_>,
        ) -> Result<(&'static str, Details), CallError<CaseStepRefusal>>,
    ) -> Result<CaseFile, CallError<CaseStepRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let (grant, now) = (self.grant(), self.now());
        let row = locked(txn, grant, id).await?;
        if row.closed_at.is_some() {
            // Reopened, it would stand beside a case that is opened at the same moment.
            lock_student(txn, row.student_id).await?;
        }
        let (case, at) = circumstances(txn, grant, &row, calendars, now).await?;
        let before = row.clone();
        let mut step = Step { write: self, txn, row, case, at };
        let (kind, details) = work(&mut step).await?;
        let Step { mut row, case, .. } = step;
        take_state(&mut row, &case);
        // A closure that is proposed or sent back is kept beside the row: no version of the
        // case, which the school sees, tells of it.
        if row != before {
            trace::history::save_version(txn, grant, &before, &mut row, now).await?;
        }
        if row.closed_at != before.closed_at {
            // A student who has left has left in every referral.
            let which = ClockScope::Students(&[row.student_id]);
            measures::recompute_clocks(txn, which, ClockCause::Closure, calendars, now).await?;
        }
        let before = before.case_manager_id;
        let visibility = visibility(&details);
        let change = Change::of_case(kind, &row)
            .to(visibility.into())
            .waiting_for_a_lead(matches!(details, Details::ClosureProposal { .. }))
            .taken_from(before.filter(|before| row.case_manager_id != Some(*before)))
            .with(row.case_manager_id.map(|id| id.0));
        changed(txn, grant, &row, change, now).await?;
        trace::timeline::append_now(txn, grant, &row, visibility, details, now).await?;
        Ok(self.case_file(id).await?)
    }

    /// The case as it is by now.
    async fn case_file(&self, id: CaseId) -> Result<CaseFile, StoreError> {
        let whole = whole(self.txn, self.grant(), id, self.today()).await?;
        let recent = timeline::recent(self.txn, self.grant(), &whole.row.case).await?;
        CaseFile::of(whole, recent, self.rules, self.calendars, self.today())
    }
}

/// A closure that is only proposed is the provider's own affair.
fn visibility(details: &Details) -> Visibility {
    let private =
        matches!(details, Details::ClosureProposal { .. } | Details::ClosureReturn { .. });
    if private { Visibility::Private } else { Visibility::Shared }
}

fn refused(err: CaseRefusal) -> CallError<CaseStepRefusal> {
    CallError::Refused(err.into())
}

/// Whether the closure names a pathway where its reason needs one, and one that can be.
async fn check_pathway(
    step: &Step<'_>,
    reason: &Code,
    pathway: Option<&ClosurePathway>,
) -> Result<(), CallError<CaseStepRefusal>> {
    let refused = |err: PathwayRefusal| Err(CallError::Refused(err.into()));
    let Some(ClosurePathway { kind, first_day }) = pathway else {
        let needed = reason.as_str() == ALTERNATIVE_PATHWAY;
        return if needed { refused(PathwayRefusal::Missing) } else { Ok(()) };
    };
    if *first_day < step.row.referral_date {
        return refused(PathwayRefusal::BeforeReferral);
    }
    let latest = step.at.today.checked_add_days(Days::new(DAYS_AHEAD));
    if latest.is_some_and(|latest| *first_day > latest) {
        return refused(PathwayRefusal::TooFarAhead);
    }
    let set = "alternative-pathways";
    let unknown = step.write.unknown_codes(&[(set, kind.as_str())]).await?;
    if unknown.is_empty() { Ok(()) } else { refused(PathwayRefusal::Unknown(set)) }
}

async fn known_reason(
    write: &Write<'_>,
    set: &'static str,
    reason: &Code,
) -> Result<(), CallError<CaseStepRefusal>> {
    if write.unknown_codes(&[(set, reason.as_str())]).await?.is_empty() {
        return Ok(());
    }
    Err(CallError::Refused(CaseStepRefusal::UnknownReason(set)))
}
