//! Whom meetings reached. A meeting itself is an entry of the timeline; each party that it reached
//! has a row here, which stands until a later entry puts the meeting right.

use ascms_domain::cases::CaseAction;
use ascms_domain::ids::{CaseId, EntryId};
use ascms_domain::text::LongText;
use ascms_domain::timeline::{Details, EntryKind, NewEntry};

use crate::features::timeline::{self, EntryRow, RecordingRefusal};
use crate::gate;
use crate::gate::write::Write;
use crate::store::call::CallError;
use crate::store::error::StoreError;

impl Write<'_> {
    /// Takes back a meeting that never took place; who saw the meeting sees that.
    pub async fn withdraw_meeting(
        &self,
        (case_id, id): (CaseId, EntryId),
        reason: LongText,
    ) -> Result<EntryRow, CallError<RecordingRefusal>> {
        let &Write { txn, call, calendars, .. } = self;
        let action = CaseAction::AddMeeting;
        let case = gate::case::locked_for(txn, call, case_id, action, calendars).await?;
        let wrong = timeline::standing_entry(txn, self.grant(), &case, id).await?;
        let wrong = wrong.filter(|row| row.entry.kind == EntryKind::Meeting);
        let wrong = wrong.ok_or(StoreError::NotFound)?;
        let entry = NewEntry {
            visibility: wrong.entry.visibility,
            occurred_at: self.now(),
            details: Details::MeetingWithdrawal { reason },
            corrects: Some(wrong.corrected()),
        };
        timeline::save_entry(self, &case, entry, Some(id)).await
    }
}
