//! Notifications: who is told that something on a case changed, and who is not.

use serde_json::{Value, json};

use crate::given;
use crate::support::{TestApp, on_both};

mod mail;
mod records;

/// How often somebody was told of this.
async fn told(app: &TestApp, subject: &str, kind: &str) -> i64 {
    let who = format!("(SELECT id FROM user_account WHERE subject = '{subject}')");
    app.count("notification", &format!("user_id = {who} AND kind = '{kind}'")).await
}

/// A case of a student whom a primary contact is named for.
async fn accepted(app: &TestApp, student: &str) -> String {
    let mut referral = given::referral(student);
    referral["primaryContactId"] = json!(app.world.primary_contact);
    let referral = app.as_("office-support").post("/v1/referrals", referral).await.expect(201).id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    decided.json["caseId"].as_str().expect("a case").to_owned()
}

async fn assign(app: &TestApp, case: &str, to: ascms_domain::ids::UserId) {
    let to = json!({ "caseManagerId": to });
    app.as_("workflow-lead").post(&format!("/v1/cases/{case}/assignment"), to).await.expect(200);
}

#[on_both]
async fn the_primary_contact_and_the_case_manager_are_told(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assert_eq!(told(&app, "primary-contact", "case.opened").await, 1);
    assign(&app, &case, app.world.case_manager).await;
    assert_eq!(told(&app, "primary-contact", "case.assigned").await, 1);
    assert_eq!(told(&app, "case-manager", "case.assigned").await, 1);
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    assert_eq!(told(&app, "primary-contact", "contact.logged").await, 1);
    assert_eq!(told(&app, "case-manager", "contact.logged").await, 1);
    assert_eq!(app.count("notification", "1 = 1").await, 5);
}

#[on_both]
async fn ones_own_doing_is_told_to_others_only(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    let contact = json!({
        "party": "school", "channel": "phone", "outcome": "reached",
        "occurredAt": "2026-03-15T22:00:00Z",
    });
    let path = format!("/v1/cases/{case}/contacts");
    app.as_("case-manager").post(&path, contact).await.expect(201);
    assert_eq!(told(&app, "case-manager", "contact.logged").await, 0);
    assert_eq!(told(&app, "primary-contact", "contact.logged").await, 1);
}

#[on_both]
async fn a_reassignment_is_told_to_both_case_managers(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    assign(&app, &case, app.world.second_lead).await;
    assert_eq!(told(&app, "case-manager", "case.assigned").await, 2);
    assert_eq!(told(&app, "workflow-lead-b", "case.assigned").await, 1);
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    assert_eq!(told(&app, "case-manager", "contact.logged").await, 0);
    assert_eq!(told(&app, "workflow-lead-b", "contact.logged").await, 1);
}

#[on_both]
async fn a_referral_that_joins_a_case_is_told_to_its_case_manager_alone(app: TestApp) {
    let elsewhere =
        crate::given::with(crate::given::referral("Hana"), "/schoolNumber", json!("9002"));
    let again = app.as_("office-support-t").post("/v1/referrals", elsewhere).await.expect(201).id();
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    app.decide(&again, json!({ "outcome": "accepted" })).await.expect(200);
    assert_eq!(told(&app, "case-manager", "case.joined").await, 1);
    assert_eq!(told(&app, "primary-contact", "case.joined").await, 0);
}

#[on_both]
async fn a_call_without_effect_tells_nobody(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    let before = app.count("notification", "1 = 1").await;
    let contact = json!({
        "party": "school", "channel": "phone", "outcome": "reached",
        "occurredAt": "2026-03-15T22:00:00Z",
    });
    let path = format!("/v1/cases/{case}/contacts?validateOnly=true");
    app.as_("workflow-lead").post(&path, contact.clone()).await.expect(200);
    assert_eq!(app.count("notification", "1 = 1").await, before);
    let path = format!("/v1/cases/{case}/contacts");
    for _ in 0..2 {
        app.as_("workflow-lead").post_keyed(&path, "one", contact.clone()).await.expect(201);
    }
    assert_eq!(app.count("notification", "1 = 1").await, before + 2);
}

#[on_both]
async fn each_lists_and_reads_their_own_newest_first(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let contact = app.as_("primary-contact");
    let listed = contact.get("/v1/notifications?includeTotal=true").await.expect(200);
    let kinds: Vec<&Value> =
        listed.json["items"].as_array().unwrap().iter().map(|one| &one["kind"]).collect();
    assert_eq!(kinds, ["contact.logged", "case.assigned", "case.opened"]);
    assert_eq!(listed.json["total"], 3);
    let first = &listed.json["items"][0];
    assert_eq!(first["caseId"], case.as_str());
    assert_eq!(first["caseNumber"], "AS-2026-000001");
    assert_eq!(first["link"], format!("/v1/cases/{case}"));
    let page = contact.get("/v1/notifications?limit=2").await.expect(200);
    let cursor = page.json["nextCursor"].as_str().unwrap();
    let rest = contact.get(&format!("/v1/notifications?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(rest.json["items"][0]["kind"], "case.opened");
    let path = format!("/v1/notifications/{}", first["id"].as_str().unwrap());
    assert_eq!(contact.get(&path).await.expect(200).json, *first);
    for stranger in ["case-manager", "attendance-lead", "workflow-lead", "primary-contact-2"] {
        app.as_(stranger).get(&path).await.refused(404, "not_found");
        app.as_(stranger).post_empty(&format!("{path}/reading")).await.refused(404, "not_found");
    }
}

#[on_both]
async fn the_first_reading_is_kept(app: TestApp) {
    accepted(&app, "Hana").await;
    let contact = app.as_("primary-contact");
    let listed = contact.get("/v1/notifications?unread=true").await.expect(200);
    let path = format!("/v1/notifications/{}", listed.json["items"][0]["id"].as_str().unwrap());
    let events = app.count("event", "1 = 1").await;
    let read = contact.post_empty(&format!("{path}/reading")).await.expect(200);
    assert_eq!(read.json["readAt"], crate::support::NOW);
    app.set_time("2026-03-17T00:00:00Z");
    let again = contact.post_empty(&format!("{path}/reading")).await.expect(200);
    assert_eq!(again.json, read.json);
    assert_eq!(contact.get(&path).await.expect(200).json, read.json);
    assert_eq!(app.count("event", "1 = 1").await, events + 1);
    assert_eq!(app.count("event", "kind = 'notification.read'").await, 1);
    let entries = "action = 'notifications:read' AND subject_kind = 'notification' AND subject_id IS NOT NULL";
    assert_eq!(app.count("audit_entry", entries).await, 3);
    for (unread, total) in [(true, 0), (false, 1)] {
        let path = format!("/v1/notifications?unread={unread}&includeTotal=true");
        assert_eq!(contact.get(&path).await.expect(200).json["total"], total);
    }
}

#[on_both]
async fn the_leads_are_told_of_a_closure_that_waits_and_its_manager_of_what_comes_of_it(
    app: TestApp,
) {
    let case = app.closure_proposed("Hana").await;
    let kind = "case.closure_proposed";
    for (subject, times) in [
        ("workflow-lead", 1),
        ("workflow-lead-b", 1),
        ("case-manager", 0),
        ("primary-contact", 0),
        ("workflow-lead-2", 0),
        ("workflow-lead-s", 0),
        ("untrained", 0),
    ] {
        assert_eq!(told(&app, subject, kind).await, times, "{subject}");
    }
    let listed = app.as_("workflow-lead").get("/v1/notifications").await.expect(200);
    assert_eq!(listed.json["items"][0]["kind"], kind);
    assert_eq!(listed.json["items"][0]["caseId"], case.as_str());
    let words = json!({ "comment": "Ring the school once more." });
    app.step("workflow-lead", &case, "closure-return", words).await.expect(200);
    assert_eq!(told(&app, "case-manager", "case.closure_returned").await, 1);
    app.step("workflow-lead-b", &case, "closure", given::closure()).await.expect(200);
    assert_eq!(told(&app, "workflow-lead", kind).await, 2);
    assert_eq!(told(&app, "workflow-lead-b", kind).await, 1);
    assert_eq!(told(&app, "case-manager", kind).await, 1);
    app.step("workflow-lead", &case, "closure-approval", json!({})).await.expect(200);
    assert_eq!(told(&app, "case-manager", "case.closed").await, 1);
    assert_eq!(told(&app, "workflow-lead-b", "case.closed").await, 0);
}

#[on_both]
async fn all_up_to_one_are_marked_once(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    let contact = app.as_("primary-contact");
    let listed = contact.get("/v1/notifications").await.expect(200);
    let newest =
        json!({ "upTo": listed.json["items"][0]["id"], "position": listed.json["position"] });
    let oldest = listed.json["items"][1]["id"].as_str().unwrap();
    contact.post_empty(&format!("/v1/notifications/{oldest}/reading")).await.expect(200);
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let events = app.count("event", "1 = 1").await;
    app.set_time("2026-03-17T00:00:00Z");
    for marked in [1, 0] {
        let read = contact.post("/v1/notifications/reading", newest.clone()).await.expect(200);
        assert_eq!(read.json, json!({ "upTo": newest["upTo"], "marked": marked, "unread": 1 }));
    }
    assert_eq!(app.count("event", "1 = 1").await, events + 1);
    assert_eq!(app.count("event", "kind = 'notification.read_up_to'").await, 1);
    let read = contact.get("/v1/notifications?unread=false").await.expect(200);
    let times: Vec<&Value> =
        read.json["items"].as_array().unwrap().iter().map(|one| &one["readAt"]).collect();
    assert_eq!(times, ["2026-03-17T00:00:00Z", crate::support::NOW]);
    // The case manager's own are still unread, and nobody names another's.
    assert_eq!(told(&app, "case-manager", "contact.logged").await, 1);
    let manager = app.as_("case-manager");
    let unread = manager.get("/v1/notifications?unread=true&includeTotal=true").await.expect(200);
    assert_eq!(unread.json["total"], 2);
    manager.post("/v1/notifications/reading", newest).await.refused(404, "not_found");
}

#[on_both]
async fn a_case_that_went_away_is_no_longer_named(app: TestApp) {
    let case = accepted(&app, "Hana").await;
    assign(&app, &case, app.world.case_manager).await;
    assign(&app, &case, app.world.second_lead).await;
    let listed = app.as_("case-manager").get("/v1/notifications").await.expect(200);
    let items = listed.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 2);
    for item in items {
        assert_eq!(item["kind"], "case.assigned");
        for member in ["caseId", "caseNumber", "subjectId", "link"] {
            assert_eq!(item[member], json!(null), "{member}");
        }
    }
    let lead = app.as_("workflow-lead-b").get("/v1/notifications").await.expect(200);
    assert_eq!(lead.json["items"][0]["caseNumber"], "AS-2026-000001");
}

#[on_both]
async fn a_contact_without_cases_hears_and_is_told_no_number(app: TestApp) {
    let mut referral = given::referral("Hana");
    referral["primaryContactId"] = json!(app.world.office_support);
    let referral =
        app.as_("attendance-lead").post("/v1/referrals", referral).await.expect(201).id();
    app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let listed = app.as_("office-support").get("/v1/notifications").await.expect(200);
    assert_eq!(listed.json["items"][0]["kind"], "case.opened");
    assert_eq!(listed.json["items"][0]["caseNumber"], json!(null));
}
