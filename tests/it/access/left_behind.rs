//! People who no longer have to do with a child: a contact of the school before, and staff who work
//! elsewhere now.

use ascms_domain::ids::UserId;
use ascms_domain::organisations::AccountStatus;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::given;
use crate::support::{TestApp, on_both};

const CONTACT: &str = "primary-contact";

/// A case of a student whom the primary contact is named for, and the student.
async fn followed(app: &TestApp, name: &str) -> (String, String) {
    let mut body = given::referral(name);
    body["primaryContactId"] = json!(app.world.primary_contact);
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    let decided = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step("workflow-lead", &case, "assignment", to).await.expect(200);
    (case, student)
}

/// What the student's file and what hangs on it answer somebody.
async fn answers(app: &TestApp, who: &str, student: &str) -> [u16; 4] {
    let file = format!("/v1/students/{student}");
    let somebody = app.as_(who);
    let contact = json!({ "name": "Mere Example", "relationship": "mother" });
    [
        somebody.get(&file).await.status,
        somebody.get(&format!("{file}/enrolments")).await.status,
        somebody.get(&format!("{file}/whanau-contacts")).await.status,
        somebody.post(&format!("{file}/whanau-contacts"), contact).await.status,
    ]
}

async fn found(app: &TestApp, who: &str, name: &str) -> usize {
    let asked = json!({ "givenNames": name });
    let found = app.as_(who).post("/v1/students/search", asked).await.expect(200);
    found.json["items"].as_array().expect("students").len()
}

async fn moves(app: &TestApp, student: &str, school: &str) {
    let path = format!("/v1/students/{student}/school-changes");
    app.as_("workflow-lead").post(&path, json!({ "schoolNumber": school })).await.expect(200);
}

/// Somebody works at another place from now on.
async fn works_elsewhere(app: &TestApp, who: UserId, place: &str) {
    let db = app.database().await;
    let who_in_sql = match db.get_database_backend() {
        sea_orm::DbBackend::Postgres => format!("'{who}'"),
        _ => format!("X'{}'", who.to_string().replace('-', "")),
    };
    let sql = format!("UPDATE appointment SET {place} WHERE user_id = {who_in_sql}");
    assert_eq!(db.execute_unprepared(&sql).await.expect("moved").rows_affected(), 1);
    db.close().await.expect("close");
    // Whatever this server remembers of people, it forgets.
    app.state.store().set_user_status(who, AccountStatus::Active).await.expect("forgotten");
}

#[on_both]
async fn a_contact_of_the_school_before_reads_nothing_more_of_the_student(app: TestApp) {
    let (case, student) = followed(&app, "Hana").await;
    assert_eq!(answers(&app, CONTACT, &student).await, [200, 200, 200, 201]);
    assert_eq!(found(&app, CONTACT, "Hana").await, 1);
    moves(&app, &student, "9101").await;
    app.as_(CONTACT).get(&format!("/v1/cases/{case}")).await.refused(404, "not_found");
    assert_eq!(answers(&app, CONTACT, &student).await, [404; 4]);
    assert_eq!(found(&app, CONTACT, "Hana").await, 0);
}

#[on_both]
async fn a_contact_who_was_replaced_reads_nothing_more_of_the_student(app: TestApp) {
    let (case, student) = followed(&app, "Hana").await;
    let to = json!({ "primaryContactId": app.world.attendance_lead });
    app.step("attendance-lead", &case, "primary-contact", to).await.expect(200);
    assert_eq!(answers(&app, CONTACT, &student).await, [404; 4]);
}

#[on_both]
async fn while_a_referral_waits_its_contact_reads_the_student_who_is_still_there(app: TestApp) {
    let mut body = given::referral("Hana");
    body["primaryContactId"] = json!(app.world.primary_contact);
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student");
    assert_eq!(answers(&app, CONTACT, student).await, [200, 200, 200, 201]);
    moves(&app, student, "9101").await;
    assert_eq!(answers(&app, CONTACT, student).await, [404; 4]);
}

#[on_both]
async fn a_closed_case_leaves_the_contact_behind_too(app: TestApp) {
    let (case, student) = followed(&app, "Hana").await;
    app.step("case-manager", &case, "closure", given::closure()).await.expect(200);
    app.step("workflow-lead", &case, "closure-approval", json!({})).await.expect(200);
    let path = format!("/v1/cases/{case}");
    app.as_(CONTACT).get(&path).await.expect(200);
    moves(&app, &student, "9101").await;
    app.as_(CONTACT).get(&path).await.refused(404, "not_found");
    let listed = app.as_(CONTACT).get("/v1/cases?includeTotal=true").await.expect(200);
    assert_eq!(listed.json["total"], 0);
    let again = app
        .step("workflow-lead", &case, "reopening", json!({ "reason": "Away again." }))
        .await
        .expect(200);
    assert_eq!(again.json["primaryContactId"], Value::Null);
    app.as_(CONTACT).get(&path).await.refused(404, "not_found");
}

#[on_both]
async fn a_contact_of_who_is_enrolled_nowhere_stays(app: TestApp) {
    let mut body = given::non_enrolment("Hana");
    body["primaryContactId"] = json!(app.world.primary_contact);
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student");
    assert_eq!(answers(&app, CONTACT, student).await, [200, 200, 200, 201]);
    let decided = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case");
    app.as_(CONTACT).get(&format!("/v1/cases/{case}")).await.expect(200);
}

#[on_both]
async fn staff_who_work_elsewhere_leave_their_cases_behind(app: TestApp) {
    let (case, student) = followed(&app, "Hana").await;
    let path = format!("/v1/cases/{case}");
    let manager = app.as_("case-manager");
    manager.get(&path).await.expect(200);
    let other = app.world.other_provider;
    let place = match app.database().await.get_database_backend() {
        sea_orm::DbBackend::Postgres => format!("provider_id = '{other}'"),
        _ => format!("provider_id = X'{}'", other.to_string().replace('-', "")),
    };
    works_elsewhere(&app, app.world.case_manager, &place).await;
    manager.get(&path).await.refused(404, "not_found");
    manager.get(&format!("{path}/timeline")).await.refused(404, "not_found");
    let note = json!({ "occurredAt": "2026-03-16T00:00:00Z", "visibility": "private", "comment": "A word." });
    app.step("case-manager", &case, "notes", note).await.refused(404, "not_found");
    for list in ["cases", "referrals"] {
        let listed = manager.get(&format!("/v1/{list}")).await.expect(200);
        assert_eq!(listed.json["items"], json!([]), "{list}");
    }
    assert_eq!(answers(&app, "case-manager", &student).await, [404; 4]);
    let school = app.world.other_school;
    let place =
        place.replace("provider_id", "school_id").replace(&other.to_string(), &school.to_string());
    let place =
        place.replace(&other.to_string().replace('-', ""), &school.to_string().replace('-', ""));
    works_elsewhere(&app, app.world.primary_contact, &place).await;
    app.as_(CONTACT).get(&path).await.refused(404, "not_found");
    app.as_(CONTACT).get("/v1/referrals").await.expect(200);
    assert_eq!(answers(&app, CONTACT, &student).await, [404; 4]);
}
