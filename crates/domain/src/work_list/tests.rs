use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use super::{
    Asking, Caseload, LastClosure, OpenCase, OpenNeed, OpenTask, WorkItem, WorkQueue, WorkReason,
    load,
};
use crate::cases::ClosureStatus;
use crate::ids::{CaseId, TaskId, UserId};
use crate::measures::ContactMeasure::{SchoolContact, WhanauContact};
use crate::needs::NeedStatus;

fn day(n: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, n).unwrap()
}

fn at(hour: u32) -> Option<DateTime<Utc>> {
    day(16).and_hms_opt(hour, 0, 0).map(|at| at.and_utc())
}

/// Of a case manager who has opened it since it was assigned: nothing is to be done.
fn quiet(manager: UserId) -> OpenCase {
    OpenCase {
        id: CaseId::generate(),
        case_manager: Some(manager),
        led: false,
        review_by: None,
        closure: None,
        looked_at: at(2),
        looked_after: None,
        assigned_at: at(1),
        assigned_after: None,
        changed: false,
        deadlines: Vec::new(),
        tasks: Vec::new(),
        needs: Vec::new(),
    }
}

fn items(case: &OpenCase, caller: UserId) -> Vec<WorkItem> {
    let mut items = Vec::new();
    case.items(&Asking { caller, today: day(16), until: day(18) }, &mut items);
    items
}

fn queues(case: &OpenCase, caller: UserId) -> Vec<WorkQueue> {
    items(case, caller).iter().map(|item| item.queue).collect()
}

fn task(assignee: Option<UserId>, due_on: NaiveDate) -> OpenTask {
    OpenTask { id: TaskId::generate(), assignee, due_on }
}

#[test]
fn a_case_with_nothing_to_do_is_in_no_queue() {
    let me = UserId::generate();
    assert_eq!(queues(&quiet(me), me), []);
}

#[test]
fn a_case_is_new_until_it_is_opened_after_its_assignment() {
    let (me, other) = (UserId::generate(), UserId::generate());
    for (looked_at, assigned_at, is_new) in [
        (None, at(1), true),
        (None, None, true),
        (at(1), at(2), true),
        (at(2), at(2), false),
        (at(3), at(2), false),
        (at(3), None, false),
    ] {
        let case = OpenCase { looked_at, assigned_at, ..quiet(me) };
        assert_eq!(queues(&case, me).contains(&WorkQueue::NewToMe), is_new, "{case:?}");
        assert_eq!(queues(&OpenCase { led: true, ..case }, other), []);
    }
}

#[test]
fn whether_it_was_opened_since_is_told_by_entries_and_not_by_two_servers_clocks() {
    let me = UserId::generate();
    for (looked_after, assigned_after, is_new) in [
        (Some(3), Some(3), true),
        (Some(4), Some(3), false),
        (Some(0), Some(0), true),
        (None, Some(3), false),
        (Some(3), None, false),
    ] {
        // By the clocks it was opened long after the assignment.
        let case = OpenCase { looked_after, assigned_after, ..quiet(me) };
        assert_eq!(queues(&case, me).contains(&WorkQueue::NewToMe), is_new, "{case:?}");
        let case = OpenCase { looked_at: at(1), assigned_at: at(2), ..case };
        let by_clock = looked_after.is_none() || assigned_after.is_none();
        assert_eq!(queues(&case, me).contains(&WorkQueue::NewToMe), is_new || by_clock, "{case:?}");
    }
}

#[test]
fn a_case_of_nobody_is_new_to_leads_however_often_they_open_it() {
    let me = UserId::generate();
    let case = OpenCase { case_manager: None, led: true, ..quiet(me) };
    assert_eq!(queues(&case, me), [WorkQueue::NewToMe]);
    assert_eq!(queues(&OpenCase { led: false, ..case }, me), []);
}

#[test]
fn a_closure_waits_for_leads_with_no_part_in_it() {
    let (me, manager, other) = (UserId::generate(), UserId::generate(), UserId::generate());
    for (led, by, manager, waits) in [
        (true, other, manager, true),
        (true, me, manager, false),
        (true, other, me, false),
        (false, other, manager, false),
    ] {
        let closure = Some(LastClosure::Proposed { by });
        let case = OpenCase { led, closure, ..quiet(manager) };
        let expected = if waits { &[WorkQueue::AwaitingMyApproval][..] } else { &[] };
        assert_eq!(queues(&case, me), expected);
    }
    let returned = OpenCase { closure: Some(LastClosure::Returned), ..quiet(me) };
    assert_eq!(queues(&returned, me), [WorkQueue::Returned]);
}

#[test]
fn a_change_counts_for_those_who_have_opened_the_case() {
    let me = UserId::generate();
    let changed = OpenCase { changed: true, led: true, ..quiet(UserId::generate()) };
    assert_eq!(queues(&changed, me), [WorkQueue::ChangedSinceILooked]);
    assert_eq!(queues(&OpenCase { looked_at: None, ..changed }, me), []);
}

#[test]
fn days_are_past_soon_or_later() {
    use WorkQueue::{AboutToBreach, DueSoon, Overdue, PausedPastReview};
    let me = UserId::generate();
    for (on, task_is, review_is, deadline_is) in [
        (15, Some(Overdue), Some(PausedPastReview), Some(Overdue)),
        (16, Some(DueSoon), Some(DueSoon), Some(AboutToBreach)),
        (18, Some(DueSoon), Some(DueSoon), Some(AboutToBreach)),
        (19, None, None, None),
    ] {
        let case = OpenCase { tasks: vec![task(None, day(on))], ..quiet(me) };
        assert_eq!(queues(&case, me), Vec::from_iter(task_is), "{on}");
        let case = OpenCase { review_by: Some(day(on)), ..quiet(me) };
        assert_eq!(queues(&case, me), Vec::from_iter(review_is), "{on}");
        let case = OpenCase { deadlines: vec![(SchoolContact, day(on))], ..quiet(me) };
        assert_eq!(queues(&case, me), Vec::from_iter(deadline_is), "{on}");
    }
}

#[test]
fn a_contact_is_listed_once_a_queue_by_its_first_deadline() {
    let me = UserId::generate();
    let deadlines = vec![
        (SchoolContact, day(12)),
        (SchoolContact, day(10)),
        (WhanauContact, day(13)),
        (WhanauContact, day(18)),
    ];
    let items = items(&OpenCase { deadlines, ..quiet(me) }, me);
    let shown: Vec<_> = items.iter().map(|item| (item.queue, item.due_on)).collect();
    assert_eq!(
        shown,
        [
            (WorkQueue::Overdue, Some(day(10))),
            (WorkQueue::AboutToBreach, Some(day(18))),
            (WorkQueue::Overdue, Some(day(13))),
        ]
    );
}

#[test]
fn a_case_manager_has_the_tasks_that_are_theirs_and_a_lead_all() {
    let (me, other) = (UserId::generate(), UserId::generate());
    let tasks: Vec<_> = [None, Some(me), Some(other)].map(|who| task(who, day(16))).into();
    let case = OpenCase { tasks, ..quiet(me) };
    assert_eq!(items(&case, me).len(), 2);
    assert_eq!(items(&OpenCase { led: true, ..case }, UserId::generate()).len(), 3);
}

#[test]
fn a_caseload_counts_cases_tasks_and_what_has_passed() {
    let (me, other) = (UserId::generate(), UserId::generate());
    let mut loads = BTreeMap::new();
    let paused = OpenCase { review_by: Some(day(20)), ..quiet(me) };
    let late = OpenCase {
        deadlines: vec![
            (SchoolContact, day(12)),
            (SchoolContact, day(13)),
            (WhanauContact, day(19)),
        ],
        tasks: vec![task(None, day(15)), task(Some(other), day(16))],
        ..quiet(me)
    };
    let unassigned = OpenCase {
        case_manager: None,
        tasks: vec![task(None, day(15)), task(Some(other), day(15))],
        ..quiet(me)
    };
    for case in [&paused, &late, &unassigned] {
        let seen_by_lead = OpenCase { led: true, ..case.clone() };
        load(&seen_by_lead, UserId::generate(), day(16), &mut loads);
    }
    let mine = Caseload { active: 1, paused: 1, open_tasks: 1, overdue: 2 };
    let theirs = Caseload { active: 0, paused: 0, open_tasks: 2, overdue: 1 };
    assert_eq!(loads, BTreeMap::from([(me, mine), (other, theirs)]));
    let mut own = BTreeMap::new();
    load(&late, me, day(16), &mut own);
    assert_eq!(own.keys().collect::<Vec<_>>(), [&me]);
}

#[test]
fn a_closure_that_was_approved_is_from_before_the_case_was_opened_again() {
    let by = UserId::generate();
    let of = |status| LastClosure::of(status, by);
    assert_eq!(of(ClosureStatus::Proposed), Some(LastClosure::Proposed { by }));
    assert_eq!(of(ClosureStatus::Returned), Some(LastClosure::Returned));
    assert_eq!(of(ClosureStatus::Approved), None);
}

#[test]
fn a_need_waits_for_a_lead_and_is_settled_by_whoever_has_the_case() {
    let (me, other) = (UserId::generate(), UserId::generate());
    let need = |status, due_on| OpenNeed { status, asked_by: me, due_on: day(due_on) };
    let seen = |needs: Vec<OpenNeed>, led, caller| {
        let case = OpenCase { led, needs, ..quiet(me) };
        let all = items(&case, caller);
        all.iter().map(|item| (item.queue, item.reason, item.due_on.unwrap())).collect::<Vec<_>>()
    };
    let requested = |queue, n| (queue, WorkReason::NeedRequested, day(n));
    let unsettled = |queue, n| (queue, WorkReason::NeedUnsettled, day(n));
    let waiting = vec![need(NeedStatus::Requested, 19), need(NeedStatus::Requested, 17)];
    assert_eq!(
        seen(waiting.clone(), true, other),
        [requested(WorkQueue::AwaitingMyApproval, 17)],
        "once, with the first day"
    );
    assert_eq!(seen(waiting.clone(), true, me), [], "not by who asked");
    assert_eq!(seen(waiting, false, me), []);
    let late = vec![need(NeedStatus::Requested, 15)];
    assert_eq!(seen(late, true, me), [requested(WorkQueue::Overdue, 15)]);
    for status in [NeedStatus::Approved, NeedStatus::PartSpent] {
        for (due_on, expected) in [
            (15, vec![unsettled(WorkQueue::Overdue, 15)]),
            (16, vec![unsettled(WorkQueue::DueSoon, 16)]),
            (18, vec![unsettled(WorkQueue::DueSoon, 18)]),
            (19, vec![]),
        ] {
            for led in [true, false] {
                assert_eq!(
                    seen(vec![need(status, due_on)], led, me),
                    expected,
                    "{status} {due_on}"
                );
            }
        }
    }
    for status in [NeedStatus::Declined, NeedStatus::Cancelled, NeedStatus::Settled] {
        assert_eq!(seen(vec![need(status, 15)], true, other), [], "{status}");
    }
}
