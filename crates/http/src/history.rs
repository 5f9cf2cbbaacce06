//! `/v1/{cases,referrals,students}/{id}/history`: who changed what, from what to what.

use actix_web::{HttpResponse, get};
use ascms_domain::history::RecordKind;
use ascms_domain::ids::{CaseId, FieldChangeId, ReferralId, StudentId};
use ascms_persistence::history::FieldChange;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::openapi::schema::Schema;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::auth::{self, ReadCasework, ReadDocuments, ReadHistory, ReadWhanauContacts};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::views::{CallerView, any_value};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_case_history).service(list_referral_history).service(list_student_history);
}

/// A field that changed.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct FieldChangeView {
    /// Id of the change.
    id: FieldChangeId,
    /// When the field changed.
    at: DateTime<Utc>,
    /// The caller who changed the field.
    changed_by: CallerView,
    /// The kind of record.
    record_kind: RecordKind,
    /// Id of the record. A case's history has its tasks, barriers, plan and documents too; a
    /// student's has the whānau contacts.
    record_id: Uuid,
    /// The version of the record after the change.
    #[schema(minimum = 2)]
    version: i32,
    /// Name of the field, as the record shows it; `outer.inner` for a member within another.
    #[schema(max_length = 100, pattern = "^[a-zA-Z]+(\\.[a-zA-Z]+)*$")]
    field: String,
    #[schema(schema_with = from_value)]
    from: Value,
    #[schema(schema_with = to_value)]
    to: Value,
    /// Whether `from` and `to` are withheld from this reader.
    withheld: bool,
}

fn from_value() -> Schema {
    any_value("The value before, as the record showed it. Personal data.")
}

fn to_value() -> Schema {
    any_value("The value after, as the record showed it. Personal data.")
}

impl FieldChangeView {
    fn of(change: FieldChange) -> Self {
        let FieldChange { id, at, by, record, version, field, from, to, withheld } = change;
        let (record_kind, record_id) = record;
        Self {
            id,
            at,
            changed_by: CallerView::of(by),
            record_kind,
            record_id,
            version,
            field,
            from,
            to,
            withheld,
        }
    }
}

/// The records whose changes a case's history tells.
const OF_CASES: [RecordKind; 5] = [
    RecordKind::Case,
    RecordKind::Task,
    RecordKind::Barrier,
    RecordKind::Plan,
    RecordKind::Document,
];

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListCaseHistory {
    /// Only changes of records of this kind.
    record_kind: Option<RecordKind>,
}

/// List what changed of a case
///
/// One item a field, the latest change first: of the case, of its barriers and its plan, of its
/// tasks for a token that has `casework:read` too, and of its documents for one that has
/// `documents:read`. How a record began is no change.
#[utoipa::path(
    tag = "Cases",
    security(("bearer" = ["history:read"])),
    params(("id" = CaseId, Path), ListCaseHistory, PageOptions),
    responses((status = 200, description = "A page of changes", body = List<FieldChangeView>)),
)]
#[get("/cases/{id}/history")]
async fn list_case_history(
    list: Listing<ReadHistory, ListCaseHistory>,
    id: Path<CaseId>,
) -> Result<HttpResponse, Refusal> {
    let wanted = list.filter().record_kind;
    // A caller who may not read the tasks or the documents may not read their history.
    let tasks = auth::also::<ReadCasework>(list.request()).is_some();
    let documents = auth::also::<ReadDocuments>(list.request()).is_some();
    let kinds = OF_CASES.into_iter().filter(|kind| tasks || *kind != RecordKind::Task);
    let kinds = kinds.filter(|kind| documents || *kind != RecordKind::Document);
    let kinds: Vec<RecordKind> =
        kinds.filter(|kind| wanted.is_none_or(|wanted| wanted == *kind)).collect();
    let read =
        async |page| list.store().case_history(list.grant(), *id, &kinds, page, list.now()).await;
    list.page(read, FieldChangeView::of).await
}

/// List what changed of a referral
///
/// One item a field, the latest change first; of a request that was sent again each member for
/// itself. How the referral began is no change.
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["history:read"])),
    params(("id" = ReferralId, Path), PageOptions),
    responses((status = 200, description = "A page of changes", body = List<FieldChangeView>)),
)]
#[get("/referrals/{id}/history")]
async fn list_referral_history(
    list: Listing<ReadHistory>,
    id: Path<ReferralId>,
) -> Result<HttpResponse, Refusal> {
    let read =
        async |page| list.store().referral_history(list.grant(), *id, page, list.now()).await;
    list.page(read, FieldChangeView::of).await
}

/// List what changed of a student
///
/// One item a field, the latest change first: of the student, and of the whānau contacts for a
/// token that has `whanau-contacts:read` too. How a record began is no change.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["history:read"])),
    params(("id" = StudentId, Path), PageOptions),
    responses((status = 200, description = "A page of changes", body = List<FieldChangeView>)),
)]
#[get("/students/{id}/history")]
async fn list_student_history(
    list: Listing<ReadHistory>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    // A caller who may not read the contacts, or not all of one, may not read their history.
    let contacts = auth::also::<ReadWhanauContacts>(list.request());
    let read = async |page| {
        let (grant, contacts) = (list.grant(), contacts.as_ref());
        list.store().student_history(grant, contacts, *id, page, list.now()).await
    };
    list.page(read, FieldChangeView::of).await
}
