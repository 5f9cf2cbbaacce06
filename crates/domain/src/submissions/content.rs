//! The content of a submission, and what it is held against.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::answers::{self, SubmittedAnswer};
use super::faults::{ContentFault, ContentPlace, MissingPart};
use super::milestones::{self, Milestone};
use super::period::SubmissionPeriod;
use super::policies::{self, PolicyConfirmation};
use crate::templates::Template;

/// The content of a submission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Submission {
    /// Answers to questions of the template, one for each question.
    #[serde(default)]
    #[schema(required = false, max_items = 600)]
    pub answers: Vec<SubmittedAnswer>,
    /// Milestones of a service delivery plan.
    #[serde(default)]
    #[schema(required = false, max_items = 40)]
    pub milestones: Vec<Milestone>,
    /// Confirmations of the policies.
    #[serde(default)]
    #[schema(required = false, max_items = 7)]
    pub policies: Vec<PolicyConfirmation>,
}

/// What a submission is checked against, which never changes for it.
#[derive(Clone, Copy, Debug)]
pub struct SubmissionBasis<'a> {
    pub template: &'a Template,
    pub period: SubmissionPeriod,
    pub today: NaiveDate,
}

/// Why a submission is refused by its rules.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContentRefusal {
    #[error("the content does not fit the template")]
    Faults(Vec<(ContentPlace, ContentFault)>),
    #[error("milestones are due outside the contract year")]
    MilestonesOutsideYear(Vec<usize>),
    #[error("required answers are missing")]
    Missing(Vec<MissingPart>),
    #[error("quarters have no milestone")]
    QuartersWithoutMilestone(Vec<u8>),
    #[error("the period is not over")]
    NotOver,
    #[error("the term is of another year")]
    OutsideYear,
    #[error("is needed for this template")]
    NoTerm,
    #[error("is not for this template")]
    TermOfOther,
}

impl Submission {
    /// Whether what is there fits the template and the period. Nothing has to be complete.
    ///
    /// # Errors
    ///
    /// Every fault with its place; or the milestones that are due outside the year.
    pub fn check(&self, basis: SubmissionBasis<'_>) -> Result<(), ContentRefusal> {
        let SubmissionBasis { template, period, today } = basis;
        let mut faults = answers::faults(&self.answers, template);
        faults.extend(milestones::faults(&self.milestones, template.kind));
        faults.extend(policies::faults(&self.policies, template.kind, today));
        if !faults.is_empty() {
            return Err(ContentRefusal::Faults(faults));
        }
        let outside = milestones::outside(&self.milestones, period.year());
        if outside.is_empty() {
            Ok(())
        } else {
            Err(ContentRefusal::MilestonesOutsideYear(outside))
        }
    }

    /// Whether nothing is missing of what is submitted. `last_day` is the last day of the period.
    ///
    /// # Errors
    ///
    /// As [`Self::check`]; all that is missing at once; a quarter without a milestone; or the period is not over.
    pub fn check_complete(
        &self,
        basis: SubmissionBasis<'_>,
        last_day: NaiveDate,
    ) -> Result<(), ContentRefusal> {
        self.check(basis)?;
        let SubmissionBasis { template, period: _, today } = basis;
        if template.kind.looks_back() && today <= last_day {
            return Err(ContentRefusal::NotOver);
        }
        let mut missing = answers::missing(&self.answers, template);
        if template.kind.confirms_policies() {
            missing.extend(policies::missing(&self.policies, today));
        }
        if !missing.is_empty() {
            return Err(ContentRefusal::Missing(missing));
        }
        let quarters = milestones::quarters_without(&self.milestones);
        if template.kind.is_plan() && !quarters.is_empty() {
            return Err(ContentRefusal::QuartersWithoutMilestone(quarters));
        }
        Ok(())
    }
}
