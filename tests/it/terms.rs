//! The nation's terms: listed, set, corrected, and what a correction moves.

use serde_json::{Value, json};

use crate::recalculations::{count_all, read, recalculation};
use crate::support::{Answer, TestApp, on_both};

const IMPROVED: &str =
    "/v1/measures/members?measure=improved_attendance&level=national&term=2026-1";

async fn set(app: &TestApp, term: &str, starts_on: &str, ends_on: &str) -> Answer {
    let dates = json!({ "startsOn": starts_on, "endsOn": ends_on });
    app.as_("ministry-admin").post(&format!("/v1/terms/{term}"), dates).await
}

#[on_both]
async fn a_corrected_date_moves_the_end_of_an_outcome(app: TestApp) {
    app.submitted("Aria").await;
    app.set_time("2026-03-30T00:40:00Z");
    count_all(&app, 200).await;
    let as_of = "&asOf=2026-03-30T00:30:00Z";
    let asked =
        [format!("{IMPROVED}{as_of}"), format!("/v1/measures?level=national&term=2026-1{as_of}")];
    let mut before = Vec::new();
    for path in &asked {
        before.push(read(&app, path).await.text);
    }
    let then = read(&app, IMPROVED).await.json["items"][0].clone();
    assert_eq!(
        (&then["dueOn"], &then["outcome"]["term"]),
        (&json!("2026-09-25"), &json!("2026-3"))
    );

    let done = set(&app, "2026-3", "2026-07-20", "2026-09-18").await.expect(200);
    assert_eq!(done.json["term"]["endsOn"], "2026-09-18");
    assert_eq!(done.json["term"]["knownFrom"], "2026-03-30T00:40:00Z");
    let id = done.json["recalculationId"].clone();
    app.set_time("2026-03-30T00:41:00Z");
    assert_eq!(count_all(&app, 200).await, 1);
    let now = read(&app, IMPROVED).await.json["items"][0].clone();
    assert_eq!((&now["dueOn"], &now["cause"]), (&json!("2026-09-18"), &json!("calendar")));
    // A week of school days, each of two half-days.
    let half_days = |item: &Value| item["outcome"]["termHalfDays"].as_u64().expect("a number");
    assert_eq!(half_days(&now), half_days(&then) - 10);
    for (path, before) in asked.iter().zip(&before) {
        assert_eq!(&read(&app, path).await.text, before, "{path}");
    }
    assert_eq!(app.count("referral_clock_past", "1 = 1").await, 1);
    assert_eq!(app.count("term_past", "1 = 1").await, 1);
    let counted = recalculation(&app, &id).await;
    assert_eq!((&counted["cause"], &counted["subject"]), (&json!("terms"), &json!("2026-3")));
    assert_eq!((&counted["done"], &counted["total"]), (&json!(1), &json!(1)));
    assert_eq!(app.count("event", "kind = 'term.changed' AND at > '2026-01-01'").await, 1);
    assert_eq!(
        app.count("audit_entry", "subject_kind = 'term' AND action = 'reference:write'").await,
        1
    );
}

#[on_both]
async fn a_term_that_is_new_gives_an_outcome_its_dates(app: TestApp) {
    app.set_time("2026-09-28T00:00:00Z");
    let baseline = json!([{ "term": "2026-3", "possibleHalfDays": 60, "presentHalfDays": 39 }]);
    let body =
        crate::given::with(crate::given::referral("Late"), "/supportRequest/attendance", baseline);
    app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    count_all(&app, 200).await;
    let path = IMPROVED.replace("term=2026-1", "from=2026-09-01&to=2026-09-30");
    let unknown = read(&app, &path).await.json["items"][0].clone();
    // Of the holidays before Term 4: measured in Term 2 of the next year.
    assert_eq!((&unknown["outcome"]["term"], &unknown["dueOn"]), (&json!("2027-2"), &Value::Null));
    set(&app, "2027-2", "2027-04-27", "2027-07-02").await.expect(200);
    app.set_time("2026-09-28T00:01:00Z");
    count_all(&app, 200).await;
    assert_eq!(read(&app, &path).await.json["items"][0]["dueOn"], "2027-07-02");
}

#[on_both]
async fn everybody_lists_the_terms_in_the_order_of_time(app: TestApp) {
    set(&app, "2025-2", "2025-04-28", "2025-06-27").await.expect(200);
    let mut listed = Vec::new();
    let mut path = "/v1/terms?limit=3&includeTotal=true".to_owned();
    loop {
        let page = app.as_("sms-client").get(&path).await.expect(200);
        assert!(page.json["total"] == 7 || page.json["total"].is_null());
        listed.extend(page.json["items"].as_array().unwrap().clone());
        let Some(cursor) = page.json["nextCursor"].as_str() else { break };
        path = format!("/v1/terms?limit=3&cursor={cursor}");
    }
    let terms: Vec<&str> = listed.iter().map(|term| term["term"].as_str().unwrap()).collect();
    assert_eq!(terms, ["2025-2", "2025-3", "2025-4", "2026-1", "2026-2", "2026-3", "2026-4"]);
    assert_eq!(
        (&listed[3]["startsOn"], &listed[3]["endsOn"]),
        (&json!("2026-01-26"), &json!("2026-04-02"))
    );
}

#[on_both]
async fn a_term_that_does_not_fit_is_refused(app: TestApp) {
    for (term, starts_on, ends_on, status, code, faults) in [
        // Term 2 begins on the 20th of April.
        ("2026-1", "2026-01-26", "2026-04-20", 409, "terms_overlap", vec![]),
        ("2026-2", "2026-04-02", "2026-07-03", 409, "terms_overlap", vec![]),
        ("2026-1", "2026-08-03", "2026-08-07", 409, "terms_overlap", vec![]),
        ("2026-1", "2026-04-02", "2026-01-26", 422, "invalid_body", vec!["/endsOn too_small"]),
        ("2026-1", "2025-12-29", "2026-04-02", 422, "invalid_body", vec!["/startsOn other_year"]),
        (
            "2027-1",
            "2026-02-01",
            "2026-04-02",
            422,
            "invalid_body",
            vec!["/endsOn other_year", "/startsOn other_year"],
        ),
        ("2053-1", "2053-02-01", "2053-04-02", 422, "outside_calendar", vec![]),
        ("2026-5", "2026-02-01", "2026-04-02", 404, "not_found", vec![]),
    ] {
        let refused = set(&app, term, starts_on, ends_on).await;
        refused.refused(status, code);
        assert_eq!(refused.faults(), faults, "{term} {starts_on}");
    }
    let path = "/v1/terms/2026-1";
    let refused =
        app.as_("ministry-admin").post(path, json!({ "startsOn": "soon", "year": 2026 })).await;
    assert_eq!(refused.faults(), ["/endsOn required", "/startsOn format", "/year unknown_member"]);
    assert_eq!(app.count("term_past", "1 = 1").await, 0);
}

#[on_both]
async fn setting_what_is_set_changes_nothing(app: TestApp) {
    let recalculations = app.count("recalculation", "1 = 1").await;
    let same = set(&app, "2026-1", "2026-01-26", "2026-04-02").await.expect(200);
    assert_eq!(
        (&same.json["recalculationId"], &same.json["term"]["knownFrom"]),
        (&Value::Null, &json!("2024-01-01T00:00:00Z"))
    );
    let rehearsal = json!({ "startsOn": "2026-01-27", "endsOn": "2026-04-02" });
    let path = "/v1/terms/2026-1?validateOnly=true";
    let rehearsed = app.as_("ministry-admin").post(path, rehearsal).await.expect(200);
    assert_eq!(rehearsed.json["term"]["startsOn"], "2026-01-27");
    assert_eq!(app.count("recalculation", "1 = 1").await, recalculations);
    let listed = read(&app, "/v1/terms").await;
    assert_eq!(listed.json["items"][2]["startsOn"], "2026-01-26");
}
