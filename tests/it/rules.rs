//! The versions of the rules: read, added, and what another version restates.

use chrono::{Datelike, NaiveDate, Weekday};
use serde_json::{Value, json};

use crate::given::{self, with};
use crate::recalculations::{count_all, read, recalculation};
use crate::support::{Answer, TestApp, on_both};

fn outcomes(improvement: &str) -> Value {
    json!({
        "improvedAttendance": {
            "overPercent": 70, "improvedBy": 25, "improvement": improvement,
            "minimumRecordPercent": 20, "noRecord": "excluded", "targetPercent": 70,
        },
        "enrolled": {
            "withinDays": 50, "targetPercent": 60, "confirmedWithinDays": 60,
            "confirmedWithinBusinessDays": 10, "contactConfirms": false,
        },
        "afterTransfer": "first_provider", "lateDecision": "excludes",
    })
}

fn eligibility() -> Value {
    json!({
        "minimumAge": 5, "maximumAge": 16, "minimumYearLevel": 1, "maximumYearLevel": 11,
        "chronicPercent": 70, "baselineWindow": "term_to_date", "minimumRecordPercent": 20, "urgentPercent": 50,
        "continuingUntilAge": 19, "continuingUntilAgeWithOrs": 21, "claimSchoolDays": 10,
        "waitingReferrals": "one", "baselineSource": "claimed", "contradictionPoints": 5,
    })
}

fn service_levels() -> Value {
    json!({
        "schoolContact": [{ "withinDays": 5, "targetPercent": 80 }, { "withinDays": 10, "targetPercent": 90 }],
        "whanauContact": [{ "withinDays": 10, "targetPercent": 80 }, { "withinDays": 15, "targetPercent": 90 }],
        "whanauContactMeans": "both", "lateDecision": "excludes",
    })
}

async fn add(app: &TestApp, rule: &str, body: Value) -> Answer {
    app.as_("ministry-admin").post(&format!("/v1/rules/{rule}/versions"), body).await
}

fn version(name: &str, valid_from: &str, member: &str, parameters: Value) -> Value {
    json!({ "version": name, "validFrom": valid_from, member: parameters })
}

/// How improved attendance stands: met of decided, and by which version.
fn improved(measures: &Answer) -> (u64, u64, String) {
    let numbers = measures.json["items"][0]["numbers"].as_array().expect("numbers");
    let number =
        numbers.iter().find(|number| number["measure"] == "improved_attendance").expect("one");
    let count = |member: &str| number[member].as_u64().expect("a number");
    (
        count("numerator"),
        count("denominator"),
        number["ruleVersion"].as_str().expect("a version").to_owned(),
    )
}

/// A student who attended two half-days of five before the referral and one of two in the term of
/// the outcome: better by a quarter, and by ten points.
async fn improved_by_a_quarter(app: &TestApp) {
    let attendance = json!([{ "term": "2026-1", "possibleHalfDays": 60, "presentHalfDays": 24 }]);
    let body = with(given::referral("Aria"), "/supportRequest/attendance", attendance);
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    app.set_time("2026-09-28T00:00:00Z");
    let first: NaiveDate = "2026-07-20".parse().unwrap();
    let last: NaiveDate = "2026-09-25".parse().unwrap();
    let days: Vec<Value> = first
        .iter_days()
        .take_while(|day| *day <= last)
        .filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun))
        .map(|day| json!({ "date": day, "halfDays": { "present": 1, "justified": 0, "unjustified": 1 } }))
        .collect();
    let push = json!({ "schoolNumber": given::SCHOOL, "students": [{ "studentId": sent.json["student"]["id"], "days": days }] });
    let told = app.as_("office-support").post("/v1/attendance", push).await.expect(200);
    assert_eq!(told.json["newDays"], 50, "{}", told.text);
}

#[on_both]
async fn another_version_judges_at_once_and_what_was_told_stays(app: TestApp) {
    improved_by_a_quarter(&app).await;
    app.set_time("2026-09-30T00:40:00Z");
    count_all(&app, 200).await;
    let live = "/v1/measures?level=national&term=2026-1";
    let as_of = "&asOf=2026-09-30T00:30:00Z";
    let members = "/v1/measures/members?measure=improved_attendance&level=national&term=2026-1";
    let asked = [format!("{live}{as_of}"), format!("{members}{as_of}")];
    let mut before = Vec::new();
    for path in &asked {
        before.push(read(&app, path).await.text);
    }
    assert_eq!(improved(&read(&app, live).await), (1, 1, "outcomes-2026-1b".to_owned()));
    let clocks = app.count("referral_clock_past", "1 = 1").await;

    let points = version("outcomes-2026-2", "2026-01-01", "outcomes", outcomes("points"));
    let added = add(&app, "outcomes", points).await.expect(201);
    assert_eq!(added.json["added"]["outcomes"], outcomes("points"));
    assert_eq!(added.json["added"]["addedAt"], "2026-09-30T00:40:00Z");
    assert_eq!(improved(&read(&app, live).await), (0, 1, "outcomes-2026-2".to_owned()));
    assert_eq!(read(&app, members).await.json["items"][0]["standing"], "missed");
    app.set_time("2026-09-30T00:50:00Z");
    let waiting = app.count("event", "kind = 'measures.recalculated'").await;
    assert_eq!(count_all(&app, 200).await, 1);
    for (path, before) in asked.iter().zip(&before) {
        assert_eq!(&read(&app, path).await.text, before, "{path}");
    }
    // A period that ended before the version is valid is judged by the one before.
    let earlier = read(&app, "/v1/measures?level=national&term=2025-4").await;
    assert_eq!(improved(&earlier).2, "outcomes-2026-1b");

    let done = recalculation(&app, &added.json["recalculationId"]).await;
    assert_eq!(
        (&done["cause"], &done["subject"]),
        (&json!("rule"), &json!("outcomes outcomes-2026-2"))
    );
    assert_eq!(
        (&done["from"], &done["total"], &done["done"]),
        (&Value::Null, &json!(0), &json!(0))
    );
    assert!(done["finishedAt"].is_string());
    assert_eq!(app.count("event", "kind = 'measures.recalculated'").await, waiting + 1);
    assert_eq!(app.count("event", "kind = 'rule.version_added'").await, 1);
    assert_eq!(
        app.count("audit_entry", "subject_kind = 'rule' AND action = 'reference:write'").await,
        1
    );
    assert_eq!(app.count("referral_clock_past", "1 = 1").await, clocks);
}

#[on_both]
async fn a_deadline_that_passed_without_contact_is_missed_whomever_contact_means(app: TestApp) {
    improved_by_a_quarter(&app).await;
    let whanau = |measures: &Answer| {
        let numbers = measures.json["items"][0]["numbers"].as_array().expect("numbers").clone();
        let of = numbers.into_iter().filter(|number| number["measure"] == "whanau_contact");
        of.map(|number| (number["denominator"].clone(), number["pending"].clone()))
            .collect::<Vec<_>>()
    };
    let live = "/v1/measures?level=national&term=2026-1";
    let missed = vec![(json!(1), json!(0)); 2];
    assert_eq!(whanau(&read(&app, live).await), missed);
    let both = version("service-levels-2026-2", "2026-01-01", "serviceLevels", service_levels());
    add(&app, "service_levels", both).await.expect(201);
    assert_eq!(whanau(&read(&app, live).await), missed);
    for (standing, found) in [("missed", 1), ("pending", 0)] {
        let of =
            format!("measure=whanau_contact&withinDays=10&standing={standing}&includeTotal=true");
        let members =
            read(&app, &format!("/v1/measures/members?level=national&term=2026-1&{of}")).await;
        assert_eq!(members.json["total"], found, "{standing}");
    }
}

#[on_both]
async fn a_version_may_measure_against_the_term_before_alone(app: TestApp) {
    let attendance = json!([
        { "term": "2026-1", "possibleHalfDays": 60, "presentHalfDays": 24 },
        { "term": "2025-4", "possibleHalfDays": 100, "presentHalfDays": 60 },
    ]);
    let sent = async |name: &str| {
        let body = with(given::referral(name), "/supportRequest/attendance", attendance.clone());
        let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
        sent.json["assessment"]["baseline"]["term"].clone()
    };
    assert_eq!(sent("Aria").await, "2026-1");
    let before = with(eligibility(), "/baselineWindow", json!("term_before"));
    let before = version("eligibility-2026-2", "2026-02-01", "eligibility", before);
    let added = add(&app, "eligibility", before).await.expect(201);
    assert_eq!(added.json["added"]["eligibility"]["baselineWindow"], "term_before");
    assert_eq!(sent("Hana").await, "2025-4");
}

#[on_both]
async fn everybody_lists_the_versions_with_their_parameters(app: TestApp) {
    let both = version("service-levels-2027-1", "2027-01-01", "serviceLevels", service_levels());
    add(&app, "service_levels", both).await.expect(201);
    let mut listed = Vec::new();
    let mut path = "/v1/rules?limit=1".to_owned();
    loop {
        let page = app.as_("primary-contact").get(&path).await.expect(200);
        listed.extend(page.json["items"].as_array().unwrap().clone());
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        path = format!("/v1/rules?limit=1&cursor={cursor}");
    }
    let names: Vec<&str> = listed.iter().map(|row| row["version"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "duties-2026-1",
            "eligibility-2026-1",
            "outcomes-2026-1",
            "outcomes-2026-1b",
            "service-levels-2026-1",
            "service-levels-2026-1b",
            "service-levels-2027-1",
            "withholding-2026-1"
        ]
    );
    assert_eq!(listed[1]["eligibility"], eligibility());
    assert_eq!(
        (&listed[2]["outcomes"], &listed[2]["eligibility"]),
        (&outcomes("relative"), &Value::Null)
    );
    assert_eq!(
        (&listed[6]["serviceLevels"], &listed[6]["validFrom"]),
        (&service_levels(), &json!("2027-01-01"))
    );
    let one = read(&app, "/v1/rules?rule=outcomes&includeTotal=true").await;
    assert_eq!((one.json["items"].as_array().unwrap().len(), &one.json["total"]), (2, &json!(2)));
}

#[on_both]
async fn a_version_is_never_changed(app: TestApp) {
    for (rule, body, code) in [
        (
            "outcomes",
            version("outcomes-2026-1", "2027-01-01", "outcomes", outcomes("points")),
            "rule_version_taken",
        ),
        (
            "outcomes",
            version("outcomes-2026-2", "2020-01-01", "outcomes", outcomes("points")),
            "rule_day_taken",
        ),
    ] {
        add(&app, rule, body).await.refused(409, code);
    }
    // The name and the day are the rule's own.
    let other = version("outcomes-2026-1", "2027-01-01", "eligibility", eligibility());
    add(&app, "eligibility", other).await.expect(201);
    let rehearsal = version("outcomes-2027-1", "2027-01-01", "outcomes", outcomes("points"));
    let path = "/v1/rules/outcomes/versions?validateOnly=true";
    app.as_("ministry-admin").post(path, rehearsal.clone()).await.expect(200);
    assert_eq!(app.count("rule_version", "rule = 'outcomes'").await, 2);
    let added = add(&app, "outcomes", rehearsal).await.expect(201);
    assert_eq!(added.header("location"), Some("/v1/rules?rule=outcomes"));
    add(&app, "attendance", json!({})).await.refused(404, "not_found");
}

#[on_both]
async fn parameters_that_can_not_decide_are_refused(app: TestApp) {
    let before = app.count("rule_version", "1 = 1").await;
    let of = |member: &str, parameters: Value| version("next-1", "2027-01-01", member, parameters);
    let levels =
        |pointer: &str, value: Value| of("serviceLevels", with(service_levels(), pointer, value));
    for (rule, body, faults) in [
        (
            "outcomes",
            json!({ "version": "next-1", "validFrom": "2027-01-01" }),
            vec!["/outcomes required"],
        ),
        (
            "outcomes",
            of("eligibility", eligibility()),
            vec!["/eligibility other_rule", "/outcomes required"],
        ),
        (
            "outcomes",
            of("outcomes", with(outcomes("points"), "/improvedAttendance/overPercent", json!(101))),
            vec!["/outcomes/improvedAttendance/overPercent too_large"],
        ),
        (
            "outcomes",
            of("outcomes", with(outcomes("points"), "/enrolled/withinDays", json!(0))),
            vec!["/outcomes/enrolled/withinDays too_small"],
        ),
        (
            "outcomes",
            of("outcomes", outcomes("guesses")),
            vec!["/outcomes/improvedAttendance/improvement not_one_of"],
        ),
        (
            "eligibility",
            of("eligibility", with(eligibility(), "/maximumAge", json!(4))),
            vec!["/eligibility/maximumAge contradicts"],
        ),
        (
            "service_levels",
            levels("/schoolContact/1/withinDays", json!(5)),
            vec!["/serviceLevels/schoolContact/1/withinDays contradicts"],
        ),
        (
            "service_levels",
            levels("/whanauContact", json!([{ "withinDays": 10, "targetPercent": 80 }])),
            vec!["/serviceLevels/whanauContact too_few_items"],
        ),
    ] {
        let refused = add(&app, rule, body).await;
        refused.refused(422, "invalid_body");
        assert_eq!(refused.faults(), faults);
    }
    let bad = json!({ "version": "a name", "validFrom": "soon", "outcomes": { "enrolled": {} }, "rule": "outcomes" });
    add(&app, "outcomes", bad).await.refused(422, "invalid_body");
    assert_eq!(app.count("rule_version", "1 = 1").await, before);
}
