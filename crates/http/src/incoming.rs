//! What comes in: bodies and queries, read, checked against the published schema, and turned into
//! their types. A handler sees only what passed.

mod body;
pub mod faults;
mod headers;
pub mod instants;
pub mod pace;
mod reading;

use std::ops::Deref;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest};
use ascms_domain::text::is_unclean;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use tokio::sync::SetOnce;
use utoipa::IntoParams;

pub(crate) use self::body::read;
pub use self::body::{Body, Bulk};
use self::faults::Faults;
pub use self::headers::{IfMatch, RequestId, header, is_coded, is_visible_ascii, request_id};
pub use self::reading::{Each, Spoiled};
use crate::problem::{Code, Fault, Refusal};
use crate::schema;

/// The most bytes of a body.
pub const BODY_LIMIT: usize = 256 * 1024;
/// The same of what systems send of many students at once.
pub const BULK_LIMIT: usize = 5 * 1024 * 1024;

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

async fn permitted(gate: Option<Gate>) {
    if let Some(gate) = gate {
        gate.passed().await;
    }
}

fn gate(req: &HttpRequest) -> Option<Gate> {
    req.extensions().get::<Gate>().cloned()
}

/// The ids of a path, read once the caller may ask.
#[derive(Debug)]
pub struct Path<T>(T);

impl<T> Deref for Path<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + 'static> FromRequest for Path<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let gate = gate(req);
        let one_form = req.match_info().iter().all(|(_, part)| is_in_one_form(part));
        let path = actix_web::web::Path::<T>::extract(req);
        Box::pin(async move {
            permitted(gate).await;
            // What is no id names nothing.
            if !one_form {
                return Err(Refusal::not_found());
            }
            path.await.map(|path| Self(path.into_inner())).map_err(|_no_id| Refusal::not_found())
        })
    }
}

/// An id stands in a path as answers write it: in lower case with hyphens. One record has one
/// address, by which a key, a cache and a log know it.
fn is_in_one_form(part: &str) -> bool {
    uuid::Uuid::try_parse(part).map_or(true, |id| id.to_string() == part)
}

fn schema_broken(err: &jsonschema::ValidationError<'_>) -> Refusal {
    tracing::error!(error = %err, "a schema of our own does not compile");
    Refusal::new(Code::Internal, "the request failed on our side")
}

/// Lower-case hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A query that fits its parameters' schemas.
#[derive(Debug)]
pub struct Params<T>(pub T);

impl<T> Deref for Params<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: DeserializeOwned + IntoParams + 'static> FromRequest for Params<T> {
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        let (gate, query) = (gate(req), req.query_string().to_owned());
        Box::pin(async move {
            permitted(gate).await;
            read_query(&query).map(Self)
        })
    }
}

fn read_query<T: DeserializeOwned + IntoParams + 'static>(query: &str) -> Result<T, Refusal> {
    let checker = schema::of_query::<T>().map_err(|err| schema_broken(&err))?;
    let mut faults = Faults::default();
    let mut typed = Map::new();
    for (name, text) in url_pairs(query) {
        if is_unclean(&text) {
            let detail = "has control, invisible or text-direction characters";
            faults.add(|| Fault::of(&name, "forbidden_character", detail));
        }
        let value = checker.typed(&name, &text);
        if typed.insert(name.clone(), value).is_some() {
            faults.add(|| Fault::of(name, "repeated", "is given twice"));
        }
    }
    let typed = Value::Object(typed);
    checker.query_faults(&typed, &mut faults);
    if !faults.is_empty() {
        return Err(faults.refuse(Code::InvalidQuery));
    }
    let mut track = serde_path_to_error::Track::new();
    T::deserialize(serde_path_to_error::Deserializer::new(typed, &mut track)).map_err(
        |_may_echo_input| {
            let fault =
                Fault::of(track.path().to_string(), "invalid", "can not be read as its type");
            Refusal::faulty(Code::InvalidQuery, vec![fault])
        },
    )
}

/// The pairs of a query string, decoded (WHATWG URL, `application/x-www-form-urlencoded`).
pub fn url_pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// The options of every call that makes something.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct WriteOptions {
    /// Check everything and answer, but keep nothing.
    pub validate_only: Option<bool>,
}
