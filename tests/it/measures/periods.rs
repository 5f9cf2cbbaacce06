//! Four terms and the holidays are the year; a student's number follows a joined record; nothing on
//! record can count as missed.

use serde_json::{Value, json};

use super::{all_numbers, levels};
use crate::given;
use crate::support::{TestApp, on_both};

async fn counted(app: &TestApp, period: &str) -> u64 {
    let national = levels(app, &format!("level=national&{period}")).await;
    national.json["items"][0]["numbers"][0]["pending"].as_u64().expect("a count")
}

#[on_both]
async fn four_terms_and_the_holidays_are_the_year(app: TestApp) {
    let referred = [
        ("2026-01-09", "2025-4"),
        ("2026-01-25", "2025-4"),
        ("2026-01-26", "2025-4"),
        ("2026-04-02", "2026-1"),
        ("2026-04-03", "2026-1"),
        ("2026-04-20", "2026-1"),
        ("2026-07-04", "2026-2"),
        ("2026-07-20", "2026-2"),
        ("2026-10-11", "2026-3"),
        ("2026-12-18", "2026-3"),
        ("2026-12-19", "2026-4"),
    ];
    for (number, (day, term)) in referred.into_iter().enumerate() {
        app.set_time(&format!("{day}T00:00:00Z"));
        let attendance = json!([{ "term": term, "possibleHalfDays": 80, "presentHalfDays": 39 }]);
        let name = format!("Number {number}");
        let body = given::with(given::referral(&name), "/supportRequest/attendance", attendance);
        let body = given::with(body, "/supportRequest/whanauToldOn", Value::Null);
        app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    }
    let all = async |period: &str| {
        let national = levels(&app, &format!("level=national&{period}")).await;
        let number = &national.json["items"][0]["numbers"][0];
        number["denominator"].as_u64().unwrap() + number["pending"].as_u64().unwrap()
    };
    let holidays = all("term=2026-holidays").await;
    assert_eq!(holidays, 6);
    let mut sum = holidays;
    for term in ["2026-1", "2026-2", "2026-3", "2026-4"] {
        sum += all(&format!("term={term}")).await;
    }
    assert_eq!((sum, all("year=2026").await), (11, 11));
    let shown = levels(&app, "level=school&term=2026-holidays").await;
    assert_eq!(
        (&shown.json["from"], &shown.json["to"]),
        (&json!("2026-01-01"), &json!("2026-12-31"))
    );
    assert_eq!(shown.json["except"][0], json!({ "from": "2026-01-26", "to": "2026-04-02" }));
    let members = "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-holidays";
    let listed = app.as_("ministry-analyst").get(members).await.expect(200);
    let dates: Vec<&str> = listed.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["referralDate"].as_str().unwrap())
        .collect();
    assert_eq!(
        dates,
        ["2026-01-09", "2026-01-25", "2026-04-03", "2026-07-04", "2026-10-11", "2026-12-19"]
    );
    let rows = app
        .as_("ministry-analyst")
        .get("/v1/measures/rows?level=national&term=2026-holidays")
        .await
        .expect(200);
    assert_eq!(rows.json["items"][0]["period"], "2026-holidays");
    // A year of which not all terms are known has no holidays yet.
    let unknown =
        app.as_("ministry-analyst").get("/v1/measures?level=national&term=2027-holidays").await;
    assert_eq!((unknown.status, unknown.faults()), (422, vec!["term unknown".to_owned()]));
    for malformed in ["2026-5", "26-holidays", "2026-holiday", "holidays"] {
        let refused = app
            .as_("ministry-analyst")
            .get(&format!("/v1/measures?level=national&term={malformed}"))
            .await;
        assert_eq!(refused.status, 422, "{malformed}");
    }
}

#[on_both]
async fn a_students_number_follows_a_joined_record(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let first = app.submitted("Kauri").await.json["student"]["id"].as_str().unwrap().to_owned();
    let second = app.submitted("Rimu").await.json["student"]["id"].as_str().unwrap().to_owned();
    let third = app.submitted("Totara").await.json["student"]["id"].as_str().unwrap().to_owned();
    let merge = async |from: &str, into: &str| {
        let body = json!({ "intoStudentId": into, "reason": "One student." });
        app.as_("workflow-lead")
            .post(&format!("/v1/students/{from}/merge"), body)
            .await
            .expect(200);
    };
    app.set_time("2026-03-03T00:00:00Z");
    merge(&first, &second).await;
    app.set_time("2026-03-04T00:00:00Z");
    merge(&second, &third).await;
    app.set_time("2026-03-05T00:00:00Z");
    let asked = async |key: &str, more: &str| {
        let found = levels(&app, &format!("level=student&key={key}&term=2026-1{more}")).await;
        let items = found.json["items"].as_array().unwrap().clone();
        let each = items.iter().map(|item| {
            (
                item["key"].as_str().unwrap().to_owned(),
                item["numbers"][0]["pending"].as_u64().unwrap(),
            )
        });
        each.collect::<Vec<_>>()
    };
    for id in [&first, &second, &third] {
        assert_eq!(asked(id, "").await, [(third.clone(), 3)]);
        let path = format!(
            "/v1/measures/members?measure=school_contact&withinDays=5&level=student&key={id}&term=2026-1"
        );
        let members = app.as_("ministry-analyst").get(&path).await.expect(200);
        assert_eq!(members.json["items"].as_array().unwrap().len(), 3);
    }
    // As it was known: two records of three, and before that each for itself.
    let between = "&asOf=2026-03-03T12:00:00Z";
    assert_eq!(asked(&first, between).await, [(second.clone(), 2)]);
    assert_eq!(asked(&third, between).await, [(third.clone(), 1)]);
    let before = "&asOf=2026-03-02T12:00:00Z";
    assert_eq!(asked(&first, before).await, [(first.clone(), 1)]);
    app.as_("workflow-lead")
        .post(&format!("/v1/students/{second}/merge-reversal"), json!({ "reason": "Cousins." }))
        .await
        .expect(200);
    app.set_time("2026-03-06T00:00:00Z");
    assert_eq!(asked(&first, "").await, [(second.clone(), 2)]);
}

#[on_both]
async fn nothing_on_record_is_missed_where_a_version_says_so(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    app.accepted("Hana").await;
    app.set_time("2026-10-12T00:00:00Z");
    let improved = async |app: &TestApp| -> (String, Value) {
        let national = levels(app, "level=national&term=2026-1").await;
        let excluded = national.json["items"][0]["numbers"][4]["excluded"].clone();
        (all_numbers(&national, "national")[4].clone(), excluded)
    };
    let (number, excluded) = improved(&app).await;
    assert_eq!(number, "improved_attendance null: 0/0 0 70 null");
    assert_eq!(excluded, json!([{ "reason": "too_little_attendance", "count": 1 }]));
    let outcomes = json!({
        "improvedAttendance": { "overPercent": 70, "improvedBy": 25, "improvement": "relative", "minimumRecordPercent": 20, "noRecord": "missed", "targetPercent": 70 },
        "enrolled": { "withinDays": 50, "targetPercent": 60, "confirmedWithinDays": 60, "confirmedWithinBusinessDays": 10, "contactConfirms": true },
        "afterTransfer": "first_provider", "lateDecision": "missed_stays",
    });
    let body =
        json!({ "version": "outcomes-no-record", "validFrom": "2026-01-01", "outcomes": outcomes });
    let added =
        app.as_("ministry-admin").post("/v1/rules/outcomes/versions", body).await.expect(201);
    assert_eq!(added.json["added"]["outcomes"], outcomes);
    let (number, excluded) = improved(&app).await;
    assert_eq!(
        (number.as_str(), excluded),
        ("improved_attendance null: 0/1 0 70 false", json!([]))
    );
    assert_eq!(counted(&app, "term=2026-1").await, 0);
}
