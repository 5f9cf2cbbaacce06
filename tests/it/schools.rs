//! The directory of schools as its readers see it, and who serves each of them.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::given::{LONE_SCHOOL, SCHOOL, SCHOOL_WITH_TEAM};
use crate::imports::directory;
use crate::support::{Answer, TestApp, on_both};

/// The numbers of a page's schools.
fn numbers(page: &Answer) -> Vec<&str> {
    let items = page.json["items"].as_array().expect("items");
    items.iter().map(|school| school["number"].as_str().expect("a number")).collect()
}

#[on_both]
async fn a_school_is_shown_with_those_who_serve_it(app: TestApp) {
    let office = app.as_("office-support");
    let school = office.get(&format!("/v1/schools/{SCHOOL}")).await.expect(200).json;
    assert_eq!(school["name"], "Example College");
    assert_eq!(school["holidayRegion"], "auckland");
    let served = &school["servedBy"];
    assert_eq!(served["on"], "2026-03-16");
    assert_eq!(served["catchment"]["code"], "C01");
    assert_eq!(served["provider"]["code"], "P01");
    assert_eq!(served["inSchoolProvider"], Value::Null);

    let school = office.get(&format!("/v1/schools/{SCHOOL_WITH_TEAM}")).await.expect(200).json;
    assert_eq!(school["servedBy"]["inSchoolProvider"]["code"], "S01");

    let school = office.get(&format!("/v1/schools/{LONE_SCHOOL}")).await.expect(200).json;
    let nobody = json!({
        "on": "2026-03-16", "catchment": null, "provider": null, "inSchoolProvider": null,
    });
    assert_eq!(school["servedBy"], nobody);
}

#[on_both]
async fn who_served_it_depends_on_the_day(app: TestApp) {
    let path = format!("/v1/schools/{SCHOOL_WITH_TEAM}?on=2023-12-31");
    let school = app.as_("auditor").get(&path).await.expect(200).json;
    assert_eq!(school["servedBy"]["on"], "2023-12-31");
    assert_eq!(school["servedBy"]["catchment"], Value::Null);
    assert_eq!(school["servedBy"]["inSchoolProvider"], Value::Null);
}

#[on_both]
async fn leading_zeros_do_not_matter(app: TestApp) {
    directory(&app, "0189,Kōwhai School,Full Primary,State,,,,,,,,12\n").await;
    let client = app.as_("sms-client");
    let plain = client.get("/v1/schools/189").await.expect(200);
    let padded = client.get("/v1/schools/0189").await.expect(200);
    assert_eq!(plain.json["number"], "189");
    assert_eq!(plain.text, padded.text);
}

#[on_both]
async fn a_number_that_no_school_has_is_not_found(app: TestApp) {
    let client = app.as_("sms-client");
    for number in ["9999", "0", "0000", "99999", "abc", "%00", "-1"] {
        client.get(&format!("/v1/schools/{number}")).await.refused(404, "not_found");
    }
}

#[on_both]
async fn an_unchanged_school_is_not_sent_again(app: TestApp) {
    let client = app.as_("reporting-client");
    let path = format!("/v1/schools/{SCHOOL}");
    let read = client.get(&path).await.expect(200);
    let etag = read.header("etag").unwrap();
    assert!(etag.starts_with("\"1."), "{etag}");
    let again = TestRequest::get().insert_header(("if-none-match", etag));
    let again = client.send(again, Method::GET, &path, None).await.expect(304);
    assert_eq!(again.text, "");
    // Another day may have others who serve it, so it is another representation.
    let other_day = TestRequest::get().insert_header(("if-none-match", etag));
    let path = format!("{path}?on=2026-03-17");
    client.send(other_day, Method::GET, &path, None).await.expect(200);
}

#[on_both]
async fn pages_hold_every_school_once_in_the_order_of_numbers(app: TestApp) {
    let client = app.as_("attendance-lead");
    let first = client.get("/v1/schools?limit=3&includeTotal=true").await.expect(200);
    assert_eq!(numbers(&first), ["9001", "9002", "9101"]);
    assert_eq!(first.json["total"], 4);
    let cursor = first.json["nextCursor"].as_str().unwrap();
    assert!(first.header("link").unwrap().contains(cursor));
    let path = format!("/v1/schools?limit=3&cursor={cursor}");
    let second = client.get(&path).await.expect(200);
    assert_eq!(numbers(&second), ["9201"]);
    assert_eq!(second.json["nextCursor"], Value::Null);
    // With other filters, or in other hands, it is no cursor.
    let other = format!("{path}&status=open");
    client.get(&other).await.refused(422, "invalid_cursor");
    app.as_("auditor").get(&path).await.refused(422, "invalid_cursor");
}

#[on_both]
async fn schools_are_found_by_the_beginning_of_any_word(app: TestApp) {
    directory(
        &app,
        "201,Te Kura o Kōwhai-nui,Composite,State,,,,,,,,12\n\
         202,Kowhai Flat School,Composite,State,,,,,,,,12\n\
         203,100% Kōwhai_school,Composite,State,,,,,,,,12\n",
    )
    .await;
    let client = app.as_("case-manager");
    for (words, found) in [
        ("kowhai", &["201", "202", "203"][..]),
        ("k%C5%8Dwhai%20nui", &["201"]),
        ("KURA", &["201"]),
        ("owhai", &[]),
        ("100%25", &["203"]),
        ("k%C5%8Dwhai_SCHOOL", &["203"]),
    ] {
        let page = client.get(&format!("/v1/schools?name={words}")).await.expect(200);
        assert_eq!(numbers(&page), found, "{words}");
    }
    for nothing in ["%25", "%5C"] {
        let refused = client.get(&format!("/v1/schools?name={nothing}")).await;
        refused.refused(422, "invalid_query");
        assert_eq!(refused.faults(), ["name blank"], "{nothing}");
    }
}

#[on_both]
async fn schools_are_found_by_region_status_and_catchment(app: TestApp) {
    let proposed = "301,New School (Proposed opening date: 2027-02-01),Composite,State,,,,,,,,0\n";
    directory(&app, proposed).await;
    let client = app.as_("ministry-analyst");
    for (filter, found) in [
        ("educationRegion=Wellington", &["9101"][..]),
        ("educationRegion=wellington", &[]),
        ("status=proposed", &["301"]),
        ("catchment=C01", &["9001", "9002"]),
        ("catchment=C01&on=2023-12-31", &[]),
        ("catchment=C01&name=second", &["9002"]),
        ("catchment=C99", &[]),
    ] {
        let page = client.get(&format!("/v1/schools?{filter}&includeTotal=true")).await.expect(200);
        assert_eq!(numbers(&page), found, "{filter}");
        assert_eq!(page.json["total"], found.len(), "{filter}");
    }
}

#[on_both]
async fn a_bad_query_is_refused_with_every_fault(app: TestApp) {
    let client = app.as_("office-support");
    let path = "/v1/schools?limit=0&on=2026-02-30&status=Open&catchment=a%20b&nmae=x";
    let refused = client.get(path).await;
    refused.refused(422, "invalid_query");
    let faults = [
        "catchment pattern",
        "limit too_small",
        "nmae unknown_member",
        "on format",
        "status pattern",
    ];
    assert_eq!(refused.faults(), faults);
    client.get("/v1/schools?name=%00").await.refused(422, "invalid_query");
    client.get("/v1/schools?limit=201").await.refused(422, "invalid_query");
}

#[on_both]
async fn nobody_reads_the_directory_without_signing_in(app: TestApp) {
    app.nobody().get("/v1/schools").await.refused(401, "unauthenticated");
    app.nobody().get(&format!("/v1/schools/{SCHOOL}")).await.refused(401, "unauthenticated");
}
