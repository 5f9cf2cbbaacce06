//! Whose documents these are: the object store carries a marker with the id of the installation,
//! and nothing is kept, scanned or swept while that is not the database's own.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use ascms_domain::documents::belonging::fits;
use ascms_persistence::installation::Installation;
use ascms_persistence::{Store, StoreError};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::objects::{Found, Objects, ObjectsError};
use crate::hex::hex;

/// How long it is taken for granted that nobody has changed the place or the database.
const TRUSTED_FOR: Duration = Duration::from_secs(60);
/// How many rows are asked about at once.
const AT_ONCE: usize = 200;

/// What the marker says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Marker {
    installation: Uuid,
    /// The database that was last seen with these documents.
    database: Option<String>,
    /// The number of the last event that it had by then.
    last_event: i64,
    /// The highest case number that it had given out by then, of each year.
    case_numbers: BTreeMap<i32, i32>,
}

impl Marker {
    /// Whether the database has come further than the marker says.
    fn is_behind(&self, ours: &Installation) -> bool {
        (self.last_event, &self.case_numbers) != (ours.last_event, &ours.case_numbers)
    }
}

/// Why the documents are not the database's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotOurs {
    #[error("the documents belong to the installation {theirs}, and the database is {ours}")]
    Another { theirs: Uuid, ours: Uuid },
    #[error("the documents belong to another copy of this database")]
    Copy,
    #[error(
        "the database is older than its documents: it ends at event {has} and had come to {had}; \
         was a backup restored?"
    )]
    Older { has: i64, had: i64 },
    #[error(
        "nothing says whose documents these are, and they do not fit the database: of {content} \
         objects {strays} belong to no document, of {documents} documents {missing} have no content"
    )]
    Unfit { content: u64, strays: u64, documents: u64, missing: u64 },
    #[error("the database had documents somewhere, and this place is not it: is it mounted?")]
    Nowhere,
    #[error("what says whose documents these are can not be read")]
    Unreadable,
}

#[derive(Debug, thiserror::Error)]
pub enum BelongingError {
    #[error(transparent)]
    NotOurs(#[from] NotOurs),
    #[error(transparent)]
    Objects(#[from] ObjectsError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a server remembers of its last look.
#[derive(Debug, Default)]
pub struct Belonging(Mutex<Option<Instant>>);

impl Belonging {
    /// Makes sure that the documents are the database's: those that nobody has marked are, when
    /// they fit.
    pub async fn ensure(
        &self,
        (store, objects): (&Store, &Objects),
        now: DateTime<Utc>,
    ) -> Result<(), BelongingError> {
        let looked = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if looked.is_some_and(|looked| looked.elapsed() < TRUSTED_FOR) {
            return Ok(());
        }
        self.look(store, objects, now).await
    }

    /// The same, whatever is remembered.
    pub async fn look(
        &self,
        store: &Store,
        objects: &Objects,
        now: DateTime<Utc>,
    ) -> Result<(), BelongingError> {
        let found = settle(store, objects, now).await;
        let looked = found.is_ok().then(Instant::now);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = looked;
        metrics::gauge!("ascms_documents_belong").set(if found.is_ok() { 1 } else { 0 });
        found
    }
}

/// Whether the marker's documents are the database's; `None` while there is no marker and nothing
/// speaks against making one.
pub async fn examine(
    store: &Store,
    objects: &Objects,
    now: DateTime<Utc>,
) -> Result<Option<()>, BelongingError> {
    Ok(judged(store, objects, now).await?.0.map(drop))
}

/// The marker, when there is one, and the installation that agrees with it. The marker is read first:
/// the database may have come further since, and never less far.
async fn judged(
    store: &Store,
    objects: &Objects,
    now: DateTime<Utc>,
) -> Result<(Option<Marker>, Installation), BelongingError> {
    let marker = read(objects).await?;
    let ours = store.installation(now).await?;
    if let Some(marker) = marker {
        agrees(&marker, &ours)?;
        return Ok((Some(marker), ours));
    }
    if ours.has_documents {
        return Err(NotOurs::Nowhere.into());
    }
    let Compared { content, strays, documents, missing, .. } = compare(store, objects).await?;
    if content == 0 || fits(content, strays, documents, missing) {
        return Ok((None, ours));
    }
    Err(NotOurs::Unfit { content, strays, documents, missing }.into())
}

async fn read(objects: &Objects) -> Result<Option<Marker>, BelongingError> {
    let Some(words) = objects.marker().await? else { return Ok(None) };
    match serde_json::from_slice(&words) {
        Ok(marker) => Ok(Some(marker)),
        Err(_) => Err(NotOurs::Unreadable.into()),
    }
}

fn agrees(marker: &Marker, ours: &Installation) -> Result<(), NotOurs> {
    let Marker { installation, database, last_event, case_numbers: _ } = marker;
    if *installation != ours.id {
        return Err(NotOurs::Another { theirs: *installation, ours: ours.id });
    }
    if *last_event > ours.last_event {
        return Err(NotOurs::Older { has: ours.last_event, had: *last_event });
    }
    let both = database.as_ref().zip(ours.place.as_ref());
    if both.is_some_and(|(theirs, ours)| theirs != ours) {
        return Err(NotOurs::Copy);
    }
    Ok(())
}

async fn settle(
    store: &Store,
    objects: &Objects,
    now: DateTime<Utc>,
) -> Result<(), BelongingError> {
    match judged(store, objects, now).await? {
        (Some(_), _) => Ok(()),
        (None, ours) => mark(store, objects, &ours, now).await,
    }
}

/// Writes down how far the database has come, so that an older state of it is recognised.
pub async fn note_progress(
    store: &Store,
    objects: &Objects,
    now: DateTime<Utc>,
) -> Result<(), BelongingError> {
    match judged(store, objects, now).await? {
        (Some(marker), ours) if marker.is_behind(&ours) => mark(store, objects, &ours, now).await,
        (Some(_) | None, _) => Ok(()),
    }
}

async fn mark(
    store: &Store,
    objects: &Objects,
    ours: &Installation,
    now: DateTime<Utc>,
) -> Result<(), BelongingError> {
    let Installation { id, place, last_event, case_numbers, .. } = ours.clone();
    let marker = Marker { installation: id, database: place, last_event, case_numbers };
    let words = serde_json::to_vec(&marker).or(Err(NotOurs::Unreadable))?;
    objects.mark(words).await?;
    Ok(store.documents_are_marked(now).await?)
}

/// What an adoption did; `None` when the documents were the database's already.
#[derive(Clone, Copy, Debug)]
pub struct Adopted {
    pub installation: Uuid,
    pub compared: Compared,
}

/// Gives the documents to this database, because the operator says so.
pub async fn adopt(
    store: &Store,
    objects: &Objects,
    now: DateTime<Utc>,
) -> Result<Option<Adopted>, BelongingError> {
    let marker = match read(objects).await {
        Ok(marker) => marker,
        Err(BelongingError::NotOurs(_)) => None,
        Err(err) => return Err(err),
    };
    let ours = store.installation(now).await?;
    if marker.as_ref().is_some_and(|marker| agrees(marker, &ours).is_ok()) {
        return Ok(None);
    }
    let compared = compare(store, objects).await?;
    let seen = marker.map(|marker| marker.case_numbers).unwrap_or_default();
    let installation = store.become_another_installation(&seen, now).await?;
    let ours = store.installation(now).await?;
    mark(store, objects, &ours, now).await?;
    Ok(Some(Adopted { installation, compared }))
}

/// Rows and content side by side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Objects that are named as content is.
    pub content: u64,
    /// Those of them that belong to no document.
    pub strays: u64,
    /// Those of another size than the document's.
    pub wrong_size: u64,
    /// Documents that should have content.
    pub documents: u64,
    /// Those of them that have none.
    pub missing: u64,
}

/// The digest of what is under a key, as documents have it.
pub async fn digest(objects: &Objects, key: &str) -> Result<String, ObjectsError> {
    let (_, mut content) = objects.read(key, None).await?;
    let mut digest = Sha256::new();
    while let Some(piece) = content.next().await {
        digest.update(&piece?);
    }
    Ok(hex(&digest.finalize()))
}

/// Goes through all content once, with no more than a few keys in memory.
pub async fn compare(store: &Store, objects: &Objects) -> Result<Compared, BelongingError> {
    let mut compared = Compared::default();
    let mut found = 0_u64;
    let mut pages = objects.content().chunks(AT_ONCE);
    while let Some(page) = pages.next().await {
        let page = page.into_iter().collect::<Result<Vec<Found>, ObjectsError>>()?;
        let keys: Vec<String> = page.iter().map(|found| found.key.clone()).collect();
        let sizes = store.expected_sizes(&keys).await?;
        for object in page {
            compared.content += 1;
            match sizes.get(&object.key) {
                None => compared.strays += 1,
                Some(size) => {
                    found += 1;
                    if u64::try_from(*size) != Ok(object.size) {
                        compared.wrong_size += 1;
                    }
                }
            }
        }
    }
    compared.documents = store.documents_with_content().await?;
    compared.missing = compared.documents.saturating_sub(found);
    Ok(compared)
}
