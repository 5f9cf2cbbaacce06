//! `/v1/calendars/{calendar}/holidays`: holidays beyond the calendar's rules.

use actix_web::{HttpResponse, post};
use ascms_domain::calendar::{AddHoliday, CalendarName, NAMES_REVIEWED, Region};
use ascms_domain::ids::RecalculationId;
use ascms_persistence::About;
use ascms_persistence::holidays::{self, AddedHoliday};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::answer;
use crate::auth::WriteReference;
use crate::command::Command;
use crate::incoming::{Path, WriteOptions};
use crate::problem::Refusal;
use crate::reference_data::Labels;
use crate::registration::ServiceConfig;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(add_holiday);
}

/// A holiday that was added.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AddedHolidayView {
    /// The day on which the holiday is observed.
    date: NaiveDate,
    /// The region that keeps the holiday; null for a national holiday.
    region: Option<Region>,
    /// Name of the holiday.
    labels: Labels,
    /// Whether a speaker of te reo Māori has read the name in that language.
    mi_reviewed: bool,
    /// When the holiday was added.
    added_at: DateTime<Utc>,
    /// Version of the calendar with the holiday.
    #[schema(max_length = 100)]
    calendar_version: String,
    /// The recalculation that counts deadlines and numbers anew.
    recalculation_id: RecalculationId,
}

impl AddedHolidayView {
    fn of(added: &AddedHoliday) -> Self {
        let AddedHoliday { holiday, calendar_version, recalculation_id } = added.clone();
        Self {
            date: holiday.on_date,
            region: holiday.region,
            labels: Labels { en: holiday.name_en, mi: Some(holiday.name_mi) },
            mi_reviewed: NAMES_REVIEWED,
            added_at: holiday.added_at,
            calendar_version,
            recalculation_id,
        }
    }
}

/// Add a holiday
///
/// To the contract's calendar, for the nation or a region. The calendars of the two Acts, `privacy`
/// and `oia`, are closed by law and stay as they are. Deadlines move at once; days that were counted are counted anew, and what
/// was answered before stays to be had with `asOf`. A holiday is never taken away.
#[utoipa::path(
    tag = "Calendar",
    security(("bearer" = ["reference:write"])),
    params(("calendar" = CalendarName, Path), WriteOptions),
    request_body = AddHoliday,
    responses(
        (status = 201, description = "Added", body = AddedHolidayView),
        (status = 200, description = "Would be added (`validateOnly`)", body = AddedHolidayView),
    ),
)]
#[post("/calendars/{calendar}/holidays")]
async fn add_holiday(
    call: Command<WriteReference, AddHoliday>,
    calendar: Path<CalendarName>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Named(holidays::about()), async |write, body| {
        let (date, region) = (body.date, body.region);
        let added = write.add_holiday(*calendar, body).await?;
        let asked = region.map_or(String::new(), |region| format!("&region={region}"));
        let place = format!("/v1/calendars/{}?on={date}{asked}", *calendar);
        Ok(answer::created(place, 1, &AddedHolidayView::of(&added)))
    })
    .await
}
