//! A case lived through, as school, workflow lead, case manager and second provider.

use serde_json::{Value, json};

use crate::given::{closure, pause};
use crate::support::{TestApp, on_both};

const AT: &str = "2026-03-16T00:00:00Z";

#[on_both]
async fn a_case_is_lived_through_by_all_who_have_a_part_in_it(app: TestApp) {
    let (referral, case) = app.assigned("Hana").await;
    let path = format!("/v1/cases/{case}");
    let contact = json!({ "primaryContactId": app.world.primary_contact });
    app.step("attendance-lead", &case, "primary-contact", contact).await.expect(200);
    app.reached(&case, "school", AT).await.expect(201);
    app.step(
        "case-manager",
        &case,
        "meetings",
        json!({
            "occurredAt": AT, "visibility": "shared", "kind": "whanau_hui", "people": ["The aunt"],
            "agencies": [], "decisions": "A later bus.", "reached": ["whanau"],
        }),
    )
    .await
    .expect(201);
    let barrier = app
        .step("case-manager", &case, "barriers", json!({ "code": "transport", "severity": "high" }))
        .await
        .expect(201)
        .id();
    let task = app
        .step(
            "case-manager",
            &case,
            "tasks",
            json!({ "title": "Ask about a bus", "dueInBusinessDays": 5 }),
        )
        .await
        .expect(201)
        .id();
    app.step("case-manager", &case, "plan", json!({
        "goals": [{ "what": "At school on Mondays", "measure": "Mondays present", "steps": [] }],
        "agreedWith": ["The student"], "agreedOn": "2026-03-16",
    })).await.expect(201);
    app.uploaded("case-manager", &case, "private").await;
    app.step(
        "primary-contact",
        &case,
        "comments",
        json!({ "occurredAt": AT, "comment": "Here all week." }),
    )
    .await
    .expect(201);
    app.step("case-manager", &case, "pause", pause()).await.expect(200);
    app.step("case-manager", &case, "resumption", json!({})).await.expect(200);

    // It goes to the second provider, whole, with its task and its document.
    let offer = json!({ "toProviderId": app.world.other_provider, "reason": "The family moved." });
    let transfer = app.step("workflow-lead", &case, "transfers", offer).await.expect(201).id();
    let accept = format!("/v1/transfers/{transfer}/decision");
    app.as_("workflow-lead-2").post(&accept, json!({ "outcome": "accepted" })).await.expect(200);
    app.as_("workflow-lead").get(&path).await.refused(404, "not_found");
    let to = json!({ "caseManagerId": app.world.other_case_manager });
    app.step("workflow-lead-2", &case, "assignment", to).await.expect(200);
    let documents = app.as_("case-manager-2").get(&format!("{path}/documents")).await.expect(200);
    assert_eq!(documents.json["items"].as_array().unwrap().len(), 1);

    // It is closed by two people, once its task is done and its barrier is resolved.
    app.step("case-manager-2", &case, "closure", closure()).await.refused(409, "open_tasks");
    app.step(
        "case-manager-2",
        &case,
        &format!("tasks/{task}/completion"),
        json!({ "outcome": "done" }),
    )
    .await
    .expect(200);
    app.step("case-manager-2", &case, "closure", closure())
        .await
        .refused(422, "checklist_unconfirmed");
    app.step(
        "case-manager-2",
        &case,
        &format!("barriers/{barrier}/status"),
        json!({ "status": "resolved" }),
    )
    .await
    .expect(200);
    app.step("case-manager-2", &case, "closure", closure()).await.expect(200);
    let closed =
        app.step("workflow-lead-2", &case, "closure-approval", json!({})).await.expect(200);
    assert_eq!(closed.json["status"], "closed");
    let told =
        app.as_("office-support").get(&format!("/v1/referrals/{referral}")).await.expect(200);
    assert_eq!(told.json["outcomeCategory"], "support_ended");
    let open = app
        .step("workflow-lead-2", &case, "reopening", json!({ "reason": "Away again." }))
        .await
        .expect(200);
    assert_eq!(open.json["caseManager"]["name"], "case manager 2");

    // The school saw what is shared, and the number stays with the provider it was counted for.
    let seen =
        app.as_("primary-contact").get(&format!("{path}/timeline?limit=200")).await.expect(200);
    let kinds: Vec<&str> = seen.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["kind"].as_str().unwrap())
        .collect();
    for (kind, shown) in [
        ("meeting", true),
        ("barrier", true),
        ("plan", true),
        ("comment", true),
        ("transfer", true),
        ("closure", true),
        ("task", false),
        ("document", false),
        ("closure_proposal", false),
    ] {
        assert_eq!(kinds.contains(&kind), shown, "{kind} in {kinds:?}");
    }
    let number =
        app.as_("workflow-lead").get("/v1/measures?level=provider&term=2026-1").await.expect(200);
    let school: &Value = &number.json["items"][0]["numbers"][0];
    assert_eq!((&school["measure"], &school["numerator"]), (&json!("school_contact"), &json!(1)));
}
