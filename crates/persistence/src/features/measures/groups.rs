//! The numbers of any groups of referrals: one statement that counts every class of every number.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ascms_domain::access::Grant;
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::measures::{Breakdown, Level, Number, Tally};
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect, QueryTrait};

use crate::Store;
use crate::features::measures::classes;
use crate::features::measures::empty::{self, GroupLabel, NOT_STATED};
use crate::features::measures::judgement::{Judgement, MadeBy};
use crate::features::measures::known::{self, Owner};
use crate::features::measures::scope::{Scope, UNASSIGNED, fitting, id_of, of_key, part};
use crate::reach::rows::referral_clock::{Column, Model, Selected};
use crate::rows::{catchment, organisation, school};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

mod of_contract;

pub(crate) use of_contract::{ContractNumbers, ContractReferrals};

/// The numbers of one group, or of a part of it.
#[derive(Clone, Debug)]
pub struct Group {
    /// `unassigned`: the referrals that belong to no group of the level, so that groups add up.
    pub key: String,
    pub name: Option<String>,
    /// Which part of the group, when it is broken down; `not_stated` for those of none.
    pub part: Option<String>,
    /// In the order of the contract's numbers.
    pub tallies: Vec<(Number, Tally)>,
}

/// A page of groups, with what the numbers were made by.
#[derive(Clone, Debug)]
pub struct Measures {
    /// The parts of one group are never cut apart.
    pub groups: Page<Group, String>,
    pub made_by: MadeBy,
}

const CLASSES: [&str; 6] = ["class_0", "class_1", "class_2", "class_3", "class_4", "class_5"];

/// What a group is told apart by in the table.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Mark {
    Nothing,
    Id(Uuid),
    Name(String),
}

/// One row of the statement.
struct Counted {
    mark: Mark,
    part: Option<String>,
    classes: [i32; 6],
    referrals: u64,
}

/// Which groups there are, and which parts of them.
#[derive(Clone, Copy, Debug, Default)]
pub struct Groups {
    pub breakdown: Option<Breakdown>,
    /// Those too for which no referral counts, with every part of theirs.
    pub with_empty: bool,
}

impl Store {
    /// The numbers of every group within reach, in the order of their keys.
    pub async fn measures(
        &self,
        grant: &Grant,
        scope: &Scope,
        breakdown: Option<Breakdown>,
        page: PageRequest<String>,
        now: DateTime<Utc>,
    ) -> Result<Measures, StoreError> {
        let groups = Groups { breakdown, with_empty: false };
        self.measures_of(grant, scope, groups, page, now).await
    }

    /// The same of these groups.
    pub async fn measures_of(
        &self,
        grant: &Grant,
        scope: &Scope,
        Groups { breakdown, with_empty }: Groups,
        page: PageRequest<String>,
        now: DateTime<Utc>,
    ) -> Result<Measures, StoreError> {
        let judgement = self.judgement(scope.to, scope.as_of, now).await?;
        let scope = &self.followed(scope).await?;
        let owners = owners(&judgement);
        let in_any_case = with_empty.then(|| empty::schools(grant, scope));
        let of_page = self.of_page(grant, scope, &page, (&owners, in_any_case)).await?;
        let mut counted = Vec::new();
        for owner in owners {
            let mut clocks = known::of_period(grant, (scope.from, scope.to), owner);
            clocks = clocks.filter(of_key(scope));
            if let Some(labels) = &of_page {
                let ids = labels.keys().filter_map(|mark| match mark {
                    Mark::Id(id) => Some(*id),
                    Mark::Nothing | Mark::Name(_) => None,
                });
                clocks = clocks.filter(id_of(scope.level).is_in(ids));
            }
            counted.extend(self.counted(clocks, scope, breakdown, &judgement, owner).await?);
        }
        let mut standing = Vec::new();
        if with_empty {
            standing = self.standing_groups(grant, scope).await?;
            standing.extend(of_page.iter().flat_map(HashMap::values).cloned());
        }
        let labels = match of_page {
            Some(labels) => labels,
            None => self.labels(scope.level, &counted).await?,
        };
        let mut groups = grouped(counted, &labels, &judgement.numbers);
        let parts = breakdown.map(empty::parts);
        add_empty(&mut groups, standing, parts.as_deref(), &judgement.numbers);
        if scope.level == Level::National && breakdown.is_none() && groups.is_empty() {
            // The nation is there with nothing to count, too.
            groups.insert(("national".to_owned(), None), (None, blank(&judgement.numbers)));
        }
        if scope.level == Level::Student {
            let ids = groups.keys().filter_map(|(key, _)| key.parse().ok()).collect();
            self.read_log.record(audit::allowed(grant, Subject::many("student", ids), now)).await?;
        }
        Ok(Measures { groups: cut(groups, &page), made_by: judgement.made_by })
    }

    async fn counted(
        &self,
        clocks: Selected,
        scope: &Scope,
        breakdown: Option<Breakdown>,
        judgement: &Judgement,
        owner: Owner,
    ) -> Result<Vec<Counted>, StoreError> {
        let statement = counts(clocks, scope, breakdown, judgement, owner)?;
        let rows = self.read.query_all(&statement).await?;
        let each = rows.iter().map(|row| {
            let mark = match scope.level {
                Level::National => Some(Mark::Nothing),
                Level::Region => row.try_get::<Option<String>>("", "mark")?.map(Mark::Name),
                Level::Catchment | Level::Provider | Level::School | Level::Student => {
                    row.try_get::<Option<Uuid>>("", "mark")?.map(Mark::Id)
                }
            };
            let mut classes = [0; 6];
            for (class, column) in classes.iter_mut().zip(CLASSES) {
                *class = row.try_get("", column)?;
            }
            let referrals: i64 = row.try_get("", "referrals")?;
            let part = match breakdown {
                Some(_) => Some(
                    row.try_get::<Option<String>>("", "part")?
                        .unwrap_or_else(|| NOT_STATED.to_owned()),
                ),
                None => None,
            };
            let mark = mark.unwrap_or(Mark::Name(UNASSIGNED.to_owned()));
            Ok(Counted { mark, part, classes, referrals: u64::try_from(referrals).unwrap_or(0) })
        });
        each.collect()
    }

    /// The groups of a page where a level has too many to count them all; `None` of other levels.
    async fn of_page(
        &self,
        grant: &Grant,
        scope: &Scope,
        page: &PageRequest<String>,
        (owners, in_any_case): (&[Owner], Option<Condition>),
    ) -> Result<Option<HashMap<Mark, GroupLabel>>, StoreError> {
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
    async fn labels(
        &self,
        level: Level,
        counted: &[Counted],
    ) -> Result<HashMap<Mark, GroupLabel>, StoreError> {
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
        let of_marks = counted.iter().filter_map(|row| match &row.mark {
            Mark::Nothing => Some((Mark::Nothing, ("national".to_owned(), None))),
            Mark::Name(name) => Some((row.mark.clone(), (name.clone(), region_name(level, name)))),
            Mark::Id(_) => None,
        });
        Ok(of_rows.chain(of_marks).collect())
    }
}

/// A region is called by its key.
fn region_name(level: Level, name: &str) -> Option<String> {
    (level == Level::Region).then(|| name.to_owned())
}

/// Groups by key and part, each with its name and its tallies.
type Grouped = BTreeMap<(String, Option<String>), (Option<String>, Vec<(Number, Tally)>)>;

fn blank(numbers: &[Number; 6]) -> Vec<(Number, Tally)> {
    numbers.iter().map(|number| (*number, Tally::default())).collect()
}

fn grouped(
    counted: Vec<Counted>,
    labels: &HashMap<Mark, GroupLabel>,
    numbers: &[Number; 6],
) -> Grouped {
    let mut groups = Grouped::new();
    for Counted { mark, part, classes, referrals } in counted {
        let Some((key, name)) = labels.get(&mark) else { continue };
        let group = groups.entry((key.clone(), part));
        let (_, tallies) = group.or_insert_with(|| (name.clone(), blank(numbers)));
        for ((_, tally), class) in tallies.iter_mut().zip(classes) {
            if classes::is_early(class) {
                tally.add_met_early(referrals);
            } else if let Some(classification) = classes::read(class) {
                tally.add_many(classification, referrals);
            }
        }
    }
    groups
}

/// Adds the groups that are there, and the parts of each, where nothing was counted.
fn add_empty(
    groups: &mut Grouped,
    standing: Vec<GroupLabel>,
    parts: Option<&[String]>,
    numbers: &[Number; 6],
) {
    for (key, name) in standing {
        let parts = parts.map_or(vec![None], |parts| parts.iter().cloned().map(Some).collect());
        for part in parts {
            let group = groups.entry((key.clone(), part));
            group.or_insert_with(|| (name.clone(), blank(numbers)));
        }
    }
}

/// A page of whole groups.
fn cut(groups: Grouped, page: &PageRequest<String>) -> Page<Group, String> {
    let mut keys: Vec<String> = groups.keys().map(|(key, _)| key.clone()).collect();
    keys.dedup();
    if let Some(after) = &page.after {
        keys.retain(|key| key > after);
    }
    let keys = page.cut(keys, String::clone);
    let within = |key: &String| keys.items.binary_search(key).is_ok();
    let groups = groups.into_iter().filter(|((key, _), _)| within(key));
    let groups = groups.map(|((key, part), (name, tallies))| Group { key, name, part, tallies });
    Page { items: groups.collect(), next: keys.next, total: None }
}

/// Whose referrals are counted: of one provider for all numbers, or of two.
fn owners(judgement: &Judgement) -> Vec<Owner> {
    let mut owners: Vec<Owner> = Vec::new();
    for number in &judgement.numbers {
        let owner = judgement.owner(number.measure);
        if !owners.contains(&owner) {
            owners.push(owner);
        }
    }
    owners
}

/// The part of its group that one referral belongs to.
pub(super) fn part_of(clock: &Model, by: Breakdown) -> String {
    let part = match by {
        Breakdown::ReferralKind => Some(clock.kind.as_str().to_owned()),
        Breakdown::Provision => {
            Some(if clock.in_school { "in_school" } else { "catchment" }.to_owned())
        }
        Breakdown::YearLevel => clock.year_level.map(|level| level.to_string()),
        Breakdown::EthnicGroup => clock.ethnic_group.map(|group| group.as_str().to_owned()),
    };
    part.unwrap_or_else(|| NOT_STATED.to_owned())
}

/// How many referrals of a group have which classes. The classes are made in a query of their own:
/// an expression with values in it is not the same expression twice.
fn counts(
    clocks: Selected,
    scope: &Scope,
    breakdown: Option<Breakdown>,
    judgement: &Judgement,
    owner: Owner,
) -> Result<SelectStatement, StoreError> {
    let level = scope.level;
    let mut classified = clocks.select_only();
    if level != Level::National {
        classified = classified.expr_as(id_of(level), "mark");
    }
    if breakdown.is_some() {
        classified = classified.expr_as(part(breakdown), "part");
    }
    for (number, name) in judgement.numbers.into_iter().zip(CLASSES) {
        // What is another owner's is counted there.
        let class = if judgement.owner(number.measure) == owner {
            classes::class(number, judgement)?
        } else {
            Expr::value(classes::NOT_A_MEMBER)
        };
        classified = classified.expr_as(class, name);
    }
    let mark = (level != Level::National).then_some("mark");
    let part = breakdown.map(|_| "part");
    let names: Vec<&str> = mark.into_iter().chain(part).chain(CLASSES).collect();
    let mut counts = Query::select();
    counts.from_subquery(known::at(classified, scope.as_of, owner), "classified");
    for name in names {
        counts.column(("classified", name)).group_by_col(("classified", name));
    }
    counts.expr_as(Expr::cust("COUNT(*)"), "referrals");
    Ok(counts)
}
