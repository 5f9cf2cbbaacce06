//! What a referral, or a provider's change of school, says of where a student is enrolled. It is a
//! statement like those that schools' systems send, and stands or falls with them.

use std::collections::HashMap;

use ascms_domain::attendance::ReportedAt;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{Effect, Said, Statement, Stay, effect_of, stays};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::instants::following;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

use crate::features::students::enrolment::settle::settle;
use crate::features::students::enrolment::{MovedStudent, report};
use crate::rows::enrolment::{Column, Entity, Model};
use crate::rows::enrolment_report;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// Everything that was said of where a student is, and what is on record of it.
pub(crate) struct EnrolmentLedger {
    student_id: StudentId,
    /// The record that the next word is on.
    record: StudentId,
    said: Vec<Statement>,
    rows: Vec<Model>,
}

/// A student's leaving of a school, as a referral tells of it.
pub(crate) struct ReportedDeparture {
    pub school_id: SchoolId,
    pub last_day: NaiveDate,
    /// Code of the set `leaving-reasons`.
    pub reason: Option<String>,
}

impl EnrolmentLedger {
    /// Of somebody who was not known before.
    pub fn empty(student_id: StudentId) -> Self {
        Self { student_id, record: student_id, said: Vec::new(), rows: Vec::new() }
    }

    /// The caller holds the student's [`lock`](super::lock).
    pub async fn open(
        txn: &DatabaseTransaction,
        student_id: StudentId,
    ) -> Result<Self, StoreError> {
        let mut said = report::of_students(txn, &[student_id]).await?;
        let rows = Entity::find().filter(Column::StudentId.eq(student_id)).all(txn).await?;
        let said = said.remove(&student_id).unwrap_or_default();
        Ok(Self { student_id, record: student_id, said, rows })
    }

    /// The next word is on this record of the student's, and goes with it when it is parted.
    #[must_use]
    pub fn under(self, record: StudentId) -> Self {
        Self { record, ..self }
    }

    /// Makes what is on record what was said: whose words they are has changed.
    pub async fn rebuild(
        txn: &DatabaseTransaction,
        student_id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        Self::open(txn, student_id).await?.settle(txn, now).await?;
        Ok(())
    }

    /// Makes sure that the student is enrolled at this school now, and nowhere else: the school
    /// says that the student is theirs, and the later word wins. Answers what changed, if anything.
    pub async fn record_enrolment(
        mut self,
        txn: &DatabaseTransaction,
        school_id: SchoolId,
        now: DateTime<Utc>,
    ) -> Result<Option<MovedStudent>, StoreError> {
        if self.school(now) != Some(school_id) {
            let said = Said::Enrolled { first_day: None, year_level: None };
            self.add(txn, school_id, said, now).await?;
        }
        self.settle(txn, now).await
    }

    /// Notes that the student left this school, or was last seen there, unless another school has
    /// the student: the last school's word does not end that.
    pub async fn record_departure(
        mut self,
        txn: &DatabaseTransaction,
        ReportedDeparture { school_id, last_day, reason }: ReportedDeparture,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let known = stays(&self.said, nz_date(now));
        let last_day = match known.iter().find(|stay| stay.is_open()) {
            Some(stay) if stay.school != school_id => return Ok(()),
            Some(stay) => stay.first_day.map_or(last_day, |first| last_day.max(first)),
            None => last_day,
        };
        let said = Said::Left { first_day: None, last_day, reason, destination: None };
        self.add(txn, school_id, said, now).await?;
        self.settle(txn, now).await?;
        Ok(())
    }

    /// Where the student is enrolled now.
    fn school(&self, now: DateTime<Utc>) -> Option<SchoolId> {
        let known = stays(&self.said, nz_date(now));
        known.iter().find(|stay| stay.is_open()).map(|stay: &Stay| stay.school)
    }

    /// Keeps a word, unless it can not be: of a day before the student came there. It is later than
    /// whatever is on record, also where that was written by a server whose clock is ahead.
    async fn add(
        &mut self,
        txn: &DatabaseTransaction,
        school_id: SchoolId,
        said: Said,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let latest = self.said.iter().map(|one| one.reported.received_at()).max();
        let after = latest.map_or(now, |latest| following(latest, now));
        let word = Statement::new(ReportedAt::new(after, after), school_id, said);
        self.said.push(word.clone());
        if effect_of(&word, &self.said, nz_date(now)) == Effect::Contradicts {
            self.said.pop();
            return Ok(());
        }
        let row = enrolment_report::Model::of(self.record, &word);
        whole_row::insert(txn, enrolment_report::ActiveModel::from(row)).await?;
        Ok(())
    }

    async fn settle(
        self,
        txn: &DatabaseTransaction,
        now: DateTime<Utc>,
    ) -> Result<Option<MovedStudent>, StoreError> {
        let said = HashMap::from([(self.student_id, self.said)]);
        let rows = HashMap::from([(self.student_id, self.rows)]);
        Ok(settle(txn, &said, rows, now).await?.pop())
    }
}
