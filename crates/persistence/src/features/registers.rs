//! Entries of registers at rest: what every register needs to open, edit, take a step with, read and list
//! its entries. A register brings its content, its lifecycle and its rules from `domain`, and the select
//! with which its reads begin from `reach`.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::history::RecordKind;
use ascms_domain::ids::{CaseId, ContractId, ProviderId, RegisterEntryId, UserId};
use ascms_domain::notifications::NotifiedRecord;
use ascms_domain::registers::{
    self, Lifecycle, LifecycleStep, Register, StepRefusal, UnreadableContent,
};
use ascms_domain::text::LongText;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::Store;
use crate::features::documents::attachments;
use crate::gate::write::Write;
use crate::reach::rows::document;
use crate::reach::rows::register_entry::{ActiveModel, Column, Model, Selected};
use crate::reference::actors;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;
use crate::trace::history::conflicts::{self, Edit, EditedRow, Standing};
use crate::trace::history::{self, Recorded};
use crate::trace::record_change::{RecordChange, WaitingFor, notify_waiting as notify};

/// An entry of a register.
#[derive(Clone, Debug)]
pub struct Entry<R: Register> {
    header: Model,
    pub status: R::Status,
    pub content: R::Content,
}

/// An entry, the names of its people and its documents.
#[derive(Clone, Debug)]
pub struct RegisterRow<R: Register> {
    pub entry: Entry<R>,
    pub opened_by_name: Option<String>,
    pub edited_by_name: Option<String>,
    pub status_by_name: Option<String>,
    /// The first that came first.
    pub documents: Vec<document::Model>,
}

/// A step of the lifecycle of a register's entries.
pub(crate) type StepOf<R> = <<R as Register>::Status as Lifecycle>::Step;

/// A step that was taken with an entry, and the entry after it.
#[must_use]
pub(crate) struct TakenStep<'a, R: Register> {
    before: &'a Entry<R>,
    after: Entry<R>,
    event: &'static str,
}

impl<R: Register> TakenStep<'_, R> {
    /// Why the step was taken, in words.
    pub(crate) fn comment(mut self, comment: Option<LongText>) -> Self {
        self.after.header.comment = comment.map(|comment| comment.0);
        self
    }

    /// The day by which something is due because of the step.
    pub(crate) fn due_on(mut self, due_on: Option<NaiveDate>) -> Self {
        self.after.header.due_on = due_on;
        self
    }

    /// What the step fills in.
    pub(crate) fn content(mut self, fill_in: impl FnOnce(&mut R::Content)) -> Self {
        fill_in(&mut self.after.content);
        self
    }

    /// Writes the entry as its next version, with its history, its audit entry and the step's event.
    pub(crate) async fn save(self, write: &Write<'_>) -> Result<Entry<R>, StoreError> {
        save(write, self.before, self.after, self.event).await
    }

    /// The same, and tells those who act next.
    pub(crate) async fn save_and_tell(
        self,
        write: &Write<'_>,
        record: NotifiedRecord,
        waiting_for: WaitingFor,
    ) -> Result<Entry<R>, StoreError> {
        let happened = self.event;
        let entry = self.save(write).await?;
        notify_waiting(write, &entry, record, (happened, waiting_for)).await?;
        Ok(entry)
    }
}

/// What an entry that is to be opened belongs to.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct EntryOf {
    /// Whose entry it is; none of the Ministry's own.
    pub organisation: Option<ProviderId>,
    /// The contract that it belongs to, of that organisation.
    pub contract: Option<ContractId>,
    pub contract_year: Option<i32>,
    /// The case that it is about.
    pub case: Option<CaseId>,
}

impl<R: Register> Entry<R> {
    /// The header that all registers share.
    #[must_use]
    pub fn header(&self) -> &Model {
        &self.header
    }

    fn read(header: Model) -> Result<Self, StoreError> {
        let status = header.status.parse();
        let status = status.map_err(|_word| StoreError::Corrupt(header.id.0))?;
        let content = registers::read::<R>(header.content.clone(), header.form);
        let content = content.map_err(|err| unreadable(header.id, &err))?;
        Ok(Self { header, status, content })
    }

    /// The same entry, of which something else is due.
    pub(crate) fn due_on(mut self, due_on: Option<NaiveDate>) -> Self {
        self.header.due_on = due_on;
        self
    }

    /// Takes a step; nothing of it is written before it is saved.
    pub(crate) fn take(&self, step: StepOf<R>) -> Result<TakenStep<'_, R>, StepRefusal> {
        let status = self.status.take(step)?;
        let mut header = self.header.clone();
        header.comment = None;
        let after = Self { header, status, content: self.content.clone() };
        Ok(TakenStep { before: self, after, event: step.event() })
    }

    fn unreadable(&self, err: &UnreadableContent) -> StoreError {
        unreadable(self.header.id, err)
    }

    fn event(&self, happened: &'static str) -> Event {
        let provider_id = self.header.organisation_id;
        let (subject_id, version) = self.stamp();
        Event { kind: happened, subject_id, version, provider_id, school_id: None }
    }

    fn subject(&self) -> Subject {
        Subject::one(R::KIND.as_str(), self.header.id.0)
            .with(self.header.case_id.map(|case| case.0))
    }
}

fn unreadable(id: RegisterEntryId, err: &UnreadableContent) -> StoreError {
    tracing::error!(error = %err, entry = %id, "the content of an entry can not be read");
    StoreError::Corrupt(id.0)
}

impl<R: Register> Recorded for Entry<R> {
    const KIND: RecordKind = R::RECORD;

    fn stamp(&self) -> (Uuid, i32) {
        (self.header.id.0, self.header.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.header.version += 1;
        self.header.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Model {
            id: _,
            kind: _,
            organisation_id: _,
            contract_id: _,
            contract_year: _,
            case_id: _,
            // In today's form, and as a word of the lifecycle.
            status: _,
            content: _,
            form: _,
            frozen: _,
            // Each change has its own author.
            status_by: _,
            status_since: _,
            opened_by: _,
            opened_at: _,
            edited_by: _,
            comment,
            due_on,
            version: _,
            updated_at: _,
        } = &self.header;
        let mut fields = registers::fields::<R>(&self.content);
        fields.push(("status", Json::from(self.status.to_string())));
        fields.push(("comment", Json::from(comment.clone())));
        fields.push(("dueOn", due_on.map_or(Json::Null, |day| Json::from(day.to_string()))));
        fields
    }
}

/// Opens an entry, with its audit entry and its event, such as `bulletin.added`. `due_on` is the day by
/// which something is due because of it.
pub(crate) async fn open<R: Register>(
    write: &Write<'_>,
    of: EntryOf,
    content: R::Content,
    due_on: Option<NaiveDate>,
    happened: &'static str,
) -> Result<Entry<R>, StoreError> {
    let EntryOf { organisation, contract, contract_year, case } = of;
    let (by, now) = (write.caller(), write.now());
    let status = R::Status::FIRST;
    let header = Model {
        id: RegisterEntryId(write.new_id()),
        kind: R::KIND,
        organisation_id: organisation,
        contract_id: contract,
        contract_year,
        case_id: case,
        status: status.to_string(),
        status_by: by,
        status_since: now,
        comment: None,
        due_on,
        content: registers::written::<R>(&content),
        form: R::FORM,
        frozen: status.is_frozen(),
        opened_by: by,
        opened_at: now,
        edited_by: by,
        version: 1,
        updated_at: now,
    };
    let entry = Entry { header, status, content };
    whole_row::insert(write.txn, ActiveModel::from(entry.header.clone())).await?;
    leave_trace(write, &entry, happened).await?;
    Ok(entry)
}

/// The entry that a select finds, locked until the end of the change.
pub(crate) async fn locked<R: Register>(
    write: &Write<'_>,
    select: Selected,
    id: RegisterEntryId,
) -> Result<Entry<R>, StoreError> {
    let one = select.filter(Column::Id.eq(id)).lock_exclusive();
    Entry::read(one.one(write.txn).await?.ok_or(StoreError::NotFound)?)
}

/// The entry of an id that a select finds; whoever answers with it traces that.
pub(crate) async fn found<R: Register>(
    db: &impl ConnectionTrait,
    select: Selected,
    id: RegisterEntryId,
) -> Result<Entry<R>, StoreError> {
    let found = select.filter(Column::Id.eq(id)).one(db).await?;
    Entry::read(found.ok_or(StoreError::NotFound)?)
}

/// The entry as an edit would leave it, when the edit was made on the entry as it is; `None` where all that
/// the edit sets is so already.
pub(crate) async fn edited<R: Register>(
    write: &Write<'_>,
    edit: &Edit<'_>,
    before: &Entry<R>,
) -> Result<Option<Entry<R>>, CallError<StepRefusal>> {
    let content = registers::patched::<R>(&before.content, edit.members);
    let content = content.map_err(|err| before.unreadable(&err))?;
    let after = Entry { header: before.header.clone(), status: before.status, content };
    let rows = EditedRow { row: before, edited: Some(&after) };
    let standing = conflicts::require_version(write.txn, edit, rows, before.subject(), &[]).await?;
    if standing == Standing::Done {
        return Ok(None);
    }
    before.status.editable().map_err(CallError::Refused)?;
    Ok(Some(after))
}

/// Writes an edited entry as its next version, with its history, its audit entry and its event.
pub(crate) async fn save<R: Register>(
    write: &Write<'_>,
    before: &Entry<R>,
    mut after: Entry<R>,
    happened: &'static str,
) -> Result<Entry<R>, StoreError> {
    let (by, now) = (write.caller(), write.now());
    after.advance(now);
    let header = &mut after.header;
    if after.content != before.content {
        header.content = registers::written::<R>(&after.content);
        header.form = R::FORM;
        header.edited_by = by;
    }
    if after.status != before.status {
        header.status = after.status.to_string();
        header.status_by = by;
        header.status_since = now;
        header.frozen = after.status.is_frozen();
    }
    whole_row::update(write.txn, ActiveModel::from(header.clone())).await?;
    history::record(write.txn, Some(write.grant().caller()), before, &after, now).await?;
    leave_trace(write, &after, happened).await?;
    Ok(after)
}

/// The audit entry and the event of a change that leaves the entry itself as it is.
pub(crate) async fn leave_trace<R: Register>(
    write: &Write<'_>,
    entry: &Entry<R>,
    happened: &'static str,
) -> Result<(), StoreError> {
    let (txn, now) = (write.txn, write.now());
    audit::record(txn, audit::allowed(write.grant(), entry.subject(), now)).await?;
    Ok(events::record(txn, entry.event(happened), now).await?)
}

/// Tells those who act next on an entry of what happened.
pub(crate) async fn notify_waiting<R: Register>(
    write: &Write<'_>,
    entry: &Entry<R>,
    record: NotifiedRecord,
    (kind, waiting_for): (&'static str, WaitingFor),
) -> Result<(), DbErr> {
    let Model { id, organisation_id: organisation, .. } = entry.header;
    let change = RecordChange { kind, record, subject_id: id.0, organisation };
    notify(write.txn, change, waiting_for, (Some(write.caller()), write.now())).await
}

/// A page of the entries that a select finds, the newest first.
pub(crate) async fn page<R: Register>(
    store: &Store,
    grant: &Grant,
    fitting: Selected,
    page: PageRequest<RegisterEntryId>,
    now: DateTime<Utc>,
) -> Result<Page<RegisterRow<R>, RegisterEntryId>, StoreError> {
    let total = page.total(&fitting, &store.read).await?;
    let rows = page.newest_first(fitting, Column::Id).all(&store.read).await?;
    let Page { items, next, total: _ } = page.cut(rows, |row| row.id);
    let ids = items.iter().map(|row| row.id.0).collect();
    let entries = items.into_iter().map(Entry::read).collect::<Result<Vec<_>, _>>()?;
    let items = with_people(&store.read, entries).await?;
    let subject = Subject::many(R::KIND.as_str(), ids);
    store.read_log.record(audit::allowed(grant, subject, now)).await?;
    Ok(Page { items, next, total })
}

/// The entry of an id that a select finds.
pub(crate) async fn read<R: Register>(
    store: &Store,
    grant: &Grant,
    select: Selected,
    id: RegisterEntryId,
    now: DateTime<Utc>,
) -> Result<RegisterRow<R>, StoreError> {
    let entry: Entry<R> = found(&store.read, select, id).await?;
    store.read_log.record(audit::allowed(grant, entry.subject(), now)).await?;
    shown(&store.read, entry).await
}

/// An entry as it is shown.
pub(crate) async fn shown<R: Register>(
    db: &impl ConnectionTrait,
    entry: Entry<R>,
) -> Result<RegisterRow<R>, StoreError> {
    with_people(db, vec![entry]).await?.pop().ok_or(StoreError::NotFound)
}

async fn with_people<R: Register>(
    db: &impl ConnectionTrait,
    entries: Vec<Entry<R>>,
) -> Result<Vec<RegisterRow<R>>, StoreError> {
    let people = entries.iter().flat_map(|entry| {
        let Model { opened_by, edited_by, status_by, .. } = entry.header;
        [opened_by, edited_by, status_by]
    });
    let names: HashMap<UserId, String> = actors::names_of(db, people).await?;
    let name = |id: &UserId| names.get(id).cloned();
    let ids: Vec<RegisterEntryId> = entries.iter().map(|entry| entry.header.id).collect();
    let mut documents = attachments::of_entries(db, ids).await?;
    let with = |entry: Entry<R>| RegisterRow {
        opened_by_name: name(&entry.header.opened_by),
        edited_by_name: name(&entry.header.edited_by),
        status_by_name: name(&entry.header.status_by),
        documents: documents.remove(&entry.header.id).unwrap_or_default(),
        entry,
    };
    Ok(entries.into_iter().map(with).collect())
}
