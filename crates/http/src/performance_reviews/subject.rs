//! What a change of a performance review is about.

use ascms_domain::ids::RegisterEntryId;
use ascms_domain::registers::RegisterKind;
use ascms_persistence::About;

pub(super) fn about(id: RegisterEntryId) -> About {
    About::Entry(RegisterKind::PerformanceReview, id)
}
