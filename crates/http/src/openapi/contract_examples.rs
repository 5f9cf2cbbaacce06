//! Examples of the schemas of contracts and obligations.

use serde_json::{Value, json};

use super::example_ids::{CONTRACT_ID, DUTY_ID, PROVIDER_ID, USER_ID};
use super::record_examples::{AT, provider};

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "AddContract" => json!({
            "number": "AS-2027-0001", "organisationId": PROVIDER_ID, "kind": "catchment",
            "catchments": ["C01"], "startsOn": "2027-01-01", "endsOn": "2028-12-31",
            "contacts": [contact()], "holidayRegion": "northland",
            "approvalPolicy": "second_person", "dutyProfile": "catchment",
        }),
        "UpdateContract" => json!({ "endsOn": "2029-12-31" }),
        "EndContract" => {
            json!({ "endsOn": "2026-03-01", "comment": "The provider gave up the service." })
        }
        "SetContractYear" => json!({
            "amountCents": 123_456_700, "withholdingPercent": 10, "withholdingPer": "term",
            "basicNeedsCents": 2_500_000,
        }),
        "ContractView" => contract(),
        "WaiveObligation" => json!({ "reason": "The contract begins after the term." }),
        "ObligationView" => obligation(),
        "ObligationCountsView" => json!({ "on": "2026-11-16", "items": [{
            "organisationId": PROVIDER_ID, "organisation": provider(), "upcoming": 4, "open": 3,
            "overdue": 1, "done": 6, "doneLate": 0, "waived": 1, "lapsed": 0,
        }] }),
        _ => return None,
    })
}

fn contact() -> Value {
    json!({
        "name": "Contract Manager", "phone": "021 000 0003", "email": "contracts@example.invalid",
        "role": "Contract manager",
    })
}

fn contract() -> Value {
    json!({
        "id": CONTRACT_ID, "number": "AS-2026-0001", "organisationId": PROVIDER_ID,
        "organisation": provider(), "kind": "catchment", "catchments": ["C01"],
        "schoolNumber": null, "startsOn": "2026-01-01", "endsOn": null, "status": "active",
        "statusSince": AT, "statusBy": USER_ID, "comment": null, "contacts": [contact()],
        "holidayRegion": "northland", "approvalPolicy": "second_person",
        "dutyProfile": "catchment",
        "years": [{
            "year": 2026, "amountCents": 123_456_700, "withholdingPercent": 10,
            "withholdingPer": "term", "basicNeedsCents": 2_500_000, "updatedAt": AT,
        }],
        "allowedActions": [
            { "action": "activate", "allowed": false, "code": "not_in_this_state" },
            { "action": "end", "allowed": true, "code": null },
        ],
        "addedBy": USER_ID, "addedAt": AT, "version": 3, "updatedAt": AT,
    })
}

fn obligation() -> Value {
    json!({
        "id": DUTY_ID, "kind": "service_delivery_plan", "organisationId": PROVIDER_ID,
        "organisation": provider(), "contractId": CONTRACT_ID, "contractNumber": "AS-2026-0001",
        "bulletinId": null, "period": "2027", "status": "open", "overdue": false,
        "opensOn": "2026-10-01", "dueOn": "2026-11-15", "calendarVersion": "contract-2026/1+0",
        "endedOn": null, "endedBy": null, "waiverReason": null, "version": 1,
    })
}
