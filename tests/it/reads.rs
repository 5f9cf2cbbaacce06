//! Who has read a file: told to those who may ask, by the audit trail.

use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

/// An assigned case and its student.
async fn stage(app: &TestApp) -> (String, String) {
    let (_, case) = app.assigned("Tui").await;
    let case = format!("/v1/cases/{case}");
    let read = app.as_("workflow-lead").get(&case).await.expect(200);
    let student = format!("/v1/students/{}", read.json["student"]["id"].as_str().expect("one"));
    (case, student)
}

/// The reads of a file: who and by which operation, the latest first.
async fn reads(app: &TestApp, who: &str, path: &str) -> Vec<(String, String)> {
    let listed = app.as_(who).get(&format!("{path}/reads")).await.expect(200);
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let items = listed.json["items"].as_array().expect("items").iter();
    items.map(|item| (text(&item["reader"]["name"]), text(&item["operation"]))).collect()
}

fn pair(name: &str, operation: &str) -> (String, String) {
    (name.to_owned(), operation.to_owned())
}

#[on_both]
async fn a_read_is_told_with_who_and_where_and_when(app: TestApp) {
    let (case, _) = stage(&app).await;
    let read = app.as_("attendance-lead").get(&case).await.expect(200);
    let listed = app.as_("workflow-lead").get(&format!("{case}/reads?limit=1")).await.expect(200);
    let item = &listed.json["items"][0];
    assert_eq!(item["requestId"], read.header("request-id").unwrap());
    assert_eq!(
        (&item["at"], &item["role"]),
        (&json!("2026-03-16T00:00:00Z"), &json!("attendance_lead"))
    );
    assert_eq!(
        (&item["reader"]["kind"], &item["reader"]["name"]),
        (&json!("user"), &json!("attendance lead"))
    );
    assert_eq!((&item["school"]["number"], &item["provider"]), (&json!("9001"), &json!(null)));
    assert_eq!((&item["operation"], &item["recordKind"]), (&json!("cases:read"), &json!("case")));
}

#[on_both]
async fn a_list_that_showed_the_case_is_a_read_of_it(app: TestApp) {
    let (case, _) = stage(&app).await;
    let (other, _) = app.accepted("Kea").await;
    app.as_("attendance-lead").get("/v1/cases?status=active").await.expect(200);
    assert_eq!(reads(&app, "auditor", &case).await[0], pair("attendance lead", "cases:read"));
    app.as_("case-manager-2").get("/v1/cases").await.expect(200);
    app.as_("attendance-lead").get("/v1/cases?status=unassigned").await.expect(200);
    let told = reads(&app, "auditor", &case).await;
    assert_eq!(
        told[0],
        pair("auditor", "reads:list"),
        "a page without the case is no read of it: {told:?}"
    );
    assert!(told.iter().all(|(who, _)| who != "case manager 2"));
    assert!(!other.is_empty());
}

#[on_both]
async fn whoever_saw_the_student_by_a_case_or_a_referral_has_read_of_the_student(app: TestApp) {
    let (case, student) = stage(&app).await;
    let born = json!({ "birthDate": "2013-05-06" });
    app.as_("case-manager").get("/v1/cases").await.expect(200);
    app.as_("office-support").get("/v1/referrals").await.expect(200);
    app.as_("attendance-lead").post("/v1/students/search", born).await.expect(200);
    app.as_("case-manager").get(&format!("{student}/history")).await.expect(200);
    app.as_("case-manager").get(&format!("{case}/contacts")).await.expect(200);
    let told = reads(&app, "privacy-officer", &student).await;
    assert_eq!(
        told[..5],
        [
            pair("case manager", "contacts:read"),
            pair("case manager", "history:read"),
            pair("attendance lead", "students:search"),
            pair("office support", "referrals:read"),
            pair("case manager", "cases:read"),
        ]
    );
    assert_eq!(
        told.last(),
        Some(&pair("office support", "referrals:submit")),
        "who sent it saw it"
    );
    assert_eq!(reads(&app, "workflow-lead", &student).await[1..], told);
}

#[on_both]
async fn a_lead_is_not_told_of_reads_of_another_providers_case(app: TestApp) {
    let (_, student) = stage(&app).await;
    let body = crate::given::with(
        crate::given::referral("Tui"),
        "/schoolNumber",
        json!(crate::given::OTHER_SCHOOL),
    );
    let close = "UPDATE attendance_case SET status = 'closed', closed_at = opened_at, closure_reason = 'moved'";
    let db = app.database().await;
    sea_orm::ConnectionTrait::execute_unprepared(&db, close).await.expect("closed");
    db.close().await.expect("close");
    let theirs = app.as_("office-support-2").post("/v1/referrals", body).await.expect(201);
    // The school is told of somebody new; who works on the referral sees who it is.
    let theirs =
        app.as_("workflow-lead-2").get(&format!("/v1/referrals/{}", theirs.id())).await.expect(200);
    assert_eq!(format!("/v1/students/{}", theirs.json["student"]["id"].as_str().unwrap()), student);
    app.as_("workflow-lead-2").get("/v1/referrals").await.expect(200);
    let lead = reads(&app, "workflow-lead", &student).await;
    assert!(lead.iter().all(|(who, _)| who != "workflow lead 2"), "{lead:?}");
    let all = reads(&app, "auditor", &student).await;
    assert!(all.contains(&pair("workflow lead 2", "referrals:read")), "{all:?}");
}

#[on_both]
async fn a_denial_is_no_read(app: TestApp) {
    let (case, student) = stage(&app).await;
    app.as_("workflow-lead-2").get(&case).await.refused(404, "not_found");
    app.as_("office-support").get(&student).await.refused(403, "role_may_not");
    let told = reads(&app, "auditor", &case).await;
    assert!(told.iter().all(|(who, _)| who != "workflow lead 2"), "{told:?}");
    let told = reads(&app, "auditor", &student).await;
    assert!(!told.contains(&pair("office support", "students:read")), "{told:?}");
}

#[on_both]
async fn every_page_goes_on_where_the_last_one_ended(app: TestApp) {
    let (case, _) = stage(&app).await;
    for _ in 0..4 {
        app.as_("case-manager").get(&case).await.expect(200);
    }
    let whole = app.as_("auditor").get(&format!("{case}/reads")).await.expect(200);
    let whole = whole.json["items"].as_array().unwrap().clone();
    let (mut seen, mut path) = (Vec::new(), format!("{case}/reads?limit=2&includeTotal=true"));
    let mut total = None;
    loop {
        let page = app.as_("auditor").get(&path).await.expect(200);
        // Asking is a read too, which the pages after the first begin behind.
        total = total.or(page.json["total"].as_u64());
        seen.extend(page.json["items"].as_array().unwrap().clone());
        let Some(next) = page.json["nextCursor"].as_str() else { break };
        path = format!("{case}/reads?limit=2&cursor={next}");
    }
    assert_eq!(Some(u64::try_from(seen.len()).unwrap()), total);
    assert!(seen.len() > 5);
    assert_eq!(seen[1..], whole, "the first is the look at the whole");
}
