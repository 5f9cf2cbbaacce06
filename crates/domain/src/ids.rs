//! One type per kind of id, so that a school's id can't stand where a student's belongs.

use utoipa::PartialSchema;
use utoipa::openapi::{RefOr, Schema};

macro_rules! id_types {
    ($($(#[$meta:meta])* $name:ident)*) => {
        /// The name of each type of id, and its schema: a parameter of a query refers to the schema by
        /// that name.
        pub static ID_SCHEMAS: &[(&str, fn() -> RefOr<Schema>)] =
            &[$((stringify!($name), <$name as PartialSchema>::schema)),*];

        $(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[derive(serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[cfg_attr(feature = "columns", derive(sea_orm::DeriveValueType))]
        #[serde(transparent)]
        pub struct $name(pub uuid::Uuid);

        impl $name {
            /// A fresh id; version 7 (RFC 9562), so that ids sort by the time they were made.
            pub fn generate() -> Self {
                Self(uuid::Uuid::now_v7())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, uuid::Error> {
                text.parse().map(Self)
            }
        }

        #[cfg(feature = "columns")]
        impl sea_orm::TryFromU64 for $name {
            fn try_from_u64(_: u64) -> Result<Self, sea_orm::DbErr> {
                Err(sea_orm::DbErr::ConvertFromU64(stringify!($name)))
            }
        }
    )*};
}

id_types! {
    /// A person who signs in.
    UserId
    /// A machine that calls the API: a school system's vendor, a reporting tool.
    ClientId
    /// An organisation that provides the service: a catchment provider or a school's own team.
    ProviderId
    /// A school; its Ministry number is an attribute.
    SchoolId
    /// One of the 84 areas that a provider is contracted for.
    CatchmentId
    /// A student; the National Student Number is an attribute.
    StudentId
    /// One enrolment of a student at a school.
    EnrolmentId
    /// A school's word that another school's student is theirs.
    EnrolmentClaimId
    /// A person to contact for a student.
    WhanauContactId
    /// A request for support.
    ReferralId
    /// A decision on a referral.
    DecisionId
    /// A case.
    CaseId
    /// An attempt to reach the school, the student, the whānau or an agency.
    ContactId
    /// An entry of a register: a bulletin.
    RegisterEntryId
    /// A contract of the Ministry with an organisation.
    ContractId
    /// A finding of a performance review.
    ReviewFindingId
    /// An action that was agreed in a performance review.
    ReviewActionId
    /// A decision on a withholding payment.
    WithholdingDecisionId
    /// The progress of a milestone, as it was recorded once.
    MilestoneProgressId
    /// The unmet basic needs fund of a contract, for one year.
    FundId
    /// An entry of a fund's ledger.
    FundEntryId
    /// Something that a fund is asked to pay for on a case.
    NeedId
    /// Something that is due by a day.
    DutyId
    /// A document of a case.
    DocumentId
    /// What tells a person that something on a case changed.
    NotificationId
    /// An entry of a case's timeline.
    EntryId
    /// A proposal to close a case.
    ClosureId
    /// The Ministry's review of a closure that one person decided alone.
    ClosureReviewId
    /// A case's way from one provider to another.
    TransferId
    /// Something to do on a case.
    TaskId
    /// What keeps a student from school.
    BarrierId
    /// The plan of a case.
    PlanId
    /// A review of a plan.
    ReviewId
    /// A student whose identity could not be settled on intake.
    MatchReviewId
    /// One record of a student joined to another.
    StudentMergeId
    /// Somebody who may see how a protected student's whānau are to be reached.
    AddressReaderId
    /// One measure of one term, published.
    PublicationId
    /// Work that is done behind the calls.
    JobId
    /// A counting anew of numbers.
    RecalculationId
    /// A field of a record that changed.
    FieldChangeId
}
