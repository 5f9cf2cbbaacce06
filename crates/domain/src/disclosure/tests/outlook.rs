//! How referrals may stand, and what follows for the tables.

use std::collections::BTreeSet;

use super::worlds::{DECIDED, TWO_LIMITS, place, possible};
use super::{
    Figure, MisfitRow, Outlook, Row, SCOPE, protect, protection, published, small_world_of,
};
use crate::measures::{Level, Standing};

#[test]
fn a_longer_limit_is_kept_by_whoever_kept_the_shorter() {
    let standings = |numbers: usize| -> BTreeSet<String> {
        let all = Outlook::decided(&[numbers], Vec::new()).standings;
        all.iter().map(|one| format!("{one:?}")).collect()
    };
    assert_eq!(standings(1), ["[Met]", "[Missed]", "[Excluded]"].map(str::to_owned).into());
    let two = [
        "[Met, Met]",
        "[Missed, Met]",
        "[Missed, Missed]",
        "[Missed, Excluded]",
        "[Excluded, Met]",
        "[Excluded, Excluded]",
    ];
    assert_eq!(standings(2), two.map(str::to_owned).into());
    assert_eq!(Outlook::decided(&[2], Vec::new()).standings, possible(TWO_LIMITS));
    let both = Outlook::decided(&[2, 2], Vec::new()).standings;
    assert_eq!(both.len(), 36);
    assert!(both.iter().all(|one| {
        let (school, whanau) = one.split_at(2);
        possible(TWO_LIMITS).contains(school) && possible(TWO_LIMITS).contains(whanau)
    }));
}

#[test]
fn a_row_stands_as_the_outlook_says_that_one_can() {
    let with = |standings: Vec<Standing>| {
        let places = BTreeSet::from([place(Level::National, "nation")]);
        let row = Row { places, categories: BTreeSet::new(), standings, count: 1 };
        let outlook = Outlook { classifications: Vec::new(), standings: possible(DECIDED) };
        protect(SCOPE, &outlook, &[row], &protection(6, 3)).map(|_| ())
    };
    assert_eq!(with(vec![Standing::Met]), Ok(()));
    for odd in [vec![Standing::Pending], vec![], vec![Standing::Met, Standing::Met]] {
        assert_eq!(with(odd), Err(MisfitRow::UnknownStandings));
    }
}

#[test]
fn a_figure_that_nobody_can_count_in_is_not_published() {
    let tables = published(&small_world_of(TWO_LIMITS, 1), &protection(6, 3));
    assert!(tables.iter().all(|(cell, _)| cell.figure != Figure::Pending));
    let numbers: BTreeSet<usize> = tables.iter().map(|(cell, _)| cell.number).collect();
    assert_eq!(numbers, [0, 1].into());
}
