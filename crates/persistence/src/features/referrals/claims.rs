//! The attendance that comes with a referral, held against what can be and what is on record.

use ascms_domain::eligibility::{
    Contradiction, ImpossibleClaim, TermAttendance, TermRecord, baseline_terms,
    held_against_record, impossible_claims, is_enough,
};
use ascms_domain::ids::StudentId;
use chrono::NaiveDate;

use crate::features::attendance::Schools;
use crate::features::attendance::reported::{self, Window};
use crate::features::referrals::context::ReferralContext;
use crate::identity;
use crate::reference::calendars::Calendars;
use crate::reference::schools::SchoolRoute;
use crate::store::error::StoreError;
use crate::store::transaction::DatabaseTransaction;

/// The claims that can not be, by the school's dates and its region's holidays.
pub(super) fn impossible(
    sent: &[TermAttendance],
    today: NaiveDate,
    school: &SchoolRoute,
    calendars: &Calendars,
) -> Vec<ImpossibleClaim> {
    let open = calendars.open_days(school.school_id, school.holiday_region);
    impossible_claims(sent, today, &open)
}

/// Holds the claims against what is on record of the student: what counts, and what contradicts.
/// Of somebody who was not known before nothing is on record.
pub(super) async fn held(
    txn: &DatabaseTransaction,
    student: Option<StudentId>,
    sent: &[TermAttendance],
    context: &ReferralContext<'_>,
) -> Result<(Vec<TermAttendance>, Vec<Contradiction>), StoreError> {
    let ReferralContext { school, calendars, .. } = context;
    let rules = &context.rules.parameters;
    let (Some(student), false) = (student, sent.is_empty()) else {
        return Ok((sent.to_vec(), Vec::new()));
    };
    let records = [(student, identity::merges::records_of(txn, student).await?)];
    let open = calendars.open_days(school.school_id, school.holiday_region);
    let (mut known, mut on_record) = (Schools::default(), Vec::new());
    for term in baseline_terms(open.terms, context.referral_date) {
        let said = reported::of_students(txn, &records, Window::of_term(term), None).await?;
        known.learn(txn, said.values()).await?;
        let Some(said) = said.get(&student) else { continue };
        let attendance = known.counted(calendars, said).term_totals(term.key).attendance();
        if attendance.possible_half_days > 0 {
            let is_enough = is_enough(&attendance, term, &open, rules);
            on_record.push(TermRecord { attendance, is_enough });
        }
    }
    Ok(held_against_record(sent, &on_record, rules))
}
