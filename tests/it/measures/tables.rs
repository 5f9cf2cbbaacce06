//! Tables for people who count: several periods in one call, groups in which nothing counts, keys that
//! no spreadsheet reads as a date, and the end of a day in place of an instant.

use serde_json::{Value, json};

use super::{levels, lived, numbers};
use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

/// The values of these members, row by row, without the rows of a group after its first.
fn firsts(answer: &Answer, members: [&str; 2]) -> Vec<[String; 2]> {
    let rows = answer.json["items"].as_array().expect("items");
    let text = |row: &Value, member: &str| row[member].as_str().unwrap_or("null").to_owned();
    let mut pairs: Vec<[String; 2]> =
        rows.iter().map(|row| members.map(|member| text(row, member))).collect();
    pairs.dedup();
    pairs
}

async fn two_schools(app: &TestApp) {
    lived(app, "One", 2, Some(3), None).await;
    let other = with(given::referral("Two"), "/schoolNumber", json!(given::OTHER_SCHOOL));
    app.as_("office-support-2").post("/v1/referrals", other).await.expect(201);
}

#[on_both]
async fn several_periods_come_one_after_another(app: TestApp) {
    two_schools(&app).await;
    let analyst = app.as_("ministry-analyst");
    let periods = "periods=2026-T1,2026-2,2026-Q1,2026,2026-holidays";
    let rows =
        analyst.get(&format!("/v1/measures/rows?level=provider&{periods}")).await.expect(200);
    let found = firsts(&rows, ["period", "key"]);
    let expected = [
        ["2026-T1", "P01"],
        ["2026-T1", "P02"],
        ["2026-Q1", "P01"],
        ["2026-Q1", "P02"],
        ["2026", "P01"],
        ["2026", "P02"],
    ];
    assert_eq!(found, expected.map(|pair| pair.map(str::to_owned)), "none in term 2 and holidays");
    let items = rows.json["items"].as_array().expect("items");
    let as_of = &items[0]["asOf"];
    assert!(items.iter().all(|row| &row["asOf"] == as_of), "all of one instant");
    for (period, way) in [("2026-T1", "term=2026-1"), ("2026-Q1", "quarter=2026-Q1")] {
        let instant = as_of.as_str().expect("an instant");
        let path = format!("/v1/measures/rows?level=provider&{way}&asOf={instant}");
        let alone = analyst.get(&path).await.expect(200);
        let of_all = items.iter().filter(|row| row["period"] == period).cloned();
        assert_eq!(Value::from_iter(of_all), alone.json["items"], "{period}");
    }
    let csv = analyst.get(&format!("/v1/measures/rows.csv?level=provider&{periods}")).await;
    assert_eq!(csv.expect(200).text.lines().count(), 1 + items.len());
}

#[on_both]
async fn pages_go_on_over_the_end_of_a_period(app: TestApp) {
    two_schools(&app).await;
    app.set_time("2026-03-03T02:00:00Z");
    let analyst = app.as_("ministry-analyst");
    let base = "/v1/measures/rows?level=school&periods=2026-T1,2026-T2,2026,2026-Q1&asOf=";
    let base = format!("{base}{}", app.now().to_rfc3339_opts(chrono::SecondsFormat::Micros, true));
    let whole = analyst.get(&base).await.expect(200);
    assert_eq!(whole.json["items"].as_array().expect("items").len(), 3 * 2 * 6);
    for limit in [1, 2, 3, 5] {
        let (mut items, mut path) = (Vec::new(), format!("{base}&limit={limit}"));
        for pages in 1.. {
            assert!(pages <= 8, "the pages end");
            let page = analyst.get(&path).await.expect(200);
            let rows = page.json["items"].as_array().expect("items");
            assert!(rows.len() <= limit * 6, "{limit}: {}", rows.len());
            items.extend(rows.iter().cloned());
            let Some(cursor) = page.json["nextCursor"].as_str() else { break };
            path = format!("{base}&limit={limit}&cursor={cursor}");
        }
        assert_eq!(Value::from_iter(items), whole.json["items"], "{limit}");
    }
}

#[on_both]
async fn a_list_of_periods_is_held_to_its_rules(app: TestApp) {
    let analyst = app.as_("ministry-analyst");
    let thirteen = (2014..2027).map(|year| year.to_string()).collect::<Vec<_>>().join(",");
    let too_many = format!("periods={thirteen}");
    for (query, fault) in [
        ("periods=2026-T1&term=2026-1", "periods repeated"),
        ("periods=2026-T1&from=2026-01-01", "periods repeated"),
        ("periods=2026-T1,2026-1", "periods repeated"),
        ("periods=2026-T1,2019-T1", "periods unknown"),
        ("periods=1999", "periods out_of_range"),
        ("periods=2026-T5", "periods pattern"),
        ("periods=2026-T1,", "periods pattern"),
        ("periods=", "periods pattern"),
        (too_many.as_str(), "periods pattern"),
        ("periods=2026-T1&periods=2026-T2", "periods repeated"),
        ("", "term required"),
    ] {
        for path in ["rows", "rows.csv"] {
            let refused = analyst.get(&format!("/v1/measures/{path}?level=national&{query}")).await;
            refused.refused(422, "invalid_query");
            assert_eq!(refused.faults(), [fault], "{path} {query}");
        }
    }
    let nested = analyst.get("/v1/measures?level=national&periods=2026-T1").await;
    assert!(nested.faults().contains(&"periods unknown_member".to_owned()), "{}", nested.text);
}

#[on_both]
async fn a_term_is_taken_by_both_keys_and_shown_in_tables_by_one(app: TestApp) {
    lived(&app, "One", 2, Some(3), None).await;
    let analyst = app.as_("ministry-analyst");
    let nested = analyst.get("/v1/measures?level=school&term=2026-1").await.expect(200);
    let by_table_key = analyst.get("/v1/measures?level=school&term=2026-T1").await.expect(200);
    assert_eq!(by_table_key.json["items"], nested.json["items"]);
    for key in ["2026-1", "2026-T1"] {
        let rows = analyst.get(&format!("/v1/measures/rows?level=school&term={key}")).await;
        assert_eq!(rows.expect(200).json["items"][0]["period"], "2026-T1");
        let csv = analyst.get(&format!("/v1/measures/rows.csv?level=school&term={key}")).await;
        assert!(csv.expect(200).text.contains("\r\n2026-T1,2026-01-26,2026-04-02,"));
    }
    let wrong = analyst.get("/v1/measures?level=school&term=2026-t1").await;
    assert_eq!(wrong.faults(), ["term pattern"]);
}

/// Keys and parts of the groups that `includeEmpty` answers, as a caller sees them.
async fn groups(app: &TestApp, who: &str, query: &str) -> Vec<String> {
    let path = format!("/v1/measures?term=2026-1&includeEmpty=true&limit=200&{query}");
    let answer = app.as_(who).get(&path).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let items = answer.json["items"].as_array().expect("items").iter();
    items.map(|item| format!("{} {}", text(&item["key"]), text(&item["part"]))).collect()
}

#[on_both]
async fn groups_in_which_nothing_counts_come_when_they_are_asked_for(app: TestApp) {
    two_schools(&app).await;
    let analyst = "ministry-analyst";
    for (level, expected) in [
        ("national", &["national -"][..]),
        ("region", &["Otago, Southland -", "Tāmaki Herenga Waka -", "Wellington -"]),
        ("catchment", &["C01 -", "C02 -"]),
        ("provider", &["P01 -", "P02 -", "S01 -"]),
        ("school", &["9001 -", "9002 -", "9101 -", "9201 -"]),
    ] {
        assert_eq!(groups(&app, analyst, &format!("level={level}")).await, expected, "{level}");
    }
    let query = "level=provider&key=S01&by=kind";
    assert_eq!(groups(&app, analyst, query).await, ["S01 chronic_absence", "S01 non_enrolment"]);
    assert_eq!(groups(&app, analyst, "level=provider&key=P09").await, [""; 0]);
    assert_eq!(groups(&app, analyst, "level=school&key=9201").await, ["9201 -"]);
    for (by, parts) in [("kind", 2), ("provision", 2), ("year_level", 14), ("ethnic_group", 7)] {
        let found = groups(&app, analyst, &format!("level=national&by={by}")).await;
        assert_eq!(found.len(), parts, "{by}: {found:?}");
    }
    let blank = levels(&app, "level=provider&term=2026-1&includeEmpty=true&key=S01").await;
    assert_eq!(numbers(&blank, "S01")[0], "school_contact 5: 0/0 0 80 null");
    assert_eq!(blank.json["items"][0]["name"], "Second College team");
}

#[on_both]
async fn what_counts_is_the_same_with_empty_groups_and_without(app: TestApp) {
    two_schools(&app).await;
    let analyst = app.as_("ministry-analyst");
    for query in ["level=school", "level=provider&by=kind", "level=region", "level=school&by=kind"]
    {
        let path = format!("/v1/measures?term=2026-1&{query}&asOf=2026-03-02");
        let plain = analyst.get(&path).await.expect(200);
        let padded = analyst.get(&format!("{path}&includeEmpty=true")).await.expect(200);
        let plain = plain.json["items"].as_array().expect("items");
        let padded = padded.json["items"].as_array().expect("items");
        assert!(plain.len() < padded.len(), "{query}");
        assert!(plain.iter().all(|group| padded.contains(group)), "{query}");
    }
    let base = "/v1/measures/rows?level=school&term=2026-1&includeEmpty=true";
    let whole = analyst.get(base).await.expect(200);
    let first = analyst.get(&format!("{base}&limit=3")).await.expect(200);
    let cursor = first.json["nextCursor"].as_str().expect("another page");
    let rest = analyst.get(&format!("{base}&limit=3&cursor={cursor}")).await.expect(200);
    let keys = [&first, &rest].map(|page| firsts(page, ["key", "part"])).concat();
    assert_eq!(keys, firsts(&whole, ["key", "part"]));
    assert_eq!(keys.len(), 4);
}

#[on_both]
async fn empty_groups_are_the_callers_own(app: TestApp) {
    for (who, level, expected) in [
        ("workflow-lead", "provider", &["P01 -"][..]),
        ("workflow-lead-2", "provider", &["P02 -"]),
        ("attendance-lead", "school", &["9001 -"]),
        ("attendance-lead", "provider", &[]),
        ("workflow-lead", "region", &[]),
        ("workflow-lead", "catchment", &[]),
        ("workflow-lead", "school", &[]),
    ] {
        let found = groups(&app, who, &format!("level={level}")).await;
        assert_eq!(found, expected, "{who} {level}");
    }
    let analyst = app.as_("ministry-analyst");
    for path in ["/v1/measures", "/v1/measures/rows"] {
        let path = format!("{path}?level=student&term=2026-1&includeEmpty=true");
        let refused = analyst.get(&path).await;
        refused.refused(422, "invalid_query");
        assert_eq!(refused.faults(), ["includeEmpty not_one_of"]);
    }
}

#[on_both]
async fn a_day_stands_for_its_end_in_new_zealand(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let (_, case) = app.accepted("One").await;
    // Half past midnight on the 5th.
    app.set_time("2026-03-04T11:30:00Z");
    app.reached(&case, "school", "2026-03-04T11:00:00Z").await.expect(201);
    app.set_time("2026-03-10T00:00:00Z");
    let number = async |as_of: &str| {
        let answer = levels(&app, &format!("level=national&term=2026-1{as_of}")).await;
        (numbers(&answer, "national")[0].clone(), answer.json["asOf"].clone())
    };
    let (before, as_of) = number("&asOf=2026-03-04").await;
    assert_eq!(before, "school_contact 5: 0/0 1 80 null");
    assert_eq!(as_of, "2026-03-04T10:59:59.999999Z");
    assert_eq!(number("&asOf=2026-03-04T10:59:59.999999Z").await, (before, as_of));
    let (after, _) = number("&asOf=2026-03-05").await;
    assert_eq!(after, "school_contact 5: 1/1 0 80 true");
    assert_eq!(number("&asOf=2026-03-10").await, number("").await, "the day lasts");
}

#[on_both]
async fn a_day_is_refused_where_its_end_would_be(app: TestApp) {
    app.set_time("2026-03-10T00:00:00Z");
    let analyst = app.as_("ministry-analyst");
    let members = "measures/members?measure=enrolled&withinDays=50&level=national&term=2026-1";
    let changes = "measures/changes?measure=enrolled&withinDays=50&level=national&term=2026-1&since=2026-02-01T00:00:00Z";
    for path in [
        "measures?level=national&term=2026-1",
        "measures/rows?level=national&term=2026-1",
        "measures/rows.csv?level=national&term=2026-1",
        members,
        changes,
    ] {
        for (as_of, fault) in [
            ("2026-03-11", "asOf too_large"),
            ("2015-12-30", "asOf too_small"),
            ("2026-02-30", "asOf invalid"),
            ("2026-03-05T01:00", "asOf pattern"),
        ] {
            let refused = analyst.get(&format!("/v1/{path}&asOf={as_of}")).await;
            refused.refused(422, "invalid_query");
            assert_eq!(refused.faults(), [fault], "{path} {as_of}");
        }
        analyst.get(&format!("/v1/{path}&asOf=2026-03-09")).await.expect(200);
    }
    let ordered = json!({ "level": "national", "term": "2026-T1", "asOf": "2026-03-11" });
    let refused = analyst.post("/v1/measures/exports", ordered).await;
    refused.refused(422, "invalid_body");
    assert_eq!(refused.faults(), ["/asOf too_large"]);
    let page = analyst.get("/reports/service-levels?asOf=2026-03-11").await;
    assert_eq!(page.faults(), ["asOf too_large"]);
    analyst.get("/reports/service-levels?asOf=2026-03-09").await.expect(200);
}
