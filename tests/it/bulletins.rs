//! Bulletins: the Ministry writes, publishes and withdraws them; those to whom they are addressed read them.

use std::sync::Arc;

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_domain::access::Role;
use ascms_domain::ids::UserId;
use ascms_domain::organisations::AccountStatus;
use ascms_http::documents::scanner::NoScanner;
use ascms_persistence::rows::{appointment, user_account};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::documents::raw;
use crate::given::with;
use crate::support::{Answer, ISSUER, TestApp, on_both};

const ADMIN: &str = "ministry-admin";
const SECOND: &str = "ministry-admin-b";

pub fn newsletter() -> Value {
    json!({
        "kind": "newsletter",
        "titleEn": "Term 2 begins",
        "titleMi": "Ka tīmata te wāhanga 2",
        "body": "Kia ora. Read **this**.",
        "audience": {},
        "validFrom": "2026-03-16",
    })
}

fn of(kind: &str) -> Value {
    with(newsletter(), "/kind", json!(kind))
}

pub fn key_date(day: &str) -> Value {
    with(of("key_date"), "/date", json!(day))
}

fn to(audience: Value) -> Value {
    with(newsletter(), "/audience", audience)
}

pub async fn second_admin(app: &TestApp) {
    let person = user_account::Model {
        id: UserId::generate(),
        issuer: ISSUER.into(),
        subject: SECOND.into(),
        name: "ministry admin b".into(),
        email: None,
        status: AccountStatus::Active,
        training_completed_on: None,
    };
    let row = appointment::Model {
        id: Uuid::now_v7(),
        user_id: Some(person.id),
        client_id: None,
        role: Role::MinistryAdmin,
        organisation_id: None,
        school_id: None,
        provider_id: None,
        starts_on: "2024-01-01".parse().expect("a day"),
        ends_on: None,
    };
    app.state.store().add_user(person).await.expect("a person");
    app.state.store().appoint(row).await.expect("a role");
}

pub async fn added(app: &TestApp, body: Value) -> Answer {
    app.as_(ADMIN).post("/v1/bulletins", body).await.expect(201)
}

fn path(bulletin: &Answer) -> String {
    format!("/v1/bulletins/{}", bulletin.id())
}

async fn publish(app: &TestApp, who: &str, bulletin: &Answer) -> Answer {
    app.as_(who).post_empty(&format!("{}/publication", path(bulletin))).await
}

async fn withdraw(app: &TestApp, bulletin: &Answer) -> Answer {
    let body = json!({ "comment": "It named the wrong day." });
    app.as_(ADMIN).post(&format!("{}/withdrawal", path(bulletin)), body).await
}

pub async fn published(app: &TestApp, body: Value) -> Answer {
    let draft = added(app, body).await;
    publish(app, ADMIN, &draft).await.expect(200)
}

/// Who of these reads a bulletin: it is in their list, and it is there by its id.
async fn readers<'a>(app: &TestApp, bulletin: &Answer, who: &[&'a str]) -> Vec<&'a str> {
    let mut reading = Vec::new();
    for one in who {
        let listed = app.as_(one).get("/v1/bulletins").await.expect(200);
        let ids = listed.json["items"].as_array().expect("a page").iter();
        let is_listed = ids.clone().any(|item| item["id"] == bulletin.json["id"]);
        let read = app.as_(one).get(&path(bulletin)).await;
        assert_eq!(read.status, if is_listed { 200 } else { 404 }, "{one}");
        if is_listed {
            reading.push(*one);
        }
    }
    reading
}

const EVERYBODY: &[&str] = &[
    "workflow-lead",
    "case-manager",
    "workflow-lead-2",
    "attendance-lead",
    "primary-contact",
    "office-support",
    "privacy-officer",
    "auditor",
    "sms-client",
];

#[on_both]
async fn a_draft_is_the_ministrys_alone_until_it_is_published(app: TestApp) {
    let draft = added(&app, newsletter()).await;
    assert_eq!((&draft.json["status"], &draft.json["version"]), (&json!("draft"), &json!(1)));
    assert_eq!(draft.json["addedByName"], "ministry admin");
    assert_eq!(draft.header("location"), Some(path(&draft).as_str()));
    assert_eq!(readers(&app, &draft, EVERYBODY).await, [""; 0]);
    assert_eq!(readers(&app, &draft, &[ADMIN, "ministry-analyst"]).await.len(), 2);
    let published = publish(&app, ADMIN, &draft).await.expect(200);
    assert_eq!(
        (&published.json["status"], &published.json["version"]),
        (&json!("published"), &json!(2))
    );
    assert_eq!(readers(&app, &draft, EVERYBODY).await, EVERYBODY);
    let read = app.as_("case-manager").get(&path(&draft)).await.expect(200);
    assert_eq!((read.header("etag"), &read.text), (published.header("etag"), &published.text));
    let withdrawn = withdraw(&app, &draft).await.expect(200);
    assert_eq!(withdrawn.json["comment"], "It named the wrong day.");
    assert_eq!(readers(&app, &draft, EVERYBODY).await, [""; 0]);
    let listed =
        app.as_("ministry-analyst").get("/v1/bulletins?status=withdrawn").await.expect(200);
    assert_eq!(listed.json["items"][0]["id"], draft.json["id"]);
}

#[on_both]
async fn each_step_is_taken_once_and_from_its_state_alone(app: TestApp) {
    let draft = added(&app, newsletter()).await;
    withdraw(&app, &draft).await.refused(409, "not_in_this_state");
    publish(&app, ADMIN, &draft).await.expect(200);
    publish(&app, ADMIN, &draft).await.refused(409, "not_in_this_state");
    let read = app.as_(ADMIN).get(&path(&draft)).await.expect(200);
    let edit = json!({ "titleEn": "Term 3 begins" });
    app.as_(ADMIN).patch(&path(&draft), &read, edit).await.refused(409, "frozen");
    withdraw(&app, &draft).await.expect(200);
    withdraw(&app, &draft).await.refused(409, "not_in_this_state");
    publish(&app, ADMIN, &draft).await.refused(409, "not_in_this_state");
}

#[on_both]
async fn nobody_but_the_ministrys_administrators_writes_bulletins(app: TestApp) {
    let draft = added(&app, newsletter()).await;
    for who in ["ministry-analyst", "workflow-lead", "attendance-lead", "sms-client"] {
        let client = app.as_(who);
        client.post_keyed("/v1/bulletins", "b1", newsletter()).await.refused(403, "role_may_not");
        let step = format!("{}/publication", path(&draft));
        client.post_keyed(&step, "b2", json!({})).await.refused(403, "role_may_not");
    }
    app.nobody().get("/v1/bulletins").await.refused(401, "unauthenticated");
}

#[on_both]
async fn a_bulletin_reaches_those_in_every_list_of_its_audience(app: TestApp) {
    for (audience, expected) in [
        (json!({ "roles": ["case_manager", "auditor"] }), &["case-manager", "auditor"][..]),
        (
            json!({ "organisationKinds": ["school"] }),
            &["attendance-lead", "primary-contact", "office-support"],
        ),
        (
            json!({ "organisationKinds": ["catchment_provider"], "roles": ["workflow_lead"] }),
            &["workflow-lead", "workflow-lead-2"],
        ),
        (json!({ "organisationKinds": ["sms_vendor"] }), &["sms-client"]),
        (json!({ "organisationKinds": ["ministry"] }), &["privacy-officer", "auditor"]),
        (json!({ "organisationKinds": ["in_school_provider"] }), &[]),
        (json!({ "organisationKinds": ["school"], "roles": ["workflow_lead"] }), &[]),
    ] {
        let bulletin = published(&app, to(audience.clone())).await;
        assert_eq!(readers(&app, &bulletin, EVERYBODY).await, expected, "{audience}");
    }
}

#[on_both]
async fn a_bulletin_reaches_the_providers_and_schools_of_a_catchment(app: TestApp) {
    let listed = app.as_(ADMIN).get("/v1/catchments").await.expect(200);
    let first = &listed.json["items"][0];
    let of_first =
        ["workflow-lead", "case-manager", "attendance-lead", "primary-contact", "office-support"];
    let bulletin = published(&app, to(json!({ "catchments": [first["code"]] }))).await;
    assert_eq!(readers(&app, &bulletin, EVERYBODY).await, of_first);
    let region = first["educationRegion"].clone();
    let by_region = published(&app, to(json!({ "educationRegions": [region] }))).await;
    let expected = if region.is_null() { EVERYBODY } else { &of_first };
    assert_eq!(readers(&app, &by_region, EVERYBODY).await, expected);
}

#[on_both]
async fn what_an_audience_names_has_to_exist(app: TestApp) {
    for (audience, fault) in [
        (json!({ "catchments": ["NOWHERE"] }), "/audience/catchments unknown"),
        (json!({ "educationRegions": ["Atlantis"] }), "/audience/educationRegions unknown"),
        (json!({ "roles": ["king"] }), "/audience/roles/0 not_one_of"),
        (json!({ "people": [] }), "/audience/people unknown_member"),
    ] {
        let refused = app.as_(ADMIN).post("/v1/bulletins", to(audience)).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]));
    }
    assert_eq!(app.count("register_entry", "1 = 1").await, 0);
}

#[on_both]
async fn a_bulletin_is_read_from_its_first_day_on(app: TestApp) {
    let bulletin = published(&app, with(newsletter(), "/validFrom", json!("2026-03-18"))).await;
    assert_eq!(readers(&app, &bulletin, &["case-manager"]).await, [""; 0]);
    // Midnight in New Zealand.
    app.set_time("2026-03-17T10:59:59Z");
    assert_eq!(readers(&app, &bulletin, &["case-manager"]).await, [""; 0]);
    app.set_time("2026-03-17T11:00:00Z");
    assert_eq!(readers(&app, &bulletin, &["case-manager"]).await, ["case-manager"]);
}

#[on_both]
async fn the_members_of_a_bulletin_fit_each_other(app: TestApp) {
    for (body, fault) in [
        (of("key_date"), "/date required"),
        (with(newsletter(), "/date", json!("2026-05-01")), "/date other_kind"),
        (with(newsletter(), "/validTo", json!("2026-03-15")), "/validTo too_small"),
        (with(newsletter(), "/body", json!("<script>alert(1)</script>")), "/body has_html"),
        (with(newsletter(), "/body", json!("[x](javascript:alert(1))")), "/body link_not_allowed"),
        (with(newsletter(), "/body", json!(" ")), "/body blank"),
        (with(newsletter(), "/body", json!("a".repeat(20_001))), "/body too_long"),
        (with(newsletter(), "/replaces", json!(Uuid::now_v7())), "/replaces unknown"),
    ] {
        let refused = app.as_(ADMIN).post("/v1/bulletins", body).await;
        assert_eq!((refused.status, refused.faults()), (422, vec![fault.to_owned()]));
    }
    assert_eq!(app.count("register_entry", "1 = 1").await, 0);
    let tried = app.as_(ADMIN).post("/v1/bulletins?validateOnly=true", newsletter()).await;
    tried.expect(200);
    assert_eq!(app.count("register_entry", "1 = 1").await, 0);
}

#[on_both]
async fn a_draft_is_changed_member_by_member(app: TestApp) {
    let draft = added(&app, to(json!({ "roles": ["case_manager"] }))).await;
    let admin = app.as_(ADMIN);
    admin.patch_if(&path(&draft), None, json!({})).await.refused(428, "precondition_required");
    let edit = json!({ "titleMi": null, "audience": { "roles": ["workflow_lead"] } });
    let changed = admin.patch(&path(&draft), &draft, edit.clone()).await.expect(200);
    assert_eq!(
        (&changed.json["content"]["titleMi"], &changed.json["version"]),
        (&Value::Null, &json!(2))
    );
    assert_eq!(changed.json["content"]["body"], draft.json["content"]["body"]);
    // The answer to the first call was lost: the same edit again changes nothing more.
    let again = admin.patch(&path(&draft), &draft, edit).await.expect(200);
    assert_eq!(again.text, changed.text);
    let other = admin.patch(&path(&draft), &draft, json!({ "titleMi": "Pānui" })).await;
    other.refused(412, "stale");
    assert_eq!(other.json["conflicts"][0]["pointer"], "/titleMi");
    publish(&app, ADMIN, &draft).await.expect(200);
    let reading = readers(&app, &draft, &["case-manager", "workflow-lead"]).await;
    assert_eq!(reading, ["workflow-lead"]);
}

#[on_both]
async fn what_binds_is_published_by_a_second_person(app: TestApp) {
    second_admin(&app).await;
    for kind in ["guidance", "code_of_conduct"] {
        let draft = added(&app, of(kind)).await;
        publish(&app, ADMIN, &draft).await.refused(409, "own_decision");
        publish(&app, SECOND, &draft).await.expect(200);
        // The person who edited it last prepared it, whoever began it.
        let draft = added(&app, of(kind)).await;
        let edit = json!({ "titleEn": "Other words" });
        app.as_(SECOND).patch(&path(&draft), &draft, edit).await.expect(200);
        publish(&app, SECOND, &draft).await.refused(409, "own_decision");
        publish(&app, ADMIN, &draft).await.expect(200);
    }
    for body in [newsletter(), key_date("2026-05-01")] {
        published(&app, body).await;
    }
}

#[on_both]
async fn a_key_date_is_due_until_it_is_withdrawn(app: TestApp) {
    let open = "outcome IS NULL AND kind = 'key_date' AND due_on = '2026-05-01'";
    let draft = added(&app, key_date("2026-05-01")).await;
    assert_eq!(app.count("duty", "1 = 1").await, 0);
    publish(&app, ADMIN, &draft).await.expect(200);
    assert_eq!(app.count("duty", open).await, 1);
    withdraw(&app, &draft).await.expect(200);
    assert_eq!(app.count("duty", open).await, 0);
    assert_eq!(app.count("duty", "outcome = 'lapsed' AND outcome_by IS NOT NULL").await, 1);
    published(&app, newsletter()).await;
    assert_eq!(app.count("duty", "1 = 1").await, 1);
}

#[on_both]
async fn the_bulletin_that_is_replaced_is_withdrawn(app: TestApp) {
    let old = published(&app, newsletter()).await;
    let new = added(&app, with(newsletter(), "/replaces", old.json["id"].clone())).await;
    assert_eq!(readers(&app, &old, &["case-manager"]).await, ["case-manager"]);
    publish(&app, ADMIN, &new).await.expect(200);
    assert_eq!(readers(&app, &old, &["case-manager"]).await, [""; 0]);
    let read = app.as_(ADMIN).get(&path(&old)).await.expect(200);
    assert_eq!((&read.json["status"], &read.json["comment"]), (&json!("withdrawn"), &Value::Null));
    // One that was withdrawn meanwhile is replaced by nothing.
    let third = added(&app, with(newsletter(), "/replaces", new.json["id"].clone())).await;
    withdraw(&app, &new).await.expect(200);
    let refused = publish(&app, ADMIN, &third).await;
    assert_eq!(refused.faults(), ["/replaces unknown"]);
    let draft = added(&app, newsletter()).await;
    let of_draft = with(newsletter(), "/replaces", draft.json["id"].clone());
    let refused = app.as_(ADMIN).post("/v1/bulletins", of_draft).await;
    assert_eq!(refused.faults(), ["/replaces unknown"]);
}

async fn upload(app: &TestApp, bulletin: &Answer, name: &str, key: &str) -> Answer {
    let request = TestRequest::default().insert_header(("idempotency-key", key));
    let to = format!("{}/documents/raw?name={name}", path(bulletin));
    app.as_(ADMIN).send_as_is(raw(request, b"Key dates of the year."), Method::POST, &to).await
}

/// The ids of a bulletin for everybody, and of its document.
pub async fn published_with_document(app: &TestApp) -> (String, String) {
    let draft = added(app, newsletter()).await;
    let document = upload(app, &draft, "dates.txt", "published with document").await.expect(201);
    publish(app, ADMIN, &draft).await.expect(200);
    (draft.id(), document.id())
}

#[on_both]
async fn the_documents_of_a_bulletin_are_read_by_its_audience(app: TestApp) {
    let draft = added(&app, to(json!({ "roles": ["case_manager"] }))).await;
    let document = upload(&app, &draft, "dates.txt", "d1").await.expect(201);
    let again = upload(&app, &draft, "dates.txt", "d1").await.expect(201);
    assert_eq!(again.text, document.text);
    let content = format!("{}/documents/{}/content", path(&draft), document.id());
    assert_eq!(document.header("location"), Some(content.as_str()));
    app.as_("case-manager").get(&content).await.refused(404, "not_found");
    let published = publish(&app, ADMIN, &draft).await.expect(200);
    assert_eq!(published.json["documents"][0]["name"], "dates.txt");
    let read = app.as_("case-manager").get(&content).await.expect(200);
    assert_eq!(read.text, "Key dates of the year.");
    app.as_("workflow-lead").get(&content).await.refused(404, "not_found");
    upload(&app, &draft, "more.txt", "d2").await.refused(409, "frozen");
    let other = added(&app, newsletter()).await;
    let elsewhere = format!("{}/documents/{}/content", path(&other), document.id());
    app.as_(ADMIN).get(&elsewhere).await.refused(404, "not_found");
    // It is a document of no case.
    let case = app.assigned("Hana").await.1;
    let of_case = app.as_("case-manager").get(&format!("/v1/cases/{case}/documents")).await;
    assert_eq!(of_case.expect(200).json["items"], json!([]));
}

#[on_both]
async fn a_bulletin_waits_for_the_scan_of_its_documents(app: TestApp) {
    let unscanned = app.with_scanner(Arc::new(NoScanner)).await;
    let draft = added(&app, newsletter()).await;
    let document = upload(&unscanned, &draft, "dates.txt", "d1").await.expect(201);
    assert_eq!(document.json["state"], "quarantined");
    publish(&app, ADMIN, &draft).await.refused(409, "document_not_clean");
    let id = document.id().parse().expect("an id");
    let verdict = ascms_domain::documents::Verdict::Clean;
    app.state.store().record_scan(id, verdict, app.now()).await.expect("scanned");
    publish(&app, ADMIN, &draft).await.expect(200);
}

#[on_both]
async fn a_bulletin_has_twenty_documents_at_the_most(app: TestApp) {
    let draft = added(&app, newsletter()).await;
    for number in 0..20 {
        upload(&app, &draft, &format!("{number}.txt"), &format!("d{number}")).await.expect(201);
    }
    upload(&app, &draft, "20.txt", "d20").await.refused(409, "too_many_documents");
}

#[on_both]
async fn eight_who_publish_at_once_publish_it_once(app: TestApp) {
    let draft = added(&app, key_date("2026-05-01")).await;
    let step = format!("{}/publication", path(&draft));
    let admin = app.as_(ADMIN);
    let each = (0..8).map(|_| admin.post_empty(&step));
    let answers = futures_util::future::join_all(each).await;
    let statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 409).count(), 7, "{statuses:?}");
    assert_eq!(app.count("duty", "1 = 1").await, 1);
}

#[on_both]
async fn a_retry_gets_the_first_answer(app: TestApp) {
    let admin = app.as_(ADMIN);
    let first = admin.post_keyed("/v1/bulletins", "n1", newsletter()).await.expect(201);
    let again = admin.post_keyed("/v1/bulletins", "n1", newsletter()).await.expect(201);
    assert_eq!((again.text, app.count("register_entry", "1 = 1").await), (first.text, 1));
}

/// What was published does not change, whoever asks the database for it.
#[on_both]
async fn the_database_itself_keeps_what_is_frozen(app: TestApp) {
    use sea_orm::ConnectionTrait;
    let bulletin = published(&app, newsletter()).await;
    let db = app.database().await;
    for change in ["content = '{}'", "frozen = FALSE"] {
        let changed = db.execute_unprepared(&format!("UPDATE register_entry SET {change}")).await;
        assert!(changed.is_err(), "{change}");
    }
    db.close().await.expect("close");
    withdraw(&app, &bulletin).await.expect(200);
}
