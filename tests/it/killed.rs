//! A server that is killed between any two steps leaves each case, its timeline, its audit entries
//! and its events all or none: a process of its own, ended by SIGKILL while several people write,
//! and started again on the same database.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::join_all;
use sea_orm::{Database, DatabaseConnection};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::process::{PATIENCE, Running};
use crate::support::{Folder, On, TestApp, on_both};
use crate::{given, lives};

/// How often the server is killed.
const KILLS: u64 = 10;
/// The cases that everybody works on at once.
const CASES: u64 = 6;
const WRITERS: [&str; 5] =
    ["workflow-lead", "workflow-lead-b", "case-manager", "workflow-lead", "workflow-lead-b"];

/// Every permission by which the steps below are written into the audit trail.
const WRITES: &str = "'cases:assign', 'casework:write', 'contacts:log', 'closures:propose', \
    'closures:decide', 'referrals:decide'";

/// SplitMix64: the same walk on each run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// A change that was answered with success: its event's kind, subject and version.
type Done = (String, Uuid, i32);

/// The people's side: who calls what, what was answered, and what never was.
struct Writing<'a> {
    app: &'a TestApp,
    http: reqwest::Client,
    cases: Vec<String>,
    random: RefCell<Random>,
    done: RefCell<Vec<Done>>,
    answered: Cell<u64>,
    /// Calls that broke off: they are sent again with their keys.
    broken: RefCell<Vec<Sent>>,
}

#[derive(Clone)]
struct Sent {
    who: &'static str,
    path: String,
    kind: &'static str,
    body: Value,
    key: Uuid,
}

impl Writing<'_> {
    fn next(&self, who: &'static str) -> Sent {
        let random = &mut *self.random.borrow_mut();
        let case = &self.cases[usize::try_from(random.below(CASES)).expect("a case")];
        let to = [self.app.world.case_manager, self.app.world.second_lead];
        let to = to[usize::try_from(random.below(2)).expect("a person")];
        let (step, kind, body) = match random.below(10) {
            0 => ("assignment", "case.assigned", json!({ "caseManagerId": to })),
            1 => ("pause", "case.paused", given::pause()),
            2 | 3 => ("resumption", "case.resumed", json!({ "comment": "Back." })),
            4 => ("closure", "case.closure_proposed", given::closure()),
            5 => ("closure-approval", "case.closed", json!({})),
            6 => ("reopening", "case.reopened", json!({ "reason": "Away again." })),
            7 => ("closure-return", "case.closure_returned", json!({ "comment": "Once more." })),
            8 => (
                "notes",
                "entry.recorded",
                json!({
                    "occurredAt": "2026-03-15T22:00:00Z", "visibility": "private", "comment": "Rang.",
                }),
            ),
            _ => (
                "contacts",
                "contact.logged",
                json!({
                    "party": "whanau", "channel": "phone", "outcome": "attempted",
                    "occurredAt": "2026-03-15T22:00:00Z",
                }),
            ),
        };
        let path = format!("/v1/cases/{case}/{step}");
        Sent { who, path, kind, body, key: Uuid::now_v7() }
    }

    /// Sends a call; whether it was answered at all.
    async fn send(&self, base: &str, sent: Sent) -> bool {
        let token = self.app.keys().sign(&self.app.claims(sent.who));
        let request = self.http.post(format!("{base}{}", sent.path)).bearer_auth(token);
        let request = request.header("idempotency-key", sent.key.to_string()).json(&sent.body);
        let answer = match request.send().await {
            Ok(answer) => (answer.status().as_u16(), answer.json::<Value>().await),
            Err(_) => {
                self.broken.borrow_mut().push(sent);
                return false;
            }
        };
        let (status, Ok(body)) = answer else {
            // A status without its body: done, but not known how far.
            self.broken.borrow_mut().push(sent);
            return false;
        };
        self.answered.set(self.answered.get() + 1);
        match status {
            200 | 201 => {
                let version = body["version"].as_i64().unwrap_or(1);
                let id = body["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
                let version = i32::try_from(version).expect("a small number");
                self.done.borrow_mut().push((sent.kind.to_owned(), id, version));
            }
            // A rule or a role says no, or the case is with somebody else now.
            403 | 404 | 409 => {}
            // Too busy, or the session of the killed server still holds a lock.
            503 => self.broken.borrow_mut().push(sent),
            _ => panic!("{status} {}: {body}", sent.path),
        }
        true
    }

    /// Everybody writes until the server is killed, after so many answers.
    async fn until_killed(&self, server: &mut Running, answers: u64) {
        let base = server.base.clone();
        let enough = self.answered.get() + answers;
        let server = &RefCell::new(server);
        let base = &base;
        let write = |who: &'static str| async move {
            while self.send(base, self.next(who)).await {
                if self.answered.get() >= enough {
                    // The others' calls are under way, each somewhere else.
                    server.borrow_mut().kill();
                    return;
                }
            }
        };
        join_all(WRITERS.map(write)).await;
    }

    /// What broke off is sent again with its key: it has its one effect, or none by a rule.
    async fn again(&self, server: &Running) {
        let broken = self.broken.take();
        for sent in broken {
            self.send(&server.base, sent).await;
        }
    }
}

/// A killed server's session may still be about its last statement.
async fn nobody_writes(db: &DatabaseConnection, on: On) {
    const BUSY: &str = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() \
        AND pid <> pg_backend_pid() AND state <> 'idle'";
    if on == On::Sqlite {
        return;
    }
    let quiet = async { while !lives::rows(db, BUSY).await.is_empty() {} };
    tokio::time::timeout(PATIENCE, quiet).await.expect("the sessions come to their end");
}

/// For each case: its row, its timeline, its audit entries and its events tell the same.
async fn all_agree(db: &DatabaseConnection, done: &[Done]) {
    let events = lives::rows(
        db,
        "SELECT e.kind, e.subject_id, e.subject_version, coalesce(n.case_id, t.case_id, e.subject_id) \
         FROM event e LEFT JOIN contact n ON n.id = e.subject_id \
         LEFT JOIN case_entry t ON t.id = e.subject_id \
         WHERE e.subject_kind IN ('case', 'contact', 'entry')",
    )
    .await;
    let mut of_case: BTreeMap<Uuid, Vec<Done>> = BTreeMap::new();
    for row in &events {
        let event = (
            row.try_get_by_index(0).expect("a kind"),
            row.try_get_by_index(1).expect("an id"),
            row.try_get_by_index(2).expect("a version"),
        );
        of_case.entry(row.try_get_by_index(3).expect("a case")).or_default().push(event);
    }
    let audited = counted(
        db,
        &format!(
            "SELECT subject_id, count(*) FROM audit_entry WHERE subject_kind = 'case' \
             AND decision = 'allowed' AND action IN ({WRITES}) GROUP BY subject_id"
        ),
    )
    .await;
    let contacts = counted(db, "SELECT case_id, count(*) FROM contact GROUP BY case_id").await;
    let proposals =
        counted(db, "SELECT case_id, count(*) FROM case_closure GROUP BY case_id").await;
    let lives = lives::of_all(db).await;
    for life in &lives {
        life.agrees();
        let events = of_case.remove(&life.id).unwrap_or_default();
        let versions: BTreeSet<i32> = events
            .iter()
            .filter(|(kind, ..)| kind.starts_with("case."))
            .map(|event| event.2)
            .collect();
        let steps = events.iter().filter(|(kind, ..)| kind.starts_with("case.")).count();
        assert_eq!(i64::from(*versions.last().expect("opened")), life.version, "{life:?}");
        // What is kept beside the case raises no version of it.
        let beside = ["case.closure_proposed", "case.closure_returned"];
        let beside = events.iter().filter(|(kind, ..)| beside.contains(&kind.as_str())).count();
        assert_eq!(versions.len(), steps - beside, "{life:?}: {events:?}");
        assert_eq!(as_number(versions.len()), life.version, "{life:?}: {events:?}");
        // The opening is no step from one state to another.
        assert_eq!(steps, life.steps.len() + 1, "{life:?}: {events:?}");
        assert_eq!(as_number(events.len()), life.entries, "{life:?}: {events:?}");
        assert_eq!(
            audited.get(&life.id).copied().unwrap_or(0),
            as_number(events.len()),
            "{life:?}"
        );
        let logged = events.iter().filter(|(kind, ..)| kind == "contact.logged").count();
        assert_eq!(contacts.get(&life.id).copied().unwrap_or(0), as_number(logged), "{life:?}");
        let proposed = life.steps.iter().filter(|step| *step == "closure_proposal").count();
        assert_eq!(proposals.get(&life.id).copied().unwrap_or(0), as_number(proposed), "{life:?}");
        of_case.insert(life.id, events);
    }
    let there: BTreeSet<&Done> = of_case.values().flatten().collect();
    for done in done {
        assert!(there.contains(done), "answered with success, and not there: {done:?}");
    }
}

fn as_number(count: usize) -> i64 {
    i64::try_from(count).expect("a small number")
}

async fn counted(db: &DatabaseConnection, sql: &str) -> BTreeMap<Uuid, i64> {
    let rows = lives::rows(db, sql).await;
    let pair = |row: &sea_orm::QueryResult| {
        (row.try_get_by_index(0).expect("an id"), row.try_get_by_index(1).expect("a number"))
    };
    rows.iter().map(pair).collect()
}

#[on_both]
async fn a_killed_server_leaves_all_of_a_step_or_nothing(app: TestApp) {
    let mut cases = Vec::new();
    for n in 0..CASES {
        cases.push(app.assigned(&format!("Hana {n}")).await.1);
    }
    let documents = Folder::make();
    let db = Database::connect(app.url()).await.expect("the database");
    let writing = Writing {
        app: &app,
        http: reqwest::Client::builder().timeout(PATIENCE).build().expect("a client"),
        cases,
        random: RefCell::new(Random(3)),
        done: RefCell::new(Vec::new()),
        answered: Cell::new(0),
        broken: RefCell::new(Vec::new()),
    };
    let mut broken = 0;
    for _ in 0..KILLS {
        let mut server = Running::start(&app, &documents).await;
        writing.again(&server).await;
        let answers = 5 + writing.random.borrow_mut().below(40);
        writing.until_killed(&mut server, answers).await;
        broken += writing.broken.borrow().len();
        nobody_writes(&db, app.on).await;
        let done = writing.done.borrow().clone();
        all_agree(&db, &done).await;
    }
    let server = Running::start(&app, &documents).await;
    writing.again(&server).await;
    drop(server);
    nobody_writes(&db, app.on).await;
    let done = writing.done.borrow().clone();
    all_agree(&db, &done).await;
    // It was killed amid calls, and much was done around it.
    assert!(broken > 0 && writing.done.borrow().len() > 50, "{broken}");
    db.close().await.expect("close");
}
