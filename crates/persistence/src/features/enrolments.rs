//! Enrolments at rest: every statement as it came, and what stands of them, which is made of them
//! (decision 0012).

use ascms_domain::access::Grant;
use ascms_domain::enrolments::{Pathway, stands};
use ascms_domain::ids::StudentId;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{QueryOrder, QuerySelect};

use crate::features::students::enrolment;
use crate::reference::schools;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::{Store, identity, rows};

mod ahead;
mod ledger;
mod receive;

pub use receive::{EnrolmentRefusal, TakenIn};

/// A time at a school.
#[derive(Clone, Debug)]
pub struct EnrolmentRow {
    pub enrolment: rows::enrolment::Model,
    pub school_number: i32,
    pub school_name: String,
}

/// A pathway, with the school that tells of it.
#[derive(Clone, Debug)]
pub struct PathwayRow {
    pub pathway: Pathway,
    pub school_number: i32,
    pub school_name: String,
}

/// More than any student has.
const MOST: u64 = 200;

impl Store {
    /// Where a student is and was enrolled, the latest told first, and the pathways that the student
    /// is on or will be.
    pub async fn enrolments(
        &self,
        grant: &Grant,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<(Vec<EnrolmentRow>, Vec<PathwayRow>), StoreError> {
        let student = identity::students::visible(&self.read, grant, id).await?;
        let rows = rows::enrolment::Entity::find()
            .filter(rows::enrolment::Column::StudentId.eq(student.id))
            .order_by_desc(rows::enrolment::Column::RecordedAt)
            .order_by_desc(rows::enrolment::Column::Id)
            .limit(MOST)
            .all(&self.read)
            .await?;
        let said = enrolment::report::of_students(&self.read, &[student.id]).await?;
        let said = said.get(&student.id).map_or(&[][..], Vec::as_slice);
        let pathways = stands(said, NaiveDate::MAX).pathways;
        let told_by = pathways.iter().map(|pathway| pathway.school);
        let schools = rows.iter().map(|row| row.school_id).chain(told_by);
        let names = schools::names(&self.read, schools).await?;
        let subject = Subject::one("student", student.id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        let each = rows.into_iter().filter_map(|enrolment| {
            let (school_number, school_name) = names.get(&enrolment.school_id)?.clone();
            Some(EnrolmentRow { enrolment, school_number, school_name })
        });
        let pathways = pathways.into_iter().filter_map(|pathway| {
            let (school_number, school_name) = names.get(&pathway.school)?.clone();
            Some(PathwayRow { pathway, school_number, school_name })
        });
        Ok((each.collect(), pathways.collect()))
    }
}
