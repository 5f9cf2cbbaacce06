//! Whom an entry of a register is addressed to, and from when to when.

use std::collections::BTreeSet;

use ascms_domain::broadcasts::{Audience, AudienceDimension, Validity};
use ascms_domain::ids::RegisterEntryId;
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;

use crate::gate::write::Write;
use crate::rows::{broadcast, broadcast_audience, catchment};
use crate::store::transaction::NewRows;
use crate::store::whole_row;

/// Why an audience is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AudienceRefusal {
    #[error("no catchment has this code")]
    UnknownCatchment,
    #[error("no catchment is in this education region")]
    UnknownRegion,
}

/// Addresses an entry to an audience, once: what is published is frozen, and its audience with it.
pub(crate) async fn address(
    write: &Write<'_>,
    entry_id: RegisterEntryId,
    audience: &Audience,
    validity: Validity,
) -> Result<(), DbErr> {
    use broadcast_audience::{ActiveModel, Model};
    let Validity { from: valid_from, to: valid_to } = validity;
    let row = broadcast::Model { entry_id, valid_from, valid_to };
    whole_row::insert(write.txn, broadcast::ActiveModel::from(row)).await?;
    let rows = audience.narrowed_by().into_iter().map(|(dimension, value)| {
        ActiveModel::from(Model { entry_id, dimension, value }).reset_all()
    });
    let rows = NewRows::of(rows);
    write.txn.add(rows).await
}

/// What an audience names that does not exist.
pub(crate) async fn unknown(
    db: &impl ConnectionTrait,
    audience: &Audience,
) -> Result<Option<AudienceRefusal>, DbErr> {
    let named = audience.narrowed_by();
    let of = |dimension: AudienceDimension| -> BTreeSet<&str> {
        let those = named.iter().filter(|(of, _)| *of == dimension);
        those.map(|(_, value)| value.as_str()).collect()
    };
    let asked = [
        (catchment::Column::Code, AudienceDimension::Catchment, AudienceRefusal::UnknownCatchment),
        (
            catchment::Column::EducationRegion,
            AudienceDimension::EducationRegion,
            AudienceRefusal::UnknownRegion,
        ),
    ];
    for (column, dimension, refusal) in asked {
        let values = of(dimension);
        if values.is_empty() {
            continue;
        }
        let known: Vec<String> = catchment::Entity::find()
            .select_only()
            .distinct()
            .column(column)
            .filter(column.is_in(values.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        if known.len() < values.len() {
            return Ok(Some(refusal));
        }
    }
    Ok(None)
}
