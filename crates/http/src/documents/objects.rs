//! The object store, which stands outside our walls: a folder, or a bucket that speaks S3. What is
//! put there comes in piece by piece, and what is not kept in the end does not stay.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::future::ready;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    ClientOptions, GetOptions, GetRange, MultipartUpload, ObjectMeta, ObjectStore, ObjectStoreExt,
    RetryConfig,
};
use secrecy::{ExposeSecret, SecretString};

/// A bucket takes parts of 5 MiB and more, the last one apart (S3 API, multipart upload).
const PART_OF_BUCKET: usize = 5 * 1024 * 1024;
const PART_OF_FILE: usize = 256 * 1024;
/// How often a bucket that fails is asked again.
const RETRIES: usize = 3;

/// Where the object is that says whose documents these are.
const MARKER: &str = "ascms/installation";
/// An object that is written to learn the store's time.
const PROBE: &str = "ascms/clock";
/// Where content is moved that belongs to no document.
const ASIDE: &str = "ascms/aside";

/// Content as it is read.
pub type Content = BoxStream<'static, io::Result<Bytes>>;

/// An object of the store: content of a document, or what should be some.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    pub key: String,
    /// In bytes.
    pub size: u64,
    /// By the store's clock.
    pub at: DateTime<Utc>,
}

/// Where the content of documents is. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Objects {
    store: Arc<dyn ObjectStore>,
    part: usize,
    /// Where uploads that were broken off may have left files behind.
    folder: Option<PathBuf>,
}

/// A bucket that speaks S3.
#[derive(Clone, Debug)]
pub struct Bucket {
    pub name: String,
    /// `None` is Amazon's own.
    pub endpoint: Option<String>,
    pub region: String,
    /// `None` asks the machine that this runs on.
    pub credentials: Option<Credentials>,
    /// How long the next bytes of an answer may take, and how long a request is tried again.
    pub patience: Duration,
}

#[derive(Clone, Debug)]
pub struct Credentials {
    pub key_id: String,
    pub secret: SecretString,
}

#[derive(Debug, thiserror::Error)]
pub enum ObjectsError {
    #[error("the folder of documents: {0}")]
    Folder(#[from] io::Error),
    #[error("the object store: {0}")]
    Store(#[source] object_store::Error),
    /// The store is there, and has no such object.
    #[error("the object store has no object of this key")]
    Missing,
}

impl From<object_store::Error> for ObjectsError {
    fn from(err: object_store::Error) -> Self {
        if matches!(err, object_store::Error::NotFound { .. }) {
            Self::Missing
        } else {
            Self::Store(err)
        }
    }
}

impl Objects {
    /// A folder of this machine, made when it is not there, for nobody else to look into.
    pub fn in_folder(folder: PathBuf) -> Result<Self, ObjectsError> {
        use std::os::unix::fs::DirBuilderExt;
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        let store = Arc::new(LocalFileSystem::new_with_prefix(&folder)?.with_fsync(true));
        Ok(Self { store, part: PART_OF_FILE, folder: Some(folder) })
    }

    pub fn in_bucket(bucket: Bucket) -> Result<Self, ObjectsError> {
        let Bucket { name, endpoint, region, credentials, patience } = bucket;
        // No limit on the whole of an answer: content goes out as fast as its reader takes it.
        let limits = ClientOptions::new()
            .with_timeout_disabled()
            .with_connect_timeout(patience)
            .with_read_timeout(patience);
        let retries =
            RetryConfig { max_retries: RETRIES, retry_timeout: patience, ..Default::default() };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(name)
            .with_region(region)
            .with_client_options(limits)
            .with_retry(retries);
        if let Some(endpoint) = endpoint {
            // The settings refuse http beyond this machine.
            builder = builder.with_allow_http(endpoint.starts_with("http://"));
            builder = builder.with_endpoint(endpoint);
        }
        if let Some(Credentials { key_id, secret }) = credentials {
            builder =
                builder.with_access_key_id(key_id).with_secret_access_key(secret.expose_secret());
        }
        Ok(Self { store: Arc::new(builder.build()?), part: PART_OF_BUCKET, folder: None })
    }

    /// Begins to take something in, under a key of its own.
    pub async fn deposit(&self) -> Result<Deposit, ObjectsError> {
        let key = uuid::Uuid::now_v7().to_string();
        let upload = self.store.put_multipart(&Path::from(key.as_str())).await?;
        let pending = Vec::with_capacity(self.part);
        Ok(Deposit { objects: self.clone(), key, upload: Some(upload), pending, owned: true })
    }

    /// Keeps something and removes it again, to see whether that works.
    pub async fn try_out(&self) -> Result<(), ObjectsError> {
        let mut deposit = self.deposit().await?;
        deposit.write(b"kept to see whether that works").await?;
        deposit.finish().await?;
        deposit.hand_over();
        self.remove(deposit.key()).await
    }

    /// The size of an object and its content, or a part of it, in pieces.
    pub async fn read(
        &self,
        key: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<(u64, Content), ObjectsError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..Default::default() };
        let found = self.store.get_opts(&Path::from(key), options).await?;
        let size = found.meta.size;
        Ok((size, found.into_stream().map(|piece| piece.map_err(io::Error::other)).boxed()))
    }

    /// Some bytes of an object.
    pub async fn part(
        &self,
        key: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Bytes, ObjectsError> {
        Ok(self.store.get_range(&Path::from(key), range).await?)
    }

    /// The size of an object.
    pub async fn size(&self, key: &str) -> Result<u64, ObjectsError> {
        Ok(self.store.head(&Path::from(key)).await?.size)
    }

    /// Removes an object; one that is gone already is no fault.
    pub async fn remove(&self, key: &str) -> Result<(), ObjectsError> {
        match self.store.delete(&Path::from(key)).await.map_err(ObjectsError::from) {
            Ok(()) | Err(ObjectsError::Missing) => Ok(()),
            Err(err) => Err(err),
        }
    }

    /// The content that is there. What has another name than our own content is somebody else's,
    /// and is passed over.
    pub fn content(&self) -> BoxStream<'static, Result<Found, ObjectsError>> {
        let own = |meta: &ObjectMeta| is_a_key(meta.location.as_ref());
        self.listed(None, own, |meta| meta.location.to_string())
    }

    /// The content that was moved aside, by the keys that it had.
    pub fn aside(&self) -> BoxStream<'static, Result<Found, ObjectsError>> {
        let key = |meta: &ObjectMeta| meta.location.filename().unwrap_or_default().to_owned();
        self.listed(Some(&Path::from(ASIDE)), move |meta| is_a_key(&key(meta)), key)
    }

    fn listed(
        &self,
        prefix: Option<&Path>,
        wanted: impl Fn(&ObjectMeta) -> bool + Send + 'static,
        key: impl Fn(&ObjectMeta) -> String + Send + 'static,
    ) -> BoxStream<'static, Result<Found, ObjectsError>> {
        let each = self.store.list(prefix).filter_map(move |found| {
            ready(match found {
                Ok(meta) if wanted(&meta) => {
                    Some(Ok(Found { key: key(&meta), size: meta.size, at: meta.last_modified }))
                }
                Ok(_) => None,
                Err(err) => Some(Err(err.into())),
            })
        });
        each.boxed()
    }

    /// Moves content out of the way. It is copied before it is removed, so that whoever is killed
    /// in between leaves it twice.
    pub async fn set_aside(&self, key: &str) -> Result<(), ObjectsError> {
        let to = aside(key);
        self.store.copy(&Path::from(key), &to).await?;
        if let Some(folder) = &self.folder {
            // A copy in a folder is another name of the same file, with the age that it had.
            let now = self.now().await?;
            let name: &str = to.as_ref();
            let file = tokio::fs::OpenOptions::new().append(true).open(folder.join(name)).await?;
            file.into_std().await.set_modified(now.into())?;
        }
        self.remove(key).await
    }

    /// Moves content back that was moved aside; `Missing` when there is none.
    pub async fn bring_back(&self, key: &str) -> Result<(), ObjectsError> {
        self.store.copy(&aside(key), &Path::from(key)).await?;
        self.remove(aside(key).as_ref()).await
    }

    /// Removes content that was moved aside.
    pub async fn remove_aside(&self, key: &str) -> Result<(), ObjectsError> {
        self.remove(aside(key).as_ref()).await
    }

    /// What the store itself takes for the time: that of an object which is written now.
    pub async fn now(&self) -> Result<DateTime<Utc>, ObjectsError> {
        let probe = Path::from(PROBE);
        self.store.put(&probe, "written to learn the store's time".into()).await?;
        Ok(self.store.head(&probe).await?.last_modified)
    }

    /// The words that say whose documents these are.
    pub async fn marker(&self) -> Result<Option<Bytes>, ObjectsError> {
        match self.store.get(&Path::from(MARKER)).await.map_err(ObjectsError::from) {
            Ok(found) => Ok(Some(found.bytes().await?)),
            Err(ObjectsError::Missing) => Ok(None),
            Err(err) => Err(err),
        }
    }

    pub async fn mark(&self, words: Vec<u8>) -> Result<(), ObjectsError> {
        self.store.put(&Path::from(MARKER), words.into()).await?;
        Ok(())
    }

    /// Removes what uploads left in a folder when the program was killed: files that the store
    /// itself passes over, with the number of the attempt behind a `#`. None of them ever was an
    /// object. A bucket does this by a rule of its own for unfinished uploads. Answers how many
    /// there were.
    pub async fn remove_unfinished(&self, before: DateTime<Utc>) -> Result<u64, ObjectsError> {
        let Some(folder) = &self.folder else { return Ok(0) };
        let mut removed = 0;
        let mut entries = tokio::fs::read_dir(folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            let begun = name.to_str().and_then(|name| name.split_once('#'));
            let begun = begun.is_some_and(|(key, _)| is_a_key(key));
            if begun && DateTime::<Utc>::from(entry.metadata().await?.modified()?) < before {
                tokio::fs::remove_file(entry.path()).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Whether a name is one that content is kept under.
fn is_a_key(name: &str) -> bool {
    name.len() == uuid::fmt::Hyphenated::LENGTH && uuid::Uuid::try_parse(name).is_ok()
}

fn aside(key: &str) -> Path {
    Path::from(format!("{ASIDE}/{key}"))
}

/// Content on its way in. What is dropped before it was kept is removed again, whether it came to
/// its end or not.
#[derive(Debug)]
pub struct Deposit {
    objects: Objects,
    key: String,
    /// Until all of it is there.
    upload: Option<Box<dyn MultipartUpload>>,
    pending: Vec<u8>,
    /// Whether nobody else has the key.
    owned: bool,
}

impl Deposit {
    pub fn key(&self) -> &str {
        &self.key
    }

    pub fn objects(&self) -> &Objects {
        &self.objects
    }

    /// Takes some bytes; returns once there is room for more.
    pub async fn write(&mut self, mut bytes: &[u8]) -> Result<(), ObjectsError> {
        while !bytes.is_empty() {
            let room = self.objects.part.saturating_sub(self.pending.len());
            let (fits, rest) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.pending.extend_from_slice(fits);
            if self.pending.len() >= self.objects.part {
                self.send().await?;
            }
            bytes = rest;
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<(), ObjectsError> {
        let Some(upload) = &mut self.upload else { return Ok(()) };
        let part = std::mem::replace(&mut self.pending, Vec::with_capacity(self.objects.part));
        Ok(upload.put_part(part.into()).await?)
    }

    /// The end of the content: only now it is an object.
    pub async fn finish(&mut self) -> Result<(), ObjectsError> {
        if !self.pending.is_empty() {
            self.send().await?;
        }
        self.pending = Vec::new();
        if let Some(upload) = &mut self.upload {
            upload.complete().await?;
            self.upload = None;
        }
        Ok(())
    }

    /// From here on a row may name the object. When the caller hangs up now, nobody knows whether
    /// it does: then the sweep decides.
    pub fn hand_over(&mut self) {
        self.owned = false;
    }

    /// The object is needed after all, or not.
    pub async fn settle(self, kept: bool) {
        if kept {
            return;
        }
        if let Err(err) = self.objects.remove(&self.key).await {
            let cause: &dyn std::error::Error = &err;
            tracing::warn!(error = cause, "content that nobody needs is left to the sweep");
        }
    }
}

impl Drop for Deposit {
    fn drop(&mut self) {
        if !self.owned {
            return;
        }
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (objects, key) = (self.objects.clone(), std::mem::take(&mut self.key));
        let upload = self.upload.take();
        drop(runtime.spawn(async move {
            if let Some(mut upload) = upload {
                // Its last step may have been under way: then there is an object all the same.
                upload.abort().await.unwrap_or_default();
            }
            if let Err(err) = objects.remove(&key).await {
                let cause: &dyn std::error::Error = &err;
                tracing::warn!(error = cause, "an upload that was broken off is left to the sweep");
            }
        }));
    }
}
