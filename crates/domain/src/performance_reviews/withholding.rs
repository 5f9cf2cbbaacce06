//! The decision on the share of a contract's amount that is withheld until the review.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::requirements::{Requirement, RequirementResult};
use super::rule::WithholdingRequirement;
use crate::contracts::{ContractTerm, WithholdingPeriod};
use crate::ids::UserId;
use crate::registers::StepRefusal;
use crate::terms::{TermKey, Terms};
use crate::text::LongText;

crate::closed_list! {
    /// The decision on a withholding payment.
    WithholdingOutcome: "Decision on the withholding payment" / "Te whakatau mō te utu e puritia ana" {
        Released = "released": "Released" / "Kua tukuna",
        Withheld = "withheld": "Withheld" / "Kua puritia",
    }
    /// Status of a decision on a withholding payment.
    WithholdingStatus: "Status of a withholding decision" / "Te tūnga o te whakatau mō te utu e puritia ana" {
        Proposed = "proposed": "Proposed" / "Kua tūtohua",
        Confirmed = "confirmed": "Confirmed" / "Kua whakaūngia",
        /// The amount was paid.
        Paid = "paid": "Paid" / "Kua utua",
        /// Another decision took its place.
        Superseded = "superseded": "Superseded" / "Kua whakakapia",
    }
    /// A step of a decision on a withholding payment, as `allowedActions` names it.
    WithholdingStep: "Step of a withholding decision" / "Te hipanga o te whakatau mō te utu e puritia ana" {
        Confirm = "confirm": "Confirm the decision" / "Te whakaū i te whakatau",
        /// The payment is recorded.
        Pay = "pay": "Record the payment" / "Te tuhi i te utunga",
    }
}

/// A decision that is proposed on the withholding payment of a concluded review.
#[derive(Clone, Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ProposeWithholding {
    /// Whether the amount is released or withheld; there is no payment in part.
    pub outcome: WithholdingOutcome,
    /// Why; needed to withhold, and to supersede another decision.
    pub reason: Option<LongText>,
    /// Requirements that are unmet and are accepted despite that, each with the reason. A release names every gate
    /// that is unmet.
    #[serde(default)]
    #[schema(required = false, max_items = 20)]
    pub accepted_despite: Vec<AcceptedDespite>,
    /// Number of the decision that it supersedes; the last one, if there is any.
    #[schema(minimum = 1, maximum = 1000)]
    pub supersedes: Option<i32>,
}

/// A requirement that is unmet and is accepted despite that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptedDespite {
    /// The requirement.
    pub requirement: WithholdingRequirement,
    /// Why it is accepted.
    pub reason: LongText,
}

/// What a proposal is held against.
#[derive(Clone, Copy, Debug)]
pub struct WithholdingBasis<'a> {
    pub is_concluded: bool,
    /// What the review of this term pays; none where nothing is paid with it.
    pub amount_cents: Option<i64>,
    pub requirements: &'a [Requirement],
    pub current: Option<CurrentDecision>,
}

/// The last decision of a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CurrentDecision {
    pub number: i32,
    pub outcome: WithholdingOutcome,
    pub status: WithholdingStatus,
    pub proposed_by: UserId,
    /// A gate was unmet.
    pub needs_second: bool,
}

/// Why a decision is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WithholdingRefusal {
    #[error("the review is not concluded")]
    NotConcluded,
    #[error("nothing is withheld for this term")]
    NothingWithheld,
    #[error("there is a decision already")]
    AlreadyDecided,
    #[error("a reason is needed")]
    ReasonRequired,
    #[error("every requirement is met or not known yet: there is no reason to withhold")]
    NothingUnmet,
    #[error("names a requirement that is not unmet, or names one twice")]
    NotUnmet(usize),
    #[error("a gate is unmet: a second person confirms the decision")]
    NeedsSecond,
    #[error(transparent)]
    Step(#[from] StepRefusal),
}

impl WithholdingBasis<'_> {
    /// Whether any decision can be proposed.
    ///
    /// # Errors
    ///
    /// The review is not concluded, nothing is paid with it, or the last decision was paid.
    pub fn takes_proposals(&self) -> Result<(), WithholdingRefusal> {
        if !self.is_concluded {
            return Err(WithholdingRefusal::NotConcluded);
        }
        if self.amount_cents.is_none() {
            return Err(WithholdingRefusal::NothingWithheld);
        }
        match self.current.map(|current| current.status) {
            Some(WithholdingStatus::Paid) => Err(WithholdingRefusal::AlreadyDecided),
            Some(
                WithholdingStatus::Proposed
                | WithholdingStatus::Confirmed
                | WithholdingStatus::Superseded,
            )
            | None => Ok(()),
        }
    }
}

impl ProposeWithholding {
    /// Whether the decision can be proposed; if so, whether a second person has to confirm it.
    ///
    /// # Errors
    ///
    /// The review is not concluded, nothing is paid with it, it is decided already, a reason lacks, or there is
    /// no reason to withhold.
    pub fn check(&self, basis: WithholdingBasis<'_>) -> Result<bool, WithholdingRefusal> {
        basis.takes_proposals()?;
        self.check_superseded(basis.current)?;
        let unmet: Vec<&Requirement> = basis
            .requirements
            .iter()
            .filter(|one| one.result == RequirementResult::Unmet)
            .collect();
        let mut accepted = BTreeSet::new();
        for (at, one) in self.accepted_despite.iter().enumerate() {
            let is_unmet = unmet.iter().any(|unmet| unmet.requirement == one.requirement);
            if !is_unmet || !accepted.insert(one.requirement) {
                return Err(WithholdingRefusal::NotUnmet(at));
            }
        }
        let gates = || unmet.iter().filter(|one| one.gate);
        match self.outcome {
            WithholdingOutcome::Withheld if unmet.is_empty() => {
                return Err(WithholdingRefusal::NothingUnmet);
            }
            WithholdingOutcome::Withheld if self.reason.is_none() => {
                return Err(WithholdingRefusal::ReasonRequired);
            }
            WithholdingOutcome::Released
                if gates().any(|gate| !accepted.contains(&gate.requirement)) =>
            {
                return Err(WithholdingRefusal::ReasonRequired);
            }
            WithholdingOutcome::Withheld | WithholdingOutcome::Released => {}
        }
        Ok(gates().next().is_some())
    }

    /// A decision is superseded with a reason, by one that names it.
    fn check_superseded(&self, current: Option<CurrentDecision>) -> Result<(), WithholdingRefusal> {
        let last = current.map(|current| current.number);
        if last != self.supersedes {
            return Err(WithholdingRefusal::AlreadyDecided);
        }
        if last.is_some() && self.reason.is_none() {
            return Err(WithholdingRefusal::ReasonRequired);
        }
        Ok(())
    }
}

impl WithholdingOutcome {
    /// Whether the amount is paid once the decision is confirmed.
    pub fn is_paid_out(self) -> bool {
        match self {
            Self::Released => true,
            Self::Withheld => false,
        }
    }
}

impl CurrentDecision {
    /// How the decision stands after a step of somebody.
    ///
    /// # Errors
    ///
    /// The step does not follow, or a second person has to confirm.
    pub fn take(
        self,
        step: WithholdingStep,
        by: UserId,
    ) -> Result<WithholdingStatus, WithholdingRefusal> {
        use WithholdingStatus::{Confirmed, Paid, Proposed, Superseded};
        use WithholdingStep::{Confirm, Pay};
        match (self.status, step, self.outcome) {
            (Proposed, Confirm, _) if self.needs_second && by == self.proposed_by => {
                Err(WithholdingRefusal::NeedsSecond)
            }
            (Proposed, Confirm, _) => Ok(Confirmed),
            (Confirmed, Pay, WithholdingOutcome::Released) => Ok(Paid),
            (Confirmed, Pay, WithholdingOutcome::Withheld)
            | (Confirmed, Confirm, _)
            | (Proposed, Pay, _)
            | (Paid | Superseded, Confirm | Pay, _) => Err(StepRefusal::NotInThisState.into()),
        }
    }
}

impl WithholdingStatus {
    /// How a decision stands by the steps that were taken on it, and by whether another one came after it.
    pub fn of(steps: &[WithholdingStep], has_successor: bool) -> Self {
        if has_successor {
            Self::Superseded
        } else if steps.contains(&WithholdingStep::Pay) {
            Self::Paid
        } else if steps.contains(&WithholdingStep::Confirm) {
            Self::Confirmed
        } else {
            Self::Proposed
        }
    }

    /// Whether the provider is shown it, by whether it was ever confirmed.
    pub fn is_told(self, was_confirmed: bool) -> bool {
        match self {
            Self::Confirmed | Self::Paid => true,
            Self::Superseded => was_confirmed,
            Self::Proposed => false,
        }
    }
}

/// The terms of a year with which a contract is paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentPeriods {
    /// How many terms of the year the contract runs in.
    pub count: i64,
    /// The reviewed term is the last of them.
    pub is_last: bool,
}

impl PaymentPeriods {
    /// Those of a contract in the year of a term. A term whose dates are not known yet counts as one in which
    /// the contract runs.
    pub fn of(contract: ContractTerm, term: TermKey, terms: &Terms) -> Self {
        let runs = |key: TermKey| {
            terms.get(key).is_none_or(|known| {
                let days =
                    ContractTerm { starts_on: known.starts_on, ends_on: Some(known.ends_on) };
                contract.overlaps(days)
            })
        };
        let first = (1..term.term()).fold(term, |key, _| key.previous());
        let of_year = std::iter::successors(Some(first), |key| Some(key.next()));
        let running: Vec<TermKey> =
            of_year.take_while(|key| key.year() == term.year()).filter(|key| runs(*key)).collect();
        let count = i64::try_from(running.len()).unwrap_or(i64::MAX);
        Self { count, is_last: running.last() == Some(&term) }
    }
}

/// What is paid with the review of a term, in cents: the withheld share of the year's amount in equal parts,
/// rounded down, the last of which has the remainder. None where nothing is paid with it.
pub fn payment_cents(
    amount_cents: i64,
    percent: i32,
    per: WithholdingPeriod,
    periods: PaymentPeriods,
) -> Option<i64> {
    let whole = amount_cents.checked_mul(percent.into())?.checked_div(100)?;
    let cents = match per {
        WithholdingPeriod::Year => periods.is_last.then_some(whole)?,
        WithholdingPeriod::Term => {
            let part = whole.checked_div(periods.count)?;
            if periods.is_last { whole - part * (periods.count - 1) } else { part }
        }
    };
    (cents > 0).then_some(cents)
}
