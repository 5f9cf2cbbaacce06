//! A team of one closes its cases alone, and the Ministry reviews each afterwards.

use serde_json::{Value, json};

use crate::given::{self, SCHOOL_WITH_TEAM, closure, with};
use crate::support::{TestApp, on_both};

/// A case of the school's own team, of which there is one.
async fn of_the_team(app: &TestApp, name: &str) -> String {
    let body = with(given::referral(name), "/schoolNumber", json!(SCHOOL_WITH_TEAM));
    let body = with(body, "/inSchoolProvision", json!(true));
    let sent = app.as_("office-support-t").post("/v1/referrals", body).await.expect(201).id();
    let path = format!("/v1/referrals/{sent}/decision");
    let lead = app.as_("workflow-lead-s");
    let decided = lead.post(&path, json!({ "outcome": "accepted" })).await.expect(200);
    decided.json["caseId"].as_str().expect("a case").to_owned()
}

/// A case that its only lead proposed to close and closed; the case and the review of it.
pub async fn closed_alone(app: &TestApp, name: &str) -> (String, String) {
    let case = of_the_team(app, name).await;
    app.step("workflow-lead-s", &case, "closure", closure()).await.expect(200);
    app.step("workflow-lead-s", &case, "closure-approval", json!({})).await.expect(200);
    let listed = app.as_("ministry-admin").get("/v1/closure-reviews").await.expect(200);
    let review = listed.json["items"][0]["id"].as_str().expect("a review").to_owned();
    (case, review)
}

#[on_both]
async fn a_team_of_one_closes_alone_and_is_reviewed_within_ten_days(app: TestApp) {
    let case = of_the_team(&app, "Hana").await;
    let allowed = async |app: &TestApp| -> Value {
        let file = app.as_("workflow-lead-s").get(&format!("/v1/cases/{case}")).await.expect(200);
        let actions = file.json["allowedActions"].as_array().unwrap().clone();
        actions.into_iter().find(|one| one["action"] == "approve_closure").unwrap()["allowed"]
            .clone()
    };
    app.step("workflow-lead-s", &case, "closure", closure()).await.expect(200);
    assert_eq!(allowed(&app).await, true);
    let closed =
        app.step("workflow-lead-s", &case, "closure-approval", json!({})).await.expect(200);
    assert_eq!(closed.json["status"], "closed");
    let listed =
        app.as_("ministry-analyst").get("/v1/closure-reviews?includeTotal=true").await.expect(200);
    assert_eq!(listed.json["total"], 1);
    let shown = &listed.json["items"][0];
    assert_eq!(
        (&shown["caseId"], &shown["provider"]["code"], &shown["outcome"]),
        (&json!(case), &json!("S01"), &Value::Null)
    );
    assert_eq!(shown["dueOn"], "2026-03-30");
    let decided = &shown["decided"];
    assert_eq!(
        (&decided["reasonCode"], &decided["at"]),
        (&json!("attendance_sustained"), &json!("2026-03-16T00:00:00Z"))
    );
    assert_eq!(
        (&decided["planReviewed"], &decided["outsideMaterialDealtWith"]),
        (&json!(true), &json!(true))
    );
    // Neither names nor what was written about the student.
    assert!(!listed.text.contains("Hana") && !listed.text.contains("six weeks"), "{}", listed.text);
    assert_eq!(app.count("event", "kind = 'closure_review.ordered'").await, 1);
}

#[on_both]
async fn a_review_is_concluded_once_and_the_provider_reads_it(app: TestApp) {
    let review = closed_alone(&app, "Hana").await.1;
    let path = format!("/v1/closure-reviews/{review}");
    let conclude = async |body: Value| {
        app.as_("ministry-admin").post(&format!("{path}/conclusion"), body).await
    };
    let silent = conclude(json!({ "outcome": "questioned" })).await;
    assert_eq!(
        (silent.status, silent.faults()),
        (422, vec!["/comment required".to_owned()]),
        "{}",
        silent.text
    );
    let body = json!({ "outcome": "questioned", "comment": "Six weeks of how many?" });
    let concluded = conclude(body.clone()).await.expect(200);
    assert_eq!(
        (&concluded.json["outcome"], &concluded.json["version"]),
        (&json!("questioned"), &json!(2))
    );
    conclude(body).await.refused(409, "closure_review_concluded");
    let read = app.as_("workflow-lead-s").get(&path).await.expect(200);
    assert_eq!(read.json["comment"], "Six weeks of how many?");
    app.as_("workflow-lead").get(&path).await.refused(404, "not_found");
    app.as_("workflow-lead-s")
        .post(&format!("{path}/conclusion"), json!({ "outcome": "confirmed" }))
        .await
        .refused(403, "role_may_not");
    for (query, many) in [("?concluded=true", 1), ("?concluded=false", 0), ("", 1)] {
        let listed =
            app.as_("auditor").get(&format!("/v1/closure-reviews{query}")).await.expect(200);
        assert_eq!(listed.json["items"].as_array().unwrap().len(), many, "{query}");
    }
    assert_eq!(
        app.count("audit_entry", "action = 'closure-reviews:conclude'").await,
        2,
        "one was refused"
    );
    assert_eq!(app.count("event", "kind = 'closure_review.concluded'").await, 1);
}

#[on_both]
async fn who_has_a_colleague_closes_nothing_alone(app: TestApp) {
    // P02 has a lead and a case manager.
    let body = with(given::referral("Hana"), "/schoolNumber", json!(given::OTHER_SCHOOL));
    let sent = app.as_("office-support-2").post("/v1/referrals", body).await.expect(201).id();
    let path = format!("/v1/referrals/{sent}/decision");
    let decided =
        app.as_("workflow-lead-2").post(&path, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap();
    app.step("workflow-lead-2", case, "closure", closure()).await.expect(200);
    app.step("workflow-lead-2", case, "closure-approval", json!({}))
        .await
        .refused(409, "own_closure");
    // Nor does a team of one where somebody else proposed it, or there is nothing of one's own.
    let two = app.closed("Aroha").await;
    assert_eq!(app.count("closure_review", "1 = 1").await, 0, "{two}");
}
