//! Where a student is and was enrolled. The open one is the school that sees the student now.

use ascms_domain::ids::StudentId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{QuerySelect, QueryTrait};

use crate::rows::enrolment::{ActiveModel, Column, Entity, Model};
use crate::rows::student_merge::EnrolmentEnd;
use crate::store::transaction::DatabaseTransaction;

pub(crate) mod ahead;
pub(crate) mod closing_statements;
pub(crate) mod pathway;
pub(crate) mod report;
mod settle;
mod told;

pub(crate) use settle::{Arrival, GivingSchool, MovedStudent, settle};
pub(crate) use told::{EnrolmentLedger, ReportedDeparture};

/// The students who are enrolled now at the schools of a condition, by whatever word. [`holds`]
/// says who may see them.
pub(crate) fn enrolled_at(schools: SimpleExpr) -> SelectStatement {
    Entity::find()
        .select_only()
        .column(Column::StudentId)
        .filter(schools)
        .filter(Column::LeftOn.is_null())
        .into_query()
}

/// Where the student is enrolled now.
pub(crate) async fn open(
    db: &impl ConnectionTrait,
    student_id: StudentId,
) -> Result<Option<Model>, DbErr> {
    Entity::find()
        .filter(Column::StudentId.eq(student_id))
        .filter(Column::LeftOn.is_null())
        .one(db)
        .await
}

async fn close(
    db: &impl ConnectionTrait,
    enrolment: &Model,
    left_on: NaiveDate,
    reason: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let left_on = enrolment.enrolled_on.map_or(left_on, |from| Ord::max(left_on, from));
    let change = ActiveModel {
        id: Set(enrolment.id),
        left_on: Set(Some(left_on)),
        leaving_reason: Set(reason),
        left_sent_at: Set(Some(now)),
        left_recorded_at: Set(Some(now)),
        ..Default::default()
    };
    Entity::update(change).exec(db).await?;
    Ok(())
}

/// Hands the enrolments of a record to the one that it is joined to. Of two schools that each say
/// the student is theirs, the later word wins, as it does on intake; said twice of one school it
/// is one enrolment, and the second stays where it is. Answers with what moved as it was before,
/// and with the survivor's own enrolment when the later word ended that.
pub(super) async fn hand_over(
    txn: &DatabaseTransaction,
    from: StudentId,
    into: StudentId,
) -> Result<(Vec<EnrolmentEnd>, Option<EnrolmentEnd>), DbErr> {
    let mut moving = Entity::find().filter(Column::StudentId.eq(from)).all(txn).await?;
    let theirs = moving.iter().find(|row| row.left_on.is_none()).cloned();
    let (mut before, mut ended) = (Vec::new(), None);
    if let (Some(own), Some(theirs)) = (open(txn, into).await?, theirs) {
        if own.school_id == theirs.school_id {
            moving.retain(|row| row.id != theirs.id);
        } else {
            let (earlier, later) = if own.recorded_at < theirs.recorded_at {
                (&own, &theirs)
            } else {
                (&theirs, &own)
            };
            let day = ascms_domain::calendar::nz_date(later.recorded_at);
            close(txn, earlier, day, None, later.recorded_at).await?;
            ended = (earlier.id == own.id).then(|| stay(&own));
        }
    }
    for row in moving {
        let change = ActiveModel { id: Set(row.id), student_id: Set(into), ..Default::default() };
        Entity::update(change).exec_without_returning(txn).await?;
        before.push(stay(&row));
    }
    Ok((before, ended))
}

/// Hands enrolments back as they were, and lets the survivor's own one run on, unless a later word
/// has enrolled the survivor elsewhere.
pub(super) async fn hand_back(
    txn: &DatabaseTransaction,
    moved: &[EnrolmentEnd],
    ended: Option<&EnrolmentEnd>,
    survivor: StudentId,
    to: StudentId,
) -> Result<(), DbErr> {
    for EnrolmentEnd { id, left_on, leaving_reason } in moved {
        Entity::update_many()
            .col_expr(Column::StudentId, Expr::value(to))
            .col_expr(Column::LeftOn, Expr::value(*left_on))
            .col_expr(Column::LeavingReason, Expr::value(leaving_reason.clone()))
            .col_expr(Column::LeftSentAt, since_left(*left_on, Column::LeftSentAt))
            .col_expr(Column::LeftRecordedAt, since_left(*left_on, Column::LeftRecordedAt))
            .filter(Column::Id.eq(*id))
            .filter(Column::StudentId.eq(survivor))
            .exec(txn)
            .await?;
    }
    let Some(EnrolmentEnd { id, left_on, leaving_reason }) = ended else { return Ok(()) };
    if open(txn, survivor).await?.is_none() {
        let change = ActiveModel {
            id: Set(*id),
            left_on: Set(*left_on),
            leaving_reason: Set(leaving_reason.clone()),
            left_sent_at: Set(None),
            left_recorded_at: Set(None),
            ..Default::default()
        };
        Entity::update(change).exec_without_returning(txn).await?;
    }
    Ok(())
}

/// When the end was told: of what is open again, never.
fn since_left(left_on: Option<NaiveDate>, column: Column) -> SimpleExpr {
    match left_on {
        Some(_) => Expr::col(column),
        None => Expr::value(None::<DateTime<Utc>>),
    }
}

fn stay(row: &Model) -> EnrolmentEnd {
    let Model { id, left_on, leaving_reason, .. } = row.clone();
    EnrolmentEnd { id, left_on, leaving_reason }
}
