//! What a referral names: codes and people that there are.

use chrono::NaiveDate;

use crate::features::referrals::submission::{NewReferral, SubmissionRefusal};
use crate::gate::write::Write;
use crate::reference::actors;
use crate::reference::reference_data::{UnknownCode, unknown_codes};
use crate::reference::schools::SchoolRoute;
use crate::store::call::CallError;
use crate::store::transaction::DatabaseTransaction;

/// Only codes that were not known a few seconds ago are asked of the database.
pub(super) async fn check_codes(
    write: &Write<'_>,
    new: &NewReferral,
) -> Result<(), CallError<SubmissionRefusal>> {
    let mut named: Vec<(&'static str, &str, String)> = new
        .request
        .codes()
        .into_iter()
        .map(|(set, code, place)| (set, code.as_str(), format!("/supportRequest{place}")))
        .collect();
    named.extend(
        new.student
            .gender
            .iter()
            .map(|code| ("genders", code.as_str(), "/student/gender".to_owned())),
    );
    for (index, contact) in new.student.whanau_contacts.iter().enumerate() {
        let place = format!("/student/whanauContacts/{index}/relationship");
        named.push(("whanau-relationships", contact.relationship.as_str(), place));
    }
    let asked = named.iter().map(|(set, code, _)| (*set, *code));
    let asked: Vec<(&str, &str)> =
        asked.filter(|(set, code)| !write.codes.contains(set, code)).collect();
    let unknown = unknown_codes(write.txn, &asked).await?;
    if unknown.is_empty() {
        return Ok(());
    }
    let found = named.into_iter().filter(|(set, code, _)| unknown.contains(&(*set, *code)));
    let found = found.map(|(set, _, place)| UnknownCode { place, set }).collect();
    Err(CallError::Refused(SubmissionRefusal::UnknownCodes(found)))
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
