//! A school with more students than are looked at with one set of statements.

use ascms_domain::ids::{EnrolmentId, StudentId};
use ascms_persistence::rows::enrolment;
use ascms_persistence::scoped_rows::student as student_row;
use ascms_persistence::students::Codes;
use sea_orm::{ActiveModelTrait, DatabaseConnection, EntityTrait};
use serde_json::{Value, json};

use super::{LEAD, SCHOOL, ask, half_days, ids};
use crate::support::{TestApp, on_both};

async fn add<A: ActiveModelTrait>(db: &DatabaseConnection, rows: impl Iterator<Item = A>) {
    A::Entity::insert_many(rows).exec_without_returning(db).await.expect("rows");
}

/// So many students of Example College whom no referral ever named, in the order of their ids.
async fn enrol(app: &TestApp, so_many: usize) -> Vec<StudentId> {
    let now = app.now();
    let mut roll: Vec<StudentId> = (0..so_many).map(|_| StudentId::generate()).collect();
    roll.sort_unstable();
    let student = |id: &StudentId| student_row::Model {
        id: *id,
        nsn: None,
        legal_given_names: "Student".into(),
        legal_family_name: "Example".into(),
        preferred_given_names: None,
        preferred_family_name: None,
        birth_date: "2013-05-06".parse().expect("a date"),
        gender: None,
        ethnicities: Codes::default(),
        iwi: Codes::default(),
        home_language: None,
        interpreter_wanted: false,
        te_reo_preferred: false,
        year_level: Some(8),
        address_protected: false,
        safety_alerts: Codes::default(),
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let stay = |id: &StudentId| enrolment::Model {
        id: EnrolmentId::generate(),
        student_id: *id,
        school_id: app.world.school,
        enrolled_on: None,
        left_on: None,
        leaving_reason: None,
        recorded_at: now,
        year_level: None,
        destination: None,
        sent_at: None,
        left_sent_at: None,
        left_recorded_at: None,
    };
    let db = app.database().await;
    let students = roll.iter().map(|id| student_row::ActiveModel::from(student(id)).reset_all());
    let stays = roll.iter().map(|id| enrolment::ActiveModel::from(stay(id)).reset_all());
    add(&db, students).await;
    add(&db, stays).await;
    db.close().await.expect("close");
    roll
}

/// Everybody on the list, page by page.
async fn listed(app: &TestApp, query: &str) -> Vec<String> {
    let (mut found, mut more) = (Vec::new(), String::new());
    loop {
        let page = ask(app, LEAD, &format!("{query}{more}")).await.expect(200).json;
        let items = page["items"].as_array().expect("items");
        found.extend(ids(items).into_iter().map(str::to_owned));
        let Some(cursor) = page["nextCursor"].as_str() else { return found };
        assert_eq!(items.len(), 150);
        more = format!("&cursor={cursor}");
    }
}

#[on_both]
async fn the_list_of_a_large_school_is_whole(app: TestApp) {
    let roll = enrol(&app, 1_100).await;
    let away = |(at, id): (usize, &StudentId)| {
        let absent = if at.is_multiple_of(3) { 30 } else { 0 };
        let half_days = half_days(60 - absent, absent);
        json!({ "studentId": id, "terms": [{ "term": "2026-1", "halfDays": half_days }] })
    };
    let sent: Vec<Value> = roll.iter().enumerate().map(away).collect();
    for some in sent.chunks(1_000) {
        let body = json!({ "schoolNumber": SCHOOL, "count": some.len(), "students": some });
        let sent = app.as_("office-support").post("/v1/attendance", body).await.expect(200);
        assert_eq!((&sent.json["faults"], &sent.json["terms"]), (&json!([]), &json!(some.len())));
    }
    let expected: Vec<String> = roll.iter().step_by(3).map(|id| id.0.to_string()).collect();
    assert_eq!(listed(&app, "&limit=150").await, expected);
    assert_eq!(listed(&app, "&limit=150&includeTotal=true").await, expected);
    let total = ask(&app, LEAD, "&limit=1&includeTotal=true").await.expect(200);
    assert_eq!(total.json["total"], expected.len());
    assert_eq!(listed(&app, "&band=regular").await, [""; 0]);
}
