//! What answers show of an entry of a register: the header that all registers share, the content of its own,
//! and its documents.

use std::borrow::Cow;

use ascms_domain::documents::{DocumentState, MediaType};
use ascms_domain::ids::{CaseId, ContractId, DocumentId, ProviderId, RegisterEntryId, UserId};
use ascms_domain::registers::Register;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::registers::RegisterRow;
use ascms_persistence::scoped_rows::{document, register_entry};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{Ref, Schema};
use utoipa::{PartialSchema, ToSchema};

use crate::answer;

/// The header that the entries of all registers share.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EntryHeader {
    /// Id of the entry.
    id: RegisterEntryId,
    /// The organisation whose entry it is; null for an entry of the Ministry.
    organisation_id: Option<ProviderId>,
    /// The contract that it belongs to; null where it belongs to none.
    contract_id: Option<ContractId>,
    /// The contract year that it belongs to; null where it belongs to none.
    contract_year: Option<i32>,
    /// The case that it is about; null where it is about none.
    case_id: Option<CaseId>,
    /// The day by which something is due; null where nothing is.
    due_on: Option<NaiveDate>,
    /// Since when it has its status.
    status_since: DateTime<Utc>,
    /// The user who took the last step.
    status_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    status_by_name: Option<String>,
    /// Comment on the last step; null without one. Personal data.
    #[schema(max_length = 4000)]
    comment: Option<String>,
    /// Documents of the entry, the first that came first.
    #[schema(max_items = 20)]
    documents: Vec<AttachmentView>,
    /// The user who added the entry.
    added_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    added_by_name: Option<String>,
    /// When the entry was added.
    added_at: DateTime<Utc>,
    /// The user who edited the content last.
    edited_by: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    edited_by_name: Option<String>,
    /// Version of the entry; an edit names the version that it was made on.
    #[schema(minimum = 1)]
    version: i32,
    /// When the entry last changed.
    updated_at: DateTime<Utc>,
}

/// An entry of a register: its header, its status and its content.
#[derive(Debug, Serialize)]
#[serde(bound = "")]
pub struct RegisterView<R: Register<Status: Serialize>> {
    #[serde(flatten)]
    header: EntryHeader,
    status: R::Status,
    content: R::Content,
}

/// A document of an entry.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentView {
    /// Id of the document.
    id: DocumentId,
    /// File name as it was sent, with an ending that fits the content. Personal data.
    #[schema(max_length = 205)]
    name: String,
    /// The media type found in the content, whatever the name says.
    media_type: MediaType,
    /// Size of the content, in bytes.
    #[schema(minimum = 1)]
    size: i64,
    /// SHA-256 of the content, in hexadecimal.
    #[schema(max_length = 64, pattern = "^[0-9a-f]{64}$")]
    sha256: String,
    /// Only a `clean` document can be downloaded.
    state: DocumentState,
    /// When the document was received whole.
    uploaded_at: DateTime<Utc>,
    /// Version of the document.
    #[schema(minimum = 1)]
    version: i32,
}

impl<R: Register<Status: Serialize>> RegisterView<R> {
    pub fn of(row: RegisterRow<R>) -> Self {
        let RegisterRow { entry, opened_by_name, edited_by_name, status_by_name, documents } = row;
        let register_entry::Model {
            id,
            kind: _,
            organisation_id,
            contract_id,
            contract_year,
            case_id,
            // As a word of the lifecycle.
            status: _,
            status_by,
            status_since,
            comment,
            due_on,
            // In today's form.
            content: _,
            form: _,
            frozen: _,
            opened_by,
            opened_at,
            edited_by,
            version,
            updated_at,
        } = entry.header().clone();
        let header = EntryHeader {
            id,
            organisation_id,
            contract_id,
            contract_year,
            case_id,
            due_on,
            status_since,
            status_by,
            status_by_name,
            comment,
            documents: documents.into_iter().map(AttachmentView::of).collect(),
            added_by: opened_by,
            added_by_name: opened_by_name,
            added_at: opened_at,
            edited_by,
            edited_by_name,
            version,
            updated_at,
        };
        Self { header, status: entry.status, content: entry.content }
    }

    pub fn id(&self) -> RegisterEntryId {
        self.header.id
    }

    pub fn version(&self) -> i32 {
        self.header.version
    }

    /// The answer to a step or an edit.
    pub fn done(row: RegisterRow<R>) -> Answer {
        let view = Self::of(row);
        answer::done(view.version(), &view)
    }
}

impl AttachmentView {
    pub fn of(row: document::Model) -> Self {
        let document::Model { id, name, media_type, size, sha256, state, uploaded_at, .. } = row;
        let version = row.version;
        Self { id, name, media_type, size, sha256, state, uploaded_at, version }
    }

    /// The answer to an upload to the entry at this path.
    pub fn created(row: document::Model, of: &str) -> Answer {
        let view = Self::of(row);
        answer::created(format!("{of}/documents/{}/content", view.id), view.version, &view)
    }
}

/// The header's schema with the two members that are the register's own.
impl<R> PartialSchema for RegisterView<R>
where
    R: Register<Status: Serialize + ToSchema, Content: ToSchema>,
{
    fn schema() -> RefOr<Schema> {
        let RefOr::T(Schema::Object(mut header)) = EntryHeader::schema() else {
            return EntryHeader::schema();
        };
        let own = [
            ("status", R::Status::name(), "Status of the entry."),
            ("content", R::Content::name(), "Content of the entry, in its present form."),
        ];
        for (member, schema, words) in own {
            let mut refers = Ref::from_schema_name(schema);
            words.clone_into(&mut refers.description);
            header.properties.insert(member.to_owned(), refers.into());
            header.required.push(member.to_owned());
        }
        let words = format!("An entry of the register `{}`.", R::KIND);
        header.description = Some(words);
        Schema::Object(header).into()
    }
}

impl<R> ToSchema for RegisterView<R>
where
    R: Register<Status: Serialize + ToSchema, Content: ToSchema>,
{
    fn name() -> Cow<'static, str> {
        format!("{}View", R::Content::name()).into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        EntryHeader::schemas(schemas);
        schemas.push((R::Status::name().into_owned(), R::Status::schema()));
        R::Status::schemas(schemas);
        schemas.push((R::Content::name().into_owned(), R::Content::schema()));
        R::Content::schemas(schemas);
    }
}
