//! What a file is that has come in, and whether it is taken.

use ascms_domain::documents::archive::{self, LONGEST_END, Unpacking};
use ascms_domain::documents::content::{Content, recognise};
use ascms_domain::documents::{DocumentRefusal, MediaType, Verdict};
use ascms_domain::text::Line;
use futures_util::StreamExt;
use std::time::Duration;
use tokio::time::timeout;

use super::objects::ObjectsError;
use super::receiving::Received;
use super::scanner::ScanError;
use crate::AppState;
use crate::problem::Refusal;

/// How long an upload waits for the scanner. What takes longer stays in quarantine for a while.
const SCAN_PATIENCE: Duration = Duration::from_secs(20);

/// The type of a file by its content, when the service takes such files.
pub(super) async fn media_type(
    app: &AppState,
    file: &Received,
    name: &Line,
) -> Result<MediaType, Refusal> {
    let found = match recognise(&file.head, file.is_text, name) {
        Content::Known(found) => found,
        Content::Archive => office_file(file).await?,
        Content::Other => return Err(DocumentRefusal::TypeNotAllowed.into()),
    };
    if app.settings().document_types.contains(&found) {
        Ok(found)
    } else {
        Err(DocumentRefusal::TypeNotAllowed.into())
    }
}

/// Which kind of office file an archive is, after all of it was unpacked once.
async fn office_file(file: &Received) -> Result<MediaType, Refusal> {
    let Received { deposit, size, head, .. } = file;
    let (objects, key) = (deposit.objects(), deposit.key());
    let end = objects.part(key, size.saturating_sub(LONGEST_END)..*size).await?;
    let directory = archive::directory(&end, *size)?;
    if directory.length == 0 {
        return Err(DocumentRefusal::TypeNotAllowed.into());
    }
    let bytes = objects.part(key, directory.at..directory.at + directory.length).await?;
    let entries = directory.entries(&bytes)?;
    let kind = archive::kind(&entries, head).ok_or(DocumentRefusal::TypeNotAllowed)?;
    let mut unpacking = Unpacking::new(entries)?;
    let (_, mut content) = objects.read(key, None).await?;
    while let Some(piece) = content.next().await {
        unpacking.take(&piece.map_err(ObjectsError::from)?)?;
        // Unpacking takes its time, and other calls want some too.
        tokio::task::yield_now().await;
    }
    unpacking.finish()?;
    Ok(kind)
}

/// What the scanner says; `None` when it can not be asked now.
pub(super) async fn scan(app: &AppState, file: &Received) -> Result<Option<Verdict>, Refusal> {
    let (_, content) = file.deposit.objects().read(file.deposit.key(), None).await?;
    let scanned = timeout(SCAN_PATIENCE, app.outside().scanner.scan(content)).await;
    Ok(match scanned.unwrap_or(Err(ScanError::TooSlow)) {
        Ok(verdict) => Some(verdict),
        Err(err) => {
            let cause: &dyn std::error::Error = &err;
            tracing::warn!(error = cause, "a document stays in quarantine for now");
            None
        }
    })
}
