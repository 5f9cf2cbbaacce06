//! A socket that gives up a peer who keeps it waiting, and lets the others have their turn while a
//! peer sends without end.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use actix_web::rt::net::TcpStream;
use ascms_http::connection::Connection;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep_until};

/// How long a peer may keep us waiting.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of the next call, since the last answer was sent. Bodies have a pace of their
    /// own, for which the sender gets an answer.
    pub without_call: Duration,
    /// While an answer waits to be read, at least `least` bytes of it are taken in each such time.
    pub unread: Duration,
    pub least: usize,
}

impl Patience {
    /// Longer than the connection is kept for the next call and its head may take; and 64 kbit/s.
    pub const LONGEST: Self = Self {
        without_call: Duration::from_secs(12),
        unread: Duration::from_secs(15),
        least: 15 * 8 * 1024,
    };
}

/// The time that has to pass, which is set and looked at as the socket is.
struct Timer(Option<Pin<Box<Sleep>>>);

impl Timer {
    /// Whether the instant has come; else whoever asks is called when it does.
    fn poll(&mut self, until: Instant, cx: &mut Context<'_>) -> Poll<()> {
        let until = tokio::time::Instant::from_std(until);
        let sleep = self.0.get_or_insert_with(|| Box::pin(sleep_until(until)));
        if sleep.deadline() != until {
            sleep.as_mut().reset(until);
        }
        sleep.as_mut().poll(cx)
    }
}

/// How many bytes are taken from one peer before the other connections of the thread have their
/// turn. A peer that sends faster than its bytes are looked at is never waited for, so nothing else
/// would end its turn; the most costly bytes, chunks of one byte each, then take about a millisecond.
const A_TURN: usize = 16 * 1024;

/// A socket with a limit to our patience.
pub struct Paced {
    io: TcpStream,
    patience: Patience,
    connection: Connection,
    reading: Timer,
    writing: Timer,
    /// How much of its turn the peer has left.
    turn: usize,
    /// Since when the peer has more to read than it takes, and how much it took since then.
    unread: Option<(Instant, usize)>,
}

impl Paced {
    pub fn new(io: TcpStream, patience: Patience) -> Self {
        let connection = Connection::made();
        let (reading, writing) = (Timer(None), Timer(None));
        Self { io, patience, connection, reading, writing, turn: A_TURN, unread: None }
    }

    /// Reads what is left of the peer's turn at most.
    fn read(&mut self, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        if self.turn == 0 {
            self.turn = A_TURN;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        let most = buf.remaining().min(self.turn);
        let mut part = ReadBuf::new(buf.initialize_unfilled_to(most));
        let read = Pin::new(&mut self.io).poll_read(cx, &mut part);
        let taken = part.filled().len();
        buf.advance(taken);
        // A connection that is waited for begins a new turn.
        self.turn = if read.is_pending() { A_TURN } else { self.turn.saturating_sub(taken) };
        read
    }

    pub fn connection(&self) -> Connection {
        self.connection.clone()
    }

    /// What came of a try to write so many bytes.
    fn wrote(
        &mut self,
        written: Poll<io::Result<usize>>,
        of: usize,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        match written {
            Poll::Ready(Ok(taken)) => {
                self.unread = match self.unread {
                    Some((since, before)) if taken < of => Some((since, before + taken)),
                    // The peer has taken all there was.
                    Some(_) | None => None,
                };
                Poll::Ready(Ok(taken))
            }
            Poll::Ready(Err(err)) => Poll::Ready(Err(err)),
            Poll::Pending => {
                let (since, taken) = self.unread.unwrap_or((Instant::now(), 0));
                self.unread = Some((since, taken));
                ready!(self.writing.poll(since + self.patience.unread, cx));
                if taken < self.patience.least {
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
                let since = Instant::now();
                self.unread = Some((since, 0));
                self.writing.poll(since + self.patience.unread, cx).map(|()| Ok(0))
            }
        }
    }
}

impl AsyncRead for Paced {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let Some(since) = this.connection.free_since() else {
            return this.read(cx, buf);
        };
        // Asked before anything is read: what trickles in is always there.
        if this.reading.poll(since + this.patience.without_call, cx).is_ready() {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        this.read(cx, buf)
    }
}

impl AsyncWrite for Paced {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        let written = Pin::new(&mut this.io).poll_write(cx, buf);
        this.wrote(written, buf.len(), cx)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(cx)
    }
}
