//! One of the two databases, behind the one face that statements need.

use sea_orm::entity::prelude::async_trait;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};

/// SQLite by the pool of sea-orm, PostgreSQL by our own.
#[derive(Clone)]
pub(crate) enum Either<S, P> {
    Sqlite(S),
    Postgres(P),
}

#[async_trait::async_trait]
impl<S: ConnectionTrait, P: ConnectionTrait> ConnectionTrait for Either<S, P> {
    fn get_database_backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(sqlite) => sqlite.get_database_backend(),
            Self::Postgres(postgres) => postgres.get_database_backend(),
        }
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(sqlite) => sqlite.execute_raw(statement).await,
            Self::Postgres(postgres) => postgres.execute_raw(statement).await,
        }
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        match self {
            Self::Sqlite(sqlite) => sqlite.execute_unprepared(sql).await,
            Self::Postgres(postgres) => postgres.execute_unprepared(sql).await,
        }
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(sqlite) => sqlite.query_one_raw(statement).await,
            Self::Postgres(postgres) => postgres.query_one_raw(statement).await,
        }
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        match self {
            Self::Sqlite(sqlite) => sqlite.query_all_raw(statement).await,
            Self::Postgres(postgres) => postgres.query_all_raw(statement).await,
        }
    }
}
