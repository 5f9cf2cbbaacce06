//! Referrals at rest: the table, who sees which rows, and what is asked of them.

use ascms_domain::access::Grant;
use ascms_domain::ids::{CaseId, ProviderId, ReferralId};
use chrono::{DateTime, Utc};
use sea_orm::ExprTrait;
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{SelectStatement, UnionType};
use sea_orm::{QuerySelect, QueryTrait};

use crate::features::referrals::file::select_with_names;
use crate::features::referrals::filter::fits;
use crate::features::referrals::reading::file_of;
use crate::reach::referrals::{ways, within};
use crate::reach::rows::referral::Column;
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};
use crate::store::position;
use crate::store::position::point::Position;
use crate::{Store, reach, trace};

mod claims;
mod context;
mod decide;
pub mod decision;
pub(crate) mod file;
mod filter;
pub(crate) mod once;
mod placing;
pub(crate) mod reading;
pub mod receipt;
pub(crate) mod record;
mod resolve;
pub(crate) mod submission;
pub(crate) mod submit;
pub(crate) mod told_to_wait;
mod waiting;

pub use file::{ReferralFile, ReferralRow};
pub use submission::{Ineligible, NewReferral, SubmissionRefusal, Submitted};

pub use crate::rows::referral_content::StoredRequest;
pub use decide::DecisionRefusal;
pub use filter::ReferralFilter;
pub(crate) use resolve::{part_from_cases, resolve, unresolve};

impl Store {
    pub async fn referral(
        &self,
        grant: &Grant,
        id: ReferralId,
        now: DateTime<Utc>,
    ) -> Result<ReferralFile, StoreError> {
        let (file, student_id) = file_of(&self.read, grant, id).await?;
        let subject = Subject::one("referral", id.0).with([student_id.0]);
        self.read_log.record(audit::allowed(grant, subject, now)).await?;
        Ok(file)
    }

    /// The referrals that changed after a position, as a subquery: by themselves, or with their
    /// case, of which they tell the state.
    fn referrals_changed(&self, grant: &Grant, after: &Position) -> [SelectStatement; 2] {
        let backend = self.read.get_database_backend();
        let cases = position::cases_changed(backend, grant, &["case", "transfer"], after);
        let with_case = within(grant)
            .select_only()
            .column(Column::Id)
            .filter(Column::CaseId.in_subquery(cases))
            .into_query();
        let mut own = position::changed(backend, "referral", after);
        let came = position::came(backend, "referral.submitted", after);
        [came, own.union(UnionType::Distinct, with_case).to_owned()]
    }

    /// Newest first.
    pub async fn referrals(
        &self,
        grant: &Grant,
        filter: &ReferralFilter<'_>,
        page: PageRequest<ReferralId>,
        now: DateTime<Utc>,
    ) -> Result<Page<ReferralRow, ReferralId>, StoreError> {
        let changed = filter.changed_after.map(|after| self.referrals_changed(grant, after));
        let told_to_wait = told_to_wait::told_to_wait(grant);
        let changed = changed.map(|[came, changed]| {
            let changed = Column::Id.in_subquery(changed).and(told_to_wait.clone().not());
            Column::Id.in_subquery(came).or(changed)
        });
        let fitting = within(grant).filter(fits(filter, &told_to_wait).add_option(changed));
        let total = page.total(&fitting, &self.read).await?;
        let ways = reach::ways(grant, |one| ways(one, grant.action()));
        let query = page.newest_first_of(fitting, ways, Column::Id);
        let rows = select_with_names(query).all(&self.read).await?;
        let mut found = page.cut(rows, |row: &ReferralRow| row.referral.id);
        receipt::show_all(&self.read, grant, &mut found.items).await?;
        let ids = found.items.iter().map(|row| row.referral.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("referral", ids), now)).await?;
        Ok(Page { total, ..found })
    }
}

/// The referrals that led to a case go with it to another provider. Their clocks do not: a number
/// stays with the provider that the referral was made to (ours).
pub(crate) async fn hand_over(
    txn: &crate::store::transaction::DatabaseTransaction,
    grant: &Grant,
    case_id: CaseId,
    to: ProviderId,
    now: DateTime<Utc>,
) -> Result<(), DbErr> {
    let of_case = reach::unscoped::referrals_of_case(case_id).lock_exclusive();
    for before in of_case.all(txn).await? {
        let mut after = before.clone();
        after.provider_id = Some(to);
        after.version += 1;
        after.updated_at = now;
        trace::history::record(txn, Some(grant.caller()), &before, &after, now).await?;
    }
    reach::updates::provider_of_referrals(txn, case_id, to, now).await
}
