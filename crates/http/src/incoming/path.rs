//! The ids of a path.

use std::ops::Deref;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use serde::de::DeserializeOwned;

use super::gate::{gate, permitted};
use crate::problem::Refusal;

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
