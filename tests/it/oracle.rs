//! An oracle: every measure a second time, slowly and plainly, over random worlds that are lived
//! through the API. A world is one student's history. The oracle knows what was called and what the
//! definition says, and asks the program nothing; then every number, every member, every past
//! answer and every change is held against it.
//!
//! `ORACLE_WORLDS=1000` for more worlds than an ordinary run has, `ORACLE_SEED` for those of one.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{Duration, NaiveDate, SecondsFormat};
use serde_json::json;

use crate::lifecycle_walks::Dice;
use crate::recalculations::count_all;
use crate::support::{TestApp, at, on_both, setting};

mod calendars;
mod casework;
mod compare;
mod deeds;
mod enrolments;
mod judge;
mod log;
mod plan;
mod reviews;
mod sending;

use compare::{
    LEVELS, PARTS, Period, WHOLE, changes, escaped, key, members, number_query, numbers, seen, sums,
};
use deeds::Deed;
use judge::NUMBERS;
use log::{Instant, World};
use plan::{Planned, often, one_of};
use reviews::Reviews;

/// How many worlds an ordinary run has.
const ORDINARY: usize = 12;
/// How many worlds an ordinary run has whose contracts are reviewed.
const REVIEWED: usize = 24;
/// How many students live side by side in one database.
const SIDE_BY_SIDE: usize = 50;
/// How many times everything is looked at while they do, the end included; each look asks all that
/// was asked at those before it again.
const LOOKS: usize = 5;
const LOOKS_OF_AN_ORDINARY_RUN: usize = 3;
const WHO: &str = "ministry-analyst";
/// Other periods than the whole: a term, a quarter, and the days around a new year.
const PERIODS: [(Period, &str); 3] = [
    (Period("2026-01-26", "2026-04-02"), "term=2026-1"),
    (Period("2026-04-01", "2026-06-30"), "quarter=2026-Q2"),
    (Period("2025-12-20", "2026-01-25"), "from=2025-12-20&to=2026-01-25"),
];

/// Answers as they were given at an instant, by what was asked.
struct Look {
    at: Instant,
    answers: BTreeMap<String, String>,
}

struct Story<'a> {
    app: &'a TestApp,
    seed: u64,
    dice: Dice,
    worlds: Vec<World>,
    looks: Vec<Look>,
    both: bool,
    /// The reviews of contracts, in a story that is about them; it has no other looks.
    reviews: Option<Reviews>,
    /// Every way to count that was met, number by number.
    met: BTreeSet<String>,
    now: Instant,
}

impl Story<'_> {
    fn set_time(&mut self, instant: Instant) {
        self.now = instant;
        self.app.set_time(&instant.to_rfc3339());
    }

    /// Lives all worlds through, in the order of time, with looks in between.
    async fn live(&mut self, side_by_side: usize) {
        let mut plan: Vec<(Instant, usize, plan::Act)> = Vec::new();
        for world in 0..side_by_side {
            let acts: Vec<Planned> = plan::of_world(&mut self.dice);
            plan.extend(acts.into_iter().map(|(at, act)| (at, world, act)));
            let (name, both) = (name(world), self.both);
            self.worlds.push(World { name, both, ..World::default() });
        }
        plan.sort_by_key(|(at, world, _)| (*at, *world));
        let mut holidays = self.holidays();
        let mut openings = match self.reviews {
            Some(_) => reviews::openings(&mut self.dice),
            None => Vec::new(),
        };
        let many = if side_by_side < SIDE_BY_SIDE { LOOKS_OF_AN_ORDINARY_RUN } else { LOOKS };
        let mut looks: BTreeSet<usize> =
            (1..many).map(|_| plan.len() / 8 + self.dice.below(plan.len() * 7 / 8)).collect();
        looks.insert(plan.len() - 1);
        for (done, (planned, world, act)) in plan.into_iter().enumerate() {
            while holidays.last().is_some_and(|(at, ..)| *at <= planned) {
                self.add_holiday(holidays.pop()).await;
            }
            while openings.last().is_some_and(|(at, _)| *at <= planned) {
                self.open_reviews(openings.pop()).await;
            }
            // Now and then two things happen at one instant.
            let step = if often(&mut self.dice, 10) && !act.is_a_word() { 0 } else { 1 };
            self.set_time(planned.max(self.now + Duration::seconds(step)));
            let (app, now) = (self.app, self.now);
            let mut deed = Deed { app, world: &mut self.worlds[world], dice: &mut self.dice, now };
            let happened = deed.act(act).await;
            if setting("ORACLE_TRACE").is_some() {
                eprintln!("{now} world {world} {happened}: {act:?}");
            }
            if looks.contains(&done) {
                self.look().await;
            }
        }
        while let Some(opening) = openings.pop() {
            self.open_reviews(Some(opening)).await;
        }
        self.set_time(self.now + Duration::days(40));
        self.look().await;
    }

    /// Opens the reviews of a term.
    async fn open_reviews(&mut self, opening: Option<(Instant, usize)>) {
        let Some((at, term)) = opening else { return };
        self.set_time(at.max(self.now + Duration::seconds(1)));
        if let Some(reviews) = &mut self.reviews {
            reviews.open(self.app, &self.worlds, term, self.seed).await;
        }
        self.set_time(self.now + Duration::seconds(1));
    }

    /// When the Ministry adds which holidays, the first one last: of the nation or of a region, in the
    /// past as well as ahead.
    fn holidays(&mut self) -> Vec<(Instant, NaiveDate, Option<&'static str>)> {
        let mut holidays = Vec::new();
        for _ in 0..self.dice.below(3) {
            let at = at("2025-10-20T00:00:00Z") + Duration::days(self.dice.below(400) as i64);
            let date = calendars::nz_day(at) - Duration::days(40)
                + Duration::days(self.dice.below(80) as i64);
            let region = one_of(&mut self.dice, &[None, Some("auckland"), Some("southland")]);
            let open = |region| calendars::planned(region).is_business_day(date);
            let taken = holidays.iter().any(|(_, other, _)| *other == date);
            if ["auckland", "wellington", "southland"].into_iter().all(open) && !taken {
                holidays.push((at, date, region));
            }
        }
        holidays.sort_by_key(|holiday| std::cmp::Reverse(holiday.0));
        holidays
    }

    /// Adds a holiday, and has everything counted anew by it.
    async fn add_holiday(&mut self, holiday: Option<(Instant, NaiveDate, Option<&'static str>)>) {
        let Some((at, date, region)) = holiday else { return };
        self.set_time(at.max(self.now + Duration::seconds(1)));
        let body = json!({
            "date": date, "region": region, "nameEn": "Day of Kōwhai", "nameMi": "Te Rā Kōwhai",
        });
        let path = "/v1/calendars/contract-2026/holidays";
        self.app.as_("ministry-admin").post(path, body).await.expect(201);
        let added = calendars::Added { since: self.now, date, region };
        for world in &mut self.worlds {
            world.added.push(added);
            if let Some(twin) = &mut world.twin {
                twin.added.push(added);
            }
        }
        self.set_time(self.now + Duration::seconds(40));
        count_all(self.app, 200).await;
    }

    /// Compares everything with the oracle now, and once more with what was known at each look
    /// before.
    async fn look(&mut self) {
        self.set_time(self.now + Duration::seconds(1));
        if let Some(reviews) = &self.reviews {
            return reviews.stand(self.app, self.seed).await;
        }
        let answers = self.ask(None).await;
        for at in 0..self.looks.len() {
            let then = self.ask(Some(self.looks[at].at)).await;
            for (path, said) in &self.looks[at].answers {
                let (says, seed) = (&then[path], self.seed);
                assert_eq!(says, said, "seed {seed}: {path} as of {}", self.looks[at].at);
            }
            let between = (self.looks[at].at, self.now);
            for number in 0..NUMBERS.len() {
                let (app, worlds) = (self.app, &self.worlds);
                changes(app, worlds, (number, "national", "national"), between, self.seed).await;
                let provider = one_of(&mut self.dice, &["P01", "P02", "S01", "unassigned"]);
                changes(app, worlds, (number, "provider", provider), between, self.seed).await;
            }
        }
        self.looks.push(Look { at: self.now, answers });
        self.set_time(self.now + Duration::seconds(1));
    }

    /// Every question about one instant, answered by both; what the API said to each.
    async fn ask(&mut self, as_of: Option<Instant>) -> BTreeMap<String, String> {
        let instant = as_of.unwrap_or(self.now);
        let stamp = instant.to_rfc3339_opts(SecondsFormat::Micros, true);
        let as_of = as_of.map_or(String::new(), |_| format!("&asOf={stamp}"));
        let (app, seed) = (self.app, self.seed);
        let all = seen(&self.worlds, WHOLE, instant);
        let mut answers = BTreeMap::new();
        let base = format!("/v1/measures?{}", WHOLE.query());
        let mut headline = None;
        for level in LEVELS {
            for by in [None].into_iter().chain(PARTS.map(Some)) {
                let asked = by.map_or(String::new(), |by| format!("&by={by}"));
                let asked = format!("{base}&level={level}{asked}");
                let path = format!("{asked}{as_of}");
                let text = numbers(app, (WHO, &path), (&all, level, by), seed).await;
                let headline = headline.get_or_insert_with(|| sums(&text));
                assert_eq!(&sums(&text), headline, "seed {seed}: {path}");
                answers.insert(asked, text);
            }
        }
        for (period, asked) in PERIODS {
            let some = seen(&self.worlds, period, instant);
            let asked = format!("/v1/measures?level=school&{asked}");
            let path = format!("{asked}{as_of}");
            let text = numbers(app, (WHO, &path), (&some, "school", None), seed).await;
            answers.insert(asked, text);
        }
        for (number, (measure, ..)) in NUMBERS.iter().enumerate() {
            let base = format!("/v1/measures/members?{}&{}", number_query(number), WHOLE.query());
            let everybody: Vec<_> = all.iter().collect();
            let asked = format!("{base}&level=national");
            let path = format!("{asked}{as_of}");
            let text = members(app, &path, (&everybody, number), None, seed).await;
            answers.insert(asked, text);
            for seen in &all {
                if let Some(class) = seen.class(number) {
                    self.met.insert(format!("{measure} {class:?}"));
                }
            }
            let Some(any) = all.get(self.dice.below(all.len().max(1))) else { continue };
            let level = one_of(&mut self.dice, &LEVELS);
            let of = key(any, level);
            let group: Vec<_> = all.iter().filter(|seen| key(seen, level) == of).collect();
            let standing = one_of(&mut self.dice, &["met", "missed", "pending", "excluded"]);
            let path =
                format!("{base}&level={level}&key={}&standing={standing}{as_of}", escaped(&of));
            members(app, &path, (&group, number), Some(standing), seed).await;
        }
        answers
    }
}

/// Names that are nobody else's, without digits.
fn name(world: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).expect("a letter"));
    format!("Kauri{}{}", letter(world / 26), letter(world))
}

/// Another version of the rule, before anything happens: contact is with student and whānau.
async fn contact_means_both(app: &TestApp) {
    app.set_time("2025-09-01T00:00:00Z");
    let level =
        |within: u32, percent: u32| json!({ "withinDays": within, "targetPercent": percent });
    let body = json!({
        "version": "service-levels-both", "validFrom": "2025-01-01",
        "serviceLevels": {
            "schoolContact": [level(5, 80), level(10, 90)],
            "whanauContact": [level(10, 80), level(15, 90)],
            "whanauContactMeans": "both",
        },
    });
    app.as_("ministry-admin").post("/v1/rules/service_levels/versions", body).await.expect(201);
}

/// A story of a seed, before anything happens in it.
async fn story(app: &TestApp, seed: u64, reviews: Option<Reviews>) -> Story<'_> {
    let story = Story {
        app,
        seed,
        dice: Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        worlds: Vec::new(),
        looks: Vec::new(),
        both: seed % 2 == 1,
        reviews,
        met: BTreeSet::new(),
        now: at("2025-09-01T00:00:00Z"),
    };
    if story.both {
        contact_means_both(app).await;
    }
    story
}

/// Lives through the worlds of one seed; what ways to count were met.
async fn live_through(app: &TestApp, seed: u64, side_by_side: usize) -> BTreeSet<String> {
    let mut story = story(app, seed, None).await;
    story.live(side_by_side).await;
    story.met
}

fn number(name: &str) -> Option<usize> {
    setting(name).map(|text| text.parse().expect("a number"))
}

#[on_both]
async fn every_number_is_what_the_oracle_says(app: TestApp) {
    let worlds = number("ORACLE_WORLDS").unwrap_or(ORDINARY);
    let first = number("ORACLE_SEED").unwrap_or(1);
    let mut met = BTreeSet::new();
    let (on, mut app, mut left, mut seed) = (app.on, Some(app), worlds, first as u64);
    while left > 0 {
        let fresh = match app.take() {
            Some(app) => app,
            None => TestApp::start(on).await,
        };
        let some = left.min(SIDE_BY_SIDE);
        eprintln!("seed {seed}: {some} worlds on {on:?}");
        met.extend(live_through(&fresh, seed, some).await);
        (left, seed) = (left - some, seed + 1);
    }
    // Worlds in which nothing happens prove nothing.
    let enough = if worlds < SIDE_BY_SIDE { 15 } else { 30 };
    assert!(met.len() >= enough, "only met: {met:#?}");
}

/// What a review froze is an independent count as of the same instant, for several providers and terms, and stays so
/// while more is recorded, corrected and joined afterwards.
#[on_both]
async fn figures_of_reviews_are_what_the_oracle_says(app: TestApp) {
    let worlds = number("ORACLE_WORLDS").unwrap_or(REVIEWED);
    let first = number("ORACLE_SEED").unwrap_or(1);
    let (on, mut app, mut left, mut seed) = (app.on, Some(app), worlds, first as u64);
    let (mut counted, mut outdated) = (0, 0);
    while left > 0 {
        let fresh = match app.take() {
            Some(app) => app,
            None => TestApp::start(on).await,
        };
        let some = left.min(SIDE_BY_SIDE);
        eprintln!("seed {seed}: reviews of {some} worlds on {on:?}");
        let mut story = story(&fresh, seed, Some(Reviews::default())).await;
        story.live(some).await;
        let reviews = story.reviews.as_ref().expect("reviews");
        counted += reviews.counted;
        outdated += reviews.outdated(&story.worlds, story.now);
        (left, seed) = (left - some, seed + 1);
    }
    // Reviews of nothing, after which nothing happens, prove nothing.
    assert!(counted > 0 && (worlds < REVIEWED || outdated > 0), "{counted}, {outdated}");
}
