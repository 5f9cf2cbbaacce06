//! Non-enrolment notices of the national enrolment register. Each that can stand becomes a referral,
//! on the way of every other.

use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::Match;
use ascms_domain::non_enrolments::{SCHOOL_DAYS, due_on};
use ascms_domain::referrals::ReferralKind;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::features::referrals::submission::{NewReferral, SubmissionRefusal, Submitted};
use crate::features::referrals::{once, submit};
use crate::features::students::enrolment;
use crate::gate::write::Write;
use crate::identity::{self, recognise};
use crate::reach;
use crate::reach::rows::referral;
use crate::reference::schools;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::transaction::DatabaseTransaction;

/// A student who is enrolled nowhere, as the register tells of them.
#[derive(Clone, Debug)]
pub struct Notice {
    /// The referral that comes of it; its school is the last one known.
    pub referral: NewReferral,
    /// The first day without an enrolment.
    pub since: NaiveDate,
}

/// Why a notice makes no referral.
#[derive(Debug, thiserror::Error)]
pub enum NoticeFault {
    #[error("the student has not been enrolled nowhere for {SCHOOL_DAYS} school days")]
    TooEarly,
    #[error("the student is enrolled at a school")]
    EnrolledNow,
    #[error("a non-enrolment referral of the student waits already")]
    AlreadyReferred,
    #[error(transparent)]
    Referral(#[from] SubmissionRefusal),
}

/// What came of each notice.
pub type Noticed = Vec<Result<Submitted, NoticeFault>>;

impl Write<'_> {
    /// Takes notices in.
    pub async fn receive_notices(
        &self,
        notices: Vec<Notice>,
    ) -> Result<Noticed, CallError<NoticeFault>> {
        self.may_look_up()?;
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        submit::lock(txn, grant, notices.iter().map(|notice| &notice.referral)).await?;
        let mut noticed = Vec::with_capacity(notices.len());
        for notice in &notices {
            match take(self, notice).await {
                Ok(submitted) => noticed.push(Ok(submitted)),
                Err(CallError::Refused(fault)) => noticed.push(Err(fault)),
                Err(err @ (CallError::Key(_) | CallError::Store(_))) => return Err(err),
            }
        }
        let ids = noticed.iter().flatten().map(|taken| taken.file.row.referral.id.0);
        let subject = Subject::many("referral", ids.collect()).with(txn.looked_up());
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        Ok(noticed)
    }
}

async fn take(write: &Write<'_>, notice: &Notice) -> Result<Submitted, CallError<NoticeFault>> {
    if let Some(known) = may_stand(write, notice).await? {
        return Ok(known);
    }
    submit::take_in(write, &notice.referral).await.map_err(CallError::refusal_into)
}

/// Whether a notice may become a referral; the referral that it became before, when it is sent
/// again.
async fn may_stand(
    write: &Write<'_>,
    notice: &Notice,
) -> Result<Option<Submitted>, CallError<NoticeFault>> {
    let &Write { txn, calendars, placeholders, .. } = write;
    let known = once::already_here(write, &notice.referral).await;
    if let Some(known) = known.map_err(CallError::refusal_into)? {
        return Ok(Some(known));
    }
    let today = write.today();
    let school = schools::routing(txn, write.grant(), notice.referral.school_number, today).await?;
    let school = school.ok_or(refused(SubmissionRefusal::UnknownSchool))?;
    let open = calendars.open_days(school.school_id, school.holiday_region);
    due_on(notice.since, today, &open).ok_or(CallError::Refused(NoticeFault::TooEarly))?;
    let (sent, at) = (&notice.referral.student, school.school_id);
    let recognised = recognise::recognise(txn, write.grant(), at, sent, placeholders).await?;
    let Match::Known(student, _) = recognised.found else { return Ok(None) };
    identity::enrolment_lock::lock(txn, [student]).await?;
    if is_enrolled(txn, student, school.school_id, notice.since).await? {
        return Err(CallError::Refused(NoticeFault::EnrolledNow));
    }
    if waits(txn, student).await? {
        return Err(CallError::Refused(NoticeFault::AlreadyReferred));
    }
    Ok(None)
}

fn refused(err: SubmissionRefusal) -> CallError<NoticeFault> {
    CallError::Refused(err.into())
}

/// Whether somebody says that the student is enrolled, other than the last school of a time before:
/// the register's word is the later one on that, and ends it.
async fn is_enrolled(
    txn: &DatabaseTransaction,
    student: StudentId,
    last_school: SchoolId,
    since: NaiveDate,
) -> Result<bool, DbErr> {
    let open = enrolment::open(txn, student).await?;
    Ok(open.is_some_and(|row| {
        row.school_id != last_school || row.enrolled_on.is_some_and(|first| first >= since)
    }))
}

async fn waits(txn: &DatabaseTransaction, student: StudentId) -> Result<bool, DbErr> {
    let waiting = reach::unscoped::referrals_of_student(student)
        .filter(referral::Column::Kind.eq(ReferralKind::NonEnrolment))
        .filter(reach::referrals::waits())
        .one(txn)
        .await?;
    Ok(waiting.is_some())
}
