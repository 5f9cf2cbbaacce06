//! Where a student is enrolled, word by word as the words came: each one changes what stands. What
//! was sent out of order, and said of a time that is over, is not lived through here; the rules'
//! own tests have it.

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::almanac::{School, nz_day};
use super::deeds::{Deed, before};
use super::log::{Status, Stay, Word};
use super::plan::one_of;

pub fn open(stays: &[Stay]) -> Option<usize> {
    stays.iter().position(|stay| stay.last.is_none())
}

/// The student is at this school, from a day on if that is known, and nowhere else.
pub fn enrol(
    stays: &mut Vec<Stay>,
    school: &'static str,
    first: Option<NaiveDate>,
    today: NaiveDate,
) {
    let taker = match open(stays) {
        Some(at) if stays[at].school == school => {
            if first.is_none() || first == stays[at].first {
                return;
            }
            (stays[at].first, stays[at].told) = (first, today);
            at
        }
        elsewhere => {
            if let Some(at) = elsewhere {
                stays[at].taken_by = Some(stays.len());
            }
            stays.push(Stay { school, first, last: None, told: today, taken_by: None });
            stays.len() - 1
        }
    };
    let last = first.map_or(today, |first| first - Days::new(1));
    for stay in stays.iter_mut().filter(|stay| stay.taken_by == Some(taker)) {
        stay.last = Some(stay.first.map_or(last, |first| first.max(last)));
    }
}

/// The student's last day at this school; false when that can not be.
pub fn leave(
    stays: &mut Vec<Stay>,
    school: &'static str,
    last: NaiveDate,
    today: NaiveDate,
) -> bool {
    let begins = |stay: &Stay| stay.first.unwrap_or(stay.told);
    let here = |stay: &Stay| stay.school == school;
    let could = |stay: &Stay| here(stay) && stay.first.is_none_or(|first| first <= last);
    let fitting = (0..stays.len()).filter(|at| could(&stays[*at]));
    let Some(at) = fitting.max_by_key(|at| (stays[*at].last.is_none(), begins(&stays[*at]), *at))
    else {
        let is_known = stays.iter().any(here);
        if !is_known {
            let stay = Stay { school, first: None, last: Some(last), told: today, taken_by: None };
            stays.push(stay);
        }
        return !is_known;
    };
    (stays[at].last, stays[at].taken_by) = (Some(last), None);
    // The school where the student was before has them still, if this one was over before that.
    let taken = |stay: &Stay| stay.taken_by == Some(at) && begins(stay) > last;
    if open(stays).is_none()
        && let Some(taken) = stays.iter().position(taken)
    {
        (stays[taken].last, stays[taken].taken_by) = (None, None);
    }
    true
}

impl Deed<'_> {
    pub async fn enrol(&mut self, school: &'static School, first: NaiveDate) -> Option<()> {
        let today = nz_day(self.now);
        let mut stays = self.world.stays_now();
        let is_over = |stay: &Stay| {
            stay.school == school.number && stay.last.is_some_and(|last| first <= last)
        };
        if stays.iter().any(is_over) {
            return None;
        }
        let word = json!({ "said": "enrolled", "schoolNumber": school.number, "firstDay": first });
        assert_eq!(self.tell(word).await?, Value::Null);
        enrol(&mut stays, school.number, Some(first), today);
        self.world.words.push((school.number, today, Word::Here(Some(first))));
        self.world.arrives(self.now, stays);
        Some(())
    }

    pub async fn leave(&mut self, back: u64) -> Option<()> {
        let mut stays = self.world.stays_now();
        let school = stays[open(&stays)?].school;
        let (today, last) = (nz_day(self.now), before(nz_day(self.now), back));
        let word = json!({
            "said": "left", "schoolNumber": school, "lastDay": last, "leavingReason": "other_school",
        });
        let fault = self.tell(word).await?;
        // Kept also when it can not be: it may fit once another word is taken back.
        self.world.words.push((school, today, Word::Gone(last)));
        if leave(&mut stays, school, last, today) {
            assert_eq!(fault, Value::Null);
            self.world.set_stays(self.now, stays);
        } else {
            assert_eq!(fault, json!("before_first_day"));
        }
        Some(())
    }

    /// One of the schools that somebody spoke of is spoken of no more: the student is where the
    /// other words, gone through again, have them.
    pub async fn never(&mut self) -> Option<()> {
        if self.world.words.is_empty() {
            return None;
        }
        let school = one_of(self.dice, &self.world.words).0;
        let word = json!({ "said": "never_enrolled", "schoolNumber": school });
        assert_eq!(self.tell(word).await?, Value::Null);
        self.world.words.retain(|word| word.0 != school);
        let mut stays = Vec::new();
        for (school, on, word) in &self.world.words {
            match word {
                Word::Here(first) => enrol(&mut stays, school, *first, *on),
                Word::Gone(last) => drop(leave(&mut stays, school, *last, *on)),
            }
        }
        for referral in &mut self.world.referrals {
            let since = |stay: &Stay| stay.last.is_none_or(|last| last >= referral.date);
            if *referral.status.now() == Status::Resolved
                && open(&stays).is_none()
                && !stays.iter().any(since)
            {
                referral.status.set(self.now, Status::Waiting);
            }
        }
        self.world.set_stays(self.now, stays);
        Some(())
    }

    /// Sends a word by the register; the code of what was wrong with it.
    async fn tell(&mut self, mut word: Value) -> Option<Value> {
        word["studentId"] = json!(self.student()?);
        let body = json!({ "statements": [word] });
        let key = format!("{} {}", self.world.name, self.now);
        let register = self.app.as_("enrolment-register");
        let answer = register.post_keyed("/v1/enrolments", &key, body).await.expect(200);
        let fault = &answer.json["faults"][0]["code"];
        let warnings = answer.json["warnings"].as_array().into_iter().flatten();
        let early = warnings.map(|one| &one["code"]).find(|code| **code == "before_first_day");
        Some(early.unwrap_or(fault).clone())
    }
}
