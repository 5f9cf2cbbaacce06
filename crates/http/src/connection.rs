//! A connection, as far as its calls tell: whether one is under way. A connection without one is
//! closed after a while, whatever trickles in on it.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

/// A connection of one client. Calls that come in on it find it with their request.
#[derive(Clone, Debug)]
pub struct Connection(Rc<Calls>);

#[derive(Debug)]
struct Calls {
    under_way: Cell<u32>,
    free_since: Cell<Instant>,
}

/// A call from its head to the last byte of its answer.
#[derive(Debug)]
pub struct Call(Connection);

impl Connection {
    pub fn made() -> Self {
        let free_since = Cell::new(Instant::now());
        Self(Rc::new(Calls { under_way: Cell::new(0), free_since }))
    }

    /// Since when no call is under way; none while there is one.
    pub fn free_since(&self) -> Option<Instant> {
        (self.0.under_way.get() == 0).then(|| self.0.free_since.get())
    }

    pub fn begin(&self) -> Call {
        self.0.under_way.set(self.0.under_way.get().saturating_add(1));
        Call(self.clone())
    }
}

impl Drop for Call {
    fn drop(&mut self) {
        let calls = &self.0.0;
        calls.under_way.set(calls.under_way.get().saturating_sub(1));
        calls.free_since.set(Instant::now());
    }
}
