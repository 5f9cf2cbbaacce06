//! The ledger at rest: an entry is appended under the lock of its fund, whose row has the balance after it.
//! The sums of the report move in the same transaction.

use ascms_domain::funds::{FundRefusal, Posting};
use ascms_domain::ids::{DocumentId, FundEntryId, FundId, StudentId};
use chrono::{Datelike, NaiveDate};
use sea_orm::entity::prelude::*;

use crate::gate::write::Write;
use crate::rows::{fund, fund_entry, fund_figure, fund_student, need, need_case};
use crate::store::call::CallError;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// What is said of an entry beside its money.
#[derive(Clone, Debug, Default)]
pub(crate) struct EntryDetails {
    pub spent_on: Option<NaiveDate>,
    pub supplier: Option<String>,
    pub receipt_id: Option<DocumentId>,
    pub reason: Option<String>,
}

/// Appends an entry when the rule holds after it, and answers with the fund as it is then. The caller
/// holds the lock of the fund, and saves it.
pub(crate) async fn post(
    write: &Write<'_>,
    fund: &fund::Model,
    posting: Posting,
    need: Option<&need::Model>,
    details: EntryDetails,
) -> Result<fund::Model, CallError<FundRefusal>> {
    let balance = fund.balance().after(posting).map_err(|err| CallError::Refused(err.into()))?;
    let mut after = fund.clone();
    after.set_balance(balance);
    let Posting { kind, amount_cents, drawn_cents } = posting;
    let EntryDetails { spent_on, supplier, receipt_id, reason } = details;
    let entry = fund_entry::Model {
        id: FundEntryId::generate(),
        fund_id: fund.id,
        need_id: need.map(|need| need.id),
        kind,
        amount_cents,
        drawn_cents,
        category: need.map(|need| need.category.clone()),
        school_id: need.map(|need| need.school_id),
        spent_on,
        supplier,
        receipt_id,
        reason,
        recorded_by: write.caller(),
        recorded_at: write.now(),
    };
    if let Some((need, day)) = need.zip(spent_on) {
        count(write.txn, (fund.id, need), day, amount_cents).await?;
    }
    whole_row::insert(write.txn, fund_entry::ActiveModel::from(entry)).await?;
    Ok(after)
}

/// Adds an entry to the sums of the report.
async fn count(
    txn: &DatabaseTransaction,
    (fund_id, need): (FundId, &need::Model),
    day: NaiveDate,
    amount_cents: i64,
) -> Result<(), DbErr> {
    let month = i32::try_from(day.month()).unwrap_or_default();
    let key = (fund_id, need.category.clone(), month, need.school_id);
    if let Some(mut row) = fund_figure::Entity::find_by_id(key).one(txn).await? {
        row.cents = row.cents.saturating_add(amount_cents);
        row.entries = row.entries.saturating_add(1);
        return whole_row::update(txn, fund_figure::ActiveModel::from(row)).await;
    }
    let row = fund_figure::Model {
        fund_id,
        category: need.category.clone(),
        month,
        school_id: need.school_id,
        cents: amount_cents,
        entries: 1,
    };
    whole_row::insert(txn, fund_figure::ActiveModel::from(row)).await
}

/// Counts the students whom a need helps, and the others, once something is spent on it; and no longer,
/// once all of it came back.
pub(crate) async fn count_supported(
    txn: &DatabaseTransaction,
    fund: &mut fund::Model,
    (before, after): (&need::Model, &need::Model),
) -> Result<(), DbErr> {
    let (was_paid, is_paid) = (before.spent_cents > 0, after.spent_cents > 0);
    if was_paid == is_paid {
        return Ok(());
    }
    let one = if is_paid { 1 } else { -1 };
    let others = i64::from(after.others_supported).saturating_mul(i64::from(one));
    fund.others_supported = fund.others_supported.saturating_add(others);
    let mut students: Vec<StudentId> = need_case::Entity::find()
        .filter(need_case::Column::NeedId.eq(after.id))
        .all(txn)
        .await?
        .into_iter()
        .map(|row| row.student_id)
        .collect();
    // Two cases of one student are one student.
    students.sort_unstable();
    students.dedup();
    for student_id in students {
        support(txn, (fund.id, student_id), one).await?;
    }
    Ok(())
}

async fn support(
    txn: &DatabaseTransaction,
    (fund_id, student_id): (FundId, StudentId),
    one: i32,
) -> Result<(), DbErr> {
    let known = fund_student::Entity::find_by_id((fund_id, student_id)).one(txn).await?;
    if let Some(mut row) = known {
        row.needs = row.needs.saturating_add(one);
        return whole_row::update(txn, fund_student::ActiveModel::from(row)).await;
    }
    let row = fund_student::Model { fund_id, student_id, needs: one };
    whole_row::insert(txn, fund_student::ActiveModel::from(row)).await
}
