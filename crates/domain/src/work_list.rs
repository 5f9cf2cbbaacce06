//! The work list: what somebody has to see to, out of the open cases within their reach. A case
//! manager's own cases, a workflow lead's whole team. Numbers and lists come from one function,
//! so that they cannot differ.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::cases::{ClosureStatus, is_own_closure};
use crate::ids::{CaseId, TaskId, UserId};
use crate::measures::ContactMeasure;
use crate::needs::NeedStatus;

crate::closed_list! {
    /// A part of the work list.
    WorkQueue: "Queue of the work list" / "Te rārangi o te rārangi mahi" {
        /// Assigned to the caller since they last opened it; a workflow lead's also: assigned to
        /// nobody yet.
        NewToMe = "new_to_me": "New to me" / "He hou ki ahau",
        /// The closure was sent back and has not been proposed again.
        Returned = "returned": "Closure returned" / "Kua whakahokia te katinga",
        /// A task, or the review of a pause, falls due within the days asked for.
        DueSoon = "due_soon": "Due soon" / "Ka tata te rā",
        /// Nobody was reached yet, and the deadline is within the days asked for.
        AboutToBreach = "about_to_breach": "Deadline near" / "Ka tata te rā mutunga",
        /// A contact deadline or a task's day has passed.
        Overdue = "overdue": "Overdue" / "Kua hipa te rā",
        /// The day of a pause's review has passed.
        PausedPastReview = "paused_past_review": "Paused past its review" / "Kua hipa te rā arotake o te whakatārewatanga",
        /// A closure waits that the caller neither proposed nor manages the case of.
        AwaitingMyApproval = "awaiting_my_approval": "Awaiting my approval" / "E tatari ana ki taku whakaae",
        /// Somebody else recorded something since the caller last opened the case.
        ChangedSinceILooked = "changed_since_i_looked": "Changed since I looked" / "Kua huri mai i taku tirohanga",
    }
    /// Reason that a case is in a queue.
    WorkReason: "Reason on the work list" / "Te take i te rārangi mahi" {
        AssignedToMe = "assigned_to_me": "Assigned to me" / "Kua tautapaina ki ahau",
        Unassigned = "unassigned": "Unassigned" / "Kāore anō kia tautapaina",
        ClosureReturned = "closure_returned": "Closure returned" / "Kua whakahokia te katinga",
        ClosureProposed = "closure_proposed": "Closure proposed" / "Kua marohitia te katinga",
        SchoolContact = "school_contact": "Contact with the school" / "Te whakapā ki te kura",
        WhanauContact = "whanau_contact": "Contact with student and whānau" / "Te whakapā ki te ākonga me te whānau",
        Task = "task": "Task" / "He mahi",
        PauseReview = "pause_review": "Review of a pause" / "Te arotake o te whakatārewatanga",
        NeedRequested = "need_requested": "Need to decide on" / "He hiahia hei whakatau",
        NeedUnsettled = "need_unsettled": "Need to settle" / "He hiahia hei whakaoti",
        Changed = "changed": "Changed" / "Kua huri",
    }
}

/// Business days that count as soon when nothing is said (ours).
pub const SOON: u16 = 2;

/// An open case as the work list sees it, for one caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCase {
    pub id: CaseId,
    pub case_manager: Option<UserId>,
    /// The caller leads the work of the provider that is responsible.
    pub led: bool,
    /// While it is paused.
    pub review_by: Option<NaiveDate>,
    pub closure: Option<LastClosure>,
    /// When the caller last opened it.
    pub looked_at: Option<DateTime<Utc>>,
    /// The newest entry of its timeline then, by its number.
    pub looked_after: Option<i32>,
    /// When it was assigned to the caller, who has it still.
    pub assigned_at: Option<DateTime<Utc>>,
    /// The newest entry of its timeline just before.
    pub assigned_after: Option<i32>,
    /// Somebody else recorded something after the caller last opened it.
    pub changed: bool,
    /// The contact deadlines for which nobody was reached yet.
    pub deadlines: Vec<(ContactMeasure, NaiveDate)>,
    pub tasks: Vec<OpenTask>,
    pub needs: Vec<OpenNeed>,
}

/// The latest proposal to close an open case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastClosure {
    Proposed { by: UserId },
    Returned,
}

impl LastClosure {
    /// The latest proposal of an open case, made by this person; none where it was approved: that is
    /// from before the case was opened again.
    pub fn of(status: ClosureStatus, by: UserId) -> Option<Self> {
        match status {
            ClosureStatus::Proposed => Some(Self::Proposed { by }),
            ClosureStatus::Returned => Some(Self::Returned),
            ClosureStatus::Approved => None,
        }
    }
}

/// A task that is neither done nor cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenTask {
    pub id: TaskId,
    pub assignee: Option<UserId>,
    pub due_on: NaiveDate,
}

/// A need that waits for its decision, or is to be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenNeed {
    pub status: NeedStatus,
    pub asked_by: UserId,
    pub due_on: NaiveDate,
}

/// Who asks, when, and until when something is due soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    pub caller: UserId,
    pub today: NaiveDate,
    /// The last day that is soon; counted where the case's school is.
    pub until: NaiveDate,
}

/// Something to see to. The order is that of the list: by due date, then by case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkItem {
    pub queue: WorkQueue,
    pub due_on: Option<NaiveDate>,
    pub case_id: CaseId,
    pub reason: WorkReason,
    pub task_id: Option<TaskId>,
}

impl OpenCase {
    /// Adds what the caller has to see to on this case.
    pub fn items(&self, asking: &Asking, items: &mut Vec<WorkItem>) {
        self.add_needs(asking, items);
        let mut add = |queue, reason, due_on, task_id| {
            items.push(WorkItem { queue, due_on, case_id: self.id, reason, task_id });
        };
        if let Some(reason) = self.new_to(asking.caller) {
            add(WorkQueue::NewToMe, reason, None, None);
        }
        match self.closure {
            Some(LastClosure::Returned) => {
                add(WorkQueue::Returned, WorkReason::ClosureReturned, None, None);
            }
            Some(LastClosure::Proposed { by }) if self.is_for_approval_by(asking.caller, by) => {
                add(WorkQueue::AwaitingMyApproval, WorkReason::ClosureProposed, None, None);
            }
            Some(LastClosure::Proposed { .. }) | None => {}
        }
        if self.changed && self.looked_at.is_some() {
            add(WorkQueue::ChangedSinceILooked, WorkReason::Changed, None, None);
        }
        let soon = |due_on: NaiveDate| (asking.today..=asking.until).contains(&due_on);
        if let Some(review_by) = self.review_by {
            if soon(review_by) {
                add(WorkQueue::DueSoon, WorkReason::PauseReview, Some(review_by), None);
            } else if review_by < asking.today {
                add(WorkQueue::PausedPastReview, WorkReason::PauseReview, Some(review_by), None);
            }
        }
        for task in self.tasks.iter().filter(|task| self.is_for(task, asking.caller)) {
            let (due_on, id) = (Some(task.due_on), Some(task.id));
            if soon(task.due_on) {
                add(WorkQueue::DueSoon, WorkReason::Task, due_on, id);
            } else if task.due_on < asking.today {
                add(WorkQueue::Overdue, WorkReason::Task, due_on, id);
            }
        }
        for measure in ContactMeasure::ALL {
            if let Some(due_on) = self.first_deadline(*measure, soon) {
                add(WorkQueue::AboutToBreach, reason(*measure), Some(due_on), None);
            }
            if let Some(due_on) = self.first_deadline(*measure, |due_on| due_on < asking.today) {
                add(WorkQueue::Overdue, reason(*measure), Some(due_on), None);
            }
        }
    }

    /// Adds what the caller has to see to on the needs of this case: each reason once, with its first day.
    fn add_needs(&self, asking: &Asking, items: &mut Vec<WorkItem>) {
        let waiting = |need: &OpenNeed| self.led && need.status.is_waiting();
        let mine = |need: &OpenNeed| waiting(need) && need.asked_by != asking.caller;
        let promised = |need: &OpenNeed| need.status.is_promised();
        let late = |need: &OpenNeed| need.due_on < asking.today;
        let soon = |need: &OpenNeed| (asking.today..=asking.until).contains(&need.due_on);
        let mut add = |queue, reason, fits: &dyn Fn(&OpenNeed) -> bool| {
            let due_on = self.needs.iter().filter(|need| fits(need)).map(|need| need.due_on).min();
            if due_on.is_some() {
                items.push(WorkItem { queue, due_on, case_id: self.id, reason, task_id: None });
            }
        };
        let (requested, unsettled) = (WorkReason::NeedRequested, WorkReason::NeedUnsettled);
        add(WorkQueue::AwaitingMyApproval, requested, &mine);
        add(WorkQueue::Overdue, requested, &|need| waiting(need) && late(need));
        add(WorkQueue::DueSoon, unsettled, &|need| promised(need) && soon(need));
        add(WorkQueue::Overdue, unsettled, &|need| promised(need) && late(need));
    }

    fn new_to(&self, caller: UserId) -> Option<WorkReason> {
        match self.case_manager {
            Some(manager) if manager == caller => {
                let is_new = self.looked_at.is_none() || self.looked_before_assignment();
                is_new.then_some(WorkReason::AssignedToMe)
            }
            Some(_) => None,
            // Opening it is not enough: somebody is to be found for it.
            None => self.led.then_some(WorkReason::Unassigned),
        }
    }

    /// Entries are numbered as they are committed. Two servers' clocks may differ, so instants tell
    /// only where a look or an assignment is from before there were numbers.
    fn looked_before_assignment(&self) -> bool {
        match (self.looked_after, self.assigned_after) {
            (Some(looked), Some(assigned)) => looked <= assigned,
            _ => self.looked_at < self.assigned_at,
        }
    }

    fn is_for_approval_by(&self, caller: UserId, proposed_by: UserId) -> bool {
        self.led && !is_own_closure(caller, proposed_by, self.case_manager)
    }

    /// A lead sees the tasks of the whole team, a case manager those that are theirs to do.
    fn is_for(&self, task: &OpenTask, caller: UserId) -> bool {
        self.led || self.responsible_for(task) == Some(caller)
    }

    fn responsible_for(&self, task: &OpenTask) -> Option<UserId> {
        task.assignee.or(self.case_manager)
    }

    /// One contact is to be made, however many of its deadlines have passed.
    fn first_deadline(
        &self,
        measure: ContactMeasure,
        fits: impl Fn(NaiveDate) -> bool,
    ) -> Option<NaiveDate> {
        let of_measure = self.deadlines.iter().filter(|(of, _)| *of == measure);
        of_measure.map(|(_, due_on)| *due_on).filter(|due_on| fits(*due_on)).min()
    }
}

fn reason(measure: ContactMeasure) -> WorkReason {
    match measure {
        ContactMeasure::SchoolContact => WorkReason::SchoolContact,
        ContactMeasure::WhanauContact => WorkReason::WhanauContact,
    }
}

/// What one person has on their hands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Caseload {
    /// Cases that are assigned to them and not paused.
    pub active: u64,
    pub paused: u64,
    /// Tasks that are theirs: assigned to them, or to nobody on a case of theirs.
    pub open_tasks: u64,
    /// Contact deadlines and tasks whose day has passed.
    pub overdue: u64,
}

/// Adds an open case to the caseloads of those who have something to do on it: a lead sees
/// everybody's part, a case manager their own.
pub fn load(
    case: &OpenCase,
    caller: UserId,
    today: NaiveDate,
    loads: &mut BTreeMap<UserId, Caseload>,
) {
    let mut add = |person: UserId, part: Caseload| {
        if case.led || person == caller {
            loads.entry(person).or_default().add(part);
        }
    };
    if let Some(manager) = case.case_manager {
        let is_paused = case.review_by.is_some();
        let passed = |measure: &&ContactMeasure| {
            case.first_deadline(**measure, |due_on| due_on < today).is_some()
        };
        let overdue = ContactMeasure::ALL.iter().filter(passed).count();
        let part = Caseload {
            active: u64::from(!is_paused),
            paused: u64::from(is_paused),
            open_tasks: 0,
            overdue: u64::try_from(overdue).unwrap_or(0),
        };
        add(manager, part);
    }
    for task in &case.tasks {
        let Some(person) = case.responsible_for(task) else { continue };
        let overdue = u64::from(task.due_on < today);
        add(person, Caseload { open_tasks: 1, overdue, ..Caseload::default() });
    }
}

impl Caseload {
    fn add(&mut self, part: Self) {
        let Self { active, paused, open_tasks, overdue } = part;
        self.active += active;
        self.paused += paused;
        self.open_tasks += open_tasks;
        self.overdue += overdue;
    }
}

#[cfg(test)]
mod tests;
