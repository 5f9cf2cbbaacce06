//! The ledger as a pure fold: what each entry does to the parts of a fund, and the rule that holds after
//! every one of them.

use crate::shares::ten_thousandths;

crate::closed_list! {
    /// Kind of an entry of a fund's ledger.
    FundEntryKind: "Kind of ledger entry" / "Te momo tāurunga pukapuka" {
        /// The budget of the year.
        Budget = "budget": "Budget" / "Tahua ā-tau",
        /// The Ministry added to the budget, or took from it.
        BudgetChange = "budget_change": "Change of the budget" / "Panonitanga o te tahua",
        /// Money that was promised to a need.
        Commitment = "commitment": "Commitment" / "Herenga",
        /// The part of a commitment that was not spent.
        Release = "release": "Release" / "Tukunga",
        /// Money that was spent on a need.
        Spend = "spend": "Spending" / "Whakapaunga",
        /// Spent money that came back.
        Refund = "refund": "Refund" / "Whakahokinga moni",
        /// The Ministry lets the provider go beyond the budget.
        Override = "override": "Override" / "Whakaaetanga kia nui ake",
    }
    /// Part of a fund that entries of its ledger add up to.
    FundPart: "Part of a fund" / "Te wāhanga o te tahua" {
        Budget = "budget": "Budget of the year" / "Te tahua o te tau",
        Overrides = "overrides": "Overrides" / "Ngā whakaaetanga kia nui ake",
        Committed = "committed": "Committed" / "Kua herea",
        Spent = "spent": "Spent" / "Kua pau",
    }
}

/// One entry of the ledger, as far as money goes. Cents, signed as the part of the fund that it names
/// moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Posting {
    pub kind: FundEntryKind,
    /// Below 0 for a release, a refund and a budget that shrinks.
    pub amount_cents: i64,
    /// The part of a spending that its commitment pays; 0 for every other entry.
    pub drawn_cents: i64,
}

/// What a fund stands at: the fold over its entries, in cents. No part is ever below 0, and what is
/// committed and spent is never more than the budget with its overrides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FundBalance {
    pub budget_cents: i64,
    pub overrides_cents: i64,
    /// Promised to needs, and not spent yet.
    pub committed_cents: i64,
    /// Spent, less what came back.
    pub spent_cents: i64,
}

/// Why the ledger does not take an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerRefusal {
    #[error("the budget of the fund does not cover this")]
    OverBudget,
    #[error("more would come back than was spent")]
    RefundExceedsSpend,
}

impl FundPart {
    /// The kinds of entries that move this part.
    pub const fn kinds(self) -> &'static [FundEntryKind] {
        use FundEntryKind::{Budget, BudgetChange, Commitment, Override, Refund, Release, Spend};
        match self {
            Self::Budget => &[Budget, BudgetChange],
            Self::Overrides => &[Override],
            Self::Committed => &[Commitment, Release, Spend],
            Self::Spent => &[Spend, Refund],
        }
    }
}

impl Posting {
    /// An entry that no commitment pays.
    pub const fn of(kind: FundEntryKind, amount_cents: i64) -> Self {
        Self { kind, amount_cents, drawn_cents: 0 }
    }
}

impl FundBalance {
    /// What can be promised still.
    pub fn left_cents(&self) -> i64 {
        let all = self.budget_cents.saturating_add(self.overrides_cents);
        all.saturating_sub(self.committed_cents).saturating_sub(self.spent_cents)
    }

    /// The share of the budget that is spent, in ten-thousandths; `None` while there is no budget.
    pub fn used(&self) -> Option<u64> {
        let cents = |part: i64| u64::try_from(part).unwrap_or_default();
        ten_thousandths(cents(self.spent_cents), cents(self.budget_cents))
    }

    /// The balance after one more entry.
    ///
    /// # Errors
    ///
    /// The rule would not hold after it: more would be promised and spent than there is, or more come
    /// back than was spent.
    pub fn after(self, entry: Posting) -> Result<Self, LedgerRefusal> {
        let next = self.moved_by(entry).ok_or(LedgerRefusal::OverBudget)?;
        if next.spent_cents < 0 {
            return Err(LedgerRefusal::RefundExceedsSpend);
        }
        let parts = [next.budget_cents, next.overrides_cents, next.committed_cents];
        let holds = parts.iter().all(|part| *part >= 0) && next.left_cents() >= 0;
        if holds { Ok(next) } else { Err(LedgerRefusal::OverBudget) }
    }

    /// The balance with an entry, or with the sum of entries of one kind, whether or not the rule holds after it;
    /// `None` where a number does not hold it.
    fn moved_by(self, entry: Posting) -> Option<Self> {
        let Posting { kind, amount_cents, drawn_cents } = entry;
        let mut next = self;
        match kind {
            FundEntryKind::Budget | FundEntryKind::BudgetChange => {
                next.budget_cents = self.budget_cents.checked_add(amount_cents)?;
            }
            FundEntryKind::Override => {
                next.overrides_cents = self.overrides_cents.checked_add(amount_cents)?;
            }
            FundEntryKind::Commitment | FundEntryKind::Release => {
                next.committed_cents = self.committed_cents.checked_add(amount_cents)?;
            }
            FundEntryKind::Spend => {
                next.spent_cents = self.spent_cents.checked_add(amount_cents)?;
                next.committed_cents = self.committed_cents.checked_sub(drawn_cents)?;
            }
            FundEntryKind::Refund => {
                next.spent_cents = self.spent_cents.checked_add(amount_cents)?;
            }
        }
        Some(next)
    }

    /// The balance of a ledger, out of the sums of its entries of each kind, in any order: the same as [`Self::of`],
    /// which has asked the rule of every entry. `None` where a number does not hold it.
    pub fn of_sums(sums: impl IntoIterator<Item = Posting>) -> Option<Self> {
        sums.into_iter().try_fold(Self::default(), Self::moved_by)
    }

    /// The fold over a whole ledger, the first entry first.
    ///
    /// # Errors
    ///
    /// An entry after which the rule does not hold.
    pub fn of(entries: impl IntoIterator<Item = Posting>) -> Result<Self, LedgerRefusal> {
        entries.into_iter().try_fold(Self::default(), Self::after)
    }
}
