//! `/v1/calendars`: business days, by which every deadline is counted.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::calendar::{
    Calendar, CalendarName, ClosedBecause, ClosedDay, Holiday, NAMES_REVIEWED, OutOfRange, Region,
    nz_date,
};
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::auth::{May, ReadReference};
use crate::incoming::{Params, Path};
use crate::problem::{Code, Refusal};
use crate::reference_data::Labels;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(get_calendar);
}

/// A calendar's answer about a day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CalendarView {
    /// The calendar that was asked about.
    name: CalendarName,
    /// Version of the calendar: its rules and the holidays added to them.
    #[schema(max_length = 100)]
    version: String,
    /// Source of the definition of a business day.
    #[schema(max_length = 200)]
    source: &'static str,
    /// The day that was asked about, in New Zealand.
    date: NaiveDate,
    /// The region whose anniversary day counts; null when none does.
    region: Option<Region>,
    /// Whether the day is a business day by this calendar, in this region.
    is_business_day: bool,
    /// Why the day is no business day; null when it is one.
    closed: Option<ClosedView>,
    /// How many business days were to be added; null when that was not asked.
    #[schema(maximum = 2500)]
    add_business_days: Option<u16>,
    /// The day so many business days after `date`, which is day 0; null when that was not asked.
    due_on: Option<NaiveDate>,
    /// The holidays that the calendar observes in the year of `date`, on the days of observance.
    #[schema(max_items = 100)]
    holidays: Vec<HolidayView>,
}

/// Why a day is no business day.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClosedView {
    /// Why no business is done.
    because: ClosedBecause,
    /// The public holiday or anniversary day; null for any other reason.
    holiday: Option<HolidayView>,
}

/// A holiday, on the day on which it is observed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HolidayView {
    /// The day on which the holiday is observed.
    date: NaiveDate,
    /// Name of the holiday.
    labels: Labels,
    /// Whether a speaker of te reo Māori has read the name in that language.
    mi_reviewed: bool,
    /// The region whose anniversary it is; null for a national holiday.
    region: Option<Region>,
}

impl From<Holiday> for HolidayView {
    fn from(holiday: Holiday) -> Self {
        let Holiday { date, name_en, name_mi, region } = holiday;
        let labels = Labels { en: name_en, mi: Some(name_mi) };
        Self { date, labels, mi_reviewed: NAMES_REVIEWED, region }
    }
}

impl From<ClosedDay> for ClosedView {
    fn from(closed: ClosedDay) -> Self {
        let (because, holiday) = match closed {
            ClosedDay::Weekend => (ClosedBecause::Weekend, None),
            ClosedDay::Holiday(holiday) => (ClosedBecause::Holiday, Some(holiday.into())),
            ClosedDay::SummerClosedown => (ClosedBecause::SummerClosedown, None),
        };
        Self { because, holiday }
    }
}

fn source(name: CalendarName) -> &'static str {
    match name {
        CalendarName::Contract2026 => {
            "ours: the contract's own definition of a business day is not public"
        }
        CalendarName::Privacy => "Privacy Act 2020, working day",
        CalendarName::Oia => "Official Information Act 1982, working day",
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AskCalendar {
    /// The day in question; today when it is left out.
    on: Option<NaiveDate>,
    /// The region whose anniversary day counts.
    region: Option<Region>,
    /// How many business days to add to the day.
    #[param(minimum = 0, maximum = 2500)]
    add_business_days: Option<u16>,
}

impl CalendarView {
    fn of(calendar: &Calendar, date: NaiveDate, asked: &AskCalendar) -> Result<Self, OutOfRange> {
        let region = asked.region;
        let add = |days| calendar.add_business_days(date, days, region);
        let holidays = calendar.holidays(date.year(), region).into_iter().cloned();
        Ok(Self {
            name: calendar.name(),
            version: calendar.version().to_owned(),
            source: source(calendar.name()),
            date,
            region,
            is_business_day: calendar.is_business_day(date, region)?,
            closed: calendar.why_not(date, region).map(ClosedView::from),
            add_business_days: asked.add_business_days,
            due_on: asked.add_business_days.map(add).transpose()?,
            holidays: holidays.map(HolidayView::from).collect(),
        })
    }
}

/// Ask a calendar
///
/// Whether a day is a business day and why not, and the date so many business days on. Every
/// deadline of the service names the calendar that counted it.
#[utoipa::path(
    tag = "Calendar",
    security(("bearer" = ["reference:read"])),
    params(("calendar" = CalendarName, Path), AskCalendar),
    responses((status = 200, description = "What the calendar says", body = CalendarView)),
)]
#[get("/calendars/{calendar}")]
async fn get_calendar(
    req: HttpRequest,
    app: Data<AppState>,
    _grant: May<ReadReference>,
    name: Path<CalendarName>,
    query: Params<AskCalendar>,
) -> Result<HttpResponse, Refusal> {
    let date = query.on.unwrap_or(nz_date(app.now(&req)?));
    let calendars = app.store().calendars().await?;
    let view = CalendarView::of(calendars.calendar(*name), date, &query);
    let view = view.map_err(|err| Refusal::new(Code::OutsideCalendar, err.to_string()))?;
    Ok(answer::shown(&req, 1, &view))
}
