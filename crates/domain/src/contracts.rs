//! Contracts: what the Ministry and an organisation agreed, for a catchment or for a school's own team. The
//! contract is the unit of budget, plan, review and withholding; an organisation may have several.

use std::ops::RangeInclusive;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::{Validate, ValidationError};

use crate::body_faults::fault_at;
use crate::calendar::Region;
use crate::ids::ProviderId;
use crate::organisations::OrganisationKind;
use crate::patch::Patch;
use crate::second_person::ApprovalPolicy;
use crate::text::{Code, ContractNumber, Email, FullName, Line, LongText, Phone, SchoolNumber};

mod actions;
mod years;

pub use actions::ContractAction;
pub use years::{ContractYear, SetContractYear, WithholdingPeriod};

crate::closed_list! {
    /// Kind of a contract.
    ContractKind: "Kind of contract" / "Te momo kirimana" {
        /// The service in one or more catchments.
        Catchment = "catchment": "Catchments" / "Ngā rohe ratonga",
        /// A school's own funded team.
        InSchool = "in_school": "In-school provision" / "Te ratonga i roto i te kura",
    }
    /// Status of a contract.
    ContractStatus: "Status of a contract" / "Te tūnga o te kirimana" {
        Draft = "draft": "Draft" / "Tauira",
        Active = "active": "Active" / "Kei te mana",
        Ended = "ended": "Ended" / "Kua mutu",
    }
}

/// The calendar years that amounts are set for.
const YEARS: RangeInclusive<i32> = 2020..=2100;

crate::closed_list! {
    /// A step of a contract's lifecycle.
    ContractStep {
        Activate = "activate",
        End = "end",
    }
}

/// A person at the provider to whom the Ministry turns about the contract.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ContractContact {
    /// Name of the person. Personal data.
    pub name: FullName,
    /// Phone number of the person. Personal data.
    pub phone: Option<Phone>,
    /// E-mail address of the person. Personal data.
    pub email: Option<Email>,
    /// Function of the person, such as `Contract manager`. Personal data.
    pub role: Option<Line>,
}

/// A contract to add.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[validate(schema(function = "covers_something"))]
pub struct AddContract {
    /// The Ministry's number of the contract; no other contract has it.
    pub number: ContractNumber,
    /// The organisation that provides the service.
    pub organisation_id: ProviderId,
    /// Whether it is for catchments or for a school's own team.
    pub kind: ContractKind,
    /// Codes of the catchments; for a contract of kind `catchment` at least one, else none.
    #[serde(default)]
    #[schema(max_items = 20)]
    pub catchments: Vec<Code>,
    /// Ministry number of the school; for a contract of kind `in_school` alone.
    pub school_number: Option<SchoolNumber>,
    /// The first day of the contract.
    pub starts_on: NaiveDate,
    /// The last day of the contract; without one it goes on until it is ended.
    pub ends_on: Option<NaiveDate>,
    /// The people to whom the Ministry turns about the contract.
    #[serde(default)]
    #[schema(max_items = 10)]
    pub contacts: Vec<ContractContact>,
    /// Holiday region of the provider's main office: business days of the contract's duties are counted
    /// in it. Without one the national holidays alone count.
    pub holiday_region: Option<Region>,
    /// How steps are approved that need a second person.
    pub approval_policy: ApprovalPolicy,
    /// The profile that says which duties the contract has, a profile of the rule `duties`.
    pub duty_profile: Code,
}

/// A merge patch (RFC 7396) of a contract: absent keeps, null clears.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct UpdateContract {
    /// Codes of the catchments. As long as the contract is a draft.
    #[schema(nullable = false, max_items = 20)]
    pub catchments: Option<Vec<Code>>,
    /// The first day of the contract. As long as the contract is a draft.
    #[schema(nullable = false)]
    pub starts_on: Option<NaiveDate>,
    /// The last day of the contract; null where it goes on until it is ended.
    #[serde(default)]
    #[schema(required = false, value_type = Option<NaiveDate>)]
    pub ends_on: Patch<NaiveDate>,
    /// The people to whom the Ministry turns about the contract: the whole list.
    #[schema(nullable = false, max_items = 10)]
    pub contacts: Option<Vec<ContractContact>>,
    /// Holiday region of the provider's main office; null where the national holidays alone count.
    #[serde(default)]
    #[schema(required = false, value_type = Option<Region>)]
    pub holiday_region: Patch<Region>,
    /// How steps are approved that need a second person.
    #[schema(nullable = false)]
    pub approval_policy: Option<ApprovalPolicy>,
    /// The profile that says which duties the contract has, a profile of the rule `duties`.
    #[schema(nullable = false)]
    pub duty_profile: Option<Code>,
}

/// The end of a contract.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct EndContract {
    /// The last day of the contract: today or earlier, and not before its first day.
    pub ends_on: NaiveDate,
    /// Why the contract ends.
    pub comment: LongText,
}

fn covers_something(new: &AddContract) -> Result<(), ValidationError> {
    let (place, code, words) = match (new.kind, new.catchments.is_empty(), &new.school_number) {
        (ContractKind::Catchment, false, None) | (ContractKind::InSchool, true, Some(_)) => {
            return Ok(());
        }
        (ContractKind::Catchment, true, _) => ("/catchments", "required", "is empty"),
        (ContractKind::Catchment, false, Some(_)) => {
            ("/schoolNumber", "other_kind", "is for a contract of kind `in_school` alone")
        }
        (ContractKind::InSchool, _, None) => ("/schoolNumber", "required", "is missing"),
        (ContractKind::InSchool, false, Some(_)) => {
            ("/catchments", "other_kind", "is for a contract of kind `catchment` alone")
        }
    };
    Err(fault_at(place, code, words))
}

/// From when to when a contract runs, both days included; without an end it goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ContractTerm {
    pub starts_on: NaiveDate,
    pub ends_on: Option<NaiveDate>,
}

/// A contract, as its rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    pub kind: ContractKind,
    pub status: ContractStatus,
    pub term: ContractTerm,
}

/// Why a contract is not added, changed, or does not take a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContractRefusal {
    #[error("the last day is before the first")]
    EndsBeforeItBegins,
    #[error("the organisation does not provide the service of this kind")]
    WrongOrganisation,
    #[error("a contract for catchments has one at least, and another contract none")]
    WrongCatchments,
    #[error("another contract covers one of the catchments, or the school, at the same time")]
    Overlaps,
    #[error("the step does not follow from how the contract stands")]
    NotInThisState,
    #[error("the member changes as long as the contract is a draft")]
    FixedOnceActive,
    #[error("the contract has ended")]
    Ended,
    #[error("the day is in the future")]
    InTheFuture,
    #[error("the year is outside the contract")]
    OutsideContract,
    #[error("is missing for a year that is set for the first time")]
    Missing(YearMember),
    #[error("names no profile of the rule `duties`")]
    UnknownProfile,
}

/// A year that is set for the first time lacks a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum YearMember {
    Amount,
    WithholdingPer,
    BasicNeeds,
}

impl ContractStatus {
    /// How a contract stands after a step.
    ///
    /// # Errors
    ///
    /// The step does not follow from how it stands.
    pub fn take(self, step: ContractStep) -> Result<Self, ContractRefusal> {
        match (self, step) {
            (Self::Draft, ContractStep::Activate) => Ok(Self::Active),
            (Self::Active, ContractStep::End) => Ok(Self::Ended),
            (Self::Draft, ContractStep::End)
            | (Self::Active | Self::Ended, ContractStep::Activate)
            | (Self::Ended, ContractStep::End) => Err(ContractRefusal::NotInThisState),
        }
    }

    /// Whether the contract is in force on the days of its term.
    pub fn is_active(self) -> bool {
        match self {
            Self::Active => true,
            Self::Draft | Self::Ended => false,
        }
    }

    /// Whether the contract holds its catchments or its school on the days of its term, so that no
    /// other contract has them then. A contract that has ended held them until then.
    pub fn holds(self) -> bool {
        match self {
            Self::Active | Self::Ended => true,
            Self::Draft => false,
        }
    }

    /// Whether everything of the contract can still be changed.
    pub fn is_draft(self) -> bool {
        match self {
            Self::Draft => true,
            Self::Active | Self::Ended => false,
        }
    }

    /// Whether anything of the contract can still be changed, or added to it.
    ///
    /// # Errors
    ///
    /// The contract has ended.
    pub fn still_changes(self) -> Result<(), ContractRefusal> {
        match self {
            Self::Draft | Self::Active => Ok(()),
            Self::Ended => Err(ContractRefusal::Ended),
        }
    }
}

impl ContractKind {
    /// Whether an organisation of this kind provides the service that the contract is for.
    ///
    /// # Errors
    ///
    /// The organisation is of another kind.
    pub fn provided_by(self, organisation: OrganisationKind) -> Result<(), ContractRefusal> {
        let fits = match organisation {
            OrganisationKind::CatchmentProvider => true,
            OrganisationKind::InSchoolProvider => self == Self::InSchool,
            OrganisationKind::Ministry | OrganisationKind::SmsVendor => false,
        };
        if fits { Ok(()) } else { Err(ContractRefusal::WrongOrganisation) }
    }

    /// Whether a contract of this kind has so many catchments.
    ///
    /// # Errors
    ///
    /// It has none where it needs some, or some where it has none.
    pub fn covers(self, catchments: usize) -> Result<(), ContractRefusal> {
        let fits = match self {
            Self::Catchment => catchments > 0,
            Self::InSchool => catchments == 0,
        };
        if fits { Ok(()) } else { Err(ContractRefusal::WrongCatchments) }
    }

    /// The share of the year's amount that is withheld until the review, in percent: the contract's
    /// 10, and nothing of an in-school team until the Ministry says otherwise (ours).
    pub fn withheld_percent(self) -> i32 {
        match self {
            Self::Catchment => 10,
            Self::InSchool => 0,
        }
    }
}

impl ContractTerm {
    /// Whether the last day is not before the first.
    ///
    /// # Errors
    ///
    /// It is.
    pub fn check(self) -> Result<(), ContractRefusal> {
        match self.ends_on {
            Some(last) if last < self.starts_on => Err(ContractRefusal::EndsBeforeItBegins),
            Some(_) | None => Ok(()),
        }
    }

    /// Whether the contract runs on a day.
    pub fn includes(self, day: NaiveDate) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|last| day <= last)
    }

    /// Whether both run on some day.
    pub fn overlaps(self, other: Self) -> bool {
        let begins_by =
            |one: Self, until: Option<NaiveDate>| until.is_none_or(|last| one.starts_on <= last);
        begins_by(self, other.ends_on) && begins_by(other, self.ends_on)
    }

    /// Whether the contract runs on some day of a calendar year that amounts are set for.
    pub fn includes_year(self, year: i32) -> bool {
        YEARS.contains(&year)
            && self.starts_on.year() <= year
            && self.ends_on.is_none_or(|last| year <= last.year())
    }
}

impl Contract {
    /// Takes effect: `others` are the terms of the contracts that hold one of its catchments, or its
    /// school.
    ///
    /// # Errors
    ///
    /// It is no draft, or it overlaps with another one.
    pub fn activate(&mut self, others: &[ContractTerm]) -> Result<(), ContractRefusal> {
        let status = self.status.take(ContractStep::Activate)?;
        self.stands_alone(others)?;
        self.status = status;
        Ok(())
    }

    /// Ends on a day that is over, or today.
    ///
    /// # Errors
    ///
    /// It is not active, or the day is before its first or in the future.
    pub fn end(&mut self, on: NaiveDate, today: NaiveDate) -> Result<(), ContractRefusal> {
        let status = self.status.take(ContractStep::End)?;
        if on > today {
            return Err(ContractRefusal::InTheFuture);
        }
        let term = ContractTerm { ends_on: Some(on), ..self.term };
        term.check()?;
        (self.status, self.term) = (status, term);
        Ok(())
    }

    /// Runs from when to when an edit says.
    ///
    /// # Errors
    ///
    /// The contract has ended, the first day of an active one changes, the days are in the wrong
    /// order, or it would overlap with another contract that holds what it holds.
    pub fn run(
        &mut self,
        term: ContractTerm,
        others: &[ContractTerm],
    ) -> Result<(), ContractRefusal> {
        self.status.still_changes()?;
        if !self.status.is_draft() && term.starts_on != self.term.starts_on {
            return Err(ContractRefusal::FixedOnceActive);
        }
        term.check()?;
        self.term = term;
        if self.status.holds() { self.stands_alone(others) } else { Ok(()) }
    }

    fn stands_alone(&self, others: &[ContractTerm]) -> Result<(), ContractRefusal> {
        let taken = others.iter().any(|other| self.term.overlaps(*other));
        if taken { Err(ContractRefusal::Overlaps) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests;
