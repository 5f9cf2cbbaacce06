//! A referral's state between its row and the rules.

use ascms_domain::referrals::{Referral, ReferralStatus, State};

use crate::reach::rows::referral::Model;
use crate::store::error::StoreError;

/// What the rules decide on, out of the row.
pub(crate) fn to_domain(row: &Model) -> Result<Referral, StoreError> {
    let state = match (row.status, row.case_id, row.successor_id) {
        (ReferralStatus::Submitted, None, None) => State::Submitted,
        (ReferralStatus::Accepted, Some(case_id), None) => State::Accepted { case_id },
        (ReferralStatus::Declined, None, None) => State::Declined,
        (ReferralStatus::Returned, None, None) => State::Returned,
        (ReferralStatus::Withdrawn, None, None) => State::Withdrawn,
        (ReferralStatus::Redirected, None, Some(successor_id)) => {
            State::Redirected { successor_id }
        }
        (ReferralStatus::Resolved, None, None) => State::Resolved,
        _ => return Err(StoreError::Corrupt(row.id.0)),
    };
    Ok(Referral { id: row.id, provider_id: row.provider_id, state })
}

/// The state back into the row's columns.
pub(crate) fn take_state(row: &mut Model, referral: &Referral) {
    row.status = referral.status();
    (row.case_id, row.successor_id) = match referral.state {
        State::Accepted { case_id } => (Some(case_id), None),
        State::Redirected { successor_id } => (None, Some(successor_id)),
        State::Submitted
        | State::Declined
        | State::Returned
        | State::Withdrawn
        | State::Resolved => (None, None),
    };
}
