//! What a referral names: codes and people that there are.

use chrono::NaiveDate;

use crate::features::referrals::submission::{NewReferral, SubmissionRefusal};
use crate::gate::write::Write;
use crate::reference::actors;
use crate::reference::schools::SchoolRoute;
use crate::store::call::CallError;
use crate::store::transaction::DatabaseTransaction;

pub(super) async fn check_codes(
    write: &Write<'_>,
    new: &NewReferral,
) -> Result<(), CallError<SubmissionRefusal>> {
    let named = [new.request.codes(), new.student.codes()].concat();
    let unknown = write.unknown_at(&named).await?;
    if unknown.is_empty() {
        Ok(())
    } else {
        Err(CallError::Refused(SubmissionRefusal::UnknownCodes(unknown)))
    }
}

pub(super) async fn check_primary_contact(
    txn: &DatabaseTransaction,
    new: &NewReferral,
    route: &SchoolRoute,
    today: NaiveDate,
) -> Result<(), CallError<SubmissionRefusal>> {
    let Some(person) = new.primary_contact_id else { return Ok(()) };
    if actors::works_at_school(txn, person, route.school_id, today).await? {
        Ok(())
    } else {
        Err(CallError::Refused(SubmissionRefusal::UnknownPrimaryContact))
    }
}
