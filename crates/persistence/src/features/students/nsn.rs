//! Every National Student Number that ever meant a student. A number is compared without spaces and
//! leading noughts, and shown as it was sent.

use ascms_domain::matching::{ComparedNsn, Identity};

use crate::features::students::match_review::opening;
use crate::gate::write::Write;
use crate::identity::nsn::{meaning, register};
use crate::identity::{self, recognise};
use crate::reach::rows::student;
use crate::store::error::StoreError;

/// Takes a number for a student whom a person edits. One that is another student's is a conflict when
/// the caller may know of that student. When not, it is kept as it was sent, and a person of the
/// provider looks: the caller learns nothing of a stranger.
pub(super) async fn take(
    write: &Write<'_>,
    student: &student::Model,
    text: &str,
) -> Result<(), StoreError> {
    let &Write { txn, call, placeholders, .. } = write;
    let number = ComparedNsn::read(text).filter(|number| !placeholders.is_number(number));
    let number = number.ok_or(StoreError::PlaceholderNsn)?;
    write.may_look_up()?;
    let mut others = Vec::new();
    for holder in meaning(std::slice::from_ref(&number)).all(txn).await? {
        let holder = identity::merges::current(txn, holder.student_id).await?;
        if holder != student.id {
            others.push(holder);
        }
    }
    if others.is_empty() {
        return Ok(register(txn, text, student.id).await?);
    }
    // A refusal tells that the number is known: the trail names whose it is.
    txn.look_up(others.iter().map(|id| id.0));
    if !identity::students::seen_of(txn, call.grant, &others).await?.is_empty() {
        return Err(StoreError::Duplicate("student_nsn.nsn".to_owned()));
    }
    txn.guess();
    let identity = Identity::of_record(number, student.birth_date, &student.names(), placeholders);
    let candidates = recognise::compared_with(txn, &identity, placeholders, &others).await?;
    let candidates = ascms_domain::matching::scored(&candidates);
    let sent = Some(text.to_owned());
    opening::open_once(txn, student.id, candidates, sent, call.now).await?;
    Ok(())
}
