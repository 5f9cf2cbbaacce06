//! The days on which somebody made sure how a whānau is reached. The contact shows the last of
//! them; an outcome asks for those around the referral.

use ascms_domain::ids::StudentId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::OnConflict;
use sea_orm::{Condition, ExprTrait, QuerySelect, QueryTrait};

use crate::rows::whanau_confirmation::{ActiveModel, Column, Entity, Model};
use crate::rows::whanau_contact::{Column as Contact, Entity as Contacts};
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// Keeps the confirmation that a change of a contact brings. A day that was put back, or taken
/// away, puts right what was written down wrongly: the later ones never were.
pub(super) async fn save_confirmation(
    txn: &DatabaseTransaction,
    before: Option<&crate::rows::whanau_contact::Model>,
    row: &crate::rows::whanau_contact::Model,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let before = before.and_then(|before| before.confirmed_on);
    if row.confirmed_on < before {
        let later = row.confirmed_on.map(|day| Column::ConfirmedOn.gt(day));
        Entity::update_many()
            .col_expr(Column::WithdrawnAt, Expr::value(now))
            .filter(Column::WithdrawnAt.is_null())
            .filter(Column::ContactId.eq(row.id))
            .filter(Condition::all().add_option(later))
            .exec(txn)
            .await?;
    }
    if row.confirmed_on != before {
        keep_first(txn, std::slice::from_ref(row), now).await
    } else {
        Ok(())
    }
}

/// Keeps the confirmations that contacts come with.
pub(super) async fn keep_first(
    txn: &DatabaseTransaction,
    contacts: &[crate::rows::whanau_contact::Model],
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let rows = contacts.iter().filter_map(|contact| {
        let (contact_id, confirmed_on) = (contact.id, contact.confirmed_on?);
        let row = Model { contact_id, confirmed_on, recorded_at: now, withdrawn_at: None };
        Some(ActiveModel::from(row).reset_all())
    });
    let again = OnConflict::columns([Column::ContactId, Column::ConfirmedOn])
        .update_column(Column::WithdrawnAt)
        .to_owned();
    txn.add(NewRows::of(rows).or(again)).await
}

/// The days on which anybody's details were confirmed by whom a student's whānau can be reached:
/// a phone number, an e-mail or a postal address.
pub(crate) async fn confirmations_of(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<Vec<(StudentId, NaiveDate)>, DbErr> {
    let mut query = Entity::find();
    QueryTrait::query(&mut query).inner_join(
        Contacts,
        Expr::col((Entity, Column::ContactId)).equals((Contacts, Contact::Id)),
    );
    let reachable = Condition::any()
        .add(Contact::Phone.is_not_null())
        .add(Contact::OtherPhone.is_not_null())
        .add(Contact::Email.is_not_null())
        .add(Contact::Address.is_not_null());
    query
        .select_only()
        .column(Contact::StudentId)
        .column(Column::ConfirmedOn)
        .filter(Contact::StudentId.is_in(students.iter().copied()))
        .filter(Column::WithdrawnAt.is_null())
        .filter(reachable)
        .into_tuple()
        .all(db)
        .await
}
