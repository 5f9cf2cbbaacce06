//! Databases of earlier releases, brought up to date: nothing is lost, everything is answered as
//! before, and the schema is the one that a new database has.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use actix_web::test::TestRequest;
use ascms_http::jobs::work_some;
use flate2::read::GzDecoder;
use sea_orm::{ConnectionTrait, Database, TransactionTrait};
use serde_json::{Map, Value, json};

use super::{run, texts};
use crate::given::SCHOOL;
use crate::schema;
use crate::support::{self, On, TestApp};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("releases")
}

/// The releases that are kept, oldest first, each named after its last migration.
fn kept() -> Vec<String> {
    let entries = std::fs::read_dir(folder()).expect("the folder of releases");
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("text"))
        .filter(|name| folder().join(name).is_dir())
        .collect();
    names.sort();
    assert!(!names.is_empty(), "a release is kept");
    names
}

fn content(release: &str, file: &str) -> Vec<u8> {
    let path = folder().join(release).join(file);
    let file = std::fs::File::open(&path).unwrap_or_else(|err| panic!("{}: {err}", path.display()));
    let mut content = Vec::new();
    GzDecoder::new(file).read_to_end(&mut content).expect("a compressed file");
    content
}

/// A database as the release left it, and what was known of it.
async fn restored(on: On, release: &str) -> (TestApp, Value) {
    let database = support::blank(on).await;
    let record = match on {
        On::Sqlite => {
            let path = database.url().trim_start_matches("sqlite://");
            std::fs::write(path, content(release, "sqlite.db.gz")).expect("written");
            "sqlite.json.gz"
        }
        On::Postgres => {
            let db = Database::connect(database.url()).await.expect("the database");
            let dump = String::from_utf8(content(release, "postgres.sql.gz")).expect("text");
            db.execute_unprepared(&dump).await.expect("restored");
            db.close().await.expect("close");
            "postgres.json.gz"
        }
    };
    let record: Value = serde_json::from_slice(&content(release, record)).expect("JSON");
    let app = TestApp::on_database(on, database).await;
    app.set_time(record["at"].as_str().expect("an instant"));
    (app, record)
}

/// Members that mean the same in every release: who, what, and how many.
const LASTING: &[&str] = &[
    "id",
    "number",
    "status",
    "kind",
    "code",
    "name",
    "legalGivenNames",
    "legalFamilyName",
    "nsn",
    "birthDate",
    "referralDate",
    "dueOn",
    "measure",
    "withinDays",
    "numerator",
    "denominator",
    "rate",
    "pending",
    "key",
    "standing",
    "referralId",
    "caseId",
    "outcome",
    "words",
    "comment",
    "title",
    "severity",
    "sha256",
    "size",
    "present",
    "justified",
    "unjustified",
    "possible",
    "band",
    "startsOn",
    "endsOn",
    "queue",
    "count",
];

fn lasting(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(lasting).collect(),
        Value::Object(members) => {
            let each = members.iter().filter_map(|(name, value)| {
                let shown = match value {
                    Value::Array(_) | Value::Object(_) => lasting(value),
                    _ if LASTING.contains(&name.as_str()) => value.clone(),
                    _ => return None,
                };
                // `comment` was called `words` until 2026-12.
                let name = if name == "words" { "comment" } else { name };
                Some((name.to_owned(), shown))
            });
            Value::Object(each.collect::<Map<_, _>>())
        }
        _ => value.clone(),
    }
}

/// Whether all that was answered is answered still; there may be more.
fn holds(then: &Value, now: &Value) -> bool {
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => then.iter().all(|(name, value)| {
            now.get(name).map_or(value == &json!({}) || value.is_null(), |now| holds(value, now))
        }),
        (Value::Array(then), Value::Array(now)) => {
            then.len() == now.len() && then.iter().zip(now).all(|(then, now)| holds(then, now))
        }
        _ => then == now,
    }
}

async fn answers_as_before(app: &TestApp, record: &Value) {
    for asked in record["answers"].as_array().expect("answers") {
        let text = |member: &str| asked[member].as_str().expect("a text");
        // The day had another name in that release.
        let path = text("path").replace("/contract-2026?date=", "/contract-2026?on=");
        let answer = app.as_(text("as")).get(&path).await.expect(200);
        let (then, mut now) = (lasting(&asked["answer"]), lasting(&answer.json));
        if text("path").starts_with("/v1/recalculations") {
            // The upgrade may have had everything counted anew; the latest stands first.
            let orders = now["items"].as_array_mut().expect("a list");
            let known = then["items"].as_array().expect("a list").len();
            orders.drain(..orders.len().saturating_sub(known));
        }
        assert!(holds(&then, &now), "{}: {then}\n{now}", text("path"));
    }
}

/// The answer that the release kept is given again as it was, without the members that came later,
/// and nothing is made anew.
async fn repeats_what_was_kept(app: &TestApp, kept: &Value) {
    let referrals = app.count("referral", "1 = 1").await;
    let text = |member: &str| kept[member].as_str().expect("a text");
    let token = app.keys().sign(&app.claims(text("as")));
    let request = TestRequest::post()
        .uri(text("path"))
        .insert_header(("authorization", format!("Bearer {token}")))
        .insert_header(("idempotency-key", text("key")))
        .set_json(&kept["body"]);
    let again = app.raw(request.to_request()).await;
    assert_eq!((json!(again.status), &again.json), (kept["status"].clone(), &kept["answer"]));
    assert_eq!(app.count("referral", "1 = 1").await, referrals);
}

/// The job that was begun before is done to its end.
async fn finishes_what_was_begun(app: &TestApp, job: &Value) {
    while work_some(app.state.store(), app.now(), 1_000).await.expect("a part") {}
    let path = format!("/v1/jobs/{}/result", job.as_str().expect("an id"));
    let result = app.as_("ministry-analyst").get(&path).await.expect(200);
    assert!(result.text.lines().count() > 20, "{}", result.text);
}

async fn is_written_to(app: &TestApp) {
    let (_, case) = app.assigned("Written after").await;
    app.reached(&case, "school", "2026-06-01T00:00:00Z").await.expect(201);
    app.task("case-manager", &case).await;
    app.uploaded("case-manager", &case, "shared").await;
    let read = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    let student = &read.json["student"]["id"];
    let days = json!([{ "date": "2026-05-04", "codes": "PPPPP" }]);
    let push =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] });
    let sent = app.as_("office-support").post("/v1/attendance", push).await.expect(200);
    assert_eq!(sent.json["newDays"], 1, "{}", sent.text);
}

async fn upgraded(on: On, release: &str) {
    let (app, record) = restored(on, release).await;
    let store = app.state.store();
    let pending = store.schema_standing().await.expect("a look").pending;
    assert_eq!(store.migrate().await.expect("migrated"), pending);
    for (table, then) in record["counts"].as_object().expect("counts") {
        let now = app.count(&format!("\"{table}\""), "1 = 1").await;
        let then = then.as_i64().expect("a number");
        if table == "seaql_migrations" {
            assert_eq!(now, then + i64::try_from(pending.len()).expect("few"));
        } else {
            // An export that is under way is made anew.
            let kept = now >= then || table == "job_part";
            assert!(then > 0 && kept, "{table}: {then} rows, then {now}");
        }
    }
    answers_as_before(&app, &record).await;
    repeats_what_was_kept(&app, &record["kept"]).await;
    finishes_what_was_begun(&app, &record["kept"]["job"]).await;
    is_written_to(&app).await;
    assert_eq!(store.migrate().await.expect("nothing to do"), [""; 0]);
    // A new database has the same schema.
    let new = TestApp::start(on).await;
    new.unwatched("its tables are compared").await;
    let (one, other) = (app.database().await, new.database().await);
    assert_eq!(schema::whole(&app, &one).await, schema::whole(&new, &other).await);
    one.close().await.expect("close");
    other.close().await.expect("close");
}

#[actix_web::test]
async fn a_database_of_an_earlier_release_is_upgraded_on_sqlite() {
    for release in kept() {
        upgraded(On::Sqlite, &release).await;
    }
}

#[actix_web::test]
async fn a_database_of_an_earlier_release_is_upgraded_on_postgres() {
    for release in kept() {
        upgraded(On::Postgres, &release).await;
    }
}

#[test]
fn the_databases_of_releases_are_small() {
    for release in kept() {
        let files = std::fs::read_dir(folder().join(&release)).expect("a folder");
        let sizes = files.map(|file| file.expect("a file").metadata().expect("its size").len());
        let size: u64 = sizes.sum();
        assert!((10_000..300_000).contains(&size), "{release}: {size} bytes");
    }
}

/// What a server of the release asks of a table all the time: a look, and a change of a row where
/// rows may change.
async fn calls(app: &TestApp, tables: &[(String, Option<String>)], until: &Wanted) -> Duration {
    let db = app.database().await;
    // What a call waits for a lock, as `connect.rs` has it: longer, and it fails.
    let mut longest = Duration::ZERO;
    while !until.is_over() {
        for (table, column) in tables {
            let began = Instant::now();
            let call = db.begin().await.expect("a transaction");
            call.execute_unprepared("SET LOCAL lock_timeout = 1500").await.expect("a limit");
            let look = format!("SELECT * FROM \"{table}\" LIMIT 3");
            call.execute_unprepared(&look).await.unwrap_or_else(|err| panic!("{look}: {err}"));
            if let Some(column) = column {
                let change = format!(
                    "UPDATE \"{table}\" SET \"{column}\" = \"{column}\" WHERE \"{column}\" = \
                     (SELECT \"{column}\" FROM \"{table}\" LIMIT 1)"
                );
                let done = call.execute_unprepared(&change).await;
                done.unwrap_or_else(|err| panic!("{change}: {err}"));
            }
            call.commit().await.expect("done");
            longest = longest.max(began.elapsed());
            if until.is_over() {
                break;
            }
        }
    }
    db.close().await.expect("close");
    longest
}

/// Whether calls go on.
struct Wanted(std::cell::Cell<bool>);

impl Wanted {
    fn is_over(&self) -> bool {
        !self.0.get()
    }
}

/// While callers read and change every table, and somebody looks at all of them for a long time.
/// PostgreSQL alone makes callers wait behind a change of the schema that waits.
#[actix_web::test]
async fn callers_go_on_while_a_release_is_upgraded_on_postgres() {
    let release = kept().pop().expect("a release");
    let (app, _) = restored(On::Postgres, &release).await;
    let db = app.database().await;
    let rows = "INSERT INTO audit_entry (at, caller_kind, action, decision, subject_kind) \
                SELECT now(), 'system', 'cases:read', 'allowed', 'case' FROM generate_series(1, 50000)";
    run(&db, rows).await;
    let rows = "INSERT INTO attendance_report (id, student_id, school_id, month, days, received_at) \
                SELECT gen_random_uuid(), student_id, school_id, month, days, received_at \
                FROM attendance_report, generate_series(1, 10000)";
    run(&db, rows).await;
    let tables =
        texts(&db, "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public'").await;
    let mut asked = Vec::new();
    for table in tables.into_iter().filter(|table| table != "seaql_migrations") {
        let column = format!(
            "SELECT a.attname::text FROM pg_attribute a JOIN pg_index i ON i.indrelid = a.attrelid \
             AND a.attnum = i.indkey[0] WHERE i.indisprimary AND i.indrelid = '{table}'::regclass \
             AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = i.indrelid AND NOT t.tgisinternal)"
        );
        // The upgrade makes it append-only; no server of any release changed a row of it.
        let only_grows = table.starts_with("attendance_report");
        let column = texts(&db, &column).await.pop().filter(|_| !only_grows);
        asked.push((table, column));
    }
    let reader = app.database().await.begin().await.expect("a transaction");
    for (table, _) in &asked {
        let look = format!("SELECT * FROM \"{table}\" LIMIT 1");
        reader.execute_unprepared(&look).await.expect("a look");
    }
    let wanted = Wanted(std::cell::Cell::new(true));
    let migrating = async {
        let applied = app.owner().await.migrate().await;
        wanted.0.set(false);
        applied
    };
    let reading = async {
        tokio::time::sleep(Duration::from_secs(3)).await;
        reader.commit().await.expect("the look is over");
    };
    let (applied, (), one, other) = tokio::join!(
        migrating,
        reading,
        calls(&app, &asked, &wanted),
        calls(&app, &asked, &wanted)
    );
    assert!(!applied.expect("migrated").is_empty());
    for longest in [one, other] {
        assert!(longest < Duration::from_secs(3), "a call took {longest:?}");
    }
    db.close().await.expect("close");
}
