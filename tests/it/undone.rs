//! A statement that was taken back, a merge that was undone: what rested on it rests on nothing, and
//! what came in meanwhile is where it would be had neither ever been.

use serde_json::{Value, json};

use crate::given::{self, OTHER_SCHOOL, SCHOOL, with};
use crate::support::{Answer, TestApp, on_both};

const BORN: &str = "2013-05-06";

/// A referral of somebody with a number, on the 16th of March.
async fn referred(app: &TestApp, name: &str, nsn: &str) -> Answer {
    let body = with(given::referral(name), "/student/nsn", json!(nsn));
    app.as_("office-support").post("/v1/referrals", body).await.expect(201)
}

fn student_of(answer: &Answer) -> String {
    answer.json["student"]["id"].as_str().expect("a student").to_owned()
}

fn said(what: &str, school: &str, nsn: &str, first_day: &str) -> Value {
    match what {
        "enrolled" => json!({
            "said": what, "schoolNumber": school, "nsn": nsn, "birthDate": BORN, "firstDay": first_day,
        }),
        "left" => json!({
            "said": what, "schoolNumber": school, "nsn": nsn, "lastDay": first_day, "leavingReason": "other_school",
        }),
        _ => json!({ "said": what, "schoolNumber": school, "nsn": nsn }),
    }
}

async fn send_statement(app: &TestApp, sent_at: &str, statement: Value) -> Answer {
    let body = json!({ "sentAt": sent_at, "statements": [statement] });
    // A machine sends a key with every call.
    static LAST: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let key = format!("undone {}", LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed));
    let register = app.as_("enrolment-register");
    let sent = register.post_keyed("/v1/enrolments", &key, body).await.expect(200);
    assert_eq!(sent.json["faults"], json!([]), "{}", sent.text);
    sent
}

fn two(kind: &str) -> Value {
    let mut half_days = json!({ "present": 0 });
    half_days[kind] = json!(2);
    half_days
}

/// Two half-days on each of these days of March, as a school's office sends them.
async fn days(app: &TestApp, school: &str, named: Value, kind: &str, days: &[u32]) -> Answer {
    let days: Vec<Value> = days
        .iter()
        .map(|day| json!({ "date": format!("2026-03-{day:02}"), "halfDays": two(kind) }))
        .collect();
    let mut student = named;
    student["days"] = json!(days);
    let body = json!({ "schoolNumber": school, "students": [student] });
    let office = if school == SCHOOL { "office-support" } else { "office-support-2" };
    let sent = app.as_(office).post("/v1/attendance", body).await.expect(200);
    assert_eq!(sent.json["faults"], json!([]), "{}", sent.text);
    sent
}

fn nsn(number: &str) -> Value {
    json!({ "nsn": number })
}

fn codes(answer: &Answer) -> Vec<String> {
    let warnings = answer.json["warnings"].as_array().expect("warnings").iter();
    warnings.map(|one| one["code"].as_str().expect("a code").to_owned()).collect()
}

/// Present and absent half-days of the term, as the provider reads them.
async fn counted(app: &TestApp, student: &str, as_of: &str) -> (u64, u64) {
    let path = format!("/v1/students/{student}/attendance?term=2026-1{as_of}");
    let read = app.as_("workflow-lead").get(&path).await.expect(200).json;
    let of = |member: &str| read["halfDays"][member].as_u64().expect("a number");
    (of("present"), of("justified") + of("unjustified"))
}

async fn merge(app: &TestApp, from: &str, into: &str) {
    let body = json!({ "intoStudentId": into, "reason": "One student, says the school." });
    app.as_("workflow-lead").post(&format!("/v1/students/{from}/merge"), body).await.expect(200);
}

async fn undo(app: &TestApp, from: &str) {
    let path = format!("/v1/students/{from}/merge-reversal");
    app.as_("workflow-lead").post(&path, json!({ "reason": "Cousins." })).await.expect(200);
}

async fn status(app: &TestApp, referral: &str) -> Value {
    let path = format!("/v1/referrals/{referral}");
    app.as_("workflow-lead").get(&path).await.expect(200).json["status"].clone()
}

async fn standing(app: &TestApp) -> Value {
    let path = "/v1/measures/members?measure=enrolled&withinDays=50&level=national&year=2026";
    app.as_("ministry-analyst").get(path).await.expect(200).json["items"][0]["standing"].clone()
}

/// The student never left Example College, whatever the other school's system said.
#[on_both]
async fn absences_of_a_school_of_no_enrolment_count_no_longer_and_the_real_ones_do(app: TestApp) {
    let aria = student_of(&referred(&app, "Aria", "17").await);
    app.set_time("2026-03-24T00:00:00Z");
    send_statement(
        &app,
        "2026-03-17T00:00:00Z",
        said("enrolled", OTHER_SCHOOL, "17", "2026-03-17"),
    )
    .await;
    let absent = days(&app, OTHER_SCHOOL, nsn("17"), "unjustified", &[17, 18, 19, 20]).await;
    assert_eq!(codes(&absent), Vec::<String>::new());
    // The days of Example College come while it does not have the student, and are kept.
    let present = days(&app, SCHOOL, nsn("17"), "present", &[16, 17, 18, 19]).await;
    assert_eq!(codes(&present), ["not_enrolled"; 3]);
    assert_eq!(present.json["newDays"], 4);
    assert_eq!(counted(&app, &aria, "").await, (2, 8));
    app.set_time("2026-03-25T00:00:00Z");
    send_statement(&app, "2026-03-25T00:00:00Z", said("never_enrolled", OTHER_SCHOOL, "17", ""))
        .await;
    assert_eq!(counted(&app, &aria, "").await, (8, 0));
    // What was known before still answers as it did.
    assert_eq!(counted(&app, &aria, "&asOf=2026-03-24T12:00:00Z").await, (2, 8));
    // A correction of days that count for nothing is kept as well: the student was there after all.
    days(&app, OTHER_SCHOOL, nsn("17"), "justified", &[20, 23]).await;
    assert_eq!(counted(&app, &aria, "").await, (8, 0));
    app.set_time("2026-03-26T00:00:00Z");
    send_statement(
        &app,
        "2026-03-26T00:00:00Z",
        said("enrolled", OTHER_SCHOOL, "17", "2026-03-18"),
    )
    .await;
    assert_eq!(counted(&app, &aria, "").await, (4, 8));
}

/// The same words and days, in every order in which they can arrive, and one world in which the
/// mistake never happened.
#[on_both]
async fn a_mistake_taken_back_leaves_nothing_in_whatever_order_it_all_arrives(app: TestApp) {
    let orders = [[0, 1, 2, 3], [2, 0, 3, 1], [3, 2, 1, 0], [1, 3, 0, 2]];
    let mut clean = None;
    for (at, order) in [None].into_iter().chain(orders.map(Some)).enumerate() {
        let number = format!("{}", 20 + at);
        app.set_time("2026-03-16T00:00:00Z");
        let student = student_of(&referred(&app, &format!("Child {at}"), &number).await);
        app.set_time("2026-03-27T00:00:00Z");
        for step in order.unwrap_or([4, 4, 2, 4]) {
            match step {
                0 => drop(
                    send_statement(
                        &app,
                        "2026-03-17T00:00:00Z",
                        said("enrolled", OTHER_SCHOOL, &number, "2026-03-17"),
                    )
                    .await,
                ),
                1 => drop(
                    send_statement(
                        &app,
                        "2026-03-20T00:00:00Z",
                        said("never_enrolled", OTHER_SCHOOL, &number, ""),
                    )
                    .await,
                ),
                2 => drop(days(&app, SCHOOL, nsn(&number), "present", &[17, 18, 19]).await),
                3 => {
                    // Before its first word the school's system knows of nobody with this number.
                    let day = json!({ "date": "2026-03-18", "halfDays": { "unjustified": 2 } });
                    let body = json!({ "schoolNumber": OTHER_SCHOOL, "students": [{ "nsn": number, "days": [day] }] });
                    app.as_("office-support-2").post("/v1/attendance", body).await.expect(200);
                }
                _ => {}
            }
        }
        let path = format!("/v1/students/{student}/enrolments");
        let stays = app.as_("workflow-lead").get(&path).await.expect(200).json;
        let stays: Vec<String> = stays["items"]
            .as_array()
            .expect("items")
            .iter()
            .map(|stay| {
                format!("{} {} {}", stay["school"]["number"], stay["firstDay"], stay["lastDay"])
            })
            .collect();
        let world = (counted(&app, &student, "").await, stays);
        assert_eq!(clean.get_or_insert_with(|| world.clone()), &world, "{order:?}");
    }
    assert_eq!(clean.expect("a world").0, (6, 0));
}

#[on_both]
async fn totals_of_a_school_of_no_enrolment_count_no_longer(app: TestApp) {
    let aria = student_of(&referred(&app, "Aria", "17").await);
    app.set_time("2026-03-24T00:00:00Z");
    send_statement(
        &app,
        "2026-03-17T00:00:00Z",
        said("enrolled", OTHER_SCHOOL, "17", "2026-03-09"),
    )
    .await;
    let term = json!({ "term": "2026-1", "halfDays": { "present": 2, "unjustified": 12 } });
    let body =
        json!({ "schoolNumber": OTHER_SCHOOL, "students": [{ "nsn": "17", "terms": [term] }] });
    app.as_("office-support-2").post("/v1/attendance", body.clone()).await.expect(200);
    assert_eq!(counted(&app, &aria, "").await, (2, 12));
    send_statement(&app, "2026-03-24T00:00:00Z", said("never_enrolled", OTHER_SCHOOL, "17", ""))
        .await;
    assert_eq!(counted(&app, &aria, "").await, (0, 0));
    let again = app.as_("office-support-2").post("/v1/attendance", body).await.expect(200);
    assert_eq!((codes(&again), &again.json["terms"]), (vec!["not_enrolled".to_owned()], &json!(1)));
    assert_eq!(counted(&app, &aria, "").await, (0, 0));
}

/// Days, words on enrolments, referrals, whānau contacts and a case, all under the second number
/// while it led to the first child.
#[on_both]
async fn what_came_under_the_second_number_goes_back_to_it(app: TestApp) {
    let why = "what is said of a joined record is entered under the one that stands";
    app.unwatched(why).await;
    let first = student_of(&referred(&app, "Aria", "17").await);
    let second = student_of(&referred(&app, "Nia", "18").await);
    app.set_time("2026-03-17T00:00:00Z");
    merge(&app, &second, &first).await;
    app.set_time("2026-03-20T00:00:00Z");
    send_statement(&app, "2026-03-20T00:00:00Z", said("enrolled", SCHOOL, "18", "2026-02-10"))
        .await;
    days(&app, SCHOOL, nsn("17"), "present", &[16, 17]).await;
    days(&app, SCHOOL, nsn("18"), "unjustified", &[17, 18, 19]).await;
    let body = with(given::non_enrolment("Nia"), "/student/nsn", json!("18"));
    let body = with(body, "/supportRequest/nonEnrolment/leftOn", json!("2026-03-19"));
    let body = with(body, "/student/yearLevel", json!(9));
    let body = with(body, "/student/gender", json!("21"));
    let aunt = json!([{ "name": "Aunt", "relationship": "parent", "phone": "021 555 0101" }]);
    let body = with(body, "/student/whanauContacts", aunt);
    let body = with(body, "/supportRequest/safetyAlerts", json!(["dog"]));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    assert_eq!(student_of(&referral), first);
    let decided = app.decide(&referral.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    app.reached(&case, "whanau", "2026-03-19T20:00:00Z").await.expect(201);
    app.set_time("2026-03-23T00:00:00Z");
    undo(&app, &second).await;

    let lead = app.as_("workflow-lead");
    for (student, present, absent, contacts, gender, alerts) in
        [(&first, 4, 0, 0, json!(null), json!([])), (&second, 0, 6, 1, json!("21"), json!(["dog"]))]
    {
        assert_eq!(counted(&app, student, "").await, (present, absent));
        let path = format!("/v1/students/{student}");
        let file = lead.get(&path).await.expect(200).json;
        assert_eq!((&file["gender"], &file["safetyAlerts"]), (&gender, &alerts), "{file}");
        let listed = lead.get(&format!("{path}/whanau-contacts")).await.expect(200).json;
        assert_eq!(listed["items"].as_array().expect("items").len(), contacts);
    }
    assert_eq!(
        student_of(&lead.get(&format!("/v1/referrals/{}", referral.id())).await.expect(200)),
        second
    );
    let read = lead.get(&format!("/v1/cases/{case}")).await.expect(200);
    assert_eq!(student_of(&read), second);
    let contacts = lead.get(&format!("/v1/cases/{case}/contacts")).await.expect(200);
    assert_eq!(contacts.json["items"].as_array().expect("items").len(), 1);
    assert_eq!(app.count("referral_clock", "year_level = 9").await, 1);
    // The referral says that she left, its word came last: who was first is where she was.
    let open = |student: &str| format!("student_id = '{student}' AND left_on IS NULL");
    if app.on == crate::support::On::Postgres {
        assert_eq!(app.count("enrolment", &open(&first)).await, 1);
        assert_eq!(app.count("enrolment", &open(&second)).await, 0);
    }
    let audit = app.count("audit_entry", "action = 'students:merge'").await;
    assert_eq!(audit, 2);
}

#[on_both]
async fn who_joined_the_others_case_waits_for_an_answer_of_their_own(app: TestApp) {
    let own = referred(&app, "Aria", "17").await;
    let first = student_of(&own);
    app.decide(&own.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let away = with(given::referral("Nia"), "/student/nsn", json!("18"));
    let sent = app.as_("office-support").post("/v1/referrals", away.clone()).await.expect(201);
    let second = student_of(&sent);
    merge(&app, &second, &first).await;
    let reason = json!({ "reasonCode": "attendance_improved" });
    app.as_("office-support")
        .post(&format!("/v1/referrals/{}/withdrawal", sent.id()), reason)
        .await
        .expect(200);
    app.set_time("2026-03-17T00:00:00Z");
    let joined = app.as_("office-support").post("/v1/referrals", away).await.expect(201);
    assert_eq!((&joined.json["status"], student_of(&joined)), (&json!("accepted"), first.clone()));
    assert_eq!(app.count("referral_clock", "exclusion = 'joined_to_open_case'").await, 1);
    app.set_time("2026-03-18T00:00:00Z");
    undo(&app, &second).await;
    let read =
        app.as_("workflow-lead").get(&format!("/v1/referrals/{}", joined.id())).await.expect(200);
    assert_eq!((&read.json["status"], student_of(&read)), (&json!("submitted"), second));
    assert_eq!(
        (&read.json["caseId"], &read.json["provider"]["code"]),
        (&json!(null), &json!("P01"))
    );
    assert_eq!(app.count("referral_clock", "exclusion = 'joined_to_open_case'").await, 0);
    let decided = app.decide(&joined.id(), json!({ "outcome": "accepted" })).await.expect(200);
    assert_ne!(decided.json["caseId"], json!(null));
}

#[on_both]
async fn a_day_under_both_numbers_of_a_pair_is_kept_under_both_and_told_where_they_differ(
    app: TestApp,
) {
    let first = student_of(&referred(&app, "Aria", "17").await);
    let second = student_of(&referred(&app, "Nia", "18").await);
    merge(&app, &second, &first).await;
    app.set_time("2026-03-20T00:00:00Z");
    let of = |number: &str, days: Value| json!({ "nsn": number, "days": days });
    let day =
        |day: u32, kind: &str| json!({ "date": format!("2026-03-{day}"), "halfDays": two(kind) });
    let students = json!([
        of("17", json!([day(17, "present"), day(18, "present")])),
        of("18", json!([day(17, "present"), day(18, "unjustified"), day(19, "present")])),
        of("18", json!([day(19, "present")])),
    ]);
    let body = json!({ "schoolNumber": SCHOOL, "students": students });
    let sent = app.as_("office-support").post("/v1/attendance", body).await.expect(200);
    assert_eq!(codes(&sent), ["other_number_differs"]);
    assert_eq!(sent.json["warnings"][0]["pointer"], "/students/1/days/1");
    assert_eq!(
        (&sent.json["newDays"], &sent.json["faults"][0]["code"]),
        (&json!(5), &json!("repeated"))
    );
    let joined = counted(&app, &first, "").await;
    assert_eq!(joined.0 + joined.1, 6, "each day counts once while they are one");
    undo(&app, &second).await;
    assert_eq!(
        (counted(&app, &first, "").await, counted(&app, &second, "").await),
        ((4, 0), (4, 2))
    );
}

/// Of the last school's own stay, which the referral itself tells of, none is a new one.
#[on_both]
async fn a_referral_waits_again_whatever_it_says_of_the_last_day(app: TestApp) {
    let told = [
        json!({ "sender": "school" }),
        json!({ "sender": "school", "leftOn": "2026-03-16" }),
        json!({ "sender": "school", "lastDayAttended": "2026-03-16" }),
        json!({ "sender": "school", "leftOn": "2026-02-20" }),
    ];
    let mut referrals = Vec::new();
    for (at, told) in told.into_iter().enumerate() {
        let number = format!("{}", 30 + at);
        let body =
            with(given::non_enrolment(&format!("Child {at}")), "/student/nsn", json!(number));
        let body = with(body, "/supportRequest/nonEnrolment", told);
        let contact = json!([{ "name": "Mere", "relationship": "mother", "phone": "021 555 0100", "confirmedOn": "2026-03-16" }]);
        let body = with(body, "/student/whanauContacts", contact);
        let sent = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
        referrals.push((number, sent.id()));
    }
    app.set_time("2026-03-18T00:00:00Z");
    for (number, _) in &referrals {
        send_statement(
            &app,
            "2026-03-18T00:00:00Z",
            said("enrolled", OTHER_SCHOOL, number, "2026-03-18"),
        )
        .await;
    }
    app.set_time("2026-03-19T00:00:00Z");
    for (_, referral) in &referrals {
        assert_eq!(status(&app, referral).await, "resolved");
    }
    for (number, _) in &referrals {
        send_statement(
            &app,
            "2026-03-19T00:00:00Z",
            said("never_enrolled", OTHER_SCHOOL, number, ""),
        )
        .await;
    }
    for (_, referral) in &referrals {
        assert_eq!(status(&app, referral).await, "submitted");
    }
    assert_eq!(standing(&app).await, "pending");
    app.set_time("2026-06-30T00:00:00Z");
    assert_eq!(standing(&app).await, "missed");
    assert_eq!(app.count("referral_clock", "exclusion IS NULL").await, 4);
}

/// A mistake of one school beside a true word of another: taken back in either order.
#[on_both]
async fn two_statements_are_taken_back_in_either_order(app: TestApp) {
    for (at, order) in [[0, 1], [1, 0]].into_iter().enumerate() {
        let number = format!("{}", 40 + at);
        let day = 17 + 3 * u32::try_from(at).expect("small");
        let body =
            with(given::non_enrolment(&format!("Child {at}")), "/student/nsn", json!(number));
        let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201).id();
        app.set_time(&format!("2026-03-{day}T00:00:00Z"));
        let schools = [OTHER_SCHOOL, given::LONE_SCHOOL];
        for (hour, school) in schools.iter().enumerate() {
            let sent_at = format!("2026-03-{}T{hour:02}:00:00Z", day - 1);
            send_statement(&app, &sent_at, said("enrolled", school, &number, "2026-03-10")).await;
        }
        assert_eq!(status(&app, &referral).await, "resolved");
        app.set_time(&format!("2026-03-{}T00:00:00Z", day + 1));
        let sent_at = format!("2026-03-{}T00:00:00Z", day + 1);
        for (done, school) in order.into_iter().enumerate() {
            send_statement(&app, &sent_at, said("never_enrolled", schools[school], &number, ""))
                .await;
            let expected = if done == 0 { "resolved" } else { "submitted" };
            assert_eq!(status(&app, &referral).await, expected);
        }
        app.set_time(&format!("2026-03-{}T00:00:00Z", day + 2));
    }
}

/// Resolved by the other child's enrolment, while both were thought to be one.
#[on_both]
async fn a_referral_that_the_other_childs_enrolment_resolved_waits_again(app: TestApp) {
    let first = student_of(&referred(&app, "Aria", "17").await);
    let body = with(given::non_enrolment("Nia"), "/student/nsn", json!("18"));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    let second = student_of(&referral);
    app.set_time("2026-03-17T00:00:00Z");
    merge(&app, &second, &first).await;
    send_statement(
        &app,
        "2026-03-17T00:00:00Z",
        said("enrolled", OTHER_SCHOOL, "17", "2026-03-17"),
    )
    .await;
    assert_eq!(status(&app, &referral.id()).await, "resolved");
    app.set_time("2026-03-18T00:00:00Z");
    undo(&app, &second).await;
    assert_eq!(status(&app, &referral.id()).await, "submitted");
}
