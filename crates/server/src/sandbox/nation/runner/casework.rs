//! What is done on a case, through the functions of the store that the API calls.

use ascms_domain::access::{Action, Actor};
use ascms_domain::barriers::BarrierGoal;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{
    ALTERNATIVE_PATHWAY, CaseAction, Checklist, ClosurePathway, Explanation, OutsideMaterial,
};
use ascms_domain::documents::{MediaType, Verdict};
use ascms_domain::ids::{CaseId, TaskId};
use ascms_domain::tasks::TaskOutcome;
use ascms_domain::transfers::TransferOutcome;
use ascms_persistence::Call;
use ascms_persistence::cases::lifecycle::ClosureProposal;
use ascms_persistence::documents::NewDocument;
use ascms_persistence::history::Edit;
use ascms_persistence::timeline::Recording;
use aws_lc_rs::digest::{SHA256, digest};
use chrono::{DateTime, Utc};

use super::{Runner, answer};
use crate::sandbox::nation::error::{SeedError, refused};
use crate::sandbox::nation::scenarios::{
    OnBarrier, OnPlan, OnTask, OnTransfer, Paper, Transition, Work,
};

/// The case of a story, and who does something on it.
type On<'a> = (usize, CaseId, &'a Call<'a>);

/// Something that was to be there by now.
fn missing(what: &str) -> SeedError {
    SeedError::Refused(format!("no {what}"))
}

/// What somebody needs to be allowed.
fn permission(work: &Work) -> Action {
    let action = match work {
        Work::Look => return Action::ReadCases,
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
        let on = (story, case, &call);
        match work {
            Work::Look => Ok(self.store.case(&grant, case, now).await.map(drop)?),
            Work::Record(action, visibility, details, before) => {
                let occurred_at = now - before;
                let recording =
                    Recording { action, visibility, occurred_at, details, corrects: None };
                let done = self.store.record_entry(&call, case, recording, |_| answer());
                done.await.map(drop).map_err(refused)
            }
            Work::Task(work) => self.on_task(on, work).await,
            Work::Barrier(work) => self.on_barrier(on, work).await,
            Work::Plan(work) => self.on_plan(on, work).await,
            Work::Upload(paper) => self.upload(on, paper).await,
            Work::Transition(transition) => self.transition(on, transition).await,
            Work::Transfer(work) => self.on_transfer(on, work).await,
        }
    }

    async fn on_task(
        &mut self,
        (story, case, call): On<'_>,
        work: OnTask,
    ) -> Result<(), SeedError> {
        let open = &mut self.stories.entry(story).or_default().tasks;
        let finished: Vec<(TaskId, Option<&'static str>)> = match work {
            OnTask::Add(new) => {
                let added = self.store.add_task(call, case, new, |row| {
                    open.push(row.task.id);
                    answer()
                });
                return added.await.map(drop).map_err(refused);
            }
            OnTask::FinishFirst(words) => {
                open.drain(..open.len().min(1)).zip([Some(words)]).collect()
            }
            OnTask::FinishAll => open.drain(..).map(|id| (id, None)).collect(),
        };
        for (id, words) in finished {
            let (ids, words) = ((case, id), words.map(Into::into));
            let done = self.store.finish_task(call, ids, TaskOutcome::Done, words, |_| answer());
            done.await.map_err(refused)?;
        }
        Ok(())
    }

    async fn on_barrier(
        &mut self,
        (story, case, call): On<'_>,
        work: OnBarrier,
    ) -> Result<(), SeedError> {
        let barriers = &mut self.stories.entry(story).or_default().barriers;
        match work {
            OnBarrier::Add(new) => {
                let added = self.store.add_barrier(call, case, new, |row| {
                    barriers.push((row.barrier.id, BarrierGoal::BeingAddressed));
                    answer()
                });
                added.await.map(drop).map_err(refused)
            }
            OnBarrier::MoveFirst(to, words) => {
                let (id, at) = barriers.first_mut().ok_or_else(|| missing("barrier"))?;
                *at = to;
                let words = Some(words.into());
                let moved = self.store.move_barrier(call, (case, *id), to, words, |_| answer());
                moved.await.map(drop).map_err(refused)
            }
        }
    }

    async fn on_plan(&self, (_, case, call): On<'_>, work: OnPlan) -> Result<(), SeedError> {
        let done = match work {
            OnPlan::Make(new) => self.store.make_plan(call, case, new, |_| answer()).await,
            OnPlan::Change(change) => {
                // Of whatever version it is: nobody else is at work here.
                let members = serde_json::Map::new();
                let Call { grant, now, .. } = *call;
                let edit = Edit { grant, now, version: None, members: &members };
                self.store.change_plan(call, case, &edit, change, |_| answer()).await
            }
            OnPlan::Review(new) => self.store.review_plan(call, case, new, |_| answer()).await,
        };
        done.map(drop).map_err(refused)
    }

    /// Puts the paper where an upload would put it, and then into the database.
    async fn upload(&self, (_, case, call): On<'_>, paper: Paper) -> Result<(), SeedError> {
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
        let kept = self.store.upload_document(call, case, new, |_| answer()).await;
        deposit.settle(kept.is_ok()).await;
        kept.map(drop).map_err(refused)
    }

    async fn transition(
        &mut self,
        (story, case, call): On<'_>,
        transition: Transition,
    ) -> Result<(), SeedError> {
        let store = self.store;
        let done = match transition {
            Transition::Pause(pause) => store.pause_case(call, case, pause, |_| answer()).await,
            Transition::Resume(words) => {
                store.resume_case(call, case, Some(words.into()), |_| answer()).await
            }
            Transition::ProposeClosure(reason, outcome) => {
                let outcome = outcome.into();
                let checklist = self.checklist(story);
                let pathway = (reason.as_str() == ALTERNATIVE_PATHWAY).then(|| ClosurePathway {
                    kind: "alternative_education".into(),
                    first_day: nz_date(call.now),
                });
                let proposal = ClosureProposal { reason, outcome, checklist, pathway };
                store.propose_closure(call, case, proposal, |_| answer()).await
            }
            Transition::ApproveClosure => store.approve_closure(call, case, |_| answer()).await,
            Transition::ReturnClosure(words) => {
                store.return_closure(call, case, words.into(), |_| answer()).await
            }
            Transition::Reopen(reason) => {
                store.reopen_case(call, case, reason.into(), |_| answer()).await
            }
        };
        done.map(drop).map_err(refused)
    }

    /// Everything confirmed, and what is not resolved explained.
    fn checklist(&mut self, story: usize) -> Checklist {
        let barriers = self.stories.entry(story).or_default().barriers.iter();
        let standing = barriers.filter(|(_, at)| *at != BarrierGoal::Resolved);
        let explained = standing.map(|(barrier_id, _)| Explanation {
            barrier_id: *barrier_id,
            words: "The school goes on with it.".into(),
        });
        Checklist {
            barriers: explained.collect(),
            plan_reviewed: true,
            outside_material: OutsideMaterial { checked: true, copied_in: true, destroyed: true },
        }
    }

    async fn on_transfer(
        &mut self,
        (story, case, call): On<'_>,
        work: OnTransfer,
    ) -> Result<(), SeedError> {
        let standing = self.stories.entry(story).or_default();
        let done = match work {
            OnTransfer::Request(to, reason) => {
                let asked = self.store.request_transfer(call, case, to, reason.into(), |row| {
                    standing.transfer = Some(row.transfer.id);
                    answer()
                });
                asked.await
            }
            OnTransfer::Accept => {
                let id = standing.transfer.take().ok_or_else(|| missing("transfer"))?;
                let outcome = TransferOutcome::Accepted;
                self.store.decide_transfer(call, id, outcome, None, |_| answer()).await
            }
        };
        done.map(drop).map_err(refused)
    }
}
