//! What changed of a number.

use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::measures::{ChangeCause, Exclusion, MeasureResult, Number, Standing};
use ascms_persistence::measures::{MadeBy, MeasureChange, MeasureChanges};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What changed of a number between two instants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangesView {
    /// The changes, in the order of their referral dates.
    #[schema(max_items = 200)]
    items: Vec<ChangeView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
    /// The rule and the calendar at the earlier instant.
    before: JudgedByView,
    /// The rule and the calendar at the later instant.
    after: JudgedByView,
}

/// By what a number was judged at an instant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JudgedByView {
    /// The instant whose knowledge was counted.
    as_of: DateTime<Utc>,
    /// The limit that the rule set then; null for a measure without one.
    #[schema(minimum = 0)]
    within_days: Option<u16>,
    /// Version of the rule that judged.
    #[schema(max_length = 100)]
    rule_version: String,
    /// Version of the calendar that counted business days.
    #[schema(max_length = 100)]
    calendar_version: String,
}

/// A referral that counts otherwise than before.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeView {
    /// The referral that counts otherwise now.
    referral_id: ReferralId,
    /// The student who was referred.
    student_id: StudentId,
    /// The New Zealand day of receipt: day 0 of every clock.
    referral_date: NaiveDate,
    /// How the referral counted; null when it was no member of the number.
    before: Option<CountsAsView>,
    /// How the referral counts now; null when it is no member of the number any more.
    after: Option<CountsAsView>,
    /// Why the referral counts otherwise: the last event of the referral; without one, that days
    /// passed, or that its rule or calendar changed.
    cause: ChangeCause,
    /// When the cause became known; without a cause, when the clock took its present state.
    known_from: DateTime<Utc>,
}

/// How a referral counts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CountsAsView {
    /// Whether the referral is met, missed, pending or excluded.
    standing: Standing,
    /// Why the referral does not count; null when it does.
    exclusion: Option<Exclusion>,
    /// The part of the group that the referral belongs to, such as the student's ethnic group; null
    /// unless `by` was asked for. Personal data.
    #[schema(max_length = 100)]
    part: Option<String>,
}

impl ChangesView {
    pub(super) fn of(found: MeasureChanges, next_cursor: Option<String>) -> Self {
        let MeasureChanges { page, before, after } = found;
        Self {
            items: page.items.into_iter().map(ChangeView::of).collect(),
            next_cursor,
            before: JudgedByView::of(before),
            after: JudgedByView::of(after),
        }
    }
}

impl JudgedByView {
    fn of((number, made_by): (Number, MadeBy)) -> Self {
        Self {
            as_of: made_by.as_of,
            within_days: number.within_days,
            rule_version: made_by.rule_version(number.measure).to_owned(),
            calendar_version: made_by.calendar_version,
        }
    }
}

impl ChangeView {
    fn of(change: MeasureChange) -> Self {
        let MeasureChange { clock, before, after, parts: (was, is), cause, known_from } = change;
        Self {
            referral_id: clock.referral_id,
            student_id: clock.student_id,
            referral_date: clock.referral_date,
            before: before.map(|standing| CountsAsView::of(standing, was)),
            after: after.map(|standing| CountsAsView::of(standing, is)),
            cause,
            known_from,
        }
    }
}

impl CountsAsView {
    fn of(classification: MeasureResult, part: Option<String>) -> Self {
        let (standing, exclusion) = (classification.standing(), classification.exclusion());
        Self { standing, exclusion, part }
    }
}
