//! How a case is paused.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::text::{Code, LongText};

/// The pause of a case, until a day on which somebody looks at it again.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PauseCase {
    /// Why the case is paused, a code of the set `case-pause-reasons`. Personal data.
    pub reason_code: Code,
    /// The day by which somebody looks at the case again: after today.
    pub review_by: NaiveDate,
    /// Comment for the provider's people alone. Personal data.
    pub comment: Option<LongText>,
}
