//! Counting anew: what a holiday that is added later moves, what it leaves, what was answered before,
//! and who takes up what was broken off.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

const SCHOOL_CONTACT: &str =
    "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-1";

/// Counts all that is due, so many clocks at a time; answers in how many transactions.
pub async fn count_all(app: &TestApp, at_once: u64) -> usize {
    let mut steps = 0;
    while app.state.store().recalculate_some(app.now(), at_once).await.expect("counted") {
        steps += 1;
    }
    steps
}

pub async fn recalculation(app: &TestApp, id: &Value) -> Value {
    let path = format!("/v1/recalculations/{}", id.as_str().expect("an id"));
    app.as_("ministry-analyst").get(&path).await.expect(200).json
}

pub async fn read(app: &TestApp, path: &str) -> Answer {
    app.as_("ministry-analyst").get(path).await.expect(200)
}

fn holiday(date: &str, region: Value) -> Value {
    json!({ "date": date, "region": region, "nameEn": "Day of Kōwhai", "nameMi": "Te Rā Kōwhai" })
}

async fn add(app: &TestApp, body: Value) -> Answer {
    let path = "/v1/calendars/contract-2026/holidays";
    app.as_("ministry-admin").post(path, body).await
}

/// A referral of the 16th of March, a Monday, of a school that was reached on that day of March.
async fn reached(app: &TestApp, name: &str, day: u32) -> String {
    app.set_time("2026-03-16T00:00:00Z");
    let (referral, case) = app.accepted(name).await;
    app.set_time(&format!("2026-03-{day}T01:00:00Z"));
    app.reached(&case, "school", &format!("2026-03-{day}T00:00:00Z")).await.expect(201);
    referral
}

/// Days, deadline and standing of a referral.
fn counted(members: &Answer, referral: &str) -> (Value, Value, Value) {
    let items = members.json["items"].as_array().expect("items");
    let item = items.iter().find(|item| item["referralId"] == referral).expect("a member");
    (item["days"].clone(), item["dueOn"].clone(), item["standing"].clone())
}

fn expected(days: u32, due_on: &str, standing: &str) -> (Value, Value, Value) {
    (json!(days), json!(due_on), json!(standing))
}

/// Everything of the members but whose they are.
fn anonymous(members: &Answer) -> Vec<Value> {
    let items = members.json["items"].as_array().expect("items").iter();
    let mut rows: Vec<Value> = items
        .map(|item| {
            json!([item["days"], item["dueOn"], item["standing"], item["cause"], item["knownFrom"]])
        })
        .collect();
    rows.sort_by_key(Value::to_string);
    rows
}

/// Five referrals whose school was reached on the days after the holiday-to-be, the holiday, and the
/// instant from which it may be counted.
async fn ordered(app: &TestApp) -> Value {
    for (name, day) in [("One", 20), ("Two", 23), ("Three", 24), ("Four", 25), ("Five", 26)] {
        reached(app, name, day).await;
    }
    app.set_time("2026-03-30T00:00:00Z");
    count_all(app, 200).await;
    let added = add(app, holiday("2026-03-20", json!("auckland"))).await.expect(201);
    app.set_time("2026-03-30T00:01:00Z");
    added.json["recalculationId"].clone()
}

#[on_both]
async fn a_holiday_moves_what_counted_its_day_and_nothing_else(app: TestApp) {
    let (late, early) = (reached(&app, "Late", 24).await, reached(&app, "Early", 18).await);
    app.set_time("2026-03-16T02:00:00Z");
    let elsewhere = with(given::referral("Elsewhere"), "/schoolNumber", json!(given::OTHER_SCHOOL));
    let elsewhere =
        app.as_("office-support-2").post("/v1/referrals", elsewhere).await.expect(201).id();
    app.set_time("2026-03-25T00:00:00Z");
    let after = app.submitted("After").await.id();
    app.set_time("2026-03-30T00:40:00Z");
    count_all(&app, 200).await;
    let as_of = "&asOf=2026-03-30T00:30:00Z";
    let asked = [
        format!("{SCHOOL_CONTACT}{as_of}"),
        format!("/v1/measures?level=provider&term=2026-1{as_of}"),
        format!("/v1/measures?level=student&term=2026-1&by=kind{as_of}"),
    ];
    let mut before = Vec::new();
    for path in &asked {
        before.push(read(&app, path).await.text);
    }
    let then = read(&app, SCHOOL_CONTACT).await;
    assert_eq!(counted(&then, &late), expected(6, "2026-03-23", "missed"));
    let past = app.count("referral_clock_past", "1 = 1").await;
    let announced = app.count("event", "kind = 'measures.recalculated'").await;

    let added = add(&app, holiday("2026-03-20", json!("auckland"))).await.expect(201);
    assert_eq!(added.json["labels"], json!({ "en": "Day of Kōwhai", "mi": "Te Rā Kōwhai" }));
    assert_eq!(added.json["miReviewed"], false);
    let id = &added.json["recalculationId"];
    let waiting = recalculation(&app, id).await;
    assert_eq!((&waiting["total"], &waiting["startedAt"]), (&Value::Null, &Value::Null));
    // Another server may count by the calendar of before for some seconds more.
    assert_eq!(count_all(&app, 200).await, 0);
    app.set_time("2026-03-30T00:40:29Z");
    assert_eq!(count_all(&app, 200).await, 0);
    app.set_time("2026-03-30T00:40:30Z");
    assert_eq!(count_all(&app, 200).await, 1);

    let now = read(&app, SCHOOL_CONTACT).await;
    assert_eq!(counted(&now, &late), expected(5, "2026-03-24", "met"));
    assert_eq!(counted(&now, &early), expected(2, "2026-03-24", "met"));
    for same in [&elsewhere, &after] {
        assert_eq!(counted(&now, same), counted(&then, same));
    }
    assert_eq!(now.json["calendarVersion"], added.json["calendarVersion"]);
    assert_eq!(app.count("referral_clock_past", "1 = 1").await, past + 1);
    assert_eq!(app.count("referral_clock", "cause = 'calendar'").await, 1);
    for (path, before) in asked.iter().zip(&before) {
        assert_eq!(&read(&app, path).await.text, before, "{path}");
    }
    let changes = SCHOOL_CONTACT.replace("members", "changes");
    let changes = read(&app, &format!("{changes}&since=2026-03-30T00:30:00Z")).await;
    assert_eq!(changes.json["items"].as_array().unwrap().len(), 1, "{}", changes.text);
    assert_eq!(changes.json["items"][0]["cause"], "calendar");

    let done = recalculation(&app, id).await;
    // Made on the holiday's day or before, and not yet through their outcome term.
    assert_eq!((&done["total"], &done["done"]), (&json!(3), &json!(3)));
    assert_eq!(
        (&done["cause"], &done["subject"]),
        (&json!("holiday"), &json!("2026-03-20 auckland"))
    );
    assert_eq!((&done["from"], &done["to"]), (&json!("2015-01-01"), &json!("2026-03-20")));
    assert_eq!(done["finishedAt"], "2026-03-30T00:40:30Z");
    assert!(done["orderedBy"].is_string());
    assert_eq!(app.count("event", "kind = 'measures.recalculated'").await, announced + 1);
    assert_eq!(app.count("event", "kind = 'holiday.added'").await, 1);
    let by_system = "action = 'measures:recalculate' AND caller_kind = 'system'";
    assert_eq!(app.count("audit_entry", by_system).await, announced + 1);
    assert_eq!(
        app.count("audit_entry", "subject_kind = 'holiday' AND action = 'reference:write'").await,
        1
    );
}

#[on_both]
async fn what_is_broken_off_is_taken_up_where_it_stopped(app: TestApp) {
    let through = TestApp::start(app.on).await;
    ordered(&through).await;
    assert_eq!(count_all(&through, 200).await, 1);

    let id = ordered(&app).await;
    let past = app.count("referral_clock_past", "1 = 1").await;
    assert!(app.state.store().recalculate_some(app.now(), 2).await.expect("some"));
    let half = recalculation(&app, &id).await;
    assert_eq!(
        (&half["done"], &half["total"], &half["finishedAt"]),
        (&json!(2), &json!(5), &Value::Null)
    );
    assert_eq!(half["startedAt"], "2026-03-30T00:01:00Z");
    // The server is killed; another one starts.
    let next = app.another_node().await;
    assert_eq!(count_all(&next, 2).await, 2);
    assert_eq!(count_all(&app, 2).await, 0);
    let done = recalculation(&app, &id).await;
    assert_eq!((&done["done"], &done["total"]), (&json!(5), &json!(5)));
    // Four were reached after the holiday; each was set once.
    assert_eq!(app.count("referral_clock_past", "1 = 1").await, past + 4);
    let stands = read(&app, SCHOOL_CONTACT).await;
    assert_eq!(anonymous(&stands), anonymous(&read(&through, SCHOOL_CONTACT).await));
    let days: Vec<u64> = stands.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item["days"].as_u64().unwrap())
        .collect();
    assert_eq!(days, [4, 4, 5, 6, 7]);

    // Counting everything anew finds nothing to set.
    app.set_time("2026-03-30T00:05:00Z");
    everything(&app).await;
    assert_eq!(count_all(&app, 3).await, 2);
    assert_eq!(read(&app, SCHOOL_CONTACT).await.json["items"], stands.json["items"]);
    assert_eq!(app.count("referral_clock_past", "1 = 1").await, past + 4);
}

#[on_both]
async fn two_servers_count_nothing_twice(app: TestApp) {
    let id = ordered(&app).await;
    let announced = app.count("event", "kind = 'measures.recalculated'").await;
    let past = app.count("referral_clock_past", "1 = 1").await;
    let other = app.another_node().await;
    for _ in 0..6 {
        let (one, two) = (app.state.store(), other.state.store());
        let now = app.now();
        let both =
            futures_util::future::join(one.recalculate_some(now, 1), two.recalculate_some(now, 1))
                .await;
        both.0.expect("counted");
        both.1.expect("counted");
    }
    let done = recalculation(&app, &id).await;
    assert_eq!((&done["done"], &done["total"]), (&json!(5), &json!(5)));
    assert!(done["finishedAt"].is_string());
    assert_eq!(app.count("event", "kind = 'measures.recalculated'").await, announced + 1);
    assert_eq!(app.count("referral_clock_past", "1 = 1").await, past + 4);
}

#[on_both]
async fn the_calendar_in_memory_is_not_what_is_counted_by(app: TestApp) {
    let other = app.another_node().await;
    // It remembers the calendar as it is now.
    read(&other, "/v1/calendars/contract-2026").await;
    let late = reached(&app, "Late", 24).await;
    app.set_time("2026-03-30T00:00:00Z");
    read(&other, "/v1/calendars/contract-2026").await;
    add(&app, holiday("2026-03-20", Value::Null)).await.expect(201);
    app.set_time("2026-03-30T00:01:00Z");
    count_all(&other, 200).await;
    assert_eq!(counted(&read(&app, SCHOOL_CONTACT).await, &late), expected(5, "2026-03-24", "met"));
}

#[on_both]
async fn an_older_releases_clocks_are_made_good(app: TestApp) {
    app.unwatched("the schema goes back by a release").await;
    reached(&app, "Old", 18).await;
    let improved = "/v1/measures/members?measure=improved_attendance&level=national&term=2026-1";
    let known = read(&app, improved).await.json["items"][0]["outcome"].clone();
    assert_eq!(known["term"], "2026-3");
    let db = app.database().await;
    for sql in [
        "DROP TABLE recalculation",
        "ALTER TABLE rule_version DROP COLUMN id",
        "DELETE FROM seaql_migrations WHERE version = 'm0035_recalculations'",
        "UPDATE referral_clock SET outcome_term = NULL, outcome_ends_on = NULL, outcome_half_days = NULL",
    ] {
        db.execute_unprepared(sql).await.expect(sql);
    }
    db.close().await.expect("close");
    let next = app.another_node().await;
    next.owner().await.migrate().await.expect("migrated");
    assert_eq!(count_all(&next, 200).await, 1);
    assert_eq!(read(&next, improved).await.json["items"][0]["outcome"], known);
    let listed = read(&next, "/v1/recalculations").await;
    assert_eq!(listed.json["items"][0]["cause"], "upgrade");
    assert_eq!(
        (&listed.json["items"][0]["done"], &listed.json["items"][0]["orderedBy"]),
        (&json!(1), &Value::Null)
    );
}

#[on_both]
async fn recalculations_are_listed_newest_first(app: TestApp) {
    for day in ["2026-08-13", "2026-08-14"] {
        add(&app, holiday(day, Value::Null)).await.expect(201);
    }
    let first = read(&app, "/v1/recalculations?limit=2&includeTotal=true").await;
    let subjects: Vec<&Value> =
        first.json["items"].as_array().unwrap().iter().map(|item| &item["subject"]).collect();
    assert_eq!(subjects, ["2026-08-14", "2026-08-13"]);
    assert_eq!(first.json["total"], 3);
    let cursor = first.json["nextCursor"].as_str().expect("a cursor");
    let second = read(&app, &format!("/v1/recalculations?limit=2&cursor={cursor}")).await;
    // The one that the import of the terms ordered, before anybody was referred.
    assert_eq!(second.json["items"][0]["subject"], "2025-3 to 2026-4");
    assert_eq!(second.json["items"][0]["orderedBy"], Value::Null);
    assert_eq!(second.json["nextCursor"], Value::Null);
    let absent = "/v1/recalculations/01990000-0000-7000-8000-0000000000ff";
    app.as_("auditor").get(absent).await.refused(404, "not_found");
}

#[on_both]
async fn a_holiday_is_added_once_and_on_a_business_day(app: TestApp) {
    let admin = app.as_("ministry-admin");
    let path = "/v1/calendars/contract-2026/holidays";
    let rehearsal = format!("{path}?validateOnly=true");
    let rehearsed = admin.post(&rehearsal, holiday("2026-08-14", json!("otago"))).await.expect(200);
    let added = admin.post(path, holiday("2026-08-14", json!("otago"))).await.expect(201);
    assert_eq!(added.json["calendarVersion"], rehearsed.json["calendarVersion"]);
    let there = added.header("location").expect("a place").to_owned();
    let day = admin.get(&there).await.expect(200);
    assert_eq!(day.json["closed"]["holiday"]["labels"]["mi"], "Te Rā Kōwhai");
    for (name, date, region, status, code) in [
        ("contract-2026", "2026-08-14", json!("otago"), 409, "holiday_already_added"),
        ("contract-2026", "2026-08-15", Value::Null, 409, "not_a_business_day"),
        ("contract-2026", "2026-03-23", json!("otago"), 409, "not_a_business_day"),
        ("contract-2026", "2026-12-25", json!("otago"), 409, "not_a_business_day"),
        ("contract-2026", "2053-03-03", Value::Null, 422, "outside_calendar"),
        ("privacy", "2026-08-13", Value::Null, 409, "calendar_of_an_act"),
        ("oia", "2026-08-13", Value::Null, 409, "calendar_of_an_act"),
        ("lunar", "2026-08-13", Value::Null, 404, "not_found"),
    ] {
        let path = format!("/v1/calendars/{name}/holidays");
        admin.post(&path, holiday(date, region)).await.refused(status, code);
    }
    // Where it is not kept yet it may be added, and for the whole nation beside it.
    admin.post(path, holiday("2026-08-14", json!("southland"))).await.expect(201);
    admin.post(path, holiday("2026-08-14", Value::Null)).await.expect(201);
    admin
        .post(path, holiday("2026-08-14", json!("auckland")))
        .await
        .refused(409, "not_a_business_day");
    let bad = json!({ "date": "14.8.2026", "region": "Otago", "nameEn": " ", "dayOff": true });
    let refused = admin.post(path, bad).await;
    refused.refused(422, "invalid_body");
    let faults = [
        "/date format",
        "/dayOff unknown_member",
        "/nameEn blank",
        "/nameMi required",
        "/region not_one_of",
    ];
    assert_eq!(refused.faults(), faults);
    assert_eq!(app.count("holiday", "1 = 1").await, 3);
    let maori = actix_web::test::TestRequest::post().insert_header(("accept-language", "mi"));
    let again = Some(holiday("2026-08-14", Value::Null));
    let refused = admin.send(maori, actix_web::http::Method::POST, path, again).await;
    assert_eq!(refused.json["title"], "Kua tāpirihia kētia te hararei");
}

#[on_both]
async fn a_holiday_that_is_sent_again_with_its_key_is_added_once(app: TestApp) {
    let admin = app.as_("ministry-admin");
    let path = "/v1/calendars/contract-2026/holidays";
    let first = admin.post_keyed(path, "one", holiday("2026-08-14", Value::Null)).await.expect(201);
    let again = admin.post_keyed(path, "one", holiday("2026-08-14", Value::Null)).await.expect(201);
    assert_eq!(first.text, again.text);
    assert_eq!(app.count("recalculation", "cause = 'holiday'").await, 1);
}

/// Orders a counting of every clock there is.
async fn everything(app: &TestApp) {
    let db = app.database().await;
    let sql = "UPDATE recalculation SET cause = 'upgrade', from_date = '2015-01-01', to_date = '2052-12-31', \
               total = NULL, done = 0, last_referral_date = NULL, last_referral_id = NULL, started_at = NULL, \
               finished_at = NULL WHERE cause = 'terms'";
    db.execute_unprepared(sql).await.expect("ordered");
    db.close().await.expect("close");
}
