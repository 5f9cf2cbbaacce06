//! What a change is judged by.

use chrono::{DateTime, Utc};

use crate::reference::calendars::Calendars;
use crate::reference::rules::RuleBook;

/// The rules and the calendars that a change is judged by, and when it is made.
#[derive(Clone, Copy)]
pub(crate) struct JudgementBasis<'a> {
    pub rules: &'a RuleBook,
    pub calendars: &'a Calendars,
    pub now: DateTime<Utc>,
}
