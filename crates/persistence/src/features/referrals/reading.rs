//! Reading a referral as its caller is shown it.

use ascms_domain::access::Grant;
use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::students::SentStudent;
use ascms_domain::text::PersonName;
use sea_orm::entity::prelude::*;

use crate::features::referrals::file::{ReferralFile, ReferralRow, select_with_names};
use crate::features::referrals::{decision, receipt, waiting};
use crate::reach::referrals::within;
use crate::reach::rows::referral::{Column, Model};
use crate::reference::schools::SchoolRoute;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// The referral whole, when within reach.
pub(crate) async fn file(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: ReferralId,
) -> Result<ReferralFile, StoreError> {
    Ok(file_of(db, grant, id).await?.0)
}

/// The same with the student whom it is of, whatever its reader is shown.
pub(crate) async fn file_of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: ReferralId,
) -> Result<(ReferralFile, StudentId), StoreError> {
    let row = select_with_names(within(grant).filter(Column::Id.eq(id))).one(db).await?;
    let row = row.ok_or(StoreError::NotFound)?;
    let student_id = row.referral.student_id;
    let decisions = decision::of_referral(db, id).await?;
    let waiting_position = waiting::position(db, &row.referral).await?;
    let file = ReferralFile { row, decisions, waiting_position };
    Ok((receipt::show(db, grant, file).await?, student_id))
}

/// The referral that was just written, of a student whom nobody knew before: it is all in hand but
/// how many wait before it.
pub(crate) async fn of_new(
    txn: &DatabaseTransaction,
    referral: Model,
    sent: &SentStudent,
    route: &SchoolRoute,
) -> Result<ReferralFile, DbErr> {
    let waiting_position = waiting::position_of_new(txn, &referral).await?;
    let (provider_code, provider_name) = route.code_and_name_of(referral.provider_id);
    let name = |name: &Option<PersonName>| name.as_ref().map(|name| name.0.clone());
    let row = ReferralRow {
        referral,
        school_number: route.number,
        school_name: route.name.clone(),
        provider_code,
        provider_name,
        case_number: None,
        case_status: None,
        case_manager_id: None,
        legal_given_names: name(&sent.legal_given_names).unwrap_or_default(),
        legal_family_name: sent.legal_family_name.0.clone(),
        preferred_given_names: name(&sent.preferred_given_names),
        preferred_family_name: name(&sent.preferred_family_name),
        birth_date: sent.birth_date,
        year_level: sent.year_level,
    };
    Ok(ReferralFile { row, decisions: Vec::new(), waiting_position })
}
