//! What somebody said of one student at one school. Append-only: it is what the enrolments can be
//! made of again, as they are and as they were known.

use std::collections::HashMap;

use ascms_domain::attendance::ReportedAt;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{EnrolmentStatement, Said, Statement, StatementsOnRecord, stays};
use ascms_domain::ids::{SchoolId, StudentId};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::UnionType;
use sea_orm::{QuerySelect, QueryTrait};

use crate::features::students::enrolment::closing_statements;
use crate::identity;
use crate::rows::enrolment_report::{Column, Entity, Model};
use crate::store::bulk;
use crate::store::error::StoreError;

impl Model {
    pub(crate) fn of(student_id: StudentId, statement: &Statement) -> Self {
        let (sent_at, received_at) =
            (statement.reported.sent_at(), statement.reported.received_at());
        let blank = Self {
            id: Uuid::now_v7(),
            student_id,
            school_id: statement.school,
            said: statement.said.kind(),
            first_day: None,
            last_day: None,
            leaving_reason: None,
            destination: None,
            year_level: None,
            sent_at,
            received_at,
            ahead: statement.is_ahead(nz_date(received_at)),
        };
        match statement.said.clone() {
            Said::Enrolled { first_day, year_level } => Self { first_day, year_level, ..blank },
            Said::Left { first_day, last_day, reason, destination } => Self {
                first_day,
                last_day: Some(last_day),
                leaving_reason: reason,
                destination,
                ..blank
            },
            // Of a pathway there is a row of another table.
            Said::NeverEnrolled | Said::OnPathway { .. } => blank,
        }
    }

    pub(crate) fn statement(&self) -> Result<Statement, StoreError> {
        let said = match (self.said, self.last_day) {
            (EnrolmentStatement::Enrolled, None) => {
                Said::Enrolled { first_day: self.first_day, year_level: self.year_level }
            }
            (EnrolmentStatement::Left, Some(last_day)) => Said::Left {
                first_day: self.first_day,
                last_day,
                reason: self.leaving_reason.clone(),
                destination: self.destination.clone(),
            },
            (EnrolmentStatement::NeverEnrolled, None) => Said::NeverEnrolled,
            (EnrolmentStatement::Enrolled | EnrolmentStatement::NeverEnrolled, Some(_))
            | (EnrolmentStatement::AlternativePathway, _)
            | (EnrolmentStatement::Left, None) => return Err(StoreError::Corrupt(self.id)),
        };
        let reported = ReportedAt::new(self.sent_at, self.received_at);
        Ok(Statement::new(reported, self.school_id, said))
    }
}

/// Everything that was said of these students, whichever of their records it was said of.
pub(crate) async fn of_students(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<HashMap<StudentId, Vec<Statement>>, StoreError> {
    Ok(on_record(db, students).await?.of_student)
}

/// The same, and of each of their records by itself.
pub(crate) async fn on_record(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<StatementsOnRecord, StoreError> {
    if students.is_empty() {
        return Ok(StatementsOnRecord::default());
    }
    let joined = identity::merges::joined_into(db, students).await?;
    let records = students.iter().chain(joined.keys()).copied();
    let all = bulk::padded(records.clone());
    let rows = Entity::find().filter(Column::StudentId.is_in(all)).all(db).await?;
    let of_schools = rows.into_iter().map(|row| Ok((row.student_id, row.statement()?)));
    let mut said = of_schools.collect::<Result<Vec<_>, StoreError>>()?;
    said.extend(closing_statements::statements(db, records).await?);
    let mut on_record = StatementsOnRecord::default();
    for (record, statement) in said {
        let student = joined.get(&record).copied().unwrap_or(record);
        on_record.of_record.entry(record).or_default().push(statement.clone());
        on_record.of_student.entry(student).or_default().push(statement);
    }
    Ok(on_record)
}

/// Those of the students of whom a school ever said something.
pub(crate) async fn told_by(
    db: &impl ConnectionTrait,
    school: SchoolId,
    students: &[StudentId],
) -> Result<Vec<StudentId>, StoreError> {
    let on_record = on_record(db, students).await?;
    let known = students.iter().filter(|student| on_record.is_known_at(**student, school));
    Ok(known.copied().collect())
}

/// The first days of these students' times at schools, those told that have not come yet among
/// them, as they stand if nothing else is said. Only of students of whom a day ahead was ever told,
/// and whatever others are beside them: nobody else needs the statements for it.
pub(crate) async fn first_days_ahead(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<HashMap<StudentId, Vec<NaiveDate>>, StoreError> {
    let ahead =
        || Entity::find().select_only().column(Column::StudentId).filter(Column::Ahead.eq(true));
    let own = ahead().filter(Column::StudentId.is_in(students.iter().copied()));
    let joined = ahead().filter(Column::StudentId.in_subquery(identity::merges::joined(students)));
    // A union, and not a condition with OR: for that PostgreSQL would read every statement.
    let any = own.into_query().union(UnionType::Distinct, joined.into_query()).take();
    if db.query_all(&any).await?.is_empty() {
        return Ok(HashMap::new());
    }
    let said = of_students(db, students).await?;
    let days = said.into_iter().map(|(student, words)| {
        let known = stays(&words, NaiveDate::MAX);
        (student, known.into_iter().filter_map(|stay| stay.first_day).collect())
    });
    Ok(days.collect())
}

/// What was said of students by an instant. The records are theirs and those that were joined to
/// them, each with the student's id.
pub(crate) async fn known_by(
    db: &impl ConnectionTrait,
    records: &HashMap<StudentId, StudentId>,
    instant: DateTime<Utc>,
) -> Result<HashMap<StudentId, Vec<Statement>>, StoreError> {
    let rows = Entity::find()
        .filter(Column::StudentId.is_in(bulk::padded(records.keys().copied())))
        .filter(Column::ReceivedAt.lte(instant))
        .all(db)
        .await?;
    let mut said: HashMap<StudentId, Vec<Statement>> = HashMap::new();
    for row in rows {
        let student = records.get(&row.student_id).copied().unwrap_or(row.student_id);
        said.entry(student).or_default().push(row.statement()?);
    }
    Ok(said)
}
