//! Who was reached, and when: by the contacts and at the meetings that stand. The numbers and the
//! contact details go by this, and by nothing else.

use std::collections::HashMap;

use ascms_domain::contacts::{ContactOutcome, ContactParty};
use ascms_domain::ids::{ReferralId, StudentId};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{IntoColumnRef, SimpleExpr};
use sea_orm::{ExprTrait, FromQueryResult, QuerySelect, QueryTrait};

use crate::reach::joins::NamedRows;
use crate::reach::rows::attendance_case;
use crate::rows::{contact, meeting_reached};

/// When a party of a referral's case was first reached.
#[derive(Debug, FromQueryResult)]
struct FirstReached {
    referral_id: ReferralId,
    party: ContactParty,
    at: DateTime<Utc>,
}

/// The first instant at which each party of these referrals' cases was reached, in whatever order
/// that was written down.
pub(crate) async fn first_reached(
    db: &impl ConnectionTrait,
    referrals: &[ReferralId],
) -> Result<HashMap<(ReferralId, ContactParty), DateTime<Utc>>, DbErr> {
    use attendance_case::Column as Case;
    let ours = || Case::ReferralId.is_in(referrals.iter().copied());
    let by_contact = contacts(ours())
        .column(Case::ReferralId)
        .column(crate::rows::contact::Column::Party)
        .expr_as(
            Expr::col((crate::rows::contact::Entity, crate::rows::contact::Column::OccurredAt))
                .min(),
            "at",
        )
        .group_by(Case::ReferralId)
        .group_by(crate::rows::contact::Column::Party)
        .into_model::<FirstReached>()
        .all(db)
        .await?;
    let at_meetings = at_meetings(ours())
        .column(Case::ReferralId)
        .column(meeting_reached::Column::Party)
        .expr_as(
            Expr::col((meeting_reached::Entity, meeting_reached::Column::OccurredAt)).min(),
            "at",
        )
        .group_by(Case::ReferralId)
        .group_by(meeting_reached::Column::Party)
        .into_model::<FirstReached>()
        .all(db)
        .await?;
    let mut first = HashMap::new();
    for row in by_contact.into_iter().chain(at_meetings) {
        let known = first.entry((row.referral_id, row.party)).or_insert(row.at);
        *known = Ord::min(*known, row.at);
    }
    Ok(first)
}

/// Every instant at which these students or their whānau were reached, on any of their cases.
pub(crate) async fn home_reached(
    db: &impl ConnectionTrait,
    students: &[StudentId],
) -> Result<Vec<(StudentId, DateTime<Utc>)>, DbErr> {
    use attendance_case::Column as Case;
    let home = [ContactParty::Student, ContactParty::Whanau];
    let ours = || Case::StudentId.is_in(students.iter().copied());
    let mut reached: Vec<(StudentId, DateTime<Utc>)> = contacts(ours())
        .column(Case::StudentId)
        .column(crate::rows::contact::Column::OccurredAt)
        .filter(crate::rows::contact::Column::Party.is_in(home))
        .into_tuple()
        .all(db)
        .await?;
    let at_meetings: Vec<(StudentId, DateTime<Utc>)> = at_meetings(ours())
        .column(Case::StudentId)
        .column(meeting_reached::Column::OccurredAt)
        .filter(meeting_reached::Column::Party.is_in(home))
        .into_tuple()
        .all(db)
        .await?;
    reached.extend(at_meetings);
    Ok(reached)
}

/// The contacts of some cases that reached somebody and stand.
fn contacts(of_cases: SimpleExpr) -> Select<crate::rows::contact::Entity> {
    use contact::{Column as Contact, Entity as Contacts};
    let query = with_case(Contacts::find(), (Contacts, Contact::CaseId), of_cases);
    query
        .filter(Contact::Outcome.eq(ContactOutcome::Reached))
        .filter(Contact::CorrectedAt.is_null())
}

/// The same of meetings, one for each party.
fn at_meetings(of_cases: SimpleExpr) -> Select<meeting_reached::Entity> {
    use meeting_reached::{Column as Meeting, Entity as Meetings};
    let query = with_case(Meetings::find(), (Meetings, Meeting::CaseId), of_cases);
    query.filter(Meeting::CorrectedAt.is_null())
}

fn with_case<E: EntityTrait>(
    mut query: Select<E>,
    case_id: impl IntoColumnRef,
    of_cases: SimpleExpr,
) -> Select<E> {
    let case = attendance_case::Column::Id;
    QueryTrait::query(&mut query).inner_join_named(Expr::col(case_id), case);
    query.select_only().filter(of_cases)
}
