//! Who serves whom: catchments with their schools and providers, in one flat file. Every line may
//! tell of a catchment, its contract, one of its schools, and that school's own team.

use std::io::Read;

use super::error::ImportError;
use super::lines::{self, Header, Line};
use super::summary::Summary;
use crate::progress::Progress;

mod differences;
mod row;

pub(super) use differences::differences;
use row::{CatchmentRow, Dates, Named};

/// What the header has to have; `provider_name_mi` and the `in_school_…` columns may be left out.
const COLUMNS: [&str; 10] = [
    "catchment_code",
    "catchment_name",
    "education_region",
    "provider_code",
    "provider_name",
    "contract_from",
    "contract_to",
    "school_number",
    "school_from",
    "school_to",
];

pub(super) fn read(
    file: impl Read,
    progress: &dyn Progress,
) -> Result<(Vec<CatchmentRow>, Summary), ImportError> {
    let check = |header: &Header<'_>| header.require(&COLUMNS);
    lines::read(file, progress, check, |(), line| Some(row(line)))
}

fn row(line: &mut Line<'_>) -> CatchmentRow {
    let row = CatchmentRow {
        line: line.number,
        catchment: code_and_name(line, ["catchment_code", "catchment_name", "education_region"]),
        provider: code_and_name(line, ["provider_code", "provider_name", "provider_name_mi"]),
        contract: dates(line, "contract_from", "contract_to"),
        school: line.optional("school_number", lines::school_number),
        membership: dates(line, "school_from", "school_to"),
        team: code_and_name(
            line,
            ["in_school_provider_code", "in_school_provider_name", "in_school_provider_name_mi"],
        ),
        provision: dates(line, "in_school_from", "in_school_to"),
    };
    // A cell that was refused is no cell that is missing.
    if line.is_sound() {
        check(line, &row);
    }
    row
}

fn code_and_name(line: &mut Line<'_>, [code, name, more]: [&'static str; 3]) -> Option<Named> {
    let name = line.optional(name, lines::words);
    let more = line.optional(more, lines::words);
    let code = line.optional(code, lines::code)?;
    Some(Named { code, name, more })
}

/// A part that is told only by half would be lost without a word.
fn check(line: &mut Line<'_>, row: &CatchmentRow) {
    let mut needs = |given: bool, needed: bool, column, reason: &str| {
        if given && !needed {
            line.refuse(column, reason);
        }
    };
    let [catchment, provider] = [row.catchment.is_some(), row.provider.is_some()];
    let [school, team] = [row.school.is_some(), row.team.is_some()];
    needs(provider, catchment, "catchment_code", "is needed for a contract");
    needs(provider, row.contract.is_some(), "contract_from", "is needed for a contract");
    needs(row.contract.is_some(), provider, "provider_code", "is needed for a contract");
    needs(
        row.membership.is_some(),
        school,
        "school_number",
        "is needed where school_from is given",
    );
    needs(row.membership.is_some(), catchment, "catchment_code", "is needed for a school's dates");
    needs(team, school, "school_number", "is needed for an in-school provider");
    needs(team, row.provision.is_some(), "in_school_from", "is needed for an in-school provider");
    needs(row.provision.is_some(), team, "in_school_provider_code", "is needed for its dates");
    needs(school, row.membership.is_some() || team, "school_from", "is needed for a school");
}

/// A first day, and a last day that is not before it.
fn dates(line: &mut Line<'_>, from: &'static str, to: &'static str) -> Option<Dates> {
    let first = line.optional(from, lines::date);
    let last = line.optional(to, lines::date);
    match (first, last) {
        (Some(first), Some(last)) if last < first => {
            line.refuse(to, format!("{last} is before the first day, {first}"));
            None
        }
        (Some(from), to) => Some(Dates { from, to }),
        (None, Some(_)) => {
            line.refuse(from, "is blank where the last day is given");
            None
        }
        (None, None) => None,
    }
}
