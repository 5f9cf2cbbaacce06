//! From a student who was sent to one who is known: found, made, or put before a person.

use ascms_domain::access::Grant;
use ascms_domain::ids::{MatchReviewId, StudentId};
use ascms_domain::matching::{Candidate, Match, MatchedBy, settle};
use ascms_domain::students::SentStudent;
use ascms_domain::text::{Code, Nsn, PersonName};
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::UnionType;
use sea_orm::{FromQueryResult, QuerySelect, QueryTrait};

use super::{Codes, match_review, merge, name, nsn, record, whanau_contact};
use crate::DatabaseTransaction;
use crate::history;

mod named;

/// Who a sent student turned out to be.
#[derive(Clone, Debug)]
pub(crate) struct Identified {
    pub student_id: StudentId,
    pub matched_by: MatchedBy,
    pub review_id: Option<MatchReviewId>,
    /// The candidates of an unclear match, for the receipt's count.
    pub candidates: usize,
    /// Which record was sent, where several are joined in the student's file.
    pub under: Option<StudentId>,
    /// As it was sent, else as on record.
    pub year_level: Option<i32>,
}

/// The locks that keep two callers from making the same student at the same time.
pub(crate) fn lock_names(sent: &SentStudent) -> Vec<String> {
    let names = sent.name_keys().into_iter().map(|key| name_lock(sent.birth_date, &key));
    names.chain(sent.nsn.iter().map(|nsn| number_lock(nsn.as_str()))).collect()
}

pub(super) fn name_lock(birth_date: NaiveDate, key: &str) -> String {
    format!("{birth_date} {key}")
}

pub(super) fn number_lock(nsn: &str) -> String {
    format!("nsn {nsn}")
}

/// What is known of the students who might be the one sent, and what that means.
pub(crate) async fn recognise(
    txn: &DatabaseTransaction,
    sent: &SentStudent,
) -> Result<Match, DbErr> {
    let mut likely = name::Entity::find()
        .select_only()
        .column(name::Column::StudentId)
        .filter(name::Column::BirthDate.eq(sent.birth_date))
        .filter(name::Column::MatchKey.is_in(sent.name_keys()))
        .into_query();
    if let Some(nsn) = &sent.nsn {
        // A union, and not a condition with OR: for that PostgreSQL would read every student.
        likely.union(UnionType::Distinct, holders(nsn.as_str()));
    }
    let likely = record::Column::Id.in_subquery(merge::or_survivors(likely));
    let rows =
        record::Entity::find().filter(likely).filter(merge::stands()).limit(20).all(txn).await?;
    if rows.is_empty() {
        return Ok(Match::New);
    }
    let mut candidates = Vec::with_capacity(rows.len());
    for row in &rows {
        candidates.push(candidate(txn, row, sent).await?);
    }
    Ok(settle(&candidates))
}

fn holders(number: &str) -> sea_orm::sea_query::SelectStatement {
    nsn::Entity::find()
        .select_only()
        .column(nsn::Column::StudentId)
        .filter(nsn::Column::Nsn.eq(number))
        .into_query()
}

#[derive(FromQueryResult)]
struct Number {
    nsn: String,
}

/// What agrees with a student: with any of the records that were found to mean that student.
async fn candidate(
    txn: &DatabaseTransaction,
    row: &record::Model,
    sent: &SentStudent,
) -> Result<Candidate, DbErr> {
    let joined = merge::joined_to(txn, row.id).await?;
    let records: Vec<&record::Model> =
        [row].into_iter().chain(joined.iter().map(|(_, record)| record)).collect();
    let ids: Vec<StudentId> = records.iter().map(|record| record.id).collect();
    let numbers: Vec<Number> = nsn::Entity::find()
        .select_only()
        .column(nsn::Column::Nsn)
        .filter(nsn::Column::StudentId.is_in(ids.clone()))
        .into_model()
        .all(txn)
        .await?;
    let same_nsn =
        sent.nsn.as_ref().is_some_and(|sent| numbers.iter().any(|n| n.nsn == sent.as_str()));
    let keys = sent.name_keys();
    let same_name = name::Entity::find()
        .filter(name::Column::StudentId.is_in(ids))
        .filter(name::Column::MatchKey.is_in(keys))
        .one(txn)
        .await?
        .is_some();
    Ok(Candidate {
        student_id: row.id,
        same_nsn,
        other_nsn: sent.nsn.is_some() && !numbers.is_empty() && !same_nsn,
        same_birth_date: records.iter().any(|record| record.birth_date == sent.birth_date),
        same_name,
    })
}

/// Carries the match out: fills in what is missing of a known student, makes a new one, or makes
/// a new one that a person will look at.
pub(crate) async fn identify(
    txn: &DatabaseTransaction,
    grant: &Grant,
    found: Match,
    sent: &SentStudent,
    safety_alerts: &[Code],
    now: DateTime<Utc>,
) -> Result<Identified, DbErr> {
    let alerts = codes(safety_alerts);
    match found {
        Match::Known(student_id, matched_by) => {
            let under = named::record(txn, student_id, sent).await?;
            let year_level = take_up(txn, grant, (student_id, under), sent, alerts, now).await?;
            let contacts = &sent.whanau_contacts;
            whanau_contact::bring(txn, grant, (student_id, under), contacts, now).await?;
            Ok(Identified {
                student_id,
                matched_by,
                review_id: None,
                candidates: 0,
                under,
                year_level,
            })
        }
        Match::New => {
            let student_id = create(txn, sent, alerts, true, now).await?;
            let matched_by = MatchedBy::Created;
            let (under, year_level) = (None, sent.year_level);
            Ok(Identified {
                student_id,
                matched_by,
                review_id: None,
                candidates: 0,
                under,
                year_level,
            })
        }
        Match::Unclear(scored) => {
            let candidates = scored.len();
            // Its number stays with whom it is known to mean until a person has looked.
            let student_id = create(txn, sent, alerts, false, now).await?;
            let number = sent.nsn.clone().map(|nsn| nsn.0);
            let review_id = Some(match_review::open(txn, student_id, scored, number, now).await?);
            let (matched_by, under) = (MatchedBy::Ambiguous, None);
            let year_level = sent.year_level;
            Ok(Identified { student_id, matched_by, review_id, candidates, under, year_level })
        }
    }
}

fn codes(sent: &[Code]) -> Codes {
    Codes(sent.iter().map(|code| code.0.clone()).collect())
}

async fn create(
    txn: &DatabaseTransaction,
    sent: &SentStudent,
    safety_alerts: Codes,
    with_number: bool,
    now: DateTime<Utc>,
) -> Result<StudentId, DbErr> {
    let id = StudentId::generate();
    let number = sent.nsn.as_ref().filter(|_| with_number).map(|nsn| nsn.0.clone());
    let row = record::Model {
        id,
        nsn: number.clone(),
        legal_given_names: sent.legal_given_names.clone().map_or(String::new(), |name| name.0),
        legal_family_name: sent.legal_family_name.0.clone(),
        preferred_given_names: sent.preferred_given_names.clone().map(|name| name.0),
        preferred_family_name: sent.preferred_family_name.clone().map(|name| name.0),
        birth_date: sent.birth_date,
        gender: sent.gender.clone().map(|code| code.0),
        ethnicities: codes(&sent.ethnicities),
        iwi: codes(&sent.iwi),
        home_language: sent.home_language.clone().map(|code| code.0),
        interpreter_wanted: sent.interpreter_wanted,
        te_reo_preferred: sent.te_reo_preferred,
        year_level: sent.year_level,
        address_protected: sent.address_protected,
        safety_alerts,
        version: 1,
        created_at: now,
        updated_at: now,
    };
    let insert = record::Entity::insert(record::ActiveModel::from(row).reset_all());
    insert.exec_without_returning(txn).await?;
    if let Some(number) = number {
        let row = nsn::ActiveModel::from(nsn::Model { nsn: number, student_id: id }).reset_all();
        nsn::Entity::insert(row).exec_without_returning(txn).await?;
    }
    name::keep(txn, id, &sent.names(), sent.birth_date).await?;
    whanau_contact::add(txn, id, &sent.whanau_contacts, now).await?;
    Ok(id)
}

/// Takes up what was sent of a known student. What was sent of a record that is joined to another
/// one is that record's own: it is written there, and read in the file like all of it. Answers with
/// the student's year.
async fn take_up(
    txn: &DatabaseTransaction,
    grant: &Grant,
    (student_id, under): (StudentId, Option<StudentId>),
    sent: &SentStudent,
    alerts: Codes,
    now: DateTime<Utc>,
) -> Result<Option<i32>, DbErr> {
    let Some(other) = under.filter(|record| *record != student_id) else {
        return complete(txn, grant, student_id, sent, alerts, now).await;
    };
    let year_level = complete(txn, grant, other, sent, alerts.clone(), now).await?;
    // The file has the names and the year of the record that stands.
    let of_file = SentStudent {
        preferred_given_names: None,
        preferred_family_name: None,
        year_level: None,
        ..sent.clone()
    };
    let known = complete(txn, grant, student_id, &of_file, alerts, now).await?;
    Ok(year_level.or(known))
}

/// Fills in what was not known and takes up what protects: an intake never overwrites what a
/// person may have corrected, and never lifts a protection. Answers with the year on record.
async fn complete(
    txn: &DatabaseTransaction,
    grant: &Grant,
    id: StudentId,
    sent: &SentStudent,
    alerts: Codes,
    now: DateTime<Utc>,
) -> Result<Option<i32>, DbErr> {
    let Some(own) = record::Entity::find_by_id(id).lock_exclusive().one(txn).await? else {
        return Ok(sent.year_level);
    };
    let joined = merge::joined_to(txn, id).await?;
    let known = merge::folded(own.clone(), &joined);
    let mut row = known.clone();
    let text = |known: &mut Option<String>, sent: Option<&str>| {
        if known.is_none() {
            *known = sent.map(str::to_owned);
        }
    };
    text(
        &mut row.preferred_given_names,
        sent.preferred_given_names.as_ref().map(PersonName::as_str),
    );
    text(
        &mut row.preferred_family_name,
        sent.preferred_family_name.as_ref().map(PersonName::as_str),
    );
    text(&mut row.gender, sent.gender.as_ref().map(Code::as_str));
    text(&mut row.home_language, sent.home_language.as_ref().map(Code::as_str));
    let number_is_free = row.nsn.is_none() && sent.nsn.is_some();
    text(&mut row.nsn, sent.nsn.as_ref().map(Nsn::as_str));
    if row.ethnicities.0.is_empty() {
        row.ethnicities = codes(&sent.ethnicities);
    }
    if row.iwi.0.is_empty() {
        row.iwi = codes(&sent.iwi);
    }
    row.year_level = sent.year_level.or(row.year_level);
    row.interpreter_wanted |= sent.interpreter_wanted;
    row.te_reo_preferred |= sent.te_reo_preferred;
    row.address_protected |= sent.address_protected;
    for alert in alerts.0 {
        if !row.safety_alerts.0.contains(&alert) {
            row.safety_alerts.0.push(alert);
        }
    }
    let year_level = row.year_level;
    if row == known {
        return Ok(year_level);
    }
    row.version += 1;
    row.updated_at = now;
    if let (true, Some(number)) = (number_is_free, row.nsn.clone()) {
        let number = nsn::ActiveModel::from(nsn::Model { nsn: number, student_id: id }).reset_all();
        nsn::Entity::insert(number).exec_without_returning(txn).await?;
    }
    merge::keep_own(txn, &own, &joined).await?;
    name::keep(txn, id, &row.names(), row.birth_date).await?;
    history::record(txn, Some(grant.caller()), &known, &row, now).await?;
    record::Entity::update(record::ActiveModel::from(row).reset_all()).exec(txn).await?;
    Ok(year_level)
}
