//! The scanner, which stands outside our walls: a ClamAV daemon, or in the sandbox one of two that
//! look at nothing.

use std::fmt;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use ascms_domain::documents::Verdict;
use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::objects::Content;

/// Looks at content and says whether it may be read.
pub trait Scanner: fmt::Debug + Send + Sync {
    fn scan(&self, content: Content) -> BoxFuture<'_, Result<Verdict, ScanError>>;

    /// Whether the scanner is there.
    fn ping(&self) -> BoxFuture<'_, Result<(), ScanError>>;
}

/// Why there is no verdict.
#[derive(Debug, thiserror::Error)]
pub enum ScanError {
    #[error("no scanner is set up")]
    NoScanner,
    #[error("the scanner can not be reached: {0}")]
    Unreachable(#[from] io::Error),
    #[error("the scanner did not answer in time")]
    TooSlow,
    /// The text is the scanner's own, and says nothing of the content.
    #[error("the scanner could not scan: {0}")]
    Unable(String),
}

/// A ClamAV daemon that listens on TCP (clamd(8), `INSTREAM`).
#[derive(Debug)]
pub struct Clamd {
    /// `host:port`
    address: String,
}

/// Says the same of everything.
#[derive(Debug)]
pub struct Fake(pub Verdict);

/// Says nothing: everything stays in quarantine.
#[derive(Debug)]
pub struct NoScanner;

/// The longest time for all of a scan.
const TIME_LIMIT: Duration = Duration::from_secs(60);
const CONNECT_LIMIT: Duration = Duration::from_secs(5);
/// The longest answer that is read, in bytes.
const ANSWER_LIMIT: u64 = 4096;

impl Clamd {
    pub fn at(address: String) -> Arc<dyn Scanner> {
        Arc::new(Self { address })
    }

    async fn connect(&self) -> Result<TcpStream, ScanError> {
        let connected = timeout(CONNECT_LIMIT, TcpStream::connect(&self.address)).await;
        Ok(connected.map_err(|_elapsed| ScanError::TooSlow)??)
    }

    /// Each piece goes behind its length; a length of nothing ends the content.
    async fn instream(&self, mut content: Content) -> Result<Verdict, ScanError> {
        let mut daemon = self.connect().await?;
        daemon.write_all(b"zINSTREAM\0").await?;
        while let Some(piece) = content.next().await {
            let piece = piece?;
            let Ok(length) = u32::try_from(piece.len()) else { continue };
            if length == 0 {
                continue;
            }
            // A daemon that has had enough says so and hangs up.
            if daemon.write_all(&length.to_be_bytes()).await.is_err()
                || daemon.write_all(&piece).await.is_err()
            {
                break;
            }
        }
        // What it says counts, whether it waited for the end or not.
        daemon.write_all(&[0; 4]).await.unwrap_or_default();
        verdict(&answer(daemon).await?)
    }
}

async fn answer(daemon: TcpStream) -> Result<String, ScanError> {
    let mut answer = Vec::new();
    daemon.take(ANSWER_LIMIT).read_to_end(&mut answer).await?;
    Ok(String::from_utf8_lossy(&answer).trim_matches(['\0', '\n', ' ']).to_owned())
}

/// `stream: OK`, `stream: Eicar-Test-Signature FOUND`, or anything else, which is neither.
fn verdict(answer: &str) -> Result<Verdict, ScanError> {
    if answer == "stream: OK" {
        return Ok(Verdict::Clean);
    }
    if answer.starts_with("stream: ") && answer.ends_with(" FOUND") {
        return Ok(Verdict::Refused);
    }
    Err(ScanError::Unable(answer.to_owned()))
}

impl Scanner for Clamd {
    fn scan(&self, content: Content) -> BoxFuture<'_, Result<Verdict, ScanError>> {
        Box::pin(async move {
            let scanned = timeout(TIME_LIMIT, self.instream(content)).await;
            scanned.map_err(|_elapsed| ScanError::TooSlow)?
        })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), ScanError>> {
        Box::pin(async move {
            let asked = async {
                let mut daemon = self.connect().await?;
                daemon.write_all(b"zPING\0").await?;
                match answer(daemon).await?.as_str() {
                    "PONG" => Ok(()),
                    other => Err(ScanError::Unable(other.to_owned())),
                }
            };
            timeout(CONNECT_LIMIT, asked).await.map_err(|_elapsed| ScanError::TooSlow)?
        })
    }
}

impl Scanner for Fake {
    fn scan(&self, _: Content) -> BoxFuture<'_, Result<Verdict, ScanError>> {
        Box::pin(async { Ok(self.0) })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), ScanError>> {
        Box::pin(async { Ok(()) })
    }
}

impl Scanner for NoScanner {
    fn scan(&self, _: Content) -> BoxFuture<'_, Result<Verdict, ScanError>> {
        Box::pin(async { Err(ScanError::NoScanner) })
    }

    fn ping(&self) -> BoxFuture<'_, Result<(), ScanError>> {
        Box::pin(async { Err(ScanError::NoScanner) })
    }
}
