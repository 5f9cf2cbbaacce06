//! Contracts, one line for each, or one for each of its years. They come in as drafts; what is on record
//! already stays as it is.

use std::collections::BTreeMap;
use std::io::Read;
use std::str::FromStr;

use ascms_domain::calendar::Region;
use ascms_domain::contracts::{
    ContractKind, ContractStatus, ContractTerm, ContractYear, SetContractYear,
};
use ascms_domain::ids::{CatchmentId, ContractId};
use ascms_domain::second_person::ApprovalPolicy;
use ascms_domain::text::ContractNumber;
use ascms_persistence::contracts::{ContractsOnRecord, NewContracts};
use ascms_persistence::rows::contract::{Contacts, Model};
use ascms_persistence::rows::{contract_catchment, contract_year};
use chrono::{DateTime, Utc};

use super::error::ImportError;
use super::lines::{self, Header, Line};
use super::summary::Summary;
use crate::progress::Progress;

const NUMBER: &str = "contract_number";
const PROVIDER: &str = "provider_code";
const KIND: &str = "kind";
/// Codes with blanks between them.
const CATCHMENTS: &str = "catchment_codes";
const SCHOOL: &str = "school_number";
const FIRST_DAY: &str = "starts_on";
const LAST_DAY: &str = "ends_on";
/// May be left out, and so may those of a year.
const REGION: &str = "holiday_region";
const POLICY: &str = "approval_policy";
const PROFILE: &str = "duty_profile";
const YEAR: &str = "year";
const AMOUNT: &str = "amount_cents";
const PERCENT: &str = "withholding_percent";
const PER: &str = "withholding_per";
const BASIC_NEEDS: &str = "basic_needs_cents";

const COLUMNS: [&str; 8] = [NUMBER, PROVIDER, KIND, CATCHMENTS, SCHOOL, FIRST_DAY, POLICY, PROFILE];

/// A line of the file.
pub(super) struct ContractRow {
    line: u64,
    contract: ContractCells,
    year: Option<(i32, SetContractYear)>,
}

/// What a line says of the contract itself.
#[derive(Clone, PartialEq, Eq)]
struct ContractCells {
    number: String,
    provider: String,
    kind: ContractKind,
    /// In their order, each once.
    catchments: Vec<String>,
    school: Option<i32>,
    term: ContractTerm,
    region: Option<Region>,
    policy: ApprovalPolicy,
    profile: String,
}

pub(super) fn read(
    file: impl Read,
    progress: &dyn Progress,
) -> Result<(Vec<ContractRow>, Summary), ImportError> {
    let check = |header: &Header<'_>| header.require(&COLUMNS);
    lines::read(file, progress, check, |(), line| row(line))
}

fn row(line: &mut Line<'_>) -> Option<ContractRow> {
    let number = line.required(NUMBER, contract_number);
    let provider = line.required(PROVIDER, lines::code);
    let kind = line.required(KIND, word);
    let catchments = line.optional(CATCHMENTS, codes).unwrap_or_default();
    let school = line.optional(SCHOOL, lines::school_number);
    let starts_on = line.required(FIRST_DAY, lines::date);
    let ends_on = line.optional(LAST_DAY, lines::date);
    let region = line.optional(REGION, word);
    let policy = line.required(POLICY, word);
    let profile = line.required(PROFILE, lines::code);
    let year = year(line);
    let term = ContractTerm { starts_on: starts_on?, ends_on };
    if term.check().is_err() {
        line.refuse(LAST_DAY, format!("is before the first day, {}", term.starts_on));
    }
    let kind: ContractKind = kind?;
    if kind.covers(catchments.len()).is_err() {
        line.refuse(CATCHMENTS, "a contract for catchments names them, and another one none");
    }
    if (kind == ContractKind::InSchool) != school.is_some() {
        line.refuse(
            SCHOOL,
            "a contract for a school's own team names the school, and another one none",
        );
    }
    let contract = ContractCells {
        number: number?,
        provider: provider?,
        kind,
        catchments,
        school,
        term,
        region,
        policy: policy?,
        profile: profile?,
    };
    Some(ContractRow { line: line.number, contract, year })
}

fn year(line: &mut Line<'_>) -> Option<(i32, SetContractYear)> {
    let year = line.optional(YEAR, lines::whole_number(2020..=2100))?;
    let amount_cents = line.required(AMOUNT, cents(1..=10_000_000_000));
    let withholding_per = line.required(PER, word);
    let basic_needs_cents = line.required(BASIC_NEEDS, cents(0..=100_000_000));
    let withholding_percent = line.optional(PERCENT, lines::whole_number(0..=100));
    let set =
        SetContractYear { amount_cents, withholding_percent, withholding_per, basic_needs_cents };
    Some((year, set))
}

fn contract_number(cell: &str) -> Result<String, String> {
    let visible = cell.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if visible && cell.len() <= ContractNumber::MAX {
        Ok(cell.to_owned())
    } else {
        Err(format!("`{cell}` is no number of a contract: up to 40 visible ASCII characters"))
    }
}

fn codes(cell: &str) -> Result<Vec<String>, String> {
    let mut codes = cell.split(' ').map(lines::code).collect::<Result<Vec<_>, _>>()?;
    codes.sort_unstable();
    codes.dedup();
    if codes.len() > 20 { Err("has more than 20 codes".to_owned()) } else { Ok(codes) }
}

fn word<T: FromStr>(cell: &str) -> Result<T, String> {
    cell.parse().map_err(|_unknown| format!("`{cell}` is no word of the list"))
}

fn cents(range: std::ops::RangeInclusive<i64>) -> impl FnOnce(&str) -> Result<i64, String> {
    move |cell| {
        let cents = cell.parse().ok().filter(|cents| range.contains(cents));
        let (least, most) = (range.start(), range.end());
        cents.ok_or_else(|| format!("`{cell}` is no whole number of cents from {least} to {most}"))
    }
}

/// The rows to add.
pub(super) fn differences(
    on_record: &ContractsOnRecord,
    rows: &[ContractRow],
    now: DateTime<Utc>,
    summary: &mut Summary,
) -> NewContracts {
    let mut new = NewContracts::default();
    // The line that told of a contract first, and what is on record of it then.
    let mut known: BTreeMap<&str, (&ContractRow, Option<Model>)> = BTreeMap::new();
    for row in rows {
        let number = row.contract.number.as_str();
        if let Some((first, contract)) = known.get(number) {
            if first.contract != row.contract {
                let reason = format!("line {} has other values for this contract", first.line);
                summary.refuse(row.line, NUMBER, reason);
            } else if let Some(contract) = contract.clone() {
                add_year(on_record, row, (&contract, now), &mut new, summary);
            }
            continue;
        }
        let contract = add(on_record, row, now, &mut new, summary);
        if let Some(contract) = &contract {
            add_year(on_record, row, (contract, now), &mut new, summary);
        }
        known.insert(number, (row, contract));
    }
    new
}

/// The contract of a line, which is added where it is not on record; none where the line was refused.
fn add(
    on_record: &ContractsOnRecord,
    row: &ContractRow,
    now: DateTime<Utc>,
    new: &mut NewContracts,
    summary: &mut Summary,
) -> Option<Model> {
    let (mut wanted, catchments) = wanted(on_record, row, now, summary)?;
    let old = on_record.contracts.iter().find(|old| old.number == wanted.number);
    let Some(old) = old else {
        summary.added += 1;
        let covers =
            |catchment_id| contract_catchment::Model { contract_id: wanted.id, catchment_id };
        new.covered.extend(catchments.into_iter().map(covers));
        new.contracts.push(wanted.clone());
        return Some(wanted);
    };
    let mut covered: Vec<CatchmentId> = on_record
        .covered
        .iter()
        .filter(|covers| covers.contract_id == old.id)
        .map(|covers| covers.catchment_id)
        .collect();
    let mut catchments = catchments;
    covered.sort_unstable();
    catchments.sort_unstable();
    // What the file does not say is as it is on record.
    let Model {
        id, status, status_by, status_since, added_by, added_at, version, updated_at, ..
    } = *old;
    wanted = Model {
        id,
        status,
        status_by,
        status_since,
        added_by,
        added_at,
        version,
        updated_at,
        comment: old.comment.clone(),
        contacts: old.contacts.clone(),
        ..wanted
    };
    if wanted == *old && covered == catchments {
        summary.unchanged += 1;
        return Some(wanted);
    }
    let reason = "is on record with other values: change it by an operation";
    summary.refuse(row.line, NUMBER, reason);
    None
}

/// A line's contract as a draft, and its catchments.
fn wanted(
    on_record: &ContractsOnRecord,
    row: &ContractRow,
    now: DateTime<Utc>,
    summary: &mut Summary,
) -> Option<(Model, Vec<CatchmentId>)> {
    let ContractCells { number, provider, kind, catchments, school, term, region, policy, profile } =
        row.contract.clone();
    let mut refuse = |column, reason: String| summary.refuse(row.line, column, reason);
    let organisation = on_record.organisations.iter().find(|one| one.code == provider);
    let fitting = organisation.filter(|one| kind.provided_by(one.kind).is_ok());
    if fitting.is_none() {
        refuse(PROVIDER, format!("no provider on record that may have it has the code {provider}"));
    }
    let school_id = school.map(|number| {
        let found = on_record.schools.iter().find(|one| one.number == number);
        if found.is_none() {
            refuse(SCHOOL, format!("no school on record has the number {number}"));
        }
        found.map(|school| school.id)
    });
    let mut ids = Vec::new();
    for code in &catchments {
        match on_record.catchments.iter().find(|one| one.code == *code) {
            Some(found) => ids.push(found.id),
            None => refuse(CATCHMENTS, format!("no catchment on record has the code {code}")),
        }
    }
    if !on_record.profiles.contains(&profile) {
        refuse(PROFILE, format!("no profile of duties has the code {profile}"));
    }
    if school_id == Some(None) || ids.len() < catchments.len() {
        return None;
    }
    let contract = Model {
        id: ContractId::generate(),
        number,
        organisation_id: fitting.filter(|_| on_record.profiles.contains(&profile))?.id,
        kind,
        school_id: school_id.flatten(),
        starts_on: term.starts_on,
        ends_on: term.ends_on,
        status: ContractStatus::Draft,
        status_by: None,
        status_since: now,
        comment: None,
        contacts: Contacts(Vec::new()),
        holiday_region: region,
        approval_policy: policy,
        duty_profile: profile,
        added_by: None,
        added_at: now,
        version: 1,
        updated_at: now,
    };
    Some((contract, ids))
}

/// The year of a line, which is added where the contract is new.
fn add_year(
    on_record: &ContractsOnRecord,
    row: &ContractRow,
    (contract, now): (&Model, DateTime<Utc>),
    new: &mut NewContracts,
    summary: &mut Summary,
) {
    let Some((year, set)) = &row.year else { return };
    let Ok(set) = set.applied(contract.kind, row.contract.term, (*year, None)) else {
        summary.refuse(row.line, YEAR, "the contract does not run in this year");
        return;
    };
    let ContractYear {
        year,
        amount_cents,
        withholding_percent,
        withholding_per,
        basic_needs_cents,
    } = set;
    let wanted = contract_year::Model {
        contract_id: contract.id,
        year,
        amount_cents,
        withholding_percent,
        withholding_per,
        basic_needs_cents,
        set_by: None,
        updated_at: now,
    };
    let is_this = |one: &&contract_year::Model| (one.contract_id, one.year) == (contract.id, year);
    if new.years.iter().any(|one| is_this(&one)) {
        summary.refuse(row.line, YEAR, "is on another line already");
        return;
    }
    let old = on_record.years.iter().find(is_this);
    let is_new = on_record.contracts.iter().all(|one| one.id != contract.id);
    match old {
        Some(old) if same_amounts(old, &wanted) => summary.unchanged += 1,
        None if is_new => {
            summary.added += 1;
            new.years.push(wanted);
        }
        Some(_) | None => {
            let reason = "the contract is on record: set its years by an operation";
            summary.refuse(row.line, YEAR, reason);
        }
    }
}

fn same_amounts(one: &contract_year::Model, other: &contract_year::Model) -> bool {
    let amounts = |row: &contract_year::Model| {
        (row.amount_cents, row.withholding_percent, row.withholding_per, row.basic_needs_cents)
    };
    amounts(one) == amounts(other)
}
