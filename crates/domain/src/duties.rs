//! Duties: what is due by a day. A duty arises in the transaction of what makes it due, and ends in the
//! transaction of what ends it. To those who have to do it, it is an obligation.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use crate::text::LongText;

mod profiles;

pub use profiles::{
    DutyBasis, DutyContradiction, DutyPeriod, DutyProfile, DutyRule, DutyRules, FixedDay,
};

crate::closed_list! {
    /// Kind of a duty: the thing that is due.
    DutyKind: "Kind of duty" / "Te momo herenga" {
        /// A date that a bulletin of the Ministry names.
        KeyDate = "key_date": "Key date" / "Rā matua",
        /// The service delivery plan of a contract year.
        ServiceDeliveryPlan = "service_delivery_plan": "Service delivery plan" / "Te mahere tuku ratonga",
        /// The report on a term.
        TermlyReport = "termly_report": "Report on the term" / "Te pūrongo mō te wāhanga",
        /// The report on the unmet basic needs fund of a term.
        FundReport = "fund_report": "Report on the fund" / "Te pūrongo mō te pūtea",
        /// The report on the initiatives of a contract year.
        InitiativesReport = "initiatives_report": "Report on initiatives" / "Te pūrongo mō ngā kōkiri",
        /// The report on a contract year.
        AnnualReport = "annual_report": "Report on the year" / "Te pūrongo ā-tau",
        /// The yearly confirmation of policies.
        PolicyConfirmation = "policy_confirmation": "Confirmation of policies" / "Te whakaūnga o ngā kaupapa here",
        /// The yearly assurance of security.
        SecurityAssurance = "security_assurance": "Security assurance" / "Te whakaū haumarutanga",
        /// The provider's comment on a performance review.
        ReviewComment = "review_comment": "Comment on the review" / "Te kōrero mō te arotake",
        /// The Ministry's conclusion of a performance review.
        ReviewConclusion = "review_conclusion": "Conclusion of the review" / "Te whakatau o te arotake",
    }
    /// Status of an obligation. Overdue is none: an obligation that is overdue is still open.
    ObligationStatus: "Status of an obligation" / "Te tūnga o te herenga" {
        /// Its first day is to come.
        Upcoming = "upcoming": "Upcoming" / "Kei te haere mai",
        Open = "open": "Open" / "Kei te tuwhera",
        Done = "done": "Done" / "Kua oti",
        Waived = "waived": "Waived" / "Kua whakakāhoretia",
        /// Its cause went away, or the day that it names is over.
        Lapsed = "lapsed": "Lapsed" / "Kua taka",
    }
}

crate::closed_list! {
    /// How a duty ended.
    DutyOutcome {
        Done = "done",
        /// The Ministry waived it.
        Waived = "waived",
        /// Its cause went away.
        Lapsed = "lapsed",
    }
}

/// A duty that arises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDuty {
    pub kind: DutyKind,
    /// What it is due for, such as a contract year or a term. One entry, and one contract, has one duty
    /// of a kind and a period.
    pub period: String,
    /// The first day on which it can be done.
    pub opens_on: NaiveDate,
    /// The last day on which it is done in time.
    pub due_on: NaiveDate,
}

/// A duty, as its status is told from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DutyStanding {
    pub kind: DutyKind,
    pub opens_on: NaiveDate,
    pub due_on: NaiveDate,
    pub outcome: Option<DutyOutcome>,
}

/// Where a duty is on a day, of which its status is told: a query asks for these.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DutyPhase {
    Ended(DutyOutcome),
    /// Its first day is to come.
    Ahead,
    /// It is to be done, in time or late.
    Current,
    /// Its day is over, and nobody had to do anything.
    Over,
}

/// The Ministry waives an obligation.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WaiveObligation {
    /// Why nobody has to do it.
    pub reason: LongText,
}

/// Why an obligation is not waived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WaiverRefusal {
    #[error("the obligation has ended, or is nobody's to do")]
    NotInThisState,
}

impl DutyKind {
    /// Whether somebody has to do something for it to be done. A key date only says what is when.
    pub fn is_done_by_somebody(self) -> bool {
        match self {
            Self::KeyDate => false,
            Self::ServiceDeliveryPlan
            | Self::TermlyReport
            | Self::FundReport
            | Self::InitiativesReport
            | Self::AnnualReport
            | Self::PolicyConfirmation
            | Self::SecurityAssurance
            | Self::ReviewComment
            | Self::ReviewConclusion => true,
        }
    }

    /// Whether a profile may ask contracts for it. The others arise because of an entry.
    pub fn is_of_profiles(self) -> bool {
        match self {
            Self::KeyDate | Self::ReviewComment | Self::ReviewConclusion => false,
            Self::ServiceDeliveryPlan
            | Self::TermlyReport
            | Self::FundReport
            | Self::InitiativesReport
            | Self::AnnualReport
            | Self::PolicyConfirmation
            | Self::SecurityAssurance => true,
        }
    }

    /// Whether the provider has to do it, and not the Ministry.
    pub fn is_of_provider(self) -> bool {
        match self {
            Self::KeyDate | Self::ReviewConclusion => false,
            Self::ServiceDeliveryPlan
            | Self::TermlyReport
            | Self::FundReport
            | Self::InitiativesReport
            | Self::AnnualReport
            | Self::PolicyConfirmation
            | Self::SecurityAssurance
            | Self::ReviewComment => true,
        }
    }

    /// Business days from the day on which it opens until it is due, of what a performance review asks for: 10
    /// to comment and 20 to conclude (contract).
    pub fn business_days_of_review(self) -> Option<u16> {
        match self {
            Self::ReviewComment => Some(10),
            Self::ReviewConclusion => Some(20),
            Self::KeyDate
            | Self::ServiceDeliveryPlan
            | Self::TermlyReport
            | Self::FundReport
            | Self::InitiativesReport
            | Self::AnnualReport
            | Self::PolicyConfirmation
            | Self::SecurityAssurance => None,
        }
    }
}

impl ObligationStatus {
    /// The phases of the duties that stand like this.
    pub fn phases(self) -> &'static [DutyPhase] {
        match self {
            Self::Upcoming => &[DutyPhase::Ahead],
            Self::Open => &[DutyPhase::Current],
            Self::Done => &[DutyPhase::Ended(DutyOutcome::Done)],
            Self::Waived => &[DutyPhase::Ended(DutyOutcome::Waived)],
            Self::Lapsed => &[DutyPhase::Ended(DutyOutcome::Lapsed), DutyPhase::Over],
        }
    }
}

impl DutyOutcome {
    /// Whether the duty is there again when its cause is.
    pub fn comes_back(self) -> bool {
        match self {
            Self::Lapsed => true,
            Self::Done | Self::Waived => false,
        }
    }
}

impl DutyStanding {
    /// The phase on a day.
    pub fn phase(&self, today: NaiveDate) -> DutyPhase {
        match self.outcome {
            Some(outcome) => DutyPhase::Ended(outcome),
            None if !self.kind.is_done_by_somebody() && self.due_on < today => DutyPhase::Over,
            None if today < self.opens_on => DutyPhase::Ahead,
            None => DutyPhase::Current,
        }
    }

    /// The status on a day.
    pub fn status(&self, today: NaiveDate) -> ObligationStatus {
        match self.phase(today) {
            DutyPhase::Ended(DutyOutcome::Done) => ObligationStatus::Done,
            DutyPhase::Ended(DutyOutcome::Waived) => ObligationStatus::Waived,
            DutyPhase::Ended(DutyOutcome::Lapsed) | DutyPhase::Over => ObligationStatus::Lapsed,
            DutyPhase::Ahead => ObligationStatus::Upcoming,
            DutyPhase::Current => ObligationStatus::Open,
        }
    }

    /// Whether it is still to be done, and its last day is over.
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.outcome.is_none() && self.kind.is_done_by_somebody() && self.due_on < today
    }

    /// How it ends when the Ministry waives it.
    ///
    /// # Errors
    ///
    /// It has ended, or nobody has to do it.
    pub fn waived(&self) -> Result<DutyOutcome, WaiverRefusal> {
        if self.outcome.is_none() && self.kind.is_done_by_somebody() {
            Ok(DutyOutcome::Waived)
        } else {
            Err(WaiverRefusal::NotInThisState)
        }
    }
}

#[cfg(test)]
mod tests;
