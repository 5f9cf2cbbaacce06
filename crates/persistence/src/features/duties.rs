//! Duties at rest. Each arises, and ends, in the transaction of what makes or ends it, whose audit entry
//! and event tell of it too.

use ascms_domain::duties::{DutyKind, DutyOutcome, NewDuty};
use ascms_domain::ids::{ContractId, DutyId, ProviderId, RegisterEntryId};
use ascms_domain::performance_reviews::DutyEvidence;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::gate::write::Write;
use crate::rows::duty::{ActiveModel, Column, Entity, Model};
use crate::store::whole_row;

mod obligations;
mod settling;

pub(crate) use obligations::visible;
pub use obligations::{ObligationCount, ObligationFilter, ObligationKey, ObligationRow};
pub(crate) use settling::{SettlingBasis, settle, settle_all};

/// What a duty that an entry makes due belongs to.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DutyOf {
    /// The entry because of which it arises.
    pub entry: RegisterEntryId,
    /// Whose duty it is; none of the Ministry's own, and of what is everybody's to whom the entry is addressed.
    pub organisation: Option<ProviderId>,
    /// The contract whose calendar counted its day.
    pub contract: Option<ContractId>,
}

/// A duty arises because of an entry.
pub(crate) async fn arise(write: &Write<'_>, of: DutyOf, new: NewDuty) -> Result<(), DbErr> {
    let NewDuty { kind, period, opens_on, due_on } = new;
    let version = write.calendars.contract.version();
    let row = Model {
        id: DutyId::generate(),
        kind,
        entry_id: Some(of.entry),
        organisation_id: of.organisation,
        contract_id: of.contract,
        period,
        opens_on,
        due_on,
        calendar_version: of.contract.map(|_| version.to_owned()),
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
    for row in open.all(write.txn).await? {
        end_one(write, row, outcome).await?;
    }
    Ok(())
}

/// One duty ends.
pub(crate) async fn end_one(
    write: &Write<'_>,
    mut row: Model,
    outcome: DutyOutcome,
) -> Result<(), DbErr> {
    row.outcome = Some(outcome);
    row.outcome_on = Some(write.today());
    row.outcome_by = Some(write.caller());
    whole_row::update(write.txn, ActiveModel::from(row)).await
}

/// The duty of a kind that arose because of an entry.
pub(crate) async fn of_entry(
    db: &impl ConnectionTrait,
    entry_id: RegisterEntryId,
    kind: DutyKind,
) -> Result<Option<Model>, DbErr> {
    let of_entry = Entity::find().filter(Column::EntryId.eq(entry_id));
    of_entry.filter(Column::Kind.eq(kind)).one(db).await
}

/// The duties of a contract for some periods, as evidence of how it was kept.
pub(crate) async fn evidence(
    db: &impl ConnectionTrait,
    contract_id: ContractId,
    periods: impl IntoIterator<Item = String>,
) -> Result<Vec<DutyEvidence>, DbErr> {
    let of_periods = Entity::find()
        .filter(Column::ContractId.eq(contract_id))
        .filter(Column::Period.is_in(periods))
        .order_by_asc(Column::Id);
    let evidence = of_periods.all(db).await?.into_iter().map(|row| DutyEvidence {
        id: row.id,
        kind: row.kind,
        due_on: row.due_on,
        ended: row.outcome.zip(row.outcome_on),
    });
    Ok(evidence.collect())
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
    for row in open.all(write.txn).await? {
        end_one(write, row, DutyOutcome::Done).await?;
    }
    Ok(())
}
