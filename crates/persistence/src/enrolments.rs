//! Enrolments at rest: every statement as it came, and what stands of them, which is made of them
//! (decision 0012).

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::audit::{self, Subject};
use crate::students::{self, enrolment};
use crate::{Store, StoreError, schools};

mod ahead;
mod ledger;
mod push;
mod receive;

pub use push::{
    EnrolmentPush, Place, PushError, PushFault, PushWarning, PushedStatement, Received,
};

/// A time at a school, with the school's number and name.
pub type EnrolmentRow = (enrolment::Model, i32, String);

/// More than any student has.
const MOST: u64 = 200;

impl Store {
    /// Where a student is and was enrolled, the latest told first.
    pub async fn enrolments(
        &self,
        grant: &Grant,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<Vec<EnrolmentRow>, StoreError> {
        let student = students::visible(&self.read, grant, id).await?;
        let rows = enrolment::Entity::find()
            .filter(enrolment::Column::StudentId.eq(student.id))
            .order_by_desc(enrolment::Column::RecordedAt)
            .order_by_desc(enrolment::Column::Id)
            .limit(MOST)
            .all(&self.read)
            .await?;
        let names = schools::names(&self.read, rows.iter().map(|row| row.school_id)).await?;
        let subject = Subject::one("student", student.id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        let each = rows.into_iter().filter_map(|row| {
            let (number, name) = names.get(&row.school_id)?.clone();
            Some((row, number, name))
        });
        Ok(each.collect())
    }
}
