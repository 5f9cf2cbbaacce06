//! What is done on a case and for its student, as calls of the API.

use chrono::NaiveDate;
use serde_json::json;

use super::calendars::{School, nz_day};
use super::deeds::{Deed, before, done, lead, provider_id, reachable, responsible};
use super::log::{Case, Confirmation, Contact, Departure, Fact, Instant, Word};
use crate::given::closure;

impl Deed<'_> {
    pub async fn contact(
        &mut self,
        party: &'static str,
        outcome: &'static str,
        happened: Instant,
    ) -> Option<()> {
        let at = self.world.open_case()?;
        let referral = &mut self.world.referrals[at];
        let case = referral.case.clone().expect("the open case");
        let body = json!({
            "party": party, "channel": "phone", "outcome": outcome, "occurredAt": happened,
        });
        let path = format!("/v1/cases/{}/contacts", case.id);
        let logged = done(self.app.as_(lead(case.provider)).post(&path, body).await, "contact")?;
        let (id, reached) = (logged.id(), outcome == "reached");
        let contact = Contact { id, at_meeting: false, party, reached, happened };
        referral.contacts.push(Fact::new(self.now, contact));
        Some(())
    }

    pub async fn correct(&mut self, right: Option<(&'static str, Instant)>) -> Option<()> {
        let at = self.world.open_case()?;
        let referral = &mut self.world.referrals[at];
        let case = referral.case.clone().expect("the open case");
        let logged = |fact: &&mut Fact<Contact>| fact.until.is_none() && !fact.what.at_meeting;
        let wrong = referral.contacts.iter_mut().rev().find(logged)?;
        let contact = right.map(|(party, happened)| {
            json!({ "party": party, "channel": "phone", "outcome": "reached", "occurredAt": happened })
        });
        let body = json!({ "contact": contact, "reason": "It was somebody else." });
        let path = format!("/v1/cases/{}/contacts/{}/correction", case.id, wrong.what.id);
        let answer = done(self.app.as_(lead(case.provider)).post(&path, body).await, "correct")?;
        wrong.until = Some(self.now);
        if let Some((party, happened)) = right {
            let id = answer.json["correctedBy"].as_str().expect("a contact").to_owned();
            let right = Contact { id, at_meeting: false, party, reached: true, happened };
            referral.contacts.push(Fact::new(self.now, right));
        }
        Some(())
    }

    pub async fn meet(
        &mut self,
        reached: &'static [&'static str],
        happened: Instant,
    ) -> Option<()> {
        self.meeting(reached, happened, None).await
    }

    /// Records a meeting, and perhaps that it puts another one right.
    async fn meeting(
        &mut self,
        reached: &'static [&'static str],
        happened: Instant,
        corrects: Option<String>,
    ) -> Option<()> {
        let at = self.world.open_case()?;
        let referral = &mut self.world.referrals[at];
        let case = referral.case.clone().expect("the open case");
        let mut body = json!({
            "occurredAt": happened, "visibility": "shared", "kind": "whanau_hui", "people": [],
            "agencies": [], "decisions": "A later bus.", "reached": reached,
        });
        if let Some(wrong) = &corrects {
            body["corrects"] = json!(wrong);
        }
        let path = format!("/v1/cases/{}/meetings", case.id);
        let made = done(self.app.as_(lead(case.provider)).post(&path, body).await, "meeting")?;
        if let Some(wrong) = corrects {
            referral.unmeets(&wrong, self.now);
        }
        referral.meetings.push(Fact::new(self.now, made.id()));
        for party in reached.iter().copied() {
            let contact =
                Contact { id: made.id(), at_meeting: true, party, reached: true, happened };
            referral.contacts.push(Fact::new(self.now, contact));
        }
        Some(())
    }

    pub async fn unmeet(
        &mut self,
        right: Option<(&'static [&'static str], Instant)>,
    ) -> Option<()> {
        let at = self.world.open_case()?;
        let referral = &mut self.world.referrals[at];
        let standing = referral.meetings.iter().rev().find(|fact| fact.until.is_none())?;
        let wrong = standing.what.clone();
        if let Some((reached, happened)) = right {
            return self.meeting(reached, happened, Some(wrong)).await;
        }
        let case = referral.case.clone().expect("the open case");
        let path = format!("/v1/cases/{}/meetings/{wrong}/withdrawal", case.id);
        let body = json!({ "reason": "It was put off." });
        done(self.app.as_(lead(case.provider)).post(&path, body).await, "withdrawal")?;
        referral.unmeets(&wrong, self.now);
        Some(())
    }

    pub async fn transfer(&mut self, to: &'static str, accept: bool) -> Option<()> {
        let at = self.world.open_case()?;
        let case = self.world.referrals[at].case.clone().expect("the open case");
        let offer =
            json!({ "toProviderId": provider_id(self.app, to), "reason": "The family moved." });
        let path = format!("/v1/cases/{}/transfers", case.id);
        let offered = done(self.app.as_(lead(case.provider)).post(&path, offer).await, "transfer")?;
        let outcome = if accept { "accepted" } else { "declined" };
        let outcome = json!({ "outcome": outcome, "comment": "No room." });
        let path = format!("/v1/transfers/{}/decision", offered.id());
        self.app.as_(lead(to)).post(&path, outcome).await.expect(200);
        if accept {
            self.world.referrals[at].case = Some(Case { provider: to, ..case });
        }
        Some(())
    }

    pub async fn change_school(&mut self, school: &'static School) -> Option<()> {
        let who = responsible(self.world)?;
        let path = format!("/v1/students/{}/school-changes", self.student()?);
        let body = json!({ "schoolNumber": school.number });
        done(self.app.as_(who).post(&path, body).await, "school change")?;
        self.word(school.number, Word::Here(None));
        self.world.resolves(self.now);
        Some(())
    }

    pub async fn describe(
        &mut self,
        year_level: i64,
        ethnicities: &'static [&'static str],
    ) -> Option<()> {
        let who = self.app.as_(responsible(self.world)?);
        let path = format!("/v1/students/{}", self.student()?);
        let read = done(who.get(&path).await, "student")?;
        let body = json!({ "yearLevel": year_level, "ethnicities": ethnicities });
        who.patch(&path, &read, body).await.expect(200);
        self.world.year_level.as_mut()?.set(self.now, Some(year_level));
        self.world.ethnicities.as_mut()?.set(self.now, ethnicities.to_vec());
        Some(())
    }

    pub async fn close(&mut self, reason: &'static str, pathway: Option<u64>) -> Option<()> {
        let at = self.world.open_case()?;
        let referral = &mut self.world.referrals[at];
        let case = referral.case.as_mut().expect("the open case");
        let (proposer, approver) = match case.provider {
            "P01" => ("workflow-lead", "workflow-lead-b"),
            "P02" => ("case-manager-2", "workflow-lead-2"),
            // A team of one, which closes alone.
            _ => ("workflow-lead-s", "workflow-lead-s"),
        };
        if case.provider == "P02" {
            let to = json!({ "caseManagerId": self.app.world.other_case_manager });
            let assigned = self.app.step(approver, &case.id, "assignment", to).await;
            assert!([200, 409].contains(&assigned.status), "{}", assigned.text);
        }
        let mut body = closure();
        body["reasonCode"] = json!(reason);
        // A pathway before the referral would be none that came of it.
        let first = pathway.map(|days| before(nz_day(self.now), days).max(referral.date));
        if let Some(first) = first {
            body["pathway"] = json!({ "kind": "alternative_education", "firstDay": first });
        }
        self.app.step(proposer, &case.id, "closure", body).await.expect(200);
        self.app.step(approver, &case.id, "closure-approval", json!({})).await.expect(200);
        case.is_closed = true;
        referral.closed_with.extend(first.map(|first| Fact::new(self.now, first)));
        if ["died", "moved_overseas"].contains(&reason) {
            let gone = Departure { why: reason, on: nz_day(self.now) };
            referral.departures.push(Fact::new(self.now, gone));
        }
        Some(())
    }

    pub async fn reopen(&mut self) -> Option<()> {
        let referral = self.world.referrals.iter_mut().rev();
        let mut closed =
            referral.filter(|referral| referral.case.as_ref().is_some_and(|case| case.is_closed));
        let referral = closed.next()?;
        let case = referral.case.as_mut().expect("the closed case");
        let body = json!({ "reason": "Away again." });
        let answer = self.app.step(lead(case.provider), &case.id, "reopening", body).await;
        done(answer, "reopen")?;
        case.is_closed = false;
        for fact in referral.departures.iter_mut().filter(|fact| fact.until.is_none()) {
            fact.until = Some(self.now);
        }
        for fact in referral.closed_with.iter_mut().filter(|fact| fact.until.is_none()) {
            fact.until = Some(self.now);
        }
        Some(())
    }

    pub async fn confirm(&mut self, on: NaiveDate, again: bool) -> Option<()> {
        let who = self.app.as_(responsible(self.world)?);
        if on > nz_day(self.now) {
            return None;
        }
        let path = format!("/v1/students/{}/whanau-contacts", self.student()?);
        let known = done(who.get(&path).await, "whānau contacts")?;
        let last =
            known.json["items"].as_array().expect("contacts").last().filter(|_| again).cloned();
        let Some(last) = last else {
            let name = format!("Aunt {}", self.world.confirmations.len());
            let body = reachable(&name, on);
            who.post(&path, body).await.expect(201);
            let what = Confirmation { contact: name, on };
            self.world.confirmations.push(Fact::new(self.now, what));
            return Some(());
        };
        let contact = last["name"].as_str().expect("a name").to_owned();
        let path = format!("{path}/{}", last["id"].as_str().expect("an id"));
        let read = who.get(&path).await.expect(200);
        who.patch(&path, &read, json!({ "confirmedOn": on })).await.expect(200);
        // A day that was put back puts right what was written down wrongly: the later never were.
        let of_contact = self.world.confirmations.iter_mut().filter(|fact| {
            fact.what.contact == contact && fact.until.is_none() && fact.what.on > on
        });
        of_contact.for_each(|fact| fact.until = Some(self.now));
        self.world.confirmations.push(Fact::new(self.now, Confirmation { contact, on }));
        Some(())
    }
}
