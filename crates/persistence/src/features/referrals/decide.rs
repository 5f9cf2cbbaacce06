//! Deciding on a referral, taking it back, sending it again: each under the row's lock, so that
//! the second of two callers sees what the first one did.

use ascms_domain::access::Grant;
use ascms_domain::eligibility::{ImpossibleClaim, impossible_claims};
use ascms_domain::ids::{CaseId, ProviderId, ReferralId};
use ascms_domain::measures::ClockCause;
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_domain::referrals::{Decision, ReferralRefusal, SupportRequest};
use chrono::NaiveDate;
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
use crate::reference::calendars::Calendars;
use crate::reference::reference_data::{UnknownCode, unknown_codes};
use crate::rows::referral_content::Content;
use crate::rows::{in_school_provision, organisation, school};
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
    UnknownCodes(Vec<UnknownCode>),
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
        let mut row = before.clone();
        // Two referrals of one student, accepted at once, would both find no case to join.
        cases::lock_student(txn, row.student_id).await?;
        // A student's open case is joined, even when it opened after the referral came.
        let open_case = gate::case::open_of(txn, row.student_id).await?;
        let case_id = open_case.as_ref().map_or_else(CaseId::generate, |case| case.id);
        let successor_id = ReferralId::generate();
        let mut referral = to_domain(&row)?;
        referral.decide(&decision, case_id, successor_id).map_err(refused)?;
        check_reason(txn, &decision).await?;
        match &decision {
            Decision::Accept => match &open_case {
                Some(case) => cases::join(txn, grant, case.id, id, now).await?,
                None => cases::open(txn, grant, &row, case_id, now).await?,
            },
            Decision::Decline { .. } | Decision::Return { .. } => {}
            Decision::Redirect { to, .. } => {
                let in_school = is_team_of_the_school(txn, *to, &row, self.today()).await?;
                follow_on(self, &row, successor_id, (*to, in_school)).await?;
            }
        }
        take_state(&mut row, &referral);
        decision::append(txn, id, &decision, grant.caller().id(), now).await?;
        save_version(txn, grant, &before, &mut row, "referral.decided", now).await?;
        let which = ClockScope::Referrals(&[id]);
        measures::recompute_clocks(txn, which, ClockCause::Decision, (calendars, now)).await?;
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
        let mut row = before.clone();
        let mut referral = to_domain(&row)?;
        referral.withdraw().map_err(refused)?;
        known_reason(txn, "referral-withdraw-reasons", reason).await?;
        take_state(&mut row, &referral);
        row.withdrawal_reason = Some(reason.to_owned());
        save_version(txn, grant, &before, &mut row, "referral.withdrawn", now).await?;
        let which = ClockScope::Referrals(&[id]);
        measures::recompute_clocks(txn, which, ClockCause::Decision, (calendars, now)).await?;
        Ok(reading::file(txn, grant, id).await?)
    }

    /// The sender sends a returned referral again, with the request as it is now. Its clocks go
    /// on from the first day: a missing detail does not make a child wait longer on paper.
    pub async fn resubmit_referral(
        &self,
        id: ReferralId,
        request: SupportRequest,
    ) -> Result<ReferralFile, CallError<DecisionRefusal>> {
        let &Write { txn, calendars, .. } = self;
        let (grant, now) = (self.grant(), self.now());
        let before = locked(txn, grant, id).await?;
        let mut row = before.clone();
        let mut referral = to_domain(&row)?;
        referral.resubmit().map_err(refused)?;
        check_codes(txn, &request).await?;
        check_attendance(txn, &row, &request, (calendars, self.today())).await?;
        row.content = Content(request);
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
    txn: &DatabaseTransaction,
    row: &Model,
    request: &SupportRequest,
    (calendars, today): (&Calendars, NaiveDate),
) -> Result<(), CallError<DecisionRefusal>> {
    let school = school::Entity::find_by_id(row.school_id).one(txn).await?;
    let school = school.ok_or(StoreError::NotFound)?;
    let terms = calendars.terms_of(school.id);
    let of_school = (&calendars.contract, school.holiday_region);
    let impossible = impossible_claims(&request.attendance, today, terms, of_school);
    if impossible.is_empty() {
        Ok(())
    } else {
        Err(CallError::Refused(DecisionRefusal::ImpossibleAttendance(impossible)))
    }
}

async fn check_reason(
    txn: &DatabaseTransaction,
    decision: &Decision,
) -> Result<(), CallError<DecisionRefusal>> {
    match decision {
        Decision::Accept | Decision::Return { .. } => Ok(()),
        Decision::Decline { reason, .. } => {
            known_reason(txn, "referral-decline-reasons", reason.as_str()).await
        }
        Decision::Redirect { reason, .. } => {
            known_reason(txn, "referral-redirect-reasons", reason.as_str()).await
        }
    }
}

async fn known_reason(
    txn: &DatabaseTransaction,
    set: &'static str,
    reason: &str,
) -> Result<(), CallError<DecisionRefusal>> {
    if unknown_codes(txn, &[(set, reason)]).await?.is_empty() {
        Ok(())
    } else {
        Err(CallError::Refused(DecisionRefusal::UnknownReason(set)))
    }
}

async fn check_codes(
    txn: &DatabaseTransaction,
    request: &SupportRequest,
) -> Result<(), CallError<DecisionRefusal>> {
    let named = request.codes();
    let asked: Vec<(&str, &str)> =
        named.iter().map(|(set, code, _)| (*set, code.as_str())).collect();
    let unknown = unknown_codes(txn, &asked).await?;
    if unknown.is_empty() {
        return Ok(());
    }
    let places = named.iter().filter(|(set, code, _)| unknown.contains(&(*set, code.as_str())));
    let places =
        places.map(|(set, _, place)| UnknownCode { place: format!("/supportRequest{place}"), set });
    Err(CallError::Refused(DecisionRefusal::UnknownCodes(places.collect())))
}

/// Whether a provider is the school's own team. One of another school takes nothing of this one.
async fn is_team_of_the_school(
    txn: &DatabaseTransaction,
    id: ProviderId,
    row: &Model,
    today: NaiveDate,
) -> Result<bool, CallError<DecisionRefusal>> {
    let provider = organisation::Entity::find_by_id(id).one(txn).await?;
    let kind = provider
        .filter(|provider| provider.status == OrganisationStatus::Active)
        .map(|provider| provider.kind)
        .filter(|kind| kind.is_provider())
        .ok_or(CallError::Refused(DecisionRefusal::UnknownProvider))?;
    if kind != OrganisationKind::InSchoolProvider {
        return Ok(false);
    }
    if !in_school_provision::serves(txn, id, row.school_id, today).await? {
        return Err(CallError::Refused(DecisionRefusal::TeamOfAnotherSchool));
    }
    Ok(true)
}

/// The referral that follows at the other provider. Its clocks start on the day of the
/// redirection (ours): no provider is measured for days on which it could not know.
async fn follow_on(
    write: &Write<'_>,
    row: &Model,
    id: ReferralId,
    (provider_id, in_school): (ProviderId, bool),
) -> Result<(), CallError<DecisionRefusal>> {
    let (txn, now) = (write.txn, write.now());
    let successor = Model {
        id,
        referral_date: write.today(),
        submitted_at: now,
        sent_by_provider_id: None,
        source: None,
        source_reference: None,
        provider_id: Some(provider_id),
        in_school,
        predecessor_id: Some(row.id),
        version: 1,
        updated_at: now,
        ..row.clone()
    };
    whole_row::insert(txn, ActiveModel::from(successor.clone())).await?;
    let place = measures::place(txn, row.id).await?;
    let on_record = (None, measures::KnownStudent::OnRecord);
    measures::start(txn, &successor, place, on_record, (write.calendars, now)).await?;
    events::record(txn, submitted(&successor), now).await?;
    Ok(())
}
