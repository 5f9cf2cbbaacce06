//! An oracle: how each case stands by its own row, and how it must stand by the steps that its
//! timeline tells. Reads the database with plain SQL and nothing of the program.

use sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use serde_json::Value;
use uuid::Uuid;

/// One case.
#[derive(Debug)]
pub struct Life {
    pub id: Uuid,
    pub status: String,
    pub version: i64,
    pub closure_is_proposed: bool,
    /// How many entries its timeline has.
    pub entries: i64,
    /// Those of them that moved the case, in the order of writing.
    pub steps: Vec<String>,
    /// Its last entry and who wrote it, by its own row and by its timeline.
    pub newest: (Option<Entry>, Option<Entry>),
}

/// An entry and its author.
type Entry = (Uuid, Uuid);

pub async fn rows(db: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    db.query_all_raw(statement).await.expect(sql)
}

/// Every case of the database.
pub async fn of_all(db: &DatabaseConnection) -> Vec<Life> {
    let sql = "SELECT c.id, c.status, c.version, \
        (SELECT count(*) FROM case_closure p WHERE p.case_id = c.id AND p.status = 'proposed'), \
        c.last_entry_id, c.last_entry_by \
        FROM attendance_case c ORDER BY c.id";
    let mut lives: Vec<Life> = rows(db, sql).await.iter().map(life).collect();
    let sql = "SELECT case_id, kind, details, id, recorded_by FROM case_entry ORDER BY id";
    for row in rows(db, sql).await {
        let id: Uuid = row.try_get_by_index(0).expect("an id");
        let at = lives.binary_search_by_key(&id, |life| life.id).expect("the entry's case");
        let kind: String = row.try_get_by_index(1).expect("a kind");
        let details: Value = row.try_get_by_index(2).expect("details");
        lives[at].entries += 1;
        lives[at].newest.1 = entry(&row, 3);
        match kind.as_str() {
            "assignment" | "pause" | "resumption" | "closure_proposal" | "closure_return"
            | "closure" | "reopening" => lives[at].steps.push(kind),
            "transfer" if details["status"] == "accepted" => lives[at].steps.push(kind),
            _ => {}
        }
    }
    lives
}

fn entry(row: &QueryResult, at: usize) -> Option<Entry> {
    let id = |at| row.try_get_by_index::<Option<Uuid>>(at).expect("an id");
    id(at).zip(id(at + 1))
}

fn life(row: &QueryResult) -> Life {
    let proposed: i64 = row.try_get_by_index(3).expect("a number");
    let version: i32 = row.try_get_by_index(2).expect("a version");
    Life {
        id: row.try_get_by_index(0).expect("an id"),
        status: row.try_get_by_index(1).expect("a status"),
        version: version.into(),
        closure_is_proposed: proposed == 1,
        entries: 0,
        steps: Vec::new(),
        newest: (entry(row, 4), None),
    }
}

impl Life {
    /// The state that the steps lead to, and whether a closure waits then.
    fn told(&self) -> (&'static str, bool) {
        let (mut status, mut proposed) = ("unassigned", false);
        for step in &self.steps {
            match step.as_str() {
                "assignment" if status == "unassigned" => status = "active",
                "pause" => status = "paused",
                "resumption" => status = "active",
                "closure_proposal" => proposed = true,
                "closure_return" => proposed = false,
                "closure" => (status, proposed) = ("closed", false),
                // To the case manager of before, who works here still.
                "reopening" => status = "active",
                "transfer" => status = "unassigned",
                _ => {}
            }
        }
        (status, proposed)
    }

    #[track_caller]
    pub fn agrees(&self) {
        assert_eq!((self.status.as_str(), self.closure_is_proposed), self.told(), "{self:?}");
        assert_eq!(self.newest.0, self.newest.1, "{self:?}");
    }

    /// What a reader would call it.
    pub fn standing(&self) -> &'static str {
        match (self.told(), self.steps.last().map(String::as_str)) {
            ((_, true), _) => "closure_proposed",
            ((_, false), Some("closure_return")) => "closure_returned",
            ((_, false), Some("reopening")) => "reopened",
            ((status, false), _) => status,
        }
    }
}
