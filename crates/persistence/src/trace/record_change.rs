//! Telling people of a change of a record that is on no case: those who wait for it.

use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{ProviderId, UserId};
use ascms_domain::notifications::{ChangeAudience, Concerned, NotifiedRecord, told};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::reference::actors;
use crate::store::transaction::DatabaseTransaction;
use crate::trace::notifications::{self, NewNotification, NotifiedOf};

/// Something that happened to a record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RecordChange {
    /// For example `submission.returned`.
    pub kind: &'static str,
    pub record: NotifiedRecord,
    pub subject_id: Uuid,
    /// Whose record it is; none of the Ministry's own.
    pub organisation: Option<ProviderId>,
}

/// Those who act next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WaitingFor {
    /// The workflow leads of the organisation whose record it is.
    Leads,
    /// The administrators of the Ministry.
    Ministry,
    Both,
}

/// Tells those who act next, each once, but not the person who made the change.
pub(crate) async fn notify_waiting(
    txn: &DatabaseTransaction,
    change: RecordChange,
    waiting_for: WaitingFor,
    (by, now): (Option<UserId>, DateTime<Utc>),
) -> Result<(), DbErr> {
    let RecordChange { kind, record, subject_id, organisation } = change;
    let today = nz_date(now);
    let mut leads = Vec::new();
    if let Some(organisation) = organisation.filter(|_| waiting_for != WaitingFor::Ministry) {
        leads.extend(actors::leads_of(txn, organisation, today).await?);
    }
    if waiting_for != WaitingFor::Leads {
        leads.extend(actors::administrators(txn, today).await?);
    }
    let concerned = Concerned { leads, ..Concerned::default() };
    let people = told(&concerned, ChangeAudience::Provider, by);
    let of = NotifiedOf::Record(record, organisation);
    notifications::notify(txn, &people, NewNotification { kind, of, subject_id }, now).await
}
