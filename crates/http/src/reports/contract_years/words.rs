//! What the page says in words, in English and te reo Māori, and how it writes money.

use ascms_domain::closed_list::Labels;

use crate::html::{Both, both, escaped};

pub(super) fn title(year: i32) -> Both {
    both(format!("Contract year {year}"), format!("Tau kirimana {year}"))
}

pub(super) fn contracts() -> Both {
    both("Contracts", "Ngā kirimana")
}

pub(super) fn plan() -> Both {
    both("Service delivery plan", "Te mahere whakarato ratonga")
}

pub(super) fn fund() -> Both {
    both("Unmet basic needs fund", "Te pūtea hiahia taketake")
}

pub(super) fn reviews() -> Both {
    both("Performance reviews", "Ngā arotake mahi")
}

pub(super) fn requirement() -> Both {
    both("Requirement", "Herenga")
}

pub(super) fn duties() -> Both {
    both("Duties", "Ngā herenga")
}

/// What the tables of the parts are called.
pub(super) fn milestones() -> Both {
    both("Milestones", "Ngā pou herenga")
}

pub(super) fn reviews_in_numbers() -> Both {
    both("Reviews in numbers", "Ngā arotake hei tau")
}

pub(super) fn requirements() -> Both {
    both("Each requirement by term", "Ia herenga, ia wāhanga")
}

pub(super) fn duties_in_numbers() -> Both {
    both("Duties in numbers", "Ngā herenga hei tau")
}

pub(super) fn each_duty() -> Both {
    both("Each duty", "Ia herenga")
}

pub(super) fn nothing() -> Both {
    both("Nothing to show", "Kāore he mea hei whakaatu")
}

pub(super) fn made_of() -> Both {
    both("What it was made of", "I ahu mai i hea")
}

/// The month of a year, 1 to 12.
pub(super) fn month(month: i32) -> Both {
    let (en, mi) = match month {
        1 => ("January", "Kohitātea"),
        2 => ("February", "Huitanguru"),
        3 => ("March", "Poutūterangi"),
        4 => ("April", "Paengawhāwhā"),
        5 => ("May", "Haratua"),
        6 => ("June", "Pipiri"),
        7 => ("July", "Hōngongoi"),
        8 => ("August", "Hereturikōkā"),
        9 => ("September", "Mahuru"),
        10 => ("October", "Whiringa-ā-nuku"),
        11 => ("November", "Whiringa-ā-rangi"),
        _ => ("December", "Hakihea"),
    };
    both(en, mi)
}

/// The labels of a word of a closed list, in both languages, as the inside of a cell.
pub(super) fn labelled(labels: Labels) -> String {
    both(labels.en, labels.mi).heading()
}

/// A row of headings, each in both languages.
pub(super) fn head(columns: &[(&str, &str)]) -> String {
    let cell =
        |(en, mi): &(&str, &str)| format!("<th scope=\"col\">{}</th>", both(*en, *mi).heading());
    let cells: String = columns.iter().map(cell).collect();
    format!("<thead><tr>{cells}</tr></thead>")
}

/// A table that scrolls by itself where it is wider than the page.
pub(super) fn table(name: &Both, head: &str, rows: &str) -> String {
    format!(
        "<div class=\"wide\" role=\"region\" aria-label=\"{}\" tabindex=\"0\">\
         <table>{head}<tbody>{rows}</tbody></table></div>",
        escaped(&name.en),
    )
}

/// An amount in dollars, from cents.
pub(super) fn dollars(cents: i64) -> String {
    let sign = if cents < 0 { "−" } else { "" };
    let (dollars, rest) = (cents.unsigned_abs() / 100, cents.unsigned_abs() % 100);
    let digits = dollars.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    format!("{sign}${grouped}.{rest:02}")
}

#[cfg(test)]
mod tests;
