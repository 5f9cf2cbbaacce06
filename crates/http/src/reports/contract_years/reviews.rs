//! The performance reviews of a contract's year: how each stands, what its requirements came to, and the decision on
//! the payment.

use ascms_domain::performance_reviews::{RequirementResult, WithholdingRequirement};
use ascms_domain::terms::TermKey;
use ascms_persistence::performance_reviews::{PerformanceReviewRow, WithholdingRow};

use super::words;
use crate::html::both;

/// How many of the reviews are concluded, in a cell.
pub(super) fn concluded(reviews: &[PerformanceReviewRow]) -> String {
    if reviews.is_empty() {
        return "–".to_owned();
    }
    let concluded = reviews.iter().filter(|review| review.row.entry.status.is_concluded());
    format!("{} of {}", concluded.count(), reviews.len())
}

/// Each review, by its term.
pub(super) fn section(reviews: &[PerformanceReviewRow]) -> String {
    let inside = if reviews.is_empty() {
        "<p>No review of the year was opened.</p>".to_owned()
    } else {
        format!("{}{}", in_numbers(reviews), by_requirement(reviews))
    };
    format!(
        "<section class=\"group\" aria-labelledby=\"reviews\"><h2 id=\"reviews\">{}</h2>{inside}</section>",
        words::reviews().heading(),
    )
}

fn in_numbers(reviews: &[PerformanceReviewRow]) -> String {
    let head = words::head(&[
        ("Term", "Wāhanga"),
        ("Status", "Tūnga"),
        ("Met", "Kua tutuki"),
        ("Unmet", "Kāore i tutuki"),
        ("Not yet known", "Kāore anō kia mōhiotia"),
        ("Payment", "Utu"),
    ]);
    let rows: String = reviews.iter().map(row).collect();
    words::table(&words::reviews_in_numbers(), &head, &rows)
}

fn row(review: &PerformanceReviewRow) -> String {
    let results = [RequirementResult::Met, RequirementResult::Unmet, RequirementResult::NotYet];
    let counts = results.map(|result| {
        let many = review.requirements.iter().filter(|one| one.result == result).count();
        format!("<td>{many}</td>")
    });
    format!(
        "<tr data-review=\"{}\"><th scope=\"row\">{}</th><td>{}</td>{}{}</tr>",
        review.about.entry_id,
        review.frozen.term,
        words::labelled(review.row.entry.status.labels()),
        counts.concat(),
        payment(review.decisions.first()),
    )
}

/// The newest decision on the payment that the reader sees.
fn payment(decision: Option<&WithholdingRow>) -> String {
    let Some(decision) = decision else { return "<td>–</td>".to_owned() };
    let (outcome, status) = (decision.row.outcome.labels(), decision.status.labels());
    let amount = words::dollars(decision.row.amount_cents);
    let says = both(
        format!("{amount}: {}, {}", outcome.en, status.en),
        format!("{amount}: {}, {}", outcome.mi, status.mi),
    );
    format!("<td data-payment=\"{}\">{}</td>", decision.row.amount_cents, says.heading())
}

/// Each requirement beside its results, a column a term.
fn by_requirement(reviews: &[PerformanceReviewRow]) -> String {
    let terms: String = reviews.iter().map(|review| column(review.frozen.term)).collect();
    let head = format!(
        "<thead><tr><th scope=\"col\">{}</th>{terms}</tr></thead>",
        words::requirement().heading(),
    );
    // A version of the rule may list others than the one before.
    let mut requirements: Vec<WithholdingRequirement> = Vec::new();
    for one in reviews.iter().flat_map(|review| &review.requirements) {
        if !requirements.contains(&one.requirement) {
            requirements.push(one.requirement);
        }
    }
    let each = requirements.into_iter().map(|requirement| {
        let cells: String = reviews.iter().map(|review| result(review, requirement)).collect();
        format!(
            "<tr data-requirement=\"{requirement}\"><th scope=\"row\">{}</th>{cells}</tr>",
            words::labelled(requirement.labels()),
        )
    });
    let rows: String = each.collect();
    words::table(&words::requirements(), &head, &rows)
}

fn column(term: TermKey) -> String {
    format!("<th scope=\"col\">{term}</th>")
}

fn result(review: &PerformanceReviewRow, requirement: WithholdingRequirement) -> String {
    let Some(one) = review.requirements.iter().find(|one| one.requirement == requirement) else {
        return "<td>–</td>".to_owned();
    };
    let gate = if one.gate { " <b>gate</b>" } else { "" };
    format!("<td>{}{gate}</td>", words::labelled(one.result.labels()))
}
