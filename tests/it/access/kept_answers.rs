//! A kept answer is for who reaches what it is about: reach first, then the key.

use ascms_domain::access::Role;
use ascms_domain::ids::UserId;
use sea_orm::{ConnectionTrait, DbBackend};
use serde_json::{Value, json};

use crate::given::{self, OTHER_SCHOOL, SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";

fn note() -> Value {
    json!({ "occurredAt": "2026-03-16T00:00:00Z", "visibility": "private", "comment": "Private words" })
}

/// The call that was made before, made again under its key.
struct Kept {
    who: &'static str,
    path: String,
    body: Value,
    first: String,
}

impl Kept {
    async fn of(app: &TestApp, who: &'static str, path: String, body: Value) -> Self {
        let first = app.as_(who).post_keyed(&path, "key", body.clone()).await;
        assert!(first.status < 300, "{path}: {}", first.text);
        Self { who, path, body, first: first.text }
    }

    async fn again(&self, app: &TestApp) -> Answer {
        app.as_(self.who).post_keyed(&self.path, "key", self.body.clone()).await
    }

    async fn is_given(&self, app: &TestApp) {
        let again = self.again(app).await;
        assert!(again.status < 300 && again.text == self.first, "{}: {}", self.path, again.text);
    }

    async fn is_gone(&self, app: &TestApp) {
        self.again(app).await.refused(404, "not_found");
    }
}

async fn assign(app: &TestApp, case: &str, to: UserId) {
    let to = json!({ "caseManagerId": to });
    app.step(LEAD, case, "assignment", to).await.expect(200);
}

async fn student_of(app: &TestApp, case: &str) -> String {
    let file = app.as_(LEAD).get(&format!("/v1/cases/{case}")).await.expect(200);
    file.json["student"]["id"].as_str().expect("a student").to_owned()
}

async fn run(app: &TestApp, sqlite: &str, postgres: &str) {
    let db = app.database().await;
    let sql = if db.get_database_backend() == DbBackend::Sqlite { sqlite } else { postgres };
    db.execute_unprepared(sql).await.expect(sql);
    db.close().await.expect("close");
}

#[on_both]
async fn after_a_case_is_given_away_no_answer_on_it_is_given_again(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let student = student_of(&app, &case).await;
    let contact = json!({ "name": "Mere", "relationship": "mother", "phone": "021 555 0101", "address": "1 Some Street" });
    let path = |rest: &str| format!("/v1/cases/{case}/{rest}");
    let mut kept = Vec::new();
    for (n, (place, body)) in [
        (path("notes"), note()),
        (path("contacts"), json!({ "party": "whanau", "channel": "phone", "outcome": "reached", "occurredAt": "2026-03-15T23:00:00Z", "notes": "Private words" })),
        (path("tasks"), json!({ "title": "Ring the aunt", "dueInBusinessDays": 5 })),
        (path("barriers"), json!({ "code": "transport", "severity": "high", "comment": "Private words" })),
        (path("pause"), given::pause()),
        (path("resumption"), json!({ "comment": "Private words" })),
        (format!("/v1/students/{student}/whanau-contacts"), contact),
    ].into_iter().enumerate() {
        let key = format!("key {n}");
        let first = app.as_(MANAGER).post_keyed(&place, &key, body.clone()).await;
        assert!(first.status < 300, "{place}: {}", first.text);
        kept.push((place, key, body, first.text));
    }
    let again = async |place: &str, key: &str, body: &Value| {
        app.as_(MANAGER).post_keyed(place, key, body.clone()).await
    };
    for (place, key, body, first) in &kept {
        assert_eq!(again(place, key, body).await.text, *first, "{place}");
    }
    assign(&app, &case, app.world.workflow_lead).await;
    for (place, key, body, _) in &kept {
        let answer = again(place, key, body).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{place}: {}", answer.text);
    }
    // Theirs again, it is the answer of then; and nothing of it was done twice.
    assign(&app, &case, app.world.case_manager).await;
    for (place, key, body, first) in &kept {
        assert_eq!(again(place, key, body).await.text, *first, "{place}");
    }
    assert_eq!(app.count("case_entry", "kind = 'note'").await, 1);
}

#[on_both]
async fn after_a_transfer_the_giver_gets_no_answer_of_the_case_and_its_account_of_the_transfer(
    app: TestApp,
) {
    let case = app.assigned("Hana").await.1;
    let kept = Kept::of(&app, LEAD, format!("/v1/cases/{case}/notes"), note()).await;
    let asked = json!({ "toProviderId": app.world.other_provider, "reason": "The family moved." });
    let path = format!("/v1/cases/{case}/transfers");
    let transfer = app.as_(LEAD).post_keyed(&path, "transfer", asked.clone()).await.expect(201);
    let accept = format!("/v1/transfers/{}/decision", transfer.id());
    app.as_("workflow-lead-2").post(&accept, json!({ "outcome": "accepted" })).await.expect(200);
    kept.is_gone(&app).await;
    let again = app.as_(LEAD).post_keyed(&path, "transfer", asked).await.expect(201);
    assert_eq!(again.text, transfer.text);
}

#[on_both]
async fn after_the_student_left_the_school_gets_no_answer_of_the_case(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let comment = json!({ "occurredAt": "2026-03-16T00:00:00Z", "comment": "Here all week." });
    let kept =
        Kept::of(&app, "attendance-lead", format!("/v1/cases/{case}/comments"), comment).await;
    kept.is_given(&app).await;
    let path = format!("/v1/students/{}/school-changes", student_of(&app, &case).await);
    app.as_(LEAD).post(&path, json!({ "schoolNumber": OTHER_SCHOOL })).await.expect(200);
    kept.is_gone(&app).await;
}

#[on_both]
async fn an_address_that_is_protected_since_is_in_no_answer(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let file = format!("/v1/students/{}", student_of(&app, &case).await);
    let contact = json!({ "name": "Mere", "relationship": "mother", "phone": "021 555 0101" });
    let kept = Kept::of(&app, MANAGER, format!("{file}/whanau-contacts"), contact).await;
    kept.is_given(&app).await;
    let read = app.as_(LEAD).get(&file).await.expect(200);
    app.as_(LEAD).patch(&file, &read, json!({ "addressProtected": true })).await.expect(200);
    kept.is_gone(&app).await;
    app.name_address_reader(&student_of(&app, &case).await, app.world.case_manager).await;
    kept.is_given(&app).await;
}

#[on_both]
async fn who_was_never_shown_the_address_gets_the_same_answer_again(app: TestApp) {
    let body = with(given::referral("Aroha"), "/student/addressProtected", json!(true));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student");
    let contact = json!({ "name": "Mere", "relationship": "mother", "phone": "021 555 0101" });
    let path = format!("/v1/students/{student}/whanau-contacts");
    let kept = Kept::of(&app, "attendance-lead", path, contact).await;
    assert!(!kept.first.contains("0101"), "{}", kept.first);
    kept.is_given(&app).await;
}

#[on_both]
async fn a_document_that_is_private_since_is_gone_for_the_school(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let path = format!("/v1/cases/{case}/documents/raw?name=letter.txt&visibility=shared");
    let upload = async || {
        let request = crate::documents::raw(actix_web::test::TestRequest::post(), b"A letter.");
        let request = request.insert_header(("idempotency-key", "letter"));
        app.as_("attendance-lead").send_as_is(request, actix_web::http::Method::POST, &path).await
    };
    let first = upload().await.expect(201);
    assert_eq!(upload().await.expect(201).text, first.text);
    let correction =
        json!({ "visibility": "private", "name": "letter.txt", "reason": "By mistake." });
    let place = format!("/v1/cases/{case}/documents/{}/correction", first.id());
    app.as_(LEAD).post(&place, correction).await.expect(200);
    upload().await.refused(404, "not_found");
}

#[on_both]
async fn a_machine_that_lost_a_school_gets_no_answer_of_it(app: TestApp) {
    let student = app.submitted("Hana").await.json["student"]["id"].clone();
    let days = json!([{ "date": "2026-03-13", "codes": "PPPPP" }]);
    let attendance =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] });
    let left = json!({ "said": "left", "schoolNumber": SCHOOL, "studentId": student, "lastDay": "2026-03-13", "leavingReason": "other_school" });
    let pushed = with(given::referral("Pushed"), "/source", json!("example-sms"));
    let pushed = with(pushed, "/sourceReference", json!("r1"));
    let calls = [
        ("/v1/attendance", attendance),
        ("/v1/enrolments", json!({ "statements": [left] })),
        ("/v1/referrals", pushed),
    ];
    let machine = app.as_("sms-client");
    let mut first = Vec::new();
    for (path, body) in &calls {
        let answer = machine.post_keyed(path, path, body.clone()).await;
        assert!(answer.status < 300, "{path}: {}", answer.text);
        assert_eq!(machine.post_keyed(path, path, body.clone()).await.text, answer.text, "{path}");
        first.push(answer.text);
    }
    let school = app.world.school;
    run(
        &app,
        &format!(
            "DELETE FROM api_client_school WHERE school_id = X'{}'",
            school.to_string().replace('-', "")
        ),
        &format!("DELETE FROM api_client_school WHERE school_id = '{school}'"),
    )
    .await;
    for (path, body) in &calls {
        let answer = machine.post_keyed(path, path, body.clone()).await;
        assert_eq!((answer.status, answer.code()), (404, "not_found"), "{path}: {}", answer.text);
    }
}

#[on_both]
async fn who_lost_the_role_by_which_it_was_seen_gets_no_answer_of_it(app: TestApp) {
    // Somebody of the provider and of the school: the case stays in reach of the second role.
    let case = app.assigned("Hana").await.1;
    let lead = app.world.workflow_lead;
    let role = ascms_persistence::rows::appointment::Model {
        id: uuid::Uuid::now_v7(),
        user_id: Some(lead),
        client_id: None,
        role: Role::AttendanceLead,
        organisation_id: None,
        school_id: Some(app.world.school),
        provider_id: None,
        starts_on: "2024-01-01".parse().expect("a day"),
        ends_on: None,
    };
    app.state.store().appoint(role).await.expect("appointed");
    let comment = json!({ "occurredAt": "2026-03-16T00:00:00Z", "comment": "Here all week." });
    let kept = Kept::of(&app, LEAD, format!("/v1/cases/{case}/comments"), comment).await;
    kept.is_given(&app).await;
    run(
        &app,
        &format!("UPDATE appointment SET ends_on = '2026-03-01' WHERE role = 'workflow_lead' AND user_id = X'{}'", lead.to_string().replace('-', "")),
        &format!("UPDATE appointment SET ends_on = '2026-03-01' WHERE role = 'workflow_lead' AND user_id = '{lead}'"),
    ).await;
    app.state
        .store()
        .set_user_status(lead, ascms_domain::organisations::AccountStatus::Active)
        .await
        .expect("forgotten");
    app.as_(LEAD).get(&format!("/v1/cases/{case}")).await.expect(200);
    kept.is_gone(&app).await;
}

#[on_both]
async fn an_answer_that_is_given_again_leaves_an_entry_that_names_the_record(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let kept = Kept::of(&app, MANAGER, format!("/v1/cases/{case}/notes"), note()).await;
    kept.is_given(&app).await;
    assign(&app, &case, app.world.workflow_lead).await;
    kept.is_gone(&app).await;
    let db = app.database().await;
    let sql = "SELECT CAST(further_ids AS text) AS ids FROM audit_entry WHERE subject_kind = 'replayed_answer'";
    let rows = db
        .query_all_raw(sea_orm::Statement::from_string(db.get_database_backend(), sql))
        .await
        .expect("entries");
    let ids: Vec<String> = rows.iter().map(|row| row.try_get("", "ids").expect("ids")).collect();
    assert_eq!(ids.len(), 1);
    assert!(ids[0].contains(&case), "{ids:?}");
    db.close().await.expect("close");
}
