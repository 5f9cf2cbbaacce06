//! The contract's numbers of contact: whom to reach, within how many days, and until when.

use chrono::NaiveDate;

use crate::calendar::{Calendar, OutOfRange, Region};
use crate::rules::{ServiceLevel, ServiceLevelRules, WhanauContactMeans};

crate::closed_list! {
    /// A contact measure of the contract.
    ContactMeasure: "Contact measure of the contract" / "Te ine whakapā o te kirimana" {
        /// First contact that reached the (last known) school.
        SchoolContact = "school_contact": "Contact with the school" / "Te whakapā ki te kura",
        /// First contact that reached the student or the whānau.
        WhanauContact = "whanau_contact": "Contact with student and whānau" / "Te whakapā ki te ākonga me te whānau",
    }
}

/// Business days from the referral to the first contact that reached somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DaysToContact {
    pub school: Option<u16>,
    pub student: Option<u16>,
    pub whanau: Option<u16>,
}

impl DaysToContact {
    /// The day count of a measure; `None` while it is not reached.
    pub fn of(self, measure: ContactMeasure, means: WhanauContactMeans) -> Option<u16> {
        match (measure, means) {
            (ContactMeasure::SchoolContact, _) => self.school,
            (ContactMeasure::WhanauContact, WhanauContactMeans::Either) => {
                self.student.into_iter().chain(self.whanau).min()
            }
            (ContactMeasure::WhanauContact, WhanauContactMeans::Both) => {
                self.student.zip(self.whanau).map(|(student, whanau)| student.max(whanau))
            }
        }
    }
}

/// One of the four numbers: a measure at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub measure: ContactMeasure,
    pub level: ServiceLevel,
}

/// The four contact numbers of the contract, in its order.
pub fn targets(rules: &ServiceLevelRules) -> [Target; 4] {
    let [school_first, school_second] = rules.school_contact;
    let [whanau_first, whanau_second] = rules.whanau_contact;
    [
        Target { measure: ContactMeasure::SchoolContact, level: school_first },
        Target { measure: ContactMeasure::SchoolContact, level: school_second },
        Target { measure: ContactMeasure::WhanauContact, level: whanau_first },
        Target { measure: ContactMeasure::WhanauContact, level: whanau_second },
    ]
}

/// The day by which contact must be made; the referral's day is day 0.
pub fn due_on(
    referral_date: NaiveDate,
    within_days: u16,
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<NaiveDate, OutOfRange> {
    calendar.add_business_days(referral_date, within_days, region)
}

/// The contact deadlines of a referral for which nobody was reached yet, in the order of
/// [`targets`].
pub fn unreached(
    referral_date: NaiveDate,
    days: DaysToContact,
    rules: &ServiceLevelRules,
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<Vec<(ContactMeasure, NaiveDate)>, OutOfRange> {
    let not_yet = |target: &Target| days.of(target.measure, rules.whanau_contact_means).is_none();
    let due = |target: Target| {
        let due_on = due_on(referral_date, target.level.within_days, calendar, region)?;
        Ok((target.measure, due_on))
    };
    targets(rules).into_iter().filter(not_yet).map(due).collect()
}

/// The earliest referral date whose deadline has not passed on `today`: referrals from this day
/// on are pending while nobody was reached. One date a region instead of one deadline a referral.
pub fn first_pending(
    today: NaiveDate,
    within_days: u16,
    calendar: &Calendar,
    region: Option<Region>,
) -> Result<NaiveDate, OutOfRange> {
    let mut first = today;
    while let Some(before) = first.pred_opt() {
        if calendar.add_business_days(before, within_days, region)? < today {
            break;
        }
        first = before;
    }
    Ok(first)
}
