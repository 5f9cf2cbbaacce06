//! The referrals behind a number, each with how it stands and the days it took.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{CaseId, ReferralId};
use ascms_domain::measures::{ContactMeasure, Standing, Target, due_on, standing, targets};
use ascms_domain::rules::{ServiceLevelRules, WhanauContactMeans};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};

use super::conditions::{self, Judgement};
use super::levels::{Scope, fitting};
use super::{Column, Entity, Model, day_counts};
use crate::audit::{self, Subject};
use crate::page::{Page, PageRequest};
use crate::{Almanac, Store, StoreError, cases, organisations, schools};

/// Where a page of members goes on.
pub type MemberKey = (NaiveDate, ReferralId);

/// Which number's members, and which of them.
#[derive(Clone, Debug)]
pub struct MemberFilter {
    pub scope: Scope,
    pub measure: ContactMeasure,
    pub within_days: u16,
    pub standing: Option<Standing>,
}

/// A referral and what its readers need beside it. No names: a number's members are ids, places,
/// clocks and outcomes.
#[derive(Clone, Debug, FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    clock: Model,
    school_number: i32,
    provider_code: Option<String>,
    case_id: Option<CaseId>,
    case_number: Option<String>,
}

/// How one referral counts for the number.
#[derive(Clone, Debug)]
pub struct MemberRow {
    pub clock: Model,
    pub school_number: i32,
    pub provider_code: Option<String>,
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    pub due_on: NaiveDate,
    /// Business days to contact; none while there was none.
    pub days: Option<u16>,
    pub standing: Standing,
}

#[derive(Clone, Debug)]
pub struct Members {
    pub page: Page<MemberRow, MemberKey>,
    pub rule_version: String,
    pub calendar_version: String,
    pub as_of: DateTime<Utc>,
}

impl Store {
    /// The members of a number in the order of their referral dates; `None` when the rule in force
    /// has no such number.
    pub async fn service_level_members(
        &self,
        grant: &Grant,
        filter: &MemberFilter,
        page: PageRequest<MemberKey>,
        now: DateTime<Utc>,
    ) -> Result<Option<Members>, StoreError> {
        let (rules, almanac) = (self.rules().await?, self.almanac().await?);
        let today = nz_date(now);
        let rule = rules.service_levels(Ord::min(filter.scope.to, today))?;
        let Some(target) = target(&rule.parameters, filter) else { return Ok(None) };
        let means = rule.parameters.whanau_contact_means;
        let judgement = Judgement { target, means, today, calendar: &almanac.contract };
        let mut query = fitting(grant, &filter.scope);
        if let Some(standing) = filter.standing {
            query = query.filter(stands(standing, &judgement)?);
        }
        let total =
            if page.with_total { Some(query.clone().count(&self.read).await?) } else { None };
        if let Some((on, id)) = page.after {
            let same_day = Column::ReferralDate.eq(on).and(Column::ReferralId.gt(id));
            let later = Column::ReferralDate.gt(on);
            query = query.filter(Condition::any().add(later).add(same_day));
        }
        let query = query
            .order_by_asc(Column::ReferralDate)
            .order_by_asc(Column::ReferralId)
            .limit(page.fetch());
        let rows = beside(query).all(&self.read).await?;
        let found = page.cut(rows, |row| (row.clock.referral_date, row.clock.referral_id));
        let ids = found.items.iter().map(|row| row.clock.referral_id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("referral", ids), now)).await?;
        let (items, next) = (found.items, found.next);
        let items = items.into_iter().map(|row| member(row, target, means, &almanac, today));
        Ok(Some(Members {
            page: Page { items: items.collect::<Result<_, StoreError>>()?, next, total },
            rule_version: rule.version.clone(),
            calendar_version: almanac.contract.version().to_owned(),
            as_of: now,
        }))
    }
}

fn target(rules: &ServiceLevelRules, filter: &MemberFilter) -> Option<Target> {
    let asked = (filter.measure, filter.within_days);
    targets(rules).into_iter().find(|target| (target.measure, target.level.within_days) == asked)
}

fn stands(standing: Standing, judgement: &Judgement<'_>) -> Result<Expr, StoreError> {
    Ok(match standing {
        Standing::Met => conditions::met(judgement).eq(1),
        Standing::Missed => conditions::missed(judgement)?.eq(1),
        Standing::Pending => conditions::pending(judgement)?.eq(1),
        Standing::Excluded => Column::Exclusion.is_not_null(),
    })
}

fn member(
    row: Row,
    target: Target,
    means: WhanauContactMeans,
    almanac: &Almanac,
    today: NaiveDate,
) -> Result<MemberRow, StoreError> {
    let Row { clock, school_number, provider_code, case_id, case_number } = row;
    let within_days = target.level.within_days;
    let region = clock.holiday_region;
    let due_on = due_on(clock.referral_date, within_days, &almanac.contract, region)?;
    let days = day_counts(clock.school_days, clock.student_days, clock.whanau_days);
    let days = days.of(target.measure, means);
    let standing = match clock.exclusion {
        Some(_) => Standing::Excluded,
        None => standing(days, within_days, due_on, today),
    };
    Ok(MemberRow {
        clock,
        school_number,
        provider_code,
        case_id,
        case_number,
        due_on,
        days,
        standing,
    })
}

fn beside(mut query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<Row>> {
    use cases::{Column as Case, Entity as Cases};
    use organisations::{Column as Organisation, Entity as Organisations};
    use schools::{Column as School, Entity as Schools};
    let of = |column: Column| Expr::col((Entity, column));
    QueryTrait::query(&mut query)
        .inner_join(Schools, of(Column::SchoolId).equals((Schools, School::Id)))
        .left_join(Organisations, of(Column::ProviderId).equals((Organisations, Organisation::Id)))
        .left_join(Cases, of(Column::ReferralId).equals((Cases, Case::ReferralId)));
    query
        .column_as(School::Number, "school_number")
        .column_as(Organisation::Code, "provider_code")
        .column_as(Case::Id, "case_id")
        .column_as(Case::Number, "case_number")
        .into_model()
}
