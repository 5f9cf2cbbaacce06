//! Schools, catchments and providers, and who served whom from when to when.

use ascms_domain::calendar::Region;
use ascms_domain::ids::{CatchmentId, ProviderId, SchoolId};
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_domain::text::fold;
use ascms_persistence::catchments::Changes;
use ascms_persistence::rows::in_school_provision;
use ascms_persistence::rows::{catchment, organisation, school};
use ascms_persistence::rows::{catchment_contract, catchment_school};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::dates::{BEGINNING, SERVICE_START, ymd};
use super::known_ids::known_id;
use super::places::{self, District, REGIONS};
use super::random::Random;

const CATCHMENTS_A_REGION: usize = 7;
const SCHOOLS_A_CATCHMENT: usize = 3;
pub(super) const SCHOOLS: usize = 252;
/// The last school belongs to no catchment: what it sends waits in the Ministry's queue.
pub(super) const WITHOUT_CATCHMENT: usize = SCHOOLS - 1;

/// One school in fifteen has a team of its own, from this one on.
const FIRST_TEAM: usize = 4;
const SCHOOLS_A_TEAM: usize = 15;

/// One catchment in twelve had another provider, and one school in sixty was in another
/// catchment, before the service began in its present form.
const CHANGED_CONTRACT: usize = 12;
const MOVED_SCHOOL: usize = 60;

/// What the ids of each kind of thing begin with; see [`known_id`].
const SCHOOL: u16 = 1;
const CATCHMENT: u16 = 2;
const PROVIDER: u16 = 3;
const TEAM: u16 = 4;
const MEMBERSHIP: u16 = 5;
const CONTRACT: u16 = 6;
const PROVISION: u16 = 7;

/// The ids with which the document's examples name the first of each.
const FIRST_SCHOOL: u16 = 0x11;
const FIRST_CATCHMENT: u16 = 0x12;
const FIRST_PROVIDER: u16 = 0x13;

fn id(kind: u16, position: usize, of_first: u16) -> Uuid {
    if position == 0 { known_id(0, usize::from(of_first)) } else { known_id(kind, position) }
}

pub(super) fn school_id(school: usize) -> SchoolId {
    SchoolId(id(SCHOOL, school, FIRST_SCHOOL))
}

pub(super) fn catchment_id(catchment: usize) -> CatchmentId {
    CatchmentId(id(CATCHMENT, catchment, FIRST_CATCHMENT))
}

/// The provider that is contracted for a catchment now.
pub(super) fn provider_id(catchment: usize) -> ProviderId {
    ProviderId(id(PROVIDER, catchment, FIRST_PROVIDER))
}

pub(super) fn team_id(team: usize) -> ProviderId {
    ProviderId(known_id(TEAM, team))
}

pub(super) fn number(school: usize) -> i32 {
    i32::try_from(school).map_or(i32::MAX, |school| school.saturating_add(9001))
}

pub(super) fn catchment_of(school: usize) -> usize {
    school / SCHOOLS_A_CATCHMENT
}

/// The school of the team with that position.
pub(super) fn school_of_team(team: usize) -> usize {
    FIRST_TEAM + team * SCHOOLS_A_TEAM
}

fn teams() -> impl Iterator<Item = (usize, usize)> {
    let schools = (0..).map(|team| (team, school_of_team(team)));
    schools.take_while(|(_, school)| *school < WITHOUT_CATCHMENT)
}

pub(super) fn catchment_code(catchment: usize) -> String {
    format!("C{:02}", catchment + 1)
}

pub(super) fn provider_code(catchment: usize) -> String {
    format!("P{:02}", catchment + 1)
}

pub(super) fn team_code(team: usize) -> String {
    format!("S{:02}", team + 1)
}

fn places() -> impl Iterator<Item = (&'static str, District)> {
    REGIONS
        .iter()
        .flat_map(|(region, districts)| districts.iter().map(move |district| (*region, *district)))
}

/// Whose anniversary day the schools of a catchment keep.
pub(super) fn holiday_region(catchment: usize) -> Option<Region> {
    let (_, (district, council, _, longitude)) = places().nth(catchment)?;
    Region::of_school(council, district, longitude < 0)
}

/// All schools, as they are on the day of the import.
pub(super) fn schools(at: DateTime<Utc>) -> Vec<school::Model> {
    let mut random = Random::new(9001);
    let in_order = (0..).zip(places());
    let in_order = in_order.flat_map(|(catchment, place)| {
        (0..SCHOOLS_A_CATCHMENT).map(move |school| (catchment, school, place))
    });
    in_order
        .map(|(catchment, school, place)| one(catchment, school, place, at, &mut random))
        .collect()
}

fn one(
    catchment: usize,
    school: usize,
    (region, (district, council, latitude, longitude)): (&'static str, District),
    at: DateTime<Utc>,
    random: &mut Random,
) -> school::Model {
    let position = catchment * SCHOOLS_A_CATCHMENT + school;
    let name = places::school_name(catchment, school);
    let kind = match school {
        0 if catchment == 0 => "Composite",
        0 => "Secondary (Year 9-15)",
        1 => "Full Primary",
        _ => "Composite",
    };
    let drawn = |random: &mut Random| i32::try_from(random.between(40, 1200)).unwrap_or(40);
    let aside = |random: &mut Random| i32::try_from(random.below(5)).unwrap_or(0);
    let first = position == 0;
    let roll = if first { 412 } else { drawn(random) };
    let index = if first { 491 } else { random.between(344, 569) };
    let opened = if first { 1971 } else { 1880 + aside(random) * 25 };
    let (latitude, longitude) = if first {
        (latitude, longitude)
    } else {
        (latitude + aside(random), longitude + aside(random))
    };
    school::Model {
        id: school_id(position),
        number: number(position),
        folded_name: fold(&name),
        name,
        kind: kind.to_owned(),
        authority: if position % 9 == 8 { "State : Integrated" } else { "State" }.to_owned(),
        regional_council: Some(council.to_owned()),
        education_region: Some(region.to_owned()),
        territorial_authority: Some(district.to_owned()),
        holiday_region: Region::of_school(council, district, longitude < 0),
        latitude: degrees(latitude),
        longitude: degrees(longitude),
        roll,
        roll_date: Some(ymd(2026, 2, 1)),
        equity_index: Some(match position % 40 {
            39 => "not applicable".to_owned(),
            _ => index.to_string(),
        }),
        status: "open".to_owned(),
        opened_on: Some(ymd(opened, 2, 1)),
        version: 1,
        updated_at: at,
    }
}

fn degrees(hundredths: i32) -> Option<f64> {
    let sign = if hundredths < 0 { "-" } else { "" };
    let hundredths = hundredths.unsigned_abs();
    format!("{sign}{}.{:02}", hundredths / 100, hundredths % 100).parse().ok()
}

/// Catchments, providers, and who served whom.
pub(super) fn arrangements() -> Changes {
    let mut changes = Changes::default();
    for (catchment, (region, _)) in places().enumerate() {
        changes.catchments.push(catchment::Model {
            id: catchment_id(catchment),
            code: catchment_code(catchment),
            name: places::catchment_name(catchment),
            education_region: Some(region.to_owned()),
            version: 1,
        });
        let (name, name_mi) = places::provider_name(catchment);
        changes.organisations.push(organisation::Model {
            id: provider_id(catchment),
            kind: OrganisationKind::CatchmentProvider,
            code: provider_code(catchment),
            name,
            name_mi: Some(name_mi),
            status: OrganisationStatus::Active,
        });
        changes.contracts.extend(contracts(catchment));
    }
    changes.memberships = (0..WITHOUT_CATCHMENT).flat_map(memberships).collect();
    for (team, school) in teams() {
        changes.organisations.push(team_of(team, school));
        changes.provisions.push(in_school_provision::Model {
            id: known_id(PROVISION, team),
            school_id: school_id(school),
            provider_id: team_id(team),
            starts_on: BEGINNING,
            ends_on: None,
        });
    }
    changes
}

fn team_of(team: usize, school: usize) -> organisation::Model {
    let (catchment, place) = (catchment_of(school), school % SCHOOLS_A_CATCHMENT);
    let school = places::school_name(catchment, place);
    organisation::Model {
        id: team_id(team),
        kind: OrganisationKind::InSchoolProvider,
        code: team_code(team),
        name: format!("{school} Attendance Team (invented)"),
        name_mi: Some(format!("Te Rōpū Tae Kura o {school} (he mea tito)")),
        status: OrganisationStatus::Active,
    }
}

/// The day before the service began in its present form.
fn day_before() -> NaiveDate {
    SERVICE_START.pred_opt().unwrap_or(SERVICE_START)
}

fn contracts(catchment: usize) -> [catchment_contract::Model; 2] {
    let changed = catchment > 0 && catchment.is_multiple_of(CHANGED_CONTRACT);
    let before = if changed { catchment - 1 } else { catchment };
    let period = |turn: usize, provider: usize, starts_on, ends_on| catchment_contract::Model {
        id: known_id(CONTRACT, catchment * 2 + turn),
        catchment_id: catchment_id(catchment),
        provider_id: provider_id(provider),
        starts_on,
        ends_on,
    };
    [period(0, before, BEGINNING, Some(day_before())), period(1, catchment, SERVICE_START, None)]
}

fn memberships(school: usize) -> Vec<catchment_school::Model> {
    let now = catchment_of(school);
    let period = |turn: usize, catchment: usize, starts_on, ends_on| catchment_school::Model {
        id: known_id(MEMBERSHIP, school * 2 + turn),
        catchment_id: catchment_id(catchment),
        school_id: school_id(school),
        starts_on,
        ends_on,
    };
    let moved =
        school % MOVED_SCHOOL == MOVED_SCHOOL - 1 && !now.is_multiple_of(CATCHMENTS_A_REGION);
    if moved {
        vec![period(0, now - 1, BEGINNING, Some(day_before())), period(1, now, SERVICE_START, None)]
    } else {
        vec![period(0, now, BEGINNING, None)]
    }
}
