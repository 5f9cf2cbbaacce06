//! Documents of which something wrong was said: shared by mistake, or under a wrong name. The content
//! stays as it is, and what was said before stays in the timeline and in the case's history.

use ascms_domain::access::Grant;
use ascms_domain::cases::CaseStatus;
use ascms_domain::documents::{DocumentError, may_add};
use ascms_domain::ids::{CaseId, DocumentId, UserId};
use ascms_domain::text::{Line, Words};
use ascms_domain::timeline::{Corrected, EntryError, EntryKind, NewEntry, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::{Column, DocumentRow, Model, entry, named, within};
use crate::call::About;
use crate::cases::Change;
use crate::idempotency::Answer;
use crate::timeline::Links;
use crate::turns::Topic;
use crate::{Call, CallError, Store, StoreError, cases, history, timeline};

/// What is said of a document from now on, and why.
#[derive(Clone, Debug)]
pub struct Correction {
    pub visibility: Visibility,
    /// `None` keeps.
    pub name: Option<Line>,
    pub reason: Words,
}

/// Why a document was not corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CorrectionError {
    #[error(transparent)]
    Document(#[from] DocumentError),
    #[error(transparent)]
    Entry(#[from] EntryError),
}

impl Store {
    /// Puts right who sees a document, and what it is called. Whose the entry is that tells of it,
    /// or a workflow lead, corrects it, as with every entry.
    pub async fn correct_document(
        &self,
        call: &Call<'_>,
        ids: (CaseId, DocumentId),
        correction: Correction,
        render: impl FnOnce(&DocumentRow) -> Answer,
    ) -> Result<Answer, CallError<CorrectionError>> {
        self.carry_out_on(
            Topic::Record(ids.0.0),
            (call, About::Document(ids.0, ids.1)),
            async |txn| {
                let Call { grant, now, .. } = *call;
                let (case_id, id) = ids;
                let case = cases::locked(txn, grant, case_id).await?;
                let one =
                    within(grant).filter(Column::Id.eq(id)).filter(Column::CaseId.eq(case.id));
                // Locked for itself too: the scanner's verdict does not wait for the case.
                let before = one.lock_exclusive().one(txn).await?.ok_or(StoreError::NotFound)?;
                let wrong = timeline::standing(txn, case.id, EntryKind::Document, id.0).await?;
                let author = wrong.as_ref().map_or(before.uploaded_by, |entry| entry.recorded_by);
                let mut row = corrected(&before, correction);
                let told = accepted(grant, &case, &row, author, now).map_err(CallError::Refused)?;
                history::keep(txn, grant, &before, &mut row, now).await?;
                let change = Change::on_case("document.corrected", id.0, row.version);
                let change = change.to(told.visibility.into());
                let links = Links { subject_id: Some(id.0), corrects: wrong.map(|entry| entry.id) };
                timeline::append(txn, grant, &case, told, links, now).await?;
                cases::changed(txn, grant, &case, change, now).await?;
                Ok(render(&named(txn, &case, row).await?))
            },
        )
        .await
    }
}

fn corrected(before: &Model, correction: Correction) -> Model {
    let Correction { visibility, name, reason } = correction;
    let name = match name {
        Some(name) => before.media_type.named(&name),
        None => before.name.clone(),
    };
    Model { visibility, name, correction_reason: Some(reason.0), ..before.clone() }
}

/// Whether the correction may be made, and what the timeline tells of it.
fn accepted(
    grant: &Grant,
    case: &cases::Model,
    row: &Model,
    author: UserId,
    now: DateTime<Utc>,
) -> Result<NewEntry, CorrectionError> {
    let casework = grant.works_on(Some(case.provider_id), case.case_manager_id);
    may_add(row.visibility, casework, case.status == CaseStatus::Closed)?;
    let corrected =
        Corrected { kind: EntryKind::Document, recorded_by: author, is_corrected: false };
    let told = NewEntry { occurred_at: now, corrects: Some(corrected), ..entry(row) };
    let caller = UserId(grant.caller().id());
    told.check(case.referral_date, caller, grant.leads(case.provider_id), now)?;
    Ok(told)
}
