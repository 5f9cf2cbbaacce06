//! For the sandbox and for tests only: a state that no operation leads to yet, and records whose ids are
//! known beforehand. Audited and announced like every other change; what no operation does, as the
//! operator's.

use ascms_domain::access::Caller;
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::CaseStatus;
use ascms_domain::ids::{EntryId, ReferralId, UserId};
use ascms_domain::measures::ClockCause;
use ascms_domain::referrals::{Decision, ReferralStatus};
use ascms_domain::timeline::{Details, Visibility};
use chrono::{DateTime, Datelike, Utc};
use sea_orm::entity::prelude::*;

use crate::features::measures::{self, ClockPlace, ClockScope};
use crate::features::students::enrolment::EnrolmentLedger;
use crate::features::{cases, referrals};
use crate::gate::write::Write;
use crate::reach::rows::{attendance_case, referral, student};
use crate::reference;
use crate::rows::{self, case_entry, contact, notification, school, student_nsn};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row::{self, insert};
use crate::{Store, identity, reach, trace};

/// What the audit trail calls all of it.
const ACTION: &str = "sandbox:seed";

/// A student with an accepted referral and the case that came of it.
#[derive(Clone, Debug)]
pub struct KnownCase {
    pub student: student::Model,
    pub whanau_contact: rows::whanau_contact::Model,
    /// Accepted, with the case's id.
    pub referral: referral::Model,
    /// Active; its number is set here, the next of its year.
    pub case: attendance_case::Model,
    pub contact: contact::Model,
    /// What the case manager was told.
    pub notification: notification::Model,
    /// Who accepted the referral and gave the case to its case manager.
    pub decided_by: UserId,
}

impl Write<'_> {
    /// Gives an id to the next contract, fund, need, agreed action or entry of a register that the change
    /// makes.
    pub fn seed_id(&self, id: Uuid) {
        self.known_id.set(Some(id));
    }
}

impl Store {
    /// Settles a waiting referral: its student turned out to be enrolled at the school.
    pub async fn seed_resolved(
        &self,
        id: ReferralId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let calendars = self.calendars().await?;
        let txn = self.begin().await?;
        let row = reach::unscoped::referral_of_change(id).one(&txn).await?;
        let before = row.ok_or(StoreError::NotFound)?;
        let mut row = before.clone();
        row.status = ReferralStatus::Resolved;
        row.version += 1;
        row.updated_at = now;
        whole_row::update(&txn, referral::ActiveModel::from(row.clone())).await?;
        trace::history::record(&txn, None, &before, &row, now).await?;
        let told = EnrolmentLedger::open(&txn, row.student_id).await?;
        told.record_enrolment(&txn, row.school_id, now).await?;
        let which = ClockScope::Students(&[row.student_id]);
        measures::recompute_clocks(&txn, which, ClockCause::Enrolment, &calendars, now).await?;
        let event = of_referral("referral.resolved", &row);
        record(&txn, Subject::one("referral", id.0), &[event], now).await?;
        txn.commit().await
    }

    /// Adds a case with all that belongs to it, under the ids that its rows bring.
    pub async fn seed_known_case(&self, known: KnownCase) -> Result<(), StoreError> {
        let calendars = self.calendars().await?;
        let KnownCase { student, whanau_contact, referral, mut case, contact, .. } = known;
        let KnownCase { notification, decided_by, .. } = known;
        let txn = self.begin().await?;
        let year_level = student.year_level;
        add_student(&txn, student, whanau_contact, &referral).await?;
        let school = school::Entity::find_by_id(referral.school_id).one(&txn).await?;
        let school = school.ok_or(StoreError::NotFound)?;
        insert(&txn, referral::ActiveModel::from(referral.clone())).await?;
        let place = ClockPlace {
            education_region: school.education_region,
            holiday_region: school.holiday_region,
            year_level,
        };
        let known = measures::KnownStudent::OnRecord;
        let clock = measures::NewClock { place, exclusion: None, known };
        measures::start(&txn, &referral, clock, &calendars, referral.submitted_at).await?;
        let opened_at = case.opened_at;
        let accept = Decision::Accept;
        referrals::decision::append(&txn, referral.id, &accept, decided_by.0, opened_at).await?;
        case.number = reference::case_numbers::next(&txn, nz_date(opened_at).year()).await?;
        insert(&txn, attendance_case::ActiveModel::from(case.clone())).await?;
        let which = ClockScope::Referrals(&[referral.id]);
        let accepted = ClockCause::Decision;
        measures::recompute_clocks(&txn, which, accepted, &calendars, opened_at).await?;
        insert(&txn, case_entry::ActiveModel::from(opened(&case, decided_by))).await?;
        if let Some(manager) = case.case_manager_id {
            cases::assignment::append(&txn, case.id, manager, decided_by, case.updated_at).await?;
            insert(&txn, case_entry::ActiveModel::from(assigned(&case, manager, decided_by)))
                .await?;
        }
        insert(&txn, contact::ActiveModel::from(contact.clone())).await?;
        insert(&txn, case_entry::ActiveModel::from(logged_on(&case, &contact))).await?;
        let which = ClockScope::Referrals(&[referral.id]);
        measures::recompute_clocks(
            &txn,
            which,
            ClockCause::Contact,
            &calendars,
            contact.recorded_at,
        )
        .await?;
        record_past(&txn, &referral, &case, decided_by).await?;
        let logged = Event {
            kind: "contact.logged",
            subject_id: contact.id.0,
            version: 1,
            provider_id: Some(case.provider_id),
            school_id: Some(case.school_id),
        };
        let decided = [of_referral("referral.decided", &referral)];
        let on_case = [cases::event("case.assigned", &case), logged];
        let subject = Subject::one("case", case.id.0).with([referral.id.0, contact.id.0]);
        record(&txn, subject, &decided, contact.recorded_at).await?;
        events::record_on_case(&txn, case.id, &on_case, contact.recorded_at).await?;
        insert(&txn, notification::ActiveModel::from(notification)).await?;
        txn.commit().await
    }
}

/// How the known case came to stand as it does: its referral was accepted, and it was assigned.
async fn record_past(
    txn: &DatabaseTransaction,
    referral: &referral::Model,
    case: &attendance_case::Model,
    by: UserId,
) -> Result<(), DbErr> {
    let by = Some(Caller::User(by));
    let status = ReferralStatus::Submitted;
    let submitted = referral::Model { status, case_id: None, ..referral.clone() };
    trace::history::record(txn, by, &submitted, referral, case.opened_at).await?;
    let status = CaseStatus::Unassigned;
    let opened = attendance_case::Model { status, case_manager_id: None, ..case.clone() };
    trace::history::record(txn, by, &opened, case, case.updated_at).await
}

/// What the timeline tells of the referral.
fn opened(case: &attendance_case::Model, by: UserId) -> case_entry::Model {
    let details = Details::Referral { referral_id: case.referral_id, opened_case: true };
    let (occurred_at, recorded_at) = (case.opened_at, case.opened_at);
    entry(case, EntryStamp { occurred_at, recorded_at, recorded_by: by }, None, details)
}

/// What the timeline tells of the assignment.
fn assigned(case: &attendance_case::Model, to: UserId, by: UserId) -> case_entry::Model {
    let details = Details::Assignment { case_manager_id: to, previous_id: None };
    let (occurred_at, recorded_at) = (case.updated_at, case.updated_at);
    entry(case, EntryStamp { occurred_at, recorded_at, recorded_by: by }, None, details)
}

/// What the timeline tells of the contact.
fn logged_on(case: &attendance_case::Model, contact: &contact::Model) -> case_entry::Model {
    let contact::Model { party, channel, outcome, occurred_at, recorded_at, .. } = *contact;
    let details = Details::Contact { party, channel, outcome };
    let stamp = EntryStamp { occurred_at, recorded_at, recorded_by: contact.recorded_by };
    entry(case, stamp, Some(contact.id.0), details)
}

/// When something happened, and who recorded it when.
struct EntryStamp {
    occurred_at: DateTime<Utc>,
    recorded_at: DateTime<Utc>,
    recorded_by: UserId,
}

fn entry(
    case: &attendance_case::Model,
    EntryStamp { occurred_at, recorded_at, recorded_by }: EntryStamp,
    subject_id: Option<Uuid>,
    details: Details,
) -> case_entry::Model {
    case_entry::Model {
        id: EntryId::generate(),
        case_id: case.id,
        provider_id: case.provider_id,
        kind: details.kind(),
        visibility: Visibility::Shared,
        occurred_at,
        recorded_at,
        recorded_by,
        subject_id,
        corrects: None,
        number: None,
        details: case_entry::EntryContent(details),
    }
}

async fn add_student(
    txn: &DatabaseTransaction,
    student: student::Model,
    contact: rows::whanau_contact::Model,
    referral: &referral::Model,
) -> Result<(), StoreError> {
    let (id, at) = (student.id, student.created_at);
    insert(txn, student::ActiveModel::from(student.clone())).await?;
    if let Some(number) = &student.nsn {
        let number = student_nsn::Model { nsn: number.clone(), student_id: id };
        insert(txn, student_nsn::ActiveModel::from(number)).await?;
    }
    identity::names::save_names(txn, id, &student.names(), student.birth_date).await?;
    insert(txn, rows::whanau_contact::ActiveModel::from(contact)).await?;
    EnrolmentLedger::empty(id).record_enrolment(txn, referral.school_id, at).await?;
    Ok(())
}

fn of_referral(kind: &'static str, row: &referral::Model) -> Event {
    Event {
        kind,
        subject_id: row.id.0,
        version: row.version,
        provider_id: row.provider_id,
        school_id: Some(row.school_id),
    }
}

async fn record(
    txn: &DatabaseTransaction,
    subject: Subject,
    happened: &[Event],
    at: DateTime<Utc>,
) -> Result<(), DbErr> {
    audit::record(txn, audit::by_operator(ACTION, subject, at)).await?;
    events::record_all(txn, happened, at).await
}
