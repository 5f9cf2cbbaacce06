//! Funds are opened, and what a case asks them for is decided on, paid and settled.

use ascms_domain::access::{Action, Actor};
use ascms_domain::funds::{BudgetOutcome, OpenFund};
use ascms_domain::ids::CaseId;
use ascms_domain::needs::{DecideNeed, NeedOutcome};
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};

use super::{Runner, change, missing};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::scenarios::OnNeed;

impl Runner<'_> {
    pub(super) async fn open_fund(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        (contract, year): (&str, i32),
        confirmed_by: &str,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::BudgetFunds)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let contract_id = self.contracts.get(contract).copied();
        let contract_id = contract_id.ok_or_else(|| missing("contract"))?;
        let new = OpenFund { contract_id, year };
        let work = async |write: &Write<'_>| write.open_fund(new).await;
        let id = change(self.store, &call, About::FundMade, work).await?.fund.id;
        let second = self.actor(confirmed_by, now).await?.may(Action::BudgetFunds)?;
        let call = Call { grant: &second, now, key: None, dry_run: false };
        let confirmed = BudgetOutcome::Confirmed;
        let work = async |write: &Write<'_>| write.decide_budget(id, confirmed).await;
        change(self.store, &call, About::Fund(id), work).await.map(drop)
    }

    pub(super) async fn on_need(
        &mut self,
        (story, case): (usize, CaseId),
        call: &Call<'_>,
        work: OnNeed,
    ) -> Result<(), SeedError> {
        let standing = self.stories.entry(story).or_default();
        let asked = || standing.need.ok_or_else(|| missing("need"));
        match work {
            OnNeed::Ask(new) => {
                let work = async |write: &Write<'_>| write.ask_for_need(case, new).await;
                let asked = change(self.store, call, About::Case(case), work).await?;
                standing.need = Some(asked.need.id);
                Ok(())
            }
            OnNeed::Approve => {
                let id = asked()?;
                let decision = DecideNeed { outcome: NeedOutcome::Approved, comment: None };
                let work = async |write: &Write<'_>| write.decide_need(id, decision).await;
                change(self.store, call, About::Need(id), work).await.map(drop)
            }
            OnNeed::Spend(spending) => {
                let id = asked()?;
                let work = async |write: &Write<'_>| write.record_spending(id, spending).await;
                change(self.store, call, About::Need(id), work).await.map(drop)
            }
            OnNeed::Settle => {
                let id = asked()?;
                let work = async |write: &Write<'_>| write.settle_need(id).await;
                change(self.store, call, About::Need(id), work).await.map(drop)
            }
        }
    }
}
