//! When somebody last opened a case, and how far its timeline had come. Written with the audit
//! entry of the read, for those alone who work on the case: nobody else has a work list.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::ids::EntryId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::gate::case::WholeCase;
use crate::store::looks::CaseVisit;

/// The look of somebody who works on the case; `None` of everybody else.
pub(crate) fn of(grant: &Grant, whole: &WholeCase, now: DateTime<Utc>) -> Option<CaseVisit> {
    let case = &whole.row.case;
    let Caller::User(user_id) = grant.caller() else { return None };
    let works_on_it = grant.works_on(Some(case.provider_id), case.case_manager_id);
    works_on_it.then(|| CaseVisit {
        user_id,
        case_id: case.id,
        looked_at: now,
        last_entry_id: whole.last_entry_id.unwrap_or(EntryId(Uuid::nil())),
        last_entry_number: Some(whole.last_entry_number),
    })
}
