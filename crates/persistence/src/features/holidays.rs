//! Holidays beyond the calendar's rules, as the Ministry has added them.

use ascms_domain::calendar::{AddHoliday, CalendarName, ClosedDay, ExtraHoliday};
use ascms_domain::ids::RecalculationId;
use ascms_domain::instants::following;
use ascms_domain::recalculations::{RecalculationCause, touched_by_holiday};
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use crate::features::duties;
use crate::features::recalculations::{self, RecalculationOrder};
use crate::gate::write::Write;
use crate::reference::calendars;
use crate::rows::holiday::{ActiveModel, Column, Entity, Model};
use crate::store::audit::{self, Subject};
use crate::store::call::CallError;
use crate::store::dialect;
use crate::store::events::{self, Event};
use crate::store::whole_row;

impl From<Model> for ExtraHoliday {
    fn from(row: Model) -> Self {
        let Model { id: _, on_date, region, name_en, name_mi, added_at: _ } = row;
        Self { date: on_date, region, name_en, name_mi }
    }
}

/// A holiday that was added, and the calendar that has it.
#[derive(Clone, Debug)]
pub struct AddedHoliday {
    pub holiday: Model,
    pub calendar_version: String,
    pub recalculation_id: RecalculationId,
}

/// Why a holiday was not added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HolidayRefusal {
    #[error("a calendar of an Act takes no holidays")]
    OfAnAct,
    #[error("the holiday of this day and region was added already")]
    AlreadyAdded,
    #[error("it is a Saturday or a Sunday")]
    Weekend,
    #[error("it is a holiday there already")]
    Holiday,
}

/// The name of what whoever adds another holiday waits for: both would find the day open.
#[must_use]
pub fn about() -> String {
    "holidays".to_owned()
}

impl Write<'_> {
    /// Adds a holiday to the calendars. Everything that counted the day is counted anew.
    pub async fn add_holiday(
        &self,
        to: CalendarName,
        new: AddHoliday,
    ) -> Result<AddedHoliday, CallError<HolidayRefusal>> {
        let &Write { txn, call, .. } = self;
        self.changes_reference();
        if !to.takes_holidays() {
            return Err(CallError::Refused(HolidayRefusal::OfAnAct));
        }
        dialect::lock_names(txn, &[about()]).await?;
        let there = of(&new).one(txn).await?;
        if there.is_some() {
            return Err(CallError::Refused(HolidayRefusal::AlreadyAdded));
        }
        let calendar = calendars::load(txn).await?.contract;
        if !calendar.is_business_day(new.date, new.region)? {
            return Err(CallError::Refused(match calendar.why_not(new.date, new.region) {
                Some(ClosedDay::Holiday(_)) => HolidayRefusal::Holiday,
                Some(ClosedDay::Weekend | ClosedDay::SummerClosedown) | None => {
                    HolidayRefusal::Weekend
                }
            }));
        }
        let AddHoliday { date, region, name_en, name_mi } = new;
        // What was answered as of the calendar before is answered so again.
        let last = Entity::find().order_by_desc(Column::AddedAt).one(txn).await?;
        let added_at = last.map_or(call.now, |last| following(last.added_at, call.now));
        let holiday = Model {
            id: Uuid::now_v7(),
            on_date: date,
            region,
            name_en: name_en.into(),
            name_mi: name_mi.into(),
            added_at,
        };
        whole_row::insert(txn, ActiveModel::from(holiday.clone())).await?;
        let place = region.map_or(String::new(), |region| format!(" {region}"));
        duties::settle_all(self).await?;
        let order = RecalculationOrder {
            cause: RecalculationCause::Holiday,
            subject: format!("{date}{place}"),
            dates: touched_by_holiday(date),
        };
        let by = Some(call.grant.caller());
        let recalculation_id = recalculations::order(txn, order, by, call.now).await?;
        let subject = Subject::one("holiday", holiday.id).with([recalculation_id.0]);
        audit::record(txn, audit::allowed(call.grant, subject, call.now)).await?;
        events::record(txn, added(&holiday), call.now).await?;
        let calendar_version = calendars::load(txn).await?.contract.version().to_owned();
        Ok(AddedHoliday { holiday, calendar_version, recalculation_id })
    }
}

/// The addition of the same day and region.
fn of(new: &AddHoliday) -> Select<Entity> {
    let region = match new.region {
        Some(region) => Column::Region.eq(region),
        None => Column::Region.is_null(),
    };
    Entity::find().filter(Column::OnDate.eq(new.date)).filter(region)
}

fn added(holiday: &Model) -> Event {
    Event {
        kind: "holiday.added",
        subject_id: holiday.id,
        version: 1,
        provider_id: None,
        school_id: None,
    }
}
