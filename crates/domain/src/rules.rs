//! The thresholds that the rules use: data with a version and a date, not constants.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::duties::{DutyContradiction, DutyRules};
use crate::performance_reviews::WithholdingRules;

mod statutory;
mod versions;

pub use statutory::{StatutoryHoliday, StatutoryHolidayRules, statutory_holidays};
pub use versions::{Versioned, in_force};

crate::closed_list! {
    /// A rule whose parameters are data.
    Rule: "Rule" / "Te ture" {
        /// Who may be referred.
        Eligibility = "eligibility": "Eligibility" / "Te māraurau",
        /// The contract's numbers of contact.
        ServiceLevels = "service_levels": "Service levels" / "Ngā taumata ratonga",
        /// The contract's numbers of outcome.
        Outcomes = "outcomes": "Outcomes" / "Ngā hua",
        /// The days that no deadline of the law counts, beyond those of the calendars' own rules.
        StatutoryHolidays = "statutory_holidays": "Statutory holidays" / "Ngā hararei ā-ture",
        /// What is due of a contract, and when.
        Duties = "duties": "Duties" / "Ngā herenga",
        /// What the contract requires before the withheld share is paid.
        Withholding = "withholding": "Withholding payment" / "Te utu e puritia ana",
    }
}

/// The parameters of one of the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleParameters {
    Eligibility(EligibilityRules),
    ServiceLevels(ServiceLevelRules),
    Outcomes(OutcomeRules),
    StatutoryHolidays(StatutoryHolidayRules),
    Duties(DutyRules),
    Withholding(WithholdingRules),
}

/// Two parameters that contradict each other. What one may be by itself is in its schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RuleContradiction {
    /// The highest age is less than the lowest.
    MaximumAge,
    /// The highest year level is less than the lowest.
    MaximumYearLevel,
    /// More attendance counts as urgent than counts as chronic absence.
    UrgentPercent,
    /// The second level of contact with the school is not longer than the first.
    SchoolContact,
    /// The second level of contact with the whānau is not longer than the first.
    WhanauContact,
    /// Two holidays are of one day.
    RepeatedHoliday,
    Duties(DutyContradiction),
    /// A requirement is listed twice.
    RepeatedRequirement,
}

/// Who may be referred. Ages and years are the contract's; the share of the term that must be on
/// record and what counts as urgent are ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EligibilityRules {
    /// The lowest age at which a student is taken, in years.
    #[schema(minimum = 3, maximum = 30)]
    pub minimum_age: u32,
    /// The highest age at which a student is taken, in years.
    #[schema(minimum = 3, maximum = 30)]
    pub maximum_age: u32,
    /// The lowest year level of students who are taken.
    #[schema(minimum = 0, maximum = 13)]
    pub minimum_year_level: i32,
    /// The highest year level of students who are taken.
    #[schema(minimum = 0, maximum = 13)]
    pub maximum_year_level: i32,
    /// A student who attended this share of the term or less is chronically absent, in percent.
    #[schema(minimum = 1, maximum = 100)]
    pub chronic_percent: u32,
    /// The attendance that a referral is measured against; the term to date by default.
    #[serde(default)]
    pub baseline_window: BaselineWindow,
    /// How many referrals of one student and kind may wait at one school; one by default.
    #[serde(default)]
    pub waiting_referrals: WaitingReferrals,
    /// Whose attendance counts where the sender's contradicts the days on record; the sender's by
    /// default.
    #[serde(default)]
    pub baseline_source: BaselineSource,
    /// The two contradict each other from this difference on, in percentage points.
    #[serde(default = "five_points")]
    #[schema(minimum = 1, maximum = 100)]
    pub contradiction_points: u32,
    /// The share of the term's half-days that must be on record for a baseline, in percent.
    #[schema(minimum = 0, maximum = 100)]
    pub minimum_record_percent: u32,
    /// Support is highly recommended when this share or less was attended, in percent.
    #[schema(minimum = 0, maximum = 100)]
    pub urgent_percent: u32,
    /// Continuing support ends with the year of this birthday; 19 by default.
    #[serde(default = "until_nineteen")]
    #[schema(minimum = 16, maximum = 30)]
    pub continuing_until_age: u32,
    /// The same for a student in the Ongoing Resourcing Scheme; 21 by default.
    #[serde(default = "until_twenty_one")]
    #[schema(minimum = 16, maximum = 30)]
    pub continuing_until_age_with_ors: u32,
    /// A claim on another school's student opens by itself after so many school days without
    /// opposition; 10 by default (ours).
    #[serde(default = "claim_school_days")]
    #[schema(minimum = 1, maximum = 100)]
    pub claim_school_days: u16,
}

/// The law lets a student stay at school so long.
const fn until_nineteen() -> u32 {
    19
}

const fn until_twenty_one() -> u32 {
    21
}

fn claim_school_days() -> u16 {
    10
}

crate::closed_list! {
    /// Attendance that a referral is measured against, when enough of it is on record. The contract
    /// leaves it open.
    #[derive(Default)]
    BaselineWindow: "Window of the baseline" / "Te wā o te pae tīmata" {
        /// The referral's term to date, else the term before. The default, ours.
        #[default]
        TermToDate = "term_to_date": "The term to date, else the term before" / "Te wāhanga tae noa mai, te wāhanga o mua rānei",
        /// The last term that had ended before the referral, and no other.
        TermBefore = "term_before": "The term before" / "Te wāhanga o mua",
    }
}

crate::closed_list! {
    /// Effect of a referral that waits at a school, submitted or returned, on another one of that
    /// student and kind. The numbers count referrals.
    #[derive(Default)]
    WaitingReferrals: "Referrals that may wait" / "Ngā tono e āhei ana te tatari" {
        /// It is refused, and the answer leads to the one that waits. The default, ours.
        #[default]
        One = "one": "One at a time" / "Kotahi i te wā kotahi",
        /// It is taken, and counts for itself.
        Any = "any": "Any number" / "Ahakoa te maha",
    }
}

crate::closed_list! {
    /// Source of the baseline: the sender's claim or the attendance on record. Ours.
    #[derive(Default)]
    BaselineSource: "Source of the baseline" / "Te puna o te pae tīmata" {
        /// What the sender claims. The default: who refers a child answers for the figures.
        #[default]
        Claimed = "claimed": "Claimed by the sender" / "Nā te kaituku i kī",
        /// What is on record, where enough is.
        Recorded = "recorded": "On record" / "Kei ngā pūkete",
    }
}

const fn five_points() -> u32 {
    5
}

/// A level of a contact measure: so many percent within so many business days.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceLevel {
    /// The limit, in business days from the referral date.
    #[schema(minimum = 1, maximum = 366)]
    pub within_days: u16,
    /// The contract's target: this share or more within the limit, in percent.
    #[schema(minimum = 1, maximum = 100)]
    pub target_percent: u32,
}

crate::closed_list! {
    /// People to be reached for "student and whānau contact".
    WhanauContactMeans: "Meaning of contact with student and whānau" / "Te tikanga o te whakapā ki te ākonga me te whānau" {
        /// The student or the whānau, whoever comes first. The default, ours.
        Either = "either": "The student or the whānau" / "Te ākonga, te whānau rānei",
        /// Both; the later of the two counts.
        Both = "both": "The student and the whānau" / "Te ākonga me te whānau",
    }
}

/// The contract's minimum service levels for contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ServiceLevelRules {
    /// Two levels for contact with the school: 80 % within 5, 90 % within 10 business days.
    #[schema(min_items = 2, max_items = 2)]
    pub school_contact: [ServiceLevel; 2],
    /// Two levels for contact with the whānau: 80 % within 10, 90 % within 15 business days.
    #[schema(min_items = 2, max_items = 2)]
    pub whanau_contact: [ServiceLevel; 2],
    /// Whether contact with the student or the whānau counts, or only contact with both.
    pub whanau_contact_means: WhanauContactMeans,
    /// Whether a decision excuses from a deadline that had passed; it does by default.
    #[serde(default)]
    pub late_decision: LateDecision,
}

crate::closed_list! {
    /// Effect of a decision on a deadline that had passed before it: the referral was declined,
    /// withdrawn, redirected, or accepted into a case that was open already. Ours.
    #[derive(Default)]
    LateDecision: "Effect of a late decision" / "Te pānga o te whakatau tōmuri" {
        /// The referral does not count, whenever it was decided. The first versions say so.
        #[default]
        Excludes = "excludes": "Excludes the referral" / "Kāore te tono e tatauria",
        /// What was missed stays missed; only deadlines that had not passed are excused.
        MissedStays = "missed_stays": "Missed stays missed" / "Ka noho tonu te kore tutuki",
    }
}

impl RuleParameters {
    pub fn rule(&self) -> Rule {
        match self {
            Self::Eligibility(_) => Rule::Eligibility,
            Self::ServiceLevels(_) => Rule::ServiceLevels,
            Self::Outcomes(_) => Rule::Outcomes,
            Self::StatutoryHolidays(_) => Rule::StatutoryHolidays,
            Self::Duties(_) => Rule::Duties,
            Self::Withholding(_) => Rule::Withholding,
        }
    }

    /// What in them contradicts itself; empty when they can decide.
    pub fn contradictions(&self) -> Vec<RuleContradiction> {
        let checked = match self {
            Self::Eligibility(rules) => rules.checked(),
            Self::ServiceLevels(rules) => rules.checked(),
            Self::Outcomes(_) => Vec::new(),
            Self::StatutoryHolidays(rules) => {
                vec![(rules.repeated(), RuleContradiction::RepeatedHoliday)]
            }
            Self::Duties(rules) => {
                let found = rules.contradictions().into_iter();
                found.map(|found| (true, RuleContradiction::Duties(found))).collect()
            }
            Self::Withholding(rules) => {
                vec![(rules.repeats(), RuleContradiction::RepeatedRequirement)]
            }
        };
        let found = checked.into_iter().filter(|(contradicts, _)| *contradicts);
        found.map(|(_, contradiction)| contradiction).collect()
    }
}

/// What may contradict itself, and whether it does.
type Checked = (bool, RuleContradiction);

impl EligibilityRules {
    fn checked(&self) -> Vec<Checked> {
        vec![
            (self.maximum_age < self.minimum_age, RuleContradiction::MaximumAge),
            (
                self.maximum_year_level < self.minimum_year_level,
                RuleContradiction::MaximumYearLevel,
            ),
            (self.urgent_percent > self.chronic_percent, RuleContradiction::UrgentPercent),
        ]
    }
}

impl ServiceLevelRules {
    /// A number is asked for by its days, so no measure has two levels of the same days.
    fn checked(&self) -> Vec<Checked> {
        let [school, whanau] = [&self.school_contact, &self.whanau_contact]
            .map(|[first, second]| second.within_days <= first.within_days);
        vec![(school, RuleContradiction::SchoolContact), (whanau, RuleContradiction::WhanauContact)]
    }
}

crate::closed_list! {
    /// Unit in which "improved by at least 25 %" is measured.
    Improvement: "Measure of an improvement" / "Te ine o te pikinga" {
        /// As a share of the baseline: from 40 % to 50 %. The default, ours.
        Relative = "relative": "As a share of the baseline" / "Hei ōwehenga o te pae tīmata",
        /// In percentage points: from 40 % to 65 %.
        Points = "points": "In percentage points" / "Hei pūwāhi ōrau",
    }
}

/// The contract's service levels for outcomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OutcomeRules {
    /// The rule on chronically absent students.
    pub improved_attendance: ImprovedAttendanceRule,
    /// The rule on students who are enrolled nowhere.
    pub enrolled: EnrolledRule,
    /// The provider whose outcome it is when the case was transferred; the first one by default.
    #[serde(default)]
    pub after_transfer: AfterTransfer,
    /// Whether a decision excuses from an outcome that was known already; it does by default.
    #[serde(default)]
    pub late_decision: LateDecision,
}

crate::closed_list! {
    /// Provider to which the outcome of a transferred case belongs. Contact always belongs to the
    /// first provider: its deadlines run from the referral. Ours.
    #[derive(Default)]
    AfterTransfer: "Provider of an outcome after a transfer" / "Te kaiwhakarato o te hua i muri i te whakawhitinga" {
        /// Of the provider that the referral was with. The default.
        #[default]
        FirstProvider = "first_provider": "The first provider" / "Te kaiwhakarato tuatahi",
        /// Of the provider that had the case on the outcome's last day.
        LastProvider = "last_provider": "The last provider" / "Te kaiwhakarato whakamutunga",
    }
}

/// Chronically absent students: attendance in the term after the term following the referral. The
/// share on record is ours, the other numbers are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ImprovedAttendanceRule {
    /// Met when more than this share of the outcome term was attended, in percent.
    #[schema(minimum = 0, maximum = 100)]
    pub over_percent: u32,
    /// Met also when attendance rose by this much or more on the baseline, in percent or points.
    #[schema(minimum = 1, maximum = 100)]
    pub improved_by: u32,
    /// Whether a rise is measured as a share of the baseline or in percentage points.
    pub improvement: Improvement,
    /// The share of the outcome term's half-days that must be on record, in percent.
    #[schema(minimum = 0, maximum = 100)]
    pub minimum_record_percent: u32,
    /// How a referral counts when nothing of its outcome term is on record; it is excluded by
    /// default.
    #[serde(default)]
    pub no_record: NoRecord,
    /// The contract's target: this share or more improved, in percent.
    #[schema(minimum = 1, maximum = 100)]
    pub target_percent: u32,
}

crate::closed_list! {
    /// How a referral counts when nothing of its outcome term is on record.
    #[derive(Default)]
    NoRecord: "Referral without a record of its outcome term" / "Te tono kāore he pūkete o tōna wāhanga hua" {
        /// As with too little on record: it is excluded. The default, ours.
        #[default]
        Excluded = "excluded": "Excluded" / "Kāore e tatauria",
        /// It is missed: nobody showed that attendance improved.
        Missed = "missed": "Missed" / "Kāore i tutuki",
    }
}

/// Students enrolled nowhere: enrolled in time, of those whose contact details were up to date.
/// What counts as up to date is ours, the other numbers are the contract's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EnrolledRule {
    /// The limit, in business days from the referral date.
    #[schema(minimum = 1, maximum = 366)]
    pub within_days: u16,
    /// The contract's target: this share or more enrolled, in percent.
    #[schema(minimum = 1, maximum = 100)]
    pub target_percent: u32,
    /// Contact details confirmed so many calendar days or fewer before the referral are up to date.
    #[schema(minimum = 1, maximum = 366)]
    pub confirmed_within_days: u16,
    /// Contact details confirmed so many business days or fewer after the referral are up to date
    /// too.
    #[schema(minimum = 1, maximum = 366)]
    pub confirmed_within_business_days: u16,
    /// Whether reaching the student or the whānau confirms the details, as somebody's word does; it
    /// does not by default.
    #[serde(default)]
    pub contact_confirms: bool,
}

#[cfg(test)]
mod tests;
