//! An outsider with a linear-programming solver. It knows every published number, the threshold,
//! the base, which sites make up which place, how many answers a child may give and how a referral
//! may stand, and nothing else: not the key, and not one count.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::super::{
    Category, Cell, Classification, Figure, Outlook, Protection, Published, PublishedTables,
    ReportingUnit,
};
use super::worlds::Dice;
use crate::measures::Standing;

/// More than any world of the tests has anywhere; keeps the solver from infinity.
const MOST: f64 = 1000.0;

/// Unknowns and how often each, against a bound.
type Relation = (Vec<(usize, f64)>, ComparisonOp, f64);

pub struct Attacker<'a> {
    unknowns: usize,
    /// What is known of them: how the answers go together, and the published sums, which lie
    /// between two bounds.
    relations: Vec<Relation>,
    published: Vec<(Vec<usize>, (f64, f64))>,
    /// Each hidden cell as a sum of unknowns.
    hidden: Vec<(&'a Cell, Vec<usize>)>,
}

/// The least and the most that a cell was in any solution, in millionths.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    least: i64,
    most: i64,
}

const WHOLE: i64 = 1_000_000;
/// What the solver may be off by.
const SLIP: i64 = 50;

impl Range {
    const UNSEEN: Self = Self { least: i64::MAX, most: i64::MIN };

    fn seen(&mut self, value: f64) {
        let millionths: i64 = format!("{value:.6}").replace('.', "").parse().unwrap();
        *self = Self { least: self.least.min(millionths), most: self.most.max(millionths) };
    }

    /// The whole counts that the cell may have.
    pub fn possible(self) -> RangeInclusive<i64> {
        let least = (self.least - SLIP + WHOLE - 1).div_euclid(WHOLE);
        least..=(self.most + SLIP).div_euclid(WHOLE)
    }
}

impl<'a> Attacker<'a> {
    pub fn new(
        tables: &'a PublishedTables,
        sites: &BTreeSet<&BTreeSet<ReportingUnit>>,
        outlook: &Outlook,
        protection: &Protection,
    ) -> Self {
        let categories: BTreeSet<Option<&Category>> =
            tables.iter().map(|(cell, _)| cell.category.as_ref()).collect();
        let mut attacker =
            Self { unknowns: 0, relations: Vec::new(), published: Vec::new(), hidden: Vec::new() };
        let mut sums: BTreeMap<(&ReportingUnit, Option<&Category>, usize, Figure), Vec<usize>> =
            BTreeMap::new();
        for site in sites {
            for standings in &outlook.standings {
                let first = attacker.unknowns;
                attacker.unknowns += categories.len();
                let unknowns: BTreeMap<Option<&Category>, usize> =
                    categories.iter().copied().zip(first..).collect();
                for one in &outlook.classifications {
                    attacker.relations.extend(answers_of(one, &unknowns));
                }
                for (number, figure) in counted(standings) {
                    for (place, (category, unknown)) in
                        site.iter().flat_map(|place| unknowns.iter().map(move |one| (place, one)))
                    {
                        let sum = sums.entry((place, *category, number, figure)).or_default();
                        sum.push(*unknown);
                    }
                }
            }
        }
        for (cell, published) in tables.iter() {
            let key = (&cell.place, cell.category.as_ref(), cell.number, cell.figure);
            attacker.learn(cell, sums.remove(&key).unwrap(), published, protection);
        }
        attacker
    }

    fn learn(
        &mut self,
        cell: &'a Cell,
        sum: Vec<usize>,
        published: Published,
        protection: &Protection,
    ) {
        match published {
            Published::Hidden => self.hidden.push((cell, sum)),
            Published::Count(number) => {
                let number = u32::try_from(number).unwrap();
                let off = protection.base.get() - 1;
                let least = number.saturating_sub(off).max(protection.threshold);
                self.published.push((sum, (f64::from(least), f64::from(number + off))));
            }
        }
    }

    /// The counts that each hidden cell may have: all of them, or `enough` of them where solutions
    /// for other cells have shown that many.
    pub fn attack(&self, enough: usize, dice: &mut Dice) -> Vec<(&'a Cell, RangeInclusive<i64>)> {
        let mut ranges = vec![Range::UNSEEN; self.hidden.len()];
        let mut open: Vec<usize> = (0..self.hidden.len()).collect();
        while !open.is_empty() {
            let before = open.len();
            let wishes: Vec<(usize, i32)> =
                open.iter().map(|at| (*at, if dice.below(2) == 0 { 1 } else { -1 })).collect();
            let against: Vec<(usize, i32)> = wishes.iter().map(|(at, by)| (*at, -by)).collect();
            for wishes in [wishes, against] {
                self.solve(&wishes, &open, &mut ranges);
            }
            open.retain(|at| ranges[*at].possible().count() < enough);
            // Few were settled: one after the other is faster now.
            if open.len() * 10 > before * 9 {
                break;
            }
        }
        for at in open {
            for by in [1, -1] {
                self.solve(&[(at, by)], &[at], &mut ranges);
            }
        }
        let ranges = ranges.into_iter().map(Range::possible);
        self.hidden.iter().map(|(cell, _)| *cell).zip(ranges).collect()
    }

    /// A solution with the wished cells as great (or as small) as they can be together, and what
    /// the cells that are looked at are in it.
    fn solve(&self, wishes: &[(usize, i32)], looked_at: &[usize], ranges: &mut [Range]) {
        let mut weights = vec![0; self.unknowns];
        for (cell, by) in wishes {
            for unknown in &self.hidden[*cell].1 {
                weights[*unknown] += by;
            }
        }
        let mut problem = Problem::new(OptimizationDirection::Maximize);
        let unknowns: Vec<Variable> = weights
            .into_iter()
            .map(|weight| problem.add_var(f64::from(weight), (0.0, MOST)))
            .collect();
        for (terms, relation, bound) in &self.relations {
            let terms = terms.iter().map(|(one, by)| (unknowns[*one], *by));
            problem.add_constraint(terms.collect::<Vec<_>>(), *relation, *bound);
        }
        for (sum, bounds) in &self.published {
            let whole = problem.add_var(0.0, *bounds);
            let terms = sum.iter().map(|one| (unknowns[*one], 1.0)).chain([(whole, -1.0)]);
            problem.add_constraint(terms.collect::<Vec<_>>(), ComparisonOp::Eq, 0.0);
        }
        let solution = problem.solve().unwrap().into_solution().unwrap();
        for at in looked_at {
            let sum = &self.hidden[*at].1;
            ranges[*at].seen(sum.iter().map(|one| solution.var_value(unknowns[*one])).sum());
        }
    }
}

/// No category has more children than there are, and each is in one of them at least and in as
/// many as allowed at most.
fn answers_of(
    classification: &Classification,
    unknowns: &BTreeMap<Option<&Category>, usize>,
) -> Vec<Relation> {
    let own = |category: &&Category| category.classification == classification.name;
    let answers = unknowns.iter().filter(|(category, _)| category.is_some_and(|one| own(&one)));
    let answers: Vec<usize> = answers.map(|(_, unknown)| *unknown).collect();
    let everybody = unknowns[&None];
    let less = |times: i32| -> Vec<(usize, f64)> {
        let answers = answers.iter().map(|one| (*one, 1.0));
        answers.chain([(everybody, f64::from(-times))]).collect()
    };
    let most = i32::try_from(classification.most_answers.get()).unwrap();
    if most == 1 {
        return vec![(less(1), ComparisonOp::Eq, 0.0)];
    }
    let each =
        answers.iter().map(|one| (vec![(*one, 1.0), (everybody, -1.0)], ComparisonOp::Le, 0.0));
    let bounds = [(less(1), ComparisonOp::Ge, 0.0), (less(most), ComparisonOp::Le, 0.0)];
    each.chain(bounds).collect()
}

/// The figures of each number that a referral counts in which stands like that.
fn counted(standings: &[Standing]) -> impl Iterator<Item = (usize, Figure)> {
    standings.iter().enumerate().flat_map(|(number, standing)| {
        let figures = Figure::ALL.iter().filter(|of| stands_in(**of).contains(standing));
        figures.map(move |figure| (number, *figure))
    })
}

/// The standings that make up a figure.
fn stands_in(figure: Figure) -> &'static [Standing] {
    match figure {
        Figure::Met => &[Standing::Met],
        Figure::Missed => &[Standing::Missed],
        Figure::Pending => &[Standing::Pending],
        Figure::Denominator => &[Standing::Met, Standing::Missed],
    }
}
