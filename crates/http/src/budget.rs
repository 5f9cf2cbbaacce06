//! Every caller's budget of requests, per credential and never per address, in the headers of
//! the IETF draft (RateLimit, RateLimit-Policy).

use std::num::NonZeroU32;

use actix_web::{HttpMessage, HttpRequest};
use ascms_domain::access::Caller;
use governor::clock::{Clock, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

use crate::AppState;
use crate::problem::{Code, Refusal};

type Limiter =
    RateLimiter<Caller, DefaultKeyedStateStore<Caller>, DefaultClock, StateInformationMiddleware>;

/// Budgets of all callers.
pub struct Budgets {
    limiter: Limiter,
    per_minute: u32,
}

/// What is left of a caller's budget, for the answer's headers.
#[derive(Clone, Copy, Debug)]
pub struct Remaining {
    pub requests: u32,
    pub per_minute: u32,
}

impl Budgets {
    pub fn new(per_minute: u32) -> Self {
        let quota = NonZeroU32::new(per_minute).unwrap_or(NonZeroU32::MIN);
        let limiter = RateLimiter::keyed(Quota::per_minute(quota))
            .with_middleware::<StateInformationMiddleware>();
        Self { limiter, per_minute: quota.get() }
    }

    pub fn per_minute(&self) -> u32 {
        self.per_minute
    }
}

/// Takes one request from the caller's budget.
pub fn spend(req: &HttpRequest, app: &AppState, caller: Caller) -> Result<(), Refusal> {
    let budgets = app.budgets();
    let per_minute = budgets.per_minute;
    match budgets.limiter.check_key(&caller) {
        Ok(state) => {
            let requests = state.remaining_burst_capacity();
            req.extensions_mut().insert(Remaining { requests, per_minute });
            Ok(())
        }
        Err(not_until) => {
            req.extensions_mut().insert(Remaining { requests: 0, per_minute });
            let wait = not_until.wait_time_from(DefaultClock::default().now());
            let seconds = u32::try_from(wait.as_secs()).unwrap_or(60).saturating_add(1);
            let refusal = Refusal::new(Code::TooManyRequests, "the budget is used up for now");
            Err(Refusal { retry_after: Some(seconds), ..refusal })
        }
    }
}
