//! What every change and every read of a performance review has in common.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::ids::{RegisterEntryId, UserId};
use ascms_domain::performance_reviews::{
    AcceptedDespite, CurrentDecision, FrozenReview, PerformanceReview, Requirement,
    WithholdingStatus, WithholdingStep, after_meeting,
};
use ascms_domain::terms::Terms;
use chrono::NaiveDate;
use sea_orm::QueryOrder;
use sea_orm::entity::prelude::*;

use super::circumstances::{ReviewCircumstances, ReviewSurroundings, open_findings_of};
use super::refusal::RefusedReview;
use crate::features::registers::{self, Entry, RegisterRow};
use crate::gate::write::Write;
use crate::reach::register_entries::of_organisation;
use crate::reference::actors;
use crate::rows::performance_review::Model;
use crate::rows::{
    performance_review, review_action, review_finding, withholding_decision, withholding_step,
};
use crate::store::error::StoreError;

/// A performance review, as its reader sees it.
#[derive(Clone, Debug)]
pub struct PerformanceReviewRow {
    pub row: RegisterRow<PerformanceReview>,
    pub about: performance_review::Model,
    pub frozen: FrozenReview,
    /// As they are judged today: the meeting tells of one of them.
    pub requirements: Vec<Requirement>,
    /// Nothing of these two while they are hidden from the reader.
    pub findings: Vec<review_finding::Model>,
    pub actions: Vec<review_action::Model>,
    /// The newest first; a provider sees those that were confirmed.
    pub decisions: Vec<WithholdingRow>,
    /// Names of the people in all of it.
    pub names: HashMap<UserId, String>,
    /// What the next steps depend on, also where the reader does not see it.
    pub circumstances: ReviewCircumstances,
}

/// A decision on the withholding payment.
#[derive(Clone, Debug)]
pub struct WithholdingRow {
    pub row: withholding_decision::Model,
    pub accepted_despite: Vec<AcceptedDespite>,
    pub status: WithholdingStatus,
    pub confirmed: Option<withholding_step::Model>,
    pub paid: Option<withholding_step::Model>,
}

/// A performance review that the caller reads.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: RegisterEntryId,
) -> Result<Entry<PerformanceReview>, StoreError> {
    registers::found(db, of_organisation::<PerformanceReview>(grant), id).await
}

/// A performance review and what it was opened with, locked until the end of the change.
pub(super) async fn locked(
    write: &Write<'_>,
    id: RegisterEntryId,
) -> Result<(Entry<PerformanceReview>, Model), StoreError> {
    let within = of_organisation::<PerformanceReview>(write.grant());
    let entry = registers::locked(write, within, id).await?;
    let about = performance_review::Entity::find_by_id(id).one(write.txn).await?;
    Ok((entry, about.ok_or(StoreError::Corrupt(id.0))?))
}

/// What a review was opened with.
pub(super) fn frozen(about: &Model) -> Result<FrozenReview, StoreError> {
    serde_json::from_value(about.frozen.clone())
        .map_err(|_fault| StoreError::Corrupt(about.entry_id.0))
}

/// The requirements as they are judged today.
pub(super) fn requirements(
    entry: &Entry<PerformanceReview>,
    frozen: &FrozenReview,
) -> Vec<Requirement> {
    after_meeting(&frozen.requirements, entry.content.meeting.as_ref())
}

/// The answer to a change.
pub(super) async fn shown(
    write: &Write<'_>,
    entry: Entry<PerformanceReview>,
) -> Result<PerformanceReviewRow, RefusedReview> {
    let row = registers::shown(write.txn, entry).await?;
    let day = (write.today(), &write.calendars.terms);
    let mut found = with_parts(write.txn, write.grant(), vec![row], day).await?;
    Ok(found.pop().ok_or(StoreError::NotFound)?)
}

/// Reviews with all that belongs to them and is the reader's to see.
pub(super) async fn with_parts(
    db: &impl ConnectionTrait,
    grant: &Grant,
    rows: Vec<RegisterRow<PerformanceReview>>,
    day: (NaiveDate, &Terms),
) -> Result<Vec<PerformanceReviewRow>, StoreError> {
    let ids: Vec<RegisterEntryId> = rows.iter().map(|row| row.entry.header().id).collect();
    let of_ministry = grant.reaches_the_nation();
    let mut parts = Parts::of(db, &ids).await?;
    let around = ReviewSurroundings::of(db, parts.about.values(), day).await?;
    let mut reviews = Vec::new();
    for row in rows {
        let id = row.entry.header().id;
        let about = parts.about.remove(&id).ok_or(StoreError::Corrupt(id.0))?;
        let frozen = frozen(&about)?;
        let decisions = parts.decisions.remove(&id).unwrap_or_default();
        let mut findings = parts.findings.remove(&id).unwrap_or_default();
        let mut actions = parts.actions.remove(&id).unwrap_or_default();
        let circumstances = ReviewCircumstances {
            comment_time_over: around.comment_time_is_over(id),
            open_findings: open_findings_of(&findings, &actions),
            amount_cents: around.payment(&about, frozen.term),
            current: decisions.first().map(WithholdingRow::current),
        };
        if !of_ministry && !row.entry.status.shows_findings() {
            (findings, actions) = (Vec::new(), Vec::new());
        }
        let is_shown =
            |one: &WithholdingRow| of_ministry || one.status.is_told(one.confirmed.is_some());
        reviews.push(PerformanceReviewRow {
            requirements: requirements(&row.entry, &frozen),
            findings,
            actions,
            decisions: decisions.into_iter().filter(is_shown).collect(),
            names: HashMap::new(),
            circumstances,
            row,
            about,
            frozen,
        });
    }
    let people: Vec<UserId> = reviews.iter().flat_map(people).collect();
    let names = actors::names_of(db, people).await?;
    for review in &mut reviews {
        review.names = people_of(review, &names);
    }
    Ok(reviews)
}

fn people(review: &PerformanceReviewRow) -> Vec<UserId> {
    let mut people: Vec<UserId> = review.findings.iter().map(|row| row.added_by).collect();
    people.extend(review.actions.iter().flat_map(|row| [row.agreed_by, row.status_by]));
    for decision in &review.decisions {
        people.push(decision.row.proposed_by);
        people.extend(decision.confirmed.iter().chain(&decision.paid).map(|step| step.taken_by));
    }
    people
}

fn people_of(
    review: &PerformanceReviewRow,
    names: &HashMap<UserId, String>,
) -> HashMap<UserId, String> {
    let own = people(review).into_iter();
    own.filter_map(|id| names.get(&id).map(|name| (id, name.clone()))).collect()
}

type OfEntry<T> = HashMap<RegisterEntryId, T>;

/// What belongs to reviews, by their ids.
struct Parts {
    about: OfEntry<Model>,
    findings: OfEntry<Vec<review_finding::Model>>,
    actions: OfEntry<Vec<review_action::Model>>,
    decisions: OfEntry<Vec<WithholdingRow>>,
}

impl Parts {
    async fn of(db: &impl ConnectionTrait, ids: &[RegisterEntryId]) -> Result<Self, StoreError> {
        let about = performance_review::Entity::find()
            .filter(performance_review::Column::EntryId.is_in(ids.iter().copied()));
        let about = about.all(db).await?.into_iter().map(|row| (row.entry_id, row)).collect();
        let findings = review_finding::Entity::find()
            .filter(review_finding::Column::EntryId.is_in(ids.iter().copied()))
            .order_by_asc(review_finding::Column::Id);
        let actions = review_action::Entity::find()
            .filter(review_action::Column::EntryId.is_in(ids.iter().copied()))
            .order_by_asc(review_action::Column::Id);
        Ok(Self {
            about,
            findings: by_entry(findings.all(db).await?, |row| row.entry_id),
            actions: by_entry(actions.all(db).await?, |row| row.entry_id),
            decisions: by_entry(decisions(db, ids).await?, |one| one.row.entry_id),
        })
    }
}

fn by_entry<T>(rows: Vec<T>, entry: impl Fn(&T) -> RegisterEntryId) -> OfEntry<Vec<T>> {
    let mut found: OfEntry<Vec<T>> = HashMap::new();
    for row in rows {
        found.entry(entry(&row)).or_default().push(row);
    }
    found
}

/// The decisions on reviews, of each the newest first.
pub(super) async fn decisions(
    db: &impl ConnectionTrait,
    ids: &[RegisterEntryId],
) -> Result<Vec<WithholdingRow>, StoreError> {
    use withholding_decision::{Column, Entity};
    let rows = Entity::find()
        .filter(Column::EntryId.is_in(ids.iter().copied()))
        .order_by_desc(Column::Number)
        .all(db)
        .await?;
    let of_rows = rows.iter().map(|row| row.id);
    let steps = withholding_step::Entity::find()
        .filter(withholding_step::Column::DecisionId.is_in(of_rows))
        .all(db)
        .await?;
    let taken = |row: &withholding_decision::Model, step: WithholdingStep| {
        steps.iter().find(|one| one.decision_id == row.id && one.step == step).cloned()
    };
    let mut newest: HashMap<RegisterEntryId, i32> = HashMap::new();
    let mut found = Vec::new();
    for row in rows {
        let last = *newest.entry(row.entry_id).or_insert(row.number);
        let (confirmed, paid) =
            (taken(&row, WithholdingStep::Confirm), taken(&row, WithholdingStep::Pay));
        let steps: Vec<WithholdingStep> =
            confirmed.iter().chain(&paid).map(|step| step.step).collect();
        let accepted_despite = serde_json::from_value(row.accepted_despite.clone())
            .map_err(|_fault| StoreError::Corrupt(row.id.0))?;
        let status = WithholdingStatus::of(&steps, row.number < last);
        found.push(WithholdingRow { row, accepted_despite, status, confirmed, paid });
    }
    Ok(found)
}

impl WithholdingRow {
    /// The decision, as the next one, or a step, is held against it.
    pub(super) fn current(&self) -> CurrentDecision {
        CurrentDecision {
            number: self.row.number,
            outcome: self.row.outcome,
            status: self.status,
            proposed_by: self.row.proposed_by,
            needs_second: self.row.needs_second,
        }
    }
}
