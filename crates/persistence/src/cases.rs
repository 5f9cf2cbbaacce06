//! Cases at rest: who sees which, reading them, giving them to a case manager.

use ascms_domain::access::{Grant, Span};
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{Case, CaseStatus};
use ascms_domain::ids::{CaseId, ProviderId, ReferralId, SchoolId, StudentId, UserId};
use ascms_domain::measures::Departure;
use ascms_domain::notifications::Audience;
use ascms_domain::timeline::{Details, Visibility};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{FromQueryResult, QuerySelect, QueryTrait};

use crate::actors::user_account;
use crate::audit::{self, Subject};
use crate::events::Event;
use crate::page::{Page, PageRequest};
use crate::position::{self, Position};
use crate::{
    DatabaseTransaction, Store, StoreError, dialect, history, measures, organisations, reach,
    referrals, schools, students, timeline,
};

pub mod assignment;
mod change;
pub mod closure;
mod file;
pub mod lifecycle;
pub(crate) mod newest_entry;
pub(crate) mod number;
mod school_change;
mod state;

pub(crate) use change::{Change, changed, tell};
pub use file::{CaseFile, WholeCase};
pub(crate) use file::{locked_for, visible};
pub(crate) use school_change::{follow_student, open_of_any};
pub(crate) use state::{take_state, to_domain};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "attendance_case")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CaseId,
    /// `AS-2026-000123`.
    pub number: String,
    pub referral_id: ReferralId,
    pub referral_date: NaiveDate,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub provider_id: ProviderId,
    pub primary_contact_id: Option<UserId>,
    pub status: CaseStatus,
    pub case_manager_id: Option<UserId>,
    pub opened_at: DateTime<Utc>,
    pub pause_reason: Option<String>,
    pub paused_from: Option<NaiveDate>,
    pub review_by: Option<NaiveDate>,
    pub closed_at: Option<DateTime<Utc>>,
    pub closure_reason: Option<String>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

/// A case with what its readers need beside it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct CaseRow {
    #[sea_orm(nested)]
    pub case: Model,
    pub school_number: i32,
    pub school_name: String,
    pub provider_code: String,
    pub provider_name: String,
    pub case_manager_name: Option<String>,
    pub legal_given_names: String,
    pub legal_family_name: String,
    pub preferred_given_names: Option<String>,
    pub preferred_family_name: Option<String>,
    pub birth_date: NaiveDate,
    pub year_level: Option<i32>,
    pub holiday_region: Option<ascms_domain::calendar::Region>,
    pub school_reached_on: Option<NaiveDate>,
    pub student_reached_on: Option<NaiveDate>,
    pub whanau_reached_on: Option<NaiveDate>,
    pub school_days: Option<i32>,
    pub student_days: Option<i32>,
    pub whanau_days: Option<i32>,
    pub departure: Option<Departure>,
    pub departed_on: Option<NaiveDate>,
    pub departed_days: Option<i32>,
}

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
        let rows = beside(query).all(&self.read).await?;
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
            let school = schools::Entity::find()
                .select_only()
                .column(schools::Column::Id)
                .filter(schools::Column::Number.eq(number));
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

/// The student's case that is not closed; there is at most one.
pub(crate) async fn open_of(
    db: &impl ConnectionTrait,
    student_id: StudentId,
) -> Result<Option<Model>, DbErr> {
    Entity::find().filter(Column::StudentId.eq(student_id)).filter(is_open()).one(db).await
}

/// Not closed. A constant, so that the partial indexes serve it under a generic plan too.
pub(crate) fn is_open() -> SimpleExpr {
    Expr::cust("\"attendance_case\".\"status\" <> 'closed'")
}

/// Those of these cases that are within reach.
pub(crate) async fn rows(
    db: &impl ConnectionTrait,
    grant: &Grant,
    ids: impl IntoIterator<Item = CaseId>,
) -> Result<Vec<CaseRow>, DbErr> {
    beside(within(grant).filter(Column::Id.is_in(ids))).all(db).await
}

/// Opens the case of a referral that was accepted.
pub(crate) async fn open(
    txn: &DatabaseTransaction,
    grant: &Grant,
    referral: &referrals::Model,
    id: CaseId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let provider_id = referral.provider_id.ok_or(StoreError::Corrupt(referral.id.0))?;
    let row = Model {
        id,
        number: number::next(txn, nz_date(now).year()).await?,
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
    Entity::insert(ActiveModel::from(row.clone()).reset_all()).exec_without_returning(txn).await?;
    let told = Details::Referral { referral_id: referral.id, opened_case: true };
    timeline::append_now(txn, grant, &row, Visibility::Shared, told, now).await?;
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
    if case.status == CaseStatus::Closed {
        return Err(StoreError::Busy);
    }
    // Another school may have sent it, which the first one need not know.
    let told = Details::Referral { referral_id: referral, opened_case: false };
    timeline::append_now(txn, grant, &case, Visibility::Private, told, now).await?;
    let joined = Change::of_case("case.joined", &case).to(Audience::Provider);
    Ok(changed(txn, grant, &case, joined.with([referral.0]), now).await?)
}

/// The case, locked for a change, when within reach.
pub(crate) async fn locked(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: CaseId,
) -> Result<Model, StoreError> {
    let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
    row.ok_or(StoreError::NotFound)
}

/// The case as a part of something else that the caller reaches: a transfer to answer, a student
/// who changes school.
pub(crate) async fn locked_as_part(
    txn: &DatabaseTransaction,
    id: CaseId,
) -> Result<Model, StoreError> {
    let row = Entity::find_by_id(id).lock_exclusive().one(txn).await?;
    row.ok_or(StoreError::NotFound)
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
    history::keep(txn, grant, &before, row, now).await
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
fn beside(query: Select<Entity>) -> sea_orm::Selector<sea_orm::SelectModel<CaseRow>> {
    joined(query).into_model()
}

fn joined(mut query: Select<Entity>) -> Select<Entity> {
    use measures::{Column as Clock, Entity as Clocks};
    use organisations::{Column as Organisation, Entity as Organisations};
    use schools::{Column as School, Entity as Schools};
    use students::record::{Column as Student, Entity as Students};
    use user_account::{Column as User, Entity as Users};
    let of = |column: Column| Expr::col((Entity, column));
    QueryTrait::query(&mut query)
        .inner_join(Schools, of(Column::SchoolId).equals((Schools, School::Id)))
        .inner_join(Students, of(Column::StudentId).equals((Students, Student::Id)))
        .inner_join(Organisations, of(Column::ProviderId).equals((Organisations, Organisation::Id)))
        .inner_join(Clocks, of(Column::ReferralId).equals((Clocks, Clock::ReferralId)))
        .left_join(Users, of(Column::CaseManagerId).equals((Users, User::Id)));
    query
        .column_as(School::Number, "school_number")
        .column_as(School::Name, "school_name")
        .column_as(Organisation::Code, "provider_code")
        .column_as(Organisation::Name, "provider_name")
        .column_as(User::Name, "case_manager_name")
        .columns([
            Student::LegalGivenNames,
            Student::LegalFamilyName,
            Student::PreferredGivenNames,
            Student::PreferredFamilyName,
            Student::BirthDate,
            Student::YearLevel,
        ])
        .columns([
            Clock::HolidayRegion,
            Clock::SchoolReachedOn,
            Clock::StudentReachedOn,
            Clock::WhanauReachedOn,
            Clock::SchoolDays,
            Clock::StudentDays,
            Clock::WhanauDays,
            Clock::Departure,
            Clock::DepartedOn,
            Clock::DepartedDays,
        ])
}

/// Every read of the table starts here, so that none can forget whose rows it may see.
pub(crate) fn within(grant: &Grant) -> Select<Entity> {
    Entity::find().filter(reach::condition(grant, span))
}

/// The same condition, for a query that only names a case beside something else.
pub(crate) fn reached(grant: &Grant) -> sea_orm::Condition {
    reach::condition(grant, span)
}

pub(crate) fn span(span: Span) -> Option<SimpleExpr> {
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::Client(_) | Span::Person(_) => None,
        Span::Provider(own) => Some(Column::ProviderId.eq(own)),
        Span::CaseManager(own, at) => {
            Some(Column::ProviderId.eq(at).and(Column::CaseManagerId.eq(own)))
        }
        Span::PrimaryContact(own, at) => {
            let follows = students::followed_by(at, (Entity, Column::StudentId));
            let last_there = Column::SchoolId.eq(at);
            Some(Column::PrimaryContactId.eq(own).and(follows(last_there)))
        }
        Span::School(own) => {
            Some(Column::StudentId.in_subquery(students::held_at(&students::At::School(own))))
        }
    }
}

/// The students of the cases that fit, as a subquery.
pub(crate) fn students_of(fits: SimpleExpr) -> SelectStatement {
    Entity::find().select_only().column(Column::StudentId).filter(fits).into_query()
}

/// The cases that fit, as a subquery.
pub(crate) fn ids_of(fits: SimpleExpr) -> SelectStatement {
    Entity::find().select_only().column(Column::Id).filter(fits).into_query()
}

/// The case of a document, for those whom a change of the document is told.
pub(crate) async fn of_document(
    db: &impl ConnectionTrait,
    id: CaseId,
) -> Result<Model, StoreError> {
    Entity::find_by_id(id).one(db).await?.ok_or(StoreError::NotFound)
}
