use super::catchments::Nation;
use super::{Quiet, refused};
use crate::import::terms;

fn import_terms(lines: &str) -> (Vec<(i32, i32, bool)>, Vec<String>) {
    let file = format!(
        "year,term,start_earliest,start_latest,end_fixed,end_latest,school_number\n{lines}"
    );
    let (rows, mut summary) = terms::read(file.as_bytes(), &Quiet).unwrap();
    let schools = Nation::new().on_record.schools;
    let changes = terms::differences(Vec::new(), schools, &rows, &mut summary);
    let keys = changes.iter().map(|term| (term.year, term.term, term.school_id.is_some()));
    (keys.collect(), refused(summary))
}

#[test]
fn terms_last_from_the_first_day_of_any_school_to_the_last() {
    let (terms, refused) = import_terms(
        "2026,1,2026-01-26,2026-02-09,2026-04-02,2026-04-02,\n\
         2026,2,2026-04-20,2026-04-20,2026-07-03,2026-07-03,\n\
         2026,1,2026-02-02,,,2026-04-10,11\n",
    );
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!(terms, [(2026, 1, false), (2026, 2, false), (2026, 1, true)]);
}

#[test]
fn terms_that_do_not_follow_one_another_are_refused() {
    let (terms, refused) = import_terms(
        "2026,1,2026-01-26,,,2026-04-02,\n\
         2026,2,2026-04-02,,,2026-07-03,\n\
         2026,1,2026-01-27,,,2026-04-02,\n\
         2026,5,2026-10-26,,,2026-12-02,\n\
         2026,4,2025-10-26,,,2026-12-02,\n\
         2026,3,2026-07-20,,,2026-09-25,99\n",
    );
    assert_eq!(terms, [(2026, 1, false)]);
    assert_eq!(
        refused,
        [
            "line 3, column start_earliest: does not fit with term 1 of 2026, 2026-01-26 to 2026-04-02",
            "line 4, column term: term 1 of 2026 is already on line 2",
            "line 5, column term: `5` is no whole number from 1 to 4",
            "line 6, column start_earliest: 2025-10-26 is not in 2026",
            "line 7, column school_number: no school on record has the number 99",
        ]
    );
}
