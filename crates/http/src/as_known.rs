//! `asOf` and `since`: instants of which answers can still be given.

use ascms_domain::calendar::{COVERED_YEARS, nz_date, nz_midnight};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Deserializer};
use utoipa::openapi::schema::{ObjectBuilder, Type};

use crate::AppState;
use crate::incoming::instants::to_microseconds;
use crate::problem::{Code, Fault, Refusal};

/// `asOf` as it is sent: an instant, or a day of New Zealand, which stands for its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AsOf {
    Instant(DateTime<Utc>),
    Day(NaiveDate),
}

/// A day, or an instant with the offset of its clock (RFC 3339).
const PATTERN: &str = "^[0-9]{4}-[0-9]{2}-[0-9]{2}\
    ([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$";

const LENGTH_OF_A_DAY: usize = "2026-03-31".len();

impl AsOf {
    /// The instant; `None` of the day that is not over yet, of which everything known now is told.
    /// The end of a day is its last microsecond: nothing is kept more exactly.
    pub(crate) fn instant(self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Instant(instant) => Some(instant),
            Self::Day(day) if day == nz_date(now) => None,
            Self::Day(day) => {
                let next = day.succ_opt().unwrap_or(day);
                nz_midnight(next).checked_sub_signed(TimeDelta::microseconds(1))
            }
        }
    }
}

impl<'de> Deserialize<'de> for AsOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text.len() == LENGTH_OF_A_DAY {
            return text.parse().map(Self::Day).map_err(serde::de::Error::custom);
        }
        let instant: Result<DateTime<Utc>, _> = to_microseconds(&text).parse();
        instant.map(Self::Instant).map_err(serde::de::Error::custom)
    }
}

impl utoipa::PartialSchema for AsOf {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(PATTERN))
            .min_length(Some(LENGTH_OF_A_DAY))
            .max_length(Some(35))
            .description(Some("A day of New Zealand, which stands for its end, or an instant."))
            .into()
    }
}

impl utoipa::ToSchema for AsOf {}

/// The instant that was asked for. Refuses one that lies ahead, or in a year before which the
/// calendars know none.
pub(crate) async fn instant(
    app: &AppState,
    as_of: Option<AsOf>,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, Refusal> {
    let instant = as_of.and_then(|as_of| as_of.instant(now));
    judgeable(app, "asOf", instant, now).await?;
    Ok(instant)
}

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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use serde_json::json;

    use super::AsOf;

    fn read(text: &str) -> Option<AsOf> {
        serde_json::from_value(json!(text)).ok()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Summer time ends on 5 April 2026: that day has 25 hours.
    #[test]
    fn a_day_ends_when_the_next_one_begins_in_new_zealand() {
        let now = at("2026-06-01T00:00:00Z");
        for (day, end) in [
            ("2026-03-31", "2026-03-31T10:59:59.999999Z"),
            ("2026-04-05", "2026-04-05T11:59:59.999999Z"),
            ("2026-05-31", "2026-05-31T11:59:59.999999Z"),
        ] {
            assert_eq!(read(day).unwrap().instant(now), Some(at(end)), "{day}");
        }
        assert_eq!(read("2026-06-01").unwrap().instant(now), None, "it lasts");
    }

    #[test]
    fn an_instant_is_taken_as_it_is() {
        let now = at("2026-06-01T00:00:00Z");
        for text in ["2026-03-31T10:00:00Z", "2026-03-31T23:00:00.000001+13:00"] {
            assert_eq!(read(text).unwrap().instant(now), Some(at(text)));
        }
        for text in ["", "2026", "2026-02-30", "2026-03-31T", "2026-03-31T10:00:00", "yesterday!"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
