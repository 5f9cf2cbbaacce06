//! What is done on a case beside its contacts: notes and meetings, what keeps the student from
//! school, a plan, things to do, papers.

use ascms_domain::access::Role;
use ascms_domain::barriers::{AddBarrier, BarrierGoal, Severity};
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::CaseAction;
use ascms_domain::contacts::{ContactChannel, ContactOutcome, ContactParty};
use ascms_domain::plans::{self, Goal, MakePlan, ReviewOutcome, ReviewPlan, UpdatePlan};
use ascms_domain::tasks::AddTask;
use ascms_domain::text::Code;
use ascms_domain::timeline::{Consent, Details, MeetingKind, Visibility};
use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::generator::{self, Generator, Story};
use super::steps::{Event, OnBarrier, OnPlan, OnTask, Operation, Paper, STORIES, Step, Work};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::staff::Staff;
use crate::sandbox::nation::{days, example, names};
use crate::sandbox::personas;

fn record(action: CaseAction, visibility: Visibility, details: Details) -> Work {
    Work::Record(action, visibility, details, TimeDelta::zero())
}

pub(super) fn private_note(comment: &str) -> Work {
    let details = Details::Note { comment: comment.into() };
    record(CaseAction::AddNote, Visibility::Private, details)
}

fn shared_note(comment: &str) -> Work {
    let details = Details::Note { comment: comment.into() };
    record(CaseAction::AddNote, Visibility::Shared, details)
}

fn comment(comment: &str) -> Work {
    let details = Details::Comment { comment: comment.into() };
    record(CaseAction::AddComment, Visibility::Shared, details)
}

fn meeting(decisions: &str) -> Work {
    let details = Details::Meeting {
        meeting_kind: MeetingKind::School,
        people: vec!["The dean".into(), "The student's aunt".into()],
        agencies: Vec::new(),
        decisions: decisions.into(),
        reached: vec![ContactParty::School, ContactParty::Whanau],
    };
    Work::Record(CaseAction::AddMeeting, Visibility::Shared, details, TimeDelta::minutes(50))
}

fn agency_referral() -> Work {
    let details = Details::AgencyReferral {
        agency: "Example Health Service".into(),
        purpose: "Sleep and breathing; the nurse can see the student at school.".into(),
        consent: Consent::Given,
        outcome: None,
    };
    record(CaseAction::AddAgencyReferral, Visibility::Shared, details)
}

fn disclosure() -> Work {
    let details = Details::Disclosure {
        recipient: "Example Family Service".into(),
        legal_basis: "Privacy Step 2020, information privacy principle 11".into(),
        what: "That the student stays with the grandmother for now, and since when.".into(),
        student_consulted: true,
    };
    record(CaseAction::AddDisclosure, Visibility::Private, details)
}

fn task(title: &str, days: u16) -> Work {
    Work::Task(OnTask::Add(AddTask {
        title: title.into(),
        due_on: None,
        due_in_business_days: Some(days),
        assignee_id: None,
    }))
}

fn barrier(code: &str, severity: Severity, comment: &str) -> Work {
    let comment = Some(comment.into());
    let code = Code(code.to_owned());
    Work::Barrier(OnBarrier::Add(AddBarrier { code, severity, identified_on: None, comment }))
}

fn move_first(to: BarrierGoal, comment: &'static str) -> Work {
    Work::Barrier(OnBarrier::MoveFirst(to, comment))
}

/// One goal with two steps, some of them done.
fn goals(from: NaiveDate, done: usize) -> Vec<Goal> {
    let steps = [
        ("Bus card for the new route", "Case manager", 7),
        ("First class at nine on Mondays", "Dean", 14),
    ];
    let steps = steps.into_iter().enumerate().map(|(position, (what, who, days))| plans::Step {
        what: what.into(),
        who: who.into(),
        by_when: from.checked_add_days(Days::new(days)).unwrap_or(from),
        done: position < done,
    });
    vec![Goal {
        what: "At school every Monday".into(),
        measure: "Six Mondays in a row, by the school's register".into(),
        steps: steps.collect(),
    }]
}

fn plan(on: NaiveDate) -> Work {
    Work::Plan(OnPlan::Make(MakePlan {
        goals: goals(on, 0),
        agreed_with: vec!["The student".into(), "The student's aunt".into(), "The dean".into()],
        agreed_on: on,
        next_review_on: on.checked_add_days(Days::new(28)),
    }))
}

fn step_done(from: NaiveDate) -> Work {
    Work::Plan(OnPlan::Change(UpdatePlan { goals: Some(goals(from, 1)), ..UpdatePlan::default() }))
}

fn review(on: NaiveDate, comment: &str) -> Work {
    Work::Plan(OnPlan::Review(ReviewPlan {
        comment: comment.into(),
        outcome: ReviewOutcome::OnTrack,
        next_review_on: on.checked_add_days(Days::new(42)),
    }))
}

const HUI_NOTES: Paper = Paper {
    name: "hui-notes.txt",
    content: "Hui on Thursday, at school.\nThe bus card is on its way. Mondays begin at nine until then.\n",
    visibility: Visibility::Shared,
};

const OWN_NOTES: Paper = Paper {
    name: "things-to-ask.txt",
    content: "Who can drive on Mondays?\nWhich of the two numbers is the aunt's?\n",
    visibility: Visibility::Private,
};

impl Generator<'_> {
    /// What is done on a case in its first weeks: all of it where the personas work, and little
    /// elsewhere, so that a sandbox is there in seconds.
    pub(super) fn work(
        &mut self,
        story: &Story,
        manager: &str,
        reached: bool,
    ) -> Result<Vec<(u32, Event)>, SeedError> {
        let mut events = Vec::new();
        let mut add = |day, work| events.push((day, Event::Work { by: manager.to_owned(), work }));
        let random = &mut self.random;
        let severity =
            random.one_of(&[Severity::Low, Severity::Moderate, Severity::High].map(Some));
        let severity = severity.unwrap_or(Severity::Moderate);
        let code = random.one_of(&["transport", "anxiety", "caring_duties", "housing"]);
        add(2, private_note(random.one_of(&names::FIRST_NOTES)));
        add(3, barrier(code, severity, random.one_of(&names::BARRIER_WORDS)));
        add(4, task(random.one_of(&names::TASKS), 4));
        if random.percent(70) {
            add(7, Work::Task(OnTask::FinishFirst(random.one_of(&names::TASKS_DONE))));
        }
        if story.staff != Staff::Catchment(0) {
            // Of most, the note alone.
            if !story.number.is_multiple_of(4) {
                events.truncate(1);
            }
            return Ok(events);
        }
        // What came in lately has not been opened by everybody.
        if !self.days.is_recent(story.day) || random.percent(40) {
            add(1, Work::Look);
        }
        add(5, meeting(random.one_of(&names::MEETINGS)));
        add(6, move_first(BarrierGoal::BeingAddressed, "Agreed who does what."));
        add(8, shared_note(random.one_of(&names::SHARED_NOTES)));
        if random.percent(50) {
            let comment = "Came up at the meeting; not urgent.";
            add(9, barrier("engagement", Severity::Low, comment));
        }
        add(11, task(random.one_of(&names::TASKS), 5));
        if random.percent(60) {
            add(13, move_first(BarrierGoal::Resolved, "Settled since last week."));
        }
        if random.percent(15) {
            add(12, agency_referral());
        }
        if random.percent(6) {
            add(12, disclosure());
        }
        if story.number.is_multiple_of(30) {
            add(14, Work::Upload(OWN_NOTES));
        }
        let (agreed, reviewed) = (self.after(story, 6)?, self.after(story, 15)?);
        events.extend(self.plan(manager, agreed, reviewed));
        events.extend(self.visit(reached));
        if let Some(by) = follower(story) {
            let work = comment(self.random.one_of(&names::COMMENTS));
            events.push((10, Event::Work { by, work }));
        }
        Ok(events)
    }

    fn plan(&mut self, by: &str, agreed: NaiveDate, reviewed: NaiveDate) -> Vec<(u32, Event)> {
        if !self.random.percent(80) {
            return Vec::new();
        }
        let comment = self.random.one_of(&names::REVIEWS);
        let work = [(6, plan(agreed)), (14, step_done(agreed)), (15, review(reviewed, comment))];
        work.map(|(day, work)| (day, Event::Work { by: by.to_owned(), work })).into()
    }

    /// A home visit, after its risk assessment. It finds somebody only where somebody was reached
    /// before, so that it stops no clock.
    fn visit(&mut self, reached: bool) -> Option<(u32, Event)> {
        let outcome = if reached { ContactOutcome::Reached } else { ContactOutcome::Attempted };
        let channel = Some(ContactChannel::HomeVisit);
        let visit = Event::Contact { party: ContactParty::Whanau, outcome, channel };
        // After the latest of the days on which the whānau is reached first.
        self.random.percent(60).then_some((20, visit))
    }

    /// What was done in the last days, so that there is something due.
    pub(super) fn lately(&mut self, story: &mut Story) {
        if story.staff != Staff::Catchment(0) && !self.random.percent(40) {
            return;
        }
        let manager = generator::manager(story.staff, story.number);
        let day = self.days.recent(8, &mut self.random);
        let note = self.random.one_of(&names::SHARED_NOTES);
        self.do_at(story, day, manager.clone(), shared_note(note));
        let day = self.days.recent(3, &mut self.random);
        let title = self.random.one_of(&names::TASKS);
        self.do_at(story, day, manager, task(title, 3));
        if let Some(by) = follower(story) {
            let text = self.random.one_of(&names::COMMENTS);
            self.do_at(story, day, by, comment(text));
        }
    }

    fn do_at(&mut self, story: &mut Story, day: NaiveDate, by: String, work: Work) {
        let at = days::at(day, self.random.below(days::EVENING));
        self.add_step(story, at, by, Operation::Work(Box::new(work)));
    }
}

/// The primary contact, where the referral named one.
fn follower(story: &Story) -> Option<String> {
    let name = personas::name(Role::PrimaryContact);
    let named = story.school == 0 && (story.number.is_multiple_of(2) || story.sender == name);
    named.then_some(name)
}

/// A few days ago the personas read what they had been told by then.
pub(super) fn readers(now: DateTime<Utc>) -> impl Iterator<Item = Step> {
    let people = [Role::WorkflowLead, Role::CaseManager, Role::PrimaryContact];
    people.into_iter().map(move |role| Step {
        at: now - TimeDelta::days(3),
        story: STORIES,
        by: personas::name(role),
        operation: Operation::ReadNotifications,
    })
}

/// What was done on the case of the document's examples. Nothing of it is left open, so that the
/// examples of every step work on it.
pub(super) fn on_example(now: DateTime<Utc>) -> Vec<Step> {
    let opened = example::received(now);
    let on = |days: i64| nz_date(opened + TimeDelta::days(days));
    let manager = personas::name(Role::CaseManager);
    let lead = personas::name(Role::WorkflowLead);
    let contact = personas::name(Role::PrimaryContact);
    let no_bus = "No bus on the new route before ten; the family has one car.";
    let steps = [
        (3, &manager, private_note("The father works nights: ring after four.")),
        (3, &manager, barrier("transport", Severity::High, no_bus)),
        (4, &manager, meeting("A later start on Mondays until the bus is settled.")),
        (5, &manager, plan(on(5))),
        (5, &manager, task("Ask for a bus card", 5)),
        (6, &manager, move_first(BarrierGoal::BeingAddressed, "The card is ordered.")),
        (7, &contact, comment("Here on Monday, and on time.")),
        (9, &manager, Work::Task(OnTask::FinishFirst("The card came."))),
        (10, &manager, shared_note("Talked with the dean about the Mondays.")),
        (11, &manager, Work::Upload(HUI_NOTES)),
        (12, &manager, Work::Upload(OWN_NOTES)),
        (13, &manager, step_done(on(5))),
        (14, &manager, move_first(BarrierGoal::Resolved, "By bus for a week now.")),
        (16, &manager, review(on(16), "Six of seven Mondays.")),
        (17, &lead, Work::Look),
        (18, &contact, comment("The class teacher is pleased.")),
    ];
    let steps = steps.into_iter().zip(0_i64..).map(|((days, by, work), position)| Step {
        at: opened + TimeDelta::days(days) + TimeDelta::minutes(position),
        story: STORIES,
        by: by.clone(),
        operation: Operation::Work(Box::new(work)),
    });
    steps.collect()
}
