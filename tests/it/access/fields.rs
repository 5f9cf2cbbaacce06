//! What of a row a role sees, once it may see the row.

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

/// An assigned case that names the school's primary contact, and its student, whose address is
/// protected.
async fn protected(app: &TestApp) -> (String, String) {
    let body =
        with(given::referral("Aroha"), "/primaryContactId", json!(app.world.primary_contact));
    let body = with(body, "/student/addressProtected", json!(true));
    let contact = json!({ "name": "Hana", "relationship": "parent", "address": "1 Hidden Street" });
    let body = with(body, "/student/whanauContacts", json!([contact]));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let decided = app.decide(&referral.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap().to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.as_("workflow-lead").post(&format!("/v1/cases/{case}/assignment"), to).await.expect(200);
    (referral.json["student"]["id"].as_str().unwrap().to_owned(), case)
}

fn address(contact: &Value) -> (&Value, &Value) {
    (&contact["address"], &contact["addressWithheld"])
}

fn first(answer: &Answer) -> &Value {
    &answer.json["items"][0]
}

#[on_both]
async fn a_protected_address_is_shown_to_the_people_who_are_named_alone(app: TestApp) {
    let (student, _) = protected(&app).await;
    let path = format!("/v1/students/{student}/whanau-contacts");
    for (who, id) in
        [("workflow-lead", app.world.workflow_lead), ("case-manager", app.world.case_manager)]
    {
        let listed = app.as_(who).get(&path).await.expect(200);
        assert_eq!(address(first(&listed)), (&json!(null), &json!(true)), "{who}");
        app.name_address_reader(&student, id).await;
        let listed = app.as_(who).get(&path).await.expect(200);
        assert_eq!(address(first(&listed)), (&json!("1 Hidden Street"), &json!(false)), "{who}");
    }
    for who in ["attendance-lead", "primary-contact"] {
        let listed = app.as_(who).get(&path).await.expect(200);
        assert_eq!(address(first(&listed)), (&json!(null), &json!(true)), "{who}");
        let one = format!("{path}/{}", first(&listed)["id"].as_str().unwrap());
        let read = app.as_(who).get(&one).await.expect(200);
        assert_eq!(address(&read.json), (&json!(null), &json!(true)), "{who}");
        assert!(!listed.text.contains("Hidden") && !read.text.contains("Hidden"), "{who}");
    }
}

#[on_both]
async fn a_protected_address_does_not_come_back_with_an_edit(app: TestApp) {
    let (student, _) = protected(&app).await;
    let path = format!("/v1/students/{student}/whanau-contacts");
    let listed = app.as_("workflow-lead").get(&path).await.expect(200);
    let one = format!("{path}/{}", first(&listed)["id"].as_str().unwrap());
    for who in ["attendance-lead", "primary-contact", "sms-client"] {
        let phone = json!({ "phone": "021 000 0009" });
        let changed = app.as_(who).patch_if(&one, Some("*"), phone).await.expect(200);
        assert_eq!(address(&changed.json), (&json!(null), &json!(true)), "{who}");
        assert!(!changed.text.contains("Hidden"), "{who}");
    }
    app.name_address_reader(&student, app.world.workflow_lead).await;
    let kept = app.as_("workflow-lead").get(&one).await.expect(200);
    assert_eq!(kept.json["address"], "1 Hidden Street");
}

#[on_both]
async fn office_support_sees_nothing_of_the_casework(app: TestApp) {
    let (student, case) = protected(&app).await;
    app.reached(&case, "whanau", "2026-03-15T22:00:00Z").await.expect(201);
    let office = app.as_("office-support");
    for path in [
        format!("/v1/cases/{case}"),
        format!("/v1/cases/{case}/contacts"),
        format!("/v1/students/{student}"),
        format!("/v1/students/{student}/whanau-contacts"),
        "/v1/measures?level=national&term=2026-1".to_owned(),
    ] {
        office.get(&path).await.refused(403, "role_may_not");
    }
    let listed = office.get("/v1/referrals").await.expect(200);
    let path = format!("/v1/referrals/{}", first(&listed)["id"].as_str().unwrap());
    let read = office.get(&path).await.expect(200);
    for sent in [first(&listed), &read.json] {
        assert_eq!(sent["outcomeCategory"], "being_supported");
    }
    assert_eq!((&read.json["caseId"], &read.json["caseNumber"]), (&json!(null), &json!(null)));
    assert!(!listed.text.contains(&case) && !read.text.contains(&case));
    assert!(!listed.text.contains("AS-2026-") && !read.text.contains("AS-2026-"));
}

#[on_both]
async fn the_ministry_routes_a_referral_without_the_student(app: TestApp) {
    let body = with(given::referral("Secret"), "/schoolNumber", json!(given::LONE_SCHOOL));
    let id = app.as_("office-support-l").post("/v1/referrals", body).await.expect(201).id();
    let admin = app.as_("ministry-admin");
    let listed = admin.get("/v1/referrals").await.expect(200);
    let read = admin.get(&format!("/v1/referrals/{id}")).await.expect(200);
    let provider = app.world.provider;
    let to =
        json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": provider });
    let decided = admin.post(&format!("/v1/referrals/{id}/decision"), to).await.expect(200);
    for answer in [&listed, &read, &decided] {
        assert!(
            !answer.text.contains("Secret") && !answer.text.contains("Away most"),
            "{}",
            answer.text
        );
    }
    assert_eq!(first(&listed)["student"], json!(null));
    assert_eq!(read.json["supportRequest"], json!(null));
    assert_eq!(read.json["school"]["number"], given::LONE_SCHOOL);
}

#[on_both]
async fn the_rows_behind_a_number_have_no_names(app: TestApp) {
    protected(&app).await;
    let path =
        "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-1";
    for who in ["ministry-analyst", "auditor", "ministry-admin"] {
        let members = app.as_(who).get(path).await.expect(200);
        assert!(first(&members)["referralId"].is_string());
        for word in ["Aroha", "Example", "Hidden", "2013-05-06", "Away most"] {
            assert!(!members.text.contains(word), "{who}: {word}");
        }
    }
}
