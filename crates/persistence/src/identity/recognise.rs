//! Who a sent student might be, and what of it the sender may know.

use std::collections::HashSet;

use ascms_domain::access::Grant;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::matching::{
    Candidate, ComparedName, ComparedNsn, Identity, KnownIdentity, Match, MatchedBy, NameAgreement,
    Placeholders, ScoredCandidate, scored, settle,
};
use ascms_domain::students::SentStudent;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement, UnionType};
use sea_orm::{QuerySelect, QueryTrait};

use crate::identity::{merges, nsn, ties};
use crate::reach;
use crate::reach::rows::{referral, student};
use crate::rows::{student_name, student_nsn};
use crate::store::bulk;
use crate::store::transaction::DatabaseTransaction;

/// More students than are born on any day.
const MOST_BORN: u64 = 2_000;
/// The most candidates of one student.
const MOST: usize = 20;

/// What is known of a sent student.
#[derive(Clone, Debug)]
pub(crate) struct Recognised {
    pub found: Match,
    /// The sender may not know of the student who was found: the answer is that of a new student.
    pub is_stranger: bool,
    /// Students of whom the sender may not know, who might be the one sent and are not certain to be: a
    /// person of the provider looks, and the sender is told what follows from the others alone.
    pub unseen: Vec<ScoredCandidate>,
    /// The number that was sent is in no record: nobody's, as far as is known.
    pub number_is_free: bool,
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
    let (likely, number_is_free) = likely(txn, &identity).await?;
    let survivors = merges::survivors_of(txn, &likely).await?;
    let ids: HashSet<StudentId> =
        likely.iter().map(|id| survivors.get(id).copied().unwrap_or(*id)).collect();
    let mut ids: Vec<StudentId> = ids.into_iter().collect();
    ids.sort_unstable();
    ids.truncate(MOST);
    let mut candidates = compared_with(txn, &identity, placeholders, &ids).await?;
    candidates.retain(Candidate::is_likely);
    let looked_up: Vec<StudentId> = candidates.iter().map(|one| one.student_id).collect();
    txn.look_up(looked_up.iter().map(|id| id.0));
    let of_sender = may_know(txn, grant, school, &looked_up).await?;
    let (known, strangers): (Vec<Candidate>, Vec<Candidate>) =
        candidates.iter().partition(|one| of_sender.contains(&one.student_id));
    let unseen = scored(&strangers);
    let told = settle(&known);
    // A school that sends a child of its own by their number does not guess, even where the number was
    // sent for another child before.
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
    Ok(Recognised { found, is_stranger, unseen, number_is_free, looked_up })
}

/// Records that have the number, or a name that may be the same with the same birth date; and
/// whether none has the number.
async fn likely(
    txn: &DatabaseTransaction,
    sent: &Identity,
) -> Result<(Vec<StudentId>, bool), DbErr> {
    let Some(looked_for) = holders_and_born(sent) else { return Ok((Vec::new(), true)) };
    let mut likely = Vec::new();
    let mut number_is_free = true;
    for row in txn.query_all(&looked_for).await? {
        let id: StudentId = row.try_get_by_index(0)?;
        let name: (Option<String>, Option<String>) =
            (row.try_get_by_index(1)?, row.try_get_by_index(2)?);
        match name {
            (Some(given), Some(family)) => {
                let known = ComparedName::of(&given, &family);
                let agrees = |known| sent.name_agreement(&[known]) != NameAgreement::Other;
                likely.extend(known.is_some_and(agrees).then_some(id));
            }
            _ => {
                number_is_free = false;
                likely.push(id);
            }
        }
    }
    likely.sort_unstable();
    likely.dedup();
    Ok((likely, number_is_free))
}

/// The records that hold the number that was sent, without names; and each name of the students who
/// were born on the date that was sent. One statement, since it runs inside the transaction that
/// takes a referral in; none where neither was sent.
fn holders_and_born(sent: &Identity) -> Option<SelectStatement> {
    let born = sent.birth_date.filter(|_| !sent.names.is_empty()).map(|date| {
        let columns = [
            student_name::Column::StudentId,
            student_name::Column::GivenFolded,
            student_name::Column::FamilyFolded,
        ];
        let born = student_name::Entity::find()
            .select_only()
            .columns(columns)
            .filter(student_name::Column::BirthDate.eq(date))
            .limit(MOST_BORN);
        // SQLite takes no limit in a part of a union.
        let mut whole = Query::select();
        whole.columns(columns).from_subquery(QueryTrait::into_query(born), "born").take()
    });
    let holding = sent.number.as_ref().map(|number| {
        let no_name = || Expr::value(Option::<String>::None);
        let holding = reach::unscoped::students_of_number(nsn::holders(number))
            .select_only()
            .column(student::Column::Id)
            .expr_as(no_name(), "given_folded")
            .expr_as(no_name(), "family_folded");
        QueryTrait::into_query(holding)
    });
    match (born, holding) {
        (Some(mut born), Some(holding)) => Some(born.union(UnionType::All, holding).take()),
        (born, holding) => born.or(holding),
    }
}

/// What agrees with each of some students: with any of the records that were found to mean them.
pub(crate) async fn compared_with(
    txn: &DatabaseTransaction,
    sent: &Identity,
    placeholders: &Placeholders,
    students: &[StudentId],
) -> Result<Vec<Candidate>, DbErr> {
    if students.is_empty() {
        return Ok(Vec::new());
    }
    let rows = ties::records(txn, students.iter().copied()).await?;
    let mut candidates = Vec::with_capacity(rows.len());
    for row in &rows {
        candidates.push(sent.compare(&known(txn, placeholders, row).await?));
    }
    candidates.sort_by_key(|candidate| candidate.student_id);
    Ok(candidates)
}

/// What is known of a record. A placeholder that was sent as its number is evidence of nothing here
/// either: else the number that the child really has would contradict it.
async fn known(
    txn: &DatabaseTransaction,
    placeholders: &Placeholders,
    row: &student::Model,
) -> Result<KnownIdentity, DbErr> {
    let joined = merges::joined_to(txn, row.id).await?;
    let records: Vec<&student::Model> =
        [row].into_iter().chain(joined.iter().map(|(_, record)| record)).collect();
    let ids: Vec<StudentId> = records.iter().map(|record| record.id).collect();
    let numbers =
        student_nsn::Entity::find().filter(student_nsn::Column::StudentId.is_in(ids.clone()));
    let numbers = numbers.all(txn).await?;
    let names = student_name::Entity::find()
        .filter(student_name::Column::StudentId.is_in(ids))
        .all(txn)
        .await?;
    let carried = records.iter().filter_map(|record| record.nsn.as_deref());
    let written = numbers.iter().map(|row| row.nsn.as_str());
    Ok(KnownIdentity {
        student_id: row.id,
        numbers: written
            .chain(carried)
            .filter_map(ComparedNsn::read)
            .filter(|number| !placeholders.is_number(number))
            .collect(),
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
    let id = student::Column::Id.as_column_ref();
    let sent = crate::reach::students::of_student(
        reach::referrals::students_referred_by(school),
        referral::Column::StudentId.as_column_ref(),
    );
    let followed = reach::holding::followed_by(school, id)(sent);
    let among = reach::unscoped::student_records(bulk::padded(students.iter().copied()));
    let followed = among.filter(followed);
    let followed: Vec<StudentId> =
        followed.select_only().column(student::Column::Id).into_tuple().all(txn).await?;
    let mut found = crate::reach::students::reached(txn, grant, students.to_vec()).await?;
    found.extend(followed);
    Ok(found)
}
