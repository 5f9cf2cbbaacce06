//! What a call is about. A kept answer is given again to who reaches that still: reach is asked
//! first, then the key.

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{
    CaseId, ClosureReviewId, ContractId, DocumentId, DutyId, EnrolmentClaimId, FundId, JobId,
    MatchReviewId, NeedId, NotificationId, ReferralId, RegisterEntryId, StudentId, TransferId,
};
use ascms_domain::registers::RegisterKind;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

use crate::features::students::{address_reader, match_review};
use crate::features::{
    attendance, bulletins, closure_reviews, documents, duties, enrolment_claims, funds, needs,
    notifications, performance_reviews, submissions, templates, transfers,
};
use crate::reach::rows::referral;
use crate::reference::schools;
use crate::store::error::StoreError;
use crate::store::idempotency::{Answer, Shown};
use crate::store::transaction::DatabaseTransaction;
use crate::store::turns::Topic;
use crate::{gate, identity, reach};

/// The records without which an answer is nobody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// Nobody's record: who may do it at all may have the answer again.
    Nobody,
    /// Nobody's record: what is kept under a name, changed by one call at a time.
    Named(String),
    /// A job of the caller's own.
    Job(JobId),
    /// Somebody of a school, by its number.
    School(i32),
    /// A referral that was submitted for a school, by its number.
    Submission(i32),
    Referral(ReferralId),
    Case(CaseId),
    /// A document that was added to a case.
    DocumentOf(CaseId),
    Document(CaseId, DocumentId),
    /// A transfer that was asked for.
    TransferOf(CaseId),
    Transfer(TransferId),
    Student(StudentId),
    Students(StudentId, StudentId),
    /// A record that was parted from another one: either is enough.
    Parted(StudentId),
    Review(MatchReviewId),
    Claim(EnrolmentClaimId),
    ClosureReview(ClosureReviewId),
    Notification(NotificationId),
    /// A contract that was added.
    ContractMade,
    Contract(ContractId),
    /// Something that is due.
    Duty(DutyId),
    Need(NeedId),
    Fund(FundId),
    /// A fund that was opened.
    FundMade,
    /// An entry of a register.
    Entry(RegisterKind, RegisterEntryId),
    /// An entry that was opened.
    EntryMade(RegisterKind),
}

/// Refuses a kept answer, as absent, to a caller who no longer reaches what it is about, has lost
/// a part of the reach of then, or would be withheld today what it shows. Answers with the ids of
/// the records, for the trail.
pub(crate) async fn still_reached(
    txn: &DatabaseTransaction,
    grant: &Grant,
    about: &About,
    kept: &Answer,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    let today = reach::in_words(grant);
    if kept.reach.iter().flatten().any(|then| !today.contains(then)) {
        return Err(StoreError::NotFound);
    }
    let mut ids = about.reached(txn, grant, kept, now).await?;
    for shown in &kept.shows {
        ids.extend(shown.reached(txn, grant, about, now).await?);
    }
    Ok(ids)
}

fn there<T>(found: Option<T>) -> Result<T, StoreError> {
    found.ok_or(StoreError::NotFound)
}

impl About {
    /// What only one call at a time of this server is at, so that the others wait for it before they
    /// hold a connection.
    pub(crate) fn topic(&self) -> Option<Topic> {
        match self {
            Self::Nobody
            | Self::Submission(_)
            | Self::Notification(_)
            | Self::ContractMade
            | Self::FundMade
            | Self::EntryMade(_) => None,
            Self::Named(name) => Some(Topic::Name(name.clone())),
            Self::School(number) => Some(Topic::Name(attendance::about(*number))),
            Self::Job(id) => Some(Topic::Record(id.0)),
            Self::Referral(id) => Some(Topic::Record(id.0)),
            Self::Case(id)
            | Self::DocumentOf(id)
            | Self::Document(id, _)
            | Self::TransferOf(id) => Some(Topic::Record(id.0)),
            Self::Transfer(id) => Some(Topic::Record(id.0)),
            Self::Student(id) => Some(Topic::Record(id.0)),
            Self::Claim(id) => Some(Topic::Record(id.0)),
            Self::ClosureReview(id) => Some(Topic::Record(id.0)),
            Self::Contract(id) => Some(Topic::Record(id.0)),
            Self::Duty(id) => Some(Topic::Record(id.0)),
            Self::Need(id) => Some(Topic::Record(id.0)),
            Self::Fund(id) => Some(Topic::Record(id.0)),
            Self::Entry(_, id) => Some(Topic::Record(id.0)),
            Self::Students(..) | Self::Parted(_) | Self::Review(_) => Some(Topic::Joining),
        }
    }

    async fn reached(
        &self,
        txn: &DatabaseTransaction,
        grant: &Grant,
        kept: &Answer,
        now: DateTime<Utc>,
    ) -> Result<Vec<Uuid>, StoreError> {
        match *self {
            Self::Nobody | Self::Named(_) | Self::Job(_) => Ok(Vec::new()),
            Self::School(number) => of_school(txn, grant, number, now).await,
            Self::Submission(number) => match kept.made() {
                Some(id) => Self::submitted(txn, grant, id).await,
                None => of_school(txn, grant, number, now).await,
            },
            Self::Referral(id) => Self::referral(txn, grant, id).await,
            Self::Case(id) => Ok(vec![gate::case::visible(txn, grant, id).await?.id.0]),
            Self::DocumentOf(case) => {
                Self::document(txn, grant, case, DocumentId(there(kept.made())?)).await
            }
            Self::Document(case, id) => Self::document(txn, grant, case, id).await,
            Self::TransferOf(case) => {
                let made = there(kept.made())?;
                transfers::visible(txn, grant, TransferId(made)).await?;
                Ok(vec![case.0, made])
            }
            Self::Transfer(id) => {
                transfers::visible(txn, grant, id).await?;
                Ok(vec![id.0])
            }
            Self::Student(id) => Ok(vec![identity::students::visible(txn, grant, id).await?.id.0]),
            Self::Students(one, other) => {
                let one = identity::students::visible(txn, grant, one).await?.id.0;
                Ok(vec![one, identity::students::visible(txn, grant, other).await?.id.0])
            }
            Self::Parted(id) => Self::parted(txn, grant, id).await,
            Self::Review(id) => {
                match_review::visible(txn, grant, id).await?;
                Ok(vec![id.0])
            }
            Self::Claim(id) => {
                enrolment_claims::visible(txn, grant, id).await?;
                Ok(vec![id.0])
            }
            Self::ClosureReview(id) => {
                let row = closure_reviews::visible(txn, grant, id).await?;
                Ok(vec![id.0, row.case_id.0])
            }
            Self::Notification(id) => {
                notifications::own(txn, grant, id).await?;
                Ok(vec![id.0])
            }
            Self::ContractMade => {
                let made = ContractId(there(kept.made())?);
                Ok(vec![gate::contracts::visible(txn, grant, made).await?.id.0])
            }
            Self::Contract(id) => Ok(vec![gate::contracts::visible(txn, grant, id).await?.id.0]),
            Self::Duty(id) => Ok(vec![duties::visible(txn, grant, id, now).await?.id.0]),
            Self::Need(id) => {
                let row = needs::visible(txn, grant, id).await?;
                Ok(vec![id.0, row.case_id.0])
            }
            Self::Fund(id) => Ok(vec![funds::visible(txn, grant, id).await?.id.0]),
            Self::FundMade => {
                let made = FundId(there(kept.made())?);
                Ok(vec![funds::visible(txn, grant, made).await?.id.0])
            }
            Self::Entry(of, id) => entry(txn, grant, (of, id), now).await,
            Self::EntryMade(of) => {
                let made = RegisterEntryId(there(kept.made())?);
                entry(txn, grant, (of, made), now).await
            }
        }
    }

    /// The submitter may have its receipt again, even one who reads none of the school's.
    async fn submitted(
        txn: &DatabaseTransaction,
        grant: &Grant,
        id: Uuid,
    ) -> Result<Vec<Uuid>, StoreError> {
        let sent = referral::Column::Id.eq(id);
        let row = there(reach::referrals::within(grant).filter(sent).one(txn).await?)?;
        Ok(vec![row.id.0, row.student_id.0])
    }

    async fn document(
        txn: &DatabaseTransaction,
        grant: &Grant,
        case: CaseId,
        id: DocumentId,
    ) -> Result<Vec<Uuid>, StoreError> {
        documents::visible(txn, grant, case, id).await?;
        Ok(vec![case.0, id.0])
    }

    async fn parted(
        txn: &DatabaseTransaction,
        grant: &Grant,
        id: StudentId,
    ) -> Result<Vec<Uuid>, StoreError> {
        let found = identity::students::visible(txn, grant, id).await;
        if !matches!(found, Err(StoreError::NotFound)) {
            return Ok(vec![found?.id.0]);
        }
        let survivor = there(identity::known_ids::last_survivor(txn, id).await?)?;
        Ok(vec![id.0, identity::students::visible(txn, grant, survivor).await?.id.0])
    }

    async fn referral(
        txn: &DatabaseTransaction,
        grant: &Grant,
        id: ReferralId,
    ) -> Result<Vec<Uuid>, StoreError> {
        let row = reach::referrals::acted_on(grant, id).one(txn).await?;
        let row = there(row)?;
        Ok(vec![row.id.0, row.student_id.0])
    }

    /// The student whose particulars the answer has.
    fn student(&self) -> Option<StudentId> {
        match self {
            Self::Student(id) => Some(*id),
            Self::Nobody
            | Self::Named(_)
            | Self::Job(_)
            | Self::School(_)
            | Self::Submission(_)
            | Self::Referral(_)
            | Self::Case(_)
            | Self::DocumentOf(_)
            | Self::Document(..)
            | Self::TransferOf(_)
            | Self::Transfer(_)
            | Self::Students(..)
            | Self::Parted(_)
            | Self::Review(_)
            | Self::Claim(_)
            | Self::ClosureReview(_)
            | Self::Notification(_)
            | Self::ContractMade
            | Self::Contract(_)
            | Self::Duty(_)
            | Self::Need(_)
            | Self::Fund(_)
            | Self::FundMade
            | Self::Entry(..)
            | Self::EntryMade(_) => None,
        }
    }
}

async fn entry(
    txn: &DatabaseTransaction,
    grant: &Grant,
    (of, id): (RegisterKind, RegisterEntryId),
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    match of {
        RegisterKind::Bulletin => bulletins::visible(txn, grant, id, now).await.map(drop)?,
        RegisterKind::Template => templates::visible(txn, grant, id).await.map(drop)?,
        RegisterKind::Submission => submissions::visible(txn, grant, id).await.map(drop)?,
        RegisterKind::PerformanceReview => {
            performance_reviews::visible(txn, grant, id).await.map(drop)?;
        }
    }
    Ok(vec![id.0])
}

async fn of_school(
    txn: &DatabaseTransaction,
    grant: &Grant,
    number: i32,
    now: DateTime<Utc>,
) -> Result<Vec<Uuid>, StoreError> {
    let route = there(schools::routing(txn, grant, number, nz_date(now)).await?)?;
    let may = schools::may_act_for(grant, &route);
    if may { Ok(vec![route.school_id.0]) } else { Err(StoreError::NotFound) }
}

impl Shown {
    async fn reached(
        self,
        txn: &DatabaseTransaction,
        grant: &Grant,
        about: &About,
        now: DateTime<Utc>,
    ) -> Result<Option<Uuid>, StoreError> {
        match self {
            Self::Address => {
                let student =
                    identity::students::visible(txn, grant, there(about.student())?).await?;
                let withheld = address_reader::withheld(txn, grant, &student, now).await?;
                if withheld { Err(StoreError::NotFound) } else { Ok(None) }
            }
            Self::Student(id) => Ok(Some(identity::students::visible(txn, grant, id).await?.id.0)),
            Self::Case(id) => Ok(Some(gate::case::visible(txn, grant, id).await?.id.0)),
            Self::School(id) => {
                let all = [id].into_iter().collect();
                let reached = schools::acted_for(txn, grant, &all).await?;
                if reached.contains(&id) { Ok(Some(id.0)) } else { Err(StoreError::NotFound) }
            }
            Self::ReadBy(read) if grant.leaves_out(read) => Err(StoreError::NotFound),
            Self::ReadBy(_) => Ok(None),
        }
    }
}
