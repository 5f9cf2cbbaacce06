//! Documents of entries of registers. Everybody who reads the entry reads them.

use std::collections::HashMap;
use std::iter;

use ascms_domain::access::Grant;
use ascms_domain::documents::{DocumentHolder, DocumentRefusal, MOST_ATTACHED};
use ascms_domain::ids::{DocumentId, RegisterEntryId};
use ascms_domain::registers::RegisterKind;
use chrono::{DateTime, Utc};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::features::documents::arrival::{NewDocument, event, row};
use crate::gate::write::Write;
use crate::reach::rows::document::{ActiveModel, Column, Model};
use crate::reach::unscoped;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::{ChangeError, StoreError};
use crate::store::events::{self, Event};
use crate::store::whole_row;

/// Adds a document to an entry of a register, which is locked.
pub(crate) async fn attach(
    write: &Write<'_>,
    (kind, id): (RegisterKind, RegisterEntryId),
    new: NewDocument,
) -> Result<Model, CallError<DocumentRefusal>> {
    let (txn, now) = (write.txn, write.now());
    let attached = unscoped::documents_of_entries([id]).count(txn).await?;
    room(usize::try_from(attached).unwrap_or(usize::MAX)).map_err(CallError::Refused)?;
    let scanned = new.verdict.map(|_| "document.scanned");
    let row = row(new, DocumentHolder::Entry(id), write.caller(), now);
    whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
    let subject = Subject::one(kind.as_str(), id.0).with([row.id.0]);
    audit::record(txn, audit::allowed(write.grant(), subject, now)).await?;
    let happened = iter::once("document.uploaded").chain(scanned);
    let told: Vec<Event> = happened.map(|kind| event(kind, &row)).collect();
    events::record_all(txn, &told, now).await?;
    Ok(row)
}

/// Whether an entry that has so many documents takes another one.
pub(crate) fn room(attached: usize) -> Result<(), DocumentRefusal> {
    if attached >= MOST_ATTACHED { Err(DocumentRefusal::TooMany) } else { Ok(()) }
}

/// Whether every document was found clean.
pub(crate) fn clean(documents: &[Model]) -> Result<(), DocumentRefusal> {
    if documents.iter().any(|one| one.state.readable().is_err()) {
        return Err(DocumentRefusal::NotClean);
    }
    Ok(())
}

/// The documents of an entry.
pub(crate) async fn of_entry(
    db: &impl ConnectionTrait,
    id: RegisterEntryId,
) -> Result<Vec<Model>, DbErr> {
    unscoped::documents_of_entries([id]).order_by_asc(Column::Id).all(db).await
}

/// The documents of entries, by their entries, the first that came first.
pub(crate) async fn of_entries(
    db: &impl ConnectionTrait,
    entries: impl IntoIterator<Item = RegisterEntryId>,
) -> Result<HashMap<RegisterEntryId, Vec<Model>>, DbErr> {
    let found = unscoped::documents_of_entries(entries).order_by_asc(Column::Id).all(db).await?;
    let mut by_entry: HashMap<RegisterEntryId, Vec<Model>> = HashMap::new();
    for row in found {
        if let Some(id) = row.register_entry_id {
            by_entry.entry(id).or_default().push(row);
        }
    }
    Ok(by_entry)
}

/// A document of an entry within the grant, whose content is about to be read; the entry in the audit
/// trail says so.
pub(crate) async fn to_read(
    store: &Store,
    grant: &Grant,
    (entry, id): (RegisterEntryId, DocumentId),
    now: DateTime<Utc>,
) -> Result<Model, ChangeError<DocumentRefusal>> {
    let of_entry = unscoped::documents_of_entries([entry]);
    let found = of_entry.filter(Column::Id.eq(id)).one(&store.read).await?;
    let found = found.ok_or(StoreError::NotFound)?;
    found.state.readable().map_err(ChangeError::Refused)?;
    let subject = Subject::one("document_content", id.0).with([entry.0]);
    store.read_log.record(audit::allowed(grant, subject, now)).await?;
    Ok(found)
}
