//! Taking a referral in: routed on its day, matched to a student, assessed, kept once.

use ascms_domain::access::Grant;
use ascms_domain::eligibility::Assessment;
use ascms_domain::ids::{CaseId, ReferralId, StudentId};
use ascms_domain::matching::{Match, MatchedBy};
use ascms_domain::measures::{ClockCause, ReferralExclusion};
use ascms_domain::referrals::{ReferralStatus, Responsible};
use ascms_domain::students::SentStudent;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::features::cases;
use crate::features::measures::{self, ClockPlace, ClockScope, KnownStudent, NewClock};
use crate::features::referrals::context::ReferralContext;
use crate::features::referrals::once::WaitingPlace;
use crate::features::referrals::receipt::{self, AsNew};
use crate::features::referrals::submission::{
    NewReferral, SubmissionRefusal, Submitted, submitted,
};
use crate::features::referrals::submit::checks::{check_codes, check_primary_contact};
use crate::features::referrals::submit::judging::{Judged, judge};
use crate::features::referrals::{claims, filter, once, placing, reading};
use crate::features::students::intake;
use crate::features::students::merge::arrival;
use crate::gate;
use crate::gate::write::Write;
use crate::identity::{self, recognise};
use crate::reach::rows::attendance_case;
use crate::reach::rows::referral::{ActiveModel, Model, StoredAssessment};
use crate::reference::schools::{self, SchoolRoute};
use crate::rows::referral_content::StoredRequest;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::store::{dialect, events};

mod checks;
mod judging;

/// Everything that is known before the first row is written.
struct Intake {
    route: SchoolRoute,
    responsible: Responsible,
    open_case: Option<attendance_case::Model>,
    assessment: Assessment,
    referral_date: NaiveDate,
    looked_up: Vec<StudentId>,
}

impl Write<'_> {
    /// Takes a referral in.
    pub async fn submit_referral(
        &self,
        new: NewReferral,
    ) -> Result<Submitted, CallError<SubmissionRefusal>> {
        self.may_look_up()?;
        lock(self.txn, self.grant(), [&new]).await?;
        take_in(self, &new).await
    }
}

/// Takes one referral in, under the locks of [`lock`]. What refuses it has written nothing.
pub(crate) async fn take_in(
    write: &Write<'_>,
    new: &NewReferral,
) -> Result<Submitted, CallError<SubmissionRefusal>> {
    let &Write { txn, rules, calendars, placeholders, .. } = write;
    let (grant, now) = (write.grant(), write.now());
    if let Some(known) = once::already_here(write, new).await? {
        return Ok(known);
    }
    let referral_date = write.today();
    let route = route(txn, grant, new, referral_date).await?;
    check_codes(write, new).await?;
    check_primary_contact(txn, new, &route, referral_date).await?;
    let impossible = claims::impossible(&new.request.attendance, referral_date, &route, calendars);
    if !impossible.is_empty() {
        return Err(CallError::Refused(SubmissionRefusal::ImpossibleAttendance(impossible)));
    }
    let (sent, at) = (&new.student, route.school_id);
    let recognised = recognise::recognise(txn, grant, at, sent, placeholders).await?;
    if let Match::Known(student_id, _) = &recognised.found {
        identity::enrolment_lock::lock(txn, [*student_id]).await?;
    }
    let open_case = match &recognised.found {
        Match::Known(student_id, _) => gate::case::open_of(txn, *student_id).await?,
        Match::New | Match::Unclear(_) => None,
    };
    let eligibility = rules.eligibility(referral_date)?;
    let waiting = WaitingPlace {
        rule: eligibility.parameters.waiting_referrals,
        kind: new.request.kind,
        school: route.school_id,
    };
    let told_of_somebody_new = open_case.as_ref().filter(|_| recognised.is_stranger);
    let unknown = told_of_somebody_new.map(|case| case.id);
    once::check(txn, waiting, &recognised.found, unknown).await?;
    if recognised.is_stranger {
        once::check_told(txn, waiting, sent).await?;
    }
    let context = ReferralContext {
        referral_date,
        school: &route,
        recognised: &recognised,
        in_open_case: open_case.is_some(),
        rules: eligibility,
        calendars,
    };
    let Judged { assessment, of_somebody_new } = judge(txn, new, &context).await?;
    let responsible = |has_the_case| {
        route.providers().responsible(new.request.kind, new.wants_in_school, has_the_case)
    };
    let as_new = recognised
        .is_stranger
        .then(|| AsNew { assessment: of_somebody_new, responsible: responsible(None) });
    let responsible = responsible(open_case.as_ref().map(|case| case.provider_id));
    let looked_up = recognised.looked_up.clone();
    let intake = Intake { route, responsible, open_case, assessment, referral_date, looked_up };
    let alerts = &new.request.safety_alerts;
    let student = intake::identify(write, recognised, sent, alerts).await?;
    let row = row(grant, new, &intake, &student, now);
    save(write, &row, &intake, &student, sent).await?;
    if let Some(as_new) = as_new {
        receipt::save_receipt(txn, &row, sent, as_new).await?;
    }
    // What was just written is not read again.
    let file = if row.matched_by == MatchedBy::Created && row.case_id.is_none() {
        reading::of_new(txn, row, sent, &intake.route).await?
    } else {
        let file = reading::file(txn, grant, row.id).await?;
        receipt::as_given(txn, grant, file).await?
    };
    Ok(Submitted { file, placeholders: placeholders.found_in(sent), known: false })
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
        let sent =
            new.source.iter().map(|(source, reference)| (filter::compared(source), reference));
        names.extend(sent.map(|(source, reference)| format!("{sender} {source} {reference}")));
        names.extend(identity::locks::lock_names(&new.student));
    }
    if names.is_empty() { Ok(()) } else { dialect::lock_names(txn, &names).await }
}

async fn route(
    txn: &DatabaseTransaction,
    grant: &Grant,
    new: &NewReferral,
    on: NaiveDate,
) -> Result<SchoolRoute, CallError<SubmissionRefusal>> {
    let route = schools::routing(txn, grant, new.school_number, on).await?;
    let route = route.ok_or(CallError::Refused(SubmissionRefusal::UnknownSchool))?;
    if schools::may_act_for(grant, &route) {
        Ok(route)
    } else {
        Err(CallError::Refused(SubmissionRefusal::SchoolOutOfReach))
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
    let (source, source_reference) = new.source.clone().unzip();
    Model {
        id: ReferralId::generate(),
        kind: new.request.kind,
        status: ReferralStatus::on_arrival(case_id.is_some()),
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
        provider_id: intake.responsible.provider_id,
        in_school: intake.responsible.in_school,
        primary_contact_id: new.primary_contact_id,
        content: StoredRequest(new.request.clone()),
        assessment: StoredAssessment(intake.assessment.clone()),
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
async fn save(
    write: &Write<'_>,
    row: &Model,
    intake: &Intake,
    student: &intake::Identified,
    sent: &SentStudent,
) -> Result<(), CallError<SubmissionRefusal>> {
    let &Write { txn, call, calendars, .. } = write;
    whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
    arrival::note(txn, [row.id.0], student.under).await?;
    placing::place(write, row, intake.route.number, student.under).await?;
    if let Some(case_id) = row.case_id {
        cases::join(txn, call.grant, case_id, row.id, call.now).await?;
    }
    let exclusion = ReferralExclusion::of(row.status, false, row.provider_id.is_some());
    let place = ClockPlace {
        education_region: intake.route.education_region.clone(),
        holiday_region: intake.route.holiday_region,
        year_level: student.year_level,
    };
    if row.matched_by != MatchedBy::Created {
        // What it says of the student is told of the referrals before it.
        let which = ClockScope::Students(&[row.student_id]);
        measures::recompute_clocks(txn, which, ClockCause::Student, calendars, call.now).await?;
    }
    let is_new = row.matched_by == MatchedBy::Created;
    let known = if is_new { KnownStudent::New(sent) } else { KnownStudent::OnRecord };
    let clock = NewClock { place, exclusion, known };
    measures::start(txn, row, clock, calendars, call.now).await?;
    let others = intake.looked_up.iter().filter(|id| **id != row.student_id).map(|id| id.0);
    let subject = Subject::one("referral", row.id.0).with([row.student_id.0]).with(others);
    audit::record(txn, audit::allowed(call.grant, subject, call.now)).await?;
    events::record(txn, submitted(row), call.now).await?;
    Ok(())
}
