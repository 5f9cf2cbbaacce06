//! The duties of a contract in a year: how many were met, late or are open, and each by itself.

use ascms_domain::duties::ObligationStatus;
use ascms_persistence::duties::ObligationRow;
use chrono::NaiveDate;

use super::words;
use crate::html::escaped;

/// How many of the duties stand how.
#[derive(Default)]
pub(super) struct Counts {
    on_time: u32,
    late: u32,
    overdue: u32,
    /// Upcoming, or open and not overdue.
    ahead: u32,
    /// Waived or lapsed.
    not_asked: u32,
}

impl Counts {
    pub(super) fn of(duties: &[ObligationRow], today: NaiveDate) -> Self {
        let mut counts = Self::default();
        for row in duties {
            let standing = row.standing();
            let count = match standing.status(today) {
                ObligationStatus::Done if days_late(row) > 0 => &mut counts.late,
                ObligationStatus::Done => &mut counts.on_time,
                ObligationStatus::Waived | ObligationStatus::Lapsed => &mut counts.not_asked,
                ObligationStatus::Upcoming | ObligationStatus::Open => {
                    let overdue = standing.is_overdue(today);
                    if overdue { &mut counts.overdue } else { &mut counts.ahead }
                }
            };
            *count += 1;
        }
        counts
    }

    /// As cells of a row, in the order of [`COLUMNS`].
    pub(super) fn cells(&self) -> String {
        let Self { on_time, late, overdue, ahead, not_asked } = self;
        [on_time, late, overdue, ahead, not_asked].map(|count| format!("<td>{count}</td>")).concat()
    }
}

pub(super) const COLUMNS: [(&str, &str); 5] = [
    ("Met", "Kua tutuki"),
    ("Met late", "I tōmuri"),
    ("Overdue", "Kua hipa te rā"),
    ("Ahead", "Kei mua"),
    ("Not asked for", "Kāore e tonoa"),
];

/// Days after the due day on which it was done; 0 of one that was done in time or is not done.
fn days_late(row: &ObligationRow) -> i64 {
    row.duty.outcome_on.map_or(0, |on| (on - row.duty.due_on).num_days().max(0))
}

/// Each duty, by when it is due.
pub(super) fn section(duties: &[ObligationRow], today: NaiveDate) -> String {
    let heading = words::duties();
    let counts = words::table(
        &words::duties_in_numbers(),
        &words::head(&COLUMNS),
        &format!("<tr>{}</tr>", Counts::of(duties, today).cells()),
    );
    let rows: String = duties.iter().map(|row| self::row(row, today)).collect();
    let head = words::head(&[
        ("Duty", "Herenga"),
        ("Period", "Wā"),
        ("Due", "Rā tika"),
        ("Status", "Tūnga"),
        ("Ended", "I oti"),
    ]);
    let each = words::table(&words::each_duty(), &head, &rows);
    format!(
        "<section class=\"group\" aria-labelledby=\"duties\"><h2 id=\"duties\">{}</h2>{counts}{each}</section>",
        heading.heading(),
    )
}

fn row(row: &ObligationRow, today: NaiveDate) -> String {
    let standing = row.standing();
    let status = words::labelled(standing.status(today).labels());
    let overdue = if standing.is_overdue(today) { " <b>overdue</b>" } else { "" };
    let ended = row.duty.outcome_on.map(|on| on.to_string()).unwrap_or_default();
    let done = standing.status(today) == ObligationStatus::Done;
    let late = match days_late(row) {
        days if done && days > 0 => format!(" ({days} days late)"),
        _ => String::new(),
    };
    format!(
        "<tr data-duty=\"{}\"><th scope=\"row\">{}</th><td>{}</td><td>{}</td><td>{status}{overdue}</td>\
         <td>{ended}{late}</td></tr>",
        row.duty.id,
        words::labelled(row.duty.kind.labels()),
        escaped(&row.duty.period),
        row.duty.due_on,
    )
}
