//! Students of one family: declared by a provider's people, shown as far as a reach goes.

use serde_json::{Value, json};

use crate::given;
use crate::support::{Answer, TestApp, on_both};

/// A student whose case the case manager has.
async fn student(app: &TestApp, name: &str) -> String {
    let case = app.assigned(name).await.1;
    let read = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    read.json["student"]["id"].as_str().expect("a student").to_owned()
}

/// A student of P01's without a case.
async fn referred(app: &TestApp, name: &str) -> String {
    app.submitted(name).await.json["student"]["id"].as_str().expect("a student").to_owned()
}

fn siblings(student: &str) -> String {
    format!("/v1/students/{student}/siblings")
}

async fn declare(app: &TestApp, who: &str, student: &str, sibling: &str) -> Answer {
    app.as_(who).post(&siblings(student), json!({ "siblingId": sibling })).await
}

async fn end(app: &TestApp, who: &str, student: &str, sibling: &str) -> Answer {
    app.as_(who).post_empty(&format!("{}/{sibling}/ending", siblings(student))).await
}

async fn listed(app: &TestApp, who: &str, student: &str) -> Vec<String> {
    let listed = app.as_(who).get(&siblings(student)).await.expect(200);
    let items = listed.json["items"].as_array().expect("items");
    let ids: Vec<String> =
        items.iter().map(|item| item["student"]["id"].as_str().unwrap().to_owned()).collect();
    for id in &ids {
        let read = app.as_(who).get(&format!("{}/{id}", siblings(student))).await.expect(200);
        assert!(items.contains(&read.json), "{who}: {}", read.text);
    }
    ids
}

async fn merge(app: &TestApp, from: &str, into: &str) {
    let body = json!({ "intoStudentId": into, "reason": "One student." });
    app.as_("workflow-lead").post(&format!("/v1/students/{from}/merge"), body).await.expect(200);
}

async fn part(app: &TestApp, from: &str) {
    let path = format!("/v1/students/{from}/merge-reversal");
    app.as_("workflow-lead").post(&path, json!({ "reason": "Two." })).await.expect(200);
}

#[on_both]
async fn each_is_the_others_sibling(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    let declared = declare(&app, "case-manager", &aria, &tama).await.expect(201);
    assert_eq!(
        (&declared.json["student"]["id"], &declared.json["endedAt"]),
        (&json!(tama), &json!(null))
    );
    assert_eq!(declared.json["declaredBy"], json!(app.world.case_manager));
    let place = declared.header("location").expect("a place").to_owned();
    assert_eq!(app.as_("workflow-lead").get(&place).await.expect(200).json, declared.json);
    for who in ["workflow-lead", "case-manager", "attendance-lead"] {
        assert_eq!(listed(&app, who, &aria).await, std::slice::from_ref(&tama), "{who}");
        assert_eq!(listed(&app, who, &tama).await, std::slice::from_ref(&aria), "{who}");
    }
    assert_eq!(app.count("event", "kind = 'sibling.declared'").await, 1);
    assert_eq!(
        app.count("audit_entry", "action = 'siblings:declare' AND decision = 'allowed'").await,
        1
    );
}

#[on_both]
async fn a_pair_is_declared_once_and_by_nobody_with_themselves(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    declare(&app, "workflow-lead", &aria, &aria).await.refused(409, "same_student");
    declare(&app, "workflow-lead", &aria, &tama).await.expect(201);
    for (one, other) in [(&aria, &tama), (&tama, &aria)] {
        declare(&app, "case-manager", one, other).await.refused(409, "already_siblings");
    }
    assert_eq!(app.count("sibling", "1 = 1").await, 1);
    assert_eq!(app.count("event", "kind = 'sibling.declared'").await, 1);
}

#[on_both]
async fn of_two_declarations_at_once_one_is_kept(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    let (one, other) = futures_util::future::join(
        declare(&app, "workflow-lead", &aria, &tama),
        declare(&app, "case-manager", &tama, &aria),
    )
    .await;
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses[0], 201, "{} {}", one.text, other.text);
    assert!(matches!(statuses[1], 409 | 503), "{} {}", one.text, other.text);
    assert_eq!(app.count("sibling", "ended_at IS NULL").await, 1);
}

#[on_both]
async fn what_was_ended_is_gone_and_may_be_declared_again(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    declare(&app, "workflow-lead", &aria, &tama).await.expect(201);
    let ended = end(&app, "case-manager", &tama, &aria).await.expect(200);
    assert_eq!(
        (&ended.json["student"]["id"], &ended.json["endedBy"]),
        (&json!(aria), &json!(app.world.case_manager))
    );
    assert_eq!(listed(&app, "workflow-lead", &aria).await, Vec::<String>::new());
    app.as_("workflow-lead")
        .get(&format!("{}/{tama}", siblings(&aria)))
        .await
        .refused(404, "not_found");
    end(&app, "workflow-lead", &aria, &tama).await.refused(404, "not_found");
    declare(&app, "workflow-lead", &tama, &aria).await.expect(201);
    assert_eq!(listed(&app, "workflow-lead", &aria).await, [tama]);
    assert_eq!(app.count("event", "kind = 'sibling.ended'").await, 1);
}

#[on_both]
async fn a_sibling_out_of_reach_is_nobody(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    let mine = student(&app, "Mine").await;
    let unassigned = referred(&app, "Unassigned").await;
    for sibling in [&tama, &unassigned] {
        declare(&app, "workflow-lead", &aria, sibling).await.expect(201);
    }
    assert_eq!(listed(&app, "workflow-lead", &aria).await, [tama.clone(), unassigned.clone()]);
    assert_eq!(listed(&app, "case-manager", &aria).await, std::slice::from_ref(&tama));
    let one = format!("{}/{unassigned}", siblings(&aria));
    app.as_("case-manager").get(&one).await.refused(404, "not_found");
    end(&app, "case-manager", &aria, &unassigned).await.refused(404, "not_found");
    for hidden in [&unassigned, &app.world.case_manager.to_string()] {
        let refused = declare(&app, "case-manager", &mine, hidden).await;
        assert_eq!(refused.faults(), ["/siblingId unknown"]);
    }
    let moved = json!({ "schoolNumber": given::OTHER_SCHOOL });
    app.as_("workflow-lead")
        .post(&format!("/v1/students/{tama}/school-changes"), moved)
        .await
        .expect(200);
    app.as_("attendance-lead").get(&format!("/v1/students/{tama}")).await.refused(404, "not_found");
    assert_eq!(
        listed(&app, "attendance-lead", &aria).await,
        [unassigned],
        "the other school's is nobody"
    );
}

#[on_both]
async fn strangers_and_schools_declare_nothing(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    declare(&app, "workflow-lead", &aria, &tama).await.expect(201);
    let (list, one) = (siblings(&aria), format!("{}/{tama}", siblings(&aria)));
    for who in ["workflow-lead-2", "case-manager-2", "attendance-lead-2"] {
        app.as_(who).get(&list).await.refused(404, "not_found");
        app.as_(who).get(&one).await.refused(404, "not_found");
    }
    declare(&app, "workflow-lead-2", &aria, &tama).await.refused(404, "not_found");
    end(&app, "workflow-lead-2", &aria, &tama).await.refused(404, "not_found");
    for who in ["attendance-lead", "primary-contact", "office-support", "ministry-admin"] {
        declare(&app, who, &aria, &tama).await.refused(403, "role_may_not");
        end(&app, who, &aria, &tama).await.refused(403, "role_may_not");
    }
    for who in ["office-support", "ministry-analyst", "privacy-officer"] {
        app.as_(who).get(&list).await.refused(403, "role_may_not");
    }
}

#[on_both]
async fn a_joined_student_has_the_siblings_of_both_records(app: TestApp) {
    let (aria, tama) = (student(&app, "Aria").await, student(&app, "Tama").await);
    let (other, rua) = (referred(&app, "Arya").await, referred(&app, "Rua").await);
    for (one, sibling) in [(&aria, &tama), (&other, &tama), (&other, &rua), (&other, &aria)] {
        declare(&app, "workflow-lead", one, sibling).await.expect(201);
    }
    let before = every(&app, [&aria, &tama, &other, &rua]).await;
    merge(&app, &other, &aria).await;
    assert_eq!(listed(&app, "workflow-lead", &aria).await, [tama.clone(), rua.clone()]);
    assert_eq!(listed(&app, "workflow-lead", &other).await, [tama.clone(), rua.clone()]);
    assert_eq!(listed(&app, "workflow-lead", &tama).await, std::slice::from_ref(&aria));
    declare(&app, "workflow-lead", &rua, &aria).await.refused(409, "already_siblings");
    part(&app, &other).await;
    assert_eq!(every(&app, [&aria, &tama, &other, &rua]).await, before);
    merge(&app, &other, &aria).await;
    end(&app, "workflow-lead", &tama, &other).await.expect(200);
    assert_eq!(listed(&app, "workflow-lead", &aria).await, [rua]);
    part(&app, &other).await;
    assert_eq!(listed(&app, "workflow-lead", &tama).await, Vec::<String>::new());
}

/// The siblings of each of these students.
async fn every(app: &TestApp, students: [&str; 4]) -> Vec<Value> {
    let mut all = Vec::new();
    for student in students {
        all.push(app.as_("workflow-lead").get(&siblings(student)).await.expect(200).json);
    }
    all
}

#[on_both]
async fn a_student_has_thirty_siblings_at_the_most(app: TestApp) {
    let aria = student(&app, "Aria").await;
    let mut last = String::new();
    for number in 0..31 {
        let referral = app.as_("office-support").post("/v1/referrals", given::somebody()).await;
        let id = referral.expect(201).json["student"]["id"].as_str().map(str::to_owned);
        last = id.expect("a student");
        if number < 30 {
            declare(&app, "workflow-lead", &aria, &last).await.expect(201);
        }
    }
    for (one, other) in [(&aria, &last), (&last, &aria)] {
        let refused = declare(&app, "workflow-lead", one, other).await;
        refused.refused(409, "too_many_siblings");
    }
    let listed = app.as_("workflow-lead").get(&siblings(&aria)).await.expect(200);
    assert_eq!(listed.json["items"].as_array().expect("items").len(), 30);
}
