//! The order of commits: what was not shown is not marked as read, and whoever follows a list by
//! its position misses nothing, though ids and times are older than what was shown before.

use std::collections::BTreeSet;

use sea_orm::{ConnectionTrait, DatabaseConnection, DatabaseTransaction, TransactionTrait};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::given;
use crate::support::{Answer, On, TestApp, on_both};

mod moving;

const CONTACT: &str = "primary-contact";

fn items(answer: &Answer) -> &[Value] {
    answer.json["items"].as_array().expect("items")
}

fn ids(answer: &Answer) -> BTreeSet<String> {
    items(answer).iter().map(|item| item["id"].as_str().expect("an id").to_owned()).collect()
}

fn position(answer: &Answer) -> String {
    answer.json["position"].as_str().expect("a position").to_owned()
}

/// All pages of a list: the ids, and the position, which is the same on each of them.
async fn walked(app: &TestApp, who: &str, path: &str) -> (BTreeSet<String>, String) {
    let sign = if path.contains('?') { '&' } else { '?' };
    let first = app.as_(who).get(&format!("{path}{sign}limit=3")).await.expect(200);
    let (mut found, position) = (ids(&first), position(&first));
    let mut next = first.json["nextCursor"].as_str().map(str::to_owned);
    while let Some(cursor) = next {
        let page =
            app.as_(who).get(&format!("{path}{sign}limit=3&cursor={cursor}")).await.expect(200);
        assert_eq!(page.json["position"], position.as_str());
        found.extend(ids(&page));
        next = page.json["nextCursor"].as_str().map(str::to_owned);
    }
    (found, position)
}

/// A case that the primary contact is told of.
async fn case(app: &TestApp, student: &str) -> String {
    let mut referral = given::referral(student);
    referral["primaryContactId"] = json!(app.world.primary_contact);
    let referral = app.as_("office-support").post("/v1/referrals", referral).await.expect(201).id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    decided.json["caseId"].as_str().expect("a case").to_owned()
}

fn literal(on: On, id: Uuid) -> String {
    match on {
        On::Sqlite => format!("x'{}'", id.simple()),
        On::Postgres => format!("'{id}'"),
    }
}

/// What another server, whose clock is years behind, writes for the primary contact.
async fn told_by_another(db: &impl ConnectionTrait, on: On) -> String {
    let id: Uuid = "01800000-0000-7000-8000-000000000001".parse().expect("an id");
    let whose = "user_id = (SELECT id FROM user_account WHERE subject = 'primary-contact')";
    let own = literal(on, id);
    for sql in [
        format!(
            "INSERT INTO event (at, kind, subject_kind, subject_id, subject_version, school_id, case_id) \
             SELECT n.at, 'contact.logged', 'contact', n.subject_id, 1, c.school_id, n.case_id \
             FROM notification n JOIN attendance_case c ON c.id = n.case_id WHERE {whose} LIMIT 1"
        ),
        format!(
            "INSERT INTO notification (id, user_id, at, kind, case_id, subject_id, mail_attempts) \
             SELECT {own}, user_id, at, 'contact.logged', case_id, subject_id, 0 \
             FROM notification WHERE {whose} LIMIT 1"
        ),
    ] {
        db.execute_unprepared(&sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
    }
    id.to_string()
}

/// Another change that takes its ids now and is committed later. On SQLite a writer that waits
/// would stop all others, so the change comes as a whole, when it is let go.
struct Late {
    db: DatabaseConnection,
    begun: Option<(DatabaseTransaction, String)>,
    on: On,
}

impl Late {
    async fn begin(app: &TestApp) -> Self {
        let db = app.database().await;
        let begun = match app.on {
            On::Sqlite => None,
            On::Postgres => {
                let txn = db.begin().await.expect("a transaction");
                let id = told_by_another(&txn, app.on).await;
                Some((txn, id))
            }
        };
        Self { db, begun, on: app.on }
    }

    async fn commit(self) -> String {
        let Self { db, begun, on } = self;
        let id = match begun {
            None => told_by_another(&db, on).await,
            Some((txn, id)) => {
                txn.commit().await.expect("a commit");
                id
            }
        };
        db.close().await.expect("close");
        id
    }
}

async fn read(app: &TestApp, listed: &Answer) -> Answer {
    let body =
        json!({ "upTo": listed.json["items"][0]["id"], "position": listed.json["position"] });
    app.as_(CONTACT).post("/v1/notifications/reading", body).await.expect(200)
}

async fn unread(app: &TestApp) -> BTreeSet<String> {
    walked(app, CONTACT, "/v1/notifications?unread=true").await.0
}

#[on_both]
async fn what_is_committed_after_a_list_is_not_marked_with_it(app: TestApp) {
    let case = case(&app, "Hana").await;
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let late = Late::begin(&app).await;
    let listed = app.as_(CONTACT).get("/v1/notifications").await.expect(200);
    assert_eq!(items(&listed).len(), 2);
    let late = late.commit().await;
    let marked = read(&app, &listed).await;
    assert_eq!((&marked.json["marked"], &marked.json["unread"]), (&json!(2), &json!(1)));
    assert_eq!(unread(&app).await, [late.clone()].into());
    let followed = format!("/v1/notifications?changedAfter={}", position(&listed));
    assert_eq!(walked(&app, CONTACT, &followed).await.0, [late].into());
    let again = app.as_(CONTACT).get("/v1/notifications").await.expect(200);
    assert_eq!(items(&again).len(), 3);
    assert_eq!(read(&app, &again).await.json["unread"], 0);
}

#[on_both]
async fn a_list_shows_on_every_page_what_was_there_on_its_first(app: TestApp) {
    let case = case(&app, "Hana").await;
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let first = app.as_(CONTACT).get("/v1/notifications?limit=1").await.expect(200);
    let late = Late::begin(&app).await;
    let late = late.commit().await;
    let path =
        format!("/v1/notifications?limit=1&cursor={}", first.json["nextCursor"].as_str().unwrap());
    let second = app.as_(CONTACT).get(&path).await.expect(200);
    assert_eq!((items(&second).len(), &second.json["nextCursor"]), (1, &Value::Null));
    assert_eq!(position(&second), position(&first));
    assert!(!ids(&second).contains(&late), "whoever marks the list as read has not seen it");
    assert!(unread(&app).await.contains(&late));
}

#[on_both]
async fn nothing_is_marked_that_was_not_shown_while_two_servers_write(app: TestApp) {
    let (one, two) = (case(&app, "Hana").await, case(&app, "Tipene").await);
    let other = app.another_node().await;
    let write = async |node: &TestApp, case: &str| {
        for _ in 0..15 {
            node.reached(case, "school", "2026-03-15T22:00:00Z").await.expect(201);
        }
    };
    let mut shown = BTreeSet::new();
    let mut look = async || {
        for _ in 0..10 {
            let listed = app.as_(CONTACT).get("/v1/notifications?limit=200").await.expect(200);
            shown.extend(ids(&listed));
            read(&app, &listed).await;
        }
    };
    tokio::join!(write(&app, &one), write(&other, &two), look());
    let marked = walked(&app, CONTACT, "/v1/notifications?unread=false").await.0;
    assert!(marked.is_subset(&shown), "{} were marked unseen", marked.difference(&shown).count());
    let all = walked(&app, CONTACT, "/v1/notifications").await.0;
    assert_eq!(all.len(), 32);
}

#[on_both]
async fn a_follower_of_two_servers_misses_no_referral(app: TestApp) {
    let other = app.another_node().await;
    let submit = async |node: &TestApp, name: &str| {
        let mut sent = BTreeSet::new();
        for n in 0..12 {
            let name = format!("{name} {}", char::from(b'A' + n));
            sent.insert(node.submitted(&name).await.id());
        }
        sent
    };
    let lead = "workflow-lead";
    let (mut seen, mut place) = walked(&app, lead, "/v1/referrals").await;
    let mut follow = async || {
        for _ in 0..12 {
            let path = format!("/v1/referrals?changedAfter={place}");
            let (found, next) = walked(&app, lead, &path).await;
            seen.extend(found);
            place = next;
        }
    };
    let (one, two, ()) = tokio::join!(submit(&app, "Hana"), submit(&other, "Tipene"), follow());
    let path = format!("/v1/referrals?changedAfter={place}");
    let (rest, end) = walked(&app, lead, &path).await;
    seen.extend(rest);
    assert!(one.union(&two).all(|id| seen.contains(id)), "all {} are seen", one.len() + two.len());
    let path = format!("/v1/referrals?changedAfter={end}");
    assert_eq!(walked(&app, lead, &path).await.0, BTreeSet::new(), "nothing comes twice");
}

#[on_both]
async fn a_change_is_followed_to_the_referral_and_the_case_that_it_is_of(app: TestApp) {
    let lead = "workflow-lead";
    let after = async |path: &str, place: &str| {
        walked(&app, lead, &format!("{path}?changedAfter={place}")).await.0
    };
    let (referral, case) = app.assigned("Hana").await;
    app.assigned("Tipene").await;
    let place = walked(&app, lead, "/v1/cases").await.1;
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    assert_eq!(after("/v1/cases", &place).await, [case.clone()].into());
    assert_eq!(after("/v1/referrals", &place).await, [].into(), "a contact is not the referral's");
    let place = walked(&app, lead, "/v1/referrals").await.1;
    let to = json!({ "caseManagerId": app.world.second_lead });
    app.step(lead, &case, "assignment", to).await.expect(200);
    assert_eq!(after("/v1/cases", &place).await, [case.clone()].into());
    assert_eq!(
        after("/v1/referrals", &place).await,
        [referral].into(),
        "it tells who manages the case"
    );
    // What only the provider's people see is no change to the school.
    let place = walked(&app, lead, "/v1/cases").await.1;
    app.task(lead, &case).await;
    let path = format!("/v1/cases?changedAfter={place}");
    assert_eq!(walked(&app, "attendance-lead", &path).await.0, [].into());
    assert_eq!(walked(&app, lead, &path).await.0, [case].into());
}

#[on_both]
async fn what_came_after_a_look_is_told_whatever_the_servers_clocks_say(app: TestApp) {
    let case = app.assigned("Hana").await.1;
    let manager = app.as_("case-manager");
    let queue = async || {
        let path = "/v1/work-list?queue=changed_since_i_looked";
        items(&manager.get(path).await.expect(200)).len()
    };
    let note = json!({ "occurredAt": "2026-03-16T00:00:00Z", "visibility": "shared", "comment": "Something new" });
    // The newest entry was made by a server whose clock is years ahead: no later id is greater.
    let ahead = literal(app.on, "ffffffff-0000-7000-8000-000000000001".parse().expect("an id"));
    let db = app.database().await;
    let set = format!("UPDATE attendance_case SET last_entry_id = {ahead}");
    db.execute_unprepared(&set).await.expect("an id of the future");
    db.close().await.expect("close");
    let open = async || manager.get(&format!("/v1/cases/{case}")).await.expect(200);
    open().await;
    assert_eq!(queue().await, 0);
    app.step("workflow-lead", &case, "notes", note.clone()).await.expect(201);
    assert_eq!(queue().await, 1);
    app.step("case-manager", &case, "notes", note.clone()).await.expect(201);
    assert_eq!(queue().await, 1, "the caller wrote last, and has not seen what came before");
    open().await;
    assert_eq!(queue().await, 0);
    app.step("case-manager", &case, "notes", note).await.expect(201);
    assert_eq!(queue().await, 0, "one's own doing is nothing new");
}

#[on_both]
async fn a_position_is_of_no_use_where_it_was_not_given(app: TestApp) {
    let lead = app.as_("workflow-lead");
    for wrong in ["abc", "W10", "WzEsMl0", "eyJhIjoxfQ"] {
        let refused = lead.get(&format!("/v1/referrals?changedAfter={wrong}")).await;
        refused.refused(422, "invalid_query");
        assert_eq!(refused.faults(), ["changedAfter not_a_position"]);
        let body = json!({ "upTo": Uuid::now_v7(), "position": wrong });
        let refused = app.as_(CONTACT).post("/v1/notifications/reading", body).await;
        refused.refused(422, "invalid_body");
        assert_eq!(refused.faults(), ["/position not_a_position"]);
    }
}

/// A transaction that took its ids early and is committed late, while others come and go.
#[actix_web::test]
async fn what_a_long_transaction_changed_is_followed_once_it_is_over_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let lead = "workflow-lead";
    let early = app.submitted("Hana").await.id();
    let db = app.database().await;
    let long = db.begin().await.expect("a transaction");
    let sql = format!(
        "INSERT INTO event (at, kind, subject_kind, subject_id, subject_version) \
         VALUES (now(), 'referral.decided', 'referral', '{early}', 2)"
    );
    long.execute_unprepared(&sql).await.expect("an event");
    let mut place = walked(&app, lead, "/v1/referrals").await.1;
    for name in ["Tipene", "Mere", "Aroha"] {
        let sent = app.submitted(name).await.id();
        let (found, next) =
            walked(&app, lead, &format!("/v1/referrals?changedAfter={place}")).await;
        assert_eq!(found, [sent].into(), "others do not wait for the long one");
        place = next;
    }
    long.commit().await.expect("a commit");
    let (found, next) = walked(&app, lead, &format!("/v1/referrals?changedAfter={place}")).await;
    assert_eq!(found, [early].into());
    let path = format!("/v1/referrals?changedAfter={next}");
    assert_eq!(walked(&app, lead, &path).await.0, [].into());
    db.close().await.expect("close");
}

/// A dump that is restored elsewhere brings places that the new server has not come to yet.
#[actix_web::test]
async fn positions_go_on_after_a_restore_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let lead = "workflow-lead";
    let old = app.submitted("Hana").await.id();
    let db = app.database().await;
    let sql = format!(
        "INSERT INTO event (at, kind, subject_kind, subject_id, subject_version, committed_in) \
         VALUES (now(), 'referral.decided', 'referral', '{old}', 2, 1000000000000)"
    );
    db.execute_unprepared(&sql).await.expect("an event of before");
    db.close().await.expect("close");
    // Of `[1000000000500, []]`: given out before, after the dump was made.
    let before = "WzEwMDAwMDAwMDA1MDAsW11d";
    let path = format!("/v1/referrals?changedAfter={before}");
    app.state.store().keep_commit_order().await.expect("kept");
    let place = walked(&app, lead, "/v1/referrals").await.1;
    let new = app.submitted("Tipene").await.id();
    assert_eq!(walked(&app, lead, &path).await.0, [new.clone()].into());
    let path = format!("/v1/referrals?changedAfter={place}");
    assert_eq!(walked(&app, lead, &path).await.0, [new].into());
    // Once is enough.
    app.state.store().keep_commit_order().await.expect("kept");
    assert_eq!(app.count("commit_order", "shift BETWEEN 2000000000000 AND 3000000000000").await, 1);
}

#[actix_web::test]
async fn a_position_stays_short_among_many_writers_on_postgres() {
    let app = TestApp::start(On::Postgres).await;
    let db = app.database().await;
    let mut open = Vec::new();
    for _ in 0..8 {
        let txn = db.begin().await.expect("a transaction");
        let any = "SELECT pg_current_xact_id()";
        txn.execute_unprepared(any).await.expect("an id");
        open.push(txn);
    }
    let listed = app.as_("workflow-lead").get("/v1/referrals").await.expect(200);
    assert!(position(&listed).len() < 200, "{}", position(&listed));
    for txn in open {
        txn.rollback().await.expect("a rollback");
    }
    db.close().await.expect("close");
}
