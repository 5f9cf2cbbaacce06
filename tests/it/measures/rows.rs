//! Flat rows: the same numbers as the nested ones, in the same columns everywhere.

use std::collections::BTreeMap;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_domain::measures::Exclusion;
use serde_json::{Value, json};

use super::{fill_clocks, lived};
use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

/// The names that the columns are said to have.
async fn columns(app: &TestApp) -> Vec<String> {
    let columns = app.as_("ministry-analyst").get("/v1/measures/columns").await.expect(200);
    let items = columns.json["items"].as_array().expect("items");
    items.iter().map(|column| column["name"].as_str().expect("a name").to_owned()).collect()
}

/// The members of an object as they are written, which a map would put in another order.
fn members_as_written(object: &str) -> Vec<String> {
    let inside = object.trim_start_matches('{').trim_end_matches('}');
    let members = inside.split(",\"").map(|member| member.split("\":").next().unwrap_or_default());
    members.map(|name| name.trim_matches('"').to_owned()).collect()
}

/// The records of a text of CSV: fields in quotes, quotes in them doubled, lines that end with CRLF.
fn records(text: &str) -> Vec<Vec<String>> {
    let (mut records, mut record, mut field) = (Vec::new(), Vec::new(), String::new());
    let (mut quoted, mut rest) = (false, text.chars().peekable());
    while let Some(c) = rest.next() {
        match c {
            '"' if quoted && rest.peek() == Some(&'"') => field.extend(rest.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if !quoted => {
                assert_eq!(rest.next(), Some('\n'), "a line ends with CRLF");
                record.push(std::mem::take(&mut field));
                records.push(std::mem::take(&mut record));
            }
            _ => field.push(c),
        }
    }
    assert!(record.is_empty() && field.is_empty(), "the last line ends, too");
    records
}

/// Rows of CSV as JSON shows them, by the types of the columns.
fn typed(text: &str, columns: &Answer) -> Vec<Value> {
    let records = records(text);
    let kinds = columns.json["items"].as_array().expect("items");
    let value = |(text, column): (&String, &Value)| {
        let value = match column["type"].as_str().expect("a type") {
            _ if text.is_empty() => Value::Null,
            "integer" | "decimal" | "boolean" => serde_json::from_str(text).expect("a value"),
            _ => json!(text),
        };
        (column["name"].as_str().expect("a name").to_owned(), value)
    };
    let row = |record: &Vec<String>| record.iter().zip(kinds).map(value).collect();
    records[1..].iter().map(row).map(Value::Object).collect()
}

/// A fact of the nested answer as its row says it.
fn flat(answer: &Value, group: &Value, number: &Value) -> Value {
    let count = |name: &str| number[name].as_u64().expect(name);
    let excluded: BTreeMap<&str, u64> = number["excluded"]
        .as_array()
        .expect("excluded")
        .iter()
        .map(|one| (one["reason"].as_str().expect("why"), one["count"].as_u64().expect("many")))
        .collect();
    let mut row = json!({
        "period": "2026-T1", "periodFrom": answer["from"], "periodTo": answer["to"],
        "reach": answer["reach"], "level": answer["level"], "key": group["key"],
        "name": group["name"], "by": answer["by"], "part": group["part"],
        "measure": number["measure"], "withinDays": number["withinDays"],
        "met": number["numerator"], "missed": count("denominator") - count("numerator"),
        "denominator": number["denominator"], "pending": number["pending"],
        "excludedTotal": excluded.values().sum::<u64>(),
        "targetPercent": number["targetPercent"], "rate": number["rate"],
        "targetMet": number["met"], "ruleVersion": number["ruleVersion"],
        "calendarVersion": answer["calendarVersion"], "asOf": answer["asOf"],
        "deadlinePassedMet": number["deadlinePassed"]["numerator"],
        "deadlinePassedDenominator": number["deadlinePassed"]["denominator"],
        "deadlinePassedRate": number["deadlinePassed"]["rate"],
    });
    row["rateTenThousandths"] = match number["rate"].as_f64() {
        None => Value::Null,
        Some(rate) => json!((rate * 10_000.0).round() as u64),
    };
    for why in Exclusion::ALL {
        row[column_of(*why)] = json!(excluded.get(why.as_str()).copied().unwrap_or(0));
    }
    row
}

fn column_of(why: Exclusion) -> String {
    let words = why.as_str().split('_').map(|word| word[..1].to_uppercase() + &word[1..]);
    format!("excluded{}", words.collect::<String>())
}

#[on_both]
async fn rows_columns_and_csv_name_the_same_in_the_same_order(app: TestApp) {
    let columns = columns(&app).await;
    let analyst = app.as_("ministry-analyst");
    let rows = analyst.get("/v1/measures/rows?level=national&term=2026-1").await.expect(200);
    let first = rows.text.split_once("[{").expect("a row").1.split_once('}').expect("its end").0;
    assert_eq!(members_as_written(first), columns);
    let csv = analyst.get("/v1/measures/rows.csv?level=national&term=2026-1").await.expect(200);
    assert_eq!(records(&csv.text)[0], columns);
    for why in Exclusion::ALL {
        assert!(columns.contains(&column_of(*why)), "{why} has a column");
    }
}

#[on_both]
async fn a_row_says_what_the_nested_number_says(app: TestApp) {
    fill_clocks(&app).await;
    let analyst = app.as_("ministry-analyst");
    let columns = analyst.get("/v1/measures/columns").await.expect(200);
    for today in ["2026-02-20", "2026-04-20"] {
        app.set_time(&format!("{today}T00:00:00Z"));
        for query in [
            "level=national",
            "level=region",
            "level=catchment",
            "level=provider",
            "level=school",
            "level=provider&by=kind",
            "level=school&by=ethnic_group",
            "level=school&key=9001",
        ] {
            let query = format!("{query}&term=2026-1");
            let nested =
                analyst.get(&format!("/v1/measures?{query}&limit=200")).await.expect(200).json;
            let groups = nested["items"].as_array().expect("items").iter();
            let expected: Vec<Value> = groups
                .flat_map(|group| {
                    let numbers = group["numbers"].as_array().expect("numbers");
                    numbers.iter().map(|number| flat(&nested, group, number))
                })
                .collect();
            assert!(!expected.is_empty(), "{query}");
            let rows =
                analyst.get(&format!("/v1/measures/rows?{query}&limit=200")).await.expect(200);
            assert_eq!(rows.json["items"], json!(expected), "{query}");
            let csv = analyst.get(&format!("/v1/measures/rows.csv?{query}")).await.expect(200);
            assert_eq!(typed(&csv.text, &columns), expected, "{query}");
        }
    }
}

#[on_both]
async fn pages_of_rows_are_cut_between_groups(app: TestApp) {
    lived(&app, "One", 2, Some(3), None).await;
    let other = with(given::referral("Two"), "/schoolNumber", json!(given::OTHER_SCHOOL));
    app.as_("office-support-2").post("/v1/referrals", other).await.expect(201);
    let analyst = app.as_("ministry-analyst");
    let base = "/v1/measures/rows?level=school&term=2026-1";
    let whole = analyst.get(base).await.expect(200);
    assert_eq!(whole.json["items"].as_array().unwrap().len(), 12);
    let first = analyst.get(&format!("{base}&limit=1")).await.expect(200);
    let cursor = first.json["nextCursor"].as_str().expect("another page");
    let second = analyst.get(&format!("{base}&limit=1&cursor={cursor}")).await.expect(200);
    assert_eq!(second.json["nextCursor"], Value::Null);
    let both =
        [&first, &second].into_iter().flat_map(|page| page.json["items"].as_array().unwrap());
    assert_eq!(Value::from_iter(both.cloned()), whole.json["items"]);
}

#[on_both]
async fn a_file_of_csv_is_one_that_a_spreadsheet_can_trust(app: TestApp) {
    lived(&app, "One", 2, Some(3), None).await;
    let db = app.database().await;
    let renamed =
        "UPDATE school SET name = '=HYPERLINK(\"http://x.invalid\", \"y\")' WHERE number = 9001";
    sea_orm::ConnectionTrait::execute_unprepared(&db, renamed).await.expect("a name");
    db.close().await.expect("close");
    let analyst = app.as_("ministry-analyst");
    let path = "/v1/measures/rows.csv?level=school&term=2026-1";
    let csv = analyst.get(path).await.expect(200);
    assert_eq!(csv.header("content-type"), Some("text/csv; charset=utf-8; header=present"));
    assert_eq!(csv.header("content-disposition"), Some("attachment; filename=\"measures.csv\""));
    assert!(csv.text.starts_with("period,periodFrom,"), "{}", csv.text);
    assert!(
        csv.text.contains(",\"'=HYPERLINK(\"\"http://x.invalid\"\", \"\"y\"\")\","),
        "{}",
        csv.text
    );
    let marked = analyst.get(&format!("{path}&bom=true")).await.expect(200);
    assert_eq!(marked.bytes[..3], [0xef, 0xbb, 0xbf]);
    assert_eq!(marked.text.trim_start_matches('\u{feff}'), csv.text);
    // Whatever a spreadsheet says that it takes.
    let request = TestRequest::get().insert_header(("accept", "text/csv"));
    analyst.send(request, Method::GET, path, None).await.expect(200);
    let etag = csv.header("etag").expect("an etag");
    let request = TestRequest::get().insert_header(("if-none-match", etag));
    analyst.send(request, Method::GET, path, None).await.expect(304);
}

#[on_both]
async fn a_file_has_its_bounds_and_its_reach(app: TestApp) {
    lived(&app, "One", 2, Some(3), None).await;
    let analyst = app.as_("ministry-analyst");
    let students = analyst.get("/v1/measures/rows.csv?level=student&term=2026-1").await;
    students.refused(422, "invalid_query");
    assert_eq!(students.faults(), ["level not_one_of"]);
    let paged = analyst.get("/v1/measures/rows.csv?level=school&term=2026-1&limit=5").await;
    assert_eq!(paged.faults(), ["limit unknown_member"]);
    let unknown = analyst.get("/v1/measures/rows?level=national&term=2019-1").await;
    assert_eq!(unknown.faults(), ["term unknown"]);
    for (subject, reach, met) in
        [("workflow-lead", "own", "1"), ("workflow-lead-2", "own", "0"), ("auditor", "nation", "1")]
    {
        let csv = app
            .as_(subject)
            .get("/v1/measures/rows.csv?level=national&term=2026-1")
            .await
            .expect(200);
        let records = records(&csv.text);
        let value =
            |name: &str| &records[1][records[0].iter().position(|head| head == name).unwrap()];
        assert_eq!((value("reach").as_str(), value("met").as_str()), (reach, met), "{subject}");
    }
}

#[on_both]
async fn a_period_is_called_as_it_was_asked_for(app: TestApp) {
    let analyst = app.as_("ministry-analyst");
    for (query, period) in [
        ("term=2026-1", "2026-T1"),
        ("quarter=2026-Q1", "2026-Q1"),
        ("year=2026", "2026"),
        ("from=2026-02-01&to=2026-02-28", "2026-02-01/2026-02-28"),
    ] {
        let rows =
            analyst.get(&format!("/v1/measures/rows?level=national&{query}")).await.expect(200);
        assert_eq!(rows.json["items"][0]["period"], period);
    }
}

#[on_both]
async fn rows_answer_for_an_instant_what_they_answered_then(app: TestApp) {
    lived(&app, "One", 2, None, None).await;
    app.set_time("2026-03-05T00:00:00Z");
    let path = "/v1/measures/rows.csv?level=school&term=2026-1";
    let analyst = app.as_("ministry-analyst");
    let then = analyst.get(path).await.expect(200);
    lived(&app, "Two", 6, Some(9), Some(9)).await;
    app.set_time("2026-03-31T00:00:00Z");
    let now = analyst.get(path).await.expect(200);
    assert_ne!(now.text, then.text);
    let again = analyst.get(&format!("{path}&asOf=2026-03-05T00:00:00Z")).await.expect(200);
    assert_eq!(again.text, then.text);
}
