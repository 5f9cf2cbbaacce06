//! Whether a referral is taken, and what of it is told of somebody who is not known.

use ascms_domain::eligibility::{Advice, Assessment, Facts, TermAttendance, assess, baseline};
use ascms_domain::matching::Match;
use chrono::NaiveDate;

use crate::features::referrals::claims;
use crate::features::referrals::context::ReferralContext;
use crate::features::referrals::submission::{Ineligible, NewReferral, SubmissionRefusal};
use crate::store::call::CallError;
use crate::store::transaction::DatabaseTransaction;

/// What a referral was judged to be.
pub(super) struct Judged {
    pub(super) assessment: Assessment,
    /// By what was sent alone: as nobody like it were known.
    pub(super) of_somebody_new: Assessment,
}

/// Judges a referral; refuses it where its student may not be referred.
pub(super) async fn judge(
    txn: &DatabaseTransaction,
    new: &NewReferral,
    context: &ReferralContext<'_>,
) -> Result<Judged, CallError<SubmissionRefusal>> {
    let ReferralContext { school, recognised, rules, calendars, .. } = context;
    let ReferralContext { referral_date, in_open_case, .. } = *context;
    let known = match &recognised.found {
        Match::Known(student_id, _) => Some(*student_id),
        Match::New | Match::Unclear(_) => None,
    };
    let (parameters, sent) = (&rules.parameters, &new.request.attendance);
    let (counted, contradictions) = claims::held(txn, known, sent, context).await?;
    let baseline_of = |attendance: &[TermAttendance]| {
        let open = calendars.open_days(school.school_id, school.holiday_region);
        baseline(attendance, referral_date, &open, parameters)
    };
    let facts = facts(new, referral_date, baseline_of(&counted), in_open_case);
    let as_new = Facts { in_open_case: false, baseline: baseline_of(sent), ..facts };
    let assessment = assess(parameters, &rules.version, &facts);
    let assessment = Assessment { contradictions, ..assessment };
    let of_somebody_new = assess(parameters, &rules.version, &as_new);
    // What is on record of a student of whom the sender may not know refuses nothing: a refusal
    // would tell of it.
    let (judged, facts) =
        if recognised.is_stranger { (&of_somebody_new, as_new) } else { (&assessment, facts) };
    if judged.advice == Advice::DoNot {
        let baseline_at = sent.iter().position(|term| Some(*term) == facts.baseline);
        let (assessment, rules) = (judged.clone(), *parameters);
        let why = Ineligible { assessment, facts, rules, baseline_at };
        return Err(CallError::Refused(SubmissionRefusal::NotEligible(Box::new(why))));
    }
    Ok(Judged { assessment, of_somebody_new })
}

fn facts(
    new: &NewReferral,
    referral_date: NaiveDate,
    baseline: Option<TermAttendance>,
    in_open_case: bool,
) -> Facts {
    let request = &new.request;
    Facts {
        kind: request.kind,
        referral_date,
        birth_date: new.student.birth_date,
        year_level: new.student.year_level,
        continuing_support: request.continuing(),
        international_without_visa: request.is_international_without_visa(),
        baseline,
        in_open_case,
        whanau_told: request.whanau_told_on.is_some(),
        school_tried_something: request.school_tried_something(),
        safety_alert: !request.safety_alerts.is_empty(),
        asked_in_school: new.wants_in_school,
    }
}
