//! Publications: what everybody is told of a measure, that it stays as it was told, and what is
//! not told. That nothing can be worked out of it is tried by an attacker in the domain's tests.

use std::collections::BTreeMap;

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use crate::support::{Answer, TestApp, on_both};

const SCHOOL_CONTACT: &str = "school_contact";

async fn publish(app: &TestApp, term: &str, measure: &str) -> Answer {
    let body = json!({ "term": term, "measure": measure });
    app.as_("ministry-admin").post("/v1/publications", body).await
}

/// 28 referrals of one day, 20 of whose schools were reached the day after; Term 1 is long over.
/// The cases of the 8 others.
async fn a_term(app: &TestApp) -> Vec<String> {
    app.set_time("2026-03-02T00:00:00Z");
    let mut cases = Vec::new();
    for number in 0..28 {
        cases.push(app.accepted(&format!("Number {number}")).await.1);
    }
    app.set_time("2026-03-03T01:00:00Z");
    let missed = cases.split_off(20);
    for case in cases {
        app.reached(&case, "school", "2026-03-03T00:00:00Z").await.expect(201);
    }
    app.set_time("2026-06-01T00:00:00Z");
    missed
}

/// All rows, page by page.
async fn rows(app: &TestApp, id: &str, filter: &str) -> Vec<Value> {
    let reader = app.as_("reporting-client");
    let mut rows = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/v1/publications/{id}/rows?limit=200{filter}{cursor}");
        let page = reader.get(&path).await.expect(200).json;
        rows.extend(page["items"].as_array().expect("items").clone());
        match page["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return rows,
        }
    }
}

const FIGURES: [&str; 3] = ["met", "missed", "denominator"];

/// The exact numbers by level, key, limit and figure.
async fn exact(app: &TestApp) -> BTreeMap<(String, String, u64, &'static str), i64> {
    let mut numbers = BTreeMap::new();
    for level in ["national", "region", "catchment", "provider"] {
        let path = format!("/v1/measures?level={level}&term=2026-1&limit=200");
        let answer = app.as_("ministry-analyst").get(&path).await.expect(200).json;
        for group in answer["items"].as_array().expect("items") {
            let key = group["key"].as_str().expect("a key").to_owned();
            let of_measure = group["numbers"].as_array().expect("numbers").iter();
            for one in of_measure.filter(|one| one["measure"] == SCHOOL_CONTACT) {
                let count = |member: &str| one[member].as_i64().expect("a count");
                let (met, all) = (count("numerator"), count("denominator"));
                let days = one["withinDays"].as_u64().expect("days");
                for (figure, count) in FIGURES.into_iter().zip([met, all - met, all]) {
                    numbers.insert((level.to_owned(), key.clone(), days, figure), count);
                }
            }
        }
    }
    numbers
}

#[on_both]
async fn small_counts_are_hidden_and_the_others_are_rounded(app: TestApp) {
    a_term(&app).await;
    let made = publish(&app, "2026-1", SCHOOL_CONTACT).await.expect(201);
    let exact = exact(&app).await;
    let (mut shown, mut hidden) = (0, 0);
    for row in rows(&app, &made.id(), "").await {
        let text = |member: &str| row[member].as_str().expect(member).to_owned();
        let days = row["withinDays"].as_u64().expect("days");
        for figure in FIGURES {
            let published = &row[figure];
            assert_eq!(published["hidden"], published["count"].is_null());
            let Some(count) = published["count"].as_i64() else {
                hidden += 1;
                continue;
            };
            shown += 1;
            assert!(count >= 6 && count % 3 == 0, "{row}");
            if row["classification"].is_null() {
                // Of what is not among the exact numbers there is none.
                let key = (text("level"), text("key"), days, figure);
                let count_of = exact.get(&key).copied().unwrap_or(0);
                assert!(count_of >= 6 && (count_of - count).abs() < 3, "{figure} of {row}");
            }
        }
        let [part, whole] = ["met", "denominator"].map(|figure| row[figure]["count"].as_u64());
        let share = part.zip(whole).map(|(part, whole)| (part * 20_000 + whole) / (whole * 2));
        let share = share.map(|share| share.min(10_000));
        let share = share.map(|share| format!("{}.{:04}", share / 10_000, share % 10_000));
        assert_eq!(row["rate"].as_f64().map(|rate| format!("{rate:.4}")), share, "{row}");
    }
    assert!(shown > 0 && hidden > shown, "{shown} shown, {hidden} hidden");
}

#[on_both]
async fn every_place_and_category_is_there_whether_it_has_any_or_not(app: TestApp) {
    app.set_time("2026-06-01T00:00:00Z");
    let made = publish(&app, "2025-4", "improved_attendance").await.expect(201);
    let rows = rows(&app, &made.id(), "").await;
    let hidden = |row: &Value| FIGURES.iter().all(|figure| row[*figure]["hidden"] == true);
    assert!(rows.iter().all(hidden));
    assert!(rows.iter().all(|row| row["withinDays"].is_null()));
    let of = |level: &str, by: &str| {
        rows.iter().filter(|row| row["level"] == level && row["classification"] == by).count()
    };
    // Six groups and thirteen years, and who said nothing.
    assert_eq!((of("national", "ethnic_group"), of("national", "year_level")), (7, 14));
    assert!(rows.iter().any(|row| row["key"] == "P01"));
    assert!(rows.iter().all(|row| row["level"] != "school"));
}

#[on_both]
async fn what_is_published_stays_and_own_numbers_move_on(app: TestApp) {
    let missed = a_term(&app).await;
    let made = publish(&app, "2026-1", SCHOOL_CONTACT).await.expect(201);
    let before = rows(&app, &made.id(), "").await;
    app.reached(&missed[0], "school", "2026-03-03T00:00:00Z").await.expect(201);
    assert_eq!(rows(&app, &made.id(), "").await, before);
    let second = app.another_node().await;
    assert_eq!(rows(&second, &made.id(), "").await, before);
    let own = app.as_("workflow-lead").get("/v1/measures?level=national&term=2026-1").await;
    let number = &own.expect(200).json["items"][0]["numbers"][0];
    assert_eq!((&number["numerator"], &number["denominator"]), (&json!(21), &json!(28)));
}

#[on_both]
async fn a_filter_picks_rows_and_changes_none(app: TestApp) {
    a_term(&app).await;
    let made = publish(&app, "2026-1", SCHOOL_CONTACT).await.expect(201);
    let all = rows(&app, &made.id(), "").await;
    let fits = |row: &&Value| {
        row["level"] == "provider" && row["key"] == "P01" && row["classification"] == "year_level"
    };
    let picked: Vec<Value> = all.iter().filter(fits).cloned().collect();
    assert_eq!(picked.len(), 28);
    let filter = "&level=provider&key=P01&classification=year_level";
    assert_eq!(rows(&app, &made.id(), filter).await, picked);
}

#[on_both]
async fn there_is_no_second_edition(app: TestApp) {
    app.set_time("2026-06-01T00:00:00Z");
    let body = json!({ "term": "2025-4", "measure": SCHOOL_CONTACT });
    let admin = app.as_("ministry-admin");
    let first = admin.post_keyed("/v1/publications", "once", body.clone()).await.expect(201);
    let again = admin.post_keyed("/v1/publications", "once", body.clone()).await.expect(201);
    assert_eq!(again.text, first.text);
    let other = admin.post_keyed("/v1/publications", "twice", body).await;
    other.refused(409, "already_published");
    publish(&app, "2025-4", "enrolled").await.expect(201);
    publish(&app, "2025-3", "enrolled").await.expect(201);
    let listed = admin.get("/v1/publications?includeTotal=true").await.expect(200);
    assert_eq!(listed.json["total"], 4);
    assert_eq!(listed.json["items"][3]["id"], first.json["id"]);
    let one = admin.get(&format!("/v1/publications/{}", first.id())).await.expect(200);
    assert_eq!(one.json, first.json);
    assert_eq!((&one.json["threshold"], &one.json["base"]), (&json!(6), &json!(3)));
}

#[on_both]
async fn contact_with_school_and_whanau_is_published_at_once(app: TestApp) {
    a_term(&app).await;
    let made = publish(&app, "2026-1", "whanau_contact").await.expect(201);
    assert_eq!(made.json["measure"], "whanau_contact");
    publish(&app, "2026-1", SCHOOL_CONTACT).await.refused(409, "already_published");
    let listed = app.as_("reporting-client").get("/v1/publications").await.expect(200).json;
    let of = |at: usize| &listed["items"][at];
    assert_eq!(
        (&of(0)["measure"], &of(1)["measure"]),
        (&json!("whanau_contact"), &json!(SCHOOL_CONTACT))
    );
    assert_eq!((of(0), &of(0)["asOf"]), (&made.json, &of(1)["asOf"]));
    for (at, limits) in [(0, [10, 15]), (1, [5, 10])] {
        let rows = rows(&app, of(at)["id"].as_str().expect("an id"), "&level=national").await;
        let days: Vec<_> =
            rows.iter().map(|row| row["withinDays"].as_u64().expect("days")).collect();
        assert_eq!(days[..2], limits);
        assert!(days.iter().all(|one| limits.contains(one)));
    }
    // Nobody was reached at home, most schools were.
    let some_met_is_shown = async |at: usize| {
        let rows = rows(&app, of(at)["id"].as_str().expect("an id"), "").await;
        rows.iter().any(|row| row["met"]["hidden"] == false)
    };
    assert_eq!((some_met_is_shown(0).await, some_met_is_shown(1).await), (false, true));
}

#[on_both]
async fn two_nodes_publish_one_edition(app: TestApp) {
    app.set_time("2026-06-01T00:00:00Z");
    let second = app.another_node().await;
    let (one, two) =
        tokio::join!(publish(&app, "2025-4", "enrolled"), publish(&second, "2025-4", "enrolled"),);
    let mut statuses = [one.status, two.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409], "{} {}", one.text, two.text);
    assert_eq!(app.count("publication", "1 = 1").await, 1);
    assert_eq!(app.count("event", "kind = 'publication.published'").await, 1);
    let entry = "action = 'measures:publish' AND subject_kind = 'publication'";
    assert_eq!(app.count("audit_entry", entry).await, 1);
}

#[on_both]
async fn nothing_is_published_before_all_of_it_is_decided(app: TestApp) {
    // In the term, with nothing referred yet.
    publish(&app, "2026-1", SCHOOL_CONTACT).await.refused(409, "still_pending");
    app.set_time("2026-04-01T22:00:00Z");
    app.accepted("On the last day").await;
    app.set_time("2026-04-02T22:00:00Z");
    publish(&app, "2026-1", SCHOOL_CONTACT).await.refused(409, "still_pending");
    // The school's last day of ten has passed, after Easter and a weekend; the whānau's
    // fifteenth, after Anzac Day, has not; and the day after that.
    for waits in ["2026-04-21T00:00:00Z", "2026-04-28T00:00:00Z"] {
        app.set_time(waits);
        publish(&app, "2026-1", SCHOOL_CONTACT).await.refused(409, "still_pending");
        publish(&app, "2026-1", "whanau_contact").await.refused(409, "still_pending");
    }
    app.set_time("2026-04-29T00:00:00Z");
    publish(&app, "2026-1", SCHOOL_CONTACT).await.expect(201);
    publish(&app, "2026-1", "improved_attendance").await.refused(409, "still_pending");
    // Of non-enrolment there was none.
    publish(&app, "2026-1", "enrolled").await.expect(201);
}

#[on_both]
async fn what_is_no_term_or_no_publication_is_not_published(app: TestApp) {
    let refused = publish(&app, "2031-1", SCHOOL_CONTACT).await;
    refused.refused(422, "invalid_body");
    assert_eq!(refused.faults(), ["/term unknown"]);
    let nothing = "/v1/publications/01900000-0000-7000-8000-0000000000ff";
    let reader = app.as_("reporting-client");
    reader.get(nothing).await.refused(404, "not_found");
    reader.get(&format!("{nothing}/rows")).await.refused(404, "not_found");
}

#[on_both]
async fn the_database_lets_no_published_number_change(app: TestApp) {
    app.set_time("2026-06-01T00:00:00Z");
    publish(&app, "2025-4", SCHOOL_CONTACT).await.expect(201);
    let db = app.database().await;
    for sql in [
        "UPDATE publication SET threshold = 1",
        "DELETE FROM publication",
        "UPDATE published_row SET met = 1",
        "DELETE FROM published_row",
    ] {
        let refused = db.execute_unprepared(sql).await.expect_err(sql).to_string();
        assert!(refused.contains("append-only"), "{sql}: {refused}");
    }
    db.close().await.expect("close");
}
