//! The pages around the figures: one of all contracts, one of a contract.

use actix_web::HttpResponse;
use chrono::NaiveDate;

use super::report::{PATH, WholeYear, YearOfContract};
use super::{duties, plan, reviews, spending, words};
use crate::html::escaped;
use crate::reports::page::PageParts;

/// The contracts of a year beside each other.
pub(super) fn of_all(years: &[YearOfContract], year: i32, today: NaiveDate) -> HttpResponse {
    let rows: String =
        years.iter().enumerate().map(|(place, of)| row(of, place, (year, today))).collect();
    let heading = words::contracts();
    let columns = [
        ("Contract", "Kirimana"),
        ("Provider", "Kaiwhakarato"),
        ("Plan", "Mahere"),
        ("Spent of the fund", "I pau o te pūtea"),
        ("Reviews concluded", "Ngā arotake kua whakatauria"),
    ];
    let columns: Vec<(&str, &str)> = columns.into_iter().chain(duties::COLUMNS).collect();
    let main = if years.is_empty() {
        let nothing = words::nothing().heading();
        format!("<h2>{nothing}</h2><p>No contract within your reach runs in this year.</p>")
    } else {
        let table = words::table(&heading, &words::head(&columns), &rows);
        format!("<h2>{}</h2>{table}", heading.heading())
    };
    let parts = PageParts {
        title: words::title(year),
        about: format!(
            "<p>Each contract that runs in {year}: its plan, what was spent of its fund, its \
             performance reviews, and the duties that are due in the year. As it stands on {today}.</p>"
        ),
        contents: String::new(),
        main,
        foot: foot(&["/v1/contracts".to_owned(), "/v1/obligations".to_owned()]),
    };
    parts.respond()
}

fn row(of: &YearOfContract, place: usize, (year, today): (i32, NaiveDate)) -> String {
    let contract = &of.contract.contract;
    format!(
        "<tr data-contract=\"{id}\"><th scope=\"row\"><a href=\"{PATH}?year={year}&amp;contract={id}\">{}</a></th>\
         <td>{}</td><td>{}</td><td>{}</td><td>{}</td>{}</tr>",
        escaped(&contract.number),
        escaped(&of.contract.organisation_name),
        plan::standing(of.plan.as_ref()),
        spending::spent(of.fund.as_ref(), &format!("f{place}")),
        reviews::concluded(&of.reviews),
        duties::Counts::of(&of.duties, today).cells(),
        id = contract.id,
    )
}

/// The year of one contract.
pub(super) fn of_one(whole: &WholeYear) -> HttpResponse {
    let contract = &whole.of.contract;
    let (year, id) = (whole.year, contract.contract.id);
    let (number, name) = (escaped(&contract.contract.number), escaped(&contract.organisation_name));
    let sections = [
        plan::section(whole),
        spending::section(whole),
        reviews::section(&whole.of.reviews),
        duties::section(&whole.of.duties, whole.today),
    ];
    let mut sources =
        vec![format!("/v1/contracts/{id}"), format!("/v1/obligations?contractId={id}")];
    sources.extend(
        whole.of.plan.as_ref().map(|plan| format!("/v1/submissions/{}", plan.about.entry_id)),
    );
    sources.extend(whole.of.fund.as_ref().map(|row| format!("/v1/funds/{}/report", row.fund.id)));
    if !whole.of.reviews.is_empty() {
        sources.push(format!("/v1/performance-reviews?contractId={id}&contractYear={year}"));
    }
    let parts = PageParts {
        title: words::title(year),
        about: format!(
            "<p>Contract {number} of {name}. As it stands on {}. \
             <a href=\"{PATH}?year={year}\">All contracts of the year</a></p>",
            whole.today,
        ),
        contents: String::new(),
        main: sections.concat(),
        foot: foot(&sources),
    };
    parts.respond()
}

/// The operations that answer the same as JSON.
fn foot(sources: &[String]) -> String {
    let link =
        |path: &String| format!("<li><a href=\"{0}\"><code>{0}</code></a></li>", escaped(path));
    let links: String = sources.iter().map(link).collect();
    format!(
        "<footer><h2>{}</h2><p>The operations of the API that answer the same; like this page, the \
         links need a token.</p><ul>{links}</ul></footer>",
        words::made_of().heading(),
    )
}
