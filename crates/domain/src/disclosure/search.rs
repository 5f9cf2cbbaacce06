//! Looks for the other worlds that keep each hidden cell hidden, and hides what stands in their
//! way.

use std::collections::BTreeSet;

use super::counts::{Answers, Counts, EVERYBODY};
use super::rounding::Rounded;
use super::steps::{CountStep, moving};
use super::worth;

/// How many counts in a row a hidden cell may have, at least, as far as an outsider can tell.
pub const POSSIBLE_COUNTS: u32 = 3;

/// How many changes are tried for a step of a cell's.
const TRIES: usize = 400;
/// How many while every one that was found would hide a headline.
const TRIES_FOR_A_HEADLINE: usize = 6_000;

/// By how much a hidden cell is above or below its count in some other world.
#[derive(Clone, Copy, Debug, Default)]
struct Leeway {
    up: i64,
    down: i64,
}

impl Leeway {
    fn is_enough(self) -> bool {
        self.up + self.down + 1 >= i64::from(POSSIBLE_COUNTS)
    }
}

/// Which categories take part in a step.
#[derive(Clone, Copy, Debug)]
enum Way {
    /// Referrals come and go: everybody's count changes, and in each classification some category.
    Referrals,
    /// The same referrals answer otherwise: one more in the cell's category, one fewer in another.
    Instead(usize),
    /// Where several answers are allowed: one more in the cell's category, and that is all.
    Besides,
}

/// A step, forwards or backwards, with the categories that take part and their signs.
#[derive(Clone, Debug)]
struct Change {
    step: CountStep,
    categories: Vec<(usize, i64)>,
    /// What the published counts that rule it out are worth together.
    obstacles: i64,
}

pub(super) struct Search<'a> {
    truth: &'a Counts,
    /// The other world that is being looked at, and the changes that led to it.
    world: Counts,
    trail: Vec<Change>,
    shown: Vec<Option<Rounded>>,
    leeway: Vec<Leeway>,
    /// What each cell is worth to those who read it.
    worth: Vec<i64>,
    /// Hidden cells not yet known to be safe, by count.
    waiting: BTreeSet<(i64, usize)>,
}

impl<'a> Search<'a> {
    pub fn new(truth: &'a Counts, shown: Vec<Option<Rounded>>) -> Self {
        let hidden = shown.iter().enumerate().filter(|(_, rounded)| rounded.is_none());
        let waiting = hidden.map(|(cell, _)| (truth.cell(cell), cell)).collect();
        let leeway = vec![Leeway::default(); shown.len()];
        let worth = truth.cells().map(|cell| worth::of(truth, cell)).collect();
        Self { truth, world: truth.clone(), trail: Vec::new(), shown, leeway, worth, waiting }
    }

    /// What can be shown when every hidden cell is safe.
    pub fn protect_all(mut self) -> Vec<Option<Rounded>> {
        while let Some((_, cell)) = self.waiting.pop_first() {
            self.protect(cell);
        }
        self.shown
    }

    /// Each round ends with the cell safe or with something more hidden, so the rounds end: a
    /// referral more is always possible once all that notice it are hidden.
    fn protect(&mut self, cell: usize) {
        loop {
            for by in [1, -1] {
                self.walk(cell, by);
                self.go_home();
            }
            if self.leeway(cell).is_enough() {
                return;
            }
            let mut cheapest: Option<(i64, Vec<usize>)> = None;
            for by in [1, -1] {
                let limit = cheapest.as_ref().map_or(i64::MAX, |(obstacles, _)| *obstacles);
                let change = self.beyond(cell, by, limit);
                if let Some(change) = change {
                    cheapest = Some((change.obstacles, self.blocked(&change)));
                }
                self.go_home();
                if self.leeway(cell).is_enough() {
                    return;
                }
            }
            let Some((_, blocked)) = cheapest else { return };
            for cell in blocked {
                self.hide(cell);
                self.hide_what_gives_away(cell);
            }
        }
    }

    /// Moves the cell by one at a time, until it is safe or can't be moved further.
    fn walk(&mut self, cell: usize, by: i64) {
        while !self.leeway(cell).is_enough()
            && let Some(change) = self.find(cell, by, 1)
        {
            self.shift(&change, 1);
            self.trail.push(change);
            self.note();
        }
    }

    /// The change with the least in its way, from where the cell can be moved no further; `None`
    /// too when it is safe there. The longer search may find a change with nothing in its way that a
    /// walk has not tried: the walk goes on with it, since hiding nothing would end nothing.
    fn beyond(&mut self, cell: usize, by: i64, limit: i64) -> Option<Change> {
        loop {
            self.walk(cell, by);
            let change = self.find(cell, by, limit).filter(|_| !self.leeway(cell).is_enough())?;
            if change.obstacles > 0 {
                return Some(change);
            }
            self.shift(&change, 1);
            self.trail.push(change);
            self.note();
        }
    }

    fn go_home(&mut self) {
        while let Some(change) = self.trail.pop() {
            self.shift(&change, -1);
        }
    }

    /// Every hidden cell that is not what it was is as far from being solved.
    fn note(&mut self) {
        for change in &self.trail {
            for (cell, _) in cells(self.truth, change) {
                let away = self.world.cell(cell) - self.truth.cell(cell);
                if let (Some(None), Some(leeway)) =
                    (self.shown.get(cell), self.leeway.get_mut(cell))
                {
                    leeway.up = leeway.up.max(away);
                    leeway.down = leeway.down.max(-away);
                    if leeway.is_enough() {
                        self.waiting.remove(&(self.truth.cell(cell), cell));
                    }
                }
            }
        }
    }

    fn shift(&mut self, change: &Change, by: i64) {
        for (category, sign) in &change.categories {
            for (spot, one) in change.step.spots() {
                self.world.shift_spot(spot, *category, one * sign * by);
            }
        }
        for (cell, one) in cells(self.truth, change) {
            self.world.shift_cell(cell, one * by);
        }
    }

    /// A headline's denominator is the sum of its parts: where those are shown it is as good as
    /// shown, and hidden for nothing. So the lesser of the two is hidden with it.
    fn hide_what_gives_away(&mut self, cell: usize) {
        let Some([met, missed, denominator]) = self.truth.headline_of(cell) else { return };
        let is_hidden = |cell: usize| matches!(self.shown.get(cell), Some(None));
        if is_hidden(denominator) && !is_hidden(met) && !is_hidden(missed) {
            let lesser = [missed, met].into_iter().min_by_key(|part| self.truth.cell(*part));
            lesser.into_iter().for_each(|part| self.hide(part));
        }
    }

    fn hide(&mut self, cell: usize) {
        if let Some(shown) = self.shown.get_mut(cell) {
            *shown = None;
        }
        self.waiting.insert((self.truth.cell(cell), cell));
    }

    /// The change that moves the cell by one and has the least in its way, if that is under the
    /// limit; the first with nothing in its way, if there is one.
    fn find(&self, cell: usize, by: i64, mut limit: i64) -> Option<Change> {
        let (_, category, _) = self.truth.parts(cell)?;
        let ways = self.ways(category);
        let mut found = None;
        let possible = |step: &CountStep| self.is_possible(*step, category, by);
        let steps = moving(&self.world, cell, by).filter(possible);
        let pairs = steps.flat_map(|step| ways.iter().map(move |way| (step, *way)));
        for (tried, (step, way)) in pairs.take(TRIES_FOR_A_HEADLINE).enumerate() {
            if tried >= TRIES && limit < worth::HEADLINE {
                break;
            }
            if let Some(change) = self.change(step, way, category, by, limit) {
                limit = change.obstacles;
                found = Some(change);
                if limit == 0 {
                    break;
                }
            }
        }
        found
    }

    fn ways(&self, category: usize) -> Vec<Way> {
        let mut ways = vec![Way::Referrals];
        for answers in self.truth.answers() {
            if answers.categories.contains(&category) {
                if answers.most > 1 {
                    ways.push(Way::Besides);
                }
                let others = answers.categories.clone().filter(|other| *other != category);
                ways.extend(others.map(Way::Instead));
            }
        }
        ways
    }

    /// The step as a change that keeps counts whole, non-negative and in the rules of
    /// classifications; `None` where it can't, or has as much in its way as the limit.
    fn change(
        &self,
        step: CountStep,
        way: Way,
        category: usize,
        by: i64,
        limit: i64,
    ) -> Option<Change> {
        let own = |answers: &&Answers| answers.categories.contains(&category);
        let mut change = Change { step, categories: Vec::new(), obstacles: 0 };
        let mut include = |category: usize, sign: i64| {
            let possible = self.is_possible(step, category, sign);
            let more = self.obstacles(step, category, sign, limit);
            change.obstacles = change.obstacles.saturating_add(more);
            change.categories.push((category, sign));
            (possible && change.obstacles < limit).then_some(())
        };
        match way {
            Way::Referrals => {
                include(EVERYBODY, by)?;
                for answers in self.truth.answers() {
                    let some = if own(&answers) {
                        category..category + 1
                    } else {
                        answers.categories.clone()
                    };
                    include(self.easiest(step, answers, some, by)?, by)?;
                }
            }
            Way::Instead(other) => {
                include(category, by)?;
                include(other, -by)?;
            }
            Way::Besides => include(category, by)?,
        }
        let everybody = if matches!(way, Way::Referrals) { by } else { 0 };
        let mut answers = self.truth.answers().iter().filter(own);
        answers
            .all(|answers| self.keeps_answers(step, answers, everybody, &change.categories))
            .then_some(change)
    }

    /// The category with the least in the way of a referral more (or fewer) in it.
    fn easiest(
        &self,
        step: CountStep,
        answers: &Answers,
        mut categories: std::ops::Range<usize>,
        by: i64,
    ) -> Option<usize> {
        let mut limit = i64::MAX;
        let mut easiest = None;
        while limit > 0
            && let Some(category) = categories.next()
        {
            if self.is_possible(step, category, by)
                && self.keeps_answers(step, answers, by, &[(category, by)])
            {
                let obstacles = self.obstacles(step, category, by, limit);
                if obstacles < limit {
                    limit = obstacles;
                    easiest = Some(category);
                }
            }
        }
        easiest
    }

    fn is_possible(&self, step: CountStep, category: usize, by: i64) -> bool {
        step.spots().all(|(spot, sign)| self.world.spot(spot, category) + sign * by >= 0)
    }

    /// Whether there still can be children who answer like that: no category has more than there
    /// are, and everybody is in one at least and in as many as allowed at most. (With one answer
    /// each, the steps keep the sums.)
    fn keeps_answers(
        &self,
        step: CountStep,
        answers: &Answers,
        everybody: i64,
        changed: &[(usize, i64)],
    ) -> bool {
        let keeps = |(spot, sign): (super::counts::Spot, i64)| {
            let children = self.world.spot(spot, EVERYBODY) + sign * everybody;
            let (mut most, mut sum) = (0, 0);
            for category in answers.categories.clone() {
                let by = changed.iter().find(|(one, _)| *one == category).map_or(0, |(_, by)| *by);
                let count = self.world.spot(spot, category) + sign * by;
                most = count.max(most);
                sum += count;
            }
            most <= children && (children..=answers.most * children).contains(&sum)
        };
        answers.most == 1 || step.spots().all(keeps)
    }

    /// The sum of the counts that would not be published like that any more; no further than the
    /// limit.
    fn obstacles(&self, step: CountStep, category: usize, by: i64, limit: i64) -> i64 {
        let mut sum: i64 = 0;
        for (cell, sign) in step.cells(self.truth, category) {
            if self.blocks(cell, sign * by) {
                sum = sum.saturating_add(self.worth.get(cell).copied().unwrap_or(1));
                if sum >= limit {
                    break;
                }
            }
        }
        sum
    }

    fn blocked(&self, change: &Change) -> Vec<usize> {
        let cells = cells(self.truth, change);
        cells.filter(|(cell, by)| self.blocks(*cell, *by)).map(|(cell, _)| cell).collect()
    }

    fn blocks(&self, cell: usize, by: i64) -> bool {
        let shown = self.shown.get(cell).copied().flatten();
        shown.is_some_and(|shown| {
            !(shown.least..=shown.most).contains(&(self.world.cell(cell) + by))
        })
    }

    fn leeway(&self, cell: usize) -> Leeway {
        self.leeway.get(cell).copied().unwrap_or_default()
    }
}

/// The cells that notice a change, each with what it changes by.
fn cells<'a>(counts: &'a Counts, change: &'a Change) -> impl Iterator<Item = (usize, i64)> + 'a {
    change.categories.iter().flat_map(move |(category, sign)| {
        change.step.cells(counts, *category).map(move |(cell, by)| (cell, by * sign))
    })
}
