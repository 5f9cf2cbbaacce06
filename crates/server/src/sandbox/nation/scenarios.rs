//! What happens to each invented referral, and when: a list of steps in the order of time.

use ascms_domain::access::Role;
use ascms_domain::calendar::Region;
use ascms_domain::referrals::{Decision, ReferralKind};
use ascms_domain::text::Code;
use ascms_persistence::Calendars;
use ascms_persistence::referrals::NewReferral;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::accounts::user_id;
use super::arrangements::{self, WITHOUT_CATCHMENT};
use super::days::{self, Days};
use super::error::SeedError;
use super::random::Random;
use super::staff::Staff;
use super::{children, names};
use crate::sandbox::personas;

mod alone;
mod attendance;
mod bulletins;
mod casework;
mod contracts;
mod generator;
mod lifecycle;
mod needs;
mod performance_reviews;
mod steps;
mod submissions;
mod work;

use generator::{Generator, Story};
pub(super) use steps::{
    AgreedContract, NewFund, OnBarrier, OnNeed, OnPlan, OnTask, OnTransfer, Operation, Paper,
    ReviewWork, STORIES, Step, SubmissionWork, Transition, Work,
};

/// How a story goes. None goes on past today.
#[derive(Clone, Copy, Default)]
enum Scenario {
    Waiting,
    Declined,
    Returned,
    Resubmitted,
    Withdrawn,
    RedirectedAndWaiting,
    RedirectedAndAccepted,
    Queued,
    RedirectedFromQueue,
    Unassigned,
    #[default]
    Active,
    Paused,
    /// The closure waits for its approval.
    ClosureProposed,
    /// It was sent back.
    ClosureReturned,
    Closed,
    Reopened,
    /// Offered to the neighbour, who has not answered.
    TransferRequested,
    Transferred,
    /// Sent again while the case is open.
    Joined,
    /// Sent again with a number or a birth date that does not fit.
    Ambiguous,
    Resolved,
}

/// In turn; the last place of the turn goes to the rarer scenarios.
const TURN: [Scenario; 24] = [
    Scenario::Active,
    Scenario::Closed,
    Scenario::Active,
    Scenario::Waiting,
    Scenario::Active,
    Scenario::Unassigned,
    Scenario::ClosureProposed,
    Scenario::Declined,
    Scenario::Active,
    Scenario::Paused,
    Scenario::Closed,
    Scenario::Reopened,
    Scenario::Returned,
    Scenario::Withdrawn,
    Scenario::Transferred,
    Scenario::RedirectedAndAccepted,
    Scenario::Joined,
    Scenario::ClosureReturned,
    Scenario::Waiting,
    Scenario::Active,
    Scenario::Ambiguous,
    Scenario::Resubmitted,
    Scenario::TransferRequested,
    Scenario::Closed,
];
const RARE: [Scenario; 4] = [
    Scenario::RedirectedAndWaiting,
    Scenario::Queued,
    Scenario::RedirectedFromQueue,
    Scenario::Resolved,
];

/// Everything that happens before `now`.
pub(super) fn steps(calendars: &Calendars, now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let days = Days::before(now, calendars)?;
    let random = Random::new(2026);
    let mut generator = Generator { calendars, days, random, steps: Vec::new() };
    for number in 0..STORIES {
        let place = number % (TURN.len() + 1);
        let rare = RARE.get(number / (TURN.len() + 1) % RARE.len());
        let scenario = TURN.get(place).or(rare).copied().unwrap_or_default();
        generator.generate(number, scenario)?;
    }
    let sent = attendance::pushes(&generator.steps, calendars, now, &mut generator.random)?;
    let mut steps = generator.steps;
    steps.extend(sent);
    steps.extend(alone::alone(&steps, now)?);
    steps.extend(work::on_example(now));
    steps.extend(work::readers(now));
    steps.extend(bulletins::bulletins(now));
    steps.extend(contracts::contracts(now)?);
    steps.extend(submissions::submissions(now)?);
    steps.extend(performance_reviews::performance_reviews(&calendars.terms, now)?);
    steps.extend(needs::needs(now)?);
    steps.retain(|step| step.at < now);
    steps.sort_by_key(|step| step.at);
    Ok(steps)
}

/// The school of a story and who gets its referrals: most at the personas' own provider and
/// school, the others all over the country.
fn school_and_staff(number: usize, scenario: Scenario) -> (usize, Staff) {
    if matches!(scenario, Scenario::Queued | Scenario::RedirectedFromQueue) {
        return (WITHOUT_CATCHMENT, Staff::Catchment(1));
    }
    let turn = number / 20;
    match number % 20 {
        0..=5 => (0, Staff::Catchment(0)),
        at @ 6..=7 => (at - 5, Staff::Catchment(0)),
        at @ 8..=10 => (at - 5, Staff::Catchment(1)),
        at @ 11..=18 => {
            let catchment = 7 + 7 * ((turn + at) % 11);
            (catchment * 3 + (turn + at) % 3, Staff::Catchment(catchment))
        }
        _ => (arrangements::school_of_team(0), Staff::Team(0)),
    }
}

/// The year levels that a school teaches, as far as the service goes.
fn levels(school: usize) -> (u32, u32) {
    match school % 3 {
        0 if school > 0 => (9, 11),
        1 => (1, 8),
        _ => (1, 11),
    }
}

impl Generator<'_> {
    fn generate(&mut self, number: usize, scenario: Scenario) -> Result<(), SeedError> {
        let mut story = self.begin(number, scenario)?;
        self.submit(&mut story)?;
        match scenario {
            Scenario::Waiting | Scenario::Queued => Ok(()),
            Scenario::Declined => {
                let decision = self.decline();
                self.decide(&mut story, decision)
            }
            Scenario::Returned => self.give_back(&mut story),
            Scenario::Resubmitted => self.resubmit(&mut story),
            Scenario::Withdrawn => self.withdraw(&mut story),
            Scenario::RedirectedAndWaiting => self.redirect(&mut story),
            Scenario::RedirectedAndAccepted => {
                self.redirect(&mut story)?;
                self.support(&mut story)
            }
            Scenario::RedirectedFromQueue => self.redirect_from_queue(&mut story),
            Scenario::Unassigned => self.wait_for_a_manager(&mut story),
            Scenario::Active => self.go_on(&mut story),
            Scenario::Paused => self.pause(&mut story),
            Scenario::ClosureProposed => self.propose_closure(&mut story),
            Scenario::ClosureReturned => self.return_closure(&mut story),
            Scenario::Closed => self.close(&mut story),
            Scenario::Reopened => self.reopen(&mut story),
            Scenario::TransferRequested => self.request_transfer(&mut story),
            Scenario::Transferred => self.transfer(&mut story),
            Scenario::Joined => self.join(&mut story),
            Scenario::Ambiguous => self.confuse(&mut story),
            Scenario::Resolved => self.resolve(&mut story),
        }
    }

    fn begin(&mut self, number: usize, scenario: Scenario) -> Result<Story, SeedError> {
        let (school, staff) = school_and_staff(number, scenario);
        let day = self.day_of(scenario);
        let region = self.region(school);
        let resolved = matches!(scenario, Scenario::Resolved);
        // A school's own team has nobody who is not enrolled there.
        let in_school = matches!(staff, Staff::Team(_));
        let kind = if self.random.percent(25) && !in_school || resolved {
            ReferralKind::NonEnrolment
        } else {
            ReferralKind::ChronicAbsence
        };
        let student = children::student(number, levels(school), day, &mut self.random);
        let at = days::at(day, self.random.below(days::EVENING - 60));
        let sender = sender(school, number);
        Ok(Story { number, school, region, staff, sender, kind, student, day, at })
    }

    fn day_of(&mut self, scenario: Scenario) -> NaiveDate {
        let random = &mut self.random;
        match scenario {
            Scenario::Waiting | Scenario::RedirectedAndWaiting => self.days.recent(5, random),
            Scenario::Queued | Scenario::Returned => self.days.recent(10, random),
            Scenario::Unassigned => self.days.recent(8, random),
            Scenario::Active if random.percent(30) => self.days.recent(15, random),
            Scenario::Active => self.days.school(35, 100, random),
            Scenario::Paused => self.days.school(60, 95, random),
            Scenario::ClosureProposed | Scenario::ClosureReturned | Scenario::TransferRequested => {
                self.days.school(75, 92, random)
            }
            Scenario::Reopened | Scenario::Transferred => self.days.school(50, 85, random),
            Scenario::Joined | Scenario::Ambiguous => self.days.school(50, 85, random),
            Scenario::Closed => self.days.school(0, 70, random),
            Scenario::Declined
            | Scenario::Resubmitted
            | Scenario::Withdrawn
            | Scenario::RedirectedAndAccepted
            | Scenario::RedirectedFromQueue
            | Scenario::Resolved => self.days.school(0, 100, random),
        }
    }

    fn region(&self, school: usize) -> Option<Region> {
        arrangements::holiday_region(arrangements::catchment_of(school))
    }

    fn submit(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let Story { kind, day, region, school, .. } = *story;
        let request = children::request(kind, day, self.calendars, region, &mut self.random);
        let contact = personas::name(Role::PrimaryContact);
        // A primary contact who sends a referral is named in it.
        let named = school == 0 && (story.number.is_multiple_of(2) || story.sender == contact);
        let reference = format!("{}-{:06}", day.format("%Y"), 1000 + self.steps.len());
        let by_machine = story.sender == personas::name(Role::SmsClient);
        let new = NewReferral {
            ordered_fingerprint: format!("sandbox {reference}"),
            fingerprint: format!("sandbox {reference}"),
            source: by_machine.then(|| ("example-sms".to_owned(), reference)),
            school_number: arrangements::number(school),
            wants_in_school: matches!(story.staff, Staff::Team(_)),
            primary_contact_id: if named { Some(user_id(&contact)?) } else { None },
            student: story.student.clone(),
            request,
        };
        let (at, by) = (story.at, story.sender.clone());
        self.add_step(story, at, by, Operation::Submit(Box::new(new)));
        Ok(())
    }

    /// Most decisions come within a day or two.
    fn decide(&mut self, story: &mut Story, decision: Decision) -> Result<(), SeedError> {
        let days = if self.random.percent(85) { self.random.below(2) } else { 4 };
        let at = days::at(self.after(story, days)?, self.random.below(days::EVENING));
        let by = story.staff.lead();
        self.add_step(story, at, by, Operation::Decide(decision));
        Ok(())
    }

    fn decline(&mut self) -> Decision {
        let reasons = ["school_steps_first", "attendance_recovered", "duplicate", "not_eligible"];
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let comment = Some(self.random.one_of(&names::DECISION_COMMENTS).into());
        Decision::Decline { reason, comment }
    }

    fn give_back(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let comment = self.random.one_of(&names::MISSING).into();
        self.decide(story, Decision::Return { comment })
    }

    fn resubmit(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.give_back(story)?;
        let Story { kind, day, region, .. } = *story;
        let request = children::request(kind, day, self.calendars, region, &mut self.random);
        let (at, by) = (story.at + TimeDelta::hours(3), story.sender.clone());
        self.add_step(story, at, by, Operation::Resubmit(Box::new(request)));
        self.support(story)
    }

    fn withdraw(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let reasons = ["attendance_improved", "whanau_declined", "sent_in_error", "left_school"];
        let reason = self.random.one_of(&reasons);
        let at = days::at(self.after(story, 1)?, self.random.below(days::EVENING));
        let by = story.sender.clone();
        self.add_step(story, at, by, Operation::Withdraw(reason));
        Ok(())
    }
}

/// Schools send through their system, some by hand.
fn sender(school: usize, number: usize) -> String {
    let role = match (school, number % 6) {
        (0, 0 | 3) => Role::AttendanceLead,
        (0, 1) => Role::PrimaryContact,
        (0, 2) => Role::OfficeSupport,
        (1 | 2, 0 | 1) => Role::WorkflowLead,
        _ => Role::SmsClient,
    };
    personas::name(role)
}
