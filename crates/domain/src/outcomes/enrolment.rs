//! Enrolled: within 50 business days, of the students whose contact details were up to date. At a
//! school, or in an appropriate alternative education pathway.

use chrono::{Days, NaiveDate};

use crate::calendar::{Calendar, OutOfRange, Region};
use crate::measures::{
    DayCount, Exclusion, MeasureResult, ReferralExclusion, ReferralInputs, due_on, first_pending,
};
use crate::rules::{EnrolledRule, OutcomeRules};

crate::closed_list! {
    /// The record that shows an enrolment. Of several that began on one day, the first in this list
    /// is shown.
    EnrolledBy: "Proof of enrolment" / "Te taunaki o te whakaurunga" {
        /// An enrolment at a school.
        Enrolment = "enrolment": "Enrolment at a school" / "He whakaurunga ki te kura",
        /// A statement that the student is on an alternative education pathway.
        PathwayStatement = "pathway_statement": "Statement of an alternative pathway" / "He kī mō tētahi ara mātauranga kē",
        /// The closure of a case, which names the pathway.
        PathwayAtClosure = "pathway_at_closure": "Alternative pathway at the closure" / "He ara mātauranga kē i te katinga",
    }
}

/// Something that counts as enrolled, from its first day on. Ordered by the day.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Begun {
    pub on: NaiveDate,
    pub by: EnrolledBy,
    /// Code of the set `alternative-pathways`; none of a school.
    pub pathway: Option<String>,
}

/// The enrolment that counts, and what says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Enrolled {
    pub at: DayCount,
    pub by: EnrolledBy,
    pub pathway: Option<String>,
}

/// What `enrolled` is judged on. The deadlines follow from the referral date and the rule; the rest
/// is what a referral's row keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolmentInputs {
    /// The first day of the first enrolment that began after the referral, in business days. A day
    /// ahead is no enrolment yet: it may still be called off.
    pub enrolled: Option<DayCount>,
    pub contact_details: ContactDetails,
    pub deadlines: EnrolmentDeadlines,
}

/// When somebody made sure how the whānau is reached: what makes contact details up to date under
/// any version of the rule.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ContactDetails {
    /// The last confirmation up to the referral's day, in calendar days before it.
    pub before: Option<DayCount>,
    /// The first confirmation after it, in business days.
    pub after: Option<DayCount>,
    /// The last day up to the referral's on which the student or the whānau was reached, in
    /// calendar days before it: that, too, shows that the details are right.
    pub reached_before: Option<DayCount>,
    /// The first such day after it, in business days.
    pub reached_after: Option<DayCount>,
}

/// The dates that a rule draws from the referral's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolmentDeadlines {
    /// The first and the last day on which a confirmation of contact details counts.
    pub confirmed_from: NaiveDate,
    pub confirm_by: NaiveDate,
    /// The last day on which an enrolment is in time.
    pub due_on: NaiveDate,
}

/// For many rows: the earliest referral dates, of one region, whose deadlines are today or later.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EnrolmentCutOffs {
    /// Referrals from this day on may still be enrolled in time.
    pub enrolment_ahead_from: NaiveDate,
    /// Contact details of referrals from this day on may still be confirmed in time.
    pub confirmation_ahead_from: NaiveDate,
}

/// The enrolment that counts: the first to begin on the referral's day or later, at a school or on
/// an alternative education pathway. `begun` are those of the student, in any order.
pub fn enrolled(
    referral_date: NaiveDate,
    begun: &[Begun],
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<Option<Enrolled>, OutOfRange> {
    let first = begun.iter().filter(|begun| begun.on >= referral_date).min();
    let counted = first.map(|first| {
        let at = DayCount::business(referral_date, first.on, calendar, region)?;
        Ok(Enrolled { at, by: first.by, pathway: first.pathway.clone() })
    });
    counted.transpose()
}

impl ContactDetails {
    /// From the days on which any whānau contact with a phone number, an e-mail or a postal address
    /// was confirmed, and from those on which the student or the whānau was reached; in any order.
    pub fn confirmed(
        referral_date: NaiveDate,
        confirmed: &[NaiveDate],
        reached: &[NaiveDate],
        calendar: &Calendar,
        region: Option<Region>,
    ) -> Result<Self, OutOfRange> {
        let nearest = |days: &[NaiveDate]| nearest(referral_date, days, calendar, region);
        let (before, after) = nearest(confirmed)?;
        let (reached_before, reached_after) = nearest(reached)?;
        Ok(Self { before, after, reached_before, reached_after })
    }

    /// Up to date, by what has happened until `today`.
    pub fn are_current(&self, rule: &EnrolledRule, today: NaiveDate) -> bool {
        let around = |before: Option<DayCount>, after: Option<DayCount>| {
            let within =
                |day: Option<DayCount>, days| day.is_some_and(|day| day.is_within(days, today));
            within(before, rule.confirmed_within_days)
                || within(after, rule.confirmed_within_business_days)
        };
        around(self.before, self.after)
            || (rule.contact_confirms && around(self.reached_before, self.reached_after))
    }
}

/// The last of some days up to the referral's, in calendar days before it, and the first after it,
/// in business days.
fn nearest(
    referral_date: NaiveDate,
    days: &[NaiveDate],
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<(Option<DayCount>, Option<DayCount>), OutOfRange> {
    let before = days.iter().copied().filter(|day| *day <= referral_date).max();
    let before = before.map(|on| {
        let days = referral_date.signed_duration_since(on).num_days();
        DayCount { on, days: u16::try_from(days).unwrap_or(u16::MAX) }
    });
    let after = days.iter().copied().filter(|day| *day > referral_date).min();
    let after = after.map(|on| DayCount::business(referral_date, on, calendar, region));
    Ok((before, after.transpose()?))
}

impl EnrolmentDeadlines {
    pub fn of(
        referral_date: NaiveDate,
        rule: &EnrolledRule,
        calendar: &Calendar,
        region: Option<Region>,
    ) -> Result<Self, OutOfRange> {
        let before = Days::new(rule.confirmed_within_days.into());
        let confirmed_from = referral_date.checked_sub_days(before);
        let business = rule.confirmed_within_business_days;
        Ok(Self {
            confirmed_from: confirmed_from.ok_or(OutOfRange { date: referral_date })?,
            confirm_by: due_on(referral_date, business, calendar, region)?,
            due_on: due_on(referral_date, rule.within_days, calendar, region)?,
        })
    }
}

impl EnrolmentCutOffs {
    pub fn on(
        today: NaiveDate,
        rule: &EnrolledRule,
        calendar: &Calendar,
        region: Option<Region>,
    ) -> Result<Self, OutOfRange> {
        let business = rule.confirmed_within_business_days;
        Ok(Self {
            enrolment_ahead_from: first_pending(today, rule.within_days, calendar, region)?,
            confirmation_ahead_from: first_pending(today, business, calendar, region)?,
        })
    }
}

impl EnrolmentInputs {
    /// How the referral counts. Whose contact details are not up to date is no member of the
    /// denominator, enrolled or not; until their confirmation is too late, that is undecided.
    pub fn classify(
        &self,
        referral: &ReferralInputs,
        rules: &OutcomeRules,
        today: NaiveDate,
    ) -> MeasureResult {
        let rule = &rules.enrolled;
        if let Some(why) = self.exclusion(referral, rules) {
            return MeasureResult::Excluded(why.into());
        }
        let EnrolmentDeadlines { confirm_by, due_on, .. } = self.deadlines;
        if !self.contact_details.are_current(rule, today) {
            let not_current = if confirm_by >= today {
                MeasureResult::Pending
            } else {
                MeasureResult::Excluded(Exclusion::ContactDetailsNotCurrent)
            };
            let business = rule.confirmed_within_business_days;
            return referral.departed_within(business, today).unwrap_or(not_current);
        }
        if self.enrolled.is_some_and(|day| day.is_within(rule.within_days, today)) {
            return MeasureResult::Met;
        }
        let unmet = MeasureResult::unmet(due_on >= today);
        referral.departed_within(rule.within_days, today).unwrap_or(unmet)
    }

    /// A referral that was resolved by an enrolment counts by it. Was the student enrolled before
    /// the referral, then there was nothing to achieve.
    fn exclusion(
        &self,
        referral: &ReferralInputs,
        rules: &OutcomeRules,
    ) -> Option<ReferralExclusion> {
        let counts = |why: &ReferralExclusion| {
            *why == ReferralExclusion::Resolved && self.enrolled.is_some()
        };
        let why = referral.excluded_within(rules.enrolled.within_days, rules.late_decision);
        why.filter(|why| !counts(why))
    }
}
