//! What the Ministry agreed with the providers of the personas.

use ascms_domain::access::Role;
use ascms_domain::calendar::nz_date;
use ascms_domain::contracts::{
    AddContract, ContractContact, ContractKind, SetContractYear, WithholdingPeriod,
};
use ascms_domain::ids::ProviderId;
use ascms_domain::second_person::ApprovalPolicy;
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::steps::{Operation, STORIES, Step};
use crate::sandbox::nation::arrangements::{
    catchment_code, holiday_region, number, provider_id, school_of_team, team_id,
};
use crate::sandbox::personas;

/// The number of the first provider's contract.
pub(super) const FIRST: &str = "AS-0001";

/// When the Ministry added the contracts.
pub(super) fn added(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::days(100)
}

/// A contract for each of the first two catchments and for the first school's own team, from the beginning
/// of the year in which the Ministry added it, with the amounts of that year.
pub(super) fn contracts(now: DateTime<Utc>) -> Vec<Step> {
    let added = added(now);
    let day = nz_date(added);
    let from = day.with_ordinal(1).unwrap_or(day);
    let catchment = |at: usize| AddContract {
        catchments: vec![catchment_code(at).as_str().into()],
        holiday_region: holiday_region(at),
        ..contract(at, provider_id(at), from)
    };
    let team = AddContract {
        number: "AS-S01".into(),
        kind: ContractKind::InSchool,
        school_number: Some(number(school_of_team(0)).into()),
        approval_policy: ApprovalPolicy::SelfWithReview,
        duty_profile: "in_school".into(),
        ..contract(2, team_id(0), from)
    };
    let step = |contract: AddContract| Step {
        at: added,
        story: STORIES,
        by: personas::name(Role::MinistryAdmin),
        operation: Operation::AddContract {
            contract: Box::new(contract),
            year: from.year(),
            amounts: amounts(),
        },
    };
    vec![step(catchment(0)), step(catchment(1)), step(team)]
}

fn contract(at: usize, organisation_id: ProviderId, starts_on: NaiveDate) -> AddContract {
    AddContract {
        number: format!("AS-{:04}", at + 1).as_str().into(),
        organisation_id,
        kind: ContractKind::Catchment,
        catchments: Vec::new(),
        school_number: None,
        starts_on,
        ends_on: None,
        contacts: vec![ContractContact {
            name: "Sandbox Contract Manager".into(),
            phone: None,
            email: None,
            role: Some("Contract manager".into()),
        }],
        holiday_region: None,
        approval_policy: ApprovalPolicy::SecondPerson,
        duty_profile: "catchment".into(),
    }
}

fn amounts() -> SetContractYear {
    SetContractYear {
        amount_cents: Some(123_456_700),
        withholding_percent: None,
        withholding_per: Some(WithholdingPeriod::Term),
        basic_needs_cents: Some(2_500_000),
    }
}
