//! From the file's rows and what is on record to the rows to write.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ascms_domain::ids::{CatchmentId, ProviderId, SchoolId};
use ascms_domain::organisations::{OrganisationKind, OrganisationStatus};
use ascms_persistence::catchments::{Arrangements, Changes};
use ascms_persistence::rows::in_school_provision;
use ascms_persistence::rows::{catchment, organisation};
use ascms_persistence::rows::{catchment_contract, catchment_school};
use uuid::Uuid;

use super::row::{CatchmentRow, Dates, Named};
use crate::import::periods::{Period, Wanted, merge};
use crate::import::summary::Summary;

/// The rows to write.
pub fn differences(
    on_record: Arrangements,
    rows: &[CatchmentRow],
    summary: &mut Summary,
) -> Changes {
    let Arrangements { schools, catchments, organisations, memberships, contracts, provisions } =
        on_record;
    let mut told = DirectoryDiff::default();
    for row in rows {
        told.take(row, summary);
    }
    let mut changes = Changes::default();
    let known = Known {
        schools: schools.iter().map(|school| (school.number, school.id)).collect(),
        catchments: name_catchments(&told, &catchments, &mut changes, summary),
        providers: name_providers(&told, organisations, &mut changes, summary),
    };
    let mut ties = Ties::default();
    for row in rows {
        ties.take(row, &known, summary);
    }
    let on_record: Vec<_> = memberships.iter().map(period_of_membership).collect();
    let moved = merge(&on_record, &ties.memberships, "school_from", summary);
    let contracts: Vec<_> = contracts.into_iter().map(period_of_contract).collect();
    let contracted = merge(&contracts, &ties.contracts, "contract_from", summary);
    let provisions: Vec<_> = provisions.into_iter().map(period_of_provision).collect();
    let provided = merge(&provisions, &ties.provisions, "in_school_from", summary);

    let mut touched: BTreeSet<CatchmentId> = contracted.iter().map(|period| period.owner).collect();
    touched.extend(moved.iter().map(|period| period.target));
    // A corrected period may have belonged to another catchment before.
    let corrected: BTreeSet<Uuid> = moved.iter().map(|period| period.id).collect();
    let left = memberships.iter().filter(|row| corrected.contains(&row.id));
    touched.extend(left.map(|row| row.catchment_id));
    count_versions(&touched, &catchments, &mut changes);

    changes.memberships = moved.into_iter().map(membership_of).collect();
    changes.contracts = contracted.into_iter().map(contract_of).collect();
    changes.provisions = provided.into_iter().map(provision_of).collect();
    changes
}

/// What the file says of everything that has a code.
#[derive(Default)]
struct DirectoryDiff<'a> {
    catchments: BTreeMap<&'a str, Telling<'a>>,
    providers: BTreeMap<&'a str, (OrganisationKind, Telling<'a>)>,
}

/// The first word on each thing, with its line.
struct Telling<'a> {
    line: u64,
    name: Option<(u64, &'a str)>,
    more: Option<(u64, &'a str)>,
}

impl<'a> DirectoryDiff<'a> {
    fn take(&mut self, row: &'a CatchmentRow, summary: &mut Summary) {
        if let Some(named) = &row.catchment {
            let telling = self.catchments.entry(&named.code).or_insert(Telling::new(row.line));
            telling.hear(row.line, named, ["catchment_name", "education_region"], summary);
        }
        let provider =
            row.provider.as_ref().map(|named| (OrganisationKind::CatchmentProvider, named));
        let team = row.team.as_ref().map(|named| (OrganisationKind::InSchoolProvider, named));
        for (kind, named) in provider.into_iter().chain(team) {
            let first = || (kind, Telling::new(row.line));
            let (is, telling) = self.providers.entry(&named.code).or_insert_with(first);
            let [code, name, more] = columns_of(kind);
            if *is == kind {
                telling.hear(row.line, named, [name, more], summary);
            } else {
                let reason =
                    format!("line {} has this code for another kind of provider", telling.line);
                summary.refuse(row.line, code, reason);
            }
        }
    }
}

fn columns_of(kind: OrganisationKind) -> [&'static str; 3] {
    if kind == OrganisationKind::InSchoolProvider {
        ["in_school_provider_code", "in_school_provider_name", "in_school_provider_name_mi"]
    } else {
        ["provider_code", "provider_name", "provider_name_mi"]
    }
}

impl<'a> Telling<'a> {
    fn new(line: u64) -> Self {
        Self { line, name: None, more: None }
    }

    fn hear(
        &mut self,
        line: u64,
        named: &'a Named,
        [name, more]: [&'static str; 2],
        summary: &mut Summary,
    ) {
        let cells = [(&mut self.name, &named.name, name), (&mut self.more, &named.more, more)];
        for (first, said, column) in cells {
            match (&first, said) {
                (Some((line_before, before)), Some(said)) if before != said => {
                    let reason = format!("line {line_before} says `{before}` of `{}`", named.code);
                    summary.refuse(line, column, reason);
                }
                (None, Some(said)) => *first = Some((line, said)),
                (Some(_), _) | (None, None) => {}
            }
        }
    }
}

/// The ids behind the file's codes and numbers.
struct Known<'a> {
    schools: HashMap<i32, SchoolId>,
    catchments: HashMap<&'a str, CatchmentId>,
    providers: HashMap<&'a str, (OrganisationKind, ProviderId)>,
}

fn name_catchments<'a>(
    told: &DirectoryDiff<'a>,
    on_record: &[catchment::Model],
    changes: &mut Changes,
    summary: &mut Summary,
) -> HashMap<&'a str, CatchmentId> {
    let by_code: HashMap<&str, &catchment::Model> =
        on_record.iter().map(|row| (row.code.as_str(), row)).collect();
    let mut known = HashMap::new();
    for (code, telling) in &told.catchments {
        let old = by_code.get(code).copied();
        let name = telling.name.map(|(_, name)| name.to_owned());
        let region = telling.more.map(|(_, region)| region.to_owned());
        let Some(name) = name.or_else(|| old.map(|old| old.name.clone())) else { continue };
        let wanted = catchment::Model {
            id: old.map_or_else(CatchmentId::generate, |old| old.id),
            code: (*code).to_owned(),
            name,
            education_region: region.or_else(|| old.and_then(|old| old.education_region.clone())),
            version: old.map_or(1, |old| old.version),
        };
        known.insert(*code, wanted.id);
        if let Some(change) = summary.count(old, wanted) {
            let version = if old.is_some() { change.version.saturating_add(1) } else { 1 };
            changes.catchments.push(catchment::Model { version, ..change });
        }
    }
    known
}

fn name_providers<'a>(
    told: &DirectoryDiff<'a>,
    on_record: Vec<organisation::Model>,
    changes: &mut Changes,
    summary: &mut Summary,
) -> HashMap<&'a str, (OrganisationKind, ProviderId)> {
    let by_code: HashMap<&str, &organisation::Model> =
        on_record.iter().map(|row| (row.code.as_str(), row)).collect();
    let mut known = HashMap::new();
    for (code, (kind, telling)) in &told.providers {
        let old = by_code.get(code).copied();
        if let Some(old) = old
            && old.kind != *kind
        {
            let [column, ..] = columns_of(*kind);
            let reason = format!("`{code}` is the code of another organisation, {}", old.kind);
            summary.refuse(telling.line, column, reason);
            continue;
        }
        let name = telling.name.map(|(_, name)| name.to_owned());
        let name_mi = telling.more.map(|(_, name)| name.to_owned());
        let Some(name) = name.or_else(|| old.map(|old| old.name.clone())) else { continue };
        let wanted = organisation::Model {
            id: old.map_or_else(ProviderId::generate, |old| old.id),
            kind: *kind,
            code: (*code).to_owned(),
            name,
            name_mi: name_mi.or_else(|| old.and_then(|old| old.name_mi.clone())),
            status: old.map_or(OrganisationStatus::Active, |old| old.status),
        };
        known.insert(*code, (*kind, wanted.id));
        changes.organisations.extend(summary.count(old, wanted));
    }
    known
}

/// The periods that the file asks for.
#[derive(Default)]
struct Ties {
    memberships: Vec<Wanted<SchoolId, CatchmentId>>,
    contracts: Vec<Wanted<CatchmentId, ProviderId>>,
    provisions: Vec<Wanted<SchoolId, ProviderId>>,
}

impl Ties {
    fn take(&mut self, row: &CatchmentRow, known: &Known<'_>, summary: &mut Summary) {
        let line = row.line;
        let mut refuse = |column, reason: String| summary.refuse(line, column, reason);
        let school = row.school.and_then(|number| {
            let id = known.schools.get(&number).copied();
            if id.is_none() {
                refuse("school_number", format!("no school on record has the number {number}"));
            }
            id
        });
        let catchment = row.catchment.as_ref().and_then(|named| {
            let id = known.catchments.get(named.code.as_str()).copied();
            if id.is_none() {
                refuse("catchment_name", format!("`{}` is new and has no name", named.code));
            }
            id
        });
        let mut provider = |named: Option<&Named>, kind| {
            let named = named?;
            let [_, column, _] = columns_of(kind);
            match known.providers.get(named.code.as_str()) {
                Some((is, id)) if *is == kind => Some(*id),
                // Refused already, where the codes were gathered.
                Some(_) => None,
                None => {
                    refuse(column, format!("`{}` is new and has no name", named.code));
                    None
                }
            }
        };
        let contracted = provider(row.provider.as_ref(), OrganisationKind::CatchmentProvider);
        let team = provider(row.team.as_ref(), OrganisationKind::InSchoolProvider);
        self.memberships.extend(tie(line, school, catchment, row.membership));
        self.contracts.extend(tie(line, catchment, contracted, row.contract));
        self.provisions.extend(tie(line, school, team, row.provision));
    }
}

fn tie<O, T>(
    line: u64,
    owner: Option<O>,
    target: Option<T>,
    dates: Option<Dates>,
) -> Option<Wanted<O, T>> {
    let Dates { from, to } = dates?;
    let (owner, target) = (owner?, target?);
    let period = Period { id: Uuid::now_v7(), owner, target, starts_on: from, ends_on: to };
    Some(Wanted { line, period })
}

/// A catchment's version counts what happens to its schools and contracts too.
fn count_versions(
    touched: &BTreeSet<CatchmentId>,
    on_record: &[catchment::Model],
    changes: &mut Changes,
) {
    let changed: BTreeSet<CatchmentId> = changes.catchments.iter().map(|row| row.id).collect();
    let only_touched = on_record
        .iter()
        .filter(|row| touched.contains(&row.id) && !changed.contains(&row.id))
        .map(|row| catchment::Model { version: row.version.saturating_add(1), ..row.clone() });
    changes.catchments.extend(only_touched);
}

fn period_of_membership(row: &catchment_school::Model) -> Period<SchoolId, CatchmentId> {
    let catchment_school::Model { id, catchment_id, school_id, starts_on, ends_on } = *row;
    Period { id, owner: school_id, target: catchment_id, starts_on, ends_on }
}

fn membership_of(period: Period<SchoolId, CatchmentId>) -> catchment_school::Model {
    let Period { id, owner, target, starts_on, ends_on } = period;
    catchment_school::Model { id, catchment_id: target, school_id: owner, starts_on, ends_on }
}

fn period_of_contract(row: catchment_contract::Model) -> Period<CatchmentId, ProviderId> {
    let catchment_contract::Model { id, catchment_id, provider_id, starts_on, ends_on } = row;
    Period { id, owner: catchment_id, target: provider_id, starts_on, ends_on }
}

fn contract_of(period: Period<CatchmentId, ProviderId>) -> catchment_contract::Model {
    let Period { id, owner, target, starts_on, ends_on } = period;
    catchment_contract::Model { id, catchment_id: owner, provider_id: target, starts_on, ends_on }
}

fn period_of_provision(row: in_school_provision::Model) -> Period<SchoolId, ProviderId> {
    let in_school_provision::Model { id, school_id, provider_id, starts_on, ends_on } = row;
    Period { id, owner: school_id, target: provider_id, starts_on, ends_on }
}

fn provision_of(period: Period<SchoolId, ProviderId>) -> in_school_provision::Model {
    let Period { id, owner, target, starts_on, ends_on } = period;
    in_school_provision::Model { id, school_id: owner, provider_id: target, starts_on, ends_on }
}
