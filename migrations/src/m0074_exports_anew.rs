//! Exports of measures that are under way begin anew: their rows have gained members, and all lines
//! of a result have the same.

use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let unfinished = Query::select()
            .column("id")
            .from("job")
            .and_where(Expr::col("finished_at").is_null())
            .and_where(Expr::col("kind").eq("measure_rows"))
            .take();
        let made = Query::delete()
            .from_table("job_part")
            .and_where(Expr::col("job_id").in_subquery(unfinished.clone()))
            .take();
        manager.execute(made).await?;
        // A server that works on one of them finds that it is no longer as it was, and keeps nothing.
        let anew = Query::update()
            .table("job")
            .values([
                ("after", Keyword::Null.into()),
                ("claimed_until", Keyword::Null.into()),
                ("parts", 0.into()),
                ("lines", 0.into()),
                ("bytes", 0_i64.into()),
                ("attempts", 0.into()),
            ])
            .and_where(Expr::col("id").in_subquery(unfinished))
            .take();
        manager.execute(anew).await
    }
}
