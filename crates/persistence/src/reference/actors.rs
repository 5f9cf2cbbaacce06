//! Who calls: people and machines, their roles and where they hold them, as of now.

use std::collections::HashMap;
use std::sync::Arc;

use ascms_domain::access::{Action, Actor, Appointment, Caller, Grant, Role};
use ascms_domain::ids::{ClientId, ProviderId, SchoolId, UserId};
use ascms_domain::organisations::{AccountStatus, OrganisationStatus};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, SimpleExpr};
use sea_orm::{
    ActiveValue::Set, Condition, ExprTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
};

use crate::Store;
use crate::rows::{
    api_client, api_client_school, appointment, lifecycle, organisation, user_account,
};
use crate::store::error::StoreError;
use crate::store::transaction::NewRows;
use crate::store::whole_row;

mod sign_ins;

pub(crate) use sign_ins::Cache;

/// A caller as the database knows them.
#[derive(Clone, Debug)]
pub struct KnownCaller {
    pub caller: Caller,
    pub active: bool,
    pub trained: bool,
    pub appointments: Vec<Appointment>,
}

impl Store {
    /// Who signs in with this issuer and subject, and what they are on this day; `None` when the
    /// service does not know them.
    pub async fn caller(
        &self,
        issuer: &str,
        subject: &str,
        today: NaiveDate,
    ) -> Result<Option<Arc<KnownCaller>>, StoreError> {
        let sign_in = (issuer.to_owned(), subject.to_owned(), today);
        if let Some(known) = self.caches.actors.get(&sign_in) {
            return Ok(Some(known));
        }
        let Some(known) = self.load_caller(issuer, subject, today).await? else { return Ok(None) };
        let known = Arc::new(known);
        self.caches.actors.put(sign_in, known.clone());
        Ok(Some(known))
    }

    async fn load_caller(
        &self,
        issuer: &str,
        subject: &str,
        today: NaiveDate,
    ) -> Result<Option<KnownCaller>, StoreError> {
        let person = user_account::Entity::find()
            .filter(user_account::Column::Issuer.eq(issuer))
            .filter(user_account::Column::Subject.eq(subject))
            .one(&self.read)
            .await?;
        if let Some(person) = person {
            return Ok(Some(self.known(person, today).await?));
        }
        let machine = api_client::Entity::find()
            .filter(api_client::Column::Issuer.eq(issuer))
            .filter(api_client::Column::Subject.eq(subject))
            .one(&self.read)
            .await?;
        match machine {
            Some(machine) => Ok(Some(self.known_machine(machine, today).await?)),
            None => Ok(None),
        }
    }

    /// What a caller may do on this day, for what is done in their name while they do not call;
    /// `None` when they may not. `request_id` is of the call that it comes from.
    pub(crate) async fn granted_to(
        &self,
        caller: Caller,
        action: Action,
        request_id: Uuid,
        today: NaiveDate,
    ) -> Result<Option<Grant>, StoreError> {
        let known = match caller {
            Caller::User(id) => match user_account::Entity::find_by_id(id).one(&self.read).await? {
                Some(person) => self.known(person, today).await?,
                None => return Ok(None),
            },
            Caller::Client(id) => match api_client::Entity::find_by_id(id).one(&self.read).await? {
                Some(machine) => self.known_machine(machine, today).await?,
                None => return Ok(None),
            },
        };
        let KnownCaller { caller, active, trained, appointments } = known;
        // The token of that call had this action.
        let actor = Actor { caller, appointments, trained, scope: vec![action], request_id };
        Ok(if active { actor.may(action).ok() } else { None })
    }

    async fn known_machine(
        &self,
        machine: api_client::Model,
        today: NaiveDate,
    ) -> Result<KnownCaller, StoreError> {
        let held = appointment::Column::ClientId.eq(machine.id);
        let held = self.appointments(held, today).await?;
        // A machine works for its vendor, wherever its roles are held.
        let vendor_works = works(&self.suspended().await?, Some(machine.organisation_id));
        Ok(KnownCaller {
            caller: Caller::Client(machine.id),
            active: machine.status.is_active(),
            trained: true,
            appointments: if vendor_works { held } else { Vec::new() },
        })
    }

    async fn known(
        &self,
        person: user_account::Model,
        today: NaiveDate,
    ) -> Result<KnownCaller, StoreError> {
        let held = appointment::Column::UserId.eq(person.id);
        Ok(KnownCaller {
            caller: Caller::User(person.id),
            active: person.status.is_active(),
            trained: person.training_completed_on.is_some_and(|on| on <= today),
            appointments: self.appointments(held, today).await?,
        })
    }

    /// What is held today, except at organisations that are suspended.
    async fn appointments(
        &self,
        held: Expr,
        today: NaiveDate,
    ) -> Result<Vec<Appointment>, StoreError> {
        let rows = appointment::Entity::find()
            .filter(held)
            .filter(appointment::in_force(today))
            .all(&self.read)
            .await?;
        let suspended = self.suspended().await?;
        let working = rows.into_iter().filter(|row| works(&suspended, row.provider_id));
        let working = working.filter(|row| works(&suspended, row.organisation_id));
        Ok(working
            .map(|row| Appointment {
                role: row.role,
                provider: row.provider_id,
                school: row.school_id,
            })
            .collect())
    }

    async fn suspended(&self) -> Result<Vec<organisation::Model>, StoreError> {
        Ok(organisation::Entity::find()
            .filter(lifecycle::is_not(
                (organisation::Entity, organisation::Column::Status),
                OrganisationStatus::is_active,
            ))
            .all(&self.read)
            .await?)
    }

    /// Adds a person.
    pub async fn add_user(&self, user: user_account::Model) -> Result<(), StoreError> {
        whole_row::insert_alone(&self.write, user_account::ActiveModel::from(user)).await?;
        Ok(())
    }

    /// Adds a machine and the schools it may act for.
    pub async fn add_client(
        &self,
        client: api_client::Model,
        schools: &[SchoolId],
    ) -> Result<(), StoreError> {
        let txn = self.begin().await?;
        let client_id = client.id;
        whole_row::insert(&txn, api_client::ActiveModel::from(client)).await?;
        let rows = schools.iter().map(|school_id| api_client_school::ActiveModel {
            client_id: Set(client_id),
            school_id: Set(*school_id),
        });
        txn.add(NewRows::of(rows)).await?;
        txn.commit().await?;
        Ok(())
    }

    /// Gives a role.
    pub async fn appoint(&self, appointment: appointment::Model) -> Result<(), StoreError> {
        whole_row::insert_alone(&self.write, appointment::ActiveModel::from(appointment)).await?;
        self.caches.actors.clear();
        Ok(())
    }

    /// Disables an account, or lets it in again; felt on the next request.
    pub async fn set_user_status(
        &self,
        id: UserId,
        status: AccountStatus,
    ) -> Result<(), StoreError> {
        let change =
            user_account::ActiveModel { id: Set(id), status: Set(status), ..Default::default() };
        user_account::Entity::update(change).exec(&self.write).await?;
        self.caches.actors.clear();
        Ok(())
    }
}

/// Whether an organisation, where there is one, is none of the suspended ones.
fn works(suspended: &[organisation::Model], id: Option<ProviderId>) -> bool {
    id.is_none_or(|id| suspended.iter().all(|organisation| organisation.id != id))
}

/// Whether a person whose account is open has a role at a school on a day.
pub(crate) async fn works_at_school(
    db: &impl ConnectionTrait,
    user: UserId,
    school: SchoolId,
    today: NaiveDate,
) -> Result<bool, DbErr> {
    let person = user_account::Entity::find_by_id(user).one(db).await?;
    if !person.is_some_and(|person| person.status.is_active()) {
        return Ok(false);
    }
    let found = appointment::Entity::find()
        .filter(appointment::Column::UserId.eq(user))
        .filter(appointment::Column::SchoolId.eq(school))
        .filter(appointment::in_force(today))
        .one(db)
        .await?;
    Ok(found.is_some())
}
/// Those of the schools that a machine may act for.
pub(crate) async fn acts_for_any(
    db: &impl ConnectionTrait,
    client: ClientId,
    schools: Vec<SchoolId>,
) -> Result<Vec<SchoolId>, DbErr> {
    api_client_school::Entity::find()
        .select_only()
        .column(api_client_school::Column::SchoolId)
        .filter(api_client_school::Column::ClientId.eq(client))
        .filter(api_client_school::Column::SchoolId.is_in(schools))
        .into_tuple()
        .all(db)
        .await
}

/// A person as the rule of assignment sees them; `None` when there is no such person.
pub(crate) async fn assignee(
    db: &impl ConnectionTrait,
    user: UserId,
    provider: ProviderId,
    today: NaiveDate,
) -> Result<Option<ascms_domain::cases::Assignee>, DbErr> {
    let Some(person) = user_account::Entity::find_by_id(user).one(db).await? else {
        return Ok(None);
    };
    let role = appointment::Entity::find()
        .filter(appointment::Column::UserId.eq(user))
        .filter(appointment::Column::ProviderId.eq(provider))
        .filter(
            Condition::any()
                .add(appointment::Column::Role.eq(Role::CaseManager))
                .add(appointment::Column::Role.eq(Role::WorkflowLead)),
        )
        .filter(appointment::in_force(today))
        .one(db)
        .await?;
    Ok(Some(ascms_domain::cases::Assignee {
        id: user,
        works_here: role.is_some(),
        active: person.status.is_active(),
        trained: person.training_completed_on.is_some_and(|on| on <= today),
    }))
}

/// What somebody is called.
pub(crate) async fn name_of(
    db: &impl ConnectionTrait,
    id: UserId,
) -> Result<Option<String>, DbErr> {
    Ok(user_account::Entity::find_by_id(id).one(db).await?.map(|user| user.name))
}

/// Those who work on cases at a provider on a day, without one of them, as a subquery.
pub(crate) fn working_at(
    provider: SimpleExpr,
    without: UserId,
    today: NaiveDate,
) -> SelectStatement {
    use appointment::Column as Held;
    use user_account::{Column as User, Entity as Users};
    let held = |column: Held| Expr::col((appointment::Entity, column));
    let mut query = appointment::Entity::find()
        .select_only()
        .column(Held::UserId)
        .filter(held(Held::ProviderId).eq(provider))
        .filter(Held::Role.is_in([Role::CaseManager, Role::WorkflowLead]))
        .filter(Held::UserId.ne(without))
        .filter(appointment::in_force(today))
        .filter(lifecycle::is((Users, User::Status), AccountStatus::is_active));
    let person = held(Held::UserId).equals((Users, User::Id));
    QueryTrait::query(&mut query).inner_join(Users, person);
    query.into_query()
}

/// The workflow leads of a provider.
pub(crate) async fn leads_of(
    db: &impl ConnectionTrait,
    provider: ProviderId,
    today: NaiveDate,
) -> Result<Vec<UserId>, DbErr> {
    let here = appointment::Column::ProviderId.eq(provider);
    who_holds(db, Role::WorkflowLead, here, today).await
}

/// The administrators of the Ministry.
pub(crate) async fn administrators(
    db: &impl ConnectionTrait,
    today: NaiveDate,
) -> Result<Vec<UserId>, DbErr> {
    who_holds(db, Role::MinistryAdmin, Expr::cust("1 = 1"), today).await
}

/// The attendance leads of a school.
pub(crate) async fn attendance_leads_of(
    db: &impl ConnectionTrait,
    school: SchoolId,
    today: NaiveDate,
) -> Result<Vec<UserId>, DbErr> {
    let here = appointment::Column::SchoolId.eq(school);
    who_holds(db, Role::AttendanceLead, here, today).await
}

/// The active people who have a role at a place.
async fn who_holds(
    db: &impl ConnectionTrait,
    role: Role,
    here: sea_orm::sea_query::SimpleExpr,
    today: NaiveDate,
) -> Result<Vec<UserId>, DbErr> {
    let held = appointment::Entity::find()
        .select_only()
        .column(appointment::Column::UserId)
        .filter(here)
        .filter(appointment::Column::Role.eq(role))
        .filter(appointment::Column::UserId.is_not_null())
        .filter(appointment::in_force(today));
    user_account::Entity::find()
        .select_only()
        .column(user_account::Column::Id)
        .filter(lifecycle::is(
            (user_account::Entity, user_account::Column::Status),
            AccountStatus::is_active,
        ))
        .filter(user_account::Column::Id.in_subquery(held.into_query()))
        .order_by_asc(user_account::Column::Id)
        .into_tuple()
        .all(db)
        .await
}

/// What these people are called.
pub(crate) async fn names_of(
    db: &impl ConnectionTrait,
    people: impl IntoIterator<Item = UserId>,
) -> Result<HashMap<UserId, String>, DbErr> {
    let mut people: Vec<UserId> = people.into_iter().collect();
    people.sort_unstable();
    people.dedup();
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let named: Vec<(UserId, String)> = user_account::Entity::find()
        .select_only()
        .columns([user_account::Column::Id, user_account::Column::Name])
        .filter(user_account::Column::Id.is_in(people))
        .into_tuple()
        .all(db)
        .await?;
    Ok(named.into_iter().collect())
}
