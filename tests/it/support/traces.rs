//! Every change leaves its audit entry and its event, in its transaction. Triggers in the tests'
//! databases note which rows change; after a test of `#[on_both]`, each change is held against what
//! was left. Nothing here asks the code that writes entries and events.
//!
//! On PostgreSQL a change is noted with its transaction, and both have to be of the same one. SQLite
//! tells no trigger which transaction it is in; there, both have to be among the next few of the
//! trail, whose writers follow one another.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, Statement};
use serde_json::Value;
use uuid::Uuid;

use super::{On, TestApp};

/// Tables of which a change leaves neither entry nor event, and why.
const BOOKKEEPING: &[(&str, &str)] = &[
    ("api_client", "the operator adds accounts, with the manual's SQL"),
    ("api_client_school", "the operator adds accounts, with the manual's SQL"),
    ("appointment", "the operator adds accounts, with the manual's SQL"),
    ("user_account", "the operator adds accounts, with the manual's SQL"),
    ("attendance_code", "a code is announced with its set"),
    ("code", "a code is announced with its set"),
    ("code_set", "has words and no id"),
    ("attendance_month", "counted of the days that were sent"),
    ("attendance_report", "a push is announced once, by its school"),
    ("attendance_summary", "a push is announced once, by its school"),
    ("audit_entry", "is the entry"),
    ("case_look", "what somebody has seen"),
    ("case_number", "the last number that was given"),
    ("commit_order", "of the service itself"),
    ("cursor_key", "of the service itself"),
    ("enrolment", "made of what was said of enrolments"),
    ("enrolment_ahead", "what is still to be done"),
    ("event", "is the event"),
    ("field_change", "what a change leaves itself"),
    ("heartbeat", "of the service itself"),
    ("idempotency_key", "what was answered"),
    ("installation", "of the service itself"),
    ("job_part", "what a job has made so far"),
    ("notification", "tells of an event"),
    ("published_row", "the rows of a publication"),
    ("referral_clock", "counted of the referral and its case"),
    ("referral_clock_past", "counted of the referral and its case"),
    ("schema_compatibility", "of the service itself"),
    ("seaql_migrations", "of the service itself"),
    ("store_clock", "of the service itself"),
    ("version_ahead", "of the service itself"),
];

/// Tables of which a change leaves an entry and no event, and why.
const WITHOUT_EVENT: &[(&str, &str)] = &[("job", "an export changes nothing of what it exports")];

/// Tables of which a change leaves an event and no entry, and why.
const WITHOUT_ENTRY: &[(&str, &str)] = &[];

/// Events of what is not noted, and why.
const WITHOUT_ROW: &[(&str, &str)] = &[
    ("attendance.received", "the days of a push are not noted one by one"),
    ("code_set.changed", "codes have words and no ids"),
    ("installation.adopted", "of the service itself"),
    ("notification.read", "notifications are not noted"),
    ("notification.read_up_to", "notifications are not noted"),
];

/// Columns that say who, where or by which call, and not what a row hangs on.
const OTHERS: &[&str] = &[
    "assignee_id",
    "caller_id",
    "case_manager_id",
    "catchment_id",
    "client_id",
    "from_provider_id",
    "from_school_id",
    "last_entry_id",
    "last_referral_id",
    "primary_contact_id",
    "provider_id",
    "request_id",
    "school_id",
    "sent_by_provider_id",
    "to_provider_id",
    "user_id",
];

fn hangs_on(column: &str) -> bool {
    !OTHERS.contains(&column) && !column.ends_with("_by") && !column.ends_with("_by_id")
}

/// A row that the application added or changed.
#[derive(Debug)]
struct Change {
    place: i64,
    table: String,
    /// The row's own id, and those of what it hangs on.
    ids: Vec<Uuid>,
}

/// An event or an entry of the trail.
#[derive(Debug)]
struct Trace {
    place: i64,
    /// The kind of the event, or the action of the entry.
    what: String,
    ids: Vec<Uuid>,
}

/// What the application did in a test.
#[derive(Debug, Default)]
struct Done {
    changes: Vec<Change>,
    events: Vec<Trace>,
    entries: Vec<Trace>,
    /// How far apart a change and what it left may stand.
    reach: i64,
}

/// Ids that belong together, because one row names them both.
#[derive(Default)]
struct Ties(HashMap<Uuid, Uuid>);

impl Ties {
    fn root(&self, id: Uuid) -> Uuid {
        let mut id = id;
        while let Some(next) = self.0.get(&id) {
            id = *next;
        }
        id
    }

    fn tie(&mut self, ids: &[Uuid]) {
        for pair in ids.windows(2) {
            let (one, other) = (self.root(pair[0]), self.root(pair[1]));
            if one != other {
                self.0.insert(one, other);
            }
        }
    }

    fn roots<'a>(&self, traces: impl Iterator<Item = &'a &'a Trace>) -> BTreeSet<Uuid> {
        traces.flat_map(|trace| &trace.ids).map(|id| self.root(*id)).collect()
    }
}

/// What was noted at one place: in one transaction on PostgreSQL.
#[derive(Default)]
struct Here<'a> {
    changes: Vec<&'a Change>,
    events: Vec<&'a Trace>,
    entries: Vec<&'a Trace>,
}

impl Here<'_> {
    /// Where to look for the cause of a fault.
    fn words(&self) -> String {
        let words = |traces: &[&Trace]| {
            let words: BTreeSet<&str> = traces.iter().map(|trace| trace.what.as_str()).collect();
            words.into_iter().collect::<Vec<_>>().join(", ")
        };
        format!("entries: {}; events: {}", words(&self.entries), words(&self.events))
    }
}

impl Done {
    /// Changes without an event or an entry, and events without a change: each kind of fault once,
    /// with what was left beside it.
    fn faults(&self) -> BTreeMap<String, String> {
        let mut at: BTreeMap<i64, Here<'_>> = BTreeMap::new();
        for change in &self.changes {
            at.entry(change.place).or_default().changes.push(change);
        }
        for event in &self.events {
            at.entry(event.place).or_default().events.push(event);
        }
        for entry in &self.entries {
            at.entry(entry.place).or_default().entries.push(entry);
        }
        let mut faults = BTreeMap::new();
        for (place, here) in &at {
            let places = place - self.reach..=place + self.reach;
            let near: Vec<&Here<'_>> = at.range(places).map(|(_, here)| here).collect();
            for fault in here.faults(&near) {
                faults.entry(fault).or_insert_with(|| here.words());
            }
        }
        faults
    }
}

impl Here<'_> {
    fn faults(&self, near: &[&Here<'_>]) -> Vec<String> {
        let changes = || near.iter().flat_map(|here| &here.changes);
        let mut ties = Ties::default();
        changes().for_each(|change| ties.tie(&change.ids));
        let announced = ties.roots(near.iter().flat_map(|here| &here.events));
        let entered = ties.roots(near.iter().flat_map(|here| &here.entries));
        let mut faults = Vec::new();
        for Change { table, ids, .. } in &self.changes {
            let is_in =
                |roots: &BTreeSet<Uuid>| ids.iter().any(|id| roots.contains(&ties.root(*id)));
            if !is_in(&announced) && !listed(WITHOUT_EVENT, table) {
                faults.push(format!("a change of {table} left no event"));
            }
            if !is_in(&entered) && !listed(WITHOUT_ENTRY, table) {
                faults.push(format!("a change of {table} left no audit entry"));
            }
        }
        let changed: BTreeSet<Uuid> = changes().flat_map(|change| &change.ids).copied().collect();
        for Trace { what, ids, .. } in &self.events {
            if !ids.iter().any(|id| changed.contains(id)) && !listed(WITHOUT_ROW, what) {
                faults.push(format!("the event {what} tells of no change"));
            }
        }
        faults
    }
}

fn listed(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

async fn texts(db: &DatabaseConnection, sql: &str) -> Vec<(String, String)> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    let rows = rows.unwrap_or_else(|err| panic!("{sql}: {err}"));
    let text = |row: &sea_orm::QueryResult, at| row.try_get_by_index(at).expect("a text");
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

/// The tables whose changes are noted, and their columns of ids.
async fn noted(db: &DatabaseConnection, on: On) -> BTreeMap<String, Vec<String>> {
    let sql = match on {
        On::Sqlite => {
            "SELECT t.name, coalesce(group_concat(c.name), '') FROM sqlite_master t \
             LEFT JOIN pragma_table_info(t.name) c ON lower(c.type) LIKE '%uuid%' \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' GROUP BY t.name"
        }
        On::Postgres => {
            "SELECT relname::text, coalesce(string_agg(attname::text, ','), '') FROM pg_class \
             LEFT JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped \
             AND atttypid = 'uuid'::regtype WHERE relnamespace = 'public'::regnamespace \
             AND relkind IN ('r', 'p') AND NOT relispartition GROUP BY relname"
        }
    };
    let tables = texts(db, sql).await.into_iter();
    let tables = tables.filter(|(table, _)| !listed(BOOKKEEPING, table));
    let tables = tables.map(|(table, columns)| {
        let columns: Vec<String> =
            columns.split(',').filter(|column| hangs_on(column)).map(str::to_owned).collect();
        assert!(!columns.concat().is_empty(), "what does a row of {table} hang on?");
        (table, columns)
    });
    tables.collect()
}

/// Notes changes from now on, in a database that becomes the template of others.
pub async fn install(url: &str, on: On) {
    let db = Database::connect(url).await.expect("the template");
    let mut statements = vec![
        match on {
            On::Sqlite => {
                "CREATE TABLE harness_change (seq integer PRIMARY KEY, place integer NOT NULL, \
                 of_what text NOT NULL, ids text NOT NULL)"
            }
            On::Postgres => {
                "CREATE SCHEMA harness; CREATE TABLE harness.change (seq bigint GENERATED ALWAYS \
                 AS IDENTITY, place bigint NOT NULL, of_what text NOT NULL, ids text NOT NULL)"
            }
        }
        .to_owned(),
    ];
    for (table, columns) in noted(&db, on).await {
        statements.extend(triggers(on, &table, &format!("'{table}'"), &columns));
    }
    let ids = ["subject_id", "case_id"].map(str::to_owned);
    statements.extend(triggers(on, "event", "NEW.kind", &ids));
    for sql in statements {
        db.execute_unprepared(&sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
    }
    db.close().await.expect("close");
}

fn triggers(on: On, table: &str, of_what: &str, columns: &[String]) -> Vec<String> {
    match on {
        On::Sqlite => {
            let ids: Vec<String> =
                columns.iter().map(|column| format!("coalesce(hex(NEW.{column}), '')")).collect();
            let ids = ids.join(" || ',' || ");
            let trigger = |verb: &str| {
                format!(
                    "CREATE TRIGGER harness_{table}_{verb} AFTER {verb} ON {table} BEGIN \
                     INSERT INTO harness_change (place, of_what, ids) VALUES \
                     ((SELECT coalesce(max(id), 0) FROM audit_entry), {of_what}, {ids}); END"
                )
            };
            ["INSERT", "UPDATE"].map(trigger).into()
        }
        On::Postgres => {
            let ids: Vec<String> = columns.iter().map(|column| format!("NEW.{column}")).collect();
            let ids = ids.join(", ");
            // By the owner: the application has no rights here. What the test itself does says so.
            vec![format!(
                "CREATE FUNCTION harness.note_{table}() RETURNS trigger LANGUAGE plpgsql \
                 SECURITY DEFINER AS $$ BEGIN \
                 IF current_setting('harness.own', true) IS DISTINCT FROM 'on' THEN \
                 INSERT INTO harness.change (place, of_what, ids) VALUES \
                 (pg_current_xact_id()::text::bigint, {of_what}, concat_ws(',', {ids})); \
                 END IF; RETURN NULL; END $$; \
                 CREATE TRIGGER harness AFTER INSERT OR UPDATE ON {table} \
                 FOR EACH ROW EXECUTE FUNCTION harness.note_{table}()"
            )]
        }
    }
}

async fn is_watched(db: &DatabaseConnection) -> bool {
    let sql = "SELECT name, name FROM sqlite_master WHERE name = 'harness_change'";
    !texts(db, sql).await.is_empty()
}

/// A connection of the test itself: what it changes is no change of the application.
pub async fn own(url: &str, connections: u32) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    // On SQLite it is one connection, which keeps the trigger below as long as it is open.
    options.max_connections(if url.starts_with("sqlite") { 1 } else { connections });
    options.map_sqlx_postgres_opts(|options| options.options([("harness.own", "on")]));
    let db = Database::connect(options).await.expect("the test's database");
    if url.starts_with("sqlite") && is_watched(&db).await {
        let forget = "CREATE TEMP TRIGGER harness_own AFTER INSERT ON main.harness_change \
                      BEGIN DELETE FROM harness_change WHERE seq = NEW.seq; END";
        db.execute_unprepared(forget).await.expect("a trigger");
    }
    db
}

/// What a test's application is watched by.
#[derive(Clone)]
pub struct Watch {
    on: On,
    url: String,
    /// Why nobody looks.
    off: Rc<Cell<Option<&'static str>>>,
}

impl Watch {
    pub fn of(on: On, url: &str) -> Self {
        Self { on, url: url.to_owned(), off: Rc::default() }
    }

    /// What is not as it should be so far.
    pub async fn faults(&self) -> BTreeMap<String, String> {
        self.done().await.faults()
    }

    async fn done(&self) -> Done {
        let db = Database::connect(&self.url).await.expect("the test's database");
        let (noted, entries, reach) = match self.on {
            On::Sqlite => ("harness_change", "id AS place", 4),
            On::Postgres => ("harness.change", "xmin::text::bigint AS place", 0),
        };
        let noted = format!("SELECT place, of_what, ids FROM {noted} ORDER BY seq");
        let mut done = Done { reach, ..Done::default() };
        for row in self.rows(&db, &noted).await {
            let place = row.try_get("", "place").expect("a place");
            let what: String = row.try_get("", "of_what").expect("of what");
            let ids: String = row.try_get("", "ids").expect("ids");
            let ids = ids.split(',').filter(|id| !id.is_empty());
            let ids = ids.map(|id| Uuid::parse_str(id).expect("an id")).collect();
            // The kind of an event has a dot.
            if what.contains('.') {
                done.events.push(Trace { place, what, ids });
            } else {
                done.changes.push(Change { place, table: what, ids });
            }
        }
        let entries = format!(
            "SELECT {entries}, action, subject_id, further_ids FROM audit_entry \
             WHERE decision = 'allowed' AND action NOT LIKE '%:read'"
        );
        for row in self.rows(&db, &entries).await {
            let place = row.try_get("", "place").expect("a place");
            let subject: Option<Uuid> = row.try_get("", "subject_id").expect("a subject");
            let further: Option<Value> = row.try_get("", "further_ids").expect("ids");
            let further = further.iter().filter_map(Value::as_array).flatten();
            let further = further.filter_map(|id| id.as_str()?.parse().ok());
            let what = row.try_get("", "action").expect("an action");
            done.entries.push(Trace {
                place,
                what,
                ids: subject.into_iter().chain(further).collect(),
            });
        }
        db.close().await.expect("close");
        done
    }

    async fn rows(&self, db: &DatabaseConnection, sql: &str) -> Vec<sea_orm::QueryResult> {
        let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
        rows.unwrap_or_else(|err| panic!("{sql}: {err}"))
    }
}

/// Runs a test of `#[on_both]`, and looks whether each change of the application left what it should.
pub async fn watched<F: Future<Output = ()>>(on: On, scenario: impl FnOnce(TestApp) -> F) {
    let app = TestApp::start(on).await;
    let watch = app.watch.clone();
    scenario(app).await;
    if watch.off.get().is_none() {
        let faults = watch.faults().await;
        assert!(faults.is_empty(), "{faults:#?}");
    }
}

impl TestApp {
    /// Takes the triggers away, where the test is about the schema or the file itself.
    pub async fn unwatched(&self, why: &'static str) {
        self.watch.off.set(Some(why));
        let db = Database::connect(self.url()).await.expect("the test's database");
        let drop: Vec<String> = match self.on {
            On::Sqlite => {
                let of_ours = "SELECT 'DROP ' || type || ' ' || name, name FROM sqlite_master \
                               WHERE name LIKE 'harness_%' ORDER BY type DESC";
                texts(&db, of_ours).await.into_iter().map(|(drop, _)| drop).collect()
            }
            On::Postgres => vec!["DROP SCHEMA harness CASCADE".to_owned()],
        };
        for sql in drop {
            db.execute_unprepared(&sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
        }
        db.close().await.expect("close");
    }
}
