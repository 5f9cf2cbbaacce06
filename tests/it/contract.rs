//! Where the program and its document once differed: what each call that found it must answer now.

use actix_web::http::Method;
use actix_web::http::header::HeaderValue;
use actix_web::test::TestRequest;
use serde_json::json;

use crate::given;
use crate::openapi::operations;
use crate::support::{TestApp, on_both};

#[on_both]
async fn a_key_that_is_no_ascii_is_not_passed_over(app: TestApp) {
    for key in [&b"\xc2\x84"[..], b"a\tb", b"", &[b'k'; 256]] {
        let key = HeaderValue::from_bytes(key).expect("bytes that a header may have");
        let request = TestRequest::post().insert_header(("idempotency-key", key));
        let body = given::referral("Somebody");
        let refused = app
            .as_("office-support")
            .send(request, Method::POST, "/v1/referrals", Some(body))
            .await;
        refused.refused(400, "invalid_header");
    }
    assert_eq!(app.count("referral", "1 = 1").await, 0);
}

#[on_both]
async fn a_tag_or_a_range_with_a_tab_or_without_end_can_not_be_read(app: TestApp) {
    let path = format!("/v1/referrals/{}", app.submitted("Somebody").await.id());
    for tag in ["\"1\ta\"".to_owned(), "0".repeat(201)] {
        for name in ["if-none-match", "if-range", "range"] {
            let request = TestRequest::get().insert_header((name, tag.as_str()));
            let refused = app.as_("office-support").send(request, Method::GET, &path, None).await;
            refused.refused(400, "invalid_header");
        }
    }
    for tag in ["0".repeat(200), "W/\"1\", \"2\", x".to_owned(), String::new()] {
        let request = TestRequest::get().insert_header(("if-none-match", tag));
        app.as_("office-support").send(request, Method::GET, &path, None).await.expect(200);
    }
}

#[on_both]
async fn a_place_is_told_without_what_a_text_may_not_hold(app: TestApp) {
    let lead = app.as_("workflow-lead");
    let named = lead.get("/v1/schools?%08%C2%9B%E2%80%AEx=1").await;
    named.refused(422, "invalid_query");
    assert_eq!(named.json["errors"][0]["parameter"], "\u{fffd}\u{fffd}\u{fffd}x");
    let long = lead.get(&format!("/v1/schools?{}=1", "n".repeat(3000))).await;
    long.refused(422, "invalid_query");
    let member = lead.post("/v1/students/search", json!({ "a\u{0}/\u{9b}": 1 })).await;
    member.refused(422, "invalid_body");
    assert!(
        member.faults().contains(&"/a\u{fffd}~1\u{fffd} unknown_member".to_owned()),
        "{}",
        member.text
    );
}

#[on_both]
async fn the_path_of_a_problem_is_told_whole(app: TestApp) {
    let path = format!("/v1/schools/{}", "9".repeat(8000));
    let absent = app.as_("workflow-lead").get(&path).await;
    absent.refused(404, "not_found");
    assert_eq!(absent.json["instance"], path.as_str());
}

#[on_both]
async fn the_word_of_a_path_comes_before_its_parameter(app: TestApp) {
    for method in [Method::GET, Method::PATCH, Method::DELETE, Method::TRACE] {
        let answer = app.as_("workflow-lead").call(method, "/v1/students/search", None).await;
        answer.refused(405, "method_not_allowed");
        assert_eq!(answer.header("allow"), Some("POST"));
    }
}

#[test]
fn every_operation_says_itself_who_may_call_it() {
    for (path, method, operation) in operations() {
        let words = operation["description"].as_str().unwrap_or_default();
        let scope = operation["x-permission"].as_str().expect("a permission");
        let roles = operation["x-roles"].as_array().expect("roles");
        assert!(words.contains(scope), "{method} {path}: {words}");
        for role in roles.iter().filter_map(|role| role.as_str()) {
            assert!(words.contains(role), "{method} {path}: {words}");
        }
    }
}
