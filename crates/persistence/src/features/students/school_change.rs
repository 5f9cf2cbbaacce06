//! A student changes school.

use ascms_domain::enrolment_claims::ClaimAnswerer;
use ascms_domain::ids::StudentId;
use ascms_domain::measures::ClockCause;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::measures::{self, ClockScope};
use crate::features::students::enrolment::EnrolmentLedger;
use crate::features::students::file::{StudentFile, whole};
use crate::features::{cases, enrolment_claims, referrals};
use crate::gate::write::Write;
use crate::identity;
use crate::reach::rows::student;
use crate::reach::students::within;
use crate::rows::school;
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::events::{self, Event};

/// Why a change of school was not recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchoolChangeRefusal {
    #[error("no school has this number")]
    UnknownSchool,
    #[error("the student is enrolled there already")]
    AlreadyThere,
}

impl Write<'_> {
    /// Records that a student is enrolled at another school now.
    pub async fn record_school_change(
        &self,
        id: StudentId,
        school_number: i32,
    ) -> Result<StudentFile, CallError<SchoolChangeRefusal>> {
        let (txn, grant, now) = (self.txn, self.grant(), self.now());
        identity::enrolment_lock::lock(txn, [id]).await?;
        let row = within(grant).filter(student::Column::Id.eq(id)).lock_exclusive().one(txn);
        let student = row.await?.ok_or(StoreError::NotFound)?;
        let school = school::Entity::find()
            .filter(school::Column::Number.eq(school_number))
            .one(txn)
            .await?
            .ok_or(CallError::Refused(SchoolChangeRefusal::UnknownSchool))?;
        let told = EnrolmentLedger::open(txn, id).await?;
        let moved = told.record_enrolment(txn, school.id, now).await?;
        match &moved {
            Some(moved) => {
                let moved = std::slice::from_ref(moved);
                enrolment_claims::follow(txn, grant, moved, None, self.basis()).await?;
            }
            // The provider's word opens what that school has claimed.
            None => {
                let said = [(id, school.id)];
                let answerer = ClaimAnswerer::Provider;
                if !enrolment_claims::confirm(txn, grant, &said, answerer, now).await? {
                    return Err(CallError::Refused(SchoolChangeRefusal::AlreadyThere));
                }
                return Ok(whole(txn, student).await?);
            }
        }
        referrals::resolve(txn, grant, &[id], now).await?;
        let which = ClockScope::Students(&[id]);
        measures::recompute_clocks(txn, which, ClockCause::Enrolment, self.calendars, now).await?;
        let followed = cases::NumberedSchool { id: school.id, number: school.number };
        if !cases::follow_student(txn, grant, id, followed, now).await? {
            let subject = Subject::one("student", id.0);
            audit::record(txn, audit::allowed(grant, subject, now)).await?;
            let event = Event {
                kind: "student.school_changed",
                subject_id: id.0,
                version: student.version,
                provider_id: None,
                school_id: Some(school.id),
            };
            events::record(txn, event, now).await?;
        }
        Ok(whole(txn, student).await?)
    }
}
