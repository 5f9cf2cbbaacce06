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
    /// Id of the job.
    id: JobId,
    /// The kind of work.
    kind: JobKind,
    /// Whether the job is queued, running, done, failed or cancelled.
    state: JobState,
    /// Why the job failed; null in every other state.
    failure: Option<JobFailure>,
    /// When the job was ordered.
    ordered_at: DateTime<Utc>,
    /// When the job started; null while it waits.
    started_at: Option<DateTime<Utc>>,
    /// When the job ended; null until then.
    finished_at: Option<DateTime<Utc>>,
    /// The job and its result are kept until then; null until the job ends.
    expires_at: Option<DateTime<Utc>>,
    /// How many lines the result has.
    #[schema(minimum = 0, maximum = 1_000_000)]
    lines: i32,
    /// How many bytes the result has.
    #[schema(minimum = 0)]
    bytes: i64,
    /// Path of the result; null until the job is done.
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
