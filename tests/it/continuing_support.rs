//! Support past the age of 16: asked for with its grounds, and not for everybody.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

fn grounds(wants: bool, ors: bool) -> Value {
    json!({
        "studentWantsToContinue": wants, "enrolmentPathway": "The trades academy, from Term 2",
        "inOngoingResourcingScheme": ors,
    })
}

/// A referral that asks for continuing support of somebody born on a day.
async fn asked(app: &TestApp, name: &str, born: &str, grounds: Value) -> Answer {
    let body = with(given::referral(name), "/student/birthDate", json!(born));
    let body = with(body, "/supportRequest/continuingSupport", json!(true));
    let body = with(body, "/supportRequest/continuingSupportGrounds", grounds);
    app.as_("office-support").post("/v1/referrals", body).await
}

#[on_both]
async fn it_asks_for_the_wish_and_the_pathway_and_shows_them(app: TestApp) {
    let refused = asked(&app, "Kauri", "2008-05-06", Value::Null).await;
    refused.refused(422, "invalid_body");
    assert_eq!(refused.faults(), ["/supportRequest/continuingSupportGrounds required"]);
    let blank = with(grounds(true, false), "/enrolmentPathway", json!(" "));
    assert_eq!(asked(&app, "Kauri", "2008-05-06", blank).await.status, 422);
    let taken = asked(&app, "Kauri", "2008-05-06", grounds(true, false)).await.expect(201);
    let shown =
        app.as_("workflow-lead").get(&format!("/v1/referrals/{}", taken.id())).await.expect(200);
    assert_eq!(shown.json["supportRequest"]["continuingSupportGrounds"], grounds(true, false));
    assert!(
        taken.json["assessment"]["circumstances"]
            .as_array()
            .unwrap()
            .contains(&json!("continuing_support"))
    );
    // A referral that does not ask has nothing of it, as releases before this one wrote it.
    let plain = app.submitted("Rimu").await;
    let shown =
        app.as_("workflow-lead").get(&format!("/v1/referrals/{}", plain.id())).await.expect(200);
    assert_eq!(shown.json["supportRequest"]["continuingSupportGrounds"], Value::Null);
    assert_eq!(
        app.count("referral", "CAST(content AS text) LIKE '%continuingSupportGrounds%'").await,
        1
    );
}

#[on_both]
async fn it_lifts_the_upper_age_alone_and_until_the_end_of_a_year(app: TestApp) {
    for (name, born, wants, ors, is_taken) in [
        ("Kauri", "2023-03-01", true, false, false),
        ("Rimu", "2022-03-01", true, true, false),
        ("Totara", "2021-03-01", true, false, true),
        ("Manuka", "2008-05-06", false, false, false),
        ("Kahikatea", "2007-01-01", true, false, true),
        ("Rata", "2006-12-31", true, false, false),
        ("Matai", "2005-01-01", true, true, true),
        ("Miro", "2004-12-31", true, true, false),
        ("Nikau", "2001-03-01", true, false, false),
    ] {
        let answer = asked(&app, name, born, grounds(wants, ors)).await;
        assert_eq!(answer.status == 201, is_taken, "{name} {born}: {}", answer.text);
        if !is_taken {
            answer.refused(422, "not_eligible");
        }
    }
}

#[on_both]
async fn in_school_provision_is_not_for_who_is_enrolled_nowhere(app: TestApp) {
    let asked = |body: Value| {
        let body = with(body, "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
        with(body, "/inSchoolProvision", json!(true))
    };
    let office = app.as_("office-support-t");
    let nowhere =
        office.post("/v1/referrals", asked(given::non_enrolment("Kauri"))).await.expect(201);
    assert_eq!(
        (&nowhere.json["provider"]["code"], &nowhere.json["inSchoolProvision"]),
        (&json!("P01"), &json!(false))
    );
    assert_eq!(nowhere.json["assessment"]["warnings"], json!(["not_in_school"]));
    let read =
        app.as_("workflow-lead").get(&format!("/v1/referrals/{}", nowhere.id())).await.expect(200);
    assert_eq!(read.json["assessment"]["warnings"], json!(["not_in_school"]));
    let chronic = office.post("/v1/referrals", asked(given::referral("Rimu"))).await.expect(201);
    assert_eq!(
        (&chronic.json["provider"]["code"], &chronic.json["assessment"]["warnings"]),
        (&json!("S01"), &json!([]))
    );
}
