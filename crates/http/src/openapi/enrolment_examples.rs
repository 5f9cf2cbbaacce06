//! Examples of what is sent of students' enrolments, and of what stands.

use serde_json::{Value, json};

use super::example_ids::STUDENT_ID;
use super::record_examples::AT;

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "SendEnrolmentsBody" => json!({
            "sentAt": "2026-03-09T03:15:00Z", "count": 3,
            "statements": [
                {
                    "said": "enrolled", "schoolNumber": "9001", "nsn": "0000000017",
                    "birthDate": "2013-05-06", "firstDay": "2026-03-09", "yearLevel": 9,
                },
                {
                    "said": "left", "schoolNumber": "9001", "studentId": STUDENT_ID,
                    "lastDay": "2026-03-06", "leavingReason": "other_school", "destination": "9101",
                },
                {
                    "said": "alternative_pathway", "schoolNumber": "9001", "nsn": "0000000025",
                    "pathway": "activity_centre", "firstDay": "2026-03-09",
                },
            ],
        }),
        "EnrolmentsReceived" => json!({
            "changed": 1, "withoutEffect": 0, "unchanged": 0, "unconfirmed": 0,
            "faults": [{
                "pointer": "/statements/1", "code": "unknown_student",
                "detail": "no student of whom you may know is meant by this",
            }],
            "moreFaults": 0,
            "warnings": [{
                "pointer": "/statements/0", "code": "ended_elsewhere",
                "detail": "this ended an enrolment at another school",
            }],
        }),
        "AgreeToClaim" => json!({}),
        "OpposeClaim" => json!({ "comment": "She was here this morning." }),
        "EnrolmentClaimView" => json!({
            "id": "01990000-0000-7000-8000-00000000000a", "studentId": STUDENT_ID,
            "school": { "number": "9002", "name": "Second College" },
            "fromSchool": { "number": "9001", "name": "Example College" },
            "word": "referral", "madeAt": AT, "standing": "waiting", "opensOn": "2026-03-18",
            "answeredAt": null, "answeredAs": null, "comment": null, "version": 1,
        }),
        "StayView" => stay(),
        "PathwayView" => pathway(),
        "StudentEnrolments" => json!({ "items": [stay()], "pathways": [pathway()] }),
        "SendNonEnrolmentNotices" => json!({
            "count": 1,
            "notices": [{
                "sourceReference": "NEN-2026-0001", "schoolNumber": "9001",
                "student": {
                    "nsn": "0000000025", "legalGivenNames": "Tama", "legalFamilyName": "Example",
                    "birthDate": "2012-09-01", "yearLevel": 8,
                },
                "notEnrolledSince": "2026-02-02", "lastDayAttended": "2026-01-30",
                "reason": "Enrolled nowhere since the end of January.",
            }],
        }),
        "NoticedView" => noticed(),
        "NoticesReceived" => json!({
            "items": [noticed()],
            "faults": [{
                "pointer": "/notices/1", "code": "too_early",
                "detail": "the student has not been enrolled nowhere for 20 school days",
            }],
            "moreFaults": 0,
            "warnings": [],
        }),
        _ => return None,
    })
}

fn noticed() -> Value {
    json!({
        "pointer": "/notices/0", "sourceReference": "NEN-2026-0001",
        "referralId": "01990000-0000-7000-8000-000000000002", "status": "submitted",
        "known": false,
    })
}

fn pathway() -> Value {
    json!({
        "school": { "number": "9001", "name": "Example College" }, "pathway": "activity_centre",
        "firstDay": "2026-03-09", "sentAt": AT, "recordedAt": AT,
    })
}

fn stay() -> Value {
    json!({
        "school": { "number": "9001", "name": "Example College" },
        "firstDay": "2026-02-03", "lastDay": "2026-03-06", "leavingReason": "other_school",
        "destination": "9101", "yearLevel": 9, "sentAt": AT, "recordedAt": AT,
        "leftSentAt": AT, "leftRecordedAt": AT,
    })
}
