//! A row of `student`.

use ascms_domain::ids::StudentId;
use ascms_domain::merges::Particulars;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::FromJsonQueryResult;
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// A few codes in one column: they are shown, not searched.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Codes(pub Vec<String>);

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "student")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: StudentId,
    pub nsn: Option<String>,
    pub legal_given_names: String,
    pub legal_family_name: String,
    pub preferred_given_names: Option<String>,
    pub preferred_family_name: Option<String>,
    pub birth_date: NaiveDate,
    pub gender: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub ethnicities: Codes,
    #[sea_orm(column_type = "JsonBinary")]
    pub iwi: Codes,
    pub home_language: Option<String>,
    pub interpreter_wanted: bool,
    pub te_reo_preferred: bool,
    pub year_level: Option<i32>,
    pub address_protected: bool,
    #[sea_orm(column_type = "JsonBinary")]
    pub safety_alerts: Codes,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

impl ActiveModelBehavior for ActiveModel {}

impl Model {
    /// Given and family names as they are compared: the legal pair, and the preferred one.
    pub(crate) fn names(&self) -> [(&str, &str); 2] {
        let given = self.preferred_given_names.as_deref().unwrap_or(&self.legal_given_names);
        let family = self.preferred_family_name.as_deref().unwrap_or(&self.legal_family_name);
        [(&self.legal_given_names, &self.legal_family_name), (given, family)]
    }

    /// What a joined file takes from either record.
    pub(crate) fn particulars(&self) -> Particulars {
        Particulars {
            nsn: self.nsn.clone(),
            gender: self.gender.clone(),
            ethnicities: self.ethnicities.0.clone(),
            iwi: self.iwi.0.clone(),
            home_language: self.home_language.clone(),
            interpreter_wanted: self.interpreter_wanted,
            te_reo_preferred: self.te_reo_preferred,
            address_protected: self.address_protected,
            safety_alerts: self.safety_alerts.0.clone(),
        }
    }

    pub(crate) fn take_particulars(&mut self, particulars: Particulars) {
        let Particulars {
            nsn,
            gender,
            ethnicities,
            iwi,
            home_language,
            interpreter_wanted,
            te_reo_preferred,
            address_protected,
            safety_alerts,
        } = particulars;
        self.nsn = nsn;
        self.gender = gender;
        self.ethnicities = Codes(ethnicities);
        self.iwi = Codes(iwi);
        self.home_language = home_language;
        self.interpreter_wanted = interpreter_wanted;
        self.te_reo_preferred = te_reo_preferred;
        self.address_protected = address_protected;
        self.safety_alerts = Codes(safety_alerts);
    }
}
