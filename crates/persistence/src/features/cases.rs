//! Cases at rest: who sees which, reading them, giving them to a case manager.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{Case, CaseStatus};
use ascms_domain::ids::{CaseId, ReferralId, StudentId, UserId};
use ascms_domain::notifications::ChangeAudience;
use ascms_domain::timeline::{Details, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QuerySelect, QueryTrait};

use crate::gate::case::{joined, locked_as_part};
use crate::reach::cases::{span, within};
use crate::reach::rows::attendance_case::{ActiveModel, Column, Model, Selected};
use crate::reach::rows::referral;
use crate::reference::case_numbers;
use crate::rows::school;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events::Event;
use crate::store::page::{Page, PageRequest};
use crate::store::position::point::Position;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::store::{dialect, position};
use crate::{Store, reach, trace};
use chrono::Datelike;

pub mod assignment;
pub mod closure;
mod file;
pub mod lifecycle;
mod school_change;

pub use crate::gate::case::{CaseRow, WholeCase};

pub(crate) use crate::gate::case_state::take_state;
pub(crate) use crate::trace::case_change::{Change, changed};
pub use file::CaseFile;
pub(crate) use school_change::{NumberedSchool, follow_student, open_of_any};

/// Which cases a list shows.
#[derive(Clone, Debug, Default)]
pub struct CaseFilter<'a> {
    pub status: Option<CaseStatus>,
    pub case_manager_id: Option<UserId>,
    pub school_number: Option<i32>,
    /// Those alone on which something happened after a position.
    pub changed_after: Option<&'a Position>,
}

impl Store {
    /// Newest first.
    pub async fn cases(
        &self,
        grant: &Grant,
        filter: &CaseFilter<'_>,
        page: PageRequest<CaseId>,
        now: DateTime<Utc>,
    ) -> Result<Page<CaseRow, CaseId>, StoreError> {
        let changed = filter.changed_after.map(|after| {
            let backend = self.read.get_database_backend();
            Column::Id.in_subquery(position::cases_changed(backend, grant, &[], after))
        });
        let fitting = within(grant).filter(fits(filter).add_option(changed));
        let total = page.total(&fitting, &self.read).await?;
        let ways = reach::ways(grant, |one| span(one).into_iter().collect());
        let query = page.newest_first_of(fitting, ways, Column::Id);
        let rows = select_with_names(query).all(&self.read).await?;
        let found = page.cut(rows, |row: &CaseRow| row.case.id);
        let ids = found.items.iter().map(|row| row.case.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("case", ids), now)).await?;
        Ok(Page { total, ..found })
    }
}

fn fits(filter: &CaseFilter<'_>) -> sea_orm::Condition {
    let CaseFilter { status, case_manager_id, school_number, changed_after: _ } = filter;
    sea_orm::Condition::all()
        .add_option(status.map(|status| Column::Status.eq(status)))
        .add_option(case_manager_id.map(|id| Column::CaseManagerId.eq(id)))
        .add_option(school_number.map(|number| {
            let school = school::Entity::find()
                .select_only()
                .column(school::Column::Id)
                .filter(school::Column::Number.eq(number));
            Column::SchoolId.in_subquery(school.into_query())
        }))
}

/// Makes those who would open a case of the same student wait for each other, until the end of the
/// transaction.
pub(crate) async fn lock_student(
    txn: &DatabaseTransaction,
    student_id: StudentId,
) -> Result<(), DbErr> {
    dialect::lock_names(txn, &[format!("case of {student_id}")]).await
}

/// Those of these cases that are within reach.
pub(crate) async fn rows(
    db: &impl ConnectionTrait,
    grant: &Grant,
    ids: impl IntoIterator<Item = CaseId>,
) -> Result<Vec<CaseRow>, DbErr> {
    select_with_names(within(grant).filter(Column::Id.is_in(ids))).all(db).await
}

/// Opens the case of a referral that was accepted.
pub(crate) async fn open(
    txn: &DatabaseTransaction,
    grant: &Grant,
    referral: &referral::Model,
    id: CaseId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let provider_id = referral.provider_id.ok_or(StoreError::Corrupt(referral.id.0))?;
    let row = Model {
        id,
        number: case_numbers::next(txn, nz_date(now).year()).await?,
        referral_id: referral.id,
        referral_date: referral.referral_date,
        student_id: referral.student_id,
        school_id: referral.school_id,
        provider_id,
        primary_contact_id: referral.primary_contact_id,
        status: CaseStatus::Unassigned,
        case_manager_id: None,
        opened_at: now,
        pause_reason: None,
        paused_from: None,
        review_by: None,
        closed_at: None,
        closure_reason: None,
        version: 1,
        updated_at: now,
    };
    whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
    let told = Details::Referral { referral_id: referral.id, opened_case: true };
    trace::timeline::append_now(txn, grant, &row, Visibility::Shared, told, now).await?;
    let change = Change::of_case("case.opened", &row).with([referral.id.0]);
    Ok(changed(txn, grant, &row, change, now).await?)
}

/// Joins a referral to the student's open case. A case that somebody closed in between is not
/// joined: tried again, the call finds it closed.
pub(crate) async fn join(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: CaseId,
    referral: ReferralId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let case = locked_as_part(txn, id).await?;
    if case.status.is_closed() {
        return Err(StoreError::Busy);
    }
    // Another school may have sent it, which the first one need not know.
    let told = Details::Referral { referral_id: referral, opened_case: false };
    trace::timeline::append_now(txn, grant, &case, Visibility::Private, told, now).await?;
    let joined = Change::of_case("case.joined", &case).to(ChangeAudience::Provider);
    Ok(changed(txn, grant, &case, joined.with([referral.0]), now).await?)
}

/// Gives the case to another provider: its people reach it from this commit on, the others no
/// longer.
pub(crate) async fn hand_over(
    txn: &DatabaseTransaction,
    grant: &Grant,
    row: &mut Model,
    case: &Case,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let before = row.clone();
    row.provider_id = case.provider_id;
    take_state(row, case);
    assignment::end(txn, row.id, now).await?;
    trace::history::save_version(txn, grant, &before, row, now).await
}

pub(crate) fn event(kind: &'static str, row: &Model) -> Event {
    Event {
        kind,
        subject_id: row.id.0,
        version: row.version,
        provider_id: Some(row.provider_id),
        school_id: Some(row.school_id),
    }
}

/// Adds the school's, the provider's, the people's and the clocks' part to the rows of a query.
fn select_with_names(query: Selected) -> sea_orm::Selector<sea_orm::SelectModel<CaseRow>> {
    joined(query).into_model()
}

/// The case of a document, for those whom a change of the document is told.
pub(crate) async fn of_document(
    db: &impl ConnectionTrait,
    id: CaseId,
) -> Result<Model, StoreError> {
    reach::unscoped::case_of_change(id).one(db).await?.ok_or(StoreError::NotFound)
}
