//! The meeting of a performance review.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::text::LongText;

/// The meeting of the Ministry with the provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReviewMeeting {
    /// When it was held.
    pub held_at: DateTime<Utc>,
    /// Whether the provider took part.
    pub provider_attended: bool,
    /// Minutes of the meeting. Personal data.
    pub minutes: LongText,
}
