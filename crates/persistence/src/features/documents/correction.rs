//! Documents of which something wrong was said: shared by mistake, or under a wrong name. The content
//! stays as it is, and what was said before stays in the timeline and in the case's history.

use ascms_domain::cases::CaseAction;
use ascms_domain::documents::{CorrectDocument, DocumentRefusal, may_add};
use ascms_domain::ids::{CaseId, DocumentId, UserId};
use ascms_domain::timeline::{Corrected, EntryKind, EntryRefusal, NewEntry};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::documents::{DocumentRow, entry, with_names};
use crate::features::timeline;
use crate::gate::write::Write;
use crate::reach::documents::within;
use crate::reach::rows::attendance_case;
use crate::reach::rows::document::{Column, Model};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::trace::case_change::Change;
use crate::trace::timeline::Links;
use crate::{gate, trace};

/// Why a document was not corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentCorrectionRefusal {
    #[error(transparent)]
    Document(#[from] DocumentRefusal),
    #[error(transparent)]
    Entry(#[from] EntryRefusal),
}

impl Write<'_> {
    /// Puts right who sees a document, and what it is called. Whose the entry is that tells of it,
    /// or a workflow lead, corrects it, as with every entry.
    pub async fn correct_document(
        &self,
        (case_id, id): (CaseId, DocumentId),
        correction: CorrectDocument,
    ) -> Result<DocumentRow, CallError<DocumentCorrectionRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let case = gate::case::locked(txn, grant, case_id).await?;
        let one = within(grant).filter(Column::Id.eq(id)).filter(Column::CaseId.eq(case.id));
        // Locked for itself too: the scanner's verdict does not wait for the case.
        let before = one.lock_exclusive().one(txn).await?.ok_or(StoreError::NotFound)?;
        let wrong = timeline::standing(txn, case.id, EntryKind::Document, id.0).await?;
        let author = wrong.as_ref().map_or(before.uploaded_by, |entry| entry.recorded_by);
        let mut row = corrected(&before, correction);
        let told = accepted(self, &case, &row, author).await?;
        trace::history::save_version(txn, grant, &before, &mut row, now).await?;
        let change = Change::on_case("document.corrected", id.0, row.version);
        let change = change.to(told.visibility.into());
        let links = Links { subject_id: Some(id.0), corrects: wrong.map(|entry| entry.id) };
        trace::timeline::append(txn, grant, &case, told, links, now).await?;
        trace::case_change::changed(txn, grant, &case, change, now).await?;
        Ok(with_names(txn, &case, row).await?)
    }
}

fn corrected(before: &Model, correction: CorrectDocument) -> Model {
    let CorrectDocument { visibility, name, reason } = correction;
    let mut after = before.clone();
    after.visibility = visibility;
    if let Some(name) = name {
        after.name = before.media_type.with_ending(&name);
    }
    after.correction_reason = Some(reason.0);
    after
}

/// Whether the correction may be made, and what the timeline tells of it.
async fn accepted(
    write: &Write<'_>,
    case: &attendance_case::Model,
    row: &Model,
    author: UserId,
) -> Result<NewEntry, CallError<DocumentCorrectionRefusal>> {
    let (grant, now) = (write.grant(), write.now());
    let casework = grant.works_on(Some(case.provider_id), case.case_manager_id);
    may_add(row.visibility, casework).map_err(refused)?;
    let allowed = gate::case::allows::<DocumentRefusal>(write, case, CaseAction::AddDocument);
    allowed.await.map_err(CallError::refusal_into)?;
    let corrected =
        Corrected { kind: EntryKind::Document, recorded_by: author, is_corrected: false };
    let told = NewEntry { occurred_at: now, corrects: Some(corrected), ..entry(row) };
    let leads = grant.leads(case.provider_id);
    told.check(case.referral_date, write.caller(), leads, now).map_err(refused)?;
    Ok(told)
}

fn refused(err: impl Into<DocumentCorrectionRefusal>) -> CallError<DocumentCorrectionRefusal> {
    CallError::Refused(err.into())
}
