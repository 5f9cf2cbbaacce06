//! Which notifications are to be sent as messages, so that several servers send each of them once,
//! and a person gets one message for all that came in a while.

use std::collections::{BTreeMap, HashMap};

use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{NotificationId, UserId};
use ascms_domain::notifications::{MAIL_WORTH_SENDING, next_attempt, next_turn};
use ascms_domain::organisations::AccountStatus;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};

use crate::Store;
use crate::rows::notification::{Column, Entity, Model};
use crate::rows::{self, lifecycle, user_account};
use crate::store::dialect;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// A message that is to be sent: to whom, and which notifications it tells of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    /// The one that it is called by, also when it is tried again and has more to tell by then.
    pub id: NotificationId,
    /// All of them, that one included.
    pub ids: Vec<NotificationId>,
    pub email: String,
    /// All of them are of cases.
    pub of_cases: bool,
}

impl Store {
    /// Takes up the messages to at most so many people. Nobody else gets them until
    /// [`next_attempt`], by when they have been sent, or have failed and are tried again. Whoever
    /// was written to a little while ago gets all that came since in one message, when it is their
    /// turn again. Those who have no address, no account or no role any more get none.
    pub async fn take_up_mail(
        &self,
        now: DateTime<Utc>,
        at_most: u64,
    ) -> Result<Vec<Due>, StoreError> {
        // Nearly always nothing is due: found out without the lock of a write.
        let people: Vec<UserId> = due(now)
            .select_only()
            .column(Column::UserId)
            .group_by(Column::UserId)
            .order_by_asc(Column::MailDueAt.min())
            .limit(at_most)
            .into_tuple()
            .all(&self.read)
            .await?;
        if people.is_empty() {
            return Ok(Vec::new());
        }
        let txn = self.begin().await?;
        // What another server has taken up for one of them is seen once that is committed.
        let names: Vec<String> = people.iter().map(|id| format!("mail to {id}")).collect();
        dialect::lock_names(&txn, &names).await?;
        let rows = due(now).filter(Column::UserId.is_in(people)).order_by_asc(Column::Id);
        let rows = dialect::skip_locked(rows).all(&txn).await?;
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let addresses = addresses(&txn, &rows, nz_date(now)).await?;
        let mut of_person: BTreeMap<UserId, Vec<Model>> = BTreeMap::new();
        for row in rows {
            of_person.entry(row.user_id).or_default().push(row);
        }
        let mut taken = Vec::new();
        for (person, rows) in of_person {
            let email = addresses.get(&person).map(String::as_str);
            taken.extend(take_up(&txn, person, email, rows, now).await?);
        }
        txn.commit().await?;
        Ok(taken)
    }

    /// Notes that a message has been sent of these.
    pub async fn mailed(
        &self,
        ids: &[NotificationId],
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let nothing_due: Option<DateTime<Utc>> = None;
        Entity::update_many()
            .col_expr(Column::MailedAt, Expr::value(now))
            .col_expr(Column::MailDueAt, Expr::value(nothing_due))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(&self.write)
            .await?;
        Ok(())
    }
}

fn due(now: DateTime<Utc>) -> Select<Entity> {
    Entity::find()
        .filter(Column::MailDueAt.lte(now))
        .filter(Column::MailDueAt.gt(now - MAIL_WORTH_SENDING))
        .filter(Column::At.gt(now - MAIL_WORTH_SENDING))
}

/// One message of all that is due to a person, or none until it is their turn.
async fn take_up(
    txn: &DatabaseTransaction,
    person: UserId,
    email: Option<&str>,
    rows: Vec<Model>,
    now: DateTime<Utc>,
) -> Result<Option<Due>, DbErr> {
    let ids: Vec<NotificationId> = rows.iter().map(|row| row.id).collect();
    let of_cases = rows.iter().all(|row| row.case_id.is_some());
    if email.is_some()
        && let Some(turn) =
            next_turn(now, last_sent(txn, person).await?, tried(txn, person, now).await?)
    {
        set_due(txn, &ids, Some(turn)).await?;
        return Ok(None);
    }
    let mut after: BTreeMap<i32, Vec<NotificationId>> = BTreeMap::new();
    for row in &rows {
        after.entry(row.mail_attempts.saturating_add(1)).or_default().push(row.id);
    }
    // The one that was tried most often came first, and has given the message its name.
    let named = after.last_key_value().and_then(|(_, ids)| ids.first().copied());
    for (attempts, ids) in after {
        let counted = u16::try_from(attempts).unwrap_or(u16::MAX);
        let next = email.and_then(|_| next_attempt(counted, now));
        Entity::update_many()
            .col_expr(Column::MailAttempts, Expr::value(attempts))
            .filter(Column::Id.is_in(ids.iter().copied()))
            .exec(txn)
            .await?;
        set_due(txn, &ids, next).await?;
    }
    let email = email.map(str::to_owned);
    Ok(named.zip(email).map(|(id, email)| Due { id, ids, email, of_cases }))
}

async fn set_due(
    txn: &DatabaseTransaction,
    ids: &[NotificationId],
    at: Option<DateTime<Utc>>,
) -> Result<(), DbErr> {
    Entity::update_many()
        .col_expr(Column::MailDueAt, Expr::value(at))
        .filter(Column::Id.is_in(ids.iter().copied()))
        .exec(txn)
        .await?;
    Ok(())
}

/// When a person was last written to.
async fn last_sent(
    txn: &DatabaseTransaction,
    person: UserId,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let sent = Entity::find()
        .select_only()
        .column(Column::MailedAt)
        .filter(Column::UserId.eq(person))
        .filter(Column::MailedAt.is_not_null())
        .order_by_desc(Column::MailedAt)
        .limit(1);
    Ok(sent.into_tuple::<Option<DateTime<Utc>>>().one(txn).await?.flatten())
}

/// Until when somebody is at a message to a person, or waits to try it again.
async fn tried(
    txn: &DatabaseTransaction,
    person: UserId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, DbErr> {
    let tried = Entity::find()
        .select_only()
        .column(Column::MailDueAt)
        .filter(Column::UserId.eq(person))
        .filter(Column::MailDueAt.gt(now))
        .filter(Column::MailAttempts.gt(0))
        .order_by_asc(Column::MailDueAt)
        .limit(1);
    Ok(tried.into_tuple::<Option<DateTime<Utc>>>().one(txn).await?.flatten())
}

/// The addresses of those who work here today.
async fn addresses(
    txn: &DatabaseTransaction,
    rows: &[Model],
    today: NaiveDate,
) -> Result<HashMap<UserId, String>, DbErr> {
    let holders = rows::appointment::Entity::find()
        .select_only()
        .column(rows::appointment::Column::UserId)
        .filter(rows::appointment::Column::UserId.is_not_null())
        .filter(rows::appointment::in_force(today));
    let people = user_account::Entity::find()
        .filter(user_account::Column::Id.is_in(rows.iter().map(|row| row.user_id)))
        .filter(lifecycle::is(
            (user_account::Entity, user_account::Column::Status),
            AccountStatus::is_active,
        ))
        .filter(user_account::Column::Id.in_subquery(holders.into_query()))
        .all(txn)
        .await?;
    Ok(people.into_iter().filter_map(|person| Some((person.id, person.email?))).collect())
}
