//! What may happen to a student, and when: drawn before anything of it is done. An act that does
//! not fit by then is left out.

use chrono::{Days, Duration, NaiveDate, NaiveTime};

use super::calendars::{self, SCHOOLS, School, day, nz_day, nz_instant, planned};
use super::log::Instant;
use crate::lifecycle_walks::Dice;

#[derive(Clone, Copy, Debug)]
pub enum Decision {
    Accept,
    Decline,
    Return,
    Redirect(&'static str),
    Withdraw,
}

#[derive(Clone, Copy, Debug)]
pub enum Act {
    Refer {
        school: &'static School,
        is_chronic: bool,
        to_team: bool,
        confirmed: Option<NaiveDate>,
    },
    Decide(Decision),
    Resubmit,
    Contact {
        party: &'static str,
        outcome: &'static str,
        happened: Instant,
    },
    /// The latest contact of the open case was wrong: withdrawn, or put right by another.
    Correct(Option<(&'static str, Instant)>),
    /// Somebody made sure how the whānau is reached: of a new contact, or of the last one again.
    Confirm {
        on: NaiveDate,
        again: bool,
    },
    Transfer {
        to: &'static str,
        accept: bool,
    },
    ChangeSchool(&'static School),
    /// So many days of a term, attended at so many percent.
    SendDays {
        term: &'static str,
        days: usize,
        percent: usize,
        back: i64,
    },
    SendTotals {
        term: &'static str,
    },
    /// For a reason, and perhaps naming a pathway that began so many days before.
    Close(&'static str, Option<u64>),
    Reopen,
    Describe {
        year_level: i64,
        ethnicities: &'static [&'static str],
    },
    /// The register says that the student is enrolled from a day on.
    Enrol {
        school: &'static School,
        first: NaiveDate,
    },
    /// The school where the student is says that they left, so many days ago.
    Leave {
        back: u64,
    },
    /// The register says that the student was never at a school that somebody spoke of.
    Never,
    /// The register says that the student is on an alternative pathway, which a school knows of.
    Pathway {
        school: &'static School,
        kind: &'static str,
        first: NaiveDate,
    },
    /// A meeting on the open case that reached some.
    Meet {
        reached: &'static [&'static str],
        happened: Instant,
    },
    /// The latest meeting was wrong: withdrawn, or put right by another.
    Unmeet(Option<(&'static [&'static str], Instant)>),
    /// A referral makes a second record of the student, under another name.
    Double {
        school: &'static School,
        is_chronic: bool,
    },
    DecideDouble(Decision),
    /// The second record is joined to the first, or parted from it again.
    Join(bool),
}

impl Act {
    /// Whether it says something of which the later said wins.
    pub fn is_a_word(self) -> bool {
        match self {
            Self::SendDays { .. }
            | Self::SendTotals { .. }
            | Self::Refer { .. }
            | Self::ChangeSchool(_)
            | Self::Enrol { .. }
            | Self::Leave { .. }
            | Self::Pathway { .. }
            | Self::Double { .. }
            | Self::Join(_)
            | Self::Never => true,
            Self::Decide(_)
            | Self::Resubmit
            | Self::Contact { .. }
            | Self::Correct(_)
            | Self::Confirm { .. }
            | Self::Transfer { .. }
            | Self::Close(..)
            | Self::Reopen
            | Self::Meet { .. }
            | Self::Unmeet(_)
            | Self::DecideDouble(_)
            | Self::Describe { .. } => false,
        }
    }
}

/// An act of one world at an instant.
pub type Planned = (Instant, Act);

pub fn one_of<T: Copy>(dice: &mut Dice, of: &[T]) -> T {
    of[dice.below(of.len())]
}

/// True in so many of a hundred.
pub fn often(dice: &mut Dice, percent: usize) -> bool {
    dice.below(100) < percent
}

/// Days around which numbers go wrong if they ever do: edges of terms and years, holidays of the
/// nation and of regions, and the days on which clocks change.
const EDGES: [&str; 30] = [
    "2025-09-19",
    "2025-09-28",
    "2025-10-06",
    "2025-10-24",
    "2025-11-20",
    "2025-12-19",
    "2025-12-24",
    "2025-12-31",
    "2026-01-09",
    "2026-01-18",
    "2026-01-25",
    "2026-02-05",
    "2026-02-20",
    "2026-03-12",
    "2026-04-02",
    "2026-04-05",
    "2026-04-07",
    "2026-04-19",
    "2026-04-25",
    "2026-05-29",
    "2026-06-18",
    "2026-07-03",
    "2026-07-09",
    "2026-07-19",
    "2026-08-12",
    "2026-09-25",
    "2026-09-27",
    "2026-10-11",
    "2026-10-25",
    "2026-12-18",
];

const TIMES: [(u32, u32, u32); 7] =
    [(0, 0, 0), (0, 30, 0), (8, 30, 0), (12, 0, 0), (15, 45, 0), (23, 30, 0), (23, 59, 59)];

/// A time of a day in New Zealand, near midnight more often than not.
fn time_of(dice: &mut Dice, date: NaiveDate) -> Instant {
    let (hour, minute, second) = one_of(dice, &TIMES);
    nz_instant(date.and_time(NaiveTime::from_hms_opt(hour, minute, second).expect("a time")))
}

fn near(dice: &mut Dice, date: NaiveDate, days: usize) -> NaiveDate {
    date - Days::new(days as u64) + Days::new(dice.below(2 * days + 1) as u64)
}

fn later(dice: &mut Dice, from: Instant, hours: &[i64]) -> Instant {
    from + Duration::hours(one_of(dice, hours)) + Duration::seconds(dice.below(600) as i64)
}

/// Everything that one student may live through.
pub fn of_world(dice: &mut Dice) -> Vec<Planned> {
    let mut plan = Vec::new();
    let edge = day(one_of(dice, &EDGES));
    let edge = near(dice, edge, 3);
    let first = time_of(dice, edge);
    referral(dice, first, &mut plan);
    if often(dice, 40) {
        let hours = [24, 120, 700, 2400, 4800];
        let again = later(dice, first, &hours);
        referral(dice, again, &mut plan);
    }
    if often(dice, 40) {
        let at = later(dice, first, &[200, 900, 2600, 3400, 4600]);
        plan.push((at, Act::ChangeSchool(&SCHOOLS[dice.below(4)])));
    }
    if often(dice, 30) {
        let at = later(dice, first, &[100, 700, 2000, 3000]);
        plan.push((at, Act::Leave { back: one_of(dice, &[0, 1, 3, 20, 70]) }));
    }
    let doubled = often(dice, 20);
    if doubled {
        double(dice, first, &mut plan);
    }
    // What is written while two records are one goes back in parts: the tests of merges have that.
    if !doubled && often(dice, 25) {
        let at = later(dice, first, &[1, 300, 2600]);
        const GROUPS: [&[&str]; 5] = [&[], &["1"], &["1", "2"], &["4", "3"], &["9"]];
        let year_level = 1 + dice.below(11) as i64;
        plan.push((at, Act::Describe { year_level, ethnicities: one_of(dice, &GROUPS) }));
    }
    // The almanac ends some time after that.
    let end = nz_instant(day("2027-02-28").and_hms_opt(0, 0, 0).expect("midnight"));
    plan.retain(|(at, _)| *at < end);
    plan.sort_by_key(|(at, _)| *at);
    plan
}

fn referral(dice: &mut Dice, at: Instant, plan: &mut Vec<Planned>) {
    let school = &SCHOOLS[one_of(dice, &[0, 0, 0, 1, 1, 2, 2, 2, 3])];
    let is_chronic = often(dice, 60);
    let confirmed =
        often(dice, 40).then(|| nz_day(at) - Days::new(one_of(dice, &[0, 5, 59, 60, 61, 90])));
    let to_team = often(dice, 70);
    plan.push((at, Act::Refer { school, is_chronic, to_team, confirmed }));
    let decided = decisions(dice, at, school, plan);
    contacts(dice, (at, decided), school, plan);
    meetings(dice, (at, decided), school, plan);
    if often(dice, if is_chronic { 20 } else { 70 }) {
        confirmations(dice, at, school, plan);
    }
    if often(dice, if is_chronic { 15 } else { 60 }) {
        enrolments(dice, at, school, plan);
    }
    if often(dice, 15) {
        let transferred = later(dice, decided, &[20, 200, 1200]);
        let to = one_of(dice, &["P01", "P02", "S01"]);
        plan.push((transferred, Act::Transfer { to, accept: often(dice, 80) }));
    }
    if often(dice, 50) {
        let closed = later(dice, decided, &[2, 60, 150, 250, 400, 1400, 2500, 4000]);
        const REASONS: [&str; 5] =
            ["died", "moved_overseas", "attendance_sustained", "other", "alternative_pathway"];
        let reason = one_of(dice, &REASONS);
        let named = reason == "alternative_pathway" || often(dice, 10);
        let pathway = named.then(|| one_of(dice, &[0, 0, 1, 5, 20]));
        plan.push((closed, Act::Close(reason, pathway)));
        if often(dice, 35) {
            plan.push((later(dice, closed, &[0, 40, 300, 600]), Act::Reopen));
        }
    }
    attendance(dice, at, plan);
}

/// Answers with the instant from which there may be a case.
fn decisions(dice: &mut Dice, at: Instant, school: &School, plan: &mut Vec<Planned>) -> Instant {
    let mut decided = later(dice, at, &[0, 3, 20, 100, 170, 250, 300, 400, 600, 2000]);
    let other = one_of(dice, &["P01", "P02", "S01"]);
    let first = match dice.below(100) {
        _ if school.provider.is_none() => Decision::Redirect(one_of(dice, &["P01", "P02"])),
        0..=7 => Decision::Decline,
        8..=12 => Decision::Withdraw,
        13..=20 => Decision::Redirect(other),
        21..=30 => Decision::Return,
        31..=34 => return decided,
        _ => Decision::Accept,
    };
    plan.push((decided, Act::Decide(first)));
    if let Decision::Return = first {
        decided = later(dice, decided, &[5, 100, 400]);
        plan.push((decided, Act::Resubmit));
    }
    if let Decision::Return | Decision::Redirect(_) = first {
        decided = later(dice, decided, &[1, 50, 150]);
        let then = one_of(
            dice,
            &[Decision::Accept, Decision::Accept, Decision::Accept, Decision::Decline],
        );
        plan.push((decided, Act::Decide(then)));
    }
    decided
}

/// A day near a deadline of contact.
fn near_deadline(dice: &mut Dice, referred: NaiveDate, school: &School) -> NaiveDate {
    let n = one_of(dice, &[0, 1, 4, 5, 5, 6, 9, 10, 10, 11, 14, 15, 15, 16, 20]);
    let due = planned(school.holidays).due_on(referred, n);
    due + Days::new(one_of(dice, &[0, 0, 0, 1, 2]))
}

fn contacts(
    dice: &mut Dice,
    (referred, decided): (Instant, Instant),
    school: &School,
    plan: &mut Vec<Planned>,
) {
    for _ in 0..dice.below(6) {
        let date = near_deadline(dice, nz_day(referred), school);
        let happened = time_of(dice, date);
        let recorded = later(dice, happened.max(decided), &[0, 5, 50, 220, 900]);
        let party = one_of(dice, &["school", "school", "student", "whanau", "whanau", "agency"]);
        let outcome = one_of(dice, &["reached", "reached", "reached", "attempted", "message_left"]);
        plan.push((recorded, Act::Contact { party, outcome, happened }));
        if often(dice, 25) {
            let corrected = later(dice, recorded, &[0, 30, 300, 2000]);
            let date = near_deadline(dice, nz_day(referred), school);
            let right =
                (one_of(dice, &["school", "student", "whanau", "agency"]), time_of(dice, date));
            plan.push((corrected, Act::Correct(often(dice, 60).then_some(right))));
        }
    }
}

fn meetings(
    dice: &mut Dice,
    (referred, decided): (Instant, Instant),
    school: &School,
    plan: &mut Vec<Planned>,
) {
    const REACHED: [&[&str]; 6] =
        [&["whanau"], &["school"], &["student", "whanau"], &["school", "whanau"], &["agency"], &[]];
    for _ in 0..dice.below(3) {
        let date = near_deadline(dice, nz_day(referred), school);
        let happened = time_of(dice, date);
        let recorded = later(dice, happened.max(decided), &[0, 5, 50, 400]);
        plan.push((recorded, Act::Meet { reached: one_of(dice, &REACHED), happened }));
        if often(dice, 35) {
            let corrected = later(dice, recorded, &[0, 30, 300]);
            let date = near_deadline(dice, nz_day(referred), school);
            let right = (one_of(dice, &REACHED), time_of(dice, date));
            plan.push((corrected, Act::Unmeet(often(dice, 60).then_some(right))));
        }
    }
}

/// A second record of the student, which waits or is taken out of the count, joined to the first and
/// perhaps parted again.
fn double(dice: &mut Dice, first: Instant, plan: &mut Vec<Planned>) {
    let at = later(dice, first, &[1, 100, 700]);
    let school = &SCHOOLS[dice.below(2)];
    plan.push((at, Act::Double { school, is_chronic: often(dice, 50) }));
    if often(dice, 50) {
        let decision = one_of(dice, &[Decision::Decline, Decision::Withdraw]);
        plan.push((later(dice, at, &[1, 100, 250, 600]), Act::DecideDouble(decision)));
    }
    let joined = later(dice, at, &[1, 200, 900]);
    plan.push((joined, Act::Join(true)));
    if often(dice, 50) {
        let parted = later(dice, joined, &[1, 300, 1500]);
        plan.push((parted, Act::Join(false)));
        if often(dice, 30) {
            plan.push((later(dice, parted, &[1, 300]), Act::Join(true)));
        }
    }
}

fn confirmations(dice: &mut Dice, referred: Instant, school: &School, plan: &mut Vec<Planned>) {
    for _ in 0..=dice.below(3) {
        let date = nz_day(referred);
        let on = if often(dice, 40) {
            date - Days::new(one_of(dice, &[0, 1, 59, 60, 61, 80]))
        } else {
            let n = one_of(dice, &[1, 9, 10, 10, 11, 15]);
            let due = planned(school.holidays).due_on(date, n);
            due + Days::new(one_of(dice, &[0, 0, 1]))
        };
        let noon = nz_instant(on.and_hms_opt(12, 0, 0).expect("noon"));
        let at = later(dice, noon.max(referred), &[1, 30, 400]);
        plan.push((at, Act::Confirm { on, again: often(dice, 50) }));
    }
}

/// First days around the last one that is in time, told then or later, and corrected.
fn enrolments(dice: &mut Dice, referred: Instant, from: &School, plan: &mut Vec<Planned>) {
    for _ in 0..=dice.below(2) {
        let n = one_of(dice, &[0, 1, 20, 49, 50, 50, 51, 60]);
        let first =
            planned(from.holidays).due_on(nz_day(referred), n) + Days::new(dice.below(2) as u64);
        let noon = nz_instant(first.and_hms_opt(12, 0, 0).expect("noon"));
        let at = later(dice, noon.max(referred), &[0, 1, 30, 400]);
        let school = &SCHOOLS[dice.below(4)];
        plan.push((at, Act::Enrol { school, first }));
        if often(dice, 20) {
            plan.push((later(dice, at, &[0, 1, 9, 60]), Act::Never));
        }
        // Two statements undone, in whichever order.
        if often(dice, 10) {
            for _ in 0..2 {
                plan.push((later(dice, at, &[1, 20, 90]), Act::Never));
            }
        }
        if often(dice, 30) {
            let n = one_of(dice, &[0, 20, 49, 50, 51]);
            let first = planned(from.holidays).due_on(nz_day(referred), n);
            let noon = nz_instant(first.and_hms_opt(12, 0, 0).expect("noon"));
            let at = later(dice, noon.max(referred), &[0, 1, 30, 400]);
            let kind = one_of(dice, &["te_kura", "activity_centre"]);
            plan.push((at, Act::Pathway { school: &SCHOOLS[dice.below(4)], kind, first }));
        }
    }
}

/// What schools send of the outcome's term while it runs and afterwards, and of others.
fn attendance(dice: &mut Dice, referred: Instant, plan: &mut Vec<Planned>) {
    let of_outcome =
        calendars::outcome_term(nz_day(referred)).and_then(|key| calendars::term(&key));
    let other = one_of(dice, &calendars::terms());
    let term = if often(dice, 90) { of_outcome.unwrap_or(other) } else { other };
    let begun = nz_instant(term.first.and_hms_opt(9, 0, 0).expect("a time"));
    let length = (term.last - term.first).num_hours() + 48;
    let percent = one_of(dice, &[0, 30, 50, 65, 72, 90]);
    for _ in 0..dice.below(6) {
        let hours = dice.below(length as usize * 3 / 2) as i64;
        let at = (begun + Duration::hours(hours)).max(referred) + Duration::minutes(7);
        let act = if often(dice, 35) {
            Act::SendTotals { term: term.key }
        } else {
            let days = one_of(dice, &[1, 5, 9, 20, 60, 80]);
            let back = one_of(dice, &[0, 0, 0, -1, 3, 60, 240]);
            Act::SendDays { term: term.key, days, percent, back }
        };
        plan.push((at, act));
    }
    // Days of which a whole term consists, so that most outcomes are decided.
    if often(dice, 60) {
        let at = later(dice, begun + Duration::hours(length), &[-40, 1, 100, 500]).max(referred);
        plan.push((at, Act::SendDays { term: term.key, days: 80, percent, back: 0 }));
    }
}
