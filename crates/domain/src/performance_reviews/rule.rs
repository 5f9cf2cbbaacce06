//! The list of what the contract requires before the withheld share is paid: parameters of a rule.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

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

impl WithholdingRules {
    /// Whether a requirement is listed twice.
    pub fn repeats(&self) -> bool {
        let all = self.requirements.iter();
        all.clone().enumerate().any(|(at, one)| {
            all.clone().take(at).any(|before| before.requirement == one.requirement)
        })
    }
}
