//! Whose an outcome is when the case went to another provider.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{TestApp, on_both};

/// Met of decided, and pending, of the numbers `school_contact 5` and `enrolled`, for one caller and
/// provider.
async fn numbers(app: &TestApp, who: &str, key: &str, more: &str) -> Value {
    let path = format!("/v1/measures?level=provider&term=2026-1{more}");
    let found = app.as_(who).get(&path).await.expect(200);
    let items = found.json["items"].as_array().expect("items");
    let Some(group) = items.iter().find(|item| item["key"] == key) else { return Value::Null };
    let of = |at: usize| {
        let number = &group["numbers"][at];
        format!("{}/{} {}", number["numerator"], number["denominator"], number["pending"])
    };
    json!([of(0), of(5)])
}

async fn members(app: &TestApp, who: &str, key: &str) -> usize {
    let path = format!(
        "/v1/measures/members?measure=enrolled&withinDays=50&level=provider&key={key}&term=2026-1"
    );
    app.as_(who).get(&path).await.expect(200).json["items"].as_array().expect("items").len()
}

#[on_both]
async fn an_outcome_after_a_transfer_is_whose_the_rule_says(app: TestApp) {
    app.set_time("2026-03-02T00:00:00Z");
    let mere = json!([{ "name": "Mere", "relationship": "mother", "phone": "021 555 0100", "confirmedOn": "2026-03-01" }]);
    let body = with(given::non_enrolment("Aria"), "/student/whanauContacts", mere);
    let body = with(body, "/student/nsn", json!("17"));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201).id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap().to_owned();
    app.reached(&case, "school", "2026-03-02T00:00:00Z").await.expect(201);
    app.set_time("2026-03-20T00:00:00Z");
    let offer = json!({ "toProviderId": app.world.other_provider, "reason": "The family moved." });
    let transfer = app.step("workflow-lead", &case, "transfers", offer).await.expect(201).id();
    let accept = format!("/v1/transfers/{transfer}/decision");
    app.as_("workflow-lead-2").post(&accept, json!({ "outcome": "accepted" })).await.expect(200);
    app.set_time("2026-04-20T00:00:00Z");
    let statement = json!({ "said": "enrolled", "schoolNumber": given::OTHER_SCHOOL, "nsn": "17", "firstDay": "2026-04-20" });
    let body = json!({ "statements": [statement] });
    app.as_("enrolment-register").post_keyed("/v1/enrolments", "17", body).await.expect(200);
    let (first, last, ministry) = ("workflow-lead", "workflow-lead-2", "ministry-analyst");
    // By the version in force all of it is the first provider's.
    for who in [ministry, first] {
        assert_eq!(numbers(&app, who, "P01", "").await, json!(["1/1 0", "1/1 0"]), "{who}");
    }
    for who in [ministry, last] {
        assert_eq!(numbers(&app, who, "P02", "").await, Value::Null, "{who}");
    }
    let outcomes = json!({
        "improvedAttendance": { "overPercent": 70, "improvedBy": 25, "improvement": "relative", "minimumRecordPercent": 20, "targetPercent": 70 },
        "enrolled": { "withinDays": 50, "targetPercent": 60, "confirmedWithinDays": 60, "confirmedWithinBusinessDays": 10 },
        "afterTransfer": "last_provider",
    });
    let body =
        json!({ "version": "outcomes-last", "validFrom": "2026-01-01", "outcomes": outcomes });
    app.set_time("2026-04-21T00:00:00Z");
    app.as_("ministry-admin").post("/v1/rules/outcomes/versions", body).await.expect(201);
    for who in [ministry, first] {
        assert_eq!(numbers(&app, who, "P01", "").await, json!(["1/1 0", "0/0 0"]), "{who}");
        assert_eq!(members(&app, who, "P01").await, 0, "{who}");
    }
    for who in [ministry, last] {
        assert_eq!(numbers(&app, who, "P02", "").await, json!(["0/0 0", "1/1 0"]), "{who}");
        assert_eq!(
            numbers(&app, who, "P02", "&asOf=2026-04-21T00:00:00Z").await,
            json!(["0/0 0", "1/1 0"]),
            "{who}"
        );
        assert_eq!(members(&app, who, "P02").await, 1, "{who}");
    }
    // The levels still add up, and what was known before the transfer is as it was known.
    let national =
        app.as_(ministry).get("/v1/measures?level=national&term=2026-1").await.expect(200);
    assert_eq!(
        (
            &national.json["items"][0]["numbers"][0]["numerator"],
            &national.json["items"][0]["numbers"][5]["numerator"]
        ),
        (&json!(1), &json!(1))
    );
    let school = app.as_(last).get("/v1/measures?level=school&term=2026-1").await.expect(200);
    assert_eq!(
        (&school.json["items"][0]["key"], &school.json["items"][0]["numbers"][5]["numerator"]),
        (&json!(given::SCHOOL), &json!(1))
    );
    let student = app.as_(last).get("/v1/measures?level=student&term=2026-1").await.expect(200);
    assert_eq!(student.json["items"][0]["numbers"][5]["numerator"], 1);
    assert_eq!(
        numbers(&app, ministry, "P01", "&asOf=2026-03-19T00:00:00Z").await,
        json!(["1/1 0", "0/0 1"])
    );
    let changes = "/v1/measures/changes?measure=enrolled&withinDays=50&level=provider&key=P02&term=2026-1&since=2026-03-19T00:00:00Z";
    let changed = app.as_(last).get(changes).await.expect(200);
    assert_eq!(changed.json["items"][0]["after"]["standing"], "met", "{}", changed.text);
    for key in ["P01", "P02"] {
        let moved = format!(
            "/v1/measures/changes?measure=enrolled&withinDays=50&level=provider&key={key}&term=2026-1&since=2026-04-20T12:00:00Z"
        );
        let moved = app.as_(ministry).get(&moved).await.expect(200);
        assert_eq!(moved.json["items"][0]["cause"], "rule", "{key}: {}", moved.text);
    }
    // A transfer after the outcome's last day takes nothing along.
    let offer = json!({ "toProviderId": app.world.provider, "reason": "They moved back." });
    let transfer = app.step("workflow-lead-2", &case, "transfers", offer).await.expect(201).id();
    let accept = format!("/v1/transfers/{transfer}/decision");
    app.as_("workflow-lead").post(&accept, json!({ "outcome": "accepted" })).await.expect(200);
    assert_eq!(numbers(&app, ministry, "P02", "").await, json!(["0/0 0", "1/1 0"]));
}
