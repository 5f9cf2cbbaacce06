//! Rows that wait for the next statement of their transaction. A change adds a row to each of some ten
//! tables and reads none of them again. Sent together they are one statement instead of ten, each of which
//! would wait for the answer to the one before it.

use std::sync::{Mutex, PoisonError};

use sea_orm::sea_query::{
    CommonTableExpression, InsertStatement, OnConflict, SubQueryStatement, UpdateStatement,
    WithClause,
};
use sea_orm::{
    ActiveModelTrait, DbBackend, EntityName, EntityTrait, QueryTrait, Statement, StatementBuilder,
};

/// Rows to add to one table.
pub(crate) struct NewRows {
    table: &'static str,
    /// `None` where there are no rows.
    insert: Option<InsertStatement>,
}

impl NewRows {
    /// Rows with the columns that are set in them; the database makes the others.
    pub(crate) fn of<A: ActiveModelTrait>(rows: impl IntoIterator<Item = A>) -> Self {
        let mut rows = rows.into_iter().peekable();
        let some = rows.peek().is_some();
        Self {
            table: A::Entity::default().table_name(),
            insert: some.then(|| A::Entity::insert_many(rows).into_query()),
        }
    }

    /// The same rows, with something else to do for each whose key is there.
    pub(crate) fn or(mut self, on_conflict: OnConflict) -> Self {
        if let Some(insert) = &mut self.insert {
            insert.on_conflict(on_conflict);
        }
        self
    }

    pub(super) fn into_parts(self) -> Option<(&'static str, InsertStatement)> {
        self.insert.map(|insert| (self.table, insert))
    }
}

/// Rows that wait, with the tables that they go to.
#[derive(Default)]
pub(super) struct Deferred(Mutex<Vec<(&'static str, InsertStatement)>>);

impl Deferred {
    /// Whether a row of this table waits already. The parts of one statement have no order among them,
    /// and rows of one table keep theirs.
    pub(super) fn holds(&self, table: &str) -> bool {
        self.rows().iter().any(|(waiting, _)| *waiting == table)
    }

    pub(super) fn push(&self, table: &'static str, insert: InsertStatement) {
        self.rows().push((table, insert));
    }

    /// One statement that adds everything that waits; `None` when nothing does. Constraints are checked when
    /// it is at its end, so that a row may name another of the same statement.
    pub(super) fn take(&self) -> Option<Statement> {
        let mut waiting = std::mem::take(&mut *self.rows());
        let (_, last) = waiting.pop()?;
        Some(after(waiting, last))
    }

    /// The same, with an update that none of those rows bears on.
    pub(super) fn take_with(&self, update: UpdateStatement) -> Statement {
        after(std::mem::take(&mut *self.rows()), update)
    }

    fn rows(&self) -> std::sync::MutexGuard<'_, Vec<(&'static str, InsertStatement)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn after<S>(waiting: Vec<(&'static str, InsertStatement)>, last: S) -> Statement
where
    S: StatementBuilder + Into<SubQueryStatement>,
{
    if waiting.is_empty() {
        return DbBackend::Postgres.build(&last);
    }
    let mut others = WithClause::new();
    for (table, insert) in waiting {
        let name = format!("into_{table}");
        others.cte(CommonTableExpression::new().table_name(name).query(insert).to_owned());
    }
    DbBackend::Postgres.build(&others.query(last))
}

#[cfg(test)]
mod tests;
