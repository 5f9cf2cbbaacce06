//! The clocks of referrals: started on intake, stopped by contacts, counted into service levels.

use ascms_domain::eligibility::TermAttendance;
use ascms_domain::measures::{
    ContactMeasure, DayCount, DaysToContact, Departed, Excluded, ReferralInputs, Standing, due_on,
    targets,
};
use ascms_domain::outcomes::{AttendanceInputs, Baseline, ContactDetails, KnownTerm, OutcomeTerm};
use ascms_domain::rules::{ServiceLevelRules, WhanauContactMeans};
use ascms_domain::terms::TermKey;
use chrono::NaiveDate;

use crate::gate;
use crate::reach::rows::referral_clock::Model;
use crate::reference::calendars::Calendars;
use crate::store::error::StoreError;

mod ahead;
mod attended;
mod cell_counts;
mod changes;
mod classes;
mod clocks;
mod course;
mod empty;
mod facts;
mod groups;
mod judgement;
mod known;
mod marks;
mod members;
mod owners;
mod scope;
mod touched;
pub(crate) mod versions;
mod volumes;
mod whose;

pub use changes::{ChangesAsked, MeasureChange, MeasureChanges};
pub use empty::NOT_STATED;
pub use groups::{Group, Groups, Measures};
pub use judgement::MadeBy;
pub use members::{MemberFilter, MemberKey, MemberRow, Members};
pub use scope::{Scope, UNASSIGNED};
pub use volumes::{VolumeGroup, Volumes};

pub(crate) use cell_counts::{AllCellCounts, CellCounts};
pub(crate) use clocks::{ClockPlace, KnownStudent, NewClock, place, start};
pub(crate) use facts::{ClockScope, recompute_clocks};
pub(crate) use groups::{ContractNumbers, ContractReferrals};
pub(crate) use touched::{TouchedClocks, count_touched, next_touched};

/// A contact deadline of a case, and how it stands today.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    pub measure: ContactMeasure,
    pub within_days: u16,
    pub due_on: NaiveDate,
    pub reached_on: Option<NaiveDate>,
    pub standing: Standing,
}

/// The contact deadlines of a case: what is due when, and what is done.
pub(crate) fn deadlines(
    case: &gate::case::CaseRow,
    rules: &ServiceLevelRules,
    calendars: &Calendars,
    today: NaiveDate,
) -> Result<Vec<Deadline>, StoreError> {
    let means = rules.whanau_contact_means;
    let days = day_counts(case.school_days, case.student_days, case.whanau_days);
    let at = day_count(case.departed_on, case.departed_days);
    let departed = case.departure.zip(at).map(|(why, at)| Departed { why, at });
    // The referral that opens a case is excluded by no decision.
    let referral = ReferralInputs { exclusion: None, departed };
    let each = targets(rules).into_iter().map(|target| {
        let (measure, within_days) = (target.measure, target.level.within_days);
        let referred = case.case.referral_date;
        let due_on = due_on(referred, within_days, &calendars.contract, case.holiday_region)?;
        let reached_on = reached_on(case, measure, means);
        let (days, late) = (days.of(measure, means), rules.late_decision);
        let standing = referral.contact(days, within_days, late, due_on, today).standing();
        Ok(Deadline { measure, within_days, due_on, reached_on, standing })
    });
    each.collect()
}

fn reached_on(
    case: &gate::case::CaseRow,
    measure: ContactMeasure,
    means: WhanauContactMeans,
) -> Option<NaiveDate> {
    let (student, whanau) = (case.student_reached_on, case.whanau_reached_on);
    match (measure, means) {
        (ContactMeasure::SchoolContact, _) => case.school_reached_on,
        (ContactMeasure::WhanauContact, WhanauContactMeans::Either) => {
            student.into_iter().chain(whanau).min()
        }
        (ContactMeasure::WhanauContact, WhanauContactMeans::Both) => {
            student.zip(whanau).map(|(student, whanau)| Ord::max(student, whanau))
        }
    }
}

/// A column as the rules count it. A schema check keeps it from being negative.
fn count(column: Option<i32>) -> Option<u16> {
    column.and_then(|days| u16::try_from(days).ok())
}

/// A day beside its count.
fn day_count(on: Option<NaiveDate>, days: Option<i32>) -> Option<DayCount> {
    on.zip(count(days)).map(|(on, days)| DayCount { on, days })
}

impl Model {
    /// What of the referral itself decides for every measure.
    fn referral(&self) -> ReferralInputs {
        let at = day_count(self.departed_on, self.departed_days);
        let departed = self.departure.zip(at).map(|(why, at)| Departed { why, at });
        let decided = day_count(self.excluded_on, self.excluded_days);
        let exclusion = self.exclusion.map(|why| Excluded { why, decided });
        ReferralInputs { exclusion, departed }
    }

    /// Business days to contact.
    pub fn days_to_contact(&self) -> DaysToContact {
        day_counts(self.school_days, self.student_days, self.whanau_days)
    }

    /// What improved attendance is judged on.
    pub fn attendance(&self) -> AttendanceInputs {
        let half_days = |count: i32| u32::try_from(count).unwrap_or(0);
        let attended = |term, present, possible| TermAttendance {
            term,
            possible_half_days: half_days(possible),
            present_half_days: half_days(present),
        };
        let term: Option<TermKey> = self.outcome_term.as_ref().and_then(|term| term.parse().ok());
        let known = self.outcome_ends_on.zip(self.outcome_half_days);
        let known = known.map(|(ends_on, all)| KnownTerm { ends_on, half_days: half_days(all) });
        let outcome = term.map(|term| OutcomeTerm {
            attended: attended(term, self.outcome_present, self.outcome_possible),
            known,
        });
        let baseline = self.baseline_present.zip(self.baseline_possible);
        let baseline = baseline.map(|(present, all)| Baseline {
            present_half_days: half_days(present),
            possible_half_days: half_days(all),
        });
        AttendanceInputs { baseline, outcome }
    }

    /// The attendance that contradicts the baseline, if any does.
    pub fn contradicting(&self) -> Option<Baseline> {
        let half_days = |count: i32| u32::try_from(count).unwrap_or(0);
        let both = self.contradicting_present.zip(self.contradicting_possible);
        both.map(|(present, all)| Baseline {
            present_half_days: half_days(present),
            possible_half_days: half_days(all),
        })
    }

    /// When contact details were confirmed.
    pub fn contact_details(&self) -> ContactDetails {
        ContactDetails {
            before: day_count(self.confirmed_before_on, self.confirmed_before_days),
            after: day_count(self.confirmed_after_on, self.confirmed_after_days),
            reached_before: day_count(self.reached_before_on, self.reached_before_days),
            reached_after: day_count(self.reached_after_on, self.reached_after_days),
        }
    }

    /// The enrolment that counts.
    pub fn enrolled(&self) -> Option<DayCount> {
        day_count(self.enrolled_on, self.enrolled_days)
    }
}

/// The columns as the rules count them. A schema check keeps them from being negative.
pub(crate) fn day_counts(
    school: Option<i32>,
    student: Option<i32>,
    whanau: Option<i32>,
) -> DaysToContact {
    DaysToContact { school: count(school), student: count(student), whanau: count(whanau) }
}
