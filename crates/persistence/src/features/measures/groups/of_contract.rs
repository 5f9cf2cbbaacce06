//! The numbers of one contract.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::ids::{CatchmentId, ProviderId, SchoolId};
use ascms_domain::measures::{Level, Number, Tally};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;

use super::{Mark, blank, grouped, owners};
use crate::Store;
use crate::features::measures::judgement::MadeBy;
use crate::features::measures::known;
use crate::features::measures::scope::Scope;
use crate::reach::rows::referral_clock::Column;
use crate::store::error::StoreError;

/// The referrals of a contract: those of its organisation, in its catchments or at its school.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ContractReferrals {
    pub organisation: ProviderId,
    pub catchments: Vec<CatchmentId>,
    /// The school of an in-school team.
    pub school: Option<SchoolId>,
}

/// The numbers of a contract, and what they were made by.
#[derive(Clone, Debug)]
pub(crate) struct ContractNumbers {
    pub tallies: Vec<(Number, Tally)>,
    pub made_by: MadeBy,
}

impl Store {
    /// The numbers of a contract's referrals of a period, as they were known at an instant.
    pub(crate) async fn numbers_of_contract(
        &self,
        grant: &Grant,
        of: &ContractReferrals,
        (from, to): (NaiveDate, NaiveDate),
        (at, now): (DateTime<Utc>, DateTime<Utc>),
    ) -> Result<ContractNumbers, StoreError> {
        let (level, except, key, as_of) = (Level::National, Vec::new(), None, Some(at));
        let scope = Scope { level, from, to, except, key, as_of };
        let judgement = self.judgement(to, as_of, now).await?;
        let mut counted = Vec::new();
        for owner in owners(&judgement) {
            let clocks = known::of_period(grant, (from, to), owner).filter(of.condition());
            counted.extend(self.counted(clocks, &scope, None, &judgement, owner).await?);
        }
        let labels = HashMap::from([(Mark::Nothing, ("contract".to_owned(), None))]);
        let mut groups = grouped(counted, &labels, &judgement.numbers);
        let tallies = groups.pop_first().map(|(_, (_, tallies))| tallies);
        let tallies = tallies.unwrap_or_else(|| blank(&judgement.numbers));
        Ok(ContractNumbers { tallies, made_by: judgement.made_by })
    }
}

impl ContractReferrals {
    fn condition(&self) -> Condition {
        let own = Condition::all().add(Column::ProviderId.eq(self.organisation));
        match self.school {
            Some(school) => own.add(Column::SchoolId.eq(school)).add(Column::InSchool.eq(true)),
            None => {
                let catchments = self.catchments.iter().copied();
                own.add(Column::CatchmentId.is_in(catchments)).add(Column::InSchool.eq(false))
            }
        }
    }
}
