//! What happens to each invented referral, and when: a list of acts in the order of time.

use ascms_domain::access::Role;
use ascms_domain::calendar::Region;
use ascms_domain::referrals::{Decision, ReferralKind};
use ascms_domain::text::Code;
use ascms_persistence::Almanac;
use ascms_persistence::referrals::NewReferral;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::accounts::user_id;
use super::arrangements::{self, WITHOUT_CATCHMENT};
use super::cast::Crew;
use super::days::{self, Days};
use super::error::SeedError;
use super::random::Random;
use super::{children, names};
use crate::sandbox::personas;

mod acts;
mod attendance;
mod author;
mod casework;
mod lifecycle;
mod work;

pub(super) use acts::{
    Act, LifeStep, OnBarrier, OnPlan, OnTask, OnTransfer, Paper, STORIES, What, Work,
};
use author::{Author, Scene};

/// How a story goes. None goes on past today.
#[derive(Clone, Copy, Default)]
enum Plot {
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

/// In turn; the last place of the turn goes to the rarer plots.
const TURN: [Plot; 24] = [
    Plot::Active,
    Plot::Closed,
    Plot::Active,
    Plot::Waiting,
    Plot::Active,
    Plot::Unassigned,
    Plot::ClosureProposed,
    Plot::Declined,
    Plot::Active,
    Plot::Paused,
    Plot::Closed,
    Plot::Reopened,
    Plot::Returned,
    Plot::Withdrawn,
    Plot::Transferred,
    Plot::RedirectedAndAccepted,
    Plot::Joined,
    Plot::ClosureReturned,
    Plot::Waiting,
    Plot::Active,
    Plot::Ambiguous,
    Plot::Resubmitted,
    Plot::TransferRequested,
    Plot::Closed,
];
const RARE: [Plot; 4] =
    [Plot::RedirectedAndWaiting, Plot::Queued, Plot::RedirectedFromQueue, Plot::Resolved];

/// Everything that happens before `now`.
pub(super) fn acts(almanac: &Almanac, now: DateTime<Utc>) -> Result<Vec<Act>, SeedError> {
    let days = Days::before(now, almanac)?;
    let random = Random::new(2026);
    let mut author = Author { almanac, days, random, acts: Vec::new() };
    for story in 0..STORIES {
        let place = story % (TURN.len() + 1);
        let rare = RARE.get(story / (TURN.len() + 1) % RARE.len());
        let plot = TURN.get(place).or(rare).copied().unwrap_or_default();
        author.tell(story, plot)?;
    }
    let sent = attendance::pushes(&author.acts, almanac, now, &mut author.random)?;
    let mut acts = author.acts;
    acts.extend(sent);
    acts.extend(work::on_example(now));
    acts.extend(work::readers(now));
    acts.retain(|act| act.at < now);
    acts.sort_by_key(|act| act.at);
    Ok(acts)
}

/// The school of a story and who gets its referrals: most at the personas' own provider and
/// school, the others all over the country.
fn stage(story: usize, plot: Plot) -> (usize, Crew) {
    if matches!(plot, Plot::Queued | Plot::RedirectedFromQueue) {
        return (WITHOUT_CATCHMENT, Crew::Catchment(1));
    }
    let turn = story / 20;
    match story % 20 {
        0..=5 => (0, Crew::Catchment(0)),
        at @ 6..=7 => (at - 5, Crew::Catchment(0)),
        at @ 8..=10 => (at - 5, Crew::Catchment(1)),
        at @ 11..=18 => {
            let catchment = 7 + 7 * ((turn + at) % 11);
            (catchment * 3 + (turn + at) % 3, Crew::Catchment(catchment))
        }
        _ => (arrangements::school_of_team(0), Crew::Team(0)),
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

impl Author<'_> {
    fn tell(&mut self, story: usize, plot: Plot) -> Result<(), SeedError> {
        let mut scene = self.open(story, plot)?;
        self.submit(&mut scene)?;
        match plot {
            Plot::Waiting | Plot::Queued => Ok(()),
            Plot::Declined => {
                let decision = self.decline();
                self.decide(&mut scene, decision)
            }
            Plot::Returned => self.give_back(&mut scene),
            Plot::Resubmitted => self.resubmit(&mut scene),
            Plot::Withdrawn => self.withdraw(&mut scene),
            Plot::RedirectedAndWaiting => self.redirect(&mut scene),
            Plot::RedirectedAndAccepted => {
                self.redirect(&mut scene)?;
                self.support(&mut scene)
            }
            Plot::RedirectedFromQueue => self.redirect_from_queue(&mut scene),
            Plot::Unassigned => self.wait_for_a_manager(&mut scene),
            Plot::Active => self.go_on(&mut scene),
            Plot::Paused => self.pause(&mut scene),
            Plot::ClosureProposed => self.propose_closure(&mut scene),
            Plot::ClosureReturned => self.return_closure(&mut scene),
            Plot::Closed => self.close(&mut scene),
            Plot::Reopened => self.reopen(&mut scene),
            Plot::TransferRequested => self.request_transfer(&mut scene),
            Plot::Transferred => self.transfer(&mut scene),
            Plot::Joined => self.join(&mut scene),
            Plot::Ambiguous => self.confuse(&mut scene),
            Plot::Resolved => self.resolve(&mut scene),
        }
    }

    fn open(&mut self, story: usize, plot: Plot) -> Result<Scene, SeedError> {
        let (school, crew) = stage(story, plot);
        let day = self.day_of(plot);
        let region = self.region(school);
        let resolved = matches!(plot, Plot::Resolved);
        // A school's own team has nobody who is not enrolled there.
        let in_school = matches!(crew, Crew::Team(_));
        let kind = if self.random.percent(25) && !in_school || resolved {
            ReferralKind::NonEnrolment
        } else {
            ReferralKind::ChronicAbsence
        };
        let student = children::student(story, levels(school), day, &mut self.random);
        let at = days::at(day, self.random.below(days::EVENING - 60));
        let sender = sender(school, story);
        Ok(Scene { story, school, region, crew, sender, kind, student, day, at })
    }

    fn day_of(&mut self, plot: Plot) -> NaiveDate {
        let random = &mut self.random;
        match plot {
            Plot::Waiting | Plot::RedirectedAndWaiting => self.days.recent(5, random),
            Plot::Queued | Plot::Returned => self.days.recent(10, random),
            Plot::Unassigned => self.days.recent(8, random),
            Plot::Active if random.percent(30) => self.days.recent(15, random),
            Plot::Active => self.days.school(35, 100, random),
            Plot::Paused => self.days.school(60, 95, random),
            Plot::ClosureProposed | Plot::ClosureReturned | Plot::TransferRequested => {
                self.days.school(75, 92, random)
            }
            Plot::Reopened | Plot::Transferred => self.days.school(50, 85, random),
            Plot::Joined | Plot::Ambiguous => self.days.school(50, 85, random),
            Plot::Closed => self.days.school(0, 70, random),
            Plot::Declined
            | Plot::Resubmitted
            | Plot::Withdrawn
            | Plot::RedirectedAndAccepted
            | Plot::RedirectedFromQueue
            | Plot::Resolved => self.days.school(0, 100, random),
        }
    }

    fn region(&self, school: usize) -> Option<Region> {
        arrangements::holiday_region(arrangements::catchment_of(school))
    }

    fn submit(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let Scene { kind, day, region, school, .. } = *scene;
        let request = children::request(kind, day, self.almanac, region, &mut self.random);
        let contact = personas::name(Role::PrimaryContact);
        // Who sends as the primary contact is it.
        let named = school == 0 && (scene.story.is_multiple_of(2) || scene.sender == contact);
        let reference = format!("{}-{:06}", day.format("%Y"), 1000 + self.acts.len());
        let by_machine = scene.sender == personas::name(Role::SmsClient);
        let new = NewReferral {
            ordered_fingerprint: format!("sandbox {reference}"),
            fingerprint: format!("sandbox {reference}"),
            source: by_machine.then(|| ("example-sms".to_owned(), reference)),
            school_number: arrangements::number(school),
            wants_in_school: matches!(scene.crew, Crew::Team(_)),
            primary_contact_id: if named { Some(user_id(&contact)?) } else { None },
            student: scene.student.clone(),
            request,
        };
        let (at, by) = (scene.at, scene.sender.clone());
        self.act(scene, at, by, What::Submit(Box::new(new)));
        Ok(())
    }

    /// Most decisions come within a day or two.
    fn decide(&mut self, scene: &mut Scene, decision: Decision) -> Result<(), SeedError> {
        let days = if self.random.percent(85) { self.random.below(2) } else { 4 };
        let at = days::at(self.after(scene, days)?, self.random.below(days::EVENING));
        let by = scene.crew.lead();
        self.act(scene, at, by, What::Decide(decision));
        Ok(())
    }

    fn decline(&mut self) -> Decision {
        let reasons = ["school_steps_first", "attendance_recovered", "duplicate", "not_eligible"];
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let words = Some(self.random.one_of(&names::DECISION_WORDS).into());
        Decision::Decline { reason, words }
    }

    fn give_back(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let words = self.random.one_of(&names::MISSING).into();
        self.decide(scene, Decision::Return { words })
    }

    fn resubmit(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.give_back(scene)?;
        let Scene { kind, day, region, .. } = *scene;
        let request = children::request(kind, day, self.almanac, region, &mut self.random);
        let (at, by) = (scene.at + TimeDelta::hours(3), scene.sender.clone());
        self.act(scene, at, by, What::Resubmit(Box::new(request)));
        self.support(scene)
    }

    fn withdraw(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let reasons = ["attendance_improved", "whanau_declined", "sent_in_error", "left_school"];
        let reason = self.random.one_of(&reasons);
        let at = days::at(self.after(scene, 1)?, self.random.below(days::EVENING));
        let by = scene.sender.clone();
        self.act(scene, at, by, What::Withdraw(reason));
        Ok(())
    }
}

/// Schools send through their system, some by hand.
fn sender(school: usize, story: usize) -> String {
    let role = match (school, story % 6) {
        (0, 0 | 3) => Role::AttendanceLead,
        (0, 1) => Role::PrimaryContact,
        (0, 2) => Role::OfficeSupport,
        (1 | 2, 0 | 1) => Role::WorkflowLead,
        _ => Role::SmsClient,
    };
    personas::name(role)
}
