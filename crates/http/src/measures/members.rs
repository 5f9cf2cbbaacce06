//! The referrals behind a number.

use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::{CaseId, ReferralId, StudentId};
use ascms_domain::measures::{ClockCause, Exclusion, Measure, Standing, ten_thousandths};
use ascms_domain::outcomes::{Baseline, EnrolledBy};
use ascms_persistence::measures::{MemberRow, Members};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::page::counted;

/// The referrals behind a number.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MembersView {
    /// The members, in the order of their referral dates.
    #[schema(max_items = 200)]
    items: Vec<MemberView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
    /// All members, counted up to 10,000; null unless `includeTotal` was asked for.
    #[schema(minimum = 0, maximum = 10_000)]
    total: Option<u64>,
    /// Whether there are more members than `total`: counting ended at 10,000.
    more_than_total: bool,
    /// Version of the rule that judged.
    #[schema(max_length = 100)]
    rule_version: String,
    /// Version of the calendar that counted business days.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The answer shows what was known at this instant.
    as_of: DateTime<Utc>,
}

/// How one referral counts: ids, places, clocks and outcome, no names.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MemberView {
    /// The referral that is counted.
    referral_id: ReferralId,
    /// The student who was referred.
    student_id: StudentId,
    /// The case of the referral; null without one.
    case_id: Option<CaseId>,
    /// The readable number of that case; null without one.
    #[schema(max_length = 14, pattern = "^AS-[0-9]{4}-[0-9]{6}$")]
    case_number: Option<String>,
    /// The Ministry's number of the school that referred, without leading zeros.
    #[schema(max_length = 4, pattern = "^[0-9]{1,4}$")]
    school_number: String,
    /// Code of the provider whose number it is; null when no provider had the referral.
    #[schema(max_length = 64)]
    provider_code: Option<String>,
    /// The New Zealand day of receipt: day 0 of every clock.
    referral_date: NaiveDate,
    /// The last day in time; for improved attendance the outcome term's last day, null while its
    /// dates are not known.
    due_on: Option<NaiveDate>,
    /// Business days from the referral to contact or enrolment; null until then.
    #[schema(minimum = 0, maximum = 10000)]
    days: Option<u16>,
    /// The facts that an outcome is judged on; null for contact.
    outcome: Option<OutcomeView>,
    /// Whether the referral is met, missed, pending or excluded.
    standing: Standing,
    /// Why the referral does not count; null when it does.
    exclusion: Option<Exclusion>,
    /// The day of the decision that excluded the referral, whether it counts for this number or
    /// came too late; null without one.
    excluded_on: Option<NaiveDate>,
    /// When the referral's clock took its present state.
    known_from: DateTime<Utc>,
    /// The event that set the clock.
    cause: ClockCause,
}

/// What an outcome is judged on.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OutcomeView {
    /// Attendance before the referral; null when too little was on record.
    baseline: Option<HalfDayShareView>,
    /// Attendance that contradicts the baseline: the record's where the sender's counts, the
    /// sender's where the record's counts; null where the two agree.
    contradicted_by: Option<HalfDayShareView>,
    /// The term in which attendance is measured; null for an enrolment.
    #[schema(max_length = 6, pattern = "^[0-9]{4}-[1-4]$")]
    term: Option<String>,
    /// All half-days of that term; null while its dates are not known.
    #[schema(minimum = 0, maximum = 250)]
    term_half_days: Option<u32>,
    /// Attendance in that term; null until it is over.
    attendance: Option<HalfDayShareView>,
    /// The first day of the first enrolment after the referral, at a school or on an alternative
    /// education pathway; null without one.
    enrolled_on: Option<NaiveDate>,
    /// The source that says so; null without an enrolment.
    enrolled_by: Option<EnrolledBy>,
    /// Code of the set `alternative-pathways`; null for a school. Personal data.
    #[schema(max_length = 64)]
    pathway: Option<String>,
    /// The last day, up to the referral's, on which contact details were confirmed; null without
    /// one.
    confirmed_before_on: Option<NaiveDate>,
    /// The first day after the referral's on which contact details were confirmed; null without
    /// one.
    confirmed_after_on: Option<NaiveDate>,
    /// The last day, up to the referral's, on which the student or the whānau was reached; null
    /// without one.
    reached_before_on: Option<NaiveDate>,
    /// The first day after the referral's on which the student or the whānau was reached; null
    /// without one.
    reached_after_on: Option<NaiveDate>,
}

/// Half-days attended of those that were possible.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HalfDayShareView {
    /// Half-days that the student attended.
    #[schema(minimum = 0, maximum = 250)]
    present_half_days: u32,
    /// Half-days on which the school was open and the student enrolled.
    #[schema(minimum = 0, maximum = 250)]
    possible_half_days: u32,
    /// Present half-days divided by possible ones, four decimals; null when none was possible.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
}

impl MembersView {
    pub(super) fn of(found: Members, next_cursor: Option<String>) -> Self {
        let Members { page, number, made_by } = found;
        let member = |row| MemberView::of(row, number.measure);
        let (total, more_than_total) = counted(page.total);
        Self {
            items: page.items.into_iter().map(member).collect(),
            next_cursor,
            total,
            more_than_total,
            rule_version: made_by.rule_version(number.measure).to_owned(),
            calendar_version: made_by.calendar_version,
            as_of: made_by.as_of,
        }
    }
}

impl MemberView {
    fn of(row: MemberRow, measure: Measure) -> Self {
        let outcome = OutcomeView::of(&row, measure);
        let MemberRow { clock, school_number, provider_code, case_id, case_number, .. } = row;
        Self {
            referral_id: clock.referral_id,
            student_id: clock.student_id,
            case_id,
            case_number,
            school_number: school_number.to_string(),
            provider_code,
            referral_date: clock.referral_date,
            due_on: row.due_on,
            days: row.days,
            outcome,
            standing: row.classification.standing(),
            exclusion: row.classification.exclusion(),
            excluded_on: clock.excluded_on,
            known_from: clock.known_from,
            cause: clock.cause,
        }
    }
}

impl OutcomeView {
    fn of(row: &MemberRow, measure: Measure) -> Option<Self> {
        let blank = Self {
            baseline: None,
            contradicted_by: None,
            term: None,
            term_half_days: None,
            attendance: None,
            enrolled_on: None,
            enrolled_by: None,
            pathway: None,
            confirmed_before_on: None,
            confirmed_after_on: None,
            reached_before_on: None,
            reached_after_on: None,
        };
        let clock = &row.clock;
        match measure {
            Measure::SchoolContact | Measure::WhanauContact => None,
            Measure::ImprovedAttendance => {
                let inputs = clock.attendance();
                let attended = |of: TermAttendance| {
                    HalfDayShareView::of(of.present_half_days, of.possible_half_days)
                };
                let before = |of: Baseline| {
                    HalfDayShareView::of(of.present_half_days, of.possible_half_days)
                };
                let outcome = inputs.outcome;
                let known = outcome.and_then(|outcome| outcome.known);
                Some(Self {
                    baseline: inputs.baseline.map(before),
                    contradicted_by: clock.contradicting().map(before),
                    term: clock.outcome_term.clone(),
                    term_half_days: known.map(|term| term.half_days),
                    attendance: outcome
                        .filter(|_| row.is_judged)
                        .map(|outcome| attended(outcome.attended)),
                    ..blank
                })
            }
            Measure::Enrolled => Some(Self {
                enrolled_on: clock.enrolled_on,
                // Until pathways were kept, nothing but a school was an enrolment.
                enrolled_by: clock
                    .enrolled_on
                    .map(|_| clock.enrolled_by.unwrap_or(EnrolledBy::Enrolment)),
                pathway: clock.enrolled_pathway.clone(),
                confirmed_before_on: clock.confirmed_before_on,
                confirmed_after_on: clock.confirmed_after_on,
                reached_before_on: clock.reached_before_on,
                reached_after_on: clock.reached_after_on,
                ..blank
            }),
        }
    }
}

impl HalfDayShareView {
    fn of(present: u32, possible: u32) -> Self {
        Self {
            present_half_days: present,
            possible_half_days: possible,
            rate: answer::rate(ten_thousandths(present.into(), possible.into())),
        }
    }
}
