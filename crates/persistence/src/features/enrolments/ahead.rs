//! First days that were told ahead take effect when they come, without another word.

use std::error::Error;

use ascms_domain::access::Action;
use ascms_domain::calendar::nz_date;
use ascms_domain::enrolments::{ConcernedStudents, EnrolmentStatement};
use chrono::{DateTime, Utc};

use crate::Store;
use crate::features::enrolments::ledger::Ledger;
use crate::features::students::enrolment::ahead;
use crate::reference::judgement_basis::JudgementBasis;
use crate::rows::enrolment_ahead;
use crate::store::error::StoreError;

impl Store {
    /// Lets the first day of one student take effect that was told ahead and has come, as a
    /// statement of this day would. Answers whether there was one: then there may be more.
    ///
    /// The sender of the statement is the one who acts. Where they may no longer say such a thing, or
    /// it fails for good, nothing is done, so that nobody else waits for it; the next statement on
    /// the student makes up for it.
    pub async fn begin_one_told_ahead(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        // Nearly always there is nothing: found out without the lock of a write.
        let Some(day) = ahead::due(&self.read, nz_date(now)).await? else { return Ok(false) };
        match self.begin_told_ahead(&day, now).await {
            Err(err) if !err.may_pass() => {
                tell_of_failure(&day, &err);
                let txn = self.begin().await?;
                ahead::take(&txn, &day).await?;
                txn.commit().await?;
            }
            done => done?,
        }
        Ok(true)
    }

    async fn begin_told_ahead(
        &self,
        day: &enrolment_ahead::Model,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let action = Action::SendEnrolments;
        let grant = match day.told_by() {
            Some(caller) => self.granted_to(caller, action, day.request_id, nz_date(now)).await?,
            None => None,
        };
        let (rules, calendars) = (self.rules().await?, self.calendars().await?);
        let txn = self.begin().await?;
        // The student first, then the day: in the order of those who send statements.
        let ledger = Ledger::open(&txn, &[], &[day.student_id]).await?;
        if !ahead::take(&txn, day).await? {
            return Ok(());
        }
        let student = ledger.everybody.by_id(day.student_id);
        if let Some((grant, student)) = grant.zip(student) {
            let mut concerned = ConcernedStudents::default();
            concerned.students.insert(student.id);
            for school in ledger.told_for(student.id, day.first_day) {
                concerned.note(student.id, school, EnrolmentStatement::Enrolled);
            }
            if ledger.has_pathway_from(student.id, day.first_day) {
                concerned.on_pathway.insert(student.id);
            }
            let basis = JudgementBasis { rules: &rules, calendars: &calendars, now };
            ledger.settle(&txn, &grant, &concerned, basis).await?;
        } else {
            tracing::warn!(request_id = %day.request_id, "who told a first day may do so no longer");
        }
        txn.commit().await
    }
}

fn tell_of_failure(day: &enrolment_ahead::Model, err: &StoreError) {
    let cause: &dyn Error = err;
    tracing::error!(error = cause, request_id = %day.request_id, "a first day failed for good");
}
