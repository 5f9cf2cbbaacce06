//! The catalogue of problem codes: pages for people, JSON for programs.

use std::collections::BTreeSet;

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
        let titles = [&item["titles"]["en"], &item["titles"]["mi"]];
        for text in titles.into_iter().chain([&item["cause"], &item["fix"], &item["example"]]) {
            assert!(text.as_str().is_some_and(|text| !text.trim().is_empty()), "{item}");
        }
        let page = item["type"].as_str().expect("an address");
        assert!(page.ends_with(&format!("/problems/{place}")), "{page}");
    }
    let one = get(&app, "/problems/stale", Some("application/json")).await.json;
    assert_eq!(Some(&one), items.iter().find(|item| item["code"] == "stale"));
}

/// The call of an example is one that the document has, so that somebody can make it.
#[test]
fn an_example_begins_with_a_call_of_the_document() {
    let calls: BTreeSet<String> = crate::openapi::operations()
        .iter()
        .map(|(path, method, _)| format!("`{method} {path}` "))
        .collect();
    for code in Code::ALL {
        let example = code.example().unwrap_or_else(|| panic!("{code} has no example"));
        let end = example.match_indices("` ").next().expect("a call").0 + 2;
        assert!(calls.contains(&example[..end]), "{code}: {example}");
        assert!(example.ends_with('.') && example.len() > end + 8, "{code}: {example}");
    }
}

/// Codes that no test over HTTP can call forth, each with the reason.
const OUT_OF_REACH: &[(&str, &str)] = &[
    ("duplicate", "a unique value that no rule has looked for; every rule looks first"),
    ("internal", "a fault of ours; who knows how to cause one mends it"),
];

#[test]
fn every_code_is_reached_by_a_test() {
    let own = ["tests/it/problems.rs", "tests/it/openapi"];
    let tests: Vec<String> = crate::architecture::sources("tests/it")
        .into_iter()
        .filter(|(name, _)| !own.iter().any(|own| name.starts_with(own)))
        .map(|(_, text)| text)
        .collect();
    let excepted: BTreeSet<&str> = OUT_OF_REACH.iter().map(|(code, _)| *code).collect();
    let unreached: Vec<&str> = Code::ALL
        .iter()
        .map(|code| code.as_str())
        .filter(|code| !excepted.contains(code))
        .filter(|code| !tests.iter().any(|text| text.contains(&format!("\"{code}\""))))
        .collect();
    assert_eq!(unreached, [""; 0]);
    for code in excepted {
        assert!(Code::parse(code).is_some(), "{code} is none any more");
        let refused = format!("\"{code}\")");
        let reached = tests.iter().any(|text| text.contains(&format!(".refused(409, {refused}")));
        assert!(!reached, "{code} is reached");
    }
}

#[on_both]
async fn the_page_of_a_code_shows_how_it_comes_about(app: TestApp) {
    let page = get(&app, "/problems/weak_if_match", Some("text/html")).await;
    for heading in ["Cause", "Fix", "A call that answers it"] {
        assert!(page.text.contains(&format!("<h2>{heading}</h2><p>")), "{}", page.text);
    }
    assert!(page.text.contains("<code>PATCH /v1/students/{id}</code>"), "{}", page.text);
    assert!(page.text.contains("<code>If-Match: W/&quot;1&quot;</code>"), "{}", page.text);
    assert!(!page.text.contains('`'), "{}", page.text);
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
