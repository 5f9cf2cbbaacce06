use chrono::{DateTime, TimeDelta, Utc};

use super::{NamingCircumstances, NamingRefusal, has_effect, is_withheld, may_name};
use crate::cases::{Assignee, CaseRefusal};
use crate::ids::UserId;

fn person() -> Assignee {
    Assignee { id: UserId::generate(), works_here: true, active: true, trained: true }
}

fn here() -> NamingCircumstances {
    NamingCircumstances { has_open_case: true, person: person(), joined_at: None }
}

#[test]
fn only_people_of_the_provider_with_the_case_are_named() {
    assert_eq!(may_name(&here()), Ok(()));
    let elsewhere = NamingCircumstances { has_open_case: false, ..here() };
    assert_eq!(may_name(&elsewhere), Err(NamingRefusal::NoOpenCaseHere));
    for (person, refused) in [
        (Assignee { works_here: false, ..person() }, CaseRefusal::AssigneeNotHere),
        (Assignee { active: false, ..person() }, CaseRefusal::AssigneeDisabled),
        (Assignee { trained: false, ..person() }, CaseRefusal::AssigneeUntrained),
    ] {
        let at = NamingCircumstances { person, ..here() };
        assert_eq!(may_name(&at), Err(NamingRefusal::Person(refused)));
        assert!(!has_effect(DateTime::UNIX_EPOCH, &at));
    }
    assert!(!has_effect(DateTime::UNIX_EPOCH, &elsewhere));
}

#[test]
fn a_naming_holds_for_the_contacts_that_were_the_students_then() {
    let named_at: DateTime<Utc> = DateTime::UNIX_EPOCH;
    let joined = |seconds| {
        let joined_at = Some(named_at + TimeDelta::seconds(seconds));
        has_effect(named_at, &NamingCircumstances { joined_at, ..here() })
    };
    assert!(has_effect(named_at, &here()));
    assert!(joined(-1) && joined(0) && !joined(1));
}

#[test]
fn what_is_protected_is_kept_from_all_but_the_named() {
    let grid = [(false, false), (false, true), (true, false), (true, true)];
    let withheld = grid.map(|(protected, named)| is_withheld(protected, named));
    assert_eq!(withheld, [false, false, true, false]);
}
