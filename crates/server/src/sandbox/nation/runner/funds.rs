//! Funds are opened, and what a case asks them for is decided on, paid and settled.

use ascms_domain::access::{Action, Actor};
use ascms_domain::funds::{BudgetOutcome, OpenFund};
use ascms_domain::ids::CaseId;
use ascms_domain::needs::{DecideNeed, NeedOutcome};
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};

use super::{Runner, change, known, missing};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::scenarios::{NewFund, OnNeed};

impl Runner<'_> {
    pub(super) async fn open_fund(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        fund: NewFund,
        confirmed_by: Option<&str>,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::BudgetFunds)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let contract_id = self.contracts.get(fund.contract).copied();
        let contract_id = contract_id.ok_or_else(|| missing("contract"))?;
        let new = OpenFund { contract_id, year: fund.year };
        let work = async |write: &Write<'_>| {
            known(write, fund.id.map(|id| id.0));
            write.open_fund(new).await
        };
        let id = change(self.store, &call, About::FundMade, work).await?.fund.id;
        let Some(confirmed_by) = confirmed_by else { return Ok(()) };
        let second = self.actor(confirmed_by, now).await?.may(Action::BudgetFunds)?;
        let call = Call { grant: &second, now, key: None, dry_run: false };
        let confirmed = BudgetOutcome::Confirmed;
        let work = async |write: &Write<'_>| write.decide_budget(id, confirmed).await;
        change(self.store, &call, About::Fund(id), work).await.map(drop)
    }

    pub(super) async fn on_need(
        &self,
        case: CaseId,
        call: &Call<'_>,
        work: OnNeed,
    ) -> Result<(), SeedError> {
        let about = match &work {
            OnNeed::Ask(..) => About::Case(case),
            OnNeed::Approve(id) | OnNeed::Spend(id, _) | OnNeed::Settle(id) => About::Need(*id),
        };
        let step = async |write: &Write<'_>| match work {
            OnNeed::Ask(id, new) => {
                known(write, Some(id.0));
                write.ask_for_need(case, new).await
            }
            OnNeed::Approve(id) => {
                let decision = DecideNeed { outcome: NeedOutcome::Approved, comment: None };
                write.decide_need(id, decision).await
            }
            OnNeed::Spend(id, spending) => write.record_spending(id, spending).await,
            OnNeed::Settle(id) => write.settle_need(id).await,
        };
        change(self.store, call, about, step).await.map(drop)
    }
}
