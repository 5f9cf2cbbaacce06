//! The duties of contracts as the profiles ask for them: those that lack are made, and the days of those
//! that are open are counted anew. Doing it again changes nothing.

use std::collections::BTreeMap;

use ascms_domain::calendar::nz_date;
use ascms_domain::contracts::ContractStatus;
use ascms_domain::duties::{DutyBasis, DutyKind, DutyOutcome, NewDuty};
use ascms_domain::ids::{ContractId, DutyId, UserId};
use ascms_domain::notifications::NotifiedRecord;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, QueryOrder, QuerySelect};

use crate::Store;
use crate::gate::write::Write;
use crate::reference::calendars::{self, Calendars};
use crate::reference::rules::{self, RuleBook};
use crate::rows::duty::{ActiveModel, Column, Entity, Model};
use crate::rows::{contract, lifecycle};
use crate::store::audit::{self, Subject};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::{DatabaseTransaction, NewRows};
use crate::store::whole_row;
use crate::trace::record_change::{RecordChange, WaitingFor, notify_waiting};

/// How many duties are told of in one transaction.
const TOLD_AT_ONCE: u64 = 100;

/// What the days of duties are counted by.
pub(crate) struct SettlingBasis<'a> {
    pub calendars: &'a Calendars,
    pub rules: &'a RuleBook,
}

/// What a contract is asked for, by kind and period.
type WantedDuties = BTreeMap<(DutyKind, String), NewDuty>;

/// Makes the duties that a contract lacks, and counts the days of those that are open; its row is locked.
/// Where a person changes something, `by`, what is asked for no longer lapses, and what is asked for again
/// comes back. Answers whether anything changed.
pub(crate) async fn settle(
    txn: &DatabaseTransaction,
    contract: &contract::Model,
    basis: &SettlingBasis<'_>,
    (by, now): (Option<UserId>, DateTime<Utc>),
) -> Result<bool, StoreError> {
    let today = nz_date(now);
    let mut wanted = wanted(contract, basis, today)?;
    let version = basis.calendars.contract.version();
    let of_contract = Entity::find().filter(Column::ContractId.eq(contract.id));
    let mut changed = false;
    for mut row in of_contract.order_by_asc(Column::Id).all(txn).await? {
        if let Some(days) = row.kind.business_days_of_review() {
            changed |= settle_review(txn, row, (contract, basis), days).await?;
            continue;
        }
        let asked = wanted.remove(&(row.kind, row.period.clone()));
        let lapsed = row.outcome.is_some_and(DutyOutcome::comes_back);
        if row.outcome.is_some() && !lapsed {
            continue;
        }
        match (asked, by) {
            (Some(asked), _) => {
                let days = (asked.opens_on, asked.due_on);
                if !lapsed && (row.opens_on, row.due_on) == days {
                    continue;
                }
                (row.opens_on, row.due_on) = days;
                (row.outcome, row.outcome_on, row.outcome_by) = (None, None, None);
                row.calendar_version = Some(version.to_owned());
                // It is told anew when the new day is over, too.
                row.overdue_told_on = row.overdue_told_on.filter(|told| *told > row.due_on);
            }
            (None, Some(by)) if !lapsed => {
                row.outcome = Some(DutyOutcome::Lapsed);
                row.outcome_on = Some(today);
                row.outcome_by = Some(by);
            }
            (None, _) => continue,
        }
        whole_row::update(txn, ActiveModel::from(row)).await?;
        changed = true;
    }
    // What was due before the contract was on record was not done here.
    let since = nz_date(contract.added_at);
    let new = wanted.into_values().filter(|asked| asked.due_on >= since);
    let new: Vec<Model> = new.map(|asked| made(contract, asked, version)).collect();
    changed = changed || !new.is_empty();
    let rows = new.into_iter().map(|row| ActiveModel::from(row).reset_all());
    txn.add(NewRows::of(rows)).await?;
    Ok(changed)
}

/// Counts the day anew by which a review asks for something that is not done yet. Answers whether it is
/// another one.
async fn settle_review(
    txn: &DatabaseTransaction,
    mut row: Model,
    (contract, basis): (&contract::Model, &SettlingBasis<'_>),
    days: u16,
) -> Result<bool, StoreError> {
    let calendar = &basis.calendars.contract;
    let due_on = calendar.add_business_days(row.opens_on, days, contract.holiday_region)?;
    if row.outcome.is_some() || row.due_on == due_on {
        return Ok(false);
    }
    row.due_on = due_on;
    row.calendar_version = Some(calendar.version().to_owned());
    row.overdue_told_on = row.overdue_told_on.filter(|told| *told > due_on);
    whole_row::update(txn, ActiveModel::from(row)).await?;
    Ok(true)
}

fn made(contract: &contract::Model, asked: NewDuty, version: &str) -> Model {
    let NewDuty { kind, period, opens_on, due_on } = asked;
    Model {
        id: DutyId::generate(),
        kind,
        entry_id: None,
        organisation_id: Some(contract.organisation_id),
        contract_id: Some(contract.id),
        period,
        opens_on,
        due_on,
        calendar_version: Some(version.to_owned()),
        outcome: None,
        outcome_on: None,
        outcome_by: None,
        outcome_reason: None,
        overdue_told_on: None,
    }
}

/// What a contract is asked for until the end of the year ahead, by the profiles in force on the first day
/// of each year.
fn wanted(
    contract: &contract::Model,
    basis: &SettlingBasis<'_>,
    today: NaiveDate,
) -> Result<WantedDuties, StoreError> {
    let days = DutyBasis {
        calendar: &basis.calendars.contract,
        terms: &basis.calendars.terms,
        region: contract.holiday_region,
    };
    let on_record = nz_date(contract.added_at).year() - 1;
    let mut wanted = WantedDuties::new();
    for year in Ord::max(contract.starts_on.year(), on_record)..=today.year() + 1 {
        let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else { continue };
        let rules = &basis.rules.duties(first)?.parameters;
        let Some(profile) = rules.profile(&contract.duty_profile) else { continue };
        for rule in &profile.duties {
            for duty in rule.duties_of(contract.term(), year, &days)? {
                wanted.insert((duty.kind, duty.period.clone()), duty);
            }
        }
    }
    Ok(wanted)
}

/// Counts the open duties of all contracts anew after a change of the calendar, the terms or the profiles
/// that the same transaction makes.
pub(crate) async fn settle_all(write: &Write<'_>) -> Result<(), StoreError> {
    let (txn, now) = (write.txn, write.now());
    let (calendars, rules) = (calendars::load(txn).await?, rules::book(txn).await?);
    let basis = SettlingBasis { calendars: &calendars, rules: &rules };
    let holding =
        lifecycle::is((contract::Entity, contract::Column::Status), ContractStatus::holds);
    let all = contract::Entity::find()
        .filter(holding)
        .order_by_asc(contract::Column::Id)
        .lock_exclusive();
    for contract in all.all(txn).await? {
        if settle(txn, &contract, &basis, (Some(write.caller()), now)).await? {
            let subject = Subject::one("contract", contract.id.0);
            audit::record(txn, audit::allowed(write.grant(), subject, now)).await?;
            events::record(txn, settled(&contract), now).await?;
        }
    }
    Ok(())
}

fn settled(contract: &contract::Model) -> Event {
    Event {
        kind: "contract.duties_changed",
        subject_id: contract.id.0,
        version: contract.version,
        provider_id: Some(contract.organisation_id),
        school_id: None,
    }
}

fn overdue(row: &Model) -> Event {
    Event {
        kind: "duty.overdue",
        subject_id: row.id.0,
        version: 1,
        provider_id: row.organisation_id,
        school_id: None,
    }
}

impl Store {
    /// Makes the duties of the next contract in force, by id, as the day asks for them: a year begins, or
    /// the dates of a term have come. Answers with that contract; none after the last.
    pub async fn settle_next_contract(
        &self,
        after: Option<ContractId>,
        now: DateTime<Utc>,
    ) -> Result<Option<ContractId>, StoreError> {
        let txn = self.begin().await?;
        let active =
            lifecycle::is((contract::Entity, contract::Column::Status), ContractStatus::is_active);
        let mut next = contract::Entity::find().filter(active);
        if let Some(after) = after {
            next = next.filter(contract::Column::Id.gt(after));
        }
        let next = next.order_by_asc(contract::Column::Id).lock_exclusive();
        let found = next.one(&txn).await?;
        let Some(contract) = found else {
            txn.rollback().await;
            return Ok(None);
        };
        let (calendars, rules) = (calendars::load(&txn).await?, rules::book(&txn).await?);
        let basis = SettlingBasis { calendars: &calendars, rules: &rules };
        if settle(&txn, &contract, &basis, (None, now)).await? {
            let subject = Subject::one("contract", contract.id.0);
            audit::record(&txn, audit::by_operator("duties:settle", subject, now)).await?;
            events::record(&txn, settled(&contract), now).await?;
        }
        txn.commit().await?;
        Ok(Some(contract.id))
    }

    /// Tells once of duties of contracts whose last day is over, some at a time. Answers whether there may be
    /// more.
    pub async fn tell_some_overdue(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let today = nz_date(now);
        let is_untold = Column::DueOn
            .lt(today)
            .and(Column::Outcome.is_null())
            .and(Column::OverdueToldOn.is_null())
            .and(Column::ContractId.is_not_null());
        let some = || Entity::find().filter(is_untold.clone()).limit(TOLD_AT_ONCE);
        // Nearly always there is none: no transaction is begun to find that.
        if some().one(&self.read).await?.is_none() {
            return Ok(false);
        }
        let txn = self.begin().await?;
        let rows = dialect::skip_locked(some().order_by_asc(Column::Id)).all(&txn).await?;
        for row in &rows {
            let told = Model { overdue_told_on: Some(today), ..row.clone() };
            whole_row::update(&txn, ActiveModel::from(told)).await?;
            let subject = Subject::one("duty", row.id.0);
            audit::record(&txn, audit::by_operator("duties:tell_overdue", subject, now)).await?;
            events::record(&txn, overdue(row), now).await?;
            let change = RecordChange {
                kind: "duty.overdue",
                record: NotifiedRecord::Obligation,
                subject_id: row.id.0,
                organisation: row.organisation_id,
            };
            let waiting_for =
                row.organisation_id.map_or(WaitingFor::Ministry, |_| WaitingFor::Leads);
            notify_waiting(&txn, change, waiting_for, (None, now)).await?;
        }
        txn.commit().await?;
        Ok(!rows.is_empty())
    }
}
