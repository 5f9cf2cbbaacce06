//! The job that opens the reviews of a term, a few contracts in each part.

use ascms_domain::ids::{ContractId, RegisterEntryId};
use ascms_domain::performance_reviews::OpenPerformanceReview;
use ascms_domain::registers::RegisterKind;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::jobs::{Claim, Made};
use ascms_persistence::performance_reviews::{ReviewRefusal, ReviewsOrder};
use ascms_persistence::{About, Call, CallError, Store, StoreError};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::jobs::PartError;
use crate::problem::Reason;

/// So many contracts a part has at the most, each in a transaction of its own: its lines tell of the progress.
const MOST_IN_A_PART: u32 = 10;

/// A line of the result.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct OpenedReview {
    contract_id: ContractId,
    /// None where the review was not opened.
    performance_review_id: Option<RegisterEntryId>,
    /// The code of the reason.
    refusal: Option<&'static str>,
}

/// Opens the reviews of the next contracts.
pub(crate) async fn part(
    store: &Store,
    claim: &Claim,
    contracts: u32,
    now: DateTime<Utc>,
) -> Result<Made, PartError> {
    let order: ReviewsOrder = serde_json::from_value(claim.job.asked.clone())?;
    let after = claim.job.after.as_deref().map(str::parse::<ContractId>).transpose();
    let after = after.map_err(|_not_an_id| StoreError::Corrupt(claim.job.id.0))?;
    let contracts = contracts.min(MOST_IN_A_PART);
    let next = store.contracts_to_review(&claim.grant, order.term, after, contracts).await?;
    let after = next.next.map(|contract| contract.to_string());
    let mut made = Made { body: String::new(), lines: 0, after };
    for contract_id in next.contracts {
        let line = opened(store, claim, (contract_id, order), now).await?;
        made.body.push_str(&serde_json::to_string(&line)?);
        made.body.push('\n');
        made.lines += 1;
    }
    Ok(made)
}

/// Opens one; a server that was stopped before it kept the part finds the review there.
async fn opened(
    store: &Store,
    claim: &Claim,
    (contract_id, order): (ContractId, ReviewsOrder),
    now: DateTime<Utc>,
) -> Result<OpenedReview, StoreError> {
    let new = OpenPerformanceReview { contract_id, term: order.term };
    let figures = store.count_review_figures(&claim.grant, new, (order.as_of, now)).await?;
    let call = Call { grant: &claim.grant, now, key: None, dry_run: false };
    let mut made = None;
    let about = About::EntryMade(RegisterKind::PerformanceReview);
    let done: Result<Answer, CallError<ReviewRefusal>> = store
        .write(&call, about, async |write| {
            let row = write.open_performance_review(new, figures).await?;
            made = Some(row.row.entry.header().id);
            // Nobody sends it again.
            let (body, shows) = (String::new(), Vec::new());
            Ok(Answer { status: 200, location: None, etag: None, body, shows, reach: None })
        })
        .await;
    let refusal = match done {
        Ok(_) => None,
        Err(CallError::Refused(refusal)) => Some(refusal.problem().code().as_str()),
        Err(CallError::Store(err)) => return Err(err),
        // Without a key, none is refused.
        Err(CallError::Key(_)) => return Err(StoreError::Corrupt(claim.job.id.0)),
    };
    let performance_review_id = made.filter(|_| refusal.is_none());
    Ok(OpenedReview { contract_id, performance_review_id, refusal })
}
