use super::{Brought, KnownDetails, bring, holds};

fn some(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn known() -> KnownDetails {
    KnownDetails {
        relationship: "mother".to_owned(),
        phone: some("021 555 0001"),
        other_phone: None,
        email: some("hana@example.invalid"),
        address: some("1 Example Street"),
        preferred_language: some("mri"),
        confirmed_on: "2026-02-01".parse().ok(),
    }
}

fn sent(phone: Option<&str>, email: Option<&str>, on: Option<&str>) -> KnownDetails {
    KnownDetails {
        relationship: "mother".to_owned(),
        phone: phone.map(str::to_owned),
        email: email.map(str::to_owned),
        confirmed_on: on.and_then(|day| day.parse().ok()),
        ..KnownDetails::default()
    }
}

const DAYS: [Option<&str>; 4] = [None, Some("2026-01-01"), Some("2026-02-01"), Some("2026-03-01")];

#[test]
fn a_missing_member_takes_nothing_away_whatever_the_day_is() {
    for on in DAYS {
        let after = match bring(&known(), &sent(None, None, on)) {
            Brought::Nothing => known(),
            Brought::Renewed(after) => after,
            Brought::Apart => panic!("{on:?}: nothing contradicts"),
        };
        let confirmed_on = after.confirmed_on;
        assert_eq!(after, KnownDetails { confirmed_on, ..known() }, "{on:?}");
        assert!(confirmed_on >= known().confirmed_on);
    }
}

#[test]
fn nothing_that_is_sent_is_dropped_whatever_the_day_and_whatever_is_known() {
    let (phones, emails) = ([None, Some("09 555 0002")], [None, Some("new@example.invalid")]);
    let full = KnownDetails { other_phone: some("09 555 0003"), ..known() };
    let bare = KnownDetails { phone: None, email: None, address: None, ..known() };
    for known in [known(), full, bare] {
        for (phone, email, on) in phones.into_iter().flat_map(|phone| {
            emails.into_iter().flat_map(move |email| DAYS.map(|on| (phone, email, on)))
        }) {
            let sent = sent(phone, email, on);
            match bring(&known, &sent) {
                Brought::Nothing => assert!(holds(&known, &sent), "{known:?} {sent:?}"),
                Brought::Renewed(after) => {
                    assert!(holds(&after, &sent), "{known:?} {sent:?} {after:?}");
                    assert_eq!(bring(&after, &sent), Brought::Nothing, "sent again");
                }
                // A contact of its own has all of it.
                Brought::Apart => assert_eq!(on, DAYS[1]),
            }
        }
    }
}

#[test]
fn a_new_number_stands_first_and_the_one_before_it_is_kept_beside() {
    for on in [None, Some("2026-02-01")] {
        let Brought::Renewed(after) = bring(&known(), &sent(Some("09 555 0002"), None, on)) else {
            panic!("{on:?}: it is new");
        };
        assert_eq!((after.phone, after.other_phone), (some("09 555 0002"), some("021 555 0001")));
    }
    let later = sent(Some("09 555 0002"), None, Some("2026-03-01"));
    let Brought::Renewed(after) = bring(&known(), &later) else { panic!("it is confirmed") };
    assert_eq!((after.phone, after.other_phone), (some("09 555 0002"), None));
    let spaced = sent(Some("0215550001"), None, None);
    assert_eq!(bring(&known(), &spaced), Brought::Nothing, "the same number");
}

#[test]
fn what_was_confirmed_earlier_fills_in_and_overwrites_nothing() {
    let earlier = |phone, email| sent(phone, email, Some("2026-01-01"));
    let Brought::Renewed(after) = bring(&known(), &earlier(Some("09 555 0002"), None)) else {
        panic!("there is room");
    };
    assert_eq!((after.phone, after.other_phone), (known().phone, some("09 555 0002")));
    assert_eq!(after.confirmed_on, known().confirmed_on);
    let other = earlier(None, Some("old@example.invalid"));
    assert_eq!(bring(&known(), &other), Brought::Apart);
    let full = KnownDetails { other_phone: some("09 555 0003"), ..known() };
    assert_eq!(bring(&full, &earlier(Some("09 555 0002"), None)), Brought::Apart);
}
