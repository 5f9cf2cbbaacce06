//! An alternative education pathway counts as a school does, and what says so is known.

use super::{contract, day};
use crate::outcomes::{Begun, EnrolledBy, enrolled};

#[test]
fn the_first_of_schools_and_pathways_counts() {
    let on = |date: &str, by, pathway: Option<&str>| Begun {
        on: day(date),
        by,
        pathway: pathway.map(str::to_owned),
    };
    let of = |begun: &[Begun]| {
        let found = enrolled(day("2026-03-02"), begun, contract(), None).unwrap()?;
        Some((found.at.days, found.by, found.pathway))
    };
    let school = on("2026-03-10", EnrolledBy::Enrolment, None);
    let told = on("2026-03-09", EnrolledBy::PathwayStatement, Some("te_kura"));
    let closed = on("2026-03-10", EnrolledBy::PathwayAtClosure, Some("activity_centre"));
    let before = on("2026-03-01", EnrolledBy::PathwayStatement, Some("te_kura"));
    assert_eq!(of(&[]), None);
    assert_eq!(of(std::slice::from_ref(&before)), None, "it began before the referral");
    let te_kura = Some("te_kura".to_owned());
    let all = [closed.clone(), school.clone(), told, before];
    assert_eq!(of(&all), Some((5, EnrolledBy::PathwayStatement, te_kura)));
    assert_eq!(of(&[closed, school]), Some((6, EnrolledBy::Enrolment, None)), "of one day");
}
