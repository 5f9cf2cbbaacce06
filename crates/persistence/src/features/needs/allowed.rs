//! What somebody may do with a need now: asked with the functions that refuse, so that what is advertised is
//! what happens.

use std::collections::HashMap;

use ascms_domain::access::{Grant, Holders};
use ascms_domain::funds::{FundRefusal, Posting};
use ascms_domain::ids::{CaseId, ContractId, FundId};
use ascms_domain::needs::{NeedAction, review_to_come};
use chrono::{Datelike, NaiveDate};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use super::checks::{
    RefusedNeed, beyond, follows_approval, fund_refused, in_force, refused, takes_entries,
    takes_more,
};
use crate::reach::rows::attendance_case;
use crate::reach::unscoped;
use crate::rows::need::Model;
use crate::rows::{contract, fund};
use crate::store::error::StoreError;

/// The least that is spent, or comes back: what is refused of it is refused of every amount.
const ONE_CENT: i64 = 1;

/// What the next step of a need depends on beside the need itself.
#[derive(Clone, Debug)]
pub struct NeedCircumstances {
    case: attendance_case::Model,
    contract: contract::Model,
    /// The fund that promised to pay for the need.
    promised: Option<fund::Model>,
    /// The contract's fund of the year of today.
    of_this_year: Option<fund::Model>,
    today: NaiveDate,
}

/// What the next steps of several needs depend on.
pub(super) struct NeedSurroundings {
    cases: HashMap<CaseId, attendance_case::Model>,
    contracts: HashMap<ContractId, contract::Model>,
    funds: HashMap<FundId, fund::Model>,
    today: NaiveDate,
}

impl NeedSurroundings {
    pub(super) async fn of(
        db: &impl ConnectionTrait,
        needs: &[Model],
        today: NaiveDate,
    ) -> Result<Self, DbErr> {
        let cases = unscoped::cases_of_needs(needs.iter().map(|need| need.case_id));
        let contracts = needs.iter().map(|need| need.contract_id);
        let of_needs = contract::Column::Id.is_in(contracts.clone());
        let contract_rows = contract::Entity::find().filter(of_needs).all(db).await?;
        let of_this_year = Condition::all()
            .add(fund::Column::ContractId.is_in(contracts))
            .add(fund::Column::Year.eq(today.year()));
        let promised = needs.iter().filter_map(|need| need.fund_id);
        let paying = Condition::any().add(fund::Column::Id.is_in(promised)).add(of_this_year);
        let funds = fund::Entity::find().filter(paying).all(db).await?;
        Ok(Self {
            cases: cases.all(db).await?.into_iter().map(|row| (row.id, row)).collect(),
            contracts: contract_rows.into_iter().map(|row| (row.id, row)).collect(),
            funds: funds.into_iter().map(|row| (row.id, row)).collect(),
            today,
        })
    }

    pub(super) fn circumstances(&self, need: &Model) -> Result<NeedCircumstances, StoreError> {
        let corrupt = || StoreError::Corrupt(need.id.0);
        let of_this_year = |fund: &&fund::Model| {
            (fund.contract_id, fund.year) == (need.contract_id, self.today.year())
        };
        Ok(NeedCircumstances {
            case: self.cases.get(&need.case_id).cloned().ok_or_else(corrupt)?,
            contract: self.contracts.get(&need.contract_id).cloned().ok_or_else(corrupt)?,
            promised: need.fund_id.and_then(|id| self.funds.get(&id)).cloned(),
            of_this_year: self.funds.values().find(of_this_year).cloned(),
            today: self.today,
        })
    }
}

impl NeedCircumstances {
    /// Whether somebody with this grant, which is of the action's permission, could do it now with an input that
    /// suits it.
    ///
    /// # Errors
    ///
    /// The refusal that the call would be answered with.
    pub(super) fn allows(
        &self,
        need: &Model,
        action: NeedAction,
        grant: &Grant,
    ) -> Result<(), RefusedNeed> {
        if !grant.covers(&self.holders(need)) {
            return Err(StoreError::NotFound.into());
        }
        let stands = need.to_domain();
        match action {
            NeedAction::Approve => {
                stands.declined().map_err(refused)?;
                follows_approval(grant, &self.contract, need)?;
                takes_more(&self.case, need)?;
                in_force(&self.contract, self.today)?;
                let (_, commitment) = stands.approved().map_err(refused)?;
                takes(self.of_this_year.as_ref(), commitment)
            }
            NeedAction::Decline => {
                stands.declined().map_err(refused)?;
                follows_approval(grant, &self.contract, need).map(drop)
            }
            NeedAction::Cancel => stands.cancelled().map(drop).map_err(refused),
            NeedAction::RecordSpending => {
                let beyond = beyond(grant, &self.contract, need);
                let (_, spending) = stands.spent(ONE_CENT, beyond).map_err(refused)?;
                takes(self.promised.as_ref(), spending)
            }
            NeedAction::RecordRefund => {
                let (_, refund) = stands.refunded(ONE_CENT).map_err(refused)?;
                takes(self.promised.as_ref(), refund)
            }
            NeedAction::Settle => {
                let (_, release) = stands.settled().map_err(refused)?;
                release.map_or(Ok(()), |release| takes(self.promised.as_ref(), release))
            }
            NeedAction::Review => {
                review_to_come(need.review_by, need.review_outcome).map_err(refused)
            }
        }
    }

    /// Whom the need belongs to. A case manager of another provider, to whom the case went, is none of them.
    pub(super) fn holders(&self, need: &Model) -> Holders {
        let (case, provider) = (&self.case, need.provider_id);
        Holders {
            provider,
            case_manager: case.case_manager_id.filter(|_| case.provider_id == provider),
            primary_contact: None,
            referred_by: need.school_id,
            enrolled_at: None,
        }
    }
}

/// Whether the ledger of a fund takes an entry.
fn takes(fund: Option<&fund::Model>, entry: Posting) -> Result<(), RefusedNeed> {
    let after = takes_entries(fund)?.balance().after(entry);
    after.map(drop).map_err(|err| fund_refused(FundRefusal::from(err)))
}
