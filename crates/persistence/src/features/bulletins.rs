//! Bulletins at rest: the Ministry writes and publishes them, and their audience reads them.

use ascms_domain::access::Grant;
use ascms_domain::bulletins::{Bulletin, BulletinRefusal, BulletinStatus, BulletinStep};
use ascms_domain::calendar::nz_date;
use ascms_domain::documents::DocumentRefusal;
use ascms_domain::duties::{DutyKind, DutyOutcome, NewDuty};
use ascms_domain::ids::{DocumentId, RegisterEntryId};
use ascms_domain::registers::{Lifecycle, Register, StepRefusal};
use ascms_domain::second_person::{ApprovalRefusal, Approver};
use ascms_domain::text::LongText;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::features::broadcasts;
use crate::features::documents::{NewDocument, attachments};
use crate::features::duties::{self, DutyOf};
use crate::features::registers::{self, Entry, EntryOf, RegisterRow};
use crate::gate::write::Write;
use crate::reach::register_entries::addressed;
use crate::reach::rows::document;
use crate::reach::rows::register_entry::{Column, Selected};
use crate::reference::readers;
use crate::store::call::CallError;
use crate::store::error::{ChangeError, StoreError};
use crate::store::page::{Page, PageRequest};
use crate::trace::history::conflicts::Edit;

pub use crate::features::broadcasts::AudienceRefusal;

pub type BulletinRow = RegisterRow<Bulletin>;

/// Why a bulletin was not added, changed, published or withdrawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BulletinChangeRefusal {
    #[error(transparent)]
    Bulletin(#[from] BulletinRefusal),
    #[error(transparent)]
    Step(#[from] StepRefusal),
    #[error(transparent)]
    Approval(#[from] ApprovalRefusal),
    #[error(transparent)]
    Audience(#[from] AudienceRefusal),
    #[error(transparent)]
    Document(#[from] DocumentRefusal),
    #[error("names no published bulletin")]
    UnknownReplaced,
}

type Refused = CallError<BulletinChangeRefusal>;

impl Write<'_> {
    /// Adds a draft.
    pub async fn add_bulletin(&self, new: Bulletin) -> Result<BulletinRow, Refused> {
        check(self, &new).await?;
        let due_on = new.date;
        let added = registers::open(self, EntryOf::default(), new, due_on, "bulletin.added");
        let added: Entry<Bulletin> = added.await?;
        Ok(registers::shown(self.txn, added).await?)
    }

    /// Changes a draft that has not changed since the edit was made.
    pub async fn change_bulletin(
        &self,
        id: RegisterEntryId,
        edit: &Edit<'_>,
    ) -> Result<BulletinRow, Refused> {
        let before = locked(self, id).await?;
        let edited = registers::edited(self, edit, &before).await;
        let Some(after) = edited.map_err(CallError::refusal_into)? else {
            return Ok(registers::shown(self.txn, before).await?);
        };
        check(self, &after.content).await?;
        let due_on = after.content.date;
        let entry = registers::save(self, &before, after.due_on(due_on), "bulletin.changed");
        Ok(registers::shown(self.txn, entry.await?).await?)
    }

    /// Publishes a draft to its audience, and withdraws the bulletin that it replaces.
    pub async fn publish_bulletin(&self, id: RegisterEntryId) -> Result<BulletinRow, Refused> {
        let before = locked(self, id).await?;
        let step = before.take(BulletinStep::Publish).map_err(refused)?;
        if let Some(policy) = before.content.kind.approval() {
            let approver = Approver { id: self.caller(), of_ministry: true };
            policy.approve(approver, &[before.header().edited_by]).map_err(refused)?;
        }
        attachments::clean(&attachments::of_entry(self.txn, id).await?).map_err(refused)?;
        if let Some(replaced) = before.content.replaces {
            withdraw(self, &published(self, replaced).await?, None).await?;
        }
        let entry = step.save(self).await?;
        let bulletin = &entry.content;
        broadcasts::address(self, id, &bulletin.audience, bulletin.validity()).await?;
        if let Some(due_on) = bulletin.date {
            let opens_on = Ord::min(bulletin.valid_from, due_on);
            let period = due_on.to_string();
            let duty = NewDuty { kind: DutyKind::KeyDate, period, opens_on, due_on };
            let of = DutyOf { entry: id, organisation: None, contract: None };
            duties::arise(self, of, duty).await?;
        }
        Ok(registers::shown(self.txn, entry).await?)
    }

    /// Withdraws a published bulletin: its audience reads it no longer.
    pub async fn withdraw_bulletin(
        &self,
        id: RegisterEntryId,
        comment: LongText,
    ) -> Result<BulletinRow, Refused> {
        let entry = withdraw(self, &locked(self, id).await?, Some(comment)).await?;
        Ok(registers::shown(self.txn, entry).await?)
    }

    /// Adds a document to a draft.
    pub async fn attach_to_bulletin(
        &self,
        id: RegisterEntryId,
        new: NewDocument,
    ) -> Result<document::Model, Refused> {
        locked(self, id).await?.status.editable().map_err(refused)?;
        let attached = attachments::attach(self, (Bulletin::KIND, id), new).await;
        attached.map_err(CallError::refusal_into)
    }
}

impl Store {
    /// The bulletins within reach, the newest first; those that stand like this alone, when asked so.
    pub async fn bulletins(
        &self,
        grant: &Grant,
        status: Option<BulletinStatus>,
        page: PageRequest<RegisterEntryId>,
        now: DateTime<Utc>,
    ) -> Result<Page<BulletinRow, RegisterEntryId>, StoreError> {
        let mut fitting = within(&self.read, grant, now).await?;
        if let Some(status) = status {
            fitting = fitting.filter(Column::Status.eq(status));
        }
        registers::page(self, grant, fitting, page, now).await
    }

    /// One bulletin.
    pub async fn bulletin(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<BulletinRow, StoreError> {
        registers::read(self, grant, within(&self.read, grant, now).await?, id, now).await
    }

    /// A document of a bulletin whose content is about to be read.
    pub async fn bulletin_document(
        &self,
        grant: &Grant,
        ids: (RegisterEntryId, DocumentId),
        now: DateTime<Utc>,
    ) -> Result<document::Model, ChangeError<DocumentRefusal>> {
        visible(&self.read, grant, ids.0, now).await?;
        attachments::to_read(self, grant, ids, now).await
    }

    /// Whether a bulletin is one that the caller may add a document to, before it sends what may be long.
    pub async fn check_bulletin_upload(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<(), ChangeError<StepRefusal>> {
        let bulletin = visible(&self.read, grant, id, now).await?;
        bulletin.status.editable().map_err(ChangeError::Refused)
    }
}

/// The bulletins that the caller reads.
async fn within(
    db: &impl ConnectionTrait,
    grant: &Grant,
    now: DateTime<Utc>,
) -> Result<Selected, DbErr> {
    let places = readers::places(db, grant, nz_date(now)).await?;
    Ok(addressed::<Bulletin>(grant, &places, nz_date(now), BulletinStatus::is_published))
}

/// A bulletin that the caller reads.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: RegisterEntryId,
    now: DateTime<Utc>,
) -> Result<Entry<Bulletin>, StoreError> {
    registers::found(db, within(db, grant, now).await?, id).await
}

async fn locked(write: &Write<'_>, id: RegisterEntryId) -> Result<Entry<Bulletin>, StoreError> {
    let select = within(write.txn, write.grant(), write.now()).await?;
    registers::locked(write, select, id).await
}

async fn published(write: &Write<'_>, id: RegisterEntryId) -> Result<Entry<Bulletin>, Refused> {
    match locked(write, id).await {
        Ok(found) if found.status.is_published() => Ok(found),
        Ok(_) | Err(StoreError::NotFound) => Err(refused(BulletinChangeRefusal::UnknownReplaced)),
        Err(err) => Err(err.into()),
    }
}

async fn withdraw(
    write: &Write<'_>,
    before: &Entry<Bulletin>,
    comment: Option<LongText>,
) -> Result<Entry<Bulletin>, Refused> {
    let step = before.take(BulletinStep::Withdraw).map_err(refused)?;
    duties::end(write, before.header().id, DutyOutcome::Lapsed).await?;
    Ok(step.comment(comment).save(write).await?)
}

async fn check(write: &Write<'_>, bulletin: &Bulletin) -> Result<(), Refused> {
    bulletin.check().map_err(refused)?;
    if let Some(unknown) = broadcasts::unknown(write.txn, &bulletin.audience).await? {
        return Err(refused(unknown));
    }
    match bulletin.replaces {
        Some(id) => published(write, id).await.map(drop),
        None => Ok(()),
    }
}

fn refused(err: impl Into<BulletinChangeRefusal>) -> Refused {
    CallError::Refused(err.into())
}
