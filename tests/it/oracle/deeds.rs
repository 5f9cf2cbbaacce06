//! Acts as calls of the API, and what is noted of them. What the API refuses for a good reason did
//! not happen; any other refusal is a failure.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::calendars::{self, School, nz_day};
use super::enrolments;
use super::log::{Case, Confirmation, Fact, Instant, Past, Referral, Status, Word, World};
use super::plan::{Act, Decision, often};
use crate::lifecycle_walks::Dice;
use crate::support::{Answer, On, TestApp};

/// A call's answer when it was done; nothing when it was refused as acts may be.
pub fn done(answer: Answer, what: &str) -> Option<Answer> {
    if answer.status < 300 {
        return Some(answer);
    }
    const REFUSALS: [(u16, &str); 16] = [
        (404, "not_found"),
        (409, "already_enrolled_there"),
        (409, "already_referred"),
        (422, "occurred_before_referral"),
        (422, "occurred_in_future"),
        (409, "already_with_provider"),
        (409, "another_case_open"),
        (409, "referral_already_decided"),
        (409, "referral_not_returned"),
        (409, "referral_not_routed"),
        (409, "reopening_too_late"),
        (409, "team_of_another_school"),
        (409, "transfer_to_same_provider"),
        (422, "contact_before_referral"),
        (422, "contact_in_future"),
        (422, "not_eligible"),
    ];
    let code = (answer.status, answer.code());
    assert!(REFUSALS.contains(&code), "{what}: {code:?} {}", answer.text);
    None
}

/// Who leads at a provider.
pub fn lead(provider: &str) -> &'static str {
    match provider {
        "P01" => "workflow-lead",
        "P02" => "workflow-lead-2",
        _ => "workflow-lead-s",
    }
}

pub fn provider_id(app: &TestApp, code: &str) -> Value {
    match code {
        "P01" => json!(app.world.provider),
        "P02" => json!(app.world.other_provider),
        _ => json!("01900000-0000-7000-8000-000000000003"),
    }
}

/// Who may do something for a student now: the lead with the case, else with the last referral.
pub fn responsible(world: &World) -> Option<&'static str> {
    match world.open_case() {
        Some(at) => world.referrals[at].case.as_ref().map(|case| lead(case.provider)),
        None => world.referrals.last().and_then(|referral| referral.provider).map(lead),
    }
}

/// One act of a world, done at an instant.
pub struct Deed<'a> {
    pub app: &'a TestApp,
    pub world: &'a mut World,
    pub dice: &'a mut Dice,
    pub now: Instant,
}

impl Deed<'_> {
    /// Answers whether anything was done.
    pub async fn act(&mut self, act: Act) -> bool {
        let done = match act {
            Act::Refer { school, is_chronic, to_team, confirmed } => {
                self.refer(school, (is_chronic, to_team), confirmed).await
            }
            Act::Decide(Decision::Withdraw) => self.withdraw().await,
            Act::Decide(decision) => self.decide(decision).await,
            Act::Resubmit => self.resubmit().await,
            Act::Contact { party, outcome, happened } => {
                self.contact(party, outcome, happened).await
            }
            Act::Correct(right) => self.correct(right).await,
            Act::Confirm { on, again } => self.confirm(on, again).await,
            Act::Transfer { to, accept } => self.transfer(to, accept).await,
            Act::ChangeSchool(school) => self.change_school(school).await,
            Act::SendDays { term, days, percent, back } => {
                self.send_days(term, (days, percent), back).await
            }
            Act::SendTotals { term } => self.send_totals(term).await,
            Act::Close(reason, pathway) => self.close(reason, pathway).await,
            Act::Reopen => self.reopen().await,
            Act::Enrol { school, first } => self.enrol(school, first).await,
            Act::Leave { back } => self.leave(back).await,
            Act::Never => self.never().await,
            Act::Pathway { school, kind, first } => self.pathway(school, kind, first).await,
            Act::Meet { reached, happened } => self.meet(reached, happened).await,
            Act::Unmeet(right) => self.unmeet(right).await,
            Act::Double { school, is_chronic } => self.double(school, is_chronic).await,
            Act::DecideDouble(decision) => self.decide_double(decision).await,
            Act::Join(together) => self.join(together).await,
            Act::Describe { year_level, ethnicities } => {
                self.describe(year_level, ethnicities).await
            }
        };
        done.is_some()
    }

    pub fn student(&self) -> Option<String> {
        self.world.referrals.first().map(|referral| referral.student.clone())
    }

    /// Whether a referral is of the student, whoever may know it.
    async fn is_of(&self, referral: &str, student: &str) -> bool {
        let [referral, student] = [referral, student].map(|id| match self.app.on {
            On::Sqlite => format!("x'{}'", id.replace('-', "")),
            On::Postgres => format!("'{id}'"),
        });
        let fits = format!("id = {referral} AND student_id = {student}");
        self.app.count("referral", &fits).await == 1
    }

    async fn refer(
        &mut self,
        school: &'static School,
        (is_chronic, to_team): (bool, bool),
        confirmed: Option<NaiveDate>,
    ) -> Option<()> {
        let today = nz_day(self.now);
        let baseline = self.baseline(school, today);
        let mut body = self.request(school, (is_chronic, to_team), &baseline);
        let is_first = self.world.referrals.is_empty();
        // The same person again as often as another one.
        let name = if is_first || often(self.dice, 50) { "Nan" } else { "Uncle" };
        if let Some(on) = confirmed {
            body["student"]["whanauContacts"] = json!([reachable(name, on)]);
        }
        let waits = self.world.waits(school, is_chronic);
        let answer = self.app.as_(school.office).post("/v1/referrals", body.clone()).await;
        assert_eq!(
            answer.code() == "already_referred",
            waits,
            "a child waits once: {}",
            answer.text
        );
        let answer = done(answer, "refer")?;
        let open = self.world.open_case();
        let case = open.and_then(|at| self.world.referrals[at].case.clone());
        let (provider, in_school) = match &case {
            Some(case) => (Some(case.provider), school.has_team && case.provider == "S01"),
            None if to_team && school.has_team && is_chronic => (Some("S01"), true),
            None => (school.provider, false),
        };
        // A school that may not know the student is told of somebody new.
        let told = answer.json["student"]["id"].as_str().expect("a student").to_owned();
        let student = self.student().unwrap_or(told);
        let is_theirs = self.is_of(&answer.id(), &student).await;
        assert!(is_theirs, "the same student is recognised: {}", answer.text);
        self.world.referrals.push(Referral {
            id: answer.id(),
            student,
            school,
            is_chronic,
            submitted: self.now,
            date: today,
            provider,
            in_school,
            baseline: baseline.counted,
            status: Past::new(
                self.now,
                if case.is_some() { Status::Joined } else { Status::Waiting },
            ),
            case: None,
            contacts: Vec::new(),
            meetings: Vec::new(),
            departures: Vec::new(),
            closed_with: Vec::new(),
        });
        self.placed(school, is_chronic, &body);
        if let Some(on) = confirmed {
            // Of who is known already, a referral only brings a later day.
            let known = self.world.confirmations.iter().rfind(|fact| fact.what.contact == name);
            if known.is_none_or(|known| known.what.on < on) {
                let contact = name.to_owned();
                self.world.confirmations.push(Fact::new(self.now, Confirmation { contact, on }));
            }
        }
        if is_first {
            self.world.year_level =
                Some(Past::new(self.now, body["student"]["yearLevel"].as_i64()));
            let named =
                if body["student"]["ethnicities"].is_null() { vec![] } else { vec!["2", "1"] };
            self.world.ethnicities = Some(Past::new(self.now, named));
        }
        Some(())
    }

    /// What a referral says of where the student is enrolled.
    fn placed(&mut self, school: &School, is_chronic: bool, body: &Value) {
        let today = nz_day(self.now);
        let mut stays = self.world.stays_now();
        let open = enrolments::open(&stays);
        let here = open.filter(|at| stays[*at].school == school.number);
        if is_chronic {
            if here.is_none() {
                self.word(school.number, Word::Here(None));
                self.world.resolves(self.now);
            }
        } else if open.is_none() || here.is_some() {
            let left = body["supportRequest"]["nonEnrolment"]["leftOn"].as_str();
            let left = calendars::day(left.expect("a day"));
            let left = here.and_then(|at| stays[at].first).map_or(left, |first| left.max(first));
            if enrolments::leave(&mut stays, school.number, left, today) {
                self.word(school.number, Word::Gone(left));
            }
        }
    }

    /// A second record of the student, by a referral under another name.
    async fn double(&mut self, school: &'static School, is_chronic: bool) -> Option<()> {
        self.student()?;
        if self.world.twin.is_some() {
            return None;
        }
        let mut twin = World {
            name: format!("Rimu{}", self.world.name),
            is_twin: true,
            both: self.world.both,
            added: self.world.added.clone(),
            ..World::default()
        };
        let (app, now) = (self.app, self.now);
        let mut deed = Deed { app, world: &mut twin, dice: &mut *self.dice, now };
        deed.refer(school, (is_chronic, false), None).await?;
        self.world.twin = Some(Box::new(twin));
        Some(())
    }

    /// Only what keeps it without a case, so that the records can be joined.
    async fn decide_double(&mut self, decision: Decision) -> Option<()> {
        let (app, now) = (self.app, self.now);
        let world = self.world.twin.as_deref_mut()?;
        let mut deed = Deed { app, world, dice: &mut *self.dice, now };
        match decision {
            Decision::Withdraw => deed.withdraw().await,
            decision => deed.decide(decision).await,
        }
    }

    /// The second record is joined to the first, or parted from it.
    async fn join(&mut self, together: bool) -> Option<()> {
        let main = self.student()?;
        let twin = self.world.twin.as_deref()?.referrals.first()?.student.clone();
        if self.world.is_joined() == together {
            return None;
        }
        let lead = self.app.as_("workflow-lead");
        let (step, body) = if together {
            ("merge", json!({ "intoStudentId": main, "reason": "One student." }))
        } else {
            ("merge-reversal", json!({ "reason": "Cousins." }))
        };
        let answer = lead.post(&format!("/v1/students/{twin}/{step}"), body).await;
        if answer.status == 422 && answer.faults() == ["/intoStudentId unknown"] {
            // The first record has gone out of the lead's reach.
            return None;
        }
        done(answer, step)?;
        match &mut self.world.joined {
            Some(joined) => joined.set(self.now, together),
            None => self.world.joined = Some(Past::new(self.now, together)),
        }
        if !together {
            // What the other record's words settled is settled no more.
            enrolments::unresolve(&mut self.world.referrals, &self.world.words, self.now);
            if let Some(twin) = self.world.twin.as_deref_mut() {
                enrolments::unresolve(&mut twin.referrals, &twin.words, self.now);
            }
        }
        Some(())
    }

    async fn decide(&mut self, decision: Decision) -> Option<()> {
        let at = self.world.waiting()?;
        let referral = self.world.referrals[at].clone();
        let body = match decision {
            Decision::Accept => json!({ "outcome": "accepted" }),
            Decision::Decline => {
                json!({ "outcome": "declined", "reasonCode": "outside_age_range" })
            }
            Decision::Return | Decision::Withdraw => {
                json!({ "outcome": "returned", "comment": "Which bus does the student take?" })
            }
            Decision::Redirect(to) => json!({
                "outcome": "redirected", "reasonCode": "other_catchment", "providerId": provider_id(self.app, to),
            }),
        };
        let who = referral.provider.map_or("ministry-admin", lead);
        let path = format!("/v1/referrals/{}/decision", referral.id);
        let answer = self.app.as_(who).post(&path, body).await;
        let answer = done(answer, "decide")?;
        let has_open_case = self.world.open_case().is_some();
        let status = match decision {
            Decision::Accept if has_open_case => Status::Joined,
            Decision::Accept => Status::Opened,
            Decision::Decline => Status::Declined,
            Decision::Return | Decision::Withdraw => Status::Waiting,
            Decision::Redirect(_) => Status::Redirected,
        };
        let decided = &mut self.world.referrals[at];
        decided.status.set(self.now, status);
        if status == Status::Opened {
            let id = answer.json["caseId"].as_str().expect("a case").to_owned();
            let provider = referral.provider.expect("a provider");
            decided.case = Some(Case { id, provider, is_closed: false });
        }
        if let Decision::Redirect(to) = decision {
            let id = answer.json["successorId"].as_str().expect("a successor").to_owned();
            self.world.referrals.push(Referral {
                id,
                submitted: self.now,
                date: nz_day(self.now),
                provider: Some(to),
                in_school: to == "S01",
                status: Past::new(self.now, Status::Waiting),
                ..referral
            });
        }
        Some(())
    }

    async fn withdraw(&mut self) -> Option<()> {
        let at = self.world.waiting()?;
        let referral = &mut self.world.referrals[at];
        let path = format!("/v1/referrals/{}/withdrawal", referral.id);
        let body = json!({ "reasonCode": "attendance_improved" });
        done(self.app.as_(referral.school.office).post(&path, body).await, "withdraw")?;
        referral.status.set(self.now, Status::Withdrawn);
        Some(())
    }

    async fn resubmit(&mut self) -> Option<()> {
        let at = self.world.waiting()?;
        let referral = self.world.referrals[at].clone();
        let baseline = self.baseline(referral.school, nz_day(self.now));
        let request = self.request(referral.school, (referral.is_chronic, false), &baseline);
        let path = format!("/v1/referrals/{}/resubmission", referral.id);
        let body = json!({ "supportRequest": request["supportRequest"] });
        // What its clock is set by stays as it was assessed on the first day.
        let answer = self.app.as_(referral.school.office).post(&path, body).await;
        done(answer, "resubmit").map(|_| ())
    }
}

/// Somebody with a telephone.
pub fn reachable(name: &str, on: NaiveDate) -> Value {
    json!({ "name": name, "relationship": "mother", "phone": "021 555 000", "confirmedOn": on })
}

/// Some days before.
pub fn before(date: NaiveDate, days: u64) -> NaiveDate {
    date - Days::new(days)
}
