//! Barriers at rest: what keeps a student from school. Shared with the school but for the words.

use std::collections::HashMap;
use std::sync::Arc;

use ascms_domain::access::Grant;
use ascms_domain::barriers::{
    AddBarrier, BarrierGoal, BarrierMove, BarrierRefusal, BarrierStatus, BarrierStep,
    UpdateBarrier, recordable,
};
use ascms_domain::cases::{CaseAction, CaseRefusal};
use ascms_domain::ids::{BarrierId, CaseId, ProviderId, UserId};
use ascms_domain::text::{Code, LongText};
use ascms_domain::timeline::{Details, EntryKind, NewEntry, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::timeline::{self, SchoolVersion};
use crate::gate::write::Write;
use crate::reach::rows::attendance_case;
use crate::reference::actors;
use crate::rows::barrier::{ActiveModel, Column, Entity, Model, Moves};
use crate::rows::lifecycle;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;
use crate::trace::case_change::Change;
use crate::trace::history::conflicts::{self, Edit, EditedRow, Standing};
use crate::{Store, gate, trace};

/// A barrier, the names of its people, and who works on its case.
#[derive(Clone, Debug)]
pub struct BarrierRow {
    pub barrier: Model,
    pub names: Arc<HashMap<UserId, String>>,
    /// Who is responsible for the case now.
    pub provider_id: ProviderId,
    pub case_manager_id: Option<UserId>,
    /// What the school sees of its changes: those of the words alone are the provider's own affair.
    pub told_to_school: Option<SchoolVersion>,
}

/// Why a barrier was not added, changed or moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BarrierChangeRefusal {
    #[error(transparent)]
    Case(#[from] CaseRefusal),
    #[error(transparent)]
    Barrier(#[from] BarrierRefusal),
    #[error("is no code of the set `barriers`")]
    UnknownCode,
}

impl Write<'_> {
    /// Records what keeps a student from school.
    pub async fn add_barrier(
        &self,
        case_id: CaseId,
        new: AddBarrier,
    ) -> Result<BarrierRow, CallError<BarrierChangeRefusal>> {
        let (txn, today) = (self.txn, self.today());
        let &Write { call, calendars, .. } = self;
        // The lock of the case is the lock of its barriers.
        let action = CaseAction::AddBarrier;
        let case = gate::case::locked_for(txn, call, case_id, action, calendars).await?;
        let AddBarrier { code, severity, identified_on, comment } = new;
        let identified_on = identified_on.unwrap_or(today);
        recordable(identified_on, today).map_err(refused)?;
        if !self.unknown_codes(&[("barriers", code.as_str())]).await?.is_empty() {
            return Err(CallError::Refused(BarrierChangeRefusal::UnknownCode));
        }
        let row = Model {
            id: BarrierId::generate(),
            case_id,
            code: code.0,
            severity,
            status: BarrierStatus::Identified,
            comment: comment.map(|comment| comment.0),
            identified_on,
            resolved_on: None,
            moves: Moves(Vec::new()),
            recorded_by: self.caller(),
            recorded_at: self.now(),
            version: 1,
            updated_at: self.now(),
        };
        whole_row::insert(txn, ActiveModel::from(row.clone())).await?;
        leave_trace(self, &case, &row, BarrierStep::Added, Visibility::Shared).await?;
        Ok(with_names(txn, &case, row).await?)
    }

    /// Changes a barrier that has not changed since the edit was made. Only words that change are
    /// the provider's own affair.
    pub async fn change_barrier(
        &self,
        ids: (CaseId, BarrierId),
        edit: &Edit<'_>,
        patch: UpdateBarrier,
    ) -> Result<BarrierRow, CallError<BarrierChangeRefusal>> {
        let txn = self.txn;
        let case = gate::case::locked_open(txn, self.grant(), ids.0).await?;
        let before = find(txn, ids).await?;
        let mut row = before.clone();
        let UpdateBarrier { severity, comment } = patch;
        row.severity = severity.unwrap_or(row.severity);
        comment.apply(&mut row.comment);
        let subject = Subject::one("case", ids.0.0).with([ids.1.0]);
        let rows = EditedRow { row: &before, edited: Some(&row) };
        let standing = conflicts::require_version(txn, edit, rows, subject, &[]).await?;
        if standing == Standing::Done {
            return Ok(with_names(txn, &case, before).await?);
        }
        let seen = row.severity != before.severity;
        let visibility = if seen { Visibility::Shared } else { Visibility::Private };
        trace::history::save_version(txn, self.grant(), &before, &mut row, self.now()).await?;
        leave_trace(self, &case, &row, BarrierStep::Changed, visibility).await?;
        Ok(with_names(txn, &case, row).await?)
    }

    /// Moves a barrier on, or back when it was not resolved after all.
    pub async fn move_barrier(
        &self,
        ids: (CaseId, BarrierId),
        to: BarrierGoal,
        comment: Option<LongText>,
    ) -> Result<BarrierRow, CallError<BarrierChangeRefusal>> {
        let (txn, now) = (self.txn, self.now());
        let case = gate::case::locked_open(txn, self.grant(), ids.0).await?;
        let before = find(txn, ids).await?;
        let mut row = before.clone();
        row.status = row.status.moved(to, comment.as_ref()).map_err(refused)?;
        row.resolved_on = match to {
            BarrierGoal::BeingAddressed => None,
            // A call on an earlier day (`Sandbox-Date`) resolves nothing before it was there.
            BarrierGoal::Resolved => Some(Ord::max(self.today(), row.identified_on)),
        };
        let moved_by = self.caller();
        row.moves.0.push(BarrierMove { status: to, moved_at: now, moved_by, comment });
        trace::history::save_version(txn, self.grant(), &before, &mut row, now).await?;
        leave_trace(self, &case, &row, BarrierStep::Moved, Visibility::Shared).await?;
        Ok(with_names(txn, &case, row).await?)
    }
}

impl Store {
    /// One barrier of a case.
    pub async fn barrier(
        &self,
        grant: &Grant,
        ids: (CaseId, BarrierId),
        now: DateTime<Utc>,
    ) -> Result<BarrierRow, StoreError> {
        let (case_id, id) = ids;
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let row = find(&self.read, (case.id, id)).await?;
        let row = with_names(&self.read, &case, row).await?;
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
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let of_case = Entity::find().filter(Column::CaseId.eq(case.id));
        let total = page.total(&of_case, &self.read).await?;
        let query = page.oldest_first(of_case, Column::Id);
        let found = page.cut(query.all(&self.read).await?, |row| row.id);
        let names = actors::names_of(&self.read, found.items.iter().flat_map(people)).await?;
        let names = Arc::new(names);
        let told = timeline::told_to_school(&self.read, case.id, EntryKind::Barrier).await?;
        let found = found.map(|row| with_people(&case, row, &names, &told));
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
        .filter(lifecycle::is_not((Entity, Column::Status), BarrierStatus::is_resolved))
        .into_tuple()
        .all(db)
        .await
}

fn refused(err: BarrierRefusal) -> CallError<BarrierChangeRefusal> {
    CallError::Refused(err.into())
}

async fn find(db: &impl ConnectionTrait, ids: (CaseId, BarrierId)) -> Result<Model, StoreError> {
    let (case_id, id) = ids;
    let row = Entity::find_by_id(id).filter(Column::CaseId.eq(case_id)).one(db).await?;
    row.ok_or(StoreError::NotFound)
}

/// What a change of a barrier leaves behind; the words stay with the barrier.
async fn leave_trace(
    write: &Write<'_>,
    case: &attendance_case::Model,
    row: &Model,
    what: BarrierStep,
    visibility: Visibility,
) -> Result<(), DbErr> {
    let kind = match what {
        BarrierStep::Added => "barrier.added",
        BarrierStep::Changed => "barrier.changed",
        BarrierStep::Moved => "barrier.moved",
    };
    let (severity, status) = (row.severity, row.status);
    let details = Details::Barrier { what, code: Code(row.code.clone()), severity, status };
    let entry = NewEntry::new(visibility, write.now(), details);
    let change = Change::on_case(kind, row.id.0, row.version);
    trace::timeline::record_case_event(write.txn, write.grant(), case, entry, change, write.now())
        .await
}

fn people(row: &Model) -> impl Iterator<Item = UserId> {
    row.moves.0.iter().map(|one| one.moved_by).chain([row.recorded_by])
}

/// A barrier with the names of people and what the school was told of it.
fn with_people(
    case: &attendance_case::Model,
    barrier: Model,
    names: &Arc<HashMap<UserId, String>>,
    told: &HashMap<Uuid, SchoolVersion>,
) -> BarrierRow {
    let (provider_id, case_manager_id) = (case.provider_id, case.case_manager_id);
    let told_to_school = told.get(&barrier.id.0).copied();
    BarrierRow { barrier, names: names.clone(), provider_id, case_manager_id, told_to_school }
}

async fn with_names(
    db: &impl ConnectionTrait,
    case: &attendance_case::Model,
    row: Model,
) -> Result<BarrierRow, DbErr> {
    let names = actors::names_of(db, people(&row)).await?;
    let told = timeline::told_to_school(db, case.id, EntryKind::Barrier).await?;
    Ok(with_people(case, row, &Arc::new(names), &told))
}
