use chrono::NaiveDate;
use proptest::prelude::*;

use super::{Versioned, in_force};

fn day(number: i32) -> NaiveDate {
    NaiveDate::from_num_days_from_ce_opt(739_000 + number).expect("a day")
}

/// Versions by the days from which on they are valid.
fn versions(from: &[i32]) -> Vec<Versioned<i32>> {
    let version = |from: &i32| Versioned {
        version: format!("rule/{from}"),
        valid_from: day(*from),
        parameters: *from,
    };
    from.iter().map(version).collect()
}

#[test]
fn a_version_is_in_force_from_its_day_until_the_next_one_is() {
    let all = versions(&[10, 30, 20]);
    for (on, expected) in [(9, 10), (10, 10), (19, 10), (20, 20), (29, 20), (30, 30), (999, 30)] {
        let found = in_force(&all, day(on)).map(|one| one.parameters);
        assert_eq!(found, Some(expected), "day {on}");
    }
    assert_eq!(in_force(&versions(&[]), day(1)), None);
}

proptest! {
    /// In whatever order the versions are there, and whatever days they are of: the one in force is the latest
    /// that is valid, or the first of all; another day later never goes back to an earlier one.
    #[test]
    fn time_never_goes_back_to_an_earlier_version(
        from in proptest::collection::hash_set(0..200_i32, 1..8),
        on in -20..220_i32,
    ) {
        let from: Vec<i32> = from.into_iter().collect();
        let all = versions(&from);
        let found = in_force(&all, day(on)).map(|one| one.parameters);
        let first = from.iter().min().copied();
        let latest = from.iter().filter(|from| **from <= on).max().copied();
        prop_assert_eq!(found, latest.or(first));
        let next = in_force(&all, day(on + 1)).map(|one| one.parameters);
        prop_assert!(next >= found);
    }
}
