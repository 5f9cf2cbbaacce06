//! Where a referral says that its student is, or no longer is.

use ascms_domain::enrolment_claims::ClaimWord;
use ascms_domain::ids::StudentId;
use ascms_domain::matching::MatchedBy;
use ascms_domain::referrals::ReferralKind;

use crate::features::referrals::resolve::resolve;
use crate::features::students::enrolment::EnrolmentLedger;
use crate::features::{cases, enrolment_claims};
use crate::reach::rows::referral::Model;
use crate::reference::calendars::Calendars;
use crate::reference::rules::RuleBook;
use crate::store::call::Call;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// What the referral says of the student's enrolment.
pub(super) async fn place(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    row: &Model,
    (school_number, under): (i32, Option<StudentId>),
    (rules, calendars): (&RuleBook, &Calendars),
) -> Result<(), StoreError> {
    let now = call.now;
    let told = if row.matched_by == MatchedBy::Created {
        EnrolmentLedger::empty(row.student_id)
    } else {
        EnrolmentLedger::open(txn, row.student_id).await?.under(under.unwrap_or(row.student_id))
    };
    match row.kind {
        ReferralKind::ChronicAbsence => {
            let school = (row.school_id, school_number);
            let Some(moved) = told.record_enrolment(txn, row.school_id, now).await? else {
                return Ok(());
            };
            let (moved, by) = ([moved], (rules, calendars, now));
            let word = Some(ClaimWord::Referral);
            let staying = enrolment_claims::follow(txn, call.grant, &moved, word, by).await?;
            if row.case_id.is_some() && !staying.contains(&row.student_id) {
                cases::follow_student(txn, call.grant, row.student_id, school, now).await?;
            }
            // Of a student whom nobody knew, no referral waits.
            if row.matched_by == MatchedBy::Created {
                return Ok(());
            }
            resolve(txn, call.grant, &[row.student_id], now).await
        }
        ReferralKind::NonEnrolment => {
            let sent = row.content.0.non_enrolment.as_ref();
            let last = sent.and_then(|sent| sent.left_on.or(sent.last_day_attended));
            let reason = sent.and_then(|sent| sent.leaving_reason.clone()).map(|code| code.0);
            let departure = (last.unwrap_or(row.referral_date), reason);
            told.record_departure(txn, row.school_id, departure, now).await
        }
    }
}
