//! Which clocks a question is about: a period, a group, and by which columns groups are told apart.

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use ascms_domain::measures::{Breakdown, Level};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{CaseStatement, SelectStatement, SimpleExpr};
use sea_orm::{Condition, ExprTrait, QuerySelect, QueryTrait};

use crate::features::measures::known::{self, Owner};
use crate::reach::rows::referral_clock::{Column, Selected};
use crate::rows::{catchment, organisation, school};
use crate::store::error::StoreError;
use crate::{Store, identity};

/// Which referrals are counted, and for what.
#[derive(Clone, Debug)]
pub struct Scope {
    pub level: Level,
    /// The first and the last day of referral, both included.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Days between them that are left out, each from its first to its last: the terms of a year of
    /// which the holidays are counted.
    pub except: Vec<(NaiveDate, NaiveDate)>,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    pub key: Option<String>,
    /// What was known at an instant in place of what is known now.
    pub as_of: Option<DateTime<Utc>>,
}

/// The key of the referrals without a region, a catchment or a provider.
pub const UNASSIGNED: &str = "unassigned";
impl Store {
    /// The same scope; of a student's joined record that of the student it led to.
    pub(super) async fn followed(&self, scope: &Scope) -> Result<Scope, StoreError> {
        let mut scope = scope.clone();
        let joined = scope.key.as_ref().filter(|_| scope.level == Level::Student);
        if let Some(id) = joined.and_then(|key| key.parse().ok()) {
            scope.key =
                Some(identity::known_ids::known_as(&self.read, id, scope.as_of).await?.to_string());
        }
        Ok(scope)
    }
}

/// The clocks that a scope counts.
pub(super) fn fitting(grant: &Grant, scope: &Scope, owner: Owner) -> Selected {
    known::clocks(grant, (scope.from, scope.to), scope.as_of, owner).filter(of_key(scope))
}

/// The group that is asked for, if one is, without the days that are left out.
pub(super) fn of_key(scope: &Scope) -> Condition {
    let group = scope.key.as_deref().map(|key| of_group(scope.level, key));
    let without = |all: Condition, (from, to): &(NaiveDate, NaiveDate)| {
        all.add(Column::ReferralDate.between(*from, *to).not())
    };
    scope.except.iter().fold(Condition::all().add_option(group), without)
}

/// The clocks of one group.
fn of_group(level: Level, key: &str) -> SimpleExpr {
    let is = |column: Column, fits: SelectStatement| {
        if key == UNASSIGNED { column.is_null() } else { column.in_subquery(fits) }
    };
    match level {
        Level::National => Expr::cust("1 = 1"),
        Level::Region if key == UNASSIGNED => Column::EducationRegion.is_null(),
        Level::Region => Column::EducationRegion.eq(key),
        Level::Catchment => {
            let ids = catchment::Entity::find()
                .select_only()
                .column(catchment::Column::Id)
                .filter(catchment::Column::Code.eq(key));
            is(Column::CatchmentId, ids.into_query())
        }
        Level::Provider => {
            let ids = organisation::Entity::find()
                .select_only()
                .column(organisation::Column::Id)
                .filter(organisation::Column::Code.eq(key));
            is(Column::ProviderId, ids.into_query())
        }
        Level::School => {
            let number = key.parse::<i32>().unwrap_or(0);
            let ids = school::Entity::find()
                .select_only()
                .column(school::Column::Id)
                .filter(school::Column::Number.eq(number));
            is(Column::SchoolId, ids.into_query())
        }
        Level::Student => match key.parse::<StudentId>() {
            Ok(id) => Column::StudentId.eq(id),
            Err(_) => Expr::cust("1 = 0"),
        },
    }
}

/// The column by which groups are told apart; of the nation any constant.
pub(super) fn id_of(level: Level) -> SimpleExpr {
    let of = |column: Column| Expr::col(column.as_column_ref());
    match level {
        Level::National => Expr::cust("NULL"),
        Level::Region => of(Column::EducationRegion),
        Level::Catchment => of(Column::CatchmentId),
        Level::Provider => of(Column::ProviderId),
        Level::School => of(Column::SchoolId),
        Level::Student => of(Column::StudentId),
    }
}

/// The part of its group that a referral belongs to.
pub(super) fn part(breakdown: Option<Breakdown>) -> SimpleExpr {
    let of = |column: Column| Expr::col(column.as_column_ref());
    match breakdown {
        None => Expr::cust("NULL"),
        Some(Breakdown::ReferralKind) => of(Column::Kind),
        Some(Breakdown::Provision) => {
            let own_team = CaseStatement::new().case(Column::InSchool.eq(true), "in_school");
            own_team.finally("catchment").into()
        }
        Some(Breakdown::YearLevel) => of(Column::YearLevel).cast_as("text"),
        Some(Breakdown::EthnicGroup) => of(Column::EthnicGroup),
    }
}
