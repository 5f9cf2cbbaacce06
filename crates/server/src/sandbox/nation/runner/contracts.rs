//! Contracts are added, set and put in force.

use ascms_domain::access::{Action, Actor};
use ascms_domain::contracts::{AddContract, SetContractYear};
use ascms_persistence::history::Edit;
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};
use serde_json::Map;

use super::{Runner, change};
use crate::sandbox::nation::error::SeedError;

impl Runner<'_> {
    pub(super) async fn add_contract(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        contract: AddContract,
        (year, amounts): (i32, SetContractYear),
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::WriteContracts)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let work = async |write: &Write<'_>| write.add_contract(contract).await;
        let added = change(self.store, &call, About::ContractMade, work).await?;
        let id = added.contract.id;
        self.contracts.insert(added.contract.number, id);
        let members = Map::new();
        let edit = Edit { grant: &grant, now, version: None, members: &members };
        let work =
            async |write: &Write<'_>| write.set_contract_year((id, year), &edit, amounts).await;
        change(self.store, &call, About::Contract(id), work).await?;
        let work = async |write: &Write<'_>| write.activate_contract(id).await;
        change(self.store, &call, About::Contract(id), work).await.map(drop)
    }
}
