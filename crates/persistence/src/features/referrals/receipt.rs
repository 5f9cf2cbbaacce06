//! What the sender of a referral is told of a student of whom they may not know: what they sent, and
//! that it was taken, as if nobody like it were known. People who work on the referral see it as it is.

use std::collections::{HashMap, HashSet};

use ascms_domain::access::Grant;
use ascms_domain::eligibility::Assessment;
use ascms_domain::ids::{ReferralId, StudentId};
use ascms_domain::matching::MatchedBy;
use ascms_domain::matching::names::compared;
use ascms_domain::referrals::{ReferralStatus, Responsible};
use ascms_domain::students::SentStudent;
use ascms_domain::text::PersonName;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::SelectStatement;
use sea_orm::{QueryOrder, QuerySelect};

use crate::features::referrals::file::{ReferralFile, ReferralRow};
use crate::reach;
use crate::reach::rows::referral::{self, StoredAssessment};
use crate::rows::organisation;
use crate::rows::referral_receipt::{ActiveModel, AsSent, Column, Entity, Model};
use crate::store::transaction::DatabaseTransaction;
use crate::store::whole_row;

/// What a referral of somebody new would have come to.
pub(super) struct AsNew {
    pub assessment: Assessment,
    pub responsible: Responsible,
}

/// Keeps what the sender is told.
pub(super) async fn save_receipt(
    txn: &DatabaseTransaction,
    referral: &referral::Model,
    sent: &SentStudent,
    as_new: AsNew,
) -> Result<(), DbErr> {
    let AsNew { assessment, responsible: Responsible { provider_id, in_school } } = as_new;
    let name = |name: &Option<PersonName>| name.as_ref().map(|name| name.0.clone());
    let row = Model {
        referral_id: referral.id,
        shown_id: StudentId::generate(),
        as_sent: AsSent {
            legal_given_names: name(&sent.legal_given_names).unwrap_or_default(),
            legal_family_name: sent.legal_family_name.0.clone(),
            preferred_given_names: name(&sent.preferred_given_names),
            preferred_family_name: name(&sent.preferred_family_name),
            birth_date: sent.birth_date,
            year_level: sent.year_level,
        },
        assessment: StoredAssessment(assessment),
        provider_id,
        in_school,
        joined: referral.case_id.is_some(),
    };
    whole_row::insert(txn, ActiveModel::from(row)).await?;
    Ok(())
}

/// The first of some referrals, given as a subquery of their ids, whose receipt tells of the student who is sent now, by the names and the
/// birth date as they are compared.
pub(super) async fn of_sent(
    txn: &DatabaseTransaction,
    referrals: SelectStatement,
    sent: &SentStudent,
) -> Result<Option<ReferralId>, DbErr> {
    let legal = sent.legal_given_names.as_ref().map_or("", PersonName::as_str);
    let now = (compared(legal), compared(sent.legal_family_name.as_str()), sent.birth_date);
    let told = Entity::find().filter(Column::ReferralId.in_subquery(referrals));
    let told = told.order_by_asc(Column::ReferralId).all(txn).await?;
    let same = |row: &&Model| {
        let AsSent { legal_given_names, legal_family_name, birth_date, .. } = &row.as_sent;
        (compared(legal_given_names), compared(legal_family_name), *birth_date) == now
    };
    Ok(told.iter().find(same).map(|row| row.referral_id))
}

/// Those of some referrals whose reader has to make do with the receipt, each with it: not who works on
/// them, and not who reaches the student by now.
async fn of(
    db: &impl ConnectionTrait,
    grant: &Grant,
    rows: &[&ReferralRow],
) -> Result<HashMap<ReferralId, Model>, DbErr> {
    let works_on = |row: &&&ReferralRow| {
        grant.works_on(row.referral.provider_id, row.case_manager_id) || grant.reaches_the_nation()
    };
    let sent: Vec<ReferralId> =
        rows.iter().filter(|row| !works_on(row)).map(|row| row.referral.id).collect();
    if sent.is_empty() {
        return Ok(HashMap::new());
    }
    let found = Entity::find().filter(Column::ReferralId.is_in(sent)).all(db).await?;
    let receipts: HashMap<ReferralId, Model> =
        found.into_iter().map(|row| (row.referral_id, row)).collect();
    if receipts.is_empty() {
        return Ok(receipts);
    }
    let of_receipt = |row: &&&ReferralRow| receipts.contains_key(&row.referral.id);
    let ids = rows.iter().filter(of_receipt).map(|row| row.referral.student_id);
    let reached: HashSet<StudentId> = reach::students::reached(db, grant, ids.collect()).await?;
    let hidden = rows.iter().filter(|row| !reached.contains(&row.referral.student_id));
    let hidden: HashSet<ReferralId> = hidden.map(|row| row.referral.id).collect();
    Ok(receipts.into_iter().filter(|(id, _)| hidden.contains(id)).collect())
}

/// Shows the rows of a list as their reader may see them.
pub(super) async fn show_all(
    db: &impl ConnectionTrait,
    grant: &Grant,
    rows: &mut [ReferralRow],
) -> Result<(), DbErr> {
    let receipts = of(db, grant, &rows.iter().collect::<Vec<_>>()).await?;
    for row in rows {
        if let Some(receipt) = receipts.get(&row.referral.id) {
            show_row(db, row, receipt).await?;
        }
    }
    Ok(())
}

/// Shows a referral as its reader may see it.
pub(super) async fn show(
    db: &impl ConnectionTrait,
    grant: &Grant,
    file: ReferralFile,
) -> Result<ReferralFile, DbErr> {
    let receipts = of(db, grant, &[&file.row]).await?;
    match receipts.get(&file.row.referral.id) {
        Some(receipt) => show_file(db, file, receipt).await,
        None => Ok(file),
    }
}

/// The receipt itself: when it is given, its sender may not know of the student.
pub(super) async fn as_given(
    db: &impl ConnectionTrait,
    grant: &Grant,
    file: ReferralFile,
) -> Result<ReferralFile, DbErr> {
    if grant.reaches_the_nation() {
        return Ok(file);
    }
    match Entity::find_by_id(file.row.referral.id).one(db).await? {
        Some(receipt) => show_file(db, file, &receipt).await,
        None => Ok(file),
    }
}

async fn show_file(
    db: &impl ConnectionTrait,
    mut file: ReferralFile,
    receipt: &Model,
) -> Result<ReferralFile, DbErr> {
    show_row(db, &mut file.row, receipt).await?;
    if receipt.joined {
        let before = crate::features::referrals::waiting::before(
            db,
            receipt.provider_id,
            receipt.referral_id,
        )
        .await?;
        file.waiting_position = Some(before);
        file.decisions.clear();
    }
    Ok(file)
}

async fn show_row(
    db: &impl ConnectionTrait,
    row: &mut ReferralRow,
    receipt: &Model,
) -> Result<(), DbErr> {
    let Model { referral_id: _, shown_id, as_sent, assessment, provider_id, in_school, joined } =
        receipt.clone();
    row.referral.student_id = shown_id;
    row.referral.matched_by = MatchedBy::Created;
    row.referral.match_review_id = None;
    row.referral.assessment = assessment;
    let AsSent { legal_given_names, legal_family_name, .. } = as_sent;
    (row.legal_given_names, row.legal_family_name) = (legal_given_names, legal_family_name);
    row.preferred_given_names = as_sent.preferred_given_names;
    row.preferred_family_name = as_sent.preferred_family_name;
    (row.birth_date, row.year_level) = (as_sent.birth_date, as_sent.year_level);
    if !joined {
        return Ok(());
    }
    row.referral.status = ReferralStatus::Submitted;
    row.referral.case_id = None;
    (row.referral.provider_id, row.referral.in_school) = (provider_id, in_school);
    (row.case_number, row.case_status, row.case_manager_id) = (None, None, None);
    let names: Option<(String, String)> = match provider_id {
        Some(id) => {
            organisation::Entity::find_by_id(id)
                .select_only()
                .columns([organisation::Column::Code, organisation::Column::Name])
                .into_tuple()
                .one(db)
                .await?
        }
        None => None,
    };
    (row.provider_code, row.provider_name) = names.unzip();
    Ok(())
}
