//! Barriers at rest: what keeps a student from school. Shared with the school but for the words.

use std::collections::HashMap;
use std::sync::Arc;

use ascms_domain::access::Grant;
use ascms_domain::barriers::{
    BarrierError, BarrierGoal, BarrierMove, BarrierStatus, BarrierStep, Severity, recordable,
};
use ascms_domain::calendar::nz_date;
use ascms_domain::cases::{CaseAction, CaseError};
use ascms_domain::ids::{BarrierId, CaseId, ProviderId, UserId};
use ascms_domain::text::{Code, Words};
use ascms_domain::timeline::{Details, EntryKind, NewEntry, Visibility};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{DbBackend, ExprTrait, FromJsonQueryResult, QuerySelect, QueryTrait};
use serde::{Deserialize, Serialize};

use crate::audit::{self, Subject};
use crate::call::About;
use crate::cases::Change;
use crate::history::{Edit, Standing};
use crate::idempotency::Answer;
use crate::page::{Page, PageRequest};
use crate::reference_data::unknown_codes;
use crate::timeline::Told;
use crate::turns::Topic;
use crate::{
    Call, CallError, DatabaseTransaction, Store, StoreError, actors, cases, dialect, history,
    timeline,
};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "barrier")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: BarrierId,
    pub case_id: CaseId,
    /// Code of the set `barriers`.
    pub code: String,
    pub severity: Severity,
    pub status: BarrierStatus,
    /// The provider's own words.
    pub words: Option<String>,
    pub identified_on: NaiveDate,
    pub resolved_on: Option<NaiveDate>,
    /// Every move of its status, the earliest first.
    #[sea_orm(column_type = "JsonBinary")]
    pub moves: Moves,
    pub recorded_by: UserId,
    pub recorded_at: DateTime<Utc>,
    pub version: i32,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Moves(pub Vec<BarrierMove>);

/// Barriers by their ids.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Ids(pub Vec<BarrierId>);

/// A barrier, the names of its people, and who works on its case.
#[derive(Clone, Debug)]
pub struct BarrierRow {
    pub barrier: Model,
    pub names: Arc<HashMap<UserId, String>>,
    /// Who is responsible for the case now.
    pub provider_id: ProviderId,
    pub case_manager_id: Option<UserId>,
    /// What the school sees of its changes: those of the words alone are the provider's own affair.
    pub told_to_school: Option<Told>,
}

/// A barrier as it is recorded.
#[derive(Clone, Debug)]
pub struct NewBarrier {
    pub code: Code,
    pub severity: Severity,
    /// Today, when no day is named.
    pub identified_on: Option<NaiveDate>,
    pub words: Option<Words>,
}

/// What of a barrier is to be another; `None` keeps.
#[derive(Clone, Debug, Default)]
pub struct BarrierChange {
    pub severity: Option<Severity>,
    pub words: Option<Option<Words>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarrierRefused {
    #[error(transparent)]
    Case(#[from] CaseError),
    #[error(transparent)]
    Barrier(#[from] BarrierError),
    #[error("is no code of the set `barriers`")]
    UnknownCode,
}

impl Store {
    /// Records what keeps a student from school.
    pub async fn add_barrier(
        &self,
        call: &Call<'_>,
        case_id: CaseId,
        new: NewBarrier,
        render: impl FnOnce(&BarrierRow) -> Answer,
    ) -> Result<Answer, CallError<BarrierRefused>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(case_id.0), (call, About::Case(case_id)), async |txn| {
            let Call { grant, now, .. } = *call;
            let case = locked(txn, call, case_id, &almanac).await?;
            let NewBarrier { code, severity, identified_on, words } = new;
            let others = Entity::find().filter(Column::CaseId.eq(case_id)).count(txn).await?;
            let identified_on = identified_on.unwrap_or(nz_date(now));
            recordable(identified_on, nz_date(now), others).map_err(refused)?;
            if !unknown_codes(txn, &[("barriers", code.as_str())]).await?.is_empty() {
                return Err(CallError::Refused(BarrierRefused::UnknownCode));
            }
            let row = Model {
                id: BarrierId::generate(),
                case_id,
                code: code.0,
                severity,
                status: BarrierStatus::Identified,
                words: words.map(|words| words.0),
                identified_on,
                resolved_on: None,
                moves: Moves(Vec::new()),
                recorded_by: UserId(grant.caller().id()),
                recorded_at: now,
                version: 1,
                updated_at: now,
            };
            let added = ActiveModel::from(row.clone()).reset_all();
            Entity::insert(added).exec_without_returning(txn).await?;
            let told = (BarrierStep::Added, Visibility::Shared);
            leave_trace(txn, call, &case, &row, told).await?;
            Ok(render(&named(txn, &case, row).await?))
        })
        .await
    }

    /// Changes a barrier that has not changed since the edit was made. Only words that change are
    /// the provider's own affair.
    pub async fn change_barrier(
        &self,
        call: &Call<'_>,
        ids: (CaseId, BarrierId),
        edit: &Edit<'_>,
        change: BarrierChange,
        render: impl FnOnce(&BarrierRow) -> Answer,
    ) -> Result<Answer, CallError<BarrierRefused>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(ids.0.0), (call, About::Case(ids.0)), async |txn| {
            let case = locked(txn, call, ids.0, &almanac).await?;
            let before = find(txn, ids).await?;
            let mut row = before.clone();
            let BarrierChange { severity, words } = change;
            row.severity = severity.unwrap_or(row.severity);
            if let Some(words) = words {
                row.words = words.map(|words| words.0);
            }
            let subject = Subject::one("case", ids.0.0).with([ids.1.0]);
            let rows = (&before, Some(&row));
            let standing = history::require_version(txn, edit, rows, subject, &[]).await?;
            if standing == Standing::Done {
                return Ok(render(&named(txn, &case, before).await?));
            }
            let seen = row.severity != before.severity;
            let visibility = if seen { Visibility::Shared } else { Visibility::Private };
            history::keep(txn, call.grant, &before, &mut row, call.now).await?;
            leave_trace(txn, call, &case, &row, (BarrierStep::Changed, visibility)).await?;
            Ok(render(&named(txn, &case, row).await?))
        })
        .await
    }

    /// Moves a barrier on, or back when it was not resolved after all.
    pub async fn move_barrier(
        &self,
        call: &Call<'_>,
        ids: (CaseId, BarrierId),
        to: BarrierGoal,
        words: Option<Words>,
        render: impl FnOnce(&BarrierRow) -> Answer,
    ) -> Result<Answer, CallError<BarrierRefused>> {
        let almanac = self.almanac().await?;
        self.carry_out_on(Topic::Record(ids.0.0), (call, About::Case(ids.0)), async |txn| {
            let Call { grant, now, .. } = *call;
            let case = locked(txn, call, ids.0, &almanac).await?;
            let before = find(txn, ids).await?;
            let mut row = before.clone();
            row.status = row.status.moved(to, words.as_ref()).map_err(refused)?;
            row.resolved_on = match to {
                BarrierGoal::BeingAddressed => None,
                // A call on an earlier day (`Sandbox-Date`) resolves nothing before it was there.
                BarrierGoal::Resolved => Some(Ord::max(nz_date(now), row.identified_on)),
            };
            let moved_by = UserId(grant.caller().id());
            row.moves.0.push(BarrierMove { status: to, moved_at: now, moved_by, words });
            history::keep(txn, call.grant, &before, &mut row, call.now).await?;
            let told = (BarrierStep::Moved, Visibility::Shared);
            leave_trace(txn, call, &case, &row, told).await?;
            Ok(render(&named(txn, &case, row).await?))
        })
        .await
    }

    /// One barrier of a case.
    pub async fn barrier(
        &self,
        grant: &Grant,
        ids: (CaseId, BarrierId),
        now: DateTime<Utc>,
    ) -> Result<BarrierRow, StoreError> {
        let (case_id, id) = ids;
        let case = cases::visible(&self.read, grant, case_id).await?;
        let row = find(&self.read, (case.id, id)).await?;
        let row = named(&self.read, &case, row).await?;
        let subject = Subject::one("case", case_id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }

    /// The barriers of a case, the first recorded first.
    pub async fn barriers(
        &self,
        grant: &Grant,
        case_id: CaseId,
        page: PageRequest<BarrierId>,
        now: DateTime<Utc>,
    ) -> Result<Page<BarrierRow, BarrierId>, StoreError> {
        let case = cases::visible(&self.read, grant, case_id).await?;
        let of_case = Entity::find().filter(Column::CaseId.eq(case.id));
        let total = page.total(&of_case, &self.read).await?;
        let query = page.oldest_first(of_case, Column::Id);
        let found = page.cut(query.all(&self.read).await?, |row| row.id);
        let names = actors::names_of(&self.read, found.items.iter().flat_map(people)).await?;
        let names = Arc::new(names);
        let told = timeline::told_to_school(&self.read, case.id, EntryKind::Barrier).await?;
        let found = found.map(|row| beside(&case, row, (&names, &told)));
        let ids = found.items.iter().map(|row| row.barrier.id.0);
        let subject = Subject::one("case", case_id.0).with(ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }
}

/// The barriers of a case that still stand.
pub(crate) async fn unresolved(
    db: &impl ConnectionTrait,
    case_id: CaseId,
) -> Result<Vec<BarrierId>, DbErr> {
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Status.ne(BarrierStatus::Resolved))
        .into_tuple()
        .all(db)
        .await
}

/// The same of the case at hand, in one list, as a subquery.
pub(crate) fn unresolved_of_case(backend: DbBackend) -> SelectStatement {
    Entity::find()
        .select_only()
        .expr(dialect::list_of_ids(backend, (Entity, Column::Id)))
        .filter(Expr::col((Entity, Column::CaseId)).equals((cases::Entity, cases::Column::Id)))
        .filter(Column::Status.ne(BarrierStatus::Resolved))
        .into_query()
}

fn refused(err: BarrierError) -> CallError<BarrierRefused> {
    CallError::Refused(err.into())
}

/// The lock of the case is the lock of its barriers.
async fn locked(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    case_id: CaseId,
    almanac: &crate::Almanac,
) -> Result<cases::Model, CallError<BarrierRefused>> {
    cases::locked_for(txn, call, case_id, CaseAction::AddBarrier, almanac).await
}

async fn find(db: &impl ConnectionTrait, ids: (CaseId, BarrierId)) -> Result<Model, StoreError> {
    let (case_id, id) = ids;
    let row = Entity::find_by_id(id).filter(Column::CaseId.eq(case_id)).one(db).await?;
    row.ok_or(StoreError::NotFound)
}

/// What a change of a barrier leaves behind; the words stay with the barrier.
async fn leave_trace(
    txn: &DatabaseTransaction,
    call: &Call<'_>,
    case: &cases::Model,
    row: &Model,
    told: (BarrierStep, Visibility),
) -> Result<(), DbErr> {
    let Call { grant, now, .. } = *call;
    let (what, visibility) = told;
    let kind = match what {
        BarrierStep::Added => "barrier.added",
        BarrierStep::Changed => "barrier.changed",
        BarrierStep::Moved => "barrier.moved",
    };
    let (severity, status) = (row.severity, row.status);
    let details = Details::Barrier { what, code: Code(row.code.clone()), severity, status };
    let entry = NewEntry::new(visibility, now, details);
    let change = Change::on_case(kind, row.id.0, row.version);
    timeline::tell(txn, grant, case, entry, change, now).await
}

fn people(row: &Model) -> impl Iterator<Item = UserId> {
    row.moves.0.iter().map(|one| one.moved_by).chain([row.recorded_by])
}

/// What is read beside the barriers of a case: the names of people, and what the school was told.
type Beside<'a> = (&'a Arc<HashMap<UserId, String>>, &'a HashMap<Uuid, Told>);

fn beside(case: &cases::Model, barrier: Model, (names, told): Beside<'_>) -> BarrierRow {
    let (provider_id, case_manager_id) = (case.provider_id, case.case_manager_id);
    let told_to_school = told.get(&barrier.id.0).copied();
    BarrierRow { barrier, names: names.clone(), provider_id, case_manager_id, told_to_school }
}

async fn named(
    db: &impl ConnectionTrait,
    case: &cases::Model,
    row: Model,
) -> Result<BarrierRow, DbErr> {
    let names = actors::names_of(db, people(&row)).await?;
    let told = timeline::told_to_school(db, case.id, EntryKind::Barrier).await?;
    Ok(beside(case, row, (&Arc::new(names), &told)))
}
