//! Edits of what somebody else may have changed, and reads of what the reader has already.

use actix_web::http::Method;
use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{Answer, TestApp, on_both};

/// A student's and a whānau contact's address, and each as last read.
async fn editable(app: &TestApp) -> Vec<(String, Answer)> {
    let (_, case) = app.assigned("Mahina").await;
    let lead = app.as_("workflow-lead");
    let read = lead.get(&format!("/v1/cases/{case}")).await.expect(200);
    let student = format!("/v1/students/{}", read.json["student"]["id"].as_str().unwrap());
    let hana = json!({ "name": "Hana", "relationship": "parent" });
    let contacts = format!("{student}/whanau-contacts");
    let contact = lead.post(&contacts, hana).await.expect(201).id();
    let contact = format!("{contacts}/{contact}");
    vec![
        (student.clone(), lead.get(&student).await.expect(200)),
        (contact.clone(), lead.get(&contact).await.expect(200)),
    ]
}

async fn get_if_none(app: &TestApp, path: &str, tag: &str) -> Answer {
    let request = TestRequest::get().insert_header(("if-none-match", tag.to_owned()));
    app.as_("workflow-lead").send(request, Method::GET, path, None).await
}

#[on_both]
async fn an_edit_names_the_version_it_was_made_on(app: TestApp) {
    let lead = app.as_("workflow-lead");
    for (path, read) in editable(&app).await {
        let edit = if path.contains("contacts") {
            json!({ "phone": "021 000 0001" })
        } else {
            json!({ "yearLevel": 7 })
        };
        lead.patch_if(&path, None, edit.clone()).await.refused(428, "precondition_required");
        let edited = lead.patch(&path, &read, edit.clone()).await.expect(200);
        assert_ne!(edited.header("etag"), read.header("etag"));
        let other = if path.contains("contacts") {
            json!({ "phone": "021 000 0009" })
        } else {
            json!({ "yearLevel": 9 })
        };
        lead.patch(&path, &read, other).await.refused(412, "stale");
        lead.patch(&path, &edited, edit.clone()).await.expect(200);
        lead.patch_if(&path, Some("*"), edit).await.expect(200);
    }
}

#[on_both]
async fn a_tag_that_never_was_ours_matches_nothing(app: TestApp) {
    let lead = app.as_("workflow-lead");
    for (path, read) in editable(&app).await {
        let good = read.header("etag").unwrap();
        let bare = good.trim_matches('"');
        let weak = format!("W/{good}");
        for tag in [
            "",
            "abc",
            "\"abc\"",
            bare,
            &weak,
            "\"1",
            "1\"",
            "\"1\"",
            "\"\"",
            "\"99.0000\"",
            "\"-1.0000\"",
            "**",
            "\"*\"",
        ] {
            let answer = lead.patch_if(&path, Some(tag), json!({})).await;
            let code = if tag == weak { "weak_if_match" } else { "stale" };
            assert_eq!((answer.status, answer.code()), (412, code), "{tag}: {}", answer.text);
        }
        let kept = lead.get(&path).await.expect(200);
        assert_eq!(kept.header("etag"), Some(good));
    }
}

#[on_both]
async fn of_two_edits_at_once_one_is_told_it_is_stale(app: TestApp) {
    let lead = app.as_("workflow-lead");
    for (path, read) in editable(&app).await {
        let (one, two) =
            tokio::join!(lead.patch(&path, &read, json!({})), lead.patch(&path, &read, json!({})));
        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412], "{path}");
    }
}

#[on_both]
async fn a_reader_who_has_it_gets_304(app: TestApp) {
    let (referral, case) = app.assigned("Marama").await;
    let mut paths: Vec<String> = editable(&app).await.into_iter().map(|(path, _)| path).collect();
    paths.extend([format!("/v1/referrals/{referral}"), format!("/v1/cases/{case}")]);
    paths.extend(
        ["/v1/schools/9001", "/v1/reference-data/barriers", "/v1/catchments/C01"]
            .map(str::to_owned),
    );
    for path in paths {
        let read = app.as_("workflow-lead").get(&path).await.expect(200);
        let tag = read.header("etag").unwrap_or_else(|| panic!("{path}: no tag")).to_owned();
        assert!(tag.starts_with('"') && tag.ends_with('"'), "{path}: {tag} is not strong");
        for held in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let same = get_if_none(&app, &path, &held).await.expect(304);
            assert_eq!(
                (same.text.as_str(), same.header("etag")),
                ("", Some(tag.as_str())),
                "{path} {held}"
            );
        }
        for other in ["\"other\"", "nonsense", ""] {
            get_if_none(&app, &path, other).await.expect(200);
        }
    }
}

#[on_both]
async fn the_tag_changes_with_what_is_shown(app: TestApp) {
    let (_, case) = app.assigned("Kahu").await;
    let path = format!("/v1/cases/{case}");
    let before = app.as_("workflow-lead").get(&path).await.header("etag").unwrap().to_owned();
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    get_if_none(&app, &path, &before).await.expect(200);
}
