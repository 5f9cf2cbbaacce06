//! The order of commits: what a reader had seen, and what came after it. Ids and instants do not
//! tell that: they are made before the commit, by the clocks of several servers.
//!
//! A change has a *place*. On PostgreSQL that is its transaction, which the database writes into
//! `committed_in`; on SQLite, whose single writer commits in the order in which it begins, it is the
//! id of the change's event. A *position* is what a reader could see at one moment.

use ascms_domain::access::{Grant, Span};
use ascms_domain::ids::ProviderId;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{Condition, DbBackend, QuerySelect, QueryTrait};

use crate::Store;
use crate::rows::event::{Column, Entity};
use crate::store::dialect;
use crate::store::error::StoreError;

pub use point::Position;

impl Store {
    /// What a reader sees at this moment, or a little less: what is read after this call shows all
    /// of it.
    pub async fn position(&self) -> Result<Position, StoreError> {
        Ok(dialect::commit_order::position(&self.read).await?)
    }

    /// Sees to it that what is written from now on comes after what is there, also when this
    /// database was restored from a dump and counts its transactions anew. Called at each start.
    pub async fn keep_commit_order(&self) -> Result<(), StoreError> {
        // SQLite keeps the last id of events with them (AUTOINCREMENT), so a copy goes on from there.
        if self.write.get_database_backend() != DbBackend::Postgres {
            return Ok(());
        }
        let txn = self.begin().await?;
        let moved = dialect::commit_order::shift_past_all(&txn).await?;
        txn.commit().await?;
        if moved {
            tracing::warn!(
                "the database counts its transactions anew, as after a restore: \
                 positions were moved on, past those that were given out before"
            );
        }
        Ok(())
    }
}

/// The records of a kind that changed after a position, as a subquery.
pub(crate) fn changed(backend: DbBackend, kind: &str, after: &Position) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .filter(Column::SubjectKind.eq(kind))
        .filter(after.unseen(|| place(backend)))
        .into_query()
}

/// The records of which an event of this kind tells after a position, as a subquery.
pub(crate) fn came(backend: DbBackend, kind: &str, after: &Position) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::SubjectId)
        .filter(Column::Kind.eq(kind))
        .filter(after.unseen(|| place(backend)))
        .into_query()
}

/// The cases on which something happened after a position, as a subquery: anything, or only what
/// is of one of these kinds. What is the provider's own affair counts for its people alone.
pub(crate) fn cases_changed(
    backend: DbBackend,
    grant: &Grant,
    kinds: &[&str],
    after: &Position,
) -> SelectStatement {
    let shared = Column::SchoolId.is_not_null();
    let told = Condition::any().add(shared).add(Column::ProviderId.is_in(works_for(grant)));
    let mut query = Entity::find()
        .select_only()
        .column(Column::CaseId)
        .filter(Column::CaseId.is_not_null())
        .filter(told)
        .filter(after.unseen(|| place(backend)));
    if !kinds.is_empty() {
        query = query.filter(Column::SubjectKind.is_in(kinds.iter().copied()));
    }
    query.into_query()
}

/// The providers whose own affairs the caller sees.
fn works_for(grant: &Grant) -> Vec<ProviderId> {
    let providers = grant.reach().iter().filter_map(|span| match span {
        Span::Provider(own) | Span::CaseManager(_, own) => Some(*own),
        Span::Nation
        | Span::Queue
        | Span::Person(_)
        | Span::School(_)
        | Span::PrimaryContact(..)
        | Span::Client(_) => None,
    });
    providers.collect()
}

/// Where an event stands in the order of commits.
fn place(backend: DbBackend) -> Expr {
    let column = if backend == DbBackend::Postgres { Column::CommittedIn } else { Column::Id };
    Expr::col((Entity, column))
}

pub(crate) mod point;
#[cfg(test)]
mod tests;
