//! Templates are added and published; submissions are begun, written, submitted and accepted.

use ascms_domain::access::{Action, Actor};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::registers::RegisterKind;
use ascms_domain::submissions::{BeginSubmission, Submission};
use ascms_domain::templates::{SubmissionKind, Template, TemplateStatus};
use ascms_persistence::history::Edit;
use ascms_persistence::page::PageRequest;
use ascms_persistence::templates::TemplateFilter;
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{Runner, change, known, missing};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::scenarios::SubmissionWork;

impl Runner<'_> {
    pub(super) async fn add_template(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        (template, id): (Template, Option<RegisterEntryId>),
        publish: bool,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::WriteTemplates)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let about = About::EntryMade(RegisterKind::Template);
        let work = async |write: &Write<'_>| {
            known(write, id.map(|id| id.0));
            write.add_template(template).await
        };
        let id = change(self.store, &call, about, work).await?.entry.header().id;
        if !publish {
            return Ok(());
        }
        let about = About::Entry(RegisterKind::Template, id);
        let work = async |write: &Write<'_>| write.publish_template(id).await;
        change(self.store, &call, about, work).await.map(drop)
    }

    pub(super) async fn submission(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        id: RegisterEntryId,
        work: SubmissionWork,
    ) -> Result<(), SeedError> {
        let action = match &work {
            SubmissionWork::Write { .. } | SubmissionWork::Attach(_) | SubmissionWork::Submit => {
                Action::WriteSubmissions
            }
            SubmissionWork::Accept => Action::DecideSubmissions,
        };
        let grant = actor.may(action)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let about = About::Entry(RegisterKind::Submission, id);
        match work {
            SubmissionWork::Write { contract, kind, year, content } => {
                let contract_id = self.contracts.get(contract).copied();
                let new = BeginSubmission {
                    contract_id: contract_id.ok_or_else(|| missing("contract"))?,
                    template_id: self.template_of(&call, kind).await?,
                    contract_year: year,
                    term: None,
                };
                self.write_submission(&call, id, new, &content).await
            }
            SubmissionWork::Attach(paper) => {
                self.put(paper, async |new| {
                    let work = async |write: &Write<'_>| write.attach_to_submission(id, new).await;
                    change(self.store, &call, about, work).await.map(drop)
                })
                .await
            }
            SubmissionWork::Submit => {
                let figures = self.store.count_figures(&grant, id, now).await?;
                let work = async |write: &Write<'_>| write.submit_submission(id, figures).await;
                change(self.store, &call, about, work).await.map(drop)
            }
            SubmissionWork::Accept => {
                let work = async |write: &Write<'_>| write.accept_submission(id).await;
                change(self.store, &call, about, work).await.map(drop)
            }
        }
    }

    /// The published template of a kind.
    async fn template_of(
        &self,
        call: &Call<'_>,
        kind: SubmissionKind,
    ) -> Result<RegisterEntryId, SeedError> {
        let status = Some(TemplateStatus::Published);
        let filter = TemplateFilter { status, kind: Some(kind), code: None };
        let newest = PageRequest { after: None, limit: 1, with_total: false };
        let found = self.store.templates(call.grant, &filter, newest, call.now).await?;
        Ok(found.items.first().ok_or_else(|| missing("template"))?.entry.header().id)
    }

    async fn write_submission(
        &self,
        call: &Call<'_>,
        id: RegisterEntryId,
        new: BeginSubmission,
        content: &Submission,
    ) -> Result<(), SeedError> {
        let about = About::EntryMade(RegisterKind::Submission);
        let work = async |write: &Write<'_>| {
            known(write, Some(id.0));
            write.begin_submission(new).await
        };
        change(self.store, call, about, work).await?;
        let members = match serde_json::to_value(content) {
            Ok(Value::Object(members)) => members,
            Ok(_) | Err(_) => Map::new(),
        };
        let edit = Edit { grant: call.grant, now: call.now, version: None, members: &members };
        let work = async |write: &Write<'_>| write.change_submission(id, &edit).await;
        let about = About::Entry(RegisterKind::Submission, id);
        change(self.store, call, about, work).await.map(drop)
    }
}
