//! Something that changes rarely and is asked on every call, kept for a few seconds.

use std::future::Future;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// A value and when it was loaded. Monotonic time: the wall clock of a test stands still.
pub(crate) struct Aged<T>(RwLock<Option<(Instant, Arc<T>)>>);

impl<T> Default for Aged<T> {
    fn default() -> Self {
        Self(RwLock::new(None))
    }
}

impl<T> Aged<T> {
    /// The value, loaded anew when it is older than `age`.
    pub(crate) async fn get<E>(
        &self,
        age: Duration,
        load: impl Future<Output = Result<T, E>>,
    ) -> Result<Arc<T>, E> {
        if let Some((loaded, value)) = &*self.0.read().unwrap_or_else(PoisonError::into_inner)
            && loaded.elapsed() < age
        {
            return Ok(value.clone());
        }
        let value = Arc::new(load.await?);
        let entry = Some((Instant::now(), value.clone()));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = entry;
        Ok(value)
    }

    /// Forgets the value: the next caller loads it.
    pub(crate) fn clear(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
