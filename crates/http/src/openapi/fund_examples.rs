//! Examples of the schemas of needs and funds.

use serde_json::{Value, json};

use super::example_ids::{CASE_ID, CONTRACT_ID, PROVIDER_ID, USER_ID};
use super::example_records::{CONTRACT_TO_BEGIN_WITH_ID, FUND_ID, NEED_ID};
use super::record_examples::{AT, provider, school};

const FUND_ENTRY_ID: &str = "01990000-0000-7000-8000-000000000053";

/// The example of a schema, by its name.
pub(super) fn of(schema: &str) -> Option<Value> {
    Some(match schema {
        "AskForNeed" => json!({
            "category": "footwear", "amountCents": 12_000,
            "purpose": "School shoes, so that the student can come on the days with sport.",
        }),
        "DecideNeed" => json!({ "outcome": "approved" }),
        "CancelNeed" => json!({ "comment": "The school has shoes to lend." }),
        "RecordSpending" => json!({
            "amountCents": 8_990, "spentOn": "2026-03-02", "supplier": "Example Shoes",
        }),
        "RecordRefund" => json!({
            "amountCents": 990, "refundedOn": "2026-03-02", "reason": "One pair went back.",
        }),
        "ReviewNeed" => json!({ "outcome": "confirmed" }),
        "NeedView" => need(),
        "OpenFund" => json!({ "contractId": CONTRACT_TO_BEGIN_WITH_ID, "year": 2026 }),
        "ProposeBudgetChange" => json!({
            "amountCents": 500_000, "reason": "More students than the year began with.",
        }),
        "DecideBudget" => json!({ "outcome": "confirmed" }),
        "OverrideFund" => json!({
            "amountCents": 100_000, "reason": "A flood took the clothes of six families.",
        }),
        "FundView" => fund(),
        "FundEntryView" => entry(),
        "FundReportView" => report(),
        _ => return None,
    })
}

fn need() -> Value {
    json!({
        "id": NEED_ID, "caseId": CASE_ID, "contractId": CONTRACT_ID, "providerId": PROVIDER_ID,
        "fundId": FUND_ID, "status": "part_spent", "category": "footwear", "amountCents": 12_000,
        "committedCents": 3_010, "spentCents": 8_990,
        "purpose": "School shoes, so that the student can come on the days with sport.",
        "barrierId": null, "neededBy": null, "furtherCaseIds": [], "othersSupported": 0,
        "documentIds": [], "askedBy": USER_ID, "askedAt": AT, "decideBy": "2026-03-06",
        "decidedBy": USER_ID, "decidedAt": AT, "comment": null, "textWithheld": false,
        "settleBy": "2026-04-16", "settledBy": null, "settledAt": null,
        "calendarVersion": "contract-2026/1+0", "review": null,
        "allowedActions": [
            { "action": "cancel", "allowed": false, "code": "not_in_this_state" },
            { "action": "record_spending", "allowed": true, "code": null },
        ],
        "version": 3, "updatedAt": AT,
    })
}

fn fund() -> Value {
    json!({
        "id": FUND_ID, "contractId": CONTRACT_ID, "contractNumber": "AS-2026-0001",
        "provider": provider(), "year": 2026, "status": "open", "budgetCents": 2_500_000,
        "overridesCents": 0, "committedCents": 3_010, "spentCents": 8_990,
        "leftCents": 2_488_000,
        "proposed": {
            "amountCents": 500_000, "reason": "More students than the year began with.",
            "proposedBy": USER_ID, "proposedAt": AT,
        },
        "allowedActions": [
            { "action": "override", "allowed": true, "code": null },
            { "action": "close", "allowed": false, "code": "open_commitments" },
        ],
        "openedBy": USER_ID, "openedAt": AT, "closedBy": null, "closedAt": null, "version": 5,
        "updatedAt": AT,
    })
}

fn entry() -> Value {
    json!({
        "id": FUND_ENTRY_ID, "fundId": FUND_ID, "kind": "spend", "amountCents": 8_990,
        "drawnCents": 8_990, "needId": NEED_ID, "category": "footwear", "spentOn": "2026-03-02",
        "supplier": "Example Shoes", "receiptId": null, "reason": null, "textWithheld": false,
        "recordedBy": USER_ID, "recordedAt": AT,
    })
}

fn sum(cents: i64, filter: &str) -> Value {
    json!({ "cents": cents, "entries": format!("/v1/funds/{FUND_ID}/entries?part={filter}") })
}

fn report() -> Value {
    json!({
        "fundId": FUND_ID, "contractId": CONTRACT_ID, "provider": provider(), "year": 2026,
        "status": "open", "asOf": AT, "budget": sum(2_500_000, "budget"),
        "overrides": sum(0, "overrides"), "committed": sum(3_010, "committed"),
        "spent": sum(8_990, "spent"), "leftCents": 2_488_000, "usedTenThousandths": 36,
        "students": 1, "othersSupported": 0,
        "byCategory": [{
            "category": "footwear", "spent": sum(8_990, "spent&category=footwear"),
            "entryCount": 1,
        }],
        "byMonth": [{ "month": 3, "spent": sum(8_990, "spent&month=3"), "entryCount": 1 }],
        "bySchool": [{
            "school": school(), "spent": sum(8_990, "spent&schoolNumber=9001"), "entryCount": 1,
        }],
    })
}
