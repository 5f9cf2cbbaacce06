//! What answers of several features show.

use ascms_domain::history::CallerKind;
use ascms_persistence::history::Author;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaType};
use uuid::Uuid;

/// Who did something.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CallerView {
    /// Whether the caller is a user, a machine or the service itself.
    pub kind: CallerKind,
    /// Id of the user or machine; null for the operator of the service.
    pub id: Option<Uuid>,
    /// Name of the user or machine; null for the operator of the service. Personal data.
    #[schema(max_length = 200)]
    pub name: Option<String>,
}

impl CallerView {
    pub(crate) fn of(author: Author) -> Self {
        let Author { kind, id, name } = author;
        Self { kind, id, name }
    }
}

/// A value of any kind that a field may have.
pub(crate) fn any_value(description: &str) -> Schema {
    let any = ObjectBuilder::new().schema_type(SchemaType::AnyValue);
    Schema::Object(any.description(Some(description)).build())
}
