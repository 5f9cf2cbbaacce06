//! The timeline at rest: one row for everything that happened on a case, never changed.

use ascms_domain::access::Grant;
use ascms_domain::cases::CaseRefusal;
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::measures::ClockCause;
use ascms_domain::timeline::{Corrected, EntryKind, EntryRefusal, NewEntry, Recording, Visibility};
use chrono::{DateTime, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, Func, JoinType};
use sea_orm::{Condition, FromQueryResult, QueryOrder, QuerySelect, QueryTrait};

use crate::features::measures::{self, ClockScope};
use crate::gate::write::Write;
use crate::reach::rows::attendance_case;
use crate::reference::actors;
use crate::rows::case_entry::{Column, Entity, EntryContent, Model};
use crate::rows::user_account;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::transaction::DatabaseTransaction;
use crate::trace::case_change::Change;
use crate::trace::timeline::{Links, append};
use crate::{Store, gate, trace};
use sea_orm::sea_query::IntoCondition;

mod newer;
mod told;

pub(crate) use newer::has_newer_of_others;
pub use told::SchoolVersion;
pub(crate) use told::told_to_school;

/// An entry, who wrote it, and the entry that put it right.
#[derive(Clone, Debug, FromQueryResult)]
pub struct EntryRow {
    #[sea_orm(nested)]
    pub entry: Model,
    pub recorded_by_name: Option<String>,
    pub corrected_by: Option<EntryId>,
}

impl EntryRow {
    /// As the rule of corrections sees it.
    pub(crate) fn corrected(&self) -> Corrected {
        Corrected {
            kind: self.entry.kind,
            recorded_by: self.entry.recorded_by,
            is_corrected: self.corrected_by.is_some(),
        }
    }
}

/// Where a page of the timeline goes on: by when it happened.
pub type EntryKey = (DateTime<Utc>, EntryId);

/// Why an entry was not recorded on a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RecordingRefusal {
    #[error(transparent)]
    Case(#[from] CaseRefusal),
    #[error(transparent)]
    Entry(#[from] EntryRefusal),
    #[error("the case has no entry of this id")]
    UnknownEntry,
}

impl Write<'_> {
    /// Records something on a case that has no other place than the timeline.
    pub async fn record_entry(
        &self,
        case_id: CaseId,
        recording: Recording,
    ) -> Result<EntryRow, CallError<RecordingRefusal>> {
        let &Write { txn, call, calendars, .. } = self;
        let Recording { action, visibility, occurred_at, details, corrects } = recording;
        let case = gate::case::locked_for(txn, call, case_id, action, calendars).await?;
        let corrected = match corrects {
            Some(id) => {
                let row = standing_entry(txn, self.grant(), &case, id).await?;
                Some(row.ok_or(CallError::Refused(RecordingRefusal::UnknownEntry))?.corrected())
            }
            None => None,
        };
        let entry = NewEntry { visibility, occurred_at, details, corrects: corrected };
        save_entry(self, &case, entry, corrects).await
    }
}

impl Store {
    /// What happened on a case, the latest first; of some kinds only, when any are named.
    pub async fn timeline(
        &self,
        grant: &Grant,
        case_id: CaseId,
        kinds: &[EntryKind],
        page: PageRequest<EntryKey>,
        now: DateTime<Utc>,
    ) -> Result<Page<EntryRow, EntryKey>, StoreError> {
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let mut fitting = visible(&self.read, grant, &case).await?;
        if !kinds.is_empty() {
            fitting = fitting.filter(Column::Kind.is_in(kinds.iter().copied()));
        }
        let total = page.total(&fitting, &self.read).await?;
        let rows = latest(fitting, page.after, page.fetch()).all(&self.read).await?;
        let rows = as_seen(grant, &case, rows);
        let found = page.cut(rows, |row| (row.entry.occurred_at, row.entry.id));
        let ids = found.items.iter().map(|row| row.entry.id.0);
        let subject = Subject::one("case", case_id.0).with(ids);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(Page { total, ..found })
    }

    /// One entry of a case's timeline.
    pub async fn timeline_entry(
        &self,
        grant: &Grant,
        case_id: CaseId,
        id: EntryId,
        now: DateTime<Utc>,
    ) -> Result<EntryRow, StoreError> {
        let case = gate::case::visible(&self.read, grant, case_id).await?;
        let one = visible(&self.read, grant, &case).await?.filter(Column::Id.eq(id));
        let row = select_with_author(one).one(&self.read).await?;
        let row = as_seen(grant, &case, row).pop().ok_or(StoreError::NotFound)?;
        let subject = Subject::one("case", case_id.0).with([id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }
}

/// How many entries the file of a case begins with.
const RECENT: u64 = 20;

/// The newest entries of a case that the caller may see.
pub(crate) async fn recent(
    db: &impl ConnectionTrait,
    grant: &Grant,
    case: &attendance_case::Model,
) -> Result<Vec<EntryRow>, DbErr> {
    let rows = latest(visible(db, grant, case).await?, None, RECENT).all(db).await?;
    Ok(as_seen(grant, case, rows))
}

/// Entries of a case as the caller reads them: who does not work on the case gets none of the
/// provider's own words. What reads entries for a caller goes through here.
fn as_seen(
    grant: &Grant,
    case: &attendance_case::Model,
    rows: impl IntoIterator<Item = EntryRow>,
) -> Vec<EntryRow> {
    let works_on_it = grant.works_on(Some(case.provider_id), case.case_manager_id);
    let seen = |row: EntryRow| {
        if works_on_it {
            return row;
        }
        let details = EntryContent(row.entry.details.0.clone().for_the_school());
        EntryRow { entry: Model { details, ..row.entry }, ..row }
    };
    rows.into_iter().map(seen).collect()
}

/// The entry that tells of a record of the case, and was not corrected. What was logged before there
/// was a timeline has none.
pub(crate) async fn entry_of(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    kind: EntryKind,
    subject_id: Uuid,
) -> Result<Option<EntryId>, DbErr> {
    let query = Entity::find()
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Kind.eq(kind))
        .filter(Column::SubjectId.eq(subject_id));
    Ok(query.one(txn).await?.map(|entry| entry.id))
}

/// The entry by which a record of the case stands: the last of those that put each other right.
pub(crate) async fn standing(
    txn: &DatabaseTransaction,
    case_id: CaseId,
    kind: EntryKind,
    subject_id: Uuid,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::CaseId.eq(case_id))
        .filter(Column::Kind.eq(kind))
        .filter(Column::SubjectId.eq(subject_id))
        // Those from before entries were numbered come first.
        .order_by_desc(Expr::from(Func::coalesce([Expr::col(Column::Number), Expr::val(0)])))
        .order_by_desc(Column::Id)
        .one(txn)
        .await
}

/// An entry of a case that the caller sees, and that may be to be corrected.
pub(crate) async fn standing_entry(
    txn: &DatabaseTransaction,
    grant: &Grant,
    case: &attendance_case::Model,
    id: EntryId,
) -> Result<Option<EntryRow>, DbErr> {
    select_with_author(visible(txn, grant, case).await?.filter(Column::Id.eq(id))).one(txn).await
}

/// Appends what somebody recorded, when it may be recorded, with what follows from it.
pub(crate) async fn save_entry(
    write: &Write<'_>,
    case: &attendance_case::Model,
    entry: NewEntry,
    corrects: Option<EntryId>,
) -> Result<EntryRow, CallError<RecordingRefusal>> {
    let &Write { txn, calendars, .. } = write;
    let (grant, now) = (write.grant(), write.now());
    entry
        .check(case.referral_date, write.caller(), grant.leads(case.provider_id), now)
        .map_err(|err| CallError::Refused(err.into()))?;
    let entry = append(txn, grant, case, entry, Links { subject_id: None, corrects }, now).await?;
    if trace::meetings::save_reached(txn, &entry, now).await? {
        let which = ClockScope::Either(&[case.referral_id], &[case.student_id]);
        measures::recompute_clocks(txn, which, ClockCause::Contact, calendars, now).await?;
    }
    let change = Change::on_case("entry.recorded", entry.id.0, 1).to(entry.visibility.into());
    trace::case_change::changed(txn, grant, case, change, now).await?;
    let recorded_by_name = actors::name_of(txn, entry.recorded_by).await?;
    Ok(EntryRow { entry, recorded_by_name, corrected_by: None })
}

/// The entry that corrects the one at hand.
const LATER: &str = "later";

/// The entries of a case that is within the grant: the provider's people see them all, the
/// school's what is shared and was not taken back by a private correction; neither sees by the case what
/// the token was made not to read.
async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    case: &attendance_case::Model,
) -> Result<Select<Entity>, DbErr> {
    let mut query = Entity::find().filter(Column::CaseId.eq(case.id));
    let left_out: Vec<EntryKind> = EntryKind::left_out(grant).collect();
    if !left_out.is_empty() {
        query = query.filter(Column::Kind.is_not_in(left_out));
    }
    let later = |column: Column| Expr::col((Alias::new(LATER), column));
    QueryTrait::query(&mut query).join_as(
        JoinType::LeftJoin,
        Entity,
        Alias::new(LATER),
        later(Column::Corrects).equals((Entity, Column::Id)).into_condition(),
    );
    if grant.works_on(Some(case.provider_id), case.case_manager_id) {
        return Ok(query);
    }
    let never_private = Condition::any()
        .add(later(Column::Id).is_null())
        .add(later(Column::Visibility).eq(Visibility::Shared.as_str()));
    Ok(query
        .filter(Column::Visibility.eq(Visibility::Shared))
        .filter(never_private)
        .filter(Column::Id.is_not_in(told::taken_back(db, case.id).await?)))
}

fn latest(
    query: Select<Entity>,
    after: Option<EntryKey>,
    limit: u64,
) -> sea_orm::Selector<sea_orm::SelectModel<EntryRow>> {
    let mut query = query.order_by_desc(Column::OccurredAt).order_by_desc(Column::Id).limit(limit);
    if let Some((occurred_at, id)) = after {
        let same_instant = Column::OccurredAt.eq(occurred_at).and(Column::Id.lt(id));
        query = query
            .filter(Condition::any().add(Column::OccurredAt.lt(occurred_at)).add(same_instant));
    }
    select_with_author(query)
}

fn select_with_author(
    mut query: Select<Entity>,
) -> sea_orm::Selector<sea_orm::SelectModel<EntryRow>> {
    let author = Expr::col((Entity, Column::RecordedBy))
        .equals((user_account::Entity, user_account::Column::Id));
    QueryTrait::query(&mut query).left_join(user_account::Entity, author);
    query
        .column_as(user_account::Column::Name, "recorded_by_name")
        .expr_as(Expr::col((Alias::new(LATER), Column::Id)), "corrected_by")
        .into_model()
}
