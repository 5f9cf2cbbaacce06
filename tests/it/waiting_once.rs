//! One child waits once, whatever a careless system sends and however often.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::given::{self, OTHER_SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

const NUMBER: &str = "931284341";

fn child() -> Value {
    with(given::referral("Manaia"), "/student/nsn", json!(NUMBER))
}

fn of_machine(body: Value, source: &str, reference: &str) -> Value {
    let body = with(body, "/source", json!(source));
    with(body, "/sourceReference", json!(reference))
}

/// Pushed by a machine under a key that nobody has used.
async fn push(app: &TestApp, body: Value) -> Answer {
    static LAST: AtomicU32 = AtomicU32::new(0);
    let key = format!("once-{}", LAST.fetch_add(1, Ordering::Relaxed));
    loop {
        let answer = app.as_("sms-client").post_keyed("/v1/referrals", &key, body.clone()).await;
        if answer.header("retry-after").is_none() {
            return answer;
        }
    }
}

fn items(answer: &Answer) -> Vec<Value> {
    answer.json["items"].as_array().expect("a list").clone()
}

#[on_both]
async fn a_child_who_waits_is_not_referred_again_in_any_careless_form(app: TestApp) {
    let first = push(&app, of_machine(child(), "example-sms", "r1")).await.expect(201);
    let without_number = given::referral("Manaia");
    for (form, body) in [
        ("another reference", of_machine(child(), "example-sms", "r2")),
        ("another source", of_machine(child(), "other-sms", "r1")),
        ("without the number", of_machine(without_number, "example-sms", "r3")),
        (
            "another day of it",
            of_machine(
                with(child(), "/supportRequest/whanauToldOn", json!("2026-03-04")),
                "example-sms",
                "r4",
            ),
        ),
    ] {
        let again = push(&app, body).await;
        assert_eq!(
            (again.status, again.code()),
            (409, "already_referred"),
            "{form}: {}",
            again.text
        );
        assert_eq!(again.header("location"), first.header("location"), "{form}");
    }
    for who in ["office-support", "attendance-lead"] {
        let again = app.as_(who).post("/v1/referrals", child()).await;
        again.refused(409, "already_referred");
        assert_eq!(again.header("location"), first.header("location"), "{who}");
    }
    // A rehearsal says the same.
    let rehearsed =
        app.as_("office-support").post("/v1/referrals?validateOnly=true", child()).await;
    rehearsed.refused(409, "already_referred");
    // The same reference is the same record, as ever.
    let same = push(&app, of_machine(child(), "example-sms", "r1")).await.expect(200);
    assert_eq!(same.id(), first.id());
    assert_eq!((app.count("referral", "1 = 1").await, app.count("student", "1 = 1").await), (1, 1));
    // The audit trail names the caller who was told of it, and the record.
    let told =
        "action = 'referrals:submit' AND subject_kind = 'referral' AND subject_id IS NOT NULL";
    assert_eq!(app.count("audit_entry", told).await, 9);
}

#[on_both]
async fn who_may_not_read_the_one_that_waits_is_not_led_to_it(app: TestApp) {
    let first = app.as_("office-support").post("/v1/referrals", child()).await.expect(201);
    // A provider reads what it has; what the school sent to the team is not its own.
    app.as_("workflow-lead-2")
        .post("/v1/referrals", child())
        .await
        .refused(403, "school_out_of_reach");
    let claims = app.claims("attendance-lead");
    let narrow = with(claims, "/scope", json!("referrals:submit"));
    let again = app.with_claims(narrow).post("/v1/referrals", child()).await;
    again.refused(409, "already_referred");
    assert_eq!(again.header("location"), None);
    assert!(!again.text.contains(&first.id()), "{}", again.text);
}

#[on_both]
async fn eight_at_once_make_one(app: TestApp) {
    let second = app.another_node().await;
    let forms: Vec<Value> =
        (0..8).map(|n| of_machine(child(), "example-sms", &format!("r{n}"))).collect();
    let nodes = [&app, &second];
    let calls = forms.into_iter().enumerate().map(|(n, body)| push(nodes[n % 2], body));
    let mut statuses: Vec<u16> = join_all(calls).await.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
    assert_eq!((app.count("referral", "1 = 1").await, app.count("student", "1 = 1").await), (1, 1));
}

#[on_both]
async fn another_kind_another_school_and_one_that_ended_are_referrals_of_their_own(app: TestApp) {
    let first = app.submitted("Manaia").await;
    app.as_("office-support")
        .post("/v1/referrals", given::non_enrolment("Manaia"))
        .await
        .expect(201);
    let elsewhere = with(given::referral("Manaia"), "/schoolNumber", json!(OTHER_SCHOOL));
    app.as_("office-support-2").post("/v1/referrals", elsewhere).await.expect(201);
    let again = given::referral("Manaia");
    app.as_("office-support")
        .post("/v1/referrals", again.clone())
        .await
        .refused(409, "already_referred");
    // A returned one waits for its sender.
    let missing = json!({ "outcome": "returned", "comment": "Which days?" });
    app.decide(&first.id(), missing).await.expect(200);
    app.as_("office-support")
        .post("/v1/referrals", again.clone())
        .await
        .refused(409, "already_referred");
    let path = format!("/v1/referrals/{}/withdrawal", first.id());
    app.as_("office-support")
        .post(&path, json!({ "reasonCode": "attendance_improved" }))
        .await
        .expect(200);
    app.as_("office-support").post("/v1/referrals", again).await.expect(201);
}

#[on_both]
async fn a_child_under_review_waits_once_too(app: TestApp) {
    app.as_("office-support").post("/v1/referrals", child()).await.expect(201);
    // The same number, a birth date that was typed wrongly: a person looks who is meant.
    let doubtful = with(child(), "/student/birthDate", json!("2013-06-05"));
    let first = push(&app, of_machine(doubtful.clone(), "example-sms", "r1")).await.expect(201);
    assert_eq!(first.json["matchedBy"], "ambiguous");
    let again = push(&app, of_machine(doubtful, "example-sms", "r2")).await;
    again.refused(409, "already_referred");
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(app.count("match_review", "1 = 1").await, 1);
}

#[on_both]
async fn a_child_with_two_ids_waits_once_under_both(app: TestApp) {
    let own = app.as_("office-support").post("/v1/referrals", child()).await.expect(201);
    let other = with(given::referral("Manaia Rose"), "/student/nsn", json!("17"));
    let other = with(other, "/schoolNumber", json!("9002"));
    let joined = app.as_("office-support-t").post("/v1/referrals", other.clone()).await.expect(201);
    let id = |answer: &Answer| answer.json["student"]["id"].as_str().expect("a student").to_owned();
    let into = json!({ "intoStudentId": id(&own), "reason": "One child." });
    let path = format!("/v1/students/{}/merge", id(&joined));
    app.as_("workflow-lead").post(&path, into).await.expect(200);
    let again = with(other, "/schoolNumber", json!(given::SCHOOL));
    let again = app.as_("office-support").post("/v1/referrals", again).await;
    again.refused(409, "already_referred");
    assert_eq!(again.header("location"), own.header("location"));
}

#[on_both]
async fn a_version_of_the_rule_takes_every_one(app: TestApp) {
    let parameters = json!({
        "minimumAge": 5, "maximumAge": 16, "minimumYearLevel": 1, "maximumYearLevel": 11, "chronicPercent": 70,
        "waitingReferrals": "any", "minimumRecordPercent": 20, "urgentPercent": 50,
    });
    let version = json!({ "version": "eligibility-any", "validFrom": "2026-03-16", "eligibility": parameters });
    app.as_("ministry-admin").post("/v1/rules/eligibility/versions", version).await.expect(201);
    app.submitted("Manaia").await;
    app.submitted("Manaia").await;
    assert_eq!(app.count("referral", "status = 'submitted'").await, 2);
}

#[on_both]
async fn a_machine_names_each_referral(app: TestApp) {
    let nameless = push(&app, child()).await;
    nameless.refused(422, "invalid_body");
    assert_eq!(nameless.faults(), ["/sourceReference required"]);
    let half = push(&app, with(child(), "/source", json!("example-sms"))).await;
    assert_eq!(half.faults(), ["/sourceReference required"]);
    let other_half = push(&app, with(child(), "/sourceReference", json!("r1"))).await;
    assert_eq!(other_half.faults(), ["/source required"]);
    app.as_("office-support").post("/v1/referrals", child()).await.expect(201);
}

#[on_both]
async fn a_repeated_push_is_compared_without_the_order_of_its_lists_and_the_case_of_its_source(
    app: TestApp,
) {
    let lists = |barriers: Value, ethnicities: Value| {
        let body = with(child(), "/supportRequest/barriers", barriers);
        with(body, "/student/ethnicities", ethnicities)
    };
    let one = lists(json!(["transport", "bullying"]), json!(["maori", "european"]));
    let first = push(&app, of_machine(one, "Example-SMS", "r1")).await.expect(201);
    let other = lists(json!(["bullying", "transport"]), json!(["european", "maori"]));
    let again = push(&app, of_machine(other, "EXAMPLE-sms", "r1")).await.expect(200);
    assert_eq!(again.id(), first.id());
    // As it was sent.
    assert_eq!(again.json["source"], "Example-SMS");
    assert_eq!(again.json["supportRequest"]["barriers"], json!(["transport", "bullying"]));
    let fewer = lists(json!(["transport"]), json!(["maori", "european"]));
    let taken = push(&app, of_machine(fewer, "example-sms", "r1")).await;
    taken.refused(409, "source_reference_taken");
    assert_eq!(taken.header("location"), first.header("location"));
    // A reference is written in one way.
    push(&app, of_machine(child(), "example-sms", "R1")).await.refused(409, "already_referred");
}

#[on_both]
async fn what_the_problem_advises_works(app: TestApp) {
    let first = push(&app, of_machine(child(), "example-sms", "r1")).await.expect(201);
    let right = with(child(), "/supportRequest/reason", json!("Away on Fridays."));
    let taken = push(&app, of_machine(right.clone(), "example-sms", "r1")).await;
    taken.refused(409, "source_reference_taken");
    let at = taken.header("location").expect("where it is").to_owned();
    let machine = app.as_("sms-client");
    assert_eq!(machine.get(&at).await.expect(200).json["status"], "submitted");
    // It waits: withdrawn, and sent anew under another reference.
    let reason = json!({ "reasonCode": "attendance_improved" });
    machine.post_keyed(&format!("{at}/withdrawal"), "w", reason).await.expect(200);
    let second = push(&app, of_machine(right.clone(), "example-sms", "r2")).await.expect(201);
    assert_ne!(second.id(), first.id());
    // It was returned: the request anew to its submission.
    app.decide(&second.id(), json!({ "outcome": "returned", "comment": "Which?" }))
        .await
        .expect(200);
    let path = format!("/v1/referrals/{}/submission", second.id());
    let request = json!({ "supportRequest": right["supportRequest"] });
    machine.post_keyed(&path, "s", request).await.expect(200);
}

#[on_both]
async fn a_machine_follows_what_it_sent(app: TestApp) {
    let first = push(&app, of_machine(child(), "Example-SMS", "r1")).await.expect(201);
    push(&app, of_machine(given::referral("Ari"), "Example-SMS", "r2")).await.expect(201);
    app.submitted("Nameless").await;
    let machine = app.as_("sms-client");
    let found = async |query: &str| {
        items(&machine.get(&format!("/v1/referrals?{query}")).await.expect(200))
    };
    assert_eq!(found("source=example-sms").await.len(), 2);
    assert_eq!(found("source=other-sms").await.len(), 0);
    let own = found("source=EXAMPLE-SMS&sourceReference=r1").await;
    assert_eq!(
        (own.len(), &own[0]["id"], &own[0]["status"]),
        (1, &json!(first.id()), &json!("submitted"))
    );
    assert_eq!(found("sourceReference=r2").await.len(), 1);
    // What changed since, by itself or with its case.
    app.set_time("2026-03-16T02:00:00Z");
    assert_eq!(found("updatedSince=2026-03-16T01:00:00Z").await.len(), 0);
    let accepted = app.decide(&first.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let changed = found("updatedSince=2026-03-16T14:00:00%2B13:00").await;
    assert_eq!((changed.len(), &changed[0]["outcomeCategory"]), (1, &json!("being_supported")));
    app.set_time("2026-03-16T04:00:00Z");
    let case = accepted.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step("workflow-lead", &case, "assignment", to).await.expect(200);
    app.step("case-manager", &case, "pause", given::pause()).await.expect(200);
    let paused = found("source=example-sms&updatedSince=2026-03-16T03:00:00Z").await;
    assert_eq!((paused.len(), &paused[0]["outcomeCategory"]), (1, &json!("support_paused")));
    assert!(
        app.as_("sms-client-2")
            .get("/v1/referrals?source=example-sms")
            .await
            .expect(200)
            .text
            .contains("\"items\":[]")
    );
}
