//! A list as a handler is asked for it: the permission, the filters, the page and the clock in one.

use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use ascms_domain::access::Grant;
use ascms_persistence::page::{Page, PageRequest};
use ascms_persistence::position::Position;
use ascms_persistence::{Store, StoreError};
use chrono::{DateTime, Utc};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use crate::AppState;
use crate::auth::{self, May, Permission};
use crate::incoming::permitted_query;
use crate::page::{self, PageOptions, Paging, Walk};
use crate::problem::Refusal;

/// A list that the caller may read, with its filters.
pub struct Listing<P, F = NoFilter> {
    req: HttpRequest,
    app: AppState,
    grant: May<P>,
    now: DateTime<Utc>,
    filter: F,
    paging: Paging,
}

/// The filters of a list that has none.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct NoFilter {}

impl<P, F> Listing<P, F> {
    pub fn filter(&self) -> &F {
        &self.filter
    }

    pub fn grant(&self) -> &Grant {
        &self.grant
    }

    pub fn store(&self) -> &Store {
        self.app.store()
    }

    pub fn request(&self) -> &HttpRequest {
        &self.req
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// Reads the page that is asked for and answers with it, and with the link to the next one
    /// (RFC 8288).
    ///
    /// # Errors
    ///
    /// The cursor is not one of this list; or why nothing was read.
    pub async fn page<T, K, V, E>(
        &self,
        read: impl AsyncFnOnce(PageRequest<K>) -> Result<Page<T, K>, E>,
        view: impl FnMut(T) -> V,
    ) -> Result<HttpResponse, Refusal>
    where
        Refusal: From<E>,
        K: Serialize + DeserializeOwned,
        V: Serialize,
    {
        let page = page::request(&self.req, &self.app, &self.grant, self.paging.clone())?;
        let found = read(page).await?;
        Ok(page::respond(&self.req, &self.app, &self.grant, found, view))
    }

    /// The same of a list that can be followed: the answer says where in the order of commits it
    /// stands.
    ///
    /// # Errors
    ///
    /// The cursor is not one of this list; or the store's error.
    pub async fn followed<T, K, V>(
        &self,
        read: impl AsyncFnOnce(PageRequest<K>) -> Result<Page<T, K>, StoreError>,
        view: impl FnMut(T) -> V,
    ) -> Result<HttpResponse, Refusal>
    where
        K: Serialize + DeserializeOwned,
        V: Serialize,
    {
        self.followed_as_of(async |page, _: &Position| read(page).await, view).await
    }

    /// The same of a list that shows things as they were at its position.
    ///
    /// # Errors
    ///
    /// The cursor is not one of this list; or the store's error.
    pub async fn followed_as_of<T, K, V>(
        &self,
        read: impl AsyncFnOnce(PageRequest<K>, &Position) -> Result<Page<T, K>, StoreError>,
        view: impl FnMut(T) -> V,
    ) -> Result<HttpResponse, Refusal>
    where
        K: Serialize + DeserializeOwned,
        V: Serialize,
    {
        let Walk { page, position } =
            page::walk(&self.req, &self.app, &self.grant, self.paging.clone()).await?;
        let found = read(page, &position).await?;
        Ok(page::respond_followed(&self.req, &self.app, &self.grant, (position, found), view))
    }
}

impl<P, F> FromRequest for Listing<P, F>
where
    P: Permission + 'static,
    F: DeserializeOwned + IntoParams + 'static,
{
    type Error = Refusal;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Refusal>>>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let grant = May::<P>::from_request(req, payload);
        let req = req.clone();
        Box::pin(async move {
            let grant = grant.await?;
            let (filter, options) = permitted_query::<F, PageOptions>(&req).await?;
            let app = auth::state(&req)?.clone();
            let now = app.now(&req)?;
            Ok(Self { req, app, grant, now, filter, paging: options.into() })
        })
    }
}
