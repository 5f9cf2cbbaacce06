//! What is done on a case and for its student, as calls of the API.

use chrono::NaiveDate;
use serde_json::json;

use super::almanac::{School, nz_day};
use super::deeds::{Deed, done, lead, provider_id, reachable, responsible};
use super::enrolments;
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
        let contact = Contact { id: logged.id(), party, reached: outcome == "reached", happened };
        referral.contacts.push(Fact::new(self.now, contact));
        Some(())
    }

    pub async fn correct(&mut self, right: Option<(&'static str, Instant)>) -> Option<()> {
        let at = self.world.open_case()?;
        let referral = &mut self.world.referrals[at];
        let case = referral.case.clone().expect("the open case");
        let wrong = referral.contacts.iter_mut().rev().find(|fact| fact.until.is_none())?;
        let contact = right.map(|(party, happened)| {
            json!({ "party": party, "channel": "phone", "outcome": "reached", "occurredAt": happened })
        });
        let body = json!({ "contact": contact, "reason": "It was somebody else." });
        let path = format!("/v1/cases/{}/contacts/{}/correction", case.id, wrong.what.id);
        let answer = done(self.app.as_(lead(case.provider)).post(&path, body).await, "correct")?;
        wrong.until = Some(self.now);
        if let Some((party, happened)) = right {
            let id = answer.json["correctedBy"].as_str().expect("a contact").to_owned();
            referral
                .contacts
                .push(Fact::new(self.now, Contact { id, party, reached: true, happened }));
        }
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
        let outcome = json!({ "outcome": outcome, "words": "No room." });
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
        let mut stays = self.world.stays_now();
        enrolments::enrol(&mut stays, school.number, None, nz_day(self.now));
        self.world.words.push((school.number, nz_day(self.now), Word::Here(None)));
        self.world.arrives(self.now, stays);
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

    pub async fn close(&mut self, reason: &'static str) -> Option<()> {
        let at = self.world.open_case()?;
        let referral = &mut self.world.referrals[at];
        let case = referral.case.as_mut().expect("the open case");
        let (proposer, approver) = match case.provider {
            "P01" => ("workflow-lead", "workflow-lead-b"),
            "P02" => ("case-manager-2", "workflow-lead-2"),
            // The team has one lead, who closes nothing alone.
            _ => return None,
        };
        if case.provider == "P02" {
            let to = json!({ "caseManagerId": self.app.world.other_case_manager });
            let assigned = self.app.step(approver, &case.id, "assignment", to).await;
            assert!([200, 409].contains(&assigned.status), "{}", assigned.text);
        }
        let mut body = closure();
        body["reasonCode"] = json!(reason);
        self.app.step(proposer, &case.id, "closure", body).await.expect(200);
        self.app.step(approver, &case.id, "closure-approval", json!({})).await.expect(200);
        case.is_closed = true;
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
