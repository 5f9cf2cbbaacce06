//! What is hidden for the sake of others: the least useful first, and no headline that its own row
//! gives away.

use std::collections::BTreeMap;

use super::super::{Cell, Figure, Published, PublishedTables, ReportingUnit};
use super::worlds::{Dice, ONE_NUMBER, Shape, TWO_LIMITS, Ways, World, world};
use super::{protection, published, small_world_of, truth};
use crate::measures::Level;

/// Met, missed and denominator of each headline, by place and number.
fn headlines(tables: &PublishedTables) -> BTreeMap<(ReportingUnit, usize), [(Cell, Published); 3]> {
    let mut rows: BTreeMap<(ReportingUnit, usize), Vec<(Cell, Published)>> = BTreeMap::new();
    for (cell, published) in tables.iter() {
        if cell.category.is_none() && cell.figure != Figure::Pending {
            let row = rows.entry((cell.place.clone(), cell.number)).or_default();
            row.push((cell.clone(), published));
        }
    }
    rows.into_iter().map(|(key, row)| (key, row.try_into().expect("three figures"))).collect()
}

/// Headlines with a rate, and those that could have one: nothing in them is under the threshold.
fn rates(world: &World, level: Level) -> (usize, usize) {
    let tables = published(world, &protection(6, 3));
    let (mut with, mut could) = (0, 0);
    for ((place, _), row) in headlines(&tables) {
        let large = row.iter().all(|(cell, _)| truth(world, cell) >= 6);
        if place.level != level || !large {
            continue;
        }
        let [met, _, denominator] = row.map(|(_, published)| published);
        could += 1;
        with += usize::from(met.share_of(denominator).is_some());
    }
    (with, could)
}

/// A nation of many places, with categories in which nearly every count is small.
fn nation(number: u64, ways: Ways<'_>) -> World {
    let shape =
        Shape { regions: 8, catchments: 3, schools: 1, referrals: 160, ethnicities: 6, years: 13 };
    world(shape, ways, &mut Dice(number))
}

#[test]
fn no_headline_is_hidden_that_its_own_row_gives_away() {
    for ways in [ONE_NUMBER, TWO_LIMITS] {
        for number in 0..40 {
            let tables = published(&small_world_of(ways, number), &protection(6, 3));
            for ((place, _), row) in headlines(&tables) {
                let hidden = row.map(|(_, published)| published == Published::Hidden);
                assert_ne!(hidden, [false, false, true], "{place:?} of world {number}");
            }
        }
    }
}

#[test]
fn the_nation_and_most_regions_have_a_rate_where_nothing_is_small() {
    for ways in [ONE_NUMBER, TWO_LIMITS] {
        let (mut nations, mut regions) = ((0, 0), (0, 0));
        for number in 0..3 {
            let world = nation(number, ways);
            for (sum, level) in [(&mut nations, Level::National), (&mut regions, Level::Region)] {
                let (with, could) = rates(&world, level);
                *sum = (sum.0 + with, sum.1 + could);
            }
        }
        assert_eq!(nations.0, nations.1, "of the nation");
        // A region whose figure is small takes another one with it: their sum is shown.
        assert!(regions.1 > 15 && regions.0 * 5 >= regions.1 * 4, "of the regions: {regions:?}");
    }
}
