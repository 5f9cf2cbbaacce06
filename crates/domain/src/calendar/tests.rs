use chrono::{Datelike, NaiveDate};

use super::{Calendar, CalendarName, Region};

mod anniversaries;
mod counting;
mod extras;
mod national;
mod new_zealand_time;
mod oracle;
mod places;

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn contract() -> Calendar {
    Calendar::new(CalendarName::Contract2026, vec![])
}

fn oia() -> Calendar {
    Calendar::new(CalendarName::Oia, vec![])
}

/// Every region, and no region.
fn everywhere() -> impl Iterator<Item = Option<Region>> {
    Region::ALL.iter().map(|region| Some(*region)).chain([None])
}

fn covered_days() -> impl Iterator<Item = NaiveDate> {
    date("2015-01-01").iter_days().take_while(|day| day.year() <= 2052)
}
