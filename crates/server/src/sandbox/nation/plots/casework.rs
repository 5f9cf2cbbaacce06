//! What comes after a referral was taken on: contacts and what is done beside them; and the ways
//! that lead elsewhere.

use ascms_domain::access::Role;
use ascms_domain::contacts::{Contact, ContactChannel, ContactOutcome, ContactParty};
use ascms_domain::referrals::Decision;
use ascms_domain::text::{Code, Nsn};
use chrono::{Days, TimeDelta};

use super::acts::{Beat, What};
use super::author::{Author, Scene, manager};
use crate::sandbox::nation::accounts::user_id;
use crate::sandbox::nation::cast::Crew;
use crate::sandbox::nation::error::SeedError;
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

type BeatContact = (u32, ContactParty, ContactOutcome, Option<ContactChannel>);

impl Author<'_> {
    /// Accepted, given to a case manager, and worked on.
    pub(super) fn support(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.decide(scene, Decision::Accept)?;
        let manager = manager(scene.crew, scene.story);
        let (at, lead) = (scene.at + TimeDelta::minutes(30), scene.crew.lead());
        self.act(scene, at, lead, What::Assign(user_id(&manager)?));
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
            .map(|(day, party, outcome)| (day, Beat::Contact { party, outcome, channel: None }));
        let work = self.work(scene, &manager, whanau.is_some())?;
        let mut beats: Vec<(u32, Beat)> = contacts.chain(work).collect();
        beats.sort_by_key(|(day, _)| *day);
        for (day, beat) in beats {
            match beat {
                Beat::Contact { party, outcome, channel } => {
                    self.contact(scene, &manager, (day, party, outcome, channel))?;
                }
                Beat::Work { by, work } => self.do_on(scene, day, by, work)?,
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
        scene: &mut Scene,
        manager: &str,
        (day, party, outcome, channel): BeatContact,
    ) -> Result<(), SeedError> {
        // A contact may be a few days older than the case, and is written down after it.
        let minute = self.random.below(days::EVENING - 60);
        let occurred_at = days::at(self.after(scene, day)?, minute);
        let channel = channel.unwrap_or_else(|| self.channel(party));
        let visit = channel == ContactChannel::HomeVisit;
        let contact = Contact {
            party,
            channel,
            outcome,
            occurred_at,
            risk_assessed_at: visit.then(|| occurred_at - TimeDelta::hours(2)),
            notes: self.random.percent(70).then(|| self.random.one_of(&names::NOTES).into()),
        };
        let written = occurred_at + TimeDelta::minutes(self.random.between(5, 55).into());
        self.act(scene, written, manager.to_owned(), What::LogContact(Box::new(contact)));
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
    pub(super) fn redirect(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let to = if scene.crew == Crew::Catchment(0) { 1 } else { 0 };
        let reasons = ["other_catchment", "whanau_supported_elsewhere"];
        let reason = Code(self.random.one_of(&reasons).to_owned());
        let words = Some(self.random.one_of(&names::DECISION_WORDS).into());
        let other = Crew::Catchment(to);
        self.decide(scene, Decision::Redirect { to: other.provider_id(), reason, words })?;
        scene.crew = other;
        // The successor's clocks start on the day of the redirection.
        scene.day = ascms_domain::calendar::nz_date(scene.at);
        Ok(())
    }

    pub(super) fn redirect_from_queue(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let reason = Code("other_catchment".to_owned());
        let to = scene.crew.provider_id();
        let at = days::at(self.after(scene, 2)?, self.random.below(days::EVENING));
        let by = personas::name(Role::MinistryAdmin);
        let decision = Decision::Redirect { to, reason, words: None };
        self.act(scene, at, by, What::Decide(decision));
        scene.day = ascms_domain::calendar::nz_date(scene.at);
        self.support(scene)
    }

    /// Sent again while somebody already helps: the referral joins the open case.
    pub(super) fn join(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        self.support(scene)?;
        self.send_again(scene)
    }

    /// Declined, then sent again with a slip in it: another birth date, or another number.
    pub(super) fn confuse(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        // Numbers of nobody else.
        let story = scene.story;
        let number = |first: u32| Nsn(format!("0000{first}{:05}", 50_000 + story));
        scene.student.nsn.get_or_insert_with(|| number(2));
        if let Some(act) = self.acts.last_mut()
            && let What::Submit(new) = &mut act.what
        {
            new.student.nsn.clone_from(&scene.student.nsn);
        }
        let decision = self.decline();
        self.decide(scene, decision)?;
        if story.is_multiple_of(2) {
            let born = scene.student.birth_date;
            scene.student.birth_date = born.checked_add_days(Days::new(1)).unwrap_or(born);
        } else {
            scene.student.nsn = Some(number(1));
        }
        self.send_again(scene)
    }

    fn send_again(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let days = self.random.between(14, 20);
        scene.day = self.after(scene, days)?;
        scene.at = days::at(scene.day, self.random.below(days::EVENING - 60)).max(scene.at);
        self.submit(scene)
    }

    pub(super) fn resolve(&mut self, scene: &mut Scene) -> Result<(), SeedError> {
        let at = days::at(self.after(scene, 3)?, self.random.below(days::EVENING));
        let by = personas::name(Role::MinistryAdmin);
        self.act(scene, at, by, What::Resolve);
        Ok(())
    }
}
