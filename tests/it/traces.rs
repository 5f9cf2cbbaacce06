//! Whether the watch over changes, entries and events sees what it should.

use sea_orm::{ConnectionTrait, Database};

use crate::support::{TestApp, on_both};

/// As the application would do it: what the test itself does is not watched.
async fn as_the_application(app: &TestApp, sql: &str) {
    let db = Database::connect(app.url()).await.expect("the database");
    db.execute_unprepared(sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
    db.close().await.expect("close");
}

/// A case, and enough of other people's reads after what was left by its changes.
async fn a_while_ago(app: &TestApp) {
    let case = app.assigned("Hana").await.1;
    for _ in 0..10 {
        app.as_("case-manager").get(&format!("/v1/cases/{case}")).await.expect(200);
    }
    assert!(app.watch.faults().await.is_empty());
}

#[on_both]
async fn a_change_without_an_event_and_an_entry_is_seen(app: TestApp) {
    a_while_ago(&app).await;
    as_the_application(&app, "UPDATE attendance_case SET version = version + 1").await;
    let faults: Vec<String> = app.watch.faults().await.into_keys().collect();
    let expected = [
        "a change of attendance_case left no audit entry",
        "a change of attendance_case left no event",
    ];
    assert_eq!(faults, expected);
    app.unwatched("the change is the test's").await;
}

#[on_both]
async fn an_event_without_a_change_is_seen(app: TestApp) {
    a_while_ago(&app).await;
    let again = "INSERT INTO event (at, kind, subject_kind, subject_id, subject_version) \
                 SELECT at, kind, subject_kind, subject_id, subject_version FROM event \
                 WHERE kind = 'case.assigned'";
    as_the_application(&app, again).await;
    let faults: Vec<String> = app.watch.faults().await.into_keys().collect();
    assert_eq!(faults, ["the event case.assigned tells of no change"]);
    app.unwatched("the event is the test's").await;
}

#[on_both]
async fn what_a_test_itself_does_is_not_watched(app: TestApp) {
    a_while_ago(&app).await;
    let db = app.database().await;
    let sql = "UPDATE attendance_case SET version = version + 1";
    db.execute_unprepared(sql).await.expect("a change");
    db.close().await.expect("close");
    assert!(app.watch.faults().await.is_empty());
}

#[on_both]
async fn a_second_event_of_one_change_is_seen(app: TestApp) {
    a_while_ago(&app).await;
    let again = "SELECT at, kind, subject_kind, subject_id, subject_version FROM event \
                 WHERE kind = 'case.assigned'";
    let twice = format!(
        "INSERT INTO event (at, kind, subject_kind, subject_id, subject_version) \
         {again} UNION ALL {again}"
    );
    as_the_application(&app, &twice).await;
    let faults: Vec<String> = app.watch.faults().await.into_keys().collect();
    let expected =
        ["the event case.assigned is there twice", "the event case.assigned tells of no change"];
    assert_eq!(faults, expected);
    app.unwatched("the events are the test's").await;
}

#[on_both(not_on_sqlite = "SQLite tells no trigger which transaction it is in")]
async fn a_second_entry_of_one_change_is_seen(app: TestApp) {
    a_while_ago(&app).await;
    let again = "SELECT at, caller_kind, action, decision, subject_kind, subject_id \
                 FROM audit_entry WHERE action = 'cases:assign'";
    let twice = format!(
        "INSERT INTO audit_entry (at, caller_kind, action, decision, subject_kind, subject_id) \
         {again} UNION ALL {again}"
    );
    as_the_application(&app, &twice).await;
    let faults: Vec<String> = app.watch.faults().await.into_keys().collect();
    assert_eq!(faults, ["the audit entry cases:assign is there twice"]);
    app.unwatched("the entries are the test's").await;
}
