//! Where a refused referral points: to the referral in the way, and to the members that are wrong.

use actix_web::HttpRequest;
use ascms_domain::access::Grant;
use ascms_domain::date_locations::DateLocation;
use ascms_domain::referrals::{Inconsistency, SupportRequest};
use ascms_domain::students::SentStudent;
use ascms_persistence::referrals::SubmissionRefusal;
use ascms_persistence::{CallError, Store};
use chrono::{DateTime, NaiveDate, Utc};

use crate::auth;
use crate::auth::ReadReferrals;
use crate::problem::{Code, Fault, Refusal};
use crate::students::birth_fault;

/// A refusal of a body with these faults.
pub(super) fn invalid(faults: Vec<Fault>) -> Refusal {
    Refusal::faulty(Code::InvalidBody, faults)
}

/// A refusal because of a referral that is there, with where that is for who may read it.
pub(super) async fn in_the_way(
    req: &HttpRequest,
    store: &Store,
    grant: &Grant,
    err: CallError<SubmissionRefusal>,
    now: DateTime<Utc>,
) -> Refusal {
    let CallError::Refused(
        SubmissionRefusal::AlreadyReferred(id) | SubmissionRefusal::ReferenceTaken(id),
    ) = err
    else {
        return err.into();
    };
    let refusal = Refusal::from(err);
    let reader = auth::also::<ReadReferrals>(req);
    match store.referral_in_the_way(grant, reader.as_ref(), id, now).await {
        Ok(true) => refusal.with_location(format!("/v1/referrals/{id}")),
        Ok(false) => refusal,
        Err(err) => err.into(),
    }
}

/// What of a student and a request contradicts itself, or the calendar.
pub(crate) fn content_faults(
    student: &SentStudent,
    support_request: &SupportRequest,
    today: NaiveDate,
) -> Vec<Fault> {
    let mut faults = request_faults(support_request, today);
    faults.extend(in_the_future(student.dates(), today));
    let born = birth_fault("/student/birthDate", student.birth_date, today);
    let unborn = support_request.dates().into_iter();
    // A date of birth that is wrong itself says nothing about other days.
    let unborn = unborn.filter(|(_, date)| born.is_none() && *date < student.birth_date);
    faults.extend(unborn.map(|(location, _)| {
        Fault::at(pointer(location), "before_birth", "lies before the student's birth")
    }));
    faults.extend(born);
    faults
}

/// What of a request contradicts itself or the calendar.
pub(super) fn request_faults(request: &SupportRequest, today: NaiveDate) -> Vec<Fault> {
    let contradictions = request.inconsistencies().into_iter().map(contradiction);
    contradictions.chain(in_the_future(request.dates(), today)).collect()
}

fn contradiction(found: Inconsistency) -> Fault {
    let (member, code, detail) = match found {
        Inconsistency::NonEnrolmentMissing => {
            ("nonEnrolment".to_owned(), "required", "is needed for a non-enrolment")
        }
        Inconsistency::AttendanceMissing => {
            ("attendance".to_owned(), "required", "is needed for chronic absence")
        }
        Inconsistency::GroundsMissing => {
            let member = "continuingSupportGrounds".to_owned();
            (member, "required", "is needed for continuing support")
        }
        Inconsistency::NoHalfDaysPossible(index) => {
            let member = format!("attendance/{index}/possibleHalfDays");
            (member, "too_small", "is 0, and half-days were attended")
        }
        Inconsistency::MoreThanPossible(index) => {
            let member = format!("attendance/{index}/presentHalfDays");
            (member, "too_large", "is more than possibleHalfDays")
        }
        Inconsistency::TermRepeated(index) => {
            (format!("attendance/{index}/term"), "repeated", "is there twice")
        }
    };
    Fault::at(format!("/supportRequest/{member}"), code, detail)
}

/// The faults of dates after today.
fn in_the_future(
    dates: Vec<(DateLocation, NaiveDate)>,
    today: NaiveDate,
) -> impl Iterator<Item = Fault> {
    let ahead = dates.into_iter().filter(move |(_, date)| *date > today);
    ahead.map(|(location, _)| Fault::at(pointer(location), "in_the_future", "lies in the future"))
}

/// Where in a body that carries a referral a date stands.
fn pointer(location: DateLocation) -> String {
    match location {
        DateLocation::WhanauToldOn => "/supportRequest/whanauToldOn".to_owned(),
        DateLocation::LastDayAttended => "/supportRequest/nonEnrolment/lastDayAttended".to_owned(),
        DateLocation::WhanauContactConfirmedOn(index) => {
            format!("/student/whanauContacts/{index}/confirmedOn")
        }
    }
}
