//! The tables of attendance in parts, on PostgreSQL: made while rows are there, made ahead, and
//! left alone by calls that ask for another term.

use ascms_persistence::AttendanceParts;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::{Value, json};

use super::{run, texts};
use crate::given::SCHOOL;
use crate::support::{On, TestApp};

const PARTS: &str = "SELECT c.relname::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid \
                     WHERE inhparent = to_regclass('attendance_month') ORDER BY 1";

async fn push(app: &TestApp, student: &str, date: &str) -> Value {
    let days = json!([{ "date": date, "codes": "PPPPP" }]);
    let push =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] });
    app.as_("office-support").post("/v1/attendance", push).await.expect(200).json
}

#[actix_web::test]
async fn a_terms_attendance_is_read_and_written_in_one_part_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let sent = app.submitted("Aria").await;
    let aria = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    app.set_time("2026-06-01T00:00:00Z");
    // Everything but the parts of the term is locked away: a call that went there would fail.
    let db = app.database().await;
    let others = "SELECT c.relname::text FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid \
                  WHERE inhparent IN (to_regclass('attendance_month'), to_regclass('attendance_report')) \
                  AND c.relname NOT IN ('attendance_month_y2026', 'attendance_report_y2026_2')";
    let others = texts(&db, others).await;
    assert!(others.len() > 20, "{others:?}");
    let held = db.begin().await.expect("a transaction");
    let lock = format!("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE", others.join(", "));
    held.execute_unprepared(&lock).await.expect("locked");
    assert_eq!(push(&app, &aria, "2026-05-05").await["newDays"], 1);
    assert_eq!(push(&app, &aria, "2026-05-29").await["newDays"], 1);
    let read = format!("/v1/students/{aria}/attendance?term=2026-2");
    let read = app.as_("attendance-lead").get(&read).await.expect(200);
    assert_eq!(read.json["days"].as_array().map(Vec::len), Some(2), "{}", read.text);
    held.rollback().await.expect("released");
    assert_eq!(app.count("attendance_month_y2026", "1 = 1").await, 1);
    assert_eq!(app.count("attendance_report_y2026_2", "1 = 1").await, 2);
    db.close().await.expect("close");
}

#[actix_web::test]
async fn parts_are_made_for_years_ahead_whenever_a_database_is_migrated_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let (store, db) = (app.owner().await, app.database().await);
    let parts = texts(&db, PARTS).await;
    for part in ["attendance_month_until_2025", "attendance_month_other", "attendance_month_y2027"]
    {
        assert!(parts.iter().any(|name| name == part), "{part}: {parts:?}");
    }
    let known = store.attendance_parts().await.expect("a look").expect("parts");
    assert!(known.last_year >= 2031 && !known.rows_outside, "{known:?}");
    let last = known.last_year;
    // As if the years had gone by: the last one is not there yet.
    run(&db, &format!("DROP TABLE attendance_month_y{last}, attendance_report_y{last}_4")).await;
    let less = AttendanceParts { last_year: last - 1, rows_outside: false };
    assert_eq!(store.attendance_parts().await.expect("a look"), Some(less));
    store.migrate().await.expect("migrated");
    assert_eq!(store.attendance_parts().await.expect("a look"), Some(known));
    // What lies in none is kept, told of, and in nobody's way.
    run(&db, &format!("DROP TABLE attendance_month_y{last}")).await;
    let sent = app.submitted("Aria").await;
    let aria = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    push(&app, &aria, "2026-03-03").await;
    run(&db, &format!("UPDATE attendance_month SET month = '{last}-03-01'")).await;
    store.migrate().await.expect("migrated");
    let outside = AttendanceParts { last_year: last - 1, rows_outside: true };
    assert_eq!(store.attendance_parts().await.expect("a look"), Some(outside));
    db.close().await.expect("close");
}
