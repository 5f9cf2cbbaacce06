//! What a school asks for and why, as it sends it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::kind::ReferralKind;
use crate::code_locations::CodeLocation;
use crate::date_locations::DateLocation;
use crate::eligibility::Continuing;
use crate::terms::TermAttendance;
use crate::text::{Code, Line, LongText};

crate::closed_list! {
    /// The sender of the report that a student is enrolled nowhere.
    NonEnrolmentSender: "Sender of a non-enrolment" / "Te kaituku o te kore whakaurunga" {
        School = "school": "School" / "Te kura",
        EnrolmentRegister = "enrolment_register": "National enrolment register" / "Te rēhita whakaurunga ā-motu",
    }
}

/// What is asked for and why, as sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SupportRequest {
    /// Chronic absence, or no enrolment.
    pub kind: ReferralKind,
    /// Why the sender asks for support. Personal data.
    pub reason: LongText,
    /// Barriers that keep the student from school: codes of the set `barriers`. Personal data.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub barriers: Vec<Code>,
    /// Steps that the school took before it asked for support.
    pub school_response: SchoolResponse,
    /// Agencies that are involved: codes of the set `agencies`. Personal data.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub agencies: Vec<Code>,
    /// Dangers that visitors should know of: codes of the set `safety-alerts`. Personal data.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub safety_alerts: Vec<Code>,
    /// The day on which the whānau was told of the referral; missing when they were not.
    pub whanau_told_on: Option<NaiveDate>,
    /// What the student and the whānau said about consent. Personal data.
    pub consent_notes: Option<LongText>,
    /// Attendance in the present term and the one before; required for chronic absence.
    #[serde(default)]
    #[schema(max_items = 4)]
    pub attendance: Vec<TermAttendance>,
    /// Whether support is to go on past the age of 16.
    #[serde(default)]
    pub continuing_support: bool,
    /// The grounds for continuing support; required where it is asked for.
    #[serde(default)]
    pub continuing_support_grounds: Option<ContinuingSupport>,
    /// Visa of an international student, a code of the set `visa-statuses`. Personal data.
    pub visa_status: Option<Code>,
    /// What the sender knows about a student who is enrolled nowhere; required for such a student.
    pub non_enrolment: Option<NonEnrolment>,
}

/// What the school already tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SchoolResponse {
    /// Steps of the Stepped Attendance Response that the school took: codes of the set
    /// `star-steps`.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub star_steps: Vec<Code>,
    /// Whether the school has an attendance management plan in place.
    pub attendance_management_plan: bool,
    /// Whether the school tried a plan of the student's own.
    pub individual_plan_tried: bool,
}

/// How a student came to be enrolled nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NonEnrolment {
    /// The sender: a school, or the enrolment register.
    pub sender: NonEnrolmentSender,
    /// The last day on which the student was at school.
    pub last_day_attended: Option<NaiveDate>,
    /// The day on which the student left the last school.
    pub left_on: Option<NaiveDate>,
    /// Why the student left, a code of the set `leaving-reasons`. Personal data.
    pub leaving_reason: Option<Code>,
    /// The school that the student is thought to go to. Personal data.
    pub intended_school: Option<Line>,
    /// The region that the student is thought to have gone to. Personal data.
    pub intended_region: Option<Line>,
}

/// The visa status that bars an international student from the service.
pub const NO_VISA: &str = "none";

/// Why support goes on past the age of 16: the student wants it, and there is somewhere to learn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContinuingSupport {
    /// Whether the student wants to stay in school or to keep learning.
    pub student_wants_to_continue: bool,
    /// Where the student can be enrolled: a school, a course, an alternative pathway. Personal
    /// data.
    pub enrolment_pathway: Line,
    /// Whether the student is in the Ongoing Resourcing Scheme, and so may stay at school longer.
    #[serde(default)]
    pub in_ongoing_resourcing_scheme: bool,
}

/// Something in a request that does not go together. Places in lists are counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inconsistency {
    /// A non-enrolment says nothing of how the student came to be enrolled nowhere.
    NonEnrolmentMissing,
    /// Chronic absence is asked about without attendance.
    AttendanceMissing,
    /// Continuing support is asked for without its grounds.
    GroundsMissing,
    /// In the term at this place half-days were attended, and none were possible.
    NoHalfDaysPossible(usize),
    /// In the term at this place more half-days were attended than were possible.
    MoreThanPossible(usize),
    /// The term at this place stands before it already.
    TermRepeated(usize),
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

    /// Every code that the request names, and where.
    pub fn codes(&self) -> Vec<(CodeLocation, &Code)> {
        let mut found = Vec::new();
        found.extend(listed(&self.barriers, CodeLocation::Barrier));
        found.extend(listed(&self.school_response.star_steps, CodeLocation::StarStep));
        found.extend(listed(&self.agencies, CodeLocation::Agency));
        found.extend(listed(&self.safety_alerts, CodeLocation::SafetyAlert));
        let visa_status = self.visa_status.as_ref();
        found.extend(visa_status.map(|status| (CodeLocation::VisaStatus, status)));
        let reason = self.non_enrolment.as_ref().and_then(|sent| sent.leaving_reason.as_ref());
        found.extend(reason.map(|reason| (CodeLocation::LeavingReason, reason)));
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
        let mut found = Vec::new();
        if self.kind == ReferralKind::NonEnrolment && self.non_enrolment.is_none() {
            found.push(Inconsistency::NonEnrolmentMissing);
        }
        if self.kind == ReferralKind::ChronicAbsence && self.attendance.is_empty() {
            found.push(Inconsistency::AttendanceMissing);
        }
        if self.continuing_support && self.continuing_support_grounds.is_none() {
            found.push(Inconsistency::GroundsMissing);
        }
        for (index, term) in self.attendance.iter().enumerate() {
            if term.possible_half_days == 0 && term.present_half_days > 0 {
                found.push(Inconsistency::NoHalfDaysPossible(index));
            } else if term.present_half_days > term.possible_half_days {
                found.push(Inconsistency::MoreThanPossible(index));
            }
            if self.attendance.iter().take(index).any(|earlier| earlier.term == term.term) {
                found.push(Inconsistency::TermRepeated(index));
            }
        }
        found
    }

    /// The dates that can not lie in the future, and where they stand.
    pub fn dates(&self) -> Vec<(DateLocation, NaiveDate)> {
        let told = self.whanau_told_on.map(|date| (DateLocation::WhanauToldOn, date));
        let last = self.non_enrolment.as_ref().and_then(|sent| sent.last_day_attended);
        let last = last.map(|date| (DateLocation::LastDayAttended, date));
        told.into_iter().chain(last).collect()
    }
}

/// The codes of a list, each with where it stands.
fn listed(
    codes: &[Code],
    location: fn(usize) -> CodeLocation,
) -> impl Iterator<Item = (CodeLocation, &Code)> {
    codes.iter().enumerate().map(move |(index, code)| (location(index), code))
}
