//! Every select of a scoped table that begins without a grant. There is no other: outside `reach`
//! a table's `Entity` has no name.
//!
//! A door has a purpose, asks for what that purpose knows (ids, a school, a period), and narrows the
//! select to it. Nothing that comes through a door is shown for having come through it: what a
//! caller sees of a person's record is read `within(grant)`. A new door says in its comment why no
//! grant narrows it, and stands in the list of `tests/it/architecture.rs`.

use ascms_domain::cases::CaseStatus;
use ascms_domain::documents::DocumentState;
use ascms_domain::ids::{
    CaseId, DocumentId, ReferralId, RegisterEntryId, SchoolId, StudentId, TransferId,
};
use ascms_domain::matching::ComparedNsn;
use ascms_domain::transfers::TransferStatus;
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Alias, LockType, Query, SelectStatement, SimpleExpr};
use sea_orm::{ExprTrait, Iterable, QueryOrder, QuerySelect, QueryTrait};

use crate::reach::joins::NamedRows;
use crate::reach::numbers;
use crate::reach::tables::{
    attendance_case, case_transfer, document, newest_entry, referral, referral_clock, student,
};
use crate::rows::lifecycle;

/// The records that carry a number. Intake has to find a student whom the sender may not see, or
/// it would make a second record of the same child.
pub(crate) fn students_carrying(numbers: &[ComparedNsn]) -> Select<student::Entity> {
    student::Entity::find().filter(numbers::is_one_of("student", numbers))
}

/// Those of the holders of a number who have a record, for intake as above.
pub(crate) fn students_of_number(holders: SelectStatement) -> Select<student::Entity> {
    student::Entity::find().filter(student::Column::Id.in_subquery(holders))
}

/// Whole records of students whom intake compares, or whom a merge joins or parts: these read all
/// of a person's records, whoever may see which.
pub(crate) fn student_records(ids: impl IntoIterator<Item = StudentId>) -> Select<student::Entity> {
    student::Entity::find().filter(student::Column::Id.is_in(ids))
}

/// The record that a referral completes. The sender of a known student adds to the record without
/// reading it.
pub(crate) fn student_referred(id: StudentId) -> Select<student::Entity> {
    student::Entity::find_by_id(id)
}

/// The case of a record that the caller was let to change: of a transfer to answer, of a student
/// who changes school, of a document that was scanned.
pub(crate) fn case_of_change(id: CaseId) -> Select<attendance_case::Entity> {
    attendance_case::Entity::find_by_id(id)
}

/// The cases of needs that the caller reaches: whether one takes anything more is told with the need, and
/// nothing else of it.
pub(crate) fn cases_of_needs(
    ids: impl IntoIterator<Item = CaseId>,
) -> Select<attendance_case::Entity> {
    attendance_case::Entity::find().filter(attendance_case::Column::Id.is_in(ids))
}

/// The cases of a student who is referred or changes school: a second case must not be opened,
/// whoever has the first one, and the open one follows the student.
pub(crate) fn cases_of_student(id: StudentId) -> Select<attendance_case::Entity> {
    attendance_case::Entity::find().filter(attendance_case::Column::StudentId.eq(id))
}

/// The same of several students: of those who are pushed together, whose records are joined, or
/// whose clocks are counted. What a caller hears of one is sought within the grant.
pub(crate) fn cases_of_students(
    ids: impl IntoIterator<Item = StudentId>,
) -> Select<attendance_case::Entity> {
    attendance_case::Entity::find().filter(attendance_case::Column::StudentId.is_in(ids))
}

/// The cases that referrals opened. A referral's clock counts by its case, whoever made it run.
pub(crate) fn cases_opened_by(
    referrals: impl IntoIterator<Item = ReferralId>,
) -> Select<attendance_case::Entity> {
    attendance_case::Entity::find().filter(attendance_case::Column::ReferralId.is_in(referrals))
}

/// Whether the student of the case at hand has another case that is not closed, as a subquery that
/// tells no more: a closed case must not be reopened beside it, whoever has it.
pub(crate) fn another_open_case() -> SelectStatement {
    use attendance_case::{Column, Entity};
    let other = Alias::new("other");
    let of = |column: Column| Expr::col((other.clone(), column));
    let mut query = Query::select();
    query
        .expr(Expr::val(1))
        .from_as(Entity, other.clone())
        .and_where(of(Column::StudentId).equals((Entity, Column::StudentId)))
        .and_where(of(Column::Id).not_equals((Entity, Column::Id)))
        .and_where(lifecycle::is_not((other, Column::Status), CaseStatus::is_closed));
    query
}

/// How many entries a case has that the caller holds the lock of.
pub(crate) fn newest_entry_of_case(id: CaseId) -> Select<newest_entry::Entity> {
    newest_entry::Entity::find_by_id(id)
}

/// The referral that turned out not to belong to the case that it joined, whoever reaches it; and
/// one that the sandbox's seed settles.
pub(crate) fn referral_of_change(id: ReferralId) -> Select<referral::Entity> {
    referral::Entity::find_by_id(id)
}

/// The referrals of a student who is referred anew, or whose resolved one may wait again: a child
/// waits once at a school, whoever sent the other one.
pub(crate) fn referrals_of_student(id: StudentId) -> Select<referral::Entity> {
    referral::Entity::find().filter(referral::Column::StudentId.eq(id))
}

/// The same of several students: of those who are sent or pushed together, who turn out to be
/// enrolled, or whose records are joined. What a caller hears of one is sought within the grant.
pub(crate) fn referrals_of_students(
    ids: impl IntoIterator<Item = StudentId>,
) -> Select<referral::Entity> {
    referral::Entity::find().filter(referral::Column::StudentId.is_in(ids))
}

/// The referrals that led to a case: all of them go with it to another provider.
pub(crate) fn referrals_of_case(id: CaseId) -> Select<referral::Entity> {
    referral::Entity::find().filter(referral::Column::CaseId.eq(id))
}

/// The referrals that a caller sent, by the caller's own id: the one that is sent again must be
/// found, also where the caller reaches it no longer.
pub(crate) fn referrals_sent_by(caller: Uuid) -> Select<referral::Entity> {
    referral::Entity::find().filter(referral::Column::SubmittedBy.eq(caller))
}

/// The referrals of the school for which a new one is sent: one that waits there stands in its way,
/// whoever sent it.
pub(crate) fn referrals_at_school(id: SchoolId) -> Select<referral::Entity> {
    referral::Entity::find().filter(referral::Column::SchoolId.eq(id))
}

/// The referrals of clocks that are counted: for nobody in particular.
pub(crate) fn referrals_counted(
    ids: impl IntoIterator<Item = ReferralId>,
) -> Select<referral::Entity> {
    referral::Entity::find().filter(referral::Column::Id.is_in(ids))
}

/// How many referrals fit, as an expression: the place of one in its queue counts those before it,
/// whoever sent them, and shows none of them.
pub(crate) fn count_of_referrals(fits: impl IntoIterator<Item = SimpleExpr>) -> SimpleExpr {
    let fitting = fits.into_iter().fold(referral::Entity::find(), Select::filter);
    let count = fitting.select_only().expr(referral::Column::Id.count());
    SimpleExpr::SubQuery(None, Box::new(QueryTrait::into_query(count).into()))
}

/// The reviews that were made with some referrals, as a subquery of the ids of reviews; those that
/// a caller may see are sought among them.
pub(crate) fn reviews_of_referrals(referrals: SelectStatement) -> SelectStatement {
    referral::Entity::find()
        .select_only()
        .column(referral::Column::MatchReviewId)
        .filter(referral::Column::MatchReviewId.is_not_null())
        .filter(referral::Column::Id.in_subquery(referrals))
        .into_query()
}

/// The clock of a referral that is redirected: its successor is counted where it was.
pub(crate) fn clock_of_predecessor(id: ReferralId) -> Select<referral_clock::Entity> {
    referral_clock::Entity::find_by_id(id)
}

/// The clocks of referrals or students of whom something has become known, locked in one order, so
/// that two callers cannot block each other. A number counts them for nobody in particular.
pub(crate) fn clocks_to_recompute(fits: SimpleExpr) -> Select<referral_clock::Entity> {
    referral_clock::Entity::find()
        .filter(fits)
        .order_by_asc(referral_clock::Column::ReferralId)
        .lock(LockType::NoKeyUpdate)
}

/// The clocks of the referrals of some days, both included: after a change of the calendar they are
/// counted anew, for nobody in particular.
pub(crate) fn clocks_of_days(first: NaiveDate, last: NaiveDate) -> Select<referral_clock::Entity> {
    referral_clock::Entity::find().filter(referral_clock::Column::ReferralDate.between(first, last))
}

/// The clocks as they stand, with one value more, as what is inserted among the clocks of the past:
/// no row leaves the database.
pub(crate) fn clocks_as_they_stand(
    ids: impl IntoIterator<Item = ReferralId>,
    and: Expr,
) -> SelectStatement {
    Query::select()
        .columns(referral_clock::Column::iter())
        .expr(and)
        .from(referral_clock::Entity)
        .and_where(referral_clock::Column::ReferralId.is_in(ids))
        .to_owned()
}

/// The transfer that the caller has just made or answered.
pub(crate) fn transfer_of_change(id: TransferId) -> Select<case_transfer::Entity> {
    case_transfer::Entity::find_by_id(id)
}

/// A transfer of the case at hand that waits for its answer, as a subquery that tells no more: the
/// case's rules go by it, and its readers may not be of either provider.
pub(crate) fn waiting_transfer_of_case() -> SelectStatement {
    use case_transfer::{Column, Entity};
    let same = Expr::col((Entity, Column::CaseId))
        .equals((attendance_case::Entity, attendance_case::Column::Id));
    Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(same)
        .filter(lifecycle::is((Entity, Column::Status), TransferStatus::is_waiting))
        .into_query()
}

/// The transfers of the cases of referrals, beside their cases: an outcome is the provider's that had the
/// case then. A number counts them for nobody in particular.
pub(crate) fn transfers_of_referrals(
    referrals: impl IntoIterator<Item = ReferralId>,
) -> Select<case_transfer::Entity> {
    use attendance_case::Column as Case;
    let mut query = case_transfer::Entity::find();
    let case = Expr::col((case_transfer::Entity, case_transfer::Column::CaseId));
    QueryTrait::query(&mut query).inner_join_named(case, Case::Id);
    query.filter(Case::ReferralId.is_in(referrals))
}

/// The documents that have content, for the comparison with the object store: the operator's.
pub(crate) fn documents_with_content() -> Select<document::Entity> {
    document::Entity::find().filter(lifecycle::is_not(
        (document::Entity, document::Column::State),
        DocumentState::is_refused,
    ))
}

/// The documents that wait for the scanner. It works for nobody in particular.
pub(crate) fn documents_in_quarantine() -> Select<document::Entity> {
    document::Entity::find().filter(lifecycle::is(
        (document::Entity, document::Column::State),
        DocumentState::is_quarantined,
    ))
}

/// The document that was scanned.
pub(crate) fn document_scanned(id: DocumentId) -> Select<document::Entity> {
    document::Entity::find_by_id(id)
}

/// The documents of entries of registers that were found within the grant.
pub(crate) fn documents_of_entries(
    entries: impl IntoIterator<Item = RegisterEntryId>,
) -> Select<document::Entity> {
    document::Entity::find().filter(document::Column::RegisterEntryId.is_in(entries))
}

/// The documents of a case whose history the caller reads: of what is asked for by its id, the case
/// was found within the grant.
pub(crate) fn documents_of_case(id: CaseId) -> Select<document::Entity> {
    document::Entity::find().filter(document::Column::CaseId.eq(id))
}
