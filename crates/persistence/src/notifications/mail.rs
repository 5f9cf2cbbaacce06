//! Which notifications are to be sent as messages, so that several servers send each of them once.

use std::collections::HashMap;

use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{NotificationId, UserId};
use ascms_domain::notifications::{MAIL_WORTH_SENDING, next_attempt};
use ascms_domain::organisations::AccountStatus;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect, QueryTrait};

use super::{Column, Entity, Model};
use crate::actors::{appointment, user_account};
use crate::{DatabaseTransaction, Store, StoreError, dialect};

/// A message that is to be sent: to whom, and which notification it leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Due {
    pub id: NotificationId,
    pub email: String,
}

impl Store {
    /// Takes up at most so many messages. Nobody else gets them until [`next_attempt`], by when
    /// they have been sent, or have failed and are tried again. Those who have no address, no
    /// account or no role any more get none.
    pub async fn take_up_mail(
        &self,
        now: DateTime<Utc>,
        at_most: u64,
    ) -> Result<Vec<Due>, StoreError> {
        let due = Entity::find()
            .filter(Column::MailDueAt.lte(now))
            .filter(Column::MailDueAt.gt(now - MAIL_WORTH_SENDING))
            .order_by_asc(Column::MailDueAt)
            .limit(at_most);
        // Nearly always nothing is due: found out without the lock of a write.
        if due.clone().one(&self.read).await?.is_none() {
            return Ok(Vec::new());
        }
        let txn = self.begin().await?;
        let rows = dialect::skip_locked(due).all(&txn).await?;
        let addresses = addresses(&txn, &rows, nz_date(now)).await?;
        let mut taken = Vec::new();
        for row in rows {
            let attempts = row.mail_attempts.saturating_add(1);
            let address = addresses.get(&row.user_id);
            let counted = u16::try_from(attempts).unwrap_or(u16::MAX);
            let next = address.and_then(|_| next_attempt(counted, now));
            Entity::update_many()
                .col_expr(Column::MailAttempts, Expr::value(attempts))
                .col_expr(Column::MailDueAt, Expr::value(next))
                .filter(Column::Id.eq(row.id))
                .exec(&txn)
                .await?;
            taken.extend(address.map(|email| Due { id: row.id, email: email.clone() }));
        }
        txn.commit().await?;
        Ok(taken)
    }

    /// Notes that a message has been sent.
    pub async fn mailed(&self, id: NotificationId, now: DateTime<Utc>) -> Result<(), StoreError> {
        let nothing_due: Option<DateTime<Utc>> = None;
        Entity::update_many()
            .col_expr(Column::MailedAt, Expr::value(now))
            .col_expr(Column::MailDueAt, Expr::value(nothing_due))
            .filter(Column::Id.eq(id))
            .exec(&self.write)
            .await?;
        Ok(())
    }
}

/// The addresses of those who work here today.
async fn addresses(
    txn: &DatabaseTransaction,
    rows: &[Model],
    today: NaiveDate,
) -> Result<HashMap<UserId, String>, DbErr> {
    let holders = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::UserId)
        .filter(appointment::Column::UserId.is_not_null())
        .filter(appointment::in_force(today));
    let people = user_account::Entity::find()
        .filter(user_account::Column::Id.is_in(rows.iter().map(|row| row.user_id)))
        .filter(user_account::Column::Status.eq(AccountStatus::Active))
        .filter(user_account::Column::Id.in_subquery(holders.into_query()))
        .all(txn)
        .await?;
    Ok(people.into_iter().filter_map(|person| Some((person.id, person.email?))).collect())
}
