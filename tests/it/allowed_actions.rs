//! `allowedActions` of a case: listed as allowed exactly when the call succeeds, and refused with
//! the code that was advertised. Every role × every state × every action.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::given::{closure, pause};
use crate::support::{Answer, TestApp, on_both};

mod contracts;
mod needs;

/// The states that matter, and how a case gets there. Their words make names of students, which are
/// told apart by their words in any order.
const STATES: [&str; 8] = [
    "unassigned",
    "active",
    "paused",
    "closure_proposed",
    "task_since_proposal",
    "barrier_after_proposal",
    "transfer_requested",
    "closed",
];

/// Who looks and acts: a role each, an untrained person, a lead who is the case manager.
const WHO: [&str; 4] = ["workflow-lead", "case-manager", "attendance-lead", "primary-contact"];

fn entry(more: Value) -> Value {
    let mut body = json!({ "occurredAt": "2026-03-16T00:00:00Z" });
    body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    body
}

/// A good body for an action, and the end of its path.
fn call(app: &TestApp, action: &str) -> (&'static str, Value) {
    let visible = |more: Value| {
        let mut body = entry(more);
        body["visibility"] = json!("shared");
        body
    };
    match action {
        "assign" => ("assignment", json!({ "caseManagerId": app.world.workflow_lead })),
        "pause" => ("pause", pause()),
        "resume" => ("resumption", json!({})),
        "propose_closure" => ("closure", closure()),
        "approve_closure" => ("closure-approval", json!({})),
        "return_closure" => ("closure-return", json!({ "comment": "Not yet." })),
        "reopen" => ("reopening", json!({ "reason": "Away again." })),
        "log_contact" => (
            "contacts",
            entry(json!({ "party": "school", "channel": "phone", "outcome": "attempted" })),
        ),
        "add_meeting" => (
            "meetings",
            visible(
                json!({ "kind": "school", "people": [], "agencies": [], "decisions": "x", "reached": [] }),
            ),
        ),
        "add_note" => ("notes", visible(json!({ "comment": "x" }))),
        "add_comment" => ("comments", entry(json!({ "comment": "x" }))),
        "add_agency_referral" => (
            "agency-referrals",
            visible(json!({ "agency": "x", "purpose": "x", "consent": "given" })),
        ),
        "add_disclosure" => (
            "disclosures",
            entry(
                json!({ "recipient": "x", "legalBasis": "x", "what": "x", "studentConsulted": true }),
            ),
        ),
        "request_transfer" => {
            ("transfers", json!({ "toProviderId": app.world.other_provider, "reason": "x" }))
        }
        "replace_primary_contact" => {
            ("primary-contact", json!({ "primaryContactId": app.world.primary_contact }))
        }
        "add_task" => ("tasks", json!({ "title": "x", "dueOn": "2026-03-20" })),
        "add_barrier" => ("barriers", json!({ "code": "transport", "severity": "low" })),
        "change_plan" => (
            "plan",
            json!({
                "goals": [{ "what": "x", "measure": "x", "steps": [] }],
                "agreedWith": ["The student"], "agreedOn": "2026-03-16",
            }),
        ),
        other => panic!("no call is known for {other}: add one"),
    }
}

/// A case in a state, followed by the primary contact.
async fn in_state(app: &TestApp, state: &str, name: &str) -> String {
    let case = match state {
        "unassigned" => app.accepted(name).await.1,
        "active" | "transfer_requested" => app.assigned(name).await.1,
        "paused" => app.paused(name).await,
        "closure_proposed" | "task_since_proposal" | "barrier_after_proposal" => {
            app.closure_proposed(name).await
        }
        _ => app.closed_after(name, async |case| follow(app, case).await).await,
    };
    if state != "closed" {
        follow(app, &case).await;
    }
    if state == "task_since_proposal" {
        app.task("workflow-lead", &case).await;
    }
    if state == "barrier_after_proposal" {
        app.barrier("workflow-lead", &case).await;
    }
    if state == "transfer_requested" {
        let offer = json!({ "toProviderId": app.world.other_provider, "reason": "x" });
        app.step("workflow-lead", &case, "transfers", offer).await.expect(201);
    }
    case
}

async fn follow(app: &TestApp, case: &str) {
    let to = json!({ "primaryContactId": app.world.primary_contact });
    app.step("workflow-lead", case, "primary-contact", to).await.expect(200);
}

/// What is listed of each action: whether it is allowed, and the code otherwise; nothing where the
/// case is hidden.
async fn listed(app: &TestApp, who: &str, case: &str) -> Option<BTreeMap<String, (bool, Value)>> {
    let read = app.as_(who).get(&format!("/v1/cases/{case}")).await;
    if read.status == 404 {
        return None;
    }
    let all = read.json["allowedActions"].as_array().expect("a list");
    let each = all.iter().map(|one| {
        let action = one["action"].as_str().expect("an action").to_owned();
        (action, (one["allowed"] == true, one["code"].clone()))
    });
    Some(each.collect())
}

/// Does the action, with a good body.
async fn done(app: &TestApp, who: &str, case: &str, action: &str) -> Answer {
    if action == "add_document" {
        return app.upload(who, case, ("notes.txt", "shared"), b"Hui on Thursday.\n").await;
    }
    let (path, body) = call(app, action);
    app.step(who, case, path, body).await
}

#[on_both]
async fn what_is_listed_is_what_happens(app: TestApp) {
    let mut checked = 0;
    for state in STATES {
        for who in WHO {
            let mut case = in_state(&app, state, &format!("{state} {who}")).await;
            let Some(list) = listed(&app, who, &case).await else {
                // A case manager does not see what nobody has been given.
                assert_eq!((state, who), ("unassigned", "case-manager"));
                continue;
            };
            for action in ascms_domain::cases::CaseAction::ALL {
                let action = action.as_str();
                let (allowed, code) =
                    list.get(action).unwrap_or_else(|| panic!("{action} is not listed"));
                let answer = done(&app, who, &case, action).await;
                let what = format!("{state} {who} {action}: {}", answer.text);
                assert_eq!(*allowed, answer.status < 300, "{what}");
                assert!(*allowed || code == answer.code(), "{code} is advertised, {what}");
                checked += 1;
                // One case serves all actions up to the one after which another list is shown.
                if *allowed && listed(&app, who, &case).await.as_ref() != Some(&list) {
                    case = in_state(&app, state, &format!("{state} {who} {action}")).await;
                    assert_eq!(listed(&app, who, &case).await.as_ref(), Some(&list), "{what}");
                }
            }
        }
    }
    let actions = ascms_domain::cases::CaseAction::ALL.len();
    assert_eq!(checked, (STATES.len() * WHO.len() - 1) * actions);
}
