//! A contract with what it covers and pays, as one record with one version.

use ascms_domain::history::RecordKind;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use serde_json::json;

use crate::rows::{contract, contract_year};
use crate::trace::history::Recorded;

/// A contract, the codes of its catchments and its years.
#[derive(Clone, Debug)]
pub(crate) struct WholeContract {
    pub row: contract::Model,
    pub catchments: Vec<String>,
    pub years: Vec<contract_year::Model>,
}

impl Recorded for WholeContract {
    const KIND: RecordKind = RecordKind::Contract;

    fn stamp(&self) -> (Uuid, i32) {
        (self.row.id.0, self.row.version)
    }

    fn advance(&mut self, now: DateTime<Utc>) {
        self.row.version += 1;
        self.row.updated_at = now;
    }

    fn fields(&self) -> Vec<(&'static str, Json)> {
        let Self { row, catchments, years } = self;
        let contract::Model {
            id: _,
            // A contract has these for good.
            number: _,
            organisation_id: _,
            kind: _,
            school_id: _,
            starts_on,
            ends_on,
            status,
            // Who changed what is told of each change.
            status_by: _,
            status_since: _,
            comment,
            contacts,
            holiday_region,
            approval_policy,
            duty_profile,
            added_by: _,
            added_at: _,
            version: _,
            updated_at: _,
        } = row;
        vec![
            ("catchments", json!(catchments)),
            ("startsOn", json!(starts_on)),
            ("endsOn", json!(ends_on)),
            ("status", json!(status)),
            ("comment", json!(comment)),
            ("contacts", json!(contacts)),
            ("holidayRegion", json!(holiday_region)),
            ("approvalPolicy", json!(approval_policy)),
            ("dutyProfile", json!(duty_profile)),
            ("years", Json::Array(years.iter().map(year).collect())),
        ]
    }
}

fn year(row: &contract_year::Model) -> Json {
    let contract_year::Model {
        contract_id: _,
        year,
        amount_cents,
        withholding_percent,
        withholding_per,
        basic_needs_cents,
        set_by: _,
        updated_at: _,
    } = row;
    json!({
        "year": year, "amountCents": amount_cents, "withholdingPercent": withholding_percent,
        "withholdingPer": withholding_per, "basicNeedsCents": basic_needs_cents,
    })
}
