//! Two roles on PostgreSQL: one owns the tables and migrates, the other is the application's. What
//! the second may not do, nobody does who has come by the application's password: rewrite what is
//! append-only, take a trigger away, empty a table. SQLite has no roles: who can open its file can
//! do all of it.

use ascms_migrations::append_only::APPEND_ONLY;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, DbErr, Statement};

/// Tables that only a migration writes.
const OF_MIGRATIONS: [&str; 2] = ["schema_compatibility", "seaql_migrations"];

/// What the session's role may do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    pub role: String,
    /// What it may do and the application has no use for, in words.
    pub too_many: Vec<String>,
    /// The tables that it may not read or add to.
    pub missing: Vec<String>,
}

/// Whether there is a role of this name.
pub(crate) async fn exists(db: &DatabaseConnection, role: &str) -> Result<bool, DbErr> {
    let sql = "SELECT 1 FROM pg_roles WHERE rolname = $1";
    let asked = Statement::from_sql_and_values(DbBackend::Postgres, sql, [role.into()]);
    Ok(db.query_one_raw(asked).await?.is_some())
}

/// Gives a role what the application does with each table, and takes everything else. Whoever
/// runs this owns the tables.
pub(crate) async fn grant(db: &DatabaseConnection, role: &str) -> Result<(), DbErr> {
    // A part of a table is written through the whole.
    const STATEMENTS: &str = "SELECT format('REVOKE ALL ON TABLE %1$I.%2$I FROM %3$I; \
         GRANT %4$s ON TABLE %1$I.%2$I TO %3$I', current_schema(), relname, $1::text, CASE \
         WHEN relispartition OR relname = ANY (string_to_array($3, ' ')) THEN 'SELECT' \
         WHEN relname = ANY (string_to_array($2, ' ')) THEN 'SELECT, INSERT' \
         ELSE 'SELECT, INSERT, UPDATE, DELETE' END) AS statement FROM pg_class \
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') \
         UNION ALL SELECT format('GRANT USAGE, SELECT ON SEQUENCE %I.%I TO %I', current_schema(), \
         relname, $1::text) FROM pg_class \
         WHERE relnamespace = current_schema()::regnamespace AND relkind = 'S' \
         UNION ALL SELECT format('GRANT USAGE ON SCHEMA %1$I TO %2$I; \
         REVOKE CREATE ON SCHEMA %1$I FROM %2$I, PUBLIC', current_schema(), $1::text)";
    let values = [role.into(), APPEND_ONLY.join(" ").into(), OF_MIGRATIONS.join(" ").into()];
    let asked = Statement::from_sql_and_values(DbBackend::Postgres, STATEMENTS, values);
    for row in db.query_all_raw(asked).await? {
        let statement: String = row.try_get("", "statement")?;
        db.execute_unprepared(&statement).await?;
    }
    Ok(())
}

/// What the session's role may do beyond the application's work, and what it lacks for it; `None`
/// on SQLite.
pub(crate) async fn rights(db: &impl ConnectionTrait) -> Result<Option<Rights>, DbErr> {
    if db.get_database_backend() != DbBackend::Postgres {
        return Ok(None);
    }
    // A role that may grant roles could have the owner's a moment later.
    const RIGHTS: &str = "SELECT current_user::text AS role, rolsuper AS superuser, \
         rolcreaterole AS makes_roles, \
         EXISTS (SELECT 1 FROM pg_class WHERE relnamespace = current_schema()::regnamespace \
         AND relkind IN ('r', 'p') AND pg_has_role(current_user, relowner, 'MEMBER')) AS owns, \
         (SELECT pg_has_role(current_user, datdba, 'MEMBER') FROM pg_database \
         WHERE datname = current_database()) AS owns_database, \
         has_schema_privilege(current_schema(), 'CREATE') AS makes_tables, \
         (SELECT bool_or(pg_has_role(current_user, oid, 'MEMBER')) FROM pg_roles WHERE rolname IN \
         ('pg_execute_server_program', 'pg_write_server_files', 'pg_write_all_data')) AS all_files, \
         (SELECT string_agg(relname::text, ', ' ORDER BY relname) FROM pg_class \
         WHERE relnamespace = current_schema()::regnamespace \
         AND relname = ANY (string_to_array($1, ' ')) \
         AND has_table_privilege(oid, 'UPDATE, DELETE, TRUNCATE, TRIGGER')) AS rewrites, \
         (SELECT string_agg(relname::text, ' ' ORDER BY relname) FROM pg_class \
         WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p') \
         AND NOT (has_table_privilege(oid, 'SELECT') AND (relispartition \
         OR relname = ANY (string_to_array($2, ' ')) OR has_table_privilege(oid, 'INSERT')))) \
         AS missing FROM pg_roles WHERE rolname = current_user";
    let values = [APPEND_ONLY.join(" ").into(), OF_MIGRATIONS.join(" ").into()];
    let asked = Statement::from_sql_and_values(DbBackend::Postgres, RIGHTS, values);
    let Some(row) = db.query_one_raw(asked).await? else { return Ok(None) };
    let mut too_many = Vec::new();
    for (column, words) in [
        ("superuser", "it is a superuser"),
        ("makes_roles", "it may make and give away roles"),
        ("owns", "it owns the tables, or is a member of the role that does"),
        ("owns_database", "it owns the database, or is a member of the role that does"),
        ("makes_tables", "it may make tables in the schema"),
        ("all_files", "it is a member of a role of PostgreSQL's that writes everything"),
    ] {
        if row.try_get::<Option<bool>>("", column)?.unwrap_or_default() {
            too_many.push(words.to_owned());
        }
    }
    if let Some(tables) = row.try_get::<Option<String>>("", "rewrites")? {
        too_many.push(format!("it may change or delete rows of {tables}"));
    }
    let missing: Option<String> = row.try_get("", "missing")?;
    let missing = missing.iter().flat_map(|all| all.split(' ')).map(str::to_owned).collect();
    Ok(Some(Rights { role: row.try_get("", "role")?, too_many, missing }))
}
