//! The open cases within somebody's reach, as the rules of the work list see them: one statement
//! for the cases with their clocks and one for their tasks, asked at the same time, however many
//! queues are wanted.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::calendar::{Calendar, Region};
use ascms_domain::cases::ClosureStatus;
use ascms_domain::ids::{CaseId, ProviderId, TaskId, UserId};
use ascms_domain::measures::{ContactMeasure, unreached};
use ascms_domain::rules::ServiceLevelRules;
use ascms_domain::work_list::{LastClosure, OpenCase, OpenTask, WorkQueue};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, SelectStatement};
use sea_orm::{ExprTrait, FromQueryResult, QueryResult, QuerySelect, QueryTrait, TryGetable};

use super::look;
use crate::cases::{assignment, closure};
use crate::{Almanac, Store, StoreError, cases, measures, schools, tasks, timeline};

struct Row {
    id: CaseId,
    provider_id: ProviderId,
    case_manager_id: Option<UserId>,
    review_by: Option<NaiveDate>,
    holiday_region: Option<Region>,
    looked_at: Option<DateTime<Utc>>,
    assigned_at: Option<DateTime<Utc>>,
    closure_status: Option<ClosureStatus>,
    closure_proposed_by: Option<UserId>,
    changed: bool,
    clock: Option<Clock>,
}

struct TaskRow {
    id: TaskId,
    case_id: CaseId,
    assignee_id: Option<UserId>,
    due_on: NaiveDate,
}

/// The clock of an open case by which not everybody was reached yet.
struct Clock {
    referral_date: NaiveDate,
    holiday_region: Option<Region>,
    school_days: Option<i32>,
    student_days: Option<i32>,
    whanau_days: Option<i32>,
}

/// The columns of a row, one after the other. Thousands of rows are read here at once: a column
/// found by its name costs more than the rest of the work on it.
struct InOrder<'r> {
    row: &'r QueryResult,
    place: usize,
}

impl<'r> InOrder<'r> {
    const fn of(row: &'r QueryResult) -> Self {
        Self { row, place: 0 }
    }

    fn next<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let value = self.row.try_get_by_index(self.place);
        self.place += 1;
        value
    }
}

/// In the order of [`open`].
impl FromQueryResult for Row {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut columns = InOrder::of(row);
        Ok(Self {
            id: columns.next()?,
            provider_id: columns.next()?,
            case_manager_id: columns.next()?,
            review_by: columns.next()?,
            holiday_region: columns.next()?,
            looked_at: columns.next()?,
            assigned_at: columns.next()?,
            closure_status: columns.next()?,
            closure_proposed_by: columns.next()?,
            changed: columns.next()?,
            clock: Clock::read(&mut columns)?,
        })
    }
}

/// In the order of [`open_tasks`].
impl FromQueryResult for TaskRow {
    fn from_query_result(row: &QueryResult, _: &str) -> Result<Self, DbErr> {
        let mut columns = InOrder::of(row);
        Ok(Self {
            id: columns.next()?,
            case_id: columns.next()?,
            assignee_id: columns.next()?,
            due_on: columns.next()?,
        })
    }
}

impl Clock {
    /// In the order of [`with_running_clock`]; `None` when none runs, or none was asked for.
    fn read(columns: &mut InOrder<'_>) -> Result<Option<Self>, DbErr> {
        let Some(referral_date) = columns.next()? else { return Ok(None) };
        Ok(Some(Self {
            referral_date,
            holiday_region: columns.next()?,
            school_days: columns.next()?,
            student_days: columns.next()?,
            whanau_days: columns.next()?,
        }))
    }

    /// The contact deadlines for which nobody was reached yet.
    fn deadlines(
        &self,
        rules: &ServiceLevelRules,
        calendar: &Calendar,
    ) -> Result<Vec<(ContactMeasure, NaiveDate)>, StoreError> {
        let Self { referral_date, holiday_region, .. } = *self;
        let days = measures::day_counts(self.school_days, self.student_days, self.whanau_days);
        Ok(unreached(referral_date, days, rules, calendar, holiday_region)?)
    }
}

/// An open case, and whose holidays the days at its school are counted by.
pub(super) struct Seen {
    pub case: OpenCase,
    pub region: Option<Region>,
}

/// What has to be known of open cases beside themselves: the more, the dearer.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted {
    /// When the caller looked at it and got it, and the last proposal to close it.
    pub steps: bool,
    /// Whether somebody else recorded something since the caller looked.
    pub changed: bool,
    pub deadlines: bool,
    pub tasks: TasksWanted,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum TasksWanted {
    None,
    /// Those due by this day.
    Until(NaiveDate),
    All,
}

impl Wanted {
    /// Everything, with the tasks due by this day.
    pub(super) fn all(tasks_until: NaiveDate) -> Self {
        let tasks = TasksWanted::Until(tasks_until);
        Self { steps: true, changed: true, deadlines: true, tasks }
    }

    /// What one queue is made of.
    pub(super) fn of(queue: WorkQueue, tasks_until: NaiveDate) -> Self {
        let nothing =
            Self { steps: false, changed: false, deadlines: false, tasks: TasksWanted::None };
        let tasks = TasksWanted::Until(tasks_until);
        match queue {
            WorkQueue::NewToMe | WorkQueue::Returned | WorkQueue::AwaitingMyApproval => {
                Self { steps: true, ..nothing }
            }
            WorkQueue::PausedPastReview => nothing,
            WorkQueue::ChangedSinceILooked => Self { steps: true, changed: true, ..nothing },
            WorkQueue::AboutToBreach => Self { deadlines: true, ..nothing },
            WorkQueue::DueSoon => Self { tasks, ..nothing },
            WorkQueue::Overdue => Self { deadlines: true, tasks, ..nothing },
        }
    }
}

impl Store {
    /// All open cases within reach, and of what else there is about them that which is wanted.
    pub(super) async fn open_cases(
        &self,
        grant: &Grant,
        almanac: &Almanac,
        wanted: Wanted,
    ) -> Result<Vec<Seen>, StoreError> {
        let cases = open(grant, wanted).into_model::<Row>().all(&self.read);
        let tasks = async {
            let until = match wanted.tasks {
                TasksWanted::None => return Ok(Vec::new()),
                TasksWanted::Until(day) => Some(day),
                TasksWanted::All => None,
            };
            open_tasks(grant, until).into_model::<TaskRow>().all(&self.read).await
        };
        let (rows, tasks) = tokio::try_join!(cases, tasks)?;
        let mut tasks_of: HashMap<CaseId, Vec<OpenTask>> = HashMap::new();
        for TaskRow { id, case_id, assignee_id, due_on } in tasks {
            let task = OpenTask { id, assignee: assignee_id, due_on };
            tasks_of.entry(case_id).or_default().push(task);
        }
        let rules = self.rules().await?;
        let each = rows.into_iter().map(|row| {
            let deadlines = match &row.clock {
                Some(clock) => {
                    let rules = &rules.service_levels(clock.referral_date)?.parameters;
                    clock.deadlines(rules, &almanac.contract)?
                }
                None => Vec::new(),
            };
            let case = OpenCase {
                id: row.id,
                case_manager: row.case_manager_id,
                led: grant.leads(row.provider_id),
                review_by: row.review_by,
                closure: last_closure(row.closure_status, row.closure_proposed_by),
                looked_at: row.looked_at,
                assigned_at: row.assigned_at,
                changed: row.changed,
                deadlines,
                tasks: tasks_of.remove(&row.id).unwrap_or_default(),
            };
            Ok(Seen { case, region: row.holiday_region })
        });
        each.collect()
    }
}

fn last_closure(status: Option<ClosureStatus>, by: Option<UserId>) -> Option<LastClosure> {
    match (status?, by?) {
        (ClosureStatus::Proposed, by) => Some(LastClosure::Proposed { by }),
        (ClosureStatus::Returned, _) => Some(LastClosure::Returned),
        (ClosureStatus::Approved, _) => None,
    }
}

/// The open cases, with what is wanted of the caller's steps and of the clocks.
fn open(grant: &Grant, wanted: Wanted) -> Select<cases::Entity> {
    use cases::{Column as Case, Entity as Cases};
    use schools::{Column as School, Entity as Schools};
    let mut query = cases::within(grant).filter(cases::is_open());
    let school = Expr::col((Schools, School::Id)).equals((Cases, Case::SchoolId));
    QueryTrait::query(&mut query).inner_join(Schools, school);
    let query = query
        .select_only()
        .columns([Case::Id, Case::ProviderId, Case::CaseManagerId, Case::ReviewBy])
        .column(School::HolidayRegion);
    let query = if wanted.steps {
        with_steps(query, UserId(grant.caller().id()), wanted.changed)
    } else {
        let unasked = ["looked_at", "assigned_at", "closure_status", "closure_proposed_by"];
        unasked.into_iter().fold(query, unknown).expr_as(Expr::cust("(1 = 0)"), "changed")
    };
    if wanted.deadlines { with_running_clock(query) } else { unknown(query, "clock_referral_date") }
}

/// A column of which nothing is asked.
fn unknown(query: Select<cases::Entity>, name: &str) -> Select<cases::Entity> {
    query.expr_as(Expr::cust("NULL"), name)
}

/// What the caller has seen and done of each case, beside it.
fn with_steps(
    mut query: Select<cases::Entity>,
    caller: UserId,
    with_changes: bool,
) -> Select<cases::Entity> {
    use assignment::{Column as Assignment, Entity as Assignments};
    use cases::{Column as Case, Entity as Cases};
    use closure::{Column as Closure, Entity as Closures};
    use look::{Column as Look, Entity as Looks};
    let is_case = |of: Expr| of.equals((Cases, Case::Id));
    let look = is_case(Expr::col((Looks, Look::CaseId))).and(Look::UserId.eq(caller));
    // Constants, so that the partial indexes serve them under a generic plan too.
    let running = is_case(Expr::col((Assignments, Assignment::CaseId)))
        .and(Expr::cust("\"case_assignment\".\"ended_at\" IS NULL"))
        .and(Assignment::CaseManagerId.eq(caller));
    let last = is_case(Expr::col((Closures, Closure::CaseId)))
        .and(Expr::cust("\"case_closure\".\"status\" <> 'approved'"))
        .and(Expr::exists(later_closure()).not());
    QueryTrait::query(&mut query)
        .left_join(Looks, look)
        .left_join(Assignments, running)
        .left_join(Closures, last);
    let changed =
        if with_changes { timeline::has_newer_of_others(caller) } else { Expr::cust("(1 = 0)") };
    query
        .column(Look::LookedAt)
        .column(Assignment::AssignedAt)
        .column_as(Closure::Status, "closure_status")
        .column_as(Closure::ProposedBy, "closure_proposed_by")
        .expr_as(changed, "changed")
}

/// A proposal that came after the one at hand.
fn later_closure() -> SelectStatement {
    use closure::{Column, Entity};
    let later = Alias::new("later");
    let of = |column: Column| Expr::col((later.clone(), column));
    let mut query = sea_orm::sea_query::Query::select();
    query
        .expr(Expr::val(1))
        .from_as(Entity, later.clone())
        .and_where(of(Column::CaseId).equals((Entity, Column::CaseId)))
        .and_where(of(Column::Id).gt(Expr::col((Entity, Column::Id))));
    query
}

/// The open tasks of open cases.
fn open_tasks(grant: &Grant, until: Option<NaiveDate>) -> Select<cases::Entity> {
    use cases::{Column as Case, Entity as Cases};
    use tasks::{Column as Task, Entity as Tasks};
    let mut query = cases::within(grant).filter(cases::is_open());
    let task = Expr::col((Tasks, Task::CaseId))
        .equals((Cases, Case::Id))
        .and(Expr::cust("\"task\".\"status\" = 'open'"));
    QueryTrait::query(&mut query).inner_join(Tasks, task);
    if let Some(until) = until {
        query = query.filter(Task::DueOn.lte(until));
    }
    query.select_only().columns([Task::Id, Task::CaseId, Task::AssigneeId, Task::DueOn])
}

/// The clock of each case, where it counts and not everybody was reached by it.
fn with_running_clock(mut query: Select<cases::Entity>) -> Select<cases::Entity> {
    use cases::{Column as Case, Entity as Cases};
    use measures::{Column as Clock, Entity as Clocks};
    let running = Expr::col((Clocks, Clock::ReferralId))
        .equals((Cases, Case::ReferralId))
        .and(Expr::cust("\"referral_clock\".\"exclusion\" IS NULL"))
        .and(Expr::cust(
            "(\"referral_clock\".\"school_days\" IS NULL \
             OR \"referral_clock\".\"student_days\" IS NULL \
             OR \"referral_clock\".\"whanau_days\" IS NULL)",
        ));
    QueryTrait::query(&mut query).left_join(Clocks, running);
    query
        .column_as(Clock::ReferralDate, "clock_referral_date")
        .column_as(Clock::HolidayRegion, "clock_holiday_region")
        .columns([Clock::SchoolDays, Clock::StudentDays, Clock::WhanauDays])
}
