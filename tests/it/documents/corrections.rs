//! Documents that were shared by mistake, or under a wrong name.

use serde_json::{Value, json};

use super::place;
use crate::given::with;
use crate::support::{Answer, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";
const SCHOOL: [&str; 2] = ["attendance-lead", "primary-contact"];

fn said(visibility: &str) -> Value {
    json!({ "visibility": visibility, "reason": "It names the sister." })
}

async fn correct(app: &TestApp, who: &str, document: &Answer, body: Value) -> Answer {
    app.as_(who).post(&format!("{}/correction", place(document)), body).await
}

async fn told(app: &TestApp, who: &str, case: &str) -> Vec<Value> {
    let path = format!("/v1/cases/{case}/timeline?kind=document&includeTotal=true");
    let listed = app.as_(who).get(&path).await.expect(200);
    let items = listed.json["items"].as_array().expect("items").clone();
    assert_eq!(listed.json["total"], items.len());
    items
}

#[on_both]
async fn what_was_shared_by_mistake_is_gone_for_the_school(app: TestApp) {
    let case = app.followed("Hana").await;
    let (path, list) =
        (format!("/v1/cases/{case}"), format!("/v1/cases/{case}/documents?includeTotal=true"));
    let mut before = Vec::new();
    for who in SCHOOL {
        before.push(app.as_(who).get(&path).await.expect(200));
    }
    let shared = app.uploaded(MANAGER, &case, "shared").await;
    app.set_time("2026-03-16T01:00:00Z");
    let taken_back = correct(&app, MANAGER, &shared, said("private")).await.expect(200);
    assert_eq!(
        (&taken_back.json["visibility"], &taken_back.json["version"]),
        (&json!("private"), &json!(2))
    );
    assert_eq!(taken_back.json["correctionReason"], "It names the sister.");
    for (who, before) in SCHOOL.into_iter().zip(before) {
        let none = app.as_(who).get(&list).await.expect(200);
        assert_eq!((&none.json["items"], &none.json["total"]), (&json!([]), &json!(0)));
        app.as_(who).get(&place(&shared)).await.refused(404, "not_found");
        app.download(who, &shared, &[]).await.refused(404, "not_found");
        correct(&app, who, &shared, said("shared")).await.refused(404, "not_found");
        assert!(told(&app, who, &case).await.is_empty());
        let after = app.as_(who).get(&path).await.expect(200);
        assert_eq!((before.header("etag"), &before.text), (after.header("etag"), &after.text));
    }
    assert_eq!(app.count("event", "kind = 'document.corrected' AND school_id IS NULL").await, 1);
    let of_contact = "kind = 'document.corrected' AND user_id = (SELECT id FROM user_account WHERE subject = 'primary-contact')";
    assert_eq!(app.count("notification", of_contact).await, 0);

    // The provider sees that it was.
    app.download(LEAD, &shared, &[]).await.expect(200);
    let entries = told(&app, LEAD, &case).await;
    assert_eq!(
        (&entries[0]["corrects"], &entries[1]["correctedBy"]),
        (&entries[1]["id"], &entries[0]["id"])
    );
    assert_eq!(
        (&entries[0]["visibility"], &entries[1]["visibility"]),
        (&json!("private"), &json!("shared"))
    );
    let history =
        app.as_(LEAD).get(&format!("{path}/history?recordKind=document")).await.expect(200);
    let items = history.json["items"].as_array().unwrap();
    let seen = items.iter().find(|item| item["field"] == "visibility").expect("who saw it");
    assert_eq!(
        (&seen["from"], &seen["to"], &seen["recordId"]),
        (&json!("shared"), &json!("private"), &shared.json["id"])
    );
    assert_eq!(items.len(), 2);
    let narrow = with(app.claims(LEAD), "/scope", json!("history:read"));
    let history = app
        .with_claims(narrow)
        .get(&format!("{path}/history?recordKind=document"))
        .await
        .expect(200);
    assert_eq!(history.json["items"], json!([]));
}

#[on_both]
async fn a_document_that_is_private_leaves_no_trace_of_its_former_names(app: TestApp) {
    let case = app.followed("Hana").await;
    let shared = app.uploaded(MANAGER, &case, "shared").await;
    let renamed = with(said("shared"), "/name", json!("Sister.bat"));
    let renamed = correct(&app, MANAGER, &shared, renamed).await.expect(200);
    assert_eq!(renamed.json["name"], "Sister.bat.txt");
    let seen = app.as_("attendance-lead").get(&place(&shared)).await.expect(200);
    assert_eq!(
        (&seen.json["name"], &seen.json["correctionReason"]),
        (&json!("Sister.bat.txt"), &Value::Null)
    );
    assert_eq!(told(&app, "attendance-lead", &case).await.len(), 2);
    correct(&app, LEAD, &shared, said("private")).await.expect(200);
    assert!(told(&app, "attendance-lead", &case).await.is_empty());
    assert_eq!(told(&app, LEAD, &case).await.len(), 3);
    // Shared again, it is there again, as it is called now.
    let again = with(said("shared"), "/name", json!("Hui.txt"));
    correct(&app, LEAD, &shared, again).await.expect(200);
    let seen = app.as_("attendance-lead").get(&place(&shared)).await.expect(200);
    assert_eq!(seen.json["name"], "Hui.txt");
    app.download("primary-contact", &shared, &[]).await.expect(200);
    assert_eq!(told(&app, "attendance-lead", &case).await[0]["details"]["name"], "Hui.txt");
}

#[on_both]
async fn whose_the_document_is_or_a_lead_corrects_it(app: TestApp) {
    let case = app.followed("Hana").await;
    let of_manager = app.uploaded(MANAGER, &case, "shared").await;
    correct(&app, "attendance-lead", &of_manager, said("shared"))
        .await
        .refused(409, "not_the_author");
    correct(&app, "workflow-lead-2", &of_manager, said("shared")).await.refused(404, "not_found");
    correct(&app, "office-support", &of_manager, said("shared")).await.refused(403, "role_may_not");
    correct(&app, LEAD, &of_manager, said("private")).await.expect(200);
    // What the lead said is the lead's.
    correct(&app, MANAGER, &of_manager, said("shared")).await.refused(409, "not_the_author");
    let of_school = app.uploaded("attendance-lead", &case, "shared").await;
    let path = with(said("shared"), "/name", json!("../hui.txt"));
    correct(&app, "attendance-lead", &of_school, path).await.refused(422, "file_name_has_path");
    correct(&app, "attendance-lead", &of_school, said("private")).await.refused(403, "only_shared");
    let named = with(said("shared"), "/name", json!("hui.txt"));
    correct(&app, "attendance-lead", &of_school, named).await.expect(200);
    correct(&app, LEAD, &of_school, said("private")).await.expect(200);
    app.as_("attendance-lead").get(&place(&of_school)).await.refused(404, "not_found");
    let elsewhere = app.assigned("Ari").await.1;
    let moved = format!("/v1/cases/{elsewhere}/documents/{}/correction", of_manager.id());
    app.as_(LEAD).post(&moved, said("shared")).await.refused(404, "not_found");
}

#[on_both]
async fn each_correction_leaves_one_of_each(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let shared = app.uploaded(MANAGER, &case, "shared").await;
    let counts = || async {
        (
            app.count("audit_entry", "action = 'documents:upload'").await,
            app.count("event", "subject_kind = 'document'").await,
            app.count("case_entry", "kind = 'document'").await,
        )
    };
    let (audits, events, entries) = counts().await;
    let path = format!("{}/correction", place(&shared));
    let first = app.as_(MANAGER).post_keyed(&path, "one", said("private")).await.expect(200);
    assert_eq!(counts().await, (audits + 1, events + 1, entries + 1));
    let again = app.as_(MANAGER).post_keyed(&path, "one", said("private")).await.expect(200);
    assert_eq!((&first.text, first.header("etag")), (&again.text, again.header("etag")));
    // The retry left an entry of its own: it showed the record again.
    assert_eq!(counts().await, (audits + 2, events + 1, entries + 1));
    app.step(MANAGER, &case, "closure", crate::given::closure()).await.expect(200);
    app.step(LEAD, &case, "closure-approval", json!({})).await.expect(200);
    correct(&app, LEAD, &shared, said("shared")).await.refused(409, "case_closed");
    assert_eq!(app.count("document", "version = 2").await, 1);
}

#[on_both]
async fn what_the_scanner_says_of_a_private_document_is_not_the_schools(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    app.uploaded(MANAGER, &case, "private").await;
    assert_eq!(app.count("event", "kind = 'document.scanned' AND school_id IS NULL").await, 1);
    app.uploaded(MANAGER, &case, "shared").await;
    assert_eq!(app.count("event", "kind = 'document.scanned' AND school_id IS NOT NULL").await, 1);
}
