//! The attendance of many students in the terms in which their outcomes are measured.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::terms::TermKey;
use sea_orm::ConnectionTrait;

use crate::attendance::reported::{months_of, reported};
use crate::students::merge;
use crate::{Almanac, StoreError, schools};

/// What each student attended of each term. One read of everything for each term.
pub(super) async fn attended(
    db: &impl ConnectionTrait,
    wanted: &BTreeSet<(StudentId, TermKey)>,
    almanac: &Almanac,
) -> Result<HashMap<(StudentId, TermKey), TermAttendance>, StoreError> {
    let mut by_term: BTreeMap<TermKey, BTreeSet<StudentId>> = BTreeMap::new();
    for (student, term) in wanted {
        by_term.entry(*term).or_default().insert(*student);
    }
    let mut found = HashMap::new();
    for (key, students) in by_term {
        let Some(term) = almanac.terms.get(key) else { continue };
        let records = merge::records_of_all(db, &students.into_iter().collect::<Vec<_>>()).await?;
        let said = reported(db, &records, months_of(term, term), None).await?;
        let named: BTreeSet<SchoolId> = said.values().flat_map(|one| one.schools()).collect();
        let regions = schools::holiday_regions(db, named).await?;
        for (student, said) in said {
            let counted = said.counted(almanac, &regions);
            found.insert((student, key), counted.term_totals(key, &said.summaries).attendance());
        }
    }
    Ok(found)
}
