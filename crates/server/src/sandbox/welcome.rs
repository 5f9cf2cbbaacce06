//! What a newcomer reads when the sandbox is up: a token for each persona, where the documentation
//! is, three calls to try.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use chrono::{DateTime, Datelike, Utc};
use serde_json::json;

use crate::console;
use crate::sandbox::SCHOOL_NUMBER;
use crate::sandbox::keys::{KeyError, SandboxKeys};
use crate::sandbox::personas;

/// Can do all three of the calls.
const CALLER: Role = Role::AttendanceLead;

/// How old the student of the example is: well within the years of school.
const AGE: i32 = 12;

pub fn greet(keys: &SandboxKeys, now: DateTime<Utc>, public_url: &str) -> Result<(), KeyError> {
    console::line("A token for each persona, good for 12 hours:\n");
    for (name, role) in personas::all() {
        let token = personas::token(keys, &name, role, now)?;
        console::line(&format!("{name:18} {token}"));
    }
    console::line(&format!("\nDocumentation, with try-it: {public_url}/docs"));
    let name = personas::name(CALLER);
    console::line(&format!("\nThree calls to try, as the {name} of school {SCHOOL_NUMBER}:\n"));
    console::line(&format!("export TOKEN={}", personas::token(keys, &name, CALLER, now)?));
    for call in first_calls(now, public_url) {
        console::line(&call);
    }
    Ok(())
}

/// Lines for a shell; each works as it stands, on any day.
pub(super) fn first_calls(now: DateTime<Utc>, public_url: &str) -> [String; 3] {
    let today = nz_date(now);
    let year = today.year();
    let curl = "curl -sS -H \"Authorization: Bearer $TOKEN\"";
    // Somebody who is enrolled nowhere needs no attendance of this term.
    let referral = json!({
        "schoolNumber": SCHOOL_NUMBER,
        "student": {
            "legalGivenNames": "Tui",
            "legalFamilyName": "Example",
            "birthDate": format!("{}-05-06", year.saturating_sub(AGE)),
        },
        "supportRequest": {
            "kind": "non_enrolment",
            "reason": "Left our roll and has not started anywhere else.",
            "schoolResponse": { "attendanceManagementPlan": false, "individualPlanTried": false },
            "nonEnrolment": { "sender": "school" },
        },
    });
    [
        format!("{curl} '{public_url}/v1/schools?limit=2'"),
        format!(
            "{curl} -H 'Content-Type: application/json' {public_url}/v1/referrals -d '{referral}'"
        ),
        format!("{curl} '{public_url}/v1/measures?level=school&from={year}-01-01&to={today}'"),
    ]
}
