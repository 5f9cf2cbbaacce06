//! What changed of cases, their tasks, barriers, plans and documents, of referrals, students and whānau
//! contacts: one row a field, written in the transaction of the change. A record's first state leaves no rows: it is version 1.

use std::collections::BTreeSet;

use ascms_domain::access::Grant;
use ascms_domain::history::RecordKind;
use ascms_domain::ids::{CaseId, FieldChangeId, ReferralId, StudentId};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::students::{address_reader, whanau_contact};
use crate::reach::rows::{document, referral};
use crate::rows::field_change::{Column, Entity};
use crate::rows::{barrier, plan, task};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::trace::history::{ChangeRow, select_with_authors};
use crate::{Store, gate, identity, reach};

pub use crate::store::stale::{Author, ChangedSince, Stale};
pub use crate::trace::history::conflicts::Edit;

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
            field: change.current_field().to_owned(),
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
        let case = gate::case::visible(&self.read, grant, id).await?;
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
        let within = reach::referrals::within(grant).filter(referral::Column::Id.eq(id));
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
        let student = identity::students::visible(&self.read, grant, id).await?;
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
            let of_case = task::Entity::find().filter(task::Column::CaseId.eq(id));
            ids_of(db, of_case, task::Column::Id).await
        }
        RecordKind::Barrier => {
            let of_case = barrier::Entity::find().filter(barrier::Column::CaseId.eq(id));
            ids_of(db, of_case, barrier::Column::Id).await
        }
        RecordKind::Plan => {
            let of_case = plan::Entity::find().filter(plan::Column::CaseId.eq(id));
            ids_of(db, of_case, plan::Column::Id).await
        }
        RecordKind::Document => {
            let of_case = reach::unscoped::documents_of_case(id);
            ids_of(db, of_case, document::Column::Id).await
        }
        // They have a history of their own, or hang on no case.
        RecordKind::Referral
        | RecordKind::Student
        | RecordKind::WhanauContact
        | RecordKind::Bulletin
        | RecordKind::Template
        | RecordKind::Submission
        | RecordKind::PerformanceReview
        | RecordKind::Contract => Ok(Vec::new()),
    }
}

async fn ids_of<E: EntityTrait>(
    db: &impl ConnectionTrait,
    of_case: Select<E>,
    id: E::Column,
) -> Result<Vec<Uuid>, DbErr> {
    of_case.select_only().column(id).into_tuple().all(db).await
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
    let found =
        page.cut(select_with_authors(query).all(db).await?, |row: &ChangeRow| row.change.id);
    Ok(Page { total, ..found })
}
