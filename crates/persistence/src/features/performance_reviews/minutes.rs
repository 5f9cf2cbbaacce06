//! Documents of the meeting of a performance review. Everybody who reads the review reads them.

use ascms_domain::access::Grant;
use ascms_domain::documents::DocumentRefusal;
use ascms_domain::ids::{DocumentId, RegisterEntryId};
use ascms_domain::performance_reviews::PerformanceReview;
use ascms_domain::registers::{Register, StepRefusal};
use chrono::{DateTime, Utc};

use super::entries::{locked, visible};
use super::refusal::{RefusedReview, refused};
use crate::Store;
use crate::features::documents::{NewDocument, attachments};
use crate::gate::write::Write;
use crate::reach::rows::document;
use crate::store::call::CallError;
use crate::store::error::ChangeError;

impl Write<'_> {
    /// Adds a document to the minutes of the meeting, until the review is concluded.
    pub async fn attach_to_review(
        &self,
        id: RegisterEntryId,
        new: NewDocument,
    ) -> Result<document::Model, RefusedReview> {
        let (entry, _) = locked(self, id).await?;
        entry.status.takes_documents().map_err(refused)?;
        let attached = attachments::attach(self, (PerformanceReview::KIND, id), new).await;
        attached.map_err(CallError::refusal_into)
    }
}

impl Store {
    /// A document of a review whose content is about to be read.
    pub async fn review_document(
        &self,
        grant: &Grant,
        ids: (RegisterEntryId, DocumentId),
        now: DateTime<Utc>,
    ) -> Result<document::Model, ChangeError<DocumentRefusal>> {
        visible(&self.read, grant, ids.0).await?;
        attachments::to_read(self, grant, ids, now).await
    }

    /// Whether a document can be added to a review, before the caller sends what may be long.
    pub async fn check_review_upload(
        &self,
        grant: &Grant,
        id: RegisterEntryId,
    ) -> Result<(), ChangeError<StepRefusal>> {
        let review = visible(&self.read, grant, id).await?;
        review.status.takes_documents().map_err(ChangeError::Refused)
    }
}
