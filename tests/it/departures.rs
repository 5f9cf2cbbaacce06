//! A student who is gone: of all of their referrals, what was undecided that day does not count.

use serde_json::json;

use crate::given::{closure, with};
use crate::support::{TestApp, on_both};

async fn close(app: &TestApp, case: &str, reason: &str) {
    let body = with(closure(), "/reasonCode", json!(reason));
    app.step("workflow-lead", case, "closure", body).await.expect(200);
    app.step("workflow-lead-b", case, "closure-approval", json!({})).await.expect(200);
}

/// Standing and exclusion of each member of a number, by referral date.
async fn standings(app: &TestApp, measure: &str) -> Vec<String> {
    let path = format!("/v1/measures/members?measure={measure}&level=national&term=2026-1");
    let members = app.as_("ministry-analyst").get(&path).await.expect(200);
    let items = members.json["items"].as_array().expect("items").iter();
    items
        .map(|item| format!("{} {}", item["standing"], item["exclusion"]).replace('"', ""))
        .collect()
}

const SCHOOL: &str = "school_contact&withinDays=10";

#[on_both]
async fn who_died_is_no_miss_of_an_earlier_case_either(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let first = app.accepted("Hana").await.1;
    close(&app, &first, "attendance_sustained").await;
    // Back again: the tenth day of the first referral is Monday the 16th.
    app.set_time("2026-03-09T00:00:00Z");
    let second = app.accepted("Hana").await.1;
    app.set_time("2026-03-12T00:00:00Z");
    close(&app, &second, "died").await;
    let read = app.as_("workflow-lead").get(&format!("/v1/cases/{second}")).await.expect(200);
    for deadline in read.json["contactDeadlines"].as_array().unwrap() {
        assert_eq!(deadline["standing"], "excluded", "as in the numbers: {deadline}");
    }
    app.set_time("2026-03-31T00:00:00Z");
    assert_eq!(standings(&app, SCHOOL).await, ["excluded died", "excluded died"]);
    assert_eq!(standings(&app, "improved_attendance").await, ["excluded died", "excluded died"]);
    // What was missed before stays missed.
    assert_eq!(
        standings(&app, "school_contact&withinDays=5").await,
        ["missed null", "excluded died"]
    );
}

#[on_both]
async fn who_came_back_is_counted_again(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let first = app.accepted("Hana").await.1;
    app.set_time("2026-03-03T00:00:00Z");
    close(&app, &first, "moved_overseas").await;
    app.set_time("2026-03-09T00:00:00Z");
    app.accepted("Hana").await;
    assert_eq!(standings(&app, SCHOOL).await, ["excluded moved_overseas", "pending null"]);
}
