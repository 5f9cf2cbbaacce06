//! Duties as those read them who have to do them, or see that they are done: the calendar of obligations.

use ascms_domain::access::Grant;
use ascms_domain::bulletins::BulletinStatus;
use ascms_domain::calendar::nz_date;
use ascms_domain::duties::{
    DutyKind, DutyOutcome, DutyPhase, DutyStanding, ObligationStatus, WaiverRefusal,
};
use ascms_domain::ids::{ContractId, DutyId, ProviderId};
use ascms_domain::text::LongText;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SelectStatement, SimpleExpr};
use sea_orm::{
    Condition, ExprTrait, FromQueryResult, QuerySelect, QueryTrait, SelectModel, Selector,
};

use crate::Store;
use crate::gate::write::Write;
use crate::reach::duties::within;
use crate::reach::register_entries::addressed;
use crate::reach::rows::register_entry;
use crate::reference::readers;
use crate::rows::duty::{ActiveModel, Column, Entity, Model};
use crate::rows::{contract, organisation};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;

/// A duty, and the names of its organisation and its contract.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ObligationRow {
    #[sea_orm(nested)]
    pub duty: Model,
    pub organisation_code: Option<String>,
    pub organisation_name: Option<String>,
    pub contract_number: Option<String>,
}

impl ObligationRow {
    /// What its status follows from.
    #[must_use]
    pub fn standing(&self) -> DutyStanding {
        let Model { kind, opens_on, due_on, outcome, .. } = self.duty;
        DutyStanding { kind, opens_on, due_on, outcome }
    }
}

/// Which obligations are asked for; an empty filter asks for all.
#[derive(Clone, Copy, Debug, Default)]
pub struct ObligationFilter {
    pub organisation: Option<ProviderId>,
    pub contract: Option<ContractId>,
    pub kind: Option<DutyKind>,
    pub status: Option<ObligationStatus>,
    pub overdue: Option<bool>,
    pub due_from: Option<NaiveDate>,
    pub due_to: Option<NaiveDate>,
}

/// Where a page of obligations goes on: they are listed by when they are due.
pub type ObligationKey = (NaiveDate, DutyId);

/// How many obligations an organisation has; those of nobody in particular are key dates.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ObligationCount {
    pub organisation_id: Option<ProviderId>,
    pub organisation_code: Option<String>,
    pub organisation_name: Option<String>,
    pub upcoming: i64,
    /// Those that are overdue too.
    pub open: i64,
    pub overdue: i64,
    pub done: i64,
    /// Of those that are done.
    pub done_late: i64,
    pub waived: i64,
    pub lapsed: i64,
}

impl Write<'_> {
    /// Waives an obligation: nobody has to do it.
    pub async fn waive_obligation(
        &self,
        id: DutyId,
        reason: LongText,
    ) -> Result<ObligationRow, CallError<WaiverRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let found = reached(txn, grant, self.today()).await?.filter(Column::Id.eq(id));
        let row = found.lock_exclusive().one(txn).await?.ok_or(StoreError::NotFound)?;
        let Model { kind, opens_on, due_on, outcome, .. } = row;
        let standing = DutyStanding { kind, opens_on, due_on, outcome };
        let outcome = standing.waived().map_err(CallError::Refused)?;
        let waived = Model {
            outcome: Some(outcome),
            outcome_on: Some(self.today()),
            outcome_by: Some(self.caller()),
            outcome_reason: Some(reason.0),
            ..row
        };
        whole_row::update(txn, ActiveModel::from(waived.clone())).await?;
        let subject = Subject::one("duty", id.0).with(waived.contract_id.map(|id| id.0));
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        let event = Event {
            kind: "duty.waived",
            subject_id: id.0,
            version: WAIVED,
            provider_id: waived.organisation_id,
            school_id: None,
        };
        events::record(txn, event, now).await?;
        let row = select_with_names(Entity::find_by_id(id)).one(txn).await?;
        Ok(row.ok_or(StoreError::NotFound)?)
    }
}

/// Whether it has ended is all that somebody changes of an obligation.
const WAIVED: i32 = 2;

impl ObligationRow {
    /// Version of the obligation.
    #[must_use]
    pub fn version(&self) -> i32 {
        if self.duty.outcome.is_some() { WAIVED } else { 1 }
    }
}

impl Store {
    /// The obligations within reach by when they are due, the earliest first.
    pub async fn obligations(
        &self,
        grant: &Grant,
        filter: ObligationFilter,
        page: PageRequest<ObligationKey>,
        now: DateTime<Utc>,
    ) -> Result<Page<ObligationRow, ObligationKey>, StoreError> {
        let today = nz_date(now);
        let fitting = reached(&self.read, grant, today).await?.filter(fits(filter, today));
        let total = page.total(&fitting, &self.read).await?;
        let query = page.in_order_of(fitting, (Column::DueOn, Column::Id));
        let rows = select_with_names(query).all(&self.read).await?;
        let found = page.cut(rows, |row| (row.duty.due_on, row.duty.id));
        let ids = found.items.iter().map(|row| row.duty.id.0).collect();
        let subject = Subject::many("duty", ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }

    /// How many obligations within reach each organisation has, by code; key dates come first.
    pub async fn obligation_counts(
        &self,
        grant: &Grant,
        filter: ObligationFilter,
        now: DateTime<Utc>,
    ) -> Result<Vec<ObligationCount>, StoreError> {
        let today = nz_date(now);
        let mut query = reached(&self.read, grant, today).await?.filter(fits(filter, today));
        join_organisation(&mut query);
        let code = Expr::col((organisation::Entity, organisation::Column::Code));
        let name = Expr::col((organisation::Entity, organisation::Column::Name));
        let late = Column::Outcome
            .eq(DutyOutcome::Done)
            .and(Expr::col((Entity, Column::OutcomeOn)).gt(Expr::col((Entity, Column::DueOn))));
        let statuses = ObligationStatus::ALL.iter();
        let counted = statuses
            .map(|status| (status.as_str(), is(*status, today)))
            .chain([("overdue", is_overdue(today)), ("done_late", Condition::all().add(late))]);
        let mut query = query
            .select_only()
            .column(Column::OrganisationId)
            .expr_as(code.clone(), "organisation_code")
            .expr_as(name.clone(), "organisation_name");
        for (name, fits) in counted {
            let number = |one: i32| SimpleExpr::Constant(one.into());
            let one: SimpleExpr = Expr::case(fits, number(1)).finally(number(0)).into();
            query = query.expr_as(Func::sum(one), name);
        }
        let query = query.group_by(Column::OrganisationId).group_by(code).group_by(name);
        let mut rows = query.into_model::<ObligationCount>().all(&self.read).await?;
        // Where rows without a code stand differs between the databases.
        rows.sort_by(|one, other| one.organisation_code.cmp(&other.organisation_code));
        let ids = rows.iter().filter_map(|row| row.organisation_id).map(|id| id.0).collect();
        let subject = Subject::many("organisation", ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(rows)
    }
}

/// The duties that the caller reads.
async fn reached(
    db: &impl ConnectionTrait,
    grant: &Grant,
    today: NaiveDate,
) -> Result<Select<Entity>, DbErr> {
    if grant.reaches_the_nation() {
        return Ok(within(grant, SelectStatement::new()));
    }
    let places = readers::places(db, grant, today).await?;
    let bulletins = addressed::<ascms_domain::bulletins::Bulletin>(
        grant,
        &places,
        today,
        BulletinStatus::is_published,
    );
    let ids = bulletins.select_only().column(register_entry::Column::Id).into_query();
    Ok(within(grant, ids))
}

/// A duty that the caller reads.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: DutyId,
    now: DateTime<Utc>,
) -> Result<Model, StoreError> {
    let found = reached(db, grant, nz_date(now)).await?.filter(Column::Id.eq(id));
    found.one(db).await?.ok_or(StoreError::NotFound)
}

fn fits(filter: ObligationFilter, today: NaiveDate) -> Condition {
    let ObligationFilter { organisation, contract, kind, status, overdue, due_from, due_to } =
        filter;
    Condition::all()
        .add_option(organisation.map(|id| Column::OrganisationId.eq(id)))
        .add_option(contract.map(|id| Column::ContractId.eq(id)))
        .add_option(kind.map(|kind| Column::Kind.eq(kind)))
        .add_option(status.map(|status| is(status, today)))
        .add_option(overdue.map(
            |overdue| {
                if overdue { is_overdue(today) } else { is_overdue(today).not() }
            },
        ))
        .add_option(due_from.map(|day| Column::DueOn.gte(day)))
        .add_option(due_to.map(|day| Column::DueOn.lte(day)))
}

/// Whether a duty stands like this on a day.
fn is(status: ObligationStatus, today: NaiveDate) -> Condition {
    let phases = status.phases().iter();
    phases.fold(Condition::any(), |any, phase| any.add(is_in(*phase, today)))
}

/// The rule of [`DutyStanding::phase`] in SQL, for speed; a test holds the two against each other.
fn is_in(phase: DutyPhase, today: NaiveDate) -> Condition {
    let running = || Condition::all().add(Column::Outcome.is_null());
    let over = || done_by_nobody().and(Column::DueOn.lt(today));
    match phase {
        DutyPhase::Ended(outcome) => Condition::all().add(Column::Outcome.eq(outcome)),
        DutyPhase::Ahead => running().add(Column::OpensOn.gt(today)).add(over().not()),
        DutyPhase::Current => running().add(Column::OpensOn.lte(today)).add(over().not()),
        DutyPhase::Over => running().add(over()),
    }
}

fn is_overdue(today: NaiveDate) -> Condition {
    Condition::all()
        .add(Column::Outcome.is_null())
        .add(Column::DueOn.lt(today))
        .add(done_by_nobody().not())
}

fn done_by_nobody() -> SimpleExpr {
    let kinds = DutyKind::ALL.iter().copied().filter(|kind| !kind.is_done_by_somebody());
    Column::Kind.is_in(kinds)
}

fn join_organisation(query: &mut Select<Entity>) {
    let organisation = Expr::col((Entity, Column::OrganisationId))
        .equals((organisation::Entity, organisation::Column::Id));
    QueryTrait::query(query).left_join(organisation::Entity, organisation);
}

fn select_with_names(mut query: Select<Entity>) -> Selector<SelectModel<ObligationRow>> {
    join_organisation(&mut query);
    let contract =
        Expr::col((Entity, Column::ContractId)).equals((contract::Entity, contract::Column::Id));
    QueryTrait::query(&mut query).left_join(contract::Entity, contract);
    query
        .column_as(organisation::Column::Code, "organisation_code")
        .column_as(organisation::Column::Name, "organisation_name")
        .column_as(contract::Column::Number, "contract_number")
        .into_model()
}
