use super::{Quiet, refused};
use crate::import::{ImportError, catchments, reference_data, schools, terms};

/// What each of the imports says of a file whose header line is this one.
fn said(header: &str) -> Vec<Option<String>> {
    let file = format!("{header}\n1,2,3\n");
    let told = |err: ImportError| {
        // Their own columns are another matter.
        let of_their_own = matches!(err, ImportError::MissingColumns(_));
        (!of_their_own).then(|| err.to_string())
    };
    vec![
        schools::read(file.as_bytes(), super::now(), &Quiet).err().and_then(told),
        catchments::read(file.as_bytes(), &Quiet).err().and_then(told),
        terms::read(file.as_bytes(), &Quiet).err().and_then(told),
        reference_data::read(file.as_bytes(), &Quiet).err().and_then(told),
    ]
}

#[test]
fn blank_columns_and_doubled_headings_are_told_as_such_by_every_import() {
    for (header, part) in [
        ("year,term,,", "2 of the 4 columns of the header line have no name"),
        ("year, ,term", "1 of the 3 columns"),
        ("year,term,Year", "names a column twice: Year"),
        ("Org_Name,org name,MĀORI,maori", "names a column twice: org name, maori"),
    ] {
        for said in said(header) {
            let said = said.unwrap_or_default();
            assert!(said.contains(part), "{header}: {said}");
        }
    }
    assert_eq!(said("year,term,name"), [None, None, None, None]);
}

#[test]
fn blank_cells_behind_the_last_column_are_told_as_such() {
    let file = "year,term,start_earliest,start_latest,end_fixed,end_latest,school_number\n\
        2026,1,2026-01-26,,,2026-04-02,,,\n\
        2026,2,2026-04-20,,,2026-07-03,,3\n\
        ,,,,,,,,,\n";
    let (_, summary) = terms::read(file.as_bytes(), &Quiet).unwrap();
    assert_eq!(
        refused(summary),
        [
            "line 2: ends with blank cells (2) behind the 7 columns of the header: take the commas at its end away",
            "line 3: 8 cells where the header has 7",
        ]
    );
}
