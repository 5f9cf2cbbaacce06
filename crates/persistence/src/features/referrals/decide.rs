//! Deciding on a referral, taking it back, sending it again: each under the row's lock, so that
//! the second of two callers sees what the first one did.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::code_locations::CodeLocation;
use ascms_domain::eligibility::{ImpossibleClaim, impossible_claims};
use ascms_domain::ids::{CaseId, ProviderId, ReferralId};
use ascms_domain::measures::ClockCause;
use ascms_domain::organisations::{CandidateProvider, CannotServe, Serving};
use ascms_domain::referrals::{
    Decision, ReferralRefusal, ReferralStatus, Responsible, SupportRequest,
};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::cases;
use crate::features::measures::{self, ClockScope};
use crate::features::referrals::file::ReferralFile;
use crate::features::referrals::record::save_version;
use crate::features::referrals::submission::submitted;
use crate::features::referrals::{decision, reading};
use crate::gate;
use crate::gate::referral_state::{take_state, to_domain};
use crate::gate::write::Write;
use crate::reach::rows::referral::{ActiveModel, Model};
use crate::reference::providers;
use crate::rows::referral_content::StoredRequest;
use crate::rows::school;
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// Why a referral was not decided, resubmitted or withdrawn.
#[derive(Debug, thiserror::Error)]
pub enum DecisionRefusal {
    #[error(transparent)]
    Rule(#[from] ReferralRefusal),
    #[error("no active provider has this id")]
    UnknownProvider,
    #[error("the in-school team works for another school")]
    TeamOfAnotherSchool,
    #[error("the reason is no code of the set `{0}`")]
    UnknownReason(&'static str),
    #[error("codes that no code set holds")]
    UnknownCodes(Vec<CodeLocation>),
    #[error("more half-days than the school can have been open")]
    ImpossibleAttendance(Vec<ImpossibleClaim>),
}

fn refused(err: ReferralRefusal) -> CallError<DecisionRefusal> {
    CallError::Refused(err.into())
}

impl Write<'_> {
    /// Accepts, declines, returns or redirects a referral.
    pub async fn decide_referral(
        &self,
        id: ReferralId,
        decision: Decision,
    ) -> Result<ReferralFile, CallError<DecisionRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let (grant, now) = (self.grant(), self.now());
        let before = locked(txn, grant, id).await?;
        // Two referrals of one student, accepted at once, would both find no case to join.
        cases::lock_student(txn, before.student_id).await?;
        // A student's open case is joined, even when it opened after the referral came.
        let open_case = gate::case::open_of(txn, before.student_id).await?;
        let case_id = open_case.as_ref().map_or_else(CaseId::generate, |case| case.id);
        let successor_id = ReferralId::generate();
        let mut referral = to_domain(&before)?;
        referral.decide(&decision, case_id, successor_id).map_err(refused)?;
        check_reason(self, &decision).await?;
        match &decision {
            Decision::Accept => match &open_case {
                Some(case) => cases::join(txn, grant, case.id, id, now).await?,
                None => cases::open(txn, grant, &before, case_id, now).await?,
            },
            Decision::Decline { .. } | Decision::Return { .. } => {}
            Decision::Redirect { to, .. } => {
                let responsible = redirected(txn, *to, &before, self.today()).await?;
                follow_on(self, &before, successor_id, responsible).await?;
            }
        }
        let mut row = before.clone();
        take_state(&mut row, &referral);
        decision::append(txn, id, &decision, grant.caller().id(), now).await?;
        save_version(txn, grant, &before, &mut row, "referral.decided", now).await?;
        let which = ClockScope::Referrals(&[id]);
        measures::recompute_clocks(txn, which, ClockCause::Decision, calendars, now).await?;
        Ok(reading::file(txn, grant, id).await?)
    }

    /// The sender takes a referral back.
    pub async fn withdraw_referral(
        &self,
        id: ReferralId,
        reason: &str,
    ) -> Result<ReferralFile, CallError<DecisionRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let (grant, now) = (self.grant(), self.now());
        let before = locked(txn, grant, id).await?;
        let mut referral = to_domain(&before)?;
        referral.withdraw().map_err(refused)?;
        known_reason(self, "referral-withdraw-reasons", reason).await?;
        let mut row = before.clone();
        take_state(&mut row, &referral);
        row.withdrawal_reason = Some(reason.to_owned());
        save_version(txn, grant, &before, &mut row, "referral.withdrawn", now).await?;
        let which = ClockScope::Referrals(&[id]);
        measures::recompute_clocks(txn, which, ClockCause::Decision, calendars, now).await?;
        Ok(reading::file(txn, grant, id).await?)
    }

    /// The sender sends a returned referral again, with the request as it is now. Its clocks go
    /// on from the first day: a missing detail does not make a child wait longer on paper.
    pub async fn resubmit_referral(
        &self,
        id: ReferralId,
        request: SupportRequest,
    ) -> Result<ReferralFile, CallError<DecisionRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let before = locked(txn, grant, id).await?;
        let mut referral = to_domain(&before)?;
        referral.resubmit().map_err(refused)?;
        check_codes(self, &request).await?;
        check_attendance(self, &before, &request).await?;
        let mut row = before.clone();
        row.content = StoredRequest(request);
        take_state(&mut row, &referral);
        save_version(txn, grant, &before, &mut row, "referral.submitted", now).await?;
        Ok(reading::file(txn, grant, id).await?)
    }
}

async fn locked(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: ReferralId,
) -> Result<Model, StoreError> {
    let row = crate::reach::referrals::acted_on(grant, id).lock_exclusive().one(txn).await?;
    let row = row.ok_or(StoreError::NotFound)?;
    // A refusal tells something of the student too.
    txn.look_up([row.student_id.0]);
    Ok(row)
}

async fn check_attendance(
    write: &Write<'_>,
    row: &Model,
    request: &SupportRequest,
) -> Result<(), CallError<DecisionRefusal>> {
    let school = school::Entity::find_by_id(row.school_id).one(write.txn).await?;
    let school = school.ok_or(StoreError::NotFound)?;
    let open = write.calendars.open_days(school.id, school.holiday_region);
    let impossible = impossible_claims(&request.attendance, write.today(), &open);
    if impossible.is_empty() {
        Ok(())
    } else {
        Err(CallError::Refused(DecisionRefusal::ImpossibleAttendance(impossible)))
    }
}

async fn check_reason(
    write: &Write<'_>,
    decision: &Decision,
) -> Result<(), CallError<DecisionRefusal>> {
    match decision {
        Decision::Accept | Decision::Return { .. } => Ok(()),
        Decision::Decline { reason, .. } => {
            known_reason(write, "referral-decline-reasons", reason.as_str()).await
        }
        Decision::Redirect { reason, .. } => {
            known_reason(write, "referral-redirect-reasons", reason.as_str()).await
        }
    }
}

async fn known_reason(
    write: &Write<'_>,
    set: &'static str,
    reason: &str,
) -> Result<(), CallError<DecisionRefusal>> {
    if write.unknown_codes(&[(set, reason)]).await?.is_empty() {
        Ok(())
    } else {
        Err(CallError::Refused(DecisionRefusal::UnknownReason(set)))
    }
}

async fn check_codes(
    write: &Write<'_>,
    request: &SupportRequest,
) -> Result<(), CallError<DecisionRefusal>> {
    let unknown = write.unknown_at(&request.codes()).await?;
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(CallError::Refused(DecisionRefusal::UnknownCodes(unknown)))
    }
}

/// Who is responsible for what is redirected to a provider.
async fn redirected(
    txn: &DatabaseTransaction,
    to: ProviderId,
    row: &Model,
    today: NaiveDate,
) -> Result<Responsible, CallError<DecisionRefusal>> {
    let candidate = providers::candidate(txn, to, row.school_id, today).await?;
    match candidate.map_or(Err(CannotServe::NoProvider), CandidateProvider::serving) {
        Ok(serving) => Ok(Responsible {
            provider_id: Some(to),
            in_school: match serving {
                Serving::InSchool => true,
                Serving::Catchment => false,
            },
        }),
        Err(CannotServe::NoProvider) => Err(CallError::Refused(DecisionRefusal::UnknownProvider)),
        Err(CannotServe::TeamOfAnotherSchool) => {
            Err(CallError::Refused(DecisionRefusal::TeamOfAnotherSchool))
        }
    }
}

/// The referral that follows at the other provider. Its clocks start on the day of the
/// redirection (ours): no provider is measured for days on which it could not know.
async fn follow_on(
    write: &Write<'_>,
    row: &Model,
    id: ReferralId,
    responsible: Responsible,
) -> Result<(), CallError<DecisionRefusal>> {
    let (txn, now) = (write.txn, write.now());
    let successor = successor(row, id, responsible, now);
    whole_row::insert(txn, ActiveModel::from(successor.clone())).await?;
    let place = measures::place(txn, row.id).await?;
    let known = measures::KnownStudent::OnRecord;
    let clock = measures::NewClock { place, exclusion: None, known };
    measures::start(txn, &successor, clock, write.calendars, now).await?;
    events::record(txn, submitted(&successor), now).await?;
    Ok(())
}

/// What was asked for, as it follows at another provider. It belongs to nobody's system: the sender
/// knows the referral that it sent.
fn successor(of: &Model, id: ReferralId, to: Responsible, now: DateTime<Utc>) -> Model {
    Model {
        id,
        kind: of.kind,
        status: ReferralStatus::on_arrival(false),
        referral_date: nz_date(now),
        submitted_at: now,
        submitted_by: of.submitted_by,
        sent_by_provider_id: None,
        source: None,
        source_reference: None,
        fingerprint: of.fingerprint.clone(),
        student_id: of.student_id,
        school_id: of.school_id,
        catchment_id: of.catchment_id,
        provider_id: to.provider_id,
        in_school: to.in_school,
        primary_contact_id: of.primary_contact_id,
        content: of.content.clone(),
        assessment: of.assessment.clone(),
        matched_by: of.matched_by,
        match_review_id: of.match_review_id,
        case_id: None,
        predecessor_id: Some(of.id),
        successor_id: None,
        withdrawal_reason: None,
        version: 1,
        updated_at: now,
    }
}
