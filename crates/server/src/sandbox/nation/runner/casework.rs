//! What is done on a case, through the functions of the store that the API calls.

use ascms_domain::access::{Action, Actor};
use ascms_domain::barriers::BarrierGoal;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{
    ALTERNATIVE_PATHWAY, CaseAction, Checklist, ClosurePathway, Explanation, OutsideMaterial,
    ProposeClosure,
};
use ascms_domain::documents::{MediaType, Verdict};
use ascms_domain::ids::{CaseId, TaskId};
use ascms_domain::tasks::TaskOutcome;
use ascms_domain::timeline::Recording;
use ascms_domain::transfers::TransferAnswer;
use ascms_persistence::documents::NewDocument;
use ascms_persistence::history::Edit;
use ascms_persistence::{About, Call, Write};
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};

use super::{Runner, change, missing};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::scenarios::{
    OnBarrier, OnNeed, OnPlan, OnTask, OnTransfer, Paper, Transition, Work,
};

/// The case of a story, and the call that does something on it.
#[derive(Clone, Copy)]
struct OnCase<'a> {
    story: usize,
    case: CaseId,
    call: &'a Call<'a>,
}

/// What somebody needs to be allowed.
fn permission(work: &Work) -> Action {
    let action = match work {
        Work::Look => return Action::ReadCases,
        Work::Need(OnNeed::Approve(_)) => return Action::DecideNeeds,
        Work::Need(OnNeed::Ask(..) | OnNeed::Spend(..) | OnNeed::Settle(_)) => {
            return Action::AskForNeeds;
        }
        Work::Transfer(OnTransfer::Accept) => return Action::DecideTransfers,
        Work::Transfer(OnTransfer::Request(..)) => CaseAction::RequestTransfer,
        Work::Record(action, ..) => *action,
        Work::Task(_) => CaseAction::AddTask,
        Work::Barrier(_) => CaseAction::AddBarrier,
        Work::Plan(_) => CaseAction::ChangePlan,
        Work::Upload(_) => CaseAction::AddDocument,
        Work::Transition(Transition::Pause(_)) => CaseAction::Pause,
        Work::Transition(Transition::Resume(_)) => CaseAction::Resume,
        Work::Transition(Transition::ProposeClosure(..)) => CaseAction::ProposeClosure,
        Work::Transition(Transition::ApproveClosure) => CaseAction::ApproveClosure,
        Work::Transition(Transition::ReturnClosure(_)) => CaseAction::ReturnClosure,
        Work::Transition(Transition::Reopen(_)) => CaseAction::Reopen,
    };
    action.permission()
}

impl Runner<'_> {
    pub(super) async fn work(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        story: usize,
        work: Work,
    ) -> Result<(), SeedError> {
        let grant = actor.may(permission(&work))?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let case = self.stories.entry(story).or_default().case.ok_or_else(|| missing("case"))?;
        let on = OnCase { story, case, call: &call };
        match work {
            Work::Look => Ok(self.store.case(&grant, case, now).await.map(drop)?),
            Work::Record(action, visibility, details, before) => {
                let occurred_at = now - before;
                let recording =
                    Recording { action, visibility, occurred_at, details, corrects: None };
                let work = async |write: &Write<'_>| write.record_entry(case, recording).await;
                change(self.store, &call, About::Case(case), work).await.map(drop)
            }
            Work::Task(work) => self.on_task(on, work).await,
            Work::Barrier(work) => self.on_barrier(on, work).await,
            Work::Plan(work) => self.on_plan(on, work).await,
            Work::Need(work) => self.on_need(case, &call, work).await,
            Work::Upload(paper) => self.upload(on, paper).await,
            Work::Transition(transition) => self.transition(on, transition).await,
            Work::Transfer(work) => self.on_transfer(on, work).await,
        }
    }

    async fn on_task(
        &mut self,
        OnCase { story, case, call }: OnCase<'_>,
        work: OnTask,
    ) -> Result<(), SeedError> {
        let open = &mut self.stories.entry(story).or_default().tasks;
        let finished: Vec<(TaskId, Option<&'static str>)> = match work {
            OnTask::Add(new) => {
                let work = async |write: &Write<'_>| write.add_task(case, new).await;
                let added = change(self.store, call, About::Case(case), work).await?;
                open.push(added.task.id);
                return Ok(());
            }
            OnTask::FinishFirst(comment) => {
                open.drain(..open.len().min(1)).zip([Some(comment)]).collect()
            }
            OnTask::FinishAll => open.drain(..).map(|id| (id, None)).collect(),
        };
        for (id, comment) in finished {
            let (ids, comment) = ((case, id), comment.map(Into::into));
            let done = TaskOutcome::Done;
            let work = async |write: &Write<'_>| write.finish_task(ids, done, comment).await;
            change(self.store, call, About::Case(case), work).await?;
        }
        Ok(())
    }

    async fn on_barrier(
        &mut self,
        OnCase { story, case, call }: OnCase<'_>,
        work: OnBarrier,
    ) -> Result<(), SeedError> {
        let barriers = &mut self.stories.entry(story).or_default().barriers;
        match work {
            OnBarrier::Add(new) => {
                let work = async |write: &Write<'_>| write.add_barrier(case, new).await;
                let added = change(self.store, call, About::Case(case), work).await?;
                barriers.push((added.barrier.id, BarrierGoal::BeingAddressed));
                Ok(())
            }
            OnBarrier::MoveFirst(to, comment) => {
                let (id, at) = barriers.first_mut().ok_or_else(|| missing("barrier"))?;
                *at = to;
                let (ids, comment) = ((case, *id), Some(comment.into()));
                let work = async |write: &Write<'_>| write.move_barrier(ids, to, comment).await;
                change(self.store, call, About::Case(case), work).await.map(drop)
            }
        }
    }

    async fn on_plan(
        &self,
        OnCase { case, call, .. }: OnCase<'_>,
        work: OnPlan,
    ) -> Result<(), SeedError> {
        let done = async |write: &Write<'_>| match work {
            OnPlan::Make(new) => write.make_plan(case, new).await,
            OnPlan::Change(change) => {
                // Of whatever version it is: nobody else is at work here.
                let members = serde_json::Map::new();
                let Call { grant, now, .. } = *call;
                let edit = Edit { grant, now, version: None, members: &members };
                write.change_plan(case, &edit, change).await
            }
            OnPlan::Review(new) => write.review_plan(case, new).await,
        };
        change(self.store, call, About::Case(case), done).await.map(drop)
    }

    async fn upload(
        &self,
        OnCase { case, call, .. }: OnCase<'_>,
        paper: Paper,
    ) -> Result<(), SeedError> {
        self.put(paper, async |new| {
            let work = async |write: &Write<'_>| write.upload_document(case, new).await;
            change(self.store, call, About::DocumentOf(case), work).await.map(drop)
        })
        .await
    }

    /// Puts the paper where an upload would put it, and then into the database.
    pub(super) async fn put(
        &self,
        paper: Paper,
        enter: impl AsyncFnOnce(NewDocument) -> Result<(), SeedError>,
    ) -> Result<(), SeedError> {
        let Paper { name, content, visibility } = paper;
        let mut deposit = self.objects.deposit().await?;
        deposit.write(content.as_bytes()).await?;
        deposit.finish().await?;
        let digest = digest(&SHA256, content.as_bytes());
        let new = NewDocument {
            name: name.to_owned(),
            media_type: MediaType::Txt,
            size: i64::try_from(content.len()).unwrap_or(i64::MAX),
            sha256: digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect(),
            visibility,
            verdict: Some(Verdict::Clean),
            object_key: deposit.key().to_owned(),
        };
        deposit.hand_over();
        let entered = enter(new).await;
        deposit.settle(entered.is_ok()).await;
        entered
    }

    async fn transition(
        &mut self,
        OnCase { story, case, call }: OnCase<'_>,
        transition: Transition,
    ) -> Result<(), SeedError> {
        let checklist = self.checklist(story);
        let done = async |write: &Write<'_>| match transition {
            Transition::Pause(pause) => write.pause_case(case, pause).await,
            Transition::Resume(comment) => write.resume_case(case, Some(comment.into())).await,
            Transition::ProposeClosure(reason, outcome) => {
                let outcome = outcome.into();
                let pathway = (reason.as_str() == ALTERNATIVE_PATHWAY).then(|| ClosurePathway {
                    kind: "alternative_education".into(),
                    first_day: nz_date(call.now),
                });
                let proposal = ProposeClosure { reason_code: reason, outcome, checklist, pathway };
                write.propose_closure(case, proposal).await
            }
            Transition::ApproveClosure => write.approve_closure(case).await,
            Transition::ReturnClosure(comment) => write.return_closure(case, comment.into()).await,
            Transition::Reopen(reason) => write.reopen_case(case, reason.into()).await,
        };
        change(self.store, call, About::Case(case), done).await.map(drop)
    }

    /// Everything confirmed, and what is not resolved explained.
    fn checklist(&mut self, story: usize) -> Checklist {
        let barriers = self.stories.entry(story).or_default().barriers.iter();
        let standing = barriers.filter(|(_, at)| *at != BarrierGoal::Resolved);
        let explained = standing.map(|(barrier_id, _)| Explanation {
            barrier_id: *barrier_id,
            comment: "The school goes on with it.".into(),
        });
        Checklist {
            barriers: explained.collect(),
            plan_reviewed: true,
            outside_material: OutsideMaterial { checked: true, copied_in: true, destroyed: true },
        }
    }

    async fn on_transfer(
        &mut self,
        OnCase { story, case, call }: OnCase<'_>,
        work: OnTransfer,
    ) -> Result<(), SeedError> {
        let standing = self.stories.entry(story).or_default();
        match work {
            OnTransfer::Request(to, reason) => {
                let work =
                    async |write: &Write<'_>| write.request_transfer(case, to, reason.into()).await;
                let asked = change(self.store, call, About::TransferOf(case), work).await?;
                standing.transfer = Some(asked.transfer.id);
            }
            OnTransfer::Accept => {
                let id = standing.transfer.take().ok_or_else(|| missing("transfer"))?;
                let work = async |write: &Write<'_>| {
                    write.decide_transfer(id, TransferAnswer::Accept { comment: None }).await
                };
                change(self.store, call, About::Transfer(id), work).await?;
            }
        }
        Ok(())
    }
}
