//! The needs within somebody's reach that wait for a decision, or are to be settled.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::ids::{CaseId, UserId};
use ascms_domain::needs::NeedStatus;
use ascms_domain::work_list::OpenNeed;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::{FromQueryResult, QuerySelect};

use crate::reach::needs::within;
use crate::rows::lifecycle;
use crate::rows::need::{Column, Entity};
use crate::store::connections::Connections;

#[derive(Clone, Copy, Debug, FromQueryResult)]
struct DueNeedRow {
    case_id: CaseId,
    status: NeedStatus,
    asked_by: UserId,
    decide_by: NaiveDate,
    settle_by: Option<NaiveDate>,
}

/// Them by their cases, each with the day by which its next step is due.
pub(super) async fn open_needs(
    db: &Connections,
    grant: &Grant,
) -> Result<HashMap<CaseId, Vec<OpenNeed>>, DbErr> {
    let is_open = |status: NeedStatus| status.is_waiting() || status.is_promised();
    let rows: Vec<DueNeedRow> = within(grant)
        .filter(lifecycle::is((Entity, Column::Status), is_open))
        .select_only()
        .columns([Column::CaseId, Column::Status, Column::AskedBy])
        .columns([Column::DecideBy, Column::SettleBy])
        .into_model()
        .all(db)
        .await?;
    let mut needs: HashMap<CaseId, Vec<OpenNeed>> = HashMap::new();
    for DueNeedRow { case_id, status, asked_by, decide_by, settle_by } in rows {
        let due_on = settle_by.unwrap_or(decide_by);
        needs.entry(case_id).or_default().push(OpenNeed { status, asked_by, due_on });
    }
    Ok(needs)
}
