//! `asOf` and `since`: instants of which answers can still be given.

use ascms_domain::calendar::{COVERED_YEARS, nz_date};
use chrono::{DateTime, Datelike, Utc};

use crate::AppState;
use crate::problem::{Code, Fault, Refusal};

/// Refuses an instant that lies ahead, or in a year before which the calendars know none: there
/// deadlines can not be counted back. An instant of which an answer was given does not lie ahead.
pub(crate) async fn judgeable(
    app: &AppState,
    parameter: &str,
    instant: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<(), Refusal> {
    let Some(instant) = instant else { return Ok(()) };
    let first = COVERED_YEARS.start() + 1;
    let fault = if instant > now && instant > app.store().as_of_now(now).await? {
        Fault::of(parameter, "too_large", "lies ahead")
    } else if nz_date(instant).year() < first {
        Fault::of(parameter, "too_small", format!("lies before {first}"))
    } else {
        return Ok(());
    };
    Err(Refusal::faulty(Code::InvalidQuery, vec![fault]))
}
