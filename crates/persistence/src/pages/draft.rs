//! A referral before anybody has written it: what is on record of a student, and what would come
//! of it.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::attendance::{CountedDays, OpenDays, ReportedAt, TermTotals};
use ascms_domain::calendar::{Region, nz_date};
use ascms_domain::eligibility::{TermAttendance, baseline_terms};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::terms::{Term, school_half_days};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::features::attendance::Schools;
use crate::features::attendance::reported::{self, Reported, Window};
use crate::pages::concerns::{Prospect, ReferralCriteria, latest, reads_files};
use crate::pages::in_service::{self, InService, Shows};
use crate::reach::rows::student;
use crate::reference::calendars::Calendars;
use crate::rows::{self, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::{Store, identity};

/// What a referral of today can say of itself.
#[derive(Clone, Debug)]
pub struct ReferralDraft {
    pub student: student::Model,
    /// Whether the caller reads the student's file, and so may have all of it in a draft.
    pub whole_file: bool,
    /// Chronic absence of whoever is enrolled at a school, non-enrolment of everybody else.
    pub kind: ReferralKind,
    /// The school that has the student, or the last one that had.
    pub school_number: Option<i32>,
    /// How the student left that school.
    pub departure: Option<Departure>,
    /// The terms that can be the baseline, as far as something of them is on record.
    pub attendance: Vec<TermAttendance>,
    /// What of those terms is on record, of each of them.
    pub terms: Vec<TermOnRecord>,
    pub prospect: Prospect,
    /// The numbers of the schools that are named.
    pub schools: HashMap<SchoolId, i32>,
    pub calendar_version: String,
    pub as_of: DateTime<Utc>,
}

/// The end of a time at a school.
#[derive(Clone, Debug)]
pub struct Departure {
    pub left_on: Option<NaiveDate>,
    pub leaving_reason: Option<String>,
}

/// What is on record of a student's term.
#[derive(Clone, Debug)]
pub struct TermOnRecord {
    pub totals: TermTotals,
    /// The half-days that the school can be open in the whole of the term.
    pub school_half_days: u32,
    /// The last day of the term that is on record.
    pub last_day: Option<NaiveDate>,
    /// When the latest of the reports came in that it is made of.
    pub reported_at: Option<DateTime<Utc>>,
}

impl Store {
    /// The draft of a referral of a student.
    pub async fn referral_draft(
        &self,
        grant: &Grant,
        shows: &Shows,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<ReferralDraft, StoreError> {
        let (calendars, rules, today) =
            (self.calendars().await?, self.rules().await?, nz_date(now));
        let (student, records) =
            identity::students::visible_records(&self.read, grant, id, None).await?;
        let stay = latest_stay(&self.read, student.id).await?;
        let school = match &stay {
            Some(stay) => school::Entity::find_by_id(stay.school_id).one(&self.read).await?,
            None => None,
        };
        let terms = match &school {
            Some(school) => calendars.terms_of(school.id),
            None => &calendars.terms,
        };
        let region = school.as_ref().and_then(|school| school.holiday_region);
        let criteria = ReferralCriteria {
            rules: rules.eligibility(today)?,
            open: OpenDays { terms, calendar: &calendars.contract, region },
            today,
            with_alerts: reads_files(grant),
        };
        let said = self.said_of(&calendars, student.id, records, latest(terms, today)).await?;
        let mut known = Schools::default();
        known.learn(&self.read, [&said].into_iter()).await?;
        let days = known.counted(&calendars, &said);
        let attendance = criteria.attendance(&days);
        let of_student = [student.id].into_iter();
        let service = in_service::of(&self.read, of_student, shows).await?;
        let service = service.get(&student.id).copied().unwrap_or(InService::NOT);
        let enrolled = stay.as_ref().is_some_and(|stay| stay.left_on.is_none());
        let kind = if enrolled { ReferralKind::ChronicAbsence } else { ReferralKind::NonEnrolment };
        let assessment = criteria.assess(kind, &student, &attendance, service);
        let on_record = |term| on_record(&calendars, &days, &said, term, region);
        let draft = ReferralDraft {
            whole_file: reads_files(grant),
            kind,
            school_number: school.map(|school| school.number),
            departure: stay.filter(|_| !enrolled).map(Departure::from),
            terms: baseline_terms(terms, today).into_iter().map(on_record).collect(),
            attendance,
            prospect: Prospect { assessment, service },
            schools: known.numbers(),
            calendar_version: calendars.contract.version().to_owned(),
            as_of: now,
            student,
        };
        let subject = Subject::one("student", draft.student.id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(draft)
    }

    /// What was said of a student in a term and the one before.
    async fn said_of(
        &self,
        calendars: &Calendars,
        student: StudentId,
        records: Vec<StudentId>,
        term: Option<&Term>,
    ) -> Result<Reported, StoreError> {
        let Some(window) = term.and_then(|term| Window::of(calendars, term.key)) else {
            return Ok(Reported::default());
        };
        let mut said =
            reported::of_students(&self.read, &[(student, records)], window, None).await?;
        Ok(said.remove(&student).unwrap_or_default())
    }
}

/// Where the student is enrolled now, or was last.
async fn latest_stay(
    db: &impl ConnectionTrait,
    student: StudentId,
) -> Result<Option<rows::enrolment::Model>, DbErr> {
    let stays = rows::enrolment::Entity::find()
        .filter(rows::enrolment::Column::StudentId.eq(student))
        .order_by_desc(rows::enrolment::Column::RecordedAt)
        .order_by_desc(rows::enrolment::Column::Id)
        .all(db)
        .await?;
    let open = stays.iter().find(|stay| stay.left_on.is_none()).cloned();
    Ok(open.or_else(|| stays.into_iter().max_by_key(|stay| stay.left_on)))
}

/// What a term's totals were made of: the days of the term as their schools count terms, and the
/// totals of schools that sent no days.
fn on_record(
    calendars: &Calendars,
    days: &CountedDays,
    said: &Reported,
    term: &Term,
    region: Option<Region>,
) -> TermOnRecord {
    let key = term.key;
    let totals = days.term_totals(key);
    let of_term =
        |school, date| calendars.terms_of(school).on(date).is_some_and(|of| of.key == key);
    let of_days = said.days.iter().filter(|day| of_term(day.school, day.date));
    let of_summaries = said
        .summaries
        .iter()
        .filter(|one| one.term == key && totals.summarised.contains(&one.school));
    let received = of_days
        .map(|day| day.record.reported)
        .chain(of_summaries.map(|one| one.reported))
        .map(ReportedAt::received_at);
    TermOnRecord {
        school_half_days: school_half_days(term, &calendars.contract, region),
        last_day: days.of_term(key).last().map(|day| day.date),
        reported_at: received.max(),
        totals,
    }
}

impl From<rows::enrolment::Model> for Departure {
    fn from(stay: rows::enrolment::Model) -> Self {
        Self { left_on: stay.left_on, leaving_reason: stay.leaving_reason }
    }
}
