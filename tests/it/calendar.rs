//! Business days as clients ask for them. The rules themselves are tested in the domain.

use chrono::NaiveDate;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::on_both;

on_both! {
    async fn a_calendar_tells_a_business_day_from_others_and_why(app: TestApp) {
        let client = app.as_("sms-client");
        for (asked, is_business_day, because, holiday) in [
            ("contract-2026?date=2026-03-16", true, Value::Null, Value::Null),
            ("contract-2026?date=2026-03-15", false, json!("weekend"), Value::Null),
            ("contract-2026?date=2026-04-27", false, json!("holiday"), Value::Null),
            ("contract-2026?date=2026-03-23", true, Value::Null, Value::Null),
            ("contract-2026?date=2026-03-23&region=otago", false, json!("holiday"), json!("otago")),
            ("privacy?date=2026-03-23&region=otago", true, Value::Null, Value::Null),
            ("oia?date=2026-12-29", false, json!("summer_closedown"), Value::Null),
            ("contract-2026?date=2026-12-29", true, Value::Null, Value::Null),
        ] {
            let day = client.get(&format!("/v1/calendars/{asked}")).await.expect(200).json;
            assert_eq!(day["isBusinessDay"], is_business_day, "{asked}");
            assert_eq!(day["closed"]["because"], because, "{asked}");
            assert_eq!(day["closed"]["holiday"]["region"], holiday, "{asked}");
            assert_eq!(day["dueOn"], Value::Null);
        }
    }

    async fn a_calendar_counts_business_days_on(app: TestApp) {
        let client = app.as_("workflow-lead");
        for (asked, due) in [
            ("contract-2026?date=2026-03-16&addBusinessDays=0", "2026-03-16"),
            ("contract-2026?date=2026-03-16&addBusinessDays=5", "2026-03-23"),
            ("contract-2026?date=2026-03-16&addBusinessDays=5&region=otago", "2026-03-24"),
            // Good Friday and Easter Monday lie between.
            ("contract-2026?date=2026-04-01&addBusinessDays=2", "2026-04-07"),
            ("oia?date=2019-01-03&addBusinessDays=20", "2019-02-13"),
            ("oia?date=2017-04-16&addBusinessDays=20", "2017-05-16"),
        ] {
            let day = client.get(&format!("/v1/calendars/{asked}")).await.expect(200).json;
            assert_eq!(day["dueOn"], due, "{asked}");
        }
    }

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
            "2026-01-01", "2026-01-02", "2026-02-06", "2026-03-09", "2026-04-03", "2026-04-06",
            "2026-04-27", "2026-06-01", "2026-07-10", "2026-10-26", "2026-12-25", "2026-12-28",
        ];
        assert_eq!(dates, expected);
        assert_eq!(holidays[3]["labels"]["en"], "Taranaki Anniversary Day");
        assert!(holidays.iter().all(|day| day["labels"]["mi"].is_string()));
    }

    async fn a_holiday_that_the_ministry_adds_counts(app: TestApp) {
        let db = app.database().await;
        let sql = "INSERT INTO holiday (id, on_date, region, name_en, name_mi, added_at) \
                   VALUES ($1, $2, $3, $4, $5, $6)";
        let backend = db.get_database_backend();
        let sql = if backend == DbBackend::Sqlite { sql.replace('$', "?") } else { sql.to_owned() };
        let day: NaiveDate = "2026-03-20".parse().unwrap();
        let values = [
            Uuid::now_v7().into(), day.into(), "otago".into(), "Day of Kōwhai".into(),
            "Te Rā Kōwhai".into(), app.now().into(),
        ];
        db.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await.unwrap();
        db.close().await.unwrap();
        let path = "/v1/calendars/contract-2026?date=2026-03-20&region=otago";
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

    async fn what_a_calendar_cannot_know_is_refused(app: TestApp) {
        let client = app.as_("office-support");
        for asked in ["date=2014-12-31", "date=2053-01-01", "date=2052-12-30&addBusinessDays=5"] {
            let path = format!("/v1/calendars/contract-2026?{asked}");
            client.get(&path).await.refused(422, "outside_calendar");
        }
        let path = "/v1/calendars/contract-2026?date=16.3.2026&region=Auckland&addBusinessDays=-1";
        let refused = client.get(path).await;
        refused.refused(422, "invalid_query");
        let faults = ["addBusinessDays too_small", "date format", "region not_one_of"];
        assert_eq!(refused.faults(), faults);
        client.get("/v1/calendars/lunar").await.refused(404, "not_found");
    }
}
