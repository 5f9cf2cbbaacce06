//! Jobs: that an export has what the pages have, of one instant, whatever happens between its
//! parts; and whose it is.

use std::collections::BTreeSet;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_domain::organisations::AccountStatus;
use ascms_http::jobs::work_some;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::measures::fill_clocks;
use crate::support::{Answer, TestApp, on_both};

const EXPORTS: &str = "/v1/measures/exports";

/// So few that the exports here have several parts.
const GROUPS: u32 = 1;

async fn step(app: &TestApp) -> bool {
    work_some(app.state.store(), app.now(), GROUPS).await.expect("a part")
}

/// Does all that is due; answers in how many parts.
pub async fn finish(app: &TestApp) -> usize {
    let mut parts = 0;
    while step(app).await {
        parts += 1;
    }
    parts
}

async fn order(app: &TestApp, who: &str, body: Value) -> String {
    app.as_(who).post(EXPORTS, body).await.expect(202).id()
}

async fn job(app: &TestApp, who: &str, id: &str) -> Value {
    app.as_(who).get(&format!("/v1/jobs/{id}")).await.expect(200).json
}

async fn fetch(app: &TestApp, who: &str, id: &str) -> Answer {
    app.as_(who).get(&format!("/v1/jobs/{id}/result")).await
}

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("a line of JSON")).collect()
}

/// The same rows from the pages of `listMeasureRows`.
async fn pages(app: &TestApp, who: &str, query: &str) -> Vec<Value> {
    let (mut rows, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/v1/measures/rows?{query}&limit=200{cursor}");
        let page = app.as_(who).get(&path).await.expect(200).json;
        rows.extend(page["items"].as_array().expect("items").clone());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

const BY_STUDENT: &str = "level=student&term=2026-1&asOf=2026-04-20T00:00:00Z";

fn by_student() -> Value {
    json!({ "level": "student", "term": "2026-1" })
}

/// Referrals of every kind of standing, of four students.
async fn many(app: &TestApp) {
    fill_clocks(app).await;
    for name in ["Kea", "Ruru", "Tui"] {
        app.accepted(name).await;
    }
}

/// An instant at which much is known, and the export of every student that was ordered then.
async fn ordered(app: &TestApp) -> String {
    many(app).await;
    app.set_time("2026-04-20T00:00:00Z");
    order(app, "ministry-analyst", by_student()).await
}

#[on_both]
async fn an_export_has_what_the_pages_have(app: TestApp) {
    many(&app).await;
    app.set_time("2026-04-20T00:00:00Z");
    for (body, query) in [
        (by_student(), "level=student&term=2026-1"),
        (
            json!({ "level": "school", "quarter": "2026-Q1", "by": "kind" }),
            "level=school&quarter=2026-Q1&by=kind",
        ),
        (
            json!({ "level": "school", "year": 2026, "key": "9001" }),
            "level=school&year=2026&key=9001",
        ),
        (
            json!({ "level": "national", "from": "2026-02-01", "to": "2026-03-31" }),
            "level=national&from=2026-02-01&to=2026-03-31",
        ),
        (
            json!({ "level": "school", "periods": "2026-T1,2025-T4,2026-Q1", "by": "kind" }),
            "level=school&periods=2026-T1,2025-T4,2026-Q1&by=kind",
        ),
        (json!({ "level": "national", "periods": "2026-T1" }), "level=national&periods=2026-T1"),
    ] {
        let id = order(&app, "ministry-analyst", body).await;
        let parts = finish(&app).await;
        let done = job(&app, "ministry-analyst", &id).await;
        let result = fetch(&app, "ministry-analyst", &id).await.expect(200);
        let rows = lines(&result.text);
        assert_eq!(rows, pages(&app, "ministry-analyst", query).await, "{query}");
        assert_eq!(done["state"], "done");
        assert_eq!(done["lines"], json!(rows.len()), "{query}");
        assert_eq!(done["bytes"], json!(result.text.len()), "{query}");
        assert_eq!(done["result"], json!(format!("/v1/jobs/{id}/result")));
        assert_eq!(result.header("content-type"), Some("application/x-ndjson"));
        assert!(!rows.is_empty() && result.text.ends_with('\n'), "{query}");
        let group =
            |row: &Value| Some((row["period"].as_str()?.to_owned(), row["key"].to_string()));
        let groups: BTreeSet<_> = rows.iter().filter_map(group).collect();
        assert_eq!(parts, groups.len(), "{query}");
    }
}

#[on_both]
async fn the_lines_are_bytes_for_those_who_ask_for_bytes(app: TestApp) {
    let id = ordered(&app).await;
    finish(&app).await;
    let (lines, bytes) = ("application/x-ndjson", "application/octet-stream");
    let bytes_rather = "application/x-ndjson;q=0.5, application/octet-stream";
    for (accept, expected) in [
        ("*/*", lines),
        (lines, lines),
        ("application/json", lines),
        (bytes, bytes),
        (bytes_rather, bytes),
    ] {
        let request = TestRequest::get().insert_header(("accept", accept));
        let path = format!("/v1/jobs/{id}/result");
        let client = app.as_("ministry-analyst");
        let result = client.send(request, Method::GET, &path, None).await.expect(200);
        assert_eq!(result.header("content-type"), Some(expected), "{accept}");
        let vary = result.headers.get_all("vary").filter_map(|value| value.to_str().ok());
        let mut names = vary.flat_map(|line| line.split(',')).map(str::trim);
        assert!(names.any(|name| name.eq_ignore_ascii_case("accept")), "{accept}");
        assert!(result.text.ends_with('\n'), "{}", result.text);
    }
}

#[on_both]
async fn every_part_tells_of_the_instant_of_the_order(app: TestApp) {
    let id = ordered(&app).await;
    let expected = pages(&app, "ministry-analyst", BY_STUDENT).await;
    assert!(step(&app).await);
    let half = job(&app, "ministry-analyst", &id).await;
    assert_eq!((&half["state"], &half["result"]), (&json!("running"), &Value::Null));
    // What comes in meanwhile is of another instant.
    app.set_time("2026-04-20T00:00:05Z");
    app.accepted("Came in between").await;
    app.set_time("2026-04-21T00:00:00Z");
    finish(&app).await;
    let result = fetch(&app, "ministry-analyst", &id).await.expect(200);
    assert_eq!(lines(&result.text), expected);
}

#[on_both]
async fn what_a_killed_server_had_begun_is_taken_up_by_the_next(app: TestApp) {
    let id = ordered(&app).await;
    let expected = pages(&app, "ministry-analyst", BY_STUDENT).await;
    assert!(step(&app).await);
    let second = app.another_node().await;
    // Claimed, and never heard of again.
    let lost = app.state.store().claim_job(app.now()).await.expect("a claim").expect("a job");
    assert!(!step(&second).await, "it is left to who is at it");
    let later = app.now() + TimeDelta::minutes(2);
    app.set_time(&later.to_rfc3339());
    finish(&second).await;
    // The lost one comes back after all, with a part that is there already.
    let made = ascms_persistence::jobs::Made { body: "{}\n".to_owned(), lines: 1, after: None };
    app.state.store().keep_part(lost, made, app.now()).await.expect("left alone");
    let result = fetch(&app, "ministry-analyst", &id).await.expect(200);
    assert_eq!(lines(&result.text), expected);
}

#[on_both]
async fn a_step_that_fails_again_and_again_ends_the_job(app: TestApp) {
    let id = ordered(&app).await;
    for _ in 0..5 {
        app.state.store().claim_job(app.now()).await.expect("a claim").expect("a job");
        let later = app.now() + TimeDelta::minutes(2);
        app.set_time(&later.to_rfc3339());
    }
    assert!(!step(&app).await);
    let failed = job(&app, "ministry-analyst", &id).await;
    assert_eq!((&failed["state"], &failed["failure"]), (&json!("failed"), &json!("kept_failing")));
    fetch(&app, "ministry-analyst", &id).await.refused(409, "job_not_done");
}

#[on_both]
async fn a_cancelled_job_leaves_nothing(app: TestApp) {
    let id = ordered(&app).await;
    fetch(&app, "ministry-analyst", &id).await.refused(409, "job_not_done");
    assert!(step(&app).await);
    assert_eq!(app.count("job_part", "1 = 1").await, 1);
    let under_way = app.state.store().claim_job(app.now()).await.expect("a claim").expect("a job");
    let path = format!("/v1/jobs/{id}/cancellation");
    let analyst = app.as_("ministry-analyst");
    let cancelled = analyst
        .send(Default::default(), actix_web::http::Method::POST, &path, None)
        .await
        .expect(200);
    assert_eq!(
        (&cancelled.json["state"], &cancelled.json["lines"]),
        (&json!("cancelled"), &json!(0))
    );
    for kind in ["job.ordered", "job.cancelled"] {
        assert_eq!(app.count("event", &format!("kind = '{kind}'")).await, 1, "{kind}");
    }
    // The part that was being made is too late.
    let made = ascms_persistence::jobs::Made { body: "{}\n".to_owned(), lines: 1, after: None };
    app.state.store().keep_part(under_way, made, app.now()).await.expect("left alone");
    assert_eq!(app.count("job_part", "1 = 1").await, 0);
    assert!(!step(&app).await);
    analyst
        .send(Default::default(), actix_web::http::Method::POST, &path, None)
        .await
        .refused(409, "job_over");
    fetch(&app, "ministry-analyst", &id).await.refused(409, "job_not_done");
}

#[on_both]
async fn who_may_no_longer_have_it_gets_none_of_it(app: TestApp) {
    many(&app).await;
    app.set_time("2026-04-20T00:00:00Z");
    let body = json!({ "level": "student", "term": "2026-1" });
    let id = order(&app, "workflow-lead", body.clone()).await;
    assert!(step(&app).await);
    let lead = app.world.workflow_lead;
    app.state.store().set_user_status(lead, AccountStatus::Disabled).await.expect("disabled");
    assert!(!step(&app).await);
    app.state.store().set_user_status(lead, AccountStatus::Active).await.expect("let in again");
    let failed = job(&app, "workflow-lead", &id).await;
    assert_eq!((&failed["state"], &failed["failure"]), (&json!("failed"), &json!("not_allowed")));
    assert_eq!(app.count("job_part", "1 = 1").await, 0);
    // Nobody else has it, not even somebody of the same role and provider.
    let id = order(&app, "workflow-lead", body).await;
    finish(&app).await;
    for other in ["workflow-lead-b", "ministry-admin", "case-manager"] {
        app.as_(other).get(&format!("/v1/jobs/{id}")).await.refused(404, "not_found");
        fetch(&app, other, &id).await.refused(404, "not_found");
        let listed = app.as_(other).get("/v1/jobs").await.expect(200);
        assert_eq!(listed.json["items"], json!([]), "{other}");
    }
}

#[on_both]
async fn an_export_is_read_as_the_students_it_names_are(app: TestApp) {
    let id = ordered(&app).await;
    let of_students = "action = 'measures:read' AND subject_kind = 'student'";
    let before = app.count("audit_entry", of_students).await;
    let parts = finish(&app).await;
    let after = app.count("audit_entry", of_students).await;
    assert_eq!(after - before, i64::try_from(parts).unwrap(), "each part names whom it shows");
    fetch(&app, "ministry-analyst", &id).await.expect(200);
    let fetched = "action = 'jobs:read' AND subject_kind = 'job' AND decision = 'allowed'";
    assert_eq!(app.count("audit_entry", fetched).await, 1);
}

#[on_both]
async fn a_retry_orders_nothing_new_and_nobody_orders_without_end(app: TestApp) {
    app.set_time("2026-04-20T00:00:00Z");
    let analyst = app.as_("ministry-analyst");
    let body = json!({ "level": "national", "term": "2026-1" });
    let first = analyst.post_keyed(EXPORTS, "once", body.clone()).await.expect(202);
    let again = analyst.post_keyed(EXPORTS, "once", body.clone()).await.expect(202);
    assert_eq!(first.text, again.text);
    assert_eq!(first.header("location"), Some(format!("/v1/jobs/{}", first.id()).as_str()));
    for _ in 0..4 {
        order(&app, "ministry-analyst", body.clone()).await;
    }
    analyst.post(EXPORTS, body.clone()).await.refused(409, "too_many_jobs");
    order(&app, "ministry-admin", body.clone()).await;
    finish(&app).await;
    order(&app, "ministry-analyst", body).await;
    let listed = analyst.get("/v1/jobs?includeTotal=true").await.expect(200).json;
    assert_eq!(listed["total"], 6);
    assert_eq!(listed["items"][5]["id"], json!(first.id()));
}

#[on_both]
async fn a_job_is_there_for_a_day(app: TestApp) {
    let id = ordered(&app).await;
    finish(&app).await;
    let done = job(&app, "ministry-analyst", &id).await;
    assert_eq!(done["expiresAt"], "2026-04-21T00:00:00Z");
    app.set_time("2026-04-21T00:00:00Z");
    assert_eq!(app.state.store().forget_old_jobs(app.now()).await.expect("looked"), 0);
    app.set_time("2026-04-21T00:00:01Z");
    assert_eq!(app.state.store().forget_old_jobs(app.now()).await.expect("looked"), 1);
    app.as_("ministry-analyst").get(&format!("/v1/jobs/{id}")).await.refused(404, "not_found");
    assert_eq!(app.count("job_part", "1 = 1").await, 0);
}

#[on_both]
async fn an_order_that_makes_no_sense_is_refused_member_by_member(app: TestApp) {
    app.set_time("2026-04-20T00:00:00Z");
    for (body, fault) in [
        (json!({ "level": "national" }), "/term required"),
        (json!({ "level": "national", "term": "2026-1", "year": 2026 }), "/term repeated"),
        (json!({ "level": "national", "term": "2031-1" }), "/term unknown"),
        (json!({ "level": "national", "quarter": "2026-Q5" }), "/quarter pattern"),
        (json!({ "level": "national", "year": 1999 }), "/year too_small"),
        (json!({ "level": "national", "from": "2026-03-01", "to": "2026-02-01" }), "/to too_small"),
        (json!({ "level": "national", "from": "2026-03-01" }), "/to required"),
        (
            json!({ "level": "national", "term": "2026-1", "asOf": "2026-04-20T00:00:01Z" }),
            "/asOf too_large",
        ),
        (json!({ "level": "national", "term": "2026-1", "key": "" }), "/key too_short"),
        (json!({ "level": "national", "periods": "2026-T1,2026-1" }), "/periods repeated"),
        (json!({ "level": "national", "periods": "2026-T1", "year": 2026 }), "/periods repeated"),
        (json!({ "level": "national", "periods": "2026-T1,2031-T1" }), "/periods unknown"),
        (json!({ "level": "national", "periods": "2026-T1, 2026-T2" }), "/periods pattern"),
    ] {
        let refused = app.as_("ministry-analyst").post(EXPORTS, body.clone()).await;
        refused.refused(422, "invalid_body");
        assert_eq!(refused.faults(), [fault], "{body}");
    }
    assert_eq!(app.count("job", "1 = 1").await, 0);
}
