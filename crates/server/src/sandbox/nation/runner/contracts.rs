//! Contracts are added, set and put in force.

use ascms_domain::access::{Action, Actor};
use ascms_persistence::history::Edit;
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};
use serde_json::Map;

use super::{Runner, change, known};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::scenarios::AgreedContract;

impl Runner<'_> {
    pub(super) async fn add_contract(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        agreed: AgreedContract,
    ) -> Result<(), SeedError> {
        let AgreedContract { id, contract, years, amounts, in_force } = agreed;
        let grant = actor.may(Action::WriteContracts)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let work = async |write: &Write<'_>| {
            known(write, id.map(|id| id.0));
            write.add_contract(contract).await
        };
        let added = change(self.store, &call, About::ContractMade, work).await?;
        let id = added.contract.id;
        self.contracts.insert(added.contract.number, id);
        let members = Map::new();
        let edit = Edit { grant: &grant, now, version: None, members: &members };
        for year in years {
            let work =
                async |write: &Write<'_>| write.set_contract_year((id, year), &edit, amounts).await;
            change(self.store, &call, About::Contract(id), work).await?;
        }
        if !in_force {
            return Ok(());
        }
        let work = async |write: &Write<'_>| write.activate_contract(id).await;
        change(self.store, &call, About::Contract(id), work).await.map(drop)
    }
}
