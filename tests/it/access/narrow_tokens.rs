//! What a token was made not to read is read by no other way.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::funds;
use crate::given::{self, with};
use crate::support::{Answer, Client, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";
const SCHOOL_LEAD: &str = "attendance-lead";

/// The scopes of records that the timeline tells of, and the kind of their entries.
const OWN_SCOPES: [(&str, &str); 5] = [
    ("contacts:read", "contact"),
    ("casework:read", "task"),
    ("documents:read", "document"),
    ("transfers:read", "transfer"),
    ("needs:read", "need"),
];

fn narrowed<'a>(app: &'a TestApp, who: &str, scope: &str) -> Client<'a> {
    app.with_claims(with(app.claims(who), "/scope", json!(scope)))
}

/// A case with an entry of every kind that has a scope of its own, and some that have none.
async fn case_with_entries(app: &TestApp) -> String {
    let case = app.assigned("Hana").await.1;
    funds::opened(app).await;
    funds::asked(app, &case, 1_000).await;
    app.reached(&case, "school", "2026-03-15T23:00:00Z").await.expect(201);
    app.task(MANAGER, &case).await;
    app.barrier(MANAGER, &case).await;
    app.uploaded(MANAGER, &case, "shared").await.expect(201);
    let note = json!({ "occurredAt": "2026-03-16T00:00:00Z", "visibility": "shared", "comment": "Rang the aunt." });
    app.step(MANAGER, &case, "notes", note).await.expect(201);
    let asked = json!({ "toProviderId": app.world.other_provider, "reason": "The family moved." });
    app.step(LEAD, &case, "transfers", asked).await.expect(201);
    case
}

fn kinds(entries: &Value) -> BTreeSet<String> {
    let entries = entries.as_array().expect("entries").iter();
    entries.map(|entry| entry["kind"].as_str().expect("a kind").to_owned()).collect()
}

fn ids_of(answer: &Answer, kind: &str) -> Vec<String> {
    let items = answer.json["items"].as_array().expect("a list").iter();
    let of_kind = items.filter(|entry| entry["kind"] == kind);
    of_kind.map(|entry| entry["id"].as_str().expect("an id").to_owned()).collect()
}

#[on_both]
async fn a_timeline_tells_of_no_record_that_the_token_was_made_not_to_read(app: TestApp) {
    let case = case_with_entries(&app).await;
    let (file, timeline) = (format!("/v1/cases/{case}"), format!("/v1/cases/{case}/timeline"));
    let whole = app.as_(LEAD).get(&timeline).await.expect(200);
    let all = kinds(&whole.json["items"]);
    for (scope, kind) in OWN_SCOPES {
        assert!(all.contains(kind), "{kind}: {}", whole.text);
        let others = OWN_SCOPES.iter().map(|(other, _)| *other).filter(|other| *other != scope);
        let others = others.collect::<Vec<_>>().join(" ");
        let client = narrowed(&app, LEAD, &format!("cases:read {others}"));
        let mut expected = all.clone();
        expected.remove(kind);
        let read = client.get(&format!("{timeline}?includeTotal=true")).await.expect(200);
        assert_eq!(kinds(&read.json["items"]), expected, "{scope}");
        assert_eq!(read.json["total"], read.json["items"].as_array().unwrap().len(), "{scope}");
        let read = client.get(&file).await.expect(200);
        assert_eq!(kinds(&read.json["recentEntries"]), expected, "{scope}");
        let read = client.get(&format!("{timeline}?kind={kind}")).await.expect(200);
        assert_eq!(read.json["items"], json!([]), "{scope}");
        for id in ids_of(&whole, kind) {
            client.get(&format!("{timeline}/{id}")).await.refused(404, "not_found");
            let wide = narrowed(&app, LEAD, &format!("cases:read {scope}"));
            wide.get(&format!("{timeline}/{id}")).await.expect(200);
        }
        // Nor does the trail say that they were read.
        for id in ids_of(&whole, kind) {
            let narrow = format!(
                "action = 'cases:read' AND subject_id IS NOT NULL AND CAST(further_ids AS text) LIKE '%{id}%'"
            );
            let before = app.count("audit_entry", &narrow).await;
            client.get(&timeline).await.expect(200);
            assert_eq!(app.count("audit_entry", &narrow).await, before, "{scope}");
        }
    }
    let narrow = narrowed(&app, LEAD, "cases:read").get(&timeline).await.expect(200);
    let kept = ["assignment", "barrier", "note", "referral"].map(str::to_owned);
    assert_eq!(kinds(&narrow.json["items"]), BTreeSet::from(kept), "{}", narrow.text);
}

#[on_both]
async fn a_role_that_never_has_a_scope_sees_the_steps_that_it_has_always_seen(app: TestApp) {
    // A case manager never has `transfers:read`, and sees that one was asked for.
    let case = case_with_entries(&app).await;
    let timeline = format!("/v1/cases/{case}/timeline");
    for (who, scope, seen, unseen) in [
        (SCHOOL_LEAD, "cases:read", &["barrier", "note"][..], &["contact", "document"][..]),
        (SCHOOL_LEAD, "cases:read contacts:read", &["note", "contact"], &["document"]),
        (SCHOOL_LEAD, "cases:read documents:read", &["note", "document"], &["contact"]),
        (MANAGER, "cases:read", &["transfer", "note"], &["contact", "task", "document"]),
        (MANAGER, "cases:read casework:read", &["transfer", "task"], &["contact", "document"]),
    ] {
        let read = narrowed(&app, who, scope).get(&timeline).await.expect(200);
        let kinds = kinds(&read.json["items"]);
        assert!(seen.iter().all(|kind| kinds.contains(*kind)), "{who} {scope}: {}", read.text);
        assert!(!unseen.iter().any(|kind| kinds.contains(*kind)), "{who} {scope}: {}", read.text);
    }
}

#[on_both]
async fn the_answer_to_a_step_tells_of_none_either_nor_does_one_that_was_kept(app: TestApp) {
    let case = case_with_entries(&app).await;
    let pause = format!("/v1/cases/{case}/pause");
    let first = app.as_(LEAD).post_keyed(&pause, "pause", given::pause()).await.expect(200);
    assert!(kinds(&first.json["recentEntries"]).contains("contact"), "{}", first.text);
    let narrow = narrowed(&app, LEAD, "casework:write");
    narrow.post_keyed(&pause, "pause", given::pause()).await.refused(404, "not_found");
    let scopes = OWN_SCOPES.map(|(scope, _)| scope).join(" ");
    let wide = narrowed(&app, LEAD, &format!("casework:write {scopes}"));
    let again = wide.post_keyed(&pause, "pause", given::pause()).await.expect(200);
    assert_eq!(again.text, first.text);
    let resumption = format!("/v1/cases/{case}/resumption");
    let resumed = narrow.post_keyed(&resumption, "resumption", json!({})).await.expect(200);
    let shown = kinds(&resumed.json["recentEntries"]);
    assert!(shown.contains("resumption") && shown.contains("note"), "{}", resumed.text);
    for (_, kind) in OWN_SCOPES {
        assert!(!shown.contains(kind), "{}", resumed.text);
    }
    // What showed nothing beside the step is given again to either token.
    for client in [&narrow, &wide] {
        let again = client.post_keyed(&resumption, "resumption", json!({})).await.expect(200);
        assert_eq!(again.text, resumed.text);
    }
}
