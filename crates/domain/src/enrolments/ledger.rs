//! From statements to what stands.

use chrono::NaiveDate;

use super::{Said, Statement, Stay};
use crate::attendance::ReportedAt;
use crate::calendar::nz_date;
use crate::ids::SchoolId;

/// What a statement does to what was said before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It begins, ends, corrects or takes back a stay.
    Changes,
    /// It says what stands already, or is not in force yet.
    Nothing,
    /// It ends a stay before that began: it stands for nothing.
    Contradicts,
}

/// What stands of statements on one student.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandingEnrolments {
    /// Times at schools in the order in which they were first told, of which one at most is open.
    pub stays: Vec<Stay>,
    /// Alternative education pathways, in the order in which they were first told. They last.
    pub pathways: Vec<Pathway>,
}

/// An alternative education pathway as it stands: of two words of a school on one kind of pathway
/// the later sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pathway {
    /// The school that says so.
    pub school: SchoolId,
    /// Code of the set `alternative-pathways`.
    pub kind: String,
    pub first_day: NaiveDate,
    /// The statement that says since when.
    pub told: ReportedAt,
}

/// The times at schools that stand of statements on one student by a day.
///
/// Of two schools that each say the student is theirs the later sent wins, and the other stay ends
/// the day before. A word that a school repeats is no later word: whose student was taken by
/// another school does not get them back by sending its roll again.
pub fn stays<'a>(
    statements: impl IntoIterator<Item = &'a Statement>,
    today: NaiveDate,
) -> Vec<Stay> {
    stands(statements, today).stays
}

/// All that stands of statements on one student by a day: times at schools as in [`stays`], and
/// pathways.
pub fn stands<'a>(
    statements: impl IntoIterator<Item = &'a Statement>,
    today: NaiveDate,
) -> StandingEnrolments {
    let mut ledger = Ledger::default();
    for statement in in_order(statements) {
        ledger.take(statement, today);
    }
    ledger.standing
}

/// What one statement does, among all that are known: it is one of them.
pub fn effect_of(one: &Statement, all: &[Statement], today: NaiveDate) -> Effect {
    let mut ledger = Ledger::default();
    for statement in in_order(all) {
        if statement == one {
            let before = ledger.standing.clone();
            let possible = ledger.take(statement, today);
            return Effect::of(possible, ledger.standing != before);
        }
        ledger.take(statement, today);
    }
    Effect::Nothing
}

impl Effect {
    fn of(possible: bool, changed: bool) -> Self {
        match (possible, changed) {
            (false, _) => Self::Contradicts,
            (true, true) => Self::Changes,
            (true, false) => Self::Nothing,
        }
    }
}

/// What a new statement did where it stands among all that are known.
#[derive(Clone, Copy, Debug)]
pub struct Done<'a> {
    /// Which of the new ones.
    pub at: usize,
    pub effect: Effect,
    /// What stood before it and after it, of what was said until then.
    pub before: &'a StandingEnrolments,
    pub after: &'a StandingEnrolments,
}

/// Goes once through all that was said of a student, and tells what each new statement did.
pub fn each_effect(
    known: &[Statement],
    new: &[Statement],
    today: NaiveDate,
    mut tell: impl FnMut(Done<'_>),
) {
    let known = known.iter().map(|statement| (statement, None));
    let new = new.iter().enumerate().map(|(at, statement)| (statement, Some(at)));
    let mut ordered: Vec<(&Statement, Option<usize>)> = known.chain(new).collect();
    ordered.sort();
    ordered.dedup_by(|later, earlier| later.0 == earlier.0 && later.1.is_none());
    let mut ledger = Ledger::default();
    for (statement, at) in ordered {
        let Some(at) = at else {
            ledger.take(statement, today);
            continue;
        };
        let before = ledger.standing.clone();
        let possible = ledger.take(statement, today);
        let after = &ledger.standing;
        let effect = Effect::of(possible, *after != before);
        tell(Done { at, effect, before: &before, after });
    }
}

pub(super) fn in_order<'a>(
    statements: impl IntoIterator<Item = &'a Statement>,
) -> Vec<&'a Statement> {
    let mut ordered: Vec<&Statement> = statements.into_iter().collect();
    ordered.sort();
    ordered.dedup();
    ordered
}

#[derive(Default)]
struct Ledger<'a> {
    standing: StandingEnrolments,
    /// What they are made of.
    taken: Vec<&'a Statement>,
}

impl<'a> Ledger<'a> {
    /// Answers whether it can be: false of a leaving before the first day.
    fn take(&mut self, statement: &'a Statement, today: NaiveDate) -> bool {
        if statement.is_ahead(today) {
            return true;
        }
        if statement.said != Said::NeverEnrolled {
            self.taken.push(statement);
        }
        match &statement.said {
            Said::Enrolled { first_day, year_level } => {
                self.enrolled(statement, *first_day, *year_level);
                true
            }
            Said::Left { .. } => self.left(statement),
            Said::NeverEnrolled => {
                self.take_back(statement.school, today);
                true
            }
            Said::OnPathway { first_day, pathway } => {
                self.on_pathway(statement, *first_day, pathway);
                true
            }
        }
    }

    /// As if nothing had been said of the school: whom its words ended elsewhere is there still.
    fn take_back(&mut self, school: SchoolId, today: NaiveDate) {
        self.standing = StandingEnrolments::default();
        for statement in std::mem::take(&mut self.taken) {
            if statement.school != school {
                self.take(statement, today);
            }
        }
    }

    fn on_pathway(&mut self, by: &Statement, first_day: NaiveDate, kind: &str) {
        let same = |known: &&mut Pathway| known.school == by.school && known.kind == kind;
        let told = by.reported;
        match self.standing.pathways.iter_mut().find(same) {
            Some(known) if known.first_day == first_day => {}
            Some(known) => (known.first_day, known.told) = (first_day, told),
            None => {
                let (school, kind) = (by.school, kind.to_owned());
                self.standing.pathways.push(Pathway { school, kind, first_day, told });
            }
        }
    }

    fn enrolled(&mut self, by: &Statement, first_day: Option<NaiveDate>, year_level: Option<i32>) {
        if let Some(day) = first_day
            && let Some(at) = self.over(by, day)
        {
            let is_the_latest = self.is_the_latest(at);
            if let Some(stay) = self.standing.stays.get_mut(at) {
                if stay.first_day != first_day {
                    stay.first_day = first_day;
                    stay.begun = by.reported;
                }
                // The school takes its own word of the leaving back.
                if is_the_latest && stay.taken_by.is_none() {
                    (stay.last_day, stay.ended) = (None, None);
                    (stay.reason, stay.destination) = (None, None);
                }
            }
            return;
        }
        let open = self.standing.stays.iter().position(Stay::is_open);
        let here = open
            .filter(|at| self.standing.stays.get(*at).is_some_and(|stay| stay.school == by.school));
        if let Some((at, stay)) = here.and_then(|at| Some((at, self.standing.stays.get_mut(at)?))) {
            stay.year_level = year_level.or(stay.year_level);
            if first_day.is_some() && first_day != stay.first_day {
                stay.first_day = first_day;
                stay.begun = by.reported;
                self.end_taken(at, by);
            }
            return;
        }
        let at = self.standing.stays.len();
        self.standing.stays.push(Stay {
            school: by.school,
            first_day,
            last_day: None,
            reason: None,
            destination: None,
            year_level,
            begun: by.reported,
            ended: None,
            taken_by: None,
        });
        if let Some(elsewhere) = open.and_then(|open| self.standing.stays.get_mut(open)) {
            elsewhere.taken_by = Some(at);
            self.end_taken(at, by);
        }
    }

    /// Ends what a stay took the student from: the day before its first one; where that is
    /// unknown, the day of the word.
    fn end_taken(&mut self, taker: usize, by: &Statement) {
        let first_day = self.standing.stays.get(taker).and_then(|stay| stay.first_day);
        let before = first_day.map(|day| day.pred_opt().unwrap_or(day));
        let last_day = before.unwrap_or_else(|| nz_date(by.reported.sent_at()));
        for stay in self.standing.stays.iter_mut().filter(|stay| stay.taken_by == Some(taker)) {
            stay.last_day = Some(stay.first_day.map_or(last_day, |first| last_day.max(first)));
            stay.ended = Some(by.reported);
        }
    }

    /// The stay at the school that the day is within, or before, and that is over.
    fn over(&self, by: &Statement, day: NaiveDate) -> Option<usize> {
        let here =
            self.standing.stays.iter().enumerate().filter(|(_, stay)| stay.school == by.school);
        let over = here.filter_map(|(at, stay)| Some((stay.last_day?, at)));
        let over = over.filter(|(last, _)| day <= *last);
        over.min().map(|(_, at)| at)
    }

    /// Whether nothing is known that came after a stay that is over.
    fn is_the_latest(&self, at: usize) -> bool {
        let last = self.standing.stays.get(at).and_then(|stay| stay.last_day);
        let others = self.standing.stays.iter().enumerate().filter(|(other, _)| *other != at);
        last.is_some_and(|last| {
            others.into_iter().all(|(_, stay)| stay.last_day.is_some_and(|day| day <= last))
        })
    }

    /// Answers whether the day can be.
    fn left(&mut self, by: &Statement) -> bool {
        let Said::Left { first_day, last_day, reason, destination } = &by.said else { return true };
        let here = |stay: &Stay| stay.school == by.school;
        let begun = |stay: &Stay| stay.first_day.is_none_or(|first| first <= *last_day);
        let fitting =
            self.standing.stays.iter().enumerate().filter(|(_, stay)| here(stay) && begun(stay));
        let fitting = fitting.max_by_key(|(at, stay)| (stay.is_open(), stay.begins(), *at));
        let Some(at) = fitting.map(|(at, _)| at) else {
            if self.standing.stays.iter().any(here) {
                return false;
            }
            self.standing.stays.push(Stay {
                school: by.school,
                first_day: *first_day,
                last_day: Some(*last_day),
                reason: reason.clone(),
                destination: destination.clone(),
                year_level: None,
                begun: by.reported,
                ended: Some(by.reported),
                taken_by: None,
            });
            return true;
        };
        if let Some(stay) = self.standing.stays.get_mut(at) {
            stay.first_day = stay.first_day.or(*first_day);
            let other_reason = reason.is_some() && *reason != stay.reason;
            let known = stay.destination.clone().filter(|_| !other_reason);
            let left_with = (reason.clone().or(stay.reason.clone()), destination.clone().or(known));
            if stay.last_day != Some(*last_day)
                || (&stay.reason, &stay.destination) != (&left_with.0, &left_with.1)
            {
                stay.ended = Some(by.reported);
            }
            stay.last_day = Some(*last_day);
            // What is not said of the same leaving again takes nothing away.
            (stay.reason, stay.destination) = left_with;
            stay.taken_by = None;
        }
        self.give_back(at, *last_day);
        true
    }

    /// A stay that was over before another one began took the student from nobody: its school has
    /// told of it afterwards.
    fn give_back(&mut self, taker: usize, last_day: NaiveDate) {
        if self.standing.stays.iter().any(Stay::is_open) {
            return;
        }
        let taken = |stay: &&mut Stay| stay.taken_by == Some(taker) && stay.begins() > last_day;
        if let Some(stay) = self.standing.stays.iter_mut().find(taken) {
            (stay.last_day, stay.ended, stay.taken_by) = (None, None, None);
        }
    }
}
