//! How fast a body has to come in. A sender that gives a byte now and then would hold a connection,
//! and the memory behind it, for as long as it likes.

use std::fmt::Display;
use std::io;
use std::time::Duration;

use actix_web::error::PayloadError;
use futures_util::{Stream, StreamExt as _, stream};
use tokio::time::{Instant, timeout};

use crate::problem::{Code, Refusal};

/// At least so many bytes in each window, or the end of the body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    pub window: Duration,
    pub bytes: usize,
}

impl Pace {
    /// 64 kbit/s over 15 seconds: slower than any line that a school has. 20 MiB may take 43 minutes,
    /// and a form of some lines 15 seconds.
    pub const SLOWEST: Self = Self { window: Duration::from_secs(15), bytes: 15 * 8 * 1024 };
}

/// In how many pieces a body may come in. Each costs as much as some hundred bytes, and a sender
/// may make one of every byte. 20 MiB in pieces of 320 bytes have as many, and networks send larger
/// ones.
const MOST_PIECES: u32 = 65_536;

/// Why a body is not there.
#[derive(Debug, thiserror::Error)]
pub enum Late {
    #[error("the body comes in too slowly")]
    TooSlow,
    #[error("the body comes in too many small pieces")]
    InCrumbs,
    #[error("the body broke off: {0}")]
    BrokenOff(String),
}

impl Late {
    /// Why a paced stream ended.
    fn of(err: &PayloadError) -> Option<&Self> {
        let PayloadError::Io(err) = err else { return None };
        err.get_ref()?.downcast_ref()
    }

    /// What its sender is told; `None` of a body that broke off, of which each reader says it in terms
    /// of what it takes.
    pub fn refusal(&self) -> Option<Refusal> {
        let code = match self {
            Self::TooSlow => Code::BodyTooSlow,
            Self::InCrumbs => Code::BodyTooLarge,
            Self::BrokenOff(_) => return None,
        };
        Some(Refusal::new(code, self.to_string()))
    }
}

/// The same of a paced stream.
pub fn refusal_of(err: &PayloadError) -> Option<Refusal> {
    Late::of(err).and_then(Late::refusal)
}

/// A body on its way in. Only the time in which nothing is there counts: how long we take with a piece
/// is not the sender's fault.
pub struct Arriving<S> {
    pieces: S,
    pace: Pace,
    waited: Duration,
    bytes: usize,
    taken: u32,
}

impl<S, B, E> Arriving<S>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    E: Display,
{
    pub fn new(pieces: S, pace: Pace) -> Self {
        Self { pieces, pace, waited: Duration::ZERO, bytes: 0, taken: 0 }
    }

    /// The next piece; none at the end.
    pub async fn next(&mut self) -> Result<Option<B>, Late> {
        loop {
            let began = Instant::now();
            let left = self.pace.window.saturating_sub(self.waited);
            let Ok(next) = timeout(left, self.pieces.next()).await else {
                if self.bytes < self.pace.bytes {
                    return Err(Late::TooSlow);
                }
                (self.waited, self.bytes) = (Duration::ZERO, 0);
                continue;
            };
            let piece = next.transpose().map_err(|err| Late::BrokenOff(err.to_string()))?;
            self.taken = self.taken.saturating_add(1);
            if self.taken > MOST_PIECES {
                return Err(Late::InCrumbs);
            }
            self.waited = self.waited.saturating_add(began.elapsed());
            self.bytes =
                self.bytes.saturating_add(piece.as_ref().map_or(0, |piece| piece.as_ref().len()));
            return Ok(piece);
        }
    }
}

/// A body that keeps the pace or ends, for who takes a stream: [`refusal_of`] says why it ended.
pub fn paced<S, B, E>(pieces: S, pace: Pace) -> impl Stream<Item = Result<B, PayloadError>>
where
    S: Stream<Item = Result<B, E>> + Unpin,
    B: AsRef<[u8]>,
    E: Display,
{
    stream::unfold(Arriving::new(pieces, pace), |mut arriving| async {
        let next = arriving.next().await.map_err(|late| PayloadError::Io(io::Error::other(late)));
        next.transpose().map(|next| (next, arriving))
    })
    // A reader of forms asks again at the end.
    .fuse()
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::time::{Duration, Instant};

    use futures_util::stream::{self, StreamExt as _};

    use super::{Arriving, Late, Pace};

    const WINDOW: Duration = Duration::from_millis(400);

    /// What becomes of pieces of so many bytes that come so many milliseconds apart.
    async fn taken_in(size: usize, apart: u64, pieces: usize) -> Result<usize, Late> {
        let pieces = stream::iter(0..pieces).then(move |_| async move {
            tokio::time::sleep(Duration::from_millis(apart)).await;
            Ok::<_, Infallible>(vec![0; size])
        });
        let mut arriving = Arriving::new(Box::pin(pieces), Pace { window: WINDOW, bytes: 1000 });
        let mut size = 0;
        while let Some(piece) = arriving.next().await? {
            size += piece.len();
        }
        Ok(size)
    }

    #[actix_web::test]
    async fn what_is_slower_than_the_pace_is_given_up_after_a_window() {
        for (size, apart) in [(1, 20), (9, 50), (0, 20), (900, 390), (1, 10_000)] {
            let began = Instant::now();
            let taken = taken_in(size, apart, 1000).await;
            assert!(matches!(taken, Err(Late::TooSlow)), "{size} each {apart} ms: {taken:?}");
            let took = began.elapsed();
            assert!(took >= WINDOW && took < WINDOW * 10, "{size} each {apart} ms: {took:?}");
        }
    }

    #[actix_web::test]
    async fn a_body_comes_in_so_many_pieces_and_no_more() {
        for (pieces, given_up) in [(65_535, false), (65_536, true)] {
            let pieces = stream::iter((0..pieces).map(|_| Ok::<_, Infallible>([0])));
            let mut arriving = Arriving::new(pieces, Pace::SLOWEST);
            let end = loop {
                match arriving.next().await {
                    Ok(Some(_)) => {}
                    Ok(None) => break false,
                    Err(late) => break matches!(late, Late::InCrumbs),
                }
            };
            assert_eq!(end, given_up);
        }
    }

    #[actix_web::test]
    async fn what_keeps_the_pace_is_taken_in_however_long_it_takes() {
        for (size, apart, pieces) in [(5000, 50, 30), (1, 20, 5), (100_000, 0, 100)] {
            let taken = taken_in(size, apart, pieces).await;
            assert!(matches!(taken, Ok(all) if all == size * pieces), "{taken:?}");
        }
    }
}
