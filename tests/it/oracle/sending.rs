//! What schools send: referrals' requests with their baseline, days in any order, totals of terms.

use std::collections::BTreeSet;

use chrono::{Days, Duration};
use serde_json::{Value, json};

use super::calendars::{self, School, nz_day};
use super::deeds::{Deed, before};
use super::log::{DayWord, HalfDays, TermWord};
use super::plan::{often, one_of};
use crate::lifecycle_walks::Dice;

/// The attendance that a referral is sent with, and what of it is the baseline.
pub struct Baseline {
    sent: Vec<Value>,
    pub counted: Option<(u32, u32)>,
}

/// Attendance by the day: exactly 70 %, a half-day over or under, nothing, or anything.
fn share(dice: &mut Dice, possible: u32) -> u32 {
    let seventy = possible * 70 / 100;
    match dice.below(7) {
        0 => 0,
        1 => seventy + 1,
        2 => seventy.saturating_sub(1),
        3 => dice.below(possible as usize + 1) as u32,
        4 => possible * 4 / 10,
        _ => seventy,
    }
}

fn half_days_body(of: HalfDays) -> Value {
    let HalfDays { present, justified, unjustified, unclassified } = of;
    json!({
        "present": present, "justified": justified, "unjustified": unjustified,
        "unclassified": unclassified,
    })
}

impl Deed<'_> {
    /// The referral's term to date if at least 20 % of it is on record, else the term before.
    pub fn baseline(&mut self, school: &School, today: chrono::NaiveDate) -> Baseline {
        let current = calendars::term_on(today);
        let previous = calendars::term_before(current.map_or(today, |term| term.first));
        let mut baseline = Baseline { sent: Vec::new(), counted: None };
        for term in [current, previous].into_iter().flatten() {
            let days = self.world.days_of(school, self.now);
            let whole = days.half_days_of(term);
            // No more than the school can have been open until today.
            let so_far = days.half_days_until(term, today);
            let possible =
                one_of(self.dice, &[whole / 5, whole.div_ceil(5), 40, 60, 80]).min(so_far);
            let present = share(self.dice, possible);
            baseline.sent.push(json!({
                "term": term.key, "possibleHalfDays": possible, "presentHalfDays": present,
            }));
            if baseline.counted.is_none() && possible > 0 && possible * 100 >= whole * 20 {
                baseline.counted = Some((present, possible));
            }
        }
        baseline
    }

    pub fn request(
        &mut self,
        school: &School,
        (is_chronic, to_team): (bool, bool),
        baseline: &Baseline,
    ) -> Value {
        let born = if self.world.is_twin { "2012-11-30" } else { "2013-05-06" };
        let mut student = json!({
            "legalGivenNames": self.world.name, "legalFamilyName": "Example", "birthDate": born,
        });
        if !self.world.is_twin {
            // Only whom everything agrees with is recognised at another school.
            let digits = self
                .world
                .name
                .bytes()
                .fold(7, |all, one| (all * 31 + u64::from(one)) % 100_000_000);
            student["nsn"] = json!(format!("18{digits:08}"));
        }
        // Of the second record nothing else is known.
        let is_first = self.world.referrals.is_empty() && !self.world.is_twin;
        if is_first && often(self.dice, 60) {
            student["yearLevel"] = json!(1 + self.dice.below(11));
        }
        if is_first && often(self.dice, 60) {
            student["ethnicities"] = json!(["2", "1"]);
        }
        let mut request = json!({
            "kind": if is_chronic { "chronic_absence" } else { "non_enrolment" },
            "reason": "Away most Mondays.",
            "schoolResponse": { "attendanceManagementPlan": true, "individualPlanTried": false },
            "attendance": baseline.sent,
        });
        if !is_chronic {
            let left = before(nz_day(self.now), self.dice.below(30) as u64);
            request["nonEnrolment"] = json!({ "sender": "school", "leftOn": left });
        }
        json!({
            "schoolNumber": school.number, "inSchoolProvision": to_team, "student": student,
            "supportRequest": request,
        })
    }

    /// A school where the student is or was, mostly the one of now.
    fn sender(&mut self) -> Option<&'static School> {
        let stays = self.world.stays_now();
        let last = stays.last()?;
        let any = stays[self.dice.below(stays.len())];
        let stay = if often(self.dice, 65) { *last } else { any };
        Some(calendars::school(stay.school))
    }

    pub async fn send_days(
        &mut self,
        term: &str,
        (count, percent): (usize, usize),
        back: i64,
    ) -> Option<()> {
        let term = calendars::term(term)?;
        let school = self.sender()?;
        let today = nz_day(self.now);
        let last = (term.last + Days::new(3)).min(today);
        let length = (last - before(term.first, 3)).num_days();
        if length <= 0 {
            return None;
        }
        // More draws than days of a term leave out a few.
        let from = before(term.first, 3);
        let dates: BTreeSet<_> = if count >= 60 {
            (0..=length)
                .filter(|_| often(self.dice, 93))
                .map(|n| from + Days::new(n as u64))
                .collect()
        } else {
            let draws = 0..count;
            draws.map(|_| from + Days::new(self.dice.below(length as usize + 1) as u64)).collect()
        };
        let words: Vec<_> = dates.into_iter().map(|date| (date, self.half_days(percent))).collect();
        let days: Vec<Value> = words
            .iter()
            .map(
                |(date, half_days)| json!({ "date": date, "halfDays": half_days_body(*half_days) }),
            )
            .collect();
        let asked = (back != 0).then(|| self.now - Duration::hours(back));
        let sent = asked.map_or(self.now, |sent| sent.min(self.now));
        let student = self.world.referrals.first()?.student.clone();
        let mut body = json!({
            "schoolNumber": school.number, "students": [{ "studentId": student, "days": days }],
        });
        if let Some(asked) = asked {
            body["sentAt"] = json!(asked);
        }
        let answer = self.app.as_(school.office).post("/v1/attendance", body).await.expect(200);
        let refused = refused(&answer.json);
        for (at, (date, half_days)) in words.into_iter().enumerate() {
            if !refused.contains(&format!("/students/0/days/{at}")) {
                let received = self.now;
                self.world.days.push(DayWord { school, date, half_days, sent, received });
            }
        }
        Some(())
    }

    fn half_days(&mut self, percent: usize) -> HalfDays {
        let mut day = HalfDays::default();
        for _ in 0..one_of(self.dice, &[2, 2, 2, 2, 2, 2, 1, 0]) {
            let kind = match self.dice.below(30) {
                0 => &mut day.unclassified,
                1..=5 if !often(self.dice, percent) => &mut day.justified,
                _ if often(self.dice, percent) => &mut day.present,
                _ => &mut day.unjustified,
            };
            *kind += 1;
        }
        day
    }

    /// Totals at the edges: exactly a fifth of the term, exactly 70 %, exactly a quarter better.
    pub async fn send_totals(&mut self, key: &'static str) -> Option<()> {
        let term = calendars::term(key)?;
        let school = self.sender()?;
        let first = self.world.referrals.first()?;
        let (student, baseline) = (first.student.clone(), first.baseline);
        let whole = self.world.days_of(first.school, self.now).half_days_of(term);
        let possible = match self.dice.below(4) {
            0 => whole.div_ceil(5),
            1 => whole.div_ceil(5) - 1,
            2 => 100,
            _ => 80,
        };
        let days = self.world.days_of(school, self.now);
        let so_far = days.half_days_until(term, nz_day(self.now));
        let possible = possible.min(so_far);
        let quarter = baseline.map(|(before, of)| (5 * before * possible).div_ceil(4 * of.max(1)));
        let present = match self.dice.below(4) {
            0 => quarter.unwrap_or(0).saturating_sub(1).min(possible),
            1 => quarter.unwrap_or(0).min(possible),
            _ => share(self.dice, possible),
        };
        let half_days =
            HalfDays { present, unjustified: possible - present, ..HalfDays::default() };
        let totals = json!([{ "term": key, "halfDays": half_days_body(half_days) }]);
        let body = json!({
            "schoolNumber": school.number, "students": [{ "studentId": student, "terms": totals }],
        });
        let answer = self.app.as_(school.office).post("/v1/attendance", body).await.expect(200);
        if refused(&answer.json).is_empty() {
            let word =
                TermWord { school, term: term.key, half_days, sent: self.now, received: self.now };
            self.world.totals.push(word);
        }
        Some(())
    }
}

/// The places of what was not taken. Only a day that has not come is a good reason.
fn refused(answer: &Value) -> BTreeSet<String> {
    let faults = answer["faults"].as_array().expect("faults").iter();
    let each = faults.map(|fault| {
        let code = fault["code"].as_str().expect("a code");
        assert_eq!(code, "in_the_future", "{fault}");
        fault["pointer"].as_str().expect("a pointer").to_owned()
    });
    each.collect()
}
