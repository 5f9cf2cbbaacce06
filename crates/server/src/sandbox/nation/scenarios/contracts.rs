//! What the Ministry agreed with the providers of the personas, and with a few others.

use ascms_domain::access::Role;
use ascms_domain::contracts::{
    AddContract, ContractContact, ContractKind, SetContractYear, WithholdingPeriod,
};
use ascms_domain::ids::ProviderId;
use ascms_domain::second_person::ApprovalPolicy;
use ascms_http::openapi::example_records as known;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::steps::{AgreedContract, Operation, STORIES, Step};
use crate::sandbox::nation::arrangements::{
    catchment_code, holiday_region, number, provider_id, school_of_team, team_id,
};
use crate::sandbox::nation::dates::ymd;
use crate::sandbox::nation::days;
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::personas;

/// The number of the first provider's contract.
pub(super) const FIRST: &str = "AS-0001";
/// That of the second provider.
pub(super) const SECOND: &str = "AS-0002";
/// That of a school's own team, one of whom decides alone.
pub(super) const TEAM: &str = "AS-S01";

/// The year of the document's examples: what they name is of this year, whenever a sandbox begins.
pub(super) const YEAR: i32 = 2026;

/// The year before: the reviews of its terms are there in any sandbox of the year.
pub(super) const YEAR_BEFORE: i32 = YEAR - 1;

const STARTS_ON: NaiveDate = ymd(YEAR_BEFORE, 1, 1);

/// In a sandbox of a later year, too, the contracts pay for something in the year of the examples.
const ADDED_BY: NaiveDate = ymd(YEAR, 9, 1);

/// When the Ministry added the contracts.
pub(super) fn added(now: DateTime<Utc>) -> DateTime<Utc> {
    (now - TimeDelta::days(100)).min(days::at(ADDED_BY, days::MORNING))
}

/// A contract for each of the first two catchments and for the first school's own team, and three more for
/// what the document's examples do with a contract.
pub(super) fn contracts(now: DateTime<Utc>) -> Result<Vec<Step>, SeedError> {
    let first = AgreedContract {
        id: Some(known::CONTRACT_ID.parse()?),
        ..agreed(FIRST, catchment(0, provider_id(0)))
    };
    let to_begin_with = AgreedContract {
        id: Some(known::CONTRACT_TO_BEGIN_WITH_ID.parse()?),
        ..agreed("AS-0003", catchment(2, provider_id(0)))
    };
    let to_activate = AgreedContract {
        id: Some(known::CONTRACT_TO_ACTIVATE_ID.parse()?),
        in_force: false,
        ..agreed("AS-0004", catchment(3, provider_id(3)))
    };
    let to_end = AgreedContract {
        id: Some(known::CONTRACT_TO_END_ID.parse()?),
        ..agreed("AS-0005", catchment(4, provider_id(4)))
    };
    let of_team = AddContract {
        kind: ContractKind::InSchool,
        school_number: Some(number(school_of_team(0)).into()),
        approval_policy: ApprovalPolicy::SelfWithReview,
        duty_profile: "in_school".into(),
        ..contract(team_id(0))
    };
    let second = agreed(SECOND, catchment(1, provider_id(1)));
    let all = [first, second, to_begin_with, to_activate, to_end, agreed(TEAM, of_team)];
    let steps = all.into_iter().map(|contract| Step {
        at: added(now),
        story: STORIES,
        by: personas::name(Role::MinistryAdmin),
        operation: Operation::AddContract(Box::new(contract)),
    });
    Ok(steps.collect())
}

fn agreed(number: &str, contract: AddContract) -> AgreedContract {
    AgreedContract {
        id: None,
        contract: AddContract { number: number.into(), ..contract },
        // No nation begins later than in the last of them.
        years: YEAR_BEFORE..=YEAR + 1,
        amounts: SetContractYear {
            amount_cents: Some(123_456_700),
            withholding_percent: None,
            withholding_per: Some(WithholdingPeriod::Term),
            basic_needs_cents: Some(2_500_000),
        },
        in_force: true,
    }
}

fn catchment(at: usize, organisation_id: ProviderId) -> AddContract {
    AddContract {
        catchments: vec![catchment_code(at).as_str().into()],
        holiday_region: holiday_region(at),
        ..contract(organisation_id)
    }
}

fn contract(organisation_id: ProviderId) -> AddContract {
    AddContract {
        number: FIRST.into(),
        organisation_id,
        kind: ContractKind::Catchment,
        catchments: Vec::new(),
        school_number: None,
        starts_on: STARTS_ON,
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
