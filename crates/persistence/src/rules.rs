//! The versions of the rules' parameters.

use std::time::Duration;

use ascms_domain::rules::{EligibilityRules, ServiceLevelRules, Versioned, in_force};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use serde::de::DeserializeOwned;

use crate::{Store, StoreError};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "rule_version")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub rule: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub version: String,
    pub valid_from: NaiveDate,
    pub parameters: String,
}

impl ActiveModelBehavior for ActiveModel {}

/// How long another server's new version may go unnoticed.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// Every version of every rule.
pub(crate) struct RuleBook {
    eligibility: Vec<Versioned<EligibilityRules>>,
    service_levels: Vec<Versioned<ServiceLevelRules>>,
}

impl RuleBook {
    pub(crate) fn eligibility(
        &self,
        day: NaiveDate,
    ) -> Result<&Versioned<EligibilityRules>, StoreError> {
        in_force(&self.eligibility, day).ok_or(StoreError::NoRule("eligibility"))
    }

    pub(crate) fn service_levels(
        &self,
        day: NaiveDate,
    ) -> Result<&Versioned<ServiceLevelRules>, StoreError> {
        in_force(&self.service_levels, day).ok_or(StoreError::NoRule("service_levels"))
    }
}

impl Store {
    pub(crate) async fn rules(&self) -> Result<std::sync::Arc<RuleBook>, StoreError> {
        let load = async {
            let rows = Entity::find().all(&self.read).await?;
            let eligibility = versions(&rows, "eligibility")?;
            let service_levels = versions(&rows, "service_levels")?;
            Ok(RuleBook { eligibility, service_levels })
        };
        self.caches.rules.get(FRESH_FOR, load).await
    }
}

fn versions<T: DeserializeOwned>(
    rows: &[Model],
    rule: &'static str,
) -> Result<Vec<Versioned<T>>, StoreError> {
    let of_rule = rows.iter().filter(|row| row.rule == rule);
    let parsed = of_rule.map(|row| {
        let Model { rule: _, version, valid_from, parameters } = row.clone();
        let parameters = serde_json::from_str(&parameters).map_err(StoreError::RuleUnreadable)?;
        Ok(Versioned { version, valid_from, parameters })
    });
    parsed.collect()
}
