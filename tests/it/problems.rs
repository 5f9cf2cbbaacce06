//! The catalogue of problem codes: pages for people, JSON for programs.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_http::problem::Code;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, on_both};

async fn get(app: &TestApp, path: &str, accept: Option<&str>) -> Answer {
    let request = accept
        .into_iter()
        .fold(TestRequest::get(), |request, accept| request.insert_header(("accept", accept)));
    app.nobody().send(request, Method::GET, path, None).await.expect(200)
}

#[on_both]
async fn the_catalogue_is_json_for_whoever_asks_for_json(app: TestApp) {
    let catalogue = get(&app, "/problems", Some("application/json")).await;
    assert_eq!(catalogue.header("content-type"), Some("application/json"));
    let items = catalogue.json["items"].as_array().expect("items");
    assert_eq!(items.len(), Code::ALL.len());
    for (item, code) in items.iter().zip(Code::ALL) {
        let place = code.as_str();
        assert_eq!(item["code"], place);
        assert_eq!(item["status"], code.status_number(), "{place}");
        let titles = json!({ "en": code.title_en(), "mi": code.title_mi() });
        assert_eq!((&item["titles"], &item["miReviewed"]), (&titles, &json!(false)), "{place}");
        for text in [&item["titles"]["en"], &item["titles"]["mi"], &item["cause"], &item["fix"]] {
            assert!(text.as_str().is_some_and(|text| !text.trim().is_empty()), "{item}");
        }
        let page = item["type"].as_str().expect("an address");
        assert!(page.ends_with(&format!("/problems/{place}")), "{page}");
    }
    let one = get(&app, "/problems/stale", Some("application/json")).await.json;
    assert_eq!(Some(&one), items.iter().find(|item| item["code"] == "stale"));
}

#[on_both]
async fn the_type_of_a_problem_is_that_of_its_entry(app: TestApp) {
    let refused = app.nobody().get("/v1/cases").await;
    refused.refused(401, "unauthenticated");
    let one = get(&app, "/problems/unauthenticated", Some("application/json")).await.json;
    assert_eq!(refused.json["type"], one["type"]);
    assert_eq!(refused.json["title"], one["titles"]["en"]);
}

#[on_both]
async fn the_catalogue_is_a_page_for_everybody_else(app: TestApp) {
    let browser = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let pages = [
        None,
        Some("*/*"),
        Some(browser),
        Some("text/html, application/json"),
        Some("application/json;q=0, */*"),
        Some("application/json;q=0.3, text/html;q=0.7"),
    ];
    let json = [
        "Application/JSON",
        "application/json, text/plain, */*",
        "text/html;q=0.3, application/json;q=0.4",
    ];
    let each = pages.map(|accept| (accept, false)).into_iter();
    for (accept, is_json) in each.chain(json.map(|accept| (Some(accept), true))) {
        for path in ["/problems", "/problems/stale"] {
            let answer = get(&app, path, accept).await;
            let sent = answer.header("content-type").expect("a type");
            assert_eq!(sent.starts_with("application/json"), is_json, "{accept:?}: {sent}");
            assert!(is_json || sent.starts_with("text/html"), "{accept:?}: {sent}");
            let vary = answer.headers.get_all("vary").filter_map(|value| value.to_str().ok());
            let mut names = vary.flat_map(|line| line.split(',')).map(str::trim);
            assert!(names.any(|name| name.eq_ignore_ascii_case("accept")), "{accept:?}");
        }
    }
}

#[on_both]
async fn a_code_that_is_none_has_no_entry(app: TestApp) {
    for accept in ["application/json", "text/html"] {
        let request = TestRequest::get().insert_header(("accept", accept));
        let absent = app.nobody().send(request, Method::GET, "/problems/none", None).await;
        absent.refused(404, "not_found");
        assert_ne!(absent.json, Value::Null);
    }
}
