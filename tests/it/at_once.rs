//! What is done once and sent eight times at the same moment: one call does it, the others hear
//! that it is done. On both databases alike: nobody is told that the service is too busy.

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::funds;
use crate::given::{self, closure, pause, with};
use crate::support::{Answer, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";
const AT_ONCE: usize = 8;

/// Eight people press the same button. One of them did it.
async fn once(app: &TestApp, who: &str, path: &str, body: Value) {
    let call = || async { app.as_(who).post(path, body.clone()).await };
    one_did_it(path, &join_all((0..AT_ONCE).map(|_| call())).await);
}

/// The same of an operation without a body.
async fn once_empty(app: &TestApp, who: &str, path: &str) {
    let call = || async { app.as_(who).post_empty(path).await };
    one_did_it(path, &join_all((0..AT_ONCE).map(|_| call())).await);
}

#[track_caller]
fn one_did_it(path: &str, answers: &[Answer]) {
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    let done = statuses.iter().filter(|status| **status < 300).count();
    // Siblings who are parted are none, which is 404 for who comes to part them.
    let parted = path.contains("/siblings/") && path.ends_with("/ending");
    let late = if parted { 404 } else { 409 };
    let told = statuses.iter().filter(|status| **status == late).count();
    let codes: Vec<&str> = answers.iter().map(Answer::code).collect();
    assert_eq!((done, told), (1, AT_ONCE - 1), "{path}: {statuses:?} {codes:?}");
}

/// A student who is referred and has no case yet.
async fn student(app: &TestApp, name: &str) -> String {
    app.submitted(name).await.json["student"]["id"].as_str().expect("a student").to_owned()
}

fn of_case(case: &str, step: &str) -> String {
    format!("/v1/cases/{case}/{step}")
}

#[on_both]
async fn a_referral_is_answered_once(app: TestApp) {
    for (student, decision) in [
        ("Hana", json!({ "outcome": "accepted" })),
        ("Tama", json!({ "outcome": "declined", "reasonCode": "outside_age_range" })),
        ("Mere", json!({ "outcome": "returned", "comment": "Which days?" })),
    ] {
        let referral = app.submitted(student).await.id();
        once(&app, LEAD, &format!("/v1/referrals/{referral}/decision"), decision).await;
    }
    let referral = app.submitted("Ari").await.id();
    let path = format!("/v1/referrals/{referral}/withdrawal");
    once(&app, "office-support", &path, json!({ "reasonCode": "attendance_improved" })).await;
}

#[on_both]
async fn a_step_of_a_case_is_taken_once(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    once(&app, MANAGER, &of_case(&case, "pause"), pause()).await;
    once(&app, MANAGER, &of_case(&case, "resumption"), json!({ "comment": "Back." })).await;
    once(&app, MANAGER, &of_case(&case, "closure"), closure()).await;
    once(&app, LEAD, &of_case(&case, "closure-return"), json!({ "comment": "Once more." })).await;
    app.step(MANAGER, &case, "closure", closure()).await.expect(200);
    once(&app, LEAD, &of_case(&case, "closure-approval"), json!({})).await;
    once(&app, LEAD, &of_case(&case, "reopening"), json!({ "reason": "Away again." })).await;
}

#[on_both]
async fn a_transfer_is_asked_for_and_answered_once(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let offer = json!({ "toProviderId": app.world.other_provider, "reason": "They moved." });
    let open = async || {
        let listed = app.as_(LEAD).get("/v1/transfers?status=requested").await.expect(200);
        listed.json["items"][0]["id"].as_str().expect("a transfer").to_owned()
    };
    once(&app, LEAD, &of_case(&case, "transfers"), offer.clone()).await;
    let path = format!("/v1/transfers/{}/cancellation", open().await);
    once(&app, LEAD, &path, json!({})).await;
    app.step(LEAD, &case, "transfers", offer).await.expect(201);
    let path = format!("/v1/transfers/{}/decision", open().await);
    once(&app, "workflow-lead-2", &path, json!({ "outcome": "accepted" })).await;
    assert_eq!(app.count("case_transfer", "status = 'accepted'").await, 1);
}

#[on_both]
async fn what_hangs_on_a_case_is_done_once(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let task = app.task(MANAGER, &case).await;
    once(
        &app,
        MANAGER,
        &of_case(&case, &format!("tasks/{task}/completion")),
        json!({ "outcome": "done" }),
    )
    .await;
    let goal = json!({ "what": "Back on Mondays", "measure": "Eight of ten", "steps": [] });
    let plan = json!({
        "goals": [goal], "agreedWith": ["The student"], "agreedOn": "2026-03-12",
        "nextReviewOn": "2026-04-20",
    });
    once(&app, MANAGER, &of_case(&case, "plan"), plan).await;
    let barrier = app.barrier(MANAGER, &case).await;
    let path = of_case(&case, &format!("barriers/{barrier}/status"));
    once(&app, MANAGER, &path, json!({ "status": "resolved" })).await;
}

#[on_both]
async fn two_records_are_joined_and_parted_once(app: TestApp) {
    let (first, second) = (student(&app, "Aria").await, student(&app, "Tama").await);
    let join = json!({ "intoStudentId": second, "reason": "One student." });
    once(&app, LEAD, &format!("/v1/students/{first}/merge"), join).await;
    assert_eq!(app.count("student_merge", "undone_at IS NULL").await, 1);
    once(&app, LEAD, &format!("/v1/students/{first}/merge-reversal"), json!({ "reason": "Two." }))
        .await;
    // From both sides at once.
    let merge = |from: &String, into: &String| {
        let path = format!("/v1/students/{from}/merge");
        let body = json!({ "intoStudentId": into, "reason": "One student." });
        let app = &app;
        async move { app.as_(LEAD).post(&path, body).await.status }
    };
    let both = (0..AT_ONCE)
        .map(|n| if n % 2 == 0 { merge(&first, &second) } else { merge(&second, &first) });
    let mut statuses = join_all(both).await;
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409, 409, 409, 409, 409, 409, 409]);
}

#[on_both]
async fn a_chain_of_joins_ends_in_one_record(app: TestApp) {
    let mut students = Vec::new();
    for name in ["Aria", "Tama", "Hemi", "Mere"] {
        students.push(student(&app, name).await);
    }
    // Each into the next, all at once: whoever waits finds where the others lead by then.
    let merges = students.windows(2).map(|pair| {
        let (from, into) = (pair[0].clone(), pair[1].clone());
        let app = &app;
        async move {
            let body = json!({ "intoStudentId": into, "reason": "One student." });
            app.as_(LEAD).post(&format!("/v1/students/{from}/merge"), body).await
        }
    });
    for answer in join_all(merges).await {
        answer.expect(200);
    }
    // What is written to one of them meanwhile reaches the record that they lead to.
    let contacts = students.iter().map(|student| {
        let path = format!("/v1/students/{student}/whanau-contacts");
        let body = json!({ "name": "Hana", "relationship": "parent", "phone": "021 000 0001" });
        let app = &app;
        async move { app.as_(LEAD).post(&path, body).await }
    });
    for answer in join_all(contacts).await {
        answer.expect(201);
    }
    assert_eq!(app.count("student_merge", "undone_at IS NULL").await, 3);
}

#[on_both]
async fn who_is_joined_while_somebody_writes_to_them_stays_reachable(app: TestApp) {
    let (first, second) = (student(&app, "Aria").await, student(&app, "Tama").await);
    let merge = async {
        let body = json!({ "intoStudentId": second, "reason": "One student." });
        app.as_(LEAD).post(&format!("/v1/students/{first}/merge"), body).await.expect(200);
    };
    let write = |n: usize| {
        let path = format!("/v1/students/{first}/whanau-contacts");
        let body = json!({ "name": format!("Hana {n}"), "relationship": "parent", "phone": "021 000 0001" });
        let app = &app;
        async move { app.as_(LEAD).post(&path, body).await }
    };
    let ((), written) = tokio::join!(merge, join_all((0..AT_ONCE).map(write)));
    for answer in written {
        answer.expect(201);
    }
}

#[on_both]
async fn a_review_is_settled_once(app: TestApp) {
    let numbered = with(given::referral("Aria"), "/student/nsn", json!("17"));
    let office = app.as_("office-support");
    office.post("/v1/referrals", numbered.clone()).await.expect(201);
    let other = with(numbered, "/student/birthDate", json!("2013-06-05"));
    let sent = office.post("/v1/referrals", other).await.expect(201);
    let review = sent.json["matchReviewId"].as_str().expect("a review").to_owned();
    let finding = json!({ "outcome": "same_as", "candidate": 1, "reason": "A typing error." });
    once(&app, LEAD, &format!("/v1/match-reviews/{review}/settlement"), finding).await;
    assert_eq!(app.count("student_merge", "undone_at IS NULL").await, 1);
}

#[on_both]
async fn siblings_are_declared_and_parted_once(app: TestApp) {
    let (one, other) = (student(&app, "Aria").await, student(&app, "Tama").await);
    let path = format!("/v1/students/{one}/siblings");
    once(&app, LEAD, &path, json!({ "siblingId": other })).await;
    assert_eq!(app.count("sibling", "ended_at IS NULL").await, 1);
    once_empty(&app, LEAD, &format!("{path}/{other}/ending")).await;
    assert_eq!(app.count("event", "kind = 'sibling.ended'").await, 1);
}

#[on_both]
async fn a_reader_is_named_once(app: TestApp) {
    let body = with(given::referral("Aroha"), "/student/addressProtected", json!(true));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    let path = format!("/v1/students/{student}/protected-address-readers");
    once(&app, LEAD, &path, json!({ "userId": app.world.case_manager })).await;
    let listed = app.as_(LEAD).get(&path).await.expect(200);
    let reader = listed.json["items"][0]["id"].as_str().expect("a reader").to_owned();
    once_empty(&app, LEAD, &format!("{path}/{reader}/ending")).await;
}

#[on_both]
async fn a_measure_is_published_once(app: TestApp) {
    app.set_time("2026-06-01T00:00:00Z");
    let body = json!({ "term": "2026-1", "measure": "school_contact" });
    once(&app, "ministry-admin", "/v1/publications", body).await;
}

#[on_both]
async fn a_holiday_is_added_once(app: TestApp) {
    let body = json!({ "date": "2026-08-14", "region": null, "nameEn": "Day of Kōwhai", "nameMi": "Te Rā Kōwhai" });
    once(&app, "ministry-admin", "/v1/calendars/contract-2026/holidays", body).await;
}

#[on_both]
async fn one_key_is_one_effect(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let contact = json!({
        "party": "school", "channel": "phone", "outcome": "reached",
        "occurredAt": "2026-03-15T22:00:00Z",
    });
    let path = of_case(&case, "contacts");
    let lead = app.as_(LEAD);
    let call = || async { lead.post_keyed(&path, "k-1", contact.clone()).await };
    let answers = join_all((0..AT_ONCE).map(|_| call())).await;
    for answer in &answers {
        assert_eq!((answer.status, &answer.json), (201, &answers[0].json), "{}", answer.text);
    }
    assert_eq!(app.count("contact", "1 = 1").await, 1);
}

#[on_both]
async fn an_assignment_may_be_repeated(app: TestApp) {
    let case = app.accepted("Hana").await.1;
    let to = json!({ "caseManagerId": app.world.case_manager });
    let path = of_case(&case, "assignment");
    let call = || async { app.as_(LEAD).post(&path, to.clone()).await };
    let answers = join_all((0..AT_ONCE).map(|_| call())).await;
    assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 409)), "{answers:?}");
    assert_eq!(app.count("case_assignment", "ended_at IS NULL").await, 1);
}

#[on_both]
async fn a_job_is_cancelled_once(app: TestApp) {
    let order = json!({ "level": "student", "term": "2026-1" });
    let job = app.as_(LEAD).post("/v1/measures/exports", order).await.expect(202).id();
    once_empty(&app, LEAD, &format!("/v1/jobs/{job}/cancellation")).await;
}

#[on_both]
async fn a_need_is_decided_cancelled_and_settled_once(app: TestApp) {
    funds::opened(&app).await;
    let case = app.assigned("Hana").await.1;
    let need = funds::asked(&app, &case, 1_000).await;
    let approve = json!({ "outcome": "approved" });
    once(&app, LEAD, &format!("/v1/needs/{need}/decision"), approve).await;
    once_empty(&app, MANAGER, &format!("/v1/needs/{need}/settlement")).await;
    let another = funds::asked(&app, &case, 1_000).await;
    once(&app, MANAGER, &format!("/v1/needs/{another}/cancellation"), json!({})).await;
}
