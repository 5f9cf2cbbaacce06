//! The rows of scoped tables, those whose rows belong to somebody, as the rest of the crate knows
//! them. A select begins at a table's `Entity`, which is in `reach/tables`, where `reach` alone can
//! name it. Everywhere else a select on one of these tables begins at `within(grant)`, or at a door
//! of `reach/unscoped.rs`. A row is written by `store/whole_row.rs`, which takes its `ActiveModel`.

/// A case.
pub mod attendance_case {
    pub use crate::reach::tables::attendance_case::{ActiveModel, Column, Model};

    /// A select of cases that has begun.
    pub(crate) type Selected = sea_orm::Select<crate::reach::tables::attendance_case::Entity>;
}

/// A transfer of a case.
pub mod case_transfer {
    pub use crate::reach::tables::case_transfer::{ActiveModel, Column, Model};

    /// A select of transfers that has begun.
    pub(crate) type Selected = sea_orm::Select<crate::reach::tables::case_transfer::Entity>;
}

/// A document of a case.
pub mod document {
    pub use crate::reach::tables::document::{ActiveModel, Column, Model};

    /// A select of documents that has begun.
    pub(crate) type Selected = sea_orm::Select<crate::reach::tables::document::Entity>;
}

/// What a case says of the newest entry of its timeline.
pub(crate) mod newest_entry {
    pub(crate) use crate::reach::tables::newest_entry::Column;
}

/// A referral.
pub mod referral {
    pub use crate::reach::tables::referral::{ActiveModel, Column, Model};
    pub use crate::rows::referral_content::StoredAssessment;

    /// A select of referrals that has begun.
    pub(crate) type Selected = sea_orm::Select<crate::reach::tables::referral::Entity>;
}

/// The clock of a referral.
pub mod referral_clock {
    pub use crate::reach::tables::referral_clock::{ActiveModel, Column, Model};

    /// A select of clocks that has begun.
    pub(crate) type Selected = sea_orm::Select<crate::reach::tables::referral_clock::Entity>;
}

/// An entry of a register.
pub mod register_entry {
    pub use crate::reach::tables::register_entry::{ActiveModel, Column, Model};

    /// A select of entries that has begun.
    pub(crate) type Selected = sea_orm::Select<crate::reach::tables::register_entry::Entity>;
}

/// A student.
pub mod student {
    pub use crate::reach::tables::student::{ActiveModel, Codes, Column, Model};
}
