//! Writing a referral's next version.

use ascms_domain::access::Grant;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::reach::rows::referral::Model;
use crate::store::audit::{self, Subject};
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::trace;

pub(crate) async fn save_version(
    txn: &DatabaseTransaction,
    grant: &Grant,
    before: &Model,
    row: &mut Model,
    kind: &'static str,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    trace::history::save_version(txn, grant, before, row, now).await?;
    let subject = Subject::one("referral", row.id.0).with(row.case_id.map(|case| case.0));
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    let event = Event {
        kind,
        subject_id: row.id.0,
        version: row.version,
        provider_id: row.provider_id,
        school_id: Some(row.school_id),
    };
    events::record(txn, event, now).await
}
