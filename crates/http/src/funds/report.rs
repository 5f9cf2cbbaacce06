//! `/v1/funds/{id}/entries` and `/report`: the ledger of a fund, and what it adds up to.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::access::Grant;
use ascms_domain::funds::{FundEntryKind, FundFigure, FundPart, FundStatus};
use ascms_domain::ids::{ContractId, DocumentId, FundEntryId, FundId, NeedId, UserId};
use ascms_domain::text::{Code, SchoolNumber};
use ascms_persistence::funds::{FundEntryFilter, FundEntryRow, FundReportRow};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{May, ReadFunds};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::{ProviderSummary, SchoolSummary};
use crate::{AppState, answer};

pub(super) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_fund_entries).service(get_fund_report);
}

/// An entry of a fund's ledger. Entries never change: what was wrong is balanced by a later one.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FundEntryView {
    /// Id of the entry.
    id: FundEntryId,
    /// The fund whose ledger it is of.
    fund_id: FundId,
    /// What the entry is.
    kind: FundEntryKind,
    /// New Zealand cents with GST; below 0 for a release, a refund, and a budget that shrinks.
    #[schema(minimum = -100_000_000, maximum = 100_000_000)]
    amount_cents: i64,
    /// The part of a spending that the need's commitment paid; 0 of other entries.
    #[schema(minimum = 0)]
    drawn_cents: i64,
    /// The need that it is for; null of budgets and overrides.
    need_id: Option<NeedId>,
    /// Category of the need, a code of the set `need-categories`; null of budgets and overrides. Personal
    /// data.
    #[schema(max_length = 64)]
    category: Option<String>,
    /// The day on which money was spent, or came back; null of other entries.
    spent_on: Option<NaiveDate>,
    /// The business that was paid; null where it was not named, or when it is withheld. Personal data.
    #[schema(max_length = 200)]
    supplier: Option<String>,
    /// The receipt, a document of the need's case; null without one.
    receipt_id: Option<DocumentId>,
    /// Why the entry was made; null where that was not said, or when it is withheld. Personal data.
    reason: Option<String>,
    /// Whether `supplier` and `reason` are withheld: the entry is for a need, and the reader does not work for the
    /// provider. They may name the student or the whānau.
    text_withheld: bool,
    /// The user who recorded it.
    recorded_by: UserId,
    /// When it was recorded.
    recorded_at: DateTime<Utc>,
}

impl FundEntryView {
    /// The Ministry gave the reasons of entries that are for no need.
    fn of(row: FundEntryRow, reader: &Grant) -> Self {
        let FundEntryRow { entry: row, provider_id } = row;
        let withheld = row.need_id.is_some() && !reader.works_on(Some(provider_id), None);
        Self {
            id: row.id,
            fund_id: row.fund_id,
            kind: row.kind,
            amount_cents: row.amount_cents,
            drawn_cents: row.drawn_cents,
            need_id: row.need_id,
            category: row.category,
            spent_on: row.spent_on,
            supplier: row.supplier.filter(|_| !withheld),
            receipt_id: row.receipt_id,
            reason: row.reason.filter(|_| !withheld),
            text_withheld: withheld,
            recorded_by: row.recorded_by,
            recorded_at: row.recorded_at,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListFundEntries {
    /// Only entries of this kind.
    kind: Option<FundEntryKind>,
    /// Only entries that move this part of the fund.
    part: Option<FundPart>,
    /// Only entries for this need.
    need_id: Option<NeedId>,
    /// Only entries for needs of this category, a code of the set `need-categories`.
    #[param(inline)]
    category: Option<Code>,
    /// Only money that was spent, or came back, in this month, 1 to 12.
    #[param(minimum = 1, maximum = 12)]
    month: Option<u32>,
    /// Only entries for students of this school, by its Ministry number.
    #[param(inline)]
    school_number: Option<SchoolNumber>,
}

/// List the ledger of a fund
///
/// The newest entry first. The Ministry reads entries for needs without the text that the provider wrote.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:read"])),
    params(("id" = FundId, Path), ListFundEntries, PageOptions),
    responses((status = 200, description = "A page of entries", body = List<FundEntryView>)),
)]
#[get("/funds/{id}/entries")]
async fn list_fund_entries(
    list: Listing<ReadFunds, ListFundEntries>,
    id: Path<FundId>,
) -> Result<HttpResponse, Refusal> {
    let ListFundEntries { kind, part, need_id, category, month, school_number } = list.filter();
    let filter = FundEntryFilter {
        kind: *kind,
        part: *part,
        need: *need_id,
        category: category.clone().map(|category| category.0),
        month: *month,
        school_number: school_number.as_ref().map(|number| number.canonical().unwrap_or(0)),
    };
    let read =
        async |page| list.store().fund_entries(list.grant(), *id, filter, page, list.now()).await;
    list.page(read, |row| FundEntryView::of(row, list.grant())).await
}

/// What a fund stands at and what it was spent on. Amounts are New Zealand cents with GST. Each figure
/// names the entries of the ledger that it is the sum of.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FundReportView {
    /// The fund.
    fund_id: FundId,
    /// The contract whose fund it is.
    contract_id: ContractId,
    /// The provider of the contract.
    provider: ProviderSummary,
    /// The calendar year of the fund.
    #[schema(minimum = 2020, maximum = 2100)]
    year: i32,
    /// How the fund stands.
    status: FundStatus,
    /// The instant of the report.
    as_of: DateTime<Utc>,
    /// The budget, with its changes.
    budget: LedgerSumView,
    /// By how much the provider may go beyond the budget.
    overrides: LedgerSumView,
    /// Promised to needs, and not spent yet. A spending takes from it what the commitment paid.
    committed: LedgerSumView,
    /// Spent, less what came back.
    spent: LedgerSumView,
    /// What can be promised still: `budget` and `overrides` less `committed` and `spent`.
    #[schema(minimum = 0)]
    left_cents: i64,
    /// The share of the budget that is spent, in ten-thousandths; null while there is no budget.
    #[schema(minimum = 0)]
    used_ten_thousandths: Option<u64>,
    /// Students for whom something was spent and not all of it came back, each counted once.
    #[schema(minimum = 0)]
    students: i64,
    /// People without a case for whom the same holds, as the requests say how many.
    #[schema(minimum = 0)]
    others_supported: i64,
    /// What was spent, by category.
    by_category: Vec<CategorySpendingView>,
    /// What was spent, by the month in which it was spent or came back.
    by_month: Vec<MonthSpendingView>,
    /// What was spent, by the school of the case.
    #[schema(max_items = 3000)]
    by_school: Vec<SchoolSpendingView>,
}

/// A sum of entries of the ledger.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LedgerSumView {
    /// The sum; below 0 where more was taken back than given.
    #[schema(minimum = -100_000_000_000_i64, maximum = 100_000_000_000_i64)]
    cents: i64,
    /// Where the entries are listed.
    #[schema(max_length = 300)]
    entries: String,
}

/// What was spent on a category.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CategorySpendingView {
    /// Code of the set `need-categories`.
    #[schema(max_length = 64)]
    category: String,
    /// Spent, less what came back.
    spent: LedgerSumView,
    /// How many entries that is the sum of.
    #[schema(minimum = 1)]
    entry_count: i64,
}

/// What was spent in a month.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthSpendingView {
    /// The month, 1 to 12.
    #[schema(minimum = 1, maximum = 12)]
    month: i32,
    /// Spent, less what came back: below 0 where more came back in the month.
    spent: LedgerSumView,
    /// How many entries that is the sum of.
    #[schema(minimum = 1)]
    entry_count: i64,
}

/// What was spent for students of a school.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SchoolSpendingView {
    /// The school of the case when the need was asked for.
    school: SchoolSummary,
    /// Spent, less what came back.
    spent: LedgerSumView,
    /// How many entries that is the sum of.
    #[schema(minimum = 1)]
    entry_count: i64,
}

impl FundReportView {
    fn of(report: &FundReportRow, as_of: DateTime<Utc>) -> Self {
        let FundReportRow { row, spending, students, schools } = report;
        let (fund, balance) = (&row.fund, row.fund.balance());
        let part = |part: FundPart, cents: i64| LedgerSumView::of(fund.id, (part, ""), cents);
        let spent = |filter: &str, figure: FundFigure| {
            LedgerSumView::of(fund.id, (FundPart::Spent, filter), figure.cents)
        };
        let by_category = spending.by_category.iter().map(|one| CategorySpendingView {
            category: one.category.clone(),
            spent: spent(&format!("&category={}", one.category), one.figure),
            entry_count: one.figure.entries,
        });
        let by_month = spending.by_month.iter().map(|one| MonthSpendingView {
            month: one.month,
            spent: spent(&format!("&month={}", one.month), one.figure),
            entry_count: one.figure.entries,
        });
        let by_school = spending.by_school.iter().filter_map(|one| {
            let (number, name) = schools.get(&one.school_id)?;
            Some(SchoolSpendingView {
                school: SchoolSummary::new(*number, name),
                spent: spent(&format!("&schoolNumber={number}"), one.figure),
                entry_count: one.figure.entries,
            })
        });
        Self {
            fund_id: fund.id,
            contract_id: fund.contract_id,
            provider: ProviderSummary::new(&row.provider_code, &row.provider_name),
            year: fund.year,
            status: fund.status,
            as_of,
            budget: part(FundPart::Budget, balance.budget_cents),
            overrides: part(FundPart::Overrides, balance.overrides_cents),
            committed: part(FundPart::Committed, balance.committed_cents),
            spent: part(FundPart::Spent, balance.spent_cents),
            left_cents: balance.left_cents(),
            used_ten_thousandths: balance.used(),
            students: *students,
            others_supported: fund.others_supported,
            by_category: by_category.collect(),
            by_month: by_month.collect(),
            by_school: by_school.collect(),
        }
    }
}

impl LedgerSumView {
    fn of(fund: FundId, (part, filter): (FundPart, &str), cents: i64) -> Self {
        Self { cents, entries: format!("/v1/funds/{fund}/entries?part={part}{filter}") }
    }
}

/// Read the report of a fund
///
/// Budget, committed, spent and left, the students that were supported, and what was spent by category,
/// month and school. Refunds reduce what was spent.
#[utoipa::path(
    tag = "Funds",
    security(("bearer" = ["funds:read"])),
    params(("id" = FundId, Path)),
    responses((status = 200, description = "The report", body = FundReportView)),
)]
#[get("/funds/{id}/report")]
async fn get_fund_report(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<ReadFunds>,
    id: Path<FundId>,
) -> Result<HttpResponse, Refusal> {
    let now = app.now(&req)?;
    let report = app.store().fund_report(&grant, *id, now).await?;
    let version = report.row.fund.version;
    Ok(answer::shown(&req, version, &FundReportView::of(&report, now)))
}
