//! The report of service levels: the same numbers as the JSON, in a page that keeps to itself.

use serde_json::Value;

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

const PATH: &str = "/reports/service-levels";

/// A row of a table, as it is shown.
#[derive(Debug)]
struct Row {
    measure: String,
    within: String,
    /// Term, met, counted, rate, the same of passed deadlines, target, whether it is kept, pending, excluded.
    cells: Vec<String>,
    link: String,
}

/// What stands between two marks, each time.
fn all_between<'a>(text: &'a str, from: &str, to: &str) -> Vec<&'a str> {
    let parts = text.split(from).skip(1);
    parts.map(|part| part.split(to).next().expect("its end")).collect()
}

/// Text without tags, and as it reads.
fn plain(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    text.replace("&amp;", "&").replace("&lt;", "<").replace("&quot;", "\"").replace("&#39;", "'")
}

fn rows(page: &Answer) -> Vec<Row> {
    let rows = all_between(&page.text, "<tr data-measure=", "</tr>").into_iter().map(|row| {
        let of = |name: &str| all_between(row, name, "\"")[0].to_owned();
        let cells =
            row.split("</t").map(|cell| format!("<{}", cell.split_once('<').map_or("", |c| c.1)));
        Row {
            measure: row[1..].split('"').next().expect("a measure").to_owned(),
            within: of("data-within=\""),
            cells: cells.map(|cell| plain(&cell)).collect(),
            link: of("href=\"").replace("&amp;", "&"),
        }
    });
    rows.collect()
}

/// A number of the JSON as a row of the page says it, and as stands beside its bar.
fn expected(term: &str, number: &Value) -> (Vec<String>, String) {
    let excluded = number["excluded"].as_array().expect("excluded").iter();
    let excluded: u64 = excluded.map(|one| one["count"].as_u64().expect("many")).sum();
    let so_far = if number["pending"] == 0 { "" } else { " so far" };
    let rate = match number["rate"].as_f64() {
        None => "nothing to count".to_owned(),
        Some(rate) => format!("{:.2} %{so_far}", rate * 100.0),
    };
    let past = &number["deadlinePassed"];
    let share = past["rate"].as_f64().map(|rate| format!(" ({:.2} %)", rate * 100.0));
    let passed =
        format!("{} of {}{}", past["numerator"], past["denominator"], share.unwrap_or_default());
    let kept = match number["met"].as_bool() {
        None => "open",
        Some(true) => "kept",
        Some(false) => "not kept",
    };
    let text = |name: &str| number[name].to_string();
    let (met, counted, target, pending) =
        (text("numerator"), text("denominator"), text("targetPercent"), text("pending"));
    let words = format!(
        "{met} of {counted} met{so_far}; deadline passed: {passed}; target {target} % {kept}; \
         {pending} pending; {excluded} excluded"
    );
    let percent = format!("{target} %");
    let cells: [&str; 8] = [term, &met, &counted, &rate, &passed, &percent, kept, &pending];
    let mut cells = cells.map(str::to_owned).to_vec();
    cells.push(excluded.to_string());
    (cells, words)
}

/// Holds a page against the answers that it links to, and against those of each of its terms and
/// groups without an instant. Answers how many numbers there were.
async fn hold_against_json(app: &TestApp, subject: &str, levels: &[&str]) -> usize {
    let client = app.as_(subject);
    let page = client.get(PATH).await.expect(200);
    let rows = rows(&page);
    let said = all_between(&page.text, "<desc id=", "</desc>");
    let said: Vec<&str> = said.iter().map(|desc| desc.split_once('>').expect("a desc").1).collect();
    assert_eq!(rows.len(), said.len(), "a bar for each row");
    let mut due = Vec::new();
    for level in levels {
        for term in ["2026-1", "2025-4", "2025-3"] {
            let json = client
                .get(&format!("/v1/measures?level={level}&term={term}&limit=200"))
                .await
                .expect(200)
                .json;
            for group in json["items"].as_array().expect("items") {
                for number in group["numbers"].as_array().expect("numbers") {
                    due.push((term, group["key"].clone(), number.clone()));
                }
            }
        }
    }
    assert_eq!(rows.len(), due.len(), "every number of every term and group is shown: {subject}");
    for (row, said) in rows.iter().zip(said) {
        let linked = client.get(&row.link).await.expect(200).json;
        let groups = linked["items"].as_array().expect("items");
        assert_eq!(groups.len(), 1, "{}", row.link);
        let fits = |number: &&Value| {
            let within = number["withinDays"].as_u64().map(|days| days.to_string());
            number["measure"] == row.measure.as_str() && within.unwrap_or_default() == row.within
        };
        let number = groups[0]["numbers"].as_array().expect("numbers").iter().find(fits);
        let number = number.expect("the number that the row shows");
        let (cells, words) = expected(&row.cells[0], number);
        let mut shown = row.cells[..9].to_vec();
        // The reasons stand behind the sum.
        shown[8] = shown[8].split(' ').next().expect("a sum").to_owned();
        assert_eq!(shown, cells, "{}", row.link);
        assert_eq!(said, words, "{}", row.link);
        let at = due.iter().position(|(term, key, same)| {
            *term == row.cells[0] && *key == groups[0]["key"] && same == number
        });
        due.remove(at.unwrap_or_else(|| panic!("{row:?} is no number of now")));
    }
    rows.len()
}

/// Referrals of two providers and of none, some met, some missed, some pending, one excluded.
async fn lives(app: &TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let (_, case) = app.accepted("Met").await;
    app.accepted("Missed").await;
    app.set_time("2026-03-03T01:00:00Z");
    for party in ["school", "whanau"] {
        app.reached(&case, party, "2026-03-03T00:00:00Z").await.expect(201);
    }
    let other = with(given::referral("Other"), "/schoolNumber", given::OTHER_SCHOOL.into());
    app.as_("office-support-2").post("/v1/referrals", other).await.expect(201);
    let queued = with(given::referral("Queued"), "/schoolNumber", given::LONE_SCHOOL.into());
    app.as_("office-support-l").post("/v1/referrals", queued).await.expect(201);
    app.set_time("2026-03-16T00:00:00Z");
}

#[on_both]
async fn the_report_says_what_the_json_says_to_everybody(app: TestApp) {
    lives(&app).await;
    // Three terms have begun, in all of which there is a nation; two providers and none in one.
    assert_eq!(
        hold_against_json(&app, "ministry-analyst", &["national", "provider"]).await,
        6 * (3 + 3)
    );
    assert_eq!(hold_against_json(&app, "workflow-lead", &["provider"]).await, 6);
    assert_eq!(hold_against_json(&app, "attendance-lead", &["school"]).await, 6);
    assert_eq!(hold_against_json(&app, "workflow-lead-2", &["provider"]).await, 6);
}

#[on_both]
async fn nobody_sees_more_in_the_report_than_in_the_json(app: TestApp) {
    lives(&app).await;
    let lead = app.as_("workflow-lead").get(PATH).await.expect(200);
    assert!(lead.text.contains("key=P01") && !lead.text.contains("key=P02"), "{}", lead.text);
    // Nothing is assigned to them.
    let manager = app.as_("case-manager").get(PATH).await.expect(200);
    assert!(manager.text.contains("Nothing to show"), "{}", manager.text);
    app.nobody().get(PATH).await.refused(401, "unauthenticated");
    app.as_("sms-client").get(PATH).await.refused(403, "role_may_not");
    assert_eq!(app.count("audit_entry", "decision = 'denied'").await, 1);
}

#[on_both]
async fn the_page_of_an_instant_stays_as_it_was(app: TestApp) {
    lives(&app).await;
    let analyst = app.as_("ministry-analyst");
    let then = analyst.get(PATH).await.expect(200);
    app.set_time("2026-03-31T00:00:00Z");
    assert_ne!(analyst.get(PATH).await.expect(200).text, then.text);
    let again = analyst.get(&format!("{PATH}?asOf=2026-03-16T00:00:00Z")).await.expect(200);
    assert_eq!(again.text, then.text);
    let ahead = analyst.get(&format!("{PATH}?asOf=2026-04-16T00:00:00Z")).await;
    assert_eq!((ahead.status, ahead.faults()), (422, vec!["asOf too_large".to_owned()]));
    let unknown = analyst.get(&format!("{PATH}?term=2026-1")).await;
    assert_eq!((unknown.status, unknown.faults()), (422, vec!["term unknown_member".to_owned()]));
}

#[on_both]
async fn the_page_runs_nothing_and_asks_nobody(app: TestApp) {
    lives(&app).await;
    let db = app.database().await;
    let renamed =
        "UPDATE organisation SET name = '<script src=\"//x.invalid\">&' WHERE code = 'P01'";
    sea_orm::ConnectionTrait::execute_unprepared(&db, renamed).await.expect("a name");
    db.close().await.expect("close");
    let page = app.as_("ministry-analyst").get(PATH).await.expect(200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert!(!policy.contains("unsafe") && !policy.contains("http"), "{policy}");
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert!(page.text.contains("&lt;script src=&quot;//x.invalid&quot;&gt;&amp;"), "{}", page.text);
    for never in
        ["<script", "<img", "<link", "@import", "url(", " style=", " on", "http:", "https:"]
    {
        let tags = all_between(&page.text, "<", ">");
        let style = all_between(&page.text, "<style>", "</style>");
        assert!(!tags.iter().chain(&style).any(|tag| format!("<{tag}").contains(never)), "{never}");
    }
}

#[on_both]
async fn the_page_speaks_both_languages_in_order(app: TestApp) {
    lives(&app).await;
    let page = app.as_("ministry-analyst").get(PATH).await.expect(200);
    assert!(page.text.contains("<html lang=\"en-NZ\">"));
    let mut before = 0;
    for tag in all_between(&page.text, "<h", "</h") {
        let Some(rank) = tag.chars().next().and_then(|rank| rank.to_digit(10)) else { continue };
        assert!(rank <= before + 1, "h{rank} follows h{before}");
        before = rank;
        assert!(tag.contains("lang=\"mi\""), "{tag}");
    }
    assert_eq!(before, 2, "the last is the foot's");
    for heading in ["<th ", "<svg "] {
        let needed = if heading == "<th " { "scope=" } else { "role=\"img\"" };
        assert!(all_between(&page.text, heading, ">").iter().all(|tag| tag.contains(needed)));
    }
    app.as_("ministry-analyst")
        .call(actix_web::http::Method::POST, PATH, None)
        .await
        .refused(405, "method_not_allowed");
}
