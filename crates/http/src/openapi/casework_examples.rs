//! Examples of what is done and recorded on a case.

use serde_json::{Value, json};

use super::example_ids::{CASE_ID, USER_ID};
use super::record_examples::{AT, case_summary};

/// A second provider of the sandbox, and a school's lead for attendance.
const PROVIDER_ID: &str = "01990000-0000-7000-8000-000300000001";
const ATTENDANCE_LEAD_ID: &str = "01990000-0000-7000-8000-000b00000006";
const TRANSFER_ID: &str = "01990000-0000-7000-8000-000000000009";
const ENTRY_ID: &str = "01990000-0000-7000-8000-000000000007";
const TASK_ID: &str = "01990000-0000-7000-8000-000000000020";
const BARRIER_ID: &str = "01990000-0000-7000-8000-000000000021";
const PLAN_ID: &str = "01990000-0000-7000-8000-000000000022";
const REVIEW_ID: &str = "01990000-0000-7000-8000-000000000023";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    of_step(schema).or_else(|| of_record(schema))
}

/// What is done with a case as a whole.
fn of_step(schema: &str) -> Option<Value> {
    Some(match schema {
        "PauseCase" => json!({
            "reasonCode": "whanau_request", "reviewBy": "2026-04-20",
            "comment": "Back after the tangihanga.",
        }),
        "ResumeCase" => json!({ "comment": "Back at school since Monday." }),
        "ProposeClosure" => json!({
            "reasonCode": "attendance_sustained",
            "outcome": "At school every day for six weeks.",
            "checklist": {
                "barriers": [], "planReviewed": true,
                "outsideMaterial": { "checked": true, "copiedIn": true, "destroyed": true },
            },
        }),
        "ApproveClosure" => json!({}),
        "ReturnClosure" => json!({ "comment": "The plan's last review is missing." }),
        "ConcludeClosureReview" => json!({ "outcome": "confirmed" }),
        "ClosureReviewView" => json!({
            "id": REVIEW_ID, "caseId": CASE_ID, "caseNumber": "AS-2026-000001",
            "provider": { "code": "S01", "name": "Example College team" },
            "decided": {
                "by": USER_ID, "at": AT, "reasonCode": "attendance_sustained", "pathway": null,
                "barriersExplained": 1, "planReviewed": true, "outsideMaterialDealtWith": true,
            },
            "dueOn": "2026-03-23", "calendarVersion": "contract-2026/1+0", "outcome": null,
            "comment": null, "reviewedBy": null, "reviewedAt": null, "version": 1,
        }),
        "ReopenCase" => json!({ "reason": "Away again since the second week." }),
        _ => return None,
    })
}

/// What is recorded on a case, and where it is listed.
fn of_record(schema: &str) -> Option<Value> {
    Some(match schema {
        "AddMeeting" => json!({
            "occurredAt": AT, "visibility": "shared", "kind": "whanau_hui",
            "people": ["The student's aunt", "The dean"], "agencies": [],
            "decisions": "A later bus; the aunt rings on Mondays.", "reached": ["school", "whanau"],
        }),
        "WithdrawMeeting" => json!({ "reason": "It was put off until April." }),
        "AddNote" => json!({
            "occurredAt": AT, "visibility": "private", "comment": "The aunt prefers texts.",
        }),
        "AddComment" => json!({ "occurredAt": AT, "comment": "Here all week." }),
        "AddAgencyReferral" => json!({
            "occurredAt": AT, "visibility": "private", "agency": "Example Health Service",
            "purpose": "A hearing test.", "consent": "given",
        }),
        "AddDisclosure" => json!({
            "occurredAt": AT, "recipient": "Oranga Tamariki",
            "legalBasis": "Oranga Tamariki Act 1989, section 66C",
            "what": "That the student was not seen for three weeks.", "studentConsulted": true,
        }),
        "ReplacePrimaryContact" => json!({ "primaryContactId": ATTENDANCE_LEAD_ID }),
        "RecordSchoolChange" => json!({ "schoolNumber": "9002" }),
        "RequestTransfer" => json!({
            "toProviderId": PROVIDER_ID, "reason": "The family moved to the next catchment.",
        }),
        "DecideTransfer" => json!({ "outcome": "accepted" }),
        "CancelTransfer" => json!({ "comment": "The family moved back." }),
        "TransferView" => json!({
            "id": TRANSFER_ID, "caseId": CASE_ID, "caseNumber": "AS-2026-000001",
            "school": { "number": "9001", "name": "Example College" },
            "fromProvider": { "code": "P01", "name": "Example Attendance Trust" },
            "toProvider": { "code": "P02", "name": "Other Attendance Trust" },
            "status": "requested", "reason": "The family moved to the next catchment.",
            "requestedBy": USER_ID, "requestedAt": AT, "decidedBy": null, "decidedAt": null,
            "comment": null, "version": 1,
        }),
        "AddTask" => json!({ "title": "Ring the aunt about the bus", "dueInBusinessDays": 5 }),
        "UpdateTask" => json!({ "title": "Ring the aunt about the later bus" }),
        "FinishTask" => json!({ "outcome": "done", "comment": "She will take the later bus." }),
        "TaskView" => task(),
        "AddBarrier" => json!({
            "code": "transport", "severity": "high", "comment": "No bus since the family moved.",
        }),
        "UpdateBarrier" => json!({ "severity": "moderate" }),
        "MoveBarrier" => json!({ "status": "being_addressed", "comment": "Asked the council." }),
        "BarrierView" => barrier(),
        "MakePlan" => json!({
            "goals": [goal()], "agreedWith": ["The student", "The student's aunt"],
            "agreedOn": "2026-03-02",
        }),
        "UpdatePlan" => json!({ "goals": [goal()] }),
        "ReviewPlan" => json!({ "outcome": "on_track", "comment": "Six of seven Mondays." }),
        "PlanView" => plan(),
        "WorkItemView" => json!({
            "queue": "overdue", "reason": "school_contact", "dueOn": "2026-03-09", "taskId": null,
            "case": case_summary(),
        }),
        "WorkListCountsView" => json!({
            "withinDays": 2,
            "items": [{ "queue": "new_to_me", "count": 3 }, { "queue": "overdue", "count": 1 }],
        }),
        "CaseloadView" => json!({
            "id": USER_ID, "name": "Case Manager", "active": 24, "paused": 2, "openTasks": 31,
            "overdue": 1,
        }),
        "EntryView" => entry(),
        _ => return None,
    })
}

pub(super) fn entry() -> Value {
    json!({
        "id": ENTRY_ID, "caseId": CASE_ID, "kind": "note", "visibility": "shared",
        "occurredAt": AT, "recordedAt": AT, "recordedBy": USER_ID,
        "recordedByName": "Case Manager", "subjectId": null, "corrects": null,
        "correctedBy": null,
        "details": { "type": "note", "comment": "The aunt prefers texts." },
    })
}

fn task() -> Value {
    json!({
        "id": TASK_ID, "caseId": CASE_ID, "title": "Ring the aunt about the bus",
        "status": "open", "dueOn": "2026-03-10", "calendarVersion": "contract-2026/1+0",
        "assigneeId": USER_ID, "assigneeName": "Case Manager", "addedBy": USER_ID,
        "addedByName": "Case Manager", "addedAt": AT, "finishedBy": null,
        "finishedByName": null, "finishedAt": null, "comment": null, "version": 1,
        "updatedAt": AT,
    })
}

fn barrier() -> Value {
    json!({
        "id": BARRIER_ID, "caseId": CASE_ID, "code": "transport", "severity": "high",
        "status": "being_addressed", "identifiedOn": "2026-03-03", "resolvedOn": null,
        "comment": "No bus since the family moved.",
        "moves": [{
            "status": "being_addressed", "movedAt": AT, "movedBy": USER_ID,
            "movedByName": "Case Manager", "comment": "Asked the council.",
        }],
        "recordedBy": USER_ID, "recordedByName": "Case Manager", "recordedAt": AT,
        "version": 2, "updatedAt": AT,
    })
}

fn goal() -> Value {
    json!({
        "what": "Back on Mondays", "measure": "Eight of ten Mondays",
        "steps": [{
            "what": "Ring on Monday mornings", "who": "The aunt", "byWhen": "2026-04-02",
            "done": false,
        }],
    })
}

fn plan() -> Value {
    json!({
        "id": PLAN_ID, "caseId": CASE_ID, "goals": [goal()],
        "agreedWith": ["The student", "The student's aunt"], "agreedOn": "2026-03-02",
        "nextReviewOn": null,
        "reviews": [{
            "id": REVIEW_ID, "outcome": "on_track", "comment": "Six of seven Mondays.",
            "nextReviewOn": null, "reviewedBy": USER_ID, "reviewedByName": "Case Manager",
            "reviewedAt": AT,
        }],
        "madeBy": USER_ID, "madeByName": "Case Manager", "madeAt": AT, "version": 2,
        "updatedAt": AT,
    })
}
