//! Templates: the Ministry writes, publishes and retires them; providers read what was published.

use serde_json::{Value, json};

use crate::given::with;
use crate::support::{Answer, TestApp, on_both};

mod walks;

const ADMIN: &str = "ministry-admin";

/// The templates that come with the service, by their kind.
pub fn of_kind(kind: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../../crates/server/templates.json"))
        .expect("the templates");
    let all = all.as_array().expect("a list").clone();
    all.into_iter().find(|one| one["kind"] == kind).expect("a template of the kind")
}

/// A short template of a kind: a required text, and figures.
pub fn short(kind: &str, code: &str) -> Value {
    json!({
        "code": code, "templateVersion": 1, "kind": kind, "titleEn": "A short one",
        "titleMi": "He mea poto",
        "sections": [{
            "titleEn": "One", "titleMi": "Tahi",
            "questions": [
                {
                    "key": "words", "promptEn": "Say it.", "promptMi": "Kōrerotia.",
                    "type": "text", "required": true, "maxLength": 100,
                },
                {
                    "key": "staff", "promptEn": "How many?", "promptMi": "Tokohia?",
                    "type": "number", "required": false, "minimum": 1, "maximum": 50,
                },
                {
                    "key": "proof", "promptEn": "Prove it.", "promptMi": "Whakaaturia.",
                    "type": "document", "required": false,
                },
                {
                    "key": "levels", "promptEn": "Levels", "promptMi": "Ngā taumata",
                    "type": "figures", "required": true, "figure": "service_levels",
                },
                {
                    "key": "outcomes", "promptEn": "Outcomes", "promptMi": "Ngā hua",
                    "type": "figures", "required": true, "figure": "outcomes",
                },
                {
                    "key": "fund", "promptEn": "Fund", "promptMi": "Te pūtea",
                    "type": "figures", "required": false, "figure": "fund",
                },
            ],
        }],
    })
}

pub async fn added(app: &TestApp, body: Value) -> Answer {
    app.as_(ADMIN).post("/v1/templates", body).await.expect(201)
}

pub fn path(template: &Answer) -> String {
    format!("/v1/templates/{}", template.id())
}

pub async fn step(app: &TestApp, template: &Answer, step: &str) -> Answer {
    app.as_(ADMIN).post_empty(&format!("{}/{step}", path(template))).await
}

pub async fn published(app: &TestApp, body: Value) -> Answer {
    let draft = added(app, body).await;
    step(app, &draft, "publication").await.expect(200)
}

/// Who of these reads a template, in the list and by its id.
async fn readers(app: &TestApp, template: &Answer) -> Vec<&'static str> {
    let mut reading = Vec::new();
    for one in ["ministry-analyst", "auditor", "workflow-lead", "case-manager", "workflow-lead-2"] {
        let listed = app.as_(one).get("/v1/templates?limit=200").await.expect(200);
        let items = listed.json["items"].as_array().expect("a page");
        let is_listed = items.iter().any(|item| item["id"] == template.json["id"]);
        let read = app.as_(one).get(&path(template)).await;
        assert_eq!(read.status, if is_listed { 200 } else { 404 }, "{one}");
        if is_listed {
            reading.push(one);
        }
    }
    reading
}

#[on_both]
async fn a_draft_is_the_ministrys_alone_and_providers_read_what_was_published(app: TestApp) {
    let draft = added(&app, short("annual", "a-short-one")).await;
    assert_eq!((&draft.json["status"], &draft.json["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(readers(&app, &draft).await, ["ministry-analyst", "auditor"]);
    step(&app, &draft, "publication").await.expect(200);
    assert_eq!(readers(&app, &draft).await.len(), 5);
    let retired = step(&app, &draft, "retirement").await.expect(200);
    assert_eq!(retired.json["status"], "retired");
    assert_eq!(readers(&app, &draft).await.len(), 5);
    for who in ["attendance-lead", "privacy-officer", "reporting-client"] {
        app.as_(who).get("/v1/templates").await.refused(403, "role_may_not");
    }
    for who in ["ministry-analyst", "workflow-lead"] {
        let refused = app.as_(who).post("/v1/templates", short("annual", "another")).await;
        refused.refused(403, "role_may_not");
    }
}

#[on_both]
async fn each_step_is_taken_once_and_from_its_state_alone(app: TestApp) {
    let draft = added(&app, short("annual", "a-short-one")).await;
    step(&app, &draft, "retirement").await.refused(409, "not_in_this_state");
    let read = step(&app, &draft, "publication").await.expect(200);
    step(&app, &draft, "publication").await.refused(409, "not_in_this_state");
    let edit = json!({ "titleEn": "Another title" });
    app.as_(ADMIN).patch(&path(&draft), &read, edit).await.refused(409, "frozen");
    step(&app, &draft, "retirement").await.expect(200);
    step(&app, &draft, "retirement").await.refused(409, "not_in_this_state");
    step(&app, &draft, "publication").await.refused(409, "not_in_this_state");
}

#[on_both]
async fn a_draft_is_changed_and_an_edit_on_an_old_version_is_refused(app: TestApp) {
    let draft = added(&app, short("annual", "a-short-one")).await;
    let admin = app.as_(ADMIN);
    let edit = json!({ "code": "a-long-one", "templateVersion": 7 });
    let changed = admin.patch(&path(&draft), &draft, edit.clone()).await.expect(200);
    assert_eq!(changed.json["content"]["titleEn"], "A short one");
    // The answer to the first call was lost: the same edit again changes nothing more.
    let again = admin.patch(&path(&draft), &draft, edit).await.expect(200);
    assert_eq!(again.text, changed.text);
    let other = json!({ "code": "another" });
    let stale = admin.patch(&path(&draft), &draft, other).await;
    stale.refused(412, "stale");
    assert_eq!(stale.json["conflicts"][0]["pointer"], "/code");
    let found = admin.get("/v1/templates?code=a-long-one&kind=annual&status=draft").await;
    assert_eq!(found.expect(200).json["items"][0]["id"], draft.json["id"]);
    let none = admin.get("/v1/templates?code=a-short-one").await.expect(200);
    assert_eq!(none.json["items"], json!([]));
}

#[on_both]
async fn a_number_of_a_code_is_used_once(app: TestApp) {
    let first = added(&app, short("annual", "a-short-one")).await;
    let again = app.as_(ADMIN).post("/v1/templates", short("annual", "a-short-one")).await;
    assert_eq!((again.status, again.faults()), (422, vec!["/templateVersion taken".to_owned()]));
    let second =
        added(&app, with(short("annual", "a-short-one"), "/templateVersion", json!(2))).await;
    let edit = json!({ "templateVersion": 1 });
    let refused = app.as_(ADMIN).patch(&path(&second), &second, edit).await;
    assert_eq!(refused.faults(), ["/templateVersion taken"]);
    // Its own number is no other's.
    let edit = json!({ "templateVersion": 1, "titleEn": "The first" });
    app.as_(ADMIN).patch(&path(&first), &first, edit).await.expect(200);
}

#[on_both]
async fn every_question_that_does_not_fit_is_named(app: TestApp) {
    let wrong = with(short("annual", "wrong"), "/sections/0/questions/0/minimum", json!(1));
    let wrong = with(wrong, "/sections/0/questions/1/key", json!("words"));
    let wrong = with(wrong, "/sections/0/questions/3/figure", Value::Null);
    let refused = app.as_(ADMIN).post("/v1/templates", wrong).await;
    assert_eq!(
        (refused.status, refused.faults()),
        (
            422,
            vec![
                "/sections/0/questions/0 other_kind".to_owned(),
                "/sections/0/questions/1/key repeated".to_owned(),
                "/sections/0/questions/3/figure required".to_owned(),
            ]
        )
    );
    let empty = with(short("annual", "empty"), "/sections/0/questions", json!([]));
    let refused = app.as_(ADMIN).post("/v1/templates", empty).await;
    assert_eq!(refused.faults(), ["/sections required"]);
    let unknown = with(short("annual", "more"), "/sections/0/questions/0/colour", json!("red"));
    let refused = app.as_(ADMIN).post("/v1/templates", unknown).await;
    assert_eq!(refused.faults(), ["/sections/0/questions/0/colour unknown_member"]);
    assert_eq!(app.count("register_entry", "1 = 1").await, 0);
}

/// One of each kind comes with the service, in both languages.
#[on_both]
async fn the_templates_of_the_service_can_be_published(app: TestApp) {
    let kinds =
        ["termly", "fund", "initiatives", "annual", "plan", "policies", "security", "survey"];
    for kind in kinds {
        let body = of_kind(kind);
        let texts = body.to_string();
        assert_eq!(texts.matches("\"promptEn\"").count(), texts.matches("\"promptMi\"").count());
        assert_eq!(texts.matches("\"labelEn\"").count(), texts.matches("\"labelMi\"").count());
        published(&app, body).await;
    }
    let listed = app.as_("case-manager").get("/v1/templates?status=published").await.expect(200);
    assert_eq!(listed.json["items"].as_array().expect("a page").len(), kinds.len());
}

#[on_both]
async fn a_retry_gets_the_first_answer_and_a_trial_keeps_nothing(app: TestApp) {
    let admin = app.as_(ADMIN);
    let tried = admin.post("/v1/templates?validateOnly=true", short("annual", "tried")).await;
    tried.expect(200);
    assert_eq!(app.count("template", "1 = 1").await, 0);
    let body = short("annual", "a-short-one");
    let first = admin.post_keyed("/v1/templates", "t1", body.clone()).await.expect(201);
    let again = admin.post_keyed("/v1/templates", "t1", body).await.expect(201);
    assert_eq!((again.text, app.count("template", "1 = 1").await), (first.text, 1));
}

#[on_both]
async fn the_database_itself_keeps_a_published_template(app: TestApp) {
    use sea_orm::ConnectionTrait;
    published(&app, short("annual", "a-short-one")).await;
    let db = app.database().await;
    for change in ["content = '{}'", "frozen = FALSE"] {
        let sql = format!("UPDATE register_entry SET {change} WHERE kind = 'template'");
        assert!(db.execute_unprepared(&sql).await.is_err(), "{change}");
    }
    db.close().await.expect("close");
}
