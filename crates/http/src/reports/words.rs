//! What the report says in words, in English and te reo Māori.

use ascms_domain::measures::{Exclusion, Level, Measure};

use super::report::{ReportGroup, Series};
use crate::html::{Both, both};

pub(super) fn title() -> Both {
    both("Service levels", "Ngā taumata ratonga")
}

pub(super) fn contents() -> Both {
    both("Contents", "Ngā ihirangi")
}

pub(super) fn table() -> Both {
    both("The same as a table", "Hei ripanga")
}

pub(super) fn reading() -> Both {
    both("How to read this", "Me pēhea te pānui")
}

pub(super) fn made_of() -> Both {
    both("What it was made of", "I ahu mai i hea")
}

pub(super) fn nothing() -> Both {
    both("Nothing to show", "Kāore he mea hei whakaatu")
}

/// What a group is called.
pub(super) fn group(group: &ReportGroup) -> Both {
    match (group.level, &group.name) {
        (Level::National, _) => both("New Zealand", "Aotearoa"),
        (_, Some(name)) => {
            let kind = match group.level {
                Level::Provider => "Kaiwhakarato",
                Level::School => "Kura",
                Level::National | Level::Region | Level::Catchment | Level::Student => "",
            };
            both(name.clone(), kind)
        }
        (_, None) => both("No provider yet", "Kāore anō he kaiwhakarato"),
    }
}

/// What a number is called, with its limit.
pub(super) fn series(series: &Series) -> Both {
    let within = |en: &str, mi: &str| match series.within_days {
        None => both(en, mi),
        Some(1) => {
            both(format!("{en} within 1 business day"), format!("{mi} i te rā pakihi kotahi"))
        }
        Some(days) => {
            // Counts below ten take a particle.
            let particle = if days < 10 { "e " } else { "" };
            both(
                format!("{en} within {days} business days"),
                format!("{mi} i roto i ngā rā pakihi {particle}{days}"),
            )
        }
    };
    match series.measure {
        Measure::SchoolContact => within("Contact with the school", "Te whakapā ki te kura"),
        Measure::WhanauContact => {
            within("Contact with student and whānau", "Te whakapā ki te ākonga me te whānau")
        }
        Measure::ImprovedAttendance => {
            within("Improved attendance", "Kua pai ake te tae ki te kura")
        }
        Measure::Enrolled => within("Enrolled", "Kua whakaurua ki te kura"),
    }
}

/// Why referrals do not count, in a few words.
pub(super) fn exclusion(why: Exclusion) -> &'static str {
    match why {
        Exclusion::Declined => "declined",
        Exclusion::Withdrawn => "withdrawn",
        Exclusion::Redirected => "redirected",
        Exclusion::Resolved => "resolved",
        Exclusion::JoinedToOpenCase => "joined to an open case",
        Exclusion::NoProvider => "no provider",
        Exclusion::Died => "died",
        Exclusion::MovedOverseas => "moved overseas",
        Exclusion::NoBaseline => "no baseline",
        Exclusion::TooLittleAttendance => "too little attendance",
        Exclusion::ContactDetailsNotCurrent => "contact details not current",
    }
}
