//! The versions of the rules' parameters. A version never changes; another one is added.

use std::time::Duration;

use ascms_domain::calendar::ExtraHoliday;
use ascms_domain::duties::DutyRules;
use ascms_domain::performance_reviews::WithholdingRules;
use ascms_domain::rules::{
    EligibilityRules, OutcomeRules, Rule, ServiceLevelRules, Versioned, in_force,
    statutory_holidays,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::Condition;
use sea_orm::entity::prelude::*;
use serde::de::DeserializeOwned;

use crate::Store;
use crate::rows::rule_version::{Column, Entity, Model};
use crate::store::error::StoreError;

impl Model {
    /// The parameters as they were given.
    pub(crate) fn text(&self) -> &str {
        self.whole.as_deref().unwrap_or(&self.parameters)
    }
}

/// How long another server's new version may go unnoticed.
const FRESH_FOR: Duration = Duration::from_secs(10);

/// Every version of every rule, each with the instant since when it is known.
pub(crate) struct RuleBook {
    eligibility: KnownVersions<EligibilityRules>,
    service_levels: KnownVersions<ServiceLevelRules>,
    outcomes: KnownVersions<OutcomeRules>,
    duties: KnownVersions<DutyRules>,
    withholding: KnownVersions<WithholdingRules>,
}

type KnownVersions<T> = Vec<(DateTime<Utc>, Versioned<T>)>;

impl RuleBook {
    pub(crate) fn eligibility(
        &self,
        day: NaiveDate,
    ) -> Result<&Versioned<EligibilityRules>, StoreError> {
        in_force(versions_of(&self.eligibility), day).ok_or(StoreError::NoRule("eligibility"))
    }

    pub(crate) fn service_levels(
        &self,
        day: NaiveDate,
    ) -> Result<&Versioned<ServiceLevelRules>, StoreError> {
        in_force(versions_of(&self.service_levels), day).ok_or(StoreError::NoRule("service_levels"))
    }

    pub(crate) fn outcomes(&self, day: NaiveDate) -> Result<&Versioned<OutcomeRules>, StoreError> {
        in_force(versions_of(&self.outcomes), day).ok_or(StoreError::NoRule("outcomes"))
    }

    /// The profiles of duties for the calendar year that begins on a day.
    pub(crate) fn duties(&self, day: NaiveDate) -> Result<&Versioned<DutyRules>, StoreError> {
        in_force(versions_of(&self.duties), day).ok_or(StoreError::NoRule("duties"))
    }

    /// The requirements for the withholding payment of a term that ends on a day.
    pub(crate) fn withholding(
        &self,
        day: NaiveDate,
    ) -> Result<&Versioned<WithholdingRules>, StoreError> {
        in_force(versions_of(&self.withholding), day).ok_or(StoreError::NoRule("withholding"))
    }

    /// The versions that were known at an instant; before any was, the first ones.
    pub(crate) fn known_at(&self, instant: DateTime<Utc>) -> Self {
        Self {
            eligibility: until(&self.eligibility, instant),
            service_levels: until(&self.service_levels, instant),
            outcomes: until(&self.outcomes, instant),
            duties: until(&self.duties, instant),
            withholding: until(&self.withholding, instant),
        }
    }
}

impl Store {
    pub(crate) async fn rules(&self) -> Result<std::sync::Arc<RuleBook>, StoreError> {
        self.caches.rules.get(FRESH_FOR, book(&self.read)).await
    }
}

/// The holidays that Acts named, as they are known or were at an instant. They are part of the
/// calendars and are read with them.
pub(crate) async fn statutory(
    db: &impl ConnectionTrait,
    known_by: Option<DateTime<Utc>>,
) -> Result<Vec<ExtraHoliday>, StoreError> {
    const RULE: &str = Rule::StatutoryHolidays.as_str();
    let by = known_by.map(|instant| Column::AddedAt.lte(instant));
    let rows = Entity::find()
        .filter(Column::Rule.eq(RULE))
        .filter(Condition::all().add_option(by))
        .all(db)
        .await?;
    let known = versions(&rows, RULE)?;
    let versions: Vec<Versioned<_>> = known.into_iter().map(|(_, version)| version).collect();
    Ok(statutory_holidays(&versions))
}

/// Every version, as it stands.
pub(crate) async fn book(db: &impl ConnectionTrait) -> Result<RuleBook, StoreError> {
    let rows = Entity::find().all(db).await?;
    let eligibility = versions(&rows, "eligibility")?;
    let service_levels = versions(&rows, "service_levels")?;
    let outcomes = versions(&rows, "outcomes")?;
    let duties = versions(&rows, "duties")?;
    let withholding = versions(&rows, "withholding")?;
    Ok(RuleBook { eligibility, service_levels, outcomes, duties, withholding })
}

fn versions_of<T>(known: &KnownVersions<T>) -> impl Iterator<Item = &Versioned<T>> + Clone {
    known.iter().map(|(_, version)| version)
}

fn until<T: Clone>(known: &KnownVersions<T>, instant: DateTime<Utc>) -> KnownVersions<T> {
    let first = known.iter().map(|(added_at, _)| *added_at).min();
    let known_by = first.map_or(instant, |first| first.max(instant));
    known.iter().filter(|(added_at, _)| *added_at <= known_by).cloned().collect()
}

fn versions<T: DeserializeOwned>(
    rows: &[Model],
    rule: &'static str,
) -> Result<KnownVersions<T>, StoreError> {
    let of_rule = rows.iter().filter(|row| row.rule == rule);
    let parsed = of_rule.map(|row| {
        let Model { rule: _, version, valid_from, added_at, .. } = row.clone();
        let parameters = serde_json::from_str(row.text()).map_err(StoreError::RuleUnreadable)?;
        Ok((added_at, Versioned { version, valid_from, parameters }))
    });
    parsed.collect()
}
