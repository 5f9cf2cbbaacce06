//! A disk that is full, that fails, and that has room again: what was acknowledged is there, what
//! was refused is not, and nothing that came after is lost.

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::process::Command;
use std::time::Duration;

use actix_web::test::TestRequest;
use futures_util::future::join_all;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::process::Running;
use crate::support::{Folder, On, TestApp, on_both};
use crate::{given, lives};

/// Where a fault comes: at a statement in the middle, or when all is written and is to be kept.
const PLACES: [&str; 2] = ["statement", "commit"];

/// A database that fails when it is told to. SQLite rolls back by itself, as it does when the disk
/// is full, or refuses the COMMIT; PostgreSQL raises the very errors.
async fn faulty(app: &TestApp) -> DatabaseConnection {
    let db = app.database().await;
    let sqlite = [
        "CREATE TABLE fault (place text)",
        "CREATE TRIGGER fault_at_statement BEFORE INSERT ON event \
         WHEN EXISTS (SELECT 1 FROM fault WHERE place = 'statement') \
         BEGIN SELECT RAISE(ROLLBACK, 'database or disk is full'); END",
        "CREATE TABLE fault_parent (n integer PRIMARY KEY)",
        "CREATE TABLE fault_child (n integer REFERENCES fault_parent (n) \
         DEFERRABLE INITIALLY DEFERRED)",
        "CREATE TRIGGER fault_at_commit AFTER INSERT ON event \
         WHEN EXISTS (SELECT 1 FROM fault WHERE place = 'commit') \
         BEGIN INSERT INTO fault_child VALUES (1); END",
    ];
    let postgres = [
        "CREATE TABLE fault (place text)",
        // The service works with a role that owns nothing.
        "GRANT SELECT ON fault TO PUBLIC",
        "CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         IF EXISTS (SELECT 1 FROM fault WHERE place = TG_ARGV[0]) THEN \
         RAISE EXCEPTION 'no space left on device' USING ERRCODE = TG_ARGV[1]; END IF; \
         RETURN NEW; END $$",
        "CREATE TRIGGER fault_at_statement BEFORE INSERT ON event \
         FOR EACH ROW EXECUTE FUNCTION fail('statement', '53100')",
        "CREATE CONSTRAINT TRIGGER fault_at_commit AFTER INSERT ON event \
         DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail('commit', '58030')",
    ];
    let statements = if app.on == On::Sqlite { &sqlite[..] } else { &postgres[..] };
    for statement in statements {
        db.execute_unprepared(statement).await.expect(statement);
    }
    db
}

async fn run(db: &DatabaseConnection, sql: &str) {
    db.execute_unprepared(sql).await.expect(sql);
}

/// What was answered to a write under a key.
#[derive(Clone, Debug)]
struct Sent {
    key: String,
    status: u16,
    code: String,
    id: Option<Uuid>,
}

/// Everything that was sent: kept where it was acknowledged, with its event and its audit entry;
/// and absent where it was refused.
async fn all_told_the_truth(db: &DatabaseConnection, sent: &[Sent]) {
    let mut kept = 0;
    for Sent { key, status, code, id } in sent {
        let key = format!("SELECT 1 FROM idempotency_key WHERE key = '{key}'");
        let is_kept = !lives::rows(db, &key).await.is_empty();
        match (status, code.as_str()) {
            (201, _) => {
                assert!(is_kept, "acknowledged and gone: {id:?}");
                kept += 1;
            }
            // Nobody knows: it was said so.
            (503, "outcome_unknown") => {}
            _ => assert!(!is_kept, "refused and there: {status} {code} {key}"),
        }
    }
    let ids = |sql: &'static str| async move {
        let rows = lives::rows(db, sql).await;
        let id = |row: &sea_orm::QueryResult| row.try_get_by_index::<Uuid>(0).expect("an id");
        let mut ids: Vec<Uuid> = rows.iter().map(id).collect();
        ids.sort_unstable();
        ids
    };
    let there = ids("SELECT id FROM referral").await;
    for sent in sent.iter().filter(|sent| sent.status == 201) {
        assert!(there.binary_search(&sent.id.expect("an id")).is_ok(), "gone: {sent:?}");
    }
    assert!(there.len() >= kept);
    let of_each = [
        "SELECT subject_id FROM event WHERE kind = 'referral.submitted'",
        "SELECT subject_id FROM audit_entry WHERE subject_kind = 'referral' AND \
         action = 'referrals:submit' AND decision = 'allowed'",
    ];
    for sql in of_each {
        assert_eq!(ids(sql).await, there, "one for each that is there: {sql}");
    }
}

/// The office submits under a key; each child has a name of its own.
async fn submit(app: &TestApp, n: u32) -> Sent {
    let key = format!("child-{n}");
    let body = given::referral(&format!("Child {}", word(n)));
    let answer = app.as_("office-support").post_keyed("/v1/referrals", &key, body).await;
    let id = answer.json["id"].as_str().filter(|_| answer.status == 201);
    let id = id.map(|id| id.parse().expect("an id"));
    Sent { key, status: answer.status, code: answer.code().to_owned(), id }
}

/// A number as a name, which has no digits.
fn word(mut n: u32) -> String {
    // Without vowels: two of one stand for a long one, and would be the same name.
    let letters = b"bcdfghjklmnpqrstvwxz";
    let mut word = String::from("A");
    while n > 0 {
        word.push(char::from(letters[usize::try_from(n % 20).expect("a letter")]));
        n /= 20;
    }
    word
}

/// A call that rolls back: a second decision.
async fn conflict(app: &TestApp, decided: &str) {
    app.decide(decided, json!({ "outcome": "accepted" })).await.expect(409);
}

/// A file system of its own with so many bytes; `None` where none may be mounted.
struct SmallDisk(PathBuf);

impl SmallDisk {
    fn make(bytes: u32) -> Option<Self> {
        let folder = std::env::temp_dir().join(format!("ascms-small-{}", Uuid::now_v7()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let size = format!("size={bytes}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", size.as_str(), "tmpfs"])
            .arg(&folder)
            .status();
        let mounted = mounted.is_ok_and(|status| status.success());
        if !mounted {
            std::fs::remove_dir(&folder).expect("an empty folder");
            return None;
        }
        Some(Self(folder))
    }

    /// Leaves no room.
    fn fill(&self) {
        use std::io::Write;
        let mut file = std::fs::File::create(self.0.join("filling")).expect("a file");
        for size in [64 * 1024, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    fn make_room(&self) {
        std::fs::remove_file(self.0.join("filling")).expect("the filling");
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let gone = Command::new("umount").arg("--lazy").arg(&self.0).status();
        assert!(gone.is_ok_and(|status| status.success()));
        std::fs::remove_dir(&self.0).expect("an empty folder");
    }
}

/// Whether there was no room for the last four: until then some find room in what is there.
fn all_refused(sent: &[Sent]) -> bool {
    sent.iter().rev().take(4).all(|sent| sent.status == 503)
}

/// Several people at once, each until they were answered so often.
async fn all_write(app: &TestApp, next: &Cell<u32>, sent: &RefCell<Vec<Sent>>, each: u32) {
    let write = |_| async {
        for _ in 0..each {
            let n = next.replace(next.get() + 1);
            let answer = submit(app, n).await;
            sent.borrow_mut().push(answer);
        }
    };
    join_all((0..4).map(write)).await;
}

#[on_both]
async fn what_is_acknowledged_after_a_fault_is_there(app: TestApp) {
    let (decided, _) = app.accepted("Hana").await;
    let db = faulty(&app).await;
    let (next, sent) = (Cell::new(0), RefCell::new(Vec::new()));
    for place in [PLACES, PLACES].concat() {
        run(&db, &format!("INSERT INTO fault VALUES ('{place}')")).await;
        all_write(&app, &next, &sent, 2).await;
        let refused = sent.borrow().iter().rev().take(8).all(|sent| sent.status >= 500);
        assert!(refused, "{place}: {:?}", sent.borrow());
        run(&db, "DELETE FROM fault").await;
        // In between, calls that roll back and calls that only read.
        conflict(&app, &decided).await;
        all_write(&app, &next, &sent, 2).await;
        conflict(&app, &decided).await;
        app.as_("office-support").get("/v1/referrals").await.expect(200);
        all_write(&app, &next, &sent, 2).await;
        let answered = sent.borrow().iter().rev().take(16).all(|sent| sent.status == 201);
        assert!(answered, "{place}: {:?}", sent.borrow());
    }
    let last = first_of(&app, "Hana").await;
    sent.borrow_mut().push(last);
    all_told_the_truth(&db, &sent.into_inner()).await;
    db.close().await.expect("close");
}

/// PostgreSQL's errors are raised in the test above.
#[on_both(not_on_postgres = "PostgreSQL's own disk is the server's")]
async fn a_full_disk_loses_nothing_that_was_acknowledged(app: TestApp) {
    let Some(disk) = SmallDisk::make(24 * 1024 * 1024) else { return };
    let file = disk.0.join("ascms.db");
    std::fs::copy(app.url().trim_start_matches("sqlite://"), &file).expect("a copy");
    let small = app.at(format!("sqlite://{}", file.display())).await;
    let (decided, _) = small.accepted("Hana").await;
    let (next, sent) = (Cell::new(0), RefCell::new(Vec::new()));
    for _ in 0..3 {
        all_write(&small, &next, &sent, 3).await;
        disk.fill();
        for _ in 0..100 {
            all_write(&small, &next, &sent, 1).await;
            if all_refused(&sent.borrow()) {
                break;
            }
        }
        assert!(all_refused(&sent.borrow()), "{:?}", sent.borrow());
        // A read leaves a trace, which finds no room either.
        let read = small.as_("office-support").get("/v1/referrals").await;
        assert!(read.status == 200 || read.status == 503, "{read:?}");
        disk.make_room();
        conflict(&small, &decided).await;
        all_write(&small, &next, &sent, 3).await;
        let answered = sent.borrow().iter().rev().take(12).all(|sent| sent.status == 201);
        assert!(answered, "{:?}", sent.borrow());
    }
    let last = first_of(&small, "Hana").await;
    sent.borrow_mut().push(last);
    small.state.store().close().await.expect("close");
    let db = small.database().await;
    all_told_the_truth(&db, &sent.into_inner()).await;
    db.close().await.expect("close");
}

async fn readiness(app: &TestApp) -> u16 {
    app.raw(TestRequest::get().uri("/readyz").to_request()).await.status
}

/// Small writes still find a place in what SQLite's log has already: they prove nothing.
#[on_both(not_on_postgres = "PostgreSQL's own disk is the server's")]
async fn a_server_without_room_on_its_disk_is_not_ready_until_there_is_some(app: TestApp) {
    let Some(disk) = SmallDisk::make(24 * 1024 * 1024) else { return };
    let file = disk.0.join("ascms.db");
    std::fs::copy(app.url().trim_start_matches("sqlite://"), &file).expect("a copy");
    let small = app.at(format!("sqlite://{}", file.display())).await;
    let mut n = 0;
    let mut next = || {
        n += 1;
        n
    };
    for _ in 0..2 {
        for _ in 0..3 {
            assert_eq!(submit(&small, next()).await.status, 201);
        }
        disk.fill();
        let mut refused = None;
        for _ in 0..200 {
            // What was found a moment ago is remembered, and does not count any more.
            readiness(&small).await;
            let sent = submit(&small, next()).await;
            if sent.status != 201 {
                refused = Some(sent);
                break;
            }
        }
        let refused = refused.expect("the disk is full");
        assert_eq!(refused.status, 503, "{refused:?}");
        // At once, and for longer than an answer is remembered.
        let mut moments = tokio::time::interval(Duration::from_millis(50));
        for _ in 0..30 {
            assert_eq!(readiness(&small).await, 503);
            moments.tick().await;
        }
        assert_eq!(submit(&small, next()).await.status, 503);
        disk.make_room();
        let mut ready = 503;
        for _ in 0..100 {
            ready = readiness(&small).await;
            if ready == 200 {
                break;
            }
            moments.tick().await;
        }
        assert_eq!(ready, 200, "there is room again");
        assert_eq!(submit(&small, next()).await.status, 201);
        assert_eq!(readiness(&small).await, 200);
    }
    small.state.store().close().await.expect("close");
}

#[on_both(not_on_postgres = "PostgreSQL's own disk is the server's")]
async fn a_disk_that_fails_under_a_server_loses_nothing_that_was_acknowledged(app: TestApp) {
    failing(&app).await;
}

/// The referral that a test began with, as something that was sent without a key.
async fn first_of(app: &TestApp, student: &str) -> Sent {
    let body = given::referral(&format!("{student} again"));
    let answer = app.as_("office-support").post_keyed("/v1/referrals", "last", body).await;
    let id = Some(answer.expect(201).id().parse().expect("an id"));
    Sent { key: "last".to_owned(), status: 201, code: String::new(), id }
}

/// A server in a process that may write files only up to a size: beyond it, writing fails with an
/// I/O error.
async fn failing(app: &TestApp) {
    let (decided, _) = app.accepted("Hana").await;
    let documents = Folder::make();
    let server = Running::start_with(app, &documents, |program| {
        let mut shell = Command::new("sh");
        // Not ended by the signal that comes with the error.
        shell.args(["-c", "trap '' XFSZ; exec \"$0\" \"$@\""]).arg(program);
        shell
    })
    .await;
    let limit = |size: &str| {
        let id = server.id().to_string();
        let size = format!("--fsize={size}:");
        let set = Command::new("prlimit").args(["--pid", &id, &size]).status();
        assert!(set.expect("prlimit").success());
    };
    let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().expect("one");
    let post = async |path: &str, who: &str, key: &str, body: &Value| {
        let token = app.keys().sign(&app.claims(who));
        let request = http.post(format!("{}{path}", server.base)).bearer_auth(token);
        let answer = request.header("idempotency-key", key).json(body).send().await.expect("sent");
        (answer.status().as_u16(), answer.json::<Value>().await.expect("a body"))
    };
    let wal = PathBuf::from(format!("{}-wal", app.url().trim_start_matches("sqlite://")));
    let (next, sent) = (Cell::new(0), RefCell::new(Vec::new()));
    let write = async |each: u32| {
        let one = |_| async {
            for _ in 0..each {
                let n = next.replace(next.get() + 1);
                let key = format!("child-{n}");
                let body = given::referral(&format!("Child {}", word(n)));
                let (status, body) = post("/v1/referrals", "office-support", &key, &body).await;
                let code = body["code"].as_str().unwrap_or_default().to_owned();
                let id = body["id"].as_str().filter(|_| status == 201);
                let id = id.map(|id| id.parse().expect("an id"));
                sent.borrow_mut().push(Sent { key, status, code, id });
            }
        };
        join_all((0..4).map(one)).await;
    };
    let again = format!("/v1/referrals/{decided}/decision");
    for round in 0..4 {
        write(3).await;
        let size = std::fs::metadata(&wal).expect("a log").len();
        // Now in the middle of a page, now at the beginning of one.
        limit(&(size + [0, 100, 4096 + 24, 9000][round]).to_string());
        for _ in 0..100 {
            write(1).await;
            if all_refused(&sent.borrow()) {
                break;
            }
        }
        assert!(all_refused(&sent.borrow()), "{:?}", sent.borrow());
        limit("unlimited");
        let accept = json!({ "outcome": "accepted" });
        let answer = post(&again, "workflow-lead", &format!("again-{round}"), &accept).await;
        assert_eq!(answer.0, 409, "{}", answer.1);
        write(3).await;
        let answered = sent.borrow().iter().rev().take(12).all(|sent| sent.status == 201);
        assert!(answered, "{:?}", sent.borrow());
    }
    drop(server);
    let sent = sent.take();
    let db = Database::connect(app.url()).await.expect("the database");
    all_told_the_truth(&db, &sent).await;
    db.close().await.expect("close");
}
