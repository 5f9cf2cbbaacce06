//! What a school asks for and why, as it sends it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::ReferralKind;
use crate::eligibility::Continuing;
use crate::terms::TermAttendance;
use crate::text::{Code, Line, LongText};

crate::closed_list! {
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
    pub reason: LongText,
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
    pub consent_notes: Option<LongText>,
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

/// Why support goes on past the age of 16: the student wants it, and there is somewhere to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContinuingSupport {
    /// The student wants to stay in school or to keep learning.
    pub student_wants_to_continue: bool,
    /// Where the student can be enrolled: a school, a course, an alternative pathway.
    pub enrolment_pathway: Line,
    /// The student is in the Ongoing Resourcing Scheme, and may stay at school longer.
    #[serde(default)]
    pub in_ongoing_resourcing_scheme: bool,
}

/// Something in a request that does not go together, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inconsistency {
    pub pointer: String,
    pub code: &'static str,
    pub detail: &'static str,
}

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

    /// What continuing support stands on, where it is asked for.
    pub fn continuing(&self) -> Option<Continuing> {
        let grounds = self.continuing_support_grounds.as_ref();
        let grounds = grounds.filter(|_| self.continuing_support)?;
        Some(Continuing {
            student_wants_to: grounds.student_wants_to_continue,
            in_ors: grounds.in_ongoing_resourcing_scheme,
        })
    }

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
