//! Notifications: who is told that something on a case changed, and who is not.

use serde_json::json;

use crate::given;
use crate::support::{TestApp, on_both};

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

on_both! {
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

    async fn a_referral_that_joins_a_case_is_told_to_its_case_manager_alone(app: TestApp) {
        let again = app.submitted("Hana").await.id();
        let case = accepted(&app, "Hana").await;
        assign(&app, &case, app.world.case_manager).await;
        app.decide(&again, json!({ "outcome": "accepted" })).await.expect(200);
        assert_eq!(told(&app, "case-manager", "case.joined").await, 1);
        assert_eq!(told(&app, "primary-contact", "case.joined").await, 0);
    }

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
}
