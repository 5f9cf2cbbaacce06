//! Examples of performance reviews.

use serde_json::{Value, json};

use super::example_ids::{CONTRACT_ID, PROVIDER_ID, USER_ID};
use super::example_records::{ACTION_ID, CONTRACT_TO_BEGIN_WITH_ID, REVIEW_ID};
use super::members::set;
use super::record_examples::AT;

/// Ids that the sandbox does not seed.
const FINDING_ID: &str = "01990000-0000-7000-8000-000000000062";
const DUTY_ID: &str = "01990000-0000-7000-8000-000000000064";
const DIGEST: &str = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "OpenPerformanceReview" => {
            json!({ "contractId": CONTRACT_TO_BEGIN_WITH_ID, "term": "2025-4" })
        }
        "OpenPerformanceReviews" => json!({ "term": "2025-4" }),
        "CommentOnReview" => json!({ "comment": "Two of our kaimahi were ill in the last weeks." }),
        "ReviewMeeting" => meeting(),
        "PerformanceReview" => content(),
        "AddReviewFinding" => json!({
            "grade": "concern", "comment": "Whānau are reached later than in the term before.",
        }),
        "AgreeReviewAction" => json!({
            "action": "Call whānau in the evening, too.", "owner": "Workflow lead",
            "dueOn": "2026-05-29",
        }),
        "SettleReviewAction" => json!({ "outcome": "verified" }),
        "ProposeWithholding" => json!({ "outcome": "released" }),
        "PerformanceReviewView" => review(),
        _ => return None,
    })
}

fn meeting() -> Value {
    json!({
        "heldAt": AT, "providerAttended": true, "minutes": "We went through the figures together.",
    })
}

fn content() -> Value {
    json!({
        "providerComment": "Two of our kaimahi were ill in the last weeks.", "meeting": meeting(),
    })
}

fn review() -> Value {
    let mut shown = json!({
        "id": REVIEW_ID, "organisationId": PROVIDER_ID, "contractId": CONTRACT_ID,
        "contractYear": 2025, "caseId": null, "dueOn": null, "status": "concluded",
        "statusSince": AT, "statusBy": USER_ID, "statusByName": "Ministry Admin", "comment": null,
        "content": content(), "documents": [], "addedBy": USER_ID,
        "addedByName": "Ministry Admin", "addedAt": AT, "editedBy": USER_ID,
        "editedByName": "Ministry Admin", "version": 4, "updatedAt": AT,
    });
    for (member, value) in [
        ("term", json!("2025-4")),
        ("sha256", json!(DIGEST)),
        ("figures", super::submission_examples::of("CountedFigures").unwrap_or_default()),
        ("requirements", requirements()),
        ("ruleVersion", json!("withholding-2026-1")),
        ("findings", json!([finding()])),
        ("actions", json!([action()])),
        ("withholdingDecisions", json!([decision()])),
        (
            "allowedActions",
            json!([
                { "action": "add_finding", "allowed": false, "code": "frozen" },
                { "action": "propose_withholding", "allowed": true, "code": null },
            ]),
        ),
    ] {
        set(&mut shown, member, value);
    }
    shown
}

fn requirements() -> Value {
    json!([
        {
            "requirement": "plan_on_time", "gate": true, "result": "met", "evidence": [DUTY_ID],
            "acceptedDespite": null,
        },
        {
            "requirement": "took_part", "gate": true, "result": "met", "evidence": [],
            "acceptedDespite": null,
        },
        {
            "requirement": "improved_attendance", "gate": false, "result": "not_yet",
            "evidence": [], "acceptedDespite": null,
        },
    ])
}

fn finding() -> Value {
    json!({
        "id": FINDING_ID, "grade": "concern",
        "comment": "Whānau are reached later than in the term before.", "addedAt": AT,
        "addedBy": USER_ID, "addedByName": "Ministry Admin",
    })
}

fn action() -> Value {
    json!({
        "id": ACTION_ID, "findingId": FINDING_ID, "action": "Call whānau in the evening, too.",
        "owner": "Workflow lead", "dueOn": "2026-05-29", "status": "open", "statusSince": AT,
        "statusBy": USER_ID, "statusByName": "Ministry Admin", "reason": null, "agreedAt": AT,
        "agreedBy": USER_ID, "agreedByName": "Ministry Admin",
        "allowedActions": [{ "action": "drop", "allowed": true, "code": null }], "version": 1,
    })
}

fn decision() -> Value {
    json!({
        "number": 1, "outcome": "released", "amountCents": 2_500_000, "reason": null,
        "needsSecond": false, "status": "confirmed", "proposedAt": AT, "proposedBy": USER_ID,
        "proposedByName": "Ministry Admin", "confirmedAt": AT, "confirmedBy": USER_ID,
        "confirmedByName": "Ministry Admin", "paidAt": null, "paidBy": null, "paidByName": null,
        "allowedActions": [{ "action": "pay", "allowed": true, "code": null }],
    })
}
