//! What the API answers against what the oracle says, number by number and referral by referral.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::calendars::day;
use super::judge::{Class, NUMBERS, Seen};
use super::log::{Instant, World};
use crate::support::TestApp;

pub const LEVELS: [&str; 6] = ["national", "region", "catchment", "provider", "school", "student"];
pub const PARTS: [&str; 4] = ["kind", "provision", "year_level", "ethnic_group"];

/// The first and the last day of referral.
#[derive(Clone, Copy, Debug)]
pub struct Period(pub &'static str, pub &'static str);

/// Everything that was ever referred.
pub const WHOLE: Period = Period("2025-09-01", "2027-06-30");

impl Period {
    fn has(self, date: NaiveDate) -> bool {
        day(self.0) <= date && date <= day(self.1)
    }

    pub fn query(self) -> String {
        format!("from={}&to={}", self.0, self.1)
    }
}

/// How many referrals of a group and part are what, for each number.
type Counts = BTreeMap<(String, Option<String>), [Classes; 6]>;

/// How many referrals are what, and how many of the met still have their deadline ahead.
#[derive(Default)]
struct Classes {
    each: BTreeMap<Class, u64>,
    early: u64,
}

/// The referrals of a period as the oracle sees them at an instant.
pub fn seen(worlds: &[World], period: Period, at: Instant) -> Vec<Seen<'_>> {
    let all = worlds.iter().flat_map(|world| Seen::of(world, at));
    all.filter(|seen| period.has(seen.referral.date)).collect()
}

pub fn key(seen: &Seen<'_>, level: &str) -> String {
    let referral = seen.referral;
    let or_none = |key: Option<&str>| key.unwrap_or("unassigned").to_owned();
    match level {
        "national" => "national".to_owned(),
        "region" => referral.school.region.to_owned(),
        "catchment" => or_none(referral.school.catchment),
        "provider" => or_none(referral.provider),
        "school" => referral.school.number.to_owned(),
        _ => seen.student.to_owned(),
    }
}

fn part(seen: &Seen<'_>, by: &str) -> String {
    let not_stated = || "not_stated".to_owned();
    match by {
        "kind" if seen.referral.is_chronic => "chronic_absence".to_owned(),
        "kind" => "non_enrolment".to_owned(),
        "provision" if seen.referral.in_school => "in_school".to_owned(),
        "provision" => "catchment".to_owned(),
        "year_level" => seen.year_level().map_or_else(not_stated, |level| level.to_string()),
        _ => seen.ethnic_group().map_or_else(not_stated, str::to_owned),
    }
}

fn counts(all: &[Seen<'_>], level: &str, by: Option<&str>) -> Counts {
    let mut counts = Counts::new();
    if level == "national" && by.is_none() {
        counts.insert(("national".to_owned(), None), Default::default());
    }
    for seen in all {
        let group = counts.entry((key(seen, level), by.map(|by| part(seen, by)))).or_default();
        for (number, classes) in group.iter_mut().enumerate() {
            if let Some(class) = seen.class(number) {
                *classes.each.entry(class).or_default() += 1;
                let ahead = seen.deadline(number).is_some_and(|due| seen.today() <= due);
                classes.early += u64::from(class == Class::Met && ahead);
            }
        }
    }
    counts
}

/// A number as the API writes it, its reasons by their words.
fn number(at: usize, classes: &Classes) -> Value {
    let (measure, within, target) = NUMBERS[at];
    let of = |class| classes.each.get(&class).copied().unwrap_or(0);
    let (met, denominator) = (of(Class::Met), of(Class::Met) + of(Class::Missed));
    let mut excluded = BTreeMap::new();
    for (class, count) in &classes.each {
        if let Some(why) = class.exclusion() {
            excluded.insert(why, *count);
        }
    }
    let some = denominator > 0;
    let (met_late, passed) = (met - classes.early, denominator - classes.early);
    json!({
        "deadlinePassed": [met_late, passed],
        "measure": measure, "withinDays": within, "numerator": met, "denominator": denominator,
        // Half up, four decimals.
        "rate": some.then(|| (met * 20_000 + denominator) / (2 * denominator)),
        "pending": of(Class::Pending), "excluded": excluded, "targetPercent": target,
        "met": (some && of(Class::Pending) == 0).then(|| met * 100 >= denominator * target),
    })
}

/// The same of an answer.
fn answered(shown: &Value) -> Value {
    let excluded = shown["excluded"].as_array().expect("reasons").iter();
    let excluded: BTreeMap<&str, &Value> =
        excluded.map(|one| (one["reason"].as_str().expect("a reason"), &one["count"])).collect();
    let rate = shown["rate"].as_f64().map(|rate| (rate * 10_000.0).round() as u64);
    let member = |name: &str| shown[name].clone();
    let passed = &shown["deadlinePassed"];
    json!({
        "deadlinePassed": [passed["numerator"], passed["denominator"]],
        "measure": member("measure"), "withinDays": member("withinDays"),
        "numerator": member("numerator"), "denominator": member("denominator"), "rate": rate,
        "pending": member("pending"), "excluded": excluded,
        "targetPercent": member("targetPercent"), "met": member("met"),
    })
}

/// Everything at once: one page of an answer after the other.
pub async fn pages(app: &TestApp, who: &str, path: &str) -> (String, Vec<Value>) {
    let first = app.as_(who).get(&format!("{path}&limit=200")).await.expect(200);
    let mut items = first.json["items"].as_array().expect("items").clone();
    let mut cursor = first.json["nextCursor"].as_str().map(str::to_owned);
    while let Some(from) = cursor {
        let next = app.as_(who).get(&format!("{path}&limit=200&cursor={from}")).await.expect(200);
        items.extend(next.json["items"].as_array().expect("items").iter().cloned());
        cursor = next.json["nextCursor"].as_str().map(str::to_owned);
    }
    (first.text, items)
}

/// A question about numbers, and its answer by the oracle.
pub async fn numbers(
    app: &TestApp,
    (who, path): (&str, &str),
    (all, level, by): (&[Seen<'_>], &str, Option<&str>),
    seed: u64,
) -> String {
    let (text, items) = pages(app, who, path).await;
    let expected = counts(all, level, by);
    let expected: Vec<Value> = expected
        .iter()
        .map(|((key, part), group)| {
            let numbers: Vec<Value> =
                group.iter().enumerate().map(|(at, classes)| number(at, classes)).collect();
            json!({ "key": key, "part": part, "numbers": numbers })
        })
        .collect();
    let found: Vec<Value> = items
        .iter()
        .map(|item| {
            let numbers = item["numbers"].as_array().expect("numbers").iter();
            let numbers: Vec<Value> = numbers.map(answered).collect();
            json!({ "key": item["key"], "part": item["part"], "numbers": numbers })
        })
        .collect();
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected, "seed {seed}: {path}");
    }
    assert_eq!(found.len(), expected.len(), "seed {seed}: {path}");
    text
}

/// Numerator, denominator, pending and excluded of each number, summed over the groups.
pub fn sums(text: &str) -> [[u64; 4]; 6] {
    let answer: Value = serde_json::from_str(text).expect("json");
    let mut sums = [[0; 4]; 6];
    for item in answer["items"].as_array().expect("items") {
        for (sum, shown) in sums.iter_mut().zip(item["numbers"].as_array().expect("numbers")) {
            let count = |name: &str| shown[name].as_u64().expect("a count");
            let excluded = shown["excluded"].as_array().expect("reasons").iter();
            let excluded = excluded.map(|one| one["count"].as_u64().expect("a count")).sum();
            let counts = [count("numerator"), count("denominator"), count("pending"), excluded];
            for (sum, count) in sum.iter_mut().zip(counts) {
                *sum += count;
            }
        }
    }
    sums
}

/// `measure=…&withinDays=…` of a number.
pub fn number_query(number: usize) -> String {
    let (measure, within, _) = NUMBERS[number];
    let within = within.map_or(String::new(), |days| format!("&withinDays={days}"));
    format!("measure={measure}{within}")
}

/// A member as the oracle sees it.
fn member(seen: &Seen<'_>, number: usize, class: Class) -> Value {
    let share = |(present, possible): (u32, u32)| json!([present, possible]);
    let term = seen.outcome_term().filter(|_| NUMBERS[number].0 == "improved_attendance");
    let judged = term.filter(|term| term.last < seen.today());
    let enrolled = seen.enrolled_first().filter(|_| NUMBERS[number].0 == "enrolled");
    let baseline = seen.referral.baseline.filter(|_| NUMBERS[number].0 == "improved_attendance");
    json!({
        "referralId": seen.referral.id, "studentId": seen.student,
        "schoolNumber": seen.referral.school.number, "providerCode": seen.referral.provider,
        "referralDate": seen.referral.date, "dueOn": seen.deadline(number),
        "days": seen.days(number), "standing": class.standing(), "exclusion": class.exclusion(),
        "baseline": baseline.map(share), "attendance": judged.map(|term| share(seen.attended(term))),
        "enrolledOn": enrolled.map(|first| first.0), "enrolledBy": enrolled.map(|first| first.1),
        "pathway": enrolled.and_then(|first| first.2),
    })
}

fn shown(item: &Value) -> Value {
    let share = |of: &Value| {
        let counts = ["presentHalfDays", "possibleHalfDays"].map(|name| of[name].clone());
        if of.is_null() { Value::Null } else { json!(counts) }
    };
    let outcome = &item["outcome"];
    let mut shown = json!({
        "baseline": share(&outcome["baseline"]), "attendance": share(&outcome["attendance"]),
    });
    for name in ["enrolledOn", "enrolledBy", "pathway"] {
        shown[name] = outcome[name].clone();
    }
    for name in [
        "referralId",
        "studentId",
        "schoolNumber",
        "providerCode",
        "referralDate",
        "dueOn",
        "days",
        "standing",
        "exclusion",
    ] {
        shown[name] = item[name].clone();
    }
    shown
}

/// The members of a number, of everybody or of one group and standing.
pub async fn members(
    app: &TestApp,
    path: &str,
    (all, number): (&[&Seen<'_>], usize),
    standing: Option<&str>,
    seed: u64,
) -> String {
    let (text, items) = pages(app, "ministry-analyst", path).await;
    let mut expected: Vec<(NaiveDate, String, Value)> = Vec::new();
    for seen in all {
        let class = seen.class(number);
        let class = class.filter(|class| standing.is_none_or(|only| class.standing() == only));
        if let Some(class) = class {
            let id = seen.referral.id.clone();
            expected.push((seen.referral.date, id, member(seen, number, class)));
        }
    }
    expected.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    for (item, (_, _, expected)) in items.iter().zip(&expected) {
        assert_eq!(&shown(item), expected, "seed {seed}: {path}\n{item:#}");
    }
    assert_eq!(items.len(), expected.len(), "seed {seed}: {path}");
    text
}

/// What changed of a number between two instants.
pub async fn changes(
    app: &TestApp,
    worlds: &[World],
    (number, level, only): (usize, &str, &str),
    (since, until): (Instant, Instant),
    seed: u64,
) -> usize {
    let classes = |at: Instant| -> BTreeMap<(NaiveDate, String), Class> {
        let all = seen(worlds, WHOLE, at).into_iter().filter(|seen| key(seen, level) == only);
        let each = all.filter_map(|seen| {
            let class = seen.class(number)?;
            Some(((seen.referral.date, seen.referral.id.clone()), class))
        });
        each.collect()
    };
    let (before, after) = (classes(since), classes(until));
    let as_shown = |class: Option<&Class>| {
        class.map(|class| json!({ "standing": class.standing(), "exclusion": class.exclusion(), "part": null }))
    };
    // Referrals never leave a group.
    let changed = after.iter().filter(|(at, class)| before.get(*at) != Some(*class));
    let expected: Vec<Value> = changed
        .map(|(at, class)| {
            json!({ "referralId": at.1, "before": as_shown(before.get(at)), "after": as_shown(Some(class)) })
        })
        .collect();
    let stamp = |at: Instant| at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true);
    let path = format!(
        "/v1/measures/changes?{}&{}&level={level}&key={}&since={}&asOf={}",
        number_query(number),
        WHOLE.query(),
        escaped(only),
        stamp(since),
        stamp(until),
    );
    let (_, items) = pages(app, "ministry-analyst", &path).await;
    let found: Vec<Value> = items
        .iter()
        .map(|item| {
            json!({ "referralId": item["referralId"], "before": item["before"], "after": item["after"] })
        })
        .collect();
    assert_eq!(found, expected, "seed {seed}: {path}");
    found.len()
}

/// A key in a query.
pub fn escaped(text: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    let each = text
        .bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    each.collect()
}
