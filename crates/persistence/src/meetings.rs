//! Whom meetings reached. A meeting itself is an entry of the timeline; each party that it reached
//! has a row here, which stands until a later entry puts the meeting right.

use ascms_domain::cases::CaseAction;
use ascms_domain::contacts::ContactParty;
use ascms_domain::ids::{CaseId, EntryId, UserId};
use ascms_domain::text::Words;
use ascms_domain::timeline::{Details, EntryKind, NewEntry};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::call::About;
use crate::idempotency::Answer;
use crate::timeline::{EntryRow, RecordError};
use crate::turns::Topic;
use crate::{Call, CallError, DatabaseTransaction, Store, StoreError, cases, timeline};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "meeting_reached")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub entry_id: EntryId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub party: ContactParty,
    pub case_id: CaseId,
    /// When the meeting was.
    pub occurred_at: DateTime<Utc>,
    /// When it was said that the entry is wrong; it stands while nobody did.
    pub corrected_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Store {
    /// Takes back a meeting that never took place; who saw the meeting sees that.
    pub async fn withdraw_meeting(
        &self,
        call: &Call<'_>,
        (case_id, id): (CaseId, EntryId),
        reason: Words,
        render: impl FnOnce(&EntryRow) -> Answer,
    ) -> Result<Answer, CallError<RecordError>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(case_id.0), (call, About::Case(case_id)), async |txn| {
            let Call { grant, now, .. } = *call;
            let action = CaseAction::AddMeeting;
            let case = cases::locked_for(txn, call, case_id, action, &almanac).await?;
            let wrong = timeline::standing_entry(txn, grant, &case, id).await?;
            let wrong = wrong.filter(|row| row.entry.kind == EntryKind::Meeting);
            let wrong = wrong.ok_or(StoreError::NotFound)?;
            let entry = NewEntry {
                visibility: wrong.entry.visibility,
                occurred_at: now,
                details: Details::MeetingWithdrawal { reason },
                corrects: Some(wrong.corrected()),
            };
            let author = UserId(grant.caller().id());
            entry
                .check(case.referral_date, author, grant.leads(case.provider_id), now)
                .map_err(|err| CallError::Refused(err.into()))?;
            let told = (&case, entry, Some(id));
            Ok(render(&timeline::keep(txn, grant, told, (&almanac, now)).await?))
        })
        .await
    }
}

/// Keeps whom a meeting reached, and takes back what the entry said that it puts right. Answers
/// whether a clock may have to be set by it.
pub(crate) async fn keep(
    txn: &DatabaseTransaction,
    entry: &timeline::Model,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    if entry.kind != EntryKind::Meeting {
        // Contacts have records of their own, and nothing else reaches anybody.
        return Ok(false);
    }
    let reached = if let Details::Meeting { reached, .. } = &entry.details.0 {
        reached.as_slice()
    } else {
        &[]
    };
    let mut changed = false;
    if let Some(wrong) = entry.corrects {
        let taken_back = Entity::update_many()
            .col_expr(Column::CorrectedAt, Expr::value(now))
            .filter(Column::EntryId.eq(wrong))
            .filter(Column::CorrectedAt.is_null())
            .exec(txn)
            .await?;
        changed = taken_back.rows_affected > 0;
    }
    let mut parties = reached.to_vec();
    parties.sort_unstable();
    parties.dedup();
    if parties.is_empty() {
        return Ok(changed);
    }
    let rows = parties.into_iter().map(|party| {
        let (case_id, occurred_at) = (entry.case_id, entry.occurred_at);
        let row = Model { entry_id: entry.id, party, case_id, occurred_at, corrected_at: None };
        ActiveModel::from(row).reset_all()
    });
    Entity::insert_many(rows).exec_without_returning(txn).await?;
    Ok(true)
}
