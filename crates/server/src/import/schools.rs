//! The Ministry's schools directory, in its layouts of 2021 and of 2026.

use std::collections::HashMap;
use std::io::Read;

use ascms_domain::calendar::Region;
use ascms_domain::ids::SchoolId;
use ascms_domain::text;
use ascms_persistence::rows::school::Model;
use chrono::{DateTime, NaiveDate, Utc};

use super::error::ImportError;
use super::lines::{self, Header, Line};
use super::summary::Summary;
use crate::progress::Progress;

const COLUMNS: [&str; 10] = [
    "School_Id",
    "Org_Name",
    "Org_Type",
    "Authority",
    "Territorial_Authority",
    "Regional_Council",
    "Education_Region",
    "Latitude",
    "Longitude",
    "Total",
];

/// Which of the two files it is, told by the columns that only one of them has.
enum Layout {
    /// Deciles; a school that is not open yet carries its opening date inside the name.
    Of2021,
    /// Equity indexes, a status and an opening date.
    Of2026,
}

/// A school as the file has it: a row with an id, a version and a time of its own.
pub(super) type Listed = (u64, Model);

pub(super) fn read(
    file: impl Read,
    now: DateTime<Utc>,
    progress: &dyn Progress,
) -> Result<(Vec<Listed>, Summary), ImportError> {
    let parse = |layout: &Layout, line: &mut Line<'_>| {
        let school = school(layout, line, now)?;
        Some((line.number, school))
    };
    lines::read(file, progress, layout, parse)
}

fn layout(header: &Header<'_>) -> Result<Layout, ImportError> {
    header.require(&COLUMNS)?;
    if header.has("Decile") {
        header.require(&["Roll_Date"])?;
        return Ok(Layout::Of2021);
    }
    header.require(&["Roll_Date", "EQi_Index", "Status", "DateSchoolOpened"])?;
    Ok(Layout::Of2026)
}

fn school(layout: &Layout, line: &mut Line<'_>, now: DateTime<Utc>) -> Option<Model> {
    let number = line.required("School_Id", lines::school_number);
    let name = line.required("Org_Name", lines::words);
    let kind = line.required("Org_Type", lines::words);
    let authority = line.required("Authority", lines::words);
    let (latitude, longitude) = place(line);
    let roll = line.optional("Total", lines::whole_number(0..=100_000)).unwrap_or(0);
    let roll_date = line.optional("Roll_Date", date_or_none).flatten();
    let territorial_authority = line.optional("Territorial_Authority", lines::words);
    let regional_council = line.optional("Regional_Council", lines::words);
    let education_region = line.optional("Education_Region", lines::words);
    let (name, status, opened_on) = match layout {
        Layout::Of2021 => standing_in_name(line, name?)?,
        Layout::Of2026 => {
            let status = line.required("Status", status);
            let opened_on = line.optional("DateSchoolOpened", date_or_none).flatten();
            (name?, status?, opened_on)
        }
    };
    let equity_index = match layout {
        Layout::Of2021 => line.optional("Decile", decile).flatten(),
        Layout::Of2026 => line.optional("EQi_Index", lines::words),
    };
    let holiday_region = Region::of_school(
        regional_council.as_deref().unwrap_or_default(),
        territorial_authority.as_deref().unwrap_or_default(),
        longitude.is_some_and(f64::is_sign_negative),
    );
    Some(Model {
        id: SchoolId::generate(),
        number: number?,
        folded_name: text::fold(&name),
        name,
        kind: kind?,
        authority: authority?,
        regional_council,
        education_region,
        territorial_authority,
        holiday_region,
        latitude,
        longitude,
        roll,
        roll_date,
        equity_index,
        status,
        opened_on,
        version: 1,
        updated_at: now,
    })
}

/// Both coordinates or none.
fn place(line: &mut Line<'_>) -> (Option<f64>, Option<f64>) {
    let degrees = |most: f64| {
        move |cell: &str| {
            let degrees = cell.parse().ok().filter(|degrees: &f64| degrees.abs() <= most);
            degrees.ok_or_else(|| format!("`{cell}` is no number of degrees"))
        }
    };
    let latitude = line.optional("Latitude", degrees(90.0));
    let longitude = line.optional("Longitude", degrees(180.0));
    match (latitude, longitude) {
        (Some(_), None) => line.refuse("Longitude", "is missing where Latitude is given"),
        (None, Some(_)) => line.refuse("Latitude", "is missing where Longitude is given"),
        (Some(_), Some(_)) | (None, None) => {}
    }
    (latitude, longitude)
}

/// The directory writes 1 January 1900 where there is no date.
fn date_or_none(cell: &str) -> Result<Option<NaiveDate>, String> {
    let date = lines::date(cell)?;
    Ok((Some(date) != NaiveDate::from_ymd_opt(1900, 1, 1)).then_some(date))
}

/// The word in lower case, spaces as underscores: `Not Yet Open` is `not_yet_open`.
fn status(cell: &str) -> Result<String, String> {
    let word = text::fold(cell).replace(' ', "_");
    let plain = !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c == '_');
    if plain { Ok(word) } else { Err(format!("`{cell}` is no status")) }
}

/// Named as what it is, since a decile is no equity index: 1 is the most disadvantaged, where a
/// low equity index is the least. 99 stands for none.
fn decile(cell: &str) -> Result<Option<String>, String> {
    match cell.parse::<u8>() {
        Ok(99) => Ok(None),
        Ok(decile @ 1..=10) => Ok(Some(format!("decile {decile}"))),
        Ok(_) | Err(_) => Err(format!("`{cell}` is no decile (1 to 10, 99 for none)")),
    }
}

/// Takes the opening date out of a name such as `Te Kura Hou (Proposed opening date: 2022-01-01)`.
fn standing_in_name(
    line: &mut Line<'_>,
    name: String,
) -> Option<(String, String, Option<NaiveDate>)> {
    let Some((before, after)) = name.split_once("(Proposed opening date:") else {
        return Some((name, "open".to_owned(), None));
    };
    let date = after.trim().strip_suffix(')').unwrap_or(after).trim();
    let before = before.trim_end();
    let bare = before.strip_suffix("(Proposed)").unwrap_or(before).trim_end();
    match lines::date(date) {
        Ok(opens_on) => Some((bare.to_owned(), "proposed".to_owned(), Some(opens_on))),
        Err(reason) => {
            line.refuse("Org_Name", reason);
            None
        }
    }
}

/// The rows to write. A school that the file does not list stays as it is: the directory leaves
/// out what has closed, and referrals of former schools still name them.
pub(super) fn differences(
    on_record: Vec<Model>,
    listed: Vec<Listed>,
    summary: &mut Summary,
) -> Vec<Model> {
    let on_record: HashMap<i32, Model> =
        on_record.into_iter().map(|school| (school.number, school)).collect();
    let mut lines: HashMap<i32, u64> = HashMap::new();
    let mut changes = Vec::new();
    for (line, school) in listed {
        if let Some(first) = lines.get(&school.number) {
            let reason = format!("school {} is already on line {first}", school.number);
            summary.refuse(line, "School_Id", reason);
            continue;
        }
        lines.insert(school.number, line);
        let old = on_record.get(&school.number);
        let as_on_record = |school: Model, old: &Model| {
            let Model { id, version, updated_at, .. } = *old;
            Model { id, version, updated_at, ..school }
        };
        let now = school.updated_at;
        let wanted = match old {
            Some(old) => as_on_record(school, old),
            None => school,
        };
        if let Some(change) = summary.count(old, wanted) {
            let version = if old.is_some() { change.version.saturating_add(1) } else { 1 };
            changes.push(Model { version, updated_at: now, ..change });
        }
    }
    changes
}
