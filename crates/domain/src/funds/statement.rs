//! The statement of a fund: its balance at an instant, and what was promised and spent by category, out of sums of its
//! ledger.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{FundBalance, FundEntryKind, Posting};
use crate::ids::FundId;

/// The sum of the entries of one kind and category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LedgerSum {
    /// Kind and cents, summed up.
    pub posting: Posting,
    /// Code of the set `need-categories`; `None` of budgets and overrides.
    pub category: Option<String>,
    /// How many entries that are.
    pub entries: u64,
}

/// People for whose needs something was spent, and not all of it came back.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Supported {
    /// Students with a case, each counted once.
    pub students: u64,
    /// People without a case, as the requests say how many.
    pub others: u64,
}

/// What a fund stood at, by the entries of its ledger until an instant. Amounts are New Zealand cents with GST.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FundStatement {
    /// The fund.
    pub fund_id: FundId,
    /// The calendar year of the fund.
    #[schema(minimum = 2020, maximum = 2100)]
    pub year: i32,
    /// The budget, with its changes.
    #[schema(minimum = 0)]
    pub budget_cents: i64,
    /// By how much the provider may go beyond the budget.
    #[schema(minimum = 0)]
    pub overrides_cents: i64,
    /// Promised to needs, and not spent yet.
    #[schema(minimum = 0)]
    pub committed_cents: i64,
    /// Spent, less what came back.
    #[schema(minimum = 0)]
    pub spent_cents: i64,
    /// What can be promised still: budget and overrides, less what is committed and spent.
    #[schema(minimum = 0)]
    pub left_cents: i64,
    /// The share of the budget that is spent, in ten-thousandths; null while there is no budget.
    #[schema(minimum = 0)]
    pub used_ten_thousandths: Option<u64>,
    /// Students for whom something was spent and not all of it came back, each counted once.
    #[schema(minimum = 0)]
    pub students: u64,
    /// People without a case for whom the same holds, as the requests say how many.
    #[schema(minimum = 0)]
    pub others_supported: u64,
    /// Needs that were approved, by category, in the order of the categories' codes.
    #[schema(max_items = 500)]
    pub by_category: Vec<FundStatementLine>,
}

/// What was promised and spent on the needs of a category.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FundStatementLine {
    /// Code of the set `need-categories`.
    #[schema(max_length = 64)]
    pub category: String,
    /// How many needs were approved.
    #[schema(minimum = 0)]
    pub needs: u64,
    /// Promised to them, and not spent yet.
    #[schema(minimum = 0)]
    pub committed_cents: i64,
    /// Spent on them, less what came back.
    #[schema(minimum = 0)]
    pub spent_cents: i64,
}

impl FundStatement {
    /// The statement of a fund and its year; `None` where a number does not hold a sum.
    pub fn of(
        (fund_id, year): (FundId, i32),
        sums: &[LedgerSum],
        supported: Supported,
    ) -> Option<Self> {
        let balance = FundBalance::of_sums(sums.iter().map(|sum| sum.posting))?;
        let mut categories: BTreeMap<&str, Vec<&LedgerSum>> = BTreeMap::new();
        for sum in sums {
            if let Some(category) = &sum.category {
                categories.entry(category).or_default().push(sum);
            }
        }
        let lines = categories.into_iter().map(|(category, sums)| line(category, &sums));
        Some(Self {
            fund_id,
            year,
            budget_cents: balance.budget_cents,
            overrides_cents: balance.overrides_cents,
            committed_cents: balance.committed_cents,
            spent_cents: balance.spent_cents,
            left_cents: balance.left_cents(),
            used_ten_thousandths: balance.used(),
            students: supported.students,
            others_supported: supported.others,
            by_category: lines.collect::<Option<_>>()?,
        })
    }
}

fn line(category: &str, sums: &[&LedgerSum]) -> Option<FundStatementLine> {
    let balance = FundBalance::of_sums(sums.iter().map(|sum| sum.posting))?;
    // A need is promised its money once, when it is approved.
    let approved = sums.iter().filter(|sum| sum.posting.kind == FundEntryKind::Commitment);
    Some(FundStatementLine {
        category: category.to_owned(),
        needs: approved.map(|sum| sum.entries).sum(),
        committed_cents: balance.committed_cents,
        spent_cents: balance.spent_cents,
    })
}
