//! Performance reviews are opened, commented on, met about, concluded and decided on.

use ascms_domain::access::{Action, Actor};
use ascms_domain::ids::RegisterEntryId;
use ascms_domain::performance_reviews::{
    CommentOnReview, OpenPerformanceReview, ProposeWithholding, WithholdingOutcome, WithholdingStep,
};
use ascms_domain::registers::RegisterKind;
use ascms_persistence::{About, Call, Write};
use chrono::{DateTime, Utc};

use super::{Runner, change, known, missing};
use crate::sandbox::nation::error::SeedError;
use crate::sandbox::nation::scenarios::ReviewWork;

/// What somebody needs to be allowed.
fn permission(work: &ReviewWork) -> Action {
    match work {
        ReviewWork::Comment(_) | ReviewWork::Finish(_) => Action::CommentPerformanceReviews,
        ReviewWork::Open { .. }
        | ReviewWork::Meet(_)
        | ReviewWork::Find(_)
        | ReviewWork::Agree(..)
        | ReviewWork::Conclude => Action::ConductPerformanceReviews,
        ReviewWork::Propose | ReviewWork::Confirm => Action::DecideWithholding,
    }
}

impl Runner<'_> {
    pub(super) async fn review(
        &self,
        actor: &Actor,
        now: DateTime<Utc>,
        id: RegisterEntryId,
        work: ReviewWork,
    ) -> Result<(), SeedError> {
        let grant = actor.may(permission(&work))?;
        let call = Call { grant: &grant, now, key: None, dry_run: false };
        if let ReviewWork::Open { contract, term } = work {
            let contract_id = *self.contracts.get(contract).ok_or_else(|| missing("contract"))?;
            let new = OpenPerformanceReview { contract_id, term };
            return self.open_review(&call, id, new).await;
        }
        let step = async |write: &Write<'_>| match work {
            ReviewWork::Comment(comment) => {
                write.comment_on_review(id, CommentOnReview { comment }).await
            }
            ReviewWork::Meet(meeting) => write.record_review_meeting(id, meeting).await,
            ReviewWork::Find(finding) => write.add_review_finding(id, finding).await,
            ReviewWork::Agree(action, new) => {
                known(write, Some(action.0));
                write.agree_review_action(id, new).await
            }
            ReviewWork::Finish(action) => write.finish_review_action(id, action).await,
            // An opening is answered above.
            ReviewWork::Open { .. } | ReviewWork::Conclude => {
                write.conclude_performance_review(id).await
            }
            ReviewWork::Propose => write.propose_withholding(id, released()).await,
            ReviewWork::Confirm => {
                write.take_withholding_step((id, 1), WithholdingStep::Confirm).await
            }
        };
        let about = About::Entry(RegisterKind::PerformanceReview, id);
        change(self.store, &call, about, step).await.map(drop)
    }

    async fn open_review(
        &self,
        call: &Call<'_>,
        id: RegisterEntryId,
        new: OpenPerformanceReview,
    ) -> Result<(), SeedError> {
        let at = (call.now, call.now);
        let figures = self.store.count_review_figures(call.grant, new, at).await?;
        let about = About::EntryMade(RegisterKind::PerformanceReview);
        let open = async |write: &Write<'_>| {
            known(write, Some(id.0));
            write.open_performance_review(new, figures).await
        };
        change(self.store, call, about, open).await.map(drop)
    }
}

fn released() -> ProposeWithholding {
    ProposeWithholding {
        outcome: WithholdingOutcome::Released,
        reason: None,
        accepted_despite: Vec::new(),
        supersedes: None,
    }
}
