//! What readers see of a student, and the short forms that other views show.

use ascms_domain::ids::StudentId;
use ascms_persistence::scoped_rows::student;
use ascms_persistence::students::StudentFile;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// A student in short, by the names they go by.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StudentSummary {
    /// Id of the student.
    pub id: StudentId,
    /// Given names that the student goes by. Personal data.
    #[schema(max_length = 100)]
    pub given_names: String,
    /// Family name that the student goes by. Personal data.
    #[schema(max_length = 100)]
    pub family_name: String,
    /// Date of birth. Personal data.
    pub birth_date: NaiveDate,
    /// Year of schooling, 1 to 13; null when it is not known.
    #[schema(minimum = 1, maximum = 13)]
    pub year_level: Option<i32>,
}

impl StudentSummary {
    pub(crate) fn of(row: &student::Model) -> Self {
        let given = row.preferred_given_names.as_ref().unwrap_or(&row.legal_given_names);
        let family = row.preferred_family_name.as_ref().unwrap_or(&row.legal_family_name);
        Self {
            id: row.id,
            given_names: given.clone(),
            family_name: family.clone(),
            birth_date: row.birth_date,
            year_level: row.year_level,
        }
    }
}

/// A school in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SchoolSummary {
    /// The Ministry's number, without leading zeros.
    #[schema(max_length = 4, pattern = "^[0-9]{1,4}$")]
    number: String,
    /// Name of the school.
    #[schema(max_length = 200)]
    name: String,
}

impl SchoolSummary {
    pub(crate) fn new(number: i32, name: &str) -> Self {
        Self { number: number.to_string(), name: name.to_owned() }
    }
}

/// A provider in short.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ProviderSummary {
    /// Lasting and unique code of the provider.
    #[schema(max_length = 64)]
    code: String,
    /// Name of the provider.
    #[schema(max_length = 200)]
    name: String,
}

impl ProviderSummary {
    pub(crate) fn new(code: &str, name: &str) -> Self {
        Self { code: code.to_owned(), name: name.to_owned() }
    }
}

/// A student's file.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct StudentView {
    /// Id of the student.
    id: StudentId,
    /// National Student Number; null when it is not known. Personal data.
    #[schema(max_length = 20, pattern = "^[ 0]*[0-9]( *[0-9]){0,9} *$")]
    nsn: Option<String>,
    /// Given names in law; empty for people of one name. Personal data.
    #[schema(max_length = 100)]
    legal_given_names: String,
    /// Family name in law. Personal data.
    #[schema(max_length = 100)]
    legal_family_name: String,
    /// Given names that the student goes by; null when they are the legal ones. Personal data.
    #[schema(max_length = 100)]
    preferred_given_names: Option<String>,
    /// Family name that the student goes by; null when it is the legal one. Personal data.
    #[schema(max_length = 100)]
    preferred_family_name: Option<String>,
    /// Date of birth. Personal data.
    birth_date: NaiveDate,
    /// Code of the set `genders`; null when it is not known. Personal data.
    #[schema(max_length = 64)]
    gender: Option<String>,
    /// Up to three codes of the set `ethnicities`. Personal data.
    #[schema(max_items = 3)]
    ethnicities: Vec<String>,
    /// Up to three codes of the set `iwi`. Personal data.
    #[schema(max_items = 3)]
    iwi: Vec<String>,
    /// The language spoken at home, ISO 639-3; null when it is not known. Personal data.
    #[schema(max_length = 64)]
    home_language: Option<String>,
    /// Whether the student or the whānau wants an interpreter.
    interpreter_wanted: bool,
    /// Whether the student or the whānau prefers to speak te reo Māori.
    te_reo_preferred: bool,
    /// Year of schooling, 1 to 13; null when it is not known.
    #[schema(minimum = 1, maximum = 13)]
    year_level: Option<i32>,
    /// Whether the address must be kept secret: only people who are named for it see it.
    address_protected: bool,
    /// Dangers that visitors should know of: codes of the set `safety-alerts`. Personal data.
    #[schema(max_items = 100)]
    safety_alerts: Vec<String>,
    /// The student's enrolments, the latest first.
    #[schema(max_items = 100)]
    enrolments: Vec<EnrolmentView>,
    /// Ids of records that were joined to this one; they lead here.
    #[schema(max_items = 100)]
    merged_ids: Vec<StudentId>,
    /// Version of the student's record; an edit names the version that it was made on.
    #[schema(minimum = 1)]
    version: i32,
    /// When the student's record last changed.
    updated_at: DateTime<Utc>,
}

/// A time at a school.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EnrolmentView {
    /// The school where the student is or was enrolled.
    school: SchoolSummary,
    /// First day at the school; null when nobody has said.
    enrolled_on: Option<NaiveDate>,
    /// Last day at the school; null while the student is enrolled.
    left_on: Option<NaiveDate>,
    /// Why the student left, a code of the set `leaving-reasons`; null while the student is
    /// enrolled, or when it is not known. Personal data.
    #[schema(max_length = 64)]
    leaving_reason: Option<String>,
}

impl StudentView {
    pub(crate) fn of(file: &StudentFile) -> Self {
        let StudentFile { student, enrolments, merged_ids } = file;
        let student::Model {
            id,
            nsn,
            legal_given_names,
            legal_family_name,
            preferred_given_names,
            preferred_family_name,
            birth_date,
            gender,
            ethnicities,
            iwi,
            home_language,
            interpreter_wanted,
            te_reo_preferred,
            year_level,
            address_protected,
            safety_alerts,
            version,
            created_at: _,
            updated_at,
        } = student.clone();
        let enrolments = enrolments.iter().map(|(row, number, name)| EnrolmentView {
            school: SchoolSummary::new(*number, name),
            enrolled_on: row.enrolled_on,
            left_on: row.left_on,
            leaving_reason: row.leaving_reason.clone(),
        });
        Self {
            id,
            nsn,
            legal_given_names,
            legal_family_name,
            preferred_given_names,
            preferred_family_name,
            birth_date,
            gender,
            ethnicities: ethnicities.0,
            iwi: iwi.0,
            home_language,
            interpreter_wanted,
            te_reo_preferred,
            year_level,
            address_protected,
            safety_alerts: safety_alerts.0,
            enrolments: enrolments.collect(),
            merged_ids: merged_ids.clone(),
            version,
            updated_at,
        }
    }
}
