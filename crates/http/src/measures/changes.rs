//! What changed of a number.

use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::measures::{ChangeCause, Classification, Exclusion, Number, Standing};
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
    /// What made it count otherwise: the last of what happened to the referral; else that days
    /// passed, or that a rule or the calendar by which it is judged changed.
    cause: ChangeCause,
    /// Since when the cause is known; without one, since when its clock stands as it does.
    known_from: DateTime<Utc>,
}

/// How a referral counts.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CountsAsView {
    standing: Standing,
    exclusion: Option<Exclusion>,
    /// The part of the group that it belongs to; null unless `by` was asked for.
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
    fn of(classification: Classification, part: Option<String>) -> Self {
        let (standing, exclusion) = (classification.standing(), classification.exclusion());
        Self { standing, exclusion, part }
    }
}
