//! Every operation of the document as nobody, as every role, and as a stranger of the same role.

use std::sync::atomic::{AtomicU32, Ordering};

use actix_web::http::Method;
use actix_web::test::TestRequest;
use ascms_domain::ids::UserId;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::table::{REGISTER, REGISTER_MAY, ROLES, TABLE, WITH_STRANGER};
use crate::given::{self, with};
use crate::openapi::operations;
use crate::support::{Answer, TestApp, on_both};
use crate::{
    bulletins, closure_reviews, contracts, documents, funds, jobs, performance_reviews,
    submissions, templates,
};

/// An operation of the document, as the table knows it.
struct Operation {
    id: String,
    path: String,
    method: Method,
    described: Value,
}

impl Operation {
    fn all() -> Vec<Self> {
        let each = operations().into_iter().map(|(path, method, described)| {
            let id = described["operationId"].as_str().expect("an id").to_owned();
            Self { id, path, method, described }
        });
        each.collect()
    }

    /// What the table says of each role.
    fn row(&self) -> Vec<(&'static str, &'static str)> {
        let rows = TABLE.lines().map(|line| line.split_whitespace().collect::<Vec<_>>());
        let row = rows.into_iter().find(|row| row.first() == Some(&self.id.as_str()));
        let row = row.unwrap_or_else(|| panic!("{}: the table has no row for it", self.id));
        assert_eq!(row.len(), ROLES.len() + 1, "{}: a word for each role", self.id);
        let register = if REGISTER_MAY.contains(&self.id.as_str()) { "all" } else { "-" };
        let each = ROLES.into_iter().zip(row.into_iter().skip(1));
        each.chain([(REGISTER, register)]).collect()
    }

    fn example(&self) -> Option<Value> {
        let content = self.described["requestBody"]["content"].as_object()?;
        content.values().next().map(|media| media["example"].clone())
    }

    fn is_list(&self) -> bool {
        !self.path.contains("{id}")
            && (self.id.starts_with("list") || self.id.starts_with("search"))
    }
}

/// What the calls are about: everything of P01 and Example College, and one referral of a school
/// in no catchment.
struct Stage {
    student: String,
    match_review: String,
    claim: String,
    address_reader: String,
    sibling: String,
    whanau_contact: String,
    referral: String,
    case: String,
    contact: String,
    entry: String,
    transfer: String,
    notification: String,
    task: String,
    barrier: String,
    document: String,
    publication: String,
    job: String,
    queued: String,
    recalculation: String,
    bulletin: String,
    bulletin_document: String,
    contract: String,
    duty: String,
    template: String,
    submission: String,
    submission_document: String,
    fund: String,
    need: String,
    review: String,
    review_action: String,
    review_document: String,
}

fn next() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    LAST.fetch_add(1, Ordering::Relaxed)
}

/// A name that no student has yet.
fn name() -> String {
    format!("Sample {}", next())
}

/// A code that no template has yet.
fn code() -> String {
    format!("sample-{}", next())
}

/// The document's example of an operation's body.
fn example(id: &str) -> Value {
    let operation = Operation::all().into_iter().find(|one| one.id == id);
    operation.and_then(|operation| operation.example()).expect("an example")
}

/// The same, happening after the test's referrals.
fn dated(example: Value) -> Value {
    with(example, "/occurredAt", json!("2026-03-15T20:00:00Z"))
}

/// The document's own example, for a student nobody knows yet.
fn new_referral(app: &TestApp, example: &Value) -> Value {
    let n = next();
    let body = with(example.clone(), "/primaryContactId", json!(app.world.primary_contact));
    let body = with(body, "/student/legalGivenNames", json!(format!("Student {n}")));
    let body = with(body, "/student/nsn", json!(format!("{}", 1_000_000_000 + n)));
    with(body, "/sourceReference", json!(format!("reference {n}")))
}

async fn submitted(app: &TestApp) -> Answer {
    submitted_by(app, "office-support").await
}

async fn submitted_by(app: &TestApp, who: &str) -> Answer {
    let body = new_referral(app, &example("createReferral"));
    app.as_(who).post("/v1/referrals", body).await.expect(201)
}

async fn accepted(app: &TestApp) -> (Answer, String) {
    accept(app, submitted(app).await).await
}

/// A case that somebody else of the school is the primary contact of.
async fn accepted_for(app: &TestApp, primary_contact: UserId) -> (Answer, String) {
    let body = new_referral(app, &example("createReferral"));
    let body = with(body, "/primaryContactId", json!(primary_contact));
    let referral = app.as_("office-support").post("/v1/referrals", body).await.expect(201);
    accept(app, referral).await
}

async fn accept(app: &TestApp, referral: Answer) -> (Answer, String) {
    let decided = app.decide(&referral.id(), json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    (referral, case)
}

async fn student_of(app: &TestApp, case: &str) -> String {
    let read = app.as_("workflow-lead").get(&format!("/v1/cases/{case}")).await.expect(200);
    read.json["student"]["id"].as_str().expect("a student").to_owned()
}

const TEAM: &str = "01900000-0000-7000-8000-000000000003";

/// A case of P01's that was offered to the school's own team.
async fn team_transfer(app: &TestApp) -> String {
    let case = team_case(app, "workflow-lead", false).await;
    let offer = json!({ "toProviderId": TEAM, "reason": "Their own team." });
    app.step("workflow-lead", &case, "transfers", offer).await.expect(201).id()
}

/// A case of the school's own team that was offered to P01.
async fn transfer_to_p01(app: &TestApp) -> String {
    let case = team_case(app, "workflow-lead-s", true).await;
    let offer = json!({ "toProviderId": app.world.provider, "reason": "Beyond us." });
    app.step("workflow-lead-s", &case, "transfers", offer).await.expect(201).id()
}

/// A case of the school that has a team, with the team or with the catchment's provider.
async fn team_case(app: &TestApp, lead: &str, in_school: bool) -> String {
    let body = with(given::referral(&name()), "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    let body = with(body, "/inSchoolProvision", json!(in_school));
    let referral = app.as_("office-support-t").post("/v1/referrals", body).await.expect(201).id();
    let path = format!("/v1/referrals/{referral}/decision");
    let decided = app.as_(lead).post(&path, json!({ "outcome": "accepted" })).await.expect(200);
    decided.json["caseId"].as_str().expect("a case").to_owned()
}

fn student_in(referral: &Answer) -> String {
    referral.json["student"]["id"].as_str().expect("a student").to_owned()
}

/// The old id of a student whose record was joined to another's.
async fn merged(app: &TestApp) -> String {
    let (from, into) = (student_in(&submitted(app).await), student_in(&submitted(app).await));
    let body = json!({ "intoStudentId": into, "reason": "One student." });
    app.as_("workflow-lead").post(&format!("/v1/students/{from}/merge"), body).await.expect(200);
    from
}

/// Somebody with a case that the case manager has, declared a sibling of a student.
async fn sibling(app: &TestApp, student: &str) -> String {
    let (referral, case) = accepted(app).await;
    let lead = app.as_("workflow-lead");
    let to = json!({ "caseManagerId": app.world.case_manager });
    lead.post(&format!("/v1/cases/{case}/assignment"), to).await.expect(200);
    let sibling = student_in(&referral);
    let body = json!({ "siblingId": sibling });
    lead.post(&format!("/v1/students/{student}/siblings"), body).await.expect(201);
    sibling
}

/// The review of a student who was sent with the number of another one.
async fn unclear(app: &TestApp) -> String {
    let body = new_referral(app, &example("createReferral"));
    let again = with(body.clone(), "/student/birthDate", json!("2012-01-02"));
    let again = with(again, "/sourceReference", json!(format!("reference {}", next())));
    let office = app.as_("office-support");
    office.post("/v1/referrals", body).await.expect(201);
    let sent = office.post("/v1/referrals", again).await.expect(201);
    sent.json["matchReviewId"].as_str().expect("a review").to_owned()
}

/// A claim of Second College on a student of Example College, who has a case of the case manager's.
async fn claimed(app: &TestApp) -> String {
    // Only whom everything agrees with is taken for one and the same.
    let body = with(given::referral(&name()), "/student/nsn", json!(format!("18273{:05}", next())));
    let sent = app.as_("office-support").post("/v1/referrals", body.clone()).await.expect(201).id();
    let decided = app.decide(&sent, json!({ "outcome": "accepted" })).await.expect(200);
    let case = decided.json["caseId"].as_str().expect("a case").to_owned();
    let to = json!({ "caseManagerId": app.world.case_manager });
    app.step("workflow-lead", &case, "assignment", to).await.expect(200);
    let body = with(body, "/schoolNumber", json!(given::SCHOOL_WITH_TEAM));
    app.as_("office-support-t").post("/v1/referrals", body).await.expect(201);
    let newest = "/v1/enrolment-claims?standing=waiting&limit=1";
    let listed = app.as_("ministry-admin").get(newest).await.expect(200);
    listed.json["items"][0]["id"].as_str().expect("a claim").to_owned()
}

/// A review of a closure that this role reaches.
async fn reviewed(app: &TestApp, role: &str) -> String {
    let review = closure_reviews::closed_alone(app, &name()).await.1;
    if role == "workflow-lead" {
        // As if this lead had been a team of one.
        let db = app.database().await;
        let own = "UPDATE closure_review SET provider_id = \
                   (SELECT id FROM organisation WHERE code = 'P01')";
        db.execute_unprepared(own).await.expect("it is P01's");
        db.close().await.expect("close");
    }
    review
}

/// The one that the import of the terms ordered.
async fn recalculation(app: &TestApp) -> String {
    let listed = app.as_("auditor").get("/v1/recalculations").await.expect(200);
    listed.json["items"][0]["id"].as_str().expect("one").to_owned()
}

/// A job of somebody's own that is done.
async fn ordered(app: &TestApp, who: &str) -> String {
    let body = example("orderMeasureExport");
    let job = app.as_(who).post("/v1/measures/exports", body).await.expect(202).id();
    jobs::finish(app).await;
    job
}

/// One that waits.
async fn waiting(app: &TestApp, who: &str) -> String {
    let body = example("orderMeasureExport");
    app.as_(who).post("/v1/measures/exports", body).await.expect(202).id()
}

async fn queued(app: &TestApp) -> String {
    let body = with(given::referral("Lone"), "/schoolNumber", json!(given::LONE_SCHOOL));
    let body = with(body, "/student/legalGivenNames", json!(format!("Lone {}", next())));
    app.as_("office-support-l").post("/v1/referrals", body).await.expect(201).id()
}

/// Something that a role is told: of a case that is given to it, or opened in its name.
async fn notified(app: &TestApp, role: &str) -> String {
    let world = app.world;
    if role == "ministry-admin" {
        let plan = submissions::next_plan(app).await;
        submissions::submit(app, &plan).await.expect(200);
        return newest_notification(app, role).await;
    }
    let (manager, contact) = match role {
        "workflow-lead" => (world.workflow_lead, world.primary_contact),
        "attendance-lead" => (world.case_manager, world.attendance_lead),
        "office-support" => (world.case_manager, world.office_support),
        _ => (world.case_manager, world.primary_contact),
    };
    let case = accepted_for(app, contact).await.1;
    let path = format!("/v1/cases/{case}/assignment");
    let to = json!({ "caseManagerId": manager });
    app.as_("workflow-lead-b").post(&path, to).await.expect(200);
    newest_notification(app, role).await
}

async fn newest_notification(app: &TestApp, role: &str) -> String {
    let told = app.as_(role).get("/v1/notifications").await.expect(200);
    told.json["items"][0]["id"].as_str().expect("a notification").to_owned()
}

/// The document's own example, on a case.
async fn add(app: &TestApp, case: &str, operation: &str, place: &str) -> String {
    let path = format!("/v1/cases/{case}/{place}");
    app.as_("workflow-lead").post(&path, example(operation)).await.expect(201).id()
}

impl Stage {
    async fn build(app: &TestApp) -> Self {
        let (referral, case) = accepted(app).await;
        let student = referral.json["student"]["id"].as_str().expect("a student").to_owned();
        let lead = app.as_("workflow-lead");
        let to = json!({ "caseManagerId": app.world.case_manager });
        lead.post(&format!("/v1/cases/{case}/assignment"), to).await.expect(200);
        let contact = app.reached(&case, "school", "2026-03-15T22:00:00Z").await.expect(201).id();
        let noted = example("addComment");
        let path = format!("/v1/cases/{case}/comments");
        let entry = lead.post(&path, dated(noted)).await.expect(201).id();
        // To the school's own team, so that the strangers of P02 have no part in it.
        let transfer = team_transfer(app).await;
        add(app, &case, "makePlan", "plan").await;
        let task = add(app, &case, "addTask", "tasks").await;
        let barrier = add(app, &case, "addBarrier", "barriers").await;
        let document = app.uploaded("case-manager", &case, "shared").await.id();
        let path = format!("/v1/students/{student}/whanau-contacts");
        let contacts = lead.get(&path).await.expect(200);
        let whanau_contact = contacts.json["items"][0]["id"].as_str().expect("one").to_owned();
        let notification = notified(app, "case-manager").await;
        let (referral, queued) = (referral.id(), queued(app).await);
        let sibling = sibling(app, &student).await;
        let old = json!({ "term": "2025-4", "measure": "enrolled" });
        let admin = app.as_("ministry-admin");
        let publication = admin.post("/v1/publications", old).await.expect(201).id();
        let address_reader = app.name_address_reader(&student, app.world.case_manager).await;
        let (contract, duty) = contracts::active_with_duty(app).await;
        let (bulletin, bulletin_document) = bulletins::published_with_document(app).await;
        let (template, submission, submission_document) = submissions::accepted_plan(app).await;
        let (fund, need) = funds::on_stage(app, &contract, &case).await;
        let (review, review_action, review_document) =
            performance_reviews::concluded_with_document(app).await;
        Self {
            student,
            match_review: unclear(app).await,
            claim: claimed(app).await,
            address_reader,
            sibling,
            whanau_contact,
            referral,
            case,
            contact,
            entry,
            transfer,
            notification,
            task,
            barrier,
            document,
            publication,
            job: ordered(app, "workflow-lead").await,
            queued,
            recalculation: recalculation(app).await,
            bulletin,
            bulletin_document,
            contract,
            duty,
            template,
            submission,
            submission_document,
            fund,
            need,
            review: review.id(),
            review_action,
            review_document,
        }
    }

    /// Where an operation is called, about this stage's rows.
    fn place(&self, operation: &Operation) -> String {
        let path = operation.path.as_str();
        let id = match path {
            _ if path.starts_with("/v1/students/") => &self.student,
            _ if path.starts_with("/v1/match-reviews/") => &self.match_review,
            _ if path.starts_with("/v1/enrolment-claims/") => &self.claim,
            _ if path.starts_with("/v1/referrals/") => &self.referral,
            _ if path.starts_with("/v1/transfers/") => &self.transfer,
            _ if path.starts_with("/v1/notifications/") => &self.notification,
            _ if path.starts_with("/v1/publications/") => &self.publication,
            _ if path.starts_with("/v1/jobs/") => &self.job,
            _ if path.starts_with("/v1/recalculations/") => &self.recalculation,
            _ if path.starts_with("/v1/bulletins/") => &self.bulletin,
            _ if path.starts_with("/v1/contracts/") => &self.contract,
            _ if path.starts_with("/v1/obligations/") => &self.duty,
            _ if path.starts_with("/v1/templates/") => &self.template,
            _ if path.starts_with("/v1/submissions/") => &self.submission,
            _ if path.starts_with("/v1/funds/") => &self.fund,
            _ if path.starts_with("/v1/needs/") => &self.need,
            _ if path.starts_with("/v1/performance-reviews/") => &self.review,
            _ => &self.case,
        };
        let contact = match path {
            _ if path.starts_with("/v1/students/") => &self.whanau_contact,
            _ => &self.contact,
        };
        let mut place = path.replace("{id}", id).replace("{contactId}", contact);
        place = place.replace("{entryId}", &self.entry).replace("{taskId}", &self.task);
        place = place.replace("{barrierId}", &self.barrier);
        let document = match path {
            _ if path.starts_with("/v1/bulletins/") => &self.bulletin_document,
            _ if path.starts_with("/v1/submissions/") => &self.submission_document,
            _ if path.starts_with("/v1/performance-reviews/") => &self.review_document,
            _ => &self.document,
        };
        place = place.replace("{documentId}", document);
        place = place.replace("{readerId}", &self.address_reader);
        place = place.replace("{siblingId}", &self.sibling);
        place = place.replace("{actionId}", &self.review_action);
        let mut query = Vec::new();
        let parameters = || operation.described["parameters"].as_array().into_iter().flatten();
        // One of several ways to say which period is counted, and one of them is needed.
        let counts_a_period = parameters().any(|one| one["name"] == "quarter");
        for parameter in parameters() {
            let name = parameter["name"].as_str().expect("a name");
            let example = parameter["example"].to_string().replace('"', "");
            if parameter["in"] == "path" {
                place = place.replace(&format!("{{{name}}}"), &example);
            } else if parameter["in"] == "query"
                && (parameter["required"] == true
                    || name == "withinDays"
                    || name == "term" && counts_a_period)
            {
                query.push(format!("{name}={example}"));
            }
        }
        if query.is_empty() { place } else { format!("{place}?{}", query.join("&")) }
    }
}

/// Who sends what a role takes back or completes: a provider only what it sent itself.
fn sender(role: &str) -> &str {
    if role == "workflow-lead" { role } else { "office-support" }
}

/// Rows that an operation uses up are made anew for each call that may use them.
async fn fresh(app: &TestApp, operation: &Operation, role: &str, place: String) -> String {
    let path = |id: &str| operation.path.replace("{id}", id);
    match (operation.id.as_str(), role) {
        ("decideReferral" | "getReferral", "ministry-admin") => path(&queued(app).await),
        ("decideReferral", _) => path(&submitted(app).await.id()),
        ("withdrawReferral", _) => path(&submitted_by(app, sender(role)).await.id()),
        ("resubmitReferral", _) => {
            let id = submitted_by(app, sender(role)).await.id();
            let missing = json!({ "outcome": "returned", "comment": "Which days?" });
            app.decide(&id, missing).await.expect(200);
            path(&id)
        }
        ("assignCase", _) => path(&accepted(app).await.1),
        ("pauseCase" | "proposeClosure" | "makePlan", _) => path(&app.assigned(&name()).await.1),
        ("resumeCase", _) => path(&app.paused(&name()).await),
        ("approveClosure" | "returnClosure", _) => path(&app.closure_proposed(&name()).await),
        ("recordSchoolChange", _) => path(&student_of(app, &app.assigned(&name()).await.1).await),
        ("requestTransfer", _) => path(&app.assigned(&name()).await.1),
        ("decideTransfer", "workflow-lead") => path(&transfer_to_p01(app).await),
        ("decideTransfer" | "cancelTransfer", _) => path(&team_transfer(app).await),
        ("finishTask", _) => {
            let case = app.assigned(&name()).await.1;
            path(&case).replace("{taskId}", &add(app, &case, "addTask", "tasks").await)
        }
        ("moveBarrier", _) => {
            let case = app.assigned(&name()).await.1;
            path(&case).replace("{barrierId}", &add(app, &case, "addBarrier", "barriers").await)
        }
        ("correctContact", _) => {
            let case = app.assigned(&name()).await.1;
            let logged = dated(example("logContact"));
            let contact = app.step(role, &case, "contacts", logged).await.expect(201).id();
            path(&case).replace("{contactId}", &contact)
        }
        ("withdrawMeeting", _) => {
            let case = app.assigned(&name()).await.1;
            let met = dated(example("addMeeting"));
            let meeting = app.step(role, &case, "meetings", met).await.expect(201).id();
            path(&case).replace("{entryId}", &meeting)
        }
        ("correctDocument", _) => {
            let case = place.split('/').nth(3).expect("the stage's case");
            let document = app.uploaded(role, case, "shared").await.id();
            path(case).replace("{documentId}", &document)
        }
        ("getClosureReview" | "concludeClosureReview", _) => path(&reviewed(app, role).await),
        ("listClosureReviews", _) => {
            reviewed(app, role).await;
            place
        }
        ("reopenCase", _) => path(&app.closed(&name()).await),
        ("getNotification" | "markNotificationRead", _) => path(&notified(app, role).await),
        ("listNotifications", _) => {
            notified(app, role).await;
            place
        }
        ("mergeStudents", _) => path(&student_in(&submitted(app).await)),
        ("undoStudentMerge", _) => path(&merged(app).await),
        ("nameProtectedAddressReader", _) => {
            path(&student_of(app, &app.assigned(&name()).await.1).await)
        }
        ("endProtectedAddressReader", _) => {
            let student = student_of(app, &app.assigned(&name()).await.1).await;
            let reader = app.name_address_reader(&student, app.world.case_manager).await;
            path(&student).replace("{readerId}", &reader)
        }
        ("endSibling", _) => {
            let student = student_of(app, &app.assigned(&name()).await.1).await;
            let sibling = sibling(app, &student).await;
            path(&student).replace("{siblingId}", &sibling)
        }
        ("listJobs", _) => {
            ordered(app, role).await;
            place
        }
        ("getJob" | "downloadJobResult", _) => path(&ordered(app, role).await),
        ("cancelJob", _) => path(&waiting(app, role).await),
        ("settleMatchReview", _) => path(&unclear(app).await),
        ("agreeToEnrolmentClaim" | "opposeEnrolmentClaim", _) => path(&claimed(app).await),
        ("updateBulletin" | "publishBulletin" | "uploadBulletinDocument", _) => {
            let draft = bulletins::added(app, bulletins::newsletter()).await.id();
            place.replace(place.split('/').nth(3).expect("a bulletin"), &draft)
        }
        ("withdrawBulletin", _) => {
            path(&bulletins::published(app, bulletins::newsletter()).await.id())
        }
        ("activateContract", _) => {
            path(&contracts::draft_for(app, &name(), given::SCHOOL).await.id())
        }
        ("endContract", _) => {
            let draft = contracts::draft_for(app, &name(), given::OTHER_SCHOOL).await;
            path(&contracts::activate(app, &draft).await.expect(200).id())
        }
        ("listObligations", "privacy-officer") => {
            let to_ministry = json!({ "organisationKinds": ["ministry"] });
            let day = with(bulletins::key_date("2026-05-01"), "/audience", to_ministry);
            bulletins::published(app, day).await;
            place
        }
        ("updateTemplate" | "publishTemplate", _) => {
            path(&templates::added(app, templates::short("annual", &code())).await.id())
        }
        ("retireTemplate", _) => {
            path(&templates::published(app, templates::short("annual", &code())).await.id())
        }
        ("updateSubmission" | "submitSubmission" | "uploadSubmissionDocument", _) => {
            let draft = submissions::next_plan(app).await.id();
            place.replace(place.split('/').nth(3).expect("a submission"), &draft)
        }
        ("returnSubmission" | "acceptSubmission", _) => {
            let plan = submissions::next_plan(app).await;
            path(&submissions::submit(app, &plan).await.expect(200).id())
        }
        ("varySubmission", _) => {
            let plan = submissions::next_plan(app).await;
            submissions::submit(app, &plan).await.expect(200);
            path(&submissions::accept(app, &plan).await.expect(200).id())
        }
        (
            "decideNeed" | "cancelNeed" | "recordSpending" | "recordRefund" | "settleNeed"
            | "reviewNeed",
            _,
        ) => {
            let case = app.assigned(&name()).await.1;
            path(&funds::need_to(app, &operation.id, role, &case).await)
        }
        ("proposeBudgetChange" | "decideBudget", _) => {
            let fund = place.split('/').nth(3).expect("the stage's fund").to_owned();
            funds::without_proposal(app, &fund).await;
            if operation.id == "decideBudget" {
                funds::proposed(app, funds::SECOND, &fund).await;
            }
            place
        }
        ("commentOnPerformanceReview" | "addReviewFinding" | "agreeReviewAction", _) => {
            path(&performance_reviews::next_opened(app).await.id())
        }
        ("recordReviewMeeting", _) => {
            let review = performance_reviews::next_opened(app).await;
            path(&performance_reviews::comment(app, &review).await.expect(200).id())
        }
        ("uploadPerformanceReviewDocument" | "concludePerformanceReview", _) => {
            let review = performance_reviews::met(app).await.id();
            place.replace(place.split('/').nth(3).expect("a review"), &review)
        }
        ("finishReviewAction" | "settleReviewAction", _) => {
            let is_done = operation.id == "settleReviewAction";
            let (review, action) = performance_reviews::concluded(app, is_done).await;
            path(&review.id()).replace("{actionId}", &action)
        }
        ("proposeWithholding", _) => path(&performance_reviews::concluded(app, false).await.0.id()),
        ("confirmWithholding" | "payWithholding", _) => {
            let is_confirmed = operation.id == "payWithholding";
            let review = performance_reviews::released(app, is_confirmed).await;
            path(&review.id()).replace("{number}", "1")
        }
        ("closeFund", _) => path(&funds::another(app).await),
        ("waiveObligation", _) => path(&contracts::duty_of(app).await),
        ("listAttendanceConcerns", _) => {
            let away = json!({ "term": "2026-1", "halfDays": { "present": 30, "justified": 30 } });
            let student = student_in(&submitted(app).await);
            let students = json!([{ "studentId": student, "terms": [away] }]);
            let body = json!({ "schoolNumber": given::SCHOOL, "students": students });
            app.as_("office-support").post("/v1/attendance", body).await.expect(200);
            place
        }
        _ => place,
    }
}

/// The document's example, with what of it only fits the sandbox replaced.
async fn body(app: &TestApp, operation: &Operation, role: &str) -> Option<Value> {
    let example = operation.example()?;
    let other = app.world.other_provider;
    Some(match (operation.id.as_str(), role) {
        ("createReferral", _) => new_referral(app, &example),
        ("mergeStudents", _) => {
            with(example, "/intoStudentId", json!(student_in(&submitted(app).await)))
        }
        (
            "markNotificationsRead",
            "workflow-lead" | "case-manager" | "attendance-lead" | "primary-contact"
            | "office-support" | "ministry-admin",
        ) => json!({ "upTo": notified(app, role).await, "position": example["position"] }),
        ("openFund", _) => funds::unopened(app).await,
        ("addContract", _) => contracts::contract(app, &name()),
        ("openPerformanceReview", _) => {
            let contract = performance_reviews::next_contract(app).await;
            json!({ "contractId": contract, "term": "2025-4" })
        }
        // The example is of another day.
        ("recordReviewMeeting", _) => with(example, "/heldAt", json!("2026-03-15T20:00:00Z")),
        // The example ends the contract, and plans are begun for later years.
        ("updateContract", _) => json!({ "contacts": [] }),
        ("beginSubmission", _) => submissions::next_beginning(app).await,
        // The example is of another year.
        ("updateSubmission", _) => json!({ "answers": [] }),
        ("assignCase", _) => json!({ "caseManagerId": app.world.case_manager }),
        ("declareSibling", _) => {
            json!({ "siblingId": student_of(app, &app.assigned(&name()).await.1).await })
        }
        ("nameProtectedAddressReader", _) => json!({ "userId": app.world.case_manager }),
        ("replacePrimaryContact", _) => json!({ "primaryContactId": app.world.primary_contact }),
        ("requestTransfer", _) => json!({ "toProviderId": other, "reason": "The family moved." }),
        ("logContact", _) => dated(example),
        ("correctContact", _) => {
            with(example, "/contact/occurredAt", json!("2026-03-15T20:00:00Z"))
        }
        (id, _) if id.starts_with("add") && example.get("occurredAt").is_some() => dated(example),
        ("decideReferral", "ministry-admin") => {
            json!({ "outcome": "redirected", "reasonCode": "other_catchment", "providerId": other })
        }
        // A school's people have no private ones.
        ("correctDocument", _) => with(example, "/visibility", json!("shared")),
        _ => example,
    })
}

async fn call(app: &TestApp, who: &str, operation: &Operation, place: &str) -> Answer {
    let role = who.trim_end_matches("-2");
    let mut request = TestRequest::default();
    if operation.method == Method::PATCH {
        request = request
            .insert_header(("content-type", "application/merge-patch+json"))
            .insert_header(("if-match", "*"));
    } else if operation.method == Method::POST && !operation.id.starts_with("search") {
        request = request.insert_header(("idempotency-key", format!("key {}", next())));
    }
    let client = if who == "nobody" { app.nobody() } else { app.as_(who) };
    let content = &operation.described["requestBody"]["content"];
    if let Some(form) = content.get("multipart/form-data") {
        let request = documents::form(request, &form["example"]);
        return client.send_as_is(request, operation.method.clone(), place).await;
    }
    if let Some(file) = content.get("application/octet-stream") {
        let file = file["example"].as_str().expect("an example");
        let request = documents::raw(request, file.as_bytes());
        return client.send_as_is(request, operation.method.clone(), place).await;
    }
    let body = body(app, operation, role).await;
    client.send(request, operation.method.clone(), place, body).await
}

/// Everything that an answer counts or shows.
fn shown(answer: &Answer) -> u64 {
    if answer.header("content-type").is_some_and(|sent| sent.starts_with("text/csv")) {
        return counted_lines(&answer.text);
    }
    let items = answer.json["items"].as_array().expect("items");
    let sum = |item: &Value| match item["numbers"].as_array() {
        // Colleagues and queues are no secret; what they have is counted.
        None if item["openTasks"].is_u64() => item["active"].as_u64().unwrap(),
        None if item["received"].is_u64() => item["received"].as_u64().unwrap(),
        None if item["count"].is_u64() => item["count"].as_u64().unwrap(),
        None if item["denominator"].is_u64() => {
            item["denominator"].as_u64().unwrap() + item["pending"].as_u64().unwrap()
        }
        None => 1,
        Some(numbers) => numbers
            .iter()
            .map(|one| one["denominator"].as_u64().unwrap() + one["pending"].as_u64().unwrap())
            .sum(),
    };
    items.iter().map(sum).sum()
}

/// What a file of flat rows counts, none of whose fields needs quotes here.
fn counted_lines(csv: &str) -> u64 {
    let lines: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    let at = |name: &str| lines[0].iter().position(|head| *head == name).expect("a column");
    let (denominator, pending) = (at("denominator"), at("pending"));
    let number = |text: &str| text.parse::<u64>().expect("a number");
    lines[1..].iter().map(|line| number(line[denominator]) + number(line[pending])).sum()
}

fn is_collection(operation: &Operation) -> bool {
    let others = ["getMeasures", "getVolumes", "getWorkListCounts", "downloadMeasureRows"];
    operation.is_list() || others.contains(&operation.id.as_str())
}

fn allowed(operation: &Operation, who: &str, answer: &Answer) {
    assert!(answer.status < 300, "{} as {who}: {}", operation.id, answer.text);
    if is_collection(operation) {
        assert!(shown(answer) > 0, "{} as {who} shows nothing: {}", operation.id, answer.text);
    }
}

fn told_nothing(operation: &Operation, who: &str, answer: &Answer) {
    // A list of one school: to others there is no such list.
    let of_one_school = operation.id == "listAttendanceConcerns";
    if is_collection(operation) && !of_one_school {
        assert_eq!(
            (answer.status, shown(answer)),
            (200, 0),
            "{} as {who}: {}",
            operation.id,
            answer.text
        );
    } else {
        let (status, code) = (answer.status, answer.code());
        assert_eq!(
            (status, code),
            (404, "not_found"),
            "{} as {who}: {}",
            operation.id,
            answer.text
        );
    }
}

async fn as_own(app: &TestApp, stage: &Stage, operation: &Operation, role: &str, may: &str) {
    let place = stage.place(operation);
    if may == "-" {
        let answer = call(app, role, operation, &place).await;
        let (status, code) = (answer.status, answer.code());
        assert_eq!((status, code), (403, "role_may_not"), "{} as {role}", operation.id);
        return;
    }
    let own = fresh(app, operation, role, place.clone()).await;
    allowed(operation, role, &call(app, role, operation, &own).await);
    if may == "queue" && !is_collection(operation) {
        told_nothing(operation, role, &call(app, role, operation, &place).await);
    }
}

async fn as_stranger(app: &TestApp, stage: &Stage, operation: &Operation, role: &str, may: &str) {
    let who = format!("{role}-2");
    let answer = call(app, &who, operation, &stage.place(operation)).await;
    let (status, code) = (answer.status, answer.code());
    match may {
        "-" => assert_eq!((status, code), (403, "role_may_not"), "{} as {who}", operation.id),
        "school" => {
            assert_eq!((status, code), (403, "school_out_of_reach"), "{} as {who}", operation.id);
        }
        "own" => told_nothing(operation, &who, &answer),
        "all" => allowed(operation, &who, &answer),
        other => panic!("{}: {other} is no word of the table for {role}", operation.id),
    }
}

#[test]
fn the_document_names_the_roles_of_the_table() {
    for operation in Operation::all() {
        let may = operation.row().into_iter().filter(|(_, may)| *may != "-");
        let mut expected: Vec<&str> = may.map(|(role, _)| role).collect();
        let named = operation.described["x-roles"].as_array().expect("x-roles");
        let mut named: Vec<&str> = named.iter().map(|role| role.as_str().unwrap()).collect();
        expected.sort_unstable();
        named.sort_unstable();
        assert_eq!(named, expected, "{}", operation.id);
    }
}

#[test]
fn the_table_has_no_row_that_the_document_has_not() {
    let known: Vec<String> = Operation::all().into_iter().map(|operation| operation.id).collect();
    let rows = TABLE.lines().filter(|line| !line.starts_with(' ')).filter(|line| !line.is_empty());
    let rows: Vec<&str> = rows.filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(rows.len(), known.len());
    assert!(rows.iter().all(|row| known.iter().any(|id| id == row)));
}

#[on_both]
async fn nobody_may_do_anything(app: TestApp) {
    let stage = Stage::build(&app).await;
    for operation in Operation::all() {
        let answer = call(&app, "nobody", &operation, &stage.place(&operation)).await;
        answer.refused(401, "unauthenticated");
        assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{}", operation.id);
    }
}

#[on_both]
async fn every_role_may_what_the_table_says_on_its_own_rows(app: TestApp) {
    let stage = Stage::build(&app).await;
    for operation in Operation::all() {
        for (role, may) in operation.row() {
            as_own(&app, &stage, &operation, role, may).await;
        }
    }
}

#[on_both]
async fn a_stranger_is_told_nothing(app: TestApp) {
    let stage = Stage::build(&app).await;
    for operation in Operation::all() {
        for (role, may) in operation.row() {
            if WITH_STRANGER.contains(&role) {
                as_stranger(&app, &stage, &operation, role, may).await;
            }
        }
    }
}

#[on_both]
async fn a_provider_takes_back_or_completes_no_schools_referral(app: TestApp) {
    let waiting = app.submitted("Whose").await.id();
    let reason = json!({ "reasonCode": "attendance_improved" });
    let path = format!("/v1/referrals/{waiting}/withdrawal");
    app.as_("workflow-lead").post(&path, reason).await.refused(404, "not_found");
    app.decide(&waiting, json!({ "outcome": "returned", "comment": "Which days?" }))
        .await
        .expect(200);
    let again = json!({ "supportRequest": given::referral("Whose")["supportRequest"] });
    let path = format!("/v1/referrals/{waiting}/submission");
    app.as_("workflow-lead").post(&path, again.clone()).await.refused(404, "not_found");
    app.as_("attendance-lead").post(&path, again).await.expect(200);
}

#[on_both]
async fn the_ministry_lists_nothing_but_its_queue(app: TestApp) {
    let stage = Stage::build(&app).await;
    let listed = app.as_("ministry-admin").get("/v1/referrals").await.expect(200);
    let ids: Vec<&Value> =
        listed.json["items"].as_array().unwrap().iter().map(|item| &item["id"]).collect();
    assert_eq!(ids, [stage.queued.as_str()]);
}
