//! Performance reviews are opened, commented on, met about and concluded.

use ascms_domain::access::{Action, Actor};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::performance_reviews::{CommentOnReview, OpenPerformanceReview};
use ascms_domain::registers::RegisterKind;
use ascms_persistence::page::PageRequest;
use ascms_persistence::performance_reviews::PerformanceReviewFilter;
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};

use super::{Runner, change, missing};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::scenarios::ReviewWork;

impl Runner<'_> {
    pub(super) async fn review(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        work: ReviewWork,
    ) -> Result<(), SeedError> {
        let action = match &work {
            ReviewWork::Comment(_) => Action::CommentPerformanceReviews,
            ReviewWork::Open { .. }
            | ReviewWork::Meet(_)
            | ReviewWork::Find(_)
            | ReviewWork::Conclude => Action::ConductPerformanceReviews,
        };
        let grant = actor.may(action)?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        if let ReviewWork::Open { contract, term } = work {
            let contract_id = *self.contracts.get(contract).ok_or_else(|| missing("contract"))?;
            let new = OpenPerformanceReview { contract_id, term };
            let figures = self.store.count_review_figures(&grant, new, (now, now)).await?;
            let about = About::EntryMade(RegisterKind::PerformanceReview);
            let open = async |write: &Write<'_>| write.open_performance_review(new, figures).await;
            return change(self.store, &call, about, open).await.map(drop);
        }
        let newest = PageRequest { after: None, limit: 1, with_total: false };
        let filter = PerformanceReviewFilter::default();
        let found = self.store.performance_reviews(&grant, filter, newest, now).await?;
        let newest = found.items.first().ok_or_else(|| missing("performance review"))?;
        let id: RegisterEntryId = newest.row.entry.header().id;
        let step = async |write: &Write<'_>| match work {
            ReviewWork::Comment(comment) => {
                write.comment_on_review(id, CommentOnReview { comment }).await
            }
            ReviewWork::Meet(meeting) => write.record_review_meeting(id, meeting).await,
            ReviewWork::Find(finding) => write.add_review_finding(id, finding).await,
            // An opening is answered above.
            ReviewWork::Open { .. } | ReviewWork::Conclude => {
                write.conclude_performance_review(id).await
            }
        };
        let about = About::Entry(RegisterKind::PerformanceReview, id);
        change(self.store, &call, about, step).await.map(drop)
    }
}
