//! Notifications at rest: one row for each person who is told of a change on a case, or of a record. A row
//! belongs to its person for good; it names the case for as long as the person reaches it.

use std::convert::Infallible;

use ascms_domain::access::Grant;
use ascms_domain::ids::NotificationId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::Alias;
use sea_orm::{Condition, FromQueryResult, JoinType, QuerySelect, QueryTrait};

use crate::gate::write::Write;
use crate::reach::joins::NamedRows;
use crate::reach::notifications::{covers_record, within};
use crate::reach::rows::attendance_case;
use crate::rows::notification::{Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};
use crate::store::idempotency::Shown;
use crate::store::page::{Page, PageRequest};
use crate::store::position::point::Position;
use crate::{Store, reach};

mod mail;

pub use mail::Due;

/// A notification, and the number of its case while the reader reaches it; none where it is on no case.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NotificationRow {
    #[sea_orm(nested)]
    pub notification: Model,
    pub case_number: Option<String>,
}

impl NotificationRow {
    /// The case that is shown with it.
    pub fn shown_case(&self) -> Option<Shown> {
        self.case_number.as_ref().and(self.notification.case_id).map(Shown::Case)
    }

    /// Whether the reader still has a part in what it is about.
    #[must_use]
    pub fn is_within_reach(&self, grant: &Grant) -> bool {
        match self.notification.record_kind {
            None => self.case_number.is_some(),
            Some(_) => covers_record(grant, self.notification.organisation_id),
        }
    }
}

/// What came of marking several as read.
#[derive(Clone, Copy, Debug)]
pub struct MarkedRead {
    /// Those that were not read before.
    pub marked: u64,
    /// Those that are not read yet: they came later, or stand before it in the list.
    pub unread: u64,
}

/// Which notifications a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct NotificationFilter<'a> {
    /// `true`: those that are not read; `false`: those that are.
    pub unread: Option<bool>,
    /// Those alone that came after a position.
    pub after: Option<&'a Position>,
}

impl Store {
    /// The caller's own, newest first, as they were at a position: whoever marks them as read
    /// names it, and marks what this list showed and nothing else.
    pub async fn notifications(
        &self,
        grant: &Grant,
        filter: &NotificationFilter<'_>,
        page: PageRequest<NotificationId>,
        position: &Position,
        now: DateTime<Utc>,
    ) -> Result<Page<NotificationRow, NotificationId>, StoreError> {
        let unread = filter.unread.map(|unread| {
            if unread { Column::ReadAt.is_null() } else { Column::ReadAt.is_not_null() }
        });
        let after = filter.after.map(|after| after.seen(place).not());
        let fitting = within(grant)
            .filter(position.seen(place))
            .filter(Condition::all().add_option(unread).add_option(after));
        let total = page.total(&fitting, &self.read).await?;
        let query = page.newest_first(fitting, Column::Id);
        let rows = select_with_case_number(query, grant).all(&self.read).await?;
        let found = page.cut(rows, |row: &NotificationRow| row.notification.id);
        let ids = found.items.iter().map(|row| row.notification.id.0).collect();
        self.read_log
            .record(audit::allowed(grant, Subject::many("notification", ids), now))
            .await?;
        Ok(Page { total, ..found })
    }

    pub async fn notification(
        &self,
        grant: &Grant,
        id: NotificationId,
        now: DateTime<Utc>,
    ) -> Result<NotificationRow, StoreError> {
        let row = select_with_case_number(within(grant).filter(Column::Id.eq(id)), grant)
            .one(&self.read)
            .await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("notification", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(row)
    }
}

impl Write<'_> {
    /// Notes that the caller has read one; the first time stays.
    pub async fn mark_notification_read(
        &self,
        id: NotificationId,
    ) -> Result<NotificationRow, CallError<Infallible>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        let row = within(grant).filter(Column::Id.eq(id)).lock_exclusive().one(txn).await?;
        let row = row.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("notification", id.0);
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        if row.read_at.is_none() {
            Entity::update_many()
                .col_expr(Column::ReadAt, Expr::value(now))
                .filter(Column::Id.eq(id))
                .exec(txn)
                .await?;
            events::record(txn, marked_read(id), now).await?;
        }
        let row = select_with_case_number(within(grant).filter(Column::Id.eq(id)), grant)
            .one(txn)
            .await?;
        Ok(row.ok_or(StoreError::NotFound)?)
    }

    /// Notes that the caller has read one and all that stand after it in a list, which was read at
    /// a position. What was read keeps its time.
    pub async fn mark_notifications_read(
        &self,
        up_to: NotificationId,
        position: &Position,
    ) -> Result<MarkedRead, CallError<Infallible>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        // Two of these at once would lock the same rows, each in its own order.
        let name = format!("notifications of {}", grant.caller().id());
        dialect::lock_names(txn, &[name]).await?;
        let newest = within(grant).filter(Column::Id.eq(up_to)).one(txn).await?;
        newest.ok_or(StoreError::NotFound)?;
        let subject = Subject::one("notification", up_to.0);
        audit::record(txn, audit::allowed(grant, subject, now)).await?;
        let unread = within(grant).filter(Column::ReadAt.is_null());
        // An older id is no sign that it was there: it may be committed later.
        let seen = unread.clone().filter(Column::Id.lte(up_to)).filter(position.seen(place));
        let seen = seen.select_only().column(Column::Id).into_query();
        let marked = Entity::update_many()
            .col_expr(Column::ReadAt, Expr::value(now))
            .filter(Column::Id.in_subquery(seen))
            // One that is marked at this moment keeps its time.
            .filter(Column::ReadAt.is_null())
            .exec(txn)
            .await?
            .rows_affected;
        if marked > 0 {
            let happened = Event { kind: "notification.read_up_to", ..marked_read(up_to) };
            events::record(txn, happened, now).await?;
        }
        let unread = unread.count(txn).await?;
        Ok(MarkedRead { marked, unread })
    }
}

/// One that is addressed to the caller.
pub(crate) async fn own(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: NotificationId,
) -> Result<Model, StoreError> {
    within(grant).filter(Column::Id.eq(id)).one(db).await?.ok_or(StoreError::NotFound)
}

/// It is of nobody's concern but the reader's: no provider and no school hears of it.
fn marked_read(id: NotificationId) -> Event {
    Event {
        kind: "notification.read",
        subject_id: id.0,
        version: 2,
        provider_id: None,
        school_id: None,
    }
}

/// Where a notification stands in the order of commits. The database fills it in.
fn place() -> Expr {
    Expr::col((Entity, Alias::new("committed_in")))
}

/// Adds the number of the case, where the caller reaches it now.
fn select_with_case_number(
    mut query: Select<Entity>,
    grant: &Grant,
) -> sea_orm::Selector<sea_orm::SelectModel<NotificationRow>> {
    let named = Expr::col((Entity, Column::CaseId));
    let reached = Some(reach::cases::reached(grant));
    let id = attendance_case::Column::Id;
    QueryTrait::query(&mut query).join_named(JoinType::LeftJoin, named, id, reached);
    query.column_as(attendance_case::Column::Number, "case_number").into_model()
}
