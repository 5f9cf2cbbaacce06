//! What is withheld in one place is withheld everywhere, and nobody acts on what is not there for
//! them.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";
const CONTACT: &str = "primary-contact";
/// A word that the provider's people write and no school may read.
const CANARY: &str = "kārearea";

/// A referral of the school, of which this person is the primary contact.
async fn submitted(app: &TestApp, name: &str, contact: Value) -> String {
    let body = with(given::referral(name), "/primaryContactId", contact);
    app.as_("office-support").post("/v1/referrals", body).await.expect(201).id()
}

async fn returned(app: &TestApp, name: &str, contact: Value) -> String {
    let id = submitted(app, name, contact).await;
    let missing = json!({ "outcome": "returned", "comment": "Which days?" });
    app.decide(&id, missing).await.expect(200);
    id
}

#[on_both]
async fn a_primary_contact_acts_on_no_referral_that_they_cannot_read(app: TestApp) {
    let again = json!({ "supportRequest": given::referral("x")["supportRequest"] });
    let reason = json!({ "reasonCode": "attendance_improved" });
    for (name, of, status) in [
        ("Theirs", json!(app.world.primary_contact), 200),
        ("A colleague's", json!(app.world.attendance_lead), 404),
        ("Nobody's", Value::Null, 404),
    ] {
        let id = returned(&app, name, of.clone()).await;
        let path = format!("/v1/referrals/{id}");
        let contact = app.as_(CONTACT);
        assert_eq!(contact.get(&path).await.status, status, "{name}");
        assert_eq!(
            contact.post(&format!("{path}/submission"), again.clone()).await.status,
            status,
            "{name}"
        );
        let waiting = submitted(&app, &format!("{name} too"), of).await;
        let path = format!("/v1/referrals/{waiting}/withdrawal");
        assert_eq!(contact.post(&path, reason.clone()).await.status, status, "{name}");
    }
    // The refused ones are as they were.
    assert_eq!(app.count("referral", "status = 'returned'").await, 2);
    assert_eq!(app.count("referral", "status = 'withdrawn'").await, 1);
}

#[on_both]
async fn which_case_it_is_is_told_to_those_who_work_on_it_alone(app: TestApp) {
    let (referral, case) = app.assigned("Hana").await;
    let members = "/v1/measures/members?measure=school_contact&withinDays=5&level=national&from=2026-03-01&to=2026-03-31";
    let school = "/v1/measures/members?measure=school_contact&withinDays=5&level=school&from=2026-03-01&to=2026-03-31";
    for (who, path, shown) in [
        (LEAD, members, true),
        (MANAGER, members, true),
        ("ministry-analyst", members, true),
        ("attendance-lead", school, false),
    ] {
        let found = app.as_(who).get(path).await.expect(200);
        let item = &found.json["items"][0];
        assert_eq!(item["referralId"], referral.as_str(), "{who}");
        assert_eq!(item["caseId"] == case.as_str(), shown, "{who}: {}", found.text);
        assert_eq!(item["caseNumber"].is_string(), shown, "{who}: {}", found.text);
    }
    let read =
        app.as_("attendance-lead").get(&format!("/v1/referrals/{referral}")).await.expect(200);
    assert_eq!((&read.json["caseId"], &read.json["caseNumber"]), (&Value::Null, &Value::Null));
}

#[on_both]
async fn the_providers_own_words_on_the_steps_of_a_case_reach_no_school(app: TestApp) {
    let mut body = given::referral("Hana");
    body["primaryContactId"] = json!(app.world.primary_contact);
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    let decided = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step(LEAD, &case, "assignment", to).await.expect(200);
    let step = async |who: &str, step: &str, body: Value| {
        let answer = app.step(who, &case, step, body).await;
        assert!(answer.status < 300, "{step}: {}", answer.text);
        answer
    };
    let words = json!({ "comment": CANARY });
    let task =
        step(MANAGER, "tasks", json!({ "title": CANARY, "dueInBusinessDays": 5 })).await.id();
    step(
        MANAGER,
        &format!("tasks/{task}/completion"),
        json!({ "outcome": "done", "comment": CANARY }),
    )
    .await;
    let barrier = json!({ "code": "transport", "severity": "high", "comment": CANARY });
    let barrier = step(MANAGER, "barriers", barrier).await.id();
    step(
        MANAGER,
        &format!("barriers/{barrier}/status"),
        json!({ "status": "resolved", "comment": CANARY }),
    )
    .await;
    let contact = json!({ "party": "school", "channel": "phone", "outcome": "reached", "occurredAt": "2026-03-15T23:00:00Z", "notes": CANARY });
    step(MANAGER, "contacts", contact).await;
    step(MANAGER, "pause", with(given::pause(), "/comment", json!(CANARY))).await;
    step(MANAGER, "resumption", words.clone()).await;
    step(MANAGER, "closure", with(given::closure(), "/outcome", json!(CANARY))).await;
    step(LEAD, "closure-return", words.clone()).await;
    step(MANAGER, "closure", with(given::closure(), "/outcome", json!(CANARY))).await;
    step(LEAD, "closure-approval", json!({})).await;
    step(LEAD, "reopening", json!({ "reason": CANARY })).await;
    let places = [
        format!("/v1/cases/{case}"),
        format!("/v1/cases/{case}/timeline?limit=200"),
        format!("/v1/cases/{case}/barriers"),
        format!("/v1/cases/{case}/contacts"),
        format!("/v1/cases/{case}/documents"),
        "/v1/cases".to_owned(),
        "/v1/referrals".to_owned(),
        format!("/v1/students/{student}"),
        "/v1/notifications".to_owned(),
    ];
    for who in ["attendance-lead", CONTACT] {
        for place in &places {
            let read = app.as_(who).get(place).await.expect(200);
            assert!(!read.text.contains(CANARY), "{who} {place}: {}", read.text);
        }
        // Each entry alone, too.
        let all = app.as_(who).get(&places[1]).await.expect(200);
        let items = all.json["items"].as_array().expect("items").clone();
        for kind in ["pause", "resumption", "closure", "reopening"] {
            let entry =
                items.iter().find(|item| item["kind"] == kind).unwrap_or_else(|| panic!("{kind}"));
            let alone =
                format!("/v1/cases/{case}/timeline/{}", entry["id"].as_str().expect("an id"));
            let read = app.as_(who).get(&alone).await.expect(200);
            assert!(!read.text.contains(CANARY), "{who} {kind}: {}", read.text);
        }
    }
    // The provider's people read all of it.
    let read = app.as_(LEAD).get(&places[1]).await.expect(200);
    let items = read.json["items"].as_array().expect("items").clone();
    for (kind, member) in [
        ("pause", "comment"),
        ("resumption", "comment"),
        ("closure", "outcome"),
        ("reopening", "reason"),
    ] {
        let entry =
            items.iter().find(|item| item["kind"] == kind).unwrap_or_else(|| panic!("{kind}"));
        assert_eq!(entry["details"][member], CANARY, "{kind}");
    }
}
