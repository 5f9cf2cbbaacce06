//! The statement of a contract's fund: what its ledger adds up to by the entries until an instant.

use ascms_domain::funds::{FundEntryKind, FundPart, FundStatement, LedgerSum, Posting, Supported};
use ascms_domain::ids::{ContractId, FundId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use crate::reach::joined;
use crate::rows::fund_entry::{Column, Entity};
use crate::rows::{fund, need, need_case};
use crate::store::error::StoreError;

/// The sums of the entries of one kind and category.
#[derive(Debug, FromQueryResult)]
struct SumRow {
    kind: FundEntryKind,
    category: Option<String>,
    amount: i64,
    drawn: i64,
    entries: i64,
}

/// A number of people; none where nobody is counted.
#[derive(Debug, FromQueryResult)]
struct PeopleRow {
    people: Option<i64>,
}

/// The statement of the fund of a contract's year as of an instant, when it had been opened by then. The one who
/// asks reaches the contract.
pub(crate) async fn of_contract(
    db: &impl ConnectionTrait,
    (contract_id, year): (ContractId, i32),
    at: DateTime<Utc>,
) -> Result<Option<FundStatement>, StoreError> {
    let fund = fund::Entity::find()
        .filter(fund::Column::ContractId.eq(contract_id))
        .filter(fund::Column::Year.eq(year))
        .filter(fund::Column::OpenedAt.lte(at))
        .one(db)
        .await?;
    let Some(fund) = fund else { return Ok(None) };
    let sums = sums(db, fund.id, at).await?;
    let supported = supported(db, fund.id, at).await?;
    let statement = FundStatement::of((fund.id, fund.year), &sums, supported);
    statement.ok_or(StoreError::Corrupt(fund.id.0)).map(Some)
}

/// One statement, so that all sums are of the same entries.
async fn sums(
    db: &impl ConnectionTrait,
    fund_id: FundId,
    at: DateTime<Utc>,
) -> Result<Vec<LedgerSum>, DbErr> {
    let rows: Vec<SumRow> = until(fund_id, at)
        .select_only()
        .column(Column::Kind)
        .column(Column::Category)
        .column_as(whole_sum(Expr::col((Entity, Column::AmountCents))), "amount")
        .column_as(whole_sum(Expr::col((Entity, Column::DrawnCents))), "drawn")
        .column_as(Expr::col((Entity, Column::Id)).count(), "entries")
        .group_by(Column::Kind)
        .group_by(Column::Category)
        .into_model()
        .all(db)
        .await?;
    let summed = rows.into_iter().map(|row| LedgerSum {
        posting: Posting { kind: row.kind, amount_cents: row.amount, drawn_cents: row.drawn },
        category: row.category,
        entries: u64::try_from(row.entries).unwrap_or_default(),
    });
    Ok(summed.collect())
}

/// People for whose needs something was spent and not all of it came back. Records of one student are one student.
async fn supported(
    db: &impl ConnectionTrait,
    fund_id: FundId,
    at: DateTime<Utc>,
) -> Result<Supported, DbErr> {
    let student = Expr::col((need_case::Entity, need_case::Column::StudentId));
    let students: Option<PeopleRow> = need_case::Entity::find()
        .select_only()
        .column_as(joined::leads_to(student).count_distinct(), "people")
        .filter(need_case::Column::NeedId.in_subquery(paid_needs(fund_id, at)))
        .into_model()
        .one(db)
        .await?;
    let of_need = Expr::col((need::Entity, need::Column::OthersSupported));
    let others: Option<PeopleRow> = need::Entity::find()
        .select_only()
        .column_as(whole_sum(of_need), "people")
        .filter(need::Column::Id.in_subquery(paid_needs(fund_id, at)))
        .into_model()
        .one(db)
        .await?;
    let number = |row: Option<PeopleRow>| {
        let people = row.and_then(|row| row.people).unwrap_or_default();
        u64::try_from(people).unwrap_or_default()
    };
    Ok(Supported { students: number(students), others: number(others) })
}

/// A sum that is as wide a number as what it adds up; PostgreSQL makes a wider type of it.
pub(super) fn whole_sum(of: SimpleExpr) -> SimpleExpr {
    of.sum().cast_as("bigint")
}

fn until(fund_id: FundId, at: DateTime<Utc>) -> Select<Entity> {
    Entity::find().filter(Column::FundId.eq(fund_id)).filter(Column::RecordedAt.lte(at))
}

/// The needs on which something was spent that did not all come back, as a subquery.
fn paid_needs(fund_id: FundId, at: DateTime<Utc>) -> SelectStatement {
    until(fund_id, at)
        .select_only()
        .column(Column::NeedId)
        .filter(Column::Kind.is_in(FundPart::Spent.kinds().iter().copied()))
        .group_by(Column::NeedId)
        .having(Expr::col((Entity, Column::AmountCents)).sum().gt(0_i64))
        .into_query()
}
