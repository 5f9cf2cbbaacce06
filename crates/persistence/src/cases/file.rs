//! One case whole, as its readers and its rules need it: three statements and its audit entry.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{
    Case, CaseAction, CaseError, CaseStatus, Circumstances, ClosureStatus, REOPENING_DAYS,
};
use ascms_domain::ids::{CaseId, EntryId, SchoolId, UserId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, SelectStatement, SimpleExpr};
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use super::{CaseRow, Column, Entity, Model, closure, joined, newest_entry, to_domain, within};
use crate::audit::{self, Subject};
use crate::students::enrolment;
use crate::work_list::look;
use crate::{
    Almanac, Call, CallError, DatabaseTransaction, Store, StoreError, actors, barriers, measures,
    tasks, timeline, transfers,
};

/// A case with what its rules need beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct WholeCase {
    #[sea_orm(nested)]
    pub row: CaseRow,
    /// The school that has the student now.
    pub enrolled_at: Option<SchoolId>,
    pub open_tasks: i64,
    pub another_case_is_open: bool,
    pub transfer_is_requested: bool,
    /// Somebody else works on cases at the provider today.
    pub has_colleagues: bool,
    pub closure_proposed_by: Option<UserId>,
    pub closure_proposed_at: Option<DateTime<Utc>>,
    pub proposed_reason: Option<String>,
    pub proposed_outcome: Option<String>,
    pub proposed_checklist: Option<closure::Confirmed>,
    pub proposed_pathway: Option<String>,
    pub proposed_pathway_from: Option<NaiveDate>,
    /// The barriers that are not resolved; `None` when there are none.
    pub unresolved_barriers: Option<barriers::Ids>,
    /// The newest entry of the timeline.
    pub last_entry_id: Option<EntryId>,
    pub last_entry_number: i32,
}

/// One case whole: with the clocks of its four contact deadlines and its latest entries.
#[derive(Clone, Debug)]
pub struct CaseFile {
    pub whole: WholeCase,
    pub deadlines: Vec<measures::Deadline>,
    pub calendar_version: String,
    pub reopen_until: Option<NaiveDate>,
    pub recent: Vec<timeline::EntryRow>,
}

impl Store {
    /// A case's file, by somebody who reads it.
    pub async fn case(
        &self,
        grant: &Grant,
        id: CaseId,
        now: DateTime<Utc>,
    ) -> Result<CaseFile, StoreError> {
        let whole = whole(&self.read, grant, id, nz_date(now)).await?;
        let recent = timeline::recent(&self.read, grant, &whole.row.case).await?;
        let further = [whole.row.case.student_id.0];
        let further = further.into_iter().chain(recent.iter().map(|row| row.entry.id.0));
        let subject = Subject::one("case", id.0).with(further);
        let look = look::of(grant, &whole, now);
        self.read_log.record_look(audit::allowed(grant, subject, now), look).await?;
        let almanac = self.almanac().await?;
        self.case_file(whole, recent, &almanac, nz_date(now)).await
    }

    pub(super) async fn case_file(
        &self,
        whole: WholeCase,
        recent: Vec<timeline::EntryRow>,
        almanac: &Almanac,
        today: NaiveDate,
    ) -> Result<CaseFile, StoreError> {
        let rules = self.rules().await?;
        let rules = rules.service_levels(whole.row.case.referral_date)?;
        let deadlines = measures::deadlines(&whole.row, &rules.parameters, almanac, today)?;
        Ok(CaseFile {
            reopen_until: reopen_until(&whole, almanac)?,
            calendar_version: almanac.contract.version().to_owned(),
            whole,
            deadlines,
            recent,
        })
    }
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
pub(super) async fn whole(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: CaseId,
    today: NaiveDate,
) -> Result<WholeCase, StoreError> {
    use closure::{Column as Closure, Entity as Closures};
    let mut query = joined(within(grant).filter(Column::Id.eq(id)));
    let waiting = Expr::col((Closures, Closure::CaseId))
        .equals((Entity, Column::Id))
        .and(Closure::Status.eq(ClosureStatus::Proposed));
    QueryTrait::query(&mut query).left_join(Closures, waiting);
    query
        .expr_as(enrolment::school_of((Entity, Column::StudentId)), "enrolled_at")
        .expr_as(subquery(tasks::open_of_case()), "open_tasks")
        .expr_as(Expr::exists(another_open()), "another_case_is_open")
        .expr_as(Expr::exists(transfers::waiting_of_case()), "transfer_is_requested")
        .expr_as(Expr::exists(colleagues(grant, today)), "has_colleagues")
        .column_as(Closure::ProposedBy, "closure_proposed_by")
        .column_as(Closure::ProposedAt, "closure_proposed_at")
        .column_as(Closure::ReasonCode, "proposed_reason")
        .column_as(Closure::Outcome, "proposed_outcome")
        .column_as(Closure::Checklist, "proposed_checklist")
        .column_as(Closure::Pathway, "proposed_pathway")
        .column_as(Closure::PathwayFrom, "proposed_pathway_from")
        .expr_as(
            subquery(barriers::unresolved_of_case(db.get_database_backend())),
            "unresolved_barriers",
        )
        .column_as(newest_entry::Column::LastEntryId, "last_entry_id")
        .column_as(newest_entry::Column::LastEntryNumber, "last_entry_number")
        .into_model()
        .one(db)
        .await?
        .ok_or(StoreError::NotFound)
}

/// The others who work on cases at the provider of the case at hand, as a subquery.
fn colleagues(grant: &Grant, today: NaiveDate) -> SelectStatement {
    let provider = Expr::col((Entity, Column::ProviderId));
    actors::working_at(provider, UserId(grant.caller().id()), today)
}

fn subquery(statement: SelectStatement) -> SimpleExpr {
    SimpleExpr::SubQuery(None, Box::new(statement.into()))
}

/// Another case of the same student that is not closed.
fn another_open() -> SelectStatement {
    let other = Alias::new("other");
    let of = |column: Column| Expr::col((other.clone(), column));
    let mut query = sea_orm::sea_query::Query::select();
    query
        .expr(Expr::val(1))
        .from_as(Entity, other.clone())
        .and_where(of(Column::StudentId).equals((Entity, Column::StudentId)))
        .and_where(of(Column::Id).not_equals((Entity, Column::Id)))
        .and_where(of(Column::Status).ne(CaseStatus::Closed.as_str()));
    query
}

/// The last day on which a closed case may be reopened.
fn reopen_until(whole: &WholeCase, almanac: &Almanac) -> Result<Option<NaiveDate>, StoreError> {
    let Some(closed_at) = whole.row.case.closed_at else { return Ok(None) };
    let region = whole.row.holiday_region;
    Ok(Some(almanac.contract.add_business_days(nz_date(closed_at), REOPENING_DAYS, region)?))
}

impl CaseFile {
    /// What the rules decide on when this caller wants to act.
    pub fn rules(
        &self,
        caller: UserId,
        today: NaiveDate,
    ) -> Result<(Case, Circumstances), StoreError> {
        rules(&self.whole, self.reopen_until, caller, today)
    }
}

fn rules(
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
        unexplained_barrier: !proposal_explains(whole),
        reopen_until,
        another_case_is_open: whole.another_case_is_open,
        transfer_is_requested: whole.transfer_is_requested,
        works_alone: !whole.has_colleagues,
    };
    Ok((case, circumstances))
}

/// Whether the closure that waits, if one does, explains every barrier that stands by now.
fn proposal_explains(whole: &WholeCase) -> bool {
    match (&whole.proposed_checklist, &whole.unresolved_barriers) {
        (Some(proposed), Some(barriers)) => proposed.0.explains(&barriers.0),
        (None, _) | (_, None) => true,
    }
}

/// What the rules decide on, of a case that is locked.
pub(crate) async fn circumstances(
    txn: &DatabaseTransaction,
    grant: &Grant,
    row: &Model,
    almanac: &Almanac,
    now: DateTime<Utc>,
) -> Result<(Case, Circumstances), StoreError> {
    let whole = whole(txn, grant, row.id, nz_date(now)).await?;
    let reopen_until = reopen_until(&whole, almanac)?;
    rules(&whole, reopen_until, UserId(grant.caller().id()), nz_date(now))
}

/// The case, locked, when its state lets the caller do this.
pub(crate) async fn locked_for<E: From<CaseError>>(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    id: CaseId,
    action: CaseAction,
    almanac: &Almanac,
) -> Result<Model, CallError<E>> {
    let Call { grant, now, .. } = *call;
    let row = super::locked(txn, grant, id).await?;
    let (case, at) = circumstances(txn, grant, &row, almanac, now).await?;
    case.allows(action, &at).map_err(|err| CallError::Refused(err.into()))?;
    Ok(row)
}
