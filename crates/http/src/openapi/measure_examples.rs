//! Examples of the measures' schemas and parameters.

use serde_json::{Value, json};

use super::example_ids::{CASE_ID, REFERRAL_ID, SCHOOL_NUMBER, STUDENT_ID, USER_ID};
use super::record_examples::AT;
use super::reference_examples::RECALCULATION_ID;

const JOB_ID: &str = "01990000-0000-7000-8000-000000000009";
const PUBLICATION_ID: &str = "01990000-0000-7000-8000-000000000008";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "MeasuresView" => measures(),
        "VolumesView" => volumes(),
        "ChangesView" => json!({
            "items": [{
                "referralId": REFERRAL_ID, "studentId": STUDENT_ID, "referralDate": "2026-03-02",
                "before": { "standing": "missed", "exclusion": null, "part": null },
                "after": { "standing": "met", "exclusion": null, "part": null },
                "cause": "attendance", "knownFrom": AT,
            }],
            "nextCursor": null,
            "before": {
                "asOf": AT, "withinDays": null, "ruleVersion": "outcomes-2026-1b",
                "calendarVersion": "contract-2026/1+0",
            },
            "after": {
                "asOf": AT, "withinDays": null, "ruleVersion": "outcomes-2026-1b",
                "calendarVersion": "contract-2026/1+0",
            },
        }),
        "ExportMeasures" => json!({ "level": "school", "term": "2026-1", "by": "kind" }),
        "JobView" => json!({
            "id": JOB_ID, "kind": "measure_rows", "state": "done", "failure": null,
            "orderedAt": AT, "startedAt": AT, "finishedAt": AT, "expiresAt": AT, "lines": 1200,
            "bytes": 720_000, "result": format!("/v1/jobs/{JOB_ID}/result"),
        }),
        "PublishMeasure" => json!({ "term": "2025-4", "measure": "school_contact" }),
        "PublicationView" => json!({
            "id": PUBLICATION_ID, "term": "2025-4", "measure": "school_contact", "asOf": AT,
            "publishedAt": AT, "threshold": 6, "base": 3, "ruleVersion": "service-levels-2026-1b",
            "calendar": "contract-2026", "calendarVersion": "contract-2026/1+0",
        }),
        "PublishedRowView" => json!({
            "level": "provider", "key": "P01", "name": "Example Attendance Trust",
            "classification": "ethnic_group", "category": "maori", "withinDays": 5,
            "met": { "count": 81, "hidden": false }, "missed": { "count": 15, "hidden": false },
            "denominator": { "count": 99, "hidden": false }, "rate": 0.8182,
        }),
        "MembersView" => json!({
            "items": [{
                "referralId": REFERRAL_ID, "studentId": STUDENT_ID, "caseId": CASE_ID,
                "caseNumber": "AS-2026-000001", "schoolNumber": SCHOOL_NUMBER,
                "providerCode": "P01", "referralDate": "2026-03-02", "dueOn": "2026-03-09",
                "days": 2, "outcome": null, "standing": "met", "exclusion": null,
                "excludedOn": null, "knownFrom": AT, "cause": "contact",
            }],
            "nextCursor": null, "total": null, "moreThanTotal": false, "ruleVersion": "service-levels-2026-1b",
            "calendarVersion": "contract-2026/1+0", "asOf": AT,
        }),
        "MeasureRowsView" => json!({ "items": [row()], "nextCursor": null }),
        "MeasureColumnsView" => json!({ "items": [{
            "name": "targetMet", "type": "boolean", "unit": null, "nullable": true,
            "labels": { "en": "Target kept", "mi": "Kua tutuki te whāinga" },
            "miReviewed": false,
            "meaning": "Whether the target is kept; null while anything is pending.",
            "source": "contract",
        }] }),
        "RecalculationView" => json!({
            "id": RECALCULATION_ID, "cause": "holiday", "subject": "2026-08-14",
            "orderedBy": USER_ID, "orderedAt": AT, "from": "2015-01-01", "to": "2026-08-14",
            "total": 12400, "done": 4200, "lastReferralId": REFERRAL_ID, "startedAt": AT,
            "finishedAt": null,
        }),
        _ => return None,
    })
}

fn row() -> Value {
    json!({
        "period": "2026-1", "periodFrom": "2026-01-26", "periodTo": "2026-04-02",
        "reach": "nation", "level": "national", "key": "national", "name": null, "by": null,
        "part": null, "measure": "school_contact", "withinDays": 5, "met": 83, "missed": 17,
        "denominator": 100, "pending": 4, "excludedTotal": 2, "excludedDeclined": 0,
        "excludedWithdrawn": 2, "excludedRedirected": 0, "excludedResolved": 0,
        "excludedJoinedToOpenCase": 0, "excludedNoProvider": 0, "excludedDied": 0,
        "excludedMovedOverseas": 0, "excludedNoBaseline": 0, "excludedTooLittleAttendance": 0,
        "excludedContactDetailsNotCurrent": 0, "targetPercent": 80, "rateTenThousandths": 8300,
        "rate": 0.83, "targetMet": null, "ruleVersion": "service-levels-2026-1b",
        "calendarVersion": "contract-2026/1+0", "asOf": AT, "deadlinePassedMet": 78,
        "deadlinePassedDenominator": 95, "deadlinePassedRate": 0.8211,
    })
}

fn measures() -> Value {
    json!({
        "level": "national", "from": "2026-01-26", "to": "2026-04-02", "except": [], "reach": "nation",
        "by": null,
        "items": [{ "key": "national", "name": null, "part": null, "numbers": [{
            "measure": "school_contact", "withinDays": 5, "numerator": 83, "denominator": 100,
            "rate": 0.83,
            "deadlinePassed": { "numerator": 78, "denominator": 95, "rate": 0.8211 },
            "pending": 4, "excluded": [{ "reason": "withdrawn", "count": 2 }],
            "targetPercent": 80, "met": null, "ruleVersion": "service-levels-2026-1b",
        }] }],
        "nextCursor": null, "calendar": "contract-2026",
        "calendarVersion": "contract-2026/1+0", "asOf": AT,
    })
}

fn volumes() -> Value {
    let sustained = |over: u32, not_over: u32, pending: u32, rate: f64| {
        json!({
            "over": over, "notOver": not_over, "pending": pending, "tooLittleAttendance": 2,
            "rate": rate,
        })
    };
    json!({
        "level": "national", "from": "2026-01-26", "to": "2026-04-02", "except": [], "reach": "nation",
        "by": null,
        "items": [{
            "key": "national", "name": null, "part": null, "received": 120, "inSchool": 30,
            "inSchoolShare": 0.25, "waiting": 6, "withoutProvider": 1,
            "declined": [{ "code": "not_eligible", "count": 4 }], "withdrawn": 2, "redirected": 3,
            "joinedToOpenCase": 2, "resolved": 2, "accepted": 100,
            "daysToAccept": { "median": 2, "p90": 6 }, "open": 72, "unassigned": 5, "paused": 3,
            "closed": [{ "code": "attendance_sustained", "count": 28 }], "reopened": 1,
            "barriers": [{ "code": "transport", "count": 17 }],
            "sustainedFirstTerm": sustained(12, 6, 8, 0.6667),
            "sustainedSecondTerm": sustained(6, 6, 14, 0.5),
        }],
        "nextCursor": null, "calendar": "contract-2026",
        "calendarVersion": "contract-2026/1+0", "ruleVersion": "outcomes-2026-1b", "asOf": AT,
    })
}
