//! Bodies that can not be read as what they should be.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{Answer, TestApp, on_both};

/// Operations with a body, of every kind: where, how, and who may.
struct Place {
    method: Method,
    path: String,
    who: &'static str,
}

async fn places(app: &TestApp) -> Vec<Place> {
    let (_, case) = app.assigned("Pania").await;
    let waiting = app.submitted("Wiki").await;
    let student = waiting.json["student"]["id"].as_str().unwrap();
    let place = |method: Method, path: String| Place { method, path, who: "workflow-lead" };
    vec![
        place(Method::POST, "/v1/referrals".into()),
        place(Method::POST, format!("/v1/referrals/{}/decision", waiting.id())),
        place(Method::POST, format!("/v1/referrals/{}/withdrawal", waiting.id())),
        place(Method::POST, format!("/v1/referrals/{}/submission", waiting.id())),
        place(Method::POST, "/v1/students/search".into()),
        place(Method::PATCH, format!("/v1/students/{student}")),
        place(Method::POST, format!("/v1/students/{student}/whanau-contacts")),
        place(Method::POST, format!("/v1/cases/{case}/contacts")),
        place(Method::POST, format!("/v1/cases/{case}/assignment")),
    ]
}

impl Place {
    fn media_type(&self) -> &'static str {
        match self.method {
            Method::PATCH => "application/merge-patch+json",
            _ => "application/json",
        }
    }

    /// Sends bytes as they are.
    async fn send(
        &self,
        app: &TestApp,
        media_type: Option<&str>,
        bytes: impl Into<Vec<u8>>,
    ) -> Answer {
        let mut request = TestRequest::default().insert_header(("if-match", "*"));
        if let Some(media_type) = media_type {
            request = request.insert_header(("content-type", media_type));
        }
        let request = request.set_payload(bytes.into());
        app.as_(self.who).send(request, self.method.clone(), &self.path, None).await
    }

    async fn json(&self, app: &TestApp, bytes: impl Into<Vec<u8>>) -> Answer {
        self.send(app, Some(self.media_type()), bytes).await
    }
}

#[on_both]
async fn what_is_no_json_is_refused_with_line_and_column(app: TestApp) {
    for place in places(&app).await {
        for (text, detail) in [
            ("{\n  \"a\": 1,\n}", "line 3, column 1"),
            ("", "line 1, column 0"),
            ("{", "line 1, column 1"),
            ("nonsense", "line 1, column 2"),
            ("{} {}", "line 1, column 4"),
            ("{\"a\": 01}", "line 1, column 8"),
            ("{\"a\": \"\\ud800\"}", "line 1, column 14"),
        ] {
            let answer = place.json(&app, text).await;
            answer.refused(400, "malformed_json");
            assert_eq!(answer.json["detail"], detail, "{} {text}", place.path);
        }
        let latin = place.json(&app, b"{\"name\": \"\xe4\"}".to_vec()).await;
        latin.refused(400, "malformed_json");
    }
}

#[on_both]
async fn what_is_no_object_is_refused(app: TestApp) {
    for place in places(&app).await {
        for text in ["[]", "[{}]", "\"text\"", "1", "true", "null"] {
            let answer = place.json(&app, text).await;
            answer.refused(422, "invalid_body");
            assert_eq!(answer.faults(), [" wrong_type"], "{} {text}: {}", place.path, answer.text);
        }
    }
}

#[on_both]
async fn another_media_type_is_refused(app: TestApp) {
    for place in places(&app).await {
        let other = if place.method == Method::PATCH {
            "application/json"
        } else {
            "application/merge-patch+json"
        };
        for media_type in [
            None,
            Some(other),
            Some("text/plain"),
            Some("application/xml"),
            Some("application/jsonx"),
            Some(""),
        ] {
            let answer = place.send(&app, media_type, "{}").await;
            answer.refused(415, "unsupported_media_type");
            assert!(
                answer.json["detail"].as_str().unwrap().ends_with(place.media_type()),
                "{}",
                answer.text
            );
        }
        for charset in ["charset=utf-8", "Charset=\"UTF-8\"", "boundary=x"] {
            let media_type = format!("{}; {charset}", place.media_type());
            let answer = place.send(&app, Some(&media_type), "[]").await;
            answer.refused(422, "invalid_body");
        }
        for charset in
            ["charset=latin1", "charset=utf-16", "boundary=x;charset=iso-8859-1", "charset="]
        {
            let media_type = format!("{}; {charset}", place.media_type());
            let answer = place.send(&app, Some(&media_type), "{}").await;
            answer.refused(415, "unsupported_media_type");
        }
    }
}

#[on_both]
async fn nesting_ends_at_32_levels(app: TestApp) {
    let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
    for place in places(&app).await {
        place.json(&app, format!("{{\"a\": {}}}", nested(31))).await.refused(422, "invalid_body");
        for levels in [32, 100, 5000] {
            place
                .json(&app, format!("{{\"a\": {}}}", nested(levels)))
                .await
                .refused(400, "malformed_json");
        }
    }
}

#[on_both]
async fn a_body_has_at_most_256_kib(app: TestApp) {
    const LIMIT: usize = 256 * 1024;
    for place in places(&app).await {
        let fits = format!("{{\"zzzzzzzzzz\": \"{}\"}}", "x".repeat(LIMIT - 18));
        assert_eq!(fits.len(), LIMIT);
        let answer = place.json(&app, fits.clone()).await;
        answer.refused(422, "invalid_body");
        assert!(answer.text.len() < 4000, "the answer does not repeat the body");
        let answer = place.json(&app, format!("{fits} ")).await;
        answer.refused(413, "body_too_large");
    }
}

#[on_both]
async fn who_may_not_ask_hears_nothing_of_the_body(app: TestApp) {
    for mut place in places(&app).await {
        place.who = "auditor";
        place.json(&app, "{").await.refused(403, "role_may_not");
        place.send(&app, Some("text/plain"), "{").await.refused(403, "role_may_not");
    }
    app.nobody()
        .post("/v1/referrals", json!({ "nonsense": 1 }))
        .await
        .refused(401, "unauthenticated");
}
