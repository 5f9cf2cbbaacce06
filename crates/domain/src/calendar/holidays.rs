//! A holiday, and those of a year by rule: the Holidays Act 2003, Te Kāhui o Matariki Public Holiday Act
//! 2022, and the anniversary days that councils keep by custom.
//!
//! Where two holidays meet they count as one day (Holidays Act, section 44). In the covered years
//! this happens once among the national ones: Easter Sunday 2038 is 25 April, so Anzac Day moves
//! onto Easter Monday. Any further day off that the law then grants would be an addition.
//!
//! Names in te reo Māori are ours where no Act gives one.

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;
use utoipa::ToSchema;
use validator::Validate;

use super::regions::Region;
use crate::text::Line;

/// A holiday to add to a calendar, on the day it is observed.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddHoliday {
    /// The day on which the holiday is observed.
    pub date: NaiveDate,
    /// The region that keeps the holiday; the whole nation when null or left out.
    pub region: Option<Region>,
    /// Name of the holiday in English.
    pub name_en: Line,
    /// Name of the holiday in te reo Māori.
    pub name_mi: Line,
}

/// Whether a speaker of te reo Māori has read the names of holidays in that language. None has yet;
/// of a holiday that was added, nobody has said so.
pub const NAMES_REVIEWED: bool = false;

/// A holiday beyond the rules that was added; without a region it is national.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExtraHoliday {
    pub date: NaiveDate,
    pub region: Option<Region>,
    pub name_en: String,
    pub name_mi: String,
}

/// A day off, on the date it is observed: a Waitangi Day on a Saturday stands here as its Monday.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Holiday {
    pub date: NaiveDate,
    pub name_en: String,
    pub name_mi: String,
    /// The region whose anniversary it is; `None` for a national holiday.
    pub region: Option<Region>,
}

impl Holiday {
    pub(super) fn is_observed_in(&self, region: Option<Region>) -> bool {
        self.region.is_none() || self.region == region
    }
}

impl From<ExtraHoliday> for Holiday {
    fn from(extra: ExtraHoliday) -> Self {
        let ExtraHoliday { date, region, name_en, name_mi } = extra;
        Self { date, name_en, name_mi, region }
    }
}

/// Month and day of Matariki from [`MATARIKI_FIRST`] on: the Act's schedule, always a Friday.
const MATARIKI: [(u32, u32); 31] = [
    (6, 24),
    (7, 14),
    (6, 28),
    (6, 20),
    (7, 10),
    (6, 25),
    (7, 14),
    (7, 6),
    (6, 21),
    (7, 11),
    (7, 2),
    (6, 24),
    (7, 7),
    (6, 29),
    (7, 18),
    (7, 10),
    (6, 25),
    (7, 15),
    (7, 6),
    (7, 19),
    (7, 11),
    (7, 3),
    (6, 24),
    (7, 7),
    (6, 29),
    (7, 19),
    (7, 3),
    (6, 25),
    (7, 15),
    (6, 30),
    (6, 21),
];
const MATARIKI_FIRST: i32 = 2022;

/// All holidays of a year, national and regional, in no order. Right from 2015, when the last
/// change to the general rules had its first effect, to 2052, where the schedule of Matariki ends.
pub(super) fn of_year(year: i32) -> Vec<Holiday> {
    let regional = Region::ALL.iter().filter_map(|region| {
        let place = region.anniversary_of();
        let named = (
            format!("{} Anniversary Day", place.labels().en),
            format!("Te Rā Huritau o {}", place.labels().mi),
        );
        Some(Holiday {
            date: anniversary(place, year)?,
            name_en: named.0,
            name_mi: named.1,
            region: Some(*region),
        })
    });
    national(year).into_iter().chain(regional).collect()
}

fn national(year: i32) -> Vec<Holiday> {
    let on = |month, day| NaiveDate::from_ymd_opt(year, month, day);
    let easter = easter_sunday(year);
    let sovereign = if year < 2023 {
        ("Queen's Birthday", "Te Huritau o te Kuini")
    } else {
        ("King's Birthday", "Te Huritau o te Kīngi")
    };
    let memorial = on(9, 26).filter(|_| year == 2022);
    let dated = [
        (paired(on(1, 1)), ("New Year's Day", "Te Rā Tau Hou")),
        (paired(on(1, 2)), ("Day after New Year's Day", "Te Rā i muri i te Tau Hou")),
        (mondayised(on(2, 6)), ("Waitangi Day", "Te Rā o Waitangi")),
        (easter.and_then(|day| day.checked_sub_days(Days::new(2))), ("Good Friday", "Rāmere Pai")),
        (after(easter, 1), ("Easter Monday", "Mane o te Aranga")),
        (mondayised(on(4, 25)), ("Anzac Day", "Te Rā o Anzac")),
        (nth(year, 6, Weekday::Mon, 1), sovereign),
        (matariki(year), ("Matariki", "Te Rā Aro ki a Matariki")),
        (
            memorial,
            ("Queen Elizabeth II Memorial Day", "Te Rā Whakamahara ki a Kuini Irihāpeti II"),
        ),
        (labour_day(year), ("Labour Day", "Te Rā o ngā Kaimahi")),
        (paired(on(12, 25)), ("Christmas Day", "Te Rā Kirihimete")),
        (paired(on(12, 26)), ("Boxing Day", "Te Rā i muri i te Kirihimete")),
    ];
    dated
        .into_iter()
        .filter_map(|(date, (name_en, name_mi))| {
            Some(Holiday {
                date: date?,
                name_en: name_en.to_owned(),
                name_mi: name_mi.to_owned(),
                region: None,
            })
        })
        .collect()
}

/// The anniversary day of a province, as its councils keep it. `place` is a region that gives the
/// day its name (see [`Region::anniversary_of`]).
fn anniversary(place: Region, year: i32) -> Option<NaiveDate> {
    let near = |month, day| NaiveDate::from_ymd_opt(year, month, day).and_then(nearest_monday);
    match place {
        Region::Northland
        | Region::Auckland
        | Region::Waikato
        | Region::BayOfPlenty
        | Region::Gisborne => near(1, 29),
        Region::Wellington | Region::ManawatuWhanganui => near(1, 22),
        Region::Nelson | Region::Tasman => near(2, 1),
        Region::Taranaki => nth(year, 3, Weekday::Mon, 2),
        Region::Otago => {
            let monday = near(3, 23);
            if monday == after(easter_sunday(year), 1) { after(monday, 1) } else { monday }
        }
        Region::Southland => after(easter_sunday(year), 2),
        // In 2022 the Queen's memorial day took the Monday, and the three district councils moved
        // theirs to Canterbury's day.
        Region::SouthCanterbury if year == 2022 => anniversary(Region::Canterbury, year),
        Region::SouthCanterbury => nth(year, 9, Weekday::Mon, 4),
        Region::HawkesBay => {
            labour_day(year).and_then(|monday| monday.checked_sub_days(Days::new(3)))
        }
        Region::Marlborough => after(labour_day(year), 7),
        // The second Friday after the first Tuesday of November.
        Region::Canterbury => after(nth(year, 11, Weekday::Tue, 1), 10),
        Region::Westland => near(12, 1),
        Region::ChathamIslands => near(11, 30),
    }
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm of 1876.
pub(super) fn easter_sunday(year: i32) -> Option<NaiveDate> {
    let golden = year.rem_euclid(19);
    let (century, of_century) = (year.div_euclid(100), year.rem_euclid(100));
    let moon_shift = (8 * century + 13) / 25;
    let epact = (19 * golden + century - century / 4 - moon_shift + 15).rem_euclid(30);
    let to_sunday =
        (32 + 2 * (century % 4) + 2 * (of_century / 4) - epact - of_century % 4).rem_euclid(7);
    let late_moon = (golden + 11 * epact + 22 * to_sunday) / 451;
    let march_day = epact + to_sunday - 7 * late_moon + 22;
    let days = u64::try_from(march_day).ok()?.checked_sub(1)?;
    NaiveDate::from_ymd_opt(year, 3, 1)?.checked_add_days(Days::new(days))
}

fn matariki(year: i32) -> Option<NaiveDate> {
    let index = usize::try_from(year.checked_sub(MATARIKI_FIRST)?).ok()?;
    let (month, day) = *MATARIKI.get(index)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

fn labour_day(year: i32) -> Option<NaiveDate> {
    nth(year, 10, Weekday::Mon, 4)
}

fn nth(year: i32, month: u32, weekday: Weekday, n: u8) -> Option<NaiveDate> {
    NaiveDate::from_weekday_of_month_opt(year, month, weekday, n)
}

/// Christmas and New Year come in pairs: a Saturday moves to Monday, and a Sunday to Tuesday since
/// Monday is the other's (Holidays Act, section 45).
fn paired(date: Option<NaiveDate>) -> Option<NaiveDate> {
    moved(date, 2)
}

/// Waitangi Day and Anzac Day stand alone: Saturday and Sunday move to Monday (section 45A).
fn mondayised(date: Option<NaiveDate>) -> Option<NaiveDate> {
    moved(date, 1)
}

fn moved(date: Option<NaiveDate>, from_sunday: u64) -> Option<NaiveDate> {
    match date?.weekday() {
        Weekday::Sat => after(date, 2),
        Weekday::Sun => after(date, from_sunday),
        Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => date,
    }
}

/// Never a tie: the dates at equal distance from two Mondays do not exist in a week of seven days.
fn nearest_monday(date: NaiveDate) -> Option<NaiveDate> {
    let since_monday = u64::from(date.weekday().num_days_from_monday());
    if since_monday <= 3 {
        date.checked_sub_days(Days::new(since_monday))
    } else {
        date.checked_add_days(Days::new(7 - since_monday))
    }
}

fn after(date: Option<NaiveDate>, days: u64) -> Option<NaiveDate> {
    date?.checked_add_days(Days::new(days))
}
