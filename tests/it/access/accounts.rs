//! Accounts that may no longer, or not yet: the database is asked at every request.

use std::time::Duration;

use ascms_domain::access::Role;
use ascms_domain::ids::{SchoolId, UserId};
use ascms_domain::organisations::AccountStatus;
use ascms_persistence::rows::{appointment, user_account};
use chrono::NaiveDate;
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::given;
use crate::support::{ISSUER, On, TestApp, on_both};

/// Longer than a node may remember what another one has changed. This is the one place where a
/// test waits: the promise is about real time, which no clock of ours can move.
const A_NODE_FORGETS: Duration = Duration::from_millis(1100);

/// Somebody new, who holds a role at the first school from one day to another.
async fn attendance_lead(app: &TestApp, subject: &str, from: &str, to: Option<&str>) {
    let day = |text: &str| -> NaiveDate { text.parse().expect("a date") };
    let person = user_account::Model {
        id: UserId::generate(),
        issuer: ISSUER.into(),
        subject: subject.into(),
        name: subject.into(),
        email: None,
        status: AccountStatus::Active,
        training_completed_on: None,
    };
    let school: SchoolId = app.world.school;
    let row = appointment::Model {
        id: Uuid::now_v7(),
        user_id: Some(person.id),
        client_id: None,
        role: Role::AttendanceLead,
        organisation_id: None,
        school_id: Some(school),
        provider_id: None,
        starts_on: day(from),
        ends_on: to.map(day),
    };
    app.state.store().add_user(person).await.expect("a person");
    app.state.store().appoint(row).await.expect("a role");
}

async fn suspend(app: &TestApp, code: &str) {
    let db = app.database().await;
    let sql = format!("UPDATE organisation SET status = 'suspended' WHERE code = '{code}'");
    db.execute_unprepared(&sql).await.expect("suspended");
    db.close().await.expect("close");
}

#[on_both]
async fn a_disabled_account_is_refused_on_its_next_request(app: TestApp) {
    let manager = app.as_("case-manager");
    manager.get("/v1/cases").await.expect(200);
    let store = app.state.store();
    store.set_user_status(app.world.case_manager, AccountStatus::Disabled).await.expect("disabled");
    manager.get("/v1/cases").await.refused(403, "account_disabled");
    store.set_user_status(app.world.case_manager, AccountStatus::Active).await.expect("enabled");
    manager.get("/v1/cases").await.expect(200);
}

#[on_both]
async fn another_node_hears_of_a_disabled_account_within_its_second(app: TestApp) {
    let node = app.another_node().await;
    node.as_("case-manager").get("/v1/cases").await.expect(200);
    let store = app.state.store();
    store.set_user_status(app.world.case_manager, AccountStatus::Disabled).await.expect("disabled");
    tokio::time::sleep(A_NODE_FORGETS).await;
    node.as_("case-manager").get("/v1/cases").await.refused(403, "account_disabled");
}

#[on_both]
async fn a_suspended_organisations_people_and_machines_have_no_role(app: TestApp) {
    app.as_("workflow-lead").get("/v1/cases").await.expect(200);
    app.as_("sms-client").get("/v1/referrals").await.expect(200);
    suspend(&app, "P01").await;
    suspend(&app, "V01").await;
    tokio::time::sleep(A_NODE_FORGETS).await;
    app.as_("workflow-lead").get("/v1/cases").await.refused(403, "role_may_not");
    app.as_("case-manager").get("/v1/cases").await.refused(403, "role_may_not");
    app.as_("sms-client").get("/v1/referrals").await.refused(403, "role_may_not");
    app.as_("workflow-lead-2").get("/v1/cases").await.expect(200);
}

#[on_both]
async fn without_the_training_a_providers_role_does_not_work(app: TestApp) {
    app.as_("untrained").get("/v1/cases").await.refused(403, "training_required");
    app.as_("untrained").get("/v1/schools").await.refused(403, "training_required");
    app.as_("attendance-lead").get("/v1/cases").await.expect(200);
}

#[on_both]
async fn a_role_works_from_its_first_day_to_its_last(app: TestApp) {
    for (subject, from, to, may) in [
        ("yesterdays", "2024-01-01", Some("2026-03-15"), false),
        ("todays-last", "2024-01-01", Some("2026-03-16"), true),
        ("todays-first", "2026-03-16", None, true),
        ("tomorrows", "2026-03-17", None, false),
    ] {
        attendance_lead(&app, subject, from, to).await;
        let answer = app.as_(subject).get("/v1/cases").await;
        if may {
            answer.expect(200);
        } else {
            answer.refused(403, "role_may_not");
        }
    }
}

#[on_both]
async fn a_role_ends_with_its_day_in_new_zealand(app: TestApp) {
    attendance_lead(&app, "leaving", "2024-01-01", Some("2026-03-16")).await;
    app.set_time("2026-03-16T10:59:59Z");
    app.as_("leaving").get("/v1/cases").await.expect(200);
    let node = app.another_node().await;
    app.set_time("2026-03-16T11:00:00Z");
    node.as_("leaving").get("/v1/cases").await.refused(403, "role_may_not");
}

/// The blocks of statements that the manual has for this database.
fn blocks_of_the_manual(on: On) -> Vec<&'static str> {
    let blocks = include_str!("../../../docs/operating.md").split("```sql\n").skip(1);
    let blocks = blocks.map(|block| block.split("```").next().expect("its end"));
    let of_sqlite = |block: &&str| block.starts_with("PRAGMA foreign_keys = ON;\n");
    let (sqlite, postgres): (Vec<_>, Vec<_>) = blocks.partition(of_sqlite);
    match on {
        On::Sqlite => sqlite,
        On::Postgres => postgres,
    }
}

#[on_both]
async fn the_manuals_statements_make_accounts_that_work(app: TestApp) {
    let db = app.database().await;
    let blocks = blocks_of_the_manual(app.on);
    assert_eq!(blocks.len(), 4, "one for each kind of caller");
    let day = match app.on {
        On::Sqlite => "'2026-03-01'",
        On::Postgres => "DATE '2026-03-01'",
    };
    for block in blocks {
        let sql = block.replace("https://login.example.nz", ISSUER).replace("CURRENT_DATE", day);
        // The stage has organisations of the first two codes already, and none of the third.
        let sql =
            sql.replace("'MOE'", "'MOE-2'").replace("'V01'", "'V02'").replace("'KOWHAI'", "'P01'");
        db.execute_unprepared(&sql).await.expect("a block of the manual");
    }
    db.close().await.expect("close");
    let numbers = "/v1/measures?level=provider&term=2026-1";
    app.as_("the-sub-of-the-token").get(numbers).await.expect(200);
    app.as_("sub-of-the-lead").get("/v1/cases").await.expect(200);
    app.as_("sub-at-the-school").get("/v1/referrals").await.expect(200);
    let named = given::with(given::referral("Hemi"), "/source", serde_json::json!("example-sms"));
    let named = given::with(named, "/sourceReference", serde_json::json!("r1"));
    let pushed = app.as_("sub-of-the-machine").post_keyed("/v1/referrals", "1", named).await;
    pushed.expect(201);
}
