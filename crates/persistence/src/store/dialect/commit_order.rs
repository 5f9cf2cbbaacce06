//! What is known of the order of commits: PostgreSQL knows which transactions are over, SQLite has
//! one writer.

use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use crate::store::position::point::Position;
use crate::store::transaction::DatabaseTransaction;

const SNAPSHOT: &str = "SELECT pg_current_snapshot()::text AS snapshot, shift FROM commit_order";
const NEWEST: &str = "SELECT coalesce(max(id), 0) AS newest FROM event";

/// How far positions move on after a restore: as far as a server comes in years, so that none that
/// was given out before it is reached again.
const LEAP: i64 = 1 << 40;

/// What is committed at this moment.
pub(crate) async fn position(db: &impl ConnectionTrait) -> Result<Position, DbErr> {
    if db.get_database_backend() == DbBackend::Postgres {
        let row = one(db, SNAPSHOT).await?;
        let (text, shift): (String, i64) =
            (row.try_get("", "snapshot")?, row.try_get("", "shift")?);
        let position = Position::of_snapshot(&text, shift);
        return position.ok_or_else(|| DbErr::Custom("a snapshot was not understood".to_owned()));
    }
    Ok(Position::up_to(one(db, NEWEST).await?.try_get("", "newest")?))
}

/// Moves the places of transactions to come past all that are there, where they would fall among
/// them: in a cluster that counts from the beginning again. Tells whether they did. For PostgreSQL
/// alone.
pub(crate) async fn shift_past_all(txn: &DatabaseTransaction) -> Result<bool, DbErr> {
    let moved = format!(
        "UPDATE commit_order SET shift = newest.place + {LEAP} \
         FROM (SELECT max(committed_in) AS place FROM event) AS newest \
         WHERE newest.place >= shift + pg_snapshot_xmax(pg_current_snapshot())::text::bigint"
    );
    let done = txn.execute_raw(Statement::from_string(DbBackend::Postgres, moved)).await?;
    Ok(done.rows_affected() > 0)
}

async fn one(db: &impl ConnectionTrait, sql: &str) -> Result<QueryResult, DbErr> {
    let statement = Statement::from_string(db.get_database_backend(), sql.to_owned());
    let row = db.query_one_raw(statement).await?;
    row.ok_or_else(|| DbErr::RecordNotFound("the order of commits".to_owned()))
}
