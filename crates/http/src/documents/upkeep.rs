//! What goes on beside the calls: documents in quarantine are scanned, and content that belongs to
//! no document is moved aside.

use std::time::Duration;

use ascms_domain::documents::belonging::too_many_strays;
use ascms_domain::documents::{DocumentState, Verdict};
use ascms_persistence::StoreError;
use ascms_persistence::documents::upkeep::Quarantined;
use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use tokio::sync::watch;

use super::belonging::{self, BelongingError};
use super::objects::{Content, Found, Objects, ObjectsError};
use super::scanner::ScanError;
use crate::AppState;

/// How often the scanner is asked again.
const EVERY: Duration = Duration::from_secs(60);
/// The sweep runs after so many rounds, and never at the start: then it is least certain that
/// everything is in its place.
const ROUNDS_TO_SWEEP: u32 = 60;
/// No upload takes so long: what is older and has no row never gets one.
const UNDER_WAY: TimeDelta = TimeDelta::hours(1);
/// How many documents or objects are asked about at once.
const AT_ONCE: u64 = 200;
/// The most that one sweep removes for good.
const MOST_REMOVED: u64 = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Scan(#[from] ScanError),
    #[error(transparent)]
    Belonging(#[from] BelongingError),
    /// So many can not be broken-off uploads.
    #[error(
        "{strays} of {all} objects belong to no document: nothing was moved; see `ascms doctor`"
    )]
    TooManyStrays { strays: u64, all: u64 },
}

/// What a sweep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Moved aside, since no document has it.
    pub aside: u64,
    /// Moved back, since a document has it after all.
    pub back: u64,
    /// Removed for good.
    pub removed: u64,
}

/// Goes on until told to stop.
pub async fn keep_up(app: AppState, mut stop: watch::Receiver<bool>) {
    let mut round = 0_u32;
    while !*stop.borrow() {
        if let Err(err) = rescan(&app).await {
            warn(&err, "documents stay in quarantine");
        }
        note_progress(&app).await;
        round = round.wrapping_add(1);
        tokio::select! {
            () = tokio::time::sleep(EVERY) => {}
            // The sender is gone, which means stop too.
            _ = stop.changed() => break,
        }
        if round.is_multiple_of(ROUNDS_TO_SWEEP) {
            swept(sweep(&app).await);
        }
    }
}

/// Writes down beside the documents how far the database has come.
pub async fn note_progress(app: &AppState) {
    let (store, objects) = (app.store(), &app.outside().objects);
    if let Err(err) = belonging::note_progress(store, objects, app.clock().now()).await {
        warn(&err.into(), "how far the database has come was not noted");
    }
}

fn swept(outcome: Result<Swept, UpkeepError>) {
    let stopped = matches!(outcome, Err(UpkeepError::TooManyStrays { .. }));
    metrics::gauge!("ascms_documents_sweep_stopped").set(if stopped { 1 } else { 0 });
    match outcome {
        Ok(Swept { aside: 0, back: 0, removed: 0 }) => {}
        Ok(Swept { aside, back, removed }) => {
            tracing::info!(aside, back, removed, "content without a document");
        }
        Err(err) if stopped => {
            let cause: &dyn std::error::Error = &err;
            tracing::error!(error = cause, "the sweep of documents has stopped");
        }
        Err(err) => warn(&err, "content without a document was not looked for"),
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
        app.documents_are_ours().await?;
        after = Some(last.id);
        for document in waiting {
            match scan(app, &document).await {
                Ok(()) => scanned += 1,
                Err(err @ (UpkeepError::Objects(_) | UpkeepError::Scan(ScanError::Unable(_)))) => {
                    warn(&err, "a document can not be scanned");
                }
                Err(err) => return Err(err),
            }
        }
    }
}

async fn scan(app: &AppState, document: &Quarantined) -> Result<(), UpkeepError> {
    let Quarantined { id, object_key } = document;
    let objects = &app.outside().objects;
    let (_, content) = found(objects, object_key, None).await?;
    let verdict = app.outside().scanner.scan(content).await?;
    let stands = app.store().record_scan(*id, verdict, app.clock().now()).await?;
    // What is known to do harm is not kept for later. Another server's verdict may stand instead.
    if verdict == Verdict::Refused && stands == DocumentState::Refused {
        objects.remove(object_key).await?;
    }
    Ok(())
}

/// The content under a key, also when it was moved aside a moment ago: then it goes back.
pub(super) async fn found(
    objects: &Objects,
    key: &str,
    range: Option<std::ops::Range<u64>>,
) -> Result<(u64, Content), ObjectsError> {
    match objects.read(key, range.clone()).await {
        Err(ObjectsError::Missing) => {
            objects.bring_back(key).await?;
            objects.read(key, range).await
        }
        answer => answer,
    }
}

/// Moves aside what belongs to no document: uploads that a killed server left behind, and content
/// that could not be removed when it should have been. What has been aside for the days of grace is
/// removed. Every age is told by the store's own clock.
pub async fn sweep(app: &AppState) -> Result<Swept, UpkeepError> {
    let objects = &app.outside().objects;
    app.look_whose_documents().await?;
    let now = objects.now().await?;
    let mut swept = Swept { aside: move_aside(app, now - UNDER_WAY).await?, ..Swept::default() };
    swept.removed = objects.remove_unfinished(now - UNDER_WAY).await?;
    go_through_aside(app, now, &mut swept).await?;
    Ok(swept)
}

async fn move_aside(app: &AppState, before: DateTime<Utc>) -> Result<u64, UpkeepError> {
    let objects = &app.outside().objects;
    let (mut all, mut strays) = (0_u64, Vec::new());
    let at_once = usize::try_from(AT_ONCE).unwrap_or(1);
    let mut pages = objects.content().chunks(at_once);
    while let Some(page) = pages.next().await {
        let page = page.into_iter().collect::<Result<Vec<Found>, ObjectsError>>()?;
        all = all.saturating_add(count(&page));
        let old = page.into_iter().filter(|found| found.at < before).map(|found| found.key);
        strays.extend(without_document(app, old.collect()).await?);
        // The more there is the more may be stray, up to a number.
        if too_many_strays(count(&strays), u64::MAX) {
            break;
        }
    }
    let found = count(&strays);
    metrics::gauge!("ascms_documents_strays").set(u32::try_from(found).unwrap_or(u32::MAX));
    if too_many_strays(found, all) {
        return Err(UpkeepError::TooManyStrays { strays: found, all });
    }
    let mut moved = 0;
    // Asked once more: time has passed, and a row may have come.
    for key in without_document(app, strays).await? {
        match objects.set_aside(&key).await {
            Ok(()) => moved += 1,
            // Another server was quicker.
            Err(ObjectsError::Missing) => {}
            Err(err) => return Err(err.into()),
        }
    }
    Ok(moved)
}

fn count<T>(all: &[T]) -> u64 {
    u64::try_from(all.len()).unwrap_or(u64::MAX)
}

async fn without_document(app: &AppState, keys: Vec<String>) -> Result<Vec<String>, UpkeepError> {
    if keys.is_empty() {
        return Ok(keys);
    }
    let in_use = app.store().object_keys_in_use(&keys).await?;
    Ok(keys.into_iter().filter(|key| !in_use.contains(key)).collect())
}

/// Looks at all that was moved aside: what a document has goes back, what has been there for long
/// goes for good, unless a clock has jumped meanwhile.
async fn go_through_aside(
    app: &AppState,
    now: DateTime<Utc>,
    swept: &mut Swept,
) -> Result<(), UpkeepError> {
    let objects = &app.outside().objects;
    let grace = TimeDelta::days(app.settings().document_grace_days.into());
    let ours = app.store().time_to_forget(app.clock().now(), grace).await?;
    let too_old = ours.map(|ours| ours.min(now) - grace);
    let mut pages = objects.aside().chunks(usize::try_from(AT_ONCE).unwrap_or(1));
    while let Some(page) = pages.next().await {
        let page = page.into_iter().collect::<Result<Vec<Found>, ObjectsError>>()?;
        let keys: Vec<String> = page.iter().map(|found| found.key.clone()).collect();
        let in_use = app.store().object_keys_in_use(&keys).await?;
        for Found { key, at, .. } in page {
            if in_use.contains(&key) {
                objects.bring_back(&key).await?;
                swept.back += 1;
            } else if too_old.is_some_and(|too_old| at < too_old) && swept.removed < MOST_REMOVED {
                objects.remove_aside(&key).await?;
                swept.removed += 1;
            }
        }
    }
    Ok(())
}
