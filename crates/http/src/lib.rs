//! The JSON API. This crate does not depend on sea-orm: a handler can't reach a table.

mod address_readers;
mod allowed;
pub mod answer;
mod as_known;
mod attachments;
mod attendance;
pub mod auth;
mod barriers;
pub mod budget;
mod bulletins;
mod calendar;
mod cases;
mod catchments;
pub mod causes;
mod clock;
mod command;
pub mod connection;
mod contacts;
mod contracts;
mod cors;
pub mod cursor_key;
pub mod documents;
mod duties;
mod enrolment_claims;
mod enrolments;
mod funds;
mod hex;
mod history;
mod holidays;
mod html;
pub mod incoming;
pub mod jobs;
mod listing;
mod match_reviews;
mod measures;
mod merges;
mod needs;
mod non_enrolments;
mod notifications;
pub mod openapi;
mod outgoing;
pub mod page;
mod pages;
mod performance_reviews;
mod plans;
pub mod problem;
mod providers;
mod publications;
mod quality;
pub mod readiness;
mod reads;
mod recalculations;
mod reference_data;
mod referrals;
mod registers;
mod registration;
mod remark;
mod reports;
mod rules;
pub mod running;
pub mod sandbox;
mod schema;
mod schools;
mod security_headers;
mod siblings;
mod students;
mod submissions;
mod tasks;
mod templates;
mod terms;
mod timeline;
pub mod tokens;
mod transfers;
mod views;
mod whanau_contacts;
mod work_list;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::web::Data;
use actix_web::{App, Error, HttpRequest};
use ascms_domain::documents::MediaType;
use ascms_persistence::Store;
use ascms_persistence::publications::Protected;
use chrono::{DateTime, NaiveDate, Utc};
use hmac::Hmac;
use sha2::Sha256;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::budget::Budgets;
use crate::documents::belonging::{Belonging, BelongingError};
use crate::documents::objects::Objects;
use crate::documents::scanner::Scanner;
use crate::incoming::header;
use crate::incoming::pace::Pace;
use crate::problem::{Code, Fault, Refusal};
use crate::readiness::ClockFault;
use crate::registration::ServiceConfig;
use crate::running::Running;
use crate::sandbox::Sandbox;
use crate::tokens::TokenVerifier;

pub use clock::Clock;
pub use openapi::document;

/// What the operator decides about the API.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The address under which clients reach the API, without a trailing slash.
    pub public_url: String,
    /// Only a sandbox has one; every other server leaves `Sandbox-Date` alone and gives out no token.
    pub sandbox: Option<Arc<dyn Sandbox>>,
    /// Origins whose pages may call the API; empty: none but its own.
    pub cors_origins: Vec<String>,
    /// Signs cursors; at least 32 bytes.
    pub cursor_key: Vec<u8>,
    /// How long browsers that came by TLS once may come by nothing else (HSTS, RFC 6797); 0: as they
    /// like.
    pub hsts_seconds: u32,
    /// Every caller's budget.
    pub requests_per_minute: u32,
    /// How many calls of one caller run at once.
    pub calls_at_once: u32,
    /// How often one caller may try in an hour whether a stranger is known.
    pub guesses_per_hour: u32,
    /// How fast bodies have to come in.
    pub pace: Pace,
    /// Values of `acr` that prove a multi-factor sign-in.
    pub mfa_acr_values: Vec<String>,
    /// How large a document may be.
    pub document_max_bytes: u64,
    /// What documents may be.
    pub document_types: Vec<MediaType>,
    /// How many days content is kept that belongs to no document.
    pub document_grace_days: u32,
    /// How published numbers are protected.
    pub published: Protected,
}

/// What stands outside our walls, and what a test may stand in for.
#[derive(Clone, Debug)]
pub struct Outside {
    pub objects: Objects,
    pub scanner: Arc<dyn Scanner>,
}

/// What every handler can reach. Cheap to clone.
#[derive(Clone)]
pub struct AppState(Arc<Parts>);

struct Parts {
    store: Store,
    clock: Clock,
    tokens: TokenVerifier,
    outside: Outside,
    settings: Settings,
    budgets: Budgets,
    running: Running,
    /// Who is about to check a large body.
    checking: Arc<Semaphore>,
    stopping: AtomicBool,
    clock_fault: ClockFault,
    cursor_key: String,
    cursor_mac: Hmac<Sha256>,
    belonging: Belonging,
}

impl AppState {
    pub fn new(
        store: Store,
        clock: Clock,
        tokens: TokenVerifier,
        outside: Outside,
        settings: Settings,
    ) -> Self {
        let budgets = Budgets::new(settings.requests_per_minute);
        let running = Running::new(settings.calls_at_once);
        store.limit_guesses(settings.guesses_per_hour);
        // The other half of the cores answers calls meanwhile.
        let cores = available_parallelism().map_or(1, usize::from);
        let checking = Arc::new(Semaphore::new((cores / 2).max(1)));
        let cursor_key = cursor_key::fingerprint(&settings.cursor_key);
        let cursor_mac = page::keyed(&settings.cursor_key);
        let belonging = Belonging::default();
        Self(Arc::new(Parts {
            store,
            clock,
            tokens,
            outside,
            settings,
            budgets,
            running,
            checking,
            stopping: AtomicBool::new(false),
            clock_fault: ClockFault::default(),
            cursor_key,
            cursor_mac,
            belonging,
        }))
    }

    pub fn running(&self) -> &Running {
        &self.0.running
    }

    /// Waits until a large body may be checked: each takes a core and some memory.
    async fn turn_to_check(&self) -> Result<OwnedSemaphorePermit, Refusal> {
        let turn = self.0.checking.clone().acquire_owned().await;
        turn.map_err(|_closed| Refusal::new(Code::Internal, "the request failed on our side"))
    }

    /// Says that this server is about to stop: it answers what still comes, and asks for no more.
    pub fn stop_soon(&self) {
        self.0.stopping.store(true, Ordering::Relaxed);
    }

    pub fn stops_soon(&self) -> bool {
        self.0.stopping.load(Ordering::Relaxed)
    }

    /// What is wrong with the time, for whoever compares clocks to write down.
    pub fn clock_fault(&self) -> &ClockFault {
        &self.0.clock_fault
    }

    pub fn store(&self) -> &Store {
        &self.0.store
    }

    pub fn clock(&self) -> &Clock {
        &self.0.clock
    }

    pub fn tokens(&self) -> &TokenVerifier {
        &self.0.tokens
    }

    pub fn outside(&self) -> &Outside {
        &self.0.outside
    }

    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Makes sure that the documents in the object store are this database's.
    pub async fn documents_are_ours(&self) -> Result<(), BelongingError> {
        let places = (self.store(), &self.outside().objects);
        self.0.belonging.ensure(places, self.clock().now()).await
    }

    /// The same, and looks again however lately it did.
    pub async fn look_whose_documents(&self) -> Result<(), BelongingError> {
        let objects = &self.outside().objects;
        self.0.belonging.look(self.store(), objects, self.clock().now()).await
    }

    fn budgets(&self) -> &Budgets {
        &self.0.budgets
    }

    /// The fingerprint of the key that cursors are signed with.
    pub fn cursor_key(&self) -> &str {
        &self.0.cursor_key
    }

    fn cursor_mac(&self) -> Hmac<Sha256> {
        self.0.cursor_mac.clone()
    }

    /// The time by which a request is judged: the clock's, or in the sandbox the day that
    /// `Sandbox-Date` names, at the clock's time of day.
    pub fn now(&self, req: &HttpRequest) -> Result<DateTime<Utc>, Refusal> {
        let now = self.clock().now();
        match header(req, "sandbox-date").filter(|_| self.settings().sandbox.is_some()) {
            None => Ok(now),
            Some(day) => on_day(now, day).ok_or_else(|| {
                let fault = Fault::of("Sandbox-Date", "format", "is not a date such as 2026-03-02");
                Refusal::faulty(Code::InvalidHeader, vec![fault])
            }),
        }
    }
}

fn on_day(now: DateTime<Utc>, day: &str) -> Option<DateTime<Utc>> {
    let day: NaiveDate = day.parse().ok()?;
    let midnight = ascms_domain::calendar::nz_midnight(day);
    let today = ascms_domain::calendar::nz_midnight(ascms_domain::calendar::nz_date(now));
    midnight.checked_add_signed(now - today)
}

/// The whole application, for the server and for tests.
pub fn app(
    state: &AppState,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    // No call waits for the document, which most calls ask something.
    openapi::document();
    App::new()
        .app_data(Data::new(state.clone()))
        .app_data(
            actix_web::web::PathConfig::default().error_handler(|_, _| Refusal::not_found().into()),
        )
        .service(actix_web::web::scope(ROOT).configure(|services| {
            routes(&mut ServiceConfig::answering(services));
        }))
        .configure(pages::routes)
        .configure(reports::routes)
        .default_service(actix_web::web::to(pages::unmatched))
        // Within CORS: a page of another origin can read a refusal only with its headers.
        .wrap(actix_web::middleware::from_fn(outgoing::unless_refused_early))
        .wrap(cors::cors(state.settings()))
        .wrap(actix_web::middleware::Compress::default())
        .wrap(actix_web::middleware::from_fn(outgoing::around))
}

/// Where the operations are; their paths begin with it.
pub(crate) const ROOT: &str = "/v1";

/// Every operation of the document.
pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.configure(schools::routes)
        .configure(catchments::routes)
        .configure(providers::routes)
        .configure(reference_data::routes)
        .configure(calendar::routes)
        .configure(holidays::routes)
        .configure(terms::routes)
        .configure(rules::routes)
        .configure(students::routes)
        .configure(merges::routes)
        .configure(match_reviews::routes)
        .configure(referrals::routes)
        .configure(cases::routes)
        .configure(contacts::routes)
        .configure(timeline::routes)
        .configure(transfers::routes)
        .configure(notifications::routes)
        .configure(tasks::routes)
        .configure(barriers::routes)
        .configure(plans::routes)
        .configure(needs::routes)
        .configure(funds::routes)
        .configure(documents::routes)
        .configure(history::routes)
        .configure(reads::routes)
        .configure(bulletins::routes)
        .configure(templates::routes)
        .configure(submissions::routes)
        .configure(performance_reviews::routes)
        .configure(contracts::routes)
        .configure(duties::routes)
        .configure(work_list::routes)
        .configure(attendance::routes)
        .configure(enrolments::routes)
        .configure(measures::routes)
        .configure(recalculations::routes)
        .configure(publications::routes)
        .configure(jobs::routes);
}
