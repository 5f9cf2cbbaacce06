//! A student changes school.

use ascms_domain::enrolment_claims::ClaimAnswerer;
use ascms_domain::ids::StudentId;
use ascms_domain::measures::ClockCause;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::enrolment::{self, Told};
use super::{StudentFile, record, whole, within};
use crate::audit::{self, Subject};
use crate::call::About;
use crate::events::{self, Event};
use crate::idempotency::Answer;
use crate::measures::{self, Which};
use crate::turns::Topic;
use crate::{Call, CallError, Store, StoreError, cases, enrolment_claims, referrals, schools};

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SchoolChangeError {
    #[error("no school has this number")]
    UnknownSchool,
    #[error("the student is enrolled there already")]
    AlreadyThere,
}

impl Store {
    /// Records that a student is enrolled at another school now.
    pub async fn record_school_change(
        &self,
        call: &Call<'_>,
        id: StudentId,
        school_number: i32,
        render: impl FnOnce(&StudentFile) -> Answer,
    ) -> Result<Answer, CallError<SchoolChangeError>> {
        let (rules, almanac) = (self.rules().await?, self.almanac().await?);
        self.carry_out_on(Topic::Record(id.0), (call, About::Student(id)), async |txn| {
            let Call { grant, now, .. } = *call;
            enrolment::lock(txn, [id]).await?;
            let row = within(grant).filter(record::Column::Id.eq(id)).lock_exclusive().one(txn);
            let student = row.await?.ok_or(StoreError::NotFound)?;
            let school = schools::Entity::find()
                .filter(schools::Column::Number.eq(school_number))
                .one(txn)
                .await?
                .ok_or(CallError::Refused(SchoolChangeError::UnknownSchool))?;
            let told = Told::of(txn, id).await?;
            let moved = told.enrolled_at(txn, school.id, now).await?;
            let by = (&*rules, &*almanac, now);
            match &moved {
                Some(moved) => {
                    let moved = std::slice::from_ref(moved);
                    enrolment_claims::follow(txn, grant, moved, None, by).await?;
                }
                // The provider's word opens what that school has claimed.
                None => {
                    let said = [(id, school.id)];
                    let answerer = ClaimAnswerer::Provider;
                    if !enrolment_claims::confirm(txn, grant, &said, answerer, now).await? {
                        return Err(CallError::Refused(SchoolChangeError::AlreadyThere));
                    }
                    return Ok(render(&whole(txn, student).await?));
                }
            }
            referrals::resolve(txn, grant, &[id], now).await?;
            let which = Which::Students(&[id]);
            measures::tell(txn, which, ClockCause::Enrolment, (&almanac, now)).await?;
            let place = (school.id, school.number);
            if !cases::follow_student(txn, grant, id, place, now).await? {
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
            Ok(render(&whole(txn, student).await?))
        })
        .await
    }
}
