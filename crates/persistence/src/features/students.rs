//! Students at rest: finding them within reach, reading a file, correcting it.

use std::convert::Infallible;

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use ascms_domain::matching::ComparedNsn;
use ascms_domain::matching::names::compared;
use ascms_domain::measures::ClockCause;
use ascms_domain::students::FindStudents;
use ascms_domain::text::PersonName;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{DbBackend, QuerySelect};

use crate::features::measures::{self, ClockScope};
use crate::features::students::file::whole;
use crate::features::students::merge::own;
use crate::gate::write::Write;
use crate::identity::students::visible;
use crate::reach::rows::student;
use crate::reach::students::within;
use crate::rows::student_name;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::page::{self, Page, PageRequest};
use crate::trace::history::conflicts::{self, Edit, EditedRow, Standing};
use crate::{Store, identity, reach, trace};

pub mod address_reader;
pub mod enrolment;
pub(crate) mod file;
pub(crate) mod intake;
pub mod match_review;
pub mod merge;
pub mod nsn;
pub mod record;
pub(crate) mod roll;
pub mod school_change;
pub mod sibling;
pub mod whanau_contact;

pub use file::StudentFile;

pub use crate::reach::rows::student::Codes;
pub(crate) use enrolment::enrolled_at;

impl Store {
    /// One student's file.
    pub async fn student(
        &self,
        grant: &Grant,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<StudentFile, StoreError> {
        let student = visible(&self.read, grant, id).await?;
        let subject = Subject::one("student", student.id.0);
        let file = whole(&self.read, student).await?;
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(file)
    }

    /// Students within reach who fit, in the order of their ids.
    pub async fn search_students(
        &self,
        grant: &Grant,
        search: &FindStudents,
        page: PageRequest<StudentId>,
        now: DateTime<Utc>,
    ) -> Result<Page<student::Model, StudentId>, StoreError> {
        let ways = ways_to_fit(grant, self.read.get_database_backend(), search);
        let fitting = page::any_of(ways.clone(), student::Column::Id);
        let total = page.total(&fitting, &self.read).await?;
        let query = page.oldest_first_of(ways, student::Column::Id);
        let found = page.cut(query.all(&self.read).await?, |row| row.id);
        let ids = found.items.iter().map(|row| row.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("student", ids), now)).await?;
        Ok(Page { total, ..found })
    }
}

impl Write<'_> {
    /// Applies an edit to a student who has not changed since.
    pub async fn change_student(
        &self,
        edit: &Edit<'_>,
        id: StudentId,
        change: impl FnOnce(&mut student::Model),
    ) -> Result<StudentFile, CallError<Infallible>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let id = identity::locks::hold_one(txn, id).await?;
        let row =
            within(grant).filter(student::Column::Id.eq(id)).lock_exclusive().one(txn).await?;
        let own = row.ok_or(StoreError::NotFound)?;
        let joined = identity::merges::joined_to(txn, id).await?;
        let before = identity::merges::folded(own.clone(), &joined);
        let subject = Subject::one("student", id.0);
        let mut row = before.clone();
        change(&mut row);
        let rows = EditedRow { row: &before, edited: Some(&row) };
        let standing = conflicts::require_version(txn, edit, rows, subject, &[]).await?;
        if standing == Standing::Done {
            return Ok(whole(txn, before).await?);
        }
        check_codes(self, &before, &row).await?;
        if before.address_protected
            && !row.address_protected
            && address_reader::withheld(txn, grant, &before, now).await?
        {
            return Err(StoreError::AddressProtected.into());
        }
        if let Some(number) = row.nsn.as_deref()
            && !identity::nsn::same(Some(number), before.nsn.as_deref())
        {
            nsn::take(self, &row, number).await?;
        }
        if row.birth_date != before.birth_date {
            rebirth(txn, id, row.birth_date).await?;
        }
        own::keep_own(txn, &own, &joined).await?;
        identity::names::save_names(txn, id, &row.names(), row.birth_date).await?;
        trace::history::save_version(txn, grant, &before, &mut row, now).await?;
        let which = ClockScope::Students(&[id]);
        measures::recompute_clocks(txn, which, ClockCause::Student, self.calendars, now).await?;
        // A number that is a stranger's was looked up: the trail names whose it is.
        let subject = Subject::one("student", id.0).with(txn.looked_up());
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        let event = Event {
            kind: "student.changed",
            subject_id: id.0,
            version: row.version,
            provider_id: None,
            school_id: None,
        };
        events::record(txn, event, now).await?;
        Ok(whole(txn, row).await?)
    }
}

/// Codes that are set now must be codes of their sets; what was there before may stay.
async fn check_codes(
    write: &Write<'_>,
    before: &student::Model,
    after: &student::Model,
) -> Result<(), StoreError> {
    if after.gender != before.gender
        && let Some(gender) = &after.gender
        && !write.unknown_codes(&[("genders", gender)]).await?.is_empty()
    {
        return Err(StoreError::UnknownCode("gender", "genders"));
    }
    let alerts: Vec<(&str, &str)> =
        after.safety_alerts.0.iter().map(|alert| ("safety-alerts", alert.as_str())).collect();
    if after.safety_alerts != before.safety_alerts
        && !write.unknown_codes(&alerts).await?.is_empty()
    {
        return Err(StoreError::UnknownCode("safetyAlerts", "safety-alerts"));
    }
    Ok(())
}

/// A corrected birth date holds for every name the student ever had.
async fn rebirth(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    birth_date: NaiveDate,
) -> Result<(), DbErr> {
    student_name::Entity::update_many()
        .col_expr(student_name::Column::BirthDate, Expr::value(birth_date))
        .filter(student_name::Column::StudentId.eq(student_id))
        .exec(db)
        .await?;
    Ok(())
}

/// Students within reach who fit, each way by itself: one who bears the name, and one to whom a record was
/// joined that bears it. With both in one condition PostgreSQL looks at every name of the nation.
fn ways_to_fit(
    grant: &Grant,
    backend: DbBackend,
    search: &FindStudents,
) -> Vec<Select<student::Entity>> {
    let FindStudents { nsn, given_names, family_name, birth_date } = search;
    let mut fitting = within(grant);
    if let Some(number) = nsn {
        let Some(number) = ComparedNsn::read(number.as_str()) else { return nobody() };
        let holders = identity::nsn::holders(&number);
        let holders = reach::joined::or_survivors(holders);
        fitting = fitting.filter(student::Column::Id.in_subquery(holders));
    }
    if let Some(birth_date) = birth_date {
        fitting = fitting.filter(student::Column::BirthDate.eq(*birth_date));
    }
    let names = || given_names.iter().chain(family_name);
    if names().any(|name| compared(name.as_str()).is_empty()) {
        // The beginning of every name, and so of none.
        return nobody();
    }
    if names().next().is_none() {
        return vec![fitting];
    }
    let given = given_names.as_ref().map(PersonName::as_str);
    let family = family_name.as_ref().map(PersonName::as_str);
    let named = identity::names::beginning_with(backend, given, family);
    let survivors = reach::joined::survivors(named.clone());
    let one_of = |ids| fitting.clone().filter(student::Column::Id.in_subquery(ids));
    vec![one_of(named), one_of(survivors)]
}

fn nobody() -> Vec<Select<student::Entity>> {
    vec![student::Entity::find().filter(Expr::cust("1 = 0"))]
}
