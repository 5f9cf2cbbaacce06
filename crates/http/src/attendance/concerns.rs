//! `/v1/attendance-concerns`: the students of a school whom somebody should look at, and what would
//! come of a referral.

use actix_web::{HttpRequest, HttpResponse, get};
use ascms_domain::attendance::{AttendanceBand, AttendanceTrend, ServiceStanding, StarThreshold};
use ascms_domain::eligibility::{Advice, Circumstance};
use ascms_domain::ids::{CaseId, ReferralId};
use ascms_domain::terms::TermKey;
use ascms_domain::text::SchoolNumber;
use ascms_persistence::concerns::{AttendanceConcern, ConcernFilter, ConcernsAsked, Prospect};
use ascms_persistence::in_service::{InService, Shows};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::answer;
use crate::attendance::views::{HalfDaysView, ThresholdView};
use crate::auth::{ReadAttendanceConcerns, ReadCases, ReadReferrals, also};
use crate::listing::Listing;
use crate::page::{List, PageOptions};
use crate::problem::{Code, Fault, Refusal};
use crate::students::views::StudentSummary;

#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ListAttendanceConcerns {
    /// The school; 404 when it is not the caller's.
    #[param(inline)]
    school_number: SchoolNumber,
    /// The term; that of today, or the last one that began, when it is missing.
    #[param(inline)]
    term: Option<TermKey>,
    /// Only those with so many days absent or more: 5, 10 or 15.
    #[param(minimum = 5, maximum = 15, multiple_of = 5)]
    threshold: Option<u32>,
    band: Option<AttendanceBand>,
    /// Only those of whom a referral would be taken today, or only the others.
    meets_criteria: Option<bool>,
    /// Only those with a referral that waits or an open case, or only the others.
    in_service: Option<bool>,
}

/// A student whom somebody should look at: a threshold of STAR is reached, the band is moderate or
/// chronic, or a referral would be taken today.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AttendanceConcernView {
    /// The student who is of concern.
    student: StudentSummary,
    /// National Student Number; null when it is not known. Personal data.
    #[schema(max_length = 20, pattern = "^[ 0]*[0-9]( *[0-9]){0,9} *$")]
    nsn: Option<String>,
    /// The school term, such as `2026-1`.
    term: TermKey,
    /// Half-days of the term so far, by kind.
    half_days: HalfDaysView,
    /// Present half-days divided by possible ones, four decimals; null when none was possible.
    #[schema(minimum = 0, maximum = 1)]
    rate: Option<f64>,
    /// The Ministry's band of attendance; null while no half-day was possible.
    band: Option<AttendanceBand>,
    /// Whole days absent: two half-days make a day.
    #[schema(minimum = 0)]
    days_absent: u32,
    /// The thresholds of STAR (5, 10 and 15 days absent in the term) that were reached, and when.
    #[schema(max_items = 3)]
    thresholds: Vec<ThresholdView>,
    /// The last twenty school days compared with the twenty before (ours); null with fewer than
    /// forty.
    trend: Option<AttendanceTrend>,
    /// The prospects of a referral.
    referral: ProspectView,
}

/// What would come of a referral today, whatever term is asked for: as if the school had told the
/// whānau and tried something, which only a person can say.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProspectView {
    /// Whether the referral would be taken.
    meets_criteria: bool,
    /// The advice of the referral guidance on these facts.
    advice_level: Advice,
    /// The circumstances that decided the advice.
    #[schema(max_items = 20)]
    reasons: Vec<Circumstance>,
    /// Version of the eligibility rule that gave the advice.
    #[schema(max_length = 100)]
    rule_version: String,
    /// Whether the student has an open case or a waiting referral.
    already_in_service: InServiceView,
}

/// Whether the service has the student already.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InServiceView {
    /// Whether the student has an open case, a waiting referral or neither.
    standing: ServiceStanding,
    /// The latest referral that waits; null when there is none, or when the caller may not read it.
    referral_id: Option<ReferralId>,
    /// The open case; null when there is none, or when the caller may not read it.
    case_id: Option<CaseId>,
}

/// List attendance concerns
///
/// The students enrolled at a school now who were on its roll in a term, and whom somebody should
/// look at: five, ten or fifteen days absent, attendance of 80 % or less, or a referral that would
/// be taken today. In the order of their ids.
#[utoipa::path(
    tag = "Attendance",
    security(("bearer" = ["attendance-concerns:read"])),
    params(ListAttendanceConcerns, PageOptions),
    responses((status = 200, description = "A page of students", body = List<AttendanceConcernView>)),
)]
#[get("/attendance-concerns")]
pub(super) async fn list_attendance_concerns(
    list: Listing<ReadAttendanceConcerns, ListAttendanceConcerns>,
) -> Result<HttpResponse, Refusal> {
    let filter = list.filter().clone();
    let ListAttendanceConcerns { school_number, term, threshold, band, meets_criteria, in_service } =
        filter;
    let threshold = threshold
        .and_then(|days| StarThreshold::ALL.into_iter().find(|threshold| threshold.days() == days));
    let asked = ConcernsAsked {
        // 0 is no school's number.
        school_number: school_number.canonical().unwrap_or(0),
        term,
        filter: ConcernFilter { threshold, band, meets_criteria, in_service },
    };
    let read = async |page| {
        let (grant, shows) = (list.grant(), shows(list.request()));
        let read = list.store().attendance_concerns(grant, &shows, &asked, page, list.now());
        let found = read.await?;
        found.ok_or_else(no_such_term)
    };
    list.page(read, |concern| AttendanceConcernView::of(&concern)).await
}

fn no_such_term() -> Refusal {
    let fault = Fault::of("term", "unknown", "no such term has begun");
    Refusal::faulty(Code::InvalidQuery, vec![fault])
}

/// What the caller may look up beside attendance.
pub(super) fn shows(req: &HttpRequest) -> Shows {
    Shows { referrals: also::<ReadReferrals>(req), cases: also::<ReadCases>(req) }
}

impl AttendanceConcernView {
    fn of(concern: &AttendanceConcern) -> Self {
        let AttendanceConcern { student, term, standing, prospect } = concern;
        let totals = &standing.totals;
        Self {
            student: StudentSummary::of(student),
            nsn: student.nsn.clone(),
            term: *term,
            half_days: HalfDaysView::of(totals.half_days),
            rate: answer::rate(totals.attendance().rate_ten_thousandths()),
            band: standing.band,
            days_absent: totals.days_absent(),
            thresholds: standing.thresholds.iter().map(ThresholdView::of).collect(),
            trend: standing.trend,
            referral: ProspectView::of(prospect),
        }
    }
}

impl ProspectView {
    pub(super) fn of(prospect: &Prospect) -> Self {
        let Prospect { assessment, service } = prospect;
        let InService { standing, referral_id, case_id } = *service;
        Self {
            meets_criteria: assessment.meets_criteria(),
            advice_level: assessment.advice,
            reasons: assessment.circumstances.clone(),
            rule_version: assessment.rule_version.clone(),
            already_in_service: InServiceView { standing, referral_id, case_id },
        }
    }
}
