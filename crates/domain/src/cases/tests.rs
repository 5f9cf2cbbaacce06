use super::{
    Assignee, Case, CaseAction, CaseRefusal, CaseState, CaseStatus, Checklist, ChecklistPoint,
    Circumstances, ClosureStatus, Explanation, OutsideMaterial,
};
use crate::ids::{BarrierId, CaseId, ProviderId, UserId};

fn case(state: CaseState) -> Case {
    let (id, provider_id) = (CaseId::generate(), ProviderId::generate());
    Case { id, provider_id, state, closure_proposed_by: None }
}

fn today() -> Circumstances {
    let day = |text: &str| text.parse().unwrap();
    Circumstances {
        caller: UserId::generate(),
        today: day("2026-03-16"),
        enrolled_at: None,
        open_tasks: 0,
        barriers: 0,
        unexplained_barrier: false,
        reopen_until: Some(day("2026-03-30")),
        transfer_is_requested: false,
        another_case_is_open: false,
        works_alone: false,
        approval: None,
    }
}

fn kaimahi() -> Assignee {
    Assignee { id: UserId::generate(), works_here: true, active: true, trained: true }
}

fn paused() -> CaseState {
    CaseState::Paused {
        case_manager: UserId::generate(),
        reason: "whanau_request".into(),
        from: "2026-03-02".parse().unwrap(),
        review_by: "2026-04-02".parse().unwrap(),
    }
}

fn closed() -> CaseState {
    let at = "2026-03-02T09:00:00Z".parse().unwrap();
    CaseState::Closed { case_manager: None, reason: "attendance_improved".into(), at }
}

#[test]
fn an_assigned_case_is_active_and_a_paused_one_stays_paused() {
    let to = kaimahi();
    for (state, expected) in [
        (CaseState::Unassigned, CaseStatus::Active),
        (CaseState::Active { case_manager: UserId::generate() }, CaseStatus::Active),
        (paused(), CaseStatus::Paused),
    ] {
        let mut case = case(state);
        case.assign(&to, &today()).unwrap();
        assert_eq!((case.status(), case.case_manager()), (expected, Some(to.id)));
    }
}

#[test]
fn a_closed_case_is_not_assigned() {
    assert_eq!(case(closed()).assign(&kaimahi(), &today()), Err(CaseRefusal::Closed));
}

#[test]
fn a_case_goes_only_to_somebody_who_may_work_on_it() {
    for (to, expected) in [
        (Assignee { works_here: false, ..kaimahi() }, CaseRefusal::AssigneeNotHere),
        (Assignee { active: false, ..kaimahi() }, CaseRefusal::AssigneeDisabled),
        (Assignee { trained: false, ..kaimahi() }, CaseRefusal::AssigneeUntrained),
    ] {
        let mut case = case(CaseState::Unassigned);
        assert_eq!(case.assign(&to, &today()), Err(expected));
        assert_eq!(case.state, CaseState::Unassigned);
    }
}

#[test]
fn assigning_twice_to_the_same_person_says_so() {
    let to = kaimahi();
    let mut case = case(CaseState::Active { case_manager: to.id });
    assert_eq!(case.assign(&to, &today()), Err(CaseRefusal::AlreadyAssigned));
}

fn state(name: &str) -> CaseState {
    match name {
        "unassigned" => CaseState::Unassigned,
        "active" => CaseState::Active { case_manager: UserId::generate() },
        "paused" => paused(),
        _ => closed(),
    }
}

/// The whole grid: action × state, and a state with a closure that waits.
#[test]
fn each_action_has_its_states() {
    use CaseRefusal::*;
    let anybody = today();
    for action in CaseAction::ALL {
        let waiting = [CaseAction::ApproveClosure, CaseAction::ReturnClosure];
        let [unassigned, active, paused, closed] = if *action == CaseAction::Pause {
            [Err(Unassigned), Ok(()), Err(AlreadyPaused), Err(Closed)]
        } else if *action == CaseAction::Resume {
            [Err(NotPaused), Err(NotPaused), Ok(()), Err(Closed)]
        } else if waiting.contains(action) {
            [Err(NoClosureProposed), Err(NoClosureProposed), Err(NoClosureProposed), Err(Closed)]
        } else if *action == CaseAction::Reopen {
            [Err(NotClosed), Err(NotClosed), Err(NotClosed), Ok(())]
        } else {
            [Ok(()), Ok(()), Ok(()), Err(Closed)]
        };
        for (name, expected) in
            [("unassigned", unassigned), ("active", active), ("paused", paused), ("closed", closed)]
        {
            assert_eq!(case(state(name)).allows(*action, &anybody), expected, "{action:?} {name}");
        }
    }
}

#[test]
fn a_case_takes_no_more_barriers_than_there_may_be_and_goes_on_otherwise() {
    let active = case(state("active"));
    let with = |barriers| Circumstances { barriers, ..today() };
    let most = crate::barriers::MOST_PER_CASE;
    assert_eq!(active.allows(CaseAction::AddBarrier, &with(most - 1)), Ok(()));
    let refused = active.allows(CaseAction::AddBarrier, &with(most));
    assert_eq!(refused, Err(CaseRefusal::TooManyBarriers));
    assert_eq!(active.must_be_open(), Ok(()), "its barriers are changed and moved");
    for action in CaseAction::ALL.iter().filter(|action| **action != CaseAction::AddBarrier) {
        assert_eq!(active.allows(*action, &with(most)), active.allows(*action, &today()));
    }
    let closed = case(closed());
    assert_eq!(closed.allows(CaseAction::AddBarrier, &with(most)), Err(CaseRefusal::Closed));
    assert_eq!(closed.must_be_open(), Err(CaseRefusal::Closed));
}

#[test]
fn a_closure_is_approved_by_neither_its_proposer_nor_the_case_manager() {
    let (proposer, manager, lead) = (UserId::generate(), UserId::generate(), UserId::generate());
    for (caller, expected) in [
        (proposer, Err(CaseRefusal::OwnClosure)),
        (manager, Err(CaseRefusal::OwnClosure)),
        (lead, Ok(())),
    ] {
        let mut case = case(CaseState::Active { case_manager: manager });
        case.closure_proposed_by = Some(proposer);
        let at = Circumstances { caller, ..today() };
        let now = "2026-03-16T00:00:00Z".parse().unwrap();
        assert_eq!(case.approve_closure("enrolled".into(), now, &at), expected);
        assert_eq!(case.status() == CaseStatus::Closed, expected.is_ok());
        assert_eq!(case.case_manager(), Some(manager));
    }
}

#[test]
fn a_team_of_one_approves_its_own_closure_and_nothing_else_is_different() {
    let alone = Circumstances { works_alone: true, ..today() };
    let mut case = case(CaseState::Active { case_manager: alone.caller });
    let approve = CaseAction::ApproveClosure;
    assert_eq!(case.allows(approve, &alone), Err(CaseRefusal::NoClosureProposed));
    case.closure_proposed_by = Some(alone.caller);
    let busy = Circumstances { open_tasks: 1, ..alone };
    assert_eq!(case.allows(approve, &busy), Err(CaseRefusal::OpenTasks));
    assert_eq!(case.allows(approve, &alone), Ok(()));
    let with_others = Circumstances { works_alone: false, ..alone };
    assert_eq!(case.allows(approve, &with_others), Err(CaseRefusal::OwnClosure));
}

/// Every policy × whose closure × a team of one or not.
#[test]
fn the_contract_says_how_a_closure_is_approved() {
    use crate::second_person::Approval::{Final, ToBeReviewed};
    use crate::second_person::ApprovalPolicy::{MinistrySecond, SecondPerson, SelfWithReview};
    let stranger = UserId::generate();
    for works_alone in [false, true] {
        let alone = works_alone.then_some(ToBeReviewed).ok_or(CaseRefusal::OwnClosure);
        for (approval, own, others) in [
            (None, alone, Ok(Final)),
            (Some(SecondPerson), Err(CaseRefusal::OwnClosure), Ok(Final)),
            (Some(MinistrySecond), Err(CaseRefusal::OwnClosure), Ok(ToBeReviewed)),
            (Some(SelfWithReview), Ok(ToBeReviewed), Ok(Final)),
        ] {
            let at = Circumstances { works_alone, approval, ..today() };
            let mut case = case(CaseState::Active { case_manager: stranger });
            case.closure_proposed_by = Some(at.caller);
            assert_eq!(case.closure_approval(&at), own, "{approval:?} {works_alone}");
            assert_eq!(case.allows(CaseAction::ApproveClosure, &at), own.map(drop));
            case.closure_proposed_by = Some(stranger);
            assert_eq!(case.closure_approval(&at), others, "{approval:?} {works_alone}");
        }
    }
}

#[test]
fn open_tasks_keep_a_case_open() {
    let busy = Circumstances { open_tasks: 1, ..today() };
    let mut case = case(state("active"));
    assert_eq!(case.propose_closure(&busy), Err(CaseRefusal::OpenTasks));
    case.propose_closure(&today()).unwrap();
    let added_since = case.allows(CaseAction::ApproveClosure, &busy);
    assert_eq!(added_since, Err(CaseRefusal::OpenTasks));
    assert_eq!(case.propose_closure(&today()), Err(CaseRefusal::ClosureAlreadyProposed));
    case.return_closure(&today()).unwrap();
    assert_eq!(case.propose_closure(&today()), Ok(()));
}

#[test]
fn a_barrier_that_nobody_explained_keeps_a_case_open() {
    let found = Circumstances { unexplained_barrier: true, ..today() };
    let mut case = case(state("active"));
    case.propose_closure(&today()).unwrap();
    let approve = CaseAction::ApproveClosure;
    assert_eq!(case.allows(approve, &found), Err(CaseRefusal::UnexplainedBarrier));
    let both = Circumstances { open_tasks: 1, ..found };
    assert_eq!(case.allows(approve, &both), Err(CaseRefusal::OpenTasks));
    assert_eq!(case.allows(approve, &today()), Ok(()));
    assert_eq!(case.allows(CaseAction::ReturnClosure, &found), Ok(()));
}

#[test]
fn a_case_is_reopened_until_the_last_day_and_not_beside_another() {
    let until = "2026-03-16".parse().unwrap();
    let last_day = Circumstances { reopen_until: Some(until), ..today() };
    let day_after = Circumstances { today: until.succ_opt().unwrap(), ..last_day };
    let reopen = |at: &Circumstances| case(closed()).reopen(None, at);
    assert_eq!(reopen(&last_day), Ok(()));
    assert_eq!(reopen(&day_after), Err(CaseRefusal::ReopeningTooLate));
    let beside = Circumstances { another_case_is_open: true, ..last_day };
    assert_eq!(reopen(&beside), Err(CaseRefusal::AnotherCaseOpen));
}

#[test]
fn a_reopened_case_goes_back_to_its_case_manager_who_still_may_work_on_it() {
    let before = kaimahi();
    let mut same = case(closed());
    same.reopen(Some(&before), &today()).unwrap();
    assert_eq!(same.case_manager(), Some(before.id));
    let mut gone = case(closed());
    gone.reopen(Some(&Assignee { active: false, ..before }), &today()).unwrap();
    assert_eq!(gone.state, CaseState::Unassigned);
}

#[test]
fn a_pause_is_reviewed_on_a_later_day() {
    let at = today();
    let mut case = case(state("active"));
    let reason = crate::text::Code::from("away");
    assert_eq!(case.pause(reason.clone(), at.today, &at), Err(CaseRefusal::ReviewNotAhead));
    case.pause(reason, at.today.succ_opt().unwrap(), &at).unwrap();
    assert_eq!(case.status(), CaseStatus::Paused);
    case.resume(&at).unwrap();
    assert_eq!(case.status(), CaseStatus::Active);
}

#[test]
fn a_checklist_names_what_is_not_confirmed() {
    let barrier = BarrierId::generate();
    let nothing = Checklist {
        barriers: Vec::new(),
        plan_reviewed: false,
        outside_material: OutsideMaterial { checked: false, copied_in: false, destroyed: false },
    };
    assert_eq!(nothing.unconfirmed(&[barrier]).len(), 5);
    assert_eq!(nothing.unconfirmed(&[]).len(), 4);
    let done = Checklist {
        barriers: vec![Explanation { barrier_id: barrier, comment: "Moved away.".into() }],
        plan_reviewed: true,
        outside_material: OutsideMaterial { checked: true, copied_in: true, destroyed: true },
    };
    assert_eq!(done.unconfirmed(&[barrier]), []);
    assert_eq!(done.unconfirmed(&[BarrierId::generate()]), [ChecklistPoint::Barriers]);
}

#[test]
fn a_case_is_either_closed_or_handed_over() {
    let leaving = Circumstances { transfer_is_requested: true, ..today() };
    let mut going = case(state("active"));
    assert_eq!(going.propose_closure(&leaving), Err(CaseRefusal::TransferAlreadyRequested));
    going.propose_closure(&today()).unwrap();
    let both = going.allows(CaseAction::RequestTransfer, &today());
    assert_eq!(both, Err(CaseRefusal::ClosureAlreadyProposed));
    let twice = case(state("active")).allows(CaseAction::RequestTransfer, &leaving);
    assert_eq!(twice, Err(CaseRefusal::TransferAlreadyRequested));
}

#[test]
fn a_case_that_was_handed_over_has_nobody_yet() {
    for name in ["unassigned", "active", "paused"] {
        let (mut moved, to) = (case(state(name)), ProviderId::generate());
        moved.hand_over(to).unwrap();
        assert_eq!((moved.provider_id, moved.state), (to, CaseState::Unassigned));
    }
    assert_eq!(case(closed()).hand_over(ProviderId::generate()), Err(CaseRefusal::Closed));
}

#[test]
fn a_case_is_over_when_it_is_closed_and_a_closure_waits_until_it_is_answered() {
    for status in CaseStatus::ALL {
        assert_eq!(status.is_closed(), *status == CaseStatus::Closed, "{status}");
    }
    for status in ClosureStatus::ALL {
        assert_eq!(status.is_waiting(), *status == ClosureStatus::Proposed, "{status}");
        assert_eq!(status.is_approved(), *status == ClosureStatus::Approved, "{status}");
    }
}
