//! What several examples show: a student, a case, a school, an instant, the content of a document.

use serde_json::{Value, json};

use super::example_ids::{CASE_ID, SCHOOL_NUMBER, STUDENT_ID, USER_ID};

/// A document whole.
pub(super) const CONTENT: &str = "Hui on Thursday.\n";

pub(super) const AT: &str = "2026-03-02T20:15:00Z";

pub(super) fn student() -> Value {
    json!({
        "id": STUDENT_ID, "givenNames": "Āria", "familyName": "Example",
        "birthDate": "2013-05-06", "yearLevel": 8,
    })
}

pub(super) fn student_file() -> Value {
    json!({
        "id": STUDENT_ID, "nsn": "0000000017", "legalGivenNames": "Āria Mere",
        "legalFamilyName": "Example", "preferredGivenNames": "Āria",
        "preferredFamilyName": null, "birthDate": "2013-05-06", "gender": "21",
        "ethnicities": ["2"], "iwi": [], "homeLanguage": "mri", "interpreterWanted": false,
        "teReoPreferred": true, "yearLevel": 8, "addressProtected": false, "safetyAlerts": [],
        "enrolments": [{
            "school": school(), "enrolledOn": null, "leftOn": null, "leavingReason": null,
        }],
        "mergedIds": [],
        "version": 1, "updatedAt": AT,
    })
}

pub(super) fn school() -> Value {
    json!({ "number": SCHOOL_NUMBER, "name": "Example College" })
}

pub(super) fn provider() -> Value {
    json!({ "code": "P01", "name": "Example Attendance Trust" })
}

pub(super) fn case_summary() -> Value {
    json!({
        "id": CASE_ID, "number": "AS-2026-000001", "status": "active",
        "referralDate": "2026-03-02", "student": student(), "school": school(),
        "provider": provider(), "caseManager": { "id": USER_ID, "name": "Case Manager" },
        "openedAt": AT, "version": 2, "updatedAt": AT,
    })
}
