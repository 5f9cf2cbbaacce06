//! Where a student is enrolled, word by word as the words came: each one changes what stands. What
//! was sent out of order is not lived through here; the rules' own tests have it.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate};
use serde_json::{Value, json};

use super::calendars::{School, nz_day};
use super::deeds::{Deed, before};
use super::log::{Instant, Referral, Status, Stay, Word};
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
    // Of a time there that is over, or that lay before it: its school puts the first day right, and
    // takes its own word of the leaving back where nothing is known that came after it.
    let over = |stay: &Stay| {
        stay.school == school
            && first.is_some_and(|first| stay.last.is_some_and(|last| first <= last))
    };
    let over =
        (0..stays.len()).filter(|at| over(&stays[*at])).min_by_key(|at| (stays[*at].last, *at));
    if let Some(at) = over {
        let last = stays[at].last;
        let after = |(other, stay): (usize, &Stay)| {
            other != at && (stay.last.is_none() || stay.last > last)
        };
        let is_the_latest = !stays.iter().enumerate().any(after);
        if stays[at].first != first {
            (stays[at].first, stays[at].told) = (first, today);
        }
        if is_the_latest && stays[at].taken_by.is_none() {
            stays[at].last = None;
        }
        return;
    }
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

/// The words that are left of all, once a school that was never one takes its own back.
fn left_of(words: &[(Instant, &'static str, Word)]) -> Vec<(Instant, &'static str, Word)> {
    let mut left = Vec::new();
    for (at, school, word) in words {
        if *word == Word::Never {
            left.retain(|(_, other, _)| other != school);
        } else {
            left.push((*at, *school, *word));
        }
    }
    left
}

/// The stays that words make, gone through in the order of time.
pub fn replayed(words: &[(Instant, &'static str, Word)]) -> Vec<Stay> {
    let mut stays = Vec::new();
    for (at, school, word) in left_of(words) {
        match word {
            Word::Here(first) => enrol(&mut stays, school, first, nz_day(at)),
            Word::Gone(last) => drop(leave(&mut stays, school, last, nz_day(at))),
            Word::Pathway(..) | Word::Never => {}
        }
    }
    stays
}

/// The pathways that words make: of each school and kind the last.
pub fn pathways(words: &[(Instant, &'static str, Word)]) -> Vec<(&'static str, NaiveDate)> {
    let mut known: BTreeMap<(&str, &'static str), NaiveDate> = BTreeMap::new();
    for (_, school, word) in left_of(words) {
        if let Word::Pathway(kind, first) = word {
            known.insert((school, kind), first);
        }
    }
    known.into_iter().map(|((_, kind), first)| (kind, first)).collect()
}

/// Whether the student came to be enrolled since an instant, or on a pathway, had the words that are
/// left been the only ones.
pub fn came_since(words: &[(Instant, &'static str, Word)], since: Instant) -> bool {
    let left = left_of(words);
    left.iter().enumerate().any(|(place, (at, _, word))| {
        let came = match word {
            Word::Here(_) => open(&replayed(&left[..=place])).is_some(),
            Word::Pathway(..) => true,
            Word::Gone(_) | Word::Never => false,
        };
        *at >= since && came
    })
}

/// Lets referrals of one student wait again that were settled by what was never so, one for a school
/// and kind: the earliest, unless another waits there since.
pub fn unresolve<'a>(
    referrals: impl IntoIterator<Item = &'a mut Referral>,
    words: &[(Instant, &'static str, Word)],
    now: Instant,
) {
    let mut referrals: Vec<&mut Referral> = referrals.into_iter().collect();
    referrals.sort_by(|one, other| one.id.cmp(&other.id));
    let place = |one: &Referral| (one.school.number, one.is_chronic);
    let waiting = referrals.iter().filter(|one| *one.status.now() == Status::Waiting);
    let mut taken: Vec<(&str, bool)> = waiting.map(|one| place(one)).collect();
    for referral in referrals {
        let is_settled = *referral.status.now() == Status::Resolved;
        let is_free = !taken.contains(&place(referral));
        if is_settled && is_free && !came_since(words, referral.submitted) {
            taken.push(place(referral));
            referral.status.set(now, Status::Waiting);
        }
    }
}

impl Deed<'_> {
    /// Keeps a word, and answers with what stands then.
    pub fn word(&mut self, school: &'static str, word: Word) -> Vec<Stay> {
        self.world.words.push((self.now, school, word));
        self.world.stays_now()
    }

    pub async fn enrol(&mut self, school: &'static School, first: NaiveDate) -> Option<()> {
        let stays = self.world.stays_now();
        let is_over = |stay: &Stay| {
            stay.school == school.number && stay.last.is_some_and(|last| first <= last)
        };
        if stays.iter().any(is_over) {
            return None;
        }
        let word = json!({ "said": "enrolled", "schoolNumber": school.number, "firstDay": first });
        assert_eq!(self.send_word(word).await?, Value::Null);
        self.word(school.number, Word::Here(Some(first)));
        self.world.resolves(self.now);
        Some(())
    }

    pub async fn leave(&mut self, back: u64) -> Option<()> {
        let mut stays = self.world.stays_now();
        let school = stays[open(&stays)?].school;
        let (today, last) = (nz_day(self.now), before(nz_day(self.now), back));
        let word = json!({
            "said": "left", "schoolNumber": school, "lastDay": last, "leavingReason": "other_school",
        });
        let fault = self.send_word(word).await?;
        // Kept also when it can not be: it may fit once another word is taken back.
        self.word(school, Word::Gone(last));
        let fits = leave(&mut stays, school, last, today);
        assert_eq!(fault, if fits { Value::Null } else { json!("before_first_day") });
        Some(())
    }

    /// One of the schools that somebody spoke of is spoken of no more: the student is where the
    /// other words, gone through again, have them.
    pub async fn never(&mut self) -> Option<()> {
        let said = self.world.words_by(self.now);
        if said.is_empty() {
            return None;
        }
        let school = one_of(self.dice, &said).1;
        let word = json!({ "said": "never_enrolled", "schoolNumber": school });
        assert_eq!(self.send_word(word).await?, Value::Null);
        self.word(school, Word::Never);
        let words = self.world.words_by(self.now);
        let (now, joined) = (self.now, self.world.is_joined());
        let twin = self.world.twin.as_deref_mut().filter(|_| joined);
        let others = twin.into_iter().flat_map(|twin| twin.referrals.iter_mut());
        unresolve(self.world.referrals.iter_mut().chain(others), &words, now);
        Some(())
    }

    /// The register says that the student is on a pathway, by the word of a school.
    pub async fn pathway(
        &mut self,
        school: &'static School,
        kind: &'static str,
        first: NaiveDate,
    ) -> Option<()> {
        let word = json!({
            "said": "alternative_pathway", "schoolNumber": school.number, "pathway": kind, "firstDay": first,
        });
        assert_eq!(self.send_word(word).await?, Value::Null);
        self.word(school.number, Word::Pathway(kind, first));
        self.world.resolves(self.now);
        Some(())
    }

    /// Sends a word by the register; the code of what was wrong with it.
    async fn send_word(&mut self, mut word: Value) -> Option<Value> {
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
