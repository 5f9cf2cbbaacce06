//! What comes after a referral was taken on: contacts and what is done beside them; and the ways
//! that lead elsewhere.

use ascms_domain::access::Role;
use ascms_domain::contacts::{ContactChannel, ContactOutcome, ContactParty, LogContact};
use ascms_domain::referrals::Decision;
use ascms_domain::text::{Code, Nsn};
use chrono::{Days, TimeDelta};

use super::generator::{Generator, Story, manager};
use super::steps::{Event, Operation};
use crate::sandbox::nation::accounts::user_id;
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::staff::Staff;
use crate::sandbox::nation::{days, names};
use crate::sandbox::personas;

/// When a contact reached somebody, in business days from the referral; never, for a few. Most of
/// it within the contract's levels, some between them, some after both.
const SCHOOL_DAYS: [Option<u32>; 16] = [
    Some(1),
    Some(1),
    Some(2),
    Some(2),
    Some(3),
    Some(3),
    Some(4),
    Some(4),
    Some(5),
    Some(5),
    Some(5),
    Some(7),
    Some(9),
    Some(10),
    Some(13),
    None,
];
const WHANAU_DAYS: [Option<u32>; 16] = [
    Some(1),
    Some(2),
    Some(3),
    Some(4),
    Some(5),
    Some(6),
    Some(7),
    Some(8),
    Some(9),
    Some(10),
    Some(10),
    Some(12),
    Some(14),
    Some(15),
    Some(19),
    None,
];

const UNREACHED: [ContactOutcome; 4] = [
    ContactOutcome::Attempted,
    ContactOutcome::MessageLeft,
    ContactOutcome::Refused,
    ContactOutcome::WrongDetails,
];

/// A contact of a story, so many business days after its referral.
struct ContactEvent {
    day: u32,
    party: ContactParty,
    outcome: ContactOutcome,
    channel: Option<ContactChannel>,
}

impl Generator<'_> {
    /// Accepted, given to a case manager, and worked on.
    pub(super) fn support(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.decide(story, Decision::Accept)?;
        let manager = manager(story.staff, story.number);
        let (at, lead) = (story.at + TimeDelta::minutes(30), story.staff.lead());
        self.add_step(story, at, lead, Operation::Assign(user_id(&manager)?));
        let school = self.random.one_of(&SCHOOL_DAYS);
        let whanau = self.random.one_of(&WHANAU_DAYS);
        let mut contacts = Vec::new();
        if self.random.percent(12) {
            contacts.push((1, ContactParty::School, self.unreached()));
        }
        contacts.extend(school.map(|day| (day, ContactParty::School, ContactOutcome::Reached)));
        let party =
            if self.random.percent(30) { ContactParty::Student } else { ContactParty::Whanau };
        if whanau.is_none_or(|day| day > 6) {
            contacts.push((self.random.between(1, 4), party, self.unreached()));
        }
        contacts.extend(whanau.map(|day| (day, party, ContactOutcome::Reached)));
        if self.random.percent(12) {
            contacts.push((8, ContactParty::Agency, ContactOutcome::Reached));
        }
        let contacts = contacts
            .into_iter()
            .map(|(day, party, outcome)| (day, Event::Contact { party, outcome, channel: None }));
        let work = self.work(story, &manager, whanau.is_some())?;
        let mut events: Vec<(u32, Event)> = contacts.chain(work).collect();
        events.sort_by_key(|(day, _)| *day);
        for (day, event) in events {
            match event {
                Event::Contact { party, outcome, channel } => {
                    let contact = ContactEvent { day, party, outcome, channel };
                    self.contact(story, &manager, contact)?;
                }
                Event::Work { by, work } => self.do_on(story, day, by, work)?,
            }
        }
        Ok(())
    }

    fn unreached(&mut self) -> ContactOutcome {
        let at = usize::try_from(self.random.below(4)).unwrap_or(0);
        UNREACHED.get(at).copied().unwrap_or(ContactOutcome::Attempted)
    }

    fn contact(
        &mut self,
        story: &mut Story,
        manager: &str,
        ContactEvent { day, party, outcome, channel }: ContactEvent,
    ) -> Result<(), SeedError> {
        // A contact may be a few days older than the case, and is written down after it.
        let minute = self.random.below(days::EVENING - 60);
        let occurred_at = days::at(self.after(story, day)?, minute);
        let channel = channel.unwrap_or_else(|| self.channel(party));
        let visit = channel == ContactChannel::HomeVisit;
        let contact = LogContact {
            party,
            channel,
            outcome,
            occurred_at,
            risk_assessed_at: visit.then(|| occurred_at - TimeDelta::hours(2)),
            notes: self.random.percent(70).then(|| self.random.one_of(&names::NOTES).into()),
        };
        let written = occurred_at + TimeDelta::minutes(self.random.between(5, 55).into());
        self.add_step(story, written, manager.to_owned(), Operation::LogContact(Box::new(contact)));
        Ok(())
    }

    fn channel(&mut self, party: ContactParty) -> ContactChannel {
        use ContactChannel::{Email, HomeVisit, Letter, Office, Online, Phone, SchoolVisit, Text};
        let ways: &[ContactChannel] = match party {
            ContactParty::School => &[Phone, Phone, Email, SchoolVisit, Online],
            ContactParty::Student => &[SchoolVisit, Text, HomeVisit, Online],
            ContactParty::Whanau => &[Phone, Phone, Text, HomeVisit, Letter, Office, Email],
            ContactParty::Agency => &[Phone, Email, Online],
        };
        let end = u32::try_from(ways.len()).unwrap_or(1);
        let at = usize::try_from(self.random.below(end)).unwrap_or(0);
        ways.get(at).copied().unwrap_or(Phone)
    }

    /// To the neighbour: what follows is the neighbour's.
    pub(super) fn redirect(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let to = if story.staff == Staff::Catchment(0) { 1 } else { 0 };
        let reasons = ["other_catchment", "whanau_supported_elsewhere"];
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let comment = Some(self.random.one_of(&names::DECISION_COMMENTS).into());
        let other = Staff::Catchment(to);
        self.decide(story, Decision::Redirect { to: other.provider_id(), reason, comment })?;
        story.staff = other;
        // The successor's clocks start on the day of the redirection.
        story.day = ascms_domain::calendar::nz_date(story.at);
        Ok(())
    }

    pub(super) fn redirect_from_queue(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let reason = Code("other_catchment".to_owned());
        let to = story.staff.provider_id();
        let at = days::at(self.after(story, 2)?, self.random.below(days::EVENING));
        let by = personas::name(Role::MinistryAdmin);
        let decision = Decision::Redirect { to, reason, comment: None };
        self.add_step(story, at, by, Operation::Decide(decision));
        story.day = ascms_domain::calendar::nz_date(story.at);
        self.support(story)
    }

    /// Sent again while somebody already helps: the referral joins the open case.
    pub(super) fn join(&mut self, story: &mut Story) -> Result<(), SeedError> {
        self.support(story)?;
        self.send_again(story)
    }

    /// Declined, then sent again with a slip in it: another birth date, or another number.
    pub(super) fn confuse(&mut self, story: &mut Story) -> Result<(), SeedError> {
        // Numbers of nobody else.
        let place = story.number;
        let number = |first: u32| Nsn(format!("0000{first}{:05}", 50_000 + place));
        story.student.nsn.get_or_insert_with(|| number(2));
        if let Some(step) = self.steps.last_mut()
            && let Operation::Submit(new) = &mut step.operation
        {
            new.student.nsn.clone_from(&story.student.nsn);
        }
        let decision = self.decline();
        self.decide(story, decision)?;
        if place.is_multiple_of(2) {
            let born = story.student.birth_date;
            story.student.birth_date = born.checked_add_days(Days::new(1)).unwrap_or(born);
        } else {
            story.student.nsn = Some(number(1));
        }
        self.send_again(story)
    }

    fn send_again(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let days = self.random.between(14, 20);
        story.day = self.after(story, days)?;
        story.at = days::at(story.day, self.random.below(days::EVENING - 60)).max(story.at);
        self.submit(story)
    }

    pub(super) fn resolve(&mut self, story: &mut Story) -> Result<(), SeedError> {
        let at = days::at(self.after(story, 3)?, self.random.below(days::EVENING));
        let by = personas::name(Role::MinistryAdmin);
        self.add_step(story, at, by, Operation::Resolve);
        Ok(())
    }
}
