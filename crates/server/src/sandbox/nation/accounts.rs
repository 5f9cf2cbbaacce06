//! Who may sign in: a persona for each role, and the people and machines behind the referrals.

use ascms_domain::access::{Caller, Role};
use ascms_domain::ids::{ClientId, ProviderId, UserId};
use ascms_domain::organisations::{AccountStatus, OrganisationKind, OrganisationStatus};
use ascms_http::openapi::USER_ID;
use ascms_persistence::Store;
use ascms_persistence::rows::organisation;
use ascms_persistence::rows::{api_client, appointment, user_account};
use chrono::NaiveDate;

use super::arrangements::{self, SCHOOLS, WITHOUT_CATCHMENT};
use super::dates::{BEGINNING, ymd};
use super::error::SeedError;
use super::known_ids::known_id;
use super::names;
use super::random::Random;
use super::staff::{self, Staff};
use crate::sandbox::{ISSUER, personas};

/// The account that is opened when all else is done.
pub(super) const LAST: &str = "reporting-client";

/// The vendor's client acts for the schools of these catchments, besides those in the scenarios.
const MORE_OF_VENDOR: [usize; 3] = [2, 3, 4];

const TRAINED: NaiveDate = ymd(2024, 1, 15);

/// The Ministry, the first row of a sandbox. The account of the reporting client is the last.
const MINISTRY: u16 = 10;
const USER: u16 = 11;
const APPOINTMENT: u16 = 12;
const CLIENT: u16 = 13;
const VENDOR: u16 = 14;

pub(super) fn ministry() -> ProviderId {
    ProviderId(known_id(MINISTRY, 0))
}

fn vendor() -> ProviderId {
    ProviderId(known_id(VENDOR, 0))
}

/// Where a role is held.
#[derive(Clone, Copy)]
enum RolePlace {
    Organisation(ProviderId),
    Provider(ProviderId),
    School(usize),
}

struct Person {
    subject: String,
    name: String,
    role: Role,
    place: RolePlace,
}

/// The same person in every sandbox.
pub(super) fn user_id(subject: &str) -> Result<UserId, SeedError> {
    if subject == personas::name(Role::CaseManager) {
        return Ok(UserId(USER_ID.parse()?));
    }
    let position = people().iter().position(|person| person.subject == subject);
    let position = position.ok_or_else(|| SeedError::NoPersona(subject.to_owned()))?;
    Ok(UserId(known_id(USER, position)))
}

fn persona(role: Role, place: RolePlace) -> Person {
    let words = role.as_str().split('_').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    let name = words.collect::<Vec<_>>().join(" ");
    Person { subject: personas::name(role), name, role, place }
}

fn people() -> Vec<Person> {
    let first = RolePlace::Provider(arrangements::provider_id(0));
    let ministry = RolePlace::Organisation(ministry());
    let mut people = vec![
        persona(Role::MinistryAdmin, ministry),
        persona(Role::MinistryAnalyst, ministry),
        persona(Role::PrivacyOfficer, ministry),
        persona(Role::Auditor, ministry),
        persona(Role::WorkflowLead, first),
        persona(Role::CaseManager, first),
        persona(Role::AttendanceLead, RolePlace::School(0)),
        persona(Role::PrimaryContact, RolePlace::School(0)),
        persona(Role::OfficeSupport, RolePlace::School(0)),
    ];
    let mut random = Random::new(11);
    let mut invented = |subject: String, role, place| {
        let (given, family) = (random.one_of(&names::GIVEN), random.one_of(&names::FAMILY));
        Person { subject, name: format!("{given} {family}"), role, place }
    };
    people.push(invented(staff::SECOND_MANAGER.to_owned(), Role::CaseManager, first));
    for staff in staff::all().filter(|staff| *staff != Staff::Catchment(0)) {
        let place = RolePlace::Provider(staff.provider_id());
        people.push(invented(staff.lead(), Role::WorkflowLead, place));
        people.push(invented(staff.manager(), Role::CaseManager, place));
    }
    people.push(invented(staff::SECOND_ADMIN.to_owned(), Role::MinistryAdmin, ministry));
    people
}

/// Opens every account but the last.
pub(super) async fn open(store: &Store) -> Result<(), SeedError> {
    for (position, person) in people().into_iter().enumerate() {
        let id = user_id(&person.subject)?;
        let Person { subject, name, role, place } = person;
        store.add_user(user(id, subject, name, role)).await?;
        store.appoint(appointment(position, Caller::User(id), role, place)).await?;
    }
    let sms = personas::name(Role::SmsClient);
    let organisation = organisation::Model {
        id: vendor(),
        kind: OrganisationKind::SmsVendor,
        code: "EXAMPLE-SMS".to_owned(),
        name: "Example School Systems (invented)".to_owned(),
        name_mi: None,
        status: OrganisationStatus::Active,
    };
    store.add_organisation(organisation).await?;
    let schools: Vec<_> = (0..SCHOOLS)
        .filter(|school| {
            let catchment = arrangements::catchment_of(*school);
            let in_scenarios = staff::all().any(|staff| staff == Staff::Catchment(catchment));
            in_scenarios || MORE_OF_VENDOR.contains(&catchment) || *school == WITHOUT_CATCHMENT
        })
        .map(arrangements::school_id)
        .collect();
    store.add_client(client(0, sms, "Example SMS", vendor()), &schools).await?;
    store.appoint(of_machine(0, Role::SmsClient, vendor())).await?;
    let register = personas::name(Role::EnrolmentRegister);
    let register = client(2, register, "Example Enrolment Register", ministry());
    store.add_client(register, &[]).await?;
    Ok(store.appoint(of_machine(2, Role::EnrolmentRegister, ministry())).await?)
}

/// Opens the account by which a sandbox is known to be filled.
pub(super) async fn open_last(store: &Store) -> Result<(), SeedError> {
    let last = client(1, LAST.to_owned(), "Example Reports", ministry());
    store.add_client(last, &[]).await?;
    Ok(store.appoint(of_machine(1, Role::ReportingClient, ministry())).await?)
}

fn client(
    position: usize,
    subject: String,
    name: &str,
    organisation_id: ProviderId,
) -> api_client::Model {
    api_client::Model {
        id: ClientId(known_id(CLIENT, position)),
        issuer: ISSUER.to_owned(),
        subject,
        name: name.to_owned(),
        organisation_id,
        status: AccountStatus::Active,
    }
}

fn of_machine(position: usize, role: Role, organisation: ProviderId) -> appointment::Model {
    let client = ClientId(known_id(CLIENT, position));
    let place = RolePlace::Organisation(organisation);
    // Numbered after the people.
    appointment(1000 + position, Caller::Client(client), role, place)
}

fn user(id: UserId, subject: String, name: String, role: Role) -> user_account::Model {
    let trained = matches!(role, Role::WorkflowLead | Role::CaseManager);
    user_account::Model {
        id,
        issuer: ISSUER.to_owned(),
        email: Some(format!("{subject}@sandbox.ascms.invalid")),
        subject,
        name,
        status: AccountStatus::Active,
        training_completed_on: trained.then_some(TRAINED),
    }
}

fn appointment(
    position: usize,
    holder: Caller,
    role: Role,
    place: RolePlace,
) -> appointment::Model {
    let (organisation_id, provider_id, school_id) = match place {
        RolePlace::Organisation(organisation) => (Some(organisation), None, None),
        RolePlace::Provider(provider) => (None, Some(provider), None),
        RolePlace::School(school) => (None, None, Some(arrangements::school_id(school))),
    };
    let (user_id, client_id) = match holder {
        Caller::User(user) => (Some(user), None),
        Caller::Client(client) => (None, Some(client)),
    };
    appointment::Model {
        id: known_id(APPOINTMENT, position),
        user_id,
        client_id,
        role,
        organisation_id,
        school_id,
        provider_id,
        starts_on: BEGINNING,
        ends_on: None,
    }
}
