//! Contacts at rest: logged on a case, and each that reached somebody stops a clock.

use ascms_domain::access::Grant;
use ascms_domain::cases::CaseStatus;
use ascms_domain::contacts::{Contact, ContactChannel, ContactError, ContactOutcome, ContactParty};
use ascms_domain::ids::{CaseId, ContactId, ProviderId, UserId};
use ascms_domain::timeline::{Details, NewEntry, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};

use crate::actors::user_account;
use crate::audit::{self, Subject};
use crate::cases::Change;
use crate::idempotency::Answer;
use crate::page::{Page, PageRequest};
use crate::{Call, CallError, Store, StoreError, actors, cases, measures, timeline};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "contact")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ContactId,
    pub case_id: CaseId,
    pub party: ContactParty,
    pub channel: ContactChannel,
    pub outcome: ContactOutcome,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was written down.
    pub recorded_at: DateTime<Utc>,
    pub recorded_by: UserId,
    pub risk_assessed_at: Option<DateTime<Utc>>,
    pub notes: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A contact and who wrote it down.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ContactRow {
    #[sea_orm(nested)]
    pub contact: Model,
    pub recorded_by_name: Option<String>,
    /// Who is responsible for the case now.
    pub provider_id: ProviderId,
    pub case_manager_id: Option<UserId>,
}

/// Where a page of contacts goes on: they are listed by when they happened.
pub type ContactKey = (DateTime<Utc>, ContactId);

impl Store {
    /// Logs a contact on a case.
    pub async fn log_contact(
        &self,
        call: &Call<'_>,
        case_id: CaseId,
        contact: Contact,
        render: impl FnOnce(&ContactRow) -> Answer,
    ) -> Result<Answer, CallError<ContactError>> {
        let almanac = self.almanac().await?;
        self.carry_out(call, async |txn| {
            let Call { grant, now, .. } = *call;
            let case = cases::locked(txn, grant, case_id).await?;
            let closed = case.status == CaseStatus::Closed;
            contact.check(case.referral_date, closed, now).map_err(CallError::Refused)?;
            let row = row(&contact, case_id, UserId(grant.caller().id()), now);
            Entity::insert(ActiveModel::from(row.clone()).reset_all())
                .exec_without_returning(txn)
                .await?;
            if contact.outcome == ContactOutcome::Reached {
                let on = contact.happened_on();
                measures::reached(txn, case.referral_id, contact.party, on, &almanac).await?;
            }
            let change = Change::on_case("contact.logged", row.id.0, 1);
            timeline::tell(txn, grant, &case, entry(&contact), change, now).await?;
            let recorded_by_name = actors::name_of(txn, row.recorded_by).await?;
            Ok(render(&ContactRow {
                contact: row,
                recorded_by_name,
                provider_id: case.provider_id,
                case_manager_id: case.case_manager_id,
            }))
        })
        .await
    }

    /// One contact of a case.
    pub async fn contact(
        &self,
        grant: &Grant,
        case_id: CaseId,
        id: ContactId,
        now: DateTime<Utc>,
    ) -> Result<ContactRow, StoreError> {
        let case = cases::visible(&self.read, grant, case_id).await?;
        let of_case = Entity::find_by_id(id).filter(Column::CaseId.eq(case.id));
        let row = beside(of_case).one(&self.read).await?.ok_or(StoreError::NotFound)?;
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
        let case = cases::visible(&self.read, grant, case_id).await?;
        let of_case = Entity::find().filter(Column::CaseId.eq(case.id));
        let total =
            if page.with_total { Some(of_case.clone().count(&self.read).await?) } else { None };
        let mut query =
            of_case.order_by_desc(Column::OccurredAt).order_by_desc(Column::Id).limit(page.fetch());
        if let Some((occurred_at, id)) = page.after {
            let same_instant = Column::OccurredAt.eq(occurred_at).and(Column::Id.lt(id));
            query = query
                .filter(Condition::any().add(Column::OccurredAt.lt(occurred_at)).add(same_instant));
        }
        let rows = beside(query).all(&self.read).await?;
        let found = page.cut(rows, |row| (row.contact.occurred_at, row.contact.id));
        let ids = found.items.iter().map(|row| row.contact.id.0);
        let subject = Subject::one("case", case_id.0).with(ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }
}

fn beside(mut query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<ContactRow>> {
    let author = Expr::col((Entity, Column::RecordedBy))
        .equals((user_account::Entity, user_account::Column::Id));
    let case = Expr::col((Entity, Column::CaseId)).equals((cases::Entity, cases::Column::Id));
    QueryTrait::query(&mut query)
        .left_join(user_account::Entity, author)
        .inner_join(cases::Entity, case);
    query
        .column_as(user_account::Column::Name, "recorded_by_name")
        .columns([cases::Column::ProviderId, cases::Column::CaseManagerId])
        .into_model()
}

fn row(contact: &Contact, case_id: CaseId, recorded_by: UserId, now: DateTime<Utc>) -> Model {
    let Contact { party, channel, outcome, occurred_at, risk_assessed_at, notes } = contact.clone();
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
    }
}

/// What the timeline tells of a contact; its notes stay with the contact.
fn entry(contact: &Contact) -> NewEntry {
    let Contact { party, channel, outcome, occurred_at, .. } = *contact;
    let details = Details::Contact { party, channel, outcome };
    NewEntry::new(Visibility::Shared, occurred_at, details)
}
