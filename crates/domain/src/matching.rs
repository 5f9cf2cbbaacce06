//! Whether a student who was sent is one who is known: settled only when nothing speaks against it.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::ids::StudentId;
use crate::students::SentStudent;
use crate::text::Nsn;

mod agreement;
pub mod names;
mod number;
mod placeholders;
mod spelling;

pub use agreement::{ComparedName, NameAgreement};
pub use number::ComparedNsn;
pub use placeholders::{
    PLACEHOLDER_BIRTH_DATES, PLACEHOLDER_NAMES, PLACEHOLDER_NSNS, PlaceholderIn, Placeholders,
};

crate::closed_list! {
    /// How a sent student was recognised; `ambiguous` goes to a person, nothing is guessed.
    MatchedBy: "How the student was recognised" / "I pēhea te mōhiotanga o te ākonga" {
        Nsn = "nsn": "By the National Student Number" / "Mā te Tau Ākonga ā-Motu",
        NameAndBirthDate = "name_and_birth_date": "By name and birth date" / "Mā te ingoa me te rā whānau",
        Created = "created": "New record" / "He pūkete hou",
        Ambiguous = "ambiguous": "Not certain: a person decides" / "Kāore i te tino mōhio: mā te tangata e whakatau",
    }
    /// A fact by which a known student is, or is not, like the student who was sent.
    MatchReason: "Reason for a match" / "Te take tūhono" {
        SameNsn = "same_nsn": "Same National Student Number" / "He ōrite te Tau Ākonga ā-Motu",
        OtherNsn = "other_nsn": "Another National Student Number" / "He rerekē te Tau Ākonga ā-Motu",
        SameBirthDate = "same_birth_date": "Same birth date" / "He ōrite te rā whānau",
        SameName = "same_name": "Same name" / "He ōrite te ingoa",
    }
    /// A fact that keeps a known student from being taken for the student who was sent.
    MatchDoubt: "Doubt about a match" / "Te māharahara mō te tūhono" {
        /// Both birth dates are known and differ.
        OtherBirthDate = "other_birth_date": "Another birth date" / "He rerekē te rā whānau",
        /// No name of the one is a name of the other.
        OtherName = "other_name": "Another name" / "He rerekē te ingoa",
        /// One of the names has a name more than the other, or an initial in its place, or the two differ in
        /// the order of their words as well as in where these are joined.
        SimilarName = "similar_name": "Similar name" / "He āhua rite te ingoa",
        /// What was sent stands for "not known".
        Placeholder = "placeholder": "Placeholder instead of a value" / "He uara whakakapi noa",
    }
}

/// Whether what was sent agrees with what is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Agreement {
    Same,
    /// Of a name: nearly the same.
    Near,
    Other,
    /// One side does not say.
    Unknown,
}

/// A known student who might be the one sent, and what agrees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub student_id: StudentId,
    /// Whether the number sent is one of the student's.
    pub nsn: Agreement,
    pub birth_date: Agreement,
    /// The best of the student's names with any of those sent.
    pub name: Agreement,
}

/// What is compared of a student who was sent: all but placeholders, which are evidence of nothing.
#[derive(Clone, Debug)]
pub struct Identity {
    pub number: Option<ComparedNsn>,
    pub birth_date: Option<NaiveDate>,
    pub names: Vec<ComparedName>,
}

/// What is known of a student, by any of the records that mean them.
#[derive(Clone, Debug)]
pub struct KnownIdentity {
    pub student_id: StudentId,
    pub numbers: Vec<ComparedNsn>,
    pub birth_dates: Vec<NaiveDate>,
    /// Former ones too.
    pub names: Vec<ComparedName>,
}

impl Identity {
    pub fn of(sent: &SentStudent, placeholders: &Placeholders) -> Self {
        let number = sent.nsn.as_ref().map(Nsn::as_str).and_then(ComparedNsn::read);
        Self {
            number: number.filter(|number| !placeholders.is_number(number)),
            birth_date: Some(sent.birth_date).filter(|date| !placeholders.is_birth_date(*date)),
            names: saying(&sent.names(), placeholders),
        }
    }

    /// Of a record that somebody gives a number.
    pub fn of_record(
        number: ComparedNsn,
        birth_date: NaiveDate,
        names: &[(&str, &str)],
        placeholders: &Placeholders,
    ) -> Self {
        Self {
            number: Some(number),
            birth_date: Some(birth_date).filter(|date| !placeholders.is_birth_date(*date)),
            names: saying(names, placeholders),
        }
    }

    /// The best that any of these names agrees with one of a student's.
    pub fn name_agreement(&self, known: &[ComparedName]) -> NameAgreement {
        let each = self.names.iter().flat_map(|sent| known.iter().map(|one| sent.agreement(one)));
        each.max().unwrap_or(NameAgreement::Other)
    }

    /// What agrees with a known student.
    pub fn compare(&self, known: &KnownIdentity) -> Candidate {
        let nsn = match &self.number {
            Some(sent) if known.numbers.contains(sent) => Agreement::Same,
            Some(_) if !known.numbers.is_empty() => Agreement::Other,
            Some(_) | None => Agreement::Unknown,
        };
        let birth_date = match self.birth_date {
            Some(sent) if known.birth_dates.contains(&sent) => Agreement::Same,
            Some(_) => Agreement::Other,
            None => Agreement::Unknown,
        };
        let name = match self.name_agreement(&known.names) {
            _ if self.names.is_empty() => Agreement::Unknown,
            NameAgreement::Same => Agreement::Same,
            NameAgreement::Near => Agreement::Near,
            NameAgreement::Other => Agreement::Other,
        };
        Candidate { student_id: known.student_id, nsn, birth_date, name }
    }
}

/// Those of some names that say who somebody is.
fn saying(names: &[(&str, &str)], placeholders: &Placeholders) -> Vec<ComparedName> {
    let says = |(given, family): &&(&str, &str)| {
        !(placeholders.is_name(given) || placeholders.is_name(family))
    };
    let names = names.iter().filter(says);
    names.filter_map(|(given, family)| ComparedName::of(given, family)).collect()
}

/// A candidate as the review list shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScoredCandidate {
    pub student_id: StudentId,
    /// 0 to 100: what agrees, weighed.
    pub score: u8,
    /// What the score is made of; reviews of earlier days have it not.
    #[serde(default)]
    pub reasons: Vec<MatchReason>,
    /// What else speaks against it; reviews of earlier days have it not.
    #[serde(default)]
    pub doubts: Vec<MatchDoubt>,
}

impl ScoredCandidate {
    /// Whether nothing of what was sent contradicts what is known of this student.
    pub fn is_certain(&self) -> bool {
        let has = |reason| self.reasons.contains(&reason);
        has(MatchReason::SameBirthDate)
            && has(MatchReason::SameName)
            && !has(MatchReason::OtherNsn)
            && self.doubts.is_empty()
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Match {
    Known(StudentId, MatchedBy),
    New,
    /// Best candidates first.
    Unclear(Vec<ScoredCandidate>),
}

impl Candidate {
    /// Whether anything says that this is the student: the number, or a name with its birth date.
    pub fn is_likely(&self) -> bool {
        self.nsn == Agreement::Same || self.is_likely_by_name()
    }

    fn is_likely_by_name(&self) -> bool {
        matches!(self.name, Agreement::Same | Agreement::Near) && self.birth_date == Agreement::Same
    }

    fn is_certain_by_name(&self) -> bool {
        self.name == Agreement::Same
            && self.birth_date == Agreement::Same
            && self.nsn == Agreement::Unknown
    }
}

/// Settles who was sent. A number is proof when birth date and name agree with it; a name with its
/// birth date is proof when it is the whole name, no number contradicts it and one student alone
/// answers to it. One attribute never overrules another that contradicts it: twins share a birth
/// date and a family name, and a number that was typed for the wrong one of them is no proof. Which
/// of the two is wrong only a person can tell.
pub fn settle(candidates: &[Candidate]) -> Match {
    let likely: Vec<Candidate> = candidates.iter().copied().filter(Candidate::is_likely).collect();
    let by_nsn: Vec<&Candidate> = likely.iter().filter(|one| one.nsn == Agreement::Same).collect();
    match (by_nsn.as_slice(), likely.as_slice()) {
        (_, []) => Match::New,
        ([known], _) if known.is_likely_by_name() => Match::Known(known.student_id, MatchedBy::Nsn),
        ([], [only]) if only.is_certain_by_name() => {
            Match::Known(only.student_id, MatchedBy::NameAndBirthDate)
        }
        _ => Match::Unclear(scored(&likely)),
    }
}

/// Those of the candidates who might be the student, the likeliest first.
pub fn scored(candidates: &[Candidate]) -> Vec<ScoredCandidate> {
    let likely = candidates.iter().filter(|candidate| candidate.is_likely());
    let mut scored: Vec<_> = likely
        .map(|candidate| ScoredCandidate {
            student_id: candidate.student_id,
            score: score(candidate),
            reasons: reasons(candidate),
            doubts: doubts(candidate),
        })
        .collect();
    scored.sort_by_key(|candidate| (std::cmp::Reverse(candidate.score), candidate.student_id));
    scored
}

fn chosen<W: Copy>(all: &[(bool, W)]) -> Vec<W> {
    all.iter().filter_map(|(holds, word)| holds.then_some(*word)).collect()
}

fn reasons(candidate: &Candidate) -> Vec<MatchReason> {
    let Candidate { student_id: _, nsn, birth_date, name } = *candidate;
    chosen(&[
        (nsn == Agreement::Same, MatchReason::SameNsn),
        (nsn == Agreement::Other, MatchReason::OtherNsn),
        (birth_date == Agreement::Same, MatchReason::SameBirthDate),
        (name == Agreement::Same, MatchReason::SameName),
    ])
}

fn doubts(candidate: &Candidate) -> Vec<MatchDoubt> {
    let Candidate { student_id: _, nsn: _, birth_date, name } = *candidate;
    chosen(&[
        (birth_date == Agreement::Other, MatchDoubt::OtherBirthDate),
        (name == Agreement::Other, MatchDoubt::OtherName),
        (name == Agreement::Near, MatchDoubt::SimilarName),
        (name == Agreement::Unknown || birth_date == Agreement::Unknown, MatchDoubt::Placeholder),
    ])
}

fn score(candidate: &Candidate) -> u8 {
    let points = |agreement, points: u8| if agreement == Agreement::Same { points } else { 0 };
    let near = if candidate.name == Agreement::Near { 15 } else { 0 };
    let agreeing = points(candidate.nsn, 50)
        + points(candidate.birth_date, 25)
        + points(candidate.name, 25)
        + near;
    let against = if candidate.nsn == Agreement::Other { 15 } else { 0 };
    agreeing.saturating_sub(against)
}

#[cfg(test)]
mod tests;
