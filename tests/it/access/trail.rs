//! What every call leaves behind: who read, who changed, who was refused.

use actix_web::http::Method;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::given::{self, with};
use crate::support::{Answer, On, TestApp, on_both};

/// An entry of the audit trail, as far as the tests ask.
#[derive(Debug)]
struct Entry {
    caller: Option<Uuid>,
    role: Option<String>,
    action: String,
    decision: String,
    rule: Option<String>,
    subject: (String, Option<Uuid>),
    further: Vec<Value>,
    request: Option<Uuid>,
}

impl Entry {
    fn names(&self, id: &str) -> bool {
        let subject = self.subject.1.map(|id| id.to_string());
        subject.as_deref() == Some(id) || self.further.iter().any(|further| further == id)
    }
}

/// A text without the identifiers in it.
fn without_ids(text: &str) -> String {
    let mut text = text.to_owned();
    while let Some(start) = text.char_indices().map(|(at, _)| at).find(|at| id_at(&text, *at)) {
        text.replace_range(start..start + ID_LENGTH, "");
    }
    text
}

const ID_LENGTH: usize = 36;

fn id_at(text: &str, at: usize) -> bool {
    text.get(at..at + ID_LENGTH).is_some_and(|part| Uuid::parse_str(part).is_ok())
}

#[test]
fn identifiers_are_taken_out_and_nothing_else() {
    let id = "01a20483-f9c3-7180-9081-31201364eafc";
    assert_eq!(without_ids(&format!("born 2013, known as {id}, {id}.")), "born 2013, known as , .");
}

/// A mark in both books, to read on from.
struct Mark {
    audit: i64,
    event: i64,
}

async fn mark(app: &TestApp) -> Mark {
    Mark {
        audit: app.count("audit_entry", "1 = 1").await,
        event: app.count("event", "1 = 1").await,
    }
}

/// The entries since a mark.
async fn entries(app: &TestApp, since: &Mark) -> Vec<Entry> {
    let db = app.database().await;
    let sql = format!("SELECT * FROM audit_entry ORDER BY id LIMIT 1000 OFFSET {}", since.audit);
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.expect("the trail");
    db.close().await.expect("close");
    let entry = |row: &sea_orm::QueryResult| {
        let further = row.try_get::<Option<Value>>("", "further_ids").expect("ids");
        Entry {
            caller: row.try_get("", "caller_id").expect("a caller"),
            role: row.try_get("", "role").expect("a role"),
            action: row.try_get("", "action").expect("an action"),
            decision: row.try_get("", "decision").expect("a decision"),
            rule: row.try_get("", "rule").expect("a rule"),
            subject: (
                row.try_get("", "subject_kind").expect("a kind"),
                row.try_get("", "subject_id").expect("a subject"),
            ),
            further: further.and_then(|ids| ids.as_array().cloned()).unwrap_or_default(),
            request: row.try_get("", "request_id").expect("a request"),
        }
    };
    rows.iter().map(entry).collect()
}

async fn events(app: &TestApp, since: &Mark) -> Vec<(String, String)> {
    let db = app.database().await;
    let sql = format!("SELECT * FROM event ORDER BY id LIMIT 1000 OFFSET {}", since.event);
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.expect("the events");
    db.close().await.expect("close");
    let each = rows.iter().map(|row| {
        let subject: Uuid = row.try_get("", "subject_id").expect("a subject");
        (row.try_get("", "kind").expect("a kind"), subject.to_string())
    });
    each.collect()
}

fn of_request(entry: &Entry, answer: &Answer) {
    let id = answer.header("request-id").expect("an id");
    assert_eq!(entry.request.map(|id| id.to_string()).as_deref(), Some(id), "{entry:?}");
}

/// Rows to read: of an assigned case.
struct Stage {
    referral: String,
    case: String,
    student: String,
    contact: String,
    whanau_contact: String,
}

async fn stage(app: &TestApp) -> Stage {
    let (referral, case) = app.assigned("Tui").await;
    let lead = app.as_("workflow-lead");
    let read = lead.get(&format!("/v1/cases/{case}")).await.expect(200);
    let student = read.json["student"]["id"].as_str().unwrap().to_owned();
    let contact = app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201).id();
    let hana = json!({ "name": "Hana", "relationship": "parent" });
    let path = format!("/v1/students/{student}/whanau-contacts");
    let whanau_contact = lead.post(&path, hana).await.expect(201).id();
    Stage { referral, case, student, contact, whanau_contact }
}

/// Every read of a file: the path, what the entry is about, and the ids that it names.
fn reads(stage: &Stage) -> Vec<(String, &'static str, Vec<String>)> {
    let Stage { referral, case, student, contact, whanau_contact } = stage;
    let ids = |ids: &[&String]| ids.iter().map(|id| (*id).clone()).collect::<Vec<String>>();
    let contacts = format!("/v1/students/{student}/whanau-contacts");
    vec![
        (format!("/v1/students/{student}"), "student", ids(&[student])),
        (contacts.clone(), "student", ids(&[student, whanau_contact])),
        (format!("{contacts}/{whanau_contact}"), "student", ids(&[student, whanau_contact])),
        (format!("/v1/referrals/{referral}"), "referral", ids(&[referral, student])),
        ("/v1/referrals".to_owned(), "referral", ids(&[referral])),
        (format!("/v1/cases/{case}"), "case", ids(&[case, student])),
        ("/v1/cases".to_owned(), "case", ids(&[case])),
        (format!("/v1/cases/{case}/contacts"), "case", ids(&[case, contact])),
        (format!("/v1/cases/{case}/contacts/{contact}"), "case", ids(&[case, contact])),
    ]
}

#[on_both]
async fn every_read_of_a_file_leaves_one_entry_with_its_ids(app: TestApp) {
    let stage = stage(&app).await;
    for (path, kind, ids) in reads(&stage) {
        let before = mark(&app).await;
        let read = app.as_("case-manager").get(&path).await.expect(200);
        let entries = entries(&app, &before).await;
        assert_eq!(entries.len(), 1, "{path}: {entries:?}");
        let entry = &entries[0];
        assert_eq!(
            (entry.decision.as_str(), entry.subject.0.as_str()),
            ("allowed", kind),
            "{path}"
        );
        assert_eq!(entry.caller, Some(app.world.case_manager.0), "{path}");
        assert_eq!(entry.role.as_deref(), Some("case_manager"), "{path}");
        assert!(ids.iter().all(|id| entry.names(id)), "{path}: {ids:?} in {entry:?}");
        of_request(entry, &read);
        assert!(events(&app, &before).await.is_empty(), "{path}");
    }
}

#[on_both]
async fn a_search_leaves_whom_it_found(app: TestApp) {
    let stage = stage(&app).await;
    let before = mark(&app).await;
    let born = json!({ "birthDate": "2013-05-06" });
    app.as_("case-manager").post("/v1/students/search", born).await.expect(200);
    let entries = entries(&app, &before).await;
    assert_eq!(entries.len(), 1);
    assert!(entries[0].names(&stage.student) && entries[0].action == "students:search");
}

#[on_both]
async fn a_read_that_the_reader_has_already_leaves_its_entry_too(app: TestApp) {
    let stage = stage(&app).await;
    let path = format!("/v1/cases/{}", stage.case);
    let etag = app.as_("case-manager").get(&path).await.header("etag").unwrap().to_owned();
    let before = mark(&app).await;
    let request = actix_web::test::TestRequest::get().insert_header(("if-none-match", etag));
    app.as_("case-manager").send(request, Method::GET, &path, None).await.expect(304);
    assert_eq!(entries(&app, &before).await.len(), 1);
}

#[on_both]
async fn every_change_leaves_one_entry_and_one_event(app: TestApp) {
    let stage = stage(&app).await;
    let Stage { case, student, whanau_contact, .. } = &stage;
    let reached = json!({ "party": "student", "channel": "phone", "outcome": "reached", "occurredAt": "2026-03-15T23:00:00Z" });
    let contacts = format!("/v1/students/{student}/whanau-contacts");
    for (method, who, path, body, event) in [
        (
            Method::POST,
            "office-support",
            "/v1/referrals".to_owned(),
            given::referral("New"),
            "referral.submitted",
        ),
        (
            Method::POST,
            "case-manager",
            format!("/v1/cases/{case}/contacts"),
            reached,
            "contact.logged",
        ),
        (
            Method::PATCH,
            "case-manager",
            format!("/v1/students/{student}"),
            json!({ "yearLevel": 9 }),
            "student.changed",
        ),
        (
            Method::POST,
            "case-manager",
            contacts.clone(),
            json!({ "name": "Mere", "relationship": "parent" }),
            "whanau_contact.added",
        ),
        (
            Method::PATCH,
            "case-manager",
            format!("{contacts}/{whanau_contact}"),
            json!({ "phone": "021 000 0003" }),
            "whanau_contact.changed",
        ),
    ] {
        let before = mark(&app).await;
        let changed = app.as_(who).call(method, &path, Some(body)).await;
        assert!(changed.status < 300, "{path}: {}", changed.text);
        let (entries, events) = (entries(&app, &before).await, events(&app, &before).await);
        assert_eq!((entries.len(), events.len()), (1, 1), "{path}: {entries:?} {events:?}");
        assert_eq!(entries[0].decision, "allowed", "{path}");
        of_request(&entries[0], &changed);
        assert_eq!(events, [(event.to_owned(), changed.id())], "{path}");
        assert!(entries[0].names(&changed.id()), "{path}: {entries:?}");
    }
}

#[on_both]
async fn deciding_leaves_an_entry_and_an_event_for_each_record_it_changes(app: TestApp) {
    let referral = app.submitted("Kea").await.id();
    let before = mark(&app).await;
    let accepted = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = accepted.json["caseId"].as_str().unwrap().to_owned();
    let entries = entries(&app, &before).await;
    assert_eq!(entries.len(), 2, "{entries:?}");
    entries.iter().for_each(|entry| of_request(entry, &accepted));
    let expected =
        [("case.opened".to_owned(), case.clone()), ("referral.decided".to_owned(), referral)];
    assert_eq!(events(&app, &before).await, expected);

    let before = mark(&app).await;
    let to = json!({ "caseManagerId": app.world.case_manager });
    let path = format!("/v1/cases/{case}/assignment");
    app.as_("workflow-lead").post(&path, to).await.expect(200);
    assert_eq!(self::entries(&app, &before).await.len(), 1);
    assert_eq!(events(&app, &before).await, [("case.assigned".to_owned(), case)]);
}

#[on_both]
async fn what_is_not_kept_leaves_no_change(app: TestApp) {
    let (referral, _) = app.accepted("Weka").await;
    let before = mark(&app).await;
    let bad = with(given::referral("Nobody"), "/schoolNumber", json!("9998"));
    app.as_("office-support").post("/v1/referrals", bad).await.expect(422);
    app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(409);
    // The student meant by the second is in the trail: the refusal tells something of them.
    let refused = entries(&app, &before).await;
    assert_eq!(refused.len(), 1, "{refused:?}");
    let before = mark(&app).await;
    let path = "/v1/referrals?validateOnly=true";
    let checked = app.as_("office-support").post(path, given::referral("Nobody")).await.expect(200);
    let entries = entries(&app, &before).await;
    assert_eq!(entries.len(), 1, "what was shown is traced: {entries:?}");
    of_request(&entries[0], &checked);
    assert!(events(&app, &before).await.is_empty());
}

#[on_both]
async fn every_denial_leaves_one_entry_with_its_rule(app: TestApp) {
    let (referral, case) = app.accepted("Ruru").await;
    let foreign = format!("/v1/cases/{case}");
    let absent = "/v1/cases/01990000-0000-7000-8000-0000000000ff".to_owned();
    let cases = "/v1/cases".to_owned();
    let out_of_reach = with(given::referral("Far"), "/schoolNumber", json!(given::OTHER_SCHOOL));
    let decision = format!("/v1/referrals/{referral}/decision");
    for (who, path, body, code) in [
        ("workflow-lead-2", foreign.clone(), None, "not_found"),
        ("workflow-lead", absent, None, "not_found"),
        ("office-support", foreign, None, "role_may_not"),
        ("auditor", cases.clone(), None, "role_may_not"),
        ("untrained", cases.clone(), None, "training_required"),
        ("disabled", cases, None, "account_disabled"),
        ("office-support", "/v1/referrals".to_owned(), Some(out_of_reach), "school_out_of_reach"),
        ("workflow-lead-2", decision, Some(json!({ "outcome": "accepted" })), "not_found"),
    ] {
        let before = mark(&app).await;
        let method = if body.is_some() { Method::POST } else { Method::GET };
        let refused = app.as_(who).call(method, &path, body).await;
        assert_eq!(refused.code(), code, "{who} {path}");
        let entries = entries(&app, &before).await;
        assert_eq!(entries.len(), 1, "{who} {path}: {entries:?}");
        let entry = &entries[0];
        assert_eq!(
            (entry.decision.as_str(), entry.rule.as_deref()),
            ("denied", Some(code)),
            "{who} {path}"
        );
        assert!(entry.caller.is_some(), "{who} {path}");
        of_request(entry, &refused);
        assert!(events(&app, &before).await.is_empty(), "{who} {path}");
    }
}

#[on_both]
async fn a_scope_that_is_too_narrow_is_a_denial_too(app: TestApp) {
    let before = mark(&app).await;
    let claims = with(app.claims("workflow-lead"), "/scope", json!("schools:none"));
    app.with_claims(claims).get("/v1/cases").await.refused(403, "insufficient_scope");
    let entries = entries(&app, &before).await;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].rule.as_deref(), Some("insufficient_scope"));
}

#[on_both]
async fn nobody_changes_or_deletes_the_trail(app: TestApp) {
    app.assigned("Kaka").await;
    let db = app.database().await;
    let mut attempts = vec![
        "UPDATE audit_entry SET decision = 'denied'",
        "DELETE FROM audit_entry",
        "UPDATE event SET kind = 'nothing.happened'",
        "DELETE FROM event",
        "UPDATE field_change SET field = 'nothing'",
        "DELETE FROM field_change",
    ];
    if app.on == On::Postgres {
        attempts.extend(["TRUNCATE audit_entry", "TRUNCATE event", "TRUNCATE field_change"]);
    }
    for sql in attempts {
        let refused = db.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(refused.contains("append-only table"), "{sql}: {refused}");
    }
    db.close().await.expect("close");
    assert!(app.count("audit_entry", "decision = 'allowed'").await > 0);
}

#[on_both]
async fn the_trail_has_ids_and_no_words(app: TestApp) {
    let stage = stage(&app).await;
    app.as_("case-manager").get(&format!("/v1/students/{}", stage.student)).await.expect(200);
    let before = Mark { audit: 0, event: 0 };
    for entry in entries(&app, &before).await {
        // An identifier has letters and digits of its own, by chance those of a year of birth.
        let text = without_ids(&format!("{entry:?}"));
        for word in ["Tui", "Hana", "Example", "2013", "Mondays"] {
            assert!(!text.contains(word), "{word} in {text}");
        }
    }
}
