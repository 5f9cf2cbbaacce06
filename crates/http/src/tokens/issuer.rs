//! One issuer: where its keys come from, and when they are asked for again.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use reqwest::{Client, Url, redirect};
use tokio::sync::Mutex;

use crate::tokens::error::{LoadError, TokenError, VerifierError};
use crate::tokens::keys::Keys;
use crate::tokens::loopback::is_loopback;
use crate::tokens::settings::{IssuerSettings, JwksSource};

/// At most one refresh a minute, so that invented key ids cannot make us flood an issuer.
const REFRESH_PAUSE: TimeDelta = TimeDelta::seconds(60);

/// As long as there is no key at all, nobody can be let in: try again sooner.
const FIRST_LOAD_PAUSE: TimeDelta = TimeDelta::seconds(5);

/// Keys are asked for again after this time even when all is well: a key that the issuer has
/// withdrawn stops working here too.
const MAX_AGE: TimeDelta = TimeDelta::minutes(15);

const FETCH_TIME_LIMIT: Duration = Duration::from_secs(5);

/// The longest answer that is read, in bytes; a set of keys is some 2 KiB.
const MAX_SET_BYTES: usize = 256 * 1024;

enum Source {
    File(PathBuf),
    Url(Client, Url),
    Fixed,
}

pub(super) struct Issuer {
    name: String,
    audience: String,
    source: Source,
    keys: RwLock<Arc<Keys>>,
    /// Held while asking for keys: one at a time.
    times: Mutex<Times>,
}

#[derive(Default)]
struct Times {
    /// When the keys were last asked for, successfully or not.
    asked: Option<DateTime<Utc>>,
    /// When the keys in use were loaded, or else first used after the start.
    loaded: Option<DateTime<Utc>>,
}

impl Issuer {
    pub(super) fn new(settings: IssuerSettings) -> Result<Self, VerifierError> {
        let IssuerSettings { issuer: name, audience, jwks } = settings;
        let keys_error = |source| VerifierError::Keys { issuer: name.clone(), source };
        let (source, keys) = match jwks {
            JwksSource::Keys(set) => (Source::Fixed, usable(Keys::from_jwks(set.keys))),
            JwksSource::File(path) => {
                let keys =
                    std::fs::read(&path).map_err(LoadError::from).and_then(|json| parse(&json));
                (Source::File(path), keys)
            }
            JwksSource::Url(text) => {
                let url = trusted(&text).ok_or_else(|| VerifierError::Insecure(name.clone()))?;
                let client = client(&url).map_err(|error| keys_error(error.into()))?;
                (Source::Url(client, url), Ok(Keys::none()))
            }
        };
        let keys = RwLock::new(Arc::new(keys.map_err(keys_error)?));
        Ok(Self { name, audience, source, keys, times: Mutex::default() })
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn audience(&self) -> &str {
        &self.audience
    }

    pub(super) fn generation(&self) -> u64 {
        self.keys().generation()
    }

    /// The current keys, asked for anew when they do not hold `key_id`.
    pub(super) async fn keys_with(
        self: &Arc<Self>,
        key_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Arc<Keys>, TokenError> {
        self.refresh_when_old(now);
        let keys = self.keys();
        if keys.get(key_id).is_some() {
            return Ok(keys);
        }
        self.refresh(keys.generation(), now).await;
        let keys = self.keys();
        if keys.is_empty() { Err(TokenError::KeysUnavailable) } else { Ok(keys) }
    }

    /// Starts a refresh of old keys in the background: the caller need not wait for it.
    pub(super) fn refresh_when_old(self: &Arc<Self>, now: DateTime<Utc>) {
        if matches!(self.source, Source::Fixed) {
            return;
        }
        // A lock that is held means that they are being asked for right now.
        let Ok(mut times) = self.times.try_lock() else { return };
        let loaded = *times.loaded.get_or_insert(now);
        if (now - loaded).abs() < MAX_AGE || times.asked_within(REFRESH_PAUSE, now) {
            return;
        }
        let issuer = Arc::clone(self);
        let seen = self.generation();
        drop(tokio::spawn(async move { issuer.load_since(seen, now).await }));
    }

    /// Waits for a refresh, on a task of its own: a caller who hangs up must not stop it, or
    /// could use up the one try a minute.
    async fn refresh(self: &Arc<Self>, seen: u64, now: DateTime<Utc>) {
        let issuer = Arc::clone(self);
        let task = tokio::spawn(async move { issuer.load_since(seen, now).await });
        if task.await.is_err() {
            tracing::error!(issuer = self.name, "the refresh of an issuer's keys broke off");
        }
    }

    /// Loads the keys, unless someone has since generation `seen` or has tried just now.
    async fn load_since(&self, seen: u64, now: DateTime<Utc>) {
        let mut times = self.times.lock().await;
        let keys = self.keys();
        let pause = if keys.is_empty() { FIRST_LOAD_PAUSE } else { REFRESH_PAUSE };
        if keys.generation() != seen || times.asked_within(pause, now) {
            return;
        }
        times.asked = Some(now);
        match self.load(&keys).await {
            Ok(()) => times.loaded = Some(now),
            Err(error) => {
                let error: &(dyn Error + 'static) = &error;
                tracing::warn!(issuer = self.name, error, "an issuer's keys were not renewed");
            }
        }
    }

    /// Asks for the keys when there never were any. How often is up to the one who wants to know.
    pub(super) async fn ready(&self) -> Result<(), LoadError> {
        if !self.keys().is_empty() {
            return Ok(());
        }
        let _one_at_a_time = self.times.lock().await;
        let keys = self.keys();
        if keys.is_empty() { self.load(&keys).await } else { Ok(()) }
    }

    /// Replaces the keys; when that fails, the old ones stay in use.
    async fn load(&self, before: &Keys) -> Result<(), LoadError> {
        let keys = Arc::new(self.fetch().await?.following(before));
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
        Ok(())
    }

    async fn fetch(&self) -> Result<Keys, LoadError> {
        match &self.source {
            Source::File(path) => parse(&tokio::fs::read(path).await?),
            Source::Url(client, url) => parse(&download(client, url.clone()).await?),
            Source::Fixed => Err(LoadError::Fixed),
        }
    }

    /// Waits while the keys are being asked for.
    #[cfg(test)]
    pub(super) async fn idle(&self) {
        drop(self.times.lock().await);
    }

    fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Times {
    /// A clock that was set back must not put the next try off, hence the distance.
    fn asked_within(&self, pause: TimeDelta, now: DateTime<Utc>) -> bool {
        self.asked.is_some_and(|asked| (now - asked).abs() < pause)
    }
}

fn parse(json: &[u8]) -> Result<Keys, LoadError> {
    usable(Keys::read(json)?)
}

fn usable(keys: Keys) -> Result<Keys, LoadError> {
    if keys.is_empty() { Err(LoadError::NoUsableKey) } else { Ok(keys) }
}

async fn download(client: &Client, url: Url) -> Result<Vec<u8>, LoadError> {
    let mut response = client.get(url).send().await?;
    if !response.status().is_success() {
        return Err(LoadError::Status(response.status().as_u16()));
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_SET_BYTES {
            return Err(LoadError::TooLong);
        }
    }
    Ok(body)
}

/// A client that goes where it was told and nowhere else. Connections are not kept: a request is
/// rare, and a kept one would belong to the runtime of one worker.
fn client(url: &Url) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .redirect(redirect::Policy::none())
        .timeout(FETCH_TIME_LIMIT)
        .pool_max_idle_per_host(0);
    if is_loopback(url) { builder.no_proxy().build() } else { builder.build() }
}

/// The address, if what comes from there cannot be changed on the way.
fn trusted(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let plain_but_here = url.scheme() == "http" && is_loopback(&url);
    (url.scheme() == "https" || plain_but_here).then_some(url)
}
