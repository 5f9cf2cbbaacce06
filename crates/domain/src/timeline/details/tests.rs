//! Every shape of an entry: how it is kept, of which kind it is, and how much of it the school reads.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Details;
use crate::timeline::EntryKind;

const ONE: &str = "01990000-0000-7000-8000-000000000001";
const OTHER: &str = "01990000-0000-7000-8000-000000000002";

/// The words of a provider's people beside a step of the case.
const WORDS: &str = "The aunt will not say where they are.";

/// Of every shape: the kind, the entry as it is kept, and the member that the school does not read.
fn shapes() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let mut shapes = of_people();
    shapes.extend(of_work());
    shapes.extend(of_steps());
    shapes
}

/// What people record.
fn of_people() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let contact = |kind: &str| json!({ "type": kind, "party": "school", "channel": "phone", "outcome": "attempted" });
    let meeting = json!({
        "type": "meeting", "meetingKind": "whanau_hui", "people": ["Aroha"], "agencies": ["A clinic"],
        "decisions": "A later bus.", "reached": ["whanau"],
    });
    let agency = json!({
        "type": "agency_referral", "agency": "A clinic", "purpose": "Asthma.", "consent": "given",
        "outcome": "An inhaler.",
    });
    let disclosure = json!({
        "type": "disclosure", "recipient": "Police", "legalBasis": "IPP 11", "what": "The address.",
        "studentConsulted": false,
    });
    vec![
        ("contact", contact("contact"), None),
        ("contact", contact("contact_withdrawal"), None),
        ("meeting", meeting, None),
        ("meeting", json!({ "type": "meeting_withdrawal", "reason": "Nobody came." }), None),
        ("note", json!({ "type": "note", "comment": WORDS }), None),
        ("comment", json!({ "type": "comment", "comment": WORDS }), None),
        ("agency_referral", agency, None),
        ("disclosure", disclosure, None),
    ]
}

/// What is done on a case.
fn of_work() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let task = json!({
        "type": "task", "what": "done", "title": "Ring the aunt", "dueOn": "2026-03-20",
        "assigneeId": ONE, "comment": WORDS,
    });
    let barrier = json!({
        "type": "barrier", "what": "moved", "code": "transport", "severity": "high",
        "status": "resolved",
    });
    let plan = json!({ "type": "plan", "what": "made", "steps": 3, "stepsDone": 2 });
    let review = json!({
        "type": "plan_review", "outcome": "on_track", "comment": WORDS, "nextReviewOn": "2026-04-20",
    });
    let document = json!({
        "type": "document", "documentId": ONE, "name": "notes.txt", "mediaType": "text/plain",
    });
    let need = json!({
        "type": "need", "what": "spent", "needId": ONE, "category": "transport", "amountCents": 1250,
    });
    vec![
        ("task", task, Some("comment")),
        ("barrier", barrier, None),
        ("plan", plan, None),
        ("plan_review", review, None),
        ("document", document, None),
        ("need", need, None),
    ]
}

/// Steps of the case itself.
fn of_steps() -> Vec<(&'static str, Value, Option<&'static str>)> {
    let pathway = json!({ "kind": "alternative-education", "firstDay": "2026-05-04" });
    let pause = json!({
        "type": "pause", "reasonCode": "illness", "reviewBy": "2026-04-20", "comment": WORDS,
    });
    let proposal = json!({
        "type": "closure_proposal", "reasonCode": "attending", "outcome": WORDS, "checklist": null,
        "pathway": pathway,
    });
    let closure = json!({
        "type": "closure", "reasonCode": "attending", "outcome": WORDS, "pathway": pathway,
    });
    let transfer = json!({
        "type": "transfer", "status": "accepted", "fromProviderId": ONE, "toProviderId": OTHER,
        "comment": WORDS,
    });
    vec![
        ("referral", json!({ "type": "referral", "referralId": ONE, "openedCase": true }), None),
        (
            "assignment",
            json!({ "type": "assignment", "caseManagerId": ONE, "previousId": OTHER }),
            None,
        ),
        ("pause", pause, Some("comment")),
        ("resumption", json!({ "type": "resumption", "comment": WORDS }), Some("comment")),
        ("closure_proposal", proposal, None),
        ("closure_return", json!({ "type": "closure_return", "comment": WORDS }), None),
        ("closure", closure, Some("outcome")),
        ("reopening", json!({ "type": "reopening", "reason": WORDS }), Some("reason")),
        ("transfer", transfer, Some("comment")),
        (
            "primary_contact",
            json!({ "type": "primary_contact", "primaryContactId": ONE, "previousId": null }),
            None,
        ),
        ("school_change", json!({ "type": "school_change", "schoolNumber": "189" }), None),
    ]
}

fn read(kept: &Value) -> Details {
    serde_json::from_value(kept.clone()).unwrap_or_else(|err| panic!("{kept}: {err}"))
}

/// Entries are never rewritten: what was kept is read, and would be kept, as it is.
#[test]
fn every_shape_is_kept_as_it_is_read_and_has_its_kind() {
    for (kind, kept, _) in shapes() {
        let details = read(&kept);
        assert_eq!(json!(details), kept);
        assert_eq!(details.kind().as_str(), kind, "{kept}");
    }
    let kinds: BTreeSet<EntryKind> =
        shapes().iter().map(|(_, kept, _)| read(kept).kind()).collect();
    assert_eq!(kinds, EntryKind::ALL.iter().copied().collect::<BTreeSet<_>>());
}

/// The school reads a step with its day and its code, and no words that a provider's people wrote
/// beside it. What is recorded as an entry of its own is left as it is.
#[test]
fn the_school_reads_no_words_beside_a_step() {
    for (_, kept, hidden) in shapes() {
        let mut expected = kept.clone();
        if let Some(member) = hidden {
            assert_eq!(expected[member], WORDS, "{kept}");
            expected[member] = Value::Null;
        }
        let shown = read(&kept).for_the_school();
        assert_eq!(json!(shown), expected);
        assert_eq!(shown.clone().for_the_school(), shown, "what is hidden stays so");
    }
}

/// `comment` was called `words` once.
#[test]
fn entries_from_before_a_member_was_renamed_are_read() {
    for (_, kept, _) in shapes() {
        let Some(comment) = kept.get("comment").cloned() else { continue };
        let mut old = kept.clone();
        let members = old.as_object_mut().expect("an object");
        members.remove("comment");
        members.insert("words".to_owned(), comment);
        assert_eq!(read(&old), read(&kept), "{old}");
    }
}

/// A meeting from before somebody asked whom it reached, a closure from before pathways.
#[test]
fn entries_from_before_a_member_was_asked_are_read() {
    let without = |kind: &str, member: &str| {
        let shape = shapes().into_iter().find(|(of, ..)| *of == kind);
        let (_, mut kept, _) = shape.expect("a shape of the kind");
        kept.as_object_mut().expect("an object").remove(member).expect("the member");
        read(&kept)
    };
    let meeting = without("meeting", "reached");
    assert!(
        matches!(&meeting, Details::Meeting { reached, .. } if reached.is_empty()),
        "{meeting:?}"
    );
    let closure = without("closure", "pathway");
    assert!(matches!(closure, Details::Closure { pathway: None, .. }), "{closure:?}");
}
