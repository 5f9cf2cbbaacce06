use ascms_domain::calendar::Region;
use ascms_persistence::rows::school::Model as School;

use super::{Quiet, day, now, refused};
use crate::import::{ImportError, schools};

pub(super) const HEADER_2021: &str = "School_Id,Org_Name,Org_Type,Authority,Territorial_Authority,\
    Regional_Council,Education_Region,Māori_Electorate,Latitude,Longitude,Decile,Roll_Date,Total\n";

const HEADER_2026: &str = "School_Id,Org_Name,Org_Type,Authority,Territorial_Authority,\
    Regional_Council,Education_Region,Latitude,Longitude,EQi_Index,Roll_Date,Total,Status,\
    DateSchoolOpened\n";

pub(super) fn directory(header: &str, lines: &str) -> (Vec<School>, Vec<String>) {
    let file = format!("{header}{lines}");
    let (listed, mut summary) = schools::read(file.as_bytes(), now(), &Quiet).unwrap();
    let changes = schools::differences(Vec::new(), listed, &mut summary);
    (changes, refused(summary))
}

#[test]
fn the_layout_of_2021_is_read() {
    let (schools, refused) = directory(
        HEADER_2021,
        "0012,Kōwhai Flat School ,Contributing,State,Timaru District,Canterbury Region,\
         Canterbury/Chatham Islands,Te Tai Tonga,-44.25,171.25,3,2021-08-01 00:00:00.0000000,87\n",
    );
    assert_eq!(refused, Vec::<String>::new());
    let school = &schools[0];
    assert_eq!((school.number, school.name.as_str()), (12, "Kōwhai Flat School"));
    assert_eq!(school.folded_name, "kowhai flat school");
    assert_eq!(school.holiday_region, Some(Region::SouthCanterbury));
    assert_eq!((school.latitude, school.longitude), (Some(-44.25), Some(171.25)));
    assert_eq!((school.roll, school.roll_date), (87, Some(day("2021-08-01"))));
    assert_eq!(school.equity_index.as_deref(), Some("decile 3"));
    assert_eq!(school.status, "open");
}

#[test]
fn the_layout_of_2026_is_read() {
    let (schools, refused) = directory(
        HEADER_2026,
        "7,Te Kura o Te Rimu,Composite,State,Far North District,Northland Region,Tai Tokerau,\
         -35.0,173.5,not applicable,2026-08-01T00:00:00,0,Not Yet Open,2027-02-01T00:00:00\n",
    );
    assert_eq!(refused, Vec::<String>::new());
    let school = &schools[0];
    assert_eq!(school.status, "not_yet_open");
    assert_eq!(school.opened_on, Some(day("2027-02-01")));
    assert_eq!(school.equity_index.as_deref(), Some("not applicable"));
}

#[test]
fn what_the_directory_does_not_know_stays_unknown() {
    let line = "9,Distant School,Composite,State,,,,,,,99,1900-01-01 00:00:00.0000000,0\n";
    let (schools, refused) = directory(HEADER_2021, line);
    assert_eq!(refused, Vec::<String>::new());
    let school = &schools[0];
    assert_eq!((school.latitude, school.longitude, school.roll_date), (None, None, None));
    assert_eq!((&school.equity_index, school.holiday_region), (&None, None));
    assert_eq!((&school.regional_council, &school.education_region), (&None, &None));
}

#[test]
fn a_proposed_school_gives_its_opening_date_in_its_name() {
    let line = "9,Hill School (Proposed) (Proposed opening date: 2023-01-30),Full Primary,State,,\
                Area Outside Region,,,-43.9,-176.5,,,0\n";
    let (schools, refused) = directory(HEADER_2021, line);
    assert_eq!(refused, Vec::<String>::new());
    assert_eq!(schools[0].name, "Hill School");
    assert_eq!(schools[0].status, "proposed");
    assert_eq!(schools[0].opened_on, Some(day("2023-01-30")));
    assert_eq!(schools[0].holiday_region, Some(Region::ChathamIslands));
}

#[test]
fn a_bad_line_is_refused_with_all_its_faults_and_the_rest_goes_on() {
    let (schools, refused) = directory(
        HEADER_2021,
        "12,\"Two\nlines\",Contributing,State,,,,,,,3,2021-08-01,87\n\
         0,Zero School,Contributing,State,,,,,1,,11,1 August,-3\n\
         13,Short School,Contributing\n\
         \n,,,,,,,,,,,,\n\
         14,Good School,Contributing,State,,,,,,,,,\n\
         014,Good School again,Contributing,State,,,,,,,,,\n",
    );
    assert_eq!(schools.iter().map(|school| school.number).collect::<Vec<_>>(), [14]);
    assert_eq!(
        refused,
        [
            "line 2, column Org_Name: holds a control or invisible character, or one that reorders text",
            "line 4, column Decile: `11` is no decile (1 to 10, 99 for none)",
            "line 4, column Longitude: is missing where Latitude is given",
            "line 4, column Roll_Date: `1 August` is no date: write 2026-01-31",
            "line 4, column School_Id: `0` is no school number (1 to 9999)",
            "line 4, column Total: `-3` is no whole number from 0 to 100000",
            "line 5: 3 cells where the header has 13",
            "line 9, column School_Id: school 14 is already on line 8",
        ]
    );
}

#[test]
fn a_file_of_another_kind_is_refused_whole() {
    let refusal = schools::read("year,term\n".as_bytes(), now(), &Quiet).unwrap_err();
    let ImportError::MissingColumns(columns) = refusal else { panic!("{refusal}") };
    assert!(columns.contains(&"School_Id"));
    let latin = b"School_Id,M\xe2ori\n";
    let refusal = schools::read(&latin[..], now(), &Quiet).unwrap_err();
    assert!(matches!(refusal, ImportError::HeaderNotUtf8));
}

#[test]
fn a_second_run_changes_nothing_and_a_new_name_is_a_new_version() {
    let line = "12,Kōwhai School,Contributing,State,,,,,,,3,2021-08-01,87\n";
    let (first, _) = directory(HEADER_2021, line);
    let again = |line: &str| {
        let file = format!("\u{feff}{HEADER_2021}{line}");
        let (listed, mut summary) = schools::read(file.as_bytes(), now(), &Quiet).unwrap();
        let changes = schools::differences(first.clone(), listed, &mut summary);
        (changes, (summary.added, summary.changed, summary.unchanged))
    };
    assert_eq!(again(line), (Vec::new(), (0, 0, 1)));
    let (changes, counts) = again(&line.replace("Kōwhai", "Kōwhai Flat"));
    assert_eq!(counts, (0, 1, 0));
    assert_eq!((changes[0].id, changes[0].version), (first[0].id, 2));
}
