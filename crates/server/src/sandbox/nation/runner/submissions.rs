//! Templates are published, and plans written, submitted and accepted.

use ascms_domain::access::{Action, Actor, Grant};
use ascms_domain::ids::{ContractId, RegisterEntryId};
use ascms_domain::registers::RegisterKind;
use ascms_domain::submissions::{BeginSubmission, Submission, SubmissionStatus};
use ascms_domain::templates::{SubmissionKind, Template, TemplateStatus};
use ascms_persistence::contracts::ContractFilter;
use ascms_persistence::history::Edit;
use ascms_persistence::page::PageRequest;
use ascms_persistence::submissions::SubmissionFilter;
use ascms_persistence::templates::TemplateFilter;
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};
use serde_json::{Map, Value};

use super::{Runner, change, missing};
use crate::sandbox::nation::error::SeedError;

/// The newest of a list.
fn newest<K>() -> PageRequest<K> {
    PageRequest { after: None, limit: 1, with_total: false }
}

impl Runner<'_> {
    pub(super) async fn publish_template(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        template: Template,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::WriteTemplates)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let about = About::EntryMade(RegisterKind::Template);
        let work = async |write: &Write<'_>| write.add_template(template).await;
        let id = change(self.store, &call, about, work).await?.entry.header().id;
        let about = About::Entry(RegisterKind::Template, id);
        let work = async |write: &Write<'_>| write.publish_template(id).await;
        change(self.store, &call, about, work).await.map(drop)
    }

    /// Writes the plan of a year for the caller's contract, and submits it.
    pub(super) async fn submit_plan(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        contract_year: i32,
        content: &Submission,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::WriteSubmissions)?;
        let (contract_id, template_id) = (self.own_contract(&grant, now).await?, {
            let kind = Some(SubmissionKind::Plan);
            let status = Some(TemplateStatus::Published);
            let filter = TemplateFilter { status, kind, code: None };
            let found = self.store.templates(&grant, &filter, newest(), now).await?;
            found.items.first().ok_or_else(|| missing("template"))?.entry.header().id
        });
        let new = BeginSubmission { contract_id, template_id, contract_year, term: None };
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let about = About::EntryMade(RegisterKind::Submission);
        let work = async |write: &Write<'_>| write.begin_submission(new).await;
        let id = change(self.store, &call, about, work).await?.row.entry.header().id;
        let about = About::Entry(RegisterKind::Submission, id);
        let members = match serde_json::to_value(content) {
            Ok(Value::Object(members)) => members,
            Ok(_) | Err(_) => Map::new(),
        };
        let edit = Edit { grant: &grant, now, version: None, members: &members };
        let work = async |write: &Write<'_>| write.change_submission(id, &edit).await;
        change(self.store, &call, about.clone(), work).await?;
        let figures = self.store.count_figures(&grant, id, now).await?;
        let work = async |write: &Write<'_>| write.submit_submission(id, figures).await;
        change(self.store, &call, about, work).await.map(drop)
    }

    async fn own_contract(
        &self,
        grant: &Grant,
        now: DateTime<Utc>,
    ) -> Result<ContractId, SeedError> {
        let filter = ContractFilter::default();
        let found = self.store.contracts(grant, filter, newest(), now).await?;
        Ok(found.items.first().ok_or_else(|| missing("contract"))?.contract.id)
    }

    /// Accepts the newest plan that was submitted.
    pub(super) async fn accept_plan(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<(), SeedError> {
        let grant = actor.may(Action::DecideSubmissions)?;
        let (kind, status) = (Some(SubmissionKind::Plan), Some(SubmissionStatus::Submitted));
        let filter = SubmissionFilter { kind, status, ..SubmissionFilter::default() };
        let found = self.store.submissions(&grant, filter, newest(), now).await?;
        let newest = found.items.first().ok_or_else(|| missing("plan"))?;
        let id: RegisterEntryId = newest.row.entry.header().id;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        let about = About::Entry(RegisterKind::Submission, id);
        let work = async |write: &Write<'_>| write.accept_submission(id).await;
        change(self.store, &call, about, work).await.map(drop)
    }
}
