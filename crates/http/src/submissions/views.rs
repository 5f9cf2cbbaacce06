//! What answers show of a submission: its entry in the register, and what it is about.

use std::borrow::Cow;

use ascms_domain::access::{Action, Grant};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::submissions::{Submission, SubmissionAction, SubmissionWarning, days_late};
use ascms_domain::templates::SubmissionKind;
use ascms_persistence::idempotency::Answer;
use ascms_persistence::rows::submission;
use ascms_persistence::submissions::SubmissionRow;
use chrono::NaiveDate;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use crate::allowed::{AllowedActionView, RecordAction, Viewer};
use crate::answer;
use crate::registers::RegisterView;

/// What a submission is about, and how far it has come.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SubmissionStage {
    /// Kind of the submission.
    submission_kind: SubmissionKind,
    /// The calendar year or the term that it is about.
    #[schema(max_length = 6, pattern = "^[0-9]{4}(-[1-4])?$")]
    period: String,
    /// The template that it answers, whatever was published since.
    template_id: RegisterEntryId,
    /// The day by which it was due for the first time; null where no obligation asks for it.
    first_due_on: Option<NaiveDate>,
    /// The day on which it was first submitted; null until then.
    first_submitted_on: Option<NaiveDate>,
    /// Days by which it was late, counted from the first submission; null until then, and where it is never due.
    #[schema(minimum = 0)]
    days_late: Option<u32>,
    /// How many versions were submitted.
    #[schema(minimum = 0)]
    versions: i32,
    /// Number of the version in force; null until one is accepted.
    #[schema(minimum = 1)]
    accepted_version: Option<i32>,
    /// Warnings about the last version that was submitted.
    #[schema(max_items = 5)]
    warnings: Vec<SubmissionWarning>,
    /// The actions on the submission: those that the caller may take now and, for the others, the code of the refusal.
    #[schema(max_items = 20)]
    allowed_actions: Vec<AllowedSubmissionAction>,
}

type AllowedSubmissionAction = AllowedActionView<SubmissionAction>;

impl RecordAction for SubmissionAction {
    const VIEW: &'static str = "AllowedSubmissionActionView";

    fn all() -> &'static [Self] {
        Self::ALL
    }

    fn permission(self) -> Action {
        Self::permission(self)
    }
}

/// A submission: its entry, and what it is about.
#[derive(Debug, Serialize)]
pub(super) struct SubmissionView {
    #[serde(flatten)]
    entry: RegisterView<Submission>,
    #[serde(flatten)]
    stage: SubmissionStage,
}

impl SubmissionView {
    pub(super) fn of(row: SubmissionRow, viewer: &Viewer) -> Self {
        let allowed = viewer.allowed(|action, grant: &Grant| row.allows(action, grant));
        let SubmissionRow { row, about, completeness: _ } = row;
        Self { entry: RegisterView::of(row), stage: SubmissionStage::of(about, allowed) }
    }

    pub(super) fn id(&self) -> RegisterEntryId {
        self.entry.id()
    }

    pub(super) fn version(&self) -> i32 {
        self.entry.version()
    }

    /// The answer to a step or an edit.
    pub(super) fn done(row: SubmissionRow, viewer: &Viewer) -> Answer {
        let view = Self::of(row, viewer);
        answer::done(view.version(), &view)
    }
}

impl SubmissionStage {
    fn of(about: submission::Model, allowed_actions: Vec<AllowedSubmissionAction>) -> Self {
        let submission::Model {
            entry_id: _,
            // As the entry has it.
            contract_id: _,
            kind,
            period,
            template_id,
            due_on,
            first_submitted_on,
            last_version,
            accepted_version,
            figures_pending,
        } = about;
        let days = due_on.zip(first_submitted_on);
        Self {
            submission_kind: kind,
            period,
            template_id,
            first_due_on: due_on,
            first_submitted_on,
            days_late: days.map(|(due_on, first)| days_late(due_on, first)),
            versions: last_version,
            accepted_version,
            warnings: figures_pending
                .then_some(SubmissionWarning::FiguresPending)
                .into_iter()
                .collect(),
            allowed_actions,
        }
    }
}

/// The entry's schema with the members of the stage.
impl PartialSchema for SubmissionView {
    fn schema() -> RefOr<Schema> {
        let (entry, stage) = (RegisterView::<Submission>::schema(), SubmissionStage::schema());
        let (RefOr::T(Schema::Object(mut whole)), RefOr::T(Schema::Object(stage))) = (entry, stage)
        else {
            return RegisterView::<Submission>::schema();
        };
        whole.properties.extend(stage.properties);
        whole.required.extend(stage.required);
        Schema::Object(whole).into()
    }
}

impl ToSchema for SubmissionView {
    fn name() -> Cow<'static, str> {
        "SubmissionView".into()
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        RegisterView::<Submission>::schemas(schemas);
        SubmissionStage::schemas(schemas);
    }
}
