//! Every refusal: RFC 9457 problem details with a code. The status is chosen in the registry
//! below and nowhere else.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use ascms_domain::access::Forbidden;
use ascms_domain::text::is_forbidden;
use ascms_persistence::StoreError;
use ascms_persistence::history::Stale;
use ascms_persistence::idempotency::KeyError;
use serde::Serialize;
use utoipa::ToSchema;

mod codes;
mod conflicts;
mod refusals;

pub use codes::Code;
pub use conflicts::Conflict;
pub use refusals::{Reason, ineligible, notice_faults};

/// The extension of OpenAPI that lists the known values of an open list.
pub const KNOWN_VALUES: &str = "x-extensible-enum";

/// Whether a speaker has read the titles of the codes in te reo Māori.
pub const TITLES_REVIEWED: bool = false;

/// Why a request is not carried out (RFC 9457).
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// Address of a page about the code: its cause and its fix.
    #[serde(rename = "type")]
    #[schema(format = "uri", max_length = 300)]
    pub type_uri: String,
    /// The code in words, in the language asked for (`en-NZ`, `mi`).
    #[schema(max_length = 200)]
    pub title: String,
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The fault of this request, in a sentence.
    #[schema(max_length = 2000)]
    pub detail: String,
    /// The path that was called.
    #[schema(max_length = 8192)]
    pub instance: String,
    /// The code that programs switch on; a client takes others than it knows.
    pub code: Code,
    /// Id of this request in our logs.
    #[schema(max_length = 36, format = "uuid")]
    pub request_id: String,
    /// Every single fault; empty when there is only one to tell.
    #[schema(max_items = 500)]
    pub errors: Vec<Fault>,
    /// The members that changed since the version that a refused edit was made on (412).
    #[schema(max_items = 500)]
    pub conflicts: Box<[Conflict]>,
}

/// One fault: where it is and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Fault {
    /// A JSON Pointer (RFC 6901) into the body.
    #[schema(max_length = 2000)]
    pub pointer: Option<String>,
    /// The name of a query parameter or header.
    #[schema(max_length = 200)]
    pub parameter: Option<String>,
    /// The kind of fault, for programs.
    #[schema(max_length = 64, pattern = "^[a-z_]+$")]
    pub code: String,
    /// The fault in a sentence, for people.
    #[schema(max_length = 2000)]
    pub detail: String,
}

impl Fault {
    /// A fault in the body.
    pub fn at(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        let pointer = Some(shown(pointer.into(), 2000));
        Self { pointer, parameter: None, code: code.to_owned(), detail: detail.into() }
    }

    /// A code that its code set does not have, with where the codes are listed.
    pub fn unknown_code(pointer: impl Into<String>, set: &str) -> Self {
        let detail = format!("is no code of the set `{set}`; /v1/reference-data/{set} lists them");
        Self::at(pointer, "unknown_code", detail)
    }

    /// A fault in a parameter of the query, or in a header.
    pub fn of(parameter: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        let parameter = Some(shown(parameter.into(), 200));
        Self { pointer: None, parameter, code: code.to_owned(), detail: detail.into() }
    }
}

/// The sender's own name of a place, as it may be shown: without what a screen would obey, and cut
/// where it is too long.
fn shown(place: String, longest: usize) -> String {
    let clean =
        |c: char| if is_forbidden(c) || c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    if place.len() <= longest && !place.chars().any(|c| clean(c) != c) {
        return place;
    }
    place.chars().take(longest).map(clean).collect()
}

/// The most faults that one answer lists.
pub const MOST_FAULTS: usize = 500;

/// A refusal on its way out. What belongs to the request (its id, path and language) is added
/// when it leaves.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{code}: {detail}")]
pub struct Refusal {
    pub code: Code,
    pub detail: String,
    pub errors: Box<[Fault]>,
    /// What of an edit collides with what changed since.
    pub conflicts: Box<[Conflict]>,
    /// Seconds after which it may be tried again.
    pub retry_after: Option<u32>,
    /// The `WWW-Authenticate` challenge of a 401 or a 403.
    pub challenge: Option<&'static str>,
    /// Where the record is that was in the way.
    pub location: Option<Box<str>>,
    /// How many bytes there are, where a range was asked for that is not.
    pub length: Option<u64>,
    /// Whether the coding of the body is refused, and not its media type.
    pub of_coding: bool,
}

impl Refusal {
    pub fn new(code: Code, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        let retry_after = code.retry_after();
        Self {
            code,
            detail,
            errors: Box::default(),
            conflicts: Box::default(),
            retry_after,
            challenge: None,
            location: None,
            length: None,
            of_coding: false,
        }
    }

    /// A refusal of a body in a coding (`Content-Encoding`).
    pub fn of_coding() -> Self {
        let detail = "a body is sent without Content-Encoding";
        Self { of_coding: true, ..Self::new(Code::UnsupportedMediaType, detail) }
    }

    pub fn with_errors(self, mut errors: Vec<Fault>) -> Self {
        let mut detail = self.detail;
        if errors.len() > MOST_FAULTS {
            errors.truncate(MOST_FAULTS);
            detail.push_str(&format!("; there are more than the {MOST_FAULTS} faults listed"));
        }
        Self { detail, errors: errors.into_boxed_slice(), ..self }
    }

    pub fn with_challenge(self, challenge: &'static str) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    pub fn with_location(self, location: String) -> Self {
        Self { location: Some(location.into_boxed_str()), ..self }
    }

    pub fn with_length(self, length: u64) -> Self {
        Self { length: Some(length), ..self }
    }

    pub fn not_found() -> Self {
        Self::new(Code::NotFound, "there is no such thing, or it is not yours to see")
    }

    /// A refusal that its faults explain.
    pub fn faulty(code: Code, faults: Vec<Fault>) -> Self {
        Self::new(code, "see `errors`").with_errors(faults)
    }

    /// The same refusal where what a query names stands in the body under the same names.
    pub fn of_body(self) -> Self {
        if self.code != Code::InvalidQuery {
            return self;
        }
        let at = |fault: Fault| {
            let pointer = fault.parameter.map(|name| format!("/{name}"));
            Fault { pointer, parameter: None, ..fault }
        };
        let errors = self.errors.into_iter().map(at).collect();
        Self { code: Code::InvalidBody, errors, ..self }
    }

    /// A refusal for one fault of the body.
    pub fn invalid(fault: Fault) -> Self {
        Self::faulty(Code::InvalidBody, vec![fault])
    }
}

impl ResponseError for Refusal {
    fn status_code(&self) -> StatusCode {
        self.code.status()
    }

    fn error_response(&self) -> HttpResponse {
        // The body is written in `outgoing`, which knows the request.
        HttpResponse::new(self.status_code())
    }
}

impl From<Forbidden> for Refusal {
    fn from(err: Forbidden) -> Self {
        let code = match err {
            Forbidden::Role => Code::RoleMayNot,
            Forbidden::Scope => Code::InsufficientScope,
            Forbidden::Training => Code::TrainingRequired,
        };
        let refusal = Self::new(code, err.to_string());
        match err {
            Forbidden::Scope => refusal.with_challenge("Bearer error=\"insufficient_scope\""),
            Forbidden::Role | Forbidden::Training => refusal,
        }
    }
}

impl From<StoreError> for Refusal {
    fn from(err: StoreError) -> Self {
        match err {
            StoreError::NotFound => Self::not_found(),
            StoreError::Stale(stale) => (*stale).into(),
            StoreError::TooManyGuesses { seconds } => {
                let detail = "calls of this credential tried too often whether a student is known";
                let refusal = Self::new(Code::TooManyGuesses, detail);
                Self { retry_after: Some(seconds), ..refusal }
            }
            StoreError::Busy | StoreError::Locked => {
                Self::new(Code::Unavailable, "too busy at the moment; it may be tried again")
            }
            StoreError::OutcomeUnknown(cause) => {
                tracing::warn!(cause, "a commit was not answered");
                let detail = "whether it was done is not known: send it again with the same \
                    `Idempotency-Key`, or read first what is there";
                Self::new(Code::OutcomeUnknown, detail)
            }
            StoreError::Away(cause) => {
                tracing::warn!(cause, "the database can not be reached");
                let detail = "the database can not be reached at the moment; try again";
                Self::new(Code::Unavailable, detail)
            }
            StoreError::Duplicate(_) => {
                Self::new(Code::Duplicate, "a value that must be unique is taken")
            }
            StoreError::UnknownCode(member, set) => {
                Self::invalid(Fault::unknown_code(format!("/{member}"), set))
            }
            StoreError::PlaceholderNsn => {
                Self::invalid(Fault::at("/nsn", "placeholder_nsn", err.to_string()))
            }
            StoreError::AddressProtected => Self::new(Code::AddressProtected, err.to_string()),
            StoreError::OutOfCalendar(err) => Self::new(Code::OutsideCalendar, err.to_string()),
            StoreError::Check(_)
            | StoreError::NoRule(_)
            | StoreError::RuleUnreadable(_)
            | StoreError::CodesUnreadable(_)
            | StoreError::Misfit(_)
            | StoreError::Corrupt(_)
            | StoreError::LeftBehind { .. }
            | StoreError::UnknownMigration(_)
            | StoreError::Database(_) => {
                let cause: &dyn std::error::Error = &err;
                tracing::error!(error = cause, "request failed");
                Self::new(Code::Internal, "the request failed on our side")
            }
        }
    }
}

impl From<Stale> for Refusal {
    fn from(stale: Stale) -> Self {
        let Stale { now, changes, .. } = stale;
        let conflicts: Vec<Conflict> = changes.into_iter().map(Conflict::of).collect();
        let colliding = conflicts.iter().filter(|conflict| conflict.collides);
        let fault = |conflict: &Conflict| {
            let detail = "has changed since it was read; see `conflicts`";
            Fault::at(conflict.pointer.clone(), "changed_since", detail)
        };
        let errors = colliding.map(fault).collect();
        let detail = format!("it has changed since it was read: its version is {now} now");
        let refusal = Self::new(Code::Stale, detail).with_errors(errors);
        Self { conflicts: conflicts.into_boxed_slice(), ..refusal }
    }
}

impl From<KeyError> for Refusal {
    fn from(err: KeyError) -> Self {
        match err {
            KeyError::Reused => Self::new(Code::IdempotencyKeyReused, err.to_string()),
            KeyError::Running => Self::new(Code::IdempotencyKeyRunning, err.to_string()),
            KeyError::Store(err) => err.into(),
        }
    }
}

impl<E: Into<Self>> From<ascms_persistence::ChangeError<E>> for Refusal {
    fn from(err: ascms_persistence::ChangeError<E>) -> Self {
        match err {
            ascms_persistence::ChangeError::Store(err) => err.into(),
            ascms_persistence::ChangeError::Refused(err) => err.into(),
        }
    }
}

impl<E: Into<Self>> From<ascms_persistence::CallError<E>> for Refusal {
    fn from(err: ascms_persistence::CallError<E>) -> Self {
        match err {
            ascms_persistence::CallError::Refused(err) => err.into(),
            ascms_persistence::CallError::Key(err) => err.into(),
            ascms_persistence::CallError::Store(err) => err.into(),
        }
    }
}
