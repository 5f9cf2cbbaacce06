//! A point in the order of commits.

use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ExprTrait};
use serde::{Deserialize, Serialize};

/// The most running transactions that a position names, so that it stays short. Beyond these it
/// counts what came later as not seen, which shows it once more and never leaves it out.
pub(crate) const MOST_RUNNING: usize = 32;

/// What a reader had seen: every place before `end`, save those of transactions that had begun and
/// were not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "(i64, Vec<i64>)", into = "(i64, Vec<i64>)")]
pub struct Position {
    pub(super) end: i64,
    /// In ascending order.
    pub(super) running: Vec<i64>,
}

impl From<(i64, Vec<i64>)> for Position {
    /// The running ones come as their distances from the end, which are short.
    fn from((end, distances): (i64, Vec<i64>)) -> Self {
        let running = distances.into_iter().map(|distance| end.saturating_sub(distance));
        Self::of(end, running.collect())
    }
}

impl From<Position> for (i64, Vec<i64>) {
    fn from(Position { end, running }: Position) -> Self {
        (end, running.into_iter().map(|one| end.saturating_sub(one)).collect())
    }
}

impl Position {
    fn of(end: i64, mut running: Vec<i64>) -> Self {
        running.sort_unstable();
        let end = running.get(MOST_RUNNING).copied().unwrap_or(end);
        running.truncate(MOST_RUNNING);
        Self { end, running }
    }

    /// Everything up to the newest event, on SQLite.
    pub(crate) fn up_to(newest: i64) -> Self {
        Self::of(newest.saturating_add(1), Vec::new())
    }

    /// A snapshot in PostgreSQL's notation, `xmin:xmax:running,running`.
    pub(crate) fn of_snapshot(text: &str, shift: i64) -> Option<Self> {
        let mut parts = text.split(':');
        let (_oldest, end, running) = (parts.next()?, parts.next()?, parts.next()?);
        let place = |text: &str| text.parse::<i64>().ok()?.checked_add(shift);
        let running = running.split(',').filter(|text| !text.is_empty()).map(place);
        Some(Self::of(place(end)?, running.collect::<Option<_>>()?))
    }

    /// What was committed at this place had been seen. What has no place is from before there were
    /// any.
    pub(crate) fn seen(&self, place: impl Fn() -> Expr) -> Condition {
        let Self { end, running } = self;
        let mut over = Condition::all().add(place().lt(*end));
        if !running.is_empty() {
            over = over.add(place().is_not_in(running.iter().copied()));
        }
        Condition::any().add(place().is_null()).add(over)
    }

    /// What was committed at this place had not been seen.
    pub(crate) fn unseen(&self, place: impl Fn() -> Expr) -> Condition {
        let Self { end, running } = self;
        let Some(oldest) = running.first() else { return Condition::all().add(place().gte(*end)) };
        // The first condition is what an index begins with.
        Condition::all().add(place().gte(*oldest)).add(
            Condition::any().add(place().gte(*end)).add(place().is_in(running.iter().copied())),
        )
    }
}
