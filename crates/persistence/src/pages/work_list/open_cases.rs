//! The open cases within somebody's reach, as the rules of the work list see them: one statement
//! for the cases, one for their tasks, one for their needs and one for the clocks that still run, asked at
//! the same time, however many queues are wanted.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::calendar::{Calendar, Region};
use ascms_domain::cases::ClosureStatus;
use ascms_domain::ids::{CaseId, ProviderId, TaskId, UserId};
use ascms_domain::measures::{ContactMeasure, unreached};
use ascms_domain::rules::ServiceLevelRules;
use ascms_domain::tasks::TaskStatus;
use ascms_domain::work_list::{LastClosure, OpenCase, OpenTask, WorkQueue};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Func, SelectStatement};
use sea_orm::{ExprTrait, JoinType, QueryResult, QuerySelect, QueryTrait, TryGetable};

use crate::features::{measures, timeline};
use crate::pages::work_list::open_needs::open_needs;
use crate::reach::joins::NamedRows;
use crate::reach::rows::{attendance_case, referral_clock};
use crate::reference::calendars::Calendars;
use crate::rows::{case_assignment, case_closure, case_look, lifecycle, school, task};
use crate::store::connections::Connections;
use crate::store::error::StoreError;
use crate::{Store, gate, reach};

struct OpenCaseRow {
    id: CaseId,
    provider_id: ProviderId,
    case_manager_id: Option<UserId>,
    review_by: Option<NaiveDate>,
    holiday_region: Option<Region>,
    looked_at: Option<DateTime<Utc>>,
    looked_after: Option<i32>,
    assigned_at: Option<DateTime<Utc>>,
    assigned_after: Option<i32>,
    closure: Option<LastClosure>,
    changed: bool,
}

struct DueTaskRow {
    id: TaskId,
    case_id: CaseId,
    assignee_id: Option<UserId>,
    due_on: NaiveDate,
}

/// The clock of an open case by which not everybody was reached yet.
struct ClockRow {
    case_id: CaseId,
    referral_date: NaiveDate,
    holiday_region: Option<Region>,
    school_days: Option<i32>,
    student_days: Option<i32>,
    whanau_days: Option<i32>,
}

/// The columns of a row, one after the other. Thousands of rows are read here at once: a column
/// found by its name costs more than the rest of the work on it, and one without a value more than
/// one with.
struct InOrder<'r> {
    row: &'r QueryResult,
    place: usize,
}

impl InOrder<'_> {
    /// Every row of an answer.
    async fn all<T>(
        db: &Connections,
        query: attendance_case::Selected,
        read: impl Fn(&mut InOrder<'_>) -> Result<T, DbErr>,
    ) -> Result<Vec<T>, DbErr> {
        let rows = db.query_all(&query.into_query()).await?;
        rows.iter().map(|row| read(&mut InOrder { row, place: 0 })).collect()
    }

    fn next<T: TryGetable>(&mut self) -> Result<T, DbErr> {
        let value = self.row.try_get_by_index(self.place);
        self.place += 1;
        value
    }

    /// Leaves a column unread.
    const fn skip<T>(&mut self) -> Option<T> {
        self.place += 1;
        None
    }
}

impl OpenCaseRow {
    /// In the order of [`open`], as far as it asks.
    fn read(columns: &mut InOrder<'_>, wanted: Wanted) -> Result<Self, DbErr> {
        let mut row = Self {
            id: columns.next()?,
            provider_id: columns.next()?,
            case_manager_id: columns.next()?,
            review_by: columns.next()?,
            holiday_region: columns.next()?,
            looked_at: None,
            looked_after: None,
            assigned_at: None,
            assigned_after: None,
            closure: None,
            changed: false,
        };
        if wanted.steps {
            row.looked_at = columns.next()?;
            row.looked_after = columns.next()?;
            row.assigned_at = columns.next()?;
            row.assigned_after = columns.next()?;
            let status: Option<ClosureStatus> = columns.next()?;
            row.closure = match status {
                Some(status) => LastClosure::of(status, columns.next()?),
                None => columns.skip(),
            };
            if wanted.changed {
                row.changed = columns.next()?;
            }
        }
        Ok(row)
    }
}

impl DueTaskRow {
    /// In the order of [`open_tasks`].
    fn read(columns: &mut InOrder<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            id: columns.next()?,
            case_id: columns.next()?,
            assignee_id: columns.next()?,
            due_on: columns.next()?,
        })
    }
}

impl ClockRow {
    /// In the order of [`running_clocks`].
    fn read(columns: &mut InOrder<'_>) -> Result<Self, DbErr> {
        Ok(Self {
            case_id: columns.next()?,
            referral_date: columns.next()?,
            holiday_region: columns.next()?,
            school_days: columns.next()?,
            student_days: columns.next()?,
            whanau_days: columns.next()?,
        })
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
    /// With that, whether somebody else recorded something since the caller looked.
    pub changed: bool,
    pub deadlines: bool,
    pub needs: bool,
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
        Self { steps: true, changed: true, deadlines: true, needs: true, tasks }
    }

    /// What one queue is made of.
    pub(super) fn of(queue: WorkQueue, tasks_until: NaiveDate) -> Self {
        let nothing = Self {
            steps: false,
            changed: false,
            deadlines: false,
            needs: false,
            tasks: TasksWanted::None,
        };
        let tasks = TasksWanted::Until(tasks_until);
        match queue {
            WorkQueue::NewToMe | WorkQueue::Returned => Self { steps: true, ..nothing },
            WorkQueue::AwaitingMyApproval => Self { steps: true, needs: true, ..nothing },
            WorkQueue::PausedPastReview => nothing,
            WorkQueue::ChangedSinceILooked => Self { steps: true, changed: true, ..nothing },
            WorkQueue::AboutToBreach => Self { deadlines: true, ..nothing },
            WorkQueue::DueSoon => Self { needs: true, tasks, ..nothing },
            WorkQueue::Overdue => Self { deadlines: true, needs: true, tasks, ..nothing },
        }
    }
}

impl Store {
    /// All open cases within reach, and of what else there is about them that which is wanted.
    pub(super) async fn open_cases(
        &self,
        grant: &Grant,
        calendars: &Calendars,
        wanted: Wanted,
    ) -> Result<Vec<Seen>, StoreError> {
        let cases =
            InOrder::all(&self.read, open(grant, wanted), |row| OpenCaseRow::read(row, wanted));
        let tasks = async {
            let until = match wanted.tasks {
                TasksWanted::None => return Ok(Vec::new()),
                TasksWanted::Until(day) => Some(day),
                TasksWanted::All => None,
            };
            InOrder::all(&self.read, open_tasks(grant, until), DueTaskRow::read).await
        };
        let clocks = async {
            if !wanted.deadlines {
                return Ok(Vec::new());
            }
            InOrder::all(&self.read, running_clocks(grant), ClockRow::read).await
        };
        let needs = async {
            if wanted.needs { open_needs(&self.read, grant).await } else { Ok(HashMap::new()) }
        };
        let (rows, tasks, clocks, mut needs_of) = tokio::try_join!(cases, tasks, clocks, needs)?;
        let mut tasks_of: HashMap<CaseId, Vec<OpenTask>> = HashMap::new();
        for DueTaskRow { id, case_id, assignee_id, due_on } in tasks {
            let task = OpenTask { id, assignee: assignee_id, due_on };
            tasks_of.entry(case_id).or_default().push(task);
        }
        let rules = self.rules().await?;
        let mut deadlines_of = HashMap::with_capacity(clocks.len());
        for clock in clocks {
            let rules = &rules.service_levels(clock.referral_date)?.parameters;
            deadlines_of.insert(clock.case_id, deadlines(&clock, rules, &calendars.contract)?);
        }
        let each = rows.into_iter().map(|row| Seen {
            case: OpenCase {
                id: row.id,
                case_manager: row.case_manager_id,
                led: grant.leads(row.provider_id),
                review_by: row.review_by,
                closure: row.closure,
                looked_at: row.looked_at,
                looked_after: row.looked_after,
                assigned_at: row.assigned_at,
                assigned_after: row.assigned_after,
                changed: row.changed,
                deadlines: deadlines_of.remove(&row.id).unwrap_or_default(),
                tasks: tasks_of.remove(&row.id).unwrap_or_default(),
                needs: needs_of.remove(&row.id).unwrap_or_default(),
            },
            region: row.holiday_region,
        });
        Ok(each.collect())
    }
}

/// The contact deadlines of a clock for which nobody was reached yet.
fn deadlines(
    clock: &ClockRow,
    rules: &ServiceLevelRules,
    calendar: &Calendar,
) -> Result<Vec<(ContactMeasure, NaiveDate)>, StoreError> {
    let ClockRow { referral_date, holiday_region, .. } = *clock;
    let days = measures::day_counts(clock.school_days, clock.student_days, clock.whanau_days);
    Ok(unreached(referral_date, days, rules, calendar, holiday_region)?)
}

/// The open cases, with what of the caller's steps is wanted.
fn open(grant: &Grant, wanted: Wanted) -> attendance_case::Selected {
    use attendance_case::Column as Case;
    use school::{Column as School, Entity as Schools};
    let mut query = reach::cases::within(grant).filter(gate::case::is_open());
    let school = Expr::col((Schools, School::Id)).equals(Case::SchoolId.as_column_ref());
    QueryTrait::query(&mut query).inner_join(Schools, school);
    let query = query
        .select_only()
        .columns([Case::Id, Case::ProviderId, Case::CaseManagerId, Case::ReviewBy])
        .column(School::HolidayRegion);
    if !wanted.steps {
        return query;
    }
    let caller = UserId(grant.caller().id());
    let query = with_steps(query, caller);
    if wanted.changed {
        query.expr_as(timeline::has_newer_of_others(caller), "changed")
    } else {
        query
    }
}

/// What the caller has seen and done of each case, beside it.
fn with_steps(mut query: attendance_case::Selected, caller: UserId) -> attendance_case::Selected {
    use attendance_case::Column as Case;
    use case_assignment::{Column as Assignment, Entity as Assignments};
    use case_closure::{Column as Closure, Entity as Closures};
    use case_look::{Column as Look, Entity as Looks};
    let is_case = |of: Expr| of.equals(Case::Id.as_column_ref());
    let look = is_case(Expr::col((Looks, Look::CaseId))).and(Look::UserId.eq(caller));
    // Constants, so that the partial indexes serve them under a generic plan too.
    let running = is_case(Expr::col((Assignments, Assignment::CaseId)))
        .and(Expr::cust("\"case_assignment\".\"ended_at\" IS NULL"))
        .and(Assignment::CaseManagerId.eq(caller));
    let last = is_case(Expr::col((Closures, Closure::CaseId)))
        .and(lifecycle::is_not((Closures, Closure::Status), ClosureStatus::is_approved))
        .and(Expr::exists(later_closure()).not());
    QueryTrait::query(&mut query)
        .left_join(Looks, look)
        .left_join(Assignments, running)
        .left_join(Closures, last);
    query
        .column(Look::LookedAt)
        .column_as(Look::LastEntryNumber, "looked_after")
        .column(Assignment::AssignedAt)
        .column_as(Assignment::AfterEntry, "assigned_after")
        .column_as(Closure::Status, "closure_status")
        .column_as(Closure::ProposedBy, "closure_proposed_by")
}

/// A proposal that came after the one at hand: after a later entry of the case. Of those from
/// before entries were numbered, the ids tell.
fn later_closure() -> SelectStatement {
    use case_closure::{Column, Entity};
    let later = Alias::new("later");
    let of = |column: Column| Expr::col((later.clone(), column));
    let own = |column: Column| Expr::col((Entity, column));
    let place = |after: Expr| Expr::from(Func::coalesce([after, Expr::val(-1)]));
    let comes_after = place(of(Column::AfterEntry)).gt(place(own(Column::AfterEntry)));
    let same_place = place(of(Column::AfterEntry)).eq(place(own(Column::AfterEntry)));
    let mut query = sea_orm::sea_query::Query::select();
    query
        .expr(Expr::val(1))
        .from_as(Entity, later.clone())
        .and_where(of(Column::CaseId).equals((Entity, Column::CaseId)))
        .and_where(comes_after.or(same_place.and(of(Column::Id).gt(own(Column::Id)))));
    query
}

/// The open tasks of open cases.
fn open_tasks(grant: &Grant, until: Option<NaiveDate>) -> attendance_case::Selected {
    use attendance_case::Column as Case;
    use task::{Column as Task, Entity as Tasks};
    let mut query = reach::cases::within(grant).filter(gate::case::is_open());
    let task = Expr::col((Tasks, Task::CaseId))
        .equals(Case::Id.as_column_ref())
        .and(lifecycle::is((Tasks, Task::Status), TaskStatus::is_open));
    QueryTrait::query(&mut query).inner_join(Tasks, task);
    if let Some(until) = until {
        query = query.filter(Task::DueOn.lte(until));
    }
    query.select_only().columns([Task::Id, Task::CaseId, Task::AssigneeId, Task::DueOn])
}

/// The clocks of open cases that count and by which not everybody was reached: few beside those
/// that have stopped.
fn running_clocks(grant: &Grant) -> attendance_case::Selected {
    use attendance_case::Column as Case;
    use referral_clock::Column as Clock;
    let mut query = reach::cases::within(grant).filter(gate::case::is_open());
    let referral = Expr::col(Case::ReferralId.as_column_ref());
    let running = [
        Expr::cust("\"referral_clock\".\"exclusion\" IS NULL"),
        Expr::cust(
            "(\"referral_clock\".\"school_days\" IS NULL \
             OR \"referral_clock\".\"student_days\" IS NULL \
             OR \"referral_clock\".\"whanau_days\" IS NULL)",
        ),
    ];
    let clock = Clock::ReferralId;
    QueryTrait::query(&mut query).join_named(JoinType::InnerJoin, referral, clock, running);
    query
        .select_only()
        .column(Case::Id)
        .columns([Clock::ReferralDate, Clock::HolidayRegion])
        .columns([Clock::SchoolDays, Clock::StudentDays, Clock::WhanauDays])
}
