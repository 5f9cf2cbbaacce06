//! Two records that mean one student: joined so that every old id still leads to the file, and
//! parted again to the letter, since what moved is written down.

use ascms_domain::access::Grant;
use ascms_domain::ids::StudentId;
use ascms_domain::merges::MergeRefusal;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::features::students::merge::refusal::announce;
use crate::gate::write::Write;
use crate::identity::merges::into;
use crate::reach::joined::active;
use crate::rows::student_merge::{Column, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::{Store, identity};

pub(crate) mod arrival;
mod join;
pub(crate) mod own;
mod part;
pub(crate) mod refusal;

pub use refusal::MergeChangeRefusal;

pub(crate) use crate::identity::locks::hold_both;
pub(crate) use join::join;

impl Write<'_> {
    /// Joins one student's record to another's.
    pub async fn merge_students(
        &self,
        from: StudentId,
        into: StudentId,
        reason: &str,
    ) -> Result<Model, CallError<MergeChangeRefusal>> {
        let &Write { txn, call, .. } = self;
        let (from, into) = hold_both(txn, (from, into)).await?;
        identity::students::visible(txn, call.grant, from).await?;
        let survivor = identity::students::seen(txn, call.grant, into).await?;
        survivor.ok_or(CallError::Refused(MergeChangeRefusal::UnknownStudent))?;
        join(self, from, into, reason).await
    }

    /// Parts a record again from the one that it was joined to.
    pub async fn undo_student_merge(
        &self,
        from: StudentId,
        reason: &str,
    ) -> Result<Model, CallError<MergeChangeRefusal>> {
        let &Write { txn, call, .. } = self;
        identity::locks::nobody_else(txn).await?;
        let survivor = identity::students::visible(txn, call.grant, from).await?.id;
        identity::locks::lock(txn, &[from, survivor]).await?;
        let merge = active().filter(Column::FromStudentId.eq(from)).one(txn).await?;
        let merge = merge.ok_or(CallError::Refused(MergeRefusal::NotMerged.into()))?;
        let undone = part::part(self, merge, reason).await?;
        announce(txn, call.grant, &undone, "student.unmerged", call.now).await?;
        Ok(undone)
    }
}

impl Store {
    /// The records that are joined to a student's now, the first one first.
    pub async fn student_merges(
        &self,
        grant: &Grant,
        id: StudentId,
        now: DateTime<Utc>,
    ) -> Result<Vec<Model>, StoreError> {
        let student = identity::students::visible(&self.read, grant, id).await?;
        let merges = into(&self.read, student.id).await?;
        let further = merges.iter().map(|merge| merge.from_student_id.0);
        let subject = Subject::one("student", student.id.0).with(further);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(merges)
    }
}
