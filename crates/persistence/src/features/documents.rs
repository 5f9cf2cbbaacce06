//! Documents at rest: what is known of them, who sees which, and what the scanner said. Their
//! content is in the object store, under a key that never leaves the service.

use ascms_domain::access::Grant;
use ascms_domain::cases::CaseAction;
use ascms_domain::documents::{DocumentHolder, DocumentRefusal, may_add};
use ascms_domain::ids::{CaseId, DocumentId, ProviderId, UserId};
use ascms_domain::timeline::{Details, NewEntry, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QuerySelect, QueryTrait};

use crate::gate::write::Write;
use crate::reach::documents::within;
use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::reach::rows::document::{ActiveModel, Column, Model, Selected};
use crate::reference::actors;
use crate::rows::user_account;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::{ChangeError, StoreError};
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::trace::case_change::Change;
use crate::{Store, gate, trace};

pub use arrival::NewDocument;

mod arrival;
pub(crate) mod attachments;
pub mod compared;
pub mod correction;
pub mod upkeep;

/// A document, who uploaded it, and who works on its case.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DocumentRow {
    #[sea_orm(nested)]
    pub document: Model,
    pub case_id: CaseId,
    pub uploaded_by_name: Option<String>,
    /// Who is responsible for the case now.
    pub provider_id: ProviderId,
    pub case_manager_id: Option<UserId>,
}

impl Write<'_> {
    /// Adds a document to a case.
    pub async fn upload_document(
        &self,
        case_id: CaseId,
        new: NewDocument,
    ) -> Result<DocumentRow, CallError<DocumentRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let case = gate::case::locked(txn, grant, case_id).await?;
        let casework = grant.works_on(Some(case.provider_id), case.case_manager_id);
        may_add(new.visibility, casework).map_err(CallError::Refused)?;
        gate::case::allows(self, &case, CaseAction::AddDocument).await?;
        let scanned = new.verdict.is_some();
        let row = arrival::row(new, DocumentHolder::Case(case_id), self.caller(), now);
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        let change = Change::on_case("document.uploaded", row.id.0, row.version);
        trace::timeline::record_case_event(txn, grant, &case, entry(&row), change, now).await?;
        if scanned {
            events::record_on_case(txn, case.id, &[scanned_event(&row, &case)], now).await?;
        }
        Ok(with_names(txn, &case, row).await?)
    }
}

impl Store {
    /// Whether the case is one that the caller may add to, before it sends what may be long.
    pub async fn check_upload(
        &self,
        grant: &Grant,
        case_id: CaseId,
        now: DateTime<Utc>,
    ) -> Result<(), ChangeError<DocumentRefusal>> {
        let calendars = self.calendars().await?;
        let row = gate::case::visible(&self.read, grant, case_id).await?;
        let (case, at) =
            gate::case::circumstances(&self.read, grant, &row, &calendars, now).await?;
        let allowed = case.allows(CaseAction::AddDocument, &at);
        allowed.map_err(|err| ChangeError::Refused(err.into()))
    }

    /// What is known of a document.
    pub async fn document(
        &self,
        grant: &Grant,
        case_id: CaseId,
        id: DocumentId,
        now: DateTime<Utc>,
    ) -> Result<DocumentRow, StoreError> {
        let row = self.find_document(grant, case_id, id).await?;
        let subject = Subject::one("case", case_id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// A document whose content is about to be read; the entry in the audit trail says so.
    pub async fn document_to_read(
        &self,
        grant: &Grant,
        case_id: CaseId,
        id: DocumentId,
        now: DateTime<Utc>,
    ) -> Result<Model, ChangeError<DocumentRefusal>> {
        let DocumentRow { document, .. } = self.find_document(grant, case_id, id).await?;
        document.state.readable().map_err(ChangeError::Refused)?;
        let subject = Subject::one("document_content", id.0).with([case_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(document)
    }

    /// The documents of a case, the latest first.
    pub async fn documents(
        &self,
        grant: &Grant,
        case_id: CaseId,
        page: PageRequest<DocumentId>,
        now: DateTime<Utc>,
    ) -> Result<Page<DocumentRow, DocumentId>, StoreError> {
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let of_case = within(grant).filter(Column::CaseId.eq(case.id));
        let total = page.total(&of_case, &self.read).await?;
        let query = page.newest_first(of_case, Column::Id);
        let rows = select_with_names(query).all(&self.read).await?;
        let found = page.cut(rows, |row| row.document.id);
        let ids = found.items.iter().map(|row| row.document.id.0);
        let subject = Subject::one("case", case_id.0).with(ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }

    async fn find_document(
        &self,
        grant: &Grant,
        case_id: CaseId,
        id: DocumentId,
    ) -> Result<DocumentRow, StoreError> {
        let one = within(grant).filter(Column::Id.eq(id)).filter(Column::CaseId.eq(case_id));
        select_with_names(one).one(&self.read).await?.ok_or(StoreError::NotFound)
    }
}

/// A document of a case that the caller sees.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    case_id: CaseId,
    id: DocumentId,
) -> Result<Model, StoreError> {
    let one = within(grant).filter(Column::Id.eq(id)).filter(Column::CaseId.eq(case_id));
    one.one(db).await?.ok_or(StoreError::NotFound)
}

fn select_with_names(mut query: Selected) -> sea_orm::Selector<sea_orm::SelectModel<DocumentRow>> {
    let author = Expr::col(Column::UploadedBy.as_column_ref())
        .equals((user_account::Entity, user_account::Column::Id));
    let case = Expr::col(Column::CaseId.as_column_ref());
    QueryTrait::query(&mut query)
        .left_join(user_account::Entity, author)
        .inner_join_named(case, attendance_case::Column::Id);
    query
        .column_as(user_account::Column::Name, "uploaded_by_name")
        .columns([attendance_case::Column::ProviderId, attendance_case::Column::CaseManagerId])
        .into_model()
}

async fn with_names(
    txn: &DatabaseTransaction,
    case: &attendance_case::Model,
    document: Model,
) -> Result<DocumentRow, DbErr> {
    let uploaded_by_name = actors::name_of(txn, document.uploaded_by).await?;
    let (provider_id, case_manager_id) = (case.provider_id, case.case_manager_id);
    Ok(DocumentRow { document, case_id: case.id, uploaded_by_name, provider_id, case_manager_id })
}

/// What the timeline tells of a document.
fn entry(row: &Model) -> NewEntry {
    let Model { id, name, media_type, visibility, uploaded_at, .. } = row.clone();
    let details = Details::Document { document_id: id, name, media_type };
    NewEntry::new(visibility, uploaded_at, details)
}

/// The scanner's verdict, which nobody gave who could be named.
fn scanned_event(row: &Model, case: &attendance_case::Model) -> Event {
    Event {
        provider_id: Some(case.provider_id),
        // A follower of the school's events is not told of what the school does not see.
        school_id: (row.visibility == Visibility::Shared).then_some(case.school_id),
        ..arrival::event("document.scanned", row)
    }
}
