//! An edit that is sent again because its answer was lost: what it sets is so already, so nothing
//! collides and nothing is done twice.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const SCHOOL: &str = "attendance-lead";

/// What can be edited: where it is, an edit with members of every kind, and what somebody else edits
/// of it.
async fn editable(app: &TestApp) -> Vec<(String, Value, Value)> {
    let lead = app.as_(LEAD);
    let (referral, case) = app.assigned("Hana").await;
    let referral = lead.get(&format!("/v1/referrals/{referral}")).await.expect(200);
    let student =
        format!("/v1/students/{}", referral.json["student"]["id"].as_str().expect("an id"));
    let contact = json!({ "name": "Mere", "relationship": "parent", "phone": "021 000 0001" });
    let contacts = format!("{student}/whanau-contacts");
    let contact = lead.post(&contacts, contact).await.expect(201).id();
    let task = app.task(LEAD, &case).await;
    let barrier = app.barrier(LEAD, &case).await;
    let plan = json!({
        "goals": [{ "what": "Back on Fridays", "measure": "Eight of ten", "steps": [] }],
        "agreedWith": ["The aunt"], "agreedOn": "2026-03-10", "nextReviewOn": "2026-04-20",
    });
    app.step(LEAD, &case, "plan", plan).await.expect(201);
    let steps = json!([{ "what": "Walk together", "who": "The aunt", "byWhen": "2026-04-01", "done": false }]);
    let goals = json!([{ "what": "On time", "measure": "Nine of ten", "steps": steps }]);
    vec![
        (
            student,
            json!({
                "preferredGivenNames": " Hana  Rose ", "legalFamilyName": "A\u{304}ria", "ethnicities": ["2", "1"], "iwi": ["0102", "0101"],
                "homeLanguage": null, "interpreterWanted": true, "birthDate": "2013-05-07",
            }),
            json!({ "yearLevel": 8 }),
        ),
        (
            format!("{contacts}/{contact}"),
            json!({ "phone": null, "email": "mere@example.invalid", "confirmedOn": "2026-03-01" }),
            json!({ "name": "Mere Rose" }),
        ),
        (
            format!("/v1/cases/{case}/tasks/{task}"),
            json!({ "title": "Ring the dean ", "dueOn": "2026-04-02", "assigneeId": null }),
            json!({ "dueOn": "2026-04-02" }),
        ),
        (
            format!("/v1/cases/{case}/barriers/{barrier}"),
            json!({ "comment": "No bus." }),
            json!({ "severity": "low" }),
        ),
        (
            format!("/v1/cases/{case}/plan"),
            json!({ "goals": goals, "agreedWith": ["The dean", "The aunt"], "nextReviewOn": null }),
            json!({ "agreedOn": "2026-03-11" }),
        ),
    ]
}

async fn events(app: &TestApp) -> i64 {
    app.count("event", "1 = 1").await
}

fn pointers(refused: &Answer) -> Vec<&str> {
    let conflicts = refused.json["conflicts"].as_array().expect("conflicts");
    conflicts.iter().map(|one| one["pointer"].as_str().expect("a pointer")).collect()
}

#[on_both]
async fn an_edit_sent_twice_is_made_once_and_answered_twice(app: TestApp) {
    let lead = app.as_(LEAD);
    for (path, edit, _) in editable(&app).await {
        let read = lead.get(&path).await.expect(200);
        let first = lead.patch(&path, &read, edit.clone()).await.expect(200);
        let (events_before, audit) = (events(&app).await, app.count("audit_entry", "1 = 1").await);
        let second = lead.patch(&path, &read, edit).await.expect(200);
        assert_eq!(
            (&second.text, second.header("etag")),
            (&first.text, first.header("etag")),
            "{path}"
        );
        assert_eq!(events(&app).await, events_before, "{path}: nothing is announced twice");
        assert_eq!(
            app.count("audit_entry", "1 = 1").await,
            audit + 1,
            "{path}: it was shown once more"
        );
    }
}

#[on_both]
async fn a_retry_is_done_also_when_somebody_changed_something_else_meanwhile(app: TestApp) {
    let lead = app.as_(LEAD);
    for (path, edit, other) in editable(&app).await {
        let read = lead.get(&path).await.expect(200);
        lead.patch(&path, &read, edit.clone()).await.expect(200);
        let who = if path.contains("cases") { "case-manager" } else { SCHOOL };
        let changed = app.as_(who).patch_if(&path, Some("*"), other).await.expect(200);
        let again = lead.patch(&path, &read, edit).await.expect(200);
        assert_eq!(again.json["version"], changed.json["version"], "{path}");
        assert_eq!(lead.get(&path).await.header("etag"), again.header("etag"), "{path}");
    }
}

#[on_both]
async fn what_differs_is_named_and_what_agrees_is_not(app: TestApp) {
    let lead = app.as_(LEAD);
    for (path, edit, _) in editable(&app).await {
        let read = lead.get(&path).await.expect(200);
        lead.patch(&path, &read, edit.clone()).await.expect(200);
        let (differing, value) = match path.rsplit('/').nth(1).unwrap() {
            "students" => ("preferredGivenNames", json!("Hine")),
            "whanau-contacts" => ("email", json!("other@example.invalid")),
            "tasks" => ("title", json!("Visit")),
            "barriers" => ("comment", json!("A bus.")),
            _ => ("agreedWith", json!(["The dean"])),
        };
        let before = events(&app).await;
        let refused =
            lead.patch(&path, &read, with(edit.clone(), &format!("/{differing}"), value)).await;
        refused.refused(412, "stale");
        assert_eq!(pointers(&refused), [format!("/{differing}")], "{path}");
        assert_eq!(refused.faults(), [format!("/{differing} changed_since")], "{path}");
        assert_eq!(events(&app).await, before, "{path}");
        // Nothing that is sent agrees by being nothing.
        lead.patch(&path, &read, json!({})).await.refused(412, "stale");
        lead.patch_if(&path, Some("\"99.0000\""), edit).await.refused(412, "stale");
    }
}

#[on_both]
async fn a_guess_at_what_is_withheld_is_not_told_from_a_wrong_one(app: TestApp) {
    let contact = json!({ "name": "Hana", "relationship": "parent", "address": "1 Hidden Street" });
    let body = with(given::referral("Aroha"), "/student/whanauContacts", json!([contact]));
    let body = with(body, "/student/addressProtected", json!(true));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let contacts = format!("/v1/students/{student}/whanau-contacts");
    let listed = app.as_(LEAD).get(&contacts).await.expect(200);
    let path = format!("{contacts}/{}", listed.json["items"][0]["id"].as_str().expect("one"));
    let (lead, school) = (app.as_(LEAD), app.as_(SCHOOL));
    let read = school.get(&path).await.expect(200);
    assert_eq!(read.json["address"], Value::Null, "it is withheld");
    lead.patch_if(&path, Some("*"), json!({ "address": "2 Hidden Street" })).await.expect(200);
    let mut told = Vec::new();
    for guess in ["2 Hidden Street", "3 Hidden Street"] {
        let refused = school.patch(&path, &read, json!({ "address": guess })).await;
        refused.refused(412, "stale");
        told.push((
            refused.faults(),
            refused.json["conflicts"][0]["theirs"].clone(),
            pointers(&refused).len(),
        ));
    }
    assert_eq!(told[0], told[1]);
    // What they set themselves is known to them: the retry is a retry.
    let read = school.get(&path).await.expect(200);
    let own = json!({ "address": "9 Open Road" });
    let first = school.patch(&path, &read, own.clone()).await.expect(200);
    assert_eq!(school.patch(&path, &read, own).await.expect(200).text, first.text);
}
