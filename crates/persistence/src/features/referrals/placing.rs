//! Where a referral says that its student is, or no longer is.

use ascms_domain::enrolment_claims::ClaimWord;
use ascms_domain::ids::StudentId;
use ascms_domain::matching::MatchedBy;
use ascms_domain::referrals::ReferralKind;

use crate::features::referrals::resolve::resolve;
use crate::features::students::enrolment::{EnrolmentLedger, ReportedDeparture};
use crate::features::{cases, enrolment_claims};
use crate::gate::write::Write;
use crate::reach::rows::referral::Model;
use crate::store::error::StoreError;

/// What the referral says of the student's enrolment.
pub(super) async fn place(
    write: &Write<'_>,
    row: &Model,
    school_number: i32,
    under: Option<StudentId>,
) -> Result<(), StoreError> {
    let (txn, grant, now) = (write.txn, write.grant(), write.now());
    let told = if row.matched_by == MatchedBy::Created {
        EnrolmentLedger::empty(row.student_id)
    } else {
        EnrolmentLedger::open(txn, row.student_id).await?.under(under.unwrap_or(row.student_id))
    };
    match row.kind {
        ReferralKind::ChronicAbsence => {
            let school = cases::NumberedSchool { id: row.school_id, number: school_number };
            let Some(moved) = told.record_enrolment(txn, row.school_id, now).await? else {
                return Ok(());
            };
            let (moved, word) = ([moved], Some(ClaimWord::Referral));
            let basis = write.basis();
            let staying = enrolment_claims::follow(txn, grant, &moved, word, basis).await?;
            if row.case_id.is_some() && !staying.contains(&row.student_id) {
                cases::follow_student(txn, grant, row.student_id, school, now).await?;
            }
            // Of a student whom nobody knew, no referral waits.
            if row.matched_by == MatchedBy::Created {
                return Ok(());
            }
            resolve(txn, grant, &[row.student_id], now).await
        }
        ReferralKind::NonEnrolment => {
            let sent = row.content.0.non_enrolment.as_ref();
            let last = sent.and_then(|sent| sent.left_on.or(sent.last_day_attended));
            let reason = sent.and_then(|sent| sent.leaving_reason.clone()).map(|code| code.0);
            let last_day = last.unwrap_or(row.referral_date);
            let departure = ReportedDeparture { school_id: row.school_id, last_day, reason };
            told.record_departure(txn, departure, now).await
        }
    }
}
