//! Examples of what is found out about students beside their files.

use serde_json::{Value, json};

use super::example_ids::{REFERRAL_ID, STUDENT_ID, USER_ID};
use super::record_examples::{AT, student, student_file};

const REVIEW_ID: &str = "01990000-0000-7000-8000-000000000031";
const SENT_STUDENT_ID: &str = "01990000-0000-7000-8000-000000000018";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "MatchReviewSummaryView" => json!({
            "id": REVIEW_ID, "status": "open", "student": sent(student()), "candidates": 1,
            "createdAt": AT, "settlement": null,
        }),
        "MatchReviewView" => match_review(),
        "SettleMatchReview" => json!({
            "outcome": "different", "reason": "Cousins of one name, as the school told us.",
        }),
        "NameProtectedAddressReader" => json!({ "userId": USER_ID }),
        "ProtectedAddressReaderView" => json!({
            "id": "01990000-0000-7000-8000-000000000032", "studentId": STUDENT_ID,
            "userId": USER_ID, "name": "Case Manager",
            "providerId": "01990000-0000-7000-8000-000000000008", "effective": true,
            "namedAt": AT, "namedBy": USER_ID, "endedAt": null, "endedBy": null,
        }),
        "DeclareSibling" => json!({ "siblingId": SENT_STUDENT_ID }),
        "SiblingView" => sibling(),
        "SiblingsView" => json!({ "items": [sibling()] }),
        "SendAttendanceBody" => json!({
            "schoolNumber": "9001", "sentAt": "2026-03-09T03:15:00Z", "count": 1,
            "students": [{
                "studentId": STUDENT_ID,
                "days": [
                    { "date": "2026-03-05", "codes": ".PPP.LP.P" },
                    { "date": "2026-03-06", "morning": "P", "afternoon": "M" },
                    { "date": "2026-03-09", "halfDays": { "present": 1, "unjustified": 1 } },
                ],
            }],
        }),
        "AttendanceReceived" => json!({
            "newDays": 2, "replacedDays": 1, "outdatedDays": 0, "unchangedDays": 0, "terms": 0,
            "faults": [{
                "pointer": "/students/0/days/3", "code": "in_the_future",
                "detail": "the day has not come yet",
            }],
            "moreFaults": 0,
            "warnings": [],
            "moreWarnings": 0,
        }),
        "StudentAttendance" => attendance(),
        "AttendanceConcernView" => attendance_concern(),
        "ReferralDraftView" => referral_draft(),
        other => return super::enrolment_examples::of(other),
    })
}

fn attendance() -> Value {
    let half_days = |present, justified, unjustified| {
        json!({
            "present": present, "justified": justified, "unjustified": unjustified,
            "unclassified": 0, "possible": present + justified + unjustified,
        })
    };
    json!({
        "studentId": STUDENT_ID, "term": "2026-1", "halfDays": half_days(4, 1, 1), "rate": 0.6667,
        "band": "chronic", "daysAbsent": 1, "thresholds": [], "trend": null,
        "days": [
            { "date": "2026-03-05", "schoolNumber": "9001", "halfDays": half_days(2, 0, 0) },
            { "date": "2026-03-06", "schoolNumber": "9001", "halfDays": half_days(1, 1, 0) },
            { "date": "2026-03-09", "schoolNumber": "9001", "halfDays": half_days(1, 0, 1) },
        ],
        "summarisedSchools": [], "calendarVersion": "contract-2026/1+0", "asOf": AT,
    })
}

fn attendance_concern() -> Value {
    json!({
        "student": student(), "nsn": "0000000017", "term": "2026-1",
        "halfDays": {
            "present": 20, "justified": 8, "unjustified": 12, "unclassified": 0, "possible": 40,
        },
        "rate": 0.5, "band": "chronic", "daysAbsent": 10,
        "thresholds": [
            { "daysAbsent": 5, "on": "2026-02-13" }, { "daysAbsent": 10, "on": "2026-02-27" },
        ],
        "trend": null, "referral": prospect(),
    })
}

/// A student whose referral waits.
fn prospect() -> Value {
    json!({
        "meetsCriteria": true, "adviceLevel": "highly_recommended",
        "reasons": ["attended_half_or_less"], "ruleVersion": "eligibility-2026-1",
        "alreadyInService": {
            "standing": "referral_waiting", "referralId": REFERRAL_ID, "caseId": null,
        },
    })
}

fn referral_draft() -> Value {
    json!({
        "studentId": STUDENT_ID,
        "referral": {
            "source": null, "sourceReference": null, "schoolNumber": "9001",
            "inSchoolProvision": false, "primaryContactId": null,
            "student": {
                "nsn": "0000000017", "legalGivenNames": "Āria Mere", "legalFamilyName": "Example",
                "preferredGivenNames": "Āria", "preferredFamilyName": null,
                "birthDate": "2013-05-06", "gender": "21", "ethnicities": ["2"], "iwi": [],
                "homeLanguage": null, "interpreterWanted": false, "teReoPreferred": false,
                "yearLevel": 8, "addressProtected": false, "whanauContacts": [],
            },
            "supportRequest": {
                "kind": "chronic_absence", "reason": null, "barriers": [],
                "schoolResponse": {
                    "starSteps": [], "attendanceManagementPlan": null, "individualPlanTried": null,
                },
                "agencies": [], "safetyAlerts": [], "whanauToldOn": null, "consentNotes": null,
                "attendance": [
                    { "term": "2026-1", "possibleHalfDays": 40, "presentHalfDays": 20 },
                ],
                "continuingSupport": false, "visaStatus": null, "nonEnrolment": null,
            },
        },
        "missing": [
            "/supportRequest/reason", "/supportRequest/schoolResponse/attendanceManagementPlan",
            "/supportRequest/schoolResponse/individualPlanTried",
        ],
        "assumed": ["/supportRequest/whanauToldOn", "/supportRequest/schoolResponse"],
        "assessment": prospect(),
        "baseline": {
            "term": "2026-1",
            "terms": [{
                "term": "2026-1",
                "halfDays": {
                    "present": 20, "justified": 8, "unjustified": 12, "unclassified": 0,
                    "possible": 40,
                },
                "rate": 0.5, "days": 20, "summarisedSchools": [], "schoolHalfDays": 94,
                "lastDay": "2026-02-27", "reportedAt": AT,
            }],
            "calendarVersion": "contract-2026/1+0", "asOf": AT,
        },
    })
}

fn match_review() -> Value {
    json!({
        "id": REVIEW_ID, "status": "settled", "sentNsn": "0000000017",
        "student": sent(without_number(student_file())),
        "candidates": [{
            "candidate": 1, "score": 75, "reasons": ["same_nsn", "same_name"],
            "doubts": ["other_birth_date"], "student": student_file(),
        }],
        "createdAt": AT,
        "settlement": {
            "outcome": "same_as", "candidate": 1,
            "mergeId": "01990000-0000-7000-8000-000000000017",
            "reason": "The school sent the birth date with a typing error.",
            "settledAt": AT, "settledBy": USER_ID,
        },
    })
}

fn sibling() -> Value {
    json!({
        "student": {
            "id": SENT_STUDENT_ID, "givenNames": "Tama", "familyName": "Example",
            "birthDate": "2011-03-04", "yearLevel": 10,
        },
        "declaredAt": AT, "declaredBy": USER_ID, "endedAt": null, "endedBy": null,
    })
}

/// The record that was made of what was sent, before anybody looked.
fn sent(mut student: Value) -> Value {
    if let Some(members) = student.as_object_mut() {
        members.insert("id".to_owned(), json!(SENT_STUDENT_ID));
        members.insert("birthDate".to_owned(), json!("2013-06-05"));
    }
    student
}

fn without_number(mut student: Value) -> Value {
    if let Some(members) = student.as_object_mut() {
        members.insert("nsn".to_owned(), Value::Null);
    }
    student
}
