//! Notifications of submissions, performance reviews, withholding payments and obligations: those who act next are
//! told, each once, and not the person who did it.

use super::*;
use crate::bulletins::second_admin;
use crate::performance_reviews as reviews;
use crate::submissions::{self, accept, sent_back, submit};

const ADMIN: &str = "ministry-admin";
const SECOND: &str = "ministry-admin-b";
const LEAD: &str = "workflow-lead";

/// The newest notification of somebody.
async fn newest(app: &TestApp, who: &str) -> Value {
    let listed = app.as_(who).get("/v1/notifications").await.expect(200);
    listed.json["items"][0].clone()
}

#[on_both]
async fn a_submission_is_told_to_those_who_act_next(app: TestApp) {
    app.set_time("2026-11-02T00:00:00Z");
    let plan = submissions::written_plan(&app).await;
    assert_eq!(app.count("notification", "1 = 1").await, 0);
    submit(&app, &plan).await.expect(200);
    assert_eq!(told(&app, ADMIN, "submission.submitted").await, 1);
    let shown = newest(&app, ADMIN).await;
    assert_eq!(
        (&shown["kind"], &shown["subjectId"], &shown["link"], &shown["caseId"]),
        (
            &json!("submission.submitted"),
            &json!(plan.id()),
            &json!(submissions::path(&plan)),
            &Value::Null
        )
    );
    app.as_(ADMIN).get(shown["link"].as_str().expect("a link")).await.expect(200);
    // The lead who submitted it knows.
    assert_eq!(told(&app, LEAD, "submission.submitted").await, 0);
    sent_back(&app, &plan).await.expect(200);
    assert_eq!(told(&app, LEAD, "submission.returned").await, 1);
    assert_eq!(newest(&app, LEAD).await["link"], submissions::path(&plan));
    submit(&app, &plan).await.expect(200);
    accept(&app, &plan).await.expect(200);
    assert_eq!(told(&app, LEAD, "submission.accepted").await, 1);
    assert_eq!(told(&app, ADMIN, "submission.submitted").await, 2);
    assert_eq!(told(&app, ADMIN, "submission.accepted").await, 0);
    for who in ["case-manager", "workflow-lead-2", "ministry-analyst"] {
        assert_eq!(told(&app, who, "submission.accepted").await, 0, "{who}");
        assert_eq!(told(&app, who, "submission.returned").await, 0, "{who}");
    }
    // Read, and refused a second time: nothing more is told.
    let before = app.count("notification", "1 = 1").await;
    submit(&app, &plan).await.refused(409, "not_in_this_state");
    assert_eq!(app.count("notification", "1 = 1").await, before);
    let id = newest(&app, LEAD).await["id"].as_str().expect("an id").to_owned();
    let read = app.as_(LEAD).post_empty(&format!("/v1/notifications/{id}/reading")).await;
    assert_eq!(read.expect(200).json["link"], submissions::path(&plan));
    app.as_(ADMIN).get(&format!("/v1/notifications/{id}")).await.refused(404, "not_found");
}

#[on_both]
async fn a_review_and_its_payment_are_told_to_those_who_act_next(app: TestApp) {
    second_admin(&app).await;
    let review = reviews::next_opened(&app).await;
    assert_eq!(told(&app, LEAD, "performance_review.opened").await, 1);
    assert_eq!(newest(&app, LEAD).await["link"], reviews::path(&review));
    reviews::comment(&app, &review).await.expect(200);
    for who in [ADMIN, SECOND] {
        assert_eq!(told(&app, who, "performance_review.commented").await, 1, "{who}");
    }
    reviews::meet(&app, &review, true).await.expect(200);
    let before = app.count("notification", "1 = 1").await;
    let found = json!({ "grade": "note", "comment": "Late." });
    let path = reviews::path(&review);
    app.as_(ADMIN).post(&format!("{path}/findings"), found).await.expect(200);
    // The provider does not know of a finding before the conclusion.
    assert_eq!(app.count("notification", "1 = 1").await, before);
    app.as_(ADMIN).post_empty(&format!("{path}/conclusion")).await.expect(200);
    assert_eq!(told(&app, LEAD, "performance_review.concluded").await, 1);
    let decisions = format!("{path}/withholding-decisions");
    app.as_(ADMIN).post(&decisions, json!({ "outcome": "released" })).await.expect(200);
    let proposed = "performance_review.withholding_proposed";
    assert_eq!((told(&app, SECOND, proposed).await, told(&app, ADMIN, proposed).await), (1, 0));
    assert_eq!(told(&app, LEAD, proposed).await, 0);
    app.as_(SECOND).post_empty(&format!("{decisions}/1/confirmation")).await.expect(200);
    let confirmed = "performance_review.withholding_confirmed";
    // The lead reads it, and the other administrator records the payment.
    for (who, many) in [(LEAD, 1), (ADMIN, 1), (SECOND, 0), ("case-manager", 0)] {
        assert_eq!(told(&app, who, confirmed).await, many, "{who}");
    }
}

#[on_both]
async fn an_overdue_obligation_is_told_once(app: TestApp) {
    submissions::contract(&app).await;
    let store = app.state.store();
    let round = async || while store.tell_some_overdue(app.now()).await.expect("a round") {};
    round().await;
    assert_eq!(told(&app, LEAD, "duty.overdue").await, 0);
    app.set_time("2026-11-16T00:00:00Z");
    round().await;
    let overdue = app.as_(LEAD).get("/v1/obligations?overdue=true&limit=200").await.expect(200);
    let many = overdue.json["items"].as_array().expect("a page").len();
    assert!(many > 0);
    let of_lead = told(&app, LEAD, "duty.overdue").await;
    assert_eq!(usize::try_from(of_lead).expect("few"), many);
    assert_eq!(newest(&app, LEAD).await["link"], "/v1/obligations?overdue=true");
    round().await;
    assert_eq!(told(&app, LEAD, "duty.overdue").await, of_lead);
    assert_eq!(told(&app, "workflow-lead-2", "duty.overdue").await, 0);
}
