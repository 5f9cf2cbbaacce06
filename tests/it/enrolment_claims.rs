//! A school's word that another school's student is theirs: it moves the enrolment and opens nothing,
//! until somebody agrees who may or nobody has opposed it for ten school days.

use serde_json::{Value, json};

use crate::given::{self, LONE_SCHOOL, OTHER_SCHOOL, SCHOOL, SCHOOL_WITH_TEAM, with};
use crate::support::{Answer, TestApp, on_both};

const BORN: &str = "2013-05-06";
const NSN: &str = "1827364509";
/// The school that has the student, and the one that claims.
const GIVER: &str = "attendance-lead";
const CLAIMER: &str = "attendance-lead-2";
const CONTACT: &str = "primary-contact";
const LEAD: &str = "workflow-lead";
const MANAGER: &str = "case-manager";
const REGISTER: &str = "enrolment-register";

/// A student of Example College with a past: the student and their case.
async fn known(app: &TestApp) -> (String, String) {
    let contact = json!({ "name": "Mere", "relationship": "mother", "phone": "021 555 0101", "address": "1 Some Street" });
    let body = with(given::referral("Hana"), "/student/nsn", json!(NSN));
    let body = with(body, "/student/whanauContacts", json!([contact]));
    let body = with(body, "/primaryContactId", json!(app.world.primary_contact));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    let decided = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step(LEAD, &case, "assignment", to).await.expect(200);
    app.uploaded(MANAGER, &case, "shared").await;
    app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201);
    let days = json!([{ "date": "2026-03-13", "codes": "PPPPP" }]);
    let push =
        json!({ "schoolNumber": SCHOOL, "students": [{ "studentId": student, "days": days }] });
    app.as_("office-support").post("/v1/attendance", push).await.expect(200);
    // The referral is a word on the enrolment too; what is sent afterwards is a later one.
    app.set_time("2026-03-16T01:00:00Z");
    (student, case)
}

async fn push(app: &TestApp, who: &str, statement: Value) -> Answer {
    static LAST: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let key = format!("claim {}", LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let statements = if statement.is_array() { statement } else { json!([statement]) };
    app.as_(who)
        .post_keyed("/v1/enrolments", &key, json!({ "statements": statements }))
        .await
        .expect(200)
}

fn enrolled(school: &str, first_day: &str) -> Value {
    json!({ "said": "enrolled", "schoolNumber": school, "nsn": NSN, "birthDate": BORN, "firstDay": first_day })
}

/// Claims the student for Third School by an enrolment.
async fn claimed(app: &TestApp) -> String {
    let sent = push(app, CLAIMER, enrolled(OTHER_SCHOOL, "2026-03-16")).await;
    // Whether anything came of it is not told to who may not know the student.
    assert_eq!(sent.json["unconfirmed"], 1, "{}", sent.text);
    only_claim(app, "waiting").await
}

async fn claims(app: &TestApp, who: &str, standing: &str) -> Vec<Value> {
    let listed =
        app.as_(who).get(&format!("/v1/enrolment-claims?standing={standing}")).await.expect(200);
    listed.json["items"].as_array().expect("items").clone()
}

async fn only_claim(app: &TestApp, standing: &str) -> String {
    let all = claims(app, "ministry-admin", standing).await;
    assert_eq!(all.len(), 1, "{standing}: {all:?}");
    all[0]["id"].as_str().expect("an id").to_owned()
}

async fn answer(app: &TestApp, who: &str, claim: &str, what: &str) -> Answer {
    app.as_(who).post(&format!("/v1/enrolment-claims/{claim}/{what}"), json!({})).await
}

/// Everything of the student that there is to read for a school's people.
async fn seen(app: &TestApp, who: &str, (student, case): &(String, String)) -> Vec<u16> {
    let somebody = app.as_(who);
    let mut statuses = Vec::new();
    for place in [
        "",
        "/enrolments",
        "/whanau-contacts",
        "/attendance?term=2026-1",
        "/siblings",
        "/referral-draft",
    ] {
        statuses.push(somebody.get(&format!("/v1/students/{student}{place}")).await.status);
    }
    for place in ["", "/timeline", "/documents", "/contacts", "/barriers"] {
        statuses.push(somebody.get(&format!("/v1/cases/{case}{place}")).await.status);
    }
    // Lists show what single reads would.
    let found =
        somebody.post("/v1/students/search", json!({ "givenNames": "Hana" })).await.expect(200);
    let cases = somebody.get("/v1/cases?includeTotal=true").await.expect(200);
    let there = statuses[0] == 200;
    assert_eq!(
        found.json["items"].as_array().expect("items").len(),
        usize::from(there),
        "{who}: {}",
        found.text
    );
    assert_eq!(cases.json["total"], u64::from(there), "{who}: {}", cases.text);
    statuses
}

#[track_caller]
fn all(statuses: &[u16], status: u16, whose: &str) {
    assert!(statuses.iter().all(|found| *found == status), "{whose}: {statuses:?}");
}

async fn sees(app: &TestApp, who: &str, of: &(String, String)) {
    all(&seen(app, who, of).await, 200, who);
}

async fn sees_nothing(app: &TestApp, who: &str, of: &(String, String)) {
    all(&seen(app, who, of).await, 404, who);
}

/// Lets what is due open.
async fn steps(app: &TestApp) -> usize {
    let mut opened = 0;
    while app.state.store().open_one_unopposed(app.now()).await.expect("a step") {
        opened += 1;
    }
    opened
}

#[on_both]
async fn an_enrolment_claims_and_opens_nothing_and_takes_nothing(app: TestApp) {
    let of = known(&app).await;
    sees(&app, GIVER, &of).await;
    let sent = push(&app, CLAIMER, enrolled(OTHER_SCHOOL, "2026-03-16")).await;
    // Nothing of the answer says where the student was.
    assert!(!sent.text.contains(SCHOOL), "{}", sent.text);
    sees_nothing(&app, CLAIMER, &of).await;
    for who in [GIVER, CONTACT] {
        all(&seen(&app, who, &of).await[..5], 200, who);
    }
    sees(&app, GIVER, &of).await;
    // The enrolment has moved all the same, and both providers' people see both schools.
    let file = app.as_(LEAD).get(&format!("/v1/students/{}/enrolments", of.0)).await.expect(200);
    let numbers: Vec<&Value> = file.json["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["school"]["number"])
        .collect();
    assert_eq!(numbers, [OTHER_SCHOOL, SCHOOL]);
    // What the school that claims tries to change is not there.
    let contact = json!({ "name": "Stranger", "relationship": "other" });
    let path = format!("/v1/students/{}/whanau-contacts", of.0);
    app.as_(CLAIMER).post(&path, contact).await.refused(404, "not_found");
    let comment = json!({ "occurredAt": "2026-03-16T00:00:00Z", "comment": "Here." });
    app.step(CLAIMER, &of.1, "comments", comment).await.refused(404, "not_found");
    let machine = app
        .as_("sms-client-2")
        .post_keyed(&path, "k", json!({ "name": "Stranger", "relationship": "other" }))
        .await;
    machine.refused(404, "not_found");
    let concerns = app
        .as_(CLAIMER)
        .get(&format!("/v1/attendance-concerns?schoolNumber={OTHER_SCHOOL}"))
        .await
        .expect(200);
    assert_eq!(concerns.json["items"], json!([]));
}

#[on_both]
async fn a_referral_claims_and_opens_nothing_but_itself(app: TestApp) {
    let of = known(&app).await;
    let body = with(given::referral("Hana"), "/schoolNumber", json!(OTHER_SCHOOL));
    let sent = app.as_("office-support-2").post("/v1/referrals", body).await.expect(201);
    sees_nothing(&app, CLAIMER, &of).await;
    sees(&app, GIVER, &of).await;
    app.as_(CLAIMER).get(&format!("/v1/referrals/{}", sent.id())).await.expect(200);
    let earlier = app.as_(CLAIMER).get("/v1/referrals?includeTotal=true").await.expect(200);
    assert_eq!(earlier.json["total"], 1);
    let claim = &claims(&app, "ministry-admin", "waiting").await[0];
    assert_eq!((&claim["word"], &claim["studentId"]), (&json!("referral"), &json!(of.0)));
}

#[on_both]
async fn who_may_agrees_and_the_student_changes_hands(app: TestApp) {
    let of = known(&app).await;
    for (n, who) in [GIVER, LEAD, MANAGER, "ministry-admin"].into_iter().enumerate() {
        let claim = claimed_anew(&app, n).await;
        sees_nothing(&app, CLAIMER, &of).await;
        let agreed = answer(&app, who, &claim, "agreement").await.expect(200);
        assert_eq!(agreed.json["standing"], "agreed", "{who}");
        sees(&app, CLAIMER, &of).await;
        sees_nothing(&app, GIVER, &of).await;
        answer(&app, who, &claim, "agreement").await.refused(409, "claim_settled");
        answer(&app, who, &claim, "opposition").await.refused(409, "claim_settled");
        // Back by the register, which nobody has to agree with.
        app.set_time(&format!("2026-03-1{}T12:00:00Z", 6 + n));
        push(&app, REGISTER, enrolled(SCHOOL, &format!("2026-03-1{}", 6 + n))).await;
        sees(&app, GIVER, &of).await;
        sees_nothing(&app, CLAIMER, &of).await;
    }
}

#[on_both]
async fn an_opposed_claim_stays_closed_until_the_provider_or_the_ministry_agrees(app: TestApp) {
    let of = known(&app).await;
    let claim = claimed(&app).await;
    let opposed = app
        .as_(GIVER)
        .post(
            &format!("/v1/enrolment-claims/{claim}/opposition"),
            json!({ "comment": "She was here today." }),
        )
        .await
        .expect(200);
    assert_eq!(
        (&opposed.json["standing"], &opposed.json["answeredAs"]),
        (&json!("opposed"), &json!("giving_school"))
    );
    answer(&app, GIVER, &claim, "opposition").await.refused(409, "claim_already_opposed");
    answer(&app, GIVER, &claim, "agreement").await.refused(409, "claim_opposed");
    app.set_time("2026-12-01T00:00:00Z");
    assert_eq!(steps(&app).await, 0);
    sees_nothing(&app, CLAIMER, &of).await;
    sees(&app, GIVER, &of).await;
    answer(&app, LEAD, &claim, "agreement").await.expect(200);
    sees(&app, CLAIMER, &of).await;
    sees_nothing(&app, GIVER, &of).await;
}

#[on_both]
async fn an_unopposed_claim_opens_after_ten_school_days(app: TestApp) {
    let of = known(&app).await;
    let claim = claimed(&app).await;
    let read = app.as_(GIVER).get(&format!("/v1/enrolment-claims/{claim}")).await.expect(200);
    // From Tuesday the 17th to Monday the 30th are ten.
    assert_eq!(read.json["opensOn"], "2026-03-31");
    // 23:59 of the 30th in New Zealand.
    app.set_time("2026-03-30T10:59:00Z");
    assert_eq!(steps(&app).await, 0);
    sees_nothing(&app, CLAIMER, &of).await;
    app.set_time("2026-03-30T11:00:00Z");
    assert_eq!(steps(&app).await, 1);
    sees(&app, CLAIMER, &of).await;
    sees_nothing(&app, GIVER, &of).await;
    let contact = app.as_(LEAD).get(&format!("/v1/cases/{}", of.1)).await.expect(200);
    assert_eq!(contact.json["primaryContactId"], Value::Null);
    let read = app.as_(GIVER).get(&format!("/v1/enrolment-claims/{claim}")).await.expect(200);
    assert_eq!(
        (&read.json["standing"], &read.json["answeredAs"]),
        (&json!("unopposed"), &Value::Null)
    );
    assert_eq!(
        app.count("audit_entry", "caller_kind = 'system' AND subject_kind = 'enrolment_claim'")
            .await,
        1
    );
    assert_eq!(app.count("event", "kind = 'enrolment_claim.unopposed'").await, 1);
    assert!(
        app.count("notification", "kind = 'enrolment_claim.unopposed'").await >= 2,
        "the case manager, the leads"
    );
}

/// One person would else take a child: send a referral, accept it, agree to the claim.
#[on_both]
async fn a_provider_whose_case_came_after_the_claim_does_not_answer_it(app: TestApp) {
    app.submitted("Hana").await;
    app.set_time("2026-03-16T01:00:00Z");
    let body = with(given::referral("Hana"), "/schoolNumber", json!(OTHER_SCHOOL));
    let lead = app.as_("workflow-lead-2");
    let sent = lead.post("/v1/referrals", body).await.expect(201).id();
    let claim =
        claims(&app, "ministry-admin", "waiting").await[0]["id"].as_str().unwrap().to_owned();
    app.set_time("2026-03-16T02:00:00Z");
    let decision = json!({ "outcome": "accepted" });
    lead.post(&format!("/v1/referrals/{sent}/decision"), decision).await.expect(200);
    answer(&app, "workflow-lead-2", &claim, "agreement").await.refused(409, "claim_not_yours");
    answer(&app, GIVER, &claim, "agreement").await.expect(200);
}

#[on_both]
async fn how_many_school_days_is_a_rule(app: TestApp) {
    known(&app).await;
    let listed = app.as_("ministry-admin").get("/v1/rules?rule=eligibility").await.expect(200);
    let mut rules = listed.json["items"][0]["eligibility"].clone();
    assert_eq!(rules["claimSchoolDays"], 10);
    rules["claimSchoolDays"] = json!(3);
    let new =
        json!({ "version": "eligibility-2026-2", "validFrom": "2026-03-01", "eligibility": rules });
    app.as_("ministry-admin").post("/v1/rules/eligibility/versions", new).await.expect(201);
    claimed(&app).await;
    assert_eq!(claims(&app, GIVER, "waiting").await[0]["opensOn"], "2026-03-20");
}

#[on_both]
async fn the_register_confirms_a_claim_and_makes_none(app: TestApp) {
    let of = known(&app).await;
    claimed(&app).await;
    push(&app, REGISTER, enrolled(OTHER_SCHOOL, "2026-03-16")).await;
    sees(&app, CLAIMER, &of).await;
    let claim = &claims(&app, "ministry-admin", "agreed").await[0];
    assert_eq!(claim["answeredAs"], "enrolment_register");
    // Its own word that a student moves needs nobody.
    app.set_time("2026-03-17T01:00:00Z");
    push(&app, REGISTER, enrolled(LONE_SCHOOL, "2026-03-17")).await;
    assert_eq!(app.count("enrolment_claim", "1 = 1").await, 1);
    sees_nothing(&app, CLAIMER, &of).await;
}

#[on_both]
async fn the_providers_change_of_school_makes_no_claim_and_confirms_one(app: TestApp) {
    let of = known(&app).await;
    claimed(&app).await;
    let path = format!("/v1/students/{}/school-changes", of.0);
    app.as_(LEAD).post(&path, json!({ "schoolNumber": OTHER_SCHOOL })).await.expect(200);
    assert_eq!(only_claim(&app, "agreed").await.len(), 36);
    sees(&app, CLAIMER, &of).await;
    app.as_(LEAD)
        .post(&path, json!({ "schoolNumber": OTHER_SCHOOL }))
        .await
        .refused(409, "already_enrolled_there");
    app.set_time("2026-03-17T01:00:00Z");
    app.as_(LEAD).post(&path, json!({ "schoolNumber": SCHOOL })).await.expect(200);
    sees(&app, GIVER, &of).await;
    assert_eq!(app.count("enrolment_claim", "1 = 1").await, 1);
}

#[on_both]
async fn who_is_new_to_all_schools_is_nobodys_to_give(app: TestApp) {
    let sent = app.submitted("Newcomer").await;
    let student = sent.json["student"]["id"].as_str().expect("a student");
    app.as_(GIVER).get(&format!("/v1/students/{student}")).await.expect(200);
    assert_eq!(app.count("enrolment_claim", "1 = 1").await, 0);
}

#[on_both]
async fn of_who_is_enrolled_nowhere_the_last_school_is_asked(app: TestApp) {
    let body = with(given::non_enrolment("Hana"), "/student/nsn", json!(NSN));
    let body = with(body, "/primaryContactId", json!(app.world.primary_contact));
    let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let student = sent.json["student"]["id"].as_str().expect("a student").to_owned();
    let decided = app.decide(&sent.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let of = (student, decided.json["caseId"].as_str().expect("a case").to_owned());
    app.set_time("2026-03-16T01:00:00Z");
    let claim = claimed(&app).await;
    sees_nothing(&app, CLAIMER, &of).await;
    // The people who followed the student go on following; the school itself had nobody by then.
    app.as_(CONTACT).get(&format!("/v1/cases/{}", of.1)).await.expect(200);
    app.as_(CONTACT).get(&format!("/v1/students/{}", of.0)).await.expect(200);
    app.as_(GIVER).get(&format!("/v1/students/{}", of.0)).await.refused(404, "not_found");
    answer(&app, GIVER, &claim, "agreement").await.expect(200);
    sees(&app, CLAIMER, &of).await;
    app.as_(CONTACT).get(&format!("/v1/cases/{}", of.1)).await.refused(404, "not_found");
    // Back at the school where they were last, without anybody between, asks nobody.
    app.set_time("2026-03-18T01:00:00Z");
    let left = json!({ "said": "left", "schoolNumber": OTHER_SCHOOL, "nsn": NSN, "lastDay": "2026-03-17", "leavingReason": "other_school" });
    push(&app, CLAIMER, left).await;
    app.set_time("2026-03-20T01:00:00Z");
    push(&app, CLAIMER, enrolled(OTHER_SCHOOL, "2026-03-20")).await;
    assert_eq!(app.count("enrolment_claim", "1 = 1").await, 1);
    sees(&app, CLAIMER, &of).await;
}

#[on_both]
async fn a_school_that_claims_its_student_back_sees_what_it_saw(app: TestApp) {
    let of = known(&app).await;
    claimed(&app).await;
    app.set_time("2026-03-17T01:00:00Z");
    push(&app, GIVER, enrolled(SCHOOL, "2026-03-17")).await;
    sees(&app, GIVER, &of).await;
    sees_nothing(&app, CLAIMER, &of).await;
    only_claim(&app, "lapsed").await;
    // What opens by itself opens nothing any more.
    app.set_time("2026-06-01T01:00:00Z");
    assert_eq!(steps(&app).await, 0);
    sees_nothing(&app, CLAIMER, &of).await;
}

#[on_both]
async fn a_claim_on_a_claim_is_on_the_school_that_had_the_student(app: TestApp) {
    let of = known(&app).await;
    claimed(&app).await;
    app.set_time("2026-03-17T01:00:00Z");
    push(&app, "office-support-t", enrolled(SCHOOL_WITH_TEAM, "2026-03-17")).await;
    sees_nothing(&app, CLAIMER, &of).await;
    sees(&app, GIVER, &of).await;
    only_claim(&app, "lapsed").await;
    let claim = &claims(&app, GIVER, "waiting").await[0];
    assert_eq!(
        (&claim["school"]["number"], &claim["fromSchool"]["number"]),
        (&json!(SCHOOL_WITH_TEAM), &json!(SCHOOL))
    );
}

#[on_both]
async fn leaving_or_coming_again_opens_no_claim(app: TestApp) {
    let of = known(&app).await;
    claimed(&app).await;
    let left = |day: &str| json!({ "said": "left", "schoolNumber": OTHER_SCHOOL, "nsn": NSN, "firstDay": "2026-03-16", "lastDay": day, "leavingReason": "other_school" });
    app.set_time("2026-03-18T01:00:00Z");
    push(&app, CLAIMER, left("2026-03-17")).await;
    sees(&app, GIVER, &of).await;
    app.set_time("2026-03-19T01:00:00Z");
    push(&app, CLAIMER, enrolled(OTHER_SCHOOL, "2026-03-19")).await;
    sees_nothing(&app, CLAIMER, &of).await;
    sees(&app, GIVER, &of).await;
    let claim = &claims(&app, GIVER, "waiting").await[0];
    assert_eq!(claim["fromSchool"]["number"], SCHOOL);
    // A first day that is put right is no other word.
    app.set_time("2026-03-19T02:00:00Z");
    push(&app, CLAIMER, enrolled(OTHER_SCHOOL, "2026-03-18")).await;
    sees_nothing(&app, CLAIMER, &of).await;
    // That the student was never there takes the claim away, too.
    app.set_time("2026-03-19T03:00:00Z");
    push(
        &app,
        CLAIMER,
        json!({ "said": "never_enrolled", "schoolNumber": OTHER_SCHOOL, "nsn": NSN }),
    )
    .await;
    sees(&app, GIVER, &of).await;
    sees_nothing(&app, CLAIMER, &of).await;
    assert!(claims(&app, "ministry-admin", "waiting").await.is_empty());
}

#[on_both]
async fn a_claim_is_answered_by_nobody_else(app: TestApp) {
    let of = known(&app).await;
    let claim = claimed(&app).await;
    let own = app.as_(CLAIMER).get(&format!("/v1/enrolment-claims/{claim}")).await.expect(200);
    assert_eq!((&own.json["fromSchool"], &own.json["standing"]), (&Value::Null, &json!("waiting")));
    for what in ["agreement", "opposition"] {
        answer(&app, CLAIMER, &claim, what).await.refused(409, "claim_not_yours");
        for who in ["workflow-lead-2", "case-manager-2"] {
            answer(&app, who, &claim, what).await.refused(404, "not_found");
        }
        for who in [CONTACT, "office-support", "ministry-analyst"] {
            answer(&app, who, &claim, what).await.refused(403, "role_may_not");
        }
    }
    for who in [GIVER, LEAD, MANAGER, "ministry-admin"] {
        let read = app.as_(who).get(&format!("/v1/enrolment-claims/{claim}")).await.expect(200);
        assert_eq!(read.json["fromSchool"]["number"], SCHOOL, "{who}");
        assert!(!read.text.contains("Hana"), "{who}: {}", read.text);
    }
    sees_nothing(&app, CLAIMER, &of).await;
}

#[on_both]
async fn the_school_that_has_the_student_is_told(app: TestApp) {
    let of = known(&app).await;
    let claim = claimed(&app).await;
    for who in [GIVER, CONTACT, MANAGER] {
        let told = app.as_(who).get("/v1/notifications").await.expect(200);
        let found = told.json["items"]
            .as_array()
            .unwrap()
            .iter()
            .find(|item| item["kind"] == "enrolment_claim.made");
        let found = found.unwrap_or_else(|| panic!("{who}: {}", told.text));
        assert_eq!((&found["subjectId"], &found["caseId"]), (&json!(claim), &json!(of.1)), "{who}");
    }
    let told = app.as_(CLAIMER).get("/v1/notifications").await.expect(200);
    assert_eq!(told.json["items"], json!([]));
    assert_eq!(app.count("event", "kind = 'enrolment_claim.made'").await, 1);
    answer(&app, GIVER, &claim, "agreement").await.expect(200);
    assert_eq!(app.count("event", "kind = 'enrolment_claim.agreed'").await, 1);
    assert_eq!(
        app.count("audit_entry", "action = 'enrolment-claims:answer' AND decision = 'allowed'")
            .await,
        2
    );
}

#[on_both]
async fn an_answer_is_kept_for_its_caller(app: TestApp) {
    known(&app).await;
    let claim = claimed(&app).await;
    let path = format!("/v1/enrolment-claims/{claim}/agreement");
    let first = app.as_(GIVER).post_keyed(&path, "k", json!({})).await.expect(200);
    let again = app.as_(GIVER).post_keyed(&path, "k", json!({})).await.expect(200);
    assert_eq!(first.text, again.text);
    assert_eq!(app.count("event", "kind = 'enrolment_claim.agreed'").await, 1);
}

/// The same on another day, so that it is a new word.
async fn claimed_anew(app: &TestApp, n: usize) -> String {
    app.set_time(&format!("2026-03-1{}T02:00:00Z", 6 + n));
    push(app, CLAIMER, enrolled(OTHER_SCHOOL, &format!("2026-03-1{}", 6 + n))).await;
    only_claim(app, "waiting").await
}
