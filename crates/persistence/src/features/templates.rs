//! Templates at rest: the Ministry writes, publishes and retires them, and providers answer them.

use ascms_domain::access::Grant;
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::registers::StepRefusal;
use ascms_domain::templates::{
    SubmissionKind, Template, TemplateRefusal, TemplateStatus, TemplateStep,
};
use ascms_domain::text::Code;
use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;
use sea_orm::{Condition, QuerySelect, QueryTrait};

use crate::Store;
use crate::features::registers::{self, Entry, EntryOf, RegisterRow};
use crate::gate::write::Write;
use crate::reach::register_entries::of_ministry;
use crate::reach::rows::register_entry::{Column, Selected};
use crate::rows::template::{self, ActiveModel, Entity};
use crate::store::call::CallError;
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::whole_row;
use crate::trace::history::conflicts::Edit;

pub type TemplateRow = RegisterRow<Template>;

/// Why a template was not added, changed, published or retired.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateChangeRefusal {
    #[error(transparent)]
    Template(#[from] TemplateRefusal),
    #[error(transparent)]
    Step(#[from] StepRefusal),
    #[error("another template of the code has this number")]
    VersionTaken,
}

/// Which templates are listed.
#[derive(Clone, Debug, Default)]
pub struct TemplateFilter {
    pub status: Option<TemplateStatus>,
    pub kind: Option<SubmissionKind>,
    pub code: Option<Code>,
}

impl Write<'_> {
    /// Adds a draft.
    pub async fn add_template(
        &self,
        new: Template,
    ) -> Result<TemplateRow, CallError<TemplateChangeRefusal>> {
        new.check().map_err(refused)?;
        require_free(self, &new, None).await?;
        let added = registers::open(self, EntryOf::default(), new, None, "template.added").await?;
        let row = known_by(&added);
        whole_row::insert(self.txn, ActiveModel::from(row)).await?;
        Ok(registers::shown(self.txn, added).await?)
    }

    /// Changes a draft that has not changed since the edit was made.
    pub async fn change_template(
        &self,
        id: RegisterEntryId,
        edit: &Edit<'_>,
    ) -> Result<TemplateRow, CallError<TemplateChangeRefusal>> {
        let before = locked(self, id).await?;
        let edited = registers::edited(self, edit, &before).await;
        let Some(after) = edited.map_err(CallError::refusal_into)? else {
            return Ok(registers::shown(self.txn, before).await?);
        };
        after.content.check().map_err(refused)?;
        require_free(self, &after.content, Some(id)).await?;
        let entry = registers::save(self, &before, after, "template.changed").await?;
        whole_row::update(self.txn, ActiveModel::from(known_by(&entry))).await?;
        Ok(registers::shown(self.txn, entry).await?)
    }

    /// Publishes a draft: it never changes again, and submissions are begun on it.
    pub async fn publish_template(
        &self,
        id: RegisterEntryId,
    ) -> Result<TemplateRow, CallError<TemplateChangeRefusal>> {
        self.take_template_step(id, TemplateStep::Publish).await
    }

    /// Retires a published template: nothing new is begun on it, and what was begun goes on.
    pub async fn retire_template(
        &self,
        id: RegisterEntryId,
    ) -> Result<TemplateRow, CallError<TemplateChangeRefusal>> {
        self.take_template_step(id, TemplateStep::Retire).await
    }

    async fn take_template_step(
        &self,
        id: RegisterEntryId,
        step: TemplateStep,
    ) -> Result<TemplateRow, CallError<TemplateChangeRefusal>> {
        let before = locked(self, id).await?;
        let entry = before.take(step).map_err(refused)?.save(self).await?;
        Ok(registers::shown(self.txn, entry).await?)
    }
}

impl Store {
    /// The templates within reach, the newest first.
    pub async fn templates(
        &self,
        grant: &Grant,
        filter: &TemplateFilter,
        page: PageRequest<RegisterEntryId>,
        now: DateTime<Utc>,
    ) -> Result<Page<TemplateRow, RegisterEntryId>, StoreError> {
        let TemplateFilter { status, kind, code } = filter;
        let mut fitting = within(grant);
        if let Some(status) = status {
            fitting = fitting.filter(Column::Status.eq(*status));
        }
        if kind.is_some() || code.is_some() {
            let of_kind = kind.map(|kind| template::Column::Kind.eq(kind));
            let of_code = code.as_ref().map(|code| template::Column::Code.eq(code.as_str()));
            let known = Entity::find()
                .select_only()
                .column(template::Column::EntryId)
                .filter(Condition::all().add_option(of_kind).add_option(of_code));
            fitting = fitting.filter(Column::Id.in_subquery(known.into_query()));
        }
        registers::page(self, grant, fitting, page, now).await
    }

    /// One template.
    pub async fn template(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
        now: DateTime<Utc>,
    ) -> Result<TemplateRow, StoreError> {
        registers::read(self, grant, within(grant), id, now).await
    }
}

/// The templates that the caller reads.
fn within(grant: &Grant) -> Selected {
    of_ministry::<Template>(grant, TemplateStatus::is_public)
}

/// A template that the caller reads.
pub(crate) async fn visible(
    db: &impl ConnectionTrait,
    grant: &Grant,
    id: RegisterEntryId,
) -> Result<Entry<Template>, StoreError> {
    registers::found(db, within(grant), id).await
}

async fn locked(write: &Write<'_>, id: RegisterEntryId) -> Result<Entry<Template>, StoreError> {
    registers::locked(write, within(write.grant()), id).await
}

/// Refuses a number that another template of the code has.
async fn require_free(
    write: &Write<'_>,
    of: &Template,
    own: Option<RegisterEntryId>,
) -> Result<(), CallError<TemplateChangeRefusal>> {
    let others = own.map(|own| template::Column::EntryId.ne(own));
    let taken = Entity::find()
        .filter(template::Column::Code.eq(of.code.as_str()))
        .filter(template::Column::TemplateVersion.eq(of.template_version))
        .filter(Condition::all().add_option(others))
        .one(write.txn)
        .await?;
    if taken.is_some() { Err(refused(TemplateChangeRefusal::VersionTaken)) } else { Ok(()) }
}

fn known_by(entry: &Entry<Template>) -> template::Model {
    let Template { code, template_version, kind, .. } = &entry.content;
    template::Model {
        entry_id: entry.header().id,
        code: code.to_string(),
        template_version: *template_version,
        kind: *kind,
    }
}

fn refused(err: impl Into<TemplateChangeRefusal>) -> CallError<TemplateChangeRefusal> {
    CallError::Refused(err.into())
}
