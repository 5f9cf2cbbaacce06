//! The schema, one file a feature, the same for SQLite and PostgreSQL. Expand in one release,
//! contract in a later one; a migration that has landed is never edited.

use sea_orm_migration::prelude::*;

mod anew;
pub mod append_only;
pub mod compatibility;
pub mod growing;
pub mod partitions;
pub mod patience;

mod m0001_platform;
mod m0002_organisations;
mod m0003_schools;
mod m0004_catchments;
mod m0005_reference_data;
mod m0006_calendar;
mod m0007_access;
mod m0008_rules;
mod m0009_students;
mod m0010_referrals;
mod m0011_cases;
mod m0012_contacts;
mod m0013_measures;
mod m0014_history;
mod m0015_documents;
mod m0016_notifications;
mod m0017_student_merges;
mod m0018_timeline;
mod m0019_closures;
mod m0020_tasks;
mod m0021_barriers;
mod m0022_plans;
mod m0023_transfers;
mod m0024_work_list;
mod m0027_casework_history;
mod m0028_contact_corrections;
mod m0029_running_clocks;
mod m0030_attendance;
mod m0031_newest_entries;
mod m0032_enrolments;
mod m0033_outcomes;
mod m0035_recalculations;
mod m0037_publications;
mod m0038_jobs;
mod m0039_enrolments_ahead;
mod m0040_published_figures;
mod m0041_document_corrections;
mod m0042_attendance_code_labels;
mod m0043_never_enrolled;
mod m0044_heartbeat;
mod m0046_cursor_key;
mod m0048_installation;
mod m0049_version_ahead;
mod m0050_commit_order;
mod m0051_events_by_commit;
mod m0052_schema_compatibility;
mod m0053_attendance_parts;
mod m0054_compared_numbers;
mod m0055_compared_names;
mod m0056_placeholders;
mod m0057_referral_receipts;
mod m0058_references_without_case;
mod m0062_append_only;
mod m0063_kept_answers_reach;
mod m0064_enrolment_claims;
mod m0067_meetings;
mod m0068_pathways;
mod m0069_clock_grounds;
mod m0070_closure_reviews;
mod m0071_joined_arrivals;
mod m0072_statutory_holidays;
mod m0073_contradicted_baselines;
mod m0074_exports_anew;
mod m0075_registers;
mod m0076_documents_of_entries;
mod m0077_reviewed_labels;
mod m0078_contracts;
mod m0079_duties_of_contracts;
mod m0080_duty_profiles;
mod m0081_funds;
mod m0082_need_categories;
mod m0083_submissions;
mod m0086_performance_reviews;
mod m0087_withholding_rules;
mod m0088_volumes;
mod m0089_notifications_of_records;
mod m0090_progress_documents;
mod m0091_fund_students;

/// All migrations in the order in which they are applied.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        let later: Vec<Box<dyn MigrationTrait>> = vec![
            // Before all later ones, which are written down in it.
            Box::new(m0052_schema_compatibility::Migration),
            Box::new(m0053_attendance_parts::Migration),
            Box::new(m0044_heartbeat::Migration),
            Box::new(m0046_cursor_key::Migration),
            Box::new(m0048_installation::Migration),
            Box::new(m0049_version_ahead::Migration),
            Box::new(m0050_commit_order::Migration),
            Box::new(m0051_events_by_commit::Migration),
            Box::new(m0054_compared_numbers::Migration),
            Box::new(m0055_compared_names::Migration),
            Box::new(m0056_placeholders::Migration),
            Box::new(m0057_referral_receipts::Migration),
            Box::new(m0058_references_without_case::Migration),
            Box::new(m0062_append_only::Migration),
            Box::new(m0063_kept_answers_reach::Migration),
            Box::new(m0064_enrolment_claims::Migration),
            Box::new(m0067_meetings::Migration),
            Box::new(m0068_pathways::Migration),
            Box::new(m0069_clock_grounds::Migration),
            Box::new(m0070_closure_reviews::Migration),
            Box::new(m0071_joined_arrivals::Migration),
            Box::new(m0072_statutory_holidays::Migration),
            Box::new(m0073_contradicted_baselines::Migration),
            Box::new(m0074_exports_anew::Migration),
            Box::new(m0075_registers::Migration),
            Box::new(m0076_documents_of_entries::Migration),
            Box::new(m0077_reviewed_labels::Migration),
            Box::new(m0078_contracts::Migration),
            Box::new(m0079_duties_of_contracts::Migration),
            Box::new(m0080_duty_profiles::Migration),
            Box::new(m0081_funds::Migration),
            Box::new(m0082_need_categories::Migration),
            Box::new(m0083_submissions::Migration),
            Box::new(m0086_performance_reviews::Migration),
            Box::new(m0087_withholding_rules::Migration),
            Box::new(m0088_volumes::Migration),
            Box::new(m0089_notifications_of_records::Migration),
            Box::new(m0090_progress_documents::Migration),
            Box::new(m0091_fund_students::Migration),
        ];
        first().into_iter().chain(later).collect()
    }
}

/// Those before [`m0052_schema_compatibility`].
fn first() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(m0001_platform::Migration),
        Box::new(m0002_organisations::Migration),
        Box::new(m0003_schools::Migration),
        Box::new(m0004_catchments::Migration),
        Box::new(m0005_reference_data::Migration),
        Box::new(m0006_calendar::Migration),
        Box::new(m0007_access::Migration),
        Box::new(m0008_rules::Migration),
        Box::new(m0009_students::Migration),
        Box::new(m0010_referrals::Migration),
        Box::new(m0011_cases::Migration),
        Box::new(m0012_contacts::Migration),
        Box::new(m0013_measures::Migration),
        Box::new(m0015_documents::Migration),
        Box::new(m0014_history::Migration),
        Box::new(m0016_notifications::Migration),
        Box::new(m0017_student_merges::Migration),
        Box::new(m0018_timeline::Migration),
        Box::new(m0019_closures::Migration),
        Box::new(m0020_tasks::Migration),
        Box::new(m0021_barriers::Migration),
        Box::new(m0022_plans::Migration),
        Box::new(m0023_transfers::Migration),
        Box::new(m0024_work_list::Migration),
        Box::new(m0027_casework_history::Migration),
        Box::new(m0028_contact_corrections::Migration),
        Box::new(m0029_running_clocks::Migration),
        Box::new(m0030_attendance::Migration),
        Box::new(m0031_newest_entries::Migration),
        Box::new(m0032_enrolments::Migration),
        Box::new(m0033_outcomes::Migration),
        Box::new(m0035_recalculations::Migration),
        Box::new(m0037_publications::Migration),
        Box::new(m0038_jobs::Migration),
        Box::new(m0039_enrolments_ahead::Migration),
        Box::new(m0040_published_figures::Migration),
        Box::new(m0041_document_corrections::Migration),
        Box::new(m0042_attendance_code_labels::Migration),
        Box::new(m0043_never_enrolled::Migration),
    ]
}
