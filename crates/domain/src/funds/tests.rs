use chrono::NaiveDate;
use proptest::prelude::*;

use super::FundEntryKind::{Budget, BudgetChange, Commitment, Override, Refund, Release, Spend};
use super::{
    BudgetOutcome, BudgetProposal, FundBalance, FundCell, FundFigure, FundRefusal, FundSpending,
    FundStatement, FundStatus, LedgerRefusal, LedgerSum, Posting, SchoolFigure, Supported, in_year,
};
use crate::ids::{FundId, SchoolId, UserId};
use crate::needs::{Beyond, Need};
use crate::second_person::{ApprovalRefusal, Approver};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn budget_of(cents: i64) -> FundBalance {
    FundBalance::default().after(Posting::of(Budget, cents)).unwrap()
}

fn spend(amount_cents: i64, drawn_cents: i64) -> Posting {
    Posting { kind: Spend, amount_cents, drawn_cents }
}

#[test]
fn each_entry_moves_its_part_and_no_other() {
    let mut balance = FundBalance::default();
    for (entry, [budget, overrides, committed, spent]) in [
        (Posting::of(Budget, 10_000), [10_000, 0, 0, 0]),
        (Posting::of(BudgetChange, -1_000), [9_000, 0, 0, 0]),
        (Posting::of(Commitment, 5_000), [9_000, 0, 5_000, 0]),
        (spend(2_000, 2_000), [9_000, 0, 3_000, 2_000]),
        (spend(4_000, 3_000), [9_000, 0, 0, 6_000]),
        (Posting::of(Refund, -500), [9_000, 0, 0, 5_500]),
        (Posting::of(Override, 250), [9_000, 250, 0, 5_500]),
        (Posting::of(Commitment, 3_750), [9_000, 250, 3_750, 5_500]),
        (Posting::of(Release, -3_750), [9_000, 250, 0, 5_500]),
    ] {
        balance = balance.after(entry).unwrap();
        let parts = [
            balance.budget_cents,
            balance.overrides_cents,
            balance.committed_cents,
            balance.spent_cents,
        ];
        assert_eq!(parts, [budget, overrides, committed, spent], "{entry:?}");
    }
    assert_eq!((balance.left_cents(), balance.used()), (3_750, Some(6_111)));
}

#[test]
fn nothing_is_promised_or_spent_beyond_the_budget_and_its_overrides() {
    let full = budget_of(100).after(Posting::of(Commitment, 100)).unwrap();
    for entry in [
        Posting::of(Commitment, 1),
        spend(1, 0),
        spend(101, 100),
        Posting::of(BudgetChange, -1),
        Posting::of(Commitment, i64::MAX),
        Posting::of(Release, -101),
        Posting::of(Budget, i64::MIN),
    ] {
        assert_eq!(full.after(entry), Err(LedgerRefusal::OverBudget), "{entry:?}");
    }
    let more = full.after(Posting::of(Override, 1)).unwrap();
    assert!(more.after(spend(101, 100)).is_ok());
    assert_eq!(full.after(Posting::of(Refund, -1)), Err(LedgerRefusal::RefundExceedsSpend));
    assert_eq!(FundBalance::default().used(), None);
}

#[test]
fn a_statement_has_the_balance_and_the_needs_of_each_category() {
    let sum = |category: &str, posting: Posting, entries: u64| LedgerSum {
        posting,
        category: (!category.is_empty()).then(|| category.to_owned()),
        entries,
    };
    // All that was ever promised is more than the budget: what was spent and released is less again.
    let sums = [
        sum("food", Posting::of(Commitment, 900), 3),
        sum("clothing", Posting::of(Commitment, 700), 1),
        sum("food", spend(500, 400), 4),
        sum("food", Posting::of(Refund, -50), 1),
        sum("food", Posting::of(Release, -100), 2),
        sum("", Posting::of(Budget, 1_500), 1),
        sum("", Posting::of(BudgetChange, -100), 2),
        sum("", Posting::of(Override, 250), 1),
    ];
    let fund = FundId(uuid::Uuid::nil());
    let people = Supported { students: 3, others: 7 };
    let statement = FundStatement::of((fund, 2026), &sums, people).unwrap();
    let parts = [
        statement.budget_cents,
        statement.overrides_cents,
        statement.committed_cents,
        statement.spent_cents,
        statement.left_cents,
    ];
    assert_eq!(parts, [1_400, 250, 1_100, 450, 100]);
    // 450 of 1,400.
    assert_eq!(statement.used_ten_thousandths, Some(3_214));
    assert_eq!((statement.students, statement.others_supported), (3, 7));
    let lines: Vec<(&str, u64, i64, i64)> = statement
        .by_category
        .iter()
        .map(|one| (one.category.as_str(), one.needs, one.committed_cents, one.spent_cents))
        .collect();
    assert_eq!(lines, [("clothing", 1, 700, 0), ("food", 3, 400, 450)]);
    let nothing = FundStatement::of((fund, 2026), &[], Supported::default()).unwrap();
    assert_eq!((nothing.budget_cents, nothing.used_ten_thousandths), (0, None));
    let beyond = [sum("", Posting::of(Budget, i64::MAX), 1), sum("", Posting::of(Budget, 1), 1)];
    assert_eq!(FundStatement::of((fund, 2026), &beyond, people), None);
}

#[test]
fn money_is_recorded_in_the_year_of_its_fund_and_never_ahead() {
    let today = day("2027-01-04");
    for (on, expected) in [
        ("2026-01-01", Ok(())),
        ("2026-12-31", Ok(())),
        ("2027-01-04", Err(FundRefusal::OutsideYear)),
        ("2025-12-31", Err(FundRefusal::OutsideYear)),
        ("2027-01-05", Err(FundRefusal::InTheFuture)),
    ] {
        assert_eq!(in_year(2026, day(on), today), expected, "{on}");
    }
}

#[test]
fn a_second_person_of_the_ministry_decides_on_a_budget() {
    let (own, other) = (UserId::generate(), UserId::generate());
    let proposal = BudgetProposal { cents: 500, proposed_by: own };
    let of = |id| Approver { id, of_ministry: true };
    let confirmed = BudgetOutcome::Confirmed;
    let refused = Err(FundRefusal::Approval(ApprovalRefusal::OwnDecision));
    assert_eq!(FundStatus::Proposed.budgeted((confirmed, of(own)), proposal), refused);
    for (status, kind) in [(FundStatus::Proposed, Budget), (FundStatus::Open, BudgetChange)] {
        let decided = status.budgeted((confirmed, of(other)), proposal).unwrap();
        assert_eq!(decided, (FundStatus::Open, Some(Posting::of(kind, 500))));
        let rejected = status.budgeted((BudgetOutcome::Rejected, of(other)), proposal).unwrap();
        assert_eq!(rejected, (status, None));
    }
    let closed = FundStatus::Closed.budgeted((confirmed, of(other)), proposal);
    assert_eq!(closed, Err(FundRefusal::Closed));
}

#[test]
fn a_fund_closes_once_and_with_nothing_promised() {
    let spent = budget_of(100).after(spend(40, 0)).unwrap();
    let promised = spent.after(Posting::of(Commitment, 60)).unwrap();
    for status in [FundStatus::Proposed, FundStatus::Open] {
        assert_eq!(status.closed(&spent), Ok(FundStatus::Closed), "{status}");
        assert_eq!(status.closed(&promised), Err(FundRefusal::OpenCommitments), "{status}");
    }
    assert_eq!(FundStatus::Closed.closed(&spent), Err(FundRefusal::Closed));
    assert_eq!(FundStatus::Proposed.spendable(), Err(FundRefusal::NoFund));
    assert_eq!(FundStatus::Open.spendable(), Ok(()));
    assert_eq!(FundStatus::Closed.spendable(), Err(FundRefusal::Closed));
}

#[test]
fn what_was_spent_adds_up_along_every_side() {
    let cell = |category: &str, month, cents| FundCell {
        category: category.to_owned(),
        month,
        cents,
        entries: 2,
    };
    let cells = [cell("clothing", 3, 1_250), cell("clothing", 4, 300), cell("transport", 3, -50)];
    let school_id = SchoolId::generate();
    let by_school =
        vec![SchoolFigure { school_id, figure: FundFigure { cents: 1_500, entries: 6 } }];
    let spending = FundSpending::of(&cells, by_school.clone());
    assert_eq!(spending.all, FundFigure { cents: 1_500, entries: 6 });
    let categories: Vec<_> =
        spending.by_category.iter().map(|one| (one.category.as_str(), one.figure.cents)).collect();
    assert_eq!(categories, [("clothing", 1_550), ("transport", -50)]);
    let months: Vec<_> =
        spending.by_month.iter().map(|one| (one.month, one.figure.cents)).collect();
    assert_eq!(months, [(3, 1_200), (4, 300)]);
    assert_eq!(spending.by_school, by_school);
    assert_eq!(FundSpending::of(&[], Vec::new()), FundSpending::default());
}

/// A step that somebody tries on a fund and one of its needs.
#[derive(Clone, Debug)]
enum Try {
    Ask(i64),
    Approve(usize),
    Decline(usize),
    Cancel(usize),
    Spend(usize, i64, bool),
    Refund(usize, i64),
    Settle(usize),
    Budget(i64),
    Override(i64),
}

fn tries() -> impl Strategy<Value = Try> {
    let which = || 0_usize..6;
    let cents = || 1_i64..4_000;
    prop_oneof![
        cents().prop_map(Try::Ask),
        which().prop_map(Try::Approve),
        which().prop_map(Try::Decline),
        which().prop_map(Try::Cancel),
        (which(), cents(), any::<bool>()).prop_map(|(n, cents, may)| Try::Spend(n, cents, may)),
        (which(), cents()).prop_map(|(n, cents)| Try::Refund(n, cents)),
        which().prop_map(Try::Settle),
        (-3_000_i64..3_000).prop_map(Try::Budget),
        cents().prop_map(Try::Override),
    ]
}

/// What a try makes of a need, and the entry that the ledger is to take.
fn step(need: Need, tried: &Try) -> Option<(Need, Option<Posting>)> {
    let with = |(need, entry)| (need, Some(entry));
    let beyond = |may: bool| if may { Beyond::Allowed } else { Beyond::Refused };
    match tried {
        Try::Approve(_) => need.approved().ok().map(with),
        Try::Decline(_) => need.declined().ok().map(|need| (need, None)),
        Try::Cancel(_) => need.cancelled().ok().map(|need| (need, None)),
        Try::Spend(_, cents, may) => need.spent(*cents, beyond(*may)).ok().map(with),
        Try::Refund(_, cents) => need.refunded(*cents).ok().map(with),
        Try::Settle(_) => need.settled().ok(),
        Try::Ask(_) | Try::Budget(_) | Try::Override(_) => None,
    }
}

fn which(tried: &Try) -> Option<usize> {
    match tried {
        Try::Approve(n)
        | Try::Decline(n)
        | Try::Cancel(n)
        | Try::Spend(n, ..)
        | Try::Refund(n, _)
        | Try::Settle(n) => Some(*n),
        Try::Ask(_) | Try::Budget(_) | Try::Override(_) => None,
    }
}

proptest! {
    /// Whatever is tried in whatever order: the balance is the fold over the entries that were taken, the
    /// rule holds after each, and the fund promises and spent what its needs say.
    #[test]
    fn the_balance_is_the_fold_and_the_needs_add_up_to_it(tried in prop::collection::vec(tries(), 1..200)) {
        let mut entries = vec![Posting::of(Budget, 10_000)];
        let mut balance = budget_of(10_000);
        let mut needs: Vec<Need> = Vec::new();
        for one in &tried {
            let (entry, changed) = match one {
                Try::Ask(cents) => {
                    needs.push(Need::asked(*cents));
                    continue;
                }
                Try::Budget(cents) => (Some(Posting::of(BudgetChange, *cents)), None),
                Try::Override(cents) => (Some(Posting::of(Override, *cents)), None),
                Try::Approve(_)
                | Try::Decline(_)
                | Try::Cancel(_)
                | Try::Spend(..)
                | Try::Refund(..)
                | Try::Settle(_) => {
                    let Some(n) = which(one).filter(|n| *n < needs.len()) else { continue };
                    let Some((need, entry)) = step(needs[n], one) else { continue };
                    (entry, Some((n, need)))
                }
            };
            if let Some(entry) = entry {
                let Ok(next) = balance.after(entry) else { continue };
                balance = next;
                entries.push(entry);
            }
            if let Some((n, need)) = changed {
                needs[n] = need;
            }
            prop_assert_eq!(FundBalance::of(entries.iter().copied()), Ok(balance));
            prop_assert_eq!(FundBalance::of_sums(entries.iter().rev().copied()), Some(balance));
            prop_assert!(balance.committed_cents >= 0 && balance.spent_cents >= 0);
            prop_assert!(balance.committed_cents + balance.spent_cents <= balance.budget_cents + balance.overrides_cents);
            prop_assert_eq!(balance.committed_cents, needs.iter().map(|need| need.committed_cents).sum::<i64>());
            prop_assert_eq!(balance.spent_cents, needs.iter().map(|need| need.spent_cents).sum::<i64>());
        }
    }
}
