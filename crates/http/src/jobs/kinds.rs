//! Which kind of job is made by what.

use ascms_domain::jobs::JobKind;
use ascms_persistence::Store;
use chrono::{DateTime, Utc};

use super::part_error::PartError;
use crate::measures::export;
use crate::performance_reviews::opening;

/// Makes the next part of the oldest job that nobody is at, of at most so many groups; answers
/// whether there was one.
pub async fn work_some(store: &Store, now: DateTime<Utc>, groups: u32) -> Result<bool, PartError> {
    let Some(claim) = store.claim_job(now).await? else { return Ok(false) };
    let made = match claim.job.kind {
        JobKind::MeasureRows => export::part(store, &claim, groups, now).await?,
        JobKind::PerformanceReviews => opening::part(store, &claim, groups, now).await?,
    };
    store.keep_part(claim, made, now).await?;
    Ok(true)
}
