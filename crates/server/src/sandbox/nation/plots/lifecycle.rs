//! How the life of a case goes on once it is worked on: a pause, its closure, another provider.

use ascms_domain::calendar::nz_date;
use ascms_domain::referrals::{Decision, ReferralKind};
use ascms_domain::text::Code;
use ascms_persistence::cases::lifecycle::Pause;
use chrono::{Days, TimeDelta};

use super::acts::{LifeStep, OnTask, OnTransfer, What, Work};
use super::author::{Author, Scene, manager};
use super::work::private_note;
use crate::sandbox::nation::accounts::user_id;
use crate::sandbox::nation::cast::Crew;
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::{days, names};

/// When it is clear how a case goes on, in business days from the referral: after all that is
/// done on it before.
const TURNING_POINT: u32 = 21;

impl Author<'_> {
    /// Something that is done on the story's case on a day.
    pub(super) fn do_on(
        &mut self,
        scene: &mut Scene,
        day: u32,
        by: String,
        work: Work,
    ) -> Result<(), SeedError> {
        let at = days::at(self.after(scene, day)?, self.random.below(days::EVENING));
        self.act(scene, at, by, What::Work(Box::new(work)));
        Ok(())
    }

    /// Right after what was done last.
    fn do_next(&mut self, scene: &mut Scene, by: String, work: Work) {
        let at = scene.at + TimeDelta::minutes(10);
        self.act(scene, at, by, What::Work(Box::new(work)));
    }

    /// Accepted, and on nobody's hands yet.
    pub(super) fn wait_for_a_manager(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.decide(scene, Decision::Accept)?;
        let words = self.random.one_of(&names::WAITING_NOTES);
        let by = scene.crew.lead();
        self.do_next(scene, by, private_note(words));
        Ok(())
    }

    /// Worked on to this day, a few after a rest.
    pub(super) fn go_on(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        if self.random.percent(12) {
            let by = manager(scene.crew, scene.story);
            self.rest(scene)?;
            let words = self.random.one_of(&names::RESUMED);
            self.do_on(scene, TURNING_POINT + 8, by, Work::Step(LifeStep::Resume(words)))?;
        }
        self.lately(scene);
        Ok(())
    }

    fn rest(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let reasons =
            ["in_treatment", "bereavement", "away", "waiting_for_agency", "whanau_request"];
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let day = self.after(scene, TURNING_POINT)?;
        let at = days::at(day, self.random.below(days::EVENING)).max(scene.at);
        let from = nz_date(at);
        let review_by = from.checked_add_days(Days::new(56)).unwrap_or(from);
        let words = self.random.percent(60).then(|| self.random.one_of(&names::PAUSED).into());
        let by = manager(scene.crew, scene.story);
        let pause = Work::Step(LifeStep::Pause(Pause { reason, review_by, words }));
        self.act(scene, at, by, What::Work(Box::new(pause)));
        Ok(())
    }

    pub(super) fn pause(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        self.rest(scene)
    }

    /// What is open is finished, and the case manager proposes to close the case.
    fn propose(&mut self, scene: &mut Scene, day: u32) -> Result<(), SeedError> {
        let reasons = match scene.kind {
            ReferralKind::ChronicAbsence => {
                ["attendance_sustained", "attendance_sustained", "whanau_declined", "handed_over"]
            }
            ReferralKind::NonEnrolment => {
                ["enrolled", "enrolled", "alternative_pathway", "moved_overseas"]
            }
        };
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let outcome = self.random.one_of(&names::OUTCOMES);
        let by = manager(scene.crew, scene.story);
        self.do_on(scene, day, by.clone(), Work::Task(OnTask::FinishAll))?;
        self.do_next(scene, by, Work::Step(LifeStep::ProposeClosure(reason, outcome)));
        Ok(())
    }

    pub(super) fn propose_closure(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        self.propose(scene, TURNING_POINT + 1)
    }

    pub(super) fn return_closure(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        self.propose(scene, TURNING_POINT)?;
        let words = self.random.one_of(&names::CLOSURE_MISSING);
        let by = scene.crew.lead();
        self.do_on(scene, TURNING_POINT + 2, by, Work::Step(LifeStep::ReturnClosure(words)))
    }

    pub(super) fn close(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let day = self.random.between(25, 55);
        self.support(scene)?;
        self.close_on(scene, day)
    }

    /// Proposed on a day, approved by the lead on the next or the one after.
    fn close_on(&mut self, scene: &mut Scene, day: u32) -> Result<(), SeedError> {
        self.propose(scene, day)?;
        let (by, later) = (scene.crew.lead(), self.random.between(1, 2));
        self.do_on(scene, day + later, by, Work::Step(LifeStep::ApproveClosure))
    }

    /// Closed too soon: within the days in which it stays the same case.
    pub(super) fn reopen(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        self.close_on(scene, TURNING_POINT + 2)?;
        let words = self.random.one_of(&names::REOPENED);
        let by = scene.crew.lead();
        self.do_on(scene, TURNING_POINT + 10, by, Work::Step(LifeStep::Reopen(words)))
    }

    pub(super) fn request_transfer(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        self.offer(scene, TURNING_POINT)?;
        Ok(())
    }

    /// Offers the case to the neighbour.
    fn offer(&mut self, scene: &mut Scene, day: u32) -> Result<Crew, SeedError> {
        let to = Crew::Catchment(if scene.crew == Crew::Catchment(0) { 1 } else { 0 });
        let reason = self.random.one_of(&names::TRANSFER_REASONS);
        let by = scene.crew.lead();
        self.do_on(scene, day, by, Work::Transfer(OnTransfer::Request(to.provider_id(), reason)))?;
        Ok(to)
    }

    /// Taken over by the neighbour; most are given to somebody there.
    pub(super) fn transfer(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        scene.crew = self.offer(scene, TURNING_POINT)?;
        let lead = scene.crew.lead();
        self.do_on(scene, TURNING_POINT + 2, lead.clone(), Work::Transfer(OnTransfer::Accept))?;
        if self.random.percent(75) {
            let manager = user_id(&manager(scene.crew, scene.story))?;
            let at = scene.at + TimeDelta::minutes(45);
            self.act(scene, at, lead, What::Assign(manager));
            self.lately(scene);
        }
        Ok(())
    }
}
