//! `/v1/students/{id}/protected-address-readers`: who may see how the whānau of an
//! address-protected student are to be reached.

use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, get, post};
use ascms_domain::ids::{AddressReaderId, ProviderId, StudentId, UserId};
use ascms_persistence::About;
use ascms_persistence::rows::protected_address_reader::Model;
use ascms_persistence::students::address_reader::ReaderRow;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use crate::auth::{May, NameAddressReaders};
use crate::command::{BodilessCommand, StepCommand};
use crate::incoming::Path;
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::Refusal;
use crate::registration::ServiceConfig;
use crate::{AppState, answer};

pub(crate) fn routes(cfg: &mut ServiceConfig<'_>) {
    cfg.service(list_protected_address_readers)
        .service(get_protected_address_reader)
        .service(name_protected_address_reader)
        .service(end_protected_address_reader);
}

/// Somebody who was named to see how a student's whānau are to be reached.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProtectedAddressReaderView {
    /// Id of the naming.
    id: AddressReaderId,
    /// The student whose address is protected.
    student_id: StudentId,
    /// The user who may see the address.
    user_id: UserId,
    /// Name of that user. Personal data.
    #[schema(max_length = 200)]
    name: String,
    /// The provider where that user works.
    provider_id: ProviderId,
    /// Whether the naming works now: the provider has the student's open case, the user works
    /// there, and no other record was joined to the student's since.
    effective: bool,
    /// When the user was named.
    named_at: DateTime<Utc>,
    /// The user who named them.
    named_by: UserId,
    /// When the naming ended; null while it holds.
    ended_at: Option<DateTime<Utc>>,
    /// The user who ended the naming; null while it holds.
    ended_by: Option<UserId>,
}

impl ProtectedAddressReaderView {
    fn of(row: ReaderRow) -> Self {
        let ReaderRow { reader, name, has_effect } = row;
        let Model { id, student_id, user_id, provider_id, named_at, named_by, ended_at, ended_by } =
            reader;
        Self {
            id,
            student_id,
            user_id,
            name,
            provider_id,
            effective: has_effect,
            named_at,
            named_by,
            ended_at,
            ended_by,
        }
    }
}

/// Who is to see it: a workflow lead or a case manager of the caller's provider.
#[derive(Debug, Deserialize, Validate, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NameProtectedAddressReader {
    /// The user who may see the address from now on.
    user_id: UserId,
}

/// List who may see a protected address
///
/// The namings of the caller's provider that nobody ended, newest first.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["address-readers:name"])),
    params(("id" = StudentId, Path), PageOptions),
    responses((
        status = 200, description = "A page of namings", body = List<ProtectedAddressReaderView>,
    )),
)]
#[get("/students/{id}/protected-address-readers")]
async fn list_protected_address_readers(
    list: Listing<NameAddressReaders>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    let read = async |page| list.store().address_readers(list.grant(), *id, page, list.now()).await;
    list.page(read, ProtectedAddressReaderView::of).await
}

/// Read who was named for a protected address
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["address-readers:name"])),
    params(("id" = StudentId, Path), ("readerId" = AddressReaderId, Path)),
    responses((status = 200, description = "The naming", body = ProtectedAddressReaderView)),
)]
#[get("/students/{id}/protected-address-readers/{readerId}")]
async fn get_protected_address_reader(
    req: HttpRequest,
    app: Data<AppState>,
    grant: May<NameAddressReaders>,
    ids: Path<(StudentId, AddressReaderId)>,
) -> Result<HttpResponse, Refusal> {
    let row = app.store().address_reader(&grant, *ids, app.now(&req)?).await?;
    let version = row.reader.version();
    Ok(answer::shown(&req, version, &ProtectedAddressReaderView::of(row)))
}

/// Name who may see a protected address
///
/// By a workflow lead of the provider that has the student's open case, for somebody of that provider. It
/// may be done before the address is protected.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["address-readers:name"])),
    params(("id" = StudentId, Path)),
    request_body = NameProtectedAddressReader,
    responses((status = 201, description = "The naming", body = ProtectedAddressReaderView)),
)]
#[post("/students/{id}/protected-address-readers")]
async fn name_protected_address_reader(
    call: StepCommand<NameAddressReaders, NameProtectedAddressReader>,
    id: Path<StudentId>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Student(*id), async |write, body| {
        let row = write.name_address_reader(*id, body.user_id).await?;
        let Model { student_id, id, .. } = &row.reader;
        let location = format!("/v1/students/{student_id}/protected-address-readers/{id}");
        Ok(answer::created(location, 1, &ProtectedAddressReaderView::of(row)))
    })
    .await
}

/// End who may see a protected address
///
/// From the next call on the person sees nothing of it.
#[utoipa::path(
    tag = "Students",
    security(("bearer" = ["address-readers:name"])),
    params(("id" = StudentId, Path), ("readerId" = AddressReaderId, Path)),
    responses((
        status = 200, description = "The naming that was ended", body = ProtectedAddressReaderView,
    )),
)]
#[post("/students/{id}/protected-address-readers/{readerId}/ending")]
async fn end_protected_address_reader(
    call: BodilessCommand<NameAddressReaders>,
    ids: Path<(StudentId, AddressReaderId)>,
) -> Result<HttpResponse, Refusal> {
    call.run(About::Student(ids.0), async |write| {
        let row = write.end_address_reader(*ids).await?;
        Ok(answer::done(row.reader.version(), &ProtectedAddressReaderView::of(row)))
    })
    .await
}
