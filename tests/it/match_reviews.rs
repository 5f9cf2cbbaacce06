//! Students whom intake could not recognise: listed, read beside those who they might be, settled.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

fn student_of(answer: &Answer) -> String {
    answer.json["student"]["id"].as_str().expect("a student").to_owned()
}

fn numbered(given_names: &str, nsn: &str) -> Value {
    with(given::referral(given_names), "/student/nsn", json!(nsn))
}

/// A known student, the record that was made of the one sent, and their review.
async fn unclear(app: &TestApp, nsn: &str) -> (String, String, String) {
    let office = app.as_("office-support");
    let known = office.post("/v1/referrals", numbered("Aria", nsn)).await.expect(201);
    let other = with(numbered("Aria", nsn), "/student/birthDate", json!("2013-06-05"));
    let sent = office.post("/v1/referrals", other).await.expect(201);
    let review = sent.json["matchReviewId"].as_str().expect("a review").to_owned();
    (student_of(&known), student_of(&sent), review)
}

async fn settle(app: &TestApp, review: &str, finding: Value) -> Answer {
    let path = format!("/v1/match-reviews/{review}/settlement");
    app.as_("workflow-lead").post(&path, finding).await
}

fn same_as(candidate: u8) -> Value {
    json!({ "outcome": "same_as", "candidate": candidate, "reason": "A typing error." })
}

fn different() -> Value {
    json!({ "outcome": "different", "reason": "Cousins." })
}

/// What the API answers of both students to a workflow lead, without the times of the merge.
async fn files(app: &TestApp, students: [&str; 2]) -> Vec<Value> {
    let lead = app.as_("workflow-lead");
    let mut files = Vec::new();
    for student in students {
        for place in ["", "/whanau-contacts", "/merges"] {
            let path = format!("/v1/students/{student}{place}");
            let mut json = lead.get(&path).await.expect(200).json;
            if let Some(merge) = json.pointer_mut("/items/0").filter(|_| place == "/merges") {
                merge["id"] = Value::Null;
            }
            files.push(json);
        }
    }
    files.push(lead.get("/v1/referrals").await.expect(200).json["items"].clone());
    files
}

#[on_both]
async fn both_sides_stand_beside_each_other_with_what_agrees(app: TestApp) {
    let (known, sent, review) = unclear(&app, "17").await;
    let read =
        app.as_("workflow-lead").get(&format!("/v1/match-reviews/{review}")).await.expect(200);
    assert_eq!((&read.json["status"], &read.json["sentNsn"]), (&json!("open"), &json!("17")));
    assert_eq!(
        (&read.json["student"]["id"], &read.json["student"]["nsn"]),
        (&json!(sent), &json!(null))
    );
    let [candidate] = &read.json["candidates"].as_array().unwrap()[..] else {
        panic!("{}", read.text)
    };
    assert_eq!(
        candidate["student"],
        app.as_("workflow-lead").get(&format!("/v1/students/{known}")).await.expect(200).json
    );
    assert_eq!((&candidate["candidate"], &candidate["score"]), (&json!(1), &json!(75)));
    assert_eq!(candidate["reasons"], json!(["same_nsn", "same_name"]));
    assert_eq!(read.json["settlement"], json!(null));
    assert_eq!(
        app.count("audit_entry", "subject_kind = 'match_review' AND decision = 'allowed'").await,
        1
    );
}

#[on_both]
async fn the_list_shows_what_waits_in_pages(app: TestApp) {
    let mut reviews = Vec::new();
    for nsn in ["17", "18", "19"] {
        let body =
            with(numbered(&format!("Child {nsn}"), nsn), "/student/birthDate", json!("2012-02-02"));
        app.as_("office-support").post("/v1/referrals", body.clone()).await.expect(201);
        let sent = app
            .as_("office-support")
            .post("/v1/referrals", with(body, "/student/birthDate", json!("2012-02-03")))
            .await
            .expect(201);
        reviews.push(sent.json["matchReviewId"].as_str().unwrap().to_owned());
    }
    settle(&app, &reviews[1], different()).await.expect(200);
    let lead = app.as_("workflow-lead");
    let ids = |answer: &Answer| -> Vec<String> {
        answer.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| item["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let first = lead.get("/v1/match-reviews?limit=2&includeTotal=true").await.expect(200);
    assert_eq!(
        (ids(&first), &first.json["total"]),
        (vec![reviews[2].clone(), reviews[1].clone()], &json!(3))
    );
    let cursor = first.json["nextCursor"].as_str().unwrap();
    let second = lead.get(&format!("/v1/match-reviews?limit=2&cursor={cursor}")).await.expect(200);
    assert_eq!(
        (ids(&second), &second.json["nextCursor"]),
        (vec![reviews[0].clone()], &json!(null))
    );
    let open = lead.get("/v1/match-reviews?status=open").await.expect(200);
    assert_eq!(ids(&open), [reviews[2].clone(), reviews[0].clone()]);
    let settled = lead.get("/v1/match-reviews?status=settled").await.expect(200);
    assert_eq!(ids(&settled), [reviews[1].clone()]);
    assert_eq!(settled.json["items"][0]["settlement"]["outcome"], "different");
    let stranger =
        app.as_("workflow-lead-2").get("/v1/match-reviews?includeTotal=true").await.expect(200);
    assert_eq!((ids(&stranger), &stranger.json["total"]), (vec![], &json!(0)));
}

#[on_both]
async fn who_is_found_to_be_the_same_is_merged(app: TestApp) {
    let (known, sent, review) = unclear(&app, "17").await;
    let settled = settle(&app, &review, same_as(1)).await.expect(200);
    assert_eq!(settled.json["status"], "settled");
    let merges =
        app.as_("workflow-lead").get(&format!("/v1/students/{known}/merges")).await.expect(200);
    let found = &settled.json["settlement"];
    assert_eq!((&found["outcome"], &found["candidate"]), (&json!("same_as"), &json!(1)));
    assert_eq!(
        (&found["mergeId"], &found["reason"]),
        (&merges.json["items"][0]["id"], &json!("A typing error."))
    );
    assert_eq!(settled.json["student"]["id"], json!(sent));
    assert_eq!(settled.json["candidates"][0]["student"]["mergedIds"], json!([sent]));
    let read =
        app.as_("workflow-lead").get(&format!("/v1/match-reviews/{review}")).await.expect(200);
    assert_eq!(read.json, settled.json);
    assert_eq!(app.count("event", "kind = 'student.merged'").await, 1);
    assert_eq!(app.count("event", "kind = 'match_review.settled'").await, 1);
    assert_eq!(app.count("match_review", "status = 'open'").await, 0);
}

#[on_both]
async fn a_merge_by_settlement_is_the_merge_by_its_own_operation(app: TestApp) {
    let (known, sent, review) = unclear(&app, "17").await;
    let lead = app.as_("workflow-lead");
    let start = files(&app, [&known, &sent]).await;
    let undo = json!({ "reason": "To compare." });
    let path = format!("/v1/students/{sent}/merge");
    let body = json!({ "intoStudentId": known, "reason": "A typing error." });
    lead.post(&path, body).await.expect(200);
    let merged = files(&app, [&known, &sent]).await;
    assert_ne!(merged, start);
    lead.post(&format!("{path}-reversal"), undo.clone()).await.expect(200);
    settle(&app, &review, same_as(1)).await.expect(200);
    assert_eq!(files(&app, [&known, &sent]).await, merged);
    lead.post(&format!("{path}-reversal"), undo).await.expect(200);
    assert_eq!(files(&app, [&known, &sent]).await, start);
}

#[on_both]
async fn records_that_somebody_joined_already_are_only_written_down(app: TestApp) {
    let (known, sent, review) = unclear(&app, "17").await;
    let body = json!({ "intoStudentId": sent, "reason": "The other way about." });
    let merge = app
        .as_("workflow-lead")
        .post(&format!("/v1/students/{known}/merge"), body)
        .await
        .expect(200);
    let settled = settle(&app, &review, same_as(1)).await.expect(200);
    assert_eq!(settled.json["settlement"]["mergeId"], json!(merge.id()));
    assert_eq!(app.count("student_merge", "1 = 1").await, 1);
}

#[on_both]
async fn who_is_found_to_be_different_stays(app: TestApp) {
    let (known, sent, review) = unclear(&app, "17").await;
    let start = files(&app, [&known, &sent]).await;
    let settled = settle(&app, &review, different()).await.expect(200);
    let found = &settled.json["settlement"];
    assert_eq!((&found["candidate"], &found["mergeId"]), (&json!(null), &json!(null)));
    assert_eq!(files(&app, [&known, &sent]).await, start);
    assert_eq!(
        app.count("audit_entry", "subject_kind = 'match_review' AND action = 'students:merge'")
            .await,
        1
    );
}

#[on_both]
async fn a_review_is_settled_once(app: TestApp) {
    let (_, _, review) = unclear(&app, "17").await;
    let (one, other) = futures_util::future::join(
        settle(&app, &review, different()),
        settle(&app, &review, same_as(1)),
    )
    .await;
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 409], "{} {}", one.text, other.text);
    for finding in [different(), same_as(1)] {
        settle(&app, &review, finding).await.refused(409, "review_already_settled");
    }
    assert_eq!(app.count("match_settlement", "1 = 1").await, 1);
    assert_eq!(app.count("event", "kind = 'match_review.settled'").await, 1);
}

#[on_both]
async fn a_finding_that_makes_no_sense_is_refused(app: TestApp) {
    let (_, _, review) = unclear(&app, "17").await;
    let reason = json!({ "outcome": "same_as", "reason": "Which?" });
    assert_eq!(settle(&app, &review, reason).await.faults(), ["/candidate required"]);
    let both = with(different(), "/candidate", json!(1));
    assert_eq!(settle(&app, &review, both).await.faults(), ["/candidate not_allowed"]);
    assert_eq!(settle(&app, &review, same_as(2)).await.faults(), ["/candidate unknown"]);
    let open = settle(&app, &review, json!({ "outcome": "different" })).await;
    assert_eq!(open.faults(), ["/reason required"]);
}

#[on_both]
async fn two_open_cases_are_not_joined_by_a_settlement(app: TestApp) {
    let office = app.as_("office-support");
    let known = office.post("/v1/referrals", numbered("Aria", "17")).await.expect(201);
    let other = with(numbered("Aria", "17"), "/student/birthDate", json!("2013-06-05"));
    let sent = office.post("/v1/referrals", other).await.expect(201);
    for referral in [known.id(), sent.id()] {
        app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    }
    let review = sent.json["matchReviewId"].as_str().unwrap();
    settle(&app, review, same_as(1)).await.refused(409, "both_have_open_cases");
    let read =
        app.as_("workflow-lead").get(&format!("/v1/match-reviews/{review}")).await.expect(200);
    assert_eq!(read.json["status"], "open", "nothing is kept of what was refused");
}

#[on_both]
async fn a_candidate_out_of_reach_is_a_number_and_nothing_else(app: TestApp) {
    let away = with(numbered("Aria", "17"), "/schoolNumber", json!(given::OTHER_SCHOOL));
    let known = app.as_("office-support-2").post("/v1/referrals", away).await.expect(201);
    let other = with(numbered("Aria", "17"), "/student/birthDate", json!("2013-06-05"));
    let sent = app.as_("office-support").post("/v1/referrals", other).await.expect(201);
    assert_eq!(sent.json["matchReviewId"], json!(null), "the sender is told of no stranger");
    let worked_on =
        app.as_("workflow-lead").get(&format!("/v1/referrals/{}", sent.id())).await.expect(200);
    let review = worked_on.json["matchReviewId"].as_str().unwrap();
    let path = format!("/v1/match-reviews/{review}");
    let read = app.as_("workflow-lead").get(&path).await.expect(200);
    assert_eq!(
        read.json["candidates"],
        json!([{ "candidate": 1, "score": null, "reasons": [], "doubts": [], "student": null }])
    );
    assert!(!read.text.contains(&student_of(&known)));
    assert_eq!(settle(&app, review, same_as(1)).await.faults(), ["/candidate unknown"]);
    app.as_("workflow-lead-2").get(&path).await.refused(404, "not_found");
    app.as_("workflow-lead-2")
        .post(&format!("{path}/settlement"), different())
        .await
        .refused(404, "not_found");
    for who in ["case-manager", "attendance-lead", "privacy-officer"] {
        app.as_(who).get(&path).await.refused(403, "role_may_not");
    }
    assert_eq!(app.count("student_merge", "1 = 1").await, 0);
}

#[on_both]
async fn a_retry_gets_the_first_answer_again(app: TestApp) {
    let (_, _, review) = unclear(&app, "17").await;
    let path = format!("/v1/match-reviews/{review}/settlement");
    let lead = app.as_("workflow-lead");
    let first = lead.post_keyed(&path, "once", same_as(1)).await.expect(200);
    let again = lead.post_keyed(&path, "once", same_as(1)).await.expect(200);
    assert_eq!(first.text, again.text);
}
