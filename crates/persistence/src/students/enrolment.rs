//! Where a student is and was enrolled. The open one is the school that sees the student now.

use std::collections::BTreeSet;

use ascms_domain::attendance::{EnrolmentPeriod, ReportedAt};
use ascms_domain::enrolments::{Said, Statement};
use ascms_domain::ids::{EnrolmentId, SchoolId, StudentId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::DatabaseTransaction;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SimpleExpr;

use super::merge::Stay;
use crate::dialect;

pub(crate) mod report;
mod settle;

pub(crate) use settle::{Moved, settle};

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enrolment")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: EnrolmentId,
    pub student_id: StudentId,
    pub school_id: SchoolId,
    pub enrolled_on: Option<NaiveDate>,
    /// The last day, included; open while the student is enrolled.
    pub left_on: Option<NaiveDate>,
    pub leaving_reason: Option<String>,
    /// When somebody's word that the student is enrolled came in.
    pub recorded_at: DateTime<Utc>,
    pub year_level: Option<i32>,
    /// Where the student went, as the school says it.
    pub destination: Option<String>,
    /// When that word was sent, by the sender's clock; unknown of what was on record before.
    pub sent_at: Option<DateTime<Utc>>,
    /// The same of the word that ended it.
    pub left_sent_at: Option<DateTime<Utc>>,
    pub left_recorded_at: Option<DateTime<Utc>>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// As the rules of attendance see it.
    pub(crate) fn period(&self) -> EnrolmentPeriod {
        let Self { school_id: school, enrolled_on: first_day, left_on: last_day, .. } = *self;
        EnrolmentPeriod { school, first_day, last_day }
    }
}

/// Students share so many locks: a lock each would be more than PostgreSQL has room for.
const LOCKS: u128 = 256;

/// Makes those who would change the enrolments of the same students wait for each other, until the
/// end of the transaction.
pub(crate) async fn lock(
    txn: &DatabaseTransaction,
    students: impl IntoIterator<Item = StudentId>,
) -> Result<(), DbErr> {
    let shared: BTreeSet<u128> = students.into_iter().map(|id| id.0.as_u128() % LOCKS).collect();
    let names: Vec<String> = shared.iter().map(|n| format!("enrolments {n}")).collect();
    if names.is_empty() { Ok(()) } else { dialect::lock_names(txn, &names).await }
}

/// Makes sure that the student is enrolled at this school now, and nowhere else: a referral is a
/// school's word that the student is theirs, and the later word wins. Answers whether anything
/// changed.
pub(crate) async fn enrolled_at(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    school_id: SchoolId,
    now: DateTime<Utc>,
) -> Result<bool, DbErr> {
    let open = open(db, student_id).await?;
    if open.as_ref().is_some_and(|enrolment| enrolment.school_id == school_id) {
        return Ok(false);
    }
    if let Some(elsewhere) = open {
        close(db, &elsewhere, ascms_domain::calendar::nz_date(now), None, now).await?;
    }
    insert(db, blank(student_id, school_id, now)).await?;
    let said = Said::Enrolled { first_day: None, year_level: None };
    keep_word(db, student_id, (school_id, said), now).await?;
    Ok(true)
}

/// Notes that the student left this school, or was last seen there, and is enrolled nowhere.
pub(crate) async fn left(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    school_id: SchoolId,
    departure: (NaiveDate, Option<String>),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let (left_on, reason) = departure;
    let left_on = match open(db, student_id).await? {
        Some(here) if here.school_id == school_id => {
            close(db, &here, left_on, reason.clone(), now).await?;
            here.enrolled_on.map_or(left_on, |from| left_on.max(from))
        }
        // Enrolled at another school: the (last) school's word does not end that.
        Some(_elsewhere) => return Ok(()),
        None => {
            let past = Model {
                left_on: Some(left_on),
                leaving_reason: reason.clone(),
                left_sent_at: Some(now),
                left_recorded_at: Some(now),
                ..blank(student_id, school_id, now)
            };
            insert(db, past).await?;
            left_on
        }
    };
    let said = Said::Left { first_day: None, last_day: left_on, reason, destination: None };
    keep_word(db, student_id, (school_id, said), now).await
}

/// A referral, and a provider that records a change of school, say something of an enrolment too:
/// it stands beside what is sent of enrolments.
async fn keep_word(
    db: &impl ConnectionTrait,
    student_id: StudentId,
    (school_id, said): (SchoolId, Said),
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let word = Statement::new(ReportedAt::new(now, now), school_id, said);
    let row = report::Model::of(student_id, &word);
    report::Entity::insert(report::ActiveModel::from(row).reset_all())
        .exec_without_returning(db)
        .await?;
    Ok(())
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
    let left_on = enrolment.enrolled_on.map_or(left_on, |from| left_on.max(from));
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
) -> Result<(Vec<Stay>, Option<Stay>), DbErr> {
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
    (moved, ended): (&[Stay], Option<&Stay>),
    survivor: StudentId,
    to: StudentId,
) -> Result<(), DbErr> {
    for Stay { id, left_on, leaving_reason } in moved {
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
    let Some(Stay { id, left_on, leaving_reason }) = ended else { return Ok(()) };
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

fn stay(row: &Model) -> Stay {
    let Model { id, left_on, leaving_reason, .. } = row.clone();
    Stay { id, left_on, leaving_reason }
}

async fn insert(db: &impl ConnectionTrait, row: Model) -> Result<(), DbErr> {
    Entity::insert(ActiveModel::from(row).reset_all()).exec_without_returning(db).await?;
    Ok(())
}

fn blank(student_id: StudentId, school_id: SchoolId, now: DateTime<Utc>) -> Model {
    Model {
        id: EnrolmentId::generate(),
        student_id,
        school_id,
        enrolled_on: None,
        left_on: None,
        leaving_reason: None,
        recorded_at: now,
        year_level: None,
        destination: None,
        sent_at: Some(now),
        left_sent_at: None,
        left_recorded_at: None,
    }
}
