//! Small nations whose referrals are drawn at random, the same for the same number.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;

use super::super::{Category, Classification, Outlook, ReportingUnit, Row};
use crate::measures::{Level, Standing};

/// Numbers that look random (splitmix64), so that a world is named by one.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit).unwrap()).unwrap()
    }

    /// One of the weights' places, likelier the heavier it is.
    fn weighted(&mut self, weights: &[usize]) -> usize {
        let mut at = self.below(weights.iter().sum());
        weights
            .iter()
            .position(|weight| {
                at < *weight || {
                    at -= weight;
                    false
                }
            })
            .unwrap()
    }
}

#[derive(Clone, Copy)]
pub struct Shape {
    pub regions: usize,
    /// In each region.
    pub catchments: usize,
    /// In each catchment; every fourth has a team of its own beside the catchment's provider.
    pub schools: usize,
    /// Of a school, at most.
    pub referrals: usize,
    pub ethnicities: usize,
    pub years: usize,
}

pub struct World {
    pub outlook: Outlook,
    pub rows: Vec<Row>,
}

pub fn place(level: Level, code: impl ToString) -> ReportingUnit {
    ReportingUnit { level, code: code.to_string() }
}

pub fn category(classification: &str, code: impl ToString) -> Category {
    Category { classification: classification.to_owned(), code: code.to_string() }
}

pub fn classification(name: &str, most_answers: u32) -> Classification {
    let most_answers = NonZeroU32::new(most_answers).unwrap();
    Classification { name: name.to_owned(), most_answers }
}

/// The ways to stand, each with how often it is drawn.
pub type Ways<'a> = &'a [(&'a [Standing], usize)];

/// One number, of which anything may still be pending.
pub const ONE_NUMBER: Ways<'_> = &[
    (&[Standing::Met], 8),
    (&[Standing::Missed], 4),
    (&[Standing::Pending], 2),
    (&[Standing::Excluded], 1),
];

/// Contact within a number of days and within more of them, all decided: who left between the two
/// had been missed by the first and does not count for the second.
pub const TWO_LIMITS: Ways<'_> = &[
    (&[Standing::Met, Standing::Met], 8),
    (&[Standing::Missed, Standing::Met], 3),
    (&[Standing::Missed, Standing::Missed], 2),
    (&[Standing::Missed, Standing::Excluded], 1),
    (&[Standing::Excluded, Standing::Met], 1),
    (&[Standing::Excluded, Standing::Excluded], 1),
];

/// One number, of which nothing is pending.
pub const DECIDED: Ways<'_> =
    &[(&[Standing::Met], 8), (&[Standing::Missed], 4), (&[Standing::Excluded], 2)];

/// The ways to stand for two measures of which neither says anything of the other.
pub fn crossed(one: Ways<'_>, other: Ways<'_>) -> Vec<(Vec<Standing>, usize)> {
    let both = |(way, often): &(&[Standing], usize)| {
        let each = other.iter();
        let both = each.map(|(besides, weight)| ([*way, *besides].concat(), often * weight));
        both.collect::<Vec<_>>()
    };
    one.iter().flat_map(both).collect()
}

pub fn possible(ways: Ways<'_>) -> BTreeSet<Vec<Standing>> {
    ways.iter().map(|(standings, _)| standings.to_vec()).collect()
}

/// What referrals of one row have in common.
type CellCounts = (BTreeSet<ReportingUnit>, BTreeSet<Category>, Vec<Standing>);

pub fn world(shape: Shape, ways: Ways<'_>, dice: &mut Dice) -> World {
    let classifications = vec![classification("ethnicity", 3), classification("year", 1)];
    let outlook = Outlook { classifications, standings: possible(ways) };
    let weights: Vec<usize> = ways.iter().map(|(_, weight)| *weight).collect();
    let drawn = |dice: &mut Dice| ways[dice.weighted(&weights)].0.to_vec();
    let mut rows: BTreeMap<CellCounts, u32> = BTreeMap::new();
    for site in sites(shape) {
        for number in 0..shape.ethnicities.max(shape.years) {
            // Counts nobody: the place and the category are in the tables all the same.
            let ethnicity = category("ethnicity", number % shape.ethnicities);
            let year = category("year", number % shape.years);
            rows.insert((site.clone(), [ethnicity, year].into(), ways[0].0.to_vec()), 0);
        }
        // Many small schools and few big ones.
        let most = dice.below(shape.referrals) + 1;
        for _ in 0..dice.below(most) {
            let standings = drawn(dice);
            *rows.entry((site.clone(), answers(shape, dice), standings)).or_default() += 1;
        }
    }
    let rows = rows.into_iter();
    let row =
        |((places, categories, standings), count)| Row { places, categories, standings, count };
    World { outlook, rows: rows.map(row).collect() }
}

fn sites(shape: Shape) -> Vec<BTreeSet<ReportingUnit>> {
    let mut sites = Vec::new();
    for region in 0..shape.regions {
        for catchment in 0..shape.catchments {
            let catchment = region * shape.catchments + catchment;
            for school in 0..shape.schools {
                let school = catchment * shape.schools + school;
                let mut providers = vec![format!("catchment {}", catchment / 2)];
                if school % 4 == 3 {
                    providers.push(format!("school {school}"));
                }
                for provider in providers {
                    sites.push(BTreeSet::from([
                        place(Level::National, "nation"),
                        place(Level::Region, region),
                        place(Level::Catchment, catchment),
                        place(Level::School, school),
                        place(Level::Provider, provider),
                    ]));
                }
            }
        }
    }
    sites
}

fn answers(shape: Shape, dice: &mut Dice) -> BTreeSet<Category> {
    let mut ethnicity = || {
        let weights: Vec<usize> = (0..shape.ethnicities).map(|rank| 12 >> rank.min(3)).collect();
        category("ethnicity", dice.weighted(&weights))
    };
    let mut answers = BTreeSet::from([ethnicity()]);
    let more = [0, 0, 0, 0, 1, 2][dice.below(6)];
    for _ in 0..more {
        let weights: Vec<usize> = (0..shape.ethnicities).map(|rank| 12 >> rank.min(3)).collect();
        answers.insert(category("ethnicity", dice.weighted(&weights)));
    }
    answers.insert(category("year", dice.below(shape.years)));
    answers
}
