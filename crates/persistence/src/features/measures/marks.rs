//! The groups of a level: by what rows tell them apart, how they are called, and which of them are on
//! a page. Numbers and volumes are counted for the same groups.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::measures::{Breakdown, Level};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, ExprTrait, QueryOrder, QueryResult, QuerySelect, QueryTrait};

use crate::Store;
use crate::features::measures::empty::{GroupLabel, NOT_STATED};
use crate::features::measures::known::{self, Owner};
use crate::features::measures::scope::{Scope, UNASSIGNED, fitting, id_of, of_key};
use crate::reach::rows::referral_clock::{Column, Selected};
use crate::rows::{catchment, organisation, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// What a group is told apart by in the table.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Mark {
    Nothing,
    Id(Uuid),
    Name(String),
}

/// Keys and names of groups.
pub(super) type Labels = HashMap<Mark, GroupLabel>;

/// What is counted, by the key and the part of its group, beside the name of the group.
pub(super) type Grouped<T> = BTreeMap<(String, Option<String>), (Option<String>, T)>;

impl Mark {
    /// The group of a row that has its column as `mark`.
    pub(super) fn of(row: &QueryResult, level: Level) -> Result<Self, DbErr> {
        let mark = match level {
            Level::National => Some(Self::Nothing),
            Level::Region => row.try_get::<Option<String>>("", "mark")?.map(Self::Name),
            Level::Catchment | Level::Provider | Level::School | Level::Student => {
                row.try_get::<Option<Uuid>>("", "mark")?.map(Self::Id)
            }
        };
        Ok(mark.unwrap_or(Self::Name(UNASSIGNED.to_owned())))
    }
}

/// The part of its group that a row has as `part`; `None` where groups are whole.
pub(super) fn part_of_row(
    row: &QueryResult,
    breakdown: Option<Breakdown>,
) -> Result<Option<String>, DbErr> {
    let part = breakdown.map(|_| row.try_get::<Option<String>>("", "part")).transpose()?;
    Ok(part.map(|part| part.unwrap_or_else(|| NOT_STATED.to_owned())))
}

/// The clocks of a scope, of the groups of a page where a level has too many to count them all.
pub(super) fn of_groups(
    grant: &Grant,
    scope: &Scope,
    owner: Owner,
    of_page: Option<&Labels>,
) -> Selected {
    let clocks = known::of_period(grant, (scope.from, scope.to), owner).filter(of_key(scope));
    let Some(labels) = of_page else { return clocks };
    let ids = labels.keys().filter_map(|mark| match mark {
        Mark::Id(id) => Some(*id),
        Mark::Nothing | Mark::Name(_) => None,
    });
    clocks.filter(id_of(scope.level).is_in(ids))
}

impl Store {
    /// Records that the numbers of students were read, where these are.
    pub(super) async fn record_students<T>(
        &self,
        grant: &Grant,
        level: Level,
        groups: &Grouped<T>,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if level != Level::Student {
            return Ok(());
        }
        let ids = groups.keys().filter_map(|(key, _)| key.parse().ok()).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("student", ids), now)).await
    }

    /// The groups of a page where a level has too many to count them all; `None` of other levels.
    pub(super) async fn of_page(
        &self,
        grant: &Grant,
        scope: &Scope,
        page: &PageRequest<String>,
        (owners, in_any_case): (&[Owner], Option<Condition>),
    ) -> Result<Option<Labels>, StoreError> {
        let some = |column: Column, owner: Owner| {
            fitting(grant, scope, owner).select_only().column(column).distinct()
        };
        match scope.level {
            Level::National | Level::Region | Level::Catchment | Level::Provider => Ok(None),
            Level::School => {
                use school::{Column as School, Entity as Schools};
                let key = || Expr::col((Schools, School::Number)).cast_as("text");
                let after = page.after.as_deref().map(|after| key().gt(after));
                let rows: Vec<(SchoolId, i32, String)> = Schools::find()
                    .select_only()
                    .columns([School::Id, School::Number, School::Name])
                    .filter(owners.iter().fold(
                        Condition::any().add_option(in_any_case),
                        |any, owner| {
                            let ids = some(Column::SchoolId, *owner).into_query();
                            any.add(School::Id.in_subquery(ids))
                        },
                    ))
                    .filter(Condition::all().add_option(after))
                    .order_by_asc(key())
                    .limit(page.fetch())
                    .into_tuple()
                    .all(&self.read)
                    .await?;
                let label = |(id, number, name): (SchoolId, i32, String)| {
                    (Mark::Id(id.0), (number.to_string(), Some(name)))
                };
                Ok(Some(rows.into_iter().map(label).collect()))
            }
            Level::Student => {
                let after = page.after.as_ref().and_then(|key| key.parse::<StudentId>().ok());
                let after = after.map(|id| Column::StudentId.gt(id));
                let mut ids: BTreeSet<StudentId> = BTreeSet::new();
                for owner in owners {
                    let some: Vec<StudentId> = some(Column::StudentId, *owner)
                        .filter(Condition::all().add_option(after.clone()))
                        .order_by_asc(Column::StudentId)
                        .limit(page.fetch())
                        .into_tuple()
                        .all(&self.read)
                        .await?;
                    ids.extend(some);
                }
                let most = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
                let label = |id: StudentId| (Mark::Id(id.0), (id.to_string(), None));
                Ok(Some(ids.into_iter().take(most).map(label).collect()))
            }
        }
    }

    /// Keys and names of the groups of a level that has few.
    pub(super) async fn labels<'a>(
        &self,
        level: Level,
        marks: impl Iterator<Item = &'a Mark>,
    ) -> Result<Labels, StoreError> {
        let rows: Vec<(Uuid, String, String)> = match level {
            Level::Catchment => {
                use catchment::{Column as Catchment, Entity as Catchments};
                let columns = [Catchment::Id, Catchment::Code, Catchment::Name];
                Catchments::find()
                    .select_only()
                    .columns(columns)
                    .into_tuple()
                    .all(&self.read)
                    .await?
            }
            Level::Provider => {
                use organisation::{Column as Organisation, Entity as Organisations};
                let columns = [Organisation::Id, Organisation::Code, Organisation::Name];
                let rows = Organisations::find().select_only().columns(columns);
                rows.into_tuple().all(&self.read).await?
            }
            Level::National | Level::Region | Level::School | Level::Student => Vec::new(),
        };
        let of_rows = rows.into_iter().map(|(id, code, name)| (Mark::Id(id), (code, Some(name))));
        let of_marks = marks.filter_map(|mark| match mark {
            Mark::Nothing => Some((Mark::Nothing, ("national".to_owned(), None))),
            Mark::Name(name) => Some((mark.clone(), (name.clone(), region_name(level, name)))),
            Mark::Id(_) => None,
        });
        Ok(of_rows.chain(of_marks).collect())
    }
}

/// A region is called by its key.
fn region_name(level: Level, name: &str) -> Option<String> {
    (level == Level::Region).then(|| name.to_owned())
}

/// A page of whole groups.
pub(super) fn cut<T, G>(
    groups: Grouped<T>,
    page: &PageRequest<String>,
    group: impl Fn((String, Option<String>), (Option<String>, T)) -> G,
) -> Page<G, String> {
    let mut keys: Vec<String> = groups.keys().map(|(key, _)| key.clone()).collect();
    keys.dedup();
    if let Some(after) = &page.after {
        keys.retain(|key| key > after);
    }
    let keys = page.cut(keys, String::clone);
    let within = |key: &String| keys.items.binary_search(key).is_ok();
    let groups = groups.into_iter().filter(|((key, _), _)| within(key));
    let items = groups.map(|(key, counted)| group(key, counted)).collect();
    Page { items, next: keys.next, total: None }
}
