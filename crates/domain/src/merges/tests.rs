use super::*;

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn list(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn blank() -> Particulars {
    Particulars::default()
}

fn referral(id: ReferralId) -> TiedReferral {
    TiedReferral { id, case_id: None, predecessor_id: None }
}

fn moved(referrals: &[ReferralId], cases: &[CaseId]) -> Ties {
    Ties { referrals: referrals.iter().copied().collect(), cases: cases.iter().copied().collect() }
}

#[test]
fn two_open_cases_are_never_one_students() {
    assert_eq!(may_join(false, (true, true)), Err(MergeError::BothHaveOpenCases));
    for open in [(true, false), (false, true), (false, false)] {
        assert_eq!(may_join(false, open), Ok(()));
        assert_eq!(may_join(true, open), Err(MergeError::SameStudent));
    }
    assert_eq!(may_join(true, (true, true)), Err(MergeError::SameStudent));
}

#[test]
fn the_joined_file_fills_in_and_takes_up_what_protects() {
    let own = Particulars {
        gender: text("21"),
        safety_alerts: list(&["a", "b"]),
        iwi: list(&["x"]),
        ..blank()
    };
    let other = Particulars {
        nsn: text("17"),
        gender: text("11"),
        ethnicities: list(&["2"]),
        iwi: list(&["y"]),
        home_language: text("mri"),
        address_protected: true,
        safety_alerts: list(&["b", "c"]),
        ..blank()
    };
    let joined = own.with(&[other]);
    let expected = Particulars {
        nsn: text("17"),
        gender: text("21"),
        ethnicities: list(&["2"]),
        iwi: list(&["x"]),
        home_language: text("mri"),
        interpreter_wanted: false,
        te_reo_preferred: false,
        address_protected: true,
        safety_alerts: list(&["a", "b", "c"]),
    };
    assert_eq!(joined, expected);
}

#[test]
fn parted_again_the_file_is_its_own_but_for_what_was_changed_since() {
    let own = Particulars { gender: text("21"), safety_alerts: list(&["a"]), ..blank() };
    let other = Particulars {
        nsn: text("17"),
        home_language: text("mri"),
        address_protected: true,
        safety_alerts: list(&["b"]),
        ..blank()
    };
    let joined = own.clone().with(&[other]);
    assert_eq!(joined.clone().parted(joined.clone(), own.clone()), own);
    let edited = Particulars {
        gender: None,
        home_language: text("smo"),
        safety_alerts: list(&["b", "c"]),
        ..joined.clone()
    };
    let left = edited.parted(joined, own);
    let expected =
        Particulars { home_language: text("smo"), safety_alerts: list(&["c"]), ..blank() };
    assert_eq!(left, expected);
}

#[test]
fn what_moved_goes_back_and_what_came_since_stays() {
    let (old, new) = (ReferralId::generate(), ReferralId::generate());
    let back = going_back(moved(&[old], &[]), &[referral(old), referral(new)], &[]);
    assert_eq!(back, moved(&[old], &[]));
}

#[test]
fn a_case_goes_with_the_referral_that_opened_it_and_takes_those_that_joined_it() {
    let (opener, joiner, case) =
        (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
    let referrals = [
        TiedReferral { case_id: Some(case), ..referral(joiner) },
        TiedReferral { case_id: Some(case), ..referral(opener) },
    ];
    let cases = [TiedCase { id: case, referral_id: opener }];
    let back = going_back(moved(&[opener], &[]), &referrals, &cases);
    assert_eq!(back, moved(&[opener, joiner], &[case]));
}

#[test]
fn a_referral_that_joined_a_case_that_stays_stays_with_it() {
    let (opener, joiner, case) =
        (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
    let referrals = [
        TiedReferral { case_id: Some(case), ..referral(opener) },
        TiedReferral { case_id: Some(case), ..referral(joiner) },
    ];
    let cases = [TiedCase { id: case, referral_id: opener }];
    assert_eq!(going_back(moved(&[joiner], &[]), &referrals, &cases), moved(&[], &[]));
}

#[test]
fn a_redirected_referral_takes_along_what_follows_it() {
    let (first, second, case) =
        (ReferralId::generate(), ReferralId::generate(), CaseId::generate());
    let referrals = [
        TiedReferral { case_id: Some(case), predecessor_id: Some(first), ..referral(second) },
        referral(first),
    ];
    let cases = [TiedCase { id: case, referral_id: second }];
    let back = going_back(moved(&[first], &[]), &referrals, &cases);
    assert_eq!(back, moved(&[first, second], &[case]));
}
