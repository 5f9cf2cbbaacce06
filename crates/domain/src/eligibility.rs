//! Whether a student may be referred, how strongly support is advised, and why: a pure function
//! that names every circumstance it looked at.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::attendance::OpenDays;
use crate::referrals::ReferralKind;
use crate::rules::{BaselineSource, BaselineWindow, EligibilityRules};
use crate::students::age_on;
use crate::terms::{Term, Terms, school_half_days};

mod claims;

pub use claims::{
    Contradiction, ImpossibleClaim, TermRecord, held_against_record, impossible_claims,
};

pub use crate::terms::TermAttendance;

crate::closed_list! {
    /// Strength of the advice to use the service for a student.
    Advice: "Advice" / "Te tohutohu" {
        HighlyRecommended = "highly_recommended": "Highly recommended" / "E tino tūtohutia ana",
        Consider = "consider": "Consider" / "Me whai whakaaro",
        /// Accepted with a warning: something should come first.
        Delay = "delay": "Delay" / "Me whakaroa",
        /// Refused, with the reason.
        DoNot = "do_not": "Do not refer" / "Kaua e tono",
    }
    /// A circumstance that decided the advice.
    Circumstance: "Circumstance" / "Te āhuatanga" {
        OutsideAgeRange = "outside_age_range": "Outside the age range" / "Kei waho i te whānuitanga pakeke",
        NotChronicallyAbsent = "not_chronically_absent": "Not chronically absent" / "Ehara i te ngarohanga nui rawa",
        NoBaseline = "no_baseline": "No baseline" / "Kāore he pae tīmata",
        InternationalWithoutVisa = "international_without_visa": "International student without a visa in force" / "He ākonga nō tāwāhi, kāore he visa e mana ana",
        AlreadyInOpenCase = "already_in_open_case": "Already in an open case" / "He kēhi tuwhera kē tōna",
        ContinuingSupport = "continuing_support": "Continuing support" / "He tautoko e haere tonu ana",
        NotEnrolled = "not_enrolled": "Not enrolled" / "Kāore i whakaurua",
        ChronicallyAbsent = "chronically_absent": "Chronically absent" / "He ngarohanga nui rawa",
        AttendedHalfOrLess = "attended_half_or_less": "Attended half of the time or less" / "I tae mō te haurua o te wā, iti iho rānei",
        SafetyAlert = "safety_alert": "Safety alert" / "He matohi haumaru",
        WhanauNotTold = "whanau_not_told": "Whānau not told" / "Kāore anō te whānau kia whakamōhiotia",
        NothingTriedBySchool = "nothing_tried_by_school": "Nothing tried by the school" / "Kāore anō te kura kia whakamātau i tētahi mahi",
    }
}

crate::closed_list! {
    /// A warning about a referral that was taken and may differ from what its sender meant.
    IntakeWarning: "Intake warning" / "Te whakatūpato o te tukunga" {
        /// In-school provision was asked for a student who is enrolled nowhere: the referral went
        /// to the catchment.
        NotInSchool = "not_in_school": "Not routed to the school's own team" / "Kāore i tukuna ki te rōpū a te kura",
    }
}

/// What continuing support stands on, when an enrolment pathway was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continuing {
    /// The student wants to stay in school or to keep learning.
    pub student_wants_to: bool,
    /// The student is in the Ongoing Resourcing Scheme.
    pub in_ors: bool,
}

/// What the advice is decided on.
#[derive(Clone, Copy, Debug)]
pub struct Facts {
    pub kind: ReferralKind,
    pub referral_date: NaiveDate,
    pub birth_date: NaiveDate,
    pub year_level: Option<i32>,
    /// None where it was not asked for.
    pub continuing_support: Option<Continuing>,
    /// The student is international and has no visa that allows school.
    pub international_without_visa: bool,
    pub baseline: Option<TermAttendance>,
    pub in_open_case: bool,
    pub whanau_told: bool,
    pub school_tried_something: bool,
    pub safety_alert: bool,
    /// In-school provision was asked for.
    pub asked_in_school: bool,
}

/// What of the facts is on record before anybody has written a referral.
#[derive(Clone, Copy, Debug)]
pub struct FactsOnRecord {
    pub kind: ReferralKind,
    pub referral_date: NaiveDate,
    pub birth_date: NaiveDate,
    pub year_level: Option<i32>,
    pub baseline: Option<TermAttendance>,
    pub in_open_case: bool,
    pub safety_alert: bool,
}

impl Facts {
    /// What a referral would be judged on if it were made, before anybody has written it: as if
    /// the school had told the whānau and tried something, since it asks that of itself first. The
    /// rest that only a person can say (a visa, support that goes on) is as nobody had said it.
    pub fn before_referral(known: FactsOnRecord) -> Self {
        let FactsOnRecord { kind, referral_date, birth_date, year_level, .. } = known;
        let FactsOnRecord { baseline, in_open_case, safety_alert, .. } = known;
        Self {
            kind,
            referral_date,
            birth_date,
            year_level,
            continuing_support: None,
            international_without_visa: false,
            baseline,
            in_open_case,
            whanau_told: true,
            school_tried_something: true,
            safety_alert,
            asked_in_school: false,
        }
    }
}

/// The advice, its grounds, and the attendance it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assessment {
    pub advice: Advice,
    pub circumstances: Vec<Circumstance>,
    pub baseline: Option<TermAttendance>,
    pub rule_version: String,
    /// Where what was sent contradicts the days on record.
    #[serde(default)]
    pub contradictions: Vec<Contradiction>,
    /// Nothing of referrals from before there were any.
    #[serde(default)]
    pub warnings: Vec<IntakeWarning>,
}

impl Assessment {
    /// The attendance that contradicts the baseline, if any does: the other one of claim and record.
    pub fn contradicting(&self) -> Option<TermAttendance> {
        let baseline = self.baseline?;
        let of_term = |found: &&Contradiction| found.claimed.term == baseline.term;
        self.contradictions.iter().find(of_term).map(|found| match found.counts {
            BaselineSource::Claimed => found.on_record,
            BaselineSource::Recorded => found.claimed,
        })
    }

    /// Whether a referral would be taken.
    pub fn meets_criteria(&self) -> bool {
        match self.advice {
            Advice::HighlyRecommended | Advice::Consider | Advice::Delay => true,
            Advice::DoNot => false,
        }
    }
}

/// Advice for a referral, with every circumstance that spoke for it.
pub fn assess(rules: &EligibilityRules, rule_version: &str, facts: &Facts) -> Assessment {
    let refused = refusals(rules, facts);
    let waiting = delays(facts);
    let mut for_it = recommendations(rules, facts);
    let (advice, circumstances) = if !refused.is_empty() {
        (Advice::DoNot, refused)
    } else if facts.in_open_case {
        (Advice::Consider, vec![Circumstance::AlreadyInOpenCase])
    } else if facts.safety_alert {
        // A child at risk does not wait for paperwork.
        for_it.extend(waiting);
        (Advice::HighlyRecommended, for_it)
    } else if !waiting.is_empty() {
        (Advice::Delay, waiting)
    } else if is_urgent(rules, facts) {
        (Advice::HighlyRecommended, for_it)
    } else {
        (Advice::Consider, for_it)
    };
    let rule_version = rule_version.to_owned();
    let not_in_school = facts.asked_in_school && !facts.kind.may_be_in_school();
    let warnings = not_in_school.then_some(IntakeWarning::NotInSchool).into_iter().collect();
    let (baseline, contradictions) = (facts.baseline, Vec::new());
    Assessment { advice, circumstances, baseline, rule_version, contradictions, warnings }
}

fn refusals(rules: &EligibilityRules, facts: &Facts) -> Vec<Circumstance> {
    let mut found = Vec::new();
    if !is_of_school_age(rules, facts) && !may_continue(rules, facts) {
        found.push(Circumstance::OutsideAgeRange);
    }
    if facts.international_without_visa {
        found.push(Circumstance::InternationalWithoutVisa);
    }
    if facts.kind == ReferralKind::ChronicAbsence {
        match facts.baseline {
            None => found.push(Circumstance::NoBaseline),
            Some(baseline) if !baseline.at_most_percent(rules.chronic_percent) => {
                found.push(Circumstance::NotChronicallyAbsent);
            }
            Some(_) => {}
        }
    }
    found
}

/// Ages 5 to 16, or Years 1 to 11: either is enough.
fn is_of_school_age(rules: &EligibilityRules, facts: &Facts) -> bool {
    let age = age_on(facts.birth_date, facts.referral_date);
    let by_age = (rules.minimum_age..=rules.maximum_age).contains(&age);
    let years = rules.minimum_year_level..=rules.maximum_year_level;
    by_age || facts.year_level.is_some_and(|level| years.contains(&level))
}

/// Older than that, as continuing support: the student wants it, until the end of the year of a
/// birthday. It never makes anybody eligible who is too young.
fn may_continue(rules: &EligibilityRules, facts: &Facts) -> bool {
    let Some(asked) = facts.continuing_support else { return false };
    let until =
        if asked.in_ors { rules.continuing_until_age_with_ors } else { rules.continuing_until_age };
    let year = |date: NaiveDate| i64::from(date.year());
    let in_time = year(facts.referral_date) <= year(facts.birth_date) + i64::from(until);
    let old_enough = age_on(facts.birth_date, facts.referral_date) >= rules.minimum_age;
    asked.student_wants_to && in_time && old_enough
}

fn delays(facts: &Facts) -> Vec<Circumstance> {
    let mut found = Vec::new();
    if facts.kind == ReferralKind::ChronicAbsence {
        if !facts.whanau_told {
            found.push(Circumstance::WhanauNotTold);
        }
        if !facts.school_tried_something {
            found.push(Circumstance::NothingTriedBySchool);
        }
    }
    found
}

fn recommendations(rules: &EligibilityRules, facts: &Facts) -> Vec<Circumstance> {
    let mut found = Vec::new();
    if facts.safety_alert {
        found.push(Circumstance::SafetyAlert);
    }
    match facts.kind {
        ReferralKind::NonEnrolment => found.push(Circumstance::NotEnrolled),
        ReferralKind::ChronicAbsence if is_urgent(rules, facts) => {
            found.push(Circumstance::AttendedHalfOrLess);
        }
        ReferralKind::ChronicAbsence => found.push(Circumstance::ChronicallyAbsent),
    }
    if facts.continuing_support.is_some() {
        found.push(Circumstance::ContinuingSupport);
    }
    found
}

fn is_urgent(rules: &EligibilityRules, facts: &Facts) -> bool {
    match facts.kind {
        ReferralKind::NonEnrolment => true,
        ReferralKind::ChronicAbsence => {
            facts.baseline.is_some_and(|baseline| baseline.at_most_percent(rules.urgent_percent))
        }
    }
}

/// The attendance a referral is measured against: by the rule's window the referral's term to date
/// when enough of it is on record, else the term before; `None` when neither has enough.
pub fn baseline(
    sent: &[TermAttendance],
    referral_date: NaiveDate,
    open: &OpenDays<'_>,
    rules: &EligibilityRules,
) -> Option<TermAttendance> {
    let enough = |term: &Term| {
        let recorded = sent.iter().find(|attendance| attendance.term == term.key)?;
        is_enough(recorded, term, open, rules).then_some(*recorded)
    };
    let fits = |term: &&Term| match rules.baseline_window {
        BaselineWindow::TermToDate => true,
        BaselineWindow::TermBefore => term.ends_on < referral_date,
    };
    baseline_terms(open.terms, referral_date).into_iter().filter(fits).find_map(enough)
}

/// Whether enough of a term is on record to measure against it.
pub fn is_enough(
    recorded: &TermAttendance,
    term: &Term,
    open: &OpenDays<'_>,
    rules: &EligibilityRules,
) -> bool {
    let whole = school_half_days(term, open.calendar, open.region);
    let on_record = recorded.possible_half_days;
    on_record > 0 && on_record * 100 >= whole * rules.minimum_record_percent
}

/// The terms that can be a referral's baseline, the one that is asked first in front: that of the
/// day, if there is one, and the last one that had ended.
pub fn baseline_terms(terms: &Terms, referral_date: NaiveDate) -> Vec<&Term> {
    let (current, before) = (terms.on(referral_date), terms.latest_before(referral_date));
    current.into_iter().chain(before).collect()
}

#[cfg(test)]
mod tests;
