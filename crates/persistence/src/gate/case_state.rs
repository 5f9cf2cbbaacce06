//! From a case's row to what the rules decide on, and back.

use ascms_domain::cases::{Case, CaseState, CaseStatus};
use ascms_domain::text::Code;

use crate::reach::rows::attendance_case::Model;
use crate::store::error::StoreError;

/// What the rules decide on, out of the row.
pub(crate) fn to_domain(row: &Model) -> Result<Case, StoreError> {
    let corrupt = || StoreError::Corrupt(row.id.0);
    let managed = || row.case_manager_id.ok_or_else(corrupt);
    let state = match row.status {
        CaseStatus::Unassigned => CaseState::Unassigned,
        CaseStatus::Active => CaseState::Active { case_manager: managed()? },
        CaseStatus::Paused => CaseState::Paused {
            case_manager: managed()?,
            reason: row.pause_reason.clone().map(Code).ok_or_else(corrupt)?,
            from: row.paused_from.ok_or_else(corrupt)?,
            review_by: row.review_by.ok_or_else(corrupt)?,
        },
        CaseStatus::Closed => CaseState::Closed {
            case_manager: row.case_manager_id,
            reason: row.closure_reason.clone().map(Code).ok_or_else(corrupt)?,
            at: row.closed_at.ok_or_else(corrupt)?,
        },
    };
    let (id, provider_id) = (row.id, row.provider_id);
    Ok(Case { id, provider_id, state, closure_proposed_by: None })
}

/// The state back into the row's columns.
pub(crate) fn take_state(row: &mut Model, case: &Case) {
    row.status = case.status();
    row.case_manager_id = case.case_manager();
    (row.pause_reason, row.paused_from, row.review_by) = (None, None, None);
    (row.closed_at, row.closure_reason) = (None, None);
    match &case.state {
        CaseState::Unassigned | CaseState::Active { .. } => {}
        CaseState::Paused { case_manager: _, reason, from, review_by } => {
            row.pause_reason = Some(reason.0.clone());
            row.paused_from = Some(*from);
            row.review_by = Some(*review_by);
        }
        CaseState::Closed { case_manager: _, reason, at } => {
            row.closed_at = Some(*at);
            row.closure_reason = Some(reason.0.clone());
        }
    }
}
