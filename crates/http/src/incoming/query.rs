//! Queries: read, checked against the published schema, and turned into their types.

use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use ascms_domain::text::is_unclean;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::faults::Faults;
use super::gate::{gate, permitted};
use crate::problem::{Code, Fault, Refusal};
use crate::schema;

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

/// Two parts of one query, each with parameters of its own: the filters of a list and its page.
/// What fits neither is told as a fault of the first.
pub async fn permitted_query<F, O>(req: &HttpRequest) -> Result<(F, O), Refusal>
where
    F: DeserializeOwned + IntoParams + 'static,
    O: DeserializeOwned + IntoParams + 'static,
{
    let (gate, query) = (gate(req), req.query_string().to_owned());
    permitted(gate).await;
    let options = schema::of_query::<O>().map_err(|err| schema::broken(&err))?;
    let (of_options, of_filters): (Vec<_>, Vec<_>) =
        url_pairs(&query).into_iter().partition(|(name, _)| options.knows(name));
    let mut faults = Faults::default();
    let filters = checked::<F>(of_filters, &mut faults)?;
    let options = checked::<O>(of_options, &mut faults)?;
    if !faults.is_empty() {
        return Err(faults.refuse(Code::InvalidQuery));
    }
    Ok((typed(filters)?, typed(options)?))
}

fn read_query<T: DeserializeOwned + IntoParams + 'static>(query: &str) -> Result<T, Refusal> {
    let mut faults = Faults::default();
    let checked = checked::<T>(url_pairs(query), &mut faults)?;
    if !faults.is_empty() {
        return Err(faults.refuse(Code::InvalidQuery));
    }
    typed(checked)
}

/// Parameters as values of the types that they declare, and what is wrong with them.
fn checked<T: IntoParams + 'static>(
    pairs: Vec<(String, String)>,
    faults: &mut Faults,
) -> Result<Value, Refusal> {
    let checker = schema::of_query::<T>().map_err(|err| schema::broken(&err))?;
    let mut typed = Map::new();
    for (name, text) in pairs {
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
    checker.query_faults(&typed, faults);
    Ok(typed)
}

fn typed<T: DeserializeOwned>(query: Value) -> Result<T, Refusal> {
    let mut track = serde_path_to_error::Track::new();
    T::deserialize(serde_path_to_error::Deserializer::new(query, &mut track)).map_err(
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
