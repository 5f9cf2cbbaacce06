//! How a code is written, in the document and on the wire, and what follows from its status.

use actix_web::http::StatusCode;
use utoipa::openapi::extensions::Extensions;

use super::Code;
use super::examples::examples;
use crate::problem::KNOWN_VALUES;

/// An open list: a client that was generated today must read a code of tomorrow.
impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let codes: Vec<&str> = Self::ALL.iter().map(|code| code.as_str()).collect();
        let description = format!(
            "The fault, for programs: never translated, never reused. New codes are added without \
             notice. A client treats a code that it does not know by its status. `/problems` gives the \
             status, the titles, the cause and the fix of each.\n\nThe codes are `{}`.",
            codes.join("`, `"),
        );
        utoipa::openapi::schema::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some(description))
            .min_length(Some(1))
            .max_length(Some(64))
            .pattern(Some("^[a-z_]+$"))
            .extensions(Some(Extensions::from_iter([(KNOWN_VALUES, codes)])))
            .into()
    }
}

impl utoipa::ToSchema for Code {
    fn name() -> std::borrow::Cow<'static, str> {
        "ProblemCode".into()
    }
}

impl Code {
    /// A call that answers it: the call as the document names it, and what to send. Codes have
    /// theirs in `examples.rs`, which a test holds against the registry.
    pub fn example(self) -> Option<&'static str> {
        let example = examples().find(|(code, _)| *code == self.as_str());
        example.map(|(_, example)| *example)
    }

    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.status_number()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The code of this spelling.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// Seconds after which the same request may succeed.
    pub(in crate::problem) fn retry_after(self) -> Option<u32> {
        match self.status_number() {
            503 => Some(2),
            _ if matches!(self, Self::IdempotencyKeyRunning | Self::TooManyRunning) => Some(1),
            _ => None,
        }
    }
}

impl std::fmt::Display for Code {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}
