//! Asking for a need, and taking that back.

use ascms_domain::ids::{CaseId, NeedId};
use ascms_domain::needs::{AskForNeed, DECISION_DAYS, NEED_CATEGORIES, Need, NeedStep};
use ascms_domain::text::LongText;
use sea_orm::entity::prelude::*;

use super::checks::{NeedChangeRefusal, RefusedNeed, refused};
use super::{
    CallError, LockedNeed, NeedRow, has_documents, leave_trace, locked, reads, saved, words,
};
use crate::gate;
use crate::gate::case_state::to_domain;
use crate::gate::write::Write;
use crate::reach::rows::attendance_case;
use crate::rows::need::{ActiveModel, Model, NeedDocuments};
use crate::rows::{barrier, need_case};
use crate::store::error::StoreError;
use crate::store::whole_row;

impl Write<'_> {
    /// Asks the fund to pay for something on a case.
    pub async fn ask_for_need(
        &self,
        case_id: CaseId,
        new: AskForNeed,
    ) -> Result<NeedRow, RefusedNeed> {
        let (txn, now) = (self.txn, self.now());
        let (case, further) = locked_with_further(self, case_id, &new.further_case_ids).await?;
        let helped = check(self, &case, further, &new).await?;
        let contract =
            gate::contracts::of_case(txn, case.provider_id, case.school_id, self.today()).await?;
        let contract = contract.ok_or(CallError::Refused(NeedChangeRefusal::OutsideContract))?;
        let calendar = &self.calendars.contract;
        let need = Need::asked(new.amount_cents);
        let row = Model {
            id: NeedId(self.new_id()),
            case_id,
            contract_id: contract.id,
            provider_id: case.provider_id,
            school_id: case.school_id,
            fund_id: None,
            category: new.category.0,
            amount_cents: need.asked_cents,
            purpose: new.purpose.0,
            barrier_id: new.barrier_id,
            needed_by: new.needed_by,
            others_supported: new.others_supported,
            documents: NeedDocuments(new.document_ids),
            status: need.status,
            committed_cents: need.committed_cents,
            spent_cents: need.spent_cents,
            asked_by: self.caller(),
            asked_at: now,
            decide_by: calendar.add_business_days(
                self.today(),
                DECISION_DAYS,
                contract.holiday_region,
            )?,
            calendar_version: calendar.version().to_owned(),
            decided_by: None,
            decided_at: None,
            comment: None,
            settle_by: None,
            settled_by: None,
            settled_at: None,
            review_by: None,
            review_outcome: None,
            review_comment: None,
            reviewed_by: None,
            reviewed_at: None,
            version: 1,
            updated_at: now,
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        for helped in &helped {
            let of = need_case::Model {
                need_id: row.id,
                case_id: helped.id,
                student_id: helped.student_id,
            };
            whole_row::insert(txn, need_case::ActiveModel::from(of)).await?;
        }
        leave_trace(self, &case, &row, (NeedStep::Asked, row.amount_cents)).await?;
        Ok(reads::shown(txn, row, self.today()).await?)
    }

    /// Takes a request back that waits for its decision.
    pub async fn cancel_need(
        &self,
        id: NeedId,
        comment: Option<LongText>,
    ) -> Result<NeedRow, RefusedNeed> {
        let LockedNeed { case, need } = locked(self, id).await?;
        let cancelled = need.to_domain().cancelled().map_err(refused)?;
        let mut row = need.after(cancelled, self.now());
        row.comment = words(comment);
        let cents = row.amount_cents;
        saved(self, &case, row, (NeedStep::Cancelled, cents)).await
    }
}

/// The case of a request, open, and the further cases that it names; `None` in place of these where one of them is
/// out of reach. PostgreSQL locks the rows that a new row refers to, so that two requests which name each other's
/// cases could wait for each other for ever: all cases are locked first, in one order.
async fn locked_with_further(
    write: &Write<'_>,
    case_id: CaseId,
    further: &[CaseId],
) -> Result<(attendance_case::Model, Option<Vec<attendance_case::Model>>), RefusedNeed> {
    let mut ids = further.to_vec();
    ids.push(case_id);
    ids.sort_unstable();
    ids.dedup();
    let found = gate::case::all_locked(write.txn, write.grant(), &ids).await?;
    let whole = found.len() == ids.len();
    let (own, further): (Vec<_>, Vec<_>) = found.into_iter().partition(|row| row.id == case_id);
    let case = own.into_iter().next().ok_or(StoreError::NotFound)?;
    to_domain(&case)?.must_be_open().map_err(|err| CallError::Refused(err.into()))?;
    Ok((case, whole.then_some(further)))
}

/// Whether everything that a request names is there; the cases whose students it helps.
async fn check(
    write: &Write<'_>,
    case: &attendance_case::Model,
    further: Option<Vec<attendance_case::Model>>,
    new: &AskForNeed,
) -> Result<Vec<attendance_case::Model>, RefusedNeed> {
    let txn = write.txn;
    let refuse = |refusal| Err(CallError::Refused(refusal));
    if !write.unknown_codes(&[(NEED_CATEGORIES, new.category.as_str())]).await?.is_empty() {
        return refuse(NeedChangeRefusal::UnknownCategory);
    }
    if let Some(id) = new.barrier_id {
        let of_case = barrier::Column::CaseId.eq(case.id);
        if barrier::Entity::find_by_id(id).filter(of_case).one(txn).await?.is_none() {
            return refuse(NeedChangeRefusal::UnknownBarrier);
        }
    }
    let unknown = NeedChangeRefusal::UnknownDocument;
    has_documents(txn, case, &new.document_ids, unknown).await?;
    let Some(further) = further else { return refuse(NeedChangeRefusal::UnknownCase) };
    let mut helped = vec![case.clone()];
    helped.extend(further);
    Ok(helped)
}
