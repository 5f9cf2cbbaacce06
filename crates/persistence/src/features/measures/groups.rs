//! The numbers of any groups of referrals: one statement that counts every class of every number.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::measures::{Breakdown, Level, Number, Tally};
use chrono::{DateTime, Utc};
use sea_orm::QuerySelect;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Query, SelectStatement};

use crate::Store;
use crate::features::measures::classes;
use crate::features::measures::empty::{self, GroupLabel, NOT_STATED};
use crate::features::measures::judgement::{Judgement, MadeBy};
use crate::features::measures::known::{self, Owner};
use crate::features::measures::marks::{self, Grouped, Labels, Mark, part_of_row};
use crate::features::measures::scope::{Scope, id_of, part};
use crate::reach::rows::referral_clock::{Model, Selected};
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
            let clocks = marks::of_groups(grant, scope, owner, of_page.as_ref());
            counted.extend(self.counted(clocks, scope, breakdown, &judgement, owner).await?);
        }
        let mut standing = Vec::new();
        if with_empty {
            standing = self.standing_groups(grant, scope).await?;
            standing.extend(of_page.iter().flat_map(HashMap::values).cloned());
        }
        let labels = match of_page {
            Some(labels) => labels,
            None => self.labels(scope.level, counted.iter().map(|row| &row.mark)).await?,
        };
        let mut groups = grouped(counted, &labels, &judgement.numbers);
        let parts = breakdown.map(empty::parts);
        add_empty(&mut groups, standing, parts.as_deref(), &judgement.numbers);
        if scope.level == Level::National && breakdown.is_none() && groups.is_empty() {
            // The nation is there with nothing to count, too.
            groups.insert(("national".to_owned(), None), (None, blank(&judgement.numbers)));
        }
        self.record_students(grant, scope.level, &groups, now).await?;
        let group = |(key, part), (name, tallies)| Group { key, name, part, tallies };
        Ok(Measures { groups: marks::cut(groups, &page, group), made_by: judgement.made_by })
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
            let mark = Mark::of(row, scope.level)?;
            let mut classes = [0; 6];
            for (class, column) in classes.iter_mut().zip(CLASSES) {
                *class = row.try_get("", column)?;
            }
            let referrals: i64 = row.try_get("", "referrals")?;
            let part = part_of_row(row, breakdown)?;
            Ok(Counted { mark, part, classes, referrals: u64::try_from(referrals).unwrap_or(0) })
        });
        each.collect()
    }
}

/// The tallies of groups.
type Tallies = Grouped<Vec<(Number, Tally)>>;

fn blank(numbers: &[Number; 6]) -> Vec<(Number, Tally)> {
    numbers.iter().map(|number| (*number, Tally::default())).collect()
}

fn grouped(counted: Vec<Counted>, labels: &Labels, numbers: &[Number; 6]) -> Tallies {
    let mut groups = Tallies::new();
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
    groups: &mut Tallies,
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
