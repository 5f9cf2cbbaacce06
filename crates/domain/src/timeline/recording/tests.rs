use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{AddAgencyReferral, AddComment, AddDisclosure, AddMeeting, AddNote, Recording};
use crate::access::Visibility;
use crate::cases::CaseAction;
use crate::timeline::EntryKind;

const CORRECTED: &str = "01990000-0000-7000-8000-000000000001";

/// What is sent, with what all of them have, and with who is to see it where the body says so.
fn recorded<T: DeserializeOwned + Into<Recording>>(
    more: Value,
    visibility: Option<&str>,
) -> Recording {
    let mut body = json!({ "occurredAt": "2026-03-09T03:15:00Z", "corrects": CORRECTED });
    let members = body.as_object_mut().unwrap();
    members.extend(more.as_object().unwrap().clone());
    members.extend(visibility.map(|visibility| ("visibility".to_owned(), json!(visibility))));
    serde_json::from_value::<T>(body).unwrap().into()
}

fn recordings(visibility: &str) -> [Recording; 5] {
    let chosen = Some(visibility);
    let meeting = json!({
        "kind": "whanau_hui", "people": ["Aroha"], "agencies": [], "decisions": "A later bus.",
        "reached": ["whanau"],
    });
    let agency = json!({ "agency": "A clinic", "purpose": "Asthma.", "consent": "given" });
    let disclosure = json!({
        "recipient": "Police", "legalBasis": "IPP 11", "what": "The address.",
        "studentConsulted": false,
    });
    [
        recorded::<AddNote>(json!({ "comment": "Rang twice." }), chosen),
        recorded::<AddComment>(json!({ "comment": "Thank you." }), None),
        recorded::<AddMeeting>(meeting, chosen),
        recorded::<AddAgencyReferral>(agency, chosen),
        recorded::<AddDisclosure>(disclosure, None),
    ]
}

#[test]
fn a_comment_is_shared_a_disclosure_private_and_the_rest_as_its_author_says() {
    use Visibility::{Private, Shared};
    let seen = |chosen| recordings(chosen).map(|recording| recording.visibility);
    assert_eq!(seen("shared"), [Shared, Shared, Shared, Shared, Private]);
    assert_eq!(seen("private"), [Private, Shared, Private, Private, Private]);
}

#[test]
fn who_may_not_choose_the_visibility_may_not_send_one() {
    for visibility in ["shared", "private"] {
        let body = json!({
            "occurredAt": "2026-03-09T03:15:00Z", "comment": "x", "visibility": visibility,
        });
        assert!(serde_json::from_value::<AddComment>(body).is_err());
        let body = json!({
            "occurredAt": "2026-03-09T03:15:00Z", "recipient": "x", "legalBasis": "x", "what": "x",
            "studentConsulted": true, "visibility": visibility,
        });
        assert!(serde_json::from_value::<AddDisclosure>(body).is_err());
    }
}

#[test]
fn each_is_an_entry_of_its_kind_by_the_step_of_its_own() {
    let expected = [
        (EntryKind::Note, CaseAction::AddNote),
        (EntryKind::Comment, CaseAction::AddComment),
        (EntryKind::Meeting, CaseAction::AddMeeting),
        (EntryKind::AgencyReferral, CaseAction::AddAgencyReferral),
        (EntryKind::Disclosure, CaseAction::AddDisclosure),
    ];
    let made = recordings("shared").map(|made| (made.details.kind(), made.action));
    assert_eq!(made, expected);
}

#[test]
fn the_time_and_the_corrected_entry_are_those_that_were_sent() {
    for made in recordings("shared") {
        assert_eq!(made.occurred_at.to_rfc3339(), "2026-03-09T03:15:00+00:00");
        assert_eq!(made.corrects.unwrap().0.to_string(), CORRECTED);
    }
}
