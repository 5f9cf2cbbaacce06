use super::{Assignee, Case, CaseError, CaseStatus, State};
use crate::ids::{CaseId, ProviderId, UserId};

fn case(state: State) -> Case {
    Case { id: CaseId::generate(), provider_id: ProviderId::generate(), state }
}

fn kaimahi() -> Assignee {
    Assignee { id: UserId::generate(), works_here: true, active: true, trained: true }
}

fn paused() -> State {
    State::Paused {
        case_manager: UserId::generate(),
        reason: "whanau_request".into(),
        from: "2026-03-02".parse().unwrap(),
        review_by: "2026-04-02".parse().unwrap(),
    }
}

fn closed() -> State {
    let at = "2026-03-02T09:00:00Z".parse().unwrap();
    State::Closed { case_manager: None, reason: "attendance_improved".into(), at }
}

#[test]
fn an_assigned_case_is_active_and_a_paused_one_stays_paused() {
    let to = kaimahi();
    for (state, expected) in [
        (State::Unassigned, CaseStatus::Active),
        (State::Active { case_manager: UserId::generate() }, CaseStatus::Active),
        (paused(), CaseStatus::Paused),
    ] {
        let mut case = case(state);
        case.assign(&to).unwrap();
        assert_eq!((case.status(), case.case_manager()), (expected, Some(to.id)));
    }
}

#[test]
fn a_closed_case_is_not_assigned() {
    assert_eq!(case(closed()).assign(&kaimahi()), Err(CaseError::Closed));
}

#[test]
fn a_case_goes_only_to_somebody_who_may_work_on_it() {
    for (to, expected) in [
        (Assignee { works_here: false, ..kaimahi() }, CaseError::AssigneeNotHere),
        (Assignee { active: false, ..kaimahi() }, CaseError::AssigneeDisabled),
        (Assignee { trained: false, ..kaimahi() }, CaseError::AssigneeUntrained),
    ] {
        let mut case = case(State::Unassigned);
        assert_eq!(case.assign(&to), Err(expected));
        assert_eq!(case.state, State::Unassigned);
    }
}

#[test]
fn assigning_twice_to_the_same_person_says_so() {
    let to = kaimahi();
    let mut case = case(State::Active { case_manager: to.id });
    assert_eq!(case.assign(&to), Err(CaseError::AlreadyAssigned));
}
