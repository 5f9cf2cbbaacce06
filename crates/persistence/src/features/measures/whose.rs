//! Whose a clock is: the student's, and who was responsible.

use std::collections::HashMap;

use ascms_domain::ids::{CaseId, ProviderId, ReferralId, StudentId};
use ascms_domain::measures::EthnicGroup;
use sea_orm::QuerySelect;

use crate::features::measures::versions::{ids, students};
use crate::identity;
use crate::reach::rows::referral;
use crate::reach::rows::referral_clock::Model;
use crate::reach::unscoped;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// Whose the referrals are: records are joined and parted. And who is responsible for one that was
/// parted from a case of another student's; in a case it is who was when it came there, whoever has
/// the case now.
pub(super) async fn students_now(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
) -> Result<(), StoreError> {
    use referral::Column as Referral;
    type Row = (ReferralId, StudentId, Option<CaseId>, Option<ProviderId>, bool);
    let rows: Vec<Row> = unscoped::referrals_counted(ids(clocks))
        .select_only()
        .columns([Referral::Id, Referral::StudentId, Referral::CaseId])
        .columns([Referral::ProviderId, Referral::InSchool])
        .into_tuple()
        .all(txn)
        .await?;
    let rows: HashMap<ReferralId, Row> = rows.into_iter().map(|row| (row.0, row)).collect();
    for clock in clocks {
        if let Some((_, student, case, provider, in_school)) = rows.get(&clock.referral_id) {
            clock.student_id = *student;
            if case.is_none() {
                (clock.provider_id, clock.in_school) = (*provider, *in_school);
            }
        }
    }
    Ok(())
}

/// Who the student is, as far as numbers are broken down by it. The year level is not asked again:
/// it stays what it was when the referral came in.
pub(super) async fn people(
    txn: &DatabaseTransaction,
    clocks: &mut [Model],
) -> Result<(), StoreError> {
    let rows = identity::merges::shown(txn, &students(clocks)).await?;
    for clock in clocks {
        if let Some(student) = rows.get(&clock.student_id) {
            let named = student.ethnicities.0.iter().map(String::as_str);
            clock.ethnic_group = EthnicGroup::first_of(named);
        }
    }
    Ok(())
}
