//! Taking a referral in: routed on its day, matched to a student, assessed, kept once.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::eligibility::{Advice, Assessment, Facts, ImpossibleClaim, assess, baseline};
use ascms_domain::ids::{CaseId, ProviderId, ReferralId, UserId};
use ascms_domain::matching::{Match, MatchedBy};
use ascms_domain::measures::{ClockCause, ReferralExclusion};
use ascms_domain::referrals::{ReferralStatus, SupportRequest};
use ascms_domain::students::SentStudent;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::{Column, Content, Entity, Grounds, Model, ReferralFile, claims, placing};
use crate::audit::{self, Subject};
use crate::events::{self, Event};
use crate::idempotency::Answer;
use crate::measures::{self, ClockPlace, Which};
use crate::reference_data::unknown_codes;
use crate::rules::RuleBook;
use crate::schools::SchoolRoute;
use crate::students::enrolment;
use crate::students::intake;
use crate::students::merge::arrival;
use crate::{
    Almanac, Call, CallError, DatabaseTransaction, Store, actors, cases, dialect, schools,
};

/// A referral as it arrives.
#[derive(Clone, Debug)]
pub struct NewReferral {
    /// The sending system and its own name for the record.
    pub source: Option<(String, String)>,
    pub school_number: i32,
    pub wants_in_school: bool,
    pub primary_contact_id: Option<UserId>,
    pub student: SentStudent,
    pub request: SupportRequest,
    /// A digest of the content: what "the same push" means.
    pub fingerprint: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub file: ReferralFile,
    /// How many known students might be the one sent, when that is unclear.
    pub candidates: usize,
    /// The same source reference with the same content was here before.
    pub known: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum SubmitError {
    #[error("no school has this number")]
    UnknownSchool,
    #[error("the school is outside the caller's reach")]
    SchoolOutOfReach,
    #[error("codes that no code set holds")]
    UnknownCodes(Vec<String>),
    #[error("the primary contact is nobody of the school")]
    UnknownPrimaryContact,
    #[error("the source reference is taken by another content")]
    ReferenceTaken(ReferralId),
    #[error("more half-days than the school can have been open")]
    ImpossibleAttendance(Vec<ImpossibleClaim>),
    #[error("the student may not be referred")]
    NotEligible(Assessment),
}

type Refusal = CallError<SubmitError>;

/// Everything that is known before the first row is written.
struct Intake {
    route: SchoolRoute,
    provider_id: Option<ProviderId>,
    in_school: bool,
    open_case: Option<cases::Model>,
    assessment: Assessment,
    referral_date: NaiveDate,
}

impl Store {
    /// Takes a referral in; `render` makes the answer that a retry will get again.
    pub async fn submit_referral(
        &self,
        call: &Call<'_>,
        new: NewReferral,
        render: impl FnOnce(&Submitted) -> Answer,
    ) -> Result<Answer, Refusal> {
        let rules = self.rules().await?;
        let almanac = self.almanac().await?;
        self.carry_out(call, async |txn| {
            lock(txn, call.grant, [&new]).await?;
            Ok(render(&take_in(txn, call, &new, (&*rules, &*almanac)).await?))
        })
        .await
    }
}

/// Takes one referral in, under the locks of [`lock`]. What refuses it has written nothing.
pub(crate) async fn take_in(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    new: &NewReferral,
    (rules, almanac): (&RuleBook, &Almanac),
) -> Result<Submitted, Refusal> {
    let Call { grant, now, .. } = *call;
    if let Some(known) = already_here(txn, grant, new, now).await? {
        return Ok(known);
    }
    let referral_date = nz_date(now);
    let route = route(txn, grant, new, referral_date).await?;
    check_codes(txn, new).await?;
    check_primary_contact(txn, new, &route, referral_date).await?;
    let impossible = claims::impossible(&new.request.attendance, referral_date, &route, almanac);
    if !impossible.is_empty() {
        return Err(CallError::Refused(SubmitError::ImpossibleAttendance(impossible)));
    }
    let found = intake::recognise(txn, &new.student).await?;
    if let Match::Known(student_id, _) = &found {
        enrolment::lock(txn, [*student_id]).await?;
    }
    let open_case = match &found {
        Match::Known(student_id, _) => cases::open_of(txn, *student_id).await?,
        Match::New | Match::Unclear(_) => None,
    };
    let eligibility = rules.eligibility(referral_date)?;
    let of_school = (&almanac.contract, route.holiday_region);
    let known = match &found {
        Match::Known(student_id, _) => Some(*student_id),
        Match::New | Match::Unclear(_) => None,
    };
    let sent = &new.request.attendance;
    let parameters = &eligibility.parameters;
    let by = (almanac, parameters);
    let (sent, contradictions) =
        claims::held(txn, known, sent, (referral_date, &route), by).await?;
    let terms = almanac.terms_of(route.school_id);
    let baseline = baseline(&sent, referral_date, terms, of_school, parameters);
    let facts = facts(new, referral_date, baseline, open_case.is_some());
    let assessment = assess(parameters, &eligibility.version, &facts);
    let assessment = Assessment { contradictions, ..assessment };
    if assessment.advice == Advice::DoNot {
        return Err(CallError::Refused(SubmitError::NotEligible(assessment)));
    }
    let (provider_id, in_school) = responsible(&route, new, open_case.as_ref());
    let intake = Intake { route, provider_id, in_school, open_case, assessment, referral_date };
    let alerts = &new.request.safety_alerts;
    let student = intake::identify(txn, grant, found, &new.student, alerts, now).await?;
    let row = row(grant, new, &intake, &student, now);
    keep(txn, call, &row, &intake, (&student, almanac)).await?;
    let file = super::file(txn, grant, row.id).await?;
    Ok(Submitted { file, candidates: student.candidates, known: false })
}

/// Callers that send the same thing, or the same student, wait for each other.
pub(crate) async fn lock<'a>(
    txn: &DatabaseTransaction,
    grant: &Grant,
    all: impl IntoIterator<Item = &'a NewReferral>,
) -> Result<(), DbErr> {
    let sender = grant.caller().id();
    let mut names = Vec::new();
    for new in all {
        let sent = new.source.iter();
        names.extend(sent.map(|(source, reference)| format!("{sender} {source} {reference}")));
        names.extend(intake::lock_names(&new.student));
    }
    if names.is_empty() { Ok(()) } else { dialect::lock_names(txn, &names).await }
}

/// The record that the same caller sent under the same reference before.
pub(crate) async fn already_here(
    txn: &DatabaseTransaction,
    grant: &Grant,
    new: &NewReferral,
    now: DateTime<Utc>,
) -> Result<Option<Submitted>, Refusal> {
    let Some((source, reference)) = &new.source else { return Ok(None) };
    let known = Entity::find()
        .filter(Column::SubmittedBy.eq(grant.caller().id()))
        .filter(Column::Source.eq(source))
        .filter(Column::SourceReference.eq(reference))
        .one(txn)
        .await?;
    let Some(known) = known else { return Ok(None) };
    if known.fingerprint != new.fingerprint {
        return Err(CallError::Refused(SubmitError::ReferenceTaken(known.id)));
    }
    let file = super::file(txn, grant, known.id).await?;
    let subject = Subject::one("referral", known.id.0).with([known.student_id.0]);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    Ok(Some(Submitted { file, candidates: 0, known: true }))
}

async fn route(
    txn: &DatabaseTransaction,
    grant: &Grant,
    new: &NewReferral,
    on: NaiveDate,
) -> Result<SchoolRoute, Refusal> {
    let route = schools::routing(txn, new.school_number, on).await?;
    let route = route.ok_or(CallError::Refused(SubmitError::UnknownSchool))?;
    if schools::may_act_for(txn, grant, &route).await? {
        Ok(route)
    } else {
        Err(CallError::Refused(SubmitError::SchoolOutOfReach))
    }
}

async fn check_codes(txn: &DatabaseTransaction, new: &NewReferral) -> Result<(), Refusal> {
    let mut named: Vec<(&str, &str, String)> = new
        .request
        .codes()
        .into_iter()
        .map(|(set, code, place)| (set, code.as_str(), format!("/supportRequest{place}")))
        .collect();
    named.extend(
        new.student
            .gender
            .iter()
            .map(|code| ("genders", code.as_str(), "/student/gender".to_owned())),
    );
    for (index, contact) in new.student.whanau_contacts.iter().enumerate() {
        let place = format!("/student/whanauContacts/{index}/relationship");
        named.push(("whanau-relationships", contact.relationship.as_str(), place));
    }
    let asked: Vec<(&str, &str)> = named.iter().map(|(set, code, _)| (*set, *code)).collect();
    let unknown = unknown_codes(txn, &asked).await?;
    if unknown.is_empty() {
        return Ok(());
    }
    let places = named.iter().filter(|(set, code, _)| unknown.contains(&(*set, *code)));
    let places = places.map(|(_, _, place)| place.clone()).collect();
    Err(CallError::Refused(SubmitError::UnknownCodes(places)))
}

async fn check_primary_contact(
    txn: &DatabaseTransaction,
    new: &NewReferral,
    route: &SchoolRoute,
    today: NaiveDate,
) -> Result<(), Refusal> {
    let Some(person) = new.primary_contact_id else { return Ok(()) };
    if actors::works_at_school(txn, person, route.school_id, today).await? {
        Ok(())
    } else {
        Err(CallError::Refused(SubmitError::UnknownPrimaryContact))
    }
}

fn facts(
    new: &NewReferral,
    referral_date: NaiveDate,
    baseline: Option<ascms_domain::eligibility::TermAttendance>,
    in_open_case: bool,
) -> Facts {
    let request = &new.request;
    Facts {
        kind: request.kind,
        referral_date,
        birth_date: new.student.birth_date,
        year_level: new.student.year_level,
        continuing_support: request.continuing(),
        international_without_visa: request.is_international_without_visa(),
        baseline,
        in_open_case,
        whanau_told: request.whanau_told_on.is_some(),
        school_tried_something: request.school_tried_something(),
        safety_alert: !request.safety_alerts.is_empty(),
        asked_in_school: new.wants_in_school,
    }
}

/// Who is responsible: who has the student's case, else the school's own team when it is asked for
/// a student on its roll, else the catchment's provider, else nobody: the Ministry's queue.
fn responsible(
    route: &SchoolRoute,
    new: &NewReferral,
    open_case: Option<&cases::Model>,
) -> (Option<ProviderId>, bool) {
    if let Some(case) = open_case {
        return (Some(case.provider_id), route.in_school_provider == Some(case.provider_id));
    }
    match route.in_school_provider {
        Some(team) if new.wants_in_school && new.request.kind.may_be_in_school() => {
            (Some(team), true)
        }
        _ => (route.catchment_provider, false),
    }
}

fn row(
    grant: &Grant,
    new: &NewReferral,
    intake: &Intake,
    student: &intake::Identified,
    now: DateTime<Utc>,
) -> Model {
    let case_id: Option<CaseId> = intake.open_case.as_ref().map(|case| case.id);
    let status =
        if case_id.is_some() { ReferralStatus::Accepted } else { ReferralStatus::Submitted };
    let (source, source_reference) = new.source.clone().unzip();
    Model {
        id: ReferralId::generate(),
        kind: new.request.kind,
        status,
        referral_date: intake.referral_date,
        submitted_at: now,
        submitted_by: grant.caller().id(),
        sent_by_provider_id: grant.appointment().provider,
        source,
        source_reference,
        fingerprint: new.fingerprint.clone(),
        student_id: student.student_id,
        school_id: intake.route.school_id,
        catchment_id: intake.route.catchment_id,
        provider_id: intake.provider_id,
        in_school: intake.in_school,
        primary_contact_id: new.primary_contact_id,
        content: Content(new.request.clone()),
        assessment: Grounds(intake.assessment.clone()),
        matched_by: student.matched_by,
        match_review_id: student.review_id,
        case_id,
        predecessor_id: None,
        successor_id: None,
        withdrawal_reason: None,
        version: 1,
        updated_at: now,
    }
}

/// Writes the referral with everything that belongs to it.
async fn keep(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    row: &Model,
    intake: &Intake,
    (student, almanac): (&intake::Identified, &Almanac),
) -> Result<(), Refusal> {
    let insert = Entity::insert(super::ActiveModel::from(row.clone()).reset_all());
    insert.exec_without_returning(txn).await?;
    arrival::note(txn, [row.id.0], student.under).await?;
    placing::place(txn, call, row, (intake.route.number, student.under)).await?;
    if let Some(case_id) = row.case_id {
        cases::join(txn, call.grant, case_id, row.id, call.now).await?;
    }
    let exclusion = match (row.case_id, row.provider_id) {
        (Some(_), _) => Some(ReferralExclusion::JoinedToOpenCase),
        (None, None) => Some(ReferralExclusion::NoProvider),
        (None, Some(_)) => None,
    };
    let place = ClockPlace {
        education_region: intake.route.education_region.clone(),
        holiday_region: intake.route.holiday_region,
        year_level: student.year_level,
    };
    let by = (almanac, call.now);
    if row.matched_by != MatchedBy::Created {
        // What it says of the student is told of the referrals before it.
        let which = Which::Students(&[row.student_id]);
        measures::tell(txn, which, ClockCause::Student, by).await?;
    }
    measures::start(txn, row, place, exclusion, by).await?;
    let subject = Subject::one("referral", row.id.0).with([row.student_id.0]);
    audit::record(txn, audit::allowed(call.grant, subject, call.now)).await?;
    events::record(txn, submitted(row), call.now).await?;
    Ok(())
}

pub(super) fn submitted(row: &Model) -> Event {
    Event {
        kind: "referral.submitted",
        subject_id: row.id.0,
        version: row.version,
        provider_id: row.provider_id,
        school_id: Some(row.school_id),
    }
}
