//! Who a sent student might be, and what of it the sender may know.

use std::collections::HashSet;

use ascms_domain::access::Grant;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::names::{ComparedName, NameAgreement};
use ascms_domain::matching::{
    Candidate, ComparedNsn, Identity, Known, Match, MatchedBy, Placeholders, ScoredCandidate,
    scored, settle,
};
use ascms_domain::students::SentStudent;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use super::{enrolment, merge, name, nsn, record};
use crate::{DatabaseTransaction, bulk, referrals};

/// More students than are born on any day.
const MOST_BORN: u64 = 2_000;
/// The most candidates of one student.
const MOST: usize = 20;

/// What is known of a sent student.
#[derive(Clone, Debug)]
pub(crate) struct Recognised {
    pub found: Match,
    /// Who was found is somebody of whom the sender may not know: they are told as of somebody new.
    pub is_stranger: bool,
    /// Students of whom the sender may not know, who might be the one sent and are not certain to be: a
    /// person of the provider looks, and the sender is told what follows from the others alone.
    pub unseen: Vec<ScoredCandidate>,
    /// Everybody who was looked at.
    pub looked_up: Vec<StudentId>,
}

/// Finds who a student might be whom a school's referral names.
pub(crate) async fn recognise(
    txn: &DatabaseTransaction,
    grant: &Grant,
    school: SchoolId,
    sent: &SentStudent,
    placeholders: &Placeholders,
) -> Result<Recognised, DbErr> {
    let identity = Identity::of(sent, placeholders);
    let likely = likely(txn, &identity).await?;
    let survivors = merge::survivors_of(txn, &likely).await?;
    let ids: HashSet<StudentId> =
        likely.iter().map(|id| survivors.get(id).copied().unwrap_or(*id)).collect();
    let mut ids: Vec<StudentId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.truncate(MOST);
    let mut candidates = compared_with(txn, &identity, &ids).await?;
    candidates.retain(Candidate::is_likely);
    let looked_up: Vec<StudentId> = candidates.iter().map(|one| one.student_id).collect();
    txn.look_up(looked_up.iter().map(|id| id.0));
    let of_sender = may_know(txn, grant, school, &looked_up).await?;
    let (known, strangers): (Vec<Candidate>, Vec<Candidate>) =
        candidates.iter().partition(|one| of_sender.contains(&one.student_id));
    let unseen = scored(&strangers);
    let told = settle(&known);
    // Who sends a child of its own by their number does not guess, whoever else was sent under it.
    let is_own = matches!(told, Match::Known(_, MatchedBy::Nsn));
    if !is_own && unseen.iter().any(|stranger| !stranger.is_certain()) {
        txn.guess();
    }
    let (found, is_stranger, unseen) = match (told, settle(&candidates)) {
        (told, truth) if told == truth => (told, false, Vec::new()),
        (Match::New, Match::Known(id, by)) => (Match::Known(id, by), true, Vec::new()),
        // A person looks in any case: at everybody.
        (Match::Unclear(_), _) => (Match::Unclear(scored(&candidates)), false, Vec::new()),
        (told, _) => (told, false, unseen),
    };
    Ok(Recognised { found, is_stranger, unseen, looked_up })
}

/// Records that have the number, or a name that may be the same with the same birth date.
async fn likely(txn: &DatabaseTransaction, sent: &Identity) -> Result<Vec<StudentId>, DbErr> {
    let mut likely = Vec::new();
    if let Some(date) = sent.birth_date.filter(|_| !sent.names.is_empty()) {
        let born: Vec<(StudentId, String, String)> = name::Entity::find()
            .select_only()
            .columns([
                name::Column::StudentId,
                name::Column::GivenFolded,
                name::Column::FamilyFolded,
            ])
            .filter(name::Column::BirthDate.eq(date))
            .limit(MOST_BORN)
            .into_tuple()
            .all(txn)
            .await?;
        likely.extend(born.into_iter().filter_map(|(id, given, family)| {
            let known = ComparedName::of(&given, &family)?;
            (sent.name_agreement(&[known]) != NameAgreement::Other).then_some(id)
        }));
    }
    if let Some(number) = &sent.number {
        let holders = nsn::holders(number);
        let rows = record::Entity::find()
            .select_only()
            .column(record::Column::Id)
            .filter(record::Column::Id.in_subquery(holders))
            .into_tuple::<StudentId>()
            .all(txn)
            .await?;
        likely.extend(rows);
    }
    likely.sort_unstable();
    likely.dedup();
    Ok(likely)
}

/// What agrees with each of some students: with any of the records that were found to mean them.
pub(super) async fn compared_with(
    txn: &DatabaseTransaction,
    sent: &Identity,
    students: &[StudentId],
) -> Result<Vec<Candidate>, DbErr> {
    let rows = merge::records(txn, students.iter().copied()).await?;
    let mut candidates = Vec::with_capacity(rows.len());
    for row in &rows {
        candidates.push(sent.compare(&known(txn, row).await?));
    }
    candidates.sort_by_key(|candidate| candidate.student_id);
    Ok(candidates)
}

async fn known(txn: &DatabaseTransaction, row: &record::Model) -> Result<Known, DbErr> {
    let joined = merge::joined_to(txn, row.id).await?;
    let records: Vec<&record::Model> =
        [row].into_iter().chain(joined.iter().map(|(_, record)| record)).collect();
    let ids: Vec<StudentId> = records.iter().map(|record| record.id).collect();
    let numbers = nsn::Entity::find().filter(nsn::Column::StudentId.is_in(ids.clone()));
    let numbers = numbers.all(txn).await?;
    let names = name::Entity::find().filter(name::Column::StudentId.is_in(ids)).all(txn).await?;
    let carried = records.iter().filter_map(|record| record.nsn.as_deref());
    let written = numbers.iter().map(|row| row.nsn.as_str());
    Ok(Known {
        student_id: row.id,
        numbers: written.chain(carried).filter_map(ComparedNsn::read).collect(),
        birth_dates: records.iter().map(|record| record.birth_date).collect(),
        names: names
            .iter()
            .filter_map(|row| ComparedName::of(&row.given_folded, &row.family_folded))
            .collect(),
    })
}

/// Those of some students of whom a sender may know: who are within the caller's reach, and whom the
/// referring school follows, since they are enrolled there, or were referred by it and are enrolled
/// nowhere.
async fn may_know(
    txn: &DatabaseTransaction,
    grant: &Grant,
    school: SchoolId,
    students: &[StudentId],
) -> Result<HashSet<StudentId>, DbErr> {
    if students.is_empty() {
        return Ok(HashSet::new());
    }
    let id = (record::Entity, record::Column::Id);
    let sent = super::of_student(
        referrals::students_referred_by(school),
        (referrals::Entity, referrals::Column::StudentId),
    );
    let followed = enrolment::followed_by(school, id)(sent);
    let among = record::Column::Id.is_in(bulk::padded(students.iter().copied()));
    let followed = record::Entity::find().filter(followed).filter(among);
    let followed: Vec<StudentId> =
        followed.select_only().column(record::Column::Id).into_tuple().all(txn).await?;
    let mut found = super::reached(txn, grant, students.to_vec()).await?;
    found.extend(followed);
    Ok(found)
}
