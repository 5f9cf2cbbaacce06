//! A referral's state between its row and the rules.

use ascms_domain::referrals::{Referral, ReferralState, ReferralStatus};

use crate::reach::rows::referral::Model;
use crate::store::error::StoreError;

/// What the rules decide on, out of the row.
pub(crate) fn to_domain(row: &Model) -> Result<Referral, StoreError> {
    let state = match (row.status, row.case_id, row.successor_id) {
        (ReferralStatus::Submitted, None, None) => ReferralState::Submitted,
        (ReferralStatus::Accepted, Some(case_id), None) => ReferralState::Accepted { case_id },
        (ReferralStatus::Declined, None, None) => ReferralState::Declined,
        (ReferralStatus::Returned, None, None) => ReferralState::Returned,
        (ReferralStatus::Withdrawn, None, None) => ReferralState::Withdrawn,
        (ReferralStatus::Redirected, None, Some(successor_id)) => {
            ReferralState::Redirected { successor_id }
        }
        (ReferralStatus::Resolved, None, None) => ReferralState::Resolved,
        _ => return Err(StoreError::Corrupt(row.id.0)),
    };
    Ok(Referral { id: row.id, provider_id: row.provider_id, state })
}

/// The state back into the row's columns.
pub(crate) fn take_state(row: &mut Model, referral: &Referral) {
    row.status = referral.status();
    (row.case_id, row.successor_id) = match referral.state {
        ReferralState::Accepted { case_id } => (Some(case_id), None),
        ReferralState::Redirected { successor_id } => (None, Some(successor_id)),
        ReferralState::Submitted
        | ReferralState::Declined
        | ReferralState::Returned
        | ReferralState::Withdrawn
        | ReferralState::Resolved => (None, None),
    };
}
