//! A referral (the Ministry also says request for support): a school asks for help with a student.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::eligibility::TermAttendance;
use crate::ids::{CaseId, ProviderId, ReferralId};
use crate::text::{Code, Line, Words};

mod provision;
mod undone;

pub use provision::ContinuingSupport;

crate::words! {
    /// Why support is asked for.
    ReferralKind {
        /// The student attended 70 % or less of a term.
        ChronicAbsence = "chronic_absence",
        /// The student is enrolled nowhere.
        NonEnrolment = "non_enrolment",
    }
    /// Where a referral stands.
    ReferralStatus {
        Submitted = "submitted",
        Accepted = "accepted",
        Declined = "declined",
        Returned = "returned",
        Withdrawn = "withdrawn",
        Redirected = "redirected",
        Resolved = "resolved",
    }
    /// What a decision says.
    DecisionOutcome {
        Accepted = "accepted",
        Declined = "declined",
        Returned = "returned",
        Redirected = "redirected",
    }
    /// Who reports that a student is enrolled nowhere.
    NonEnrolmentSender {
        School = "school",
        EnrolmentRegister = "enrolment_register",
    }
}

/// What is asked for and why, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupportRequest {
    pub kind: ReferralKind,
    /// Why support is asked for, in words.
    pub reason: Words,
    /// Codes of the set `barriers`.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub barriers: Vec<Code>,
    pub school_response: SchoolResponse,
    /// Codes of the set `agencies`: who else is involved.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub agencies: Vec<Code>,
    /// Codes of the set `safety-alerts`.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub safety_alerts: Vec<Code>,
    /// The day the whānau was told of the referral; missing when they were not.
    pub whanau_told_on: Option<NaiveDate>,
    pub consent_notes: Option<Words>,
    /// Attendance in the present term and the one before; needed for chronic absence.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub attendance: Vec<TermAttendance>,
    /// Support that goes on past the age of 16.
    #[serde(default)]
    pub continuing_support: bool,
    /// Needed where continuing support is asked for.
    #[serde(default)]
    pub continuing_support_grounds: Option<ContinuingSupport>,
    /// Code of the set `visa-statuses`, for international students.
    pub visa_status: Option<Code>,
    /// Needed for a student who is enrolled nowhere.
    pub non_enrolment: Option<NonEnrolment>,
}

/// What the school already tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchoolResponse {
    /// Codes of the set `star-steps`: steps of the Stepped Attendance Response.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub star_steps: Vec<Code>,
    pub attendance_management_plan: bool,
    pub individual_plan_tried: bool,
}

/// How a student came to be enrolled nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NonEnrolment {
    pub sender: NonEnrolmentSender,
    pub last_day_attended: Option<NaiveDate>,
    pub left_on: Option<NaiveDate>,
    /// Code of the set `leaving-reasons`.
    pub leaving_reason: Option<Code>,
    pub intended_school: Option<Line>,
    pub intended_region: Option<Line>,
}

/// The visa status that bars an international student from the service.
pub const NO_VISA: &str = "none";

impl SupportRequest {
    /// Whether the school did anything before it asked.
    pub fn school_tried_something(&self) -> bool {
        let SchoolResponse { star_steps, attendance_management_plan, individual_plan_tried } =
            &self.school_response;
        !star_steps.is_empty() || *attendance_management_plan || *individual_plan_tried
    }

    /// The same with its lists in one order: what they list is a set.
    #[must_use]
    pub fn as_sets(&self) -> Self {
        let mut request = self.clone();
        let SupportRequest {
            barriers, agencies, safety_alerts, school_response, attendance, ..
        } = &mut request;
        for codes in [barriers, agencies, safety_alerts, &mut school_response.star_steps] {
            codes.sort();
        }
        attendance.sort_by_key(|term| (term.term, term.possible_half_days, term.present_half_days));
        request
    }

    pub fn is_international_without_visa(&self) -> bool {
        self.visa_status.as_ref().is_some_and(|status| status.as_str() == NO_VISA)
    }

    /// Every code that the request names: its code set, the code, and where it stands.
    pub fn codes(&self) -> Vec<(&'static str, &Code, String)> {
        let lists = [
            ("barriers", "barriers", &self.barriers),
            ("star-steps", "schoolResponse/starSteps", &self.school_response.star_steps),
            ("agencies", "agencies", &self.agencies),
            ("safety-alerts", "safetyAlerts", &self.safety_alerts),
        ];
        let mut found = Vec::new();
        for (set, member, codes) in lists {
            let placed = codes.iter().enumerate();
            found.extend(placed.map(|(index, code)| (set, code, format!("/{member}/{index}"))));
        }
        if let Some(status) = &self.visa_status {
            found.push(("visa-statuses", status, "/visaStatus".to_owned()));
        }
        if let Some(reason) = self.non_enrolment.as_ref().and_then(|n| n.leaving_reason.as_ref()) {
            found.push(("leaving-reasons", reason, "/nonEnrolment/leavingReason".to_owned()));
        }
        found
    }
}

/// Something in a request that does not go together, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconsistency {
    pub pointer: String,
    pub code: &'static str,
    pub detail: &'static str,
}

impl SupportRequest {
    /// What of the request contradicts itself, all of it.
    pub fn inconsistencies(&self) -> Vec<Inconsistency> {
        let at = |pointer: String, code, detail| Inconsistency { pointer, code, detail };
        let mut found = Vec::new();
        if self.kind == ReferralKind::NonEnrolment && self.non_enrolment.is_none() {
            found.push(at("/nonEnrolment".into(), "required", "is needed for a non-enrolment"));
        }
        if self.kind == ReferralKind::ChronicAbsence && self.attendance.is_empty() {
            found.push(at("/attendance".into(), "required", "is needed for chronic absence"));
        }
        if self.continuing_support && self.continuing_support_grounds.is_none() {
            let place = "/continuingSupportGrounds".to_owned();
            found.push(at(place, "required", "is needed for continuing support"));
        }
        for (index, term) in self.attendance.iter().enumerate() {
            if term.possible_half_days == 0 && term.present_half_days > 0 {
                let place = format!("/attendance/{index}/possibleHalfDays");
                found.push(at(place, "too_small", "is 0, and half-days were attended"));
            } else if term.present_half_days > term.possible_half_days {
                let place = format!("/attendance/{index}/presentHalfDays");
                found.push(at(place, "too_large", "is more than possibleHalfDays"));
            }
            if self.attendance.iter().take(index).any(|earlier| earlier.term == term.term) {
                let place = format!("/attendance/{index}/term");
                found.push(at(place, "repeated", "is there twice"));
            }
        }
        found
    }

    /// The dates that can not lie in the future, and where they stand.
    pub fn dates(&self) -> Vec<(String, NaiveDate)> {
        let mut dates = Vec::new();
        dates.extend(self.whanau_told_on.map(|date| ("/whanauToldOn".to_owned(), date)));
        if let Some(told) = &self.non_enrolment {
            let last = told.last_day_attended;
            dates.extend(last.map(|date| ("/nonEnrolment/lastDayAttended".to_owned(), date)));
        }
        dates
    }
}

/// What the rules of a referral's life decide on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    pub id: ReferralId,
    pub provider_id: Option<ProviderId>,
    pub state: State,
}

/// What exists only in one state lives in that state's variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Submitted,
    Accepted { case_id: CaseId },
    Declined,
    Returned,
    Withdrawn,
    Redirected { successor_id: ReferralId },
    Resolved,
}

/// A decision as it is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    Accept,
    /// Code of the set `referral-decline-reasons`, and words.
    Decline {
        reason: Code,
        words: Option<Words>,
    },
    /// What is missing.
    Return {
        words: Words,
    },
    /// To another provider; code of the set `referral-redirect-reasons`.
    Redirect {
        to: ProviderId,
        reason: Code,
        words: Option<Words>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReferralError {
    #[error("a referral is decided once, and this one is already {0}")]
    AlreadyDecided(ReferralStatus),
    #[error("no provider is responsible for this referral: it is to be redirected to one")]
    NoProvider,
    #[error("the referral already is with this provider")]
    AlreadyWithProvider,
    #[error("only a returned referral is submitted again, and this one is not returned")]
    NotReturned(ReferralStatus),
    #[error("a referral that is {0} can not be withdrawn")]
    NotWithdrawable(ReferralStatus),
    #[error("a referral that is {0} is not resolved by an enrolment")]
    NotResolvable(ReferralStatus),
    #[error("a referral that is {0} was not resolved by an enrolment")]
    NotResolved(ReferralStatus),
    #[error("a referral that is {0} is in no case")]
    NotAccepted(ReferralStatus),
}

impl Referral {
    pub fn status(&self) -> ReferralStatus {
        match self.state {
            State::Submitted => ReferralStatus::Submitted,
            State::Accepted { .. } => ReferralStatus::Accepted,
            State::Declined => ReferralStatus::Declined,
            State::Returned => ReferralStatus::Returned,
            State::Withdrawn => ReferralStatus::Withdrawn,
            State::Redirected { .. } => ReferralStatus::Redirected,
            State::Resolved => ReferralStatus::Resolved,
        }
    }

    /// Takes a decision; accepting names the case that it opens or joins, redirecting the referral
    /// that follows at the other provider.
    pub fn decide(
        &mut self,
        decision: &Decision,
        case_id: CaseId,
        successor_id: ReferralId,
    ) -> Result<(), ReferralError> {
        if self.state != State::Submitted {
            return Err(ReferralError::AlreadyDecided(self.status()));
        }
        self.state = match decision {
            Decision::Accept if self.provider_id.is_none() => {
                return Err(ReferralError::NoProvider);
            }
            Decision::Accept => State::Accepted { case_id },
            Decision::Decline { .. } => State::Declined,
            Decision::Return { .. } => State::Returned,
            Decision::Redirect { to, .. } if self.provider_id == Some(*to) => {
                return Err(ReferralError::AlreadyWithProvider);
            }
            Decision::Redirect { .. } => State::Redirected { successor_id },
        };
        Ok(())
    }

    /// The sender takes it back, as long as nobody works on it.
    pub fn withdraw(&mut self) -> Result<(), ReferralError> {
        match self.state {
            State::Submitted | State::Returned => {
                self.state = State::Withdrawn;
                Ok(())
            }
            State::Accepted { .. }
            | State::Declined
            | State::Withdrawn
            | State::Redirected { .. }
            | State::Resolved => Err(ReferralError::NotWithdrawable(self.status())),
        }
    }

    /// The student turned out to be enrolled, before anybody decided.
    pub fn resolve(&mut self) -> Result<(), ReferralError> {
        match self.state {
            State::Submitted | State::Returned => {
                self.state = State::Resolved;
                Ok(())
            }
            State::Accepted { .. }
            | State::Declined
            | State::Withdrawn
            | State::Redirected { .. }
            | State::Resolved => Err(ReferralError::NotResolvable(self.status())),
        }
    }

    /// The sender sends it again with what was missing. The clocks go on from the first day.
    pub fn resubmit(&mut self) -> Result<(), ReferralError> {
        match self.state {
            State::Returned => {
                self.state = State::Submitted;
                Ok(())
            }
            State::Submitted
            | State::Accepted { .. }
            | State::Declined
            | State::Withdrawn
            | State::Redirected { .. }
            | State::Resolved => Err(ReferralError::NotReturned(self.status())),
        }
    }
}

impl Decision {
    pub fn outcome(&self) -> DecisionOutcome {
        match self {
            Self::Accept => DecisionOutcome::Accepted,
            Self::Decline { .. } => DecisionOutcome::Declined,
            Self::Return { .. } => DecisionOutcome::Returned,
            Self::Redirect { .. } => DecisionOutcome::Redirected,
        }
    }
}

#[cfg(test)]
mod tests;
