//! The students of a school whom somebody should look at. Students are read some hundreds at a
//! time until a page is full, each time with the same few statements.

use std::collections::HashMap;

use ascms_domain::access::{Grant, Span};
use ascms_domain::attendance::{
    AttendanceBand, CountedDays, OpenDays, StarThreshold, TermStanding,
};
use ascms_domain::calendar::nz_date;
use ascms_domain::eligibility::{
    Assessment, Facts, FactsOnRecord, TermAttendance, assess, baseline, baseline_terms,
};
use ascms_domain::ids::{SchoolId, StudentId};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::rules::{EligibilityRules, Versioned};
use ascms_domain::terms::{Term, TermKey, Terms};
use chrono::{DateTime, NaiveDate, Utc};

use crate::Store;
use crate::features::attendance::Schools;
use crate::features::attendance::reported::{self, Reported, Window};
use crate::features::students::roll::{self, OnRoll};
use crate::pages::in_service::{self, InService, Shows};
use crate::reach::rows::student;
use crate::reference::calendars::Calendars;
use crate::reference::schools::{self, SchoolRoute};
use crate::store::audit::{self, Subject};
use crate::store::error::StoreError;
use crate::store::page::{Page, PageRequest};

/// How many students are looked at with one set of statements.
const AT_ONCE: u32 = 512;

/// Whose concerns are asked for.
#[derive(Clone, Debug)]
pub struct ConcernsAsked {
    pub school_number: i32,
    /// The term of today, or the last one that began, when nothing is said.
    pub term: Option<TermKey>,
    pub filter: ConcernFilter,
}

/// Which of them a list shows.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConcernFilter {
    pub threshold: Option<StarThreshold>,
    pub band: Option<AttendanceBand>,
    pub meets_criteria: Option<bool>,
    pub in_service: Option<bool>,
}

/// A student whom a school should look at.
#[derive(Clone, Debug)]
pub struct AttendanceConcern {
    pub student: student::Model,
    pub term: TermKey,
    pub standing: TermStanding,
    pub prospect: Prospect,
}

/// What would come of a referral today.
#[derive(Clone, Debug)]
pub struct Prospect {
    pub assessment: Assessment,
    pub service: InService,
}

/// What a school's students are looked at by.
struct ConcernCriteria<'a> {
    calendars: &'a Calendars,
    school: &'a SchoolRoute,
    term: &'a Term,
    /// The months of the term, and those of a referral of today.
    windows: (Window, Window),
    referral: ReferralCriteria<'a>,
    shows: &'a Shows,
}

/// What a referral of today is judged by.
pub(super) struct ReferralCriteria<'a> {
    pub rules: &'a Versioned<EligibilityRules>,
    /// The school's days, by the nation's terms where the student is at none.
    pub open: OpenDays<'a>,
    pub today: NaiveDate,
    /// Whether alerts on record count: for those who may read them.
    pub with_alerts: bool,
}

impl Store {
    /// The students on a school's roll in a term whom somebody should look at, in the order of
    /// their ids; `None` when no such term has begun.
    pub async fn attendance_concerns(
        &self,
        grant: &Grant,
        shows: &Shows,
        asked: &ConcernsAsked,
        page: PageRequest<StudentId>,
        now: DateTime<Utc>,
    ) -> Result<Option<Page<AttendanceConcern, StudentId>>, StoreError> {
        let (calendars, rules, today) =
            (self.calendars().await?, self.rules().await?, nz_date(now));
        let school = schools::routing(&self.read, grant, asked.school_number, today).await?;
        let school = school.ok_or(StoreError::NotFound)?;
        if !schools::may_act_for(grant, &school) {
            return Err(StoreError::NotFound);
        }
        let terms = calendars.terms_of(school.school_id);
        let latest = latest(terms, today);
        let term = asked.term.map_or(latest, |key| terms.get(key));
        let Some(term) = term.filter(|term| term.starts_on <= today) else { return Ok(None) };
        let of = |term: Option<&Term>| Window::of(&calendars, term?.key);
        let Some(windows) = of(Some(term)).zip(of(latest)) else { return Ok(None) };
        let referral = ReferralCriteria {
            rules: rules.eligibility(today)?,
            open: calendars.open_days(school.school_id, school.holiday_region),
            today,
            with_alerts: reads_files(grant),
        };
        let criteria = ConcernCriteria {
            calendars: &calendars,
            school: &school,
            term,
            windows,
            referral,
            shows,
        };
        let found = self.page_of_concerns(grant, &criteria, asked.filter, page).await?;
        let ids = found.items.iter().map(|concern| concern.student.id.0).collect();
        self.read_log.record(audit::allowed(grant, Subject::many("student", ids), now)).await?;
        Ok(Some(found))
    }

    /// To count them all, everybody is looked at; else those after the cursor, until a page is
    /// full.
    async fn page_of_concerns(
        &self,
        grant: &Grant,
        criteria: &ConcernCriteria<'_>,
        filter: ConcernFilter,
        page: PageRequest<StudentId>,
    ) -> Result<Page<AttendanceConcern, StudentId>, StoreError> {
        let enough = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
        let mut after = page.after.filter(|_| !page.with_total);
        let mut known = Schools::default();
        let mut found = Vec::new();
        while page.with_total || found.len() < enough {
            let school = criteria.school.school_id;
            let roll = roll::some_of(&self.read, grant, school, after, AT_ONCE).await?;
            let Some(last) = roll.last().map(|on_roll| on_roll.student.id) else { break };
            after = Some(last);
            let concerns = self.concerns_among(criteria, roll, &mut known).await?;
            found.extend(concerns.into_iter().filter(|concern| filter.fits(concern)));
        }
        let total = page.with_total.then(|| u64::try_from(found.len()).unwrap_or(u64::MAX));
        if let Some(after) = page.after {
            found.retain(|concern| concern.student.id > after);
        }
        let found = page.cut(found, |concern| concern.student.id);
        Ok(Page { total, ..found })
    }

    async fn concerns_among(
        &self,
        criteria: &ConcernCriteria<'_>,
        roll: Vec<OnRoll>,
        known: &mut Schools,
    ) -> Result<Vec<AttendanceConcern>, StoreError> {
        let students: Vec<_> =
            roll.iter().map(|one| (one.student.id, one.records.clone())).collect();
        let (of_term, of_today) = criteria.windows;
        let then = reported::of_students(&self.read, &students, of_term, None).await?;
        let now = if of_term == of_today {
            None
        } else {
            Some(reported::of_students(&self.read, &students, of_today, None).await?)
        };
        known.learn(&self.read, then.values().chain(now.iter().flat_map(HashMap::values))).await?;
        let ids = students.iter().map(|(student, _)| *student);
        let service = in_service::of(&self.read, ids, criteria.shows).await?;
        let nothing = Reported::default();
        let mut concerns = Vec::new();
        for OnRoll { student, records: _ } in roll {
            let said = then.get(&student.id).unwrap_or(&nothing);
            if !criteria.was_there(said) {
                continue;
            }
            let days = known.counted(criteria.calendars, said);
            let standing = days.standing(criteria.term.key);
            let service = service.get(&student.id).copied().unwrap_or(InService::NOT);
            let sent = match &now {
                None => criteria.referral.attendance(&days),
                Some(now) => {
                    let said = now.get(&student.id).unwrap_or(&nothing);
                    criteria.referral.attendance(&known.counted(criteria.calendars, said))
                }
            };
            let kind = ReferralKind::ChronicAbsence;
            let assessment = criteria.referral.assess(kind, &student, &sent, service);
            if standing.is_concern() || assessment.meets_criteria() {
                let prospect = Prospect { assessment, service };
                let term = criteria.term.key;
                concerns.push(AttendanceConcern { student, term, standing, prospect });
            }
        }
        Ok(concerns)
    }
}

impl ConcernCriteria<'_> {
    /// Whether the student was on the school's roll in the term.
    fn was_there(&self, said: &Reported) -> bool {
        let Term { key: _, starts_on, ends_on } = *self.term;
        let here = |school: SchoolId| school == self.school.school_id;
        let mut stays = said.enrolments.iter().filter(|stay| here(stay.school));
        stays.any(|stay| stay.touches(starts_on, ends_on))
    }
}

impl ReferralCriteria<'_> {
    /// The attendance that a referral of today can carry: of the terms that can be its baseline,
    /// those with something on record.
    pub fn attendance(&self, days: &CountedDays) -> Vec<TermAttendance> {
        let of = |term: &Term| days.term_totals(term.key).attendance();
        let each = baseline_terms(self.open.terms, self.today).into_iter().map(of);
        each.filter(|attendance| attendance.possible_half_days > 0).collect()
    }

    /// The term that a referral with this attendance would be measured against.
    pub fn baseline(&self, sent: &[TermAttendance]) -> Option<TermAttendance> {
        baseline(sent, self.today, &self.open, &self.rules.parameters)
    }

    pub fn assess(
        &self,
        kind: ReferralKind,
        student: &student::Model,
        sent: &[TermAttendance],
        service: InService,
    ) -> Assessment {
        let facts = Facts::before_referral(FactsOnRecord {
            kind,
            referral_date: self.today,
            birth_date: student.birth_date,
            year_level: student.year_level,
            baseline: self.baseline(sent),
            in_open_case: service.standing.has_open_case(),
            safety_alert: self.with_alerts && !student.safety_alerts.0.is_empty(),
        });
        assess(&self.rules.parameters, &self.rules.version, &facts)
    }
}

impl ConcernFilter {
    fn fits(&self, concern: &AttendanceConcern) -> bool {
        let Self { threshold, band, meets_criteria, in_service } = *self;
        let Prospect { assessment, service } = &concern.prospect;
        threshold.is_none_or(|one| concern.standing.has_reached(one))
            && band.is_none_or(|one| concern.standing.band == Some(one))
            && meets_criteria.is_none_or(|asked| assessment.meets_criteria() == asked)
            && in_service.is_none_or(|asked| service.standing.is_there() == asked)
    }
}

/// The term of a day, or the last one that had begun.
pub(super) fn latest(terms: &Terms, today: NaiveDate) -> Option<&Term> {
    terms.on(today).or_else(|| terms.latest_before(today))
}

/// Whether the caller's role reads students' files: a machine does not, and learns nothing here
/// that only a file says.
pub(super) fn reads_files(grant: &Grant) -> bool {
    grant.reach().iter().any(|span| !matches!(span, Span::Client(_)))
}
