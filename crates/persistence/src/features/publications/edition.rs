//! From counts to what is published of them.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use ascms_domain::disclosure::{
    Category, Classification, Figure, Outlook, Protection, Published, PublishedTables,
    ReportingUnit, RoundingKey, Row, protect,
};
use ascms_domain::ids::PublicationId;
use ascms_domain::measures::{Breakdown, EthnicGroup, Level, Measure, Number};
use uuid::Uuid;

use crate::features::measures::{AllCellCounts, CellCounts, MadeBy, NOT_STATED, UNASSIGNED};
use crate::features::publications::sites::{Site, Sites};
use crate::rows::published_row::Model;
use crate::store::error::StoreError;

/// The years at school that are on record.
const YEAR_LEVELS: std::ops::RangeInclusive<i32> = 1..=13;

/// What is to be published, not yet of any publication.
pub(super) struct Edition {
    pub made_by: MadeBy,
    pub rows: BTreeMap<Measure, Vec<Model>>,
}

impl Edition {
    /// Rounded by a key that nobody has had and nobody will have: the rows are kept, so every
    /// call answers the same without it.
    pub fn of(
        counted: AllCellCounts,
        sites: &Sites,
        protected: Protected,
    ) -> Result<Self, StoreError> {
        let mut key = [0; 16];
        getrandom::fill(&mut key).map_err(|err| StoreError::Away(err.to_string()))?;
        let Protected { threshold, base } = protected;
        let protection = Protection { threshold, base, key: RoundingKey(key) };
        let AllCellCounts { numbers, groups, made_by } = counted;
        let tables = tables(&groups, &numbers, sites, &protection)?;
        Ok(Self { made_by, rows: rows(&tables, &numbers, sites) })
    }
}

/// The numbers of all measures in one call, since each shows something of the others. The key is of
/// this edition alone, so what is counted needs no name.
fn tables(
    groups: &[CellCounts],
    numbers: &[Number],
    sites: &Sites,
    protection: &Protection,
) -> Result<PublishedTables, StoreError> {
    let classifications = [Breakdown::EthnicGroup, Breakdown::YearLevel]
        .map(|by| Classification { name: by.as_str().to_owned(), most_answers: NonZeroU32::MIN });
    let of_measures = numbers.chunk_by(|one, next| one.measure == next.measure).map(<[_]>::len);
    let of_measures: Vec<usize> = of_measures.collect();
    let outlook = Outlook::decided(&of_measures, classifications.into());
    let counted = groups.iter().map(|group| {
        let CellCounts { education_region, catchment_id, provider_id, .. } = group.clone();
        let site =
            Site { region: education_region, catchment: catchment_id, provider: provider_id };
        Row {
            places: places(&site, sites),
            categories: categories(group.ethnic_group.as_deref(), group.year_level),
            standings: group.standings.clone(),
            count: group.referrals,
        }
    });
    let nobody = outlook.standings.first().cloned().unwrap_or_default();
    let blank = blanks(sites).map(|(places, categories)| Row {
        places,
        categories,
        standings: nobody.clone(),
        count: 0,
    });
    let rows: Vec<Row> = counted.chain(blank).collect();
    Ok(protect("", &outlook, &rows, protection)?)
}

/// Every place and every category once, whether anybody is counted there or not.
fn blanks(sites: &Sites) -> impl Iterator<Item = (BTreeSet<ReportingUnit>, BTreeSet<Category>)> {
    let each_site = sites.known.iter().map(|site| (places(site, sites), categories(None, None)));
    // Whose site it is makes no difference: a table has every category at every place.
    let anywhere = sites.known.first().map(|site| places(site, sites));
    let anywhere = anywhere.unwrap_or_else(|| BTreeSet::from([nation()]));
    let groups = EthnicGroup::ALL.iter().map(|group| categories(Some(group.as_str()), None));
    let years = YEAR_LEVELS.map(|year| categories(None, Some(year)));
    let each_category = groups.chain(years).map(move |of| (anywhere.clone(), of));
    each_site.chain(each_category)
}

fn nation() -> ReportingUnit {
    ReportingUnit { level: Level::National, code: Level::National.as_str().to_owned() }
}

fn places(site: &Site, sites: &Sites) -> BTreeSet<ReportingUnit> {
    let code = |id: Option<Uuid>| {
        let code = id.and_then(|id| sites.codes.get(&id));
        code.cloned().unwrap_or_else(|| UNASSIGNED.to_owned())
    };
    let region = site.region.clone().unwrap_or_else(|| UNASSIGNED.to_owned());
    BTreeSet::from([
        nation(),
        ReportingUnit { level: Level::Region, code: region },
        ReportingUnit { level: Level::Catchment, code: code(site.catchment) },
        ReportingUnit { level: Level::Provider, code: code(site.provider) },
    ])
}

fn categories(ethnic_group: Option<&str>, year_level: Option<i32>) -> BTreeSet<Category> {
    let of = |by: Breakdown, code: Option<String>| Category {
        classification: by.as_str().to_owned(),
        code: code.unwrap_or_else(|| NOT_STATED.to_owned()),
    };
    BTreeSet::from([
        of(Breakdown::EthnicGroup, ethnic_group.map(str::to_owned)),
        of(Breakdown::YearLevel, year_level.map(|year| year.to_string())),
    ])
}

/// The figures of one row by what they are.
type Figures = BTreeMap<Figure, Option<i32>>;

fn rows(
    tables: &PublishedTables,
    numbers: &[Number],
    sites: &Sites,
) -> BTreeMap<Measure, Vec<Model>> {
    let mut each: BTreeMap<(&ReportingUnit, &Option<Category>, usize), Figures> = BTreeMap::new();
    for (cell, published) in tables.iter() {
        let figure = match published {
            Published::Hidden => None,
            Published::Count(count) => i32::try_from(count).ok(),
        };
        let row = each.entry((&cell.place, &cell.category, cell.number)).or_default();
        row.insert(cell.figure, figure);
    }
    let mut rows: BTreeMap<Measure, Vec<Model>> = BTreeMap::new();
    for ((place, category, number), figures) in each {
        let Some(number) = numbers.get(number) else { continue };
        let figure = |figure| figures.get(&figure).copied().flatten();
        let of_measure = rows.entry(number.measure).or_default();
        of_measure.push(Model {
            // Until it has one of its own.
            publication_id: PublicationId(Uuid::nil()),
            position: i32::try_from(of_measure.len()).unwrap_or(i32::MAX),
            level: place.level,
            key: place.code.clone(),
            name: name(place, sites),
            classification: category.as_ref().and_then(|one| one.classification.parse().ok()),
            category: category.as_ref().map(|one| one.code.clone()),
            within_days: number.within_days.map(i32::from),
            met: figure(Figure::Met),
            missed: figure(Figure::Missed),
            denominator: figure(Figure::Denominator),
        });
    }
    rows
}

fn name(place: &ReportingUnit, sites: &Sites) -> Option<String> {
    match place.level {
        Level::Region => Some(place.code.clone()),
        Level::Catchment | Level::Provider => {
            sites.names.get(&(place.level, place.code.clone())).cloned()
        }
        Level::National | Level::School | Level::Student => None,
    }
}

/// How what is published from now on is protected: the operator's settings.
#[derive(Clone, Copy, Debug)]
pub struct Protected {
    /// Counts under this are hidden.
    pub threshold: u32,
    /// Counts are rounded to multiples of this.
    pub base: NonZeroU32,
}
