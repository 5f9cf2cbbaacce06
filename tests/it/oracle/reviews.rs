//! Reviews of contracts: their frozen figures are what the oracle counts as of the same instant, and stay as they were
//! whatever is recorded afterwards.

use chrono::{Days, NaiveTime};
use serde_json::{Value, json};

use super::calendars::{self, nz_instant};
use super::deeds::provider_id;
use super::judge::{Class, NUMBERS, Seen};
use super::log::{Instant, World};
use crate::lifecycle_walks::Dice;
use crate::support::{TestApp, at};

const ADMIN: &str = "ministry-admin";

/// The terms that are reviewed, by their places among the terms of the stage: the first three of 2026.
const REVIEWED: [usize; 3] = [2, 3, 4];

/// The requirements that are counted, in the order of the numbers.
const COUNTED: [&str; 6] = [
    "school_contact_first",
    "school_contact_second",
    "whanau_contact_first",
    "whanau_contact_second",
    "improved_attendance",
    "enrolled",
];

/// A contract of a provider for a catchment, or of a team for its school.
struct Contract {
    id: String,
    provider: &'static str,
    catchment: Option<&'static str>,
    team_of: Option<&'static str>,
}

impl Contract {
    async fn begun(
        app: &TestApp,
        (provider, catchment, team_of): (&'static str, Option<&'static str>, Option<&'static str>),
    ) -> Self {
        let (kind, policy) = match team_of {
            Some(_) => ("in_school", "self_with_review"),
            None => ("catchment", "second_person"),
        };
        let mut body = json!({
            "number": format!("AS-{provider}"), "organisationId": provider_id(app, provider),
            "kind": kind, "catchments": catchment.into_iter().collect::<Vec<_>>(),
            "startsOn": "2026-01-01", "approvalPolicy": policy, "dutyProfile": kind,
        });
        if let Some(school) = team_of {
            body["schoolNumber"] = json!(school);
        }
        let id = app.as_(ADMIN).post("/v1/contracts", body).await.expect(201).id();
        let activation = format!("/v1/contracts/{id}/activation");
        app.as_(ADMIN).post_empty(&activation).await.expect(200);
        Self { id, provider, catchment, team_of }
    }

    /// Whether a referral is worked on by this contract.
    fn covers(&self, seen: &Seen<'_>) -> bool {
        let referral = seen.referral;
        let there = match self.team_of {
            Some(school) => referral.in_school && referral.school.number == school,
            None => !referral.in_school && referral.school.catchment == self.catchment,
        };
        there && referral.provider == Some(self.provider)
    }
}

/// A number of a review: its term by its place, and its own place among the numbers.
#[derive(Clone, Copy)]
struct Place {
    term: usize,
    number: usize,
}

/// A review that was opened.
struct Opened {
    contract: usize,
    term: usize,
    path: String,
    frozen: String,
}

#[derive(Default)]
pub struct Reviews {
    contracts: Vec<Contract>,
    opened: Vec<Opened>,
    /// How many referrals stood behind the numbers of all reviews.
    pub counted: u64,
}

/// When the reviews of which term are opened, the first one last: up to six weeks after the term, when some of what
/// they ask can be known and some not.
pub fn openings(dice: &mut Dice) -> Vec<(Instant, usize)> {
    let each = REVIEWED.map(|term| {
        let days = 1 + u64::try_from(dice.below(40)).expect("a few days");
        let day = calendars::terms()[term].last + Days::new(days);
        (nz_instant(day.and_time(NaiveTime::MIN) + chrono::Duration::hours(10)), term)
    });
    each.into_iter().rev().collect()
}

impl Reviews {
    /// Opens the reviews of a term, and holds what they froze against the oracle.
    pub async fn open(&mut self, app: &TestApp, worlds: &[World], term: usize, seed: u64) {
        if self.contracts.is_empty() {
            for of in [
                ("P01", Some("C01"), None),
                ("P02", Some("C02"), None),
                ("S01", None, Some("9002")),
            ] {
                self.contracts.push(Contract::begun(app, of).await);
            }
        }
        for (place, contract) in self.contracts.iter().enumerate() {
            let body = json!({ "contractId": contract.id, "term": calendars::terms()[term].key });
            let review = app.as_(ADMIN).post("/v1/performance-reviews", body).await.expect(201);
            let as_of = at(review.json["figures"]["asOf"].as_str().expect("an instant"));
            for (number, name) in COUNTED.into_iter().enumerate() {
                let counts = counts(worlds, contract, Place { term, number }, as_of);
                let (figure, result) = expected(Place { term, number }, counts);
                let what = format!("seed {seed}, {}, {}", contract.provider, review.text);
                assert_eq!(shown(&review.json, number), figure, "{what}");
                assert_eq!(requirement(&review.json, name), result, "{name}: {what}");
                self.counted += counts.iter().sum::<u64>();
            }
            let path = format!("/v1/performance-reviews/{}", review.id());
            let frozen = frozen(&review.json);
            self.opened.push(Opened { contract: place, term, path, frozen });
        }
    }

    /// All reviews say what they said when they were opened.
    pub async fn stand(&self, app: &TestApp, seed: u64) {
        for opened in &self.opened {
            let read = app.as_(ADMIN).get(&opened.path).await.expect(200);
            assert_eq!(frozen(&read.json), opened.frozen, "seed {seed}: {}", opened.path);
        }
    }

    /// How many reviews would have another figure if they were opened at this instant.
    pub fn outdated(&self, worlds: &[World], now: Instant) -> usize {
        let differs = |opened: &&Opened| {
            let frozen: Value = serde_json::from_str(&opened.frozen).expect("json");
            (0..NUMBERS.len()).any(|number| {
                let place = Place { term: opened.term, number };
                let counts = counts(worlds, &self.contracts[opened.contract], place, now);
                shown(&frozen, number) != expected(place, counts).0
            })
        };
        self.opened.iter().filter(differs).count()
    }
}

/// The members that never change, as one text.
fn frozen(review: &Value) -> String {
    let members = ["contractId", "term", "figures", "requirements", "ruleVersion", "sha256"];
    let mut kept = json!({});
    for member in members {
        kept[member] = review[member].clone();
    }
    kept.to_string()
}

/// The term of the referrals of which a number is counted: those of which it is known by now.
fn term_of(place: Place) -> calendars::Term {
    let back = match NUMBERS[place.number].0 {
        "improved_attendance" => 2,
        "enrolled" => 1,
        _ => 0,
    };
    calendars::terms()[place.term - back]
}

/// How many referrals of a contract met it, missed it, wait, and do not count: one after the other.
fn counts(worlds: &[World], contract: &Contract, place: Place, at: Instant) -> [u64; 4] {
    let (term, mut counts) = (term_of(place), [0; 4]);
    for seen in worlds.iter().flat_map(|world| Seen::of(world, at)) {
        let date = seen.referral.date;
        if !contract.covers(&seen) || date < term.first || term.last < date {
            continue;
        }
        match seen.class(place.number) {
            Some(Class::Met) => counts[0] += 1,
            Some(Class::Missed) => counts[1] += 1,
            Some(Class::Pending) => counts[2] += 1,
            Some(Class::Excluded(_)) => counts[3] += 1,
            None => {}
        }
    }
    counts
}

/// A figure as a review shows it, and the result of its requirement.
fn expected(place: Place, counts: [u64; 4]) -> (Value, &'static str) {
    let (measure, within, target) = NUMBERS[place.number];
    let (term, [met, missed, pending, excluded]) = (term_of(place), counts);
    let of = met + missed;
    let is_met = (of > 0 && pending == 0).then(|| met * 100 >= of * target);
    let figure = json!({
        "measure": measure, "withinDays": within, "from": term.first, "to": term.last,
        "numerator": met, "denominator": of, "pending": pending, "excluded": excluded,
        "targetPercent": target, "met": is_met,
    });
    let result = match is_met {
        Some(true) => "met",
        Some(false) => "unmet",
        None if pending > 0 => "not_yet",
        None => "not_applicable",
    };
    (figure, result)
}

/// The figure of a number in a review, without the version of the rule that judged.
fn shown(review: &Value, number: usize) -> Value {
    let (measure, within, _) = NUMBERS[number];
    let items = review["figures"]["items"].as_array().expect("items").iter();
    let mut numbers = items.flat_map(|item| item["numbers"].as_array().expect("numbers"));
    let own = |one: &&Value| one["measure"] == measure && one["withinDays"] == json!(within);
    let mut figure = numbers.find(own).expect("a number").clone();
    figure.as_object_mut().expect("members").remove("ruleVersion");
    figure
}

fn requirement<'a>(review: &'a Value, name: &str) -> &'a str {
    let all = review["requirements"].as_array().expect("requirements");
    let found = all.iter().find(|one| one["requirement"] == name).expect("the requirement");
    found["result"].as_str().expect("a word")
}
