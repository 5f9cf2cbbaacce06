//! What is read of submissions.

use std::collections::HashMap;

use ascms_domain::access::Grant;
use ascms_domain::calendar::nz_date;
use ascms_domain::ids::{ContractId, RegisterEntryId, UserId};
use ascms_domain::registers as forms;
use ascms_domain::submissions::{FrozenVersion, Submission, SubmissionStatus};
use ascms_domain::templates::SubmissionKind;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QueryOrder, QuerySelect, QueryTrait};

use super::entries::{SubmissionRow, about, complete_rows, visible};
use crate::Store;
use crate::features::registers::{self, RegisterRow};
use crate::reach::register_entries::submissions as within;
use crate::reach::rows::register_entry::Column;
use crate::reference::actors;
use crate::rows::{submission, submission_decision, submission_version};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// Which submissions are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct SubmissionFilter {
    pub kind: Option<SubmissionKind>,
    pub status: Option<SubmissionStatus>,
    pub contract: Option<ContractId>,
    pub contract_year: Option<i32>,
}

/// A version that was submitted, and the decision on it.
#[derive(Clone, Debug)]
pub struct SubmissionVersion {
    pub row: submission_version::Model,
    /// The content in today's form, and the figures.
    pub frozen: FrozenVersion,
    pub submitted_by_name: Option<String>,
    pub decision: Option<submission_decision::Model>,
    pub decided_by_name: Option<String>,
}

impl Store {
    /// The submissions within reach, the newest first.
    pub async fn submissions(
        &self,
        grant: &Grant,
        filter: SubmissionFilter,
        page: PageRequest<RegisterEntryId>,
        now: DateTime<Utc>,
    ) -> Result<Page<SubmissionRow, RegisterEntryId>, StoreError> {
        let SubmissionFilter { kind, status, contract, contract_year } = filter;
        let mut fitting = within(grant).filter(
            Condition::all()
                .add_option(status.map(|status| Column::Status.eq(status)))
                .add_option(contract.map(|contract| Column::ContractId.eq(contract)))
                .add_option(contract_year.map(|year| Column::ContractYear.eq(year))),
        );
        if let Some(kind) = kind {
            let of_kind = submission::Entity::find()
                .select_only()
                .column(submission::Column::EntryId)
                .filter(submission::Column::Kind.eq(kind));
            fitting = fitting.filter(Column::Id.in_subquery(of_kind.into_query()));
        }
        let found: Page<RegisterRow<Submission>, _> =
            registers::page(self, grant, fitting, page, now).await?;
        let ids = found.items.iter().map(|row| row.entry.header().id);
        let of_page = submission::Entity::find().filter(submission::Column::EntryId.is_in(ids));
        let mut about: HashMap<RegisterEntryId, submission::Model> = HashMap::new();
        for row in of_page.all(&self.read).await? {
            about.insert(row.entry_id, row);
        }
        let mut items = Vec::new();
        for row in found.items {
            let id = row.entry.header().id;
            let about = about.remove(&id).ok_or(StoreError::Corrupt(id.0))?;
            items.push((row, about));
        }
        let calendars = self.calendars().await?;
        let day = (nz_date(now), &calendars.terms);
        let items = complete_rows(&self.read, grant, items, day).await?;
        Ok(Page { items, next: found.next, total: found.total })
    }

    /// One submission.
    pub async fn submission(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<SubmissionRow, StoreError> {
        let row = registers::read(self, grant, within(grant), id, now).await?;
        let about = about(&self.read, id).await?;
        let calendars = self.calendars().await?;
        let day = (nz_date(now), &calendars.terms);
        let found = complete_rows(&self.read, grant, vec![(row, about)], day).await?;
        found.into_iter().next().ok_or(StoreError::NotFound)
    }

    /// The versions of a submission that were submitted, the newest first.
    pub async fn submission_versions(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        page: PageRequest<i32>,
        now: DateTime<Utc>,
    ) -> Result<Page<SubmissionVersion, i32>, StoreError> {
        use submission_version::Column;
        visible(&self.read, grant, id).await?;
        let of_entry = submission_version::Entity::find().filter(Column::EntryId.eq(id));
        let total = page.total(&of_entry, &self.read).await?;
        let rows = page.newest_first(of_entry, Column::Number).all(&self.read).await?;
        let found = page.cut(rows, |row| row.number);
        let items = self.decided(found.items).await?;
        self.trace_of_versions(grant, id, now).await?;
        Ok(Page { items, next: found.next, total })
    }

    /// One version of a submission.
    pub async fn submission_version(
        &self,
        grant: &Grant,
        (id, number): (RegisterEntryId, i32),
        now: DateTime<Utc>,
    ) -> Result<SubmissionVersion, StoreError> {
        visible(&self.read, grant, id).await?;
        let found = submission_version::Entity::find_by_id((id, number)).one(&self.read).await?;
        let found = self.decided(found.into_iter().collect()).await?.pop();
        self.trace_of_versions(grant, id, now).await?;
        found.ok_or(StoreError::NotFound)
    }

    async fn trace_of_versions(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let subject = Subject::one("submission_version", id.0);
        self.read_log.record(audit::allowed(grant, subject, now)).await
    }

    /// Versions of one submission with their decisions and the names of people.
    async fn decided(
        &self,
        rows: Vec<submission_version::Model>,
    ) -> Result<Vec<SubmissionVersion>, StoreError> {
        use submission_decision::{Column, Entity};
        let ids = rows.iter().map(|row| row.entry_id);
        let of_entry = Entity::find().filter(Column::EntryId.is_in(ids));
        let decisions = of_entry.order_by_asc(Column::Number).all(&self.read).await?;
        let people = rows.iter().map(|row| row.submitted_by);
        let people = people.chain(decisions.iter().map(|row| row.decided_by));
        let names: HashMap<UserId, String> = actors::names_of(&self.read, people).await?;
        let each = rows.into_iter().map(|row| {
            let decision = decisions.iter().find(|one| one.number == row.number).cloned();
            let decided_by = decision.as_ref().map(|one| one.decided_by);
            Ok(SubmissionVersion {
                frozen: read(&row)?,
                submitted_by_name: names.get(&row.submitted_by).cloned(),
                decided_by_name: decided_by.and_then(|by| names.get(&by).cloned()),
                decision,
                row,
            })
        });
        each.collect()
    }
}

/// A version with its content in today's form.
pub(super) fn read(row: &submission_version::Model) -> Result<FrozenVersion, StoreError> {
    let corrupt = || StoreError::Corrupt(row.entry_id.0);
    let mut frozen = row.frozen.clone();
    let content = frozen.get_mut("content").map(Json::take).ok_or_else(corrupt)?;
    let content = forms::read::<Submission>(content, row.form).map_err(|err| {
        tracing::error!(error = %err, entry = %row.entry_id, "a version can not be read");
        corrupt()
    })?;
    if let Some(member) = frozen.get_mut("content") {
        *member = forms::written::<Submission>(&content);
    }
    serde_json::from_value(frozen).map_err(|_err| corrupt())
}
