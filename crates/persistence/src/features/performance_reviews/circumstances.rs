//! What the next steps of a performance review depend on beside what its reader sees of it.

use std::collections::HashMap;

use ascms_domain::duties::DutyKind;
use ascms_domain::ids::{ContractId, RegisterEntryId};
use ascms_domain::performance_reviews::{
    CurrentDecision, FindingStanding, PaymentPeriods, open_findings, payment_cents,
};
use ascms_domain::terms::{TermKey, Terms};
use chrono::NaiveDate;
use sea_orm::entity::prelude::*;

use super::refusal::{RefusedReview, ReviewRefusal, refused};
use crate::rows::performance_review::Model;
use crate::rows::{contract, contract_year, duty, review_action, review_finding};

/// What the next steps of a review depend on.
#[derive(Clone, Copy, Debug)]
pub struct ReviewCircumstances {
    pub(super) comment_time_over: bool,
    /// Findings that still need an agreed action.
    pub(super) open_findings: usize,
    /// What is paid with the review, in cents; none where nothing is.
    pub(super) amount_cents: Option<i64>,
    /// The last decision, also while the reader is not told of it.
    pub(super) current: Option<CurrentDecision>,
}

/// What the next steps of several reviews depend on.
pub(super) struct ReviewSurroundings<'a> {
    /// The days by which providers comment.
    comments_due: HashMap<RegisterEntryId, NaiveDate>,
    contracts: HashMap<ContractId, contract::Model>,
    years: HashMap<(ContractId, i32), contract_year::Model>,
    today: NaiveDate,
    terms: &'a Terms,
}

impl<'a> ReviewSurroundings<'a> {
    /// That of reviews on a day, by the terms of then.
    pub(super) async fn of<'m>(
        db: &impl ConnectionTrait,
        reviews: impl Iterator<Item = &'m Model>,
        (today, terms): (NaiveDate, &'a Terms),
    ) -> Result<Self, DbErr> {
        let (entries, contracts): (Vec<RegisterEntryId>, Vec<ContractId>) =
            reviews.map(|review| (review.entry_id, review.contract_id)).unzip();
        let comments = duty::Entity::find()
            .filter(duty::Column::EntryId.is_in(entries))
            .filter(duty::Column::Kind.eq(DutyKind::ReviewComment));
        let comments_due = comments.all(db).await?.into_iter();
        let comments_due = comments_due.filter_map(|row| Some((row.entry_id?, row.due_on)));
        let of_reviews = contract::Column::Id.is_in(contracts.iter().copied());
        let rows = contract::Entity::find().filter(of_reviews).all(db).await?;
        let years = contract_year::Column::ContractId.is_in(contracts);
        let years = contract_year::Entity::find().filter(years).all(db).await?;
        Ok(Self {
            comments_due: comments_due.collect(),
            contracts: rows.into_iter().map(|row| (row.id, row)).collect(),
            years: years.into_iter().map(|row| ((row.contract_id, row.year), row)).collect(),
            today,
            terms,
        })
    }

    /// Whether the provider's time to comment is over, so that a meeting is held without a comment.
    pub(super) fn comment_time_is_over(&self, id: RegisterEntryId) -> bool {
        comment_time_is_over(self.comments_due.get(&id).copied(), self.today)
    }

    /// What is paid with a review of a term, in cents; none where nothing is.
    pub(super) fn payment(&self, review: &Model, term: TermKey) -> Option<i64> {
        let contract = self.contracts.get(&review.contract_id)?;
        let year = self.years.get(&(review.contract_id, i32::from(term.year())))?;
        payment(contract, year, term, self.terms)
    }
}

/// Whether the time to comment is over on a day, by the day on which the comment was due.
pub(super) fn comment_time_is_over(due_on: Option<NaiveDate>, today: NaiveDate) -> bool {
    due_on.is_none_or(|due_on| due_on < today)
}

/// What a contract pays with the review of a term, in cents; none where it pays nothing.
pub(super) fn payment(
    contract: &contract::Model,
    year: &contract_year::Model,
    term: TermKey,
    terms: &Terms,
) -> Option<i64> {
    let periods = PaymentPeriods::of(contract.term(), term, terms);
    payment_cents(year.amount_cents, year.withholding_percent, year.withholding_per, periods)
}

/// How many findings still need an agreed action.
pub(super) fn open_findings_of(
    findings: &[review_finding::Model],
    actions: &[review_action::Model],
) -> usize {
    let standing = findings.iter().map(|finding| FindingStanding {
        grade: finding.grade,
        has_action: actions.iter().any(|action| action.finding_id == Some(finding.id)),
    });
    open_findings(&standing.collect::<Vec<_>>())
}

/// Whether a review can be concluded with so many open findings.
pub(super) fn closable(open_findings: usize) -> Result<(), RefusedReview> {
    match open_findings {
        0 => Ok(()),
        open => Err(refused(ReviewRefusal::FindingsOpen(open))),
    }
}
