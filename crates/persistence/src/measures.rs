//! The clocks of referrals: started on intake, stopped by contacts, counted into service levels.

use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::{Region, nz_date};
use ascms_domain::contacts::ContactParty;
use ascms_domain::ids::{CaseId, CatchmentId, ProviderId, ReferralId, SchoolId, StudentId};
use ascms_domain::measures::{
    ContactMeasure, DaysToContact, ReferralExclusion, Standing, due_on, standing, targets,
};
use ascms_domain::rules::{ServiceLevelRules, WhanauContactMeans};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{FromQueryResult, QuerySelect, QueryTrait};

use crate::{Almanac, StoreError, cases, contacts, reach, referrals};

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
    pub exclusion: Option<ReferralExclusion>,
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

/// A clock, and when the contacts of its case say that each party was first reached.
#[derive(Debug, FromQueryResult)]
struct Reading {
    #[sea_orm(nested)]
    clock: Model,
    school_at: Option<DateTime<Utc>>,
    student_at: Option<DateTime<Utc>>,
    whanau_at: Option<DateTime<Utc>>,
}

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
    exclusion: Option<ReferralExclusion>,
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
    why: Option<ReferralExclusion>,
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

/// Sets the clock of a referral by the contacts of its case that stand: of each party the first day
/// counts on which it was reached, in whatever order they were written down; without such a day the
/// clock runs. The caller holds the lock of the case.
pub(crate) async fn recount(
    db: &impl ConnectionTrait,
    id: ReferralId,
    case_id: CaseId,
    almanac: &Almanac,
) -> Result<(), StoreError> {
    let first = |party| {
        let earliest = contacts::first_reached(case_id, party);
        SimpleExpr::SubQuery(None, Box::new(earliest.into()))
    };
    let reading = Entity::find_by_id(id)
        .expr_as(first(ContactParty::School), "school_at")
        .expr_as(first(ContactParty::Student), "student_at")
        .expr_as(first(ContactParty::Whanau), "whanau_at")
        .into_model::<Reading>()
        .one(db)
        .await?;
    let Reading { clock, school_at, student_at, whanau_at } =
        reading.ok_or(StoreError::Corrupt(id.0))?;
    let days @ [school, student, whanau] =
        [school_at, student_at, whanau_at].map(|at| at.map(nz_date));
    if days == [clock.school_reached_on, clock.student_reached_on, clock.whanau_reached_on] {
        return Ok(());
    }
    let calendar = &almanac.contract;
    let count = |on: Option<NaiveDate>| {
        let between =
            |on| calendar.business_days_between(clock.referral_date, on, clock.holiday_region);
        on.map(between).transpose().map(|days| days.map(i32::from))
    };
    let change = ActiveModel {
        referral_id: Set(id),
        calendar_version: Set(calendar.version().to_owned()),
        school_reached_on: Set(school),
        student_reached_on: Set(student),
        whanau_reached_on: Set(whanau),
        school_days: Set(count(school)?),
        student_days: Set(count(student)?),
        whanau_days: Set(count(whanau)?),
        ..Default::default()
    };
    Entity::update(change).exec_without_returning(db).await?;
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
