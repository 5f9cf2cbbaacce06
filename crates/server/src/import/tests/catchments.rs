use std::collections::BTreeSet;

use ascms_domain::ids::SchoolId;
use ascms_persistence::catchments::Arrangements;

use super::schools::{HEADER_2021, directory};
use super::{Quiet, refused};
use crate::import::catchments;

const HEADER_CATCHMENTS: &str = "catchment_code,catchment_name,education_region,provider_code,\
    provider_name,contract_from,contract_to,school_number,school_from,school_to,\
    in_school_provider_code,in_school_provider_name,in_school_from,in_school_to\n";

/// A nation of two schools, 11 and 12, and what imports have made of it.
pub(super) struct Nation {
    pub(super) on_record: Arrangements,
}

impl Nation {
    pub(super) fn new() -> Self {
        let lines =
            "11,North School,Composite,State,,,,,,,,,\n12,South School,Composite,State,,,,,,,,,\n";
        let (schools, _) = directory(HEADER_2021, lines);
        Self { on_record: Arrangements { schools, ..Arrangements::default() } }
    }

    /// Imports and keeps; answers with added, changed, unchanged, and what was refused.
    fn import(&mut self, lines: &str) -> ((usize, usize, usize), Vec<String>) {
        let file = format!("{HEADER_CATCHMENTS}{lines}");
        let (rows, mut summary) = catchments::read(file.as_bytes(), &Quiet).unwrap();
        let changes = catchments::differences(self.on_record.clone(), &rows, &mut summary);
        let kept = &mut self.on_record;
        replace_rows(&mut kept.catchments, changes.catchments, |row| row.id.0);
        replace_rows(&mut kept.organisations, changes.organisations, |row| row.id.0);
        replace_rows(&mut kept.memberships, changes.memberships, |row| row.id);
        replace_rows(&mut kept.contracts, changes.contracts, |row| row.id);
        replace_rows(&mut kept.provisions, changes.provisions, |row| row.id);
        let counts = (summary.added, summary.changed, summary.unchanged);
        (counts, refused(summary))
    }

    fn version(&self, code: &str) -> i32 {
        self.on_record.catchments.iter().find(|row| row.code == code).unwrap().version
    }

    fn school(&self, number: i32) -> SchoolId {
        self.on_record.schools.iter().find(|row| row.number == number).unwrap().id
    }

    /// The catchments that a school has belonged to, with their dates.
    fn history(&self, number: i32) -> Vec<(String, String)> {
        let school = self.school(number);
        let code =
            |id| self.on_record.catchments.iter().find(|row| row.id == id).unwrap().code.clone();
        let mut history: Vec<_> = self
            .on_record
            .memberships
            .iter()
            .filter(|row| row.school_id == school)
            .map(|row| {
                let until = row.ends_on.map_or_else(String::new, |day| day.to_string());
                (format!("{}..{until}", row.starts_on), code(row.catchment_id))
            })
            .collect();
        history.sort();
        history
    }
}

fn replace_rows<T>(rows: &mut Vec<T>, changes: Vec<T>, id: impl Fn(&T) -> uuid::Uuid) {
    let changed: BTreeSet<uuid::Uuid> = changes.iter().map(&id).collect();
    rows.retain(|row| !changed.contains(&id(row)));
    rows.extend(changes);
}

fn is(history: &[(&str, &str)]) -> Vec<(String, String)> {
    history.iter().map(|(dates, code)| ((*dates).to_owned(), (*code).to_owned())).collect()
}

const FIRST: &str = "C1,Hills,Tai Tokerau,P1,Helpers,2026-01-05,,11,2026-01-05,,T1,North team,2026-01-05,\n\
                     C1,,,,,,,12,2026-01-05,,,,,\n\
                     C2,Plains,,,,,,,,,,,,\n";

#[test]
fn a_file_of_catchments_is_taken_over_once() {
    let mut nation = Nation::new();
    // Two catchments, two providers, a contract, two schools, a team.
    assert_eq!(nation.import(FIRST), ((8, 0, 0), Vec::new()));
    assert_eq!(nation.import(FIRST), ((0, 0, 8), Vec::new()));
    assert_eq!((nation.version("C1"), nation.version("C2")), (1, 1));
}

#[test]
fn a_school_moves_when_its_former_catchment_gets_a_last_day() {
    let mut nation = Nation::new();
    nation.import(FIRST);
    // The order of the lines does not matter.
    let moved = "C2,,,,,,,12,2026-07-01,,,,,\nC1,,,,,,,12,2026-01-05,2026-06-30,,,,\n";
    assert_eq!(nation.import(moved), ((1, 1, 2), Vec::new()));
    let history = is(&[("2026-01-05..2026-06-30", "C1"), ("2026-07-01..", "C2")]);
    assert_eq!(nation.history(12), history);
    assert_eq!((nation.version("C1"), nation.version("C2")), (2, 2));
}

#[test]
fn a_second_catchment_at_the_same_time_is_refused() {
    let mut nation = Nation::new();
    nation.import(FIRST);
    let (_, refused) = nation.import("C2,,,,,,,12,2026-07-01,,,,,\n");
    let reason = "overlaps the period from 2026-01-05 with no end (on record)";
    assert_eq!(refused, [format!("line 2, column school_from: {reason}")]);
    assert_eq!(nation.history(12), is(&[("2026-01-05..", "C1")]));

    let both = "C2,,,P2,Others,2026-01-05,2026-12-31,,,,,,,\nC2,,,P1,,2026-12-31,,,,,,,,\n";
    let (_, refused) = nation.import(both);
    let reason = "overlaps the period from 2026-01-05 to 2026-12-31 (line 2)";
    assert_eq!(refused, [format!("line 3, column contract_from: {reason}")]);
}

#[test]
fn a_line_with_the_same_first_day_corrects_the_catchment() {
    let mut nation = Nation::new();
    nation.import(FIRST);
    assert_eq!(nation.import("C2,,,,,,,12,2026-01-05,,,,,\n"), ((0, 1, 1), Vec::new()));
    assert_eq!(nation.history(12), is(&[("2026-01-05..", "C2")]));
    // Both have changed: one has lost the school, one has gained it.
    assert_eq!((nation.version("C1"), nation.version("C2")), (2, 2));
}

#[test]
fn lines_that_contradict_each_other_are_refused() {
    let mut nation = Nation::new();
    let (_, refused) = nation.import(
        "C1,Hills,,P1,Helpers,2026-01-05,,11,2026-01-05,,,,,\n\
         C1,Hill,,P1,,2026-01-05,2026-12-31,,,,,,,\n\
         C1,,,,,,,12,2026-01-05,,P1,,2026-01-05,\n\
         C9,,,,,,,12,2026-01-05,,,,,\n\
         C1,,,P3,,2027-01-05,,99,2026-01-05,,,,,\n\
         ,,,P1,,2026-01-05,,,,,,,,\n\
         C1,,,,,,,11,,,,,,\n\
         C1,,,,,,,11,2026-02-30,,,,,\n\
         C1,,,,,,,11,2026-03-01,2026-02-01,,,,\n",
    );
    assert_eq!(
        refused,
        [
            "line 3, column catchment_name: line 2 says `Hills` of `C1`",
            "line 3, column contract_from: line 2 says otherwise",
            "line 4, column in_school_provider_code: line 2 has this code for another kind of provider",
            "line 5, column catchment_name: `C9` is new and has no name",
            "line 6, column provider_name: `P3` is new and has no name",
            "line 6, column school_number: no school on record has the number 99",
            "line 7, column catchment_code: is needed for a contract",
            "line 8, column school_from: is needed for a school",
            "line 9, column school_from: `2026-02-30` is no date: write 2026-01-31",
            "line 10, column school_to: 2026-02-01 is before the first day, 2026-03-01",
        ]
    );
}
