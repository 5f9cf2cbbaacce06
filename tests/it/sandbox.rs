//! The invented nation of a sandbox.

use ascms_domain::access::{Action, Actor, Role};
use ascms_domain::work_list::WorkQueue;
use ascms_http::documents::objects::Objects;
use ascms_http::openapi::{
    CASE_ID, NOTIFICATION_ID, REFERRAL_ID, STUDENT_ID, USER_ID, WHANAU_CONTACT_ID,
};
use ascms_persistence::Store;
use ascms_server::progress::Progress;
use ascms_server::sandbox::{ISSUER, nation, personas};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};
use uuid::Uuid;

use crate::lives;
use crate::support::{self, On};

mod days;

/// In Term 4: a Friday morning.
const NOW: &str = "2026-11-19T20:30:00Z";

struct Quiet;

impl Progress for Quiet {
    fn begin(&self, _: &str, _: u64) {}
    fn advance(&self, _: u64) {}
    fn finish(&self) {}
}

fn now() -> DateTime<Utc> {
    NOW.parse().expect("an instant")
}

async fn number(db: &DatabaseConnection, sql: &str) -> i64 {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let row = db.query_one_raw(statement).await.expect(sql).expect("a row");
    row.try_get_by_index(0).expect("a number")
}

/// Word and count, in the order of the words.
async fn counts(db: &DatabaseConnection, table: &str, column: &str) -> Vec<(String, i64)> {
    let sql = format!("SELECT {column}, count(*) FROM {table} GROUP BY 1 ORDER BY 1");
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = db.query_all_raw(statement).await.expect("counts");
    let pair = |row: &sea_orm::QueryResult| {
        (row.try_get_by_index(0).expect("a word"), row.try_get_by_index(1).expect("a number"))
    };
    rows.iter().map(pair).collect()
}

fn count(names: &[String]) -> i64 {
    i64::try_from(names.len()).expect("a small number")
}

/// Each case stands where the last step of its timeline left it, and each state is there.
async fn cases_are_lived_in(db: &DatabaseConnection) {
    let mut lives = lives::of_all(db).await;
    lives.retain(|life| !life.steps.is_empty() || life.status == "unassigned");
    let all = number(db, "SELECT count(*) FROM attendance_case").await;
    assert_eq!(i64::try_from(lives.len()).expect("a number"), all);
    let mut found = std::collections::BTreeMap::new();
    for life in &lives {
        assert!(life.entries > 0, "{life:?}");
        life.agrees();
        *found.entry(life.standing()).or_insert(0) += 1;
    }
    let standings: Vec<&str> = found.keys().copied().collect();
    let expected = [
        "active",
        "closed",
        "closure_proposed",
        "closure_returned",
        "paused",
        "reopened",
        "unassigned",
    ];
    assert_eq!(standings, expected, "{found:?}");
    for (table, column, words) in [
        ("case_transfer", "status", 2),
        ("case_closure", "status", 3),
        ("task", "status", 2),
        ("barrier", "status", 3),
        ("document", "visibility", 2),
        ("case_entry", "kind", 21),
    ] {
        let found = counts(db, table, column).await;
        assert_eq!(found.len(), words, "{table}.{column}: {found:?}");
    }
    for (table, least) in [("plan_review", 10), ("notification", 100), ("case_look", 10)] {
        assert!(number(db, &format!("SELECT count(*) FROM {table}")).await >= least, "{table}");
    }
    for read in ["IS NULL", "IS NOT NULL"] {
        let sql = format!("SELECT count(*) FROM notification WHERE read_at {read}");
        assert!(number(db, &sql).await > 0, "{read}");
    }
}

/// The personas who have a work list find something in it.
async fn there_is_work(store: &Store) {
    use WorkQueue::{AwaitingMyApproval, ChangedSinceILooked, DueSoon, NewToMe, Overdue, Returned};
    for (subject, queues) in [
        ("workflow-lead", &[NewToMe, Returned, DueSoon, Overdue, AwaitingMyApproval][..]),
        ("case-manager", &[NewToMe, DueSoon, Overdue, ChangedSinceILooked]),
    ] {
        let actor = actor(store, subject).await;
        let grant = actor.may(Action::ReadWorkList).expect("a grant");
        let counted = store.work_list_counts(&grant, 2, now()).await.expect("counts");
        for queue in queues {
            assert!(counted.iter().any(|(of, n)| of == queue && *n > 0), "{subject}: {counted:?}");
        }
    }
}

async fn actor(store: &Store, subject: &str) -> Actor {
    let known = store.caller(ISSUER, subject, now().date_naive()).await.expect("a look");
    let known = known.unwrap_or_else(|| panic!("nobody is {subject}"));
    assert!(known.active && !known.appointments.is_empty(), "{subject}");
    Actor {
        caller: known.caller,
        appointments: known.appointments.clone(),
        trained: known.trained,
        scope: Action::ALL.to_vec(),
        request_id: Uuid::now_v7(),
    }
}

async fn nation_is_whole(on: On) {
    let database = support::blank(on).await;
    let store = support::connect(database.url()).await;
    store.migrate().await.expect("migrate");
    let folder = support::Folder::make();
    let objects = Objects::in_folder(folder.path().to_owned()).expect("a folder");
    nation::seed(&store, &objects, now(), &Quiet).await.expect("a nation");
    let db = Database::connect(database.url()).await.expect("the database");

    let events = number(&db, "SELECT count(*) FROM event").await;
    nation::seed(&store, &objects, now(), &Quiet).await.expect("nothing to do");
    assert_eq!(number(&db, "SELECT count(*) FROM event").await, events);

    assert_eq!(number(&db, "SELECT count(*) FROM catchment").await, 84);
    assert_eq!(number(&db, "SELECT count(*) FROM school").await, 252);
    let regions = "SELECT count(DISTINCT holiday_region) FROM school";
    assert_eq!(number(&db, regions).await, 18);
    let regions = "SELECT count(DISTINCT education_region) FROM catchment";
    assert_eq!(number(&db, regions).await, 12);
    for (table, column, words) in [
        ("referral", "status", 7),
        ("referral", "kind", 2),
        ("referral", "matched_by", 4),
        ("attendance_case", "status", 4),
        ("contact", "party", 4),
        ("contact", "channel", 8),
        ("contact", "outcome", 5),
        ("organisation", "kind", 4),
    ] {
        let found = counts(&db, table, column).await;
        assert_eq!(found.len(), words, "{table}.{column}: {found:?}");
    }
    let queued = "SELECT count(*) FROM referral WHERE provider_id IS NULL AND status = 'submitted'";
    assert!(number(&db, queued).await >= 2);
    let joined = "SELECT count(*) FROM referral_clock WHERE exclusion = 'joined_to_open_case'";
    assert!(number(&db, joined).await >= 5);
    assert!(number(&db, "SELECT count(*) FROM match_review").await >= 5);
    assert!(number(&db, "SELECT count(*) FROM referral WHERE in_school").await >= 5);

    for role in Role::ALL {
        actor(&store, &personas::name(*role)).await;
    }
    for neighbour in ["workflow-lead-2", "case-manager-2"] {
        actor(&store, neighbour).await;
    }
    examples_are_there(&store).await;
    cases_are_lived_in(&db).await;
    there_is_work(&store).await;
    let names = folder.files();
    assert!(names.len() >= 3, "{names:?}");
    assert_eq!(counts(&db, "document", "state").await, [("clean".to_owned(), count(&names))]);
    db.close().await.expect("close");
    store.close().await.expect("close");
}

/// What the document's examples name, its readers find.
async fn examples_are_there(store: &Store) {
    let case_id = CASE_ID.parse().expect("an id");
    let manager = actor(store, "case-manager").await;
    let grant = manager.may(Action::ReadNotifications).expect("a grant");
    let notification = NOTIFICATION_ID.parse().expect("an id");
    let told = store.notification(&grant, notification, now()).await.expect("the notification");
    assert_eq!(told.case_number.as_deref(), Some("AS-2026-000001"));
    for subject in ["workflow-lead", "case-manager", "attendance-lead", "primary-contact"] {
        let actor = actor(store, subject).await;
        let may = |action| actor.may(action).expect("a grant");
        let file = store
            .case(&may(Action::ReadCases), case_id, now())
            .await
            .unwrap_or_else(|err| panic!("{subject}: {err}"));
        assert_eq!(file.whole.row.case.number, "AS-2026-000001");
        assert_eq!(file.whole.row.case_manager_name.as_deref(), Some("Case Manager"));
        assert_eq!(
            file.whole.row.case.case_manager_id.map(|id| id.to_string()).as_deref(),
            Some(USER_ID)
        );
        let page =
            ascms_persistence::page::PageRequest { after: None, limit: 50, with_total: false };
        let contacts = store.contacts(&may(Action::ReadContacts), case_id, page, now()).await;
        assert_eq!(contacts.unwrap_or_else(|err| panic!("{subject}: {err}")).items.len(), 1);
        let student = STUDENT_ID.parse().expect("an id");
        let whanau_contact = WHANAU_CONTACT_ID.parse().expect("an id");
        let grant = may(Action::ReadWhanauContacts);
        store
            .whanau_contact(&grant, student, whanau_contact, now())
            .await
            .unwrap_or_else(|err| panic!("{subject}: {err}"));
        let referral = REFERRAL_ID.parse().expect("an id");
        store
            .referral(&may(Action::ReadReferrals), referral, now())
            .await
            .unwrap_or_else(|err| panic!("{subject}: {err}"));
    }
}

#[actix_web::test]
async fn a_sandbox_is_filled_once_and_holds_every_state_on_sqlite() {
    nation_is_whole(On::Sqlite).await;
}

#[actix_web::test]
async fn a_sandbox_is_filled_once_and_holds_every_state_on_postgres() {
    nation_is_whole(On::Postgres).await;
}
