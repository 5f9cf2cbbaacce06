//! Who may do what: the one place that decides.
//!
//! allow = a role of the caller grants the action AND the token's scope names it AND the row is
//! within the reach of that grant. The first two are decided here; the third is applied by the
//! store, which asks for the [`Grant`] that only [`Actor::may`] makes.

use uuid::Uuid;

use crate::ids::{ProviderId, UserId};

mod actions;
mod callers;
mod matrix;
mod spans;
mod visibility;

pub use actions::Action;
pub use callers::{Appointment, Caller, Role};
pub use spans::{Holders, Span};
pub use visibility::Visibility;

/// The caller as the database knows it now, with what this token and this request bring.
#[derive(Clone, Debug)]
pub struct Actor {
    pub caller: Caller,
    pub appointments: Vec<Appointment>,
    /// Whether the mandatory training is completed, without which no provider role works.
    pub trained: bool,
    /// The scope of the token; it narrows, it never widens.
    pub scope: Vec<Action>,
    pub request_id: Uuid,
}

/// Proof that an action was allowed. Only [`Actor::may`] makes one, and every function of the
/// store takes one: code that forgot to ask does not compile.
#[derive(Clone, Debug)]
pub struct Grant {
    caller: Caller,
    action: Action,
    appointment: Appointment,
    /// Every appointment that allowed the action.
    appointments: Vec<Appointment>,
    reach: Vec<Span>,
    /// What the caller reads of the records that the action changes.
    reading: Vec<Span>,
    /// What the caller's roles read and the token's scope does not name.
    left_out: Vec<Action>,
    request_id: Uuid,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Forbidden {
    #[error("none of your roles may do this")]
    Role,
    #[error("the token's scope does not cover this")]
    Scope,
    #[error("the mandatory training is to be completed before a provider's role works")]
    Training,
}

/// The roles that may do an action, each within its reach.
pub fn roles_of(action: Action) -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(move |role| matrix::allows(*role, action))
}

impl Actor {
    /// Whether the caller may do `action`, and on which rows.
    pub fn may(&self, action: Action) -> Result<Grant, Forbidden> {
        let mut granting: Vec<Appointment> = Vec::new();
        let mut reach = Vec::new();
        let mut untrained = false;
        for appointment in &self.appointments {
            let Some(span) = matrix::span(appointment, self.caller, action) else { continue };
            if matrix::needs_training(appointment.role) && !self.trained {
                untrained = true;
                continue;
            }
            granting.push(*appointment);
            if !reach.contains(&span) {
                reach.push(span);
            }
        }
        let Some(appointment) = granting.first().copied() else {
            return Err(if untrained { Forbidden::Training } else { Forbidden::Role });
        };
        if !self.scope.contains(&action) {
            return Err(Forbidden::Scope);
        }
        let reading = matrix::read_by(action).map(|read| self.reach_of(read));
        let reading = reading.unwrap_or_else(|| reach.clone());
        let left_out = matrix::SHOWN_BESIDE
            .into_iter()
            .filter(|read| !self.scope.contains(read) && !self.reach_of(*read).is_empty());
        let left_out = left_out.collect();
        let Self { caller, request_id, .. } = *self;
        let appointments = granting;
        Ok(Grant {
            caller,
            action,
            appointment,
            appointments,
            reach,
            reading,
            left_out,
            request_id,
        })
    }

    /// What the caller's roles reach with an action, whatever the token says of it.
    fn reach_of(&self, action: Action) -> Vec<Span> {
        let works =
            |appointment: &&Appointment| self.trained || !matrix::needs_training(appointment.role);
        let working = self.appointments.iter().filter(works);
        working.filter_map(|one| matrix::span(one, self.caller, action)).collect()
    }

    /// Machines must name every write, so that a blind retry is recognised.
    pub fn is_machine(&self) -> bool {
        matches!(self.caller, Caller::Client(_))
    }
}

impl Grant {
    pub fn caller(&self) -> Caller {
        self.caller
    }

    pub fn action(&self) -> Action {
        self.action
    }

    /// The first appointment that allowed the action: the one the audit names.
    pub fn appointment(&self) -> Appointment {
        self.appointment
    }

    /// Every appointment that allowed the action.
    pub fn appointments(&self) -> &[Appointment] {
        &self.appointments
    }

    pub fn reach(&self) -> &[Span] {
        &self.reach
    }

    /// What the caller's roles may read of the records that the action changes, whatever the token
    /// says of reading. Nobody acts on a record that is not there for them.
    pub fn reading(&self) -> &[Span] {
        &self.reading
    }

    /// Whether the token was made without a scope that the caller's roles have: an answer that shows
    /// records of several scopes leaves those of this one out. A role that never has the scope sees in
    /// such an answer what it has always seen.
    pub fn leaves_out(&self, read: Action) -> bool {
        self.left_out.contains(&read)
    }

    pub fn request_id(&self) -> Uuid {
        self.request_id
    }

    pub fn reaches_the_nation(&self) -> bool {
        self.reach.contains(&Span::Nation)
    }

    /// Whether the caller works on what this provider, or this case manager, is responsible for:
    /// a provider's people see of their own casework what a school's people and machines do not.
    pub fn works_on(&self, provider: Option<ProviderId>, case_manager: Option<UserId>) -> bool {
        self.reach.iter().any(|span| match span {
            Span::Provider(own) => provider == Some(*own),
            Span::CaseManager(own, at) => (provider, case_manager) == (Some(*at), Some(*own)),
            Span::Nation
            | Span::Queue
            | Span::School(_)
            | Span::PrimaryContact(..)
            | Span::Client(_)
            | Span::Person(_) => false,
        })
    }

    /// Whether the caller may know which case something is on: who works on it, and who has the
    /// numbers of the nation.
    pub fn knows_the_case(
        &self,
        provider: Option<ProviderId>,
        case_manager: Option<UserId>,
    ) -> bool {
        self.reaches_the_nation() || self.works_on(provider, case_manager)
    }

    /// Whether a case lies within the reach: what the store's condition says of its row.
    pub fn covers(&self, case: &Holders) -> bool {
        self.reach.iter().any(|span| match span {
            Span::Nation => true,
            Span::Queue | Span::Client(_) | Span::Person(_) => false,
            Span::Provider(own) => case.provider == *own,
            Span::CaseManager(own, at) => (case.provider, case.case_manager) == (*at, Some(*own)),
            Span::PrimaryContact(own, at) => {
                let followed_by = case.enrolled_at.unwrap_or(case.referred_by);
                (followed_by, case.primary_contact) == (*at, Some(*own))
            }
            Span::School(own) => case.enrolled_at == Some(*own),
        })
    }

    /// Whether the caller leads the work of this provider.
    pub fn leads(&self, provider: ProviderId) -> bool {
        self.reach.contains(&Span::Provider(provider))
    }
}

#[cfg(test)]
mod tests;
