//! Plans at rest: one for each case, with its reviews. The school reads them.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::cases::{CaseAction, CaseRefusal};
use ascms_domain::ids::{CaseId, PlanId, ReviewId, UserId};
use ascms_domain::patch::Patch;
use ascms_domain::plans::{
    MakePlan, PlanRefusal, PlanStep, Progress, ReviewPlan, UpdatePlan, check_days,
};
use ascms_domain::timeline::{Details, NewEntry, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::gate::write::Write;
use crate::reach::rows::attendance_case;
use crate::reference::actors;
use crate::rows::plan::{ActiveModel, Column, Entity, Goals, Model, People};
use crate::rows::plan_review;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::whole_row;
use crate::trace::case_change::Change;
use crate::trace::history::conflicts::{self, Edit, EditedRow, Standing};
use crate::{Store, gate, trace};

/// So many of a plan's reviews are read with it, the latest.
const REVIEWS_SHOWN: u64 = 50;

/// A plan with its latest reviews, and the names of their people.
#[derive(Clone, Debug)]
pub struct PlanFile {
    pub plan: Model,
    /// The latest first.
    pub reviews: Vec<plan_review::Model>,
    pub names: HashMap<UserId, String>,
}

/// Why a plan was not made, changed or reviewed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanChangeRefusal {
    #[error(transparent)]
    Case(#[from] CaseRefusal),
    #[error(transparent)]
    Plan(#[from] PlanRefusal),
}

impl Write<'_> {
    /// Records the plan that was agreed for a case.
    pub async fn make_plan(
        &self,
        case_id: CaseId,
        new: MakePlan,
    ) -> Result<PlanFile, CallError<PlanChangeRefusal>> {
        let (txn, now) = (self.txn, self.now());
        let case = locked(self, case_id).await?;
        if of_case(txn, case_id).await?.is_some() {
            return Err(refused(PlanRefusal::Exists));
        }
        let MakePlan { goals, agreed_with, agreed_on, next_review_on } = new;
        check_days(agreed_on, next_review_on, self.today()).map_err(refused)?;
        let row = Model {
            id: PlanId::generate(),
            case_id,
            goals: Goals(goals),
            agreed_with: People(agreed_with),
            agreed_on,
            next_review_on,
            made_by: self.caller(),
            made_at: now,
            version: 1,
            updated_at: now,
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        leave_trace(self, &case, &row, "plan.made", change_of(PlanStep::Made, &row)).await?;
        Ok(file(txn, row).await?)
    }

    /// Changes a plan that has not changed since the edit was made.
    pub async fn change_plan(
        &self,
        case_id: CaseId,
        edit: &Edit<'_>,
        patch: UpdatePlan,
    ) -> Result<PlanFile, CallError<PlanChangeRefusal>> {
        let txn = self.txn;
        let case = locked(self, case_id).await?;
        let before = of_case(txn, case_id).await?.ok_or(StoreError::NotFound)?;
        let mut row = before.clone();
        let UpdatePlan { goals, agreed_with, agreed_on, next_review_on } = patch;
        // A day of review that was set before may have come since.
        let ahead = match next_review_on {
            Patch::Set(day) => Some(day),
            Patch::Keep | Patch::Clear => None,
        };
        row.agreed_on = agreed_on.unwrap_or(row.agreed_on);
        next_review_on.apply(&mut row.next_review_on);
        if let Some(goals) = goals {
            row.goals = Goals(goals);
        }
        if let Some(people) = agreed_with {
            row.agreed_with = People(people);
        }
        let subject = Subject::one("case", case_id.0).with([row.id.0]);
        let rows = EditedRow { row: &before, edited: Some(&row) };
        let standing = conflicts::require_version(txn, edit, rows, subject, &[]).await?;
        if standing == Standing::Done {
            return Ok(file(txn, before).await?);
        }
        check_days(row.agreed_on, ahead, self.today()).map_err(refused)?;
        trace::history::save_version(txn, self.grant(), &before, &mut row, self.now()).await?;
        let details = change_of(PlanStep::Changed, &row);
        leave_trace(self, &case, &row, "plan.changed", details).await?;
        Ok(file(txn, row).await?)
    }

    /// Records what a review of the plan came to.
    pub async fn review_plan(
        &self,
        case_id: CaseId,
        review: ReviewPlan,
    ) -> Result<PlanFile, CallError<PlanChangeRefusal>> {
        let (txn, now) = (self.txn, self.now());
        let case = locked(self, case_id).await?;
        let before = of_case(txn, case_id).await?.ok_or(StoreError::NotFound)?;
        let mut row = before.clone();
        let ReviewPlan { outcome, comment, next_review_on } = review;
        check_days(row.agreed_on, next_review_on, self.today()).map_err(refused)?;
        let reviewed = plan_review::Model {
            id: ReviewId::generate(),
            plan_id: row.id,
            outcome,
            comment: comment.0.clone(),
            next_review_on,
            reviewed_by: self.caller(),
            reviewed_at: now,
        };
        whole_row::insert(txn, plan_review::ActiveModel::from(reviewed)).await?;
        row.next_review_on = next_review_on;
        trace::history::save_version(txn, self.grant(), &before, &mut row, now).await?;
        let details = Details::PlanReview { outcome, comment, next_review_on };
        leave_trace(self, &case, &row, "plan.reviewed", details).await?;
        Ok(file(txn, row).await?)
    }
}

impl Store {
    /// The plan of a case.
    pub async fn plan(
        &self,
        grant: &Grant,
        case_id: CaseId,
        now: DateTime<Utc>,
    ) -> Result<PlanFile, StoreError> {
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let row = of_case(&self.read, case.id).await?.ok_or(StoreError::NotFound)?;
        let found = file(&self.read, row).await?;
        let reviews = found.reviews.iter().map(|row| row.id.0);
        let subject = Subject::one("case", case_id.0).with([found.plan.id.0]).with(reviews);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found)
    }
}

fn refused(err: PlanRefusal) -> CallError<PlanChangeRefusal> {
    CallError::Refused(err.into())
}

/// The lock of the case is the lock of its plan.
async fn locked(
    write: &Write<'_>,
    case_id: CaseId,
) -> Result<attendance_case::Model, CallError<PlanChangeRefusal>> {
    let &Write { txn, call, calendars, .. } = write;
    gate::case::locked_for(txn, call, case_id, CaseAction::ChangePlan, calendars).await
}

async fn of_case(db: &impl ConnectionTrait, case_id: CaseId) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::CaseId.eq(case_id)).one(db).await
}

fn change_of(what: PlanStep, row: &Model) -> Details {
    let Progress { steps, steps_done } = Progress::of(&row.goals.0);
    Details::Plan { what, steps, steps_done }
}

/// What a change of a plan leaves behind; the school sees it.
async fn leave_trace(
    write: &Write<'_>,
    case: &attendance_case::Model,
    row: &Model,
    kind: &'static str,
    details: Details,
) -> Result<(), DbErr> {
    let entry = NewEntry::new(Visibility::Shared, write.now(), details);
    let change = Change::on_case(kind, row.id.0, row.version);
    trace::timeline::record_case_event(write.txn, write.grant(), case, entry, change, write.now())
        .await
}

async fn file(db: &impl ConnectionTrait, plan: Model) -> Result<PlanFile, DbErr> {
    let reviews = plan_review::Entity::find()
        .filter(plan_review::Column::PlanId.eq(plan.id))
        .order_by_desc(plan_review::Column::Id)
        .limit(REVIEWS_SHOWN)
        .all(db)
        .await?;
    let people = reviews.iter().map(|row| row.reviewed_by).chain([plan.made_by]);
    let names = actors::names_of(db, people).await?;
    Ok(PlanFile { plan, reviews, names })
}
