//! Lists: keyset pages behind signed cursors. A cursor belongs to one caller, one list and one set
//! of filters; changed or carried elsewhere it is refused.

use actix_web::HttpRequest;
use ascms_domain::access::Grant;
use ascms_persistence::page::{COUNTED, Page, PageRequest};
use ascms_persistence::position::Position;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use utoipa::{IntoParams, ToSchema};

use crate::incoming::url_pairs;
use crate::problem::{Code, Fault, Refusal};
use crate::{AppState, answer};

/// How many items a page has when nothing is said.
const DEFAULT_LIMIT: u32 = 50;

/// The parameters that every list has.
#[derive(Clone, Debug, Default)]
pub struct Paging {
    pub limit: Option<u32>,
    pub cursor: Option<String>,
    pub include_total: Option<bool>,
}

/// The query of a list that has no filters.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageOptions {
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    cursor: Option<String>,
    include_total: Option<bool>,
}

impl From<PageOptions> for Paging {
    fn from(options: PageOptions) -> Self {
        let PageOptions { limit, cursor, include_total } = options;
        Self { limit, cursor, include_total }
    }
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct List<T> {
    /// The items of this page.
    #[schema(max_items = 200)]
    pub items: Vec<T>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub next_cursor: Option<String>,
    /// All items of the list, counted up to 10,000; null unless `includeTotal` was asked for.
    #[schema(minimum = 0, maximum = 10_000)]
    pub total: Option<u64>,
    /// Whether there are more items than `total`: counting ended at 10,000.
    pub more_than_total: bool,
}

/// A page of a list that can be followed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FollowedList<T> {
    /// The items of this page.
    #[schema(max_items = 200)]
    pub items: Vec<T>,
    /// Where the next page starts; null on the last one.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub next_cursor: Option<String>,
    /// All items of the list, counted up to 10,000; null unless `includeTotal` was asked for.
    #[schema(minimum = 0, maximum = 10_000)]
    pub total: Option<u64>,
    /// Whether there are more items than `total`: counting ended at 10,000.
    pub more_than_total: bool,
    /// The place of the list in the order of commits, the same on all of its pages. A later commit
    /// comes after it, whatever its id and its time.
    #[schema(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    pub position: String,
}

/// A page of a list that can be followed, and what the list shows from its first page on.
pub struct Walk<K> {
    pub page: PageRequest<K>,
    pub position: Position,
}

/// Reads which page is asked for of a list that can be followed. The first page takes the position
/// before it reads, the others have it in their cursor.
pub async fn walk<K: DeserializeOwned>(
    req: &HttpRequest,
    app: &AppState,
    grant: &Grant,
    paging: Paging,
) -> Result<Walk<K>, Refusal> {
    let PageRequest { after, limit, with_total } =
        request::<(K, Position)>(req, app, grant, paging)?;
    let (after, position) = match after {
        Some((key, position)) => (Some(key), position),
        None => (None, app.store().position().await?),
    };
    Ok(Walk { page: PageRequest { after, limit, with_total }, position })
}

/// Answers a page of a list that can be followed.
pub fn respond_followed<T, K, V>(
    req: &HttpRequest,
    app: &AppState,
    grant: &Grant,
    (position, page): (Position, Page<T, K>),
    view: impl FnMut(T) -> V,
) -> actix_web::HttpResponse
where
    K: Serialize,
    V: Serialize,
{
    let Page { items, next, total } = page;
    let next_cursor = next.map(|key| seal(req, app, grant, &(key, &position)));
    let link = next_cursor.as_ref().map(|cursor| next_link(req, cursor));
    let items = items.into_iter().map(view).collect();
    let position = seal_position(&position);
    let (total, more_than_total) = counted(total);
    let list = FollowedList { items, next_cursor, total, more_than_total, position };
    answer::list(&list, link.as_deref())
}

/// A position as an opaque text. It is not signed: it belongs to no caller and no list, one follows
/// them all. A reader who takes it apart learns how many changes the service has made, and of nobody's.
fn seal_position(position: &Position) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(position).unwrap_or_default())
}

/// The position that an answer gave; `None` of a text that is none.
pub fn open_position(text: &str) -> Option<Position> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok()
}

/// Reads the parameter `changedAfter`.
pub fn changed_after(sent: Option<&str>) -> Result<Option<Position>, Refusal> {
    let Some(text) = sent else { return Ok(None) };
    open_position(text).map(Some).ok_or_else(|| {
        let fault = Fault::of("changedAfter", NOT_A_POSITION, "is the position of no answer");
        Refusal::faulty(Code::InvalidQuery, vec![fault])
    })
}

/// The code of a fault: a text that should be the `position` of an answer is not.
pub const NOT_A_POSITION: &str = "not_a_position";

/// Reads which page is asked for.
pub fn request<K: DeserializeOwned>(
    req: &HttpRequest,
    app: &AppState,
    grant: &Grant,
    paging: Paging,
) -> Result<PageRequest<K>, Refusal> {
    let Paging { limit, cursor, include_total } = paging;
    let after = match cursor {
        Some(cursor) => Some(open(req, app, grant, &cursor).ok_or_else(|| {
            Refusal::new(Code::InvalidCursor, "the cursor is not one of this list")
        })?),
        None => None,
    };
    Ok(PageRequest {
        after,
        limit: limit.unwrap_or(DEFAULT_LIMIT),
        with_total: include_total.unwrap_or(false),
    })
}

/// Answers a page, with the link to the next one (RFC 8288).
pub fn respond<T, K, V>(
    req: &HttpRequest,
    app: &AppState,
    grant: &Grant,
    page: Page<T, K>,
    view: impl FnMut(T) -> V,
) -> actix_web::HttpResponse
where
    K: Serialize,
    V: Serialize,
{
    let Page { items, next, total } = page;
    let next_cursor = next.map(|key| seal(req, app, grant, &key));
    let link = next_cursor.as_ref().map(|cursor| next_link(req, cursor));
    let (total, more_than_total) = counted(total);
    let items = items.into_iter().map(view).collect();
    let list = List { items, next_cursor, total, more_than_total };
    answer::list(&list, link.as_deref())
}

/// A total as it is shown, and whether there are more.
pub fn counted(total: Option<u64>) -> (Option<u64>, bool) {
    (total.map(|total| total.min(COUNTED)), total.is_some_and(|total| total > COUNTED))
}

fn next_link(req: &HttpRequest, cursor: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in url_pairs(req.query_string()) {
        if name != "cursor" {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair("cursor", cursor);
    format!("<{}?{}>; rel=\"next\"", req.path(), query.finish())
}

/// A key as an opaque text that only this caller can use for this list.
pub fn seal(req: &HttpRequest, app: &AppState, grant: &Grant, key: &impl Serialize) -> String {
    let payload = serde_json::to_vec(key).unwrap_or_default();
    let tag = mac(req, app, grant, &payload).finalize().into_bytes();
    let mut sealed = tag.to_vec();
    sealed.extend(payload);
    URL_SAFE_NO_PAD.encode(sealed)
}

fn open<K: DeserializeOwned>(
    req: &HttpRequest,
    app: &AppState,
    grant: &Grant,
    cursor: &str,
) -> Option<K> {
    let sealed = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (tag, payload) = sealed.split_at_checked(32)?;
    mac(req, app, grant, payload).verify_slice(tag).ok()?;
    serde_json::from_slice(payload).ok()
}

/// What a cursor is bound to: the caller, the list, its filters and its key.
fn mac(req: &HttpRequest, app: &AppState, grant: &Grant, payload: &[u8]) -> Hmac<Sha256> {
    let mut filters: Vec<(String, String)> = url_pairs(req.query_string())
        .into_iter()
        .filter(|(name, _)| !matches!(name.as_str(), "cursor" | "limit" | "includeTotal"))
        .collect();
    filters.sort_unstable();
    let mut mac = app.cursor_mac();
    mac.update(grant.caller().id().as_bytes());
    for part in [req.path(), &format!("{filters:?}")] {
        mac.update(&u64::try_from(part.len()).unwrap_or(0).to_be_bytes());
        mac.update(part.as_bytes());
    }
    mac.update(payload);
    mac
}

/// The empty authenticator of the application's key.
pub(crate) fn keyed(key: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length (RFC 2104); the settings refuse short ones.
    Hmac::new_from_slice(key).unwrap_or_else(|_| Hmac::new(&Default::default()))
}
