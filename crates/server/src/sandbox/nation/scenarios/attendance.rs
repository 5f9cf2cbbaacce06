//! What the schools send of the referred students: at the end of each term, or yesterday, the days
//! of everybody who was referred by then for chronic absence.

use std::collections::BTreeMap;

use ascms_domain::access::Role;
use ascms_domain::attendance::{
    AttendancePush, HalfDayCounts, PushedDay, PushedStudent, SentCounts,
};
use ascms_domain::calendar::{OutOfRange, nz_date};
use ascms_domain::referrals::ReferralKind;
use ascms_domain::terms::Term;
use ascms_persistence::Calendars;
use ascms_persistence::referrals::NewReferral;
use chrono::{DateTime, Days, NaiveDate, Utc};

use super::steps::{Operation, STORIES, Step};
use crate::sandbox::nation::days;
use crate::sandbox::nation::random::Random;
use crate::sandbox::personas;

/// One push a school and term.
pub(super) fn pushes(
    steps: &[Step],
    calendars: &Calendars,
    now: DateTime<Utc>,
    random: &mut Random,
) -> Result<Vec<Step>, OutOfRange> {
    let today = nz_date(now);
    let mut schools: BTreeMap<i32, Vec<(&NewReferral, NaiveDate)>> = BTreeMap::new();
    for step in steps {
        if let Operation::Submit(new) = &step.operation
            && new.request.kind == ReferralKind::ChronicAbsence
        {
            schools.entry(new.school_number).or_default().push((&**new, nz_date(step.at)));
        }
    }
    let mut pushes = Vec::new();
    for (school_number, referred) in schools {
        for term in calendars.terms.iter().filter(|term| term.starts_on < today) {
            let last = term.ends_on.min(today - Days::new(1));
            let here = referred.iter().filter(|(_, day)| *day <= last);
            let mut students = Vec::new();
            for (new, _) in here {
                let place = students.len();
                students.push(student((place, new), term, last, calendars, random)?);
            }
            let at = days::at(last, days::EVENING);
            if students.is_empty() || at >= now {
                continue;
            }
            let sent = students.len();
            let push = AttendancePush { school_number, sent_at: None, count: None, sent, students };
            let by = personas::name(Role::SmsClient);
            pushes.push(Step {
                at,
                story: STORIES,
                by,
                operation: Operation::SendAttendance(push),
            });
        }
    }
    Ok(pushes)
}

fn student(
    (place, new): (usize, &NewReferral),
    term: &Term,
    last: NaiveDate,
    calendars: &Calendars,
    random: &mut Random,
) -> Result<PushedStudent, OutOfRange> {
    // Most come more often than before, some do not come at all.
    let share = random.between(15, 100);
    let mut sent = Vec::new();
    for date in term.starts_on.iter_days().take_while(|day| *day <= last) {
        if calendars.contract.is_business_day(date, None)? {
            let half_day = |random: &mut Random| u32::from(random.percent(share));
            let present = half_day(random) + half_day(random);
            let justified = if random.percent(30) { 2 - present } else { 0 };
            let unjustified = 2 - present - justified;
            let counts = HalfDayCounts { present, justified, unjustified, unclassified: 0 };
            let half_days = Some(SentCounts { counts, possible: Some(2) });
            sent.push(PushedDay {
                place: sent.len(),
                date,
                half_days,
                morning: None,
                afternoon: None,
                codes: None,
                categories: None,
            });
        }
    }
    Ok(PushedStudent {
        place,
        nsn: new.student.nsn.as_ref().map(|number| number.0.clone()),
        student_id: None,
        birth_date: None,
        days: sent,
        terms: Vec::new(),
    })
}
