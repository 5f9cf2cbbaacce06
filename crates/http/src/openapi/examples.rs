//! Examples of the document, all invented. The ids are those of the sandbox's seeded nation, so
//! that "try it out" works as it stands.

use serde_json::{Value, json};

use super::components::listed;
use super::example_ids::{
    CASE_ID, CONTACT_ID, DOCUMENT_ID, NOTIFICATION_ID, REFERRAL_ID, SCHOOL_NUMBER, STUDENT_ID,
    USER_ID, WHANAU_CONTACT_ID,
};
use super::record_examples::{AT, CONTENT, case_summary, provider, school, student, student_file};

/// What had been seen of a small installation.
const POSITION: &str = "WzEwMDAwMDAsW11d";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    if let Some(item) = listed(schema) {
        let items = [of(item)?];
        return Some(if schema.starts_with("FollowedList_") {
            json!({ "items": items, "nextCursor": null, "total": null, "moreThanTotal": false, "position": POSITION })
        } else {
            json!({ "items": items, "nextCursor": null, "total": null, "moreThanTotal": false })
        });
    }
    Some(match schema {
        "CreateReferral" => json!({
            "source": "example-sms",
            "sourceReference": "2026-000417",
            "schoolNumber": SCHOOL_NUMBER,
            "inSchoolProvision": false,
            "student": sent_student(),
            "supportRequest": support_request(),
        }),
        "ResubmitReferral" => json!({ "supportRequest": support_request() }),
        "DecideReferral" => json!({ "outcome": "accepted" }),
        "WithdrawReferral" => json!({ "reasonCode": "attendance_improved" }),
        "FindStudents" => json!({ "familyName": "Example", "birthDate": "2013-05-06" }),
        "UpdateStudent" => json!({ "preferredGivenNames": "Āria", "interpreterWanted": false }),
        "SentWhanauContact" => sent_whanau_contact(),
        "UpdateWhanauContact" => json!({ "phone": "021 000 0002", "confirmedOn": "2026-03-02" }),
        "AssignCase" => json!({ "caseManagerId": USER_ID }),
        "LogContact" => log_contact(),
        "CorrectContact" => json!({
            "contact": log_contact(), "reason": "It was the aunt who answered, not the school.",
        }),
        "ReferralView" => referral(),
        "ReferralSummaryView" => referral_summary(),
        "StudentView" => student_file(),
        "StudentSummary" => student(),
        "MergeStudentRecords" => json!({
            "intoStudentId": STUDENT_ID, "reason": "The school sent the birth date with a typing error.",
        }),
        "UndoStudentMerge" => json!({ "reason": "Cousins of one name, as the whānau told us." }),
        "StudentMergeView" => student_merge(),
        "StudentMergesView" => json!({ "items": [student_merge()] }),
        "WhanauContactView" => whanau_contact(),
        "WhanauContactsView" => json!({ "items": [whanau_contact()] }),
        "CaseView" => case(),
        "CaseSummaryView" => case_summary(),
        "ContactView" => contact(),
        "NotificationView" => json!({
            "id": NOTIFICATION_ID, "kind": "case.assigned", "at": AT, "caseId": CASE_ID,
            "caseNumber": "AS-2026-000001", "subjectId": CASE_ID,
            "link": format!("/v1/cases/{CASE_ID}"), "readAt": null,
        }),
        "MarkNotificationsRead" => {
            json!({ "upTo": NOTIFICATION_ID, "position": POSITION })
        }
        "MarkedReadView" => json!({ "upTo": NOTIFICATION_ID, "marked": 4, "unread": 1 }),
        "UploadDocument" => json!({
            "file": CONTENT, "name": "hui-notes.txt", "visibility": "shared",
        }),
        "CorrectDocument" => json!({
            "visibility": "private", "reason": "It names the student's sister.",
        }),
        "DocumentView" => document(),
        "FieldChangeView" => field_change(),
        "FileReadView" => file_read(),
        other => return of_features(other),
    })
}

fn of_features(schema: &str) -> Option<Value> {
    super::casework_examples::of(schema)
        .or_else(|| super::student_examples::of(schema))
        .or_else(|| super::measure_examples::of(schema))
        .or_else(|| super::register_examples::of(schema))
        .or_else(|| super::submission_examples::of(schema))
        .or_else(|| super::review_examples::of(schema))
        .or_else(|| super::contract_examples::of(schema))
        .or_else(|| super::fund_examples::of(schema))
        .or_else(|| super::reference_examples::of(schema))
}

fn sent_student() -> Value {
    json!({
        "nsn": "0000000017",
        "legalGivenNames": "Āria Mere",
        "legalFamilyName": "Example",
        "birthDate": "2013-05-06",
        "gender": "21",
        "ethnicities": ["2"],
        "yearLevel": 8,
        "whanauContacts": [sent_whanau_contact()],
    })
}

fn sent_whanau_contact() -> Value {
    json!({
        "name": "Hana Example", "relationship": "parent", "phone": "021 000 0001",
        "confirmedOn": "2026-02-20",
    })
}

fn support_request() -> Value {
    json!({
        "kind": "chronic_absence",
        "reason": "Away most Mondays and Fridays since the family moved.",
        "barriers": ["transport"],
        "schoolResponse": {
            "starSteps": [], "attendanceManagementPlan": true, "individualPlanTried": true,
        },
        "whanauToldOn": "2026-02-27",
        "attendance": [
            { "term": "2025-4", "possibleHalfDays": 98, "presentHalfDays": 60 },
            { "term": "2026-1", "possibleHalfDays": 40, "presentHalfDays": 20 },
        ],
    })
}

/// Answers carry every member.
fn support_request_shown() -> Value {
    json!({
        "kind": "chronic_absence",
        "reason": "Away most Mondays and Fridays since the family moved.",
        "barriers": ["transport"],
        "schoolResponse": {
            "starSteps": [], "attendanceManagementPlan": true, "individualPlanTried": true,
        },
        "agencies": [], "safetyAlerts": [], "whanauToldOn": "2026-02-27", "consentNotes": null,
        "attendance": [{ "term": "2026-1", "possibleHalfDays": 40, "presentHalfDays": 20 }],
        "continuingSupport": false, "continuingSupportGrounds": null, "visaStatus": null,
        "nonEnrolment": null,
    })
}

fn referral_summary() -> Value {
    json!({
        "id": REFERRAL_ID, "kind": "chronic_absence", "status": "accepted",
        "referralDate": "2026-03-02", "submittedAt": AT, "source": null, "sourceReference": null,
        "school": school(), "provider": provider(), "inSchoolProvision": false,
        "student": student(), "advice": "highly_recommended",
        "contradictsRecord": false, "outcomeCategory": "being_supported", "version": 2, "updatedAt": AT,
    })
}

fn referral() -> Value {
    json!({
        "id": REFERRAL_ID, "kind": "chronic_absence", "status": "accepted",
        "referralDate": "2026-03-02", "submittedAt": AT, "source": null, "sourceReference": null,
        "school": school(), "provider": provider(), "inSchoolProvision": false,
        "student": student(), "supportRequest": support_request_shown(),
        "assessment": {
            "advice": "highly_recommended", "circumstances": ["attended_half_or_less"],
            "baseline": { "term": "2026-1", "possibleHalfDays": 40, "presentHalfDays": 20 },
            "ruleVersion": "eligibility-2026-1", "contradictions": [], "warnings": [],
        },
        "matchedBy": "created", "matchReviewId": null, "waitingPosition": null,
        "outcomeCategory": "being_supported", "caseId": CASE_ID, "caseNumber": "AS-2026-000001",
        "predecessorId": null, "successorId": null, "withdrawalReason": null,
        "decisions": [{
            "outcome": "accepted", "reasonCode": null, "comment": null, "providerId": null,
            "decidedAt": AT,
        }],
        "warnings": [],
        "version": 2, "updatedAt": AT,
    })
}

fn student_merge() -> Value {
    json!({
        "id": "01990000-0000-7000-8000-000000000017",
        "fromStudentId": "01990000-0000-7000-8000-000000000018", "intoStudentId": STUDENT_ID,
        "survivorId": STUDENT_ID, "reason": "The school sent the birth date with a typing error.",
        "mergedAt": AT, "mergedBy": USER_ID, "undoneAt": null, "undoneBy": null,
        "undoReason": null,
    })
}

fn whanau_contact() -> Value {
    json!({
        "id": WHANAU_CONTACT_ID, "studentId": STUDENT_ID, "name": "Hana Example",
        "relationship": "parent", "phone": "021 000 0001", "otherPhone": null, "email": null,
        "address": null, "addressWithheld": false, "preferredLanguage": null,
        "confirmedOn": "2026-02-20", "version": 1, "updatedAt": AT,
    })
}

fn case() -> Value {
    json!({
        "id": CASE_ID, "number": "AS-2026-000001", "status": "active",
        "referralId": REFERRAL_ID, "referralDate": "2026-03-02", "student": student(),
        "school": school(), "provider": provider(), "primaryContactId": null,
        "caseManager": { "id": USER_ID, "name": "Case Manager" }, "openedAt": AT,
        "pause": null, "closureProposal": null, "closure": null,
        "contactDeadlines": [{
            "measure": "school_contact", "withinDays": 5, "dueOn": "2026-03-09",
            "reachedOn": "2026-03-04", "standing": "met",
        }],
        "calendarVersion": "contract-2026/1+0",
        "allowedActions": [
            { "action": "pause", "allowed": true, "code": null },
            { "action": "resume", "allowed": false, "code": "not_paused" },
        ],
        "recentEntries": [super::casework_examples::entry()],
        "version": 2, "updatedAt": AT,
    })
}

fn log_contact() -> Value {
    json!({
        "party": "whanau", "channel": "phone", "outcome": "reached", "occurredAt": AT,
        "notes": "Spoke with the aunt; a hui on Thursday.",
    })
}

fn contact() -> Value {
    json!({
        "id": CONTACT_ID, "caseId": CASE_ID, "party": "school", "channel": "phone",
        "outcome": "reached", "occurredAt": AT, "recordedAt": AT, "recordedBy": USER_ID,
        "recordedByName": "Case Manager", "riskAssessedAt": null,
        "notes": "Spoke with the dean.", "corrects": null, "correctedBy": null,
        "correctedAt": null, "withdrawn": false, "correctionReason": null,
    })
}

fn document() -> Value {
    json!({
        "id": DOCUMENT_ID, "caseId": CASE_ID, "name": "hui-notes.txt",
        "mediaType": "text/plain", "size": 17,
        "sha256": "61ca9606b97b72f57e414661fd0dfe11a6b1ed6386dcc674cf3ca2476e62ed63",
        "visibility": "shared", "state": "clean", "uploadedBy": USER_ID,
        "uploadedByName": "Case Manager", "uploadedAt": AT, "scannedAt": AT,
        "correctionReason": null, "version": 1,
    })
}

fn person() -> Value {
    json!({ "kind": "user", "id": USER_ID, "name": "Case Manager" })
}

fn field_change() -> Value {
    json!({
        "id": "01990000-0000-7000-8000-00000000000b", "at": AT, "changedBy": person(),
        "recordKind": "student", "recordId": STUDENT_ID, "version": 2,
        "field": "preferredGivenNames", "from": null, "to": "Āria", "withheld": false,
    })
}

fn file_read() -> Value {
    json!({
        "at": AT, "reader": person(), "role": "case_manager", "provider": provider(),
        "school": null, "operation": "cases:read", "recordKind": "case",
        "requestId": "01990000-0000-7000-8000-00000000000a",
    })
}

fn conflicts(status: u16) -> Value {
    if status != 412 {
        return json!([]);
    }
    json!([{
        "pointer": "/phone", "collides": true, "yours": "021 000 0002", "theirs": "021 000 0003",
        "withheld": false, "changedBy": person(), "changedAt": AT, "version": 2,
    }])
}

/// The example of a refusal.
pub(super) fn problem(status: u16) -> Value {
    use crate::problem::Code;
    let code = match status {
        400 => Code::MalformedJson,
        401 => Code::Unauthenticated,
        403 => Code::RoleMayNot,
        404 => Code::NotFound,
        406 => Code::NotAcceptable,
        408 => Code::BodyTooSlow,
        409 => Code::ReferralAlreadyDecided,
        410 => Code::ContentMissing,
        412 => Code::Stale,
        413 => Code::BodyTooLarge,
        415 => Code::UnsupportedMediaType,
        416 => Code::RangeNotSatisfiable,
        422 => Code::InvalidBody,
        428 => Code::PreconditionRequired,
        429 => Code::TooManyRequests,
        503 => Code::Unavailable,
        _ => Code::Internal,
    };
    json!({
        "type": format!("https://api.ascms.invalid/problems/{code}"),
        "title": code.title_en(), "status": status, "detail": code.cause(),
        "instance": "/v1/referrals", "code": code,
        "requestId": "01990000-0000-7000-8000-00000000000a", "errors": [],
        "conflicts": conflicts(status),
    })
}

/// The example of a parameter, where a call with it works on the sandbox.
pub(super) fn parameter(name: &str) -> Option<Value> {
    Some(match name {
        "contactId" | "entryId" | "taskId" | "barrierId" | "documentId" | "readerId"
        | "siblingId" | "Range" | "If-Range" => {
            return None;
        }
        "limit" => json!(50),
        "level" => json!("national"),
        "measure" => json!("school_contact"),
        "withinDays" => json!(5),
        "term" => json!("2026-1"),
        "since" => json!("2026-02-02T00:00:00Z"),
        "schoolNumber" => json!(SCHOOL_NUMBER),
        "queue" => json!("new_to_me"),
        "changedAfter" => json!(POSITION),
        other => return super::reference_examples::parameter(other),
    })
}

/// A parameter in words, where its annotation has none.
pub(super) fn parameter_words(name: &str) -> String {
    match name {
        "limit" => "How many items a page has; 50 when it is not given.".to_owned(),
        "cursor" => "`nextCursor` of the page before, with the same filters.".to_owned(),
        "includeTotal" => "Whether to count all items too.".to_owned(),
        "id" => "The record's id.".to_owned(),
        "contactId" => "The contact's id.".to_owned(),
        "entryId" => "The entry's id.".to_owned(),
        "taskId" => "The task's id.".to_owned(),
        "barrierId" => "The barrier's id.".to_owned(),
        "documentId" => "The document's id.".to_owned(),
        "readerId" => "The naming's id.".to_owned(),
        "siblingId" => "The sibling's id.".to_owned(),
        other => format!("Filters by {other}."),
    }
}
