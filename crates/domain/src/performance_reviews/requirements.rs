//! What the contract requires before the withheld share is paid, and whether it is met.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ReviewMeeting;
use crate::duties::{DutyKind, DutyOutcome};
use crate::ids::DutyId;
use crate::measures::Measure;
use crate::submissions::{CountedFigures, FigureNumber, FigureStanding};
use crate::templates::FigureKind;

crate::closed_list! {
    /// A requirement for the withholding payment.
    WithholdingRequirement: "Requirement for the withholding payment" / "Te herenga mō te utu e puritia ana" {
        /// The service delivery plan of the year was submitted in time.
        PlanOnTime = "plan_on_time": "Plan on time" / "Te mahere i te wā tika",
        /// The provider took part in the meeting of the review.
        TookPart = "took_part": "Took part in the review" / "I whai wāhi ki te arotake",
        /// The reports on the term were submitted in time.
        ReportsOnTime = "reports_on_time": "Reports on time" / "Ngā pūrongo i te wā tika",
        /// The first level of contact with the school.
        SchoolContactFirst = "school_contact_first": "Contact with the school, first level" / "Te whakapā ki te kura, taumata tuatahi",
        /// The second level of contact with the school.
        SchoolContactSecond = "school_contact_second": "Contact with the school, second level" / "Te whakapā ki te kura, taumata tuarua",
        /// The first level of contact with the student and whānau.
        WhanauContactFirst = "whanau_contact_first": "Contact with student and whānau, first level" / "Te whakapā ki te ākonga me te whānau, taumata tuatahi",
        /// The second level of contact with the student and whānau.
        WhanauContactSecond = "whanau_contact_second": "Contact with student and whānau, second level" / "Te whakapā ki te ākonga me te whānau, taumata tuarua",
        /// The target of improved attendance.
        ImprovedAttendance = "improved_attendance": "Improved attendance" / "Te pikinga o te tae ā-kura",
        /// The target of enrolment.
        Enrolled = "enrolled": "Enrolment" / "Te whakaurunga",
        /// The policies of the year were confirmed in time.
        Policies = "policies": "Policies confirmed" / "Kua whakaūngia ngā kaupapa here",
        /// The security of the year was assured in time.
        Security = "security": "Security assured" / "Kua whakaūngia te haumarutanga",
    }
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

/// The requirements for the withholding payment. The list and the two first gates are ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct WithholdingRules {
    /// Each requirement once, in the order in which reviews show them.
    #[schema(min_items = 1, max_items = 20)]
    pub requirements: Vec<RequirementRule>,
}

/// A requirement, as the rule lists it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequirementRule {
    /// The requirement.
    pub requirement: WithholdingRequirement,
    /// Whether it is a gate: a release while it is unmet gives a reason, and a second person confirms the decision.
    pub gate: bool,
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
    /// Whether a requirement is listed twice.
    pub fn repeats(&self) -> bool {
        let all = self.requirements.iter();
        all.clone().enumerate().any(|(at, one)| {
            all.clone().take(at).any(|before| before.requirement == one.requirement)
        })
    }

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
