use ascms_domain::ids::{ProviderId, ReferralId};
use ascms_migrations::Migrator;
use sea_orm::{Condition, Database, DatabaseConnection, DbBackend};
use sea_orm_migration::MigratorTrait;

use super::*;
use crate::store::page::PageRequest;

async fn database() -> DatabaseConnection {
    let mut options = sea_orm::ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await.expect("a database");
    Migrator::up(&db, None).await.expect("a schema");
    db
}

/// How SQLite goes about a query.
async fn plan(db: &DatabaseConnection, query: Select<Entity>) -> Vec<String> {
    let mut statement = QueryTrait::build(&query, DbBackend::Sqlite);
    statement.sql = format!("EXPLAIN QUERY PLAN {}", statement.sql);
    let rows = db.query_all_raw(statement).await.expect("a plan");
    rows.iter().map(|row| row.try_get("", "detail").expect("a step")).collect()
}

fn page(after: Option<ReferralId>) -> PageRequest<ReferralId> {
    PageRequest { after, limit: 50, with_total: false }
}

#[tokio::test]
async fn of_rows_within_reach_in_two_ways_sqlite_reads_two_pages_and_sorts_no_more() {
    let db = database().await;
    let own = ProviderId::generate();
    for after in [None, Some(ReferralId::generate())] {
        let ways = || vec![Column::ProviderId.eq(own), Column::SentByProviderId.eq(own)];
        let fitting =
            Entity::find().filter(ways().into_iter().fold(Condition::any(), Condition::add));
        // As it was: every row that fits is found and sorted.
        let whole = plan(&db, page(after).newest_first(fitting.clone(), Column::Id)).await;
        assert!(whole.iter().any(|step| step.contains("MULTI-INDEX OR")), "{whole:#?}");
        let steps = plan(&db, page(after).newest_first_of(fitting, ways(), Column::Id)).await;
        let count = |words: &str| steps.iter().filter(|step| step.contains(words)).count();
        assert_eq!(count("MULTI-INDEX OR"), 0, "{steps:#?}");
        assert_eq!(count("USING INDEX referral_by_provider (provider_id=?"), 1, "{steps:#?}");
        assert_eq!(count("USING INDEX referral_by_sending_provider"), 1, "{steps:#?}");
        // The ids of both pages alone are sorted.
        assert!(count("TEMP B-TREE FOR ORDER BY") <= 1, "{steps:#?}");
        assert_eq!(count("SCAN referral"), 0, "{steps:#?}");
    }
}

#[tokio::test]
async fn one_way_is_read_in_the_order_of_its_index() {
    let db = database().await;
    let way = Column::ProviderId.eq(ProviderId::generate());
    let fitting = Entity::find().filter(way.clone());
    let steps = plan(&db, page(None).newest_first_of(fitting, vec![way], Column::Id)).await;
    assert!(!steps.iter().any(|step| step.contains("TEMP B-TREE")), "{steps:#?}");
}
