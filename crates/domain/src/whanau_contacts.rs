//! What a referral brings of a whānau contact who is known already.
//!
//! A member that is missing takes nothing away, and what is new is never dropped: it is taken, or kept
//! as a contact of its own. Which of the two is ours.

use chrono::NaiveDate;

/// How somebody is reached, and what they are to the student.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KnownDetails {
    pub relationship: String,
    pub phone: Option<String>,
    pub other_phone: Option<String>,
    pub email: Option<String>,
    pub address: Option<String>,
    pub preferred_language: Option<String>,
    /// The day on which somebody last made sure that these details are right.
    pub confirmed_on: Option<NaiveDate>,
}

/// What becomes of details that were sent of a contact who is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Brought {
    /// All of it is on record.
    Nothing,
    /// The contact as it is now.
    Renewed(KnownDetails),
    /// They were confirmed earlier than those on record and contradict them: neither is lost when they
    /// become a contact of their own.
    Apart,
}

/// What details that were sent make of a contact that is known.
///
/// KnownDetails that were confirmed later stand in the place of those before. So do details without a day,
/// or with the same one, but nobody has said which phone number is right: the new one stands first,
/// and the one before it becomes the other number. KnownDetails that were confirmed earlier only fill in
/// what is missing.
pub fn bring(known: &KnownDetails, sent: &KnownDetails) -> Brought {
    let earlier = sent.confirmed_on.is_some() && sent.confirmed_on < known.confirmed_on;
    let renewed = if earlier { filled_in(known, sent) } else { Some(overwritten(known, sent)) };
    match renewed {
        None => Brought::Apart,
        Some(renewed) if renewed == *known => Brought::Nothing,
        Some(renewed) => Brought::Renewed(renewed),
    }
}

/// Whether everything that was sent is on record with this contact.
pub fn holds(known: &KnownDetails, sent: &KnownDetails) -> bool {
    let same = |known: &Option<String>, sent: &Option<String>| sent.is_none() || known == sent;
    [&sent.phone, &sent.other_phone].into_iter().flatten().all(|phone| has(known, phone))
        && same(&known.email, &sent.email)
        && same(&known.address, &sent.address)
}

/// `None` where something that was sent has no room beside what is known.
fn filled_in(known: &KnownDetails, sent: &KnownDetails) -> Option<KnownDetails> {
    let mut filled = known.clone();
    for phone in [&sent.phone, &sent.other_phone].into_iter().flatten() {
        if has(&filled, phone) {
            continue;
        }
        let mut room = [&mut filled.phone, &mut filled.other_phone].into_iter();
        *room.find(|slot| slot.is_none())? = Some(phone.clone());
    }
    for (slot, sent) in [(&mut filled.email, &sent.email), (&mut filled.address, &sent.address)] {
        match (&slot, sent) {
            (Some(known), Some(sent)) if known != sent => return None,
            (None, Some(_)) => slot.clone_from(sent),
            (_, _) => {}
        }
    }
    filled.preferred_language =
        known.preferred_language.clone().or(sent.preferred_language.clone());
    Some(filled)
}

fn overwritten(known: &KnownDetails, sent: &KnownDetails) -> KnownDetails {
    let or_known = |sent: &Option<String>, known: &Option<String>| sent.clone().or(known.clone());
    let confirmed = sent.confirmed_on > known.confirmed_on;
    let (phone, other_phone) = phones(known, sent, confirmed);
    let relationship = if confirmed { &sent.relationship } else { &known.relationship };
    KnownDetails {
        relationship: relationship.clone(),
        phone,
        other_phone,
        email: or_known(&sent.email, &known.email),
        address: or_known(&sent.address, &known.address),
        preferred_language: or_known(&sent.preferred_language, &known.preferred_language),
        confirmed_on: known.confirmed_on.max(sent.confirmed_on),
    }
}

fn phones(
    known: &KnownDetails,
    sent: &KnownDetails,
    confirmed: bool,
) -> (Option<String>, Option<String>) {
    let other = || sent.other_phone.clone().or(known.other_phone.clone());
    match &sent.phone {
        None => (known.phone.clone(), other()),
        // The same number, however it is spaced.
        Some(phone) if known.phone.as_ref().is_some_and(|known| same_number(known, phone)) => {
            (known.phone.clone(), other())
        }
        Some(phone) => {
            let before = known.phone.as_ref().filter(|_| !confirmed);
            let mut others =
                sent.other_phone.iter().chain(before).chain(known.other_phone.as_ref());
            let other = others.find(|other| !same_number(other, phone));
            (Some(phone.clone()), other.cloned())
        }
    }
}

fn has(known: &KnownDetails, phone: &str) -> bool {
    let mut numbers = [&known.phone, &known.other_phone].into_iter().flatten();
    numbers.any(|known| same_number(known, phone))
}

/// Whether two numbers are dialled alike.
fn same_number(one: &str, other: &str) -> bool {
    let dialled = |text: &str| -> String {
        text.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect()
    };
    dialled(one) == dialled(other)
}

#[cfg(test)]
mod tests;
