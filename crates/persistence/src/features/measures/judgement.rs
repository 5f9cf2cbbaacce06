//! What referrals are judged by, and how one stands by it: the rule for one row.

use ascms_domain::calendar::{Calendar, nz_date};
use ascms_domain::measures::{ContactMeasure, Measure, MeasureResult, Number, due_on, numbers};
use ascms_domain::outcomes::{EnrolmentDeadlines, EnrolmentInputs};
use ascms_domain::rules::{AfterTransfer, OutcomeRules, ServiceLevelRules};
use chrono::{DateTime, NaiveDate, Utc};

use crate::Store;
use crate::features::measures::known::Owner;
use crate::reach::rows::referral_clock::Model;
use crate::reference::calendars::Calendars;
use crate::reference::past_terms::TermsOf;
use crate::store::error::StoreError;

/// The rules, the calendar and the day, as they are or as they were known at an instant.
#[derive(Clone, Debug)]
pub(super) struct Judgement {
    pub contact: ServiceLevelRules,
    pub outcomes: OutcomeRules,
    pub numbers: [Number; 6],
    pub today: NaiveDate,
    pub calendars: std::sync::Arc<Calendars>,
    pub made_by: MadeBy,
}

/// What numbers were made by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeBy {
    /// The version of the rules of contact.
    pub service_levels: String,
    /// The version of the rules of outcomes.
    pub outcomes: String,
    pub calendar_version: String,
    /// What was known at this instant, judged by its day.
    pub as_of: DateTime<Utc>,
}

impl MadeBy {
    /// The version of the rule that judges a measure.
    pub fn rule_version(&self, measure: Measure) -> &str {
        match measure {
            Measure::SchoolContact | Measure::WhanauContact => &self.service_levels,
            Measure::ImprovedAttendance | Measure::Enrolled => &self.outcomes,
        }
    }
}

impl Store {
    /// The rules in force at the end of a period, or today when it goes on.
    pub(super) async fn judgement(
        &self,
        period_end: NaiveDate,
        as_of: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
    ) -> Result<Judgement, StoreError> {
        let (rules, calendars) = match as_of {
            None => (self.rules().await?, self.calendars().await?),
            Some(instant) => {
                let rules = self.rules().await?.known_at(instant);
                (std::sync::Arc::new(rules), self.calendars_at(instant, TermsOf::Nation).await?)
            }
        };
        let instant = match as_of {
            Some(instant) => instant,
            None => self.as_of_now(now).await?,
        };
        let today = nz_date(instant);
        let day = period_end.min(today);
        let (contact, outcomes) = (rules.service_levels(day)?, rules.outcomes(day)?);
        let made_by = MadeBy {
            service_levels: contact.version.clone(),
            outcomes: outcomes.version.clone(),
            calendar_version: calendars.contract.version().to_owned(),
            as_of: instant,
        };
        let (contact, outcomes) = (contact.parameters.clone(), outcomes.parameters);
        let numbers = numbers(&contact, &outcomes);
        Ok(Judgement { contact, outcomes, numbers, today, calendars, made_by })
    }
}

impl Judgement {
    pub(super) fn calendar(&self) -> &Calendar {
        &self.calendars.contract
    }

    /// Whose referrals are for a measure, when their case was transferred.
    pub(super) fn owner(&self, measure: Measure) -> Owner {
        match (self.outcomes.after_transfer, measure) {
            (AfterTransfer::LastProvider, Measure::ImprovedAttendance | Measure::Enrolled) => {
                Owner::AtOutcome
            }
            (AfterTransfer::FirstProvider | AfterTransfer::LastProvider, _) => Owner::First,
        }
    }

    /// The number of that measure and limit, when the rules have it.
    pub(super) fn number(&self, measure: Measure, within_days: Option<u16>) -> Option<Number> {
        let asked = (measure, within_days);
        self.numbers.into_iter().find(|number| (number.measure, number.within_days) == asked)
    }

    /// The place of that number among those of the rules, which it keeps when a limit is moved.
    pub(super) fn place(&self, measure: Measure, within_days: Option<u16>) -> Option<usize> {
        let asked = (measure, within_days);
        self.numbers.iter().position(|number| (number.measure, number.within_days) == asked)
    }

    /// How a referral counts for a number; `None` where it is no member. The same as
    /// [`super::classes::class`] says of many rows; a test holds the two against each other.
    pub(super) fn classify(
        &self,
        clock: &Model,
        number: Number,
    ) -> Result<Option<MeasureResult>, StoreError> {
        if !number.measure.is_of(clock.kind) {
            return Ok(None);
        }
        let referral = clock.referral();
        Ok(Some(match number.measure {
            Measure::SchoolContact => {
                self.contact_made(clock, ContactMeasure::SchoolContact, number)?
            }
            Measure::WhanauContact => {
                self.contact_made(clock, ContactMeasure::WhanauContact, number)?
            }
            Measure::ImprovedAttendance => {
                clock.attendance().classify(&referral, &self.outcomes, self.today)
            }
            Measure::Enrolled => {
                let inputs = self.enrolment(clock)?;
                inputs.classify(&referral, &self.outcomes, self.today)
            }
        }))
    }

    /// Business days to contact, as the measure counts them.
    pub(super) fn days_to(&self, clock: &Model, measure: ContactMeasure) -> Option<u16> {
        clock.days_to_contact().of(measure, self.contact.whanau_contact_means)
    }

    /// The last day on which a number of days is in time.
    pub(super) fn due_on(&self, clock: &Model, within: u16) -> Result<NaiveDate, StoreError> {
        Ok(due_on(clock.referral_date, within, self.calendar(), clock.holiday_region)?)
    }

    fn contact_made(
        &self,
        clock: &Model,
        measure: ContactMeasure,
        number: Number,
    ) -> Result<MeasureResult, StoreError> {
        let within = number.within_days.unwrap_or_default();
        let due_on = self.due_on(clock, within)?;
        let days = self.days_to(clock, measure);
        let late = self.contact.late_decision;
        Ok(clock.referral().contact(days, within, late, due_on, self.today))
    }

    fn enrolment(&self, clock: &Model) -> Result<EnrolmentInputs, StoreError> {
        let rule = &self.outcomes.enrolled;
        let (day, region) = (clock.referral_date, clock.holiday_region);
        Ok(EnrolmentInputs {
            enrolled: clock.enrolled(),
            contact_details: clock.contact_details(),
            deadlines: EnrolmentDeadlines::of(day, rule, self.calendar(), region)?,
        })
    }
}
