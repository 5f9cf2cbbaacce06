//! Budgets and sizes.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use crate::support::{TestApp, on_both};

#[on_both]
async fn an_address_has_at_most_8_kib(app: TestApp) {
    let lead = app.as_("workflow-lead");
    let query = |length: usize| format!("/v1/schools?name={}", "x".repeat(length - 17));
    let answer = lead.get(&query(8 * 1024)).await;
    answer.refused(422, "invalid_query");
    for length in [8 * 1024 + 1, 20_000] {
        lead.get(&query(length)).await.refused(414, "uri_too_long");
    }
    lead.get(&format!("/v1/cases/{}", "x".repeat(9000))).await.refused(414, "uri_too_long");
}

#[on_both]
async fn every_answer_tells_what_is_left_of_the_budget(app: TestApp) {
    let app = app.with_budget(50).await;
    let lead = app.as_("workflow-lead");
    for (path, status, left) in
        [("/v1/cases", 200, 49), ("/v1/cases/none", 404, 48), ("/v1/cases?limit=0", 422, 47)]
    {
        let answer = lead.get(path).await.expect(status);
        assert_eq!(answer.header("ratelimit-policy"), Some("\"caller\";q=50;w=60"));
        assert_eq!(
            answer.header("ratelimit"),
            Some(format!("\"caller\";r={left};t=60").as_str()),
            "{path}"
        );
    }
}

#[on_both]
async fn a_budget_that_is_used_up_is_429_until_it_grows_again(app: TestApp) {
    let app = app.with_budget(3).await;
    let lead = app.as_("workflow-lead");
    for _ in 0..3 {
        lead.get("/v1/cases").await.expect(200);
    }
    for path in ["/v1/cases", "/v1/schools", "/v1/cases/none"] {
        let answer = lead.get(path).await;
        answer.refused(429, "too_many_requests");
        let seconds: u32 =
            answer.header("retry-after").expect("Retry-After").parse().expect("seconds");
        assert!((1..=60).contains(&seconds), "{seconds}");
        assert_eq!(answer.header("ratelimit"), Some("\"caller\";r=0;t=60"));
    }
}

#[on_both]
async fn a_budget_is_the_callers_and_nobody_elses(app: TestApp) {
    let app = app.with_budget(1).await;
    app.as_("workflow-lead").get("/v1/cases").await.expect(200);
    app.as_("workflow-lead").get("/v1/cases").await.refused(429, "too_many_requests");
    app.as_("workflow-lead-2").get("/v1/cases").await.expect(200);
    app.as_("sms-client").get("/v1/referrals").await.expect(200);
}

#[on_both]
async fn a_refused_caller_uses_up_a_budget_too(app: TestApp) {
    let app = app.with_budget(2).await;
    for who in ["auditor", "disabled"] {
        app.as_(who).get("/v1/cases").await.expect(403);
        app.as_(who).get("/v1/cases").await.expect(403);
        app.as_(who).get("/v1/cases").await.refused(429, "too_many_requests");
    }
}

#[on_both]
async fn a_trace_is_continued_only_from_a_readable_parent(app: TestApp) {
    for parent in
        ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "nonsense", "00--", "\u{fffd}"]
    {
        let request = TestRequest::get().insert_header(("traceparent", parent.to_owned()));
        app.as_("workflow-lead").send(request, Method::GET, "/v1/schools", None).await.expect(200);
    }
}
