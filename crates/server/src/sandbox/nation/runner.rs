//! Carries the steps out, each at its own time.

use std::collections::HashMap;

use ascms_domain::access::{Action, Actor};
use ascms_domain::attendance::AttendancePush;
use ascms_domain::barriers::BarrierGoal;
use ascms_domain::bulletins::Bulletin;
use ascms_domain::contacts::LogContact;
use ascms_domain::ids::{BarrierId, CaseId, ContractId, ReferralId, TaskId, TransferId, UserId};
use ascms_domain::referrals::{Decision, SupportRequest};
use ascms_domain::registers::RegisterKind;
use ascms_http::documents::objects::Objects;
use ascms_http::openapi::{CASE_ID, REFERRAL_ID};
use ascms_persistence::idempotency::Answer;
use ascms_persistence::notifications::NotificationFilter;
use ascms_persistence::page::PageRequest;
use ascms_persistence::referrals::{NewReferral, ReferralFile};
use ascms_persistence::{About, Call, CallError, Store, Write};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::error::{SeedError, refused};
use super::scenarios::{Operation, STORIES, Step};
use crate::progress::Progress;
use crate::sandbox::ISSUER;

mod casework;
mod contracts;
mod funds;
mod performance_reviews;
mod submissions;

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
    let (actors, contracts) = (HashMap::new(), HashMap::new());
    let mut runner = Runner { store, objects, actors, stories, contracts };
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
    /// By their numbers.
    contracts: HashMap<String, ContractId>,
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
                self.decide(&actor, at, story, referral()?, decision).await
            }
            Operation::Resubmit(request) => self.resubmit(&actor, at, referral()?, *request).await,
            Operation::Withdraw(reason) => self.withdraw(&actor, at, referral()?, reason).await,
            Operation::Assign(to) => self.assign(&actor, at, case()?, to).await,
            Operation::LogContact(contact) => self.log(&actor, at, case()?, *contact).await,
            Operation::SendAttendance(push) => self.send_attendance(&actor, at, push).await,
            Operation::Work(work) => self.work(&actor, at, story, *work).await,
            Operation::ReadNotifications => self.read_notifications(&actor, at).await,
            Operation::AddBulletin { bulletin, publish } => {
                self.add_bulletin(&actor, at, *bulletin, publish).await
            }
            Operation::AddContract(contract) => self.add_contract(&actor, at, *contract).await,
            Operation::AddTemplate { template, id, publish } => {
                self.add_template(&actor, at, (*template, id), publish).await
            }
            Operation::Submission(id, work) => {
                Box::pin(self.submission(&actor, at, id, *work)).await
            }
            Operation::Review(id, work) => Box::pin(self.review(&actor, at, id, *work)).await,
            Operation::OpenFund { fund, confirmed_by } => {
                self.open_fund(&actor, at, fund, confirmed_by).await
            }
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
        let about = About::Submission(new.school_number);
        let work = async |write: &Write<'_>| write.submit_referral(new).await;
        let submitted = change(self.store, &call, about, work).await?;
        note(self.stories.entry(story).or_default(), &submitted.file);
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
        let about = About::School(push.school_number);
        let book = self.store.code_book().await?;
        let work = async |write: &Write<'_>| write.receive_attendance(push, &book).await;
        change(self.store, &call, about, work).await.map(drop)
    }

    async fn decide(
        &mut self,
        actor: &Actor,
        now: DateTime<Utc>,
        story: usize,
        id: ReferralId,
        decision: Decision,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::DecideReferrals)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let work = async |write: &Write<'_>| write.decide_referral(id, decision).await;
        let decided = change(self.store, &call, About::Referral(id), work).await?;
        note(self.stories.entry(story).or_default(), &decided);
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
        let work = async |write: &Write<'_>| write.resubmit_referral(id, request).await;
        change(self.store, &call, About::Referral(id), work).await.map(drop)
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
        let work = async |write: &Write<'_>| write.withdraw_referral(id, reason).await;
        change(self.store, &call, About::Referral(id), work).await.map(drop)
    }

    async fn read_notifications(&self, actor: &Actor, now: DateTime<Utc>) -> Result<(), SeedError> {
        let grant = actor.may(Action::ReadNotifications)?;
        let filter = NotificationFilter { unread: Some(true), after: None };
        let position = self.store.position().await?;
        let newest = PageRequest { after: None, limit: 1, with_total: false };
        let told = self.store.notifications(&grant, &filter, newest, &position, now).await?;
        let Some(newest) = told.items.first() else { return Ok(()) };
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let id = newest.notification.id;
        let work = async |write: &Write<'_>| write.mark_notifications_read(id, &position).await;
        change(self.store, &call, About::Notification(id), work).await.map(drop)
    }

    async fn add_bulletin(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        bulletin: Bulletin,
        publish: bool,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::PublishBulletins)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let about = About::EntryMade(RegisterKind::Bulletin);
        let work = async |write: &Write<'_>| write.add_bulletin(bulletin).await;
        let added = change(self.store, &call, about, work).await?;
        if !publish {
            return Ok(());
        }
        let id = added.entry.header().id;
        let about = About::Entry(RegisterKind::Bulletin, id);
        let work = async |write: &Write<'_>| write.publish_bulletin(id).await;
        change(self.store, &call, about, work).await.map(drop)
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
        let work = async |write: &Write<'_>| write.assign_case(id, to).await;
        change(self.store, &call, About::Case(id), work).await.map(drop)
    }

    async fn log(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        id: CaseId,
        contact: LogContact,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::LogContacts)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let work = async |write: &Write<'_>| write.log_contact(id, contact).await;
        change(self.store, &call, About::Case(id), work).await.map(drop)
    }
}

/// A redirected referral's story goes on with its successor.
fn note(standing: &mut Standing, file: &ReferralFile) {
    let referral = &file.row.referral;
    standing.referral = referral.successor_id.or(Some(referral.id));
    standing.case = referral.case_id.or(standing.case);
}

/// Carries out one change as a call of the API would, and hands back what it made.
async fn change<T, E: std::fmt::Display>(
    store: &Store,
    call: &Call<'_>,
    about: About,
    work: impl AsyncFnOnce(&Write<'_>) -> Result<T, CallError<E>>,
) -> Result<T, SeedError> {
    let mut made = None;
    let done = store.write(call, about, async |write| {
        made = Some(work(write).await?);
        // Nobody sends it again.
        let (body, shows) = (String::new(), Vec::new());
        Ok(Answer { status: 200, location: None, etag: None, body, shows, reach: None })
    });
    done.await.map_err(refused)?;
    made.ok_or_else(|| missing("change"))
}

/// What is made next has this id, where it is known beforehand.
fn known(write: &Write<'_>, id: Option<Uuid>) {
    if let Some(id) = id {
        write.seed_id(id);
    }
}

/// Something that was to be there by now.
fn missing(what: &str) -> SeedError {
    SeedError::Refused(format!("no {what}"))
}
