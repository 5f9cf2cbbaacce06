//! Carries the steps out, each at its own time.

use std::collections::HashMap;

use ascms_domain::access::{Action, Actor};
use ascms_domain::barriers::BarrierGoal;
use ascms_domain::contacts::Contact;
use ascms_domain::ids::{BarrierId, CaseId, ReferralId, TaskId, TransferId, UserId};
use ascms_domain::referrals::{Decision, SupportRequest};
use ascms_http::documents::objects::Objects;
use ascms_http::openapi::{CASE_ID, REFERRAL_ID};
use ascms_persistence::attendance::AttendancePush;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::notifications::NotificationFilter;
use ascms_persistence::page::PageRequest;
use ascms_persistence::referrals::{NewReferral, ReferralFile};
use ascms_persistence::{Call, Store};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::error::{SeedError, refused};
use super::scenarios::{Operation, STORIES, Step};
use crate::progress::Progress;
use crate::sandbox::ISSUER;

mod casework;

/// What a story has come to.
#[derive(Default)]
struct Standing {
    referral: Option<ReferralId>,
    case: Option<CaseId>,
    /// Those that are open.
    tasks: Vec<TaskId>,
    /// Where they were moved last; there from the beginning is as good as being addressed.
    barriers: Vec<(BarrierId, BarrierGoal)>,
    /// The one that waits for its answer.
    transfer: Option<TransferId>,
}

pub(super) async fn run(
    store: &Store,
    objects: &Objects,
    steps: Vec<Step>,
    progress: &dyn Progress,
) -> Result<(), SeedError> {
    progress.begin("Inventing a nation", u64::try_from(steps.len()).unwrap_or(0));
    let example = Standing {
        referral: Some(REFERRAL_ID.parse()?),
        case: Some(CASE_ID.parse()?),
        ..Standing::default()
    };
    let stories = HashMap::from([(STORIES, example)]);
    let mut runner = Runner { store, objects, actors: HashMap::new(), stories };
    for step in steps {
        Box::pin(runner.run_step(step)).await?;
        progress.advance(1);
    }
    progress.finish();
    Ok(())
}

struct Runner<'a> {
    store: &'a Store,
    objects: &'a Objects,
    actors: HashMap<String, Actor>,
    stories: HashMap<usize, Standing>,
}

impl Runner<'_> {
    async fn run_step(&mut self, step: Step) -> Result<(), SeedError> {
        let Step { at, story, by, operation } = step;
        let Standing { referral, case, .. } = *self.stories.entry(story).or_default();
        let referral = || referral.ok_or_else(|| SeedError::Refused("no referral".to_owned()));
        let case = || case.ok_or_else(|| SeedError::Refused("no case".to_owned()));
        let actor = self.actor(&by, at).await?;
        match operation {
            Operation::Submit(new) => Box::pin(self.submit(&actor, at, story, *new)).await,
            Operation::Decide(decision) => {
                self.decide(&actor, at, story, (referral()?, decision)).await
            }
            Operation::Resubmit(request) => self.resubmit(&actor, at, referral()?, *request).await,
            Operation::Withdraw(reason) => self.withdraw(&actor, at, referral()?, reason).await,
            Operation::Assign(to) => self.assign(&actor, at, case()?, to).await,
            Operation::LogContact(contact) => self.log(&actor, at, case()?, *contact).await,
            Operation::SendAttendance(push) => self.send_attendance(&actor, at, push).await,
            Operation::Work(work) => self.work(&actor, at, story, *work).await,
            Operation::ReadNotifications => self.read_notifications(&actor, at).await,
            Operation::Resolve => Ok(self.store.seed_resolved(referral()?, at).await?),
        }
    }

    /// The account as the store knows it, with all that a token can allow.
    async fn actor(&mut self, subject: &str, at: DateTime<Utc>) -> Result<Actor, SeedError> {
        let request_id = Uuid::now_v7();
        if let Some(actor) = self.actors.get(subject) {
            return Ok(Actor { request_id, ..actor.clone() });
        }
        let day = ascms_domain::calendar::nz_date(at);
        let known = self.store.caller(ISSUER, subject, day).await?;
        let known = known.ok_or_else(|| SeedError::NoPersona(subject.to_owned()))?;
        let actor = Actor {
            caller: known.caller,
            appointments: known.appointments.clone(),
            trained: known.trained,
            scope: Action::ALL.to_vec(),
            request_id,
        };
        self.actors.insert(subject.to_owned(), actor.clone());
        Ok(actor)
    }

    async fn submit(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        story: usize,
        new: NewReferral,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::SubmitReferrals)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let standing = self.stories.entry(story).or_default();
        let submitted = self.store.submit_referral(&call, new, |submitted| {
            note(standing, &submitted.file);
            answer()
        });
        submitted.await.map_err(refused)?;
        Ok(())
    }

    async fn send_attendance(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        push: AttendancePush,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::SendAttendance)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        // A number that an ambiguous referral was sent with is nobody's at this school.
        let sent = self.store.receive_attendance(&call, push, |_received| answer());
        sent.await.map_err(refused)?;
        Ok(())
    }

    async fn decide(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        story: usize,
        (id, decision): (ReferralId, Decision),
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::DecideReferrals)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let standing = self.stories.entry(story).or_default();
        let decided = self.store.decide_referral(&call, id, decision, |file| {
            note(standing, file);
            answer()
        });
        decided.await.map_err(refused)?;
        Ok(())
    }

    async fn resubmit(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        id: ReferralId,
        request: SupportRequest,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::SubmitReferrals)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let sent = self.store.resubmit_referral(&call, id, request, |_| answer());
        sent.await.map_err(refused)?;
        Ok(())
    }

    async fn withdraw(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        id: ReferralId,
        reason: &str,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::WithdrawReferrals)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let withdrawn = self.store.withdraw_referral(&call, id, reason, |_| answer());
        withdrawn.await.map_err(refused)?;
        Ok(())
    }

    async fn read_notifications(&self, actor: &Actor, now: DateTime<Utc>) -> Result<(), SeedError> {
        let grant = actor.may(Action::ReadNotifications)?;
        let filter = NotificationFilter { unread: Some(true), after: None };
        let position = self.store.position().await?;
        let newest = PageRequest { after: None, limit: 1, with_total: false };
        let told = self.store.notifications(&grant, &filter, (newest, &position), now).await?;
        let Some(newest) = told.items.first() else { return Ok(()) };
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let up_to = (newest.notification.id, &position);
        let read = self.store.mark_notifications_read(&call, up_to, |_| answer());
        read.await.map(drop).map_err(refused)
    }

    async fn assign(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        id: CaseId,
        to: UserId,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::AssignCases)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let assigned = self.store.assign_case(&call, id, to, |_| answer());
        assigned.await.map_err(refused)?;
        Ok(())
    }

    async fn log(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        id: CaseId,
        contact: Contact,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::LogContacts)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let logged = self.store.log_contact(&call, id, contact, |_| answer());
        logged.await.map_err(refused)?;
        Ok(())
    }
}

/// A redirected referral's story goes on with its successor.
fn note(standing: &mut Standing, file: &ReferralFile) {
    let referral = &file.row.referral;
    standing.referral = referral.successor_id.or(Some(referral.id));
    standing.case = referral.case_id.or(standing.case);
}

/// Nobody asks for it.
fn answer() -> Answer {
    let (body, shows) = (String::new(), Vec::new());
    Answer { status: 200, location: None, etag: None, body, shows, reach: None }
}
