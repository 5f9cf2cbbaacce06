//! Catchments and providers on a day, and what follows from them for requests for support.

use ascms_domain::organisations::OrganisationStatus;
use serde_json::{Value, json};

use crate::given::{self, LONE_SCHOOL, OTHER_SCHOOL};
use crate::imports::catchments;
use crate::support::{Answer, TestApp, on_both};

/// The numbers of a catchment's schools.
fn schools(catchment: &Answer) -> Vec<&str> {
    let schools = catchment.json["schools"].as_array().expect("schools");
    schools.iter().map(|school| school["number"].as_str().expect("a number")).collect()
}

fn codes(page: &Answer) -> Vec<&str> {
    let items = page.json["items"].as_array().expect("items");
    items.iter().map(|item| item["code"].as_str().expect("a code")).collect()
}

#[on_both]
async fn a_catchment_is_shown_with_its_schools_and_its_provider(app: TestApp) {
    let found = app.as_("workflow-lead").get("/v1/catchments/C01").await.expect(200);
    assert_eq!(schools(&found), ["9001", "9002"]);
    let catchment = &found.json;
    assert_eq!(catchment["provider"]["name"], "Example Attendance Trust");
    assert_eq!(catchment["on"], "2026-03-16");
    assert_eq!(catchment["schools"][0]["inSchoolProvider"], Value::Null);
    assert_eq!(catchment["schools"][1]["inSchoolProvider"]["code"], "S01");
    let before = app.as_("workflow-lead").get("/v1/catchments/C01?on=2023-12-31").await;
    assert_eq!(schools(&before.expect(200)), Vec::<&str>::new());
}

#[on_both]
async fn a_school_moves_on_a_day_and_both_catchments_remember(app: TestApp) {
    let lines = "C02,,,,,,,9002,2026-07-01,,,,,\nC01,,,,,,,9002,2024-01-01,2026-06-30,,,,\n";
    let summary = catchments(&app, lines).await;
    assert_eq!((summary.added, summary.changed, summary.refused.len()), (1, 1, 0));
    let client = app.as_("auditor");
    for (path, found) in [
        ("C01?on=2026-06-30", &["9001", "9002"][..]),
        ("C02?on=2026-06-30", &["9101"]),
        ("C01?on=2026-07-01", &["9001"]),
        ("C02?on=2026-07-01", &["9002", "9101"]),
    ] {
        let catchment = client.get(&format!("/v1/catchments/{path}")).await.expect(200);
        assert_eq!(schools(&catchment), found, "{path}");
        assert_eq!(catchment.json["version"], 2);
    }
}

#[on_both]
async fn a_contract_ends_and_another_begins(app: TestApp) {
    let lines = "C01,,,P01,,2024-01-01,2026-12-31,,,,,,,\nC01,,,P02,,2027-02-01,,,,,,,,\n";
    assert_eq!(catchments(&app, lines).await.refused, []);
    let client = app.as_("primary-contact");
    for (day, provider) in
        [("2026-12-31", json!("P01")), ("2027-01-31", Value::Null), ("2027-02-01", json!("P02"))]
    {
        let catchment = client.get(&format!("/v1/catchments/C01?on={day}")).await.expect(200);
        assert_eq!(catchment.json["provider"]["code"], provider, "{day}");
        let listed = client.get(&format!("/v1/catchments?on={day}")).await.expect(200);
        assert_eq!(listed.json["items"][0]["provider"]["code"], provider, "{day}");
    }
}

#[on_both]
async fn catchments_are_listed_page_by_page(app: TestApp) {
    catchments(&app, "C03,Long Plains,Waikato,,,,,,,,,,,\n").await;
    let client = app.as_("sms-client");
    let first = client.get("/v1/catchments?limit=2&includeTotal=true").await.expect(200);
    assert_eq!((codes(&first), &first.json["total"]), (vec!["C01", "C02"], &json!(3)));
    let cursor = first.json["nextCursor"].as_str().unwrap();
    let path = format!("/v1/catchments?limit=2&cursor={cursor}");
    let second = client.get(&path).await.expect(200);
    assert_eq!((codes(&second), &second.json["nextCursor"]), (vec!["C03"], &Value::Null));
    let region = client.get("/v1/catchments?educationRegion=Waikato").await.expect(200);
    assert_eq!(codes(&region), ["C03"]);
}

#[on_both]
async fn a_code_that_no_catchment_has_is_not_found(app: TestApp) {
    for code in ["C99", "c01", "%00", "C01%20", "%F0%9F%90%A8", "a%2Fb"] {
        let path = format!("/v1/catchments/{code}");
        app.as_("auditor").get(&path).await.refused(404, "not_found");
    }
}

#[on_both]
async fn providers_are_listed_and_nobody_else(app: TestApp) {
    let client = app.as_("office-support");
    for (filter, found) in [
        ("", &["P01", "P02", "S01"][..]),
        ("?kind=catchment_provider", &["P01", "P02"]),
        ("?kind=in_school_provider", &["S01"]),
        ("?kind=ministry", &[]),
        ("?status=suspended", &[]),
        ("?limit=2", &["P01", "P02"]),
    ] {
        let page = client.get(&format!("/v1/providers{filter}")).await.expect(200);
        assert_eq!(codes(&page), found, "{filter}");
    }
    client.get("/v1/providers?kind=school").await.refused(422, "invalid_query");
}

#[on_both]
async fn a_suspended_provider_is_listed_and_sent_nothing(app: TestApp) {
    app.unwatched("no operation suspends a provider").await;
    let (store, id) = (app.state.store(), app.world.provider);
    store.set_organisation_status(id, OrganisationStatus::Suspended).await.unwrap();
    let page = app.as_("auditor").get("/v1/providers?status=suspended").await.expect(200);
    assert_eq!(codes(&page), ["P01"]);
    let sent = app.submitted("Āria").await;
    assert_eq!(sent.json["provider"], Value::Null);
    assert_eq!(sent.json["status"], "submitted");
}

#[on_both]
async fn a_request_goes_to_the_provider_of_the_schools_catchment_on_the_day(app: TestApp) {
    // From tomorrow on the school is in the other catchment.
    let lines = "C01,,,,,,,9001,2024-01-01,2026-03-16,,,,\nC02,,,,,,,9001,2026-03-17,,,,,\n";
    assert_eq!(catchments(&app, lines).await.refused, []);
    let office = app.as_("office-support");
    let today = office.post("/v1/referrals", given::referral("Hemi")).await.expect(201);
    assert_eq!(today.json["provider"]["code"], "P01");
    // 13:00 of the next day in New Zealand.
    app.set_time("2026-03-17T00:00:00Z");
    let office = app.as_("office-support");
    let tomorrow = office.post("/v1/referrals", given::referral("Mere")).await.expect(201);
    assert_eq!(tomorrow.json["provider"]["code"], "P02");
}

#[on_both]
async fn a_school_gets_a_catchment_and_a_team_by_import(app: TestApp) {
    let lines =
        format!("C02,,,,,,,{LONE_SCHOOL},2026-03-01,,S09,Lone team,2026-03-01,2026-12-31\n");
    assert_eq!(catchments(&app, &lines).await.added, 3);
    let client = app.as_("auditor");
    let school = client.get(&format!("/v1/schools/{LONE_SCHOOL}")).await.expect(200).json;
    assert_eq!(school["servedBy"]["catchment"]["code"], "C02");
    assert_eq!(school["servedBy"]["provider"]["code"], "P02");
    assert_eq!(school["servedBy"]["inSchoolProvider"]["name"], "Lone team");
    let path = format!("/v1/schools/{LONE_SCHOOL}?on=2027-01-01");
    let later = client.get(&path).await.expect(200).json;
    assert_eq!(later["servedBy"]["inSchoolProvider"], Value::Null);
    let catchment = client.get("/v1/catchments/C02").await.expect(200);
    assert_eq!(schools(&catchment), [OTHER_SCHOOL, LONE_SCHOOL]);
}
