//! The triggers that note what is written, and what they noted.

use std::collections::BTreeMap;

use sea_orm::sqlx::{Executor, Row};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement,
};
use uuid::Uuid;

use super::exceptions::{BOOKKEEPING, condition, hangs_on, listed};
use super::{Note, Of, On};

/// Entries of what changes something: no reads, and no calls that were refused, repeated or tried
/// out. An export is ordered by the right to read what it exports.
const OF_A_CHANGE: &str = "NEW.decision = 'allowed' \
    AND (NEW.action NOT LIKE '%:read' OR NEW.subject_kind = 'job') \
    AND NEW.subject_kind NOT IN ('validated_request', 'replayed_answer', 'refused_request')";

async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let rows = db.query_all_raw(Statement::from_string(db.get_database_backend(), sql)).await;
    rows.unwrap_or_else(|err| panic!("{sql}: {err}"))
}

fn text(row: &QueryResult, at: usize) -> String {
    row.try_get_by_index(at).expect("a text")
}

/// The tables whose changes are noted, and their columns of ids.
async fn tables(db: &DatabaseConnection, on: On) -> BTreeMap<String, Vec<String>> {
    let sql = match on {
        On::Sqlite => {
            "SELECT t.name, coalesce(group_concat(c.name), '') FROM sqlite_master t \
             LEFT JOIN pragma_table_info(t.name) c ON lower(c.type) LIKE '%uuid%' \
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%' GROUP BY t.name"
        }
        On::Postgres => {
            "SELECT relname::text, coalesce(string_agg(attname::text, ',' ORDER BY attnum), '') \
             FROM pg_class LEFT JOIN pg_attribute \
             ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped \
             AND atttypid = 'uuid'::regtype WHERE relnamespace = 'public'::regnamespace \
             AND relkind IN ('r', 'p') AND NOT relispartition GROUP BY relname"
        }
    };
    let mut tables = BTreeMap::new();
    for row in rows(db, sql).await {
        let (table, columns) = (text(&row, 0), text(&row, 1));
        if listed(BOOKKEEPING, &table) {
            continue;
        }
        let columns =
            columns.split(',').filter(|column| hangs_on(&table, column)).map(str::to_owned);
        let columns: Vec<String> = columns.collect();
        assert!(!columns.concat().is_empty(), "what does a row of {table} hang on?");
        tables.insert(table, columns);
    }
    tables
}

/// Notes what is written from now on, in a database that becomes the template of others.
pub async fn install(url: &str, on: On) {
    let db = Database::connect(url).await.expect("the template");
    let notes = match on {
        On::Sqlite => {
            "CREATE TABLE harness_note (seq integer PRIMARY KEY, place integer NOT NULL, \
             of_what text NOT NULL, what text NOT NULL, named text NOT NULL)"
        }
        On::Postgres => {
            "CREATE SCHEMA harness; CREATE TABLE harness.note (seq bigint GENERATED ALWAYS AS \
             IDENTITY, place bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint, \
             of_what text NOT NULL, what text NOT NULL, named text NOT NULL)"
        }
    };
    let mut statements = vec![notes.to_owned()];
    for (table, columns) in tables(&db, on).await {
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        for verb in ["INSERT", "UPDATE"] {
            let what = format!("'{table}'");
            let noted = Noted { verb, table: &table, of: "change", what: &what, place: LAST };
            statements.push(noted.trigger(on, &columns, condition(&table)));
        }
    }
    let event =
        Noted { verb: "INSERT", table: "event", of: "event", what: "NEW.kind", place: LAST };
    statements.push(event.trigger(on, &["subject_id", "case_id"], "true"));
    let (verb, table, of) = ("INSERT", "audit_entry", "entry");
    let entry = Noted { verb, table, of, what: "NEW.action", place: "NEW.id" };
    statements.push(entry.trigger(on, &["subject_id", "further_ids"], OF_A_CHANGE));
    for sql in statements {
        db.execute_unprepared(&sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
    }
    db.close().await.expect("close");
}

/// Where SQLite's trail is.
const LAST: &str = "(SELECT coalesce(max(id), 0) FROM audit_entry)";

/// What a trigger is for.
struct Noted<'a> {
    verb: &'a str,
    table: &'a str,
    of: &'a str,
    /// In SQL, as the next one.
    what: &'a str,
    /// On SQLite alone: PostgreSQL knows the transaction.
    place: &'a str,
}

impl Noted<'_> {
    fn trigger(&self, on: On, columns: &[&str], when: &str) -> String {
        let Self { verb, table, of, what, place } = self;
        let name = format!("{table}_{verb}").to_lowercase();
        match on {
            On::Sqlite => {
                let id = |column: &&str| match *column {
                    "further_ids" => "coalesce(NEW.further_ids, '')".to_owned(),
                    id => format!("coalesce('{id}=' || nullif(hex(NEW.{id}), '') || ' ', '')"),
                };
                let named: Vec<String> = columns.iter().map(id).collect();
                let named = named.join(" || ");
                format!(
                    "CREATE TRIGGER harness_{name} AFTER {verb} ON {table} WHEN {when} BEGIN \
                     INSERT INTO harness_note (place, of_what, what, named) VALUES \
                     ({place}, '{of}', {what}, {named}); END"
                )
            }
            On::Postgres => {
                let named: Vec<String> =
                    columns.iter().map(|id| format!("'{id}=' || NEW.{id}::text")).collect();
                let named = named.join(", ");
                // By the owner: the application has no rights here. A test's own session says so.
                format!(
                    "CREATE FUNCTION harness.{name}() RETURNS trigger LANGUAGE plpgsql \
                     SECURITY DEFINER AS $$ BEGIN \
                     INSERT INTO harness.note (of_what, what, named) VALUES \
                     ('{of}', {what}, concat_ws(' ', {named})); RETURN NULL; END $$; \
                     CREATE TRIGGER harness_{verb} AFTER {verb} ON {table} FOR EACH ROW \
                     WHEN (current_setting('harness.own', true) IS DISTINCT FROM 'on' AND ({when})) \
                     EXECUTE FUNCTION harness.{name}()"
                )
            }
        }
    }
}

/// A connection of the test itself: what it changes is no change of the application.
pub async fn own(url: &str, connections: u32) -> DatabaseConnection {
    const IS_WATCHED: &str = "SELECT count(*) FROM sqlite_master WHERE name = 'harness_note'";
    const FORGET: &str = "CREATE TEMP TRIGGER harness_own AFTER INSERT ON main.harness_note \
                          BEGIN DELETE FROM harness_note WHERE seq = NEW.seq; END";
    let mut options = ConnectOptions::new(url);
    options.max_connections(connections);
    options.map_sqlx_postgres_opts(|options| options.options([("harness.own", "on")]));
    options.map_sqlx_sqlite_pool_opts(|pool| {
        pool.after_connect(|connection, _| {
            Box::pin(async move {
                let tables: i64 = connection.fetch_one(IS_WATCHED).await?.try_get(0)?;
                if tables > 0 {
                    connection.execute(FORGET).await?;
                }
                Ok(())
            })
        })
    });
    Database::connect(options).await.expect("the test's database")
}

/// What was noted so far.
pub async fn noted(url: &str, on: On) -> Vec<Note> {
    let db = Database::connect(url).await.expect("the test's database");
    let table = match on {
        On::Sqlite => "harness_note",
        On::Postgres => "harness.note",
    };
    let sql = format!("SELECT place, of_what, what, named FROM {table} ORDER BY seq");
    let notes = rows(&db, &sql).await.iter().map(note).collect();
    db.close().await.expect("close");
    notes
}

fn note(row: &QueryResult) -> Note {
    let named = text(row, 3).trim_end().to_owned();
    let words = named.split(|letter: char| !letter.is_ascii_hexdigit() && letter != '-');
    Note {
        place: row.try_get_by_index(0).expect("a place"),
        of: match text(row, 1).as_str() {
            "change" => Of::Change,
            "event" => Of::Event,
            "entry" => Of::Entry,
            other => panic!("a note of {other}"),
        },
        what: text(row, 2),
        ids: words.filter_map(|word| Uuid::parse_str(word).ok()).collect(),
        named,
    }
}

/// Takes away what notes.
pub async fn remove(url: &str, on: On) {
    let db = Database::connect(url).await.expect("the test's database");
    let drop: Vec<String> = match on {
        On::Sqlite => {
            let ours = "SELECT 'DROP ' || type || ' ' || name FROM sqlite_master \
                        WHERE name LIKE 'harness_%' ORDER BY type DESC";
            rows(&db, ours).await.iter().map(|row| text(row, 0)).collect()
        }
        On::Postgres => vec!["DROP SCHEMA harness CASCADE".to_owned()],
    };
    for sql in drop {
        db.execute_unprepared(&sql).await.unwrap_or_else(|err| panic!("{sql}: {err}"));
    }
    db.close().await.expect("close");
}
