//! What every change on a case leaves: an entry of the timeline, the audit trail, an event, history and notifications.

pub(crate) mod case_change;
pub(crate) mod history;
pub(crate) mod meetings;
pub(crate) mod newest_entry;
pub(crate) mod notifications;
pub(crate) mod record_change;
pub(crate) mod timeline;
