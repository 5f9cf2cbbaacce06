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
    ClientOptions, GetOptions, GetRange, MultipartUpload, ObjectStore, ObjectStoreExt, RetryConfig,
};
use secrecy::{ExposeSecret, SecretString};

/// A bucket takes parts of 5 MiB and more, the last one apart (S3 API, multipart upload).
const PART_OF_BUCKET: usize = 5 * 1024 * 1024;
const PART_OF_FILE: usize = 256 * 1024;
/// How often a bucket that fails is asked again.
const RETRIES: usize = 3;

/// Content as it is read.
pub type Content = BoxStream<'static, io::Result<Bytes>>;

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
    Store(#[from] object_store::Error),
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

    /// The content of an object, or a part of it, in pieces.
    pub async fn read(
        &self,
        key: &str,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<Content, ObjectsError> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..Default::default() };
        let found = self.store.get_opts(&Path::from(key), options).await?;
        Ok(found.into_stream().map(|piece| piece.map_err(io::Error::other)).boxed())
    }

    /// Some bytes of an object.
    pub async fn part(
        &self,
        key: &str,
        range: std::ops::Range<u64>,
    ) -> Result<Bytes, ObjectsError> {
        Ok(self.store.get_range(&Path::from(key), range).await?)
    }

    /// Removes an object; one that is gone already is no fault.
    pub async fn remove(&self, key: &str) -> Result<(), ObjectsError> {
        match self.store.delete(&Path::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(err) => Err(err.into()),
        }
    }

    /// The keys of all objects that were there before a time.
    pub fn older_than(
        &self,
        time: DateTime<Utc>,
    ) -> BoxStream<'static, Result<String, ObjectsError>> {
        self.store
            .list(None)
            .filter_map(move |found| {
                ready(match found {
                    Ok(meta) if meta.last_modified < time => Some(Ok(meta.location.to_string())),
                    Ok(_) => None,
                    Err(err) => Some(Err(err.into())),
                })
            })
            .boxed()
    }

    /// Removes what uploads left in a folder when the program was killed: files that the store
    /// itself passes over, with the number of the attempt behind a `#`. A bucket does this by a
    /// rule of its own for unfinished uploads. Answers how many there were.
    pub async fn remove_unfinished(&self, before: DateTime<Utc>) -> Result<u64, ObjectsError> {
        let Some(folder) = &self.folder else { return Ok(0) };
        let mut removed = 0;
        let mut entries = tokio::fs::read_dir(folder).await?;
        while let Some(entry) = entries.next_entry().await? {
            let name = entry.file_name();
            let begun = name.to_str().is_some_and(|name| name.contains('#'));
            if begun && DateTime::<Utc>::from(entry.metadata().await?.modified()?) < before {
                tokio::fs::remove_file(entry.path()).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
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
