//! Where a refused referral points: to the referral in the way, and to the members that are wrong.

use actix_web::HttpRequest;
use ascms_domain::access::Grant;
use ascms_domain::referrals::SupportRequest;
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
    (req, store): (&HttpRequest, &Store),
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
    let ahead = student.dates().into_iter().filter(|(_, date)| *date > today);
    faults.extend(ahead.map(|(place, _)| in_the_future(format!("/student{place}"))));
    let born = birth_fault("/student/birthDate", student.birth_date, today);
    let unborn = support_request.dates().into_iter();
    // A date of birth that is wrong itself says nothing about other days.
    let unborn = unborn.filter(|(_, date)| born.is_none() && *date < student.birth_date);
    faults.extend(unborn.map(|(pointer, _)| {
        let place = format!("/supportRequest{pointer}");
        Fault::at(place, "before_birth", "lies before the student's birth")
    }));
    faults.extend(born);
    faults
}

/// What of a request contradicts itself or the calendar.
pub(super) fn request_faults(request: &SupportRequest, today: NaiveDate) -> Vec<Fault> {
    let place = |pointer: &str| format!("/supportRequest{pointer}");
    let contradictions = request.inconsistencies().into_iter();
    let contradictions =
        contradictions.map(|found| Fault::at(place(&found.pointer), found.code, found.detail));
    let ahead = request.dates().into_iter().filter(|(_, date)| *date > today);
    contradictions.chain(ahead.map(|(pointer, _)| in_the_future(place(&pointer)))).collect()
}

fn in_the_future(place: String) -> Fault {
    Fault::at(place, "in_the_future", "lies in the future")
}
