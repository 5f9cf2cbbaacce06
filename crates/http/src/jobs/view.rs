//! A job as whoever ordered it sees it.

use ascms_domain::ids::JobId;
use ascms_domain::jobs::{JobFailure, JobKind, JobState, KEPT_FOR};
use ascms_persistence::idempotency::Answer;
use ascms_persistence::rows::job::Model;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;

/// Work that is done behind the calls.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct JobView {
    id: JobId,
    kind: JobKind,
    state: JobState,
    /// Why it failed; null in every other state.
    failure: Option<JobFailure>,
    ordered_at: DateTime<Utc>,
    started_at: Option<DateTime<Utc>>,
    finished_at: Option<DateTime<Utc>>,
    /// Until then the job and its result are there; null until it ends.
    expires_at: Option<DateTime<Utc>>,
    /// How many lines of the result there are.
    #[schema(minimum = 0, maximum = 1_000_000)]
    lines: i32,
    /// How many bytes they are.
    #[schema(minimum = 0)]
    bytes: i64,
    /// Where the result is; null until the job is done.
    #[schema(max_length = 100)]
    result: Option<String>,
}

impl JobView {
    pub(super) fn of(row: &Model) -> Self {
        let Model { id, kind, state, failure, ordered_at, started_at, finished_at, .. } = *row;
        Self {
            id,
            kind,
            state,
            failure,
            ordered_at,
            started_at,
            finished_at,
            expires_at: finished_at.map(|at| at + KEPT_FOR),
            lines: row.lines,
            bytes: row.bytes,
            result: (state == JobState::Done).then(|| format!("/v1/jobs/{id}/result")),
        }
    }
}

/// The answer to an order: where to ask how far it is.
pub(crate) fn accepted(row: &Model) -> Answer {
    let place = format!("/v1/jobs/{}", row.id);
    Answer { status: 202, ..answer::created(place, row.parts, &JobView::of(row)) }
}
