//! Following referrals: the list, and what of it somebody asks for.

use actix_web::{HttpResponse, get};
use ascms_domain::referrals::{ReferralKind, ReferralStatus};
use ascms_domain::text::{SchoolNumber, SourceText};
use ascms_persistence::referrals::ReferralFilter;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;
use utoipa::IntoParams;

use super::views::ReferralSummaryView;
use crate::auth::ReadReferrals;
use crate::listing::Listing;
use crate::page::{self, FollowedList, PageOptions};
use crate::problem::Refusal;

#[derive(Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListReferrals {
    status: Option<ReferralStatus>,
    kind: Option<ReferralKind>,
    /// Only those of this school.
    #[param(inline)]
    school_number: Option<SchoolNumber>,
    /// Received on this day or later.
    from: Option<NaiveDate>,
    /// Received on this day or earlier.
    to: Option<NaiveDate>,
    /// Only those of this sending system, compared without case.
    #[param(inline)]
    source: Option<SourceText>,
    /// Only those that the sending system calls so.
    #[param(inline)]
    source_reference: Option<SourceText>,
    /// Only those that changed at this instant or later, or whose case did.
    updated_since: Option<DateTime<Utc>>,
    /// Only those that were made or changed after an answer that gave this `position`.
    #[param(max_length = 1000, pattern = "^[A-Za-z0-9_-]+$")]
    changed_after: Option<String>,
}

/// List referrals
///
/// Those within the caller's reach, newest first.
#[utoipa::path(
    tag = "Referrals",
    security(("bearer" = ["referrals:read"])),
    params(ListReferrals, PageOptions),
    responses((status = 200, description = "A page of referrals", body = FollowedList<ReferralSummaryView>)),
)]
#[get("/referrals")]
pub(super) async fn list_referrals(
    list: Listing<ReadReferrals, ListReferrals>,
) -> Result<HttpResponse, Refusal> {
    let ListReferrals { status, kind, school_number, from, to, changed_after, .. } = list.filter();
    let ListReferrals { source, source_reference, updated_since, .. } = list.filter();
    let changed_after = page::changed_after(changed_after.as_deref())?;
    let filter = ReferralFilter {
        status: *status,
        kind: *kind,
        school_number: school_number.as_ref().map(|number| number.canonical().unwrap_or(0)),
        from: *from,
        to: *to,
        source: source.as_ref().map(SourceText::as_str),
        source_reference: source_reference.as_ref().map(SourceText::as_str),
        updated_since: *updated_since,
        changed_after: changed_after.as_ref(),
    };
    let read = async |page| list.store().referrals(list.grant(), &filter, page, list.now()).await;
    list.followed(read, |row| ReferralSummaryView::of(&row, list.grant())).await
}
