//! Examples of templates and submissions.

use serde_json::{Value, json};

use super::example_ids::{CONTRACT_ID, PROVIDER_ID, USER_ID};
use super::example_records::{CONTRACT_TO_BEGIN_WITH_ID, PLAN_TEMPLATE_ID, SUBMISSION_ID};
use super::members::set;
use super::record_examples::AT;

/// An id that the sandbox does not seed.
const PROGRESS_ID: &str = "01990000-0000-7000-8000-000000000046";
const FUND_ID: &str = "01990000-0000-7000-8000-000000000052";
const DIGEST: &str = "4b2e8c1f0a9d3e7c6b5a4938271605f4e3d2c1b0a99887766554433221100fed";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "Template" => template(),
        "UpdateTemplate" => json!({ "titleMi": "Te pūrongo mō te wāhanga" }),
        "TemplateView" => entry(PLAN_TEMPLATE_ID, "published", template()),
        "BeginSubmission" => json!({
            "contractId": CONTRACT_TO_BEGIN_WITH_ID, "templateId": PLAN_TEMPLATE_ID,
            "contractYear": 2027,
        }),
        "UpdateSubmission" => plan(),
        "SubmissionView" => submission(),
        "ReturnSubmission" => json!({ "comment": "Please add a milestone for home visits." }),
        "SubmissionVersionSummary" => version(),
        "SubmissionVersionView" => {
            let mut whole = version();
            set(&mut whole, "templateId", json!(PLAN_TEMPLATE_ID));
            set(&mut whole, "content", plan());
            set(&mut whole, "figures", figures());
            whole
        }
        "CountedFigures" => figures(),
        "RecordProgress" => progress(),
        "MilestoneProgressView" => {
            let mut shown = progress();
            set(&mut shown, "id", json!(PROGRESS_ID));
            set(&mut shown, "documentIds", json!([]));
            set(&mut shown, "recordedAt", json!(AT));
            set(&mut shown, "recordedBy", json!(USER_ID));
            set(&mut shown, "recordedByName", json!("Workflow Lead"));
            shown
        }
        _ => return None,
    })
}

fn template() -> Value {
    json!({
        "code": "example-plan", "templateVersion": 1, "kind": "plan",
        "titleEn": "Service delivery plan", "titleMi": "Te mahere whakarato ratonga",
        "sections": [{
            "titleEn": "The year ahead", "titleMi": "Te tau e heke mai nei",
            "questions": [
                {
                    "key": "approach", "promptEn": "How will you deliver the service?",
                    "promptMi": "Me pēhea tō kawe i te ratonga?", "type": "text",
                    "required": true, "maxLength": 4000,
                },
                {
                    "key": "ready", "promptEn": "Is every vacancy filled?",
                    "promptMi": "Kua kī ngā tūranga katoa?", "type": "choice", "required": false,
                    "choices": [
                        { "code": "yes", "labelEn": "Yes", "labelMi": "Āe" },
                        { "code": "no", "labelEn": "No", "labelMi": "Kāo" },
                    ],
                },
            ],
        }],
    })
}

fn plan() -> Value {
    json!({
        "answers": [{ "question": "approach", "text": "With a kaimahi in each kāhui ako." }],
        "milestones": [{
            "key": "first-contact", "quarter": 1, "title": "Reach schools in time",
            "target": "Nine of ten schools are reached within two business days.",
            "measure": {
                "measure": "school_contact", "withinDays": 2, "atLeastPercent": 90,
            },
            "owner": "Workflow lead", "dueOn": "2027-03-31",
        }],
        "policies": [],
    })
}

fn entry(id: &str, status: &str, content: Value) -> Value {
    json!({
        "id": id, "organisationId": null, "contractId": null, "contractYear": null,
        "caseId": null, "dueOn": null, "status": status, "statusSince": AT, "statusBy": USER_ID,
        "statusByName": "Ministry Admin", "comment": null, "content": content, "documents": [],
        "addedBy": USER_ID, "addedByName": "Ministry Admin", "addedAt": AT, "editedBy": USER_ID,
        "editedByName": "Ministry Admin", "version": 2, "updatedAt": AT,
    })
}

fn submission() -> Value {
    let mut shown = entry(SUBMISSION_ID, "submitted", plan());
    for (member, value) in [
        ("organisationId", json!(PROVIDER_ID)),
        ("contractId", json!(CONTRACT_ID)),
        ("contractYear", json!(2027)),
        ("submissionKind", json!("plan")),
        ("period", json!("2027")),
        ("templateId", json!(PLAN_TEMPLATE_ID)),
        ("firstDueOn", json!("2026-11-15")),
        ("firstSubmittedOn", json!("2026-11-10")),
        ("daysLate", json!(0)),
        ("versions", json!(1)),
        ("acceptedVersion", Value::Null),
        ("warnings", json!([])),
        (
            "allowedActions",
            json!([
                { "action": "submit", "allowed": false, "code": "not_in_this_state" },
                { "action": "accept", "allowed": true, "code": null },
            ]),
        ),
    ] {
        set(&mut shown, member, value);
    }
    shown
}

fn version() -> Value {
    json!({
        "number": 1, "sha256": DIGEST, "submittedAt": AT, "submittedBy": USER_ID,
        "submittedByName": "Workflow Lead",
        "decision": {
            "outcome": "returned", "comment": "Please add a milestone for home visits.",
            "decidedAt": AT, "decidedBy": USER_ID, "decidedByName": "Ministry Admin",
        },
    })
}

fn figures() -> Value {
    json!({
        "asOf": AT, "calendarVersion": "contract-2026.1",
        "items": [
            {
                "figure": "service_levels", "standing": "counted", "reason": null,
                "numbers": [{
                    "measure": "school_contact", "withinDays": 2, "from": "2026-02-02",
                    "to": "2026-04-02", "numerator": 41, "denominator": 44, "pending": 0,
                    "excluded": 2, "targetPercent": 90, "met": true,
                    "ruleVersion": "service-levels-2026-1",
                }],
                "counts": [], "fund": null,
            },
            {
                "figure": "fund", "standing": "counted", "reason": null, "numbers": [], "counts": [],
                "fund": {
                    "fundId": FUND_ID, "year": 2026, "budgetCents": 2_500_000, "overridesCents": 0,
                    "committedCents": 150_000, "spentCents": 1_000_000, "leftCents": 1_350_000,
                    "usedTenThousandths": 4_000, "students": 61, "othersSupported": 12,
                    "byCategory": [{
                        "category": "transport", "needs": 48, "committedCents": 150_000,
                        "spentCents": 1_000_000,
                    }],
                },
            },
        ],
    })
}

fn progress() -> Value {
    json!({
        "milestone": "first-contact", "assessedOn": "2026-03-02", "standing": "on_track",
        "comment": "Nine of ten schools were reached in time.",
    })
}
