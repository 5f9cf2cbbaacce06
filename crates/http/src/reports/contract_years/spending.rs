//! The fund of a contract's year: what was spent of it, and in which month.

use ascms_persistence::funds::{FundReportRow, FundRow};

use super::report::WholeYear;
use super::words;

/// Spent of the budget, in a cell with a bar.
pub(super) fn spent(fund: Option<&FundRow>, id: &str) -> String {
    let Some(row) = fund else { return "–".to_owned() };
    let balance = row.fund.balance();
    let (spent, budget) = (balance.spent_cents, balance.budget_cents + balance.overrides_cents);
    let says = format!("{} of {}", words::dollars(spent), words::dollars(budget));
    format!("{}<p class=\"says\">{says}</p>", bar(spent, budget, &says, id))
}

/// A bar that shows a part of a whole; the words beside it say the same.
fn bar(part: i64, whole: i64, says: &str, id: &str) -> String {
    let share = (part * 10_000).checked_div(whole).unwrap_or(0).clamp(0, 10_000);
    format!(
        "<svg role=\"img\" aria-labelledby=\"{id}\" viewBox=\"0 0 100 12\" preserveAspectRatio=\"none\" \
         focusable=\"false\"><title id=\"{id}\">{says}</title>\
         <rect class=\"track\" x=\"0\" y=\"2\" width=\"100\" height=\"8\"/>\
         <rect class=\"met\" x=\"0\" y=\"2\" width=\"{}.{:02}\" height=\"8\"/></svg>",
        share / 100,
        share % 100,
    )
}

pub(super) fn section(whole: &WholeYear) -> String {
    let heading = words::fund().heading();
    let inside = match &whole.spending {
        None => "<p>No fund is open for the year.</p>".to_owned(),
        Some(report) => report_of(report),
    };
    format!(
        "<section class=\"group\" aria-labelledby=\"fund\"><h2 id=\"fund\">{heading}</h2>{inside}</section>"
    )
}

fn report_of(report: &FundReportRow) -> String {
    let balance = report.row.fund.balance();
    let budget = balance.budget_cents + balance.overrides_cents;
    format!(
        "<dl><dt>Budget</dt><dd>{}</dd><dt>Committed</dt><dd>{}</dd><dt>Spent</dt><dd>{}</dd>\
         <dt>Students</dt><dd>{}</dd></dl>{}",
        words::dollars(budget),
        words::dollars(balance.committed_cents),
        words::dollars(balance.spent_cents),
        report.students,
        months(report, budget),
    )
}

/// The year as twelve columns, each with its month and its amount in words.
fn months(report: &FundReportRow, budget: i64) -> String {
    let spent_in = |month: i32| {
        let of_month = report.spending.by_month.iter().find(|one| one.month == month);
        (month, of_month.map_or(0, |one| one.figure.cents))
    };
    let mut before = 0;
    let mut columns: Vec<MonthColumn> = Vec::new();
    for (month, cents) in (1..=12).map(spent_in) {
        columns.push(MonthColumn { month, before, cents });
        before += cents;
    }
    // Spending may be dated before the refund that made room for it, so that a month ends above the budget.
    let top = columns.iter().map(|column| column.before + column.cents).fold(budget, i64::max);
    let columns: String = columns.iter().map(|column| column.html(budget, top)).collect();
    format!(
        "<p>A column is what was spent in the year by the end of its month: the dark part in the month itself, the \
         light part before it. The line is the budget.</p><ul class=\"months\">{columns}</ul>"
    )
}

/// What was spent in a month, and before it in the year, in cents.
struct MonthColumn {
    month: i32,
    before: i64,
    /// Below zero, where more came back than was spent.
    cents: i64,
}

impl MonthColumn {
    fn html(&self, budget: i64, top: i64) -> String {
        let Self { month, before, cents } = *self;
        let light = height(before.min(before + cents), top);
        let dark = height(before + cents, top) - light;
        let (line, name) = (points(TALLEST - height(budget, top)), words::month(month));
        format!(
            "<li data-month=\"{month}\" data-cents=\"{cents}\"><svg aria-hidden=\"true\" viewBox=\"0 0 100 100\" \
             preserveAspectRatio=\"none\" focusable=\"false\">\
             <rect class=\"before\" x=\"15\" y=\"{}\" width=\"70\" height=\"{}\"/>\
             <rect class=\"met\" x=\"15\" y=\"{}\" width=\"70\" height=\"{}\"/>\
             <line class=\"target\" x1=\"0\" y1=\"{line}\" x2=\"100\" y2=\"{line}\"/></svg>\
             <p class=\"says\"><b>{}</b> {}</p></li>",
            points(TALLEST - light),
            points(light),
            points(TALLEST - light - dark),
            points(dark),
            name.heading(),
            words::dollars(cents),
        )
    }
}

/// The height of the chart, in hundredths of a point.
const TALLEST: i64 = 10_000;

/// How tall a column is. The tallest leaves a little room for the line above it.
fn height(cents: i64, top: i64) -> i64 {
    (cents.max(0) * 9_500).checked_div(top).unwrap_or(0).clamp(0, 9_500)
}

/// Hundredths, as a decimal number.
fn points(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

#[cfg(test)]
mod tests;
