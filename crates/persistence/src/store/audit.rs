//! The audit trail: who did what to whom and why they could. Ids only, never names or words.
//! A change's entry is written in its transaction; a read's is committed before its answer.

use ascms_domain::access::{Action, Actor, Caller, Grant};
use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::entity::prelude::*;

use crate::rows::audit_entry::{ActiveModel, Ids};
pub(crate) use crate::store::subject::Subject;
use crate::store::transaction::{DatabaseTransaction, NewRows};

/// A call that was refused: by the role (403) or by the reach (404), which look alike outside.
#[derive(Clone, Debug)]
pub struct Denial {
    pub action: Action,
    /// The code of the problem that was answered.
    pub rule: &'static str,
    /// The row that was asked for, where the path names one.
    pub subject_id: Option<Uuid>,
}

/// An entry for something that was allowed.
pub(crate) fn allowed(grant: &Grant, subject: Subject, at: DateTime<Utc>) -> ActiveModel {
    let appointment = grant.appointment();
    ActiveModel {
        provider_id: Set(appointment.provider),
        school_id: Set(appointment.school),
        role: Set(Some(appointment.role)),
        action: Set(grant.action().as_str().to_owned()),
        decision: Set("allowed".to_owned()),
        rule: Set(None),
        request_id: Set(Some(grant.request_id())),
        ..blank(Some(grant.caller()), subject, at)
    }
}

/// An entry for something that was refused.
pub(crate) fn denied(actor: &Actor, denial: &Denial, at: DateTime<Utc>) -> ActiveModel {
    let subject = Subject { kind: "request", id: denial.subject_id, further: Vec::new() };
    ActiveModel {
        action: Set(denial.action.as_str().to_owned()),
        decision: Set("denied".to_owned()),
        rule: Set(Some(denial.rule.to_owned())),
        request_id: Set(Some(actor.request_id)),
        ..blank(Some(actor.caller), subject, at)
    }
}

/// An entry for what the operator of the service did at the command line.
pub(crate) fn by_operator(
    action: &'static str,
    subject: Subject,
    at: DateTime<Utc>,
) -> ActiveModel {
    ActiveModel {
        action: Set(action.to_owned()),
        decision: Set("allowed".to_owned()),
        ..blank(None, subject, at)
    }
}

fn blank(caller: Option<Caller>, subject: Subject, at: DateTime<Utc>) -> ActiveModel {
    let caller_kind = match caller {
        Some(Caller::User(_)) => "user",
        Some(Caller::Client(_)) => "client",
        None => "system",
    };
    let Subject { kind, id, further } = subject;
    ActiveModel {
        id: NotSet,
        at: Set(at),
        caller_kind: Set(caller_kind.to_owned()),
        caller_id: Set(caller.map(Caller::id)),
        provider_id: Set(None),
        school_id: Set(None),
        role: Set(None),
        action: NotSet,
        decision: NotSet,
        rule: Set(None),
        subject_kind: Set(kind.to_owned()),
        subject_id: Set(id),
        further_ids: Set((!further.is_empty()).then_some(Ids(further))),
        request_id: Set(None),
    }
}

/// Writes the entry of a change into the change's own transaction.
pub(crate) async fn record(txn: &DatabaseTransaction, entry: ActiveModel) -> Result<(), DbErr> {
    txn.add(NewRows::of([entry])).await
}
