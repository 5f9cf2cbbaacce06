//! The plan of a case: agreed, changed, reviewed, and read by the school.

use serde_json::{Value, json};

use crate::given::with;
use crate::support::{TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";

fn goal(what: &str, done: &[bool]) -> Value {
    let steps = done.iter().map(|done| {
        json!({ "what": "Ring on Mondays", "who": "The aunt", "byWhen": "2026-04-02", "done": done })
    });
    json!({ "what": what, "measure": "Eight of ten Mondays", "steps": steps.collect::<Value>() })
}

fn plan() -> Value {
    json!({
        "goals": [goal("Back on Mondays", &[false, false])],
        "agreedWith": ["The student", "The student's aunt"],
        "agreedOn": "2026-03-12", "nextReviewOn": "2026-04-20",
    })
}

fn review() -> Value {
    json!({ "outcome": "on_track", "comment": "Six of seven Mondays.", "nextReviewOn": "2026-05-18" })
}

#[on_both]
async fn a_case_has_one_plan(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}/plan");
    app.as_(MANAGER).get(&path).await.refused(404, "not_found");
    let made = app.step(MANAGER, &case, "plan", plan()).await.expect(201);
    assert_eq!(made.header("location"), Some(path.as_str()));
    assert_eq!(made.json["goals"], plan()["goals"]);
    assert_eq!(
        (&made.json["agreedWith"], &made.json["madeByName"]),
        (&plan()["agreedWith"], &json!("case manager"))
    );
    assert_eq!(
        (&made.json["reviews"], &made.json["nextReviewOn"]),
        (&json!([]), &json!("2026-04-20"))
    );
    app.step(LEAD, &case, "plan", plan()).await.refused(409, "plan_exists");
    let read = app.as_(LEAD).get(&path).await.expect(200);
    assert_eq!((read.header("etag"), &read.text), (made.header("etag"), &made.text));
}

#[on_both]
async fn of_two_who_make_a_plan_at_once_one_does(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let (one, two) = tokio::join!(
        app.step(MANAGER, &case, "plan", plan()),
        app.step(LEAD, &case, "plan", plan())
    );
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409]);
    assert_eq!(app.count("plan", "1 = 1").await, 1);
}

#[on_both]
async fn a_plan_was_agreed_by_somebody_on_a_day_that_has_come(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let crowded: Vec<Value> = (0..21).map(|_| goal("x", &[])).collect();
    for (pointer, value, fault) in [
        ("/agreedOn", json!("2026-03-17"), "/agreedOn in_the_future"),
        ("/nextReviewOn", json!("2026-03-16"), "/nextReviewOn too_early"),
        ("/goals", json!([]), "/goals too_few_items"),
        ("/goals", json!(crowded), "/goals too_many_items"),
        ("/agreedWith", json!([]), "/agreedWith too_few_items"),
        ("/goals/0/steps/0/byWhen", json!("soon"), "/goals/0/steps/0/byWhen format"),
        ("/goals/0/steps/0/what", json!("x".repeat(201)), "/goals/0/steps/0/what too_long"),
        ("/goals/0/owner", json!("x"), "/goals/0/owner unknown_member"),
    ] {
        let refused = app.step(MANAGER, &case, "plan", with(plan(), pointer, value)).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]));
    }
    assert_eq!(app.count("plan", "1 = 1").await, 0);
    app.step(MANAGER, &case, "plan", with(plan(), "/agreedOn", json!("2026-03-16")))
        .await
        .expect(201);
}

#[on_both]
async fn goals_are_replaced_as_a_whole_and_the_rest_member_by_member(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}/plan");
    let manager = app.as_(MANAGER);
    manager.patch_if(&path, Some("*"), json!({})).await.refused(404, "not_found");
    let made = app.step(MANAGER, &case, "plan", plan()).await.expect(201);
    manager.patch_if(&path, None, json!({})).await.refused(428, "precondition_required");
    let goals = json!([goal("Back on Fridays", &[true, false]), goal("Sleep", &[true])]);
    let changed = manager.patch(&path, &made, json!({ "goals": goals })).await.expect(200);
    assert_eq!(
        (&changed.json["goals"], &changed.json["agreedWith"]),
        (&goals, &plan()["agreedWith"])
    );
    assert_eq!(
        (&changed.json["nextReviewOn"], &changed.json["version"]),
        (&json!("2026-04-20"), &json!(2))
    );
    manager.patch(&path, &made, json!({ "agreedWith": ["The dean"] })).await.refused(412, "stale");
    let rest =
        json!({ "agreedWith": ["The dean"], "agreedOn": "2026-03-16", "nextReviewOn": null });
    let rest = manager.patch(&path, &changed, rest).await.expect(200);
    assert_eq!((&rest.json["goals"], &rest.json["agreedWith"]), (&goals, &json!(["The dean"])));
    assert_eq!(
        (&rest.json["agreedOn"], &rest.json["nextReviewOn"]),
        (&json!("2026-03-16"), &Value::Null)
    );
    for (edit, fault) in [
        (json!({ "goals": [] }), "/goals too_few_items"),
        (json!({ "agreedOn": "2026-03-17" }), "/agreedOn in_the_future"),
        (json!({ "nextReviewOn": "2026-03-16" }), "/nextReviewOn too_early"),
    ] {
        assert_eq!(manager.patch(&path, &rest, edit).await.faults(), [fault]);
    }
    let told = app.as_(LEAD).get(&format!("/v1/cases/{case}/timeline?kind=plan")).await.expect(200);
    let latest = &told.json["items"][1]["details"];
    assert_eq!(
        (&latest["what"], &latest["steps"], &latest["stepsDone"]),
        (&json!("changed"), &json!(3), &json!(2))
    );
}

#[on_both]
async fn a_plan_whose_review_is_overdue_can_still_be_changed(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let made = app.step(MANAGER, &case, "plan", plan()).await.expect(201);
    app.set_time("2026-06-01T00:00:00Z");
    let path = format!("/v1/cases/{case}/plan");
    app.as_(MANAGER).patch(&path, &made, json!({ "agreedWith": ["The dean"] })).await.expect(200);
}

#[on_both]
async fn a_review_is_added_and_sets_the_day_of_the_next(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.step(MANAGER, &case, "plan/reviews", review()).await.refused(404, "not_found");
    app.step(MANAGER, &case, "plan", plan()).await.expect(201);
    let first = app.step(MANAGER, &case, "plan/reviews", review()).await.expect(200);
    assert_eq!(
        (&first.json["nextReviewOn"], &first.json["version"]),
        (&json!("2026-05-18"), &json!(2))
    );
    app.set_time("2026-05-18T00:00:00Z");
    let early = with(review(), "/nextReviewOn", json!("2026-05-18"));
    let refused = app.step(LEAD, &case, "plan/reviews", early).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (422, vec!["/nextReviewOn too_early".to_owned()])
    );
    let last = json!({ "outcome": "achieved", "comment": "Every Monday." });
    let last = app.step(LEAD, &case, "plan/reviews", last).await.expect(200);
    assert_eq!(last.json["nextReviewOn"], Value::Null);
    let reviews = last.json["reviews"].as_array().unwrap();
    let told: Vec<_> = reviews
        .iter()
        .map(|one| (one["outcome"].as_str().unwrap(), one["reviewedByName"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("achieved", "workflow lead"), ("on_track", "case manager")]);
    let timeline = app
        .as_("attendance-lead")
        .get(&format!("/v1/cases/{case}/timeline?kind=plan_review"))
        .await
        .expect(200);
    let words: Vec<&Value> = timeline.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["details"]["comment"])
        .collect();
    assert_eq!(words, ["Every Monday.", "Six of seven Mondays."]);
}

#[on_both]
async fn the_school_reads_the_plan_and_does_not_change_it(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let contact = json!({ "primaryContactId": app.world.primary_contact });
    app.step("workflow-lead", &case, "primary-contact", contact).await.expect(200);
    let made = app.step(MANAGER, &case, "plan", plan()).await.expect(201);
    let path = format!("/v1/cases/{case}/plan");
    for who in ["attendance-lead", "primary-contact"] {
        let school = app.as_(who);
        assert_eq!(school.get(&path).await.expect(200).json, made.json);
        school.post(&path, plan()).await.refused(403, "role_may_not");
        school.patch_if(&path, Some("*"), json!({})).await.refused(403, "role_may_not");
        school.post(&format!("{path}/reviews"), review()).await.refused(403, "role_may_not");
    }
    for who in ["workflow-lead-2", "attendance-lead-2"] {
        app.as_(who).get(&path).await.refused(404, "not_found");
    }
}

#[on_both]
async fn the_plan_of_a_closed_case_stays_as_it_is(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.step(MANAGER, &case, "plan", plan()).await.expect(201);
    app.step(MANAGER, &case, "closure", crate::given::closure()).await.expect(200);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    let path = format!("/v1/cases/{case}/plan");
    app.as_(MANAGER).patch_if(&path, Some("*"), json!({})).await.refused(409, "case_closed");
    app.step(MANAGER, &case, "plan/reviews", review()).await.refused(409, "case_closed");
    app.as_(MANAGER).get(&path).await.expect(200);
    let other = app.closed("Ari").await;
    app.step(MANAGER, &other, "plan", plan()).await.refused(409, "case_closed");
}

#[on_both]
async fn each_change_of_a_plan_leaves_one_of_each(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}/plan");
    let counts = || async {
        (
            app.count("audit_entry", "action = 'casework:write'").await,
            app.count("event", "kind LIKE 'plan.%' AND school_id IS NOT NULL").await,
            app.count("case_entry", "kind IN ('plan', 'plan_review')").await,
            app.count("plan_review", "1 = 1").await,
        )
    };
    app.as_(MANAGER).post(&format!("{path}?validateOnly=true"), plan()).await.expect(200);
    assert_eq!(counts().await, (1, 0, 0, 0));
    let first = app.as_(MANAGER).post_keyed(&path, "one", plan()).await.expect(201);
    let again = app.as_(MANAGER).post_keyed(&path, "one", plan()).await.expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(counts().await, (3, 1, 1, 0));
    app.as_(MANAGER)
        .patch_if(&path, Some("*"), json!({ "agreedOn": "2026-03-16" }))
        .await
        .expect(200);
    assert_eq!(counts().await, (4, 2, 2, 0));
    app.as_(MANAGER).post_keyed(&format!("{path}/reviews"), "two", review()).await.expect(200);
    app.as_(MANAGER).post_keyed(&format!("{path}/reviews"), "two", review()).await.expect(200);
    assert_eq!(counts().await, (6, 3, 3, 1));
}
