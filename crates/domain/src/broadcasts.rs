//! Broadcasts: what is published to an audience.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::access::Role;
use crate::organisations::OrganisationKind;
use crate::text::{Code, Line};

crate::closed_list! {
    /// Kind of organisation that something is addressed to.
    AudienceKind: "Kind of reader's organisation" / "Te momo whakahaere o te kaipānui" {
        Ministry = "ministry": "Ministry" / "Te Tāhuhu",
        CatchmentProvider = "catchment_provider": "Catchment provider" / "Kaiwhakarato rohe",
        InSchoolProvider = "in_school_provider": "In-school team" / "Rōpū o te kura",
        School = "school": "School" / "Kura",
        SmsVendor = "sms_vendor": "Vendor of school systems" / "Kaihoko pūnaha kura",
    }
}

crate::closed_list! {
    /// By what an audience is narrowed.
    AudienceDimension {
        OrganisationKind = "organisation_kind",
        Role = "role",
        Catchment = "catchment",
        EducationRegion = "education_region",
    }
}

/// The people and machines that something is addressed to. Every list that is not empty narrows the audience;
/// one place of a reader has to be in all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Audience {
    /// Kinds of organisations; all when empty.
    #[serde(default)]
    #[schema(required = false, max_items = 5)]
    pub organisation_kinds: Vec<AudienceKind>,
    /// Roles; all when empty.
    #[serde(default)]
    #[schema(required = false, max_items = 12)]
    pub roles: Vec<Role>,
    /// Codes of catchments: their providers and their schools; all when empty.
    #[serde(default)]
    #[schema(required = false, max_items = 100)]
    pub catchments: Vec<Code>,
    /// Education regions, as catchments name them; all when empty.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    pub education_regions: Vec<Line>,
}

/// From when to when something is in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Validity {
    pub from: NaiveDate,
    /// The last day; `None` without an end.
    pub to: Option<NaiveDate>,
}

/// A place from which somebody reads: one of their roles, and where they hold it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReaderPlace {
    pub kind: AudienceKind,
    pub role: Role,
    pub catchments: Vec<String>,
    pub education_regions: Vec<String>,
}

impl Audience {
    /// What narrows the audience, by dimension. A value that is given twice counts once.
    pub fn narrowed_by(&self) -> Vec<(AudienceDimension, String)> {
        let Self { organisation_kinds, roles, catchments, education_regions } = self;
        let mut all: Vec<(AudienceDimension, String)> = Vec::new();
        let each = |dimension| move |value: String| (dimension, value);
        let kinds = organisation_kinds.iter().map(ToString::to_string);
        all.extend(kinds.map(each(AudienceDimension::OrganisationKind)));
        let roles = roles.iter().map(ToString::to_string);
        all.extend(roles.map(each(AudienceDimension::Role)));
        let catchments = catchments.iter().map(ToString::to_string);
        all.extend(catchments.map(each(AudienceDimension::Catchment)));
        let regions = education_regions.iter().map(ToString::to_string);
        all.extend(regions.map(each(AudienceDimension::EducationRegion)));
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl ReaderPlace {
    /// The values of the place in a dimension.
    pub fn values(&self, dimension: AudienceDimension) -> Vec<String> {
        match dimension {
            AudienceDimension::OrganisationKind => vec![self.kind.to_string()],
            AudienceDimension::Role => vec![self.role.to_string()],
            AudienceDimension::Catchment => self.catchments.clone(),
            AudienceDimension::EducationRegion => self.education_regions.clone(),
        }
    }
}

impl AudienceKind {
    /// The kind of organisation at which a role is held; `provider` is the kind of the provider, where the
    /// role is held at one.
    pub fn of(role: Role, provider: Option<OrganisationKind>) -> Self {
        match role {
            Role::WorkflowLead | Role::CaseManager => match provider {
                Some(OrganisationKind::InSchoolProvider) => Self::InSchoolProvider,
                Some(
                    OrganisationKind::CatchmentProvider
                    | OrganisationKind::Ministry
                    | OrganisationKind::SmsVendor,
                )
                | None => Self::CatchmentProvider,
            },
            Role::AttendanceLead | Role::PrimaryContact | Role::OfficeSupport => Self::School,
            Role::SmsClient => Self::SmsVendor,
            Role::MinistryAdmin
            | Role::MinistryAnalyst
            | Role::PrivacyOfficer
            | Role::Auditor
            | Role::ReportingClient
            | Role::EnrolmentRegister => Self::Ministry,
        }
    }
}

#[cfg(test)]
mod tests;
