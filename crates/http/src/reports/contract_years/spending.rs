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
    // More may come back in a month than is spent in it.
    let share = (part.max(0) * 10_000).checked_div(whole).unwrap_or(0).clamp(0, 10_000);
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
    let month = |month: i32| {
        let of_month = report.spending.by_month.iter().find(|one| one.month == month);
        let cents = of_month.map_or(0, |one| one.figure.cents);
        let (name, says) = (words::month(month), words::dollars(cents));
        format!(
            "<li data-month=\"{month}\" data-cents=\"{cents}\"><p class=\"says\"><b>{}</b> {says}</p>{}</li>",
            name.heading(),
            bar(cents, budget, &format!("{}: {says}", name.en), &format!("m{month}")),
        )
    };
    let months: String = (1..=12).map(month).collect();
    format!(
        "<dl><dt>Budget</dt><dd>{}</dd><dt>Committed</dt><dd>{}</dd><dt>Spent</dt><dd>{}</dd>\
         <dt>Students</dt><dd>{}</dd></dl><ul class=\"bars\">{months}</ul>",
        words::dollars(budget),
        words::dollars(balance.committed_cents),
        words::dollars(balance.spent_cents),
        report.students,
    )
}
