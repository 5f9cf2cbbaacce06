//! Methods, representations, languages, origins: what HTTP promises around every answer.

use actix_web::http::Method;
use actix_web::test::TestRequest;

use crate::openapi::operations;
use crate::support::{Answer, TestApp, on_both};

async fn get_with(app: &TestApp, path: &str, header: (&'static str, &str)) -> Answer {
    let request = TestRequest::get().insert_header((header.0, header.1.to_owned()));
    app.as_("workflow-lead").send(request, Method::GET, path, None).await
}

async fn preflight(app: &TestApp, origin: &str, method: &str, headers: &str) -> Answer {
    preflight_of(app, "/v1/referrals", (origin, method, headers)).await
}

async fn preflight_of(
    app: &TestApp,
    path: &str,
    (origin, method, headers): (&str, &str, &str),
) -> Answer {
    let request = TestRequest::default()
        .method(Method::OPTIONS)
        .uri(path)
        .insert_header(("origin", origin.to_owned()))
        .insert_header(("access-control-request-method", method.to_owned()))
        .insert_header(("access-control-request-headers", headers.to_owned()));
    app.raw(request.to_request()).await
}

/// A path of the document with something in each of its places.
fn filled(path: &str) -> String {
    let id = "01990000-0000-7000-8000-0000000000ff";
    [
        ("{id}", id),
        ("{contactId}", id),
        ("{calendar}", "contract-2026"),
        ("{code}", "C01"),
        ("{codeSet}", "barriers"),
        ("{number}", "9001"),
    ]
    .iter()
    .fold(path.to_owned(), |path, (place, with)| path.replace(place, with))
}

#[on_both]
async fn another_method_is_405_with_the_ones_there_are(app: TestApp) {
    for (path, _, _) in operations() {
        let place = filled(&path);
        let known: Vec<Method> = operations()
            .into_iter()
            .filter(|(other, _, _)| *other == path)
            .map(|(_, method, _)| method)
            .collect();
        for method in
            [Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE, Method::TRACE]
        {
            if known.contains(&method) {
                continue;
            }
            let answer = app.as_("workflow-lead").call(method.clone(), &place, None).await;
            assert_eq!(
                (answer.status, answer.code()),
                (405, "method_not_allowed"),
                "{method} {place}"
            );
            let allow =
                answer.header("allow").unwrap_or_else(|| panic!("{method} {place}: no Allow"));
            let allowed: Vec<&str> = allow.split(", ").collect();
            assert!(
                known.iter().all(|known| allowed.contains(&known.as_str())),
                "{place}: {allow}"
            );
            assert!(allowed.contains(&"HEAD") || !known.contains(&Method::GET), "{place}: {allow}");
            assert!(!allowed.contains(&method.as_str()), "{place}: {allow}");
        }
    }
}

#[on_both]
async fn a_page_is_only_read(app: TestApp) {
    for path in [
        "/",
        "/guides/api.md",
        "/healthz",
        "/readyz",
        "/version",
        "/openapi.json",
        "/docs",
        "/docs/",
        "/problems",
        "/problems/stale",
        "/.well-known/oauth-protected-resource",
        "/.well-known/api-catalog",
        "/.well-known/security.txt",
    ] {
        for method in [Method::POST, Method::PUT, Method::PATCH, Method::DELETE] {
            let answer = app.nobody().call(method.clone(), path, None).await;
            assert_eq!(
                (answer.status, answer.code()),
                (405, "method_not_allowed"),
                "{method} {path}"
            );
            assert_eq!(answer.header("allow"), Some("GET, HEAD"), "{method} {path}");
        }
        let read = app.nobody().get(path).await;
        assert!(read.status < 400, "{path}: {}", read.text);
    }
    app.nobody().call(Method::DELETE, "/nowhere", None).await.refused(404, "not_found");
}

#[on_both]
async fn another_representation_is_406(app: TestApp) {
    for accept in [
        "text/html",
        "application/xml",
        "text/csv, text/html;q=0.9",
        "application/json;q=0",
        "*/*;q=0",
    ] {
        get_with(&app, "/v1/schools", ("accept", accept)).await.refused(406, "not_acceptable");
    }
    for accept in [
        "*/*",
        "application/*",
        "application/json",
        "Application/JSON",
        "text/html, */*;q=0.1",
        "application/json;q=0.5",
    ] {
        get_with(&app, "/v1/schools", ("accept", accept)).await.expect(200);
    }
}

#[on_both]
async fn a_title_follows_the_language_and_a_code_does_not(app: TestApp) {
    let path = "/v1/cases/01990000-0000-7000-8000-0000000000ff";
    for (languages, title) in [
        ("mi", "Kāore he mea pērā"),
        ("mi-NZ, en;q=0.8", "Kāore he mea pērā"),
        ("en-NZ", "There is no such thing"),
        ("en, mi;q=0.5", "There is no such thing"),
        ("de", "There is no such thing"),
        ("de, mi;q=0.5", "Kāore he mea pērā"),
        ("en;q=0.5, mi", "Kāore he mea pērā"),
        ("mi;q=0", "There is no such thing"),
    ] {
        let answer = get_with(&app, path, ("accept-language", languages)).await;
        assert_eq!(
            (answer.json["title"].as_str().unwrap(), answer.code()),
            (title, "not_found"),
            "{languages}"
        );
    }
}

#[on_both]
async fn head_is_get_without_a_body(app: TestApp) {
    let (referral, case) = app.assigned("Tane").await;
    let paths = [
        format!("/v1/referrals/{referral}"),
        format!("/v1/cases/{case}"),
        "/v1/cases".into(),
        "/v1/schools/9001".into(),
        "/v1/cases/none".into(),
        "/openapi.json".into(),
    ];
    for path in paths {
        let lead = app.as_("workflow-lead");
        let get = lead.get(&path).await;
        let head = lead.call(Method::HEAD, &path, None).await;
        assert_eq!((head.status, head.text.as_str()), (get.status, ""), "{path}");
        for name in ["etag", "content-type", "cache-control"] {
            assert_eq!(head.header(name), get.header(name), "{path} {name}");
        }
    }
    app.nobody().call(Method::HEAD, "/v1/cases", None).await.expect(401);
}

#[on_both]
async fn an_answer_is_compressed_when_that_is_asked_for(app: TestApp) {
    let token = app.keys().sign(&app.claims("workflow-lead"));
    let get = |encoding: &'static str| {
        let request = TestRequest::get().uri("/v1/reference-data");
        let request = request.insert_header(("authorization", format!("Bearer {token}")));
        app.raw(request.insert_header(("accept-encoding", encoding)).to_request())
    };
    let plain = get("identity").await.expect(200);
    assert_eq!(plain.header("content-encoding"), None);
    assert!(plain.json["items"].is_array());
    let small = get("gzip").await.expect(200);
    assert_eq!(small.header("content-encoding"), Some("gzip"));
    assert!(small.text.len() < plain.text.len());
    let vary: Vec<_> = small.headers.get_all("vary").collect();
    let names =
        |name: &str| vary.iter().any(|line| line.to_str().unwrap().to_lowercase().contains(name));
    assert!(names("accept-encoding") && names("origin"), "{vary:?}");
}

#[on_both]
async fn a_page_of_an_allowed_origin_may_call(app: TestApp) {
    let answer = preflight(
        &app,
        "https://frontend.invalid",
        "POST",
        "authorization, content-type, idempotency-key, if-match",
    )
    .await;
    assert!(answer.status < 300, "{}", answer.text);
    assert_eq!(answer.header("access-control-allow-origin"), Some("https://frontend.invalid"));
    assert!(answer.header("access-control-allow-methods").unwrap().contains("POST"));
    assert!(
        answer
            .header("access-control-allow-headers")
            .unwrap()
            .to_lowercase()
            .contains("idempotency-key")
    );
    for path in ["/v1/schools", "/v1/cases/none"] {
        let called = get_with(&app, path, ("origin", "https://frontend.invalid")).await;
        assert_eq!(
            called.header("access-control-allow-origin"),
            Some("https://frontend.invalid"),
            "{path}"
        );
        let exposed = called.header("access-control-expose-headers").unwrap().to_lowercase();
        for name in ["etag", "link", "location", "request-id", "ratelimit", "retry-after"] {
            assert!(exposed.contains(name), "{path}: {exposed}");
        }
    }
}

/// The names of the headers that a page may read of an answer.
fn exposed(answer: &Answer) -> Vec<String> {
    let names = answer.header("access-control-expose-headers").expect("some").split(',');
    names.map(|name| name.trim().to_lowercase()).collect()
}

#[on_both]
async fn a_page_may_read_what_a_refusal_says_of_methods_and_codings(app: TestApp) {
    let client = app.as_("office-support");
    let from = || TestRequest::default().insert_header(("origin", "https://frontend.invalid"));
    let refused = client.send_as_is(from(), Method::PUT, "/v1/referrals").await;
    refused.refused(405, "method_not_allowed");
    let mut methods: Vec<&str> = refused.header("allow").expect("methods").split(", ").collect();
    methods.sort_unstable();
    assert_eq!(methods, ["GET", "HEAD", "POST"]);
    assert!(exposed(&refused).contains(&"allow".to_owned()), "{:?}", exposed(&refused));
    let coded = from()
        .insert_header(("content-type", "application/json"))
        .insert_header(("content-encoding", "gzip"))
        .set_payload("{}");
    let refused = client.send_as_is(coded, Method::POST, "/v1/referrals").await;
    assert_eq!((refused.status, refused.header("accept-encoding")), (415, Some("identity")));
    assert!(exposed(&refused).contains(&"accept-encoding".to_owned()), "{:?}", exposed(&refused));
}

#[on_both]
async fn a_preflight_is_judged_by_origin_method_and_headers_alone(app: TestApp) {
    let headers = "authorization, content-type, accept-language, if-match, if-none-match, idempotency-key, \
        request-id, traceparent, tracestate, baggage";
    let long = format!("?cursor={}", "x".repeat(9_000));
    for (path, method, _) in operations() {
        let place = filled(&path);
        for query in [
            "",
            "?limit=2",
            "?limit=none&limit=2",
            "?%00=%ff",
            "?validateOnly=maybe",
            long.as_str(),
        ] {
            let address = format!("{place}{query}");
            let asked = ("https://frontend.invalid", method.as_str(), headers);
            let answer = preflight_of(&app, &address, asked).await;
            assert_eq!(answer.status, 200, "{method} {address}: {}", answer.text);
            assert_eq!(
                answer.header("access-control-allow-origin"),
                Some("https://frontend.invalid"),
                "{method} {address}"
            );
        }
    }
    for page in
        ["/openapi.json?x=1", "/problems", "/reports/service-levels?level=nation", "/nowhere?x"]
    {
        let asked = ("https://frontend.invalid", "GET", "authorization");
        assert_eq!(preflight_of(&app, page, asked).await.status, 200, "{page}");
    }
}

#[on_both]
async fn a_refused_preflight_has_a_code_of_its_own(app: TestApp) {
    for (origin, method, headers) in [
        ("https://evil.invalid", "GET", "authorization"),
        ("https://frontend.invalid", "DELETE", "authorization"),
        ("https://frontend.invalid", "TRACE", "authorization"),
        ("https://frontend.invalid", "GET", "x-forwarded-for"),
        ("null", "POST", "content-type"),
    ] {
        let answer = preflight_of(&app, "/v1/cases?limit=2", (origin, method, headers)).await;
        answer.refused(403, "preflight_refused");
    }
}

#[on_both]
async fn options_without_a_page_tells_the_methods(app: TestApp) {
    let ask = |path: &'static str| {
        app.raw(TestRequest::default().method(Method::OPTIONS).uri(path).to_request())
    };
    for (path, allow) in [
        ("/v1/referrals", "GET, HEAD, POST"),
        ("/v1/referrals?limit=x", "GET, HEAD, POST"),
        ("/v1/students/search", "POST"),
        ("/problems", "GET, HEAD"),
    ] {
        let answer = ask(path).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""), "{path}");
        let mut allowed: Vec<&str> = answer.header("allow").unwrap().split(", ").collect();
        allowed.sort_unstable();
        assert_eq!(allowed.join(", "), allow, "{path}");
    }
    ask("/nowhere").await.refused(404, "not_found");
}

#[on_both]
async fn a_page_of_another_origin_can_read_every_refusal(app: TestApp) {
    let (_, case) = app.assigned("Tane").await;
    let lead = app.as_("workflow-lead");
    let from = || TestRequest::default().insert_header(("origin", "https://frontend.invalid"));
    let long = format!("/v1/cases?cursor={}", "x".repeat(9_000));
    for (status, code, request, method, path) in [
        (422, "invalid_query", from(), Method::GET, format!("/v1/cases/{case}?unknown=1")),
        (422, "invalid_query", from(), Method::GET, "/v1/cases?unknown=1".to_owned()),
        (405, "method_not_allowed", from(), Method::PUT, "/v1/cases".to_owned()),
        (
            406,
            "not_acceptable",
            from().insert_header(("accept", "text/html")),
            Method::GET,
            "/v1/cases".to_owned(),
        ),
        (
            400,
            "invalid_header",
            from().insert_header(("if-none-match", "x".repeat(300))),
            Method::GET,
            format!("/v1/cases/{case}"),
        ),
        (414, "uri_too_long", from(), Method::GET, long),
        (404, "not_found", from(), Method::GET, "/v1/nowhere".to_owned()),
        (
            415,
            "unsupported_media_type",
            from().insert_header(("content-type", "text/plain")),
            Method::POST,
            "/v1/referrals".to_owned(),
        ),
        (
            428,
            "precondition_required",
            from()
                .insert_header(("content-type", "application/merge-patch+json"))
                .set_payload("{}"),
            Method::PATCH,
            format!("/v1/cases/{case}/plan"),
        ),
    ] {
        let answer = lead.send_as_is(request, method.clone(), &path).await;
        assert_eq!(
            (answer.status, answer.code()),
            (status, code),
            "{method} {path}: {}",
            answer.text
        );
        assert_eq!(
            answer.header("access-control-allow-origin"),
            Some("https://frontend.invalid"),
            "{method} {path}"
        );
        assert!(
            answer
                .header("access-control-expose-headers")
                .unwrap()
                .to_lowercase()
                .contains("request-id"),
            "{path}"
        );
    }
    let nobody = app.nobody().send_as_is(from(), Method::GET, "/v1/cases").await;
    nobody.refused(401, "unauthenticated");
    assert_eq!(nobody.header("access-control-allow-origin"), Some("https://frontend.invalid"));
}

#[on_both]
async fn every_answer_tells_a_browser_what_it_may_not_do_with_it(app: TestApp) {
    let header = |answer: &Answer, name: &str| answer.header(name).unwrap_or_default().to_owned();
    for path in [
        "/v1/cases",
        "/v1/cases/none",
        "/v1/nowhere",
        "/v1/cases?limit=0",
        "/",
        "/guides/api.md",
        "/openapi.json",
        "/docs",
        "/docs/",
        "/docs/swagger-ui.css",
        "/problems",
        "/problems/stale",
        "/healthz",
        "/readyz",
        "/version",
        "/.well-known/security.txt",
        "/reports/service-levels",
    ] {
        let answer = app.as_("workflow-lead").get(path).await;
        let policy = header(&answer, "content-security-policy");
        for part in [
            "default-src 'none'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "form-action 'none'",
        ] {
            assert!(policy.contains(part), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe-eval") && !policy.contains('*'), "{path}: {policy}");
        let scripts = policy.contains("script-src 'self'");
        assert_eq!(scripts, path.starts_with("/docs/"), "{path}: {policy}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header(&answer, "referrer-policy"), "no-referrer", "{path}");
        assert_eq!(answer.header("strict-transport-security"), None, "{path}");
    }
    let tls = app.with_hsts(31_536_000).await;
    for path in ["/v1/cases", "/problems", "/docs/"] {
        let answer = tls.as_("workflow-lead").get(path).await;
        assert_eq!(answer.header("strict-transport-security"), Some("max-age=31536000"), "{path}");
    }
}

#[on_both]
async fn a_page_of_a_foreign_origin_may_not(app: TestApp) {
    for origin in [
        "https://evil.invalid",
        "https://frontend.invalid.evil.invalid",
        "http://frontend.invalid",
        "null",
    ] {
        let answer = preflight(&app, origin, "POST", "authorization").await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}: {}", answer.text);
        let called = get_with(&app, "/v1/schools", ("origin", origin)).await;
        assert_eq!(called.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[on_both]
async fn every_answer_has_an_id_and_says_how_it_may_be_kept(app: TestApp) {
    let mut seen = std::collections::BTreeSet::new();
    for (who, path) in [
        ("workflow-lead", "/v1/cases"),
        ("workflow-lead", "/v1/cases/none"),
        ("workflow-lead", "/v1/nowhere"),
        ("workflow-lead", "/v1/cases?limit=0"),
        ("auditor", "/v1/cases"),
        ("nobody", "/v1/cases"),
        ("nobody", "/healthz"),
        ("nobody", "/openapi.json"),
    ] {
        let client = if who == "nobody" { app.nobody() } else { app.as_(who) };
        let answer = client.get(path).await;
        let id = answer.header("request-id").unwrap_or_else(|| panic!("{path}: no id")).to_owned();
        if answer.status >= 400 {
            assert_eq!(answer.json["requestId"], id.as_str(), "{path}");
            assert_eq!(answer.json["instance"], path.split('?').next().unwrap());
            assert_eq!(answer.json["status"], answer.status);
            let page = answer.json["type"].as_str().unwrap();
            let page = page.strip_prefix("https://api.ascms.invalid").unwrap();
            app.nobody().get(page).await.expect(200);
        }
        // The document is the same for everybody: it may be kept, and is asked for by its tag.
        let kept = if path == "/openapi.json" { "no-cache" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), Some(kept), "{path}");
        assert!(seen.insert(id), "{path}: an id is used once");
    }
}

#[on_both]
async fn a_request_id_of_the_callers_own_is_not_taken_over(app: TestApp) {
    let answer = get_with(&app, "/v1/schools", ("request-id", "my-own")).await;
    assert!(answer.header("request-id").unwrap().parse::<uuid::Uuid>().is_ok());
}
