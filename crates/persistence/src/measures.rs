//! The clocks of referrals: started on intake, stopped by contacts, counted into service levels.

use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::Region;
use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::{CatchmentId, ProviderId, ReferralId, SchoolId, StudentId};
use ascms_domain::measures::{
    ClockCause, ContactMeasure, DayCount, DaysToContact, Departed, Departure, EthnicGroup,
    Excluded, ReferralExclusion, ReferralInputs, Standing, due_on, targets,
};
use ascms_domain::outcomes::{
    AttendanceInputs, Baseline, ContactDetails, EnrolledBy, KnownTerm, OutcomeTerm,
};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::rules::{ServiceLevelRules, WhanauContactMeans};
use ascms_domain::terms::TermKey;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;
use sea_orm::{QuerySelect, QueryTrait};

use crate::{Almanac, StoreError, cases, reach};

mod ahead;
mod alike;
mod attended;
mod changes;
mod classes;
mod clocks;
mod facts;
mod groups;
mod judgement;
mod known;
mod members;
mod owners;
mod scope;
mod touched;
mod whose;

pub use changes::{MeasureChange, MeasureChanges};
pub use groups::{Group, Measures, NOT_STATED};
pub use judgement::MadeBy;
pub use members::{MemberFilter, MemberKey, MemberRow, Members};
pub use scope::{Scope, UNASSIGNED};

pub(crate) use alike::{Alike, AllAlike};
pub(crate) use clocks::{ClockPlace, place, start};
pub(crate) use facts::{Which, tell};
pub(crate) use touched::{Touched, count_touched, next_touched};

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
    /// Since when this is known; what was known before is in `referral_clock_past`.
    pub known_from: DateTime<Utc>,
    /// Why it was set as it is.
    pub cause: ClockCause,
    pub kind: ReferralKind,
    pub in_school: bool,
    /// The student's when the referral came in.
    pub year_level: Option<i32>,
    /// The student's, as on record.
    pub ethnic_group: Option<EthnicGroup>,
    /// Half-days of the referral's baseline; none when too little was on record.
    pub baseline_present: Option<i32>,
    pub baseline_possible: Option<i32>,
    /// Half-days of what contradicts the baseline: of the record, or of the claim; none where
    /// nothing does.
    pub contradicting_present: Option<i32>,
    pub contradicting_possible: Option<i32>,
    /// The term in which improved attendance is measured, such as `2026-3`; of chronic absence.
    pub outcome_term: Option<String>,
    /// Its last day and its half-days in all; none while its dates are not known.
    pub outcome_ends_on: Option<NaiveDate>,
    pub outcome_half_days: Option<i32>,
    /// What is on record of it.
    pub outcome_present: i32,
    pub outcome_possible: i32,
    /// The first enrolment that began after the referral, in business days from it.
    pub enrolled_on: Option<NaiveDate>,
    pub enrolled_days: Option<i32>,
    /// The last confirmation of contact details up to the referral's day, in days before it.
    pub confirmed_before_on: Option<NaiveDate>,
    pub confirmed_before_days: Option<i32>,
    /// The first one after it, in business days.
    pub confirmed_after_on: Option<NaiveDate>,
    pub confirmed_after_days: Option<i32>,
    pub departure: Option<Departure>,
    pub departed_on: Option<NaiveDate>,
    pub departed_days: Option<i32>,
    /// The day of the decision that excluded it, in business days from the referral.
    pub excluded_on: Option<NaiveDate>,
    pub excluded_days: Option<i32>,
    /// What says that the student was enrolled on that day; none of clocks from before it was kept,
    /// of which it was a school.
    pub enrolled_by: Option<EnrolledBy>,
    /// Code of the set `alternative-pathways`; none of a school.
    pub enrolled_pathway: Option<String>,
    /// Who had the case on the outcome's last day, where that is another than the first provider.
    pub outcome_provider_id: Option<ProviderId>,
    /// The last day up to the referral's on which the student or the whānau was reached, in days
    /// before it; of non-enrolment.
    pub reached_before_on: Option<NaiveDate>,
    pub reached_before_days: Option<i32>,
    /// The first one after it, in business days.
    pub reached_after_on: Option<NaiveDate>,
    pub reached_after_days: Option<i32>,
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

/// The contact deadlines of a case: what is due when, and what is done.
pub(crate) fn deadlines(
    case: &cases::CaseRow,
    rules: &ServiceLevelRules,
    almanac: &Almanac,
    today: NaiveDate,
) -> Result<Vec<Deadline>, StoreError> {
    let means = rules.whanau_contact_means;
    let days = day_counts(case.school_days, case.student_days, case.whanau_days);
    let at = day_count(case.departed_on, case.departed_days);
    let departed = case.departure.zip(at).map(|(why, at)| Departed { why, at });
    // The referral that opens a case is excluded by no decision.
    let referral = ReferralInputs { exclusion: None, departed };
    let each = targets(rules).into_iter().map(|target| {
        let (measure, within_days) = (target.measure, target.level.within_days);
        let referred = case.case.referral_date;
        let due_on = due_on(referred, within_days, &almanac.contract, case.holiday_region)?;
        let reached_on = reached_on(case, measure, means);
        let limit = (within_days, rules.late_decision);
        let standing = referral.contact(days.of(measure, means), limit, due_on, today).standing();
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

/// A column as the rules count it. A schema check keeps it from being negative.
fn count(column: Option<i32>) -> Option<u16> {
    column.and_then(|days| u16::try_from(days).ok())
}

/// A day beside its count.
fn day_count(on: Option<NaiveDate>, days: Option<i32>) -> Option<DayCount> {
    on.zip(count(days)).map(|(on, days)| DayCount { on, days })
}

impl Model {
    /// What of the referral itself decides for every measure.
    fn referral(&self) -> ReferralInputs {
        let at = day_count(self.departed_on, self.departed_days);
        let departed = self.departure.zip(at).map(|(why, at)| Departed { why, at });
        let decided = day_count(self.excluded_on, self.excluded_days);
        let exclusion = self.exclusion.map(|why| Excluded { why, decided });
        ReferralInputs { exclusion, departed }
    }

    /// Business days to contact.
    pub fn days_to_contact(&self) -> DaysToContact {
        day_counts(self.school_days, self.student_days, self.whanau_days)
    }

    /// What improved attendance is judged on.
    pub fn attendance(&self) -> AttendanceInputs {
        let half_days = |count: i32| u32::try_from(count).unwrap_or(0);
        let attended = |term, present, possible| TermAttendance {
            term,
            possible_half_days: half_days(possible),
            present_half_days: half_days(present),
        };
        let term: Option<TermKey> = self.outcome_term.as_ref().and_then(|term| term.parse().ok());
        let known = self.outcome_ends_on.zip(self.outcome_half_days);
        let known = known.map(|(ends_on, all)| KnownTerm { ends_on, half_days: half_days(all) });
        let outcome = term.map(|term| OutcomeTerm {
            attended: attended(term, self.outcome_present, self.outcome_possible),
            known,
        });
        let baseline = self.baseline_present.zip(self.baseline_possible);
        let baseline = baseline.map(|(present, all)| Baseline {
            present_half_days: half_days(present),
            possible_half_days: half_days(all),
        });
        AttendanceInputs { baseline, outcome }
    }

    /// The attendance that contradicts the baseline, if any does.
    pub fn contradicting(&self) -> Option<Baseline> {
        let half_days = |count: i32| u32::try_from(count).unwrap_or(0);
        let both = self.contradicting_present.zip(self.contradicting_possible);
        both.map(|(present, all)| Baseline {
            present_half_days: half_days(present),
            possible_half_days: half_days(all),
        })
    }

    /// When contact details were confirmed.
    pub fn contact_details(&self) -> ContactDetails {
        ContactDetails {
            before: day_count(self.confirmed_before_on, self.confirmed_before_days),
            after: day_count(self.confirmed_after_on, self.confirmed_after_days),
            reached_before: day_count(self.reached_before_on, self.reached_before_days),
            reached_after: day_count(self.reached_after_on, self.reached_after_days),
        }
    }

    /// The enrolment that counts.
    pub fn enrolled(&self) -> Option<DayCount> {
        day_count(self.enrolled_on, self.enrolled_days)
    }
}

/// The columns as the rules count them. A schema check keeps them from being negative.
pub(crate) fn day_counts(
    school: Option<i32>,
    student: Option<i32>,
    whanau: Option<i32>,
) -> DaysToContact {
    DaysToContact { school: count(school), student: count(student), whanau: count(whanau) }
}

/// Every count starts here, so that none can forget whose referrals it may count.
fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::PrimaryContact(..) | Span::Client(_) | Span::Person(_) => None,
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::School(own) => Some(Column::SchoolId.eq(own)),
        Span::CaseManager(..) => {
            let assigned = cases::Entity::find()
                .select_only()
                .column(cases::Column::ReferralId)
                .filter(cases::span(span)?);
            Some(Column::ReferralId.in_subquery(assigned.into_query()))
        }
    }
}
