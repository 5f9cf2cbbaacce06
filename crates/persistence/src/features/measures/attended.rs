//! The attendance of many students in the terms in which their outcomes are measured.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ascms_domain::eligibility::TermAttendance;
use ascms_domain::ids::StudentId;
use ascms_domain::terms::TermKey;
use sea_orm::ConnectionTrait;

use crate::features::attendance::Schools;
use crate::features::attendance::reported::{Window, of_students};
use crate::identity;
use crate::reference::calendars::Calendars;
use crate::store::error::StoreError;

/// What each student attended of each term. One read of everything for each term.
pub(super) async fn attended(
    db: &impl ConnectionTrait,
    wanted: &BTreeSet<(StudentId, TermKey)>,
    calendars: &Calendars,
) -> Result<HashMap<(StudentId, TermKey), TermAttendance>, StoreError> {
    let mut by_term: BTreeMap<TermKey, Vec<StudentId>> = BTreeMap::new();
    for (student, term) in wanted {
        by_term.entry(*term).or_default().push(*student);
    }
    let (mut found, mut schools) = (HashMap::new(), Schools::default());
    for (key, students) in by_term {
        let Some(term) = calendars.terms.get(key) else { continue };
        let records = identity::merges::records_of_each(db, &students).await?;
        let said = of_students(db, &records, Window::of_term(term), None).await?;
        schools.learn(db, said.values()).await?;
        for (student, reported) in said {
            let counted = schools.counted(calendars, &reported);
            let totals = counted.term_totals(key);
            found.insert((student, key), totals.attendance());
        }
    }
    Ok(found)
}
