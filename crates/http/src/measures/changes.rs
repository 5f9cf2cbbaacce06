//! What changed of a number.

use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::measures::{Classification, ClockCause, Exclusion, Number, Standing};
use ascms_persistence::measures::{MadeBy, MeasureChange, MeasureChanges};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// What changed of a number between two instants.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ChangesView {
    /// In the order of their referral dates.
    #[schema(max_items = 200)]
    items: Vec<ChangeView>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    next_cursor: Option<String>,
    /// What judged at the earlier instant.
    before: JudgedByView,
    /// What judged at the later one.
    after: JudgedByView,
}

/// By what a number was judged at an instant.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct JudgedByView {
    as_of: DateTime<Utc>,
    /// The limit that the rule set the number then; null where it has none.
    #[schema(minimum = 0)]
    within_days: Option<u16>,
    #[schema(max_length = 100)]
    rule_version: String,
    #[schema(max_length = 100)]
    calendar_version: String,
}

/// A referral that counts otherwise than before.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChangeView {
    referral_id: ReferralId,
    student_id: StudentId,
    referral_date: NaiveDate,
    /// Null when it was no member of the number.
    before: Option<CountsAsView>,
    /// Null when it is no member of the number any more.
    after: Option<CountsAsView>,
    /// What made it count otherwise; null when nothing of the referral did: days passed, or a rule
    /// or the calendar by which it is judged changed.
    cause: Option<ClockCause>,
    /// Since when the cause is known; without one, since when its clock stands as it does.
    known_from: DateTime<Utc>,
}

/// How a referral counts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CountsAsView {
    standing: Standing,
    exclusion: Option<Exclusion>,
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
        let MeasureChange { clock, before, after, cause } = change;
        Self {
            referral_id: clock.referral_id,
            student_id: clock.student_id,
            referral_date: clock.referral_date,
            before: before.map(CountsAsView::of),
            after: after.map(CountsAsView::of),
            cause: cause.map(|(cause, _)| cause),
            known_from: cause.map_or(clock.known_from, |(_, known_from)| known_from),
        }
    }
}

impl CountsAsView {
    fn of(classification: Classification) -> Self {
        Self { standing: classification.standing(), exclusion: classification.exclusion() }
    }
}
