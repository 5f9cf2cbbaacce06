//! What was spent of a fund, by category, by month and by school: sums over cells, which add up to what
//! the ledger says.

use std::collections::BTreeMap;

use crate::ids::SchoolId;

/// What was spent, and came back, in one month on one category. Cents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FundCell {
    pub category: String,
    /// 1 to 12.
    pub month: i32,
    /// What was spent, less what came back.
    pub cents: i64,
    /// How many entries of the ledger that is the sum of.
    pub entries: i64,
}

/// A sum of entries of the ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FundFigure {
    /// Spent, less what came back: below 0 where more came back than was spent.
    pub cents: i64,
    pub entries: i64,
}

/// What was spent on a category.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CategoryFigure {
    pub category: String,
    pub figure: FundFigure,
}

/// What was spent in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFigure {
    /// 1 to 12.
    pub month: i32,
    pub figure: FundFigure,
}

/// What was spent for students of a school.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SchoolFigure {
    pub school_id: SchoolId,
    pub figure: FundFigure,
}

/// What was spent of a fund, and on what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FundSpending {
    pub all: FundFigure,
    pub by_category: Vec<CategoryFigure>,
    pub by_month: Vec<MonthFigure>,
    pub by_school: Vec<SchoolFigure>,
}

impl FundFigure {
    fn add(&mut self, cell: &FundCell) {
        self.cents = self.cents.saturating_add(cell.cents);
        self.entries = self.entries.saturating_add(cell.entries);
    }
}

impl FundSpending {
    /// The sums over all cells of a fund, beside the sums of its schools.
    pub fn of(cells: &[FundCell], by_school: Vec<SchoolFigure>) -> Self {
        let mut all = FundFigure::default();
        let mut categories: BTreeMap<&str, FundFigure> = BTreeMap::new();
        let mut months: BTreeMap<i32, FundFigure> = BTreeMap::new();
        for cell in cells {
            all.add(cell);
            categories.entry(&cell.category).or_default().add(cell);
            months.entry(cell.month).or_default().add(cell);
        }
        let category = |(category, figure): (&str, _)| CategoryFigure {
            category: category.to_owned(),
            figure,
        };
        Self {
            all,
            by_category: categories.into_iter().map(category).collect(),
            by_month: months
                .into_iter()
                .map(|(month, figure)| MonthFigure { month, figure })
                .collect(),
            by_school,
        }
    }
}
