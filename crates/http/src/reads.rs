//! `/v1/{cases,students}/{id}/reads`: who has read a file.

use actix_web::{HttpResponse, get};
use ascms_domain::access::Role;
use ascms_domain::ids::{CaseId, StudentId};
use ascms_persistence::reads::ReadRow;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::ListReads;
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::students::views::{ProviderSummary, SchoolSummary};
use crate::views::CallerView;

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_case_reads).service(list_student_reads);
}

/// One time that a file was shown.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FileReadView {
    /// When the record was read.
    at: DateTime<Utc>,
    /// The caller who read the record.
    reader: CallerView,
    /// The role by which the reader was let in; null for the operator of the service.
    role: Option<Role>,
    /// The provider where the role is held; null for other roles.
    provider: Option<ProviderSummary>,
    /// The school where the role is held; null for other roles.
    school: Option<SchoolSummary>,
    /// The action, as the scopes name it. The answer to a change shows the record too.
    #[schema(max_length = 64, pattern = "^[a-z_:-]+$")]
    operation: String,
    /// The kind of record that was asked for: the record itself, or one that shows it.
    #[schema(max_length = 64, pattern = "^[a-z_]+$")]
    record_kind: String,
    /// Id of the request in the logs and in the audit trail; null when the record was not read over
    /// the API.
    request_id: Option<Uuid>,
}

impl FileReadView {
    fn of(row: ReadRow) -> Self {
        let ReadRow {
            id: _,
            at,
            caller_kind,
            caller_id,
            caller_name,
            role,
            provider_code,
            provider_name,
            school_number,
            school_name,
            action,
            subject_kind,
            request_id,
        } = row;
        let provider = provider_code.zip(provider_name);
        let school = school_number.zip(school_name);
        Self {
            at,
            reader: CallerView { kind: caller_kind, id: caller_id, name: caller_name },
            role,
            provider: provider.map(|(code, name)| ProviderSummary::new(&code, &name)),
            school: school.map(|(number, name)| SchoolSummary::new(number, &name)),
            operation: action,
            record_kind: subject_kind,
            request_id,
        }
    }
}

/// List who has read a case
///
/// Every answer that showed the case, alone or in a list, the latest first.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["reads:list"])),
    params(("id" = CaseId, Path), PageOptions),
    responses((status = 200, description = "A page of reads", body = List<FileReadView>)),
)]
#[get("/cases/{id}/reads")]
async fn list_case_reads(
    list: Listing<ListReads>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().case_reads(list.grant(), *id, page, list.now()).await;
    list.page(read, FileReadView::of).await
}

/// List who has read a student's file
///
/// Every answer that showed the student, or one of the student's referrals or cases within the
/// caller's reach, alone or in a list, the latest first.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["reads:list"])),
    params(("id" = StudentId, Path), PageOptions),
    responses((status = 200, description = "A page of reads", body = List<FileReadView>)),
)]
#[get("/students/{id}/reads")]
async fn list_student_reads(
    list: Listing<ListReads>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().student_reads(list.grant(), *id, page, list.now()).await;
    list.page(read, FileReadView::of).await
}
