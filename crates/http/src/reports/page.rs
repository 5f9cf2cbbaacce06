//! The page around the figures: no script, nothing from anywhere else, its one style known by its
//! digest.

use std::sync::LazyLock;

use actix_web::HttpResponse;
use actix_web::http::header::CONTENT_SECURITY_POLICY;
use ascms_domain::calendar::nz_date;

use super::figures;
use super::report::Report;
use super::words;
use crate::html::{Both, escaped};
use crate::security_headers::policy_with_style;

const STYLE: &str = include_str!("style.css");

static POLICY: LazyLock<String> = LazyLock::new(|| policy_with_style(STYLE));

pub(super) fn respond(report: &Report) -> HttpResponse {
    let parts = PageParts {
        title: words::title(),
        about: about(report),
        contents: contents(report),
        main: main(report),
        foot: foot(report),
    };
    parts.respond()
}

/// What a page of these shows, from its top to its foot.
pub(super) struct PageParts {
    pub title: Both,
    /// Below the heading.
    pub about: String,
    /// What leads to the parts of the page; empty where there is one.
    pub contents: String,
    pub main: String,
    pub foot: String,
}

impl PageParts {
    pub(super) fn respond(&self) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((CONTENT_SECURITY_POLICY, POLICY.as_str()))
            .content_type("text/html; charset=utf-8")
            .body(self.html())
    }

    fn html(&self) -> String {
        let Self { title, about, contents, main, foot } = self;
        format!(
            "<!doctype html><html lang=\"en-NZ\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{} – AS-CMS</title><style>{STYLE}</style></head>\
             <body><header><h1>{}</h1>{about}</header>{contents}<main>{main}</main>{foot}</body></html>",
            escaped(&title.en),
            title.heading(),
        )
    }
}

fn main(report: &Report) -> String {
    let groups: String = report
        .groups
        .iter()
        .enumerate()
        .map(|(place, group)| figures::group(group, place, report.at))
        .collect();
    let groups = if report.groups.is_empty() { nothing() } else { groups };
    format!("{}{groups}", reading())
}

fn about(report: &Report) -> String {
    let whose = if report.of_nation {
        "All referrals of the nation, in whole and by provider."
    } else {
        "Referrals within your own reach."
    };
    format!(
        "<p>{whose} Contact and outcomes against the contract's targets, for the last four school \
         terms, newest first. As known on {}.</p>",
        nz_date(report.at),
    )
}

/// Where there are several groups, what leads to them.
fn contents(report: &Report) -> String {
    if report.groups.len() < 2 {
        return String::new();
    }
    let links: String = report
        .groups
        .iter()
        .enumerate()
        .map(|(place, group)| {
            let name = words::group(group).en;
            format!("<li><a href=\"#g{place}\">{}</a></li>", escaped(&name))
        })
        .collect();
    let heading = words::contents().heading();
    format!(
        "<nav aria-labelledby=\"contents\"><h2 id=\"contents\">{heading}</h2><ul>{links}</ul></nav>"
    )
}

fn nothing() -> String {
    let heading = words::nothing().heading();
    format!("<h2>{heading}</h2><p>No referrals of these terms are within your reach.</p>")
}

fn reading() -> String {
    format!(
        "<section aria-labelledby=\"reading\"><h2 id=\"reading\">{}</h2>\
         <p>A bar is the share of counted referrals that met the limit; the line across it is the \
         target. A term is the one in which the referral came in. <b>Counted</b> is met and missed. \
         <b>Pending</b> is not decided yet, since the limit is still ahead: until nothing is pending \
         a rate is one <b>so far</b>, and whether the target is kept is open. A referral that meets a \
         limit early counts at once, one that misses it only afterwards, so <b>deadline passed</b> says \
         the same of the referrals whose limit has passed. <b>Excluded</b> does not \
         count, for the reasons in the table. These are exact numbers for those who run the service: \
         small counts are not hidden, so do not publish them.</p></section>",
        words::reading().heading(),
    )
}

fn foot(report: &Report) -> String {
    let list = |versions: &[String]| {
        let codes = versions.iter().map(|version| format!("<code>{}</code>", escaped(version)));
        codes.collect::<Vec<_>>().join(", ")
    };
    let itself = escaped(&figures::itself(report.at));
    format!(
        "<footer><h2>{}</h2><dl><dt>As known at</dt><dd><code>{}</code></dd>\
         <dt>Rules</dt><dd>{}</dd><dt>Calendar</dt><dd>{}</dd></dl>\
         <p>Each row of a table links to the answer of the API that it was made of; like this page, \
         the links need a token. <a href=\"{itself}\">This report as it is now</a> stays the same \
         whatever is corrected later.</p></footer>",
        words::made_of().heading(),
        figures::instant(report.at),
        list(&report.rules),
        list(&report.calendars),
    )
}
