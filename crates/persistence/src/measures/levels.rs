//! Service levels: the four contact numbers of any group of referrals, in one statement.

use std::collections::BTreeMap;

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::StudentId;
use ascms_domain::measures::{Exclusion, Level, ReferralExclusion, Tally, Target, targets};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SelectStatement, SimpleExpr};
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};

use super::conditions::{self, Judgement, counted, one_if};
use super::{Column, Entity, within};
use crate::audit::{self, Subject};
use crate::page::{Page, PageRequest};
use crate::{Store, StoreError, catchments, organisations, schools};

/// Which referrals are counted, and for what.
#[derive(Clone, Debug)]
pub struct Scope {
    pub level: Level,
    /// The first and the last day of referral, both included.
    pub from: NaiveDate,
    pub to: NaiveDate,
    /// Only the group of this key: a region's name, a code, a school's number, a student's id.
    pub key: Option<String>,
}

/// The numbers of one group.
#[derive(Clone, Debug)]
pub struct Group {
    /// `unassigned`: the referrals that belong to no group of the level, so that groups add up.
    pub key: String,
    pub name: Option<String>,
    /// In the order of [`targets`].
    pub tallies: Vec<(Target, Tally)>,
}

/// A page of groups, with what the numbers were made by.
#[derive(Clone, Debug)]
pub struct ServiceLevels {
    pub groups: Page<Group, String>,
    pub rule_version: String,
    pub calendar_version: String,
    pub as_of: DateTime<Utc>,
}

/// The key of the referrals without a region, a catchment or a provider.
pub const UNASSIGNED: &str = "unassigned";

/// One row of the statement: a group's counts.
#[derive(FromQueryResult)]
struct Counts {
    counted: i64,
    met_0: i64,
    met_1: i64,
    met_2: i64,
    met_3: i64,
    pending_0: i64,
    pending_1: i64,
    pending_2: i64,
    pending_3: i64,
    declined: i64,
    withdrawn: i64,
    redirected: i64,
    resolved: i64,
    joined_to_open_case: i64,
    no_provider: i64,
}

#[derive(FromQueryResult)]
struct Named {
    key: String,
    name: Option<String>,
    #[sea_orm(nested)]
    counts: Counts,
}

#[derive(FromQueryResult)]
struct OfStudent {
    student_id: StudentId,
    #[sea_orm(nested)]
    counts: Counts,
}

impl Store {
    /// The service levels of every group within reach, in the order of their keys.
    pub async fn service_levels(
        &self,
        grant: &Grant,
        scope: &Scope,
        page: PageRequest<String>,
        now: DateTime<Utc>,
    ) -> Result<ServiceLevels, StoreError> {
        let (rules, almanac) = (self.rules().await?, self.almanac().await?);
        let today = nz_date(now);
        let rule = rules.service_levels(Ord::min(scope.to, today))?;
        let targets = targets(&rule.parameters);
        let judgements = targets.map(|target| Judgement {
            target,
            means: rule.parameters.whanau_contact_means,
            today,
            calendar: &almanac.contract,
        });
        let counts = QuerySelect::limit(counts(fitting(grant, scope), &judgements)?, page.fetch());
        let groups = if scope.level == Level::Student {
            self.by_student(grant, counts, &page, &targets, now).await?
        } else {
            self.by_name(scope.level, counts, &page, &targets).await?
        };
        Ok(ServiceLevels {
            groups,
            rule_version: rule.version.clone(),
            calendar_version: almanac.contract.version().to_owned(),
            as_of: now,
        })
    }

    async fn by_name(
        &self,
        level: Level,
        counts: Select<Entity>,
        page: &PageRequest<String>,
        targets: &[Target; 4],
    ) -> Result<Page<Group, String>, StoreError> {
        let mut query = named(counts, level);
        if let Some(after) = &page.after {
            query = query.filter(key_of(level).gt(after.as_str()));
        }
        let rows: Vec<Named> = query.into_model().all(&self.read).await?;
        let groups = rows.into_iter().map(|row| {
            let Named { key, name, counts } = row;
            Group { key, name, tallies: tallies(&counts, targets) }
        });
        // A sum over no rows at all is one group of the nation with nothing in it.
        Ok(page.cut(groups.collect(), |group| group.key.clone()))
    }

    async fn by_student(
        &self,
        grant: &Grant,
        counts: Select<Entity>,
        page: &PageRequest<String>,
        targets: &[Target; 4],
        now: DateTime<Utc>,
    ) -> Result<Page<Group, String>, StoreError> {
        let mut query = counts
            .column(Column::StudentId)
            .group_by(Column::StudentId)
            .order_by_asc(Column::StudentId);
        if let Some(after) = page.after.as_ref().and_then(|key| key.parse::<StudentId>().ok()) {
            query = query.filter(Column::StudentId.gt(after));
        }
        let rows: Vec<OfStudent> = query.into_model().all(&self.read).await?;
        let rows = page.cut(rows, |row| row.student_id.to_string());
        let ids = rows.items.iter().map(|row| row.student_id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("student", ids), now)).await?;
        Ok(rows.map(|row| Group {
            key: row.student_id.to_string(),
            name: None,
            tallies: tallies(&row.counts, targets),
        }))
    }
}

/// The clocks that a scope counts.
pub(super) fn fitting(grant: &Grant, scope: &Scope) -> Select<Entity> {
    let period = Column::ReferralDate.between(scope.from, scope.to);
    let fitting = within(grant).filter(period);
    match &scope.key {
        Some(key) => fitting.filter(of_group(scope.level, key)),
        None => fitting,
    }
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
            let ids = catchments::Entity::find()
                .select_only()
                .column(catchments::Column::Id)
                .filter(catchments::Column::Code.eq(key));
            is(Column::CatchmentId, ids.into_query())
        }
        Level::Provider => {
            let ids = organisations::Entity::find()
                .select_only()
                .column(organisations::Column::Id)
                .filter(organisations::Column::Code.eq(key));
            is(Column::ProviderId, ids.into_query())
        }
        Level::School => {
            let number = key.parse::<i32>().unwrap_or(0);
            let ids = schools::Entity::find()
                .select_only()
                .column(schools::Column::Id)
                .filter(schools::Column::Number.eq(number));
            is(Column::SchoolId, ids.into_query())
        }
        Level::Student => match key.parse::<StudentId>() {
            Ok(id) => Column::StudentId.eq(id),
            Err(_) => Expr::cust("1 = 0"),
        },
    }
}

/// The sums that every level selects. `COALESCE`, since a sum of no rows is NULL.
fn counts(
    fitting: Select<Entity>,
    judgements: &[Judgement<'_>; 4],
) -> Result<Select<Entity>, StoreError> {
    const MET: [&str; 4] = ["met_0", "met_1", "met_2", "met_3"];
    const PENDING: [&str; 4] = ["pending_0", "pending_1", "pending_2", "pending_3"];
    let mut query =
        fitting.select_only().expr_as(total(one_if(Condition::all().add(counted()))), "counted");
    for ((judgement, met), pending) in judgements.iter().zip(MET).zip(PENDING) {
        query = query
            .expr_as(total(conditions::met(judgement)), met)
            .expr_as(total(conditions::pending(judgement)?), pending);
    }
    for why in ReferralExclusion::ALL {
        let excluded = one_if(Condition::all().add(Column::Exclusion.eq(*why)));
        query = query.expr_as(total(excluded), why.as_str());
    }
    Ok(query)
}

/// A sum as a 64-bit integer on both databases; PostgreSQL would make it NUMERIC.
fn total(each: SimpleExpr) -> SimpleExpr {
    Func::coalesce([Func::sum(each).into(), Expr::value(0)]).cast_as("bigint")
}

fn key_of(level: Level) -> SimpleExpr {
    let or_unassigned =
        |key: SimpleExpr| SimpleExpr::from(Func::coalesce([key, Expr::cust("'unassigned'")]));
    match level {
        Level::National => Expr::cust("'national'"),
        Level::Region => or_unassigned(Expr::col((Entity, Column::EducationRegion))),
        Level::Catchment => {
            or_unassigned(Expr::col((catchments::Entity, catchments::Column::Code)))
        }
        Level::Provider => {
            or_unassigned(Expr::col((organisations::Entity, organisations::Column::Code)))
        }
        Level::School => Expr::col((schools::Entity, schools::Column::Number)).cast_as("text"),
        Level::Student => Expr::cust("''"),
    }
}

/// Adds the key and the name of the level's groups, and groups and orders by them.
fn named(mut query: Select<Entity>, level: Level) -> Select<Entity> {
    let of = |column: Column| Expr::col((Entity, column));
    let select = QueryTrait::query(&mut query);
    let name = match level {
        Level::National | Level::Student => {
            return query
                .expr_as(key_of(level), "key")
                .expr_as(Expr::cust("CAST(NULL AS text)"), "name");
        }
        Level::Region => key_of(level),
        Level::Catchment => {
            use catchments::{Column as Catchment, Entity as Catchments};
            select
                .left_join(Catchments, of(Column::CatchmentId).equals((Catchments, Catchment::Id)));
            Expr::col((Catchments, Catchment::Name))
        }
        Level::Provider => {
            use organisations::{Column as Organisation, Entity as Organisations};
            select.left_join(
                Organisations,
                of(Column::ProviderId).equals((Organisations, Organisation::Id)),
            );
            Expr::col((Organisations, Organisation::Name))
        }
        Level::School => {
            use schools::{Column as School, Entity as Schools};
            select.inner_join(Schools, of(Column::SchoolId).equals((Schools, School::Id)));
            Expr::col((Schools, School::Name))
        }
    };
    query
        .expr_as(key_of(level), "key")
        .expr_as(name.clone(), "name")
        .group_by(key_of(level))
        .group_by(name)
        .order_by_asc(key_of(level))
}

fn tallies(counts: &Counts, targets: &[Target; 4]) -> Vec<(Target, Tally)> {
    let Counts { counted, met_0, met_1, met_2, met_3, .. } = *counts;
    let Counts { pending_0, pending_1, pending_2, pending_3, .. } = *counts;
    let met = [met_0, met_1, met_2, met_3];
    let pending = [pending_0, pending_1, pending_2, pending_3];
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    let each = targets.iter().zip(met).zip(pending).map(|((target, met), pending)| {
        let missed = number(counted - met - pending);
        let tally = Tally {
            met: number(met),
            missed,
            pending: number(pending),
            excluded: excluded(counts),
        };
        (*target, tally)
    });
    each.collect()
}

fn excluded(counts: &Counts) -> BTreeMap<Exclusion, u64> {
    let each = [
        (Exclusion::Declined, counts.declined),
        (Exclusion::Withdrawn, counts.withdrawn),
        (Exclusion::Redirected, counts.redirected),
        (Exclusion::Resolved, counts.resolved),
        (Exclusion::JoinedToOpenCase, counts.joined_to_open_case),
        (Exclusion::NoProvider, counts.no_provider),
    ];
    let number = |count: i64| u64::try_from(count).unwrap_or(0);
    each.into_iter().map(|(why, count)| (why, number(count))).filter(|(_, n)| *n > 0).collect()
}
