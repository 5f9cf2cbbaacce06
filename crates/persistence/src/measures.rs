//! The clocks of referrals: started on intake, stopped by contacts, counted into service levels.

use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::Region;
use ascms_domain::contacts::ContactParty;
use ascms_domain::ids::{CatchmentId, ProviderId, ReferralId, SchoolId, StudentId};
use ascms_domain::measures::{
    ContactMeasure, DaysToContact, Exclusion, Standing, due_on, standing, targets,
};
use ascms_domain::rules::{ServiceLevelRules, WhanauContactMeans};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{QuerySelect, QueryTrait};

use crate::{Almanac, StoreError, cases, reach, referrals};

mod conditions;
mod levels;
mod members;

pub use levels::{Group, Scope, ServiceLevels};
pub use members::{MemberFilter, MemberKey, MemberRow, Members};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "referral_clock")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub referral_id: ReferralId,
    /// Day 0.
    pub referral_date: NaiveDate,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub catchment_id: Option<CatchmentId>,
    pub provider_id: Option<ProviderId>,
    pub education_region: Option<String>,
    /// Why the referral does not count; none while it does.
    pub exclusion: Option<Exclusion>,
    /// Whose anniversary day is no business day.
    pub holiday_region: Option<Region>,
    /// The calendar that counted the days below.
    pub calendar_version: String,
    pub school_reached_on: Option<NaiveDate>,
    pub student_reached_on: Option<NaiveDate>,
    pub whanau_reached_on: Option<NaiveDate>,
    /// Business days from the referral to the first contact that reached the school.
    pub school_days: Option<i32>,
    pub student_days: Option<i32>,
    pub whanau_days: Option<i32>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A contact deadline of a case, and how it stands today.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    pub measure: ContactMeasure,
    pub within_days: u16,
    pub due_on: NaiveDate,
    pub reached_on: Option<NaiveDate>,
    pub standing: Standing,
}

/// The clock of a referral that has just come in.
pub(crate) fn clock(
    referral: &referrals::Model,
    education_region: Option<String>,
    holiday_region: Option<Region>,
    exclusion: Option<Exclusion>,
    almanac: &Almanac,
) -> Model {
    Model {
        referral_id: referral.id,
        referral_date: referral.referral_date,
        student_id: referral.student_id,
        school_id: referral.school_id,
        catchment_id: referral.catchment_id,
        provider_id: referral.provider_id,
        education_region,
        exclusion,
        holiday_region,
        calendar_version: almanac.contract.version().to_owned(),
        school_reached_on: None,
        student_reached_on: None,
        whanau_reached_on: None,
        school_days: None,
        student_days: None,
        whanau_days: None,
    }
}

pub(crate) async fn start(db: &impl ConnectionTrait, clock: Model) -> Result<(), DbErr> {
    Entity::insert(ActiveModel::from(clock).reset_all()).exec_without_returning(db).await?;
    Ok(())
}

/// Takes a referral out of the count, or back into it.
pub(crate) async fn exclude(
    db: &impl ConnectionTrait,
    id: ReferralId,
    why: Option<Exclusion>,
) -> Result<(), DbErr> {
    let change = ActiveModel { referral_id: Set(id), exclusion: Set(why), ..Default::default() };
    Entity::update(change).exec_without_returning(db).await?;
    Ok(())
}

/// The regions by which a referral is counted.
pub(crate) async fn place(
    db: &impl ConnectionTrait,
    id: ReferralId,
) -> Result<(Option<String>, Option<Region>), StoreError> {
    let clock = Entity::find_by_id(id).one(db).await?.ok_or(StoreError::Corrupt(id.0))?;
    Ok((clock.education_region, clock.holiday_region))
}

/// Somebody was reached on this day. The first day counts, also when it is written down later
/// than another one. The caller holds the lock of the case.
pub(crate) async fn reached(
    db: &impl ConnectionTrait,
    id: ReferralId,
    party: ContactParty,
    on: NaiveDate,
    almanac: &Almanac,
) -> Result<(), StoreError> {
    let clock = Entity::find_by_id(id).one(db).await?.ok_or(StoreError::Corrupt(id.0))?;
    let calendar = &almanac.contract;
    let days = calendar.business_days_between(clock.referral_date, on, clock.holiday_region)?;
    let (before, day, count) = match party {
        ContactParty::School => {
            (clock.school_reached_on, Column::SchoolReachedOn, Column::SchoolDays)
        }
        ContactParty::Student => {
            (clock.student_reached_on, Column::StudentReachedOn, Column::StudentDays)
        }
        ContactParty::Whanau => {
            (clock.whanau_reached_on, Column::WhanauReachedOn, Column::WhanauDays)
        }
        ContactParty::Agency => return Ok(()),
    };
    if before.is_some_and(|before| before <= on) {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(day, Expr::value(on))
        .col_expr(count, Expr::value(i32::from(days)))
        .col_expr(Column::CalendarVersion, Expr::value(calendar.version()))
        .filter(Column::ReferralId.eq(id))
        .exec(db)
        .await?;
    Ok(())
}

/// The contact deadlines of a case: what is due when, and what is done.
pub(crate) fn deadlines(
    case: &cases::CaseRow,
    rules: &ServiceLevelRules,
    almanac: &Almanac,
    today: NaiveDate,
) -> Result<Vec<Deadline>, StoreError> {
    let means = rules.whanau_contact_means;
    let days = day_counts(case.school_days, case.student_days, case.whanau_days);
    let each = targets(rules).into_iter().map(|target| {
        let (measure, within_days) = (target.measure, target.level.within_days);
        let referred = case.case.referral_date;
        let due_on = due_on(referred, within_days, &almanac.contract, case.holiday_region)?;
        let reached_on = reached_on(case, measure, means);
        let standing = standing(days.of(measure, means), within_days, due_on, today);
        Ok(Deadline { measure, within_days, due_on, reached_on, standing })
    });
    each.collect()
}

fn reached_on(
    case: &cases::CaseRow,
    measure: ContactMeasure,
    means: WhanauContactMeans,
) -> Option<NaiveDate> {
    let (student, whanau) = (case.student_reached_on, case.whanau_reached_on);
    match (measure, means) {
        (ContactMeasure::SchoolContact, _) => case.school_reached_on,
        (ContactMeasure::WhanauContact, WhanauContactMeans::Either) => {
            student.into_iter().chain(whanau).min()
        }
        (ContactMeasure::WhanauContact, WhanauContactMeans::Both) => {
            student.zip(whanau).map(|(student, whanau)| Ord::max(student, whanau))
        }
    }
}

/// The columns as the rules count them. A schema check keeps them from being negative.
pub(crate) fn day_counts(
    school: Option<i32>,
    student: Option<i32>,
    whanau: Option<i32>,
) -> DaysToContact {
    let count = |days: Option<i32>| days.and_then(|days| u16::try_from(days).ok());
    DaysToContact { school: count(school), student: count(student), whanau: count(whanau) }
}

/// Every count starts here, so that none can forget whose referrals it may count.
fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::PrimaryContact(_) | Span::Client(_) | Span::Person(_) => None,
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::School(own) => Some(Column::SchoolId.eq(own)),
        Span::CaseManager(own) => {
            let assigned = cases::Entity::find()
                .select_only()
                .column(cases::Column::ReferralId)
                .filter(cases::Column::CaseManagerId.eq(own));
            Some(Column::ReferralId.in_subquery(assigned.into_query()))
        }
    }
}
