//! A group's numbers as bars with their target, and the same as a table. Nothing is told by colour
//! or length alone: what a bar shows stands beside it in words.

use ascms_domain::measures::Level;
use chrono::{DateTime, SecondsFormat, Utc};
use form_urlencoded::Serializer;

use super::report::{InTerm, PATH, ReportGroup, Series};
use super::words;
use crate::html::escaped;

/// One group: its heading, a figure for each number, one table for all of them.
pub(super) fn group(group: &ReportGroup, place: usize, at: DateTime<Utc>) -> String {
    let heading = words::group(group).heading();
    let figures: String = group
        .series
        .iter()
        .enumerate()
        .map(|(at, series)| figure(series, &format!("g{place}n{at}")))
        .collect();
    format!(
        "<section class=\"group\" aria-labelledby=\"g{place}\">\
         <h2 id=\"g{place}\">{heading}</h2>{figures}{}</section>",
        table(group, place, at),
    )
}

fn figure(series: &Series, id: &str) -> String {
    let bars: String =
        series.terms.iter().enumerate().map(|(at, one)| bar(one, &format!("{id}t{at}"))).collect();
    let heading = words::series(series).heading();
    format!(
        "<section class=\"number\"><h3 id=\"{id}\">{heading}</h3>\
         <ul class=\"bars\">{bars}</ul></section>"
    )
}

/// One term: the bar is the share that was met, the line is the target.
fn bar(one: &InTerm, id: &str) -> String {
    let InTerm { term, target_percent, tally } = one;
    let share = tally.rate_ten_thousandths();
    let met = share.map(|share| {
        let width = format!("{}.{:02}", share / 100, share % 100);
        format!("<rect class=\"met\" x=\"0\" y=\"2\" width=\"{width}\" height=\"8\"/>")
    });
    let line = |class: &str| {
        format!(
            "<line class=\"{class}\" x1=\"{target_percent}\" x2=\"{target_percent}\" y1=\"0\" y2=\"12\"/>"
        )
    };
    let (rate, words) = (rate(one), in_words(one));
    format!(
        "<li><p class=\"says\"><b>{term}</b> {rate}</p>\
         <svg role=\"img\" aria-labelledby=\"{id}\" aria-describedby=\"{id}d\" viewBox=\"0 0 100 12\" \
         preserveAspectRatio=\"none\" focusable=\"false\">\
         <title id=\"{id}\">{term}: {rate}, target {target_percent} %</title>\
         <desc id=\"{id}d\">{words}</desc>\
         <rect class=\"track\" x=\"0\" y=\"2\" width=\"100\" height=\"8\"/>{}{}{}</svg>\
         <p class=\"says\">{words}</p></li>",
        met.unwrap_or_default(),
        line("edge"),
        line("target"),
    )
}

/// Percent with two decimals, exactly as the number's four say; so far, while anything is pending.
fn rate(one: &InTerm) -> String {
    let so_far = if one.tally.pending > 0 { " so far" } else { "" };
    match one.tally.rate_ten_thousandths() {
        Some(share) => format!("{}{so_far}", percent(share)),
        None => "nothing to count".to_owned(),
    }
}

fn percent(share: u64) -> String {
    format!("{}.{:02} %", share / 100, share % 100)
}

/// The same of those whose deadline has passed.
fn passed(one: &InTerm) -> String {
    let passed = one.tally.deadline_passed();
    let share = passed.rate_ten_thousandths().map(|share| format!(" ({})", percent(share)));
    format!("{} of {}{}", passed.met, passed.denominator, share.unwrap_or_default())
}

fn kept(one: &InTerm) -> &'static str {
    match one.tally.meets(one.target_percent) {
        Some(true) => "kept",
        Some(false) => "not kept",
        None => "open",
    }
}

fn in_words(one: &InTerm) -> String {
    let InTerm { term: _, target_percent, tally } = one;
    let so_far = if tally.pending > 0 { " so far" } else { "" };
    format!(
        "{} of {} met{so_far}; deadline passed: {}; target {target_percent} % {}; {} pending; \
         {} excluded",
        tally.met,
        tally.denominator(),
        passed(one),
        kept(one),
        tally.pending,
        excluded(one),
    )
}

fn excluded(one: &InTerm) -> u64 {
    one.tally.excluded.values().sum()
}

const HEADS: [&str; 10] = [
    "Term",
    "Met",
    "Counted",
    "Rate",
    "Deadline passed",
    "Target",
    "Target is",
    "Pending",
    "Excluded",
    "Source",
];

/// The figures of a group as a table, each row with the call that answers its number.
fn table(group: &ReportGroup, place: usize, at: DateTime<Utc>) -> String {
    let heads: String = HEADS.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let bodies: String = group
        .series
        .iter()
        .map(|series| {
            let name = escaped(&words::series(series).en);
            let rows: String = series.terms.iter().map(|one| row(group, series, one, at)).collect();
            let span = HEADS.len();
            format!(
                "<tbody><tr><th class=\"name\" scope=\"rowgroup\" colspan=\"{span}\">{name}</th></tr>\
                 {rows}</tbody>"
            )
        })
        .collect();
    let heading = words::table().heading();
    format!(
        "<h3 id=\"g{place}table\">{heading}</h3>\
         <div class=\"wide\" role=\"region\" aria-labelledby=\"g{place} g{place}table\" tabindex=\"0\">\
         <table aria-labelledby=\"g{place} g{place}table\">\
         <thead><tr>{heads}</tr></thead>{bodies}</table></div>"
    )
}

fn row(group: &ReportGroup, series: &Series, one: &InTerm, at: DateTime<Utc>) -> String {
    let InTerm { term, target_percent, tally } = one;
    let reasons: Vec<String> = tally
        .excluded
        .iter()
        .map(|(why, count)| format!("{count} {}", words::exclusion(*why)))
        .collect();
    let reasons =
        if reasons.is_empty() { String::new() } else { format!(" ({})", reasons.join(", ")) };
    let source = escaped(&source(group, one, at));
    let within = series.within_days.map(|days| days.to_string()).unwrap_or_default();
    format!(
        "<tr data-measure=\"{}\" data-within=\"{within}\"><th scope=\"row\">{term}</th>\
         <td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{target_percent} %</td><td>{}</td>\
         <td>{}</td><td>{}{reasons}</td><td><a href=\"{source}\">JSON of {term}</a></td></tr>",
        series.measure,
        tally.met,
        tally.denominator(),
        rate(one),
        passed(one),
        kept(one),
        tally.pending,
        excluded(one),
    )
}

/// The call whose answer the numbers are: the same level, group, term and instant.
fn source(group: &ReportGroup, one: &InTerm, at: DateTime<Utc>) -> String {
    let mut query = Serializer::new(String::new());
    query.append_pair("level", group.level.as_str());
    if group.level != Level::National {
        query.append_pair("key", &group.key);
    }
    query.append_pair("term", &one.term.to_string());
    query.append_pair("asOf", &instant(at));
    format!("/v1/measures?{}", query.finish())
}

/// The address of the same report at the same instant.
pub(super) fn itself(at: DateTime<Utc>) -> String {
    let query = Serializer::new(String::new()).append_pair("asOf", &instant(at)).finish();
    format!("{PATH}?{query}")
}

pub(super) fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}
