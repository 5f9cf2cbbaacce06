//! The gate of a request: what of it waits until the caller's permission is settled.

use std::rc::Rc;

use actix_web::{HttpMessage as _, HttpRequest};
use tokio::sync::SetOnce;

/// Opens when the caller's permission is settled. Everything else of a request waits for it, since
/// the extractors of a handler run side by side: who may not ask hears so before anything is said
/// about what they asked.
#[derive(Clone, Debug, Default)]
pub struct Gate(Rc<SetOnce<()>>);

impl Gate {
    pub(crate) fn open(&self) {
        // Opened twice is open.
        self.0.set(()).unwrap_or_default();
    }

    async fn passed(self) {
        self.0.wait().await;
    }
}

pub(super) async fn permitted(gate: Option<Gate>) {
    if let Some(gate) = gate {
        gate.passed().await;
    }
}

pub(super) fn gate(req: &HttpRequest) -> Option<Gate> {
    req.extensions().get::<Gate>().cloned()
}
