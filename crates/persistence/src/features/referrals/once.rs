//! One referral once: sent again it is the same one, and a child waits once at a school.

use ascms_domain::access::Grant;
use ascms_domain::ids::{CaseId, ReferralId, SchoolId, StudentId};
use ascms_domain::matching::{Match, MatchReason, ScoredCandidate};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::rules::WaitingReferrals;
use ascms_domain::students::SentStudent;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{ExprTrait, QueryOrder, QuerySelect, QueryTrait};

use crate::Store;
use crate::features::referrals::filter::of_source;
use crate::features::referrals::submission::{NewReferral, SubmissionRefusal, Submitted};
use crate::features::referrals::{reading, receipt, told_to_wait};
use crate::gate::write::Write;
use crate::reach::rows::referral::Column;
use crate::reach::unscoped;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// The record that the same caller sent under the same reference before.
pub(crate) async fn already_here(
    write: &Write<'_>,
    new: &NewReferral,
) -> Result<Option<Submitted>, CallError<SubmissionRefusal>> {
    let &Write { txn, placeholders, .. } = write;
    let (grant, now) = (write.grant(), write.now());
    let Some((source, reference)) = &new.source else { return Ok(None) };
    let known = unscoped::referrals_sent_by(grant.caller().id())
        .filter(of_source(source))
        .filter(Column::SourceReference.eq(reference))
        .order_by_asc(Column::Id)
        .one(txn)
        .await?;
    let Some(known) = known else { return Ok(None) };
    if ![&new.fingerprint, &new.ordered_fingerprint].contains(&&known.fingerprint) {
        return Err(CallError::Refused(SubmissionRefusal::ReferenceTaken(known.id)));
    }
    let file = reading::file(txn, grant, known.id).await?;
    txn.look_up([known.student_id.0]);
    let subject = Subject::one("referral", known.id.0).with([known.student_id.0]);
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    Ok(Some(Submitted { file, placeholders: placeholders.found_in(&new.student), known: true }))
}

/// Where another referral of the student may wait, and what the rule makes of that.
#[derive(Clone, Copy, Debug)]
pub(super) struct WaitingPlace {
    pub rule: WaitingReferrals,
    pub kind: ReferralKind,
    pub school: SchoolId,
}

/// Refuses a referral while another one of the student and kind waits at the school. Calls that
/// send the same student wait at the student's locks, so that the second one finds the first.
///
/// `unknown` is the open case of which the sender may not know. A referral that joined it waits as
/// far as they know, and stands in the way as one that waits does: else the answer to a second
/// referral would tell them of the case.
pub(super) async fn check(
    txn: &DatabaseTransaction,
    WaitingPlace { rule, kind, school }: WaitingPlace,
    found: &Match,
    unknown: Option<CaseId>,
) -> Result<(), CallError<SubmissionRefusal>> {
    if rule == WaitingReferrals::Any {
        return Ok(());
    }
    let students: Vec<StudentId> = match found {
        Match::New => Vec::new(),
        Match::Known(student, _) => vec![*student],
        Match::Unclear(candidates) => {
            candidates.iter().filter(|one| is_sent_again(one)).map(|one| one.student_id).collect()
        }
    };
    if students.is_empty() {
        return Ok(());
    }
    let waits = match unknown {
        Some(case) => crate::reach::referrals::waits().or(told_to_wait::seems_to_wait(case)),
        None => crate::reach::referrals::waits(),
    };
    let waiting = unscoped::referrals_of_students(students)
        .filter(Column::SchoolId.eq(school))
        .filter(Column::Kind.eq(kind))
        .filter(waits)
        .order_by_asc(Column::Id)
        .one(txn)
        .await?;
    match waiting {
        Some(waiting) => Err(CallError::Refused(SubmissionRefusal::AlreadyReferred(waiting.id))),
        None => Ok(()),
    }
}

/// The same for a sender who was told of somebody new before: who they sent then waits, whoever it
/// turned out to be, and whatever number they send now. Else the answer would tell them whether the
/// number is that student's.
pub(super) async fn check_told(
    txn: &DatabaseTransaction,
    WaitingPlace { rule, kind, school }: WaitingPlace,
    sent: &SentStudent,
) -> Result<(), CallError<SubmissionRefusal>> {
    if rule == WaitingReferrals::Any {
        return Ok(());
    }
    let seem_to_wait = unscoped::referrals_at_school(school)
        .filter(Column::Kind.eq(kind))
        .filter(told_to_wait::waits_as_told());
    let ids = seem_to_wait.select_only().column(Column::Id);
    match receipt::of_sent(txn, QueryTrait::into_query(ids), sent).await? {
        Some(waiting) => Err(CallError::Refused(SubmissionRefusal::AlreadyReferred(waiting))),
        None => Ok(()),
    }
}

/// Whether a candidate has the names and the birth date that were sent, and no other number. Who
/// that is may be under review; a second referral of the same would only be a second review.
fn is_sent_again(candidate: &ScoredCandidate) -> bool {
    let holds = |reason| candidate.reasons.contains(&reason);
    holds(MatchReason::SameName)
        && holds(MatchReason::SameBirthDate)
        && !holds(MatchReason::OtherNsn)
}

impl Store {
    /// A referral stood in the way of a caller's: leaves the entry that they heard of it, and
    /// answers whether the reader reaches it.
    pub async fn referral_in_the_way(
        &self,
        grant: &Grant,
        reader: Option<&Grant>,
        id: ReferralId,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let found = match reader {
            Some(reader) => {
                crate::reach::referrals::within(reader)
                    .filter(Column::Id.eq(id))
                    .one(&self.read)
                    .await?
            }
            None => None,
        };
        let subject = Subject::one("referral", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(found.is_some())
    }
}
