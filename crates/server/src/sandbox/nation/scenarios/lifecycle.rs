//! How the life of a case goes on once it is worked on: a pause, its closure, another provider.

use ascms_domain::calendar::nz_date;
use ascms_domain::cases::PauseCase;
use ascms_domain::referrals::{Decision, ReferralKind};
use ascms_domain::text::Code;
use chrono::{Days, TimeDelta};

use super::generator::{Generator, Story, manager};
use super::steps::{OnTask, OnTransfer, Operation, Transition, Work};
use super::work::private_note;
use crate::sandbox::nation::accounts::user_id;
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::staff::Staff;
use crate::sandbox::nation::{days, names};

/// When it is clear how a case goes on, in business days from the referral: after all that is
/// done on it before.
const TURNING_POINT: u32 = 21;

impl Generator<'_> {
    /// Something that is done on the story's case on a day.
    pub(super) fn do_on(
        &mut self,
        story: &mut Story,
        day: u32,
        by: String,
        work: Work,
    ) -> Result<(), SeedError> {
        let at = days::at(self.after(story, day)?, self.random.below(days::EVENING));
        self.add_step(story, at, by, Operation::Work(Box::new(work)));
        Ok(())
    }

    /// Right after what was done last.
    fn do_next(&mut self, story: &mut Story, by: String, work: Work) {
        let at = story.at + TimeDelta::minutes(10);
        self.add_step(story, at, by, Operation::Work(Box::new(work)));
    }

    /// Accepted, and on nobody's hands yet.
    pub(super) fn wait_for_a_manager(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.decide(story, Decision::Accept)?;
        let comment = self.random.one_of(&names::WAITING_NOTES);
        let by = story.staff.lead();
        self.do_next(story, by, private_note(comment));
        Ok(())
    }

    /// Worked on to this day, a few after a rest.
    pub(super) fn go_on(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        if self.random.percent(12) {
            let by = manager(story.staff, story.number);
            self.rest(story)?;
            let comment = self.random.one_of(&names::RESUMED);
            self.do_on(
                story,
                TURNING_POINT + 8,
                by,
                Work::Transition(Transition::Resume(comment)),
            )?;
        }
        self.lately(story);
        Ok(())
    }

    fn rest(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let reasons =
            ["in_treatment", "bereavement", "away", "waiting_for_agency", "whanau_request"];
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let day = self.after(story, TURNING_POINT)?;
        let at = days::at(day, self.random.below(days::EVENING)).max(story.at);
        let from = nz_date(at);
        let review_by = from.checked_add_days(Days::new(56)).unwrap_or(from);
        let comment = self.random.percent(60).then(|| self.random.one_of(&names::PAUSED).into());
        let by = manager(story.staff, story.number);
        let pause = Work::Transition(Transition::Pause(PauseCase {
            reason_code: reason,
            review_by,
            comment,
        }));
        self.add_step(story, at, by, Operation::Work(Box::new(pause)));
        Ok(())
    }

    pub(super) fn pause(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        self.rest(story)
    }

    /// What is open is finished, and the case manager proposes to close the case.
    fn propose(&mut self, story: &mut Story, day: u32) -> Result<(), SeedError> {
        let reasons = match story.kind {
            ReferralKind::ChronicAbsence => {
                ["attendance_sustained", "attendance_sustained", "whanau_declined", "handed_over"]
            }
            ReferralKind::NonEnrolment => {
                ["enrolled", "enrolled", "alternative_pathway", "moved_overseas"]
            }
        };
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let outcome = self.random.one_of(&names::OUTCOMES);
        let by = manager(story.staff, story.number);
        self.do_on(story, day, by.clone(), Work::Task(OnTask::FinishAll))?;
        self.do_next(story, by, Work::Transition(Transition::ProposeClosure(reason, outcome)));
        Ok(())
    }

    pub(super) fn propose_closure(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        self.propose(story, TURNING_POINT + 1)
    }

    pub(super) fn return_closure(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        self.propose(story, TURNING_POINT)?;
        let comment = self.random.one_of(&names::CLOSURE_MISSING);
        let by = story.staff.lead();
        self.do_on(
            story,
            TURNING_POINT + 2,
            by,
            Work::Transition(Transition::ReturnClosure(comment)),
        )
    }

    pub(super) fn close(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let day = self.random.between(25, 55);
        self.support(story)?;
        self.close_on(story, day)
    }

    /// Proposed on a day, approved by the lead on the next or the one after.
    fn close_on(&mut self, story: &mut Story, day: u32) -> Result<(), SeedError> {
        self.propose(story, day)?;
        let (by, later) = (story.staff.lead(), self.random.between(1, 2));
        self.do_on(story, day + later, by, Work::Transition(Transition::ApproveClosure))
    }

    /// Closed too soon: within the days in which it stays the same case.
    pub(super) fn reopen(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        self.close_on(story, TURNING_POINT + 2)?;
        let comment = self.random.one_of(&names::REOPENED);
        let by = story.staff.lead();
        self.do_on(story, TURNING_POINT + 10, by, Work::Transition(Transition::Reopen(comment)))
    }

    pub(super) fn request_transfer(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        self.offer(story, TURNING_POINT)?;
        Ok(())
    }

    /// Offers the case to the neighbour.
    fn offer(&mut self, story: &mut Story, day: u32) -> Result<Staff, SeedError> {
        let to = Staff::Catchment(if story.staff == Staff::Catchment(0) { 1 } else { 0 });
        let reason = self.random.one_of(&names::TRANSFER_REASONS);
        let by = story.staff.lead();
        self.do_on(story, day, by, Work::Transfer(OnTransfer::Request(to.provider_id(), reason)))?;
        Ok(to)
    }

    /// Taken over by the neighbour; most are given to somebody there.
    pub(super) fn transfer(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        story.staff = self.offer(story, TURNING_POINT)?;
        let lead = story.staff.lead();
        self.do_on(story, TURNING_POINT + 2, lead.clone(), Work::Transfer(OnTransfer::Accept))?;
        if self.random.percent(75) {
            let manager = user_id(&manager(story.staff, story.number))?;
            let at = story.at + TimeDelta::minutes(45);
            self.add_step(story, at, lead, Operation::Assign(manager));
            self.lately(story);
        }
        Ok(())
    }
}
