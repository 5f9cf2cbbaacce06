//! A contact: an attempt to reach the school, the student, the whānau or an agency.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::calendar::nz_date;
use crate::cases::CaseRefusal;
use crate::text::LongText;

crate::closed_list! {
    /// The party that a contact tried to reach.
    ContactParty: "Party of a contact" / "Te hunga i whakapāngia" {
        School = "school": "School" / "Te kura",
        Student = "student": "Student" / "Te ākonga",
        Whanau = "whanau": "Whānau" / "Te whānau",
        Agency = "agency": "Agency" / "Tētahi tari",
    }
    /// The channel of a contact.
    ContactChannel: "Channel of a contact" / "Te ara whakapā" {
        Phone = "phone": "Phone call" / "Waea",
        Text = "text": "Text message" / "Karere kuputuhi",
        Email = "email": "E-mail" / "Īmēra",
        Letter = "letter": "Letter" / "Reta",
        Online = "online": "Online" / "Tuihono",
        Office = "office": "At the office" / "I te tari",
        SchoolVisit = "school_visit": "Visit to the school" / "Toronga ki te kura",
        HomeVisit = "home_visit": "Home visit" / "Toronga ki te kāinga",
    }
    /// Outcome of a contact. Only `reached` stops a clock.
    ContactOutcome: "Outcome of a contact" / "Te hua o te whakapā" {
        Reached = "reached": "Reached" / "I tutuki te whakapā",
        Attempted = "attempted": "Attempted" / "I whakamātauria",
        MessageLeft = "message_left": "Message left" / "I waiho he karere",
        Refused = "refused": "Refused" / "I whakakāhoretia",
        WrongDetails = "wrong_details": "Wrong contact details" / "He hē ngā taipitopito whakapā",
    }
}

/// A contact as it is logged.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LogContact {
    /// The party that the provider tried to reach.
    pub party: ContactParty,
    /// The means by which the provider tried.
    pub channel: ContactChannel,
    /// Whether the party was reached.
    pub outcome: ContactOutcome,
    /// When the contact happened: not in the future, not before the referral.
    pub occurred_at: DateTime<Utc>,
    /// When the risk assessment of a home visit was done: required for a home visit, and not later
    /// than the visit.
    pub risk_assessed_at: Option<DateTime<Utc>>,
    /// Notes on the contact, for the provider's people alone. Personal data.
    pub notes: Option<LongText>,
}

/// The correction of a contact that was logged wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CorrectContact {
    /// The whole contact as it should read; null when it never happened. Personal data.
    #[schema(required)]
    pub contact: Option<LogContact>,
    /// Why the contact is corrected or withdrawn, for the provider's people alone. Personal data.
    pub reason: LongText,
}

/// Why a contact is not logged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContactRefusal {
    #[error("a contact can not have happened in the future")]
    InTheFuture,
    #[error("a contact can not have happened before the referral")]
    BeforeReferral,
    #[error("a home visit needs its risk assessment recorded first")]
    NoRiskAssessment,
    /// A closed case is all that keeps a contact from being logged.
    #[error("contacts are logged and corrected on open cases, and this one is closed")]
    Case(#[from] CaseRefusal),
}

impl LogContact {
    /// Whether this may be logged on a case whose referral was made on `referral_date`.
    pub fn check(
        &self,
        referral_date: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(), ContactRefusal> {
        if self.occurred_at > now {
            return Err(ContactRefusal::InTheFuture);
        }
        if self.happened_on() < referral_date {
            return Err(ContactRefusal::BeforeReferral);
        }
        let assessed = self.risk_assessed_at.is_some_and(|at| at <= self.occurred_at);
        if self.channel == ContactChannel::HomeVisit && !assessed {
            return Err(ContactRefusal::NoRiskAssessment);
        }
        Ok(())
    }

    /// The New Zealand day on which it happened: what the clocks count.
    pub fn happened_on(&self) -> NaiveDate {
        nz_date(self.occurred_at)
    }
}

impl CorrectContact {
    /// Whether this may be said on a case whose referral was made on `referral_date`: what the
    /// contact should read is held to what any contact is held to.
    pub fn check(
        &self,
        referral_date: NaiveDate,
        now: DateTime<Utc>,
    ) -> Result<(), ContactRefusal> {
        match &self.contact {
            Some(contact) => contact.check(referral_date, now),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
