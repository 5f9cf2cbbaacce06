//! Whether what the contract requires before the withheld share is paid is met.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::meeting::ReviewMeeting;
use super::rule::{WithholdingRequirement, WithholdingRules};
use crate::duties::{DutyKind, DutyOutcome};
use crate::ids::DutyId;
use crate::measures::Measure;
use crate::submissions::{CountedFigures, FigureNumber, FigureStanding};
use crate::templates::FigureKind;

crate::closed_list! {
    /// Whether a requirement is met.
    RequirementResult: "Result of a requirement" / "Te hua o te herenga" {
        Met = "met": "Met" / "Kua tutuki",
        Unmet = "unmet": "Unmet" / "Kāore i tutuki",
        /// It can not be known yet: that is no reason to withhold.
        NotYet = "not_yet": "Not yet known" / "Kāore anō kia mōhiotia",
        /// Nothing of the contract is asked for it.
        NotApplicable = "not_applicable": "Does not apply" / "Kāore e hāngai ana",
    }
}

/// A requirement as a review judged it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Requirement {
    pub requirement: WithholdingRequirement,
    pub gate: bool,
    pub result: RequirementResult,
    /// The obligations that show it.
    pub evidence: Vec<DutyId>,
}

/// A duty of the contract, as evidence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DutyEvidence {
    pub id: DutyId,
    pub kind: DutyKind,
    pub due_on: NaiveDate,
    /// How it ended, and on which day.
    pub ended: Option<(DutyOutcome, NaiveDate)>,
}

/// What requirements are judged by.
#[derive(Clone, Copy, Debug)]
pub struct RequirementBasis<'a> {
    /// Duties of the contract for the term and its year.
    pub duties: &'a [DutyEvidence],
    pub figures: &'a CountedFigures,
    pub today: NaiveDate,
}

impl WithholdingRules {
    /// Each requirement with its result.
    pub fn judged(&self, basis: RequirementBasis<'_>) -> Vec<Requirement> {
        let each = self.requirements.iter().map(|rule| {
            let duties: Vec<DutyEvidence> = basis
                .duties
                .iter()
                .filter(|duty| rule.requirement.duties().contains(&duty.kind))
                .copied()
                .collect();
            Requirement {
                requirement: rule.requirement,
                gate: rule.gate,
                result: rule.requirement.result(&duties, basis),
                evidence: duties.iter().map(|duty| duty.id).collect(),
            }
        });
        each.collect()
    }
}

impl WithholdingRequirement {
    /// The duties that show it; none of what is counted, or comes of the meeting.
    pub fn duties(self) -> &'static [DutyKind] {
        match self {
            Self::PlanOnTime => &[DutyKind::ServiceDeliveryPlan],
            Self::ReportsOnTime => &[DutyKind::TermlyReport, DutyKind::FundReport],
            Self::Policies => &[DutyKind::PolicyConfirmation],
            Self::Security => &[DutyKind::SecurityAssurance],
            Self::TookPart
            | Self::SchoolContactFirst
            | Self::SchoolContactSecond
            | Self::WhanauContactFirst
            | Self::WhanauContactSecond
            | Self::ImprovedAttendance
            | Self::Enrolled => &[],
        }
    }

    fn result(self, duties: &[DutyEvidence], basis: RequirementBasis<'_>) -> RequirementResult {
        let number = |figure, measure, level| counted(basis.figures, figure, measure, level);
        match self {
            Self::PlanOnTime | Self::ReportsOnTime | Self::Policies | Self::Security => {
                in_time(duties, basis.today)
            }
            Self::TookPart => RequirementResult::NotYet,
            Self::SchoolContactFirst => {
                number(FigureKind::ServiceLevels, Measure::SchoolContact, 0)
            }
            Self::SchoolContactSecond => {
                number(FigureKind::ServiceLevels, Measure::SchoolContact, 1)
            }
            Self::WhanauContactFirst => {
                number(FigureKind::ServiceLevels, Measure::WhanauContact, 0)
            }
            Self::WhanauContactSecond => {
                number(FigureKind::ServiceLevels, Measure::WhanauContact, 1)
            }
            Self::ImprovedAttendance => {
                number(FigureKind::Outcomes, Measure::ImprovedAttendance, 0)
            }
            Self::Enrolled => number(FigureKind::Outcomes, Measure::Enrolled, 0),
        }
    }
}

/// Whether all that is due was done in time.
fn in_time(duties: &[DutyEvidence], today: NaiveDate) -> RequirementResult {
    let results: Vec<RequirementResult> = duties.iter().map(|duty| duty.result(today)).collect();
    let worst_first = [RequirementResult::Unmet, RequirementResult::NotYet, RequirementResult::Met];
    let found = worst_first.into_iter().find(|result| results.contains(result));
    found.unwrap_or(RequirementResult::NotApplicable)
}

impl DutyEvidence {
    fn result(&self, today: NaiveDate) -> RequirementResult {
        match self.ended {
            Some((DutyOutcome::Done, on)) if on <= self.due_on => RequirementResult::Met,
            Some((DutyOutcome::Done, _)) => RequirementResult::Unmet,
            Some((DutyOutcome::Waived | DutyOutcome::Lapsed, _)) => {
                RequirementResult::NotApplicable
            }
            None if self.due_on < today => RequirementResult::Unmet,
            None => RequirementResult::NotYet,
        }
    }
}

/// Whether a target is met. `level` counts the levels of a measure from the one with the fewest days.
fn counted(
    figures: &CountedFigures,
    figure: FigureKind,
    measure: Measure,
    level: usize,
) -> RequirementResult {
    let Some(item) = figures.items.iter().find(|item| item.figure == figure) else {
        return RequirementResult::NotApplicable;
    };
    match item.standing {
        FigureStanding::NotYet => return RequirementResult::NotYet,
        FigureStanding::Counted => {}
    }
    let mut levels: Vec<&FigureNumber> =
        item.numbers.iter().filter(|number| number.measure == measure).collect();
    levels.sort_by_key(|number| number.within_days);
    match levels.get(level) {
        Some(number) if number.met == Some(true) => RequirementResult::Met,
        Some(number) if number.met == Some(false) => RequirementResult::Unmet,
        Some(number) if number.pending > 0 => RequirementResult::NotYet,
        Some(_) | None => RequirementResult::NotApplicable,
    }
}

/// The requirements of a review once its meeting is known: the one on taking part is judged by it.
pub fn after_meeting(frozen: &[Requirement], meeting: Option<&ReviewMeeting>) -> Vec<Requirement> {
    let mut requirements = frozen.to_vec();
    if let Some(meeting) = meeting {
        let took_part = if meeting.provider_attended {
            RequirementResult::Met
        } else {
            RequirementResult::Unmet
        };
        for one in &mut requirements {
            if one.requirement == WithholdingRequirement::TookPart {
                one.result = took_part;
            }
        }
    }
    requirements
}
