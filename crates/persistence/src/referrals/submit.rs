//! Taking a referral in: routed on its day, matched to a student, assessed, kept once.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::eligibility::{Assessment, Facts, ImpossibleClaim};
use ascms_domain::ids::{CaseId, ProviderId, ReferralId, StudentId, UserId};
use ascms_domain::matching::{Match, MatchedBy, PlaceholderIn, Placeholders};
use ascms_domain::measures::{ClockCause, ReferralExclusion};
use ascms_domain::referrals::{ReferralStatus, SupportRequest};
use ascms_domain::rules::EligibilityRules;
use ascms_domain::students::SentStudent;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use super::receipt::{self, AsNew};
use super::{Content, Entity, Grounds, Model, ReferralFile, claims, once, placing};
use crate::audit::{self, Subject};
use crate::call::About;
use crate::events::{self, Event};
use crate::idempotency::Answer;
use crate::measures::{self, ClockPlace, Which};
use crate::reference_data::UnknownCode;
use crate::rules::RuleBook;
use crate::schools::SchoolRoute;
use crate::students::merge::arrival;
use crate::students::{enrolment, intake, recognise};
use crate::{Almanac, Call, CallError, DatabaseTransaction, Store, cases, dialect, schools};

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
    /// The same as it was made before lists of codes were compared as sets.
    pub ordered_fingerprint: String,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Submitted {
    pub file: ReferralFile,
    /// What of the student sent stands for "not known".
    pub placeholders: Vec<PlaceholderIn>,
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
    UnknownCodes(Vec<UnknownCode>),
    #[error("the primary contact is nobody of the school")]
    UnknownPrimaryContact,
    #[error("the source reference is taken by another content")]
    ReferenceTaken(ReferralId),
    #[error("a referral of this student and kind waits at this school already")]
    AlreadyReferred(ReferralId),
    #[error("more half-days than the school can have been open")]
    ImpossibleAttendance(Vec<ImpossibleClaim>),
    #[error("the student may not be referred")]
    NotEligible(Box<Ineligible>),
}

/// Why a student may not be referred, and what that was decided on.
#[derive(Clone, Debug)]
pub struct Ineligible {
    pub assessment: Assessment,
    pub facts: Facts,
    pub rules: EligibilityRules,
    /// Which of the terms that were sent the baseline is.
    pub baseline_at: Option<usize>,
}

mod checks;
mod judging;

use checks::{check_codes, check_primary_contact};
use judging::{Judged, judge};

type Refusal = CallError<SubmitError>;

/// Everything that is known before the first row is written.
struct Intake {
    route: SchoolRoute,
    provider_id: Option<ProviderId>,
    in_school: bool,
    open_case: Option<cases::Model>,
    assessment: Assessment,
    referral_date: NaiveDate,
    looked_up: Vec<StudentId>,
}

/// What referrals are judged by.
pub(crate) type Book<'a> = (&'a RuleBook, &'a Almanac, &'a Placeholders);

impl Store {
    /// Takes a referral in; `render` makes the answer that a retry will get again.
    pub async fn submit_referral(
        &self,
        call: &Call<'_>,
        new: NewReferral,
        render: impl FnOnce(&Submitted) -> Answer,
    ) -> Result<Answer, Refusal> {
        self.may_look_up(call)?;
        let (rules, almanac) = (self.rules().await?, self.almanac().await?);
        let placeholders = self.placeholders().await?;
        self.carry_out((call, About::Submission(new.school_number)), async |txn| {
            lock(txn, call.grant, [&new]).await?;
            let book = (&*rules, &*almanac, &*placeholders);
            Ok(render(&take_in(txn, call, &new, book).await?))
        })
        .await
    }
}

/// Takes one referral in, under the locks of [`lock`]. What refuses it has written nothing.
pub(crate) async fn take_in(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    new: &NewReferral,
    (rules, almanac, placeholders): Book<'_>,
) -> Result<Submitted, Refusal> {
    let Call { grant, now, .. } = *call;
    if let Some(known) = once::already_here(txn, grant, (new, placeholders), now).await? {
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
    let sent = (&new.student, placeholders);
    let recognised = recognise::recognise(txn, grant, route.school_id, sent.0, sent.1).await?;
    if let Match::Known(student_id, _) = &recognised.found {
        enrolment::lock(txn, [*student_id]).await?;
    }
    let open_case = match &recognised.found {
        Match::Known(student_id, _) => cases::open_of(txn, *student_id).await?,
        Match::New | Match::Unclear(_) => None,
    };
    let eligibility = rules.eligibility(referral_date)?;
    let place = (new.request.kind, route.school_id);
    let rule = eligibility.parameters.waiting_referrals;
    let told_of_somebody_new = open_case.as_ref().filter(|_| recognised.is_stranger);
    let unknown = told_of_somebody_new.map(|case| case.id);
    once::check(txn, rule, (&recognised.found, unknown), place).await?;
    if recognised.is_stranger {
        once::check_told(txn, rule, &new.student, place).await?;
    }
    let of = (&recognised, open_case.is_some());
    let at = (referral_date, &route);
    let Judged { assessment, of_somebody_new } =
        judge(txn, new, at, of, (eligibility, almanac)).await?;
    let (provider_id, in_school) = responsible(&route, new, open_case.as_ref());
    let as_new = recognised.is_stranger.then(|| {
        let (provider_id, in_school) = responsible(&route, new, None);
        AsNew { assessment: of_somebody_new, provider_id, in_school }
    });
    let looked_up = recognised.looked_up.clone();
    let intake =
        Intake { route, provider_id, in_school, open_case, assessment, referral_date, looked_up };
    let alerts = &new.request.safety_alerts;
    let student = intake::identify(txn, grant, recognised, sent, alerts, now).await?;
    let row = row(grant, new, &intake, &student, now);
    keep(txn, call, &row, &intake, (&student, rules, almanac)).await?;
    if let Some(as_new) = as_new {
        let kept = (row.id, row.case_id.is_some());
        receipt::keep(txn, kept, &new.student, as_new).await?;
    }
    let file = super::file(txn, grant, row.id).await?;
    let file = receipt::as_given(txn, grant, file).await?;
    Ok(Submitted { file, placeholders: placeholders.found_in(&new.student), known: false })
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
        let sent = new.source.iter().map(|(source, reference)| (once::compared(source), reference));
        names.extend(sent.map(|(source, reference)| format!("{sender} {source} {reference}")));
        names.extend(intake::lock_names(&new.student));
    }
    if names.is_empty() { Ok(()) } else { dialect::lock_names(txn, &names).await }
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
    (student, rules, almanac): (&intake::Identified, &RuleBook, &Almanac),
) -> Result<(), Refusal> {
    let insert = Entity::insert(super::ActiveModel::from(row.clone()).reset_all());
    insert.exec_without_returning(txn).await?;
    arrival::note(txn, [row.id.0], student.under).await?;
    let on = (intake.route.number, student.under);
    placing::place(txn, call, row, on, (rules, almanac)).await?;
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
    let others = intake.looked_up.iter().filter(|id| **id != row.student_id).map(|id| id.0);
    let subject = Subject::one("referral", row.id.0).with([row.student_id.0]).with(others);
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
