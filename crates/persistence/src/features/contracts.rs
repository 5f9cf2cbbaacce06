//! Contracts at rest: the Ministry adds, changes, activates and ends them, and sets what they pay in a
//! calendar year.

use ascms_domain::contracts::{
    AddContract, Contract, ContractRefusal, ContractStatus, ContractTerm, ContractYear,
    EndContract, SetContractYear, UpdateContract,
};
use ascms_domain::ids::ContractId;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::features::contracts::places::{catchments_of, cover, lock_others, school_of};
use crate::features::contracts::reading::{shown, whole};
use crate::features::contracts::refusal::{RefusedChange, refused};
use crate::features::duties;
use crate::gate::contracts::locked;
use crate::gate::write::Write;
use crate::rows::contract::{ActiveModel, Column, Contacts, Entity, Model};
use crate::rows::{contract_year, organisation};
use crate::store::audit::{self, Subject};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::whole_row;
use crate::trace::history::conflicts::{self, Edit, EditedRow, Standing};
use crate::trace::history::contracts::WholeContract;
use crate::trace::history::{self, Recorded};

mod import;
mod places;
mod reading;
mod refusal;

pub use import::{ContractsOnRecord, NewContracts};
pub use reading::{ContractFilter, ContractRow};
pub use refusal::ContractChangeRefusal;

impl Write<'_> {
    /// Adds a draft.
    pub async fn add_contract(&self, new: AddContract) -> Result<ContractRow, RefusedChange> {
        let &Write { txn, .. } = self;
        dialect::lock_names(txn, &[format!("contract number {}", new.number.as_str())]).await?;
        let same = Entity::find().filter(Column::Number.eq(new.number.as_str()));
        if same.one(txn).await?.is_some() {
            return Err(refused(ContractChangeRefusal::NumberTaken));
        }
        let term = ContractTerm { starts_on: new.starts_on, ends_on: new.ends_on };
        term.check().map_err(refused)?;
        let organisation = organisation::Entity::find_by_id(new.organisation_id).one(txn).await?;
        let organisation =
            organisation.ok_or(refused(ContractChangeRefusal::UnknownOrganisation))?;
        new.kind.provided_by(organisation.kind).map_err(refused)?;
        let school_id = match &new.school_number {
            Some(number) => Some(school_of(self, number.canonical()).await?),
            None => None,
        };
        self.known_profile(new.starts_on, new.duty_profile.as_str())?;
        let catchments = catchments_of(self, &new.catchments).await?;
        let (by, now) = (self.caller(), self.now());
        let row = Model {
            id: ContractId(self.new_id()),
            number: new.number.0,
            organisation_id: new.organisation_id,
            kind: new.kind,
            school_id,
            starts_on: new.starts_on,
            ends_on: new.ends_on,
            status: ContractStatus::Draft,
            status_by: Some(by),
            status_since: now,
            comment: None,
            contacts: Contacts(new.contacts),
            holiday_region: new.holiday_region,
            approval_policy: new.approval_policy,
            duty_profile: new.duty_profile.0,
            added_by: Some(by),
            added_at: now,
            version: 1,
            updated_at: now,
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        cover(self, row.id, &catchments).await?;
        self.trace_contract(&row, "contract.added").await?;
        Ok(shown(txn, row).await?)
    }

    /// Changes a contract that has not changed since the edit was made.
    pub async fn change_contract(
        &self,
        id: ContractId,
        edit: &Edit<'_>,
        patch: UpdateContract,
    ) -> Result<ContractRow, RefusedChange> {
        let before = whole(self.txn, locked(self.txn, self.grant(), id).await?).await?;
        let mut after = before.clone();
        let mut term = before.row.term();
        term.starts_on = patch.starts_on.unwrap_or(term.starts_on);
        patch.ends_on.apply(&mut term.ends_on);
        (after.row.starts_on, after.row.ends_on) = (term.starts_on, term.ends_on);
        patch.holiday_region.apply(&mut after.row.holiday_region);
        if let Some(contacts) = patch.contacts {
            after.row.contacts = Contacts(contacts);
        }
        after.row.approval_policy = patch.approval_policy.unwrap_or(after.row.approval_policy);
        if let Some(profile) = patch.duty_profile {
            self.known_profile(term.starts_on, profile.as_str())?;
            after.row.duty_profile = profile.0;
        }
        let catchments = match &patch.catchments {
            Some(codes) => Some(catchments_of(self, codes).await?),
            None => None,
        };
        if let Some(found) = &catchments {
            after.catchments = found.iter().map(|one| one.code.clone()).collect();
        }
        if !self.edits_now(edit, &before, &after).await? {
            return Ok(shown(self.txn, before.row).await?);
        }
        let mut contract = before.row.to_domain();
        if after.catchments != before.catchments && !contract.status.is_draft() {
            contract.status.still_changes().map_err(refused)?;
            return Err(refused(ContractRefusal::FixedOnceActive));
        }
        before.row.kind.covers(after.catchments.len()).map_err(refused)?;
        let others = lock_others(self.txn, &before.row).await?;
        contract.run(term, &others).map_err(refused)?;
        if let Some(found) = &catchments {
            cover(self, id, found).await?;
        }
        let row = self.save_contract(&before, after, "contract.changed").await?;
        if contract.status.holds() {
            self.settle_own_duties(&row).await?;
        }
        Ok(shown(self.txn, row).await?)
    }

    /// Puts a draft in force, and makes its duties.
    pub async fn activate_contract(&self, id: ContractId) -> Result<ContractRow, RefusedChange> {
        let before = whole(self.txn, locked(self.txn, self.grant(), id).await?).await?;
        let mut contract = before.row.to_domain();
        let others = lock_others(self.txn, &before.row).await?;
        contract.activate(&others).map_err(refused)?;
        let mut after = before.clone();
        self.take_step(&mut after.row, &contract);
        let row = self.save_contract(&before, after, "contract.activated").await?;
        self.settle_own_duties(&row).await?;
        Ok(shown(self.txn, row).await?)
    }

    /// Ends a contract. The duties of periods that begin later lapse.
    pub async fn end_contract(
        &self,
        id: ContractId,
        end: EndContract,
    ) -> Result<ContractRow, RefusedChange> {
        let before = whole(self.txn, locked(self.txn, self.grant(), id).await?).await?;
        let mut contract = before.row.to_domain();
        contract.end(end.ends_on, self.today()).map_err(refused)?;
        let mut after = before.clone();
        self.take_step(&mut after.row, &contract);
        after.row.comment = Some(end.comment.0);
        let row = self.save_contract(&before, after, "contract.ended").await?;
        self.settle_own_duties(&row).await?;
        Ok(shown(self.txn, row).await?)
    }

    /// Sets what a contract pays in a calendar year, on the contract as the edit read it.
    pub async fn set_contract_year(
        &self,
        (id, year): (ContractId, i32),
        edit: &Edit<'_>,
        patch: SetContractYear,
    ) -> Result<ContractRow, RefusedChange> {
        let before = whole(self.txn, locked(self.txn, self.grant(), id).await?).await?;
        before.row.status.still_changes().map_err(refused)?;
        let there = before.years.iter().find(|row| row.year == year);
        let set = there.map(contract_year::Model::to_domain);
        let set = patch.applied(before.row.kind, before.row.term(), (year, set));
        let set = set.map_err(refused)?;
        let mut after = before.clone();
        after.years.retain(|row| row.year != year);
        let row = self.year_row(id, set);
        after.years.push(row.clone());
        after.years.sort_by_key(|row| row.year);
        if !self.edits_now(edit, &before, &after).await? {
            return Ok(shown(self.txn, before.row).await?);
        }
        if there.is_some() {
            whole_row::update(self.txn, contract_year::ActiveModel::from(row)).await?;
        } else {
            whole_row::insert(self.txn, contract_year::ActiveModel::from(row)).await?;
        }
        let row = self.save_contract(&before, after, "contract.year_set").await?;
        Ok(shown(self.txn, row).await?)
    }

    fn year_row(&self, contract_id: ContractId, set: ContractYear) -> contract_year::Model {
        let ContractYear {
            year,
            amount_cents,
            withholding_percent,
            withholding_per,
            basic_needs_cents,
        } = set;
        contract_year::Model {
            contract_id,
            year,
            amount_cents,
            withholding_percent,
            withholding_per,
            basic_needs_cents,
            set_by: Some(self.caller()),
            updated_at: self.now(),
        }
    }

    /// Whether the edit is still to be made on the contract.
    async fn edits_now(
        &self,
        edit: &Edit<'_>,
        before: &WholeContract,
        after: &WholeContract,
    ) -> Result<bool, StoreError> {
        let subject = Subject::one("contract", before.row.id.0);
        let rows = EditedRow { row: before, edited: Some(after) };
        let standing = conflicts::require_version(self.txn, edit, rows, subject, &[]).await?;
        Ok(standing != Standing::Done)
    }

    /// Takes the status and the last day that a step led to.
    fn take_step(&self, row: &mut Model, contract: &Contract) {
        row.status = contract.status;
        row.ends_on = contract.term.ends_on;
        row.status_by = Some(self.caller());
        row.status_since = self.now();
    }

    async fn save_contract(
        &self,
        before: &WholeContract,
        mut after: WholeContract,
        happened: &'static str,
    ) -> Result<Model, StoreError> {
        let (txn, now) = (self.txn, self.now());
        after.advance(now);
        whole_row::update(txn, ActiveModel::from(after.row.clone())).await?;
        history::record(txn, Some(self.grant().caller()), before, &after, now).await?;
        self.trace_contract(&after.row, happened).await?;
        Ok(after.row)
    }

    async fn trace_contract(&self, row: &Model, happened: &'static str) -> Result<(), StoreError> {
        let (txn, now) = (self.txn, self.now());
        let subject = Subject::one("contract", row.id.0);
        audit::record(txn, audit::allowed(self.grant(), subject, now)).await?;
        Ok(events::record(txn, event(row, happened), now).await?)
    }

    async fn settle_own_duties(&self, row: &Model) -> Result<(), StoreError> {
        let basis = duties::SettlingBasis { calendars: self.calendars, rules: self.rules };
        duties::settle(self.txn, row, &basis, (Some(self.caller()), self.now())).await.map(drop)
    }

    /// Refuses a profile that the rule in force when the contract begins, or today, does not have.
    fn known_profile(&self, starts_on: NaiveDate, code: &str) -> Result<(), RefusedChange> {
        let known = self.rules.duties(starts_on.max(self.today()))?.parameters.profile(code);
        known.map(drop).ok_or(refused(ContractRefusal::UnknownProfile))
    }
}

impl contract_year::Model {
    fn to_domain(&self) -> ContractYear {
        let &Self {
            contract_id: _,
            year,
            amount_cents,
            withholding_percent,
            withholding_per,
            basic_needs_cents,
            set_by: _,
            updated_at: _,
        } = self;
        ContractYear { year, amount_cents, withholding_percent, withholding_per, basic_needs_cents }
    }
}

fn event(row: &Model, kind: &'static str) -> Event {
    let provider_id = Some(row.organisation_id);
    Event { kind, subject_id: row.id.0, version: row.version, provider_id, school_id: None }
}
