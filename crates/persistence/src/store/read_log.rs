//! Audit entries of reads and denials. Callers that wait at the same moment share one commit, so
//! that a trace of every read costs a fraction of a disk flush each; nobody is answered before
//! the commit that holds their entry.

use std::time::Duration;

use ascms_domain::access::Actor;
use chrono::{DateTime, Utc};
use tokio::sync::{mpsc, oneshot};

use crate::Store;
use crate::rows::audit_entry;
use crate::store::audit::{self, Denial};
use crate::store::connections::Connections;
use crate::store::error::StoreError;
use crate::store::looks::{self, CaseVisit};

/// The most entries that share a commit: well below either database's limit of parameters.
const BATCH: usize = 256;
/// Callers beyond these wait outside the queue; a full queue means the database is not keeping up.
const QUEUE: usize = 4096;
/// A caller that waited this long is told to come back.
const PATIENCE: Duration = Duration::from_secs(4);

type Noted = (audit_entry::ActiveModel, Option<CaseVisit>);
type Waiting = (Noted, oneshot::Sender<Result<(), StoreError>>);

/// The way into the log. When it is gone, the writer ends.
#[derive(Clone)]
pub(crate) struct ReadLog {
    queue: mpsc::Sender<Waiting>,
}

impl ReadLog {
    /// Starts the writer on the current runtime.
    pub(crate) fn start(db: Connections) -> Self {
        let (queue, entries) = mpsc::channel(QUEUE);
        tokio::spawn(write(db, entries));
        Self { queue }
    }

    /// Returns when the entry is committed; without it nothing may be answered.
    pub(crate) async fn record(&self, entry: audit_entry::ActiveModel) -> Result<(), StoreError> {
        self.record_look(entry, None).await
    }

    /// The same while something is read, so that the answer waits for the longer of both alone.
    /// The entry stands also when the read fails: by then it may have been read.
    pub(crate) async fn record_beside<T>(
        &self,
        entry: audit_entry::ActiveModel,
        read: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        let (read, ()) = tokio::try_join!(read, self.record(entry))?;
        Ok(read)
    }

    /// The same for a case that somebody opens who works on it.
    pub(crate) async fn record_look(
        &self,
        entry: audit_entry::ActiveModel,
        look: Option<CaseVisit>,
    ) -> Result<(), StoreError> {
        let (done, committed) = oneshot::channel();
        let written = async {
            let noted = (entry, look);
            let Ok(()) = self.queue.send((noted, done)).await else { return Err(StoreError::Busy) };
            committed.await.unwrap_or(Err(StoreError::Busy))
        };
        tokio::time::timeout(PATIENCE, written).await.unwrap_or(Err(StoreError::Busy))
    }
}

impl Store {
    /// Leaves the entry of a refused call.
    pub async fn record_denial(
        &self,
        actor: &Actor,
        denial: &Denial,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.read_log.record(audit::denied(actor, denial, at)).await
    }
}

async fn write(db: Connections, mut entries: mpsc::Receiver<Waiting>) {
    let mut batch = Vec::with_capacity(BATCH);
    while entries.recv_many(&mut batch, BATCH).await > 0 {
        let (noted, waiting): (Vec<Noted>, Vec<_>) = batch.drain(..).unzip();
        let (rows, looks): (Vec<_>, Vec<_>) = noted.into_iter().unzip();
        let outcome = looks::record_all(&db, rows, looks.into_iter().flatten()).await;
        if let Err(err) = &outcome {
            let cause: &dyn std::error::Error = err;
            tracing::error!(
                error = cause,
                entries = waiting.len(),
                "audit entries were not written"
            );
        }
        for caller in waiting {
            let answer = outcome.as_ref().map_or(Err(StoreError::Busy), |()| Ok(()));
            // A caller that hung up no longer waits for its answer; the entry stands.
            if caller.send(answer).is_err() {
                tracing::debug!("a caller left before its audit entry was committed");
            }
        }
    }
}
