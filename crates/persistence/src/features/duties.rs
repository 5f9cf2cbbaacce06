//! Duties at rest. Each arises, and ends, in the transaction of what makes or ends it, whose audit entry
//! and event tell of it too.

use ascms_domain::duties::{DutyKind, DutyOutcome, NewDuty};
use ascms_domain::ids::{ContractId, DutyId, ProviderId, RegisterEntryId};
use sea_orm::entity::prelude::*;

use crate::gate::write::Write;
use crate::rows::duty::{ActiveModel, Column, Entity, Model};
use crate::store::whole_row;

mod obligations;
mod settling;

pub(crate) use obligations::visible;
pub use obligations::{ObligationCount, ObligationFilter, ObligationKey, ObligationRow};
pub(crate) use settling::{SettlingBasis, settle, settle_all};

/// A duty arises because of an entry: of an organisation, or of everybody to whom the entry is addressed.
pub(crate) async fn arise(
    write: &Write<'_>,
    entry_id: RegisterEntryId,
    organisation_id: Option<ProviderId>,
    new: NewDuty,
) -> Result<(), DbErr> {
    let NewDuty { kind, period, opens_on, due_on } = new;
    let row = Model {
        id: DutyId::generate(),
        kind,
        entry_id: Some(entry_id),
        organisation_id,
        contract_id: None,
        period,
        opens_on,
        due_on,
        calendar_version: None,
        outcome: None,
        outcome_on: None,
        outcome_by: None,
        outcome_reason: None,
        overdue_told_on: None,
    };
    whole_row::insert(write.txn, ActiveModel::from(row)).await
}

/// The duties that arose because of an entry end, unless they have ended already.
pub(crate) async fn end(
    write: &Write<'_>,
    entry_id: RegisterEntryId,
    outcome: DutyOutcome,
) -> Result<(), DbErr> {
    let open =
        Entity::find().filter(Column::EntryId.eq(entry_id)).filter(Column::Outcome.is_null());
    for mut row in open.all(write.txn).await? {
        row.outcome = Some(outcome);
        row.outcome_on = Some(write.today());
        row.outcome_by = Some(write.caller());
        whole_row::update(write.txn, ActiveModel::from(row)).await?;
    }
    Ok(())
}

/// The duty of a contract is done: of a kind, and of a period (`2027`, or the term `2027-1`). It stays as it
/// is where it ended before, so that what comes first counts.
pub(crate) async fn fulfil(
    write: &Write<'_>,
    contract_id: ContractId,
    kind: DutyKind,
    period: &str,
) -> Result<(), DbErr> {
    let open = Entity::find()
        .filter(Column::ContractId.eq(contract_id))
        .filter(Column::Kind.eq(kind))
        .filter(Column::Period.eq(period))
        .filter(Column::Outcome.is_null());
    for mut row in open.all(write.txn).await? {
        row.outcome = Some(DutyOutcome::Done);
        row.outcome_on = Some(write.today());
        row.outcome_by = Some(write.caller());
        whole_row::update(write.txn, ActiveModel::from(row)).await?;
    }
    Ok(())
}
