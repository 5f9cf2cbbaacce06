//! Of the codes about contracts, and what providers do for them.

/// Code and example.
pub(super) const EXAMPLES: &[(&str, &str)] = &[
    (
        "over_budget",
        "`POST /v1/needs/{id}/decision` with `approved`, on a need of more than `leftCents` of the fund.",
    ),
    (
        "over_commitment",
        "`POST /v1/needs/{id}/spending` as `case-manager`, with more than `committedCents` of the need.",
    ),
    ("own_request", "`POST /v1/needs/{id}/decision` as the workflow lead who asked for the need."),
    ("provider_decides", "`POST /v1/needs/{id}/decision` as `ministry-admin`."),
    ("fund_closed", "`POST /v1/needs/{id}/refunds` on a need whose fund is closed."),
    (
        "no_fund",
        "`POST /v1/needs/{id}/decision` with `approved`, where the contract has no fund of this year.",
    ),
    (
        "refund_exceeds_spend",
        "`POST /v1/needs/{id}/refunds` with more than `spentCents` of the need.",
    ),
    ("fund_exists", "`POST /v1/funds` twice, for one contract and year, with two keys."),
    ("no_contract_year", "`POST /v1/funds` with a `year` that the contract does not set."),
    ("budget_proposed", "`POST /v1/funds/{id}/budget-change` twice, with two keys."),
    (
        "no_budget_proposed",
        "`POST /v1/funds/{id}/budget-change/decision` where nothing is proposed.",
    ),
    ("open_commitments", "`POST /v1/funds/{id}/closure` while a need of the fund is approved."),
    (
        "plan_exists_for_year",
        "`POST /v1/submissions` twice, for a plan of one contract and year, with two keys.",
    ),
    (
        "report_exists",
        "`POST /v1/submissions` twice, for one contract, template and period, with two keys.",
    ),
    (
        "term_not_over",
        "`POST /v1/submissions/{id}/submission` of a termly report before its term is over.",
    ),
    (
        "unknown_template_version",
        "`POST /v1/submissions` with the id of a template that was retired.",
    ),
    (
        "required_answers_missing",
        "`POST /v1/submissions/{id}/submission` of a draft without answers.",
    ),
    (
        "quarter_without_milestone",
        "`POST /v1/submissions/{id}/submission` of a plan without a milestone in the third quarter.",
    ),
    (
        "milestone_outside_year",
        "`PATCH /v1/submissions/{id}` with a milestone that is due in another year.",
    ),
    ("outside_year", "`POST /v1/needs/{id}/spending` with a day in another year than the fund's."),
    (
        "review_exists",
        "`POST /v1/performance-reviews` for a contract and a term that has its review.",
    ),
    (
        "findings_open",
        "`POST /v1/performance-reviews/{id}/conclusion` with a concern that no action answers.",
    ),
    (
        "not_concluded",
        "`POST /v1/performance-reviews/{id}/withholding-decisions` before the conclusion.",
    ),
    (
        "already_decided",
        "`POST /v1/performance-reviews/{id}/withholding-decisions` twice, without `supersedes`.",
    ),
    (
        "requirement_unmet_needs_second",
        "`POST /v1/performance-reviews/{id}/withholding-decisions/{number}/confirmation` of one's own decision, while the plan was late.",
    ),
    (
        "nothing_unmet",
        "`POST /v1/performance-reviews/{id}/withholding-decisions` with `withheld` while every requirement is met.",
    ),
    (
        "nothing_withheld",
        "`POST /v1/performance-reviews/{id}/withholding-decisions` while the contract has no amount for the year.",
    ),
    (
        "reason_required",
        "`POST /v1/performance-reviews/{id}/withholding-decisions` with `withheld`, without `reason`.",
    ),
];
