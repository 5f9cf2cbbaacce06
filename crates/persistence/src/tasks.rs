//! Tasks at rest: what is to be done on a case. They are the provider's own affair.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{CaseAction, CaseError};
use ascms_domain::ids::{CaseId, ProviderId, TaskId, UserId};
use ascms_domain::tasks::{Due, DueDay, TaskError, TaskOutcome, TaskStatus, TaskStep};
use ascms_domain::text::{Line, Words};
use ascms_domain::timeline::{Details, NewEntry, Visibility};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect, QueryTrait};

use crate::audit::{self, Subject};
use crate::call::About;
use crate::cases::Change;
use crate::history::{Edit, Standing};
use crate::idempotency::Answer;
use crate::page::{Page, PageRequest, Pass};
use crate::position::{self, Position};
use crate::turns::Topic;
use crate::{
    Call, CallError, DatabaseTransaction, Store, StoreError, actors, cases, history, schools,
    timeline,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "task")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: TaskId,
    pub case_id: CaseId,
    pub title: String,
    pub assignee_id: Option<UserId>,
    pub due_on: NaiveDate,
    /// The calendar that counted the day, when it was given in business days.
    pub calendar_version: Option<String>,
    pub status: TaskStatus,
    pub added_by: UserId,
    pub added_at: DateTime<Utc>,
    pub finished_by: Option<UserId>,
    pub finished_at: Option<DateTime<Utc>>,
    /// What was said when it was finished.
    pub words: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

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

/// Something to do, as somebody sets it.
#[derive(Clone, Debug)]
pub struct NewTask {
    pub title: Line,
    pub due: Due,
    /// The case manager, when nobody is named.
    pub assignee_id: Option<UserId>,
}

/// What of a task is to be another; `None` keeps.
#[derive(Clone, Debug, Default)]
pub struct TaskChange {
    pub title: Option<Line>,
    pub due_on: Option<NaiveDate>,
    /// To whom, or to nobody.
    pub assignee_id: Option<Option<UserId>>,
}

impl TaskChange {
    /// The task as it would be; whether it may be so is not asked.
    fn made_on(&self, before: &Model) -> Model {
        let Self { title, due_on, assignee_id } = self;
        Model {
            title: title.as_ref().map_or_else(|| before.title.clone(), |title| title.0.clone()),
            due_on: due_on.unwrap_or(before.due_on),
            assignee_id: assignee_id.unwrap_or(before.assignee_id),
            ..before.clone()
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TaskRefused {
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Task(#[from] TaskError),
    #[error("nobody has this id")]
    UnknownPerson,
}

impl Store {
    /// Sets something to do on a case.
    pub async fn add_task(
        &self,
        call: &Call<'_>,
        case_id: CaseId,
        new: NewTask,
        render: impl FnOnce(&TaskRow) -> Answer,
    ) -> Result<Answer, CallError<TaskRefused>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(case_id.0), (call, About::Case(case_id)), async |txn| {
            let Call { grant, now, .. } = *call;
            let case = locked(txn, call, case_id, &almanac).await?;
            let NewTask { title, due, assignee_id } = new;
            let school = schools::Entity::find_by_id(case.school_id).one(txn).await?;
            let region = school.and_then(|school| school.holiday_region);
            let DueDay { on, calendar_version } =
                due.day(&almanac.contract, region, nz_date(now)).map_err(refused)?;
            if let Some(person) = assignee_id {
                may_take(txn, person, case.provider_id, nz_date(now)).await?;
            }
            let row = Model {
                id: TaskId::generate(),
                case_id,
                title: title.0,
                assignee_id: assignee_id.or(case.case_manager_id),
                due_on: on,
                calendar_version,
                status: TaskStatus::Open,
                added_by: UserId(grant.caller().id()),
                added_at: now,
                finished_by: None,
                finished_at: None,
                words: None,
                version: 1,
                updated_at: now,
            };
            let added = ActiveModel::from(row.clone()).reset_all();
            Entity::insert(added).exec_without_returning(txn).await?;
            leave_trace(txn, call, &case, &row, TaskStep::Added).await?;
            Ok(render(&named_one(txn, row).await?))
        })
        .await
    }

    /// Changes a task that has not changed since the edit was made.
    pub async fn change_task(
        &self,
        call: &Call<'_>,
        ids: (CaseId, TaskId),
        edit: &Edit<'_>,
        change: TaskChange,
        render: impl FnOnce(&TaskRow) -> Answer,
    ) -> Result<Answer, CallError<TaskRefused>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(ids.0.0), (call, About::Case(ids.0)), async |txn| {
            let case = locked(txn, call, ids.0, &almanac).await?;
            let before = find(txn, ids).await?;
            let mut row = change.made_on(&before);
            let subject = Subject::one("case", ids.0.0).with([ids.1.0]);
            let rows = (&before, Some(&row));
            let standing = history::require_version(txn, edit, rows, subject, &[]).await?;
            if standing == Standing::Done {
                return Ok(render(&named_one(txn, before).await?));
            }
            before.status.still_open().map_err(refused)?;
            let today = nz_date(call.now);
            if let Some(on) = change.due_on {
                let due = Due::On(on).day(&almanac.contract, None, today).map_err(refused)?;
                (row.due_on, row.calendar_version) = (due.on, due.calendar_version);
            }
            if let Some(Some(person)) = change.assignee_id {
                may_take(txn, person, case.provider_id, today).await?;
            }
            history::keep(txn, call.grant, &before, &mut row, call.now).await?;
            leave_trace(txn, call, &case, &row, TaskStep::Changed).await?;
            Ok(render(&named_one(txn, row).await?))
        })
        .await
    }

    /// Ends a task: it was done, or it is not to be done.
    pub async fn finish_task(
        &self,
        call: &Call<'_>,
        ids: (CaseId, TaskId),
        outcome: TaskOutcome,
        words: Option<Words>,
        render: impl FnOnce(&TaskRow) -> Answer,
    ) -> Result<Answer, CallError<TaskRefused>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(ids.0.0), (call, About::Case(ids.0)), async |txn| {
            let case = locked(txn, call, ids.0, &almanac).await?;
            let before = find(txn, ids).await?;
            let mut row = before.clone();
            row.status.still_open().map_err(refused)?;
            row.status = outcome.status();
            row.words = words.map(|words| words.0);
            row.finished_by = Some(UserId(call.grant.caller().id()));
            row.finished_at = Some(call.now);
            history::keep(txn, call.grant, &before, &mut row, call.now).await?;
            leave_trace(txn, call, &case, &row, outcome.step()).await?;
            Ok(render(&named_one(txn, row).await?))
        })
        .await
    }

    /// One task of a case.
    pub async fn task(
        &self,
        grant: &Grant,
        ids: (CaseId, TaskId),
        now: DateTime<Utc>,
    ) -> Result<TaskRow, StoreError> {
        let (case_id, id) = ids;
        let case = cases::visible(&self.read, grant, case_id).await?;
        let row = named_one(&self.read, find(&self.read, (case.id, id)).await?).await?;
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
        let case = cases::visible(&self.read, grant, case_id).await?;
        let mut fitting = Entity::find().filter(Column::CaseId.eq(case.id));
        if let Some(status) = status {
            fitting = fitting.filter(Column::Status.eq(status));
        }
        let total = page.total(&fitting, &self.read).await?;
        let backend = self.read.get_database_backend();
        let moved =
            |since: &Position| Column::Id.in_subquery(position::changed(backend, "task", since));
        let mut query = fitting
            .clone()
            .order_by_asc(Column::DueOn)
            .order_by_asc(Column::Id)
            .limit(page.fetch());
        if let Some(since) = &of_pass.since {
            query = query.filter(moved(since));
        }
        if let Some((due_on, id)) = page.after {
            let same_day = Column::DueOn.eq(due_on).and(Column::Id.gt(id));
            query = query.filter(Condition::any().add(Column::DueOn.gt(due_on)).add(same_day));
        }
        let found = page.cut(query.all(&self.read).await?, |row| (row.due_on, row.id));
        let again = async |began: &Position| {
            Ok(fitting.filter(moved(began)).one(&self.read).await?.is_some())
        };
        let next = of_pass.next(found.next, again).await?;
        let names = actors::names_of(&self.read, found.items.iter().flat_map(people)).await?;
        let found = found.map(|row| named(row, &names));
        let ids = found.items.iter().map(|row| row.task.id.0);
        let subject = Subject::one("case", case_id.0).with(ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { items: found.items, next, total })
    }
}

/// How many tasks of the case at hand are open, as a subquery.
pub(crate) fn open_of_case() -> SelectStatement {
    Entity::find()
        .select_only()
        .expr(Expr::col((Entity, Column::Id)).count())
        .filter(Expr::col((Entity, Column::CaseId)).equals((cases::Entity, cases::Column::Id)))
        .filter(Column::Status.eq(TaskStatus::Open))
        .into_query()
}

/// Whose open tasks become nobody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Former {
    /// The case went to another provider: only people of the one before could have tasks.
    Provider,
    /// The case went to another case manager of the same provider; others keep theirs.
    CaseManager(UserId),
}

/// The case went to others, and who has it no longer does not reach its tasks: those that are open
/// are nobody's, and so fall to whoever manages the case.
pub(crate) async fn hand_over(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    case: &cases::Model,
    former: Former,
) -> Result<(), DbErr> {
    let theirs = match former {
        Former::Provider => Column::AssigneeId.is_not_null(),
        Former::CaseManager(id) => Column::AssigneeId.eq(id),
    };
    let given = Entity::find()
        .filter(Column::CaseId.eq(case.id))
        .filter(Column::Status.eq(TaskStatus::Open))
        .filter(theirs)
        .order_by_asc(Column::Id);
    for before in given.all(txn).await? {
        let mut row = Model { assignee_id: None, ..before.clone() };
        history::keep(txn, call.grant, &before, &mut row, call.now).await?;
        leave_trace(txn, call, case, &row, TaskStep::Changed).await?;
    }
    Ok(())
}

fn refused(err: TaskError) -> CallError<TaskRefused> {
    CallError::Refused(err.into())
}

/// The lock of the case is the lock of its tasks.
async fn locked(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    case_id: CaseId,
    almanac: &crate::Almanac,
) -> Result<cases::Model, CallError<TaskRefused>> {
    cases::locked_for(txn, call, case_id, CaseAction::AddTask, almanac).await
}

/// Whether somebody may be given a task of this provider's cases.
async fn may_take(
    txn: &DatabaseTransaction,
    person: UserId,
    provider: ProviderId,
    today: NaiveDate,
) -> Result<(), CallError<TaskRefused>> {
    let person = actors::assignee(txn, person, provider, today).await?;
    let person = person.ok_or(CallError::Refused(TaskRefused::UnknownPerson))?;
    person.fits().map_err(|err| CallError::Refused(err.into()))
}

async fn find(db: &impl ConnectionTrait, ids: (CaseId, TaskId)) -> Result<Model, StoreError> {
    let (case_id, id) = ids;
    let row = Entity::find_by_id(id).filter(Column::CaseId.eq(case_id)).one(db).await?;
    row.ok_or(StoreError::NotFound)
}

/// What a change of a task leaves behind, for the provider's people alone.
async fn leave_trace(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    case: &cases::Model,
    row: &Model,
    what: TaskStep,
) -> Result<(), DbErr> {
    let Call { grant, now, .. } = *call;
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
        words: row.words.clone().map(Words),
    };
    let entry = NewEntry::new(visibility, now, details);
    let change = Change::on_case(kind, row.id.0, row.version);
    timeline::tell(txn, grant, case, entry, change, now).await
}

fn people(row: &Model) -> impl Iterator<Item = UserId> {
    [row.assignee_id, Some(row.added_by), row.finished_by].into_iter().flatten()
}

fn named(row: Model, names: &HashMap<UserId, String>) -> TaskRow {
    let name = |id: Option<UserId>| id.and_then(|id| names.get(&id).cloned());
    TaskRow {
        assignee_name: name(row.assignee_id),
        added_by_name: name(Some(row.added_by)),
        finished_by_name: name(row.finished_by),
        task: row,
    }
}

async fn named_one(db: &impl ConnectionTrait, row: Model) -> Result<TaskRow, DbErr> {
    let names = actors::names_of(db, people(&row)).await?;
    Ok(named(row, &names))
}
