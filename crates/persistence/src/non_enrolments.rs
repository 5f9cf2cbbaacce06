//! Non-enrolment notices of the national enrolment register. Each that can stand becomes a referral,
//! on the way of every other.

use ascms_domain::attendance::OpenDays;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::Match;
use ascms_domain::non_enrolments::{SCHOOL_DAYS, due_on};
use ascms_domain::referrals::ReferralKind;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use crate::audit::{self, Subject};
use crate::call::About;
use crate::idempotency::Answer;
use crate::referrals::once;
use crate::referrals::submit::{self, NewReferral, SubmitError, Submitted};
use crate::students::{enrolment, recognise};
use crate::{Call, CallError, DatabaseTransaction, Store, referrals, schools};

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
    Referral(#[from] SubmitError),
}

type Refusal = CallError<NoticeFault>;

/// What came of each notice.
pub type Noticed = Vec<Result<Submitted, NoticeFault>>;

impl Store {
    /// Takes notices in; `render` makes the answer that a retry will get again.
    pub async fn receive_notices(
        &self,
        call: &Call<'_>,
        notices: Vec<Notice>,
        render: impl FnOnce(&Noticed) -> Answer,
    ) -> Result<Answer, CallError<NoticeFault>> {
        self.may_look_up(call)?;
        let (rules, almanac) = (self.rules().await?, self.almanac().await?);
        let placeholders = self.placeholders().await?;
        self.carry_out((call, About::Nobody), async |txn| {
            let Call { grant, now, .. } = *call;
            submit::lock(txn, grant, notices.iter().map(|notice| &notice.referral)).await?;
            let mut noticed = Vec::with_capacity(notices.len());
            for notice in &notices {
                match take(txn, call, notice, (&*rules, &*almanac, &*placeholders)).await {
                    Ok(submitted) => noticed.push(Ok(submitted)),
                    Err(CallError::Refused(fault)) => noticed.push(Err(fault)),
                    Err(err @ (CallError::Key(_) | CallError::Store(_))) => return Err(err),
                }
            }
            let ids = noticed.iter().flatten().map(|taken| taken.file.row.referral.id.0);
            let subject = Subject::many("referral", ids.collect()).with(txn.looked_up());
            audit::record(txn, audit::allowed(grant, subject, now)).await?;
            Ok(render(&noticed))
        })
        .await
    }
}

async fn take(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    notice: &Notice,
    book: submit::Book<'_>,
) -> Result<Submitted, Refusal> {
    if let Some(known) = may_stand(txn, call, notice, book).await? {
        return Ok(known);
    }
    let taken = submit::take_in(txn, call, &notice.referral, book).await;
    taken.map_err(CallError::refusal_into)
}

/// Whether a notice may become a referral; the referral that it became before, when it is sent
/// again.
async fn may_stand(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    notice: &Notice,
    (_, almanac, placeholders): submit::Book<'_>,
) -> Result<Option<Submitted>, Refusal> {
    let Call { grant, now, .. } = *call;
    let sent = (&notice.referral, placeholders);
    let known = once::already_here(txn, grant, sent, now).await;
    if let Some(known) = known.map_err(CallError::refusal_into)? {
        return Ok(Some(known));
    }
    let today = nz_date(now);
    let school = schools::routing(txn, notice.referral.school_number, today).await?;
    let school = school.ok_or(refused(SubmitError::UnknownSchool))?;
    let open = OpenDays {
        terms: almanac.terms_of(school.school_id),
        calendar: &almanac.contract,
        region: school.holiday_region,
    };
    due_on(notice.since, today, &open).ok_or(CallError::Refused(NoticeFault::TooEarly))?;
    let (sent, at) = (&notice.referral.student, school.school_id);
    let recognised = recognise::recognise(txn, grant, at, sent, placeholders).await?;
    let Match::Known(student, _) = recognised.found else { return Ok(None) };
    enrolment::lock(txn, [student]).await?;
    if is_enrolled(txn, student, (school.school_id, notice.since)).await? {
        return Err(CallError::Refused(NoticeFault::EnrolledNow));
    }
    if waits(txn, student).await? {
        return Err(CallError::Refused(NoticeFault::AlreadyReferred));
    }
    Ok(None)
}

fn refused(err: SubmitError) -> Refusal {
    CallError::Refused(err.into())
}

/// Whether somebody says that the student is enrolled, other than the last school of a time before:
/// the register's word is the later one on that, and ends it.
async fn is_enrolled(
    txn: &DatabaseTransaction,
    student: StudentId,
    (last_school, since): (SchoolId, NaiveDate),
) -> Result<bool, DbErr> {
    let open = enrolment::open(txn, student).await?;
    Ok(open.is_some_and(|row| {
        row.school_id != last_school || row.enrolled_on.is_some_and(|first| first >= since)
    }))
}

async fn waits(txn: &DatabaseTransaction, student: StudentId) -> Result<bool, DbErr> {
    let waiting = referrals::Entity::find()
        .filter(referrals::Column::StudentId.eq(student))
        .filter(referrals::Column::Kind.eq(ReferralKind::NonEnrolment))
        .filter(referrals::waits())
        .one(txn)
        .await?;
    Ok(waiting.is_some())
}
