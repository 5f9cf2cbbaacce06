//! Lists, searches and totals show exactly what single reads do.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::given::{self, with};
use crate::support::{Answer, TestApp, on_both};

const EVERYBODY: [&str; 20] = [
    "workflow-lead",
    "workflow-lead-2",
    "workflow-lead-s",
    "case-manager",
    "case-manager-2",
    "attendance-lead",
    "attendance-lead-2",
    "primary-contact",
    "primary-contact-2",
    "office-support",
    "office-support-2",
    "office-support-t",
    "office-support-l",
    "ministry-admin",
    "ministry-analyst",
    "privacy-officer",
    "auditor",
    "sms-client",
    "sms-client-2",
    "reporting-client",
];

/// Every referral, case and student there is.
#[derive(Default)]
struct Rows {
    referrals: BTreeSet<String>,
    cases: BTreeSet<String>,
    students: BTreeSet<String>,
}

impl Rows {
    async fn push(&mut self, app: &TestApp, who: &str, body: Value) -> String {
        let sent = app.as_(who).post("/v1/referrals", body).await.expect(201);
        self.students.insert(sent.json["student"]["id"].as_str().unwrap().to_owned());
        self.referrals.insert(sent.id());
        sent.id()
    }

    async fn accept(&mut self, app: &TestApp, lead: &str, referral: &str) -> String {
        let path = format!("/v1/referrals/{referral}/decision");
        let decided = app.as_(lead).post(&path, json!({ "outcome": "accepted" })).await.expect(200);
        let case = decided.json["caseId"].as_str().unwrap().to_owned();
        self.cases.insert(case.clone());
        case
    }

    /// Three providers, four schools and the queue; waiting, accepted, assigned and declined.
    async fn build(app: &TestApp) -> Self {
        let mut rows = Self::default();
        let at =
            |name: &str, school: &str| with(given::referral(name), "/schoolNumber", json!(school));
        let named = |name: &str| {
            with(at(name, given::SCHOOL), "/primaryContactId", json!(app.world.primary_contact))
        };
        rows.push(app, "office-support", at("Waits", given::SCHOOL)).await;
        let assigned = rows.push(app, "attendance-lead", named("Named")).await;
        let assigned = rows.accept(app, "workflow-lead", &assigned).await;
        let to = json!({ "caseManagerId": app.world.case_manager });
        app.as_("workflow-lead")
            .post(&format!("/v1/cases/{assigned}/assignment"), to)
            .await
            .expect(200);
        let open = rows.push(app, "primary-contact", at("Open", given::SCHOOL)).await;
        rows.accept(app, "workflow-lead", &open).await;
        let declined = rows.push(app, "office-support", named("Declined")).await;
        let no = json!({ "outcome": "declined", "reasonCode": "outside_age_range" });
        app.decide(&declined, no).await.expect(200);
        let team = with(at("Team", given::SCHOOL_WITH_TEAM), "/inSchoolProvision", json!(true));
        let team = rows.push(app, "office-support-t", team).await;
        rows.accept(app, "workflow-lead-s", &team).await;
        rows.push(app, "office-support-2", at("Other", given::OTHER_SCHOOL)).await;
        let other = rows.push(app, "workflow-lead-2", at("Theirs", given::OTHER_SCHOOL)).await;
        let other = rows.accept(app, "workflow-lead-2", &other).await;
        let to = json!({ "caseManagerId": app.world.other_case_manager });
        app.as_("workflow-lead-2")
            .post(&format!("/v1/cases/{other}/assignment"), to)
            .await
            .expect(200);
        rows.push(app, "office-support-l", at("Lone", given::LONE_SCHOOL)).await;
        rows
    }
}

/// The ids of all pages of a list, and the total that its first page tells.
async fn all_pages<F: AsyncFn(&str) -> Answer>(ask: F) -> Option<(BTreeSet<String>, u64)> {
    let (mut ids, mut cursor, mut total) = (BTreeSet::new(), String::new(), None);
    loop {
        let page = ask(&format!("limit=2&includeTotal=true{cursor}")).await;
        if page.status == 403 {
            return None;
        }
        let page = page.expect(200);
        total = total.or(page.json["total"].as_u64());
        for item in page.json["items"].as_array().unwrap() {
            assert!(ids.insert(item["id"].as_str().unwrap().to_owned()), "twice: {item}");
        }
        match page.json["nextCursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return Some((ids, total.expect("a total"))),
        }
    }
}

/// What of these a person can read one by one.
async fn readable(
    app: &TestApp,
    who: &str,
    path: &str,
    ids: &BTreeSet<String>,
) -> BTreeSet<String> {
    let mut readable = BTreeSet::new();
    for id in ids {
        let read = app.as_(who).get(&format!("{path}/{id}")).await;
        assert!(matches!(read.status, 200 | 403 | 404), "{who} {path}: {}", read.text);
        if read.status == 200 {
            readable.insert(id.clone());
        }
    }
    readable
}

fn agree(who: &str, listed: Option<(BTreeSet<String>, u64)>, readable: &BTreeSet<String>) {
    let Some((listed, total)) = listed else {
        assert!(readable.is_empty(), "{who} may read what they may not list");
        return;
    };
    assert_eq!(&listed, readable, "{who}: listed and readable");
    assert_eq!(usize::try_from(total).unwrap(), readable.len(), "{who}: the total");
}

#[on_both]
async fn a_list_of_referrals_is_what_can_be_read_one_by_one(app: TestApp) {
    let rows = Rows::build(&app).await;
    let mut seen = BTreeSet::new();
    for who in EVERYBODY {
        let person = app.as_(who);
        let listed =
            all_pages(async |query| person.get(&format!("/v1/referrals?{query}")).await).await;
        let readable = readable(&app, who, "/v1/referrals", &rows.referrals).await;
        agree(who, listed, &readable);
        seen.insert(readable.len());
    }
    assert!(seen.len() > 3, "people see different rows: {seen:?}");
}

#[on_both]
async fn a_list_of_cases_is_what_can_be_read_one_by_one(app: TestApp) {
    let rows = Rows::build(&app).await;
    for who in EVERYBODY {
        let person = app.as_(who);
        let listed = all_pages(async |query| person.get(&format!("/v1/cases?{query}")).await).await;
        agree(who, listed, &readable(&app, who, "/v1/cases", &rows.cases).await);
    }
}

#[on_both]
async fn a_search_finds_the_students_who_can_be_read_one_by_one(app: TestApp) {
    let rows = Rows::build(&app).await;
    for who in EVERYBODY {
        let person = app.as_(who);
        let born = json!({ "birthDate": "2013-05-06" });
        let found = all_pages(async |query| {
            person.post(&format!("/v1/students/search?{query}"), born.clone()).await
        });
        let found = found.await;
        agree(who, found, &readable(&app, who, "/v1/students", &rows.students).await);
    }
}

#[on_both]
async fn what_is_behind_a_number_is_what_can_be_read_one_by_one(app: TestApp) {
    let rows = Rows::build(&app).await;
    let path =
        "/v1/measures/members?measure=school_contact&withinDays=5&level=national&term=2026-1";
    for who in [
        "workflow-lead",
        "workflow-lead-2",
        "workflow-lead-s",
        "case-manager",
        "case-manager-2",
        "attendance-lead",
        "attendance-lead-2",
    ] {
        let members = app.as_(who).get(path).await.expect(200);
        let ids = members.json["items"].as_array().unwrap().iter();
        let ids: BTreeSet<String> =
            ids.map(|item| item["referralId"].as_str().unwrap().to_owned()).collect();
        assert_eq!(ids, readable(&app, who, "/v1/referrals", &rows.referrals).await, "{who}");
    }
    for who in ["ministry-analyst", "auditor", "ministry-admin"] {
        let members = app.as_(who).get(path).await.expect(200);
        assert_eq!(members.json["items"].as_array().unwrap().len(), rows.referrals.len(), "{who}");
    }
}

#[on_both]
async fn what_goes_to_a_schools_own_team_leaves_the_catchments_provider(app: TestApp) {
    let body = with(given::referral("Moves"), "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    let id = app.as_("office-support-t").post("/v1/referrals", body).await.expect(201).id();
    let providers = app.as_("workflow-lead").get("/v1/providers").await.expect(200);
    let mut providers = providers.json["items"].as_array().unwrap().iter();
    let team = providers.find(|provider| provider["code"] == "S01").expect("the team");
    let to = json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": team["id"] });
    let decided = app.decide(&id, to).await.expect(200);
    let successor = format!("/v1/referrals/{}", decided.json["successorId"].as_str().unwrap());
    app.as_("workflow-lead-s").get(&successor).await.expect(200);
    app.as_("workflow-lead-s").get(&format!("/v1/referrals/{id}")).await.refused(404, "not_found");
    app.as_("workflow-lead").get(&successor).await.refused(404, "not_found");
}

#[on_both]
async fn a_colleague_without_the_case_does_not_see_it(app: TestApp) {
    let (referral, case) = app.accepted("Unassigned").await;
    let student = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    let student = student.json["student"]["id"].as_str().unwrap().to_owned();
    for who in ["case-manager", "primary-contact"] {
        for path in [
            format!("/v1/referrals/{referral}"),
            format!("/v1/cases/{case}"),
            format!("/v1/cases/{case}/contacts"),
            format!("/v1/students/{student}"),
            format!("/v1/students/{student}/whanau-contacts"),
        ] {
            app.as_(who).get(&path).await.refused(404, "not_found");
        }
    }
}
