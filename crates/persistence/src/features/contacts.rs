//! Contacts at rest: logged on a case, and each that reached somebody stops a clock while it
//! stands. One that was wrong is kept as it was, beside the one that puts it right.

use ascms_domain::access::Grant;
use ascms_domain::cases::CaseAction;
use ascms_domain::contacts::{ContactOutcome, ContactRefusal, CorrectContact, LogContact};
use ascms_domain::ids::{CaseId, ContactId, ProviderId, UserId};
use ascms_domain::measures::ClockCause;
use ascms_domain::timeline::{Corrected, Details, EntryKind, EntryRefusal, NewEntry, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, IntoCondition, JoinType};
use sea_orm::{FromQueryResult, QuerySelect, QueryTrait};

use crate::features::measures::{self, ClockScope};
use crate::features::timeline;
use crate::gate::write::Write;
use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::reference::actors;
use crate::rows::contact::{ActiveModel, Column, Entity, Model};
use crate::rows::user_account;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::trace::case_change::Change;
use crate::trace::timeline::Links;
use crate::{Store, gate, trace};

mod reached;

pub(crate) use reached::{first_reached, home_reached};

/// A contact, who wrote it down, and the contact that put it right.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ContactRow {
    #[sea_orm(nested)]
    pub contact: Model,
    pub recorded_by_name: Option<String>,
    pub corrected_by: Option<ContactId>,
    /// Who is responsible for the case now.
    pub provider_id: ProviderId,
    pub case_manager_id: Option<UserId>,
}

impl ContactRow {
    /// Standing or corrected is all that changes.
    pub fn version(&self) -> i32 {
        if self.contact.corrected_at.is_some() { CORRECTED } else { 1 }
    }
}

/// The version that a contact reaches when it is corrected.
const CORRECTED: i32 = 2;

/// Why a contact was not corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactCorrectionRefusal {
    #[error(transparent)]
    Contact(#[from] ContactRefusal),
    #[error(transparent)]
    Entry(#[from] EntryRefusal),
}

/// Where a page of contacts goes on: they are listed by when they happened.
pub type ContactKey = (DateTime<Utc>, ContactId);

impl Write<'_> {
    /// Logs a contact on a case.
    pub async fn log_contact(
        &self,
        case_id: CaseId,
        contact: LogContact,
    ) -> Result<ContactRow, CallError<ContactRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let (grant, now) = (self.grant(), self.now());
        let logged = CaseAction::LogContact;
        let case = gate::case::locked_for(txn, self.call, case_id, logged, calendars).await?;
        contact.check(case.referral_date, now).map_err(CallError::Refused)?;
        let row = row(&contact, case_id, self.caller(), now);
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        if contact.outcome == ContactOutcome::Reached {
            let which = ClockScope::Either(&[case.referral_id], &[case.student_id]);
            measures::recompute_clocks(txn, which, ClockCause::Contact, calendars, now).await?;
        }
        let change = Change::on_case("contact.logged", row.id.0, 1);
        trace::timeline::record_case_event(txn, grant, &case, entry(&contact), change, now).await?;
        Ok(with_names(txn, &case, row, None).await?)
    }

    /// Puts right a contact that was logged wrongly. It stays as it was and no longer counts; what
    /// it should have been is a contact of its own.
    pub async fn correct_contact(
        &self,
        (case_id, id): (CaseId, ContactId),
        correction: CorrectContact,
    ) -> Result<ContactRow, CallError<ContactCorrectionRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let (grant, now) = (self.grant(), self.now());
        let case = gate::case::locked(txn, grant, case_id).await?;
        let of_case = Entity::find_by_id(id).filter(Column::CaseId.eq(case.id));
        let wrong = of_case.one(txn).await?.ok_or(StoreError::NotFound)?;
        let allowed = gate::case::allows::<ContactRefusal>(self, &case, CaseAction::LogContact);
        allowed.await.map_err(CallError::refusal_into)?;
        let entry = accepted(self, &case, &wrong, &correction).map_err(CallError::Refused)?;
        let CorrectContact { contact, reason } = correction;
        let right = match contact {
            Some(contact) => Some(put_right(self, &wrong, &contact).await?),
            None => None,
        };
        let wrong = mark(txn, wrong, reason.0, now).await?;
        let which = ClockScope::Either(&[case.referral_id], &[case.student_id]);
        measures::recompute_clocks(txn, which, ClockCause::Contact, calendars, now).await?;
        let corrects = timeline::entry_of(txn, case.id, EntryKind::Contact, id.0).await?;
        let links = Links { subject_id: Some(right.unwrap_or(id).0), corrects };
        trace::timeline::append(txn, grant, &case, entry, links, now).await?;
        let change = Change::on_case("contact.corrected", id.0, CORRECTED);
        let change = change.with(right.map(|right| right.0));
        trace::case_change::changed(txn, grant, &case, change, now).await?;
        Ok(with_names(txn, &case, wrong, right).await?)
    }
}

impl Store {
    /// One contact of a case.
    pub async fn contact(
        &self,
        grant: &Grant,
        case_id: CaseId,
        id: ContactId,
        now: DateTime<Utc>,
    ) -> Result<ContactRow, StoreError> {
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let of_case = Entity::find_by_id(id).filter(Column::CaseId.eq(case.id));
        let row = select_with_names(of_case).one(&self.read).await?.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("case", case_id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// The contacts of a case, the latest first.
    pub async fn contacts(
        &self,
        grant: &Grant,
        case_id: CaseId,
        page: PageRequest<ContactKey>,
        now: DateTime<Utc>,
    ) -> Result<Page<ContactRow, ContactKey>, StoreError> {
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let of_case = Entity::find().filter(Column::CaseId.eq(case.id));
        let total = page.total(&of_case, &self.read).await?;
        let query = page.against_order_of(of_case, (Column::OccurredAt, Column::Id));
        let rows = select_with_names(query).all(&self.read).await?;
        let found = page.cut(rows, |row| (row.contact.occurred_at, row.contact.id));
        let ids = found.items.iter().map(|row| row.contact.id.0);
        let subject = Subject::one("case", case_id.0).with(ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }
}

/// Whether the correction may be made, and what the timeline tells of it.
fn accepted(
    write: &Write<'_>,
    case: &attendance_case::Model,
    wrong: &Model,
    correction: &CorrectContact,
) -> Result<NewEntry, ContactCorrectionRefusal> {
    let now = write.now();
    correction.check(case.referral_date, now)?;
    let told = match &correction.contact {
        Some(contact) => entry(contact),
        None => withdrawal(wrong, now),
    };
    let corrected = Corrected {
        kind: EntryKind::Contact,
        recorded_by: wrong.recorded_by,
        is_corrected: wrong.corrected_at.is_some(),
    };
    let told = NewEntry { corrects: Some(corrected), ..told };
    let leads = write.grant().leads(case.provider_id);
    told.check(case.referral_date, write.caller(), leads, now)?;
    Ok(told)
}

/// Logs what a contact should have been.
async fn put_right(
    write: &Write<'_>,
    wrong: &Model,
    contact: &LogContact,
) -> Result<ContactId, DbErr> {
    let right = row(contact, wrong.case_id, write.caller(), write.now());
    let right = Model { corrects: Some(wrong.id), ..right };
    let id = right.id;
    whole_row::insert(write.txn, ActiveModel::from(right)).await?;
    Ok(id)
}

/// Writes beside a contact that it does not stand; nothing of it is overwritten.
async fn mark(
    txn: &DatabaseTransaction,
    wrong: Model,
    reason: String,
    now: DateTime<Utc>,
) -> Result<Model, DbErr> {
    let (corrected_at, correction_reason) = (Some(now), Some(reason));
    let change = ActiveModel {
        id: Set(wrong.id),
        corrected_at: Set(corrected_at),
        correction_reason: Set(correction_reason.clone()),
        ..Default::default()
    };
    Entity::update(change).exec_without_returning(txn).await?;
    Ok(Model { corrected_at, correction_reason, ..wrong })
}

async fn with_names(
    txn: &DatabaseTransaction,
    case: &attendance_case::Model,
    contact: Model,
    corrected_by: Option<ContactId>,
) -> Result<ContactRow, DbErr> {
    let recorded_by_name = actors::name_of(txn, contact.recorded_by).await?;
    let (provider_id, case_manager_id) = (case.provider_id, case.case_manager_id);
    Ok(ContactRow { contact, recorded_by_name, corrected_by, provider_id, case_manager_id })
}

/// The contact that corrects the one at hand.
const LATER: &str = "later";

fn select_with_names(
    mut query: Select<Entity>,
) -> sea_orm::Selector<sea_orm::SelectModel<ContactRow>> {
    let author = Expr::col((Entity, Column::RecordedBy))
        .equals((user_account::Entity, user_account::Column::Id));
    let case = Expr::col((Entity, Column::CaseId));
    let later = |column: Column| Expr::col((Alias::new(LATER), column));
    let corrected = later(Column::Corrects).equals((Entity, Column::Id)).into_condition();
    QueryTrait::query(&mut query)
        .join_as(JoinType::LeftJoin, Entity, Alias::new(LATER), corrected)
        .left_join(user_account::Entity, author)
        .inner_join_named(case, attendance_case::Column::Id);
    query
        .column_as(user_account::Column::Name, "recorded_by_name")
        .expr_as(later(Column::Id), "corrected_by")
        .columns([attendance_case::Column::ProviderId, attendance_case::Column::CaseManagerId])
        .into_model()
}

fn row(contact: &LogContact, case_id: CaseId, recorded_by: UserId, now: DateTime<Utc>) -> Model {
    let LogContact { party, channel, outcome, occurred_at, risk_assessed_at, notes } =
        contact.clone();
    Model {
        id: ContactId::generate(),
        case_id,
        party,
        channel,
        outcome,
        occurred_at,
        recorded_at: now,
        recorded_by,
        risk_assessed_at,
        notes: notes.map(|words| words.0),
        corrects: None,
        corrected_at: None,
        correction_reason: None,
    }
}

/// What the timeline tells of a contact; its notes stay with the contact.
fn entry(contact: &LogContact) -> NewEntry {
    let LogContact { party, channel, outcome, occurred_at, .. } = *contact;
    let details = Details::Contact { party, channel, outcome };
    NewEntry::new(Visibility::Shared, occurred_at, details)
}

/// What the timeline tells of a contact that never happened: from when on that is known.
fn withdrawal(contact: &Model, now: DateTime<Utc>) -> NewEntry {
    let Model { party, channel, outcome, .. } = *contact;
    let details = Details::ContactWithdrawal { party, channel, outcome };
    NewEntry::new(Visibility::Shared, now, details)
}
