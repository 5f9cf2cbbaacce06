//! Tasks at rest: what is to be done on a case. They are the provider's own affair.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::cases::{CaseAction, CaseRefusal};
use ascms_domain::ids::{CaseId, ProviderId, TaskId, UserId};
use ascms_domain::patch::Patch;
use ascms_domain::tasks::{
    AddTask, Due, DueDay, TaskOutcome, TaskRefusal, TaskStatus, TaskStep, UpdateTask,
};
use ascms_domain::text::{Line, LongText};
use ascms_domain::timeline::{Details, NewEntry, Visibility};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::gate::write::Write;
use crate::reach::rows::attendance_case;
use crate::reference::actors;
use crate::rows::lifecycle;
use crate::rows::school;
use crate::rows::task::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest, Pass};
use crate::store::position;
use crate::store::position::point::Position;
use crate::store::whole_row;
use crate::trace::case_change::Change;
use crate::trace::history::conflicts::{self, Edit, EditedRow, Standing};
use crate::{Store, gate, trace};

/// A task and the names of its people.
#[derive(Clone, Debug)]
pub struct TaskRow {
    pub task: Model,
    pub assignee_name: Option<String>,
    pub added_by_name: Option<String>,
    pub finished_by_name: Option<String>,
}

/// Where a page of tasks goes on: they are listed by when they are due.
pub type TaskKey = (NaiveDate, TaskId);

/// Why a task was not added, changed or finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskChangeRefusal {
    #[error(transparent)]
    Case(#[from] CaseRefusal),
    #[error(transparent)]
    Task(#[from] TaskRefusal),
    #[error("nobody has this id")]
    UnknownPerson,
}

impl Write<'_> {
    /// Sets something to do on a case.
    pub async fn add_task(
        &self,
        case_id: CaseId,
        new: AddTask,
    ) -> Result<TaskRow, CallError<TaskChangeRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let case = locked(self, case_id).await?;
        let school = school::Entity::find_by_id(case.school_id).one(txn).await?;
        let region = school.and_then(|school| school.holiday_region);
        let DueDay { on, calendar_version } =
            new.due().day(&calendars.contract, region, self.today()).map_err(refused)?;
        if let Some(person) = new.assignee_id {
            may_take(self, person, case.provider_id).await?;
        }
        let row = Model {
            id: TaskId::generate(),
            case_id,
            title: new.title.0,
            assignee_id: new.assignee_id.or(case.case_manager_id),
            due_on: on,
            calendar_version,
            status: TaskStatus::Open,
            added_by: self.caller(),
            added_at: self.now(),
            finished_by: None,
            finished_at: None,
            comment: None,
            version: 1,
            updated_at: self.now(),
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        leave_trace(self, &case, &row, TaskStep::Added).await?;
        Ok(read_names(txn, row).await?)
    }

    /// Changes a task that has not changed since the edit was made.
    pub async fn change_task(
        &self,
        ids: (CaseId, TaskId),
        edit: &Edit<'_>,
        patch: UpdateTask,
    ) -> Result<TaskRow, CallError<TaskChangeRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let case = locked(self, ids.0).await?;
        let before = find(txn, ids).await?;
        let mut row = patched(&before, &patch);
        let subject = Subject::one("case", ids.0.0).with([ids.1.0]);
        let rows = EditedRow { row: &before, edited: Some(&row) };
        let standing = conflicts::require_version(txn, edit, rows, subject, &[]).await?;
        if standing == Standing::Done {
            return Ok(read_names(txn, before).await?);
        }
        before.status.still_open().map_err(refused)?;
        if let Some(on) = patch.due_on {
            let due = Due::On(on).day(&calendars.contract, None, self.today()).map_err(refused)?;
            (row.due_on, row.calendar_version) = (due.on, due.calendar_version);
        }
        if let Patch::Set(person) = patch.assignee_id {
            may_take(self, person, case.provider_id).await?;
        }
        trace::history::save_version(txn, self.grant(), &before, &mut row, self.now()).await?;
        leave_trace(self, &case, &row, TaskStep::Changed).await?;
        Ok(read_names(txn, row).await?)
    }

    /// Ends a task: it was done, or it is not to be done.
    pub async fn finish_task(
        &self,
        ids: (CaseId, TaskId),
        outcome: TaskOutcome,
        comment: Option<LongText>,
    ) -> Result<TaskRow, CallError<TaskChangeRefusal>> {
        let case = locked(self, ids.0).await?;
        let before = find(self.txn, ids).await?;
        let mut row = before.clone();
        row.status.still_open().map_err(refused)?;
        row.status = outcome.status();
        row.comment = comment.map(|comment| comment.0);
        row.finished_by = Some(self.caller());
        row.finished_at = Some(self.now());
        trace::history::save_version(self.txn, self.grant(), &before, &mut row, self.now()).await?;
        leave_trace(self, &case, &row, outcome.step()).await?;
        Ok(read_names(self.txn, row).await?)
    }
}

impl Store {
    /// One task of a case.
    pub async fn task(
        &self,
        grant: &Grant,
        ids: (CaseId, TaskId),
        now: DateTime<Utc>,
    ) -> Result<TaskRow, StoreError> {
        let (case_id, id) = ids;
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let row = read_names(&self.read, find(&self.read, (case.id, id)).await?).await?;
        let subject = Subject::one("case", case_id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// The tasks of a case by when they are due, of one status or of any.
    pub async fn tasks(
        &self,
        grant: &Grant,
        case_id: CaseId,
        status: Option<TaskStatus>,
        page: PageRequest<Pass<TaskKey>>,
        now: DateTime<Utc>,
    ) -> Result<Page<TaskRow, Pass<TaskKey>>, StoreError> {
        let of_pass = page.of_pass(self).await?;
        let page = of_pass.page;
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let mut fitting = Entity::find().filter(Column::CaseId.eq(case.id));
        if let Some(status) = status {
            fitting = fitting.filter(Column::Status.eq(status));
        }
        let total = page.total(&fitting, &self.read).await?;
        let backend = self.read.get_database_backend();
        let moved =
            |since: &Position| Column::Id.in_subquery(position::changed(backend, "task", since));
        let mut query = page.in_order_of(fitting.clone(), (Column::DueOn, Column::Id));
        if let Some(since) = &of_pass.since {
            query = query.filter(moved(since));
        }
        let found = page.cut(query.all(&self.read).await?, |row| (row.due_on, row.id));
        let again = async |began: &Position| {
            Ok(fitting.filter(moved(began)).one(&self.read).await?.is_some())
        };
        let next = of_pass.next(found.next, again).await?;
        let names = actors::names_of(&self.read, found.items.iter().flat_map(people)).await?;
        let found = found.map(|row| with_names(row, &names));
        let ids = found.items.iter().map(|row| row.task.id.0);
        let subject = Subject::one("case", case_id.0).with(ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { items: found.items, next, total })
    }
}

/// Whose open tasks become nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FormerAssignees {
    /// The case went to another provider: only people of the one before could have tasks.
    Provider,
    /// The case went to another case manager of the same provider; others keep theirs.
    CaseManager(UserId),
}

/// The case went to others, and who has it no longer does not reach its tasks: those that are open
/// are nobody's, and so fall to whoever manages the case.
pub(crate) async fn hand_over(
    write: &Write<'_>,
    case: &attendance_case::Model,
    former: FormerAssignees,
) -> Result<(), DbErr> {
    let theirs = match former {
        FormerAssignees::Provider => Column::AssigneeId.is_not_null(),
        FormerAssignees::CaseManager(id) => Column::AssigneeId.eq(id),
    };
    let given = Entity::find()
        .filter(Column::CaseId.eq(case.id))
        .filter(lifecycle::is((Entity, Column::Status), TaskStatus::is_open))
        .filter(theirs)
        .order_by_asc(Column::Id);
    for before in given.all(write.txn).await? {
        let mut row = before.clone();
        row.assignee_id = None;
        trace::history::save_version(write.txn, write.grant(), &before, &mut row, write.now())
            .await?;
        leave_trace(write, case, &row, TaskStep::Changed).await?;
    }
    Ok(())
}

/// The task as it would be; whether it may be so is not asked.
fn patched(before: &Model, patch: &UpdateTask) -> Model {
    let UpdateTask { title, due_on, assignee_id } = patch.clone();
    let mut row = before.clone();
    row.title = title.map_or(row.title, String::from);
    row.due_on = due_on.unwrap_or(row.due_on);
    assignee_id.apply(&mut row.assignee_id);
    row
}

fn refused(err: TaskRefusal) -> CallError<TaskChangeRefusal> {
    CallError::Refused(err.into())
}

/// The lock of the case is the lock of its tasks.
async fn locked(
    write: &Write<'_>,
    case_id: CaseId,
) -> Result<attendance_case::Model, CallError<TaskChangeRefusal>> {
    let &Write { txn, call, calendars, .. } = write;
    gate::case::locked_for(txn, call, case_id, CaseAction::AddTask, calendars).await
}

/// Whether somebody may be given a task of this provider's cases.
async fn may_take(
    write: &Write<'_>,
    person: UserId,
    provider: ProviderId,
) -> Result<(), CallError<TaskChangeRefusal>> {
    let person = actors::assignee(write.txn, person, provider, write.today()).await?;
    let person = person.ok_or(CallError::Refused(TaskChangeRefusal::UnknownPerson))?;
    person.fits().map_err(|err| CallError::Refused(err.into()))
}

async fn find(db: &impl ConnectionTrait, ids: (CaseId, TaskId)) -> Result<Model, StoreError> {
    let (case_id, id) = ids;
    let row = Entity::find_by_id(id).filter(Column::CaseId.eq(case_id)).one(db).await?;
    row.ok_or(StoreError::NotFound)
}

/// What a change of a task leaves behind, for the provider's people alone.
async fn leave_trace(
    write: &Write<'_>,
    case: &attendance_case::Model,
    row: &Model,
    what: TaskStep,
) -> Result<(), DbErr> {
    let kind = match what {
        TaskStep::Added => "task.added",
        TaskStep::Changed => "task.changed",
        TaskStep::Done | TaskStep::Cancelled => "task.finished",
    };
    let visibility = Visibility::Private;
    let details = Details::Task {
        what,
        title: Line(row.title.clone()),
        due_on: row.due_on,
        assignee_id: row.assignee_id,
        comment: row.comment.clone().map(LongText),
    };
    let entry = NewEntry::new(visibility, write.now(), details);
    let change = Change::on_case(kind, row.id.0, row.version);
    trace::timeline::record_case_event(write.txn, write.grant(), case, entry, change, write.now())
        .await
}

fn people(row: &Model) -> impl Iterator<Item = UserId> {
    [row.assignee_id, Some(row.added_by), row.finished_by].into_iter().flatten()
}

fn with_names(row: Model, names: &HashMap<UserId, String>) -> TaskRow {
    let name = |id: Option<UserId>| id.and_then(|id| names.get(&id).cloned());
    TaskRow {
        assignee_name: name(row.assignee_id),
        added_by_name: name(Some(row.added_by)),
        finished_by_name: name(row.finished_by),
        task: row,
    }
}

async fn read_names(db: &impl ConnectionTrait, row: Model) -> Result<TaskRow, DbErr> {
    let names = actors::names_of(db, people(&row)).await?;
    Ok(with_names(row, &names))
}
