//! A case with what its rules need beside it.

use ascms_domain::access::Grant;
use ascms_domain::barriers::BarrierStatus;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{
    Case, CaseAction, CaseRefusal, CaseStatus, Circumstances, ClosureStatus, REOPENING_DAYS,
};
use ascms_domain::ids::{BarrierId, CaseId, EntryId, SchoolId, StudentId, UserId};
use ascms_domain::measures::Departure;
use ascms_domain::second_person::ApprovalPolicy;
use ascms_domain::tasks::TaskStatus;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{
    DbBackend, ExprTrait, FromJsonQueryResult, FromQueryResult, QueryOrder, QuerySelect, QueryTrait,
};
use serde::{Deserialize, Serialize};

use crate::gate::case_state::to_domain;
use crate::gate::contracts;
use crate::gate::write::Write;
use crate::reach;
use crate::reach::cases::within;
use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case::{Column, Model, Selected};
use crate::reach::rows::{newest_entry, referral_clock, student};
use crate::reach::unscoped;
use crate::reference::actors;
use crate::reference::calendars::Calendars;
use crate::rows::{barrier, case_closure, lifecycle, organisation, school, task, user_account};
use crate::store::call::{Call, CallError};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// A case with what its readers need beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CaseRow {
    #[sea_orm(nested)]
    pub case: Model,
    pub school_number: i32,
    pub school_name: String,
    pub provider_code: String,
    pub provider_name: String,
    pub case_manager_name: Option<String>,
    pub legal_given_names: String,
    pub legal_family_name: String,
    pub preferred_given_names: Option<String>,
    pub preferred_family_name: Option<String>,
    pub birth_date: NaiveDate,
    pub year_level: Option<i32>,
    pub holiday_region: Option<ascms_domain::calendar::Region>,
    pub school_reached_on: Option<NaiveDate>,
    pub student_reached_on: Option<NaiveDate>,
    pub whanau_reached_on: Option<NaiveDate>,
    pub school_days: Option<i32>,
    pub student_days: Option<i32>,
    pub whanau_days: Option<i32>,
    pub departure: Option<Departure>,
    pub departed_on: Option<NaiveDate>,
    pub departed_days: Option<i32>,
}

pub(crate) fn joined(mut query: Selected) -> Selected {
    use organisation::{Column as Organisation, Entity as Organisations};
    use referral_clock::Column as Clock;
    use school::{Column as School, Entity as Schools};
    use student::Column as Student;
    use user_account::{Column as User, Entity as Users};
    let of = |column: Column| Expr::col(column.as_column_ref());
    QueryTrait::query(&mut query)
        .inner_join(Schools, of(Column::SchoolId).equals((Schools, School::Id)))
        .inner_join_named(of(Column::StudentId), Student::Id)
        .inner_join(Organisations, of(Column::ProviderId).equals((Organisations, Organisation::Id)))
        .inner_join_named(of(Column::ReferralId), Clock::ReferralId)
        .left_join(Users, of(Column::CaseManagerId).equals((Users, User::Id)));
    query
        .column_as(School::Number, "school_number")
        .column_as(School::Name, "school_name")
        .column_as(Organisation::Code, "provider_code")
        .column_as(Organisation::Name, "provider_name")
        .column_as(User::Name, "case_manager_name")
        .columns([
            Student::LegalGivenNames,
            Student::LegalFamilyName,
            Student::PreferredGivenNames,
            Student::PreferredFamilyName,
            Student::BirthDate,
            Student::YearLevel,
        ])
        .columns([
            Clock::HolidayRegion,
            Clock::SchoolReachedOn,
            Clock::StudentReachedOn,
            Clock::WhanauReachedOn,
            Clock::SchoolDays,
            Clock::StudentDays,
            Clock::WhanauDays,
            Clock::Departure,
            Clock::DepartedOn,
            Clock::DepartedDays,
        ])
}

/// The case, locked for a change, when within reach.
pub(crate) async fn locked(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: CaseId,
) -> Result<Model, StoreError> {
    let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
    row.ok_or(StoreError::NotFound)
}

/// Those of some cases that are within reach, locked for a change. Two callers who name the same cases come one
/// after the other, in whatever order each names them: all lock them in the order of their ids.
pub(crate) async fn all_locked(
    txn: &DatabaseTransaction,
    grant: &Grant,
    ids: &[CaseId],
) -> Result<Vec<Model>, DbErr> {
    within(grant)
        .filter(Column::Id.is_in(ids.iter().copied()))
        .order_by_asc(Column::Id)
        .lock_exclusive()
        .all(txn)
        .await
}

/// The case as a part of something else that the caller reaches: a transfer to answer, a student
/// who changes school.
pub(crate) async fn locked_as_part(
    txn: &DatabaseTransaction,
    id: CaseId,
) -> Result<Model, StoreError> {
    let row = unscoped::case_of_change(id).lock_exclusive().one(txn).await?;
    row.ok_or(StoreError::NotFound)
}

/// The student's case that is not closed; there is at most one.
pub(crate) async fn open_of(
    db: &impl ConnectionTrait,
    student_id: StudentId,
) -> Result<Option<Model>, DbErr> {
    unscoped::cases_of_student(student_id).filter(is_open()).one(db).await
}

/// Not closed.
pub(crate) fn is_open() -> SimpleExpr {
    lifecycle::is_not(Column::Status.as_column_ref(), CaseStatus::is_closed)
}

/// A case with what its rules need beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct WholeCase {
    #[sea_orm(nested)]
    pub row: CaseRow,
    /// The school that has the student now.
    pub enrolled_at: Option<SchoolId>,
    pub open_tasks: i64,
    /// Resolved ones too.
    pub barriers: i64,
    pub another_case_is_open: bool,
    pub transfer_is_requested: bool,
    /// Somebody else works on cases at the provider today.
    pub has_colleagues: bool,
    /// Of the contract by which the case is worked on.
    pub approval_policy: Option<ApprovalPolicy>,
    pub closure_proposed_by: Option<UserId>,
    pub closure_proposed_at: Option<DateTime<Utc>>,
    pub proposed_reason: Option<String>,
    pub proposed_outcome: Option<String>,
    pub proposed_checklist: Option<case_closure::Confirmed>,
    pub proposed_pathway: Option<String>,
    pub proposed_pathway_from: Option<NaiveDate>,
    /// The barriers that are not resolved; `None` when there are none.
    pub unresolved_barriers: Option<BarrierIds>,
    /// The newest entry of the timeline.
    pub last_entry_id: Option<EntryId>,
    pub last_entry_number: i32,
}

/// A case within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: CaseId,
) -> Result<Model, StoreError> {
    let within = within(grant).filter(Column::Id.eq(id));
    within.one(db).await?.ok_or(StoreError::NotFound)
}

/// A case within reach, with what its rules need.
pub(crate) async fn whole(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: CaseId,
    today: NaiveDate,
) -> Result<WholeCase, StoreError> {
    use case_closure::{Column as Closure, Entity as Closures};
    let mut query = joined(within(grant).filter(Column::Id.eq(id)));
    let waiting = Expr::col((Closures, Closure::CaseId))
        .equals(Column::Id.as_column_ref())
        .and(lifecycle::is((Closures, Closure::Status), ClosureStatus::is_waiting));
    QueryTrait::query(&mut query).left_join(Closures, waiting);
    query
        .expr_as(reach::holding::school_of(Column::StudentId.as_column_ref()), "enrolled_at")
        .expr_as(subquery(open_of_case()), "open_tasks")
        .expr_as(subquery(barriers_of_case()), "barriers")
        .expr_as(Expr::exists(unscoped::another_open_case()), "another_case_is_open")
        .expr_as(Expr::exists(unscoped::waiting_transfer_of_case()), "transfer_is_requested")
        .expr_as(Expr::exists(colleagues(grant, today)), "has_colleagues")
        .expr_as(contracts::policy_of_case(today), "approval_policy")
        .column_as(Closure::ProposedBy, "closure_proposed_by")
        .column_as(Closure::ProposedAt, "closure_proposed_at")
        .column_as(Closure::ReasonCode, "proposed_reason")
        .column_as(Closure::Outcome, "proposed_outcome")
        .column_as(Closure::Checklist, "proposed_checklist")
        .column_as(Closure::Pathway, "proposed_pathway")
        .column_as(Closure::PathwayFrom, "proposed_pathway_from")
        .expr_as(subquery(unresolved_of_case(db.get_database_backend())), "unresolved_barriers")
        .column_as(newest_entry::Column::LastEntryId, "last_entry_id")
        .column_as(newest_entry::Column::LastEntryNumber, "last_entry_number")
        .into_model()
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// The others who work on cases at the provider of the case at hand, as a subquery.
pub(crate) fn colleagues(grant: &Grant, today: NaiveDate) -> SelectStatement {
    let provider = Expr::col(Column::ProviderId.as_column_ref());
    actors::working_at(provider, UserId(grant.caller().id()), today)
}

pub(crate) fn subquery(statement: SelectStatement) -> SimpleExpr {
    SimpleExpr::SubQuery(None, Box::new(statement.into()))
}

/// The last day on which a closed case may be reopened.
pub(crate) fn reopen_until(
    whole: &WholeCase,
    calendars: &Calendars,
) -> Result<Option<NaiveDate>, StoreError> {
    let Some(closed_at) = whole.row.case.closed_at else { return Ok(None) };
    let region = whole.row.holiday_region;
    Ok(Some(calendars.contract.add_business_days(nz_date(closed_at), REOPENING_DAYS, region)?))
}

pub(crate) fn rules(
    whole: &WholeCase,
    reopen_until: Option<NaiveDate>,
    caller: UserId,
    today: NaiveDate,
) -> Result<(Case, Circumstances), StoreError> {
    let case =
        Case { closure_proposed_by: whole.closure_proposed_by, ..to_domain(&whole.row.case)? };
    let circumstances = Circumstances {
        caller,
        today,
        enrolled_at: whole.enrolled_at,
        open_tasks: whole.open_tasks,
        barriers: whole.barriers,
        unexplained_barrier: !proposal_explains(whole),
        reopen_until,
        another_case_is_open: whole.another_case_is_open,
        transfer_is_requested: whole.transfer_is_requested,
        works_alone: !whole.has_colleagues,
        approval: whole.approval_policy,
    };
    Ok((case, circumstances))
}

/// Whether the closure that waits, if one does, explains every barrier that stands by now.
pub(crate) fn proposal_explains(whole: &WholeCase) -> bool {
    match (&whole.proposed_checklist, &whole.unresolved_barriers) {
        (Some(proposed), Some(barriers)) => proposed.0.explains(&barriers.0),
        (None, _) | (_, None) => true,
    }
}

/// What the rules decide on, of a case within reach.
pub(crate) async fn circumstances(
    db: &impl ConnectionTrait,
    grant: &Grant,
    row: &Model,
    calendars: &Calendars,
    now: DateTime<Utc>,
) -> Result<(Case, Circumstances), StoreError> {
    let whole = whole(db, grant, row.id, nz_date(now)).await?;
    let reopen_until = reopen_until(&whole, calendars)?;
    rules(&whole, reopen_until, UserId(grant.caller().id()), nz_date(now))
}

/// The case, locked, when its state lets the caller do this.
pub(crate) async fn locked_for<E: From<CaseRefusal>>(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    id: CaseId,
    action: CaseAction,
    calendars: &Calendars,
) -> Result<Model, CallError<E>> {
    let Call { grant, now, .. } = *call;
    let row = locked(txn, grant, id).await?;
    let (case, at) = circumstances(txn, grant, &row, calendars, now).await?;
    case.allows(action, &at).map_err(|err| CallError::Refused(err.into()))?;
    Ok(row)
}

/// The case, locked, while it is open: for changes of what hangs on it already.
pub(crate) async fn locked_open<E: From<CaseRefusal>>(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: CaseId,
) -> Result<Model, CallError<E>> {
    let row = locked(txn, grant, id).await?;
    to_domain(&row)?.must_be_open().map_err(|err| CallError::Refused(err.into()))?;
    Ok(row)
}

/// Whether the state of a case that is locked lets the caller do this.
pub(crate) async fn allows<E: From<CaseRefusal>>(
    write: &Write<'_>,
    row: &Model,
    action: CaseAction,
) -> Result<(), CallError<E>> {
    let &Write { txn, calendars, .. } = write;
    let (case, at) = circumstances(txn, write.grant(), row, calendars, write.now()).await?;
    case.allows(action, &at).map_err(|err| CallError::Refused(err.into()))
}

/// Barriers by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct BarrierIds(pub Vec<BarrierId>);

/// The barriers of the case at hand that are not resolved, in one list, as a subquery.
pub(crate) fn unresolved_of_case(backend: DbBackend) -> SelectStatement {
    barrier::Entity::find()
        .select_only()
        .expr(dialect::list_of_ids(backend, (barrier::Entity, barrier::Column::Id)))
        .filter(
            Expr::col((barrier::Entity, barrier::Column::CaseId))
                .equals(Column::Id.as_column_ref()),
        )
        .filter(lifecycle::is_not(
            (barrier::Entity, barrier::Column::Status),
            BarrierStatus::is_resolved,
        ))
        .into_query()
}

/// How many barriers the case at hand has, as a subquery.
fn barriers_of_case() -> SelectStatement {
    let of = |column: barrier::Column| Expr::col((barrier::Entity, column));
    barrier::Entity::find()
        .select_only()
        .expr(of(barrier::Column::Id).count())
        .filter(of(barrier::Column::CaseId).equals(Column::Id.as_column_ref()))
        .into_query()
}

/// How many tasks of the case at hand are open, as a subquery.
pub(crate) fn open_of_case() -> SelectStatement {
    task::Entity::find()
        .select_only()
        .expr(Expr::col((task::Entity, task::Column::Id)).count())
        .filter(Expr::col((task::Entity, task::Column::CaseId)).equals(Column::Id.as_column_ref()))
        .filter(lifecycle::is((task::Entity, task::Column::Status), TaskStatus::is_open))
        .into_query()
}
