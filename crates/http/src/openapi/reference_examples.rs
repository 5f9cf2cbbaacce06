//! Examples of the reference data's schemas and parameters.

use serde_json::{Value, json};

use super::example_ids::{PROVIDER_ID, SCHOOL_NUMBER};
use super::members::set;
use super::record_examples::AT;

const DAY: &str = "2026-03-02";
const SCHOOL_ID: &str = "01990000-0000-7000-8000-000000000011";
const CATCHMENT_ID: &str = "01990000-0000-7000-8000-000000000012";
pub(super) const RECALCULATION_ID: &str = "01990000-0000-7000-8000-000000000031";
const CATCHMENT_CODE: &str = "C01";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "SchoolView" => school(),
        "CatchmentView" => catchment(),
        "CatchmentWithSchools" => {
            let mut catchment = catchment();
            set(&mut catchment, "schools", json!([school_of_catchment()]));
            catchment
        }
        "ProviderView" => provider(),
        "CodeSetSummary" => code_set(),
        "CodeSet" => {
            let mut listed = code_set();
            set(&mut listed, "codes", json!([code()]));
            listed
        }
        "CalendarView" => calendar(),
        "AddHoliday" => json!({
            "date": "2026-08-14", "region": null, "nameEn": "Day of Remembrance",
            "nameMi": "Te Rā Whakamaharatanga",
        }),
        "AddedHolidayView" => json!({
            "date": "2026-08-14", "region": null,
            "labels": { "en": "Day of Remembrance", "mi": "Te Rā Whakamaharatanga" },
            "miReviewed": false,
            "addedAt": AT, "calendarVersion": "contract-2026/1+1-6a8c3a1f0c11d9e2",
            "recalculationId": RECALCULATION_ID,
        }),
        "TermView" => term(),
        "TermDates" => json!({ "startsOn": "2026-01-27", "endsOn": "2026-04-02" }),
        "TermSetView" => json!({ "term": term(), "recalculationId": RECALCULATION_ID }),
        "RuleVersionView" => rule_version(),
        "AddRuleVersion" => json!({
            "version": "outcomes-2027-1", "validFrom": "2027-01-01", "outcomes": outcomes(),
        }),
        "AddedRuleVersionView" => json!({
            "added": rule_version(), "recalculationId": RECALCULATION_ID,
        }),
        _ => return None,
    })
}

fn school() -> Value {
    json!({
        "id": SCHOOL_ID,
        "number": SCHOOL_NUMBER,
        "name": "Example College",
        "kind": "Composite",
        "authority": "State",
        "regionalCouncil": "Northland Region",
        "educationRegion": "Tai Tokerau",
        "territorialAuthority": "Far North District",
        "holidayRegion": "northland",
        "latitude": -35.25,
        "longitude": 173.75,
        "roll": 412,
        "rollDate": "2026-02-01",
        "equityIndex": "491",
        "status": "open",
        "openedOn": "1971-02-01",
        "servedBy": {
            "on": DAY,
            "catchment": { "id": CATCHMENT_ID, "code": CATCHMENT_CODE, "name": "Example Hills" },
            "provider": provider(),
            "inSchoolProvider": null,
        },
        "version": 1,
        "updatedAt": "2026-01-05T00:00:00Z",
    })
}

fn catchment() -> Value {
    json!({
        "id": CATCHMENT_ID,
        "code": CATCHMENT_CODE,
        "name": "Example Hills",
        "educationRegion": "Tai Tokerau",
        "on": DAY,
        "provider": provider(),
        "version": 1,
    })
}

fn school_of_catchment() -> Value {
    json!({
        "number": SCHOOL_NUMBER, "name": "Example College", "kind": "Composite",
        "status": "open", "roll": 412, "inSchoolProvider": null,
    })
}

fn provider() -> Value {
    json!({
        "id": PROVIDER_ID,
        "code": "P01",
        "kind": "catchment_provider",
        "name": "Example Attendance Trust",
        "nameMi": "Te Tarati Tae ki te Kura",
        "status": "active",
    })
}

fn code_set() -> Value {
    json!({
        "name": "barriers",
        "labels": { "en": "Barriers to attendance", "mi": "Ngā taupā ki te tae ki te kura" },
        "closed": false,
        "miReviewed": false,
        "source": "ours",
        "version": 1,
        "updatedAt": "2026-01-05T00:00:00Z",
    })
}

fn code() -> Value {
    json!({
        "code": "transport",
        "labels": { "en": "Transport to school", "mi": "Te kawenga ki te kura" },
        "parent": null, "validFrom": null, "validTo": null, "countsAs": null,
    })
}

fn term() -> Value {
    json!({
        "term": "2026-1", "startsOn": "2026-01-27", "endsOn": "2026-04-02", "knownFrom": AT,
    })
}

fn rule_version() -> Value {
    json!({
        "rule": "outcomes", "version": "outcomes-2027-1", "validFrom": "2027-01-01", "addedAt": AT,
        "eligibility": null, "serviceLevels": null, "outcomes": outcomes(),
        "statutoryHolidays": null, "duties": null, "withholding": null,
    })
}

fn outcomes() -> Value {
    json!({
        "improvedAttendance": {
            "overPercent": 70, "improvedBy": 25, "improvement": "points",
            "minimumRecordPercent": 20, "noRecord": "excluded", "targetPercent": 70,
        },
        "enrolled": {
            "withinDays": 50, "targetPercent": 60, "confirmedWithinDays": 60,
            "confirmedWithinBusinessDays": 10, "contactConfirms": true,
        },
        "afterTransfer": "first_provider", "lateDecision": "missed_stays",
    })
}

fn calendar() -> Value {
    json!({
        "name": "contract-2026",
        "version": "contract-2026/1+0",
        "source": "ours: the contract's own definition of a business day is not public",
        "date": "2026-04-25",
        "region": "otago",
        "isBusinessDay": false,
        "closed": { "because": "weekend", "holiday": null },
        "addBusinessDays": 5,
        "dueOn": "2026-05-04",
        "holidays": [{
            "date": "2026-03-23",
            "labels": { "en": "Otago Anniversary Day", "mi": "Te Rā Huritau o Ōtākou" },
            "miReviewed": false,
            "region": "otago",
        }],
    })
}

/// The example of a parameter, where a call with it works on the sandbox.
pub(super) fn parameter(name: &str) -> Option<Value> {
    Some(match name {
        "number" => json!(SCHOOL_NUMBER),
        "code" | "catchment" => json!(CATCHMENT_CODE),
        "codeSet" => json!("barriers"),
        "calendar" => json!("contract-2026"),
        "on" => json!(DAY),
        "region" => json!("auckland"),
        "rule" => json!("outcomes"),
        "addBusinessDays" => json!(5),
        _ => return None,
    })
}
