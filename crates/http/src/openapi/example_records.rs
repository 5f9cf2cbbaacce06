//! The records around contracts that paths of the document name. The sandbox has each of them, in the state that
//! the operation needs; an operation that changes the state has a record of its own.

pub use super::example_ids::CONTRACT_ID;

/// A draft that covers no catchment of another contract.
pub const CONTRACT_TO_ACTIVATE_ID: &str = "01990000-0000-7000-8000-0000000000a1";
pub const CONTRACT_TO_END_ID: &str = "01990000-0000-7000-8000-0000000000a2";
/// In force, with no fund, no submission and no review.
pub const CONTRACT_TO_BEGIN_WITH_ID: &str = "01990000-0000-7000-8000-0000000000a3";

/// The published template of service delivery plans.
pub const PLAN_TEMPLATE_ID: &str = "01990000-0000-7000-8000-000000000042";

/// A draft.
pub const TEMPLATE_TO_EDIT_ID: &str = "01990000-0000-7000-8000-0000000000f1";
/// Another one.
pub const TEMPLATE_TO_PUBLISH_ID: &str = "01990000-0000-7000-8000-0000000000f2";
/// Published, and nobody answers it.
pub const TEMPLATE_TO_RETIRE_ID: &str = "01990000-0000-7000-8000-0000000000f3";

/// The fund of 2026, with a budget.
pub const FUND_ID: &str = "01990000-0000-7000-8000-0000000000b0";
/// Its budget was proposed by somebody else of the Ministry.
pub const FUND_TO_DECIDE_ID: &str = "01990000-0000-7000-8000-0000000000b1";
/// It promises nothing.
pub const FUND_TO_CLOSE_ID: &str = "01990000-0000-7000-8000-0000000000b2";

/// A need of 2026, a part of which is spent.
pub const NEED_ID: &str = "01990000-0000-7000-8000-0000000000c0";
pub const NEED_TO_DECIDE_ID: &str = "01990000-0000-7000-8000-0000000000c1";
pub const NEED_TO_CANCEL_ID: &str = "01990000-0000-7000-8000-0000000000c2";
/// Approved in 2026.
pub const NEED_TO_SPEND_ON_ID: &str = "01990000-0000-7000-8000-0000000000c3";
pub const NEED_TO_SETTLE_ID: &str = "01990000-0000-7000-8000-0000000000c4";
/// One person asked for it and approved it.
pub const NEED_TO_REVIEW_ID: &str = "01990000-0000-7000-8000-0000000000c5";

/// The plan of 2027: a draft with a document.
pub const SUBMISSION_ID: &str = "01990000-0000-7000-8000-000000000043";
/// The accepted plan of 2026.
pub const ACCEPTED_PLAN_ID: &str = "01990000-0000-7000-8000-0000000000d0";
/// A draft with every answer that is required.
pub const SUBMISSION_TO_SUBMIT_ID: &str = "01990000-0000-7000-8000-0000000000d1";
pub const SUBMISSION_TO_RETURN_ID: &str = "01990000-0000-7000-8000-0000000000d2";
pub const SUBMISSION_TO_ACCEPT_ID: &str = "01990000-0000-7000-8000-0000000000d3";

/// A concluded review without a decision on the withholding payment.
pub const REVIEW_ID: &str = "01990000-0000-7000-8000-000000000061";
/// Its agreed action, which is open.
pub const ACTION_ID: &str = "01990000-0000-7000-8000-000000000063";
pub const REVIEW_TO_COMMENT_ON_ID: &str = "01990000-0000-7000-8000-0000000000e1";
/// The provider commented on it.
pub const REVIEW_TO_MEET_ABOUT_ID: &str = "01990000-0000-7000-8000-0000000000e2";
/// The meeting was held.
pub const REVIEW_UNDER_WAY_ID: &str = "01990000-0000-7000-8000-0000000000e3";
/// The meeting was held, and no finding waits for an action.
pub const REVIEW_TO_CONCLUDE_ID: &str = "01990000-0000-7000-8000-0000000000e4";
/// Concluded, with an agreed action that the provider finished.
pub const REVIEW_TO_SETTLE_ID: &str = "01990000-0000-7000-8000-0000000000e5";
pub const ACTION_TO_SETTLE_ID: &str = "01990000-0000-7000-8000-0000000000e6";
/// Concluded, with a proposed decision.
pub const REVIEW_TO_CONFIRM_ID: &str = "01990000-0000-7000-8000-0000000000e7";
/// Concluded, with a confirmed release.
pub const REVIEW_TO_PAY_ID: &str = "01990000-0000-7000-8000-0000000000e8";

/// The id that a path has as an example, by the path and the parameter.
pub(super) fn of(path: &str, parameter: &str) -> Option<&'static str> {
    let (collection, step) = path.strip_prefix("/v1/")?.split_once("/{id}")?;
    match (parameter, collection) {
        ("id", "contracts") => of_contract(step),
        ("id", "funds") => of_fund(step),
        ("id", "needs") => of_need(step),
        ("id", "templates") => of_template(step),
        ("id", "submissions") => of_submission(step),
        ("id", "performance-reviews") => of_review(step),
        ("actionId", "performance-reviews") => match step {
            "/actions/{actionId}/completion" => Some(ACTION_ID),
            "/actions/{actionId}/settlement" => Some(ACTION_TO_SETTLE_ID),
            _ => None,
        },
        _ => None,
    }
}

fn of_contract(step: &str) -> Option<&'static str> {
    Some(match step {
        "" | "/years/{year}" => CONTRACT_ID,
        "/activation" => CONTRACT_TO_ACTIVATE_ID,
        "/ending" => CONTRACT_TO_END_ID,
        _ => return None,
    })
}

fn of_fund(step: &str) -> Option<&'static str> {
    Some(match step {
        "" | "/entries" | "/report" | "/budget-change" | "/overrides" => FUND_ID,
        "/budget-change/decision" => FUND_TO_DECIDE_ID,
        "/closure" => FUND_TO_CLOSE_ID,
        _ => return None,
    })
}

fn of_need(step: &str) -> Option<&'static str> {
    Some(match step {
        "" | "/refunds" => NEED_ID,
        "/decision" => NEED_TO_DECIDE_ID,
        "/cancellation" => NEED_TO_CANCEL_ID,
        "/spending" => NEED_TO_SPEND_ON_ID,
        "/settlement" => NEED_TO_SETTLE_ID,
        "/review" => NEED_TO_REVIEW_ID,
        _ => return None,
    })
}

fn of_template(step: &str) -> Option<&'static str> {
    Some(match step {
        "" => TEMPLATE_TO_EDIT_ID,
        "/publication" => TEMPLATE_TO_PUBLISH_ID,
        "/retirement" => TEMPLATE_TO_RETIRE_ID,
        _ => return None,
    })
}

fn of_submission(step: &str) -> Option<&'static str> {
    Some(match step {
        "" | "/documents/raw" | "/documents/{documentId}/content" => SUBMISSION_ID,
        "/figures" | "/progress" | "/variation" | "/versions" | "/versions/{number}" => {
            ACCEPTED_PLAN_ID
        }
        "/submission" => SUBMISSION_TO_SUBMIT_ID,
        "/return" => SUBMISSION_TO_RETURN_ID,
        "/acceptance" => SUBMISSION_TO_ACCEPT_ID,
        _ => return None,
    })
}

fn of_review(step: &str) -> Option<&'static str> {
    Some(match step {
        "" | "/actions/{actionId}/completion" | "/withholding-decisions" => REVIEW_ID,
        "/comment" => REVIEW_TO_COMMENT_ON_ID,
        "/meeting" => REVIEW_TO_MEET_ABOUT_ID,
        "/findings" | "/actions" | "/documents/raw" | "/documents/{documentId}/content" => {
            REVIEW_UNDER_WAY_ID
        }
        "/conclusion" => REVIEW_TO_CONCLUDE_ID,
        "/actions/{actionId}/settlement" => REVIEW_TO_SETTLE_ID,
        "/withholding-decisions/{number}/confirmation" => REVIEW_TO_CONFIRM_ID,
        "/withholding-decisions/{number}/payment" => REVIEW_TO_PAY_ID,
        _ => return None,
    })
}
