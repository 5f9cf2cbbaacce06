//! Measures of the same referrals that are published one after the other, each protected by itself,
//! as outcomes are terms after contact.

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::{Cell, Outlook, Protection, PublishedTables, RoundingKey, Row};
use super::attacker::Attacker;
use super::worlds::{DECIDED, Dice, Ways, World, crossed};
use super::{POSSIBLE_COUNTS, protection, published, sites, small_world_of};
use crate::measures::Standing;

/// The world of one of its two numbers.
fn of_number(world: &World, number: usize) -> World {
    let only = |standings: &Vec<Standing>| vec![standings[number]];
    let standings = world.outlook.standings.iter().map(only).collect();
    let outlook = Outlook { standings, ..world.outlook.clone() };
    let row = |row: &Row| Row { standings: only(&row.standings), ..row.clone() };
    World { outlook, rows: world.rows.iter().map(row).collect() }
}

fn published_apart(world: &World, protection: &Protection) -> PublishedTables {
    let mut both = BTreeMap::new();
    for number in 0..2 {
        let key = RoundingKey([u8::try_from(number).unwrap(); 16]);
        let tables =
            published(&of_number(world, number), &Protection { key, ..protection.clone() });
        both.extend(tables.0.into_iter().map(|(cell, shown)| (Cell { number, ..cell }, shown)));
    }
    PublishedTables(both)
}

/// How many cells were hidden in a world, after an attack that knows both tables, and that each
/// referral stands somehow for both numbers.
fn hidden_in(ways: Ways<'_>, number: u64) -> usize {
    let protection = protection(6, 3);
    let world = small_world_of(ways, number);
    let tables = published_apart(&world, &protection);
    let attacker = Attacker::new(&tables, &sites(&world), &world.outlook, &protection);
    let enough = usize::try_from(POSSIBLE_COUNTS).unwrap();
    let ranges = attacker.attack(enough, &mut Dice(0));
    for (cell, counts) in &ranges {
        assert!(counts.clone().count() >= enough, "world {number}: {cell:?} {counts:?}");
    }
    ranges.len()
}

#[test]
fn an_attacker_recovers_no_hidden_cell_of_two_publications() {
    let both = crossed(DECIDED, DECIDED);
    let ways: Vec<_> = both.iter().map(|(way, weight)| (way.as_slice(), *weight)).collect();
    let ways = ways.as_slice();
    // With the excluded published too, figures of 7 of 150 worlds were all but solved.
    let hidden: usize = std::thread::scope(|scope| {
        let threads = [0..10, 10..20].map(|worlds: Range<u64>| {
            scope.spawn(move || worlds.map(|number| hidden_in(ways, number)).sum::<usize>())
        });
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(hidden > 4_000);
}
