//! The groups that are there today whether a referral counts for them or not, for tables that keep
//! their shape.

use ascms_domain::access::{Grant, Span};
use ascms_domain::ids::{ProviderId, SchoolId};
use ascms_domain::measures::{Breakdown, EthnicGroup, Level};
use ascms_domain::organisations::OrganisationKind::{CatchmentProvider, InSchoolProvider};
use ascms_domain::organisations::OrganisationStatus;
use ascms_domain::referrals::ReferralKind;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect};

use crate::Store;
use crate::features::measures::scope::Scope;
use crate::rows::{catchment, lifecycle, organisation, school};
use crate::store::error::StoreError;

/// The years at school that are on record.
const YEAR_LEVELS: std::ops::RangeInclusive<u8> = 1..=13;

/// A school of the directory that teaches.
const OPEN: &str = "open";

/// The part of the referrals of which it is not known.
pub const NOT_STATED: &str = "not_stated";

/// Key and name of a group.
pub(super) type GroupLabel = (String, Option<String>);

/// Every part into which a group can be split.
pub(super) fn parts(by: Breakdown) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    match by {
        Breakdown::ReferralKind => {
            ReferralKind::ALL.iter().map(|kind| kind.as_str().to_owned()).collect()
        }
        Breakdown::Provision => texts(&["catchment", "in_school"]),
        Breakdown::YearLevel => {
            YEAR_LEVELS.map(|year| year.to_string()).chain([NOT_STATED.to_owned()]).collect()
        }
        Breakdown::EthnicGroup => {
            let groups = EthnicGroup::ALL.iter().map(|group| group.as_str().to_owned());
            groups.chain([NOT_STATED.to_owned()]).collect()
        }
    }
}

/// The schools that have their rows in any case: all that teach, or the caller's own.
pub(super) fn schools(grant: &Grant, scope: &Scope) -> Condition {
    let own = grant.reach().iter().filter_map(school_of);
    let within = Condition::any()
        .add(school::Column::Id.is_in(own))
        .add_option(grant.reaches_the_nation().then(|| school::Column::Status.eq(OPEN)));
    let key = scope.key.as_deref();
    let of_key = key.map(|key| school::Column::Number.eq(key.parse::<i32>().unwrap_or(0)));
    Condition::all().add(within).add_option(of_key)
}

fn school_of(span: &Span) -> Option<SchoolId> {
    match span {
        Span::School(id) | Span::PrimaryContact(_, id) => Some(*id),
        Span::Nation
        | Span::Queue
        | Span::Provider(_)
        | Span::CaseManager(..)
        | Span::Client(_)
        | Span::Person(_) => None,
    }
}

fn provider_of(span: &Span) -> Option<ProviderId> {
    match span {
        Span::Provider(id) | Span::CaseManager(_, id) => Some(*id),
        Span::Nation
        | Span::Queue
        | Span::School(_)
        | Span::PrimaryContact(..)
        | Span::Client(_)
        | Span::Person(_) => None,
    }
}

impl Store {
    /// The groups of the levels that have few: of the nation for a caller who reaches it, otherwise
    /// the caller's own provider. Regions and catchments of others say nothing about one's own.
    pub(super) async fn standing_groups(
        &self,
        grant: &Grant,
        scope: &Scope,
    ) -> Result<Vec<GroupLabel>, StoreError> {
        let mut groups = match scope.level {
            Level::National => vec![("national".to_owned(), None)],
            Level::Region if grant.reaches_the_nation() => self.regions().await?,
            Level::Catchment if grant.reaches_the_nation() => self.catchments_by_code().await?,
            Level::Provider => self.providers_in_service(grant).await?,
            Level::Region | Level::Catchment | Level::School | Level::Student => Vec::new(),
        };
        if let Some(key) = scope.key.as_ref().filter(|_| scope.level != Level::National) {
            groups.retain(|(code, _)| code == key);
        }
        Ok(groups)
    }

    async fn regions(&self) -> Result<Vec<GroupLabel>, StoreError> {
        let names: Vec<String> = school::Entity::find()
            .select_only()
            .column(school::Column::EducationRegion)
            .distinct()
            .filter(school::Column::EducationRegion.is_not_null())
            .filter(school::Column::Status.eq(OPEN))
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(names.into_iter().map(|name| (name.clone(), Some(name))).collect())
    }

    async fn catchments_by_code(&self) -> Result<Vec<GroupLabel>, StoreError> {
        let rows: Vec<(String, String)> = catchment::Entity::find()
            .select_only()
            .columns([catchment::Column::Code, catchment::Column::Name])
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|(code, name)| (code, Some(name))).collect())
    }

    async fn providers_in_service(&self, grant: &Grant) -> Result<Vec<GroupLabel>, StoreError> {
        use organisation::{Column, Entity};
        let own = grant.reach().iter().filter_map(provider_of);
        let active = || {
            let status = Column::Status.as_column_ref();
            lifecycle::is(status, OrganisationStatus::is_active)
        };
        let within = Condition::any()
            .add(Column::Id.is_in(own))
            .add_option(grant.reaches_the_nation().then(active));
        let rows: Vec<(String, String)> = Entity::find()
            .select_only()
            .columns([Column::Code, Column::Name])
            .filter(Column::Kind.is_in([CatchmentProvider, InSchoolProvider]))
            .filter(within)
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(rows.into_iter().map(|(code, name)| (code, Some(name))).collect())
    }
}
