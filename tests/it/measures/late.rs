//! What was missed stays missed: a decision after a deadline excuses from the deadlines ahead alone.

use serde_json::{Value, json};

use super::levels;
use crate::given::{self, LONE_SCHOOL, with};
use crate::support::{TestApp, on_both};

/// How the referrals of the term stand for each number of contact: missed, and excluded by reason.
async fn contact(app: &TestApp, more: &str) -> Vec<String> {
    let national = levels(app, &format!("level=national&term=2026-1{more}")).await;
    let numbers = national.json["items"][0]["numbers"].as_array().expect("numbers").clone();
    let each = numbers[..4].iter().map(|number| {
        let excluded = number["excluded"].as_array().expect("reasons").iter();
        let mut excluded: Vec<&str> =
            excluded.map(|one| one["reason"].as_str().expect("a reason")).collect();
        excluded.sort_unstable();
        let missed = number["denominator"].as_u64().expect("a count")
            - number["numerator"].as_u64().expect("a count");
        format!("{missed} {}", excluded.join(" "))
    });
    each.collect()
}

async fn withdraw(app: &TestApp, referral: &str) {
    let path = format!("/v1/referrals/{referral}/withdrawal");
    let reason = json!({ "reasonCode": "attendance_improved" });
    app.as_("office-support").post(&path, reason).await.expect(200);
}

async fn decide(app: &TestApp, referral: &str, outcome: &str) {
    let body = match outcome {
        "declined" => json!({ "outcome": "declined", "reasonCode": "outside_age_range" }),
        _ => json!({
            "outcome": "redirected", "reasonCode": "other_catchment", "providerId": app.world.other_provider,
        }),
    };
    app.decide(referral, body).await.expect(200);
}

/// Referred on Monday the 2nd: due on the 9th, the 16th and the 23rd.
#[on_both]
async fn a_decision_after_a_deadline_leaves_it_missed_and_excuses_from_the_next(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let declined = app.submitted("Declined").await.id();
    let withdrawn = app.submitted("Withdrawn").await.id();
    let redirected = app.submitted("Redirected").await.id();
    app.set_time("2026-03-17T00:00:00Z");
    assert_eq!(contact(&app, "").await, ["3 ", "3 ", "3 ", "0 "]);
    decide(&app, &declined, "declined").await;
    withdraw(&app, &withdrawn).await;
    decide(&app, &redirected, "redirected").await;
    // The successor's own clock began today.
    let all = "declined redirected withdrawn";
    let last = format!("0 {all}");
    assert_eq!(contact(&app, "").await, ["3 ", "3 ", "3 ", last.as_str()]);
    let path = "/v1/measures/members?measure=whanau_contact&withinDays=10&level=national&term=2026-1&standing=missed";
    let missed = app.as_("ministry-analyst").get(path).await.expect(200);
    let items = missed.json["items"].as_array().unwrap();
    assert_eq!(items.len(), 3);
    for item in items {
        assert_eq!(
            (&item["excludedOn"], &item["exclusion"]),
            (&json!("2026-03-17"), &Value::Null),
            "{item}"
        );
    }
}

#[on_both]
async fn on_the_last_day_a_decision_still_excuses(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let referral = app.submitted("Declined").await.id();
    app.set_time("2026-03-16T10:59:00Z");
    decide(&app, &referral, "declined").await;
    assert_eq!(contact(&app, "").await, ["1 ", "0 declined", "0 declined", "0 declined"]);
}

#[on_both]
async fn who_is_accepted_late_into_a_case_that_is_open_was_missed_all_the_same(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let waiting = app.submitted("Hana").await.id();
    let body = with(given::non_enrolment("Hana"), "/student/birthDate", json!("2013-05-06"));
    let other = app.as_("office-support").post("/v1/referrals", body).await.expect(201).id();
    let opened = app.decide(&other, json!({ "outcome": "accepted" })).await.expect(200);
    app.reached(opened.json["caseId"].as_str().unwrap(), "school", "2026-03-02T00:00:00Z")
        .await
        .expect(201);
    app.set_time("2026-03-10T00:00:00Z");
    app.decide(&waiting, json!({ "outcome": "accepted" })).await.expect(200);
    app.set_time("2026-03-31T00:00:00Z");
    // Its fifth day had passed; who joins a case on intake never was late.
    assert_eq!(contact(&app, "").await[..2], ["1 ", "0 joined_to_open_case"]);
    app.submitted("Hana").await;
    assert_eq!(contact(&app, "").await[..2], ["1 joined_to_open_case", "0 joined_to_open_case"]);
}

#[on_both]
async fn what_waited_with_nobody_was_missed_by_nobody(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let body = with(given::referral("Queued"), "/schoolNumber", json!(LONE_SCHOOL));
    let queued = app.as_("office-support-l").post("/v1/referrals", body).await.expect(201).id();
    app.set_time("2026-03-20T00:00:00Z");
    let to = json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": app.world.provider });
    app.as_("ministry-admin")
        .post(&format!("/v1/referrals/{queued}/decision"), to)
        .await
        .expect(200);
    assert_eq!(contact(&app, "&asOf=2026-03-20T00:00:00Z").await, vec!["0 redirected"; 4]);
}

#[on_both]
async fn a_version_may_excuse_from_whatever_was_missed(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let referral = app.submitted("Declined").await.id();
    app.set_time("2026-04-20T00:00:00Z");
    decide(&app, &referral, "declined").await;
    assert_eq!(contact(&app, "").await, vec!["1 "; 4]);
    let level =
        |within: u32, percent: u32| json!({ "withinDays": within, "targetPercent": percent });
    let body = json!({ "version": "service-levels-lenient", "validFrom": "2026-01-01", "serviceLevels": {
        "schoolContact": [level(5, 80), level(10, 90)], "whanauContact": [level(10, 80), level(15, 90)],
        "whanauContactMeans": "either", "lateDecision": "excludes",
    } });
    app.set_time("2026-04-21T00:00:00Z");
    app.as_("ministry-admin")
        .post("/v1/rules/service_levels/versions", body.clone())
        .await
        .expect(201);
    assert_eq!(contact(&app, "").await, vec!["0 declined"; 4]);
    assert_eq!(contact(&app, "&asOf=2026-04-20T12:00:00Z").await, vec!["1 "; 4], "as it was known");
    let listed = app.as_("ministry-analyst").get("/v1/rules?rule=service_levels").await.expect(200);
    let last = listed.json["items"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(last["serviceLevels"], body["serviceLevels"]);
    // A program of the release before refuses members that it does not know.
    assert_eq!(app.count("rule_version", "parameters LIKE '%lateDecision%'").await, 0);
    assert_eq!(app.count("rule_version", "whole LIKE '%lateDecision%'").await, 3);
}
