//! Calls that change the same record wait here, one behind the other, before they take a connection:
//! in the database each of them would hold one while it waits for the row. Other servers are not
//! seen from here; their calls meet at the row's lock.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

use crate::store::error::StoreError;

/// How many may wait for one record: more could not all have their turn in time.
const MOST: usize = 64;
/// How long a turn is waited for.
const PATIENCE: Duration = Duration::from_secs(4);

/// What only one call at a time of this server is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Topic {
    Record(Uuid),
    /// Joining and parting records of students, one at a time in the whole service.
    Joining,
    /// What is locked by its name in the database.
    Name(String),
    /// A key of a caller's, under which one call is carried out.
    Key(Uuid, String),
}

/// The lines in front of each topic that somebody is at.
#[derive(Clone)]
pub(crate) struct Turns {
    lines: Arc<Mutex<HashMap<Topic, Line>>>,
    patience: Duration,
}

impl Default for Turns {
    fn default() -> Self {
        Self { lines: Arc::default(), patience: PATIENCE }
    }
}

struct Line {
    turn: Arc<Semaphore>,
    /// Those who wait and the one whose turn it is.
    length: usize,
}

/// A place in a line, given up when dropped.
struct PlaceInLine {
    turns: Turns,
    topic: Topic,
}

/// The right to go on. The next one's turn comes when this is dropped.
pub(crate) struct Turn {
    /// Dropped before the place: the line is there as long as somebody waits in it.
    _turn: OwnedSemaphorePermit,
    _place: PlaceInLine,
}

impl Turns {
    /// Waits for its turn; says at once when too many wait already.
    pub(crate) async fn take(&self, topic: Topic) -> Result<Turn, StoreError> {
        let (place, turn) = self.stand_in_line(topic)?;
        match timeout(self.patience, turn.acquire_owned()).await {
            Ok(Ok(turn)) => Ok(Turn { _turn: turn, _place: place }),
            Ok(Err(_)) | Err(_) => Err(StoreError::Locked),
        }
    }

    fn stand_in_line(&self, topic: Topic) -> Result<(PlaceInLine, Arc<Semaphore>), StoreError> {
        let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let line = lines.entry(topic.clone());
        let line = line.or_insert_with(|| Line { turn: Arc::new(Semaphore::new(1)), length: 0 });
        if line.length > MOST {
            return Err(StoreError::Locked);
        }
        line.length += 1;
        let turn = Arc::clone(&line.turn);
        Ok((PlaceInLine { turns: self.clone(), topic }, turn))
    }
}

impl Drop for PlaceInLine {
    fn drop(&mut self) {
        let mut lines = self.turns.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(line) = lines.get_mut(&self.topic) else { return };
        line.length = line.length.saturating_sub(1);
        if line.length == 0 {
            lines.remove(&self.topic);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    const TOPIC: Topic = Topic::Record(Uuid::nil());

    #[tokio::test]
    async fn one_at_a_time_and_nothing_is_left_behind() {
        let turns = Turns::default();
        let inside = Arc::new(AtomicUsize::new(0));
        let calls = (0..50).map(|_| {
            let (turns, inside) = (turns.clone(), inside.clone());
            tokio::spawn(async move {
                let turn = turns.take(TOPIC).await.expect("a turn");
                assert_eq!(inside.fetch_add(1, Ordering::SeqCst), 0);
                tokio::task::yield_now().await;
                inside.fetch_sub(1, Ordering::SeqCst);
                drop(turn);
            })
        });
        for call in calls.collect::<Vec<_>>() {
            call.await.expect("its end");
        }
        assert!(turns.lines.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_comes_too_late_is_told_at_once_and_who_waits_too_long_later() {
        let turns = Turns { patience: Duration::from_millis(200), ..Turns::default() };
        let first = turns.take(TOPIC).await.expect("a turn");
        let waiting: Vec<_> = (0..MOST)
            .map(|_| {
                let turns = turns.clone();
                tokio::spawn(async move { turns.take(TOPIC).await.is_ok() })
            })
            .collect();
        while turns.lines.lock().unwrap().get(&TOPIC).is_some_and(|line| line.length <= MOST) {
            tokio::task::yield_now().await;
        }
        assert!(turns.stand_in_line(TOPIC).is_err(), "told without waiting");
        drop(turns.take(Topic::Record(Uuid::max())).await.expect("another record is free"));
        for waited in waiting {
            assert!(!waited.await.expect("its end"), "nobody's turn came");
        }
        drop(first);
        assert!(turns.lines.lock().unwrap().is_empty());
    }

    #[tokio::test]
    async fn who_leaves_the_line_does_not_stop_it() {
        let turns = Turns::default();
        let first = turns.take(TOPIC).await.expect("a turn");
        let gone = tokio::time::timeout(Duration::from_millis(10), turns.take(TOPIC)).await;
        assert!(gone.is_err());
        drop(first);
        drop(turns.take(TOPIC).await.expect("the next turn"));
        assert!(turns.lines.lock().unwrap().is_empty());
    }
}
