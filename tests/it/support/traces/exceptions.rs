//! What changes and leaves no audit entry and no event all the same, with the reason: it is no change
//! by somebody, or is told in another way.

/// Tables of which a change leaves neither entry nor event.
pub const BOOKKEEPING: &[(&str, &str)] = &[
    ("api_client", "the operator adds accounts, with the manual's SQL"),
    ("api_client_school", "the operator adds accounts, with the manual's SQL"),
    ("appointment", "the operator adds accounts, with the manual's SQL"),
    ("user_account", "the operator adds accounts, with the manual's SQL"),
    ("attendance_code", "a code is announced with its set"),
    ("code", "a code is announced with its set"),
    ("code_set", "has words and no id"),
    ("attendance_month", "counted of the days that were sent"),
    ("audit_entry", "is the entry"),
    ("case_look", "what somebody has seen"),
    ("case_number", "the last number that was given"),
    ("commit_order", "of the service itself"),
    ("cursor_key", "of the service itself"),
    ("enrolment", "made of what was said of enrolments"),
    ("enrolment_ahead", "what is still to be done"),
    ("event", "is the event"),
    ("field_change", "what a change leaves itself"),
    ("heartbeat", "of the service itself"),
    ("idempotency_key", "what was answered"),
    ("installation", "of the service itself"),
    ("job_part", "what a job has made so far"),
    ("notification", "tells of an event"),
    ("published_row", "the rows of a publication"),
    ("referral_clock", "counted of the referral and its case"),
    ("referral_clock_past", "counted of the referral and its case"),
    ("schema_compatibility", "of the service itself"),
    ("seaql_migrations", "of the service itself"),
    ("store_clock", "of the service itself"),
    ("version_ahead", "of the service itself"),
];

/// Tables of which some changes leave neither: those for which the condition, in SQL, does not hold.
const ONLY_WHEN: &[(&str, &str, &str)] = &[
    (
        "job",
        "NEW.state IN ('queued', 'cancelled')",
        "how far the service has come with it is its own affair, and told to nobody but its person",
    ),
    (
        "recalculation",
        "NEW.finished_at IS NOT NULL",
        "what orders it is announced itself, and it when it is done",
    ),
];

/// Events of what is not noted.
pub const WITHOUT_ROW: &[(&str, &str)] = &[
    ("attendance.received", "a push came, whether or not it is news"),
    ("enrolment.received", "a push came, whether or not it is news or of anybody who is known"),
    ("code_set.changed", "codes have words and no ids"),
    ("installation.adopted", "of the service itself"),
    ("notification.read", "notifications are not noted"),
    ("notification.read_up_to", "notifications are not noted"),
];

/// Columns that say who, where or by which call, and not what a row hangs on.
const OTHERS: &[&str] = &[
    "assignee_id",
    "caller_id",
    "case_manager_id",
    "catchment_id",
    "client_id",
    "from_provider_id",
    "from_school_id",
    "last_entry_id",
    "last_referral_id",
    "organisation_id",
    "primary_contact_id",
    "provider_id",
    "request_id",
    "school_id",
    "sent_by_provider_id",
    "to_provider_id",
    "user_id",
];

pub fn listed(list: &[(&str, &str)], name: &str) -> bool {
    list.iter().any(|(listed, _)| *listed == name)
}

/// Of these tables a column of the others says what a row hangs on all the same: what is told of it
/// is told of the school, or of the catchment.
const TOLD_OF: &[(&str, &str)] = &[
    ("attendance_report", "school_id"),
    ("attendance_summary", "school_id"),
    ("catchment_contract", "catchment_id"),
    ("catchment_school", "catchment_id"),
    ("enrolment_report", "school_id"),
    ("pathway_report", "school_id"),
];

/// When a change of a table is noted, in SQL.
pub fn condition(table: &str) -> &'static str {
    let found = ONLY_WHEN.iter().find(|(listed, ..)| *listed == table);
    found.map_or("true", |(_, condition, _)| condition)
}

/// Whether a column of a table says what its rows hang on.
pub fn hangs_on(table: &str, column: &str) -> bool {
    let is_other =
        OTHERS.contains(&column) || column.ends_with("_by") || column.ends_with("_by_id");
    TOLD_OF.contains(&(table, column)) || !is_other
}
