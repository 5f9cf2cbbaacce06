//! A table of SQLite whose words change. SQLite changes no check and no column: the table is made anew
//! from its own words with some of them replaced, and what is in it and beside it moves over.

use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseExecutor, DbBackend, DbErr, Statement};

/// Makes a table anew with the first of two texts in its words replaced by the second. Nothing may
/// refer to the table. One without the first text is left as it is: a run before this one did it.
pub async fn with(
    db: &DatabaseExecutor<'_>,
    table: &str,
    (words, others): (&str, &str),
) -> Result<(), DbErr> {
    let all = "SELECT type, sql FROM sqlite_master WHERE tbl_name = $1 AND sql IS NOT NULL";
    let all = Statement::from_sql_and_values(DbBackend::Sqlite, all, [table.into()]);
    let (mut made_by, mut beside) = (String::new(), Vec::new());
    for row in db.query_all_raw(all).await? {
        let (kind, sql): (String, String) = (row.try_get("", "type")?, row.try_get("", "sql")?);
        if kind == "table" { made_by = sql } else { beside.push(sql) }
    }
    if !made_by.contains(words) {
        return Ok(());
    }
    let name = format!("{table}_anew");
    let made_by = made_by.replace(words, others).replacen(table, &name, 1);
    for sql in [
        made_by,
        format!("INSERT INTO \"{name}\" SELECT * FROM \"{table}\""),
        format!("DROP TABLE \"{table}\""),
        format!("ALTER TABLE \"{name}\" RENAME TO \"{table}\""),
    ] {
        db.execute_unprepared(&sql).await?;
    }
    for sql in &beside {
        db.execute_unprepared(sql).await?;
    }
    Ok(())
}
