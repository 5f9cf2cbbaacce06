//! The decision on the withholding payment of a concluded review: proposed, confirmed and paid. Nothing of it
//! ever changes; another decision takes its place.

use ascms_domain::ids::{RegisterEntryId, WithholdingDecisionId};
use ascms_domain::performance_reviews::{ProposeWithholding, WithholdingBasis, WithholdingStep};

use super::circumstances::payment;
use super::entries::{
    PerformanceReviewRow, WithholdingRow, decisions, frozen, locked, requirements,
};
use super::refusal::{RefusedReview, refused};
use crate::gate;
use crate::gate::write::Write;
use crate::rows::withholding_decision::{ActiveModel, Model};
use crate::rows::{performance_review, withholding_step};
use crate::store::error::StoreError;
use crate::store::whole_row;
use crate::trace::record_change::WaitingFor;

impl Write<'_> {
    /// Proposes to release or to withhold what is paid with a review.
    pub async fn propose_withholding(
        &self,
        id: RegisterEntryId,
        new: ProposeWithholding,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (entry, about) = locked(self, id).await?;
        let requirements = requirements(&entry, &frozen(&about)?);
        let current = decisions(self.txn, &[id]).await?.first().map(WithholdingRow::current);
        let amount_cents = self.payment(&about).await?;
        let basis = WithholdingBasis {
            is_concluded: entry.status.is_concluded(),
            amount_cents,
            requirements: &requirements,
            current,
        };
        let needs_second = new.check(basis).map_err(refused)?;
        let row = Model {
            id: WithholdingDecisionId::generate(),
            entry_id: id,
            number: current.map_or(0, |current| current.number) + 1,
            outcome: new.outcome,
            amount_cents: amount_cents.unwrap_or_default(),
            reason: new.reason.map(String::from),
            accepted_despite: serde_json::to_value(&new.accepted_despite).unwrap_or_default(),
            needs_second,
            proposed_at: self.now(),
            proposed_by: self.caller(),
        };
        whole_row::insert(self.txn, ActiveModel::from(row)).await?;
        let waiting = Some(WaitingFor::Ministry);
        self.told(entry, ("performance_review.withholding_proposed", waiting)).await
    }

    /// Takes a step of a decision, by its number: it is confirmed, or the released amount was paid.
    pub async fn take_withholding_step(
        &self,
        (id, number): (RegisterEntryId, i32),
        step: WithholdingStep,
    ) -> Result<PerformanceReviewRow, RefusedReview> {
        let (entry, _) = locked(self, id).await?;
        let all = decisions(self.txn, &[id]).await?;
        let found = all.iter().find(|one| one.row.number == number);
        let decision = found.ok_or(StoreError::NotFound)?;
        decision.current().take(step, self.caller()).map_err(refused)?;
        let row = withholding_step::Model {
            decision_id: decision.row.id,
            step,
            entry_id: id,
            taken_at: self.now(),
            taken_by: self.caller(),
        };
        whole_row::insert(self.txn, withholding_step::ActiveModel::from(row)).await?;
        let next = if decision.row.outcome.is_paid_out() {
            // The Ministry records the payment.
            WaitingFor::Both
        } else {
            WaitingFor::Leads
        };
        let happened = match step {
            WithholdingStep::Confirm => ("performance_review.withholding_confirmed", Some(next)),
            WithholdingStep::Pay => ("performance_review.withholding_paid", None),
        };
        self.told(entry, happened).await
    }

    /// What is paid with a review, in cents; none where nothing is.
    async fn payment(&self, about: &performance_review::Model) -> Result<Option<i64>, StoreError> {
        let contract = gate::contracts::visible(self.txn, self.grant(), about.contract_id).await?;
        let term = frozen(about)?.term;
        let year = gate::contracts::year(self.txn, contract.id, term.year().into()).await?;
        Ok(year.and_then(|year| payment(&contract, &year, term, &self.calendars.terms)))
    }
}
