//! From a student who was sent to one who is known: found, made, or put before a person.

use ascms_domain::ids::{MatchReviewId, StudentId};
use ascms_domain::matching::{Match, MatchedBy};
use ascms_domain::students::SentStudent;
use ascms_domain::text::{Code, Nsn, PersonName};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::features::students::match_review::opening;
use crate::features::students::merge::own;
use crate::features::students::whanau_contact;
use crate::gate::write::Write;
use crate::identity::recognise::Recognised;
use crate::reach::rows::student::{self, Codes};
use crate::reach::unscoped;
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;
use crate::{identity, trace};

mod named;

/// Who a sent student turned out to be.
#[derive(Clone, Debug)]
pub(crate) struct Identified {
    pub student_id: StudentId,
    pub matched_by: MatchedBy,
    /// What a person looks at: also of students of whom the sender may not know.
    pub review_id: Option<MatchReviewId>,
    /// Which record was sent, where several are joined in the student's file.
    pub under: Option<StudentId>,
    /// As it was sent, else as on record.
    pub year_level: Option<i32>,
}

/// Whether a number is kept with a record that is made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    /// It means this student from now on, and meant nobody before.
    Free,
    /// It means this student from now on, unless it means somebody already.
    Registered,
    /// It stands in the record as it was sent. Whom it means is known, or nobody's to know.
    Shown,
    /// It stands with the review alone.
    Apart,
}

/// Carries the match out: fills in what is missing of a known student, makes a new one, or makes
/// a new one that a person will look at.
pub(crate) async fn identify(
    write: &Write<'_>,
    recognised: Recognised,
    sent: &SentStudent,
    safety_alerts: &[Code],
) -> Result<Identified, DbErr> {
    let (txn, now) = (write.txn, write.now());
    let Recognised { found, unseen, number_is_free, is_stranger: _, looked_up: _ } = recognised;
    let alerts = codes(safety_alerts);
    let number = sent.nsn.clone().map(|nsn| nsn.0);
    let says = number.as_deref().is_some_and(|number| !write.placeholders.is_nsn(number));
    let (student_id, matched_by, under, year_level) = match found {
        Match::Known(student_id, matched_by) => {
            let under = named::record(write, student_id, sent).await?;
            let year_level = take_up(write, student_id, under, sent, alerts).await?;
            whanau_contact::bring(write, student_id, under, &sent.whanau_contacts).await?;
            (student_id, matched_by, under, year_level)
        }
        Match::New => {
            let of_nobody_else = says && unseen.is_empty();
            let number = match (of_nobody_else, number_is_free) {
                (true, true) => Number::Free,
                (true, false) => Number::Registered,
                (false, _) => Number::Shown,
            };
            let student_id = create(txn, sent, alerts, number, now).await?;
            (student_id, MatchedBy::Created, None, sent.year_level)
        }
        Match::Unclear(candidates) => {
            // Its number stays with whom it is known to mean until a person has looked.
            let student_id = create(txn, sent, alerts, Number::Apart, now).await?;
            let review_id = opening::open(txn, student_id, candidates, number, now).await?;
            let (matched_by, review_id) = (MatchedBy::Ambiguous, Some(review_id));
            let (under, year_level) = (None, sent.year_level);
            return Ok(Identified { student_id, matched_by, review_id, under, year_level });
        }
    };
    let review_id = if unseen.is_empty() {
        None
    } else {
        opening::open_once(txn, student_id, unseen, number, now).await?
    };
    Ok(Identified { student_id, matched_by, review_id, under, year_level })
}

fn codes(sent: &[Code]) -> Codes {
    Codes(sent.iter().map(|code| code.0.clone()).collect())
}

async fn create(
    txn: &DatabaseTransaction,
    sent: &SentStudent,
    safety_alerts: Codes,
    number: Number,
    now: DateTime<Utc>,
) -> Result<StudentId, DbErr> {
    let id = StudentId::generate();
    let sent_number = sent.nsn.clone().map(|nsn| nsn.0);
    let row = student::Model {
        id,
        nsn: sent_number.clone().filter(|_| number != Number::Apart),
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
    whole_row::insert(txn, student::ActiveModel::from(row)).await?;
    match (number, &sent_number) {
        (Number::Free, Some(sent)) => identity::nsn::register_free(txn, sent, id).await?,
        (Number::Registered, Some(sent)) => identity::nsn::register(txn, sent, id).await?,
        (Number::Free | Number::Registered | Number::Shown | Number::Apart, _) => {}
    }
    identity::names::save_names(txn, id, &sent.names(), sent.birth_date).await?;
    whanau_contact::add(txn, id, &sent.whanau_contacts, now).await?;
    Ok(id)
}

/// Takes up what was sent of a known student. What was sent of a record that is joined to another
/// one is that record's own: it is written there, and read in the file like all of it. Answers with
/// the student's year.
async fn take_up(
    write: &Write<'_>,
    student_id: StudentId,
    under: Option<StudentId>,
    sent: &SentStudent,
    alerts: Codes,
) -> Result<Option<i32>, DbErr> {
    let Some(other) = under.filter(|record| *record != student_id) else {
        return complete(write, student_id, sent, alerts).await;
    };
    let year_level = complete(write, other, sent, alerts.clone()).await?;
    let known = complete(write, student_id, &sent.for_record_that_stands(), alerts).await?;
    Ok(year_level.or(known))
}

/// Fills in what was not known and takes up what protects: an intake never overwrites what a
/// person may have corrected, and never lifts a protection. Answers with the year on record.
async fn complete(
    write: &Write<'_>,
    id: StudentId,
    sent: &SentStudent,
    alerts: Codes,
) -> Result<Option<i32>, DbErr> {
    let &Write { txn, placeholders, .. } = write;
    let now = write.now();
    let Some(own) = unscoped::student_referred(id).lock_exclusive().one(txn).await? else {
        return Ok(sent.year_level);
    };
    let joined = identity::merges::joined_to(txn, id).await?;
    let known = identity::merges::folded(own.clone(), &joined);
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
    let number = sent.nsn.as_ref().map(Nsn::as_str).filter(|sent| !placeholders.is_nsn(sent));
    // A placeholder was shown for want of a number, and gives way to one.
    row.nsn = row.nsn.filter(|known| number.is_none() || !placeholders.is_nsn(known));
    let is_new_number = row.nsn.is_none();
    text(&mut row.nsn, number);
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
    if let (true, Some(number)) = (is_new_number, number) {
        identity::nsn::register(txn, number, id).await?;
    }
    own::keep_own(txn, &own, &joined).await?;
    identity::names::save_names(txn, id, &row.names(), row.birth_date).await?;
    trace::history::record(txn, Some(write.grant().caller()), &known, &row, now).await?;
    student::ActiveModel::from(row).reset_all().update(txn).await?;
    Ok(year_level)
}
