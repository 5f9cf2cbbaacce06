//! Reads of funds: lists and the ledger.

use std::collections::{BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::funds::{FundEntryKind, FundPart, FundStatus};
use ascms_domain::ids::{ContractId, FundEntryId, FundId, NeedId, ProviderId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use crate::Store;
use crate::reach::funds::within;
use crate::rows::fund::{Column, Model};
use crate::rows::{contract, fund_entry, organisation, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// A fund, and whose it is.
#[derive(Clone, Debug)]
pub struct FundRow {
    pub fund: Model,
    pub contract_number: String,
    pub provider_code: String,
    pub provider_name: String,
}

/// Which funds to list; an empty filter lists all.
#[derive(Clone, Copy, Debug, Default)]
pub struct FundFilter {
    pub contract: Option<ContractId>,
    pub year: Option<i32>,
    pub status: Option<FundStatus>,
}

/// Which entries of a ledger to list; an empty filter lists all.
#[derive(Clone, Debug, Default)]
pub struct FundEntryFilter {
    pub kind: Option<FundEntryKind>,
    /// Those that move this part of the fund.
    pub part: Option<FundPart>,
    pub need: Option<NeedId>,
    pub category: Option<String>,
    /// 1 to 12: the month in which money was spent, or came back.
    pub month: Option<u32>,
    pub school_number: Option<i32>,
}

/// An entry of a ledger, and the provider of its fund.
#[derive(Clone, Debug)]
pub struct FundEntryRow {
    pub entry: fund_entry::Model,
    pub provider_id: ProviderId,
}

impl Store {
    /// The funds within reach, the newest first.
    pub async fn funds(
        &self,
        grant: &Grant,
        filter: FundFilter,
        page: PageRequest<FundId>,
        now: DateTime<Utc>,
    ) -> Result<Page<FundRow, FundId>, StoreError> {
        let FundFilter { contract, year, status } = filter;
        let fits = Condition::all()
            .add_option(contract.map(|id| Column::ContractId.eq(id)))
            .add_option(year.map(|year| Column::Year.eq(year)))
            .add_option(status.map(|status| Column::Status.eq(status)));
        let fitting = within(grant).filter(fits);
        let total = page.total(&fitting, &self.read).await?;
        let rows = page.newest_first(fitting, Column::Id).all(&self.read).await?;
        let found = page.cut(rows, |row| row.id);
        let ids = found.items.iter().map(|row| row.id.0).collect();
        let Page { items, next, .. } = found;
        let items = all_with_names(&self.read, items).await?;
        let subject = Subject::many("fund", ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { items, next, total })
    }

    /// One fund.
    pub async fn fund(
        &self,
        grant: &Grant,
        id: FundId,
        now: DateTime<Utc>,
    ) -> Result<FundRow, StoreError> {
        let row = with_names(&self.read, visible(&self.read, grant, id).await?).await?;
        self.read_log.record(audit::allowed(grant, Subject::one("fund", id.0), now)).await?;
        Ok(row)
    }

    /// The ledger of a fund, the newest entry first.
    pub async fn fund_entries(
        &self,
        grant: &Grant,
        id: FundId,
        filter: FundEntryFilter,
        page: PageRequest<FundEntryId>,
        now: DateTime<Utc>,
    ) -> Result<Page<FundEntryRow, FundEntryId>, StoreError> {
        let fund = visible(&self.read, grant, id).await?;
        let fitting = fund_entry::Entity::find()
            .filter(fund_entry::Column::FundId.eq(fund.id))
            .filter(fits(filter, fund.year));
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first(fitting, fund_entry::Column::Id);
        let found = page.cut(query.all(&self.read).await?, |row| row.id);
        let needs: BTreeSet<Uuid> =
            found.items.iter().filter_map(|row| row.need_id).map(|need| need.0).collect();
        let subject = Subject::one("fund", id.0).with(needs);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        let Page { items, next, .. } = found;
        let of_fund = |entry| FundEntryRow { entry, provider_id: fund.provider_id };
        Ok(Page { items: items.into_iter().map(of_fund).collect(), next, total })
    }
}

/// One within reach.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: FundId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

fn fits(filter: FundEntryFilter, year: i32) -> Condition {
    use fund_entry::Column as Entry;
    let FundEntryFilter { kind, part, need, category, month, school_number } = filter;
    let moves = part.map(|part| {
        let kinds = Entry::Kind.is_in(part.kinds().iter().copied());
        // A spending that no commitment paid leaves what is committed as it is.
        let draws = Entry::Kind.ne(FundEntryKind::Spend).or(Entry::DrawnCents.gt(0));
        match part {
            FundPart::Committed => kinds.and(draws),
            FundPart::Budget | FundPart::Overrides | FundPart::Spent => kinds,
        }
    });
    let first = month.and_then(|month| NaiveDate::from_ymd_opt(year, month, 1));
    let until = first.and_then(|day| day.checked_add_months(chrono::Months::new(1)));
    let at_school = school_number.map(|number| {
        let of_number = school::Entity::find()
            .select_only()
            .column(school::Column::Id)
            .filter(school::Column::Number.eq(number));
        Entry::SchoolId.in_subquery(of_number.into_query())
    });
    Condition::all()
        .add_option(kind.map(|kind| Entry::Kind.eq(kind)))
        .add_option(moves)
        .add_option(need.map(|need| Entry::NeedId.eq(need)))
        .add_option(category.map(|category| Entry::Category.eq(category)))
        .add_option(first.map(|day| Entry::SpentOn.gte(day)))
        .add_option(until.map(|day| Entry::SpentOn.lt(day)))
        .add_option(at_school)
}

#[derive(Clone, Debug, FromQueryResult)]
struct Holder {
    id: ContractId,
    contract_number: String,
    provider_code: String,
    provider_name: String,
}

pub(super) async fn with_names(
    db: &impl ConnectionTrait,
    fund: Model,
) -> Result<FundRow, StoreError> {
    let id = fund.id.0;
    let found = all_with_names(db, vec![fund]).await?;
    found.into_iter().next().ok_or(StoreError::Corrupt(id))
}

async fn all_with_names(
    db: &impl ConnectionTrait,
    funds: Vec<Model>,
) -> Result<Vec<FundRow>, DbErr> {
    use contract::Column as Contract;
    use organisation::{Column as Organisation, Entity as Organisations};
    if funds.is_empty() {
        return Ok(Vec::new());
    }
    let of = Expr::col((contract::Entity, Contract::OrganisationId));
    let mut query = contract::Entity::find()
        .filter(Contract::Id.is_in(funds.iter().map(|fund| fund.contract_id)))
        .select_only()
        .column(Contract::Id)
        .column_as(Contract::Number, "contract_number")
        .column_as(Organisation::Code, "provider_code")
        .column_as(Organisation::Name, "provider_name");
    QueryTrait::query(&mut query)
        .inner_join(Organisations, of.equals((Organisations, Organisation::Id)));
    let holders: Vec<Holder> = query.into_model().all(db).await?;
    let holders: HashMap<ContractId, Holder> =
        holders.into_iter().map(|holder| (holder.id, holder)).collect();
    let named = funds.into_iter().filter_map(|fund| {
        let Holder { id: _, contract_number, provider_code, provider_name } =
            holders.get(&fund.contract_id).cloned()?;
        Some(FundRow { fund, contract_number, provider_code, provider_name })
    });
    Ok(named.collect())
}
