use chrono::{DateTime, NaiveDate, Utc};

use super::{
    ContactChannel, ContactOutcome, ContactParty, ContactRefusal, CorrectContact, LogContact,
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn referral_date() -> NaiveDate {
    "2026-03-02".parse().unwrap()
}

fn call(occurred_at: &str) -> LogContact {
    LogContact {
        party: ContactParty::School,
        channel: ContactChannel::Phone,
        outcome: ContactOutcome::Reached,
        occurred_at: at(occurred_at),
        risk_assessed_at: None,
        notes: None,
    }
}

fn check(contact: &LogContact) -> Result<(), ContactRefusal> {
    contact.check(referral_date(), at("2026-03-10T00:00:00Z"))
}

#[test]
fn a_contact_lies_between_the_referral_and_now() {
    // The 2nd of March begins in New Zealand at 11:00 on the 1st, UTC.
    assert_eq!(check(&call("2026-03-01T11:00:00Z")), Ok(()));
    assert_eq!(check(&call("2026-03-01T10:59:59Z")), Err(ContactRefusal::BeforeReferral));
    assert_eq!(check(&call("2026-03-10T00:00:00Z")), Ok(()));
    assert_eq!(check(&call("2026-03-10T00:00:01Z")), Err(ContactRefusal::InTheFuture));
}

#[test]
fn a_home_visit_needs_a_risk_assessment_done_before_it() {
    let mut visit =
        LogContact { channel: ContactChannel::HomeVisit, ..call("2026-03-05T02:00:00Z") };
    assert_eq!(check(&visit), Err(ContactRefusal::NoRiskAssessment));
    visit.risk_assessed_at = Some(at("2026-03-05T02:00:01Z"));
    assert_eq!(check(&visit), Err(ContactRefusal::NoRiskAssessment));
    visit.risk_assessed_at = Some(at("2026-03-05T02:00:00Z"));
    assert_eq!(check(&visit), Ok(()));
}

#[test]
fn a_correction_is_held_to_what_a_contact_is_held_to() {
    let now = at("2026-03-10T00:00:00Z");
    let check = |contact: Option<LogContact>| {
        CorrectContact { contact, reason: "The cousin.".into() }.check(referral_date(), now)
    };
    let (fine, future) = (call("2026-03-05T02:00:00Z"), call("2026-03-10T00:00:01Z"));
    assert_eq!(check(Some(fine)), Ok(()));
    assert_eq!(check(Some(future)), Err(ContactRefusal::InTheFuture));
    assert_eq!(check(None), Ok(()));
}
