//! What changed of cases, their tasks, barriers, plans and documents, of referrals, students and whānau
//! contacts: one row a field, written in the transaction of the change. A record's first state leaves no rows: it is version 1.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::{Caller, Grant};
use ascms_domain::history::{CallerKind, Difference, RecordKind, differences};
use ascms_domain::ids::{CaseId, FieldChangeId, ReferralId, StudentId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Func, SimpleExpr};
use sea_orm::{ExprTrait, FromQueryResult, IntoActiveModel, QuerySelect, QueryTrait};

use crate::actors::api_client::{self, Entity as Clients};
use crate::actors::user_account::{self, Entity as Users};
use crate::audit::{self, Subject};
use crate::page::{Page, PageRequest};
use crate::students::{address_reader, whanau_contact};
use crate::{
    DatabaseTransaction, Store, StoreError, barriers, cases, documents, plans, referrals, students,
    tasks,
};

mod conflicts;
mod fields;

pub use conflicts::{ChangedSince, Edit, Stale};
pub(crate) use conflicts::{Standing, require_version};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "field_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: FieldChangeId,
    pub subject_kind: RecordKind,
    pub subject_id: Uuid,
    /// The version that the change led to.
    pub version: i32,
    pub at: DateTime<Utc>,
    pub changed_by_kind: CallerKind,
    /// None: the operator of the service.
    pub changed_by_id: Option<Uuid>,
    /// As the API calls it; a member within another is `outer.inner`.
    pub field: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub old: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub new: Json,
}

impl ActiveModelBehavior for ActiveModel {}

/// A row whose changes are kept.
pub(crate) trait Recorded {
    const KIND: RecordKind;

    /// Its id and the version that it is at.
    fn stamp(&self) -> (Uuid, i32);

    /// Makes it the next version of itself.
    fn advance(&mut self, now: DateTime<Utc>);

    /// Every field that a change may touch, by the name that the API gives it. Made by taking the
    /// row apart without `..`, so that a new column stops the build here.
    fn fields(&self) -> Vec<(&'static str, Json)>;
}

/// Keeps what differs between two states of a row; `by` is none where the operator acts.
pub(crate) async fn record<R: Recorded>(
    db: &impl ConnectionTrait,
    by: Option<Caller>,
    before: &R,
    after: &R,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let changed = differences(before.fields(), after.fields());
    if changed.is_empty() {
        return Ok(());
    }
    let (subject_id, version) = after.stamp();
    let rows = changed.into_iter().map(|Difference { field, from, to }| {
        let row = Model {
            id: FieldChangeId::generate(),
            subject_kind: R::KIND,
            subject_id,
            version,
            at: now,
            changed_by_kind: CallerKind::of(by),
            changed_by_id: by.map(Caller::id),
            field: field.to_owned(),
            old: from,
            new: to,
        };
        ActiveModel::from(row).reset_all()
    });
    Entity::insert_many(rows).exec_without_returning(db).await?;
    Ok(())
}

/// Writes a row as its next version, and keeps what of it is new.
pub(crate) async fn keep<R>(
    txn: &DatabaseTransaction,
    grant: &Grant,
    before: &R,
    row: &mut R,
    now: DateTime<Utc>,
) -> Result<(), DbErr>
where
    R: Recorded + ModelTrait + IntoActiveModel<<R::Entity as EntityTrait>::ActiveModel>,
{
    row.advance(now);
    let whole = row.clone().into_active_model().reset_all();
    <R::Entity as EntityTrait>::update(whole).exec_without_returning(txn).await?;
    record(txn, Some(grant.caller()), before, row, now).await
}

/// When each of these referrals came into the state that it is in, by its id; none of one that is
/// in its first.
pub(crate) async fn last_status_changes(
    db: &impl ConnectionTrait,
    referrals: &[ReferralId],
) -> Result<HashMap<Uuid, DateTime<Utc>>, DbErr> {
    let rows = Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .column_as(Column::At.max(), "at")
        .filter(Column::SubjectId.is_in(referrals.iter().map(|id| id.0)))
        .filter(Column::SubjectKind.eq(RecordKind::Referral))
        .filter(Column::Field.eq("status"))
        .group_by(Column::SubjectId);
    let rows = rows.into_tuple::<(Uuid, DateTime<Utc>)>().all(db).await?;
    Ok(rows.into_iter().collect())
}

/// A change with the name of who made it.
#[derive(Clone, Debug, FromQueryResult)]
struct ChangeRow {
    #[sea_orm(nested)]
    change: Model,
    changed_by_name: Option<String>,
}

/// Who did something: a person, a machine, or the operator of the service.
#[derive(Clone, Debug)]
pub struct Author {
    pub kind: CallerKind,
    pub id: Option<Uuid>,
    pub name: Option<String>,
}

impl Author {
    fn of(change: &Model, name: Option<String>) -> Self {
        Self { kind: change.changed_by_kind, id: change.changed_by_id, name }
    }
}

/// A change as a reader may see it.
#[derive(Clone, Debug)]
pub struct FieldChange {
    pub id: FieldChangeId,
    pub at: DateTime<Utc>,
    pub by: Author,
    pub record: (RecordKind, Uuid),
    /// The version that the change led to.
    pub version: i32,
    pub field: String,
    pub from: Json,
    pub to: Json,
    /// Neither value is for this reader, and neither is here.
    pub withheld: bool,
}

impl FieldChange {
    fn of(row: ChangeRow, withheld: bool) -> Self {
        let ChangeRow { change, changed_by_name } = row;
        let by = Author::of(&change, changed_by_name);
        let shown = |value: Json| if withheld { Json::Null } else { value };
        Self {
            id: change.id,
            at: change.at,
            by,
            record: (change.subject_kind, change.subject_id),
            version: change.version,
            field: change.field,
            from: shown(change.old),
            to: shown(change.new),
            withheld,
        }
    }
}

/// A page of a record's history, the latest change first.
pub type History = Page<FieldChange, FieldChangeId>;

impl Store {
    /// What changed of a case and of what hangs on it, as far as these kinds of records go.
    pub async fn case_history(
        &self,
        grant: &Grant,
        id: CaseId,
        kinds: &[RecordKind],
        page: PageRequest<FieldChangeId>,
        now: DateTime<Utc>,
    ) -> Result<History, StoreError> {
        let case = cases::visible(&self.read, grant, id).await?;
        let mut ids = Vec::new();
        for kind in kinds {
            ids.extend(of_case(&self.read, *kind, id).await?);
        }
        let found = changes(&self.read, ids, page).await?;
        let others = subjects_beside(&found, id.0);
        let subject = Subject::one("case", id.0).with([case.student_id.0]).with(others);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found.map(|row| FieldChange::of(row, false)))
    }

    /// What changed of a referral.
    pub async fn referral_history(
        &self,
        grant: &Grant,
        id: ReferralId,
        page: PageRequest<FieldChangeId>,
        now: DateTime<Utc>,
    ) -> Result<History, StoreError> {
        let within = referrals::within(grant).filter(referrals::Column::Id.eq(id));
        let referral = within.one(&self.read).await?.ok_or(StoreError::NotFound)?;
        let found = changes(&self.read, vec![id.0], page).await?;
        let subject = Subject::one("referral", id.0).with([referral.student_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found.map(|row| FieldChange::of(row, false)))
    }

    /// What changed of a student and, for who may read them too (`contacts`), of the people to
    /// contact for the student.
    pub async fn student_history(
        &self,
        grant: &Grant,
        contacts: Option<&Grant>,
        id: StudentId,
        page: PageRequest<FieldChangeId>,
        now: DateTime<Utc>,
    ) -> Result<History, StoreError> {
        let student = students::visible(&self.read, grant, id).await?;
        let (mut ids, mut withheld) = (vec![id.0], &[][..]);
        if let Some(contacts) = contacts {
            let people = whanau_contact::of_student(&self.read, id).await?;
            ids.extend(people.iter().map(|contact| contact.id.0));
            withheld = address_reader::withheld_fields(&self.read, contacts, &student, now).await?;
        }
        let found = changes(&self.read, ids, page).await?;
        let subject = Subject::one("student", id.0).with(subjects_beside(&found, id.0));
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found.map(|row| {
            let of_contact = row.change.subject_kind == RecordKind::WhanauContact;
            let withheld = of_contact && withheld.contains(&row.change.field.as_str());
            FieldChange::of(row, withheld)
        }))
    }
}

/// The records of this kind that belong to a case, itself included.
async fn of_case(
    db: &impl ConnectionTrait,
    kind: RecordKind,
    id: CaseId,
) -> Result<Vec<Uuid>, DbErr> {
    match kind {
        RecordKind::Case => Ok(vec![id.0]),
        RecordKind::Task => {
            ids_of::<tasks::Entity>(db, tasks::Column::Id, tasks::Column::CaseId.eq(id)).await
        }
        RecordKind::Barrier => {
            let of_case = barriers::Column::CaseId.eq(id);
            ids_of::<barriers::Entity>(db, barriers::Column::Id, of_case).await
        }
        RecordKind::Plan => {
            ids_of::<plans::Entity>(db, plans::Column::Id, plans::Column::CaseId.eq(id)).await
        }
        RecordKind::Document => {
            let of_case = documents::Column::CaseId.eq(id);
            ids_of::<documents::Entity>(db, documents::Column::Id, of_case).await
        }
        // They have a history of their own.
        RecordKind::Referral | RecordKind::Student | RecordKind::WhanauContact => Ok(Vec::new()),
    }
}

async fn ids_of<E: EntityTrait>(
    db: &impl ConnectionTrait,
    id: E::Column,
    of_case: SimpleExpr,
) -> Result<Vec<Uuid>, DbErr> {
    E::find().select_only().column(id).filter(of_case).into_tuple().all(db).await
}

/// The records that a page tells of, without the one whose history it is.
fn subjects_beside(page: &Page<ChangeRow, FieldChangeId>, own: Uuid) -> BTreeSet<Uuid> {
    page.items.iter().map(|row| row.change.subject_id).filter(|one| *one != own).collect()
}

async fn changes(
    db: &impl ConnectionTrait,
    subjects: Vec<Uuid>,
    page: PageRequest<FieldChangeId>,
) -> Result<Page<ChangeRow, FieldChangeId>, DbErr> {
    let fitting = Entity::find().filter(Column::SubjectId.is_in(subjects));
    let total = page.total(&fitting, db).await?;
    let query = page.newest_first(fitting, Column::Id);
    let found = page.cut(beside(query).all(db).await?, |row: &ChangeRow| row.change.id);
    Ok(Page { total, ..found })
}

/// Adds the name of whoever made the change.
fn beside(mut query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<ChangeRow>> {
    let by = || Expr::col((Entity, Column::ChangedById));
    QueryTrait::query(&mut query)
        .left_join(Users, by().equals((Users, user_account::Column::Id)))
        .left_join(Clients, by().equals((Clients, api_client::Column::Id)));
    let names = [
        Expr::col((Users, user_account::Column::Name)),
        Expr::col((Clients, api_client::Column::Name)),
    ];
    query.expr_as(Func::coalesce(names), "changed_by_name").into_model()
}
