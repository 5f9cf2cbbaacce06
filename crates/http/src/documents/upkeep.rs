//! What goes on beside the calls: documents in quarantine are scanned, and content that belongs to
//! no document is removed.

use std::time::Duration;

use ascms_domain::documents::Verdict;
use ascms_persistence::StoreError;
use ascms_persistence::documents::upkeep::Quarantined;
use chrono::TimeDelta;
use futures_util::StreamExt;

use super::objects::ObjectsError;
use super::scanner::ScanError;
use crate::AppState;

/// How often the scanner is asked again.
const EVERY: Duration = Duration::from_secs(60);
/// The sweep runs at the start and then after so many rounds.
const ROUNDS_TO_SWEEP: u32 = 60;
/// No upload takes so long: what is older and has no row never gets one.
const UNDER_WAY: TimeDelta = TimeDelta::hours(1);
/// How many documents or objects are asked about at once.
const AT_ONCE: u64 = 200;

#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Scan(#[from] ScanError),
}

/// Goes on for as long as the service does.
pub async fn keep_up(app: AppState) {
    let mut round = 0_u32;
    loop {
        if round.is_multiple_of(ROUNDS_TO_SWEEP) {
            match sweep(&app).await {
                Ok(0) => {}
                Ok(removed) => tracing::info!(removed, "content of broken-off uploads"),
                Err(err) => warn(&err, "content of broken-off uploads was not looked for"),
            }
        }
        if let Err(err) = rescan(&app).await {
            warn(&err, "documents stay in quarantine");
        }
        round = round.wrapping_add(1);
        tokio::time::sleep(EVERY).await;
    }
}

fn warn(err: &UpkeepError, what: &str) {
    let cause: &dyn std::error::Error = err;
    tracing::warn!(error = cause, "{what}");
}

/// Scans what is in quarantine; answers for how many there is a verdict now. One that can not be
/// scanned does not keep the others from it; a scanner that is away does.
pub async fn rescan(app: &AppState) -> Result<usize, UpkeepError> {
    let (mut after, mut scanned) = (None, 0);
    loop {
        let waiting = app.store().quarantined_documents(after, AT_ONCE).await?;
        let Some(last) = waiting.last() else { return Ok(scanned) };
        after = Some(last.id);
        for document in waiting {
            match scan(app, &document).await {
                Ok(()) => scanned += 1,
                Err(err @ (UpkeepError::Objects(_) | UpkeepError::Scan(ScanError::Unable(_)))) => {
                    warn(&err, "a document can not be scanned");
                }
                Err(err @ (UpkeepError::Store(_) | UpkeepError::Scan(_))) => return Err(err),
            }
        }
    }
}

async fn scan(app: &AppState, document: &Quarantined) -> Result<(), UpkeepError> {
    let Quarantined { id, object_key } = document;
    let content = app.outside().objects.read(object_key, None).await?;
    let verdict = app.outside().scanner.scan(content).await?;
    app.store().record_scan(*id, verdict, app.clock().now()).await?;
    if verdict == Verdict::Refused {
        app.outside().objects.remove(object_key).await?;
    }
    Ok(())
}

/// Removes what belongs to no document: uploads that a killed server left behind, and content that
/// could not be removed when it should have been. Answers how much there was.
pub async fn sweep(app: &AppState) -> Result<u64, UpkeepError> {
    let before = app.clock().now() - UNDER_WAY;
    let objects = &app.outside().objects;
    let mut removed = objects.remove_unfinished(before).await?;
    let at_once = usize::try_from(AT_ONCE).unwrap_or(1);
    let mut pages = objects.older_than(before).chunks(at_once);
    while let Some(page) = pages.next().await {
        let keys = page.into_iter().collect::<Result<Vec<String>, ObjectsError>>()?;
        let in_use = app.store().object_keys_in_use(&keys).await?;
        for key in keys.iter().filter(|key| !in_use.contains(*key)) {
            objects.remove(key).await?;
            removed += 1;
        }
    }
    Ok(removed)
}
