//! Business days as clients ask for them. The rules themselves are tested in the domain.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{TestApp, on_both};

#[on_both]
async fn a_calendar_tells_a_business_day_from_others_and_why(app: TestApp) {
    let client = app.as_("sms-client");
    for (asked, is_business_day, because, holiday) in [
        ("contract-2026?on=2026-03-16", true, Value::Null, Value::Null),
        ("contract-2026?on=2026-03-15", false, json!("weekend"), Value::Null),
        ("contract-2026?on=2026-04-27", false, json!("holiday"), Value::Null),
        ("contract-2026?on=2026-03-23", true, Value::Null, Value::Null),
        ("contract-2026?on=2026-03-23&region=otago", false, json!("holiday"), json!("otago")),
        ("privacy?on=2026-03-23&region=otago", true, Value::Null, Value::Null),
        ("oia?on=2026-12-29", false, json!("summer_closedown"), Value::Null),
        ("contract-2026?on=2026-12-29", true, Value::Null, Value::Null),
    ] {
        let day = client.get(&format!("/v1/calendars/{asked}")).await.expect(200).json;
        assert_eq!(day["isBusinessDay"], is_business_day, "{asked}");
        assert_eq!(day["closed"]["because"], because, "{asked}");
        assert_eq!(day["closed"]["holiday"]["region"], holiday, "{asked}");
        assert_eq!(day["dueOn"], Value::Null);
    }
}

#[on_both]
async fn a_calendar_counts_business_days_on(app: TestApp) {
    let client = app.as_("workflow-lead");
    for (asked, due) in [
        ("contract-2026?on=2026-03-16&addBusinessDays=0", "2026-03-16"),
        ("contract-2026?on=2026-03-16&addBusinessDays=5", "2026-03-23"),
        ("contract-2026?on=2026-03-16&addBusinessDays=5&region=otago", "2026-03-24"),
        // Good Friday and Easter Monday lie between.
        ("contract-2026?on=2026-04-01&addBusinessDays=2", "2026-04-07"),
        ("oia?on=2019-01-03&addBusinessDays=20", "2019-02-13"),
        ("oia?on=2017-04-16&addBusinessDays=20", "2017-05-16"),
    ] {
        let day = client.get(&format!("/v1/calendars/{asked}")).await.expect(200).json;
        assert_eq!(day["dueOn"], due, "{asked}");
    }
}

#[on_both]
async fn a_calendar_says_which_it_is_and_lists_the_years_holidays(app: TestApp) {
    let client = app.as_("auditor");
    let day = client.get("/v1/calendars/contract-2026?region=taranaki").await.expect(200).json;
    // Without a date it is today, in New Zealand.
    assert_eq!(day["date"], "2026-03-16");
    assert!(day["version"].as_str().unwrap().starts_with("contract-2026/"), "{}", day["version"]);
    assert!(day["source"].as_str().unwrap().starts_with("ours"));
    let holidays = day["holidays"].as_array().unwrap();
    let dates: Vec<&str> = holidays.iter().map(|day| day["date"].as_str().unwrap()).collect();
    let expected = [
        "2026-01-01",
        "2026-01-02",
        "2026-02-06",
        "2026-03-09",
        "2026-04-03",
        "2026-04-06",
        "2026-04-27",
        "2026-06-01",
        "2026-07-10",
        "2026-10-26",
        "2026-12-25",
        "2026-12-28",
    ];
    assert_eq!(dates, expected);
    assert_eq!(holidays[3]["labels"]["en"], "Taranaki Anniversary Day");
    assert!(holidays.iter().all(|day| day["labels"]["mi"].is_string()));
    assert!(holidays.iter().all(|day| day["miReviewed"] == false));
}

#[on_both]
async fn a_holiday_that_the_ministry_adds_counts(app: TestApp) {
    let db = app.database().await;
    let sql = "INSERT INTO holiday (id, on_date, region, name_en, name_mi, added_at) \
               VALUES ($1, $2, $3, $4, $5, $6)";
    let backend = db.get_database_backend();
    let sql = if backend == DbBackend::Sqlite { sql.replace('$', "?") } else { sql.to_owned() };
    let day: NaiveDate = "2026-03-20".parse().unwrap();
    let values = [
        Uuid::now_v7().into(),
        day.into(),
        "otago".into(),
        "Day of Kōwhai".into(),
        "Te Rā Kōwhai".into(),
        app.now().into(),
    ];
    db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.unwrap();
    db.close().await.unwrap();
    let path = "/v1/calendars/contract-2026?on=2026-03-20&region=otago";
    // A server that starts now knows it; one that runs finds it within ten seconds.
    let fresh = app.another_node().await;
    let day = fresh.as_("auditor").get(path).await.expect(200).json;
    assert_eq!(day["closed"]["holiday"]["labels"]["mi"], "Te Rā Kōwhai");
    let elsewhere = path.replace("otago", "auckland");
    let other = fresh.as_("auditor").get(&elsewhere).await.expect(200).json;
    assert_eq!(other["isBusinessDay"], true);
    assert_eq!(day["version"], other["version"]);
    let before = app.as_("auditor").get("/v1/calendars/privacy").await.expect(200).json;
    assert_ne!(before["version"], day["version"]);
}

/// Deadlines of the law are the law's: a holiday of the Ministry's moves those of the contract alone, and only a
/// version of the rule, which names the Act, moves the others.
#[on_both]
async fn a_statutory_deadline_moves_by_a_versioned_rule_alone(app: TestApp) {
    let admin = app.as_("ministry-admin");
    let due = async |name: &str, more: &str| {
        let path = format!("/v1/calendars/{name}?on=2026-08-10&addBusinessDays=20{more}");
        let day = admin.get(&path).await.expect(200).json;
        (day["dueOn"].clone(), day["version"].clone())
    };
    let before = [due("oia", "").await, due("privacy", "").await, due("contract-2026", "").await];
    for date in ["2026-08-13", "2026-08-14"] {
        let body = json!({ "date": date, "nameEn": "Kōwhai Day", "nameMi": "Te Rā Kōwhai" });
        admin.post("/v1/calendars/contract-2026/holidays", body.clone()).await.expect(201);
        admin.post("/v1/calendars/oia/holidays", body).await.refused(409, "calendar_of_an_act");
    }
    let fresh = app.another_node().await;
    assert_eq!(
        [due("oia", "").await, due("privacy", "").await],
        [before[0].clone(), before[1].clone()]
    );
    let read = fresh.as_("auditor").get("/v1/calendars/oia?on=2026-08-13").await.expect(200).json;
    assert_eq!((&read["isBusinessDay"], &read["closed"]), (&json!(true), &json!(null)));
    assert_ne!(due("contract-2026", "").await.0, before[2].0);

    let holiday = |date: &str| json!({ "date": date, "nameEn": "Memorial Day", "nameMi": "Te Rā Whakamahara", "act": "Memorial Day Act 2026" });
    let path = "/v1/rules/statutory_holidays/versions";
    let version = |name: &str, from: &str, holidays: serde_json::Value| json!({ "version": name, "validFrom": from, "statutoryHolidays": { "holidays": holidays } });
    let early = version("statutory-holidays-2026-1", "2026-08-01", json!([holiday("2026-07-31")]));
    let refused = admin.post(path, early).await;
    refused.refused(422, "invalid_body");
    assert_eq!(refused.faults(), ["/statutoryHolidays/holidays/0/date too_small"]);
    let twice = version(
        "statutory-holidays-2026-1",
        "2026-08-01",
        json!([holiday("2026-08-20"), holiday("2026-08-20")]),
    );
    assert_eq!(admin.post(path, twice).await.faults(), ["/statutoryHolidays/holidays contradicts"]);
    let added = version(
        "statutory-holidays-2026-1",
        "2026-08-01",
        json!([holiday("2026-08-20"), holiday("2026-09-02")]),
    );
    admin.post(path, added).await.expect(201);
    let contract = due("contract-2026", "").await;
    for name in ["oia", "privacy"] {
        // Twenty working days from the 10th of August end on the 7th of September; two fewer are the 9th.
        assert_eq!(due(name, "").await.0, "2026-09-09", "{name}");
        assert_ne!(due(name, "").await.1, before[0].1, "{name}");
    }
    assert_eq!(due("contract-2026", "").await, contract);
    // The next version judges from its day on, and lists what it means to keep.
    admin
        .post(path, version("statutory-holidays-2026-2", "2026-08-25", json!([])))
        .await
        .expect(201);
    assert_eq!(due("oia", "").await.0, "2026-09-08");
    let listed = admin.get("/v1/rules?rule=statutory_holidays").await.expect(200).json;
    assert_eq!(
        listed["items"][0]["statutoryHolidays"]["holidays"][0]["act"],
        "Memorial Day Act 2026"
    );
}

#[on_both]
async fn what_a_calendar_cannot_know_is_refused(app: TestApp) {
    let client = app.as_("office-support");
    for asked in ["on=2014-12-31", "on=2053-01-01", "on=2052-12-30&addBusinessDays=5"] {
        let path = format!("/v1/calendars/contract-2026?{asked}");
        client.get(&path).await.refused(422, "outside_calendar");
    }
    let path = "/v1/calendars/contract-2026?on=16.3.2026&region=Auckland&addBusinessDays=-1";
    let refused = client.get(path).await;
    refused.refused(422, "invalid_query");
    let faults = ["addBusinessDays too_small", "on format", "region not_one_of"];
    assert_eq!(refused.faults(), faults);
    client.get("/v1/calendars/lunar").await.refused(404, "not_found");
}
