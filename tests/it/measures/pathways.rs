//! An alternative education pathway counts as enrolled: said by a school or the register, or named by
//! the closure of a case.

use serde_json::{Value, json};

use super::{all_numbers, levels};
use crate::given::{self, OTHER_SCHOOL, SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

const ENROLLED: usize = 5;
const BORN: &str = "2013-05-06";

async fn enrolled(app: &TestApp) -> String {
    let national = levels(app, "level=national&term=2026-1").await;
    all_numbers(&national, "national")[ENROLLED].clone()
}

/// The only member of the number.
async fn member(app: &TestApp, more: &str) -> Value {
    let path = format!(
        "/v1/measures/members?measure=enrolled&withinDays=50&level=national&term=2026-1{more}"
    );
    let found = app.as_("ministry-analyst").get(&path).await.expect(200);
    let items = found.json["items"].as_array().expect("items");
    let [item] = items.as_slice() else { panic!("not one: {}", found.text) };
    item.clone()
}

/// A referral of the 2nd of March for somebody who is enrolled nowhere, with details that are current;
/// its fiftieth business day is Thursday the 14th of May.
async fn nowhere(app: &TestApp, name: &str, nsn: &str) -> Answer {
    app.set_time("2026-03-02T00:00:00Z");
    let mere = json!([{
        "name": "Mere", "relationship": "mother", "phone": "021 555 0100", "confirmedOn": "2026-03-01",
    }]);
    let body = with(given::non_enrolment(name), "/student/whanauContacts", mere);
    let body = with(body, "/student/nsn", json!(nsn));
    app.as_("office-support").post("/v1/referrals", body).await.expect(201)
}

fn on_pathway(nsn: &str, pathway: &str, first_day: &str) -> Value {
    json!({
        "said": "alternative_pathway", "schoolNumber": SCHOOL, "nsn": nsn, "birthDate": BORN,
        "pathway": pathway, "firstDay": first_day,
    })
}

async fn say(app: &TestApp, who: &str, at: &str, statements: Value) -> Answer {
    app.set_time(at);
    let body = json!({ "statements": statements });
    app.as_(who).post_keyed("/v1/enrolments", &format!("{who} {at}"), body).await.expect(200)
}

fn codes(answer: &Answer) -> Vec<String> {
    let faults = answer.json["faults"].as_array().expect("faults").iter();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    faults.map(|fault| format!("{} {}", text(&fault["pointer"]), text(&fault["code"]))).collect()
}

#[on_both]
async fn a_pathway_that_a_school_tells_of_meets_the_number_in_time_and_not_later(app: TestApp) {
    nowhere(&app, "In time", "17").await;
    nowhere(&app, "Late", "18").await;
    let sent = say(
        &app,
        "office-support",
        "2026-05-14T02:00:00Z",
        json!([on_pathway("17", "activity_centre", "2026-05-14")]),
    )
    .await;
    assert_eq!((codes(&sent).len(), &sent.json["changed"]), (0, &json!(1)), "{}", sent.text);
    assert_eq!(enrolled(&app).await, "enrolled 50: 1/1 1 60 null");
    say(
        &app,
        "enrolment-register",
        "2026-05-15T02:00:00Z",
        json!([on_pathway("18", "te_kura", "2026-05-15")]),
    )
    .await;
    assert_eq!(enrolled(&app).await, "enrolled 50: 1/2 0 60 false");
    let met = member(&app, "&standing=met").await;
    assert_eq!((&met["days"], &met["outcome"]["enrolledOn"]), (&json!(50), &json!("2026-05-14")));
    assert_eq!(
        (&met["outcome"]["enrolledBy"], &met["outcome"]["pathway"]),
        (&json!("pathway_statement"), &json!("activity_centre"))
    );
}

#[on_both]
async fn it_resolves_who_waits_and_taken_back_lets_them_wait_again(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17").await;
    let status = async |app: &TestApp| {
        let path = format!("/v1/referrals/{}", referral.id());
        app.as_("workflow-lead").get(&path).await.expect(200).json["status"].clone()
    };
    say(
        &app,
        "office-support",
        "2026-03-10T02:00:00Z",
        json!([on_pathway("17", "teen_parent_unit", "2026-03-09")]),
    )
    .await;
    assert_eq!(status(&app).await, "resolved");
    assert_eq!(enrolled(&app).await, "enrolled 50: 1/1 0 60 true");
    // A student who waits no more is out of the provider's reach.
    let student = referral.json["student"]["id"].as_str().unwrap();
    let path = format!("/v1/students/{student}/enrolments");
    app.as_("workflow-lead").get(&path).await.refused(404, "not_found");
    // What is said again of the same kind is a correction.
    say(
        &app,
        "office-support",
        "2026-03-11T02:00:00Z",
        json!([on_pathway("17", "teen_parent_unit", "2026-03-10")]),
    )
    .await;
    assert_eq!(member(&app, "").await["days"], 6);
    let never = json!([{ "said": "never_enrolled", "schoolNumber": SCHOOL, "nsn": "17" }]);
    say(&app, "office-support", "2026-03-12T02:00:00Z", never).await;
    assert_eq!(status(&app).await, "submitted");
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/0 1 60 null");
    assert_eq!(member(&app, "&asOf=2026-03-11T12:00:00Z").await["standing"], "met");
}

#[on_both]
async fn a_first_day_ahead_counts_when_it_has_come(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17").await;
    say(
        &app,
        "office-support",
        "2026-03-04T02:00:00Z",
        json!([on_pathway("17", "te_kura", "2026-03-20")]),
    )
    .await;
    // It begins no time at the school, and is listed beside those.
    let student = referral.json["student"]["id"].as_str().unwrap();
    let listed = app
        .as_("workflow-lead")
        .get(&format!("/v1/students/{student}/enrolments"))
        .await
        .expect(200);
    assert_eq!(listed.json["items"].as_array().unwrap().len(), 1, "{}", listed.text);
    assert_eq!(listed.json["items"][0]["lastDay"], "2026-02-23");
    let pathway = &listed.json["pathways"][0];
    assert_eq!(
        (&pathway["pathway"], &pathway["firstDay"], &pathway["school"]["number"]),
        (&json!("te_kura"), &json!("2026-03-20"), &json!(SCHOOL))
    );
    let waiting = member(&app, "").await;
    assert_eq!(
        (&waiting["standing"], &waiting["outcome"]["enrolledOn"]),
        (&json!("pending"), &json!("2026-03-20"))
    );
    app.set_time("2026-03-20T00:00:00Z");
    assert_eq!(member(&app, "").await["standing"], "met");
    while app.state.store().begin_one_told_ahead(app.now()).await.expect("begun") {}
    let waits = app.as_("workflow-lead").get("/v1/referrals?status=resolved").await.expect(200);
    assert_eq!(waits.json["items"].as_array().unwrap().len(), 1, "the day came");
}

#[on_both]
async fn what_is_said_of_a_pathway_is_checked(app: TestApp) {
    nowhere(&app, "Aria", "17").await;
    nowhere(&app, "Tama", "18").await;
    let push = json!([
        on_pathway("17", "no_such_kind", "2026-03-04"),
        json!({ "said": "alternative_pathway", "schoolNumber": SCHOOL, "nsn": "17", "firstDay": "2026-03-04" }),
        json!({ "said": "alternative_pathway", "schoolNumber": SCHOOL, "nsn": "17", "pathway": "te_kura" }),
        with(on_pathway("17", "te_kura", "2026-03-04"), "/yearLevel", json!(9)),
        with(on_pathway("17", "te_kura", "2026-03-04"), "/lastDay", json!("2026-03-04")),
        json!({ "said": "enrolled", "schoolNumber": SCHOOL, "nsn": "17", "firstDay": "2026-03-04", "pathway": "te_kura" }),
        on_pathway("18", "te_kura", "2026-03-03"),
        on_pathway("18", "te_kura", "2026-03-04"),
        on_pathway("18", "activity_centre", "2026-03-04"),
    ]);
    let sent = say(&app, "office-support", "2026-03-04T02:00:00Z", push).await;
    assert_eq!(
        codes(&sent),
        [
            "/statements/0 unknown_code",
            "/statements/1 required",
            "/statements/2 required",
            "/statements/3 not_of_this_kind",
            "/statements/4 not_of_this_kind",
            "/statements/5 not_of_this_kind",
            "/statements/7 repeated",
        ]
    );
    assert_eq!(sent.json["changed"], 2, "two pathways beside each other");
    // A school that never had the student says nothing of them.
    let stranger =
        with(on_pathway("17", "te_kura", "2026-03-04"), "/schoolNumber", json!(OTHER_SCHOOL));
    let sent = say(&app, "office-support-2", "2026-03-05T02:00:00Z", json!([stranger])).await;
    assert_eq!(codes(&sent), ["/statements/0 unknown_student"]);
}

#[on_both]
async fn a_closure_names_the_pathway_and_reopening_takes_it_back(app: TestApp) {
    let referral = nowhere(&app, "Aria", "17").await.id();
    let decided = app.decide(&referral, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().unwrap().to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step("workflow-lead", &case, "assignment", to).await.expect(200);
    app.set_time("2026-04-20T00:00:00Z");
    let closing = |more: Value| {
        let body = with(given::closure(), "/reasonCode", json!("alternative_pathway"));
        with(body, "/pathway", more)
    };
    let named = |first_day: &str| json!({ "kind": "alternative_education", "firstDay": first_day });
    for (body, fault) in [
        (closing(Value::Null), "/pathway required"),
        (
            closing(with(named("2026-04-16"), "/kind", json!("no_such"))),
            "/pathway/kind unknown_code",
        ),
        (closing(named("2027-04-30")), "/pathway/firstDay too_far_ahead"),
        (closing(named("2026-03-01")), "/pathway/firstDay before_referral"),
    ] {
        let refused = app.step("case-manager", &case, "closure", body).await;
        assert_eq!(
            (refused.status, refused.faults()),
            (422, vec![fault.to_owned()]),
            "{}",
            refused.text
        );
    }
    let proposed =
        app.step("case-manager", &case, "closure", closing(named("2026-04-16"))).await.expect(200);
    assert_eq!(proposed.json["closureProposal"]["pathway"], named("2026-04-16"));
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/0 1 60 null", "nobody has approved it");
    app.step("workflow-lead", &case, "closure-approval", json!({})).await.expect(200);
    assert_eq!(enrolled(&app).await, "enrolled 50: 1/1 0 60 true");
    let met = member(&app, "").await;
    assert_eq!(
        (&met["outcome"]["enrolledBy"], &met["outcome"]["pathway"]),
        (&json!("pathway_at_closure"), &json!("alternative_education"))
    );
    assert_eq!(
        (&met["cause"], &met["outcome"]["enrolledOn"]),
        (&json!("closure"), &json!("2026-04-16"))
    );
    let told = app
        .as_("case-manager")
        .get(&format!("/v1/cases/{case}/timeline?kind=closure"))
        .await
        .expect(200);
    assert_eq!(told.json["items"][0]["details"]["pathway"], named("2026-04-16"));

    app.set_time("2026-04-21T00:00:00Z");
    app.step("workflow-lead", &case, "reopening", json!({ "reason": "It fell through." }))
        .await
        .expect(200);
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/0 1 60 null");
    app.set_time("2026-05-18T00:00:00Z");
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/1 0 60 false");
    // Closed again for something else, it stays taken back.
    app.step("case-manager", &case, "closure", given::closure()).await.expect(200);
    app.step("workflow-lead", &case, "closure-approval", json!({})).await.expect(200);
    assert_eq!(enrolled(&app).await, "enrolled 50: 0/1 0 60 false");
}
