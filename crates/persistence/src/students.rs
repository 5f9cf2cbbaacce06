//! Students at rest: finding them within reach, reading a file, correcting it.

use std::collections::{HashMap, HashSet};

use ascms_domain::access::{Grant, Span};
use ascms_domain::ids::StudentId;
use ascms_domain::matching::ComparedNsn;
use ascms_domain::matching::names::compared;
use ascms_domain::measures::ClockCause;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{IntoColumnRef, SelectStatement, SimpleExpr};
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};

use crate::audit::{self, Subject};
use crate::events::{self, Event};
use crate::history::{Edit, Standing};
use crate::measures::{self, Which};
use crate::page::{Page, PageRequest};
use crate::reference_data::unknown_codes;
use crate::{ChangeError, Store, StoreError, actors, bulk, cases, history, reach, referrals};

pub mod address_reader;
pub mod enrolment;
pub(crate) mod intake;
pub mod match_review;
pub mod merge;
pub mod name;
pub mod nsn;
pub(crate) mod recognise;
pub mod record;
pub(crate) mod roll;
pub mod school_change;
pub mod sibling;
pub mod whanau_contact;

pub(crate) use enrolment::{At, enrolled_at, followed_by, held_at, holds};
pub use record::Codes;

/// A student and where they are and were enrolled, the latest first.
#[derive(Clone, Debug)]
pub struct StudentFile {
    pub student: record::Model,
    /// Each with the school's number and name.
    pub enrolments: Vec<(enrolment::Model, i32, String)>,
    /// The ids of records that were joined to this one: they lead here.
    pub merged_ids: Vec<StudentId>,
}

/// What a search asks for: a number, or the beginnings of names, or a birth date.
#[derive(Clone, Debug, Default)]
pub struct StudentSearch {
    pub nsn: Option<String>,
    pub given_names: Option<String>,
    pub family_name: Option<String>,
    pub birth_date: Option<NaiveDate>,
}

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
        search: &StudentSearch,
        page: PageRequest<StudentId>,
        now: DateTime<Utc>,
    ) -> Result<Page<record::Model, StudentId>, StoreError> {
        let fitting = within(grant).filter(fits(self.read.get_database_backend(), search));
        let total = page.total(&fitting, &self.read).await?;
        let query = page.oldest_first(fitting, record::Column::Id);
        let found = page.cut(query.all(&self.read).await?, |row| row.id);
        let ids = found.items.iter().map(|row| row.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("student", ids), now)).await?;
        Ok(Page { total, ..found })
    }

    /// Applies an edit to a student who has not changed since.
    pub async fn change_student<E>(
        &self,
        edit: &Edit<'_>,
        id: StudentId,
        change: impl FnOnce(&mut record::Model) -> Result<(), E>,
    ) -> Result<StudentFile, ChangeError<E>> {
        let Edit { grant, now, .. } = *edit;
        let (almanac, placeholders) = (self.almanac().await?, self.placeholders().await?);
        let txn = self.begin().await?;
        let id = merge::hold(&txn, id).await?;
        let row =
            within(grant).filter(record::Column::Id.eq(id)).lock_exclusive().one(&txn).await?;
        let own = row.ok_or(StoreError::NotFound)?;
        let joined = merge::joined_to(&txn, id).await?;
        let before = merge::folded(own.clone(), &joined);
        let subject = Subject::one("student", id.0);
        let mut row = before.clone();
        let changed = change(&mut row);
        let rows = (&before, changed.is_ok().then_some(&row));
        let (txn, standing) = self.unless_stale(txn, edit, rows, subject, &[]).await?;
        if standing == Standing::Done {
            let file = whole(&txn, before).await?;
            txn.commit().await?;
            return Ok(file);
        }
        changed.map_err(ChangeError::Refused)?;
        check_codes(&txn, &before, &row).await?;
        if before.address_protected
            && !row.address_protected
            && address_reader::withheld(&txn, grant, &before, now).await?
        {
            return Err(StoreError::AddressProtected.into());
        }
        if let Some(number) = row.nsn.as_deref()
            && !nsn::same(Some(number), before.nsn.as_deref())
        {
            let number = (number, &*placeholders);
            let taken = nsn::take(&txn, grant, &row, number, now).await;
            self.guesses.note(grant.caller().id(), txn.guesses(), now);
            taken?;
        }
        if row.birth_date != before.birth_date {
            rebirth(&txn, id, row.birth_date).await?;
        }
        merge::keep_own(&txn, &own, &joined).await?;
        name::keep(&txn, id, &row.names(), row.birth_date).await?;
        history::keep(&txn, grant, &before, &mut row, now).await?;
        let which = Which::Students(&[id]);
        measures::tell(&txn, which, ClockCause::Student, (&almanac, now)).await?;
        audit::record(&txn, audit::allowed(grant, Subject::one("student", id.0), now)).await?;
        let event = Event {
            kind: "student.changed",
            subject_id: id.0,
            version: row.version,
            provider_id: None,
            school_id: None,
        };
        events::record(&txn, event, now).await?;
        let file = whole(&txn, row).await?;
        txn.commit().await?;
        Ok(file)
    }
}

/// Codes that are set now must be codes of their sets; what was there before may stay.
async fn check_codes(
    db: &impl ConnectionTrait,
    before: &record::Model,
    after: &record::Model,
) -> Result<(), StoreError> {
    if after.gender != before.gender
        && let Some(gender) = &after.gender
        && !unknown_codes(db, &[("genders", gender)]).await?.is_empty()
    {
        return Err(StoreError::UnknownCode("gender", "genders"));
    }
    let alerts: Vec<(&str, &str)> =
        after.safety_alerts.0.iter().map(|alert| ("safety-alerts", alert.as_str())).collect();
    if after.safety_alerts != before.safety_alerts && !unknown_codes(db, &alerts).await?.is_empty()
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
    name::Entity::update_many()
        .col_expr(name::Column::BirthDate, Expr::value(birth_date))
        .filter(name::Column::StudentId.eq(student_id))
        .exec(db)
        .await?;
    Ok(())
}

/// The file with where the student is and was enrolled, and the old ids that lead to it.
async fn whole(db: &impl ConnectionTrait, student: record::Model) -> Result<StudentFile, DbErr> {
    let merges = merge::into(db, student.id).await?;
    let merged_ids = merges.into_iter().map(|merge| merge.from_student_id).collect();
    let rows = enrolment::Entity::find()
        .filter(enrolment::Column::StudentId.eq(student.id))
        .order_by_desc(enrolment::Column::RecordedAt)
        .order_by_desc(enrolment::Column::Id)
        .limit(100)
        .all(db)
        .await?;
    let schools = crate::schools::names(db, rows.iter().map(|row| row.school_id)).await?;
    let enrolments = rows.into_iter().filter_map(|row| {
        let (number, name) = schools.get(&row.school_id)?.clone();
        Some((row, number, name))
    });
    Ok(StudentFile { enrolments: enrolments.collect(), student, merged_ids })
}

fn fits(backend: sea_orm::DbBackend, search: &StudentSearch) -> sea_orm::Condition {
    let StudentSearch { nsn, given_names, family_name, birth_date } = search;
    let mut fits = sea_orm::Condition::all();
    if let Some(number) = nsn {
        let Some(number) = ComparedNsn::read(number) else { return fits.add(Expr::cust("1 = 0")) };
        let holders = nsn::holders(&number);
        fits = fits.add(record::Column::Id.in_subquery(merge::or_survivors(holders)));
    }
    let names = || given_names.iter().chain(family_name);
    if names().any(|name| compared(name).is_empty()) {
        // The beginning of every name, and so of none.
        return fits.add(Expr::cust("1 = 0"));
    }
    if names().next().is_some() {
        let (given, family) = (given_names.as_deref(), family_name.as_deref());
        let named = name::beginning_with(backend, given, family);
        fits = fits.add(record::Column::Id.in_subquery(merge::or_survivors(named)));
    }
    if let Some(birth_date) = birth_date {
        fits = fits.add(record::Column::BirthDate.eq(*birth_date));
    }
    fits
}

/// The student that a call is about, within reach, as the file shows them.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<record::Model, StoreError> {
    seen(db, grant, id).await?.ok_or(StoreError::NotFound)
}

/// The same, with every record that means the student, or that the id meant at an instant; first
/// the one that it leads to.
pub(crate) async fn visible_records(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
    as_of: Option<DateTime<Utc>>,
) -> Result<(record::Model, Vec<StudentId>), StoreError> {
    let (own, joined) = seen_joined(db, grant, id).await?.ok_or(StoreError::NotFound)?;
    let records = match as_of {
        None => {
            let others = joined.iter().map(|(merge, _)| merge.from_student_id);
            [own.id].into_iter().chain(others).collect()
        }
        Some(instant) => merge::meant_at(id, &joined, instant),
    };
    Ok((merge::folded(own, &joined), records))
}

/// A student that is named beside, as the file shows them; `None` out of reach, like one that is
/// not there. An id that was joined to another one leads to that one.
async fn seen(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<Option<record::Model>, StoreError> {
    let seen = seen_joined(db, grant, id).await?;
    Ok(seen.map(|(own, joined)| merge::folded(own, &joined)))
}

async fn seen_joined(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: StudentId,
) -> Result<Option<(record::Model, Vec<merge::Joined>)>, StoreError> {
    let find = async |id| within(grant).filter(record::Column::Id.eq(id)).one(db).await;
    // An id is nearly always the student's own: what was joined to it is asked for beside.
    let (own, joined) = tokio::try_join!(find(id), merge::joined_to(db, id))?;
    if let Some(own) = own {
        return Ok(Some((own, joined)));
    }
    let survivor = merge::current(db, id).await?;
    if survivor == id {
        return Ok(None);
    }
    let Some(own) = find(survivor).await? else { return Ok(None) };
    let joined = merge::joined_to(db, own.id).await?;
    Ok(Some((own, joined)))
}

/// The same of several students, by the ids that they were asked for; who is out of reach is left
/// out.
async fn seen_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    ids: &[StudentId],
) -> Result<HashMap<StudentId, record::Model>, StoreError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let survivors = merge::survivors_of(db, ids).await?;
    let leads_to = |id: StudentId| survivors.get(&id).copied().unwrap_or(id);
    let known_by = ids.iter().map(|id| leads_to(*id));
    let own = within(grant).filter(record::Column::Id.is_in(known_by)).all(db).await?;
    let found: Vec<StudentId> = own.iter().map(|row| row.id).collect();
    let mut joined = merge::joined_to_each(db, &found).await?;
    let folded = own.into_iter().map(|row| {
        let joined = joined.remove(&row.id).unwrap_or_default();
        (row.id, merge::folded(row, &joined))
    });
    let folded: HashMap<StudentId, record::Model> = folded.collect();
    let of = |id: &StudentId| folded.get(&leads_to(*id)).map(|row| (*id, row.clone()));
    Ok(ids.iter().filter_map(of).collect())
}

/// Every read of students starts here, so that none can forget whom it may see. A record that was
/// joined to another one is nobody's: it is read through that one.
fn within(grant: &Grant) -> Select<record::Entity> {
    record::Entity::find().filter(reach::condition(grant, span)).filter(merge::stands())
}

/// Those of some students who are within reach.
pub(crate) async fn reached(
    db: &impl ConnectionTrait,
    grant: &Grant,
    ids: Vec<StudentId>,
) -> Result<HashSet<StudentId>, DbErr> {
    let among = within(grant).filter(record::Column::Id.is_in(bulk::padded(ids)));
    let found: Vec<StudentId> =
        among.select_only().column(record::Column::Id).into_tuple().all(db).await?;
    Ok(found.into_iter().collect())
}

/// Whether the student of an id, given as an expression, is within reach.
pub(crate) fn reaches(grant: &Grant, id: SimpleExpr) -> SimpleExpr {
    let mut students = within(grant).select_only().column(record::Column::Id).into_query();
    students.and_where(Expr::col((record::Entity, record::Column::Id)).eq(id));
    Expr::exists(students)
}

/// The same within one part of a reach, of an id that leads to no other.
pub(crate) fn reached_by(one: Span, id: SimpleExpr) -> Option<SimpleExpr> {
    let mut students = record::Entity::find()
        .select_only()
        .column(record::Column::Id)
        .filter(span(one)?)
        .into_query();
    students.and_where(Expr::col((record::Entity, record::Column::Id)).eq(id));
    Some(Expr::exists(students))
}

fn span(span: Span) -> Option<SimpleExpr> {
    use {cases::Column as Case, referrals::Column as Referral};
    let in_case = |fits| of_student(cases::students_of(fits), (cases::Entity, Case::StudentId));
    let in_referral =
        |fits| of_student(referrals::students_of(fits), (referrals::Entity, Referral::StudentId));
    let has = |at| holds(&at, (record::Entity, record::Column::Id));
    match span {
        Span::Nation => Some(Expr::cust("1 = 1")),
        Span::Queue | Span::Person(_) => None,
        Span::Provider(own) => {
            Some(in_case(Case::ProviderId.eq(own)).or(in_referral(Referral::ProviderId.eq(own))))
        }
        Span::CaseManager(..) => Some(in_case(cases::span(span)?)),
        Span::PrimaryContact(own, at) => {
            let follows = followed_by(at, (referrals::Entity, Referral::StudentId));
            let named = Referral::PrimaryContactId.eq(own).and(follows(Referral::SchoolId.eq(at)));
            let waiting = referrals::students_of_waiting(named);
            let waiting = of_student(waiting, (referrals::Entity, Referral::StudentId));
            Some(in_case(cases::span(span)?).or(waiting))
        }
        Span::School(own) => Some(has(At::School(own))),
        Span::Client(own) => {
            Some(has(At::Any(Box::new(actors::api_client_school::schools_of(own)))))
        }
    }
}

/// Whether there is a row about the student at hand. Asked student by student: to list all
/// students of a large provider first takes longer than most questions.
fn of_student(mut rows: SelectStatement, student_id: impl IntoColumnRef) -> SimpleExpr {
    rows.and_where(Expr::col(student_id).equals((record::Entity, record::Column::Id)));
    Expr::exists(rows)
}
