//! Whether the service has some students already, and what of that a caller may look up.

use std::collections::{HashMap, HashSet};

use ascms_domain::access::Grant;
use ascms_domain::attendance::ServiceStanding;
use ascms_domain::ids::{CaseId, ReferralId, StudentId};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::reach::rows::{attendance_case, referral};
use crate::store::bulk;
use crate::{gate, reach};

/// What the caller may read beside attendance: that there is something is told to all, which one
/// to those who may read it.
#[derive(Clone, Debug, Default)]
pub struct Shows {
    pub referrals: Option<Grant>,
    pub cases: Option<Grant>,
}

/// A student in the service's eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InService {
    pub standing: ServiceStanding,
    /// The latest referral that waits; `None` out of the caller's reach.
    pub referral_id: Option<ReferralId>,
    /// The open case; `None` out of the caller's reach.
    pub case_id: Option<CaseId>,
}

impl InService {
    /// Nothing waits and nothing is open.
    pub const NOT: Self =
        Self { standing: ServiceStanding::NotThere, referral_id: None, case_id: None };
}

/// Those of some students whom the service has already.
pub(super) async fn of(
    db: &impl ConnectionTrait,
    students: impl Iterator<Item = StudentId>,
    shows: &Shows,
) -> Result<HashMap<StudentId, InService>, DbErr> {
    let students: Vec<StudentId> = students.collect();
    let waiting = waiting(db, &students).await?;
    let open = open(db, &students).await?;
    let shown_referrals = shown_referrals(db, shows, &waiting).await?;
    let shown_cases = shown_cases(db, shows, &open).await?;
    let mut found: HashMap<StudentId, InService> = HashMap::new();
    // Later ids come later and stand over earlier ones.
    for (id, student) in waiting {
        let entry = found.entry(student).or_insert(InService::NOT);
        entry.standing = ServiceStanding::ReferralWaiting;
        entry.referral_id = shown_referrals.contains(&id).then_some(id).or(entry.referral_id);
    }
    for (id, student) in open {
        let entry = found.entry(student).or_insert(InService::NOT);
        entry.standing = ServiceStanding::OpenCase;
        entry.case_id = shown_cases.contains(&id).then_some(id);
    }
    Ok(found)
}

async fn waiting(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<Vec<(ReferralId, StudentId)>, DbErr> {
    use referral::Column;
    let mut rows: Vec<(ReferralId, StudentId)> =
        reach::unscoped::referrals_of_students(bulk::padded(students.iter().copied()))
            .select_only()
            .columns([Column::Id, Column::StudentId])
            .filter(reach::referrals::waits())
            .into_tuple()
            .all(db)
            .await?;
    rows.sort_unstable();
    Ok(rows)
}

async fn open(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<Vec<(CaseId, StudentId)>, DbErr> {
    use attendance_case::Column;
    reach::unscoped::cases_of_students(bulk::padded(students.iter().copied()))
        .select_only()
        .columns([Column::Id, Column::StudentId])
        .filter(gate::case::is_open())
        .into_tuple()
        .all(db)
        .await
}

async fn shown_referrals(
    db: &impl ConnectionTrait,
    shows: &Shows,
    waiting: &[(ReferralId, StudentId)],
) -> Result<HashSet<ReferralId>, DbErr> {
    let Some(grant) = shows.referrals.as_ref().filter(|_| !waiting.is_empty()) else {
        return Ok(HashSet::new());
    };
    let ids = bulk::padded(waiting.iter().map(|(id, _)| *id));
    let within = reach::referrals::within(grant).filter(referral::Column::Id.is_in(ids));
    let ids: Vec<ReferralId> =
        within.select_only().column(referral::Column::Id).into_tuple().all(db).await?;
    Ok(ids.into_iter().collect())
}

async fn shown_cases(
    db: &impl ConnectionTrait,
    shows: &Shows,
    open: &[(CaseId, StudentId)],
) -> Result<HashSet<CaseId>, DbErr> {
    let Some(grant) = shows.cases.as_ref().filter(|_| !open.is_empty()) else {
        return Ok(HashSet::new());
    };
    let ids = bulk::padded(open.iter().map(|(id, _)| *id));
    let within = reach::cases::within(grant).filter(attendance_case::Column::Id.is_in(ids));
    let ids: Vec<CaseId> =
        within.select_only().column(attendance_case::Column::Id).into_tuple().all(db).await?;
    Ok(ids.into_iter().collect())
}
