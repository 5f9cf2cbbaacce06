//! Whether what is written of a submission can be submitted.

use ascms_domain::submissions::{Submission, SubmissionBasis, SubmissionPeriod};
use ascms_domain::terms::Terms;
use chrono::NaiveDate;

use super::refusal::SubmissionChangeRefusal;
use crate::features::documents::attachments;
use crate::reach::rows::document;

/// Refuses content that is not complete, and documents that the scanner has not passed. The period is over by the
/// nation's terms.
pub(super) fn complete(
    content: &Submission,
    basis: SubmissionBasis<'_>,
    terms: &Terms,
    documents: &[document::Model],
) -> Result<(), SubmissionChangeRefusal> {
    let term = match basis.period {
        SubmissionPeriod::Term(key) => terms.get(key),
        SubmissionPeriod::Year(_) => None,
    };
    let last_day = basis.period.days(term).map_or(NaiveDate::MAX, |(_, last)| last);
    content.check_complete(basis, last_day)?;
    Ok(attachments::clean(documents)?)
}
