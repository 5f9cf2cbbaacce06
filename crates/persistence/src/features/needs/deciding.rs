//! Deciding on a need, and the Ministry's review of what one person decided alone.

use ascms_domain::funds::FundRefusal;
use ascms_domain::ids::NeedId;
use ascms_domain::needs::{
    DecideNeed, NEED_REVIEW_DAYS, NeedOutcome, NeedStep, ReviewNeed, SETTLEMENT_DAYS,
    review_to_come,
};
use ascms_domain::notifications::ChangeAudience;
use ascms_domain::second_person::Approval;
use chrono::Datelike;

use super::checks::{
    RefusedNeed, follows_approval, fund_refused, in_force, refused, takes_entries, takes_more,
};
use super::{CallError, LockedNeed, NeedRow, contract_of, locked, reads, save_fund, saved, words};
use crate::features::funds;
use crate::features::funds::ledger::{self, EntryDetails};
use crate::gate::write::Write;
use crate::rows::need::{ActiveModel, Model};
use crate::rows::{contract, fund};
use crate::store::whole_row;
use crate::trace::case_change::{Change, changed};

impl Write<'_> {
    /// Approves a need, which the fund then has to pay for, or declines it.
    pub async fn decide_need(
        &self,
        id: NeedId,
        decision: DecideNeed,
    ) -> Result<NeedRow, RefusedNeed> {
        let LockedNeed { case, need } = locked(self, id).await?;
        let DecideNeed { outcome, comment } = decision;
        // How the need stands comes first: who may decide is asked of what can be decided.
        let declined = need.to_domain().declined().map_err(refused)?;
        let contract = contract_of(self.txn, &need).await?;
        let follows = follows_approval(self.grant(), &contract, &need)?;
        let mut row = match outcome {
            NeedOutcome::Declined => need.after(declined, self.now()),
            NeedOutcome::Approved => {
                takes_more(&case, &need)?;
                approved(self, &need, &contract, follows).await?
            }
        };
        row.decided_by = Some(self.caller());
        row.decided_at = Some(self.now());
        row.comment = words(comment);
        let step = match outcome {
            NeedOutcome::Approved => NeedStep::Approved,
            NeedOutcome::Declined => NeedStep::Declined,
        };
        let cents = row.amount_cents;
        saved(self, &case, row, (step, cents)).await
    }

    /// Says what the Ministry found of an approval that one person gave alone, once.
    pub async fn review_need(
        &self,
        id: NeedId,
        review: ReviewNeed,
    ) -> Result<NeedRow, RefusedNeed> {
        let LockedNeed { case, need } = locked(self, id).await?;
        review_to_come(need.review_by, need.review_outcome).map_err(refused)?;
        let (txn, now) = (self.txn, self.now());
        let ReviewNeed { outcome, comment } = review;
        let mut row = need.after(need.to_domain(), now);
        row.review_outcome = Some(outcome);
        row.review_comment = words(comment);
        row.reviewed_by = Some(self.caller());
        row.reviewed_at = Some(now);
        whole_row::update(txn, ActiveModel::from(row.clone())).await?;
        let change = Change::on_case("need.reviewed", row.id.0, row.version)
            .to(ChangeAudience::Provider)
            .telling(row.decided_by.into_iter().collect());
        changed(txn, self.grant(), &case, change, now).await?;
        Ok(reads::shown(txn, row, self.today()).await?)
    }
}

/// The need once its contract's fund of this year promised to pay for it.
async fn approved(
    write: &Write<'_>,
    need: &Model,
    contract: &contract::Model,
    follows: Approval,
) -> Result<Model, RefusedNeed> {
    let today = write.today();
    in_force(contract, today)?;
    let (approved, commitment) = need.to_domain().approved().map_err(refused)?;
    let fund = fund_of(write, contract).await?;
    let mut row = need.after(approved, write.now());
    let details = EntryDetails::default();
    let posted = ledger::post(write, &fund, commitment, Some(&row), details).await;
    save_fund(write, posted.map_err(CallError::refusal_into)?).await?;
    row.fund_id = Some(fund.id);
    let (calendar, region) = (&write.calendars.contract, contract.holiday_region);
    row.settle_by = Some(calendar.add_business_days(today, SETTLEMENT_DAYS, region)?);
    calendar.version().clone_into(&mut row.calendar_version);
    row.review_by = match follows {
        Approval::Final => None,
        Approval::ToBeReviewed => {
            Some(calendar.add_business_days(today, NEED_REVIEW_DAYS, region)?)
        }
    };
    Ok(row)
}

async fn fund_of(
    write: &Write<'_>,
    contract: &contract::Model,
) -> Result<fund::Model, RefusedNeed> {
    let fund = funds::of_year(write.txn, contract.id, write.today().year()).await?;
    takes_entries(fund.as_ref())?;
    fund.ok_or_else(|| fund_refused(FundRefusal::NoFund))
}
