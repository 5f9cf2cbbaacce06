//! How many calls of one caller run at once. A caller that sends more waits a little for a turn, so that a
//! system with some senders needs no care, and is refused where too many wait already. Else one
//! caller's calls would have all connections to the database, and nobody else would be answered.

use std::collections::HashMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::web::Bytes;
use actix_web::{HttpMessage as _, HttpRequest};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use crate::AppState;
use crate::connection::Call;
use crate::problem::{Code, Refusal};
use crate::tokens::Claims;

/// How long a call waits for a turn.
const PATIENCE: Duration = Duration::from_secs(5);

/// How many calls of a caller wait at most, for each that runs.
const WAITING_PER_TURN: usize = 2;

/// From so many callers on, those without a call are forgotten.
const MANY: usize = 1000;

/// Issuer and subject of a token: the caller, known before the database is asked who that is.
type Credential = (String, String);

/// The calls that run, by caller.
pub struct Running {
    at_once: usize,
    callers: Mutex<HashMap<Credential, Arc<Turns>>>,
}

struct Turns {
    running: Arc<Semaphore>,
    /// Those that run and those that wait.
    there: Arc<Semaphore>,
}

/// A call's right to run. It is over with the call's answer, when the last byte of it is sent.
pub struct Turn {
    _running: OwnedSemaphorePermit,
    _there: OwnedSemaphorePermit,
}

impl Running {
    pub fn new(at_once: u32) -> Self {
        let at_once = usize::try_from(at_once).unwrap_or(usize::MAX).clamp(1, MANY);
        Self { at_once, callers: Mutex::default() }
    }

    fn turns(&self, caller: Credential) -> Arc<Turns> {
        let mut callers = self.callers.lock().unwrap_or_else(PoisonError::into_inner);
        if callers.len() >= MANY && !callers.contains_key(&caller) {
            callers.retain(|_, turns| turns.has_calls(self.at_once));
        }
        let turns = callers.entry(caller).or_insert_with(|| {
            let running = Arc::new(Semaphore::new(self.at_once));
            let there = self.at_once.saturating_add(self.at_once * WAITING_PER_TURN);
            Arc::new(Turns { running, there: Arc::new(Semaphore::new(there)) })
        });
        turns.clone()
    }

    /// Waits for a turn, where not too many wait already.
    pub async fn turn(&self, caller: Credential) -> Result<Turn, Refusal> {
        let turns = self.turns(caller);
        let refused = || {
            let detail = format!("{} of this caller's calls are running already", self.at_once);
            Refusal::new(Code::TooManyRunning, detail)
        };
        let there = turns.there.clone().try_acquire_owned().map_err(|_full| refused())?;
        let running = timeout(PATIENCE, turns.running.clone().acquire_owned()).await;
        let running = running.map_err(|_elapsed| refused())?.map_err(|_closed| refused())?;
        Ok(Turn { _running: running, _there: there })
    }
}

impl Turns {
    fn has_calls(self: &Arc<Self>, at_once: usize) -> bool {
        // Besides the map's, somebody who is about to ask for a turn has one.
        Arc::strong_count(self) > 1 || self.running.available_permits() < at_once
    }
}

/// Waits for the caller's turn, and keeps it with the request.
pub async fn begin(req: &HttpRequest, app: &AppState, claims: &Claims) -> Result<(), Refusal> {
    let turn = app.running().turn((claims.issuer.clone(), claims.subject.clone())).await?;
    req.extensions_mut().insert(turn);
    Ok(())
}

/// An answer's body, and what is over with it: the caller's turn, and the connection's call.
pub struct Held {
    body: BoxBody,
    _turn: Option<Turn>,
    _call: Option<Call>,
}

impl Held {
    /// The body, and what the request has until it is sent.
    pub fn until_sent(req: &HttpRequest, body: BoxBody) -> BoxBody {
        let mut held = req.extensions_mut();
        match (held.remove::<Turn>(), held.remove::<Call>()) {
            (None, None) => body,
            (turn, call) => BoxBody::new(Self { body, _turn: turn, _call: call }),
        }
    }
}

impl MessageBody for Held {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}
