//! Addresses: paths, parameters and cursors.

use serde_json::json;

use crate::support::{TestApp, on_both};

const LISTS: [&str; 4] = ["/v1/referrals", "/v1/cases", "/v1/schools", "/v1/providers"];

#[on_both]
async fn an_operation_without_a_query_refuses_one_and_does_nothing(app: TestApp) {
    let id = app.submitted("Somebody").await.id();
    let path = format!("/v1/referrals/{id}/decision?validateOnly=true");
    let accept = serde_json::json!({ "outcome": "accepted" });
    let refused = app.as_("workflow-lead").post(&path, accept).await;
    refused.refused(422, "invalid_query");
    assert_eq!(refused.faults(), ["validateOnly unknown_member"]);
    assert_eq!(app.count("attendance_case", "1 = 1").await, 0);
}

#[on_both]
async fn a_tag_that_is_no_ascii_can_not_be_read(app: TestApp) {
    let id = app.submitted("Somebody").await.id();
    let value = actix_web::http::header::HeaderValue::from_bytes(b"\xc2\x84").unwrap();
    let request = actix_web::test::TestRequest::get().insert_header(("if-none-match", value));
    let path = format!("/v1/referrals/{id}");
    let client = app.as_("office-support");
    let refused = client.send(request, actix_web::http::Method::GET, &path, None).await;
    refused.refused(400, "invalid_header");
}

#[on_both]
async fn an_unknown_route_is_404(app: TestApp) {
    for path in [
        "/v1",
        "/v1/",
        "/v2/cases",
        "/v1/case",
        "/v1/cases/",
        "/v1/cases/1/2/3/4",
        "/v1/%00",
        "/v1//cases",
        "/V1/cases",
    ] {
        app.as_("workflow-lead").get(path).await.refused(404, "not_found");
    }
}

#[on_both]
async fn an_id_that_is_none_is_404(app: TestApp) {
    for id in [
        "1",
        "not-an-id",
        "%00",
        "..",
        "01990000-0000-7000-8000",
        "'; DROP TABLE referral;--".replace([' ', '\''], "%27").as_str(),
    ] {
        for path in ["referrals", "cases", "students"] {
            app.as_("workflow-lead")
                .get(&format!("/v1/{path}/{id}"))
                .await
                .refused(404, "not_found");
        }
        let decision = format!("/v1/referrals/{id}/decision");
        let body = json!({ "outcome": "accepted" });
        app.as_("workflow-lead").post(&decision, body).await.refused(404, "not_found");
        // Nor is anything said about what was sent there.
        let contact = format!("/v1/cases/{id}/contacts");
        let body = json!({ "party": 5 });
        app.as_("case-manager").post(&contact, body).await.refused(404, "not_found");
        let tasks = format!("/v1/cases/{id}/tasks?limit=0");
        app.as_("case-manager").get(&tasks).await.refused(404, "not_found");
    }
    for path in [
        "/v1/schools/0",
        "/v1/schools/99999",
        "/v1/schools/abc",
        "/v1/catchments/none",
        "/v1/reference-data/none",
        "/v1/calendars/none",
    ] {
        app.as_("workflow-lead").get(path).await.refused(404, "not_found");
    }
}

#[on_both]
async fn a_parameter_is_known_once_and_full(app: TestApp) {
    for list in LISTS {
        for (query, fault) in [
            ("limits=5", "limits unknown_member"),
            ("limit=5&limit=6", "limit repeated"),
            ("limit=", "limit wrong_type"),
            ("limit=0", "limit too_small"),
            ("limit=201", "limit too_large"),
            ("limit=-1", "limit too_small"),
            ("limit=1.5", "limit wrong_type"),
            ("limit=99999999999999999999", "limit wrong_type"),
            ("limit=ten", "limit wrong_type"),
            ("includeTotal=yes", "includeTotal wrong_type"),
            ("includeTotal=", "includeTotal wrong_type"),
            ("cursor=", "cursor pattern"),
            ("cursor=%00", "cursor pattern"),
            ("status=%E2%80%AEx", "status forbidden_character"),
        ] {
            let answer = app.as_("workflow-lead").get(&format!("{list}?{query}")).await;
            answer.refused(422, "invalid_query");
            assert!(answer.faults().contains(&fault.to_owned()), "{list} {query}: {}", answer.text);
        }
        for limit in ["1", "200"] {
            app.as_("workflow-lead").get(&format!("{list}?limit={limit}")).await.expect(200);
        }
    }
}

#[on_both]
async fn an_unknown_parameter_is_named_with_the_likely_one(app: TestApp) {
    let answer = app.as_("workflow-lead").get("/v1/cases?casemanagerid=1&statuss=open").await;
    answer.refused(422, "invalid_query");
    assert_eq!(answer.faults(), ["casemanagerid unknown_member", "statuss unknown_member"]);
    assert!(answer.text.contains("`caseManagerId` is") && answer.text.contains("`status` is"));
}

#[on_both]
async fn all_faults_of_a_query_come_at_once(app: TestApp) {
    let query = "status=lost&kind=&schoolNumber=90011&from=2026-02-30&to=yesterday&limit=0&page=2";
    let answer = app.as_("workflow-lead").get(&format!("/v1/referrals?{query}")).await;
    answer.refused(422, "invalid_query");
    let mut places: Vec<String> =
        answer.faults().iter().map(|fault| fault.split(' ').next().unwrap().to_owned()).collect();
    places.dedup();
    assert_eq!(places, ["from", "kind", "limit", "page", "schoolNumber", "status", "to"]);
}

#[on_both]
async fn the_period_of_a_number_is_a_period(app: TestApp) {
    for (query, fault) in [
        ("level=national", "term required"),
        ("level=galaxy&term=2026-1", "level not_one_of"),
        ("level=national&term=2026-5", "term pattern"),
        ("level=national&term=1999-1", "term unknown"),
        ("level=national&from=2026-02-01", "to required"),
        ("level=national&from=2026-02-01&to=2026-01-01", "to too_small"),
        ("level=national&term=2026-1&from=2026-01-01", "term repeated"),
        ("term=2026-1", "level required"),
    ] {
        let answer = app.as_("ministry-analyst").get(&format!("/v1/measures?{query}")).await;
        answer.refused(422, "invalid_query");
        assert!(answer.faults().contains(&fault.to_owned()), "{query}: {}", answer.text);
    }
    let path =
        "/v1/measures/members?measure=school_contact&withinDays=6&level=national&term=2026-1";
    app.as_("ministry-analyst").get(path).await.refused(422, "invalid_query");
}

#[on_both]
async fn a_cursor_belongs_to_its_caller_its_list_and_its_filters(app: TestApp) {
    for name in ["One", "Two", "Three"] {
        app.submitted(name).await;
    }
    let lead = app.as_("workflow-lead");
    let first = lead.get("/v1/referrals?limit=1&status=submitted").await.expect(200);
    let cursor = first.json["nextCursor"].as_str().unwrap();
    lead.get(&format!("/v1/referrals?limit=1&status=submitted&cursor={cursor}")).await.expect(200);
    lead.get(&format!("/v1/referrals?cursor={cursor}&status=submitted&limit=2")).await.expect(200);
    let changed: String = cursor.chars().rev().collect();
    let cut = &cursor[..cursor.len() - 4];
    for path in [
        format!("/v1/referrals?limit=1&cursor={cursor}"),
        format!("/v1/referrals?limit=1&status=accepted&cursor={cursor}"),
        format!("/v1/cases?limit=1&cursor={cursor}"),
        format!("/v1/referrals?limit=1&status=submitted&cursor={changed}"),
        format!("/v1/referrals?limit=1&status=submitted&cursor={cut}"),
        format!("/v1/referrals?limit=1&status=submitted&cursor={cursor}AAAA"),
        "/v1/referrals?status=submitted&cursor=AAAA".to_owned(),
    ] {
        lead.get(&path).await.refused(422, "invalid_cursor");
    }
    let path = format!("/v1/referrals?limit=1&status=submitted&cursor={cursor}");
    app.as_("attendance-lead").get(&path).await.refused(422, "invalid_cursor");
    app.another_node().await.as_("workflow-lead").get(&path).await.expect(200);
}

#[on_both]
async fn the_link_of_a_page_leads_to_the_next_one(app: TestApp) {
    for name in ["One", "Two", "Three"] {
        app.submitted(name).await;
    }
    let (mut path, mut seen) = (Some("/v1/referrals?limit=1".to_owned()), 0);
    while let Some(here) = path {
        let page = app.as_("workflow-lead").get(&here).await.expect(200);
        seen += page.json["items"].as_array().unwrap().len();
        path = page.header("link").map(|link| {
            let (target, relation) = link.split_once("; ").unwrap();
            assert_eq!(relation, "rel=\"next\"");
            target.trim_matches(['<', '>']).to_owned()
        });
        assert_eq!(path.is_some(), page.json["nextCursor"].is_string());
    }
    assert_eq!(seen, 3);
}
