//! What every change on a case leaves behind: its audit entry, its event, and an entry for the
//! people whom it concerns.

use ascms_domain::access::{Caller, Grant};
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::UserId;
use ascms_domain::notifications::{ChangeAudience, Concerned, told};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::reach::rows::attendance_case::Model;
use crate::reference::actors;
use crate::store::audit::{self, Subject};
use crate::store::events::{self, Event};
use crate::store::transaction::DatabaseTransaction;
use crate::trace::notifications::{self, NewNotification, NotifiedOf};

/// Something that happened on a case.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// For example `contact.logged`; the part before the dot is the subject.
    kind: &'static str,
    /// The case, or what on it changed.
    subject_id: Uuid,
    /// The version that the subject reached.
    version: i32,
    audience: ChangeAudience,
    previous_case_manager: Option<UserId>,
    waits_for_a_lead: bool,
    also: Vec<UserId>,
    further: Vec<Uuid>,
}

impl Change {
    /// The case itself changed, and its row shows how it is now.
    pub(crate) fn of_case(kind: &'static str, case: &Model) -> Self {
        Self::on_case(kind, case.id.0, case.version)
    }

    /// Something on the case was added or changed, and is at this version now.
    pub(crate) fn on_case(kind: &'static str, subject_id: Uuid, version: i32) -> Self {
        Self {
            kind,
            subject_id,
            version,
            audience: ChangeAudience::Everyone,
            previous_case_manager: None,
            waits_for_a_lead: false,
            also: Vec::new(),
            further: Vec::new(),
        }
    }

    pub(crate) fn subject_id(&self) -> Uuid {
        self.subject_id
    }

    /// Who is to be told, when it is not everyone whom the case concerns.
    pub(crate) fn to(mut self, audience: ChangeAudience) -> Self {
        self.audience = audience;
        self
    }

    /// Also tells who managed the case until now.
    pub(crate) fn taken_from(mut self, case_manager: Option<UserId>) -> Self {
        self.previous_case_manager = case_manager;
        self
    }

    /// Also tells the provider's workflow leads: one of them has to see to it.
    pub(crate) fn waiting_for_a_lead(mut self, waits: bool) -> Self {
        self.waits_for_a_lead = waits;
        self
    }

    /// Also tells these people.
    pub(crate) fn telling(mut self, people: Vec<UserId>) -> Self {
        self.also = people;
        self
    }

    /// Rows that the audit entry names beside the case and the subject.
    pub(crate) fn with(mut self, further: impl IntoIterator<Item = Uuid>) -> Self {
        self.further.extend(further);
        self
    }
}

/// Writes the one audit entry and the one event of a change on a case, and tells the people whom
/// it concerns. `case` is the row as it is after the change.
pub(crate) async fn changed(
    txn: &DatabaseTransaction,
    grant: &Grant,
    case: &Model,
    change: Change,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let Change { kind, subject_id, version, audience, .. } = change;
    let own = (subject_id != case.id.0).then_some(subject_id);
    let further = change.further.iter().copied();
    let subject = Subject::one("case", case.id.0).with(own.into_iter().chain(further));
    audit::record(txn, audit::allowed(grant, subject, now)).await?;
    let event = Event {
        kind,
        subject_id,
        version,
        provider_id: Some(case.provider_id),
        // A follower of the school's events is not told of what the school does not see.
        school_id: (audience == ChangeAudience::Everyone).then_some(case.school_id),
    };
    events::record_on_case(txn, case.id, &[event], now).await?;
    let by = match grant.caller() {
        Caller::User(id) => Some(id),
        Caller::Client(_) => None,
    };
    notify_concerned(txn, case, change, by, now).await
}

/// Tells the people whom a change on a case concerns, but not who made it: nobody, where time did.
pub(crate) async fn notify_concerned(
    txn: &DatabaseTransaction,
    case: &Model,
    change: Change,
    by: Option<UserId>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let Change { kind, subject_id, audience, previous_case_manager, waits_for_a_lead, .. } = change;
    let mut leads = change.also;
    if waits_for_a_lead {
        leads.extend(actors::leads_of(txn, case.provider_id, nz_date(now)).await?);
    }
    let concerned = Concerned {
        case_manager: case.case_manager_id,
        previous_case_manager,
        primary_contact: case.primary_contact_id,
        leads,
    };
    let people = told(&concerned, audience, by);
    let new = NewNotification { kind, of: NotifiedOf::Case(case.id), subject_id };
    notifications::notify(txn, &people, new, now).await
}
